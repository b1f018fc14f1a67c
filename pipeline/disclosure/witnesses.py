"""Keep few worlds that show enough, about a table that is not the counts.

Of all worlds that were found, few are needed to prove a pattern again. They are kept longer than
the exact counts, so that the table which they change must not hold those: what is published less
finely than it is counted is drawn anew, and worlds become part of the table at random.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from heapq import heapify, heappop, heapreplace

import numpy as np
from scipy import sparse
from scipy.stats import random_table

from pipeline.disclosure.audit import audit
from pipeline.disclosure.layout import Lattice
from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.shape import Counts, Indices, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError

# Steps of a walk per world, and the share of hidden cells that it moves where it gets about; where
# it does not, worlds that move much at once are leapt along so many times.
_STEPS, _FREELY, _LEAPS = 20, 0.3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """Hold a table of persons that agrees with all that is shown, and worlds that change it.

    Args:
        persons: how many there are of each atom; not what was counted.
        changes: worlds x atoms.
    """

    persons: Counts
    changes: Matrix


def select(system: System, hidden: Mask, worlds: Matrix, *, asked: Counts) -> Matrix:
    """Return few of the worlds that together move each hidden cell by the width.

    Those that move most cells which no other does come first. A cell that no single world moves
    by the width keeps the two that move it furthest down and up.

    Args:
        system: the relations.
        hidden: the cells that have to move.
        worlds: worlds x atoms, changes from the truth, which is one world more.
        asked: persons between the least and the greatest value of each cell when it is hidden.
    """
    moved = (worlds @ system.membership.T.tocsr()).tocsr()
    far = moved.copy()
    far.data = np.abs(moved.data) >= asked[moved.indices]
    far.eliminate_zeros()
    left, chosen = hidden.copy(), []
    waiting = [(-int(far.indptr[i + 1] - far.indptr[i]), i) for i in range(far.shape[0])]
    heapify(waiting)
    while waiting:
        gain, world = waiting[0]
        cells = far.indices[far.indptr[world] : far.indptr[world + 1]]
        now = int(np.count_nonzero(left[cells]))
        if now and now == -gain:
            left[cells] = False
            chosen.append(world)
        if now and now != -gain:
            heapreplace(waiting, (-now, world))
        else:
            heappop(waiting)
    columns = moved.tocsc()
    for cell in np.flatnonzero(left):
        part = slice(columns.indptr[cell], columns.indptr[cell + 1])
        by, which = columns.data[part], columns.indices[part]
        chosen += [int(which[end]) for end in {int(np.argmin(by)), int(np.argmax(by))}]
    return worlds[np.unique(np.array(chosen, dtype=np.int64))]


def veil(
    system: System,
    hidden: Mask,
    worlds: Matrix,
    *,
    asked: Counts,
    random: np.random.Generator,
    threads: int = 1,
) -> Witnesses:
    """Return a table that agrees with all that is shown, and worlds that prove the pattern from it.

    Args:
        system: the relations and exact counts.
        hidden: the cells that the worlds move.
        worlds: worlds x atoms, changes from the counts.
        asked: persons between the least and the greatest value of each cell when it is hidden.
        random: seeded by nothing that is kept.
        threads: how many components are searched at the same time.

    Raises:
        DisclosureError: no such table or no such worlds were found.
    """
    persons, got_about = _walked(system, hidden, worlds, random)
    if got_about:
        system = _about(system, hidden, _redrawn(system, persons, random))
        proposals = _holding(system, hidden, sparse.vstack([worlds, -worlds], format="csr"))
        worlds = audit(system, hidden, width=asked, proposals=proposals, threads=threads).changes
    else:
        for _ in range(_LEAPS):
            leap = worlds[[_far(worlds, random)]].toarray()[0]
            system = _about(system, hidden, _redrawn(system, system.atoms + leap, random))
            worlds = audit(system, hidden, width=asked, threads=threads).changes
    return Witnesses(persons=system.atoms, changes=select(system, hidden, worlds, asked=asked))


def _far(worlds: Matrix, random: np.random.Generator) -> int:
    """Draw a world, the likelier the more it moves: what one figure needs moves next to nothing."""
    moved = np.diff(worlds.indptr).astype(np.float64) ** 2
    return int(random.choice(worlds.shape[0], p=moved / moved.sum()))


def _about(system: System, hidden: Mask, persons: Counts) -> System:
    """Return the system as it would be if these had been counted.

    Raises:
        DisclosureError: they contradict what is shown.
    """
    value = system.membership @ persons
    wrong = np.count_nonzero((value != system.cells.value) & ~hidden)
    wrong += np.count_nonzero(system.links @ persons)
    if wrong:
        raise DisclosureError("disclosure.world_contradicts", count=int(wrong))
    return replace(system, atoms=persons, cells=replace(system.cells, value=value))


def _holding(system: System, hidden: Mask, worlds: Matrix) -> Matrix:
    """Return the worlds in which no atom and no hidden cell falls below its least."""
    moves, room = _moves(system, hidden, worlds), _room(system, hidden)
    breaks = sparse.csr_array(
        (room[moves.indices] + moves.data < 0, moves.indices, moves.indptr), shape=moves.shape
    )
    holding: Matrix = worlds[np.asarray(breaks.sum(axis=1)) == 0]
    return holding


def _room(system: System, hidden: Mask) -> Counts:
    """Return by how many persons each atom, and each hidden cell, is above its least."""
    return np.append(system.atoms, system.cells.room[hidden])


def _moves(system: System, hidden: Mask, worlds: Matrix) -> Matrix:
    """Return worlds x what has room: changes of atoms, then of hidden cells."""
    cells = worlds @ system.membership.T.tocsr()[:, hidden]
    moves: Matrix = sparse.hstack([worlds, cells], format="csr")
    return moves


def _walked(
    system: System, hidden: Mask, worlds: Matrix, random: np.random.Generator
) -> tuple[Counts, bool]:
    """Return where a random walk along the worlds, either way, ends, and whether it got about."""
    start, moves = _room(system, hidden), _moves(system, hidden, worlds)
    room, steps = start.copy(), _STEPS * moves.shape[0]
    signs = random.integers(0, 2, steps) * 2 - 1
    for world, sign in zip(random.integers(0, moves.shape[0] or 1, steps), signs, strict=True):
        part = slice(moves.indptr[world], moves.indptr[world + 1])
        after = room[moves.indices[part]] + sign * moves.data[part]
        if after.min(initial=0) >= 0:
            room[moves.indices[part]] = after
    moved = room[len(system.atoms) :] != start[len(system.atoms) :]
    return room[: len(system.atoms)], not steps or bool(moved.mean() >= _FREELY)


def _redrawn(system: System, persons: Counts, random: np.random.Generator) -> Counts:
    """Draw anew how persons of a territory fall into codes that are not published there.

    Territories that belong to the same areas exchange persons, so that every sum stays.
    """
    persons = persons.copy()
    for lattice in system.lattices:
        atom = lattice.atom.reshape(lattice.sizes[0], -1)
        for codes in _alike_codes(system, lattice):
            for territories in _alike_territories(system, lattice):
                block = atom[np.ix_(territories, codes)]
                block = block[:, block[0] >= 0]
                # Drawn with a margin of zero, tables lose persons.
                block = block[persons[block].any(axis=1)][:, persons[block].any(axis=0)]
                if block.size and min(block.shape) > 1:
                    margins = persons[block].sum(axis=1), persons[block].sum(axis=0)
                    persons[block] = random_table(*margins).rvs(random_state=random)
    return persons


def _alike_codes(system: System, lattice: Lattice) -> list[Indices]:
    """Return codes that neither the smallest level nor another table tells apart."""
    told = {name for other in system.lattices if other is not lattice for name in other.dimensions}
    for grid in system.grids:
        if grid.table == lattice.table and grid.sizes[0] == lattice.sizes[0]:
            told |= set(grid.crossed)
    codes = np.indices(lattice.sizes[1:]).reshape(len(lattice.dimensions), -1)
    kept = [codes[i] for i, name in enumerate(lattice.dimensions) if name in told]
    return _groups(np.array([np.zeros_like(codes[0]), *kept]))


def _alike_territories(system: System, lattice: Lattice) -> list[Indices]:
    """Return territories that belong to the same areas, where the same codes may hold persons."""
    possible = lattice.atom.reshape(lattice.sizes[0], -1).T >= 0
    labels = [np.zeros((1, lattice.sizes[0]), np.int64), possible.astype(np.int64)]
    for grid in system.grids:
        if grid.table == lattice.table and grid.sizes[0] < lattice.sizes[0]:
            labels += [grid.area[None], *(each[None] for each in grid.typologies.values())]
    return _groups(np.concatenate(labels))


def _groups(labels: Indices) -> list[Indices]:
    """Return the columns that are equal, group by group."""
    group = np.unique(labels, axis=1, return_inverse=True)[1].ravel()
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
