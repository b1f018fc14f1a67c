"""The records of a delivery, well-formed or not: nothing that stands in it is passed over.

Where quotes close, a record is what a strict reader takes for one. A quote that was opened by
mistake may hide whole lines of others in one field, so a record of several lines keeps its lines.
Where quotes do not close, each line is a record. Where files were put one behind the other, the
first line does not say what stands in the others.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.contracts.datasets import Dataset
from pipeline.intake.header import DELIMITERS
from pipeline.intake.raw_lines import Open, codec_of, raw_lines

_ANY_DELIMITER = re.compile("[" + re.escape("".join(DELIMITERS)) + "]")
_BLOCK_BYTES = 8 << 20
# What packs or encrypts what it holds: nobody can be looked for in it.
PACKED = (
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c"),
    *(b"\x28\xb5\x2f\xfd", b"Rar!", b"PAR1", b"PARE", b"ARROW1", b"\xd0\xcf\x11\xe0", b"%PDF"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a delivery are laid out.

    Attributes:
        delimiter: between cells; where no name is known, the one that the contract says.
        header: the names in the first line; none where no name of the contract stands in it.
    """

    delimiter: str
    header: tuple[str, ...]

    def cells(self, line: str) -> list[str]:
        """Return the cells of one line, whatever its quotes; in any layout where none is known."""
        line = line.rstrip("\r\n")
        found = line.split(self.delimiter) if self.header else _ANY_DELIMITER.split(line)
        return [cell.strip().strip('"') for cell in found]

    def unknown_to(self, dataset: Dataset) -> list[int]:
        """Return where the header has names, from 0, that a contract has not."""
        wanted = _wanted(dataset)
        return [at for at, name in enumerate(self.header) if name not in wanted]

    def raw_cells(self, line: str) -> list[str]:
        """Return the cells of one line with the quotes around them."""
        return [cell.strip() for cell in line.split(self.delimiter)]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in a delivery. Its text form shows nothing of it.

    Attributes:
        start: its first line, from 0.
        stop: the line after its last.
        cells: its fields.
        lines: as they were delivered, where the fields may not tell all that stands in them.
    """

    start: int
    stop: int
    cells: list[str]
    lines: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Record({self.start}, {self.stop})"


def is_packed(open_source: Open) -> bool:
    """Tell whether a delivery is of a kind in which nobody can be looked for."""
    with open_source() as source:
        return source.read(8).startswith(PACKED)


def names_known(open_source: Open, dataset: Dataset) -> int:
    """Return how many of the names of a contract stand in the first line of a file."""
    return len(_wanted(dataset) & set(layout_of(open_source, dataset).header))


def layout_of(open_source: Open, dataset: Dataset) -> Layout:
    """Return the layout in which most names of the contract stand in the first line."""
    first = next(raw_lines(open_source, dataset), "")
    wanted, headings = _wanted(dataset), dataset.every_heading
    declared = dataset.text.delimiter
    layouts = [
        Layout(delimiter, tuple(headings.get(name, name) for name in names_in(first, delimiter)))
        for delimiter in (declared, *DELIMITERS)
    ]
    best = max(layouts, key=lambda layout: len(wanted & set(layout.header)))
    return best if wanted & set(best.header) else Layout(declared, ())


def holds_another_table(
    open_source: Open, dataset: Dataset, layout: Layout, columns: Sequence[str]
) -> bool:
    """Tell whether a line behind the first names columns too, and others: files put together.

    Args:
        open_source: opens the file as delivered.
        dataset: the contract by which it is read.
        layout: of its first line.
        columns: that such a line has to name.
    """
    if not layout.header:
        return False
    headings = dataset.every_heading
    spellings = [text for text, name in headings.items() if name == columns[0]] or [columns[0]]
    codec = codec_of(open_source, dataset)
    lines = raw_lines(open_source, dataset)
    first = next(lines)
    if all(
        _occurrences(open_source, text.encode(codec, "replace")) <= first.count(text)
        for text in spellings
    ):
        return False
    return any(
        set(columns) <= set(names) and names != layout.header
        for line in lines
        if any(text in line for text in spellings)
        for names in (
            tuple(headings.get(name, name) for name in names_in(line, delimiter))
            for delimiter in DELIMITERS
        )
    )


def strict_records(open_source: Open, dataset: Dataset, layout: Layout) -> Iterator[Record]:
    """Yield the records of a file whose quotes close.

    Raises:
        csv.Error: they do not.
    """
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in raw_lines(open_source, dataset):
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=layout.delimiter, strict=True)
    start = 0
    for cells in reader:
        is_told = layout.header and len(taken) == 1
        yield Record(start, reader.line_num, cells, () if is_told else tuple(taken))
        start = reader.line_num
        taken.clear()


def torn_records(open_source: Open, dataset: Dataset, layout: Layout) -> Iterator[Record]:
    """Yield each line of a file whose quotes do not close as a record of its own."""
    for number, line in enumerate(raw_lines(open_source, dataset)):
        yield Record(number, number + 1, layout.cells(line))


def names_in(line: str, delimiter: str) -> Iterator[str]:
    """Yield the cells of a first line, of which some may be names."""
    for cell in line.rstrip("\r\n").lstrip("\ufeff").split(delimiter):
        yield cell.strip().strip('"')


def _occurrences(open_source: Open, text: bytes) -> int:
    found, rest = 0, b""
    with open_source() as source:
        for block in iter(lambda: source.read(_BLOCK_BYTES), b""):
            found += (rest + block).count(text)
            rest = (rest + block)[-len(text) + 1 :] if len(text) > 1 else b""
    return found


def _wanted(dataset: Dataset) -> set[str]:
    return {column.name for column in dataset.columns}
