"""Publish counts under differential privacy: noise at each level, then one consistent table.

At each level the cells of all crossed codes are measured with discrete Gaussian noise, zeros with
them. Adding or taking away one person changes one such cell of each level by 1, so that a level
costs 1 / (2 variance) of zero-concentrated differential privacy, and levels add up. What comes
after reads the noisy figures only and costs nothing: the table of whole, non-negative persons
nearest to them, whose sums are published. The noise itself is drawn elsewhere and passed in.
That no count is below 0 lifts empty groups, and what adds up with them is lowered: where most are
empty, figures lie further from the truth than the noise would have them. So the noisy counts are
published as well: they are right on average, and how near to the truth they are is known.

Source: Bun and Steinke (2016), zCDP; Canonne, Kamath and Steinke (2020), the discrete Gaussian;
Abowd et al. (2022), the TopDown algorithm of the US census (non-negative least squares).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, minimize

from pipeline.disclosure.layout import Grid
from pipeline.disclosure.shape import Counts, Indices
from pipeline.disclosure.system import System

Draw = Callable[[Counts, float], Counts]
"""Adds discrete Gaussian noise of a scale (standard deviation) to counts."""

_ROUNDS = 5_000
_Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Private:
    """What may be told of each published cell.

    Args:
        value: whole, not negative, and adding up over levels and margins.
        measured: the sum of the noisy counts of its own level; any whole number.
    """

    value: Counts
    measured: Counts


def privatise(system: System, *, scale: float, draw: Draw) -> Private:
    """Return what may be told of each published cell, made of noisy counts alone.

    Two tables that differ by one person are told apart by no more than L / (2 scale**2) of
    zero-concentrated differential privacy allows, L the number of levels, whatever else is known.

    Args:
        system: one table alone, with its exact counts.
        scale: standard deviation of the noise of each measured cell.
        draw: adds the noise; nothing else is random here.
    """
    measured = np.concatenate([_inner_cells(system, at) for at in range(len(system.grids))])
    noisy = draw(system.cells.value[measured], scale)
    atoms = _nearest(system.membership[measured], noisy.astype(np.float64))
    value = np.asarray(system.membership @ _rounded(system, atoms), dtype=np.int64)
    return Private(value, _own_sums(system, noisy))


def _own_sums(system: System, noisy: Counts) -> Counts:
    """Return for each cell the sum of what was measured of it at its own level."""
    sums, first = np.empty(len(system.cells), dtype=np.int64), 0
    for grid in system.grids:
        block = noisy[first : (first := first + _measured(grid))]
        block = block.reshape(grid.sizes[0], *(size - 1 for size in grid.sizes[1:]))
        for axis in range(1, block.ndim):
            block = np.concatenate([block, block.sum(axis=axis, keepdims=True)], axis=axis)
        sums[grid.start : grid.start + block.size] = block.ravel()
    return sums


def _measured(grid: Grid) -> int:
    """Return how many cells of a level are measured."""
    return prod((grid.sizes[0], *(size - 1 for size in grid.sizes[1:])))


def _inner_cells(system: System, at: int) -> Indices:
    """Return the cells of a level in which every dimension crossed there has a code."""
    grid = system.grids[at]
    cells = grid.start + np.arange(prod(grid.sizes)).reshape(grid.sizes)
    return cells[(slice(None), *(slice(-1),) * len(grid.crossed))].ravel()


def _nearest(counted: sparse.csr_array, noisy: _Real) -> _Real:
    """Return the non-negative atoms whose sums are nearest to the noisy ones, by least squares."""
    back = counted.T.tocsr()

    def distance(atoms: _Real) -> tuple[float, _Real]:
        away = counted @ atoms - noisy
        return float(away @ away) / 2, back @ away

    start = np.full(counted.shape[1], max(noisy.sum() / counted.nnz, 0.0))
    found = minimize(
        distance,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(0, np.inf),
        options={"maxiter": _ROUNDS, "maxfun": 2 * _ROUNDS, "maxcor": 12, "ftol": 1e-12},
    )
    return np.asarray(found.x)


def _rounded(system: System, atoms: _Real) -> Counts:
    """Return whole atoms: sums of one combination of codes over neighbouring areas move by < 1.

    Running totals are rounded, along territories ordered by the areas that they belong to.
    """
    [lattice] = system.lattices
    areas = sorted((grid.area for grid in system.grids), key=lambda area: -int(area.max()))
    territories = np.lexsort(areas)
    order = np.arange(len(atoms)).reshape(lattice.sizes[0], -1)[territories].T.ravel()
    whole = np.zeros(len(atoms), dtype=np.int64)
    whole[order] = np.diff(np.floor(np.cumsum(atoms[order]) + 0.5), prepend=0)
    return whole
