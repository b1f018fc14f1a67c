"""Hide the least that protects each territory by itself, exactly.

The sums inside one territory bind only its own cells, so what they ask for is needed whatever the
others do: added up over territories, the least numbers of cells are a lower bound of any safe
pattern. Territories whose counts differ only where it does not matter are solved once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.circuits import Circuits
from pipeline.disclosure.shape import Counts, Indices, Mask

Bits = NDArray[np.int64]

_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Least:
    """Hold the least patterns of many tables of one form.

    Args:
        hidden: tables x cells, the primary ones included.
        cost: price of the hidden cells that are not primary, per table; -1 where nothing protects
            the primary ones, and only they are hidden.
    """

    hidden: Mask
    cost: Counts


def rooms(count: Counts, circuits: Circuits, *, width: int) -> tuple[Counts, Counts]:
    """Return how far tables may move along each circuit, up to the width, and against it.

    A hidden count is known to be at least 1, so a cell that falls ends there; a zero is shown.

    Args:
        count: tables x cells.
        circuits: those of the tables' form.
        width: where it is enough.
    """
    room = np.clip(count - 1, -1, width)
    along = np.full((len(count), len(circuits.signs)), width, dtype=np.int64)
    against = along.copy()
    for cell in range(count.shape[1]):
        for moves, sign in ((along, -1), (against, 1)):
            falls = circuits.signs[:, cell] == sign
            moves[:, falls] = np.minimum(moves[:, falls], room[:, [cell]])
        shown = np.flatnonzero(room[:, cell] < 0)
        touched = np.flatnonzero(circuits.signs[:, cell])
        along[np.ix_(shown, touched)] = against[np.ix_(shown, touched)] = 0
    return along, against


def least(count: Counts, primary: Mask, circuits: Circuits, *, price: Counts, width: int) -> Least:
    """Return for each table the cheapest pattern whose every hidden cell has the width inside it.

    Args:
        count: tables x cells.
        primary: cells that must be hidden.
        circuits: those of the tables' form.
        price: price of each cell, whole and positive: tables x cells, or cells alike in all tables.
        width: range in persons that each hidden cell must have.
    """
    asked = np.flatnonzero(primary.any(axis=1))
    state = np.where(primary[asked], width + 2, 0) + np.clip(count[asked], 0, width + 1)
    prices = np.broadcast_to(price, count.shape)
    alike = state if price.ndim == 1 else np.hstack([state, prices[asked]])
    _, first, which = np.unique(alike, axis=0, return_index=True, return_inverse=True)
    chosen = asked[first]
    search = _Search(count[chosen], primary[chosen], circuits, prices[chosen], width=width)
    search.run()
    hidden, cost = np.zeros_like(primary), np.zeros(len(count), dtype=np.int64)
    hidden[asked] = _cells(search.best, primary.shape[1])[which]
    cost[asked] = search.cost[which]
    return Least(hidden, cost)


def _bits(mask: Mask) -> Bits:
    bits: Bits = mask.astype(np.int64) @ (1 << np.arange(mask.shape[1], dtype=np.int64))
    return bits


def _cells(bits: Bits, size: int) -> Mask:
    cells: Mask = (bits[:, None] >> np.arange(size) & 1).astype(np.bool_)
    return cells


class _Search:
    """Search the patterns of all tables at once, in the order of what they cost.

    A pattern in which a hidden cell is too narrow grows by each circuit through that cell that is
    not yet inside: without one of them the cell stays as it is. What is reached first is the least.
    """

    def __init__(
        self, count: Counts, primary: Mask, circuits: Circuits, price: Counts, *, width: int
    ) -> None:
        self._room = np.clip(count - 1, -1, width).astype(np.int8)
        along, against = rooms(count, circuits, width=width)
        self._moves = (along + against).astype(np.float32)
        self._circuits, self._price, self._width = circuits, price, width
        self._touches = (circuits.signs != 0).astype(np.float32)
        self._support = _bits(circuits.signs != 0)
        self.best = _bits(primary)
        self.cost = np.full(len(count), -1, dtype=np.int64)

    def run(self) -> None:
        """Fill `best` and `cost`."""
        waiting = {0: [(np.arange(len(self.best)), self.best.copy())]}
        while waiting:
            cost = min(waiting)
            table, mask = self._open(waiting.pop(cost))
            for start in range(0, len(table), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                for grown, owner, bits in self._grow(table[part], mask[part], cost):
                    waiting.setdefault(grown, []).append((owner, bits))

    def _open(self, parts: list[tuple[Indices, Bits]]) -> tuple[Indices, Bits]:
        """Return the distinct patterns of tables that are not solved yet."""
        table = np.concatenate([part[0] for part in parts])
        mask = np.concatenate([part[1] for part in parts])
        left = self.cost[table] < 0
        order = np.lexsort((mask[left], table[left]))
        table, mask = table[left][order], mask[left][order]
        fresh = np.ones(len(table), dtype=np.bool_)
        fresh[1:] = (table[1:] != table[:-1]) | (mask[1:] != mask[:-1])
        return table[fresh], mask[fresh]

    def _grow(self, table: Indices, mask: Bits, cost: int) -> Iterator[tuple[int, Indices, Bits]]:
        """Keep the patterns that protect their table; yield what the others grow to, by cost."""
        support = self._support
        inside = (support & ~mask[:, None]) == 0
        moves = self._moves[table]
        narrow = self._narrow(table, mask, inside)
        solved = ~narrow.any(axis=1)
        # Patterns come in order of their bits: of equal ones the first is kept.
        done, first = np.unique(table[solved], return_index=True)
        self.best[done], self.cost[done] = mask[solved][first], cost
        left = np.flatnonzero(~solved & (self.cost[table] < 0))
        if not len(left):
            return
        ways = ~inside[left] & (moves[left] > 0)
        choices = np.where(narrow[left], ways.astype(np.float32) @ self._touches, np.inf)
        cell = choices.argmin(axis=1)
        row, circuit = np.nonzero(ways & (self._touches[:, cell].T > 0))
        owner, before = table[left][row], mask[left][row]
        after = before | support[circuit]
        grown = _cells(after & ~before, self._price.shape[1])
        added = (grown * self._price[owner]).sum(axis=1)
        for extra in np.unique(added):
            same = added == extra
            yield cost + int(extra), owner[same], after[same]

    def _narrow(self, table: Indices, mask: Bits, inside: Mask) -> Mask:
        """Return the hidden cells of patterns whose range inside their table is too narrow."""
        hidden = _cells(mask, self._price.shape[1])
        moves = np.where(inside, self._moves[table], 0)
        narrow: Mask = hidden & (moves @ self._touches < self._width)
        together = np.flatnonzero(~narrow.any(axis=1))
        if self._width == 1 or not len(together):
            return narrow
        alone = ((moves[together] >= self._width).astype(np.float32) @ self._touches) > 0
        row, cell = np.nonzero(hidden[together] & ~alone)
        asked = together[row]
        reach = self._reach(self._room[table[asked]], inside[asked], cell)
        narrow[asked, cell] = reach < self._width
        return narrow

    def _reach(self, room: NDArray[np.int8], inside: Mask, cell: Indices) -> Counts:
        """Return the range of one cell of each pattern, up to the width.

        Persons are moved one by one along circuits with room left, up and then down: the greatest
        flow, since what was moved may be moved back.
        """
        reach = np.zeros(len(room), dtype=np.int64)
        for direction in (1, -1):
            left = room.copy()
            for _ in range(self._width):
                going = np.flatnonzero(reach < self._width)
                moved = self._augment(left[going], inside[going], cell[going], direction)
                can = moved.any(axis=1)
                left[going[can]] += moved[can]
                reach[going[can]] += 1
        return reach

    def _augment(
        self, room: NDArray[np.int8], inside: Mask, cell: Indices, direction: int
    ) -> NDArray[np.int8]:
        """Return a change by one person that moves the cell in a direction, or none."""
        signs = self._circuits.signs
        change = np.zeros_like(room)
        for turn in (1, -1):
            blocked = (room < 1).astype(np.float32) @ (signs * turn == -1).T.astype(np.float32)
            way = inside & (blocked == 0) & (signs[:, cell].T * turn == direction)
            found = way.any(axis=1) & ~change.any(axis=1)
            change[found] = signs[way[found].argmax(axis=1)] * turn
        return change
