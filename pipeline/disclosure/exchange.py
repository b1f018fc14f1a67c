"""Show in worlds that hidden cells can move: territories of one group move against each other.

When one territory moves along a circuit and others of the same areas move along it backwards, no
sum of any level changes. Several may pay for one, and two circuits may add up to the one that is
paid for. What cannot be shown this way is left to linear programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from scipy import sparse

from pipeline.disclosure.circuits import Circuits, circuits, sums_of_two
from pipeline.disclosure.forms import cut
from pipeline.disclosure.layout import Grid, Lattice
from pipeline.disclosure.local import rooms
from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.shape import Counts, Indices, Mask
from pipeline.disclosure.system import System

# Circuits and directions in which several pay together.
Bill = tuple[tuple[int, int], ...]

# Payers known of each group beyond the width: those before may be the mover or have paid already.
_SPARE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """Hold moves of territories along circuits; moves of one world belong together.

    Args:
        world: number of the world of each move.
        territory: who moves.
        circuit: along which circuit.
        amount: by how many persons; below 0 against the circuit.
    """

    world: Indices
    territory: Indices
    circuit: Indices
    amount: Counts


def exchanges(system: System, hidden: Mask, *, width: int) -> Matrix | None:
    """Return worlds by exchange for a population of one table: worlds x atoms of the system.

    The table must be crossed at the smallest level by all that persons are counted by, in at most
    two dimensions; of any other population nothing is known here.

    Args:
        system: the relations and exact counts.
        hidden: published cells that a pattern hides.
        width: the range that is sought for each.
    """
    lattice = system.lattices[0]
    base = system.grids[0]
    for grid in system.grids:
        if grid.sizes[0] == lattice.sizes[0] and grid.crossed == lattice.dimensions:
            base = grid
    pieces = cut(base)
    if len(system.lattices) > 1 or base.sizes[0] < lattice.sizes[0]:
        return None
    if pieces.form != base.sizes[1:] or base.crossed != lattice.dimensions:
        return None
    cells = slice(base.start, base.start + prod(base.sizes))
    exchange = _Exchange(
        pieces.tables(system.cells.value[cells]),
        pieces.tables(hidden[cells]),
        circuits(pieces.form),
        _groups(system, base),
        width=width,
    )
    exchange.run()
    return exchange.worlds(lattice, len(system.atoms)) if exchange.found else None


def _groups(system: System, base: Grid) -> Indices:
    """Return the group of each territory: those of one are in the same area at every level."""
    labels = [np.zeros(len(base.area), dtype=np.int64)]
    for grid in system.grids:
        if grid is not base:
            labels += [grid.area, *grid.typologies.values()]
    group: Indices = np.unique(np.array(labels), axis=1, return_inverse=True)[1]
    return group


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
        self._form = form
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
        self.found: list[_Moves] = []

    def run(self) -> None:
        """Move territories along each circuit, by as much as others of their group can pay."""
        for circuit in range(len(self._signs)):
            for way in (1, -1):
                mover = np.flatnonzero(self._room[way][:, circuit])
                mover = mover[self._gains(mover, circuit, way * self._room[way][mover, circuit])]
                if len(mover):
                    self._pay(mover, circuit, way)

    def worlds(self, lattice: Lattice, atoms: int) -> Matrix:
        """Return what was found as worlds x atoms, changes from the truth."""
        atom = lattice.atom.reshape(lattice.sizes[0], -1)
        world = np.concatenate([moves.world for moves in self.found])
        territory = np.concatenate([moves.territory for moves in self.found])
        amount = np.concatenate([moves.amount for moves in self.found])
        inner = self._form.inner()[np.concatenate([moves.circuit for moves in self.found])]
        move, place = np.nonzero(inner)
        return sparse.csr_array(
            (
                inner[move, place] * amount[move],
                (world[move], atom[territory[move], place]),
            ),
            shape=(self._worlds, atoms),
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
            self.found.append(
                _Moves(
                    world=number[kept],
                    territory=self._able[who[kept]],
                    circuit=np.full(len(kept), circuit),
                    amount=amount[kept],
                )
            )
        self._worlds += int(np.count_nonzero(gained))


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
