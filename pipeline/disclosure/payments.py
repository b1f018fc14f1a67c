"""Find the cheapest way in which others pay a territory for a move along one circuit.

With two groupings, such as communities of communes and départements by type, each territory is an
arc between a first and a second area. Who moves is paid by territories of the same two areas, or by
a walk over another area of each kind. What one cannot pay, several of the same areas pay together.
A first area that is hidden along the circuit, at a price, needs no payment itself: its territories
are also arcs of the open area.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.shape import Counts, Indices, Mask

Prices = NDArray[np.float64]

# Who pays together, at most, and who is known of each pair of areas beside.
_TOGETHER = 3
_NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Territories:
    """Hold what territories can do along one circuit in one direction.

    Args:
        first: first area of each territory.
        second: second area of each.
        open: the number of the open area; those of territories of their own are open as well.
        room: by how many persons each may move, up to the width.
        price: of hiding what the circuit needs in each.
        opening: price of hiding what the circuit needs in the first area of each.
    """

    first: Indices
    second: Indices
    open: int
    room: Counts
    price: Prices
    opening: Prices

    def arcs(self, *, most: float) -> tuple[Indices, Indices, Prices, Counts]:
        """Return first area, territory, price and room of each arc that costs little enough."""
        who = np.flatnonzero((self.room > 0) & (self.price <= most))
        total = self.price[who] + self.opening[who]
        through = np.flatnonzero((total <= most) & (self.first[who] != self.open))
        return (
            np.concatenate([self.first[who], np.full(len(through), self.open)]),
            np.concatenate([who, who[through]]),
            np.concatenate([self.price[who], total[through]]),
            np.concatenate([self.room[who], self.room[who[through]]]),
        )


class Payers:
    """Hold the cheapest payers of each pair of areas, for moves by some persons."""

    def __init__(self, able: Territories, *, amount: int, width: int, most: float) -> None:
        """Rank who can pay a part of the amount.

        Args:
            able: what territories can do in the direction of the payment.
            amount: persons to move.
            width: what is newly hidden by less than it costs more, since it needs the rest as well.
            most: the price beyond which no one is asked.
        """
        first, who, price, room = able.arcs(most=most)
        self._seconds = int(able.second.max(initial=0)) + 1
        pair = first * self._seconds + able.second[who]
        self.pair, place = np.unique(pair, return_inverse=True)
        self._bills = _bills(amount)
        self._ranked = {
            part: _Ranked(
                len(self.pair),
                place[room >= part],
                who[room >= part],
                price[room >= part] * (width / part),
            )
            for part in {part for bill in self._bills for part in bill}
        }
        self.price = self.pay(np.arange(len(self.pair)), np.full(len(self.pair), _NOBODY))

    @property
    def first(self) -> Indices:
        """Return the first area of each pair."""
        first: Indices = self.pair // self._seconds
        return first

    @property
    def second(self) -> Indices:
        """Return the second area of each pair."""
        second: Indices = self.pair % self._seconds
        return second

    def row(self, first: Indices, second: Indices) -> Indices:
        """Return where each pair of areas is listed, -1 where nobody can pay there."""
        if not len(self.pair):
            return np.full(len(first), -1)
        pair = first * self._seconds + second
        row = np.minimum(np.searchsorted(self.pair, pair), len(self.pair) - 1)
        return np.where(self.pair[row] == pair, row, -1)

    def pay(self, rows: Indices, but: Indices) -> Prices:
        """Return what it costs in each row when one territory may not pay."""
        if not len(self.pair):
            return np.full(len(rows), np.inf)
        prices = [self._bill(bill, rows, but) for bill in self._bills]
        return np.where(rows < 0, np.inf, np.minimum.reduce(prices))

    def who(self, row: int, but: Collection[int]) -> list[tuple[int, int]]:
        """Return who pays in a row, and by how much; nobody if too few are left."""
        best: list[tuple[int, int]] = []
        least = np.inf
        for bill in self._bills:
            used, paid, price = set(but), list[tuple[int, int]](), 0.0
            for part in bill:
                payer, cost = self._ranked[part].first_other(row, used)
                used.add(payer)
                paid.append((payer, part))
                price += cost
            if price < least:
                best, least = paid, price
        return best

    def _bill(self, bill: tuple[int, ...], rows: Indices, but: Indices) -> Prices:
        used, price = [but], np.zeros(len(rows))
        for part in bill:
            payer, cost = self._ranked[part].other(rows, used)
            used.append(payer)
            price = price + cost
        return price


class _Ranked:
    """Hold the cheapest few of each row."""

    def __init__(self, rows: int, row: Indices, who: Indices, price: Prices) -> None:
        self._who = np.full((rows, _TOGETHER + 1), _NOBODY)
        self._price = np.full((rows, _TOGETHER + 1), np.inf)
        order = np.lexsort((who, price, row))
        row, who, price = row[order], who[order], price[order]
        rank = np.arange(len(row)) - np.searchsorted(row, row)
        kept = rank <= _TOGETHER
        self._who[row[kept], rank[kept]] = who[kept]
        self._price[row[kept], rank[kept]] = price[kept]

    def other(self, rows: Indices, but: list[Indices]) -> tuple[Indices, Prices]:
        """Return the cheapest of each row that is none of the given ones, and its price."""
        who, price = self._who[rows], self._price[rows]
        for one in but:
            price = np.where((who == one[:, None]) & (one[:, None] >= 0), np.inf, price)
        best = price.argmin(axis=1)
        row = np.arange(len(rows))
        return who[row, best], price[row, best]

    def first_other(self, row: int, but: Collection[int]) -> tuple[int, float]:
        """Return the cheapest of one row that is none of the given ones, and its price."""
        for who, price in zip(self._who[row].tolist(), self._price[row].tolist(), strict=True):
            if who not in but:
                return who, price
        return _NOBODY, np.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """Hold the cheapest payment of each mover.

    Args:
        price: of each mover.
        legs: movers x 3: rows of the payers who move against the mover, with it, against it; for a
            payment by the same areas only the first.
    """

    price: Prices
    legs: Indices


class Routes:
    """Find how to pay for moves of a kind, by the same areas or by a walk over others."""

    def __init__(self, against: Payers, along: Payers, *, most: float) -> None:
        """Prepare for some circuit and direction.

        Args:
            against: who can move against the movers.
            along: who can move with them.
            most: the price beyond which no walk is wanted.
        """
        self._against = against
        self._bridges = _Bridges(against, along, most=most)

    def pay(self, movers: Indices, first: Indices, second: Indices) -> Paid:
        """Return the cheapest payment of each mover.

        Args:
            movers: territories.
            first: the first area of each, or the open one.
            second: the second area of each.
        """
        row = self._against.row(first, second)
        price = self._against.pay(row, movers)
        legs = np.column_stack([row, np.full((len(movers), 2), -1)])
        pairs, which = np.unique(
            first * (int(second.max(initial=0)) + 1) + second, return_inverse=True
        )
        one = np.empty(len(pairs), dtype=np.int64)
        one[which] = np.arange(len(movers))
        across = self._across(first[one], second[one])
        cheaper = np.flatnonzero(across.price[which] < price)
        price[cheaper], legs[cheaper] = across.price[which[cheaper]], across.legs[which[cheaper]]
        return Paid(price=price, legs=legs)

    def _across(self, first: Indices, second: Indices) -> Paid:
        """Return the cheapest walk over other areas from each pair of areas back to it."""
        against = self._against
        price, legs = np.full(len(first), np.inf), np.full((len(first), 3), -1)
        mine, theirs = _join(first, against.first)
        over = against.second[theirs]
        apart = second[mine] != over
        mine, theirs, over = mine[apart], theirs[apart], over[apart]
        bridge, cost = self._bridges.avoiding(second[mine], over, first[mine])
        total = cost + against.price[theirs]
        order = np.lexsort((theirs, total, mine))
        chosen = order[_fresh(mine[order])]
        chosen = chosen[np.isfinite(total[chosen])]
        price[mine[chosen]] = total[chosen]
        legs[mine[chosen]] = np.column_stack(
            [
                self._bridges.down[bridge[chosen]],
                self._bridges.up[bridge[chosen]],
                theirs[chosen],
            ]
        )
        return Paid(price=price, legs=legs)


class _Bridges:
    """Hold for each pair of second areas the cheapest way between them, and one over elsewhere."""

    def __init__(self, against: Payers, along: Payers, *, most: float) -> None:
        starts = np.flatnonzero(against.price <= most)
        ends = np.flatnonzero(along.price <= most)
        one, two = _join(against.first[starts], along.first[ends])
        one, two = starts[one], ends[two]
        wanted = against.second[one] != along.second[two]
        wanted &= against.price[one] + along.price[two] <= most
        one, two = one[wanted], two[wanted]
        self._size = 1 + max(int(side.second.max(initial=0)) for side in (against, along))
        key = against.second[one] * self._size + along.second[two]
        price = against.price[one] + along.price[two]
        order = np.lexsort((one, price, key))
        one, two, key, price = one[order], two[order], key[order], price[order]
        first = np.flatnonzero(_fresh(key))
        group = np.cumsum(_fresh(key)) - 1
        over = against.first[one]
        elsewhere = np.flatnonzero(over != over[first][group]) if len(key) else first
        second = np.full(len(first), -1)
        taken, place = np.unique(group[elsewhere], return_index=True)
        second[taken] = elsewhere[place]
        self.down, self.up = one, two
        self._price, self._over = price, over
        self._keys, self._first, self._second = key[first], first, second

    def avoiding(self, start: Indices, end: Indices, over: Indices) -> tuple[Indices, Prices]:
        """Return the cheapest way from one second area to another that avoids a first area."""
        if not len(self._keys):
            return np.zeros(len(start), np.int64), np.full(len(start), np.inf)
        key = start * self._size + end
        place = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        is_there = self._keys[place] == key
        row = np.where(
            self._over[self._first[place]] == over, self._second[place], self._first[place]
        )
        return row, np.where(is_there & (row >= 0), self._price[row], np.inf)


def _bills(amount: int) -> list[tuple[int, ...]]:
    """Return how few can pay an amount together, the largest part first."""
    bills: list[tuple[int, ...]] = []
    parts: list[tuple[tuple[int, ...], int, int]] = [((), amount, amount)]
    while parts:
        paid, left, most = parts.pop()
        if left == 0:
            bills.append(paid)
        elif len(paid) < _TOGETHER:
            parts += [((*paid, part), left - part, part) for part in range(1, min(left, most) + 1)]
    return bills


def _fresh(value: Indices) -> Mask:
    """Return where a sorted value differs from the one before."""
    return np.append(True, np.diff(value) != 0)[: len(value)]


def _join(left: Indices, right: Indices) -> tuple[Indices, Indices]:
    """Return all pairs of places with equal values."""
    order = np.argsort(right, kind="stable")
    start = np.searchsorted(right[order], left, side="left")
    size = np.searchsorted(right[order], left, side="right") - start
    mine = np.repeat(np.arange(len(left)), size)
    offset = np.arange(len(mine)) - np.repeat(np.cumsum(size) - size, size)
    return mine, order[np.repeat(start, size) + offset]
