"""Decide which corrections may show in a new release of figures that are public already.

Whoever reads two releases of one period sees by how much each figure moved: a table of those who
changed. It is protected as a table of persons. A smallest territory comes in with all its changes,
or stands as it was, so that sums stay sums: it comes in once `k` persons have changed in it, and
its number of persons moved by none or by as many. Until then the release is the same whether they
changed or not. Among the territories that come in, a figure that fewer than `k` changed persons
moved is hidden, with as many others as it takes that nobody can work it out, not even who knows
all persons that did not change.

What one release hides the next ones hide: each release adds one table of changes, of which later
ones show the same cells or fewer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure.elsewhere import published
from pipeline.disclosure.emptied import emptied, inside_of
from pipeline.disclosure.layout import lay_out
from pipeline.disclosure.primary import primary_cells
from pipeline.disclosure.protect import Preferences, protect
from pipeline.disclosure.shape import Codes, Counts, Geography, Inner, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Hold who changed in one table between an earlier release and now, as inner cells.

    Who has more rows than one changed as one person; where nothing is known of a person but that
    the row is another, the counts of `before` and `after` may be equal.

    Args:
        left: who is not counted any more.
        joined: who was not counted then.
        before: who is counted in both and has other rows, as counted then.
        after: the same persons, as counted now.
    """

    left: Inner
    joined: Inner
    before: Inner
    after: Inner

    def inside(self, territories: Codes) -> Changes:
        """Return the changes in some territories alone."""
        return Changes(
            left=inside(self.left, territories),
            joined=inside(self.joined, territories),
            before=inside(self.before, territories),
            after=inside(self.after, territories),
        )


def inside(inner: Inner, territories: Codes) -> Inner:
    """Return the inner cells of some territories alone."""
    kept = np.isin(inner.territory, territories)
    return replace(
        inner,
        territory=inner.territory[kept],
        codes={name: codes[kept] for name, codes in inner.codes.items()},
        count=inner.count[kept],
    )


def together(inners: Sequence[Inner]) -> Inner:
    """Return the inner cells of several sets of persons of one table as those of one."""
    first = inners[0]
    return replace(
        first,
        territory=np.concatenate([inner.territory for inner in inners]),
        codes={
            name: np.concatenate([inner.codes[name] for inner in inners]) for name in first.codes
        },
        count=np.concatenate([inner.count for inner in inners]),
    )


def let_in(territory: Codes, releases: Sequence[Sequence[Changes]], k: int) -> Mask:
    """Return the smallest territories whose changes may show.

    Args:
        territory: all of them.
        releases: for each release that is still public, the changes since by table of one
            population; the last release comes first.
        k: fewest persons that a change may tell of.
    """
    is_changed = np.zeros(len(territory), dtype=bool)
    is_safe = np.ones(len(territory), dtype=bool)
    for position, tables in enumerate(releases):
        persons, balance = _persons(territory, tables)
        if position == 0:
            is_changed = persons > 0
        for count in (persons, balance):
            is_safe &= (count == 0) | (count >= k)
    return is_changed & is_safe


def _persons(territory: Codes, tables: Sequence[Changes]) -> tuple[Counts, Counts]:
    """Return how many persons at least changed in each territory, and by its number of them."""
    came = _by_territory(territory, tables[0].left) + _by_territory(territory, tables[0].joined)
    moved = np.zeros(len(territory), dtype=np.int64)
    for table in tables:
        gains = np.maximum(_gained(territory, table.before, table.after), 0)
        losses = np.maximum(_gained(territory, table.after, table.before), 0)
        moved = np.maximum(moved, np.maximum(gains, losses))
    before, after = (_by_territory(territory, part) for part in (tables[0].before, tables[0].after))
    return came + moved, came + np.abs(after - before)


def _by_territory(territory: Codes, inner: Inner) -> Counts:
    found = np.zeros(len(territory), dtype=np.int64)
    order = np.argsort(territory)
    np.add.at(found, order[np.searchsorted(territory[order], inner.territory)], inner.count)
    return found


def _gained(territory: Codes, before: Inner, after: Inner) -> Counts:
    """Return by how many persons at least the inner cells of each territory grew."""
    cells, net = _net(plus=[after], minus=[before])
    grown = Inner(table=before.table, territory=cells, codes={}, count=np.maximum(net, 0))
    return _by_territory(territory, grown)


def _net(*, plus: Sequence[Inner], minus: Sequence[Inner]) -> tuple[Codes, Counts]:
    """Return the territory of each inner cell, and one sum of counts less another."""
    both = together([*plus, *(replace(inner, count=-inner.count) for inner in minus)])
    if not len(both.count):
        return both.territory, both.count
    keys = np.array([both.territory, *(both.codes[name] for name in sorted(both.codes))])
    cells, place = np.unique(keys, axis=1, return_inverse=True)
    net = np.zeros(cells.shape[1], dtype=np.int64)
    np.add.at(net, place.ravel(), both.count)
    return cells[0], net


def unexplained(then: Inner, now: Inner, changes: Changes) -> Codes:
    """Return the territories whose counts moved by other persons than those who changed."""
    cells, net = _net(
        plus=[now, changes.left, changes.before], minus=[then, changes.joined, changes.after]
    )
    return np.unique(cells[net != 0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Hold what the changes that come in do to each published cell.

    Args:
        persons: how many persons at least changed in it since the last release.
        hidden: cells to hide, since they would tell of fewer persons than the threshold.
    """

    persons: Counts
    hidden: Mask


def revise(
    system: System,
    releases: Sequence[Sequence[Changes]],
    code_lists: Mapping[str, tuple[str, ...]],
    *,
    geography: Geography,
    coming: Mask,
    spent: Mask,
    falls: Mask,
    preferences: Preferences,
    width: int,
    threads: int = 1,
) -> Revision:
    """Return what the changes that come in do to each cell, and which of them it must hide.

    Args:
        system: the relations of the tables, with what is counted now.
        releases: as for `let_in`, in the territories that come in alone.
        code_lists: dimension -> its codes.
        geography: the territories, sorted by code.
        coming: the territories that come in: whoever changed is in one of them, and who reads both
            releases knows it.
        spent: cells that are hidden in any case.
        falls: cells that would show a count below the threshold now.
        preferences: what to hide more readily, beside what is hidden in any case.
        width: protection width in persons.
        threads: how many parts are worked on at the same time.

    Raises:
        DisclosureError: no safe pattern was found.
    """
    # What others publish tells of all persons, not of those who came and those who left.
    own = published(system)
    size, others = len(own.cells), len(system.cells) - len(own.cells)
    system, spent, falls = own, spent[:size], falls[:size]
    if preferences.again is not None:
        preferences = replace(preferences, again=preferences.again[:size])
    there = inside_of(system, coming)
    hidden = np.zeros(size, dtype=bool)
    persons = []
    for tables in releases:
        by_table = {table.left.table: table for table in tables}
        left, joined, before, after = (
            count_atoms(
                system,
                {name: getattr(t, part) for name, t in by_table.items()},
                code_lists,
                geography,
            )
            for part in ("left", "joined", "before", "after")
        )
        changed = system.membership @ (left + joined)
        changed = changed + np.abs(system.membership @ (after - before))
        persons.append(changed)
        told = (changed > 0) & ((changed < system.cells.k) | falls)
        for atoms in (joined + after, left + before):
            spared = replace(preferences, spent=spent | hidden)
            hidden |= _protected(
                system, atoms, told, spared, there=there, width=width, threads=threads
            )
    return Revision(persons=np.pad(persons[0], (0, others)), hidden=np.pad(hidden, (0, others)))


def count_atoms(
    system: System,
    inners: Mapping[str, Inner],
    code_lists: Mapping[str, tuple[str, ...]],
    geography: Geography,
) -> Counts:
    """Return the inner cells of all tables as counts of the atoms of a system.

    Raises:
        DisclosureError: persons where nobody can be, or in an unknown territory or code.
    """
    found = np.zeros(len(system.atoms), dtype=np.int64)
    for lattice in system.lattices:
        inner = inners[lattice.table]
        _, count = lay_out(inner, lattice.dimensions, code_lists, geography=geography)
        if misplaced := int(count[lattice.atom < 0].sum()):
            place = Place(table=lattice.table)
            raise DisclosureError("disclosure.absent_counted", place=place, count=misplaced)
        found[lattice.atom[lattice.atom >= 0]] = count[lattice.atom >= 0]
    return found


def _protected(
    system: System,
    atoms: Counts,
    told: Mask,
    preferences: Preferences,
    *,
    there: Mask,
    width: int,
    threads: int,
) -> Mask:
    """Return what must be hidden of those who came, or of those who went, as a table of its own."""
    value = system.membership @ atoms
    cells = replace(system.cells, value=value, k=np.where(told, value + 1, 1))
    table = emptied(replace(system, atoms=atoms, cells=cells), there)
    if not atoms.any() or not primary_cells(table, width=width).cells.any():
        return np.zeros(len(value), dtype=bool)
    if disagreeing := int(np.count_nonzero(system.links @ atoms)):
        raise DisclosureError("disclosure.tables_disagree", count=disagreeing)
    return protect(table, width=width, preferences=preferences, threads=threads).hidden


def place(system: System, lacking: Counts, *, among: Mask, hidden: Mask) -> Counts:
    """Return changes of atoms, as few persons as can be, that fill what some cells lack.

    Args:
        system: the relations and counts; no atom falls below none.
        lacking: persons that each cell lacks; negative where it has too many.
        among: the cells that are to be filled exactly.
        hidden: the cells that must not fall below what a hidden one is known to be at least.

    Raises:
        DisclosureError: no persons do.
    """
    sums = sparse.vstack([system.membership[np.flatnonzero(among)], system.links], format="csr")
    wanted = np.concatenate([lacking[among], np.zeros(system.links.shape[0], dtype=np.int64)])
    full = np.flatnonzero(among & (lacking == 0))
    free = np.flatnonzero(system.membership[full].T @ np.ones(len(full), dtype=np.int64) == 0)
    more = np.full(len(free), np.abs(lacking).max(), dtype=np.int64)
    kept = system.membership[np.flatnonzero(hidden)]
    both = sparse.vstack([sums, kept], format="csr")[:, free]
    low = np.concatenate([wanted, -system.cells.room[hidden]])
    high = np.concatenate([wanted, np.full(kept.shape[0], np.inf)])
    solved = milp(
        np.ones(2 * len(free)),
        constraints=LinearConstraint(sparse.hstack([both, -both], format="csr"), low, high),
        integrality=np.ones(2 * len(free), dtype=np.int64),
        bounds=Bounds(0, np.concatenate([more, system.atoms[free]])),
    )
    if solved.x is None:
        raise DisclosureError("disclosure.public_rows_gone", count=1)
    found = np.zeros(len(system.atoms), dtype=np.int64)
    came, went = np.split(np.rint(solved.x).astype(np.int64), 2)
    found[free] = came - went
    return found
