"""Say which cells must be hidden for what they tell by themselves, and how uncertain they stay.

A count of 1 to k-1 is too small to show. A group (an area and codes of all other dimensions) of
which all who answered are in one code of a sensitive dimension, or nearly all, tells that code of
each of them: the counts of its other codes are hidden, zeros with them, and it must stay possible
that they are so many that the share is below the limit. What else it takes is not decided here.

Source: Handbook on Statistical Disclosure Control, chapter 4 (threshold rule, group disclosure).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

import numpy as np

from pipeline.disclosure.layout import Grid
from pipeline.disclosure.shape import Counts, Mask, TableShape
from pipeline.disclosure.system import System

SMALL, ALIKE = "small", "alike"
"""A count below the threshold; one beside a group that is all alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Primary:
    """Hold what must be hidden; one row per published cell.

    Args:
        cells: cells that must be hidden.
        width: range that each cell must have when it is hidden.
        rules: rule -> the cells that it hides.
    """

    cells: Mask
    width: Counts
    rules: Mapping[str, Mask] = field(default_factory=dict)


def primary_cells(system: System, *, width: int) -> Primary:
    """Return the cells that the rules of the tables hide by themselves.

    Args:
        system: the cells and the tables' rules.
        width: range asked of any hidden cell, the policy's `protection_width`.
    """
    cells = system.cells
    is_small = (cells.value > 0) & (cells.value < cells.k) & (cells.room >= 0)
    is_beside = np.zeros(len(cells), dtype=bool)
    asked = np.full(len(cells), width, dtype=np.int64)
    for grid in system.grids:
        if grid.is_elsewhere:
            continue
        shape = next(shape for shape in system.shapes if shape.name == grid.table)
        own = slice(grid.start, grid.start + prod(grid.sizes))
        for name in set(shape.sensitive) & set(grid.crossed):
            rest, most = _beside_extreme(system, grid, shape, name)
            is_beside[own] |= rest & (cells.room[own] >= 0)
            asked[own] = np.maximum(asked[own], np.where(rest, most + 1, 0))
    return Primary(
        cells=is_small | is_beside, width=asked, rules={SMALL: is_small, ALIKE: is_beside}
    )


def _beside_extreme(
    system: System, grid: Grid, shape: TableShape, name: str
) -> tuple[Mask, Counts]:
    """Return the cells of groups that are all in another code, and the most that counts as none.

    Cells of one table and level, flat. Persons whose code tells nothing, such as those who did not
    answer, are not counted.
    """
    own = slice(grid.start, grid.start + prod(grid.sizes))
    axis = 1 + grid.crossed.index(name)
    codes = np.moveaxis(system.cells.codes[name][own].reshape(grid.sizes), axis, -1)
    count = np.moveaxis(system.cells.value[own].reshape(grid.sizes), axis, -1)
    tells = np.isin(codes, shape.sensitive[name])
    known = np.where(tells, count, 0).sum(axis=-1, keepdims=True)
    is_all = tells & (known > 0) & (100 * count >= shape.extreme_pct * known)
    rest = tells & ~is_all & is_all.any(axis=-1, keepdims=True)
    most = np.floor((100 - shape.extreme_pct) * known / 100).astype(np.int64)
    most = np.broadcast_to(most, rest.shape)
    return np.moveaxis(rest, -1, axis).ravel(), np.moveaxis(most, -1, axis).ravel()
