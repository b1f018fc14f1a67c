"""JSON Lines: one object a line, the same names in each, and no value that is not a cell.

Numbers are taken letter by letter: none becomes another by passing through a float.

Source: RFC 8259; jsonlines.org.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

import pyarrow as pa

from pipeline.contracts.datasets import Column
from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.faults import Faults, check_names
from pipeline.intake.formats.table_text import header_line, lines_of
from pipeline.intake.parts import Task
from pipeline.intake.records import LINE_FEED, RETURN

_ROWS = 10_000
# No record of a table is as long as this.
_LONGEST = 16 << 20


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class JsonObject(list[tuple[str, Any]]):
    """An object as its names and values stand there, one that comes twice too."""


def table_of_json_lines(
    pieces: Iterable[bytes], task: Task, place: Place
) -> Generator[bytes, None, int]:
    """Yield the text of a table of JSON lines.

    Returns:
        The lines that hold something, counted apart.

    Raises:
        DeliveryError: what is no such table, each kind of fault with its first line.
    """
    counter = _Counter()
    records = enumerate(_lines(counter.seen(pieces), place), start=1)
    reader: _Reader | None = None
    while block := list(islice(records, _ROWS)):
        if reader is None:
            reader = _Reader.of_first(block[0][1], task, place)
            yield header_line(reader.names)
        yield reader.text(block)
    if reader is None:
        raise DeliveryError("delivery.empty", place=place)
    reader.faults.check()
    return counter.records


class _Counter:
    """Counts the records of pieces that pass: line ends, and what stands behind the last."""

    def __init__(self) -> None:
        self._ends = 0
        self._last = LINE_FEED

    def seen(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._ends += piece.count(LINE_FEED)
            self._last = piece[-1:] or self._last
            yield piece

    @property
    def records(self) -> int:
        return self._ends + (self._last != LINE_FEED)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads lines as records of the names of the first one."""

    names: Sequence[str]
    columns: Sequence[Column]
    faults: Faults

    @classmethod
    def of_first(cls, line: bytes, task: Task, place: Place) -> _Reader:
        first = _record(line)
        if first is None:
            raise DeliveryError("delivery.not_json_lines", place=place)
        names = [name for name, _ in first]
        known = check_names(names, task, place)
        return cls(names, [task.dataset.column(name) for name in known], Faults(place))

    def text(self, block: Sequence[tuple[int, bytes]]) -> bytes:
        rows = [self._row(line, number) for number, line in block]
        if self.faults:
            return b""
        cells = zip(*rows, strict=True)
        return lines_of([pa.array(column, pa.string()) for column in cells])

    def _row(self, line: bytes, number: int) -> list[str]:
        record = _record(line)
        if record is None:
            self.faults.add("delivery.json_line", line=number)
            return []
        if [name for name, _ in record] == self.names:
            # As most are written: each name once, and in the order of the first.
            return [
                value
                if type(value) is str and value.isascii() and value.isprintable()
                else self._checked(value, column, number)
                for (_, value), column in zip(record, self.columns, strict=True)
            ]
        values = dict(record)
        if len(values) < len(record):
            self.faults.add("delivery.json_twice", line=number)
        if unknown := values.keys() - set(self.names):
            self.faults.add("delivery.json_unknown", line=number, count=len(unknown))
        return [
            self._cell(values, name, column, number)
            for name, column in zip(self.names, self.columns, strict=True)
        ]

    def _cell(self, values: dict[str, Any], name: str, column: Column, number: int) -> str:
        if name not in values:
            self.faults.add("delivery.json_missing", line=number, column=column.name)
            return ""
        return self._checked(values[name], column, number)

    def _checked(self, value: Any, column: Column, number: int) -> str:
        code, cell = as_cell(value, column)
        if code is not None:
            self.faults.add(code, line=number, column=column.name)
        return cell


def as_cell(value: Any, column: Column) -> tuple[str | None, str]:
    """Return a value as the cell of a column, and what is wrong with it."""
    match value:
        case None:
            return None, ""
        case _Number():
            if column.type in {"integer", "decimal"}:
                return None, value.replace(".", column.decimal)
            return "delivery.number_for_text", ""
        case bool():
            return (None if column.type == "code" else "delivery.cell_type"), json.dumps(value)
        case str():
            return _broken(value), value
        case _:
            return "delivery.nested", ""


def _broken(value: str) -> str | None:
    if "\n" in value or "\r" in value:
        return "delivery.line_in_cell"
    return None if value.isascii() or _is_text(value) else "delivery.json_line"


def _is_text(value: str) -> bool:
    """Whether it is text: half of a pair of surrogates is none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def parsed(text: bytes) -> object | None:
    """Return what a text in JSON says; None where it is none, and where it says nothing."""
    try:
        value: object = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=JsonObject,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse,
        )
    # What is nested without end is no record either. No exception may outlive this: it quotes.
    except (ValueError, RecursionError):
        return None
    return value


def _record(line: bytes) -> JsonObject | None:
    """Return the object that a line is, or None."""
    value = parsed(line)
    return value if isinstance(value, JsonObject) else None


def _refuse(_: str) -> NoReturn:
    """Refuse `NaN` and `Infinity`, which are no JSON."""
    raise ValueError


def _lines(pieces: Iterable[bytes], place: Place) -> Iterator[bytes]:
    """Yield the lines without their ends; a blank one is told to be no JSON."""
    rest, is_first = b"", True
    for piece in pieces:
        *lines, rest = (rest + piece).split(LINE_FEED)
        if is_first and lines:
            lines[0], is_first = lines[0].removeprefix(codecs.BOM_UTF8), False
        for line in lines:
            yield line.removesuffix(RETURN)
        if len(rest) > _LONGEST:
            raise DeliveryError("delivery.not_json_lines", place=place)
    if rest:
        yield rest.removeprefix(codecs.BOM_UTF8) if is_first else rest
