"""Show in worlds that hidden cells can move: territories of one group move against each other.

When one territory moves along a circuit and others of the same areas move along it backwards, no
sum of any level changes. Several may pay for one, and two circuits may add up to the one that is
paid for. What cannot be shown this way is left to linear programs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.disclosure.circuits import Circuits, sums_of_two
from pipeline.disclosure.ground import Ground, Moves
from pipeline.disclosure.local import rooms
from pipeline.disclosure.shape import Counts, Indices, Mask

# Circuits and directions in which several pay together.
Bill = tuple[tuple[int, int], ...]

# Payers known of each group beyond the width: those before may be the mover or have paid already.
_SPARE = 2


def exchanges(base: Ground, hidden: Mask, *, width: int) -> Moves:
    """Return moves of worlds in which territories of the same areas move against each other.

    Args:
        base: the smallest level.
        hidden: territories x cells that a pattern hides.
        width: the range that is sought for each.
    """
    group = np.unique(np.array([area.label for area in base.areas]), axis=1, return_inverse=True)[1]
    exchange = _Exchange(base.count, hidden, base.form, group, width=width)
    exchange.run()
    return exchange.moves()


class _Exchange:
    """Let territories of one group move against each other, and keep the moves."""

    def __init__(
        self, count: Counts, hidden: Mask, form: Circuits, group: Indices, *, width: int
    ) -> None:
        """Start from nothing known.

        Args:
            count: territories x cells.
            hidden: those that a pattern hides.
            form: circuits of the territories' tables.
            group: group of each territory; inside one, no sum changes.
            width: the range that is sought.
        """
        self._able = np.flatnonzero(hidden.any(axis=1))
        along, against = rooms(np.where(hidden, count, 0)[self._able], form, width=width)
        self._room = {1: along, -1: against}
        self._group = np.unique(group[self._able], return_inverse=True)[1]
        self._signs, self._width = form.signs.astype(np.int64), width
        self._sums = sums_of_two(form)
        shape = (len(self._able), count.shape[1])
        self._low, self._high = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self._payers = {way: self._richest(way) for way in (1, -1)}
        self._worlds = 0
        self._found: list[Moves] = []

    def run(self) -> None:
        """Move territories along each circuit, by as much as others of their group can pay."""
        for circuit in range(len(self._signs)):
            for way in (1, -1):
                mover = np.flatnonzero(self._room[way][:, circuit])
                mover = mover[self._gains(mover, circuit, way * self._room[way][mover, circuit])]
                if len(mover):
                    self._pay(mover, circuit, way)

    def moves(self) -> Moves:
        """Return what was found."""
        return Moves(
            world=_joined([moves.world for moves in self._found]),
            territory=_joined([moves.territory for moves in self._found]),
            circuit=_joined([moves.circuit for moves in self._found]),
            amount=_joined([moves.amount for moves in self._found]),
        )

    def _pay(self, mover: Indices, circuit: int, way: int) -> None:
        """Pay for moves along one circuit: first along it, then along two that add up to it."""
        asked = self._room[way][mover, circuit]
        left, used, moves = asked, [mover], []
        bills: list[Bill] = [((circuit, -way),)] * self._width
        bills += [((one, -way * a), (two, -way * b)) for one, a, two, b in self._sums[circuit]]
        for bill in bills:
            payers = self._choose(bill, self._group[mover], used)
            amount = np.minimum.reduce(
                [
                    left,
                    *(
                        self._room_of(payer, *part)
                        for payer, part in zip(payers, bill, strict=True)
                    ),
                ]
            )
            for payer, (along, direction) in zip(payers, bill, strict=True):
                moves.append((payer, along, direction * amount))
                used.append(np.where(amount > 0, payer, -1))
            left = left - amount
            if not left.any():
                break
        moves.append((mover, circuit, way * (asked - left)))
        self._keep(moves, self._gains(mover, circuit, way * (asked - left)))

    def _choose(self, bill: Bill, group: Indices, used: list[Indices]) -> list[Indices]:
        """Return who pays each part of a bill in each group: the richest who is not used yet."""
        payers: list[Indices] = []
        for along, direction in bill:
            payers.append(_first_other(self._payers[direction][group, along], [*used, *payers]))
        return payers

    def _room_of(self, payer: Indices, circuit: int, direction: int) -> Counts:
        return np.where(payer < 0, 0, self._room[direction][payer, circuit])

    def _richest(self, way: int) -> Indices:
        """Return groups x circuits x ranks: who has most room to move that way, -1 for nobody."""
        room = self._room[way]
        richest = [_richest(self._group, column, self._width + _SPARE) for column in room.T]
        ranks = np.stack(richest, axis=1)
        circuit = np.arange(room.shape[1])[:, None]
        return np.where(room[ranks, circuit] > 0, ranks, -1)

    def _gains(self, who: Indices, circuit: int, amount: Counts) -> Mask:
        """Return who would show more of a cell that is too narrow by moving along a circuit."""
        cells = np.flatnonzero(self._signs[circuit])
        change = self._signs[circuit, cells] * amount[:, None]
        low, high = self._low[np.ix_(who, cells)], self._high[np.ix_(who, cells)]
        gains: Mask = ((high - low < self._width) & ((change < low) | (change > high))).any(axis=1)
        return gains

    def _keep(self, moves: list[tuple[Indices, int, Counts]], gained: Mask) -> None:
        """Keep the worlds that gain something; a territory moves once in each."""
        number = np.cumsum(gained) - 1 + self._worlds
        for who, circuit, amount in moves:
            kept = np.flatnonzero(gained & (amount != 0))
            change = self._signs[circuit] * amount[kept, None]
            np.minimum.at(self._low, who[kept], change)
            np.maximum.at(self._high, who[kept], change)
            self._found.append(
                Moves(
                    world=number[kept],
                    territory=self._able[who[kept]],
                    circuit=np.full(len(kept), circuit),
                    amount=amount[kept],
                )
            )
        self._worlds += int(np.count_nonzero(gained))


def _joined(parts: list[Indices]) -> Indices:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def _first_other(among: Indices, but: Sequence[Indices]) -> Indices:
    """Return the first of each row that is none of the given ones, -1 if there is none."""
    fits = among >= 0
    for one in but:
        fits &= among != one[:, None]
    first = np.take_along_axis(among, fits.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(fits.any(axis=1), first, -1)


def _richest(group: Indices, room: Counts, number: int) -> Indices:
    """Return for each group those with most room, most first, -1 where there are no more."""
    order = np.lexsort((-room, group))
    size = np.bincount(group)
    start = np.cumsum(size) - size
    rank = np.arange(number)
    place = np.minimum(start[:, None] + rank, len(order) - 1)
    return np.where(rank < size[:, None], order[place], -1)
