"""Cut the cells of a level into small tables of one form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import TypeVar

import numpy as np

from pipeline.disclosure.circuits import (
    Circuits,
    circuits,
    elementary_circuits,
    number_of_circuits,
    number_of_elementary_circuits,
)
from pipeline.disclosure.layout import Grid
from pipeline.disclosure.shape import Counts, Mask

Values = TypeVar("Values", Counts, Mask)

# A larger form is cut into lines of one dimension; 62 cells fit the bits of a pattern.
_MOST_CIRCUITS, _MOST_CELLS = 3_000, 62
# Dimensions of tables of which all circuits are listed.
FLAT = 2
# Elementary circuits of tables that territories are seen as.
_MOST_ELEMENTARY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Say how a grid is cut: some dimensions stay together, all others are told apart.

    Args:
        sizes: those of the grid.
        order: its axes, those that stay together last.
        form: sizes of these.
    """

    sizes: tuple[int, ...]
    order: tuple[int, ...]
    form: tuple[int, ...]

    def tables(self, values: Values) -> Values:
        """Return values of the grid's cells as tables x cells."""
        turned: Values = values.reshape(self.sizes).transpose(self.order)
        return turned.reshape(-1, prod(self.form))

    def cells(self, values: Mask) -> Mask:
        """Return values of tables x cells in the order of the grid's cells."""
        turned = values.reshape([self.sizes[axis] for axis in self.order])
        return turned.transpose(np.argsort(self.order)).ravel()


def cut(grid: Grid) -> Cut:
    """Return how to cut a grid so that its two or fewer largest dimensions stay together."""
    axes = _by_size(grid)
    return _cut(grid, next(one for one in (axes[:2], axes[:1], axes[:0]) if _is_small(grid, one)))


def cuts(grid: Grid) -> list[Cut]:
    """Return all ways to cut a grid into tables of two dimensions, that of `cut` first."""
    first = cut(grid)
    if len(first.form) < FLAT:
        return [first]
    pairs = [list(pair) for pair in combinations(_by_size(grid), FLAT)]
    return [first, *(_cut(grid, pair) for pair in pairs[1:] if _is_small(grid, pair))]


def cut_less(grid: Grid) -> Cut:
    """Return how to cut a grid so that as many dimensions as can be stay together."""
    axes = _by_size(grid)
    larger = (_cut(grid, axes[:number]) for number in range(len(axes), FLAT, -1))
    small = (one for one in larger if number_of_elementary_circuits(one.form) <= _MOST_ELEMENTARY)
    return next(small, cut(grid))


def circuits_of(pieces: Cut) -> Circuits:
    """Return the circuits of what a grid is cut into: all in two dimensions, else elementary."""
    return circuits(pieces.form) if len(pieces.form) <= FLAT else elementary_circuits(pieces.form)


def _by_size(grid: Grid) -> list[int]:
    return sorted(range(1, len(grid.sizes)), key=lambda axis: (-grid.sizes[axis], axis))


def _cut(grid: Grid, axes: list[int]) -> Cut:
    together = sorted(axes)
    apart = [axis for axis in range(len(grid.sizes)) if axis not in together]
    return Cut(
        sizes=grid.sizes,
        order=(*apart, *together),
        form=tuple(grid.sizes[axis] for axis in together),
    )


def _is_small(grid: Grid, axes: list[int]) -> bool:
    form = tuple(grid.sizes[axis] for axis in axes)
    return number_of_circuits(form) <= _MOST_CIRCUITS and prod(form) <= _MOST_CELLS
