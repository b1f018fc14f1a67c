"""Reduce a system to what an adversary has to guess: distinct figures over unknown atoms.

A zero that is published opens everything beneath it, so its atoms are known; one that is protected
is a figure like any other. Published cells that count the same persons (a region with one
département; the total of two tables; a level of one territory) are one figure: they are shown
together or hidden together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from pipeline.disclosure.layout import homes
from pipeline.disclosure.relations import Matrix, incidence
from pipeline.disclosure.shape import Counts, Indices, Mask
from pipeline.disclosure.system import System

_SEED = 20_240_607


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Hold the distinct figures of a system that may be hidden, and the sums that define them.

    The unknowns are the live atoms, then the figures. Each row of `relations` is zero on every
    set of persons; `value` are the exact counts of the unknowns.

    Args:
        of_cell: figure of each published cell, -1 where the cell is known to be zero.
        atoms: index in the system of each live atom.
        territory: smallest territory of each unknown, -1 where it counts persons of several.
        system_atoms: number of atoms of the system.
        value: exact count of each unknown: live atoms, then figures.
        floor: the least that each figure is known to be when it is hidden.
        relations: relations x unknowns, entries -1, 0, 1.
    """

    of_cell: Indices
    atoms: Indices
    territory: Indices
    system_atoms: int
    value: Counts
    floor: Counts
    relations: Matrix

    @property
    def size(self) -> int:
        """Return the number of figures."""
        return len(self.value) - len(self.atoms)

    @property
    def count(self) -> Counts:
        """Return the exact count of each figure."""
        return self.value[len(self.atoms) :]

    def any(self, cells: Mask) -> Mask:
        """Return the figures that any of these cells shows."""
        chosen = np.zeros(self.size, dtype=bool)
        chosen[self.of_cell[cells & (self.of_cell >= 0)]] = True
        return chosen

    def cells(self, figures: Mask) -> Mask:
        """Return the cells that show any of these figures."""
        return np.append(figures, np.False_)[self.of_cell]

    def collect(self, value: Counts) -> Counts:
        """Return for each figure the value that its cells have."""
        collected = np.zeros(self.size, dtype=np.int64)
        collected[self.of_cell[self.of_cell >= 0]] = value[self.of_cell >= 0]
        return collected

    def most(self, value: Counts) -> Counts:
        """Return for each figure the greatest value of its cells."""
        greatest = np.zeros(self.size, dtype=np.int64)
        np.maximum.at(greatest, self.of_cell[self.of_cell >= 0], value[self.of_cell >= 0])
        return greatest

    def total(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each figure the sum of a weight over its cells."""
        shown = self.of_cell >= 0
        total = np.zeros(self.size)
        np.add.at(total, self.of_cell[shown], weight[shown])
        return total

    def changes(self, part: Part, change: Counts) -> Matrix:
        """Return a change of the unknowns of a part as one row of atoms of the system."""
        moved = np.flatnonzero(change[: part.atoms])
        return sparse.csr_array(
            (change[moved], (np.zeros_like(moved), self.atoms[part.unknowns[moved]])),
            shape=(1, self.system_atoms),
        )

    def part(self, unknowns: Indices) -> Part:
        """Return the relations between some unknowns, given that all others stay as they are."""
        relations = self.relations.tocsc()[:, unknowns].tocsr()
        relations = relations[np.diff(relations.indptr) > 0]
        return Part(
            unknowns=unknowns,
            atoms=int(np.searchsorted(unknowns, len(self.atoms))),
            value=self.value[unknowns],
            floor=self.floor[unknowns[unknowns >= len(self.atoms)] - len(self.atoms)],
            territory=self.territory[unknowns],
            relations=relations,
        )

    def movable(self, hidden: Mask) -> list[Indices]:
        """Return the unknowns that may move while only hidden figures do, by component.

        Unknowns of two components share no relation, so that each component can be searched by
        itself. What is alone in a relation cannot move, and is left out.

        Args:
            hidden: the hidden figures.
        """
        size = abs(self.relations)
        free = np.append(np.ones(len(self.atoms), dtype=bool), hidden)
        while True:
            alone = (size @ free.astype(np.int64)) == 1
            fixed = free & (size.T @ alone.astype(np.int64) > 0)
            if not fixed.any():
                break
            free &= ~fixed
        unknowns = np.flatnonzero(free)
        relations = size.tocsc()[:, unknowns]
        graph: Matrix = sparse.block_array([[None, relations.T], [relations, None]], format="csr")
        component = connected_components(graph, directed=False)[1][: len(unknowns)]
        _, label = np.unique(component, return_inverse=True)
        order = np.argsort(label, kind="stable")
        return np.split(unknowns[order], np.flatnonzero(np.diff(label[order])) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Hold some unknowns of a system, and the relations that bind them.

    Args:
        unknowns: their places among the unknowns of the system, in order: atoms, then figures.
        atoms: how many of them are atoms.
        value: exact count of each.
        floor: the least that each figure is known to be when it is hidden.
        territory: smallest territory of each, -1 where it counts persons of several.
        relations: relations x unknowns.
    """

    unknowns: Indices
    atoms: int
    value: Counts
    floor: Counts
    territory: Indices
    relations: Matrix

    @property
    def figures(self) -> Indices:
        """Return the places of its figures among the unknowns of the system."""
        return self.unknowns[self.atoms :]


def reduce_system(system: System) -> Figures:
    """Reduce a system to its distinct figures over the atoms that no published zero opens."""
    live = _live_atoms(system)
    membership = system.membership[:, live]
    of_cell = _group(membership, system.links[:, live])
    size = int(of_cell.max(initial=-1)) + 1
    definitions = _definitions(system, membership, of_cell, size)
    links = system.links[:, live]
    links = links[np.diff(links.indptr) > 0]
    relations = sparse.vstack(
        [definitions, sparse.hstack([links, sparse.csr_array((links.shape[0], size), dtype=int)])],
        format="csr",
    )
    count = np.zeros(size, dtype=np.int64)
    shown = of_cell >= 0
    count[of_cell[shown]] = system.cells.value[shown]
    floor = np.zeros(size, dtype=np.int64)
    np.maximum.at(floor, of_cell[shown], system.cells.floor[shown])
    value = np.append(system.atoms[live], count)
    cell_home, atom_home = homes(
        system.grids, system.lattices, np.arange(system.lattices[0].sizes[0])
    )
    home = np.full(size, -1, dtype=np.int64)
    home[of_cell[shown]] = cell_home[shown]
    return Figures(
        of_cell=of_cell,
        atoms=live,
        territory=np.append(atom_home[live], home),
        system_atoms=len(system.atoms),
        value=value,
        floor=floor,
        relations=relations,
    )


def _live_atoms(system: System) -> Indices:
    """Return the atoms that are in no published zero, links followed to the end."""
    known = system.membership.T @ (system.cells.room < 0).astype(np.int64) > 0
    plus, minus = system.links.maximum(0), -system.links.minimum(0)
    while True:
        before = np.count_nonzero(known)
        for given, opened in ((plus, minus), (minus, plus)):
            is_zero = given @ (~known).astype(np.int64) == 0
            known = known | (opened.T @ is_zero.astype(np.int64) > 0)
        if np.count_nonzero(known) == before:
            return np.flatnonzero(~known)


def _group(membership: Matrix, links: Matrix) -> Indices:
    """Return the figure of each cell of live atoms: those of equal random fingerprints are one.

    Atoms get 64-bit words such that each link sums to zero modulo 2**64; then two cells that count
    the same persons in two tables have the same sum. Different sums collide with probability
    under 1e-10 for a million cells. Words are drawn in the order of atoms, so they are the same
    in every run.
    """
    words = np.random.default_rng(_SEED).integers(0, 2**64, membership.shape[1], dtype=np.uint64)
    for start, end in pairwise(links.indptr):
        columns, signs = links.indices[start:end], links.data[start:end]
        if len(columns):
            plus, minus = words[columns[signs > 0]], words[columns[signs < 0]]
            words[columns[signs < 0][:1]] += plus.sum(keepdims=True) - minus.sum(keepdims=True)
    fingerprint = membership.astype(np.uint64) @ words
    live = np.diff(membership.indptr) > 0
    _, first, inverse = np.unique(fingerprint[live], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    figure = np.full(len(live), -1, dtype=np.int64)
    figure[live] = rank[inverse]
    return figure


def _definitions(system: System, membership: Matrix, of_cell: Indices, size: int) -> Matrix:
    """Return one row per figure: the sum of other figures or of atoms, minus the figure.

    Of a figure's cells the one with the shortest sum defines it. Sums of margins come before sums
    of atoms; a margin with one live part is that part, so it defines nothing.
    """
    live = np.flatnonzero(of_cell >= 0)
    parts = system.margins[live][:, live]
    parts_count = np.diff(parts.indptr)
    atoms_count = np.diff(membership[live].indptr)
    by_margin = parts_count > 1
    length = np.where(by_margin, parts_count, atoms_count)
    length = np.where(parts_count == 1, np.iinfo(np.int64).max, length)
    order = np.lexsort((live, length, of_cell[live]))
    _, first = np.unique(of_cell[live][order], return_index=True)
    chosen = order[first]
    to_figure = incidence(np.arange(len(live)), of_cell[live], (len(live), size))
    keep = sparse.diags_array(by_margin[chosen].astype(np.int64), dtype=np.int64)
    drop = sparse.diags_array((~by_margin[chosen]).astype(np.int64), dtype=np.int64)
    figures = keep @ (parts[chosen] @ to_figure) - sparse.eye_array(size, dtype=np.int64)
    relations: Matrix = sparse.hstack([drop @ membership[live[chosen]], figures], format="csr")
    relations.eliminate_zeros()
    return relations
