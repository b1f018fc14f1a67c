"""Cut the cells of a level into small tables of one form, each of at most two dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TypeVar

import numpy as np

from pipeline.disclosure.circuits import number_of_circuits
from pipeline.disclosure.layout import Grid
from pipeline.disclosure.shape import Counts, Mask

Values = TypeVar("Values", Counts, Mask)

# A larger form is cut into lines of one dimension; 62 cells fit the bits of a pattern.
_MOST_CIRCUITS, _MOST_CELLS = 3_000, 62


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
    axes = sorted(range(1, len(grid.sizes)), key=lambda axis: (-grid.sizes[axis], axis))
    together = next(inside for inside in (axes[:2], axes[:1], axes[:0]) if _is_small(grid, inside))
    together.sort()
    apart = [axis for axis in range(len(grid.sizes)) if axis not in together]
    return Cut(
        sizes=grid.sizes,
        order=(*apart, *together),
        form=tuple(grid.sizes[axis] for axis in together),
    )


def _is_small(grid: Grid, axes: list[int]) -> bool:
    form = tuple(grid.sizes[axis] for axis in axes)
    return number_of_circuits(form) <= _MOST_CIRCUITS and prod(form) <= _MOST_CELLS
