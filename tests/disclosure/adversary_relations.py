"""Everything that a published file says of the persons behind it, as whole-number relations.

Unknowns: one count per smallest territory x codes of each table of persons, at or above 0. Known:
every shown cell is the sum of its unknowns; a hidden cell is at least 1 where zeros are shown;
tables with the same unit count the same persons; persons are counted at their school, so where a
table shows no school there is nobody; a rate is a quotient, known up to its rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt
from scipy import sparse

from tests.disclosure.adversary_file import TOTAL, Cell, Codes, Geography, Indices, Published, Table
from tests.disclosure.adversary_rates import Policy, Quotient, quotients

Matrix = sparse.csr_array
Counts = npt.NDArray[np.int64]
SCHOOLS = "schools"


class ContradictionError(AssertionError):
    """The published file contradicts itself."""


@dataclass(frozen=True)
class Figure:
    """A set of persons whose number is hidden, and all the cells that show this same set."""

    cells: tuple[Cell, ...]
    unknowns: Indices


@dataclass(frozen=True)
class Puzzle:
    """What is known of one period.

    Args:
        period: the period.
        width: number of unknowns.
        territory: position of the smallest territory of each unknown.
        equations: known sums x unknowns; `known` their values.
        figures: the hidden sets of persons; `hidden` is figures x unknowns, `floor` the least that
            each can be.
        inequalities: rows that are at least `least`, from rates; whole numbers.
        telling: rates that are shown though one of their parts is hidden.
    """

    period: str
    width: int
    territory: Indices
    equations: Matrix
    known: Counts
    figures: tuple[Figure, ...]
    hidden: Matrix
    floor: Counts
    inequalities: Matrix
    least: Counts
    telling: tuple[str, ...]


@dataclass(frozen=True)
class _Lattice:
    table: Table
    dimensions: tuple[str, ...]
    unknowns: Indices
    geography: Geography

    @property
    def territory(self) -> Indices:
        """Return the position of the smallest territory of each unknown."""
        places = len(self.geography.base)
        return np.repeat(np.arange(places), self.unknowns.size // places)

    def select(self, area: str, codes: Mapping[str, str]) -> Indices:
        """Return the unknowns that a cell of this table counts."""
        territories = self.geography.members[area]
        axes: list[Indices] = []
        for name, code in codes.items():
            if name in self.geography.classes and code != TOTAL:
                inside = self.geography.classes[name][territories] == code
                territories = territories[inside]
        for name in self.dimensions:
            code, shown = codes.get(name, TOTAL), self.table.codes[name]
            axes.append(np.arange(len(shown)) if code == TOTAL else np.array([shown.index(code)]))
        found: Indices = self.unknowns[np.ix_(territories, *axes)].ravel()
        return found


def assemble(published: Published, period: str, policy: Policy) -> Puzzle:
    """Write down all that the file says of one period.

    Raises:
        ContradictionError: the same persons are shown with two numbers.
    """
    lattices, width = _lattices(published)
    cells = [
        (cell, lattices[cell.table].select(cell.area, _named(table, cell.codes)))
        for table in published.tables.values()
        for cell in table.cells[period]
    ]
    alive = np.ones(width, dtype=bool)
    for nobody in _without_school(published, period, lattices):
        alive[nobody] = False
    for cell, unknowns in cells:
        if cell.value == 0:
            alive[unknowns] = False
    kept = _Kept(alive)
    sums = [(cell, kept.among(unknowns)) for cell, unknowns in cells]
    links = [(kept.among(a), kept.among(b)) for a, b in _links(published, lattices)]
    equations, known = _equations(sums, links, kept.size)
    figures = _figures(sums)
    rates, least, telling = _rates(published, period, policy, lattices)
    return Puzzle(
        period=period,
        width=kept.size,
        territory=np.concatenate([lattice.territory for lattice in lattices.values()])[alive],
        equations=equations,
        known=known,
        figures=figures,
        hidden=_rows([figure.unknowns for figure in figures], kept.size),
        floor=np.array([_floor(figure, published) for figure in figures], dtype=np.int64),
        inequalities=rates[:, alive],
        least=least,
        telling=telling,
    )


def _floor(figure: Figure, published: Published) -> int:
    """Return 1 where some table would show the figure if nobody were in it."""
    return int(any(cell.table not in published.protected_zeros for cell in figure.cells))


class _Kept:
    """Number anew the unknowns that are not known to be 0."""

    def __init__(self, alive: npt.NDArray[np.bool_]) -> None:
        self._alive, self._position = alive, np.cumsum(alive) - 1
        self.size = int(alive.sum())

    def among(self, unknowns: Indices) -> Indices:
        """Return the new numbers of those that are kept, in order."""
        return np.sort(self._position[unknowns[self._alive[unknowns]]]).astype(np.int64)


def _equations(
    sums: Sequence[tuple[Cell, Indices]], links: Sequence[tuple[Indices, Indices]], width: int
) -> tuple[Matrix, Counts]:
    """Return every shown sum, once, and what tables must agree on."""
    shown: dict[bytes, int] = {b"": 0}
    for cell, unknowns in sums:
        if (
            cell.value is not None
            and shown.setdefault(unknowns.tobytes(), cell.value) != cell.value
        ):
            message = f"{cell.table} {cell.area}: the same persons are shown with two numbers"
            raise ContradictionError(message)
    rows = [
        _rows([np.frombuffer(key, dtype=np.int64) for key in shown], width),
        _rows([a for a, _ in links], width) - _rows([b for _, b in links], width),
    ]
    known = np.array([*shown.values(), *(0 for _ in links)], dtype=np.int64)
    return Matrix(sparse.vstack(rows, format="csr")), known


def _named(table: Table, codes: Codes) -> dict[str, str]:
    return dict(zip(table.dimensions, codes, strict=True))


def _lattices(published: Published) -> tuple[dict[str, _Lattice], int]:
    geography = published.geography
    lattices: dict[str, _Lattice] = {}
    start = 0
    for name, table in published.tables.items():
        own = tuple(d for d in table.dimensions if table.codes[d] and d not in geography.classes)
        sizes = (len(geography.base), *(len(table.codes[d]) for d in own))
        stop = start + int(np.prod(sizes))
        lattices[name] = _Lattice(table, own, np.arange(start, stop).reshape(sizes), geography)
        start = stop
    return lattices, start


def _without_school(
    published: Published, period: str, lattices: Mapping[str, _Lattice]
) -> Iterator[Indices]:
    """Yield the unknowns of which a table of schools says that no school can hold them."""
    for (table, _, when, area, codes), value in published.others.items():
        if table == SCHOOLS and when == period and value == 0:
            for lattice in lattices.values():
                if {name for name, _ in codes} <= set(lattice.table.dimensions):
                    yield lattice.select(area, dict(codes))


def _links(
    published: Published, lattices: Mapping[str, _Lattice]
) -> Iterator[tuple[Indices, Indices]]:
    """Yield what tables with the same unit must agree on: the sums over the codes they share."""
    for left, right in combinations(lattices.values(), 2):
        if left.table.measure != right.table.measure:
            continue
        shared = [name for name in left.dimensions if name in right.dimensions]
        lists = [sorted({*left.table.codes[n], *right.table.codes[n]}) for n in shared]
        for area in published.geography.base:
            for codes in product(*lists):
                named = dict(zip(shared, codes, strict=True))
                yield left.select(area, named), right.select(area, named)


def _figures(sums: Sequence[tuple[Cell, Indices]]) -> tuple[Figure, ...]:
    groups: dict[bytes, list[Cell]] = {}
    for cell, unknowns in sums:
        if cell.value is None:
            groups.setdefault(unknowns.tobytes(), []).append(cell)
    return tuple(
        Figure(tuple(cells), np.frombuffer(key, dtype=np.int64)) for key, cells in groups.items()
    )


def _rows(supports: Sequence[Indices], width: int) -> Matrix:
    lengths = [len(support) for support in supports]
    return Matrix(
        (
            np.ones(sum(lengths), dtype=np.int64),
            np.concatenate([*supports, np.empty(0, dtype=np.int64)]).astype(np.int64),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        ),
        shape=(len(supports), width),
    )


def _rates(
    published: Published, period: str, policy: Policy, lattices: Mapping[str, _Lattice]
) -> tuple[Matrix, Counts, tuple[str, ...]]:
    """Return what rates add: only those with a part that is not itself shown add anything."""
    told = [q for q in quotients(published, period, policy) if not _is_open(published, period, q)]
    lines = [line for quotient in told for line in quotient.lines]
    width = sum(lattice.unknowns.size for lattice in lattices.values())
    matrix = sparse.dok_array((len(lines), width), dtype=np.int64)
    for row, line in enumerate(lines):
        for factor, table, area, codes in line.terms:
            for unknown in lattices[table].select(area, codes):
                matrix[row, unknown] += factor
    least = np.array([line.least for line in lines], dtype=np.int64)
    return Matrix(matrix.tocsr()), least, tuple(quotient.name for quotient in told)


def _is_open(published: Published, period: str, quotient: Quotient) -> bool:
    """Return whether every part of the quotient is shown beside it."""
    for line in quotient.lines:
        for _, name, area, codes in line.terms:
            table = published.tables[name]
            address = (period, area, tuple(codes.get(d, TOTAL) for d in table.dimensions))
            cell = table.by_address.get(address)
            if cell is None or cell.value is None:
                return False
    return True
