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
from pipeline.intake.misfits import MISFITS, misfit
from pipeline.intake.records import QUOTE
from pipeline.intake.refusals import told_lines
from pipeline.intake.tall_cells import is_allowed

PLACES_TOLD = 20
LINE_BREAK = "delivery.line_break"
# A quote that is open for so many bytes of a file that is read in pieces does not close.
_LONGEST = 1 << 20
_RULES = {
    LINE_BREAK: "format.quote",
    "delivery.delimiter": "format.delimiter",
    "delivery.quote": "format.quote",
    **dict.fromkeys(MISFITS, "columns"),
}
# What one deed does to many lines is told once.
_ALIKE = frozenset({"delivery.line_ends", "delivery.blank_line"})


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
    told = Told(names, place)
    for damage in find_damage(body, delimiter=delimiter, width=len(names), tallest=tallest):
        told.add(damage)
    return told.counts, told.problems()


class Told:
    """Faults of a layout as they are told: all are counted, the first ones have their places.

    Args:
        names: the contract's name of each field of the header; None where it has none.
        place: dataset and file.

    Attributes:
        counts: of all, by code.
    """

    def __init__(self, names: Sequence[str | None], place: Place) -> None:
        self._names = names
        self._place = place
        self._lines: dict[Damage, list[int]] = {}
        self.counts: Counter[str] = Counter()

    def add(self, damage: Damage) -> None:
        """Count a fault, and keep its place if it is among the first."""
        self.counts[damage.code] += 1
        key = replace(damage, line=0) if damage.code in _ALIKE else damage
        if key in self._lines:
            self._lines[key].append(damage.line)
        elif len(self._lines) < PLACES_TOLD:
            self._lines[key] = [damage.line]

    def problems(self) -> list[Problem]:
        """Return the first faults."""
        return [self._problem(damage, lines) for damage, lines in self._lines.items()]

    def _problem(self, damage: Damage, lines: Sequence[int]) -> Problem:
        is_known = damage.field is not None and damage.field < len(self._names)
        column = self._names[damage.field or 0] if is_known else None
        rule = _RULES.get(damage.code)
        where = replace(self._place, line=lines[0], column=column, rule=rule)
        facts = damage.facts
        if damage.code in _ALIKE:
            facts = (*facts, ("lines", told_lines(lines)))
        is_counted = damage.code != "delivery.repeated_header"
        count = len(lines) if is_counted else None
        return Problem(code=damage.code, place=where, count=count, facts=facts)


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
    walk = Walk(delimiter=delimiter, width=width, tallest=tuple(tallest) or (1,) * width)
    return walk.through(body, is_last=True)


@dataclass(kw_only=True)
class Walk:
    """A walk over a file, record by record; it may be given in pieces.

    Attributes:
        delimiter: one ASCII character.
        width: fields that each record must have.
        tallest: lines that a cell may take, by field.
        header: the first record, a sign of files laid end to end where it comes again; empty
            until it is known, None where it is not looked for.
        style: the line end of the first record.
        line: of the file, on which the next record starts.
        taken: bytes of the last body that were walked over.
    """

    delimiter: str
    width: int
    tallest: tuple[int, ...]
    header: bytes | None = None
    style: bytes | None = None
    line: int = 1
    taken: int = 0

    def through(self, body: bytes, *, is_last: bool) -> Iterator[Damage]:
        """Yield each fault of a body.

        Args:
            body: records; it begins where the walk over the last one stopped.
            is_last: whether none follows; else a quote that is open at its end may close yet.
        """
        mark = re.escape(self.delimiter.encode())
        field = re.compile(rb'"(?:[^"]|"")*+"|[^"\r\n' + mark + rb"]*+")
        at = 0
        while at < len(body):
            found, last, stop = _walk(body, at, field, self.delimiter.encode())
            end = re.compile(rb"\r?\n|\Z").match(body, stop)
            if end is None:
                is_open = body[stop : stop + 1] == QUOTE == body[last : last + 1]
                if is_open and not is_last and len(body) - at < _LONGEST:
                    break
                yield self._broken(body, at, found=found, last=last, stop=stop)
                after = body.find(b"\n", last) + 1 or len(body)
            else:
                after = end.end()
                cells = list(_breaks(body, (at, stop), self.line, field))
                yield from self._faults(body[at:stop], found, cells, end.group())
            self.line += body.count(b"\n", at, after)
            at = after
        self.taken = at

    def _broken(self, body: bytes, at: int, *, found: int, last: int, stop: int) -> Damage:
        code = "delivery.line_ends" if body[stop : stop + 1] == b"\r" else "delivery.quote"
        return Damage(code, self.line + body.count(b"\n", at, last), found - 1)

    def _faults(
        self, record: bytes, found: int, tall: Sequence[tuple[Damage, bytes]], end: bytes
    ) -> Iterator[Damage]:
        """Yield what is wrong with a record that has an end."""
        self.style = self.style or end
        if end not in {self.style, b""}:
            yield Damage("delivery.line_ends", self.line)
        if self.header and record == self.header:
            yield Damage("delivery.repeated_header", self.line)
        self.header = record if self.header == b"" else self.header
        for damage, cell in tall:
            lines = self.tallest[at] if (at := damage.field or 0) < self.width else 1
            if not is_allowed(cell, self.delimiter.encode(), tallest=lines, width=self.width):
                yield damage
        for damage in _width_damage(
            record, self.line, found, width=self.width, delimiter=self.delimiter
        ):
            is_cut = not end and damage.code == "delivery.ragged" and found < self.width
            yield replace(damage, code="delivery.cut") if is_cut else damage


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
        code, facts = misfit(record, found, width=width, delimiter=delimiter)
        yield Damage(code, line, None, facts)
