"""Damage: where a file that is not well-formed goes wrong, one record after the other.

Slow and separate from the sweep of `records` on purpose: each can be checked by the other.
After a fault the walk takes up again at the next line, so that one lost quote is told once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import Fact, Place, Problem
from pipeline.intake.header import DELIMITERS, delimiter_name
from pipeline.intake.tall_cells import is_allowed

PLACES_TOLD = 20
LINE_BREAK = "delivery.line_break"
_RULES = {
    LINE_BREAK: "format.quote",
    "delivery.delimiter": "format.delimiter",
    "delivery.quote": "format.quote",
    "delivery.ragged": "columns",
}


@dataclass(frozen=True, slots=True)
class Damage:
    """One fault of the layout: code, line, field (from 0, where one is concerned) and facts."""

    code: str
    line: int
    field: int | None = None
    facts: tuple[tuple[str, Fact], ...] = ()


def damage_problems(
    body: bytes,
    *,
    delimiter: str,
    names: Sequence[str | None],
    place: Place,
    tallest: Sequence[int] = (),
) -> tuple[Counter[str], list[Problem]]:
    """Return how many faults there are of each code, and the first of them as problems.

    Args:
        body: the file in UTF-8.
        delimiter: as declared.
        names: the contract's name of each field of the header; None where it has none.
        place: dataset and file.
        tallest: lines that a cell may take, by field; none is one line for all.
    """
    counts: Counter[str] = Counter()
    problems = []
    for damage in find_damage(body, delimiter=delimiter, width=len(names), tallest=tallest):
        counts[damage.code] += 1
        if counts.total() <= PLACES_TOLD:
            known = damage.field is not None and damage.field < len(names)
            column = names[damage.field] if known and damage.field is not None else None
            where = replace(place, line=damage.line, column=column, rule=_RULES.get(damage.code))
            problems.append(Problem(code=damage.code, place=where, count=1, facts=damage.facts))
    return counts, problems


def find_damage(
    body: bytes, *, delimiter: str, width: int, tallest: Sequence[int] = ()
) -> Iterator[Damage]:
    """Yield each fault of the layout, in order of lines.

    Args:
        body: the file in UTF-8.
        delimiter: one ASCII character.
        width: fields that each record must have: as many as the header has.
        tallest: lines that a cell may take, by field; none is one line for all.
    """
    allowed = dict(enumerate(tallest or (1,) * width))
    mark = re.escape(delimiter.encode())
    field = re.compile(rb'"(?:[^"]|"")*+"|[^"\r\n' + mark + rb"]*+")
    style: bytes | None = None
    at, line = 0, 1
    while at < len(body):
        found, last, stop = _walk(body, at, field, delimiter.encode())
        end = re.compile(rb"\r?\n|\Z").match(body, stop)
        if end is None:
            broken = line + body.count(b"\n", at, last)
            code = "delivery.line_ends" if body[stop : stop + 1] == b"\r" else "delivery.quote"
            yield Damage(code, broken, found - 1)
            after = body.find(b"\n", last) + 1 or len(body)
        else:
            after = end.end()
            style = style or end.group()
            if end.group() not in {style, b""}:
                yield Damage("delivery.line_ends", line)
            for damage, cell in _breaks(body, (at, stop), line, field):
                if not is_allowed(
                    cell,
                    delimiter.encode(),
                    tallest=allowed.get(damage.field or 0, 1),
                    width=width,
                ):
                    yield damage
            yield from _width_damage(body[at:stop], line, found, width=width, delimiter=delimiter)
        line += body.count(b"\n", at, after)
        at = after


def _walk(body: bytes, at: int, field: re.Pattern[bytes], delimiter: bytes) -> tuple[int, int, int]:
    """Return fields found, start of the last one, and where the record stops making sense."""
    found = 0
    while True:
        match = field.match(body, at)
        stop = match.end() if match else at
        found += 1
        if body[stop : stop + 1] != delimiter:
            return found, at, stop
        at = stop + 1


def _breaks(
    body: bytes, span: tuple[int, int], line: int, field: re.Pattern[bytes]
) -> Iterator[tuple[Damage, bytes]]:
    """Tell of each cell of a record that holds a line break, on the line where it begins."""
    at, stop = span
    if b"\n" not in body[at:stop] and b"\r" not in body[at:stop]:
        return
    number = 0
    while at <= stop and (cell := field.match(body, at, stop)):
        if b"\n" in cell.group() or b"\r" in cell.group():
            yield Damage(LINE_BREAK, line + body.count(b"\n", span[0], at), number), cell.group()
        number, at = number + 1, cell.end() + 1


def _width_damage(
    record: bytes, line: int, found: int, *, width: int, delimiter: str
) -> Iterator[Damage]:
    if not record:
        yield Damage("delivery.blank_line", line)
    elif found != width:
        for other in DELIMITERS:
            if other != delimiter and record.count(other.encode()) == width - 1 and found == 1:
                facts = (("declared", delimiter_name(delimiter)), ("found", delimiter_name(other)))
                yield Damage("delivery.delimiter", line, None, facts)
                return
        yield Damage("delivery.ragged", line, None, (("expected", width), ("found", found)))
