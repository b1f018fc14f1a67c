"""What becomes of a file between its source and its delivery: kinds of damage, drawn by a seed.

Each kind is what a person, a spreadsheet, an editor or a network does to a file, whatever a reader
looks for. It says where the damage lies: on which lines it may be told, and in which columns where
one exists.
"""

from __future__ import annotations

import gzip
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from pipeline.contracts.datasets import Column, Dataset

Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """A sound file: its contract, header and rows. A row stands on the line of its number and 2."""

    dataset: Dataset
    header: Row
    rows: tuple[Row, ...]

    def lines(self) -> list[str]:
        """Return its lines without their ends."""
        return [";".join(self.header), *(";".join(row) for row in self.rows)]

    def content(self) -> bytes:
        """Return it as it was meant to be sent."""
        return written(self.lines())

    def where(self, name: str) -> int:
        """Return the place of a column."""
        return self.header.index(name)

    def changed(self, at: int, name: str, cell: str) -> Sheet:
        """Return it with another cell in a row."""
        rows = [list(row) for row in self.rows]
        rows[at][self.where(name)] = cell
        return replace(self, rows=tuple(rows))


@dataclass(frozen=True)
class Mutated:
    """A damaged copy.

    Attributes:
        content: its bytes.
        lines: on any of which it may be told; None where it says what the sound file says.
        columns: any of which may be told; None where no column is concerned.
    """

    content: bytes
    lines: frozenset[int] | None
    columns: frozenset[str] | None = None


Kind = Callable[[Sheet, Random], Mutated | None]
KINDS: dict[str, Kind] = {}


def written(lines: Sequence[str], *, end: str = "\n", encoding: str = "utf-8") -> bytes:
    """Return lines as a file."""
    return "".join(f"{line}{end}" for line in lines).encode(encoding)


def kind(made: Kind) -> Kind:
    """Register a kind by its name."""
    KINDS[made.__name__] = made
    return made


def told(content: bytes, *lines: int, columns: Sequence[str] | None = None) -> Mutated:
    """Return a damaged copy with its place."""
    return Mutated(content, frozenset(lines), None if columns is None else frozenset(columns))


def alike(content: bytes) -> Mutated:
    """Return a copy that says the same."""
    return Mutated(content, None)


def a_row(sheet: Sheet, rng: Random) -> int:
    """Return the number of a row, none of the last two."""
    return rng.randrange(len(sheet.rows) - 2)


def columns_of(sheet: Sheet, *types: str) -> list[Column]:
    """Return the columns of some types."""
    return [column for column in sheet.dataset.columns if column.type in types]


def a_column(sheet: Sheet, rng: Random, *types: str) -> Column | None:
    """Return a column of one of some types."""
    columns = columns_of(sheet, *types)
    return rng.choice(columns) if columns else None


def a_code(sheet: Sheet, rng: Random) -> Column | None:
    """Return a text column whose form the contract knows."""
    columns = [
        column
        for column in columns_of(sheet, "text")
        if column.pattern or column.references or column.territory
    ]
    return rng.choice(columns) if columns else None


def a_name(sheet: Sheet, rng: Random) -> Column | None:
    """Return a column of free text."""
    columns = [
        column
        for column in columns_of(sheet, "text")
        if not (column.pattern or column.references or column.territory)
    ]
    return rng.choice(columns) if columns else None


def filled(sheet: Sheet, rng: Random, name: str, *, least: int = 1) -> int | None:
    """Return a row in which a cell has so many characters."""
    at = sheet.where(name)
    rows = [number for number, row in enumerate(sheet.rows[:-2]) if len(row[at]) >= least]
    return rng.choice(rows) if rows else None


def accented(sheet: Sheet, rng: Random) -> tuple[int, str] | None:
    """Return a row and a free text in it that has a letter beyond ASCII."""
    names = [column.name for column in columns_of(sheet, "text")]
    found = [
        (number, name)
        for number, row in enumerate(sheet.rows[:-2])
        for name in names
        if not row[sheet.where(name)].isascii()
    ]
    return rng.choice(found) if found else None


def edited(sheet: Sheet, at: int, line: str) -> bytes:
    """Return the file with another line in place of a row; a line may be several."""
    lines = sheet.lines()
    lines[at + 1] = line
    return written(lines)


def recoded(sheet: Sheet, at: int, name: str, cell: str) -> Mutated:
    """Return the file with another cell."""
    return told(sheet.changed(at, name, cell).content(), at + 2, columns=[name])


def in_cell(
    sheet: Sheet,
    rng: Random,
    column: Column | None,
    change: Callable[[str], str],
    *,
    least: int = 1,
) -> Mutated | None:
    """Return the file with one cell changed, where one is long enough and the change shows."""
    if column is None:
        return None
    at = filled(sheet, rng, column.name, least=least)
    if at is None:
        return None
    cell = sheet.rows[at][sheet.where(column.name)]
    made = change(cell)
    return None if made == cell else recoded(sheet, at, column.name, made)


def in_any_cell(sheet: Sheet, rng: Random, change: Callable[[str, str], str]) -> Mutated | None:
    """Return the file with a cell changed, which is given in two parts."""

    def in_two(cell: str) -> str:
        cut = rng.randrange(1, len(cell))
        return change(cell[:cut], cell[cut:])

    return in_cell(sheet, rng, rng.choice(sheet.dataset.columns), in_two, least=2)


def without_column(mutated: Mutated | None) -> Mutated | None:
    """Return a damaged copy of which no column can be told."""
    return mutated and replace(mutated, columns=None)


def plain(text: str) -> str:
    """Return a text without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def compressed(content: bytes) -> bytes:
    """Return a file in gzip."""
    return gzip.compress(content, mtime=0)
