"""Start a pattern with what each territory needs by itself, and say how little could do.

Every level is cut into tables of at most two dimensions, each with its totals. What protects one
of them alone is needed whatever else is hidden, so the sums over tables bound every safe pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from pipeline.disclosure.circuits import circuits
from pipeline.disclosure.forms import cut
from pipeline.disclosure.ground import Ground, ground
from pipeline.disclosure.local import least
from pipeline.disclosure.shape import Counts, Mask
from pipeline.disclosure.system import System

_PRICE_UNIT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Hold the first pattern.

    Args:
        hidden: published cells to hide, the given ones included.
        bound: how many cells more than the given ones any safe pattern hides, at least.
    """

    hidden: Mask
    bound: int


def start(
    system: System,
    given: Mask,
    *,
    closed: Mask,
    dear: Mask,
    margin: float,
    weight: Counts,
    width: int,
) -> Start:
    """Return the least that protects each table of each territory by itself.

    Args:
        system: the relations and exact counts.
        given: cells that are hidden in any case.
        closed: cells that cannot be hidden.
        dear: cells to hide only where a table cannot be protected without.
        margin: how much more each total costs than an inner cell.
        weight: how much more each cell costs than others, whole and positive.
        width: the range that each hidden cell must have.
    """
    base = ground(system)
    hidden, bound = given.copy(), 0
    # Tables move as if every hidden cell had to stay at least 1.
    value = np.where(closed, 0, system.cells.room + 1)
    stiff = np.zeros_like(given) if base is None else _stiff(base, given, width=width) & ~closed
    for grid in system.grids:
        cells = slice(grid.start, grid.start + prod(grid.sizes))
        needed, here = given[cells].copy(), given[cells].copy()
        needed |= stiff[cells]
        if base is not None and grid.start != base.cells.start:
            here |= (_stiff(base, hidden, width=width) & ~closed)[cells]
        if not here.any():
            continue
        pieces = cut(grid)
        form = circuits(pieces.form)
        asked, count = pieces.tables(needed), pieces.tables(value[cells])
        one_each = np.ones(prod(pieces.form), dtype=np.int64)
        chosen = least(count, asked, form, price=one_each, width=width)
        bound += int(np.maximum(chosen.cost, 0).sum()) + int(
            np.count_nonzero(needed & ~given[cells])
        )
        if margin or dear.any() or np.ptp(weight[cells]) or np.any(here != needed):
            asked = pieces.tables(here)
            price = _prices(pieces.form, margin) * pieces.tables(weight[cells])
            spared = pieces.tables(np.where(dear, 0, value)[cells])
            chosen = least(spared, asked, form, price=price, width=width)
            again = chosen.cost < 0
            in_need = least(count[again], asked[again], form, price=price[again], width=width)
            chosen.hidden[again] = in_need.hidden
        hidden[cells] |= pieces.cells(chosen.hidden)
    return Start(hidden=hidden, bound=bound)


def _stiff(base: Ground, hidden: Mask, *, width: int) -> Mask:
    """Return the cells of areas in which a hidden cell of a territory cannot move enough.

    What one territory gains others lose, and none falls below 1: where all of them together could
    fall by less than the width, the area's own cell must be hidden.
    """
    stiff = np.zeros(len(hidden), dtype=bool)
    room = np.maximum(base.count - 1, 0)
    own = hidden[base.cells].reshape(room.shape)
    for area in base.areas:
        if not len(area.cells):
            continue
        most, any_hidden = np.zeros_like(area.count), np.zeros(area.count.shape, dtype=bool)
        np.add.at(most, area.label, room)
        np.logical_or.at(any_hidden, area.label, own)
        stiff[area.cells[any_hidden & (most < width)]] = True
    return stiff


def _prices(form: tuple[int, ...], margin: float) -> Counts:
    totals = np.zeros(form)
    for axis in range(len(form)):
        np.moveaxis(totals, axis, 0)[-1] += 1
    return np.rint(_PRICE_UNIT * (1 + margin * totals.ravel())).astype(np.int64)
