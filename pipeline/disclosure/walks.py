"""Let territories of overlapping areas pay for each other in turn, hiding more where it takes that.

With two groupings, such as communities of communes and départements by type, each territory is an
edge between two areas. Where the territories of a closed walk move along one circuit up and down in
turn, no sum of any area changes. A walk of two is two territories of the same areas, one of four
crosses two areas of each kind; longer ones are left to linear programs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.circuits import sums_of_two
from pipeline.disclosure.ground import Ground, Moves
from pipeline.disclosure.local import rooms
from pipeline.disclosure.shape import Counts, Indices, Mask

Prices = NDArray[np.float64]


# Who moves, along which circuit, which way (1 or -1).
Move = tuple[int, int, int]

# Cells at the usual price that one walk may hide; ways that are tried for a mover; what a walk that
# hides nothing costs.
_MOST_CELLS, _TRIES, _HOP = 12, 40, 0.1
_NEVER = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Hold what one round of walks hides and moves.

    Args:
        hidden: territories x cells, hidden by now.
        moves: one world per walk.
        walks: how many.
    """

    hidden: Mask
    moves: Moves
    walks: int


@dataclass(frozen=True, slots=True)
class Payments:
    """Hold the cheapest way to pay each mover for each circuit, in both directions.

    Args:
        price: directions x circuits x movers; what it takes to pay for a move along each circuit
            (direction 0) or against it (1).
        payers: directions x circuits x movers x 3; who pays along one circuit, -1 where fewer do.
        parts: directions x circuits x movers; which sum of two circuits is paid for, each by its
            own payment; -1 where the circuit is paid for itself.
    """

    price: Prices
    payers: Indices
    parts: Indices


class Walks:
    """Find the cheapest closed walks through territories that need one."""

    def __init__(self, base: Ground, first: Indices, second: Indices, *, width: int) -> None:
        """Prepare for the smallest level of a population and two groupings of its territories."""
        along, against = rooms(base.count, base.form, width=width)
        self._can = np.stack([width <= along.T, width <= against.T])
        self._base, self._width = base, width
        self._sums = sums_of_two(base.form)
        self._signs = base.form.signs.astype(np.int64)
        self._touches = (self._signs != 0).astype(np.float64)
        self._first, self._second = first, second
        self._seconds = int(self._second.max()) + 1
        self._pair = self._first * self._seconds + self._second

    def round(self, hidden: Mask, narrow: Mask, price: Prices, *, hide: bool, apart: bool) -> Round:
        """Find a walk for each territory that needs one, the cheapest first.

        Args:
            hidden: territories x cells.
            narrow: hidden cells that do not move enough yet.
            price: territories x cells; of hiding a cell, `inf` where it cannot be hidden.
            hide: whether more may be hidden; then no two movers of one first area are served, since
                what the one hides may help the other. Else only walks that hide nothing are found.
            apart: whether walks of the round share no first area at all.
        """
        usual = price[np.isfinite(price)]
        most = _MOST_CELLS * float(np.median(usual)) if hide and len(usual) else 0.0
        asked = np.where(hidden, 0.0, np.minimum(price, _NEVER)) @ self._touches.T
        movers = np.flatnonzero(narrow.any(axis=1))
        payments = self._pay(movers, asked, most)
        helped = self._touches @ narrow[movers].T
        total = asked[movers].T + payments.price
        fits = self._can[:, :, movers] & (helped > 0) & (total <= most)
        score = np.where(fits, (total + _HOP) / np.maximum(helped, 1), np.inf)
        ways = score.reshape(score.shape[0] * score.shape[1], len(movers))
        best = ways.min(axis=0)
        order = np.argsort(best, kind="stable")[: np.count_nonzero(np.isfinite(best))]
        hidden, narrow = hidden.copy(), narrow.copy()
        found: list[list[Move]] = []
        taken: set[int] = set()
        for mover in order:
            who = int(movers[mover])
            if int(self._first[who]) in taken or not narrow[who].any():
                continue
            walk = self._walk(who, int(mover), payments, ways[:, mover])
            areas = {int(self._first[one]) for one, _, _ in walk}
            if not walk or (apart and areas & taken):
                continue
            if hide:
                taken |= areas if apart else {int(self._first[who])}
            for one, change in self._net(walk).items():
                hidden[one] |= change != 0
                narrow[one] &= change == 0
            found.append(walk)
        return Round(hidden=hidden, moves=_moves(found, self._width), walks=len(found))

    def _walk(self, who: int, mover: int, payments: Payments, ways: Prices) -> list[Move]:
        """Return the cheapest walk of a mover that leaves no count below 1, or an empty one."""
        for way in np.argsort(ways, kind="stable")[:_TRIES].tolist():
            if not np.isfinite(ways[way]):
                break
            direction, circuit = divmod(way, len(self._sums))
            walk = [(who, circuit, 1 - 2 * direction)]
            walk += self._payers(payments, mover, circuit, direction)
            net = self._net(walk)
            if all(
                np.all((self._base.count[one] + change)[change != 0] > 0)
                for one, change in net.items()
            ):
                return walk
        return []

    def _net(self, walk: list[Move]) -> dict[int, Counts]:
        """Return the change of each territory of a walk; it may be part of it more than once."""
        net: dict[int, Counts] = {}
        for who, circuit, way in walk:
            net[who] = net.get(who, 0) + way * self._width * self._signs[circuit]
        return net

    def _pay(self, movers: Indices, price: Prices, most: float) -> Payments:
        """Return how to pay movers, by one walk or by two of circuits that add up.

        Args:
            movers: territories that should move.
            price: territories x circuits; of hiding what the circuit needs there.
            most: the price beyond which a payment is not wanted.
        """
        size = (2, len(self._sums), len(movers))
        total = np.full(size, np.inf)
        payers = np.full((*size, 3), -1)
        for circuit in range(len(self._sums)):
            for way in (0, 1):
                down = self._arcs(self._can[1 - way, circuit], price[:, circuit], most)
                up = self._arcs(self._can[way, circuit], price[:, circuit], most)
                short, short_price = self._alike(movers, down)
                long, long_price = self._across(movers, down, up)
                is_short = short_price <= long_price
                payers[way, circuit] = np.where(is_short[:, None], short, long)
                total[way, circuit] = np.minimum(short_price, long_price)
        parts = np.full(size, -1)
        for _ in range(2):
            self._add_up(total, parts)
        return Payments(total, payers, parts)

    def _add_up(self, total: Prices, parts: Indices) -> None:
        """Pay for a circuit by two that add up to it where that is cheaper."""
        for circuit, sums in enumerate(self._sums):
            for way in (0, 1):
                for number, (one, sign, two, other) in enumerate(sums):
                    both = (
                        total[way if sign > 0 else 1 - way, one]
                        + total[way if other > 0 else 1 - way, two]
                    )
                    cheaper = both < total[way, circuit]
                    total[way, circuit, cheaper] = both[cheaper]
                    parts[way, circuit, cheaper] = number

    def _payers(self, payments: Payments, mover: int, circuit: int, direction: int) -> list[Move]:
        """Return who moves to pay a mover for one circuit."""
        number = int(payments.parts[direction, circuit, mover])
        if number < 0:
            way = 1 - 2 * direction
            who = payments.payers[direction, circuit, mover].tolist()
            turns = zip(who, (-way, way, -way), strict=True)
            return [(one, circuit, turn) for one, turn in turns if one >= 0]
        one, sign, two, other = self._sums[circuit][number]
        return [
            *self._payers(payments, mover, one, direction if sign > 0 else 1 - direction),
            *self._payers(payments, mover, two, direction if other > 0 else 1 - direction),
        ]

    def _arcs(self, able: Mask, price: Prices, most: float) -> _Arcs:
        who = np.flatnonzero(able & (price <= most))
        return _Arcs(self._pair[who], who, price[who])

    def _alike(self, movers: Indices, down: _Arcs) -> tuple[Indices, Prices]:
        """Return the payer of the same areas as each mover."""
        payer, price = down.other(self._pair[movers], movers)
        none = np.full(len(movers), -1)
        return np.column_stack([payer, none, none]), price

    def _across(self, movers: Indices, down: _Arcs, up: _Arcs) -> tuple[Indices, Prices]:
        """Return the three payers of each mover that cross another area of each kind."""
        best = np.full((len(movers), 3), -1)
        price = np.full(len(movers), np.inf)
        if not len(movers) or not len(down.pair) or not len(up.pair):
            return best, price
        bridge = self._bridges(np.unique(self._second[movers]), down, up)
        mine, theirs = _join(self._first[movers], down.pair // self._seconds)
        second, over = self._second[movers][mine], down.pair[theirs] % self._seconds
        apart = second != over
        mine, theirs, second, over = mine[apart], theirs[apart], second[apart], over[apart]
        row, cost = bridge.avoiding(second * self._seconds + over, self._first[movers][mine])
        total = cost + down.price[theirs]
        order = np.lexsort((np.arange(len(total)), total, mine))
        fresh = np.append(True, np.diff(mine[order]) != 0) if len(order) else np.zeros(0, bool)
        chosen = order[fresh]
        chosen = chosen[np.isfinite(total[chosen])]
        price[mine[chosen]] = total[chosen]
        best[mine[chosen]] = np.column_stack(
            [
                down.who[bridge.down[row[chosen]]],
                up.who[bridge.up[row[chosen]]],
                down.who[theirs[chosen]],
            ]
        )
        return best, price

    def _bridges(self, seconds: Indices, down: _Arcs, up: _Arcs) -> _Bridges:
        """Return the ways from each second area over some first area to another second area."""
        from_these = np.flatnonzero(np.isin(down.pair % self._seconds, seconds))
        one, two = _join(down.pair[from_these] // self._seconds, up.pair // self._seconds)
        one = from_these[one]
        start, end = down.pair[one] % self._seconds, up.pair[two] % self._seconds
        apart = start != end
        one, two = one[apart], two[apart]
        key = start[apart] * self._seconds + end[apart]
        return _Bridges(
            key,
            down.pair[one] // self._seconds,
            down=one,
            up=two,
            price=down.price[one] + up.price[two],
        )


def arrangements(base: Ground) -> list[tuple[Indices, Indices]]:
    """Return the ways to tell all areas by two groupings: each of the finest, and the rest crossed.

    There are none where areas do not overlap: there the finest grouping tells all. Areas of one
    territory are one: their sums are those of the territory itself, hidden with it.
    """
    ranked = [np.unique(label, return_inverse=True)[1] for label in base.labels]
    finest: list[Indices] = []
    for label in sorted(ranked, key=lambda label: -int(label.max())):
        if not any(_implies(fine, label) for fine in finest):
            alone = np.bincount(label)[label] == 1
            finest.append(np.unique(np.where(alone, -1, label), return_inverse=True)[1])
    if len(finest) == 1:
        return []
    return [
        (one, np.unique(np.array(finest[:at] + finest[at + 1 :]), axis=1, return_inverse=True)[1])
        for at, one in enumerate(finest)
    ]


def _implies(fine: Indices, coarse: Indices) -> bool:
    pairs = np.unique(np.array([fine, coarse]), axis=1)
    return bool(pairs.shape[1] == int(fine.max()) + 1)


def _moves(walks: list[list[Move]], width: int) -> Moves:
    rows = [(world, *move) for world, walk in enumerate(walks) for move in walk]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Moves(
        world=table[:, 0], territory=table[:, 1], circuit=table[:, 2], amount=table[:, 3] * width
    )


class _Arcs:
    """Hold the cheapest territory of each pair of areas, and the next one."""

    def __init__(self, pair: Indices, who: Indices, price: Prices) -> None:
        order = np.lexsort((who, price, pair))
        pair, who, price = pair[order], who[order], price[order]
        first = np.flatnonzero(np.append(True, np.diff(pair) != 0)) if len(pair) else pair
        self.pair, self.who, self.price = pair[first], who[first], price[first]
        after = np.minimum(first + 1, max(len(pair) - 1, 0))
        is_same = pair[after] == self.pair
        is_same &= after > first
        self._next = np.where(is_same, who[after], -1)
        self._next_price = np.where(is_same, price[after], np.inf)

    def other(self, pair: Indices, but: Indices) -> tuple[Indices, Prices]:
        """Return the cheapest territory of each pair that is not the given one."""
        if not len(self.pair):
            return np.full(len(pair), -1), np.full(len(pair), np.inf)
        place = np.minimum(np.searchsorted(self.pair, pair), len(self.pair) - 1)
        is_there = self.pair[place] == pair
        itself = self.who[place] == but
        who = np.where(itself, self._next[place], self.who[place])
        price = np.where(itself, self._next_price[place], self.price[place])
        return np.where(is_there, who, -1), np.where(is_there, price, np.inf)


class _Bridges:
    """Hold for each pair of second areas the cheapest way between them, and one over elsewhere."""

    def __init__(
        self, key: Indices, over: Indices, *, down: Indices, up: Indices, price: Prices
    ) -> None:
        order = np.lexsort((over, price, key))
        self.key, self._over, self.price = key[order], over[order], price[order]
        self.down, self.up = down[order], up[order]
        size = len(order)
        fresh = np.append(True, np.diff(self.key) != 0) if size else np.zeros(0, bool)
        first = np.flatnonzero(fresh)
        group = np.cumsum(fresh) - 1
        elsewhere = np.flatnonzero(self._over != self._over[first][group]) if size else first
        second = np.full(len(first), -1)
        taken, place = np.unique(group[elsewhere], return_index=True)
        second[taken] = elsewhere[place]
        self._keys, self._first, self._second = self.key[first], first, second

    def avoiding(self, key: Indices, over: Indices) -> tuple[Indices, Prices]:
        """Return the cheapest way of each key that does not go over an area, and its price."""
        if not len(self._keys):
            return np.zeros(len(key), np.int64), np.full(len(key), np.inf)
        place = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
        is_there = self._keys[place] == key
        row = np.where(
            self._over[self._first[place]] == over, self._second[place], self._first[place]
        )
        return row, np.where(is_there & (row >= 0), self.price[row], np.inf)


def _join(left: Indices, right: Indices) -> tuple[Indices, Indices]:
    """Return all pairs of places with equal values."""
    order = np.argsort(right, kind="stable")
    start = np.searchsorted(right[order], left, side="left")
    size = np.searchsorted(right[order], left, side="right") - start
    mine = np.repeat(np.arange(len(left)), size)
    offset = np.arange(len(mine)) - np.repeat(np.cumsum(size) - size, size)
    return mine, order[np.repeat(start, size) + offset]
