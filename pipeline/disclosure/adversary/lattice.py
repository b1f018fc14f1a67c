"""Number the unknowns behind the published cells: smallest territory x codes, table by table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from math import prod

import numpy as np
from scipy import sparse

from pipeline.disclosure.adversary.knowledge import (
    Counts,
    Indices,
    Mask,
    Matrix,
    Published,
    Table,
    Territories,
)


class Lattice:
    """Hold the unknowns of one table, in row-major order of territory and codes.

    Args:
        table: whose persons are unknown.
        territories: where they are counted.
        start: number of the first unknown.
    """

    def __init__(self, table: Table, territories: Territories, start: int) -> None:
        self.table, self.start = table, start
        self._territories = territories
        self.dimensions = tuple(n for n in table.codes if n not in territories.classes)
        self._sizes = tuple(len(table.codes[name]) for name in self.dimensions)
        self._stride = prod(self._sizes)
        self.end = start + len(territories.base) * self._stride
        self._places: dict[tuple[str, ...], Indices] = {}
        self._steps: dict[tuple[str, ...], Indices] = {}

    @cached_property
    def territory(self) -> Indices:
        """Return the place of the smallest territory of each unknown."""
        return np.repeat(np.arange(len(self._territories.base)), self._stride)

    def is_base(self, area: str) -> bool:
        """Tell whether an area is one of the smallest territories."""
        return self._territories.is_base(area)

    def knows(self, area: str, codes: Mapping[str, str]) -> bool:
        """Tell whether an area and codes are among those of the table."""
        return area in self._territories.members and self.knows_codes(codes)

    def knows_codes(self, codes: Mapping[str, str]) -> bool:
        """Tell whether codes are among those of the table."""
        return all(
            name in self.table.codes and code in self.table.codes[name]
            for name, code in codes.items()
        )

    def select(self, area: str, codes: Mapping[str, str]) -> Indices:
        """Return the unknowns of an area and of codes; other dimensions are summed."""
        placed = (area, *(codes.get(name, "") for name in self._territories.classes))
        if placed not in self._places:
            self._places[placed] = self._territories.places(area, codes)
        return self.among(self._places[placed], codes)

    def among(self, places: Indices, codes: Mapping[str, str]) -> Indices:
        """Return the unknowns of some smallest territories and of codes, classes left aside."""
        coded = tuple(codes.get(name, "") for name in self.dimensions)
        if coded not in self._steps:
            axes = [
                [self.table.codes[name].index(code)] if code else range(len(self.table.codes[name]))
                for name, code in zip(self.dimensions, coded, strict=True)
            ]
            grid = np.arange(self._stride).reshape(self._sizes)
            self._steps[coded] = grid[np.ix_(*axes)].ravel() if axes else grid.ravel()
        start = places * self._stride + self.start
        found: Indices = (start[:, None] + self._steps[coded]).ravel()
        return found

    def sums(self, kept: Sequence[str], width: int) -> Matrix:
        """Return what the smallest territories and these dimensions add up to: sums x unknowns."""
        sizes = [len(self.table.codes[name]) for name in kept]
        own: Indices = np.zeros(self._stride, dtype=np.int64)
        if kept:
            grid = np.unravel_index(np.arange(self._stride), self._sizes)
            own = np.ravel_multi_index([grid[self.dimensions.index(name)] for name in kept], sizes)
        row = (np.arange(len(self._territories.base))[:, None] * prod(sizes) + own).ravel()
        column = np.arange(self.start, self.end)
        shape = (len(self._territories.base) * prod(sizes), width)
        return Matrix((np.ones(len(row), dtype=np.int64), (row, column)), shape=shape)


def lattices(tables: Sequence[Table], territories: Territories) -> dict[str, Lattice]:
    """Return the unknowns of each table of persons, numbered one table after another."""
    found: dict[str, Lattice] = {}
    start = 0
    for table in tables:
        found[table.name] = Lattice(table, territories, start)
        start = found[table.name].end
    return found


def links(found: Mapping[str, Lattice], width: int) -> Matrix:
    """Return what tables that count the same persons must agree on; each row adds up to 0."""
    rows = [Matrix((0, width), dtype=np.int64)]
    for left, right in combinations(found.values(), 2):
        one, other = left.table, right.table
        if (one.population, one.territory_of) != (other.population, other.territory_of):
            continue
        shared = [
            name
            for name in left.dimensions
            if name in right.dimensions and one.codes[name] == other.codes[name]
        ]
        rows.append(Matrix(left.sums(shared, width) - right.sums(shared, width)))
    return Matrix(sparse.vstack(rows, format="csr"))


def nowhere(published: Published, found: Mapping[str, Lattice], period: str) -> Iterator[Indices]:
    """Yield the unknowns where tables of units say that nobody can be: no school, no pupil.

    Only what is told of the smallest territories by codes counts: that no school answered a
    question is not that there is none. Persons who stand as an earlier release counted them may be
    where there were units then.
    """
    for table in published.tables.values():
        if table.counts != "units" or not table.is_exact:
            continue
        for number in np.flatnonzero((table.period == period) & (table.shown == 0)):
            area, codes = table.address(int(number))
            for lattice in found.values():
                same = lattice.table.territory_of == table.territory_of
                told = codes and lattice.is_base(area) and lattice.knows(area, dict(codes))
                stood = published.reopened.get((table.name, lattice.table.population), ())
                if same and told and number not in stood:
                    yield lattice.select(area, dict(codes))


def nothing(published: Published, found: Mapping[str, Lattice], period: str) -> Iterator[Indices]:
    """Yield the unknowns of what counts nothing where a table shows none of what it needs."""
    for name, table in published.needed.items():
        for number in np.flatnonzero((table.period == period) & (table.shown == 0)):
            area, codes = table.address(int(number))
            if name in found and found[name].knows(area, dict(codes)):
                yield found[name].select(area, dict(codes))


def rows(supports: Sequence[Indices], width: int) -> Matrix:
    """Return a matrix with 1 where a row's support has an unknown."""
    lengths = [len(support) for support in supports]
    return Matrix(
        (
            np.ones(sum(lengths), dtype=np.int64),
            np.concatenate([np.empty(0, dtype=np.int64), *supports]).astype(np.int64),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        ),
        shape=(len(supports), width),
    )


class Kept:
    """Number anew the unknowns that are not known to be 0."""

    def __init__(self, alive: Mask) -> None:
        self._alive, self._place = alive, np.cumsum(alive) - 1
        self.size = int(alive.sum())

    def among(self, unknowns: Indices) -> Counts:
        """Return the new numbers of those that are kept, in order."""
        return np.sort(self._place[unknowns[self._alive[unknowns]]]).astype(np.int64)
