"""Audit what several releases of one period show and hide together.

The territories that stand are the same unknowns in all of them: what pays for a territory that
stands in one release may pay the other way only in another, so that each hides it and both together
tell it. What came in is another unknown in each. All of this is one system, in which each release
has its own cells, and worlds of it are sought as for one release.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from pipeline.disclosure.audit import Audit, audit
from pipeline.disclosure.figures import reduce_system
from pipeline.disclosure.layout import Cells, Lattice
from pipeline.disclosure.relations import Matrix, diagonal
from pipeline.disclosure.shape import Counts, Indices, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Hold what one release tells.

    Args:
        system: its cells and whom they count; of the same tables and territories in all.
        states: number of the state that each smallest territory is counted in, in order of codes;
            territories of one state in two releases are the same persons there.
        hidden: the cells that it hides.
        is_there: the cells that it has.
        asked: range that is asked of each cell when it is hidden.
    """

    system: System
    states: Indices
    hidden: Mask
    is_there: Mask
    asked: Counts


def audit_together(tellings: Sequence[Telling], *, worlds: Matrix, threads: int = 1) -> Audit:
    """Return what releases leave uncertain for whoever reads all of them.

    Args:
        tellings: the releases, that which is to come first.
        worlds: worlds of the first, which move nobody else.
        threads: how many parts are searched at the same time; the answer is the same.

    Raises:
        DisclosureError: two releases count one state otherwise, or one counts persons where another
            shows that nobody can be; the solver fails.
    """
    joint, places = _joined(tellings)
    hidden = np.concatenate([one.hidden | ~one.is_there for one in tellings])
    figures = reduce_system(joint)
    told = figures.cells(figures.any(~hidden)) | (figures.of_cell < 0)
    asked = np.concatenate([np.where(one.is_there, one.asked, 0) for one in tellings])
    hidden &= joint.cells.room >= 0
    return audit(
        joint,
        hidden,
        width=np.where(told, 0, asked),
        proposals=_possible(joint, hidden, worlds @ _moved(places[0], len(joint.atoms))),
        threads=threads,
    )


def _joined(tellings: Sequence[Telling]) -> tuple[System, list[Indices]]:
    """Return the releases as one system, and the place there of each atom of each of them."""
    first = tellings[0].system
    number = 1 + max(int(one.states.max(initial=0)) for one in tellings)
    lattices: list[Lattice] = []
    places = [np.full(len(one.system.atoms), -1, dtype=np.int64) for one in tellings]
    start = 0
    for at, lattice in enumerate(first.lattices):
        territory = np.repeat(np.arange(lattice.sizes[0]), len(lattice.atom) // lattice.sizes[0])
        alive = np.ones((number, len(lattice.atom)), dtype=bool)
        used = np.zeros_like(alive)
        own = [(one.system.lattices[at].atom, one.states[territory]) for one in tellings]
        spot = np.arange(len(lattice.atom))
        for atom, state in own:
            alive[state, spot] &= atom >= 0
            used[state, spot] = True
        live = alive & used
        joint = np.where(live, start - 1 + np.cumsum(live).reshape(live.shape), -1)
        start += int(np.count_nonzero(live))
        for place, (atom, state) in zip(places, own, strict=True):
            place[atom[atom >= 0]] = joint[state, spot][atom >= 0]
        lattices += [
            replace(lattice, table=f"{lattice.table}@{state}", atom=joint[state])
            for state in range(number)
        ]
    atoms = np.full(start, -1, dtype=np.int64)
    for one, place in zip(tellings, places, strict=True):
        seen = place >= 0
        before = atoms[place[seen]]
        counted = one.system.atoms[seen]
        other = np.count_nonzero((before >= 0) & (before != counted))
        if wrong := int(other + np.count_nonzero(one.system.atoms[~seen])):
            raise DisclosureError("disclosure.tables_disagree", count=wrong)
        atoms[place[seen]] = counted
    systems = [one.system for one in tellings]
    membership = sparse.vstack(
        [s.membership @ _moved(p, start) for s, p in zip(systems, places, strict=True)],
        format="csr",
    )
    floor = np.concatenate([np.where(one.is_there, one.system.cells.floor, 0) for one in tellings])
    cells = _together([system.cells for system in systems])
    size = np.cumsum([0, *(len(system.cells) for system in systems)]).tolist()
    return (
        replace(
            first,
            cells=replace(cells, floor=np.where(np.diff(membership.indptr) > 0, floor, 1)),
            membership=membership,
            margins=diagonal([system.margins for system in systems]),
            links=sparse.vstack(
                [s.links @ _moved(p, start) for s, p in zip(systems, places, strict=True)],
                format="csr",
            ),
            atoms=atoms,
            grids=tuple(
                replace(grid, start=grid.start + offset)
                for system, offset in zip(systems, size[:-1], strict=True)
                for grid in system.grids
            ),
            lattices=tuple(lattices),
        ),
        places,
    )


def _moved(place: Indices, size: int) -> Matrix:
    """Return the matrix that takes atoms of a release to those of all."""
    seen = np.flatnonzero(place >= 0)
    ones = np.ones(len(seen), dtype=np.int64)
    return sparse.csr_array((ones, (seen, place[seen])), shape=(len(place), size))


def _together(cells: Sequence[Cells]) -> Cells:
    first = cells[0]
    columns = {
        name: np.concatenate([getattr(each, name) for each in cells])
        for name in ("table", "level", "area", "value", "k", "floor", "breadth", "elsewhere")
    }
    codes = {name: np.concatenate([each.codes[name] for each in cells]) for name in first.codes}
    return Cells(codes=codes, **columns)


def _possible(joint: System, hidden: Mask, worlds: Matrix) -> Matrix:
    """Return the worlds that agree with what all releases show."""
    moved = (worlds @ joint.membership.T).tocsr()
    after = joint.cells.value[moved.indices] + moved.data
    cells = moved.indices
    wrong = np.where(hidden[cells], after < joint.cells.floor[cells], moved.data != 0)
    bad = np.add.reduceat(np.append(wrong, False), moved.indptr[:-1]) if len(moved.data) else 0
    bad = np.where(np.diff(moved.indptr) > 0, bad, 0)
    changes = worlds.tocsr()
    below = sparse.csr_array(
        (joint.atoms[changes.indices] + changes.data < 0, changes.indices, changes.indptr),
        shape=changes.shape,
    )
    return changes[np.flatnonzero((bad == 0) & (below.astype(np.int64).sum(axis=1) == 0))]
