"""Say what a proof is: published cells, a whole table of persons, and worlds that change it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Address = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Territories:
    """Say what each smallest territory belongs to.

    Args:
        areas: smallest territory → the areas that it lies in, itself among them.
        classes: typology → smallest territory → class.
    """

    areas: Mapping[str, Sequence[str]]
    classes: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Hold what one table shows, and persons that agree with it.

    Args:
        table: its name.
        dimensions: in the order of a cell's codes.
        counted_by: those that persons have, typologies left out, in the order of a row's codes.
        least: what every hidden cell is known to be at least.
        shown: (area, code of each dimension) → published count, None where it is hidden.
        rows: (smallest territory, code of each dimension that persons have).
        persons: how many there are in each row.
        empty: rows in which, as everybody knows, there can be nobody.
        worlds: number of a world → its changes, row → persons; a world goes through all tables.
    """

    table: str
    dimensions: tuple[str, ...]
    counted_by: tuple[str, ...]
    least: int
    shown: Mapping[Address, int | None]
    rows: Sequence[Address]
    persons: Sequence[int]
    empty: frozenset[int]
    worlds: Mapping[int, Mapping[int, int]]

    def changes(self, world: int | None) -> Iterable[tuple[int, int]]:
        """Return row and persons: the changes of a world, or without one all that there are."""
        return enumerate(self.persons) if world is None else self.worlds.get(world, {}).items()

    def told(self, row: Address, names: Sequence[str]) -> Address:
        """Return the territory and some of the codes of a row."""
        return (row[0], *(row[1 + self.counted_by.index(name)] for name in names))
