"""See the smallest level as tables that can move along circuits, one per territory."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress, product
from math import prod

import numpy as np
from scipy import sparse

from pipeline.disclosure.circuits import Circuits
from pipeline.disclosure.forms import circuits_of, cut_less
from pipeline.disclosure.layout import Grid, Lattice
from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.shape import Counts, Indices
from pipeline.disclosure.system import System


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Hold moves of territories along circuits; moves of one world belong together.

    Args:
        world: number of the world of each move.
        territory: who moves.
        circuit: along which circuit.
        amount: by how many persons; below 0 against the circuit.
    """

    world: Indices
    territory: Indices
    circuit: Indices
    amount: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Say to which areas of a level, by type where types are shown, the territories belong.

    Args:
        label: number of the area of each territory, from 0.
        cells: areas x cells of a table among the published ones; no rows where the level shows
            other tables than the territories.
        count: areas x cells.
    """

    label: Indices
    cells: Indices
    count: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Hold the smallest level of a population of one table.

    Args:
        cells: its cells among the published ones: territories x cells of a table, row-major.
        count: territories x cells; counted from 1 where zeros are protected, so that a hidden cell
            that falls ends at 1 in either case.
        form: circuits of the territories' tables.
        areas: each other level, by type where types are shown.
    """

    cells: slice
    count: Counts
    form: Circuits
    areas: tuple[Area, ...]
    _lattice: Lattice

    def worlds(self, moves: Moves, atoms: int) -> Matrix:
        """Return moves as worlds x atoms of the system, changes from the truth."""
        inner = self.form.inner()[moves.circuit]
        atom = self._lattice.atom.reshape(len(self.count), -1)
        move, place = np.nonzero(inner)
        return sparse.csr_array(
            (
                inner[move, place] * moves.amount[move],
                (moves.world[move], atom[moves.territory[move], place]),
            ),
            shape=(int(moves.world.max(initial=-1)) + 1, atoms),
        )


def ground(system: System) -> Ground | None:
    """Return the smallest level, if moves there are all that can change the sums above.

    The population must have one table, crossed at the smallest level by all that persons are
    counted by.
    """
    lattice = system.lattices[0]
    bases = [
        grid
        for grid in system.grids
        if not grid.is_elsewhere
        and grid.sizes[0] == lattice.sizes[0]
        and grid.crossed == lattice.dimensions
        and cut_less(grid).form == grid.sizes[1:]
    ]
    if len(system.lattices) > 1 or not bases:
        return None
    base = bases[0]
    cells = slice(base.start, base.start + prod(base.sizes))
    return Ground(
        cells=cells,
        count=system.cells.room[cells].reshape(base.sizes[0], -1) + 1,
        form=circuits_of(cut_less(base)),
        areas=_areas(system, base),
        _lattice=lattice,
    )


def _areas(system: System, base: Grid) -> tuple[Area, ...]:
    """Return the areas of each level, by each choice of the types that are shown there."""
    shown = np.empty((0, prod(base.sizes[1:])), dtype=np.int64)
    areas = []
    for grid in system.grids:
        # What others publish of the smallest territories are totals of their own tables.
        if grid is base or (grid.is_elsewhere and grid.sizes[0] == base.sizes[0]):
            continue
        axes = [grid.crossed.index(name) + 1 for name in grid.typologies]
        cells = grid.start + np.arange(prod(grid.sizes)).reshape(grid.sizes)
        cells = np.moveaxis(cells, axes, range(1, len(axes) + 1))
        crossed = tuple(name for name in grid.crossed if name not in grid.typologies)
        for by_type in product((True, False), repeat=len(axes)):
            types = list(compress(grid.typologies.values(), by_type))
            used, label = np.unique(np.array([grid.area, *types]), axis=1, return_inverse=True)
            here = cells[(slice(None), *(slice(-1) if kept else -1 for kept in by_type))]
            rows = here[tuple(used)].reshape(used.shape[1], -1)
            rows = rows if crossed == base.crossed else shown
            areas.append(Area(label=label, cells=rows, count=system.cells.room[rows] + 1))
    everywhere = np.zeros(len(base.area), dtype=np.int64)
    return tuple(areas) or (Area(label=everywhere, cells=shown, count=shown),)
