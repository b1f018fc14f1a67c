"""The header: the agreed column names, each once, nothing else, in any order."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError, Place, Problem

DELIMITERS = (";", ",", "\t", "|")


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file. Where no name is known, it is not a header.

    Attributes:
        names: for each field the contract's column name, None where it is not one.
        problems: what does not agree with the contract.
    """

    names: tuple[str | None, ...]
    problems: tuple[Problem, ...]


def read_header(body: bytes, dataset: Dataset, *, place: Place) -> Header:
    """Return the header of a file and what is wrong with it.

    A name that is not in the contract is told by its position: it may be a cell of data.

    Raises:
        DeliveryError: the names are there, kept apart by another delimiter than declared.
    """
    end = body.find(b"\n")
    line = body[: end if end >= 0 else None].removesuffix(b"\r").decode("utf-8")
    declared = dataset.text.delimiter
    wanted = [column.name for column in dataset.columns]
    cells = _cells(line, declared)
    if len(cells) == 1 < len(wanted):
        _refuse_delimiter(line, wanted, declared=declared, place=place)
    names = tuple(cell if cell in wanted else None for cell in cells)
    where = replace(place, line=1, rule="columns")
    return Header(names, tuple(_problems(names, wanted, where)))


def delimiter_name(delimiter: str) -> str:
    """Return how a delimiter is written in a message."""
    return "TAB" if delimiter == "\t" else delimiter


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [""])
    except csv.Error:
        # The walk over the file will name the quote that is lost.
        return line.split(delimiter)


def _refuse_delimiter(line: str, wanted: Sequence[str], *, declared: str, place: Place) -> None:
    known = {other: len(set(wanted) & set(_cells(line, other))) for other in DELIMITERS}
    found = max(known, key=lambda other: known[other])
    if found != declared and known[found] > 1:
        raise DeliveryError(
            "delivery.delimiter",
            place=replace(place, line=1, rule="format.delimiter"),
            declared=delimiter_name(declared),
            found=delimiter_name(found),
        )


def _problems(
    names: Sequence[str | None], wanted: Sequence[str], place: Place
) -> Iterator[Problem]:
    known = len(set(names) & set(wanted))
    agreed = (("names", ", ".join(wanted)),)
    if not known:
        yield Problem(code="delivery.no_header", place=place, count=len(wanted), facts=agreed)
        return
    if known < len(wanted) / 2:
        of_how_many = (("wanted", len(wanted)), *agreed)
        yield Problem(code="delivery.other_layout", place=place, count=known, facts=of_how_many)
        return
    for name in wanted:
        where = replace(place, column=name, rule=f"columns.{name}")
        if name not in names:
            yield Problem(code="delivery.missing_column", place=where)
        elif names.count(name) > 1:
            yield Problem(code="delivery.repeated_column", place=where, count=names.count(name))
    for position, name_known in enumerate(names, start=1):
        if name_known is None:
            facts = (("position", position),)
            yield Problem(code="delivery.extra_column", place=place, facts=facts)
