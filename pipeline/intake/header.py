"""The header: the agreed column names, each once, nothing else, in any order.

A column may bear another name where the contract says so for the year. A name that is merely like
an agreed one is told with the column it seems to be, and never taken for it.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice

from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError, Fact, Place, Problem

DELIMITERS = (";", ",", "\t", "|")
# Lines behind the first in which a header is looked for, to say where it stands.
LINES_SOUGHT = 30
# Of two names, from which share of their letters on one is said to be like the other.
_LIKE = 0.8
# Names that are held against the missing ones, and columns too many that are told one by one.
_COMPARED, _EXTRA_TOLD = 60, 20


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file. Where no name is known, it is not a header.

    Attributes:
        names: for each field the contract's column name, None where it is not one.
        problems: what does not agree with the contract.
    """

    names: tuple[str | None, ...]
    problems: tuple[Problem, ...]


def read_header(
    body: bytes, dataset: Dataset, *, place: Place, period: str | None = None
) -> Header:
    """Return the header of a file and what is wrong with it.

    A name that is not in the contract is told by its position: it may be a cell of data.

    Args:
        body: the file in UTF-8, or its first line.
        dataset: its contract.
        place: dataset and file.
        period: of the file; names that the contract gives some years are known in those.

    Raises:
        DeliveryError: the names are there, kept apart by another delimiter than declared, or with
            rows behind a lone return.
    """
    line = _first_line(body)
    if "\r" in line:
        raise DeliveryError("delivery.returns", place=replace(place, line=1))
    headings = dataset.headings(period)
    cells = _cells(line, dataset.text.delimiter)
    if len(cells) == 1 < len(dataset.columns):
        _refuse_delimiter(line, headings, declared=dataset.text.delimiter, place=place)
    names = tuple(headings.get(cell) for cell in cells)
    where = replace(place, line=1, rule="columns")
    if not any(names) and (before := _lines_above(body, dataset.every_heading)):
        facts = (("before", before), ("header_line", before + 1))
        return Header(names, (Problem(code="delivery.preamble", place=where, facts=facts),))
    return Header(names, tuple(_problems(cells, names, dataset, where)))


def column_at(
    body: bytes, offset: int, dataset: Dataset, *, period: str | None = None
) -> str | None:
    """Return the column in which a byte stands, where the header tells; of a line without quotes.

    Args:
        body: the file in UTF-8, but for what is wrong with it.
        offset: of the byte.
        dataset: its contract.
        period: of the file.
    """
    start = body.rfind(b"\n", 0, offset) + 1
    before = body[start:offset]
    if not start or b'"' in before:
        return None
    delimiter = dataset.text.delimiter
    try:
        cells = _cells(_first_line(body), delimiter)
    except UnicodeDecodeError:
        return None
    at = before.count(delimiter.encode())
    return dataset.headings(period).get(cells[at]) if at < len(cells) else None


def delimiter_name(delimiter: str) -> str:
    """Return how a delimiter is written in a message."""
    return "TAB" if delimiter == "\t" else delimiter


def _first_line(body: bytes) -> str:
    end = body.find(b"\n")
    return body[: end if end >= 0 else None].removesuffix(b"\r").decode("utf-8")


def _lines_above(body: bytes, headings: Mapping[str, str]) -> int:
    """Return how many lines stand before one that is a header; 0 where none is found."""
    lines = body.split(b"\n", LINES_SOUGHT + 1)[: LINES_SOUGHT + 1]
    for above, raw in enumerate(lines):
        line = raw.removesuffix(b"\r").decode("utf-8")
        for delimiter in DELIMITERS:
            known = {headings[cell] for cell in _cells(line, delimiter) if cell in headings}
            if 2 * len(known) >= len(set(headings.values())):
                return above
    return 0


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [""])
    except csv.Error:
        # The walk over the file will name the quote that is lost.
        return line.split(delimiter)


def _refuse_delimiter(
    line: str, headings: Mapping[str, str], *, declared: str, place: Place
) -> None:
    known = {other: len(set(headings) & set(_cells(line, other))) for other in DELIMITERS}
    found = max(known, key=lambda other: known[other])
    if found != declared and known[found] > 1:
        raise DeliveryError(
            "delivery.delimiter",
            place=replace(place, line=1, rule="format.delimiter"),
            declared=delimiter_name(declared),
            found=delimiter_name(found),
        )


def _problems(
    cells: Sequence[str], names: Sequence[str | None], dataset: Dataset, place: Place
) -> Iterator[Problem]:
    wanted = [column.name for column in dataset.columns]
    missing = [name for name in wanted if name not in names]
    unknown = {at: cell for at, cell in enumerate(cells) if names[at] is None}
    like = _likenesses(unknown, missing, dataset)
    known = len(wanted) - len(missing)
    agreed: tuple[tuple[str, Fact], ...] = (("names", ", ".join(wanted)),)
    if not known and 2 * len(like) < len(wanted):
        yield Problem(code="delivery.no_header", place=place, count=len(wanted), facts=agreed)
        return
    if 2 * (known + len(like)) < len(wanted):
        of_how_many = (("wanted", len(wanted)), *agreed)
        yield Problem(code="delivery.other_layout", place=place, count=known, facts=of_how_many)
        return
    for name in wanted:
        where = replace(place, column=name, rule=f"columns.{name}")
        if name in like:
            facts = (("position", like[name] + 1),)
            is_alias = dataset.every_heading.get(cells[like[name]]) == name
            code = "delivery.alias_of_other_years" if is_alias else "delivery.renamed_column"
            yield Problem(code=code, place=where, facts=facts)
        elif name in missing:
            yield Problem(code="delivery.missing_column", place=where)
        elif names.count(name) > 1:
            yield Problem(code="delivery.repeated_column", place=where, count=names.count(name))
    extra = sorted(unknown.keys() - like.values())
    for at in extra[:_EXTRA_TOLD]:
        yield Problem(code="delivery.extra_column", place=place, facts=(("position", at + 1),))
    if more := extra[_EXTRA_TOLD:]:
        facts = (("position", more[0] + 1),)
        yield Problem(code="delivery.extra_columns", place=place, count=len(more), facts=facts)


def _likenesses(
    unknown: Mapping[int, str], missing: Sequence[str], dataset: Dataset
) -> dict[str, int]:
    """Return for missing columns at which place a name stands that is like theirs, each once."""
    spellings = {
        name: [
            _letters(text)
            for text in (
                name,
                *(alias.name for alias in dataset.column(name).aliases),
                dataset.column(name).label.en,
                dataset.column(name).label.fr,
            )
        ]
        for name in missing
    }
    found: dict[str, int] = {}
    for least in (1.0, _LIKE):
        for name in missing:
            for at, cell in islice(unknown.items(), _COMPARED):
                if name not in found and at not in found.values():
                    letters = _letters(cell)
                    if any(_likeness(letters, other) >= least for other in spellings[name]):
                        found[name] = at
    return found


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0


def _letters(text: str) -> str:
    """Return the letters and digits of a name, small and without accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())[:200]
