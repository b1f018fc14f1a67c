"""Whose record is it: a delivery read for the identifiers in it, wherever they stand.

This reader refuses nothing. It is for deliveries that are sealed already, well-formed or not: a
person may be looked for, and taken out of, what was refused as a whole. Nothing is kept in memory
but a block of identifiers.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from pipeline.contracts.datasets import Dataset
from pipeline.intake.any_field import foreign, in_any_field
from pipeline.intake.glance import Glance, at_a_glance
from pipeline.intake.loose_records import (
    Layout,
    Record,
    holds_another_table,
    is_packed,
    layout_of,
    strict_records,
    torn_records,
)
from pipeline.intake.mentions import (
    SHORTEST,
    Mask,
    Sought,
    least_length,
    mentions,
    text_of,
)
from pipeline.intake.raw_lines import Open
from pipeline.intake.rests import Rests
from pipeline.intake.row_codecs import row_codec

BLOCK_RECORDS = 100_000

# First line and line after the last, from 0.
Lines = tuple[int, int]


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
        records: of each, column → text, as far as the header names columns; else by position;
            what lines that were cut off it hold, as `+1` and so on.
        mentions: cells of other records that name them.
        delimiter: by which cells are told apart.
    """

    lines: tuple[Lines, ...] = ()
    records: tuple[dict[str, str], ...] = field(default=(), repr=False)
    mentions: tuple[Mention, ...] = ()
    delimiter: str = ";"

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
    says, a record is theirs when their identifier stands in any field of it; so is a line of a
    record of several that does. In a file of others so is a record of another width than the
    header, one that has it under a name that is none of theirs, and any in files that were put
    together. Nobody is found in what is packed.

    Args:
        open_source: opens the file as delivered.
        dataset: its contract.
        sought: who is looked for, and in which columns identifiers stand.
    """
    if is_packed(open_source):
        return Found()
    layout = layout_of(open_source, dataset)
    if holds_another_table(open_source, dataset, layout, sought.columns):
        layout, sought = Layout(layout.delimiter, ()), replace(sought, in_passing=False)
    if sought.in_passing and sought.length < SHORTEST:
        return Found()
    is_mixed = sought.in_passing and bool(layout.unknown_to(dataset))
    known = None if is_mixed else at_a_glance(open_source, dataset, layout, sought)
    if known is not None and (known.is_aligned or not (known.records or known.names)):
        return _seen(known, layout)
    if known is not None and not (known.records or known.names):
        # Record by record, no text has to be looked through again.
        sought = replace(sought, length=0)
    try:
        strict = strict_records(open_source, dataset, layout)
        return _found(strict, dataset, layout, sought)
    except csv.Error:
        torn = torn_records(open_source, dataset, layout)
        return _found(torn, dataset, layout, sought, is_torn=True)


def rows_of(rows: Sequence[bytes], dataset: Dataset, sought: Sought) -> Mask:
    """Return which refused rows hold, in any field, the identifier of a person looked for.

    Args:
        rows: as they were delivered, without their header.
        dataset: the contract that they were delivered under.
        sought: who is looked for.
    """
    if sought.in_passing:
        names = [column.name for column in dataset.columns]
        return foreign(
            [_cells(text, dataset.text.delimiter) for text in _texts(rows, dataset)], names, sought
        )
    layout = Layout(dataset.text.delimiter, sought.columns)
    texts = _texts(rows, dataset)
    mask = in_any_field([_cells(text, layout.delimiter) for text in texts], sought)
    # A quote that was opened by mistake hides rows of others in the field of one.
    lines = [text.splitlines() for text in texts]
    owners = [row for row, each in enumerate(lines) for _ in each]
    cells = [layout.cells(line) for each in lines for line in each]
    mask[np.array(owners, np.int64)[in_any_field(cells, sought)]] = True
    return mask


def mentions_in_rows(
    rows: Sequence[bytes], dataset: Dataset, sought: Sought
) -> list[tuple[int, ...]]:
    """Return of each refused row which of its cells, from 0, name a person in passing."""
    cells = [_cells(text, dataset.text.delimiter) for text in _texts(rows, dataset)]
    return _fields(cells, sought)


def _texts(rows: Sequence[bytes], dataset: Dataset) -> list[str]:
    return [row.decode(row_codec(row, dataset), "replace") for row in rows]


def _seen(known: Glance, layout: Layout) -> Found:
    """Return what was found in a file of which each row is a line."""
    header = list(layout.header)
    return Found(
        lines=tuple((row + 1, row + 2) for row in known.records),
        records=tuple(_named(header, cells, []) for cells in known.records.values()),
        mentions=tuple(Mention((row + 1, row + 2), chosen) for row, chosen in known.names.items()),
        delimiter=layout.delimiter,
    )


def _found(
    records: Iterator[Record],
    dataset: Dataset,
    layout: Layout,
    sought: Sought,
    *,
    is_torn: bool = False,
) -> Found:
    lines: list[Lines] = []
    told: list[dict[str, str]] = []
    named: list[Mention] = []
    header = list(layout.header)
    least = [least_length(name, dataset, sought) for name in header]
    if header:
        next(records, None)
    strange = layout.unknown_to(dataset)
    rest_of = Rests(width=0 if sought.in_passing else len(header))
    for block in _blocks(records):
        theirs = _theirs(block, layout, sought, strange)
        parts = _hidden(block, theirs, layout, sought)
        taken = {*np.flatnonzero(theirs).tolist(), *parts}
        rests = rest_of.find(block, taken)
        if rests.get(-1):
            lines[-1] = (lines[-1][0], block[rests[-1][-1]].stop)
        for row in sorted(taken):
            around = sorted([row, *rests.get(row, [])])
            whole = Record(block[around[0]].start, block[around[-1]].stop, block[row].cells)
            rest = [cell for each in around if each != row for cell in block[each].cells]
            for part in parts.get(row, [whole]):
                lines.append((part.start, part.stop))
                told.append(_named(header, part.cells, rest))
        gone = taken.union(*rests.values())
        others = [row for row in range(len(block)) if row not in gone]
        fields = _fields([block[row].cells for row in others], sought, least)
        named += [
            Mention((block[row].start, block[row].stop), () if is_torn else chosen)
            for row, chosen in zip(others, fields, strict=True)
            if chosen
        ]
    return Found(tuple(lines), tuple(told), tuple(named), layout.delimiter)


def _hidden(
    block: Sequence[Record], theirs: Mask, layout: Layout, sought: Sought
) -> dict[int, list[Record]]:
    """Return the records of others that hide lines of theirs → those lines, or all of it."""
    at: list[tuple[int, int]] = []
    cells: list[list[str]] = []
    if sought.in_passing:
        return {}
    for row in np.flatnonzero(~theirs).tolist():
        for number, line in enumerate(block[row].lines):
            split = layout.cells(line) if not layout.header else layout.raw_cells(line)
            if len(split) > 1 or not layout.header:
                at.append((row, number))
                cells.append(split)
    found: dict[int, list[Record]] = {}
    for hit in np.flatnonzero(in_any_field(cells, sought)).tolist():
        row, number = at[hit]
        start = block[row].start + number
        found.setdefault(row, []).append(Record(start, start + 1, cells[hit]))
        # Without the line that opens or closes a quote the rest is another file.
        if not layout.header or '"' in block[row].lines[number]:
            theirs[row] = True
    return {row: lines for row, lines in found.items() if not theirs[row]}


def _named(header: list[str], record: list[str], rest: list[str]) -> dict[str, str]:
    cells, names = [_shown(cell) for cell in record], [_shown(name) for name in header]
    if not len(names) == len(cells) == len(set(names)):
        names = [str(position) for position, _ in enumerate(cells, start=1)]
    more = {f"+{position}": _shown(cell) for position, cell in enumerate(rest, start=1)}
    return dict(zip(names, cells, strict=True)) | more


def _shown(cell: str) -> str:
    """Return a cell as text: bytes that are none of its encoding are spelled."""
    return cell.encode("utf-8", "backslashreplace").decode()


def _theirs(
    block: Sequence[Record], layout: Layout, sought: Sought, strange: Sequence[int]
) -> Mask:
    """Return which records are of persons sought."""
    cells = [record.cells for record in block]
    header, mask = layout.header, np.zeros(len(block), np.bool_)
    if sought.in_passing:
        # What is no record of that dataset may be one of another behind it, or beside it.
        width = len(header)
        other = [[row[at] for at in strange] if len(row) == width else row for row in cells]
        return in_any_field(other, sought) | foreign(cells, header, sought)
    is_named = all(header.count(column) == 1 for column in sought.columns)
    if is_named:
        columns = _columns(cells, [header.index(column) for column in sought.columns])
        mask |= sought.is_listed(columns)
        # Among other signs in its own column an identifier is that of the record too.
        for column in columns:
            mask |= mentions(column, sought)
    if not is_named or any(len(record) != len(header) for record in cells):
        mask |= in_any_field(cells, sought)
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


def _columns(cells: list[list[str]], places: list[int]) -> list[pa.Array]:
    return [
        text_of([record[place] if place < len(record) else "" for record in cells])
        for place in places
    ]


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
