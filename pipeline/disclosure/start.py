"""Start a pattern with what each territory needs by itself, and say how little could do.

Every level is cut into tables of at most two dimensions, each with its totals. What protects one
of them alone is needed whatever else is hidden, so the sums over tables bound every safe pattern.
Tables of more dimensions of a nation of one table are protected whole, by elementary circuits.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from pipeline.disclosure.circuits import circuits
from pipeline.disclosure.cover import covered
from pipeline.disclosure.forms import Cut, circuits_of, cut, cut_less, cuts
from pipeline.disclosure.ground import Ground, ground
from pipeline.disclosure.local import Least, least
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
        needed, here = given[cells] | stiff[cells], given[cells] | stiff[cells]
        if base is not None and grid.start != base.cells.start:
            here |= (_stiff(base, hidden, width=width) & ~closed)[cells]
        if not here.any():
            continue
        level = _Level(
            count=value[cells],
            spared=np.where(dear, 0, value)[cells],
            weight=weight[cells],
            margin=margin,
            width=width,
        )
        least_of_all = [level.least(pieces, needed) for pieces in cuts(grid)]
        bound += max(int(np.maximum(one.cost, 0).sum()) for one in least_of_all)
        bound += int(np.count_nonzero(needed & ~given[cells]))
        whole = cut(grid) if base is None else cut_less(grid)
        if whole.form != cut(grid).form:
            hidden[cells] |= level.covered(whole, here)
        elif level.is_even and not np.any(here != needed):
            hidden[cells] |= cut(grid).cells(least_of_all[0].hidden)
        else:
            hidden[cells] |= level.cheapest(cut(grid), here)
    return Start(hidden=hidden, bound=bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """Hold the cells of one level.

    Args:
        count: of each cell; 0 where it cannot be hidden.
        spared: the same, 0 as well where it is hidden only if nothing else helps.
        weight: how much more each cell costs than others.
        margin: how much more each total costs than an inner cell.
        width: the range that each hidden cell must have.
    """

    count: Counts
    spared: Counts
    weight: Counts
    margin: float
    width: int

    @property
    def is_even(self) -> bool:
        """Return whether all cells cost the same and none is to be spared."""
        is_spared = np.any(self.spared != self.count)
        return not (self.margin or is_spared or np.ptp(self.weight))

    def least(self, pieces: Cut, asked: Mask) -> Least:
        """Return the fewest cells that protect each table by itself."""
        one_each = np.ones(prod(pieces.form), dtype=np.int64)
        count, form = pieces.tables(self.count), circuits(pieces.form)
        return least(count, pieces.tables(asked), form, price=one_each, width=self.width)

    def cheapest(self, pieces: Cut, asked: Mask) -> Mask:
        """Return the cells that protect each table at the least price."""
        here, count, form = pieces.tables(asked), pieces.tables(self.count), circuits(pieces.form)
        price, spared = self._prices(pieces), pieces.tables(self.spared)
        chosen = least(spared, here, form, price=price, width=self.width)
        again = chosen.cost < 0
        in_need = least(count[again], here[again], form, price=price[again], width=self.width)
        chosen.hidden[again] = in_need.hidden
        return pieces.cells(chosen.hidden)

    def covered(self, pieces: Cut, asked: Mask) -> Mask:
        """Return cells that protect tables of more dimensions, at a low price."""
        form, price, hidden = circuits_of(pieces), self._prices(pieces), pieces.tables(asked)
        for count in (self.spared, self.count):
            hidden = covered(pieces.tables(count), hidden, form, price=price, width=self.width)
        return pieces.cells(hidden)

    def _prices(self, pieces: Cut) -> Counts:
        totals = np.zeros(pieces.form)
        for axis in range(len(pieces.form)):
            np.moveaxis(totals, axis, 0)[-1] += 1
        price = np.rint(_PRICE_UNIT * (1 + self.margin * totals.ravel())).astype(np.int64)
        return price * pieces.tables(self.weight)


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
