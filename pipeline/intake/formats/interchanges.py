"""Ed-Fi interchanges: records of one resource, each column a path in them.

A descriptor, `uri://ed-fi.org/SexDescriptor#Female`, is the code behind its `#` where the contract
wants a code. What no column names is left behind.

Source: Ed-Fi Alliance, Ed-Fi Data Standard, bulk interchange schemas and ODS/API resources.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.contracts.datasets import Column, Dataset
from pipeline.contracts.formats import EdFiFormat
from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.faults import Faults
from pipeline.intake.formats.json_lines import JsonObject, as_cell, parsed
from pipeline.intake.formats.table_text import header_line, lines_of
from pipeline.intake.formats.xml_events import read_xml

_DESCRIPTOR = re.compile(r"uri://\S+Descriptor#(.+)")
# One that is not closed goes on to the end: nothing is looked through twice.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_ROWS = 10_000
Record = dict[str, Any]


def table_of_interchange(
    pieces: Iterable[bytes], dataset: Dataset, place: Place
) -> Generator[bytes, None, int]:
    """Yield the text of the records of a resource; record n is line n behind the header.

    Returns:
        The records by what their bytes look like, counted apart.

    Raises:
        DeliveryError: it is no such interchange, or a field holds several values.
    """
    form = dataset.format
    if not isinstance(form, EdFiFormat):
        raise DeliveryError("delivery.edfi_none", place=place)
    faults = Faults(place)
    columns = [(column, form.fields[column.name]) for column in dataset.columns]
    source = _Xml(pieces, form, place) if form.syntax == "xml" else _Json(pieces, form, place)
    yield header_line([column.name for column in dataset.columns])
    rows: list[list[str]] = []
    number = 0
    for number, record in enumerate(source.records(), start=1):
        rows.append([_cell(record.get(path), column, number, faults) for column, path in columns])
        if len(rows) == _ROWS:
            yield _lines(rows)
            rows.clear()
    faults.check()
    if not number:
        raise DeliveryError("delivery.edfi_none", place=place)
    if rows:
        yield _lines(rows)
    return source.counted


def _lines(rows: list[list[str]]) -> bytes:
    return lines_of([pa.array(each, pa.string()) for each in zip(*rows, strict=True)])


def _cell(value: object, column: Column, number: int, faults: Faults) -> str:
    code, cell = as_cell(value, column)
    if code is not None:
        faults.add(code, line=number, column=column.name)
    if column.type == "code" and (found := _DESCRIPTOR.fullmatch(cell)):
        return found[1]
    return cell


class _Xml:
    """Records of an XML interchange: the elements of the resource's name under the first one."""

    def __init__(self, pieces: Iterable[bytes], form: EdFiFormat, place: Place) -> None:
        self._pieces = pieces
        self._resource = form.resource
        self._wanted = {*form.fields.values()}
        # Of the file, its resource, and the longest path in it.
        self._deepest = 2 + max(path.count("/") + 1 for path in self._wanted)
        self._place = place
        self._open: list[str] = []
        self._text: list[str] = []
        self._record: Record = {}
        self._done: list[Record] = []
        self._is_leaf = False
        self.counted = 0

    def records(self) -> Iterator[Record]:
        parts = read_xml(
            self._counting(),
            self._place,
            started=self._started,
            ended=self._ended,
            text=self._text.append,
        )
        for _ in parts:
            yield from self._done
            self._done.clear()
        yield from self._done

    def _started(self, name: str, _: dict[str, str]) -> None:
        self._open.append(name)
        self._text.clear()
        self._is_leaf = True

    def _ended(self, _: str) -> None:
        depth, is_leaf = len(self._open), self._is_leaf
        self._is_leaf = False
        if 1 < depth <= self._deepest and self._open[1] == self._resource:
            path = "/".join(self._open[2:])
            if not path:
                self._done.append(self._record)
                self._record = {}
            elif path in self._wanted:
                text = "".join(self._text).strip()
                is_single = is_leaf and path not in self._record
                self._record[path] = text if is_single else []
        self._open.pop()
        self._text.clear()

    def _counting(self) -> Iterator[bytes]:
        """Yield the pieces, and count in them how often an element of the name starts."""
        start = re.compile(rb"<(?:[\w.-]+:)?" + self._resource.encode() + rb"(?=[\s/>])")
        rest = b""
        for piece in self._pieces:
            seen = rest + piece
            # What may go on in the next piece is looked at there.
            at = seen.rfind(b"<")
            whole, rest = (seen[:at], seen[at:]) if at >= 0 else (b"", seen[-1:])
            self.counted += len(start.findall(whole))
            yield piece
        self.counted += len(start.findall(rest))


class _Json:
    """Records of a JSON interchange: a list of objects, or one object a line."""

    def __init__(self, pieces: Iterable[bytes], form: EdFiFormat, place: Place) -> None:
        self._data = b"".join(pieces).removeprefix(codecs.BOM_UTF8).strip()
        self._wanted = {*form.fields.values()}
        self._place = place
        self.counted = _count_objects(self._data)

    def records(self) -> Iterator[Record]:
        for number, found in enumerate(self._objects(), start=1):
            if found is None:
                where = replace(self._place, line=number)
                raise DeliveryError("delivery.json_line", place=where, count=1)
            yield {path: _at(found, path) for path in self._wanted}

    def _objects(self) -> Iterator[JsonObject | None]:
        if not self._data.startswith(b"["):
            yield from map(_object, self._data.splitlines())
            return
        listed = parsed(self._data)
        if not isinstance(listed, list):
            yield None
            return
        yield from (each if isinstance(each, JsonObject) else None for each in listed)


def _object(line: bytes) -> JsonObject | None:
    found = parsed(line)
    return found if isinstance(found, JsonObject) else None


def _at(found: object, path: str) -> object:
    """Return what stands at a path; a list on the way, or a name that comes twice, is no value."""
    for name in path.split("/"):
        if found is None:
            return None
        if not isinstance(found, JsonObject):
            return []
        values = [value for each, value in found if each == name]
        if len(values) > 1:
            return []
        found = values[0] if values else None
    return found


def _count_objects(data: bytes) -> int:
    """Return how many objects stand at the first level, or in the list that it is."""
    octets = np.frombuffer(_STRING.sub(b"", data), np.uint8)
    opens, closes = np.isin(octets, list(b"{[")), np.isin(octets, list(b"}]"))
    depth = np.cumsum(opens.astype(np.int64) - closes)
    level = 2 if data.startswith(b"[") else 1
    return int(np.count_nonzero((octets == ord("{")) & (depth == level)))
