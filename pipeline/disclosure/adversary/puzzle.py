"""Everything that is public of the persons of one period, as whole-number relations.

Unknowns: one count per smallest territory x codes of each table of persons, at or above 0. Known:
every shown cell is the sum of its unknowns, in this release and in those that show the same rows; a
hidden cell is at least 1 where zeros are shown; tables of one population count the same persons;
where a table of units shows none there is nobody; a rate is a quotient, known up to its rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from pipeline.disclosure.adversary.earlier import Elsewhere, Named, others
from pipeline.disclosure.adversary.former import of_former
from pipeline.disclosure.adversary.knowledge import Counts, Indices, Matrix, Published, Table
from pipeline.disclosure.adversary.lattice import (
    Kept,
    Lattice,
    lattices,
    links,
    nothing,
    nowhere,
    rows,
)
from pipeline.disclosure.adversary.quotients import inequalities
from pipeline.errors import DisclosureError, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Name a published cell: its table, its place there, and the level of its area."""

    table: str
    number: int
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Hold a set of persons whose number is hidden, and all the cells that would show it.

    `is_told_elsewhere` where others publish this very number, so that it is no secret.
    """

    cells: tuple[Cell, ...]
    territories: Indices
    is_told_elsewhere: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzle:
    """Hold what is known of one period; unknowns whose number is plain are worked out already.

    Args:
        period: the period.
        territory: place of the smallest territory of each unknown.
        equations: known sums x unknowns; `known` their values.
        figures: the hidden sets of persons; `hidden` is figures x unknowns.
        base: what is known of each figure beside its unknowns.
        least: the smallest value of each figure that is not ruled out by its mark alone.
        inequalities: rows that are at least `above`, from rates; whole numbers.
        telling: indicator of each shown rate of which a part is hidden.
        unread: indicator of each shown rate of which nothing tells how it is made.
        unplaced: counts known elsewhere of an area or code that the release does not have.
        crossed: cells that one release shows and another hides, though the rows are the same.
        changed: cells that an earlier release shows and this one hides, where rows changed.
    """

    period: str
    territory: Indices
    equations: Matrix
    known: Counts
    figures: tuple[Figure, ...]
    hidden: Matrix
    base: Counts
    least: Counts
    inequalities: Matrix
    above: Counts
    telling: tuple[str, ...]
    unread: tuple[str, ...]
    unplaced: int
    crossed: tuple[Cell, ...]
    changed: tuple[Cell, ...]

    @property
    def width(self) -> int:
        """Return the number of unknowns."""
        return len(self.territory)


def assemble(published: Published, period: str) -> Puzzle:
    """Write down all that is public of one period.

    Raises:
        DisclosureError: the same persons are shown with two numbers.
    """
    tables = [table for table in published.persons if np.any(table.period == period)]
    found = lattices(tables, published.territories)
    width = max((lattice.end for lattice in found.values()), default=0)
    told = others(published, period)
    sums = _sums(tables, found, period)
    same, beside = _placed(told.earlier, found), _placed(told.elsewhere, found)
    alive = np.ones(width, dtype=bool)
    for cell in sums:
        if cell.value == 0:
            alive[cell.unknowns] = False
    former = of_former(published, period, found)
    nobody = [*nowhere(published, found, period), *nothing(published, found, period)]
    for unknowns in (*nobody, *former.nowhere):
        alive[unknowns] = False
    for unknowns, value in (*same, *beside, *former.shown):
        if value == 0:
            alive[unknowns] = False
    kept = Kept(alive)
    shown = [(kept.among(one.unknowns), one.value) for one in sums if one.value is not None]
    shown += [(kept.among(unknowns), value) for unknowns, value in (*same, *beside, *former.shown)]
    known_beside = {kept.among(unknowns).tobytes() for unknowns, _ in beside}
    hidden = [(kept.among(one.unknowns), one.cell) for one in sums if one.value is None]
    hidden += [(kept.among(unknowns), _cell(name)) for unknowns, name in former.hidden]
    quotients = inequalities(published, period, found)
    territory = np.concatenate([np.empty(0, np.int64), *(one.territory for one in found.values())])
    equations, known = _equations(shown, links(found, width)[:, alive])
    figures, matrix = _figures(hidden, known_beside, territory[alive])
    puzzle = Puzzle(
        period=period,
        territory=territory[alive],
        equations=equations,
        known=known,
        figures=figures,
        hidden=matrix,
        base=np.zeros(len(figures), dtype=np.int64),
        least=np.array([_least(one, published) for one in figures], dtype=np.int64),
        inequalities=Matrix(quotients.rows[:, alive]),
        above=quotients.above,
        telling=quotients.telling,
        unread=quotients.unread,
        unplaced=len((*told.earlier, *told.elsewhere)) - len((*same, *beside)),
        crossed=tuple(map(_cell, (*told.crossed, *former.crossed))),
        changed=tuple(map(_cell, (*told.changed, *former.changed))),
    )
    return _worked_out(puzzle)


def _cell(name: Named) -> Cell:
    table, number, level = name
    return Cell(table=table, number=number, level=level)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    cell: Cell
    unknowns: Indices
    value: int | None


def _placed(told: Sequence[Elsewhere], found: Mapping[str, Lattice]) -> list[tuple[Indices, int]]:
    """Return the unknowns and the value of each count that is public beside the release."""
    return [
        (found[one.table].select(one.area, one.codes), one.value)
        for one in told
        if found[one.table].knows(one.area, one.codes)
    ]


def _sums(tables: Sequence[Table], found: Mapping[str, Lattice], period: str) -> list[_Sum]:
    """Return every cell with its unknowns, and its value where it tells one.

    A cell that shows nothing and is not hidden is of a territory of which nobody delivered: it
    adds nothing to any sum.
    """
    sums = []
    for table in tables:
        lattice = found[table.name]
        value = np.where(np.isnan(table.shown), 0, table.shown)
        for number in np.flatnonzero(table.period == period):
            hidden = table.hidden[number]
            sums.append(
                _Sum(
                    cell=Cell(table=table.name, number=int(number), level=str(table.level[number])),
                    unknowns=lattice.select(str(table.area[number]), table.own(int(number))),
                    value=None if hidden else round(value[number]),
                )
            )
    return sums


def _equations(shown: Sequence[tuple[Indices, int]], same: Matrix) -> tuple[Matrix, Counts]:
    """Return every shown sum, once, and what tables must agree on."""
    told: dict[bytes, int] = {b"": 0}
    wrong = sum(told.setdefault(own.tobytes(), value) != value for own, value in shown)
    if wrong:
        raise contradiction(wrong)
    sums = rows([np.frombuffer(key, dtype=np.int64) for key in told], same.shape[1])
    known = np.array([*told.values(), *([0] * same.shape[0])], dtype=np.int64)
    return Matrix(sparse.vstack([sums, same], format="csr")), known


def contradiction(count: int, period: str | None = None) -> DisclosureError:
    """Return the refusal of what contradicts itself."""
    place = Place(rule="disclosure.adversary", file=period)
    return DisclosureError("disclosure.release_contradicts", place=place, count=count)


def _figures(
    hidden: Sequence[tuple[Indices, Cell]], told: set[bytes], territory: Indices
) -> tuple[tuple[Figure, ...], Matrix]:
    groups: dict[bytes, list[Cell]] = {}
    for own, cell in hidden:
        groups.setdefault(own.tobytes(), []).append(cell)
    supports = [np.frombuffer(key, dtype=np.int64) for key in groups]
    figures = tuple(
        Figure(
            cells=tuple(cells),
            territories=np.unique(territory[own]),
            is_told_elsewhere=key in told,
        )
        for (key, cells), own in zip(groups.items(), supports, strict=True)
    )
    return figures, rows(supports, len(territory))


def _least(figure: Figure, published: Published) -> int:
    """Return 1 where some table would show the figure if nobody were in it."""
    return int(any(cell.table not in published.protected_zeros for cell in figure.cells))


def _worked_out(puzzle: Puzzle) -> Puzzle:
    """Return the puzzle without the unknowns that stand alone in an equation.

    Raises:
        DisclosureError: an equation has no solution in whole numbers at or above 0.
    """
    equations, known, base = puzzle.equations, puzzle.known.copy(), puzzle.base.copy()
    hidden, above, rates = puzzle.hidden, puzzle.above.copy(), puzzle.inequalities
    territory = puzzle.territory
    while True:
        alone = np.flatnonzero(np.diff(equations.indptr) == 1)
        if not len(alone):
            break
        column, factor = (a[equations.indptr[alone]] for a in (equations.indices, equations.data))
        value = np.zeros(len(territory), dtype=np.int64)
        value[column] = known[alone] // factor
        fixed = np.zeros(len(territory), dtype=bool)
        fixed[column] = True
        known -= equations @ value
        base += hidden @ value
        above -= rates @ value
        equations, hidden, rates = (Matrix(m[:, ~fixed]) for m in (equations, hidden, rates))
        territory = territory[~fixed]
        if wrong := int(np.count_nonzero(value < 0)):
            raise contradiction(wrong, puzzle.period)
    empty = np.diff(equations.indptr) == 0
    if wrong := int(np.count_nonzero(known[empty])):
        raise contradiction(wrong, puzzle.period)
    return replace(
        puzzle,
        territory=territory,
        equations=Matrix(equations[~empty]),
        known=known[~empty],
        hidden=hidden,
        base=base,
        inequalities=rates,
        above=above,
    )
