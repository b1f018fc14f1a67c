"""Whose record is it: a delivery read for the identifiers in it, and written without some persons.

This reader refuses nothing. It is for deliveries that are sealed already, well-formed or not: a
person may be looked for, and taken out of, what was refused as a whole. Nothing is kept in memory
but a block of identifiers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from pipeline.contracts.datasets import Dataset

Mask = NDArray[np.bool_]
# Identifiers as written, one array per part → which are those of a person looked for.
IsListed = Callable[[Sequence[pa.Array]], Mask]
Open = Callable[[], BinaryIO]

BLOCK_RECORDS = 100_000
_UNREADABLE = "surrogateescape"
_FAST = {"utf-8", "cp1252", "latin-1"}
_BLOCK_BYTES = 8 << 20
_MARKED = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Found:
    """The records of persons in a delivery. Its text form shows no record.

    Attributes:
        lines: first line and line after the last, from 0, of each.
        records: column → text, as far as the header names columns; else by position.
    """

    lines: tuple[tuple[int, int], ...]
    records: tuple[dict[str, str], ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.lines)


def find_records_of(
    open_source: Open, dataset: Dataset, columns: Sequence[str], is_listed: IsListed
) -> Found:
    """Return the records of a delivery that are those of persons looked for.

    Where the header does not name the columns, or the file cannot be read as the contract
    says, a record is theirs when their identifier stands in any field of it.

    Args:
        open_source: opens the file as delivered.
        dataset: its contract.
        columns: that hold the parts of the identifier, in order.
        is_listed: tells whose identifiers are looked for.
    """
    try:
        if _has_none(open_source, dataset, columns, is_listed):
            return Found((), ())
        return _found(_records(open_source, dataset), dataset, columns, is_listed)
    except csv.Error:
        return _found(_torn_records(open_source, dataset), dataset, columns, is_listed)


def write_without(open_source: Open, dataset: Dataset, found: Found) -> Iterator[bytes]:
    """Yield the file as delivered, without the lines of the records that were found."""
    gone = iter(found.lines)
    start, stop = next(gone, (-1, -1))
    kept: list[str] = []
    codec = _codec(open_source, dataset)
    for number, line in enumerate(_lines(open_source, dataset)):
        if number >= stop >= 0:
            start, stop = next(gone, (-1, -1))
        if not start <= number < stop:
            kept.append(line)
        if len(kept) >= BLOCK_RECORDS:
            yield "".join(kept).encode(codec, _UNREADABLE)
            kept = []
    yield "".join(kept).encode(codec, _UNREADABLE)


def rows_of(rows: Sequence[bytes], dataset: Dataset, *, parts: int, is_listed: IsListed) -> Mask:
    """Return which refused rows hold, in any field, the identifier of a person looked for.

    Args:
        rows: as they were delivered, without their header.
        dataset: the contract that they were delivered under.
        parts: of how many fields an identifier is made.
        is_listed: tells whose identifiers are looked for.
    """
    codec = "utf-16-le" if dataset.format.encoding == "utf-16" else dataset.format.encoding
    cells = [_cells(row.decode(codec, "replace"), dataset.format.delimiter) for row in rows]
    return _in_any_field(cells, parts, is_listed)


def _has_none(
    open_source: Open, dataset: Dataset, columns: Sequence[str], is_listed: IsListed
) -> bool:
    """Tell, at column speed, that no record of a well-formed file is theirs; False is not known."""
    codec = _codec(open_source, dataset)
    names = next((record for _, _, record in _records(open_source, dataset)), [])
    named = [name.lstrip("\ufeff") for name in names]
    if codec not in _FAST or any(named.count(column) != 1 for column in columns):
        return False
    options: dict[str, Any] = {
        "read_options": arrow_csv.ReadOptions(block_size=_BLOCK_BYTES, encoding=codec),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=dataset.format.delimiter, newlines_in_values=True
        ),
        "convert_options": arrow_csv.ConvertOptions(
            include_columns=list(columns),
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
        ),
    }
    try:
        with open_source() as source, arrow_csv.open_csv(source, **options) as reader:
            return not any(is_listed(batch.columns).any() for batch in reader)
    except (pa.ArrowException, KeyError, UnicodeError):
        return False


def _found(
    records: Iterator[tuple[int, int, list[str]]],
    dataset: Dataset,
    columns: Sequence[str],
    is_listed: IsListed,
) -> Found:
    lines: list[tuple[int, int]] = []
    told: list[dict[str, str]] = []
    header: list[str] = []
    places: list[int] = []
    for read in _blocks(records):
        block = read
        if not header:
            header = [cell.lstrip("\ufeff").strip() for cell in read[0][2]]
            if set(header) & {column.name for column in dataset.columns}:
                block = read[1:]
            if all(header.count(column) == 1 for column in columns):
                places = [header.index(column) for column in columns]
        cells = [record[2] for record in block]
        if not cells:
            continue
        mask = _in_places(cells, places, is_listed) if places else np.zeros(len(cells), np.bool_)
        if not places or any(len(record) != len(header) for record in cells):
            mask |= _in_any_field(cells, len(columns), is_listed)
        for row in np.flatnonzero(mask).tolist():
            start, stop, record = block[row]
            lines.append((start, stop))
            told.append(_named(header, record))
    return Found(tuple(lines), tuple(told))


def _named(header: list[str], record: list[str]) -> dict[str, str]:
    if len(header) == len(record) == len(set(header)):
        return dict(zip(header, record, strict=True))
    return {str(position): cell for position, cell in enumerate(record, start=1)}


def _in_places(cells: list[list[str]], places: list[int], is_listed: IsListed) -> Mask:
    columns = [
        [record[place] if place < len(record) else "" for record in cells] for place in places
    ]
    return is_listed([_text(column) for column in columns])


def _in_any_field(cells: list[list[str]], parts: int, is_listed: IsListed) -> Mask:
    """Return which records hold an identifier, its parts in any fields and in their order."""
    tried: list[tuple[str, ...]] = []
    owners: list[int] = []
    for owner, record in enumerate(cells):
        chosen = list(permutations([cell for cell in record if cell.strip()], parts))
        tried += chosen
        owners += [owner] * len(chosen)
    found = np.zeros(len(cells), dtype=np.bool_)
    if tried:
        mask = is_listed([_text([one[part] for one in tried]) for part in range(parts)])
        found[np.array(owners)[mask]] = True
    return found


def _text(values: list[str]) -> pa.Array:
    try:
        text = pa.array(values, pa.string())
    except UnicodeError:
        # What stands for bytes of another codec.
        whole = [value.encode("utf-8", "replace").decode() for value in values]
        text = pa.array(whole, pa.string())
    # Without the empty halves of characters that another codec would have read.
    return pc.replace_substring(text, pattern="\0", replacement="")


def _records(open_source: Open, dataset: Dataset) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first line, the line after the last and the fields of each record."""
    reader = csv.reader(
        _lines(open_source, dataset), delimiter=dataset.format.delimiter, strict=True
    )
    start = 0
    for record in reader:
        yield start, reader.line_num, record
        start = reader.line_num


def _torn_records(open_source: Open, dataset: Dataset) -> Iterator[tuple[int, int, list[str]]]:
    """Yield each line of a file whose quotes do not close as a record of its own."""
    for number, line in enumerate(_lines(open_source, dataset)):
        fields = line.rstrip("\r\n").split(dataset.format.delimiter)
        yield number, number + 1, [cell.strip().strip('"') for cell in fields]


def _cells(row: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([row], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return [cell.strip().strip('"') for cell in row.split(delimiter)]


def _lines(open_source: Open, dataset: Dataset) -> Iterator[str]:
    """Yield the lines of a file with their ends, to the character as they were delivered."""
    codec = _codec(open_source, dataset)
    with open_source() as source, _text_of(source, codec) as text:
        yield from text


def _text_of(source: BinaryIO, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(source, encoding=codec, errors=_UNREADABLE, newline="")


def _codec(open_source: Open, dataset: Dataset) -> str:
    """Return a codec in which every byte of the file is read, and written back as it was."""
    with open_source() as source:
        marked = _MARKED.get(source.read(2))
    if marked is None:
        return "latin-1" if dataset.format.encoding == "utf-16" else dataset.format.encoding
    try:
        with open_source() as source, io.TextIOWrapper(source, encoding=marked) as text:
            while text.read(BLOCK_RECORDS):
                pass
    except UnicodeError:
        return "latin-1"
    return marked


def _blocks(
    records: Iterator[tuple[int, int, list[str]]],
) -> Iterator[list[tuple[int, int, list[str]]]]:
    block: list[tuple[int, int, list[str]]] = []
    for record in records:
        block.append(record)
        if len(block) >= BLOCK_RECORDS:
            yield block
            block = []
    if block:
        yield block
