"""Whose record is it: a delivery read for the identifiers in it, wherever they stand.

This reader refuses nothing. It is for deliveries that are sealed already, well-formed or not: a
person may be looked for, and taken out of, what was refused as a whole. Nothing is kept in memory
but a block of identifiers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipeline.contracts.datasets import Dataset
from pipeline.intake.mentions import (
    SHORTEST,
    Mask,
    Sought,
    least_length,
    mentions,
    text_of,
)
from pipeline.intake.raw_lines import Open, codec_of, raw_lines

BLOCK_RECORDS = 100_000
_FAST = {"utf-8", "cp1252", "latin-1"}
_BLOCK_BYTES = 8 << 20

# First line and line after the last, from 0.
Lines = tuple[int, int]
Record = tuple[int, int, list[str]]


@dataclass(frozen=True, slots=True)
class Mention:
    """Cells of another's record that name a person looked for.

    Attributes:
        lines: of the record.
        fields: which cells, from 0; none where they cannot be told apart: all of the record.
    """

    lines: Lines
    fields: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where persons stand in a delivery. Its text form shows no record.

    Attributes:
        lines: of each record of theirs.
        records: of each, column → text, as far as the header names columns; else by position.
        mentions: cells of other records that name them.
    """

    lines: tuple[Lines, ...] = ()
    records: tuple[dict[str, str], ...] = field(default=(), repr=False)
    mentions: tuple[Mention, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def __bool__(self) -> bool:
        return bool(self.lines or self.mentions)

    @property
    def removed(self) -> int:
        """How many records go as a whole."""
        return len(self.lines) + sum(not each.fields for each in self.mentions)

    @property
    def blanked(self) -> int:
        """How many cells of other records are emptied."""
        return sum(len(each.fields) for each in self.mentions)

    @property
    def named(self) -> int:
        """How many cells of other records, or torn lines, name them."""
        return sum(len(each.fields) or 1 for each in self.mentions)


def find_records_of(open_source: Open, dataset: Dataset, sought: Sought) -> Found:
    """Return the records of a delivery that are those of persons looked for, and who names them.

    Where the header does not name the columns, or the file cannot be read as the contract
    says, a record is theirs when their identifier stands in any field of it.

    Args:
        open_source: opens the file as delivered.
        dataset: its contract.
        sought: who is looked for, and in which columns identifiers stand.
    """
    try:
        if _has_none(open_source, dataset, sought):
            return Found()
        return _found(_records(open_source, dataset), dataset, sought)
    except csv.Error:
        return _found(_torn_records(open_source, dataset), dataset, sought, is_torn=True)


def rows_of(rows: Sequence[bytes], dataset: Dataset, sought: Sought) -> Mask:
    """Return which refused rows hold, in any field, the identifier of a person looked for.

    Args:
        rows: as they were delivered, without their header.
        dataset: the contract that they were delivered under.
        sought: who is looked for.
    """
    texts = [row.decode(row_codec(dataset), "replace") for row in rows]
    cells = [_cells(text, dataset.format.delimiter) for text in texts]
    return _in_any_field(cells, sought)


def row_codec(dataset: Dataset) -> str:
    """Return the codec of a refused row, which stands without the mark of its file."""
    return "utf-16-le" if dataset.format.encoding == "utf-16" else dataset.format.encoding


def mentions_in_rows(
    rows: Sequence[bytes], dataset: Dataset, sought: Sought
) -> list[tuple[int, ...]]:
    """Return of each refused row which of its cells, from 0, name a person in passing."""
    texts = [row.decode(row_codec(dataset), "replace") for row in rows]
    cells = [_cells(text, dataset.format.delimiter) for text in texts]
    return _fields(cells, sought)


def _has_none(open_source: Open, dataset: Dataset, sought: Sought) -> bool:
    """Tell, at column speed, that a well-formed file has nothing of theirs; False is not known."""
    codec = codec_of(open_source, dataset)
    header = next((record for _, _, record in _records(open_source, dataset)), [])
    named = [name.lstrip("\ufeff") for name in header]
    if codec not in _FAST or len(set(named)) < len(named) or not set(sought.columns) <= set(named):
        return False
    least = {name: least_length(name, dataset) for name in named}
    options: dict[str, Any] = {
        "read_options": arrow_csv.ReadOptions(block_size=_BLOCK_BYTES, encoding=codec),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=dataset.format.delimiter, newlines_in_values=True
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(named, pa.string()),
            strings_can_be_null=False,
        ),
    }
    try:
        with open_source() as source, arrow_csv.open_csv(source, **options) as reader:
            return not any(_names_any(batch, least, sought) for batch in reader)
    except (pa.ArrowException, KeyError, UnicodeError):
        return False


def _names_any(batch: pa.RecordBatch, least: Mapping[str, int], sought: Sought) -> bool:
    if sought.is_listed([batch[name] for name in sought.columns]).any():
        return True
    return any(mentions(batch[name], sought, least=least[name]).any() for name in least)


def _found(
    records: Iterator[Record], dataset: Dataset, sought: Sought, *, is_torn: bool = False
) -> Found:
    lines: list[Lines] = []
    told: list[dict[str, str]] = []
    named: list[Mention] = []
    header: list[str] = []
    places: list[int] = []
    for read in _blocks(records):
        block = read
        if not header:
            header = [cell.lstrip("\ufeff").strip() for cell in read[0][2]]
            if set(header) & {column.name for column in dataset.columns}:
                block = read[1:]
            if all(header.count(column) == 1 for column in sought.columns):
                places = [header.index(column) for column in sought.columns]
        cells = [record[2] for record in block]
        if not cells:
            continue
        theirs = _theirs(cells, places, width=len(header), sought=sought)
        for row in np.flatnonzero(theirs).tolist():
            start, stop, record = block[row]
            lines.append((start, stop))
            told.append(_named(header, record))
        least = [least_length(name, dataset) for name in header]
        others = np.flatnonzero(~theirs).tolist()
        fields = _fields([cells[row] for row in others], sought, least)
        named += [
            Mention(block[row][:2], () if is_torn else chosen)
            for row, chosen in zip(others, fields, strict=True)
            if chosen
        ]
    return Found(tuple(lines), tuple(told), tuple(named))


def _named(header: list[str], record: list[str]) -> dict[str, str]:
    if len(header) == len(record) == len(set(header)):
        return dict(zip(header, record, strict=True))
    return {str(position): cell for position, cell in enumerate(record, start=1)}


def _theirs(cells: list[list[str]], places: list[int], *, width: int, sought: Sought) -> Mask:
    """Return which records are of persons sought."""
    mask = _in_places(cells, places, sought) if places else np.zeros(len(cells), np.bool_)
    if not places or any(len(record) != width for record in cells):
        mask |= _in_any_field(cells, sought)
    return mask


def _fields(
    cells: list[list[str]], sought: Sought, least: Sequence[int] = ()
) -> list[tuple[int, ...]]:
    """Return of each record which of its cells name somebody in passing.

    Args:
        cells: of each record.
        sought: who is looked for.
        least: how long an identifier has to be to be told in each cell of a whole record; in the
            cells of other records the shortest is told.
    """
    places: dict[int, list[tuple[int, int]]] = {}
    for row, record in enumerate(cells):
        lengths = least if len(least) == len(record) else [SHORTEST] * len(record)
        for position, length in enumerate(lengths):
            places.setdefault(length, []).append((row, position))
    found: list[set[int]] = [set() for _ in cells]
    for length, at in places.items():
        texts = text_of([cells[row][position] for row, position in at])
        for number in np.flatnonzero(mentions(texts, sought, least=length)).tolist():
            row, position = at[number]
            found[row].add(position)
    return [tuple(sorted(each)) for each in found]


def _in_places(cells: list[list[str]], places: list[int], sought: Sought) -> Mask:
    columns = [
        [record[place] if place < len(record) else "" for record in cells] for place in places
    ]
    return sought.is_listed([text_of(column) for column in columns])


def _in_any_field(cells: list[list[str]], sought: Sought) -> Mask:
    """Return which records hold an identifier, its parts in any fields and in their order."""
    parts = len(sought.columns)
    tried: list[tuple[str, ...]] = []
    owners: list[int] = []
    for owner, record in enumerate(cells):
        chosen = list(permutations([cell for cell in record if cell.strip()], parts))
        tried += chosen
        owners += [owner] * len(chosen)
    found = np.zeros(len(cells), dtype=np.bool_)
    if tried:
        mask = sought.is_listed([text_of([one[part] for one in tried]) for part in range(parts)])
        found[np.array(owners)[mask]] = True
    return found


def _records(open_source: Open, dataset: Dataset) -> Iterator[Record]:
    """Yield the first line, the line after the last and the fields of each record."""
    reader = csv.reader(
        raw_lines(open_source, dataset), delimiter=dataset.format.delimiter, strict=True
    )
    start = 0
    for record in reader:
        yield start, reader.line_num, record
        start = reader.line_num


def _torn_records(open_source: Open, dataset: Dataset) -> Iterator[Record]:
    """Yield each line of a file whose quotes do not close as a record of its own."""
    for number, line in enumerate(raw_lines(open_source, dataset)):
        fields = line.rstrip("\r\n").split(dataset.format.delimiter)
        yield number, number + 1, [cell.strip().strip('"') for cell in fields]


def _cells(row: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([row], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return [cell.strip().strip('"') for cell in row.split(delimiter)]


def _blocks(records: Iterator[Record]) -> Iterator[list[Record]]:
    block: list[Record] = []
    for record in records:
        block.append(record)
        if len(block) >= BLOCK_RECORDS:
            yield block
            block = []
    if block:
        yield block
