"""Let territories of overlapping areas pay for each other in turn, hiding more where it takes that.

With two groupings, such as communities of communes and départements by type, each territory is an
edge between two areas. Where the territories of a closed walk move along one circuit up and down in
turn, no sum of any area changes. A walk of two is two territories of the same areas, one of four
crosses two areas of each kind; longer ones are left to linear programs. Where an area is hidden
along the circuit, or is worth hiding, the walk may end there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipeline.disclosure.compounds import Compounds
from pipeline.disclosure.ground import Ground, Moves
from pipeline.disclosure.known import Known, Net
from pipeline.disclosure.local import rooms
from pipeline.disclosure.offers import HOP, Market, Move, Offers
from pipeline.disclosure.shape import Counts, Indices, Mask

# What is known of some rows, what they count, and how they change.
_Changed = tuple[Known, Counts, Net]

_NO_AREAS = np.empty((0, 0), dtype=np.int64)


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
        first: what each territory belongs to.
        level: whose areas those are, among the areas of the ground; none if several are crossed.
        second: what else each territory belongs to.
    """

    first: Indices
    level: int | None
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
        first, second, self._level = arrangement.first, arrangement.second, arrangement.level
        areas = _NO_AREAS if self._level is None else base.areas[self._level].count
        alone = np.bincount(first)[first] == 1
        open_ = int(first.max()) + 1
        self._market = Market(
            form=base.form,
            count=base.count,
            first=np.where(alone, open_, first),
            second=second,
            open=open_,
            area=first,
            area_count=areas,
            room=_rooms(base.count, base, width),
            area_room=_rooms(areas, base, width),
            width=width,
            threads=threads,
        )
        self._at_rest = np.zeros(len(base.count), dtype=bool)
        self._before: Mask | None = None
        self._asked_with = np.inf
        self._left_out = [
            level
            for level, area in enumerate(base.areas)
            if not any(_implies(label, area.label) for label in (first, second))
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
        movers = np.flatnonzero(self._asked(own, areas) & ~self._idle(own.hidden, most))
        if not len(movers):
            return Round(own=own, areas=areas, moves=_moves([]), walks=0)
        offers = self._offers(movers, own, areas, most=most)
        sums = Compounds(
            offers, own, self._base.count, signs=self._signs, width=self._width, most=most
        )
        found: list[list[Move]] = []
        taken: set[int] = set()
        for mover in self._in_order(offers):
            who = int(movers[mover])
            home = int(self._market.first[who])
            if home in taken:
                continue
            walks = offers.walks(mover)
            if not most:
                free = list(self._kept(chain(walks, sums.walks(mover, who)), who, own, areas))
                self._at_rest[who] = not free
                found += free
                continue
            walk = self._cheapest(walks, own, areas, most=most)
            if self._width > 1:
                others = chain([walk] if walk else [], sums.walks(mover, who))
                walk = self._cheapest(others, own, areas, most=most)
            self._at_rest[who] = not walk
            around = {int(self._market.first[one]) for one, _, _ in walk} - {self._market.open}
            if walk and not (apart and around & taken):
                if self._keep(walk, own, areas):
                    taken |= around if apart else {home} - {self._market.open}
                found.append(walk)
        return Round(own=own, areas=areas, moves=_moves(found), walks=len(found))

    def _asked(self, own: Known, areas: Sequence[Known]) -> Mask:
        """Return the territories that should move: those that need it, and those of such areas."""
        asked: Mask = np.any(own.narrow(self._width), axis=1)
        if self._level is not None and len(self._market.area_count):
            above = np.any(areas[self._level].narrow(self._width), axis=1)
            asked |= above[self._market.area]
        return asked

    def _offers(
        self, movers: Indices, own: Known, areas: Sequence[Known], *, most: float
    ) -> Offers:
        """Return what movers are offered, for any number of persons."""
        beyond = np.zeros((len(movers), own.hidden.shape[1]))
        for level in self._left_out:
            if len(self._base.areas[level].cells):
                beyond += areas[level].asked()[self._base.areas[level].label[movers]]
        above = areas[self._level].copy() if self._level is not None else None
        offers = Offers(self._market, movers, own.copy(), above, beyond=beyond)
        for amount in range(1, self._width + 1):
            offers.add(amount, most=most)
        return offers

    def _keep(self, walk: list[Move], own: Known, areas: list[Known]) -> bool:
        """Keep what a walk hides and shows; return whether it hides more."""
        nets = self._nets(walk, own, areas)
        hides = _price(nets) > 0
        for known, _, net in nets:
            known.keep(net)
        return hides

    def _idle(self, hidden: Mask, most: float) -> Mask:
        """Return the territories that found no walk before, while nothing around them changed."""
        if most > self._asked_with or self._before is None:
            self._at_rest[:] = False
        else:
            changed = np.any(hidden != self._before, axis=1)
            for label in (self._market.area, self._market.second):
                around = np.zeros(int(label.max()) + 1, dtype=bool)
                around[label[changed]] = True
                self._at_rest[around[label]] = False
        self._before, self._asked_with = hidden.copy(), most
        return self._at_rest

    def _kept(
        self, walks: Iterable[list[Move]], who: int, own: Known, areas: list[Known]
    ) -> Iterator[list[Move]]:
        """Yield the walks that are worth it and hide nothing, until a territory moves enough."""
        for walk in walks:
            nets = self._nets(walk, own, areas)
            if _price(nets) == 0.0 and _gain(nets, self._width):
                for known, _, net in nets:
                    known.keep(net)
                yield walk
                if not np.any(own.hidden[who] & (own.high[who] - own.low[who] < self._width)):
                    return

    def _in_order(self, offers: Offers) -> list[int]:
        """Return the movers to serve, the cheapest first: at width 1 those with an offer.

        Persons of wider ranges may be paid one by one where nobody pays for all.
        """
        best = offers.best()
        order = np.argsort(best, kind="stable")
        wanted = order[: np.count_nonzero(np.isfinite(best))] if self._width == 1 else order
        return [int(mover) for mover in wanted]

    def _cheapest(
        self, walks: Iterable[list[Move]], own: Known, areas: list[Known], *, most: float
    ) -> list[Move]:
        """Return the cheapest walk that is worth it, areas that it opens included, or none."""
        cheapest: list[Move] = []
        least = np.inf
        for walk in walks:
            nets = self._nets(walk, own, areas)
            gain, price = _gain(nets, self._width), _price(nets)
            if gain and price <= most and (price + HOP) / gain < least:
                cheapest, least = walk, (price + HOP) / gain
                if price == 0.0:
                    break
        return cheapest

    def _nets(self, walk: list[Move], own: Known, areas: list[Known]) -> list[_Changed]:
        """Return what a walk changes: of the territories, and of the areas of each level.

        Where no sum of the groupings changes, none changes but those of levels that are left out.
        """
        net = Net.of_moves(walk, self._signs)
        nets = [(own, self._base.count, net)]
        is_closed = net.keeps_sums(self._market.area) and net.keeps_sums(self._market.second)
        for level in self._left_out if is_closed else range(len(areas)):
            area = self._base.areas[level]
            nets.append((areas[level], area.count, net.above(area.label)))
        return nets


def _price(nets: list[_Changed]) -> float:
    """Return what it takes to hide what changes in areas that are shown."""
    return sum(
        known.missing(net) if len(count) else np.inf for known, count, net in nets if len(net.rows)
    )


def _gain(nets: list[_Changed], width: int) -> float:
    """Return by how many widths changes widen what is too narrow; 0 if a count may not be so."""
    gain = 0.0
    for known, count, net in nets:
        if len(net.rows):
            if not len(count) or net.below(count, 1).any() or known.forbids(net):
                return 0.0
            gain += known.gain(net, width)
    return gain


def arrangements(base: Ground) -> tuple[list[Arrangement], list[Arrangement]]:
    """Return how to tell all areas by two groupings, and how to tell them but for one.

    The first has the finest grouping against all others crossed, the next ones set each of the
    others apart; there are none where areas do not overlap. Those that leave out one grouping each
    let its areas be hidden where it helps.
    """
    finest: list[int] = []
    order = sorted(range(len(base.areas)), key=lambda at: -int(base.areas[at].label.max()))
    for at in order:
        if not any(_implies(base.areas[fine].label, base.areas[at].label) for fine in finest):
            finest.append(at)
    if len(finest) == 1:
        return [], []

    def arranged(first: list[int], second: list[int]) -> Arrangement:
        labels = [
            _crossed([base.areas[at].label for at in groupings], len(base.count))
            for groupings in (first, second)
        ]
        level = first[0] if len(first) == 1 else None
        return Arrangement(first=labels[0], level=level, second=_together_alone(labels[1]))

    coarse = finest[1:]
    whole = [arranged(finest[:1], coarse)]
    if len(coarse) > 1:
        whole += [arranged([at for at in finest if at != apart], [apart]) for apart in coarse]
    loose = []
    for left_out in reversed(finest):
        others = [at for at in finest if at != left_out]
        loose.append(arranged(others[:1], others[1:]))
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
