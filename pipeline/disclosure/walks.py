"""Let territories of overlapping areas pay for each other in turn, hiding more where it takes that.

With two groupings, such as communities of communes and départements by type, each territory is an
edge between two areas. Where the territories of a closed walk move along one circuit up and down in
turn, no sum of any area changes. A walk of two is two territories of the same areas, one of four
crosses two areas of each kind; longer ones are left to linear programs. Where an area is hidden
along the circuit, or is worth hiding, the walk may end there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.ground import Area, Ground, Moves
from pipeline.disclosure.known import Known
from pipeline.disclosure.local import rooms
from pipeline.disclosure.offers import Market, Move, Offers
from pipeline.disclosure.shape import Counts, Indices


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Hold what one round of walks hides and moves.

    Args:
        own: what is known of the territories now.
        areas: what is known of the areas of each level now.
        moves: one world per walk.
        walks: how many.
    """

    own: Known
    areas: list[Known]
    moves: Moves
    walks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Tell areas by two groupings.

    Args:
        first: number of the level among the areas of the ground.
        second: what else each territory belongs to.
    """

    first: int
    second: Indices


class Walks:
    """Find the cheapest closed walks through territories that need one."""

    def __init__(self, base: Ground, arrangement: Arrangement, *, width: int, threads: int) -> None:
        """Prepare for the smallest level of a population and two groupings of its territories.

        Args:
            base: the smallest level.
            arrangement: the groupings; what they leave out is hidden where a walk changes it.
            width: the range that is sought.
            threads: how many circuits are looked at side by side.
        """
        self._base, self._width = base, width
        self._signs = base.form.signs.astype(np.int64)
        self._level = arrangement.first
        first = base.areas[arrangement.first]
        alone = np.bincount(first.label)[first.label] == 1
        open_ = int(first.label.max()) + 1
        self._market = Market(
            form=base.form,
            count=base.count,
            first=np.where(alone, open_, first.label),
            second=arrangement.second,
            open=open_,
            area=first.label,
            area_count=first.count,
            room=_rooms(base.count, base, width),
            area_room=_rooms(first.count, base, width),
            width=width,
            threads=threads,
        )
        told = (first.label, arrangement.second)
        self._left_out = [
            level
            for level, area in enumerate(base.areas)
            if len(area.cells) and not any(_implies(label, area.label) for label in told)
        ]

    def round(self, own: Known, areas: Sequence[Known], *, most: float, apart: bool) -> Round:
        """Find a walk for each territory that needs one, the cheapest first.

        Args:
            own: what is known of the territories.
            areas: what is known of the areas of each level, as in the ground.
            most: the price of what one walk may hide; where it hides, no two movers of one first
                area are served, since what the one hides may help the other.
            apart: whether walks of the round share no first area at all.
        """
        own, areas = own.copy(), [known.copy() for known in areas]
        asked = np.any(own.narrow(self._width), axis=1)
        if len(self._market.area_count):
            above = np.any(areas[self._level].narrow(self._width), axis=1)
            asked |= above[self._market.area]
        movers = np.flatnonzero(asked)
        beyond = np.zeros((len(movers), own.hidden.shape[1]))
        for level in self._left_out:
            beyond += areas[level].asked()[self._base.areas[level].label[movers]]
        offers = Offers(self._market, movers, own.copy(), areas[self._level].copy(), beyond=beyond)
        for amount in range(1, self._width + 1) if len(movers) else ():
            offers.add(amount, most=most)
        best = offers.best() if len(movers) else np.zeros(0)
        order = np.argsort(best, kind="stable")[: np.count_nonzero(np.isfinite(best))]
        found: list[list[Move]] = []
        taken: set[int] = set()
        for mover in order.tolist():
            home = int(self._market.first[movers[mover]])
            if home in taken:
                continue
            walk = self._cheapest(offers, mover, own, areas)
            around = {int(self._market.first[one]) for one, _, _ in walk} - {self._market.open}
            if not walk or (apart and around & taken):
                continue
            if most:
                taken |= around if apart else {home} - {self._market.open}
            for known, _, net in self._nets(walk, own, areas):
                for row, change in net.items():
                    known.keep(row, change)
            found.append(walk)
        return Round(own=own, areas=areas, moves=_moves(found), walks=len(found))

    def _cheapest(self, offers: Offers, mover: int, own: Known, areas: list[Known]) -> list[Move]:
        """Return the cheapest walk that is worth it, areas that it opens included, or none."""
        cheapest: list[Move] = []
        least = np.inf
        for walk in offers.walks(mover):
            nets = self._nets(walk, own, areas)
            price = _price(nets[1:])
            if price < least and _is_good(nets, self._width):
                cheapest, least = walk, price
            if least == 0.0:
                break
        return cheapest

    def _nets(
        self, walk: list[Move], own: Known, areas: list[Known]
    ) -> list[tuple[Known, Counts, dict[int, Counts]]]:
        """Return what a walk changes: of the territories, and of the areas of each level."""
        levels = zip(areas, self._base.areas, strict=True)
        return [
            (own, self._base.count, self._net(walk, None)),
            *((known, area.count, self._net(walk, area)) for known, area in levels),
        ]

    def _net(self, walk: list[Move], area: Area | None) -> dict[int, Counts]:
        """Return the change of each row that changes; a territory may move more than once."""
        net: dict[int, Counts] = {}
        for who, circuit, amount in walk:
            row = who if area is None else int(area.label[who])
            net[row] = net.get(row, 0) + amount * self._signs[circuit]
        return {row: change for row, change in net.items() if change.any()}


def _price(nets: list[tuple[Known, Counts, dict[int, Counts]]]) -> float:
    """Return what it takes to hide what changes in areas that are shown."""
    return sum(
        known.missing(row, change) if len(count) else np.inf
        for known, count, net in nets
        for row, change in net.items()
    )


def _is_good(nets: list[tuple[Known, Counts, dict[int, Counts]]], width: int) -> bool:
    """Return whether changes widen what is too narrow, and leave only counts that may be."""
    gains = False
    for known, count, net in nets:
        for row, change in net.items():
            moved = change != 0
            if np.any(moved & ((count[row] + change < 1) | np.isinf(known.price[row]))):
                return False
            gains |= known.is_widened(row, change, width)
    return gains


def arrangements(base: Ground) -> tuple[Arrangement | None, list[Arrangement]]:
    """Return how to tell all areas by two groupings, and how to tell them but for one.

    The first has the finest grouping against all others crossed; none is needed where areas do not
    overlap. The others leave out one grouping each, whose areas are then hidden where it helps.
    """
    finest: list[int] = []
    order = sorted(range(len(base.areas)), key=lambda at: -int(base.areas[at].label.max()))
    for at in order:
        if not any(_implies(base.areas[fine].label, base.areas[at].label) for fine in finest):
            finest.append(at)
    if len(finest) == 1:
        return None, []
    labels = {at: _together_alone(base.areas[at].label) for at in finest}
    loose = []
    for left_out in reversed(finest):
        others = [at for at in finest if at != left_out]
        loose.append(
            Arrangement(
                first=others[0], second=_crossed([labels[at] for at in others[1:]], len(base.count))
            )
        )
    whole = Arrangement(first=finest[0], second=_crossed([labels[at] for at in finest[1:]], 0))
    return whole, loose


def _crossed(labels: list[Indices], size: int) -> Indices:
    """Return one label for several, the same for all where there are none."""
    if not labels:
        return np.zeros(size, dtype=np.int64)
    return np.unique(np.array(labels), axis=1, return_inverse=True)[1]


def _together_alone(label: Indices) -> Indices:
    """Return labels in which areas of one territory are one: their sums are its own."""
    alone = np.bincount(label)[label] == 1
    return np.unique(np.where(alone, -1, label), return_inverse=True)[1]


def _implies(fine: Indices, coarse: Indices) -> bool:
    pairs = np.unique(np.array([fine, coarse]), axis=1)
    return bool(pairs.shape[1] == int(fine.max()) + 1)


def _rooms(count: Counts, base: Ground, width: int) -> tuple[Counts, Counts]:
    along, against = rooms(count, base.form, width=width)
    return np.ascontiguousarray(along.T), np.ascontiguousarray(against.T)


def _moves(walks: list[list[Move]]) -> Moves:
    rows = [(world, *move) for world, walk in enumerate(walks) for move in walk]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Moves(world=table[:, 0], territory=table[:, 1], circuit=table[:, 2], amount=table[:, 3])
