"""See the smallest level as tables that can move along circuits, one per territory."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from scipy import sparse

from pipeline.disclosure.circuits import Circuits, circuits
from pipeline.disclosure.forms import cut
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
class Ground:
    """Hold the smallest level of a population of one table.

    Args:
        cells: its cells among the published ones: territories x cells of a table, row-major.
        count: territories x cells; counted from 1 where zeros are protected, so that a hidden cell
            that falls ends at 1 in either case.
        form: circuits of the territories' tables.
        labels: what each territory belongs to at each other level, by type where types are shown.
    """

    cells: slice
    count: Counts
    form: Circuits
    labels: tuple[Indices, ...]
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
    counted by, in at most two dimensions.
    """
    lattice = system.lattices[0]
    bases = [
        grid
        for grid in system.grids
        if grid.sizes[0] == lattice.sizes[0]
        and grid.crossed == lattice.dimensions
        and cut(grid).form == grid.sizes[1:]
    ]
    if len(system.lattices) > 1 or not bases:
        return None
    base = bases[0]
    cells = slice(base.start, base.start + prod(base.sizes))
    return Ground(
        cells=cells,
        count=system.cells.room[cells].reshape(base.sizes[0], -1) + 1,
        form=circuits(base.sizes[1:]),
        labels=_labels(system, base),
        _lattice=lattice,
    )


def _labels(system: System, base: Grid) -> tuple[Indices, ...]:
    labels = [np.zeros(len(base.area), dtype=np.int64)]
    for grid in system.grids:
        if grid is not base:
            both = np.array([grid.area, *grid.typologies.values()])
            labels.append(np.unique(both, axis=1, return_inverse=True)[1])
    return tuple(labels)
