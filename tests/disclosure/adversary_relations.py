"""Everything that a published file says of the persons behind it, as whole-number relations.

Unknowns: one count per smallest territory x codes of each table of persons, at or above 0. Known:
every shown cell is the sum of its unknowns; a hidden cell is at least 1, since zeros are shown;
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
        equations: known sums x unknowns; `known` their values.
        figures: the hidden sets of persons; `hidden` is figures x unknowns.
        inequalities: rows that are at least `least`, from rates; whole numbers.
        telling: rates that are shown though one of their parts is hidden.
    """

    period: str
    width: int
    equations: Matrix
    known: npt.NDArray[np.int64]
    figures: tuple[Figure, ...]
    hidden: Matrix
    inequalities: Matrix
    least: npt.NDArray[np.int64]
    telling: tuple[str, ...]


@dataclass(frozen=True)
class _Lattice:
    table: Table
    dimensions: tuple[str, ...]
    unknowns: Indices
    geography: Geography

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
    """Write down all that the file says of one period."""
    lattices, width = _lattices(published)
    cells = [
        (cell, lattices[cell.table].select(cell.area, _named(table, cell.codes)))
        for table in published.tables.values()
        for cell in table.cells[period]
    ]
    alive = np.ones(width, dtype=bool)
    for cell, unknowns in cells:
        if cell.value == 0:
            alive[unknowns] = False
    for unknowns in _without_school(published, period, lattices):
        alive[unknowns] = False
    position = np.cumsum(alive) - 1
    sums = [(cell, position[unknowns[alive[unknowns]]]) for cell, unknowns in cells]
    shown = {_key(u): cell.value for cell, u in sums if cell.value is not None}
    links = [
        (position[left[alive[left]]], position[right[alive[right]]])
        for left, right in _links(published, lattices)
    ]
    size = int(alive.sum())
    equations = sparse.vstack(
        [
            _rows([np.frombuffer(key, dtype=np.int64) for key in shown], size),
            _rows([a for a, _ in links], size) - _rows([b for _, b in links], size),
        ],
        format="csr",
    )
    known = np.array([*shown.values(), *(0 for _ in links)], dtype=np.int64)
    _check_shown(sums, shown)
    figures = _figures(sums)
    rates, least, telling = _rates(published, period, policy, lattices)
    return Puzzle(
        period=period,
        width=size,
        equations=equations,
        known=known,
        figures=figures,
        hidden=_rows([figure.unknowns for figure in figures], size),
        inequalities=rates[:, alive],
        least=least,
        telling=telling,
    )


def _named(table: Table, codes: Codes) -> dict[str, str]:
    return dict(zip(table.dimensions, codes, strict=True))


def _key(unknowns: Indices) -> bytes:
    return np.sort(unknowns).astype(np.int64).tobytes()


def _lattices(published: Published) -> tuple[dict[str, _Lattice], int]:
    geography = published.geography
    lattices: dict[str, _Lattice] = {}
    start = 0
    for name, table in published.tables.items():
        own = tuple(d for d in table.dimensions if d not in geography.classes)
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


def _check_shown(sums: Sequence[tuple[Cell, Indices]], shown: Mapping[bytes, int | None]) -> None:
    for cell, unknowns in sums:
        if cell.value is not None and shown[_key(unknowns)] != cell.value:
            message = f"{cell.table} {cell.area}: one set of persons is shown with two numbers"
            raise ContradictionError(message)
        if not len(unknowns) and cell.value != 0:
            message = f"{cell.table} {cell.area}: persons where a sum of 0 is shown"
            raise ContradictionError(message)


def _figures(sums: Sequence[tuple[Cell, Indices]]) -> tuple[Figure, ...]:
    groups: dict[bytes, list[Cell]] = {}
    for cell, unknowns in sums:
        if cell.value is None:
            groups.setdefault(_key(unknowns), []).append(cell)
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
) -> tuple[Matrix, npt.NDArray[np.int64], tuple[str, ...]]:
    """Return what rates add: only those with a part that is not itself shown add anything."""
    width = sum(lattice.unknowns.size for lattice in lattices.values())
    rows: list[npt.NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * 0
    columns: list[Indices] = []
    factors: list[npt.NDArray[np.int64]] = []
    least: list[int] = []
    telling: list[str] = []
    for quotient in quotients(published, period, policy):
        if _is_open(published, period, quotient):
            continue
        telling.append(quotient.name)
        for line in quotient.lines:
            for factor, table, area, codes in line.terms:
                unknowns = lattices[table].select(area, codes)
                columns.append(unknowns)
                rows.append(np.full(len(unknowns), len(least)))
                factors.append(np.full(len(unknowns), factor))
            least.append(line.least)
    empty = [np.empty(0, dtype=np.int64)]
    matrix = sparse.coo_array(
        (
            np.concatenate(factors + empty),
            (np.concatenate(rows + empty), np.concatenate(columns + empty)),
        ),
        shape=(len(least), width),
    )
    return matrix.tocsr(), np.array(least, dtype=np.int64), tuple(telling)


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
