"""Offer each territory that must move the cheapest ways to move and to be paid for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.circuits import Circuits, Sum, sums_of_two
from pipeline.disclosure.known import Known
from pipeline.disclosure.payments import Payers, Prices, Routes, Territories
from pipeline.disclosure.shape import Counts, Indices, Mask

# Who moves, along which circuit, by how much; below 0 against it.
Move = tuple[int, int, int]

# Ways that are kept of a mover and amount; what a walk that hides nothing costs.
_KEPT, HOP = 8, 0.1
# Of equal ways the first is taken, so that territories hide alike and can pay for each other.
_TIE = 1e-7
# The first area is closed, or it is hidden along the circuit.
_CLOSED, _OPEN = 0, 1
_KINDS = (_CLOSED, _OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Hold who can pay whom.

    Args:
        form: circuits of the territories' tables.
        count: territories x cells.
        first: first area of each territory; `open` for those that are alone in theirs.
        second: second area of each.
        open: the number of the open area.
        area: the first area of each territory, also of those alone in it.
        area_count: first areas x cells; no rows where they cannot be hidden.
        room: directions x circuits x territories: by how many persons each may move.
        area_room: directions x circuits x first areas.
        width: the range that is sought.
        threads: how many circuits are looked at side by side.
    """

    form: Circuits
    count: Counts
    first: Indices
    second: Indices
    open: int
    area: Indices
    area_count: Counts
    room: tuple[Counts, Counts]
    area_room: tuple[Counts, Counts]
    width: int
    threads: int


@dataclass(frozen=True, slots=True)
class _Ways:
    """Hold the ways to move each mover by one amount, and how each would be paid.

    Args:
        amount: persons.
        payers: directions x shortest circuits: who can pay.
        legs: kinds x directions x shortest circuits x movers x 3: rows of the payers.
        is_open: directions x circuits x movers: a closed payment that is an open one in truth.
        price: directions x circuits x movers: of the payment.
        parts: kinds x directions x circuits x movers: which sum of two is paid for, -1 for none.
    """

    amount: int
    payers: tuple[list[Payers], list[Payers]]
    legs: NDArray[np.int32]
    is_open: Mask
    price: NDArray[np.float32]
    parts: NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """Hold all ways to move one mover for which somebody pays.

    Args:
        amount: persons of each way.
        change: ways x cells: of the mover, by one person.
        circuit: along which circuit.
        price: of the payment.
    """

    amount: Counts
    change: Counts
    circuit: Indices
    price: Prices


@dataclass(slots=True)
class _Best:
    """Hold the best ways of each mover over all amounts."""

    score: list[Prices] = field(default_factory=list)
    place: list[Indices] = field(default_factory=list)
    ways: list[_Ways] = field(default_factory=list)


class Offers:
    """Hold what movers are offered."""

    def __init__(
        self, market: Market, movers: Indices, own: Known, areas: Known | None, *, beyond: Prices
    ) -> None:
        """Prepare to look at some movers.

        Args:
            market: who can pay whom.
            movers: territories that should move.
            own: what is known of the territories.
            areas: what is known of the first areas; nothing where they cannot be hidden.
            beyond: movers x cells: what it takes to hide a cell of areas that are left out.
        """
        self._market, self._movers, self._own, self._areas = market, movers, own, areas
        self._room = market.room
        self._sums = sums_of_two(market.form)
        signs = market.form.signs
        size = np.count_nonzero(signs, axis=1)
        self._short = int(np.count_nonzero(size == size.min()))
        self._touches = (signs != 0).astype(np.float64).T
        self._up = (signs > 0).astype(np.float64).T
        self._down = (signs < 0).astype(np.float64).T
        self._asked = own.asked() @ self._touches
        self._beyond = (beyond @ self._touches).T
        self._best = _Best()

    def add(self, amount: int, *, most: float) -> None:
        """Add the best ways to move each mover by one amount, none of which hides more than so."""
        opening = self._opening(amount)
        movers, circuits = self._movers, len(self._market.form.signs)
        total = np.full((2, 2, circuits, len(movers)), np.inf)
        legs = np.full((2, 2, self._short, len(movers), 3), -1, dtype=np.int32)
        payers: tuple[list[Payers], list[Payers]] = ([], [])
        work = partial(self._circuit, opening=opening, amount=amount, most=most)
        with ThreadPoolExecutor(self._market.threads) as pool:
            for circuit, (can, price, rows) in enumerate(pool.map(work, range(self._short))):
                total[:, :, circuit], legs[:, :, circuit] = price, rows
                for way in (0, 1):
                    payers[way].append(can[way])
        is_open = total[_OPEN] < total[_CLOSED]
        total[_CLOSED] = np.minimum(total[_CLOSED], total[_OPEN])
        parts = np.full(total.shape, -1, dtype=np.int16)
        for kind in _KINDS:
            self._add_up(total[kind], parts[kind])
        score = self._score(total, amount, most)
        score += _TIE * np.arange(len(score))[:, None]
        best = np.argpartition(score, min(_KEPT, len(score) - 1), axis=0)[:_KEPT]
        self._best.score.append(np.take_along_axis(score, best, axis=0))
        self._best.place.append(best)
        price = total[_CLOSED].astype(np.float32)
        self._best.ways.append(_Ways(amount, payers, legs, is_open, price, parts))

    def best(self) -> Prices:
        """Return the best score of each mover: what a cell that moves enough costs."""
        best: Prices = np.min([score.min(axis=0) for score in self._best.score], axis=0)
        return best

    def walks(self, mover: int) -> Iterator[list[Move]]:
        """Yield the moves of one mover and of those who pay it, the best first."""
        who, circuits = int(self._movers[mover]), len(self._market.form.signs)
        score = np.concatenate([score[:, mover] for score in self._best.score])
        for at in np.argsort(score, kind="stable").tolist():
            if not np.isfinite(score[at]):
                return
            number, row = divmod(at, len(self._best.place[0]))
            ways = self._best.ways[number]
            kind, place = divmod(int(self._best.place[number][row, mover]), 2 * circuits)
            way, circuit = divmod(place, circuits)
            paid = self._paid(ways, mover, kind=kind, way=way, circuit=circuit, but=())
            yield [(who, circuit, (1 - 2 * way) * ways.amount), *paid]

    def payable(self, mover: int) -> Payable:
        """Return all ways to move one mover."""
        who = self._movers[mover]
        room = np.stack([room[:, who] for room in self._room])
        price = np.stack([ways.price[:, :, mover] for ways in self._best.ways])
        amount = np.array([ways.amount for ways in self._best.ways])
        number, way, circuit = np.nonzero(np.isfinite(price) & (room >= amount[:, None, None]))
        return Payable(
            amount=amount[number],
            change=(1 - 2 * way)[:, None] * self._market.form.signs[circuit],
            circuit=circuit,
            price=price[number, way, circuit].astype(np.float64),
        )

    def moves(
        self, mover: int, *, amount: int, circuit: int, way: int, but: Collection[int]
    ) -> list[Move]:
        """Return the moves of one way, none if nobody but those who may not can pay."""
        [ways] = [ways for ways in self._best.ways if ways.amount == amount]
        paid = self._paid(ways, mover, kind=_CLOSED, way=way, circuit=circuit, but=but)
        who = int(self._movers[mover])
        return [(who, circuit, (1 - 2 * way) * amount), *paid] if paid else []

    def _opening(self, amount: int) -> Prices:
        """Return directions x circuits x territories: what it takes to open the first area."""
        market = self._market
        opening = np.full((2, len(market.form.signs), len(market.first)), np.inf)
        if self._areas is not None and len(market.area_count):
            price = self._areas.asked() @ self._touches
            for way in (0, 1):
                fits = np.where(market.area_room[way] >= amount, price.T, np.inf)
                opening[way] = fits[:, market.area]
        opening[:, :, market.first == market.open] = 0.0
        return opening

    def _circuit(
        self, circuit: int, *, opening: Prices, amount: int, most: float
    ) -> tuple[list[Payers], Prices, Indices]:
        """Return who can move along one circuit and against it, and how movers are paid.

        The prices are kinds x directions x movers, the rows of payers have three legs more.
        """
        market, movers = self._market, self._movers
        can = [
            Payers(
                Territories(
                    first=market.first,
                    second=market.second,
                    open=market.open,
                    room=self._room[way][circuit],
                    price=self._asked[:, circuit],
                    opening=opening[way, circuit],
                ),
                amount=amount,
                width=market.width,
                most=most,
            )
            for way in (0, 1)
        ]
        total = np.full((2, 2, len(movers)), np.inf)
        legs = np.full((2, 2, len(movers), 3), -1)
        for way in (0, 1):
            routes = Routes(can[1 - way], can[way], most=most)
            for kind in _KINDS:
                price = opening[way, circuit, movers] if kind == _OPEN else np.zeros(len(movers))
                able = np.flatnonzero(price <= most)
                first = market.first[movers[able]]
                if kind == _OPEN:
                    first = np.full_like(first, market.open)
                paid = routes.pay(movers[able], first, market.second[movers[able]])
                total[kind, way, able] = paid.price + price[able]
                legs[kind, way, able] = paid.legs
        return can, total, legs

    def _add_up(self, total: Prices, parts: NDArray[np.int16]) -> None:
        """Pay for a circuit by two that add up to it where that is cheaper."""
        for _ in range(2):
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

    def _score(self, total: Prices, amount: int, most: float) -> Prices:
        """Return what a cell that moves enough costs in each way; ways x movers."""
        market, movers = self._market, self._movers
        total = total + self._asked[movers].T * (market.width / amount)
        gain = np.zeros_like(total)
        gain += self._gain(self._own, movers, amount)
        if self._areas is not None and len(market.area_count):
            gain[_OPEN] += self._gain(self._areas, market.area[movers], amount)
        can = np.stack([room[:, movers] >= amount for room in self._room])
        fits = can & (gain > 0) & (total <= most)
        score = np.where(fits, (total + self._beyond + HOP) / np.where(gain > 0, gain, 1.0), np.inf)
        return score.reshape(-1, len(movers))

    def _gain(self, known: Known, rows: Indices, amount: int) -> Prices:
        rise, fall = (gain[rows] for gain in known.gains(amount, self._market.width))
        along = rise @ self._up + fall @ self._down
        against = fall @ self._up + rise @ self._down
        return np.stack([along.T, against.T])

    def _paid(
        self,
        ways: _Ways,
        mover: int,
        *,
        kind: int,
        way: int,
        circuit: int,
        but: Collection[int],
    ) -> list[Move]:
        """Return who moves to pay a mover for one circuit; nobody if a part cannot be paid."""
        number = int(ways.parts[kind, way, circuit, mover])
        if number >= 0:
            one: Sum = self._sums[circuit][number]
            parts = [
                self._paid(
                    ways, mover, kind=kind, way=way if sign > 0 else 1 - way, circuit=part, but=but
                )
                for part, sign in (one[:2], one[2:])
            ]
            return parts[0] + parts[1] if all(parts) else []
        if kind == _CLOSED and ways.is_open[way, circuit, mover]:
            kind = _OPEN
        legs = ways.legs[kind, way, circuit, mover].tolist()
        is_short = legs[1] < 0
        own = (int(self._movers[mover]),) if is_short else ()
        paid = [
            [
                (one, circuit, (2 * turn - 1) * part)
                for one, part in ways.payers[1 - turn][circuit].who(row, (*own, *but))
            ]
            for leg, row in enumerate(legs[:1] if is_short else legs)
            for turn in [way if leg != 1 else 1 - way]
        ]
        return [move for leg in paid for move in leg] if all(paid) else []
