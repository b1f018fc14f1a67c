"""Add walks of one territory up until one of its cells moves as far as it must.

Where nobody can pay for all persons at once, each may be paid along another circuit and by others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.known import Known, Net
from pipeline.disclosure.offers import HOP, Move, Offers, Payable
from pipeline.disclosure.payments import Prices
from pipeline.disclosure.shape import Counts

# How many cells and directions are tried, and how often others are asked to pay.
_TRIED, _ASKED = 4, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """Say which cell of a territory should move, which way and by how many persons."""

    cell: int
    sign: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Together:
    """Hold moves that belong together, and by how much they change each territory."""

    moves: list[Move]
    change: dict[int, Counts]

    def with_more(self, more: Net) -> Net:
        """Return the changes of the territories that change more."""
        rows = more.rows.tolist()
        before = [one for one in rows if one in self.change]
        if not before:
            return more
        earlier = [self.change[one] for one in before]
        return Net.of([*rows, *before], np.concatenate([more.change, earlier]))

    def add(self, moves: list[Move], more: Net, changed: Net) -> None:
        """Add moves.

        Args:
            moves: who moves as well.
            more: what these moves change.
            changed: the changes of the same territories by all moves.
        """
        self.moves.extend(moves)
        for one in more.rows.tolist():
            self.change.pop(one, None)
        self.change.update(zip(changed.rows.tolist(), changed.change, strict=True))


class Compounds:
    """Find the cheapest sum of walks for each mover."""

    def __init__(
        self,
        offers: Offers,
        own: Known,
        count: Counts,
        *,
        signs: Counts,
        width: int,
        most: float,
    ) -> None:
        """Prepare to add up what movers are offered.

        Args:
            offers: what movers are offered.
            own: what is known of the territories; it may change in between.
            count: territories x cells.
            signs: circuits x cells.
            width: the range that is sought.
            most: the price of what one sum may hide.
        """
        self._most = most
        self._offers, self._own, self._count = offers, own, count
        self._signs, self._width = signs, width

    def walks(self, mover: int, who: int) -> Iterator[list[Move]]:
        """Yield sums of walks by which a cell of a mover moves enough, or further than before."""
        ways = self._offers.payable(mover)
        aims = list(self._aims(who))
        if not len(ways.amount) or not aims:
            return
        cost = self._cost(ways, self._own.hidden[who], who)
        bound = [self._bound(ways, cost, aim) for aim in aims]
        for at in np.argsort(bound, kind="stable")[:_TRIED].tolist():
            moves = self._sum(mover, who, ways, aims[at]) if np.isfinite(bound[at]) else []
            if moves:
                yield moves

    def _aims(self, who: int) -> Iterator[_Aim]:
        own, width = self._own, self._width
        narrow = own.hidden[who] & (own.high[who] - own.low[who] < width)
        for cell in np.flatnonzero(narrow).tolist():
            yield _Aim(cell=cell, sign=1, persons=width + int(own.low[who, cell]))
            fall = width - int(own.high[who, cell])
            if fall < self._count[who, cell]:
                yield _Aim(cell=cell, sign=-1, persons=fall)

    def _cost(self, ways: Payable, hidden: Counts, who: int) -> Prices:
        """Return the price of each way per person."""
        price = np.where(hidden, 0.0, self._own.price[who])
        touched = np.where(ways.change != 0, price, 0.0).sum(axis=1)
        total = touched * (self._width / ways.amount) + ways.price
        return np.where(total <= self._most, (total + HOP) / ways.amount, np.inf)

    def _bound(self, ways: Payable, cost: Prices, aim: _Aim) -> float:
        fits = (ways.change[:, aim.cell] == aim.sign) & (ways.amount <= aim.persons)
        return float(cost[fits].min(initial=np.inf)) * aim.persons

    def _sum(self, mover: int, who: int, ways: Payable, aim: _Aim) -> list[Move]:
        """Add the cheapest ways one by one."""
        able = ways.change[:, aim.cell] == aim.sign
        hidden = self._own.hidden[who].copy()
        together = _Together(moves=[], change={})
        left = aim.persons
        cost = self._cost(ways, hidden, who)
        while left:
            priced = np.where(able & (ways.amount <= left), cost, np.inf)
            at = int(priced.argmin())
            if np.isinf(priced[at]):
                break
            if not self._step(mover, ways, at, together):
                able[at] = False
                continue
            left -= int(ways.amount[at])
            opened = (ways.change[at] != 0) & ~hidden
            if opened.any():
                hidden |= opened
                cost = self._cost(ways, hidden, who)
        return together.moves

    def _step(self, mover: int, ways: Payable, at: int, together: _Together) -> bool:
        """Add one more way; return whether the counts allow it, whoever pays."""
        amount, circuit = int(ways.amount[at]), int(ways.circuit[at])
        way = int(ways.change[at] @ self._signs[circuit] < 0)
        spent: set[int] = set()
        for _ in range(_ASKED):
            moves = self._offers.moves(mover, amount=amount, circuit=circuit, way=way, but=spent)
            if not moves:
                break
            more = Net.of_moves(moves, self._signs)
            changed = together.with_more(more)
            over = set(changed.rows[changed.below(self._count, 1)].tolist())
            if not over:
                together.add(moves, more, changed)
                return True
            if moves[0][0] in over:
                break
            spent |= over
        return False
