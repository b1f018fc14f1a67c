"""Audit a pattern: show, in whole tables, that no hidden cell can be known.

The adversary knows every published cell of the population, every level and typology, which tables
publish zeros (so that a hidden cell of theirs is at least 1), that counts are whole, and that the
tables count the same persons. Against it the audit sets worlds: whole tables that agree with all of
this. Each is checked in integers against the relations as they were declared, so neither the
solver, nor the reduction that fed it, nor the way the pattern was made has to be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.disclosure.figures import Part, reduce_system
from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.shape import Counts, Mask
from pipeline.disclosure.system import System
from pipeline.disclosure.worlds import WorldSearch
from pipeline.errors import DisclosureError

Progress = Callable[[int, int], None]

_SEED = 4_711
_PATIENCE = 4
_WORLDS_AT_ONCE = 20_000
_FAR = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Hold what worlds show about each published cell; one row per cell.

    A hidden cell takes the values `low` and `high` in two whole tables that agree with all that is
    shown; the true interval of the adversary is at least as wide. A hidden cell for which no other
    world was found counts as determined: unknown means refused.

    Args:
        hidden: the cells that the pattern hides.
        low: smallest value of the cell in any world found.
        high: largest value of the cell in any world found.
        asked: the least `high - low` asked of each cell when it is hidden.
        changes: the worlds that were found and checked: worlds x atoms, changes from the truth.
    """

    hidden: Mask
    low: Counts
    high: Counts
    asked: Counts
    changes: Matrix

    @property
    def worlds(self) -> int:
        """Return how many worlds were found and checked."""
        return int(self.changes.shape[0])

    @property
    def width(self) -> int:
        """Return the range that is asked of every hidden cell."""
        return int(self.asked.min(initial=_FAR))

    @property
    def determined(self) -> Mask:
        """Return the hidden cells that have one value in all worlds found."""
        one_value: Mask = self.high == self.low
        return self.hidden & one_value

    @property
    def narrow(self) -> Mask:
        """Return the hidden cells whose range is below the width, determined ones included."""
        too_close: Mask = self.high - self.low < self.asked
        return self.hidden & too_close

    @property
    def passed(self) -> bool:
        """Return whether every hidden cell has the width."""
        return not np.any(self.narrow)

    @property
    def narrowest(self) -> int | None:
        """Return the narrowest range shown of any hidden cell, in persons."""
        ranges = (self.high - self.low)[self.hidden]
        return int(ranges.min()) if len(ranges) else None


def audit(
    system: System,
    hidden: Mask,
    *,
    width: int | Counts = 1,
    proposals: Matrix | None = None,
    threads: int = 1,
    on_progress: Progress | None = None,
) -> Audit:
    """Return the values that each hidden cell can take, from what a pattern shows alone.

    Proposed worlds are checked like any other. For what they leave too narrow, worlds that move
    many cells at once are sought; each cell that is still too narrow then has two integer programs
    of its own, so that its range, up to the width, is exact.

    Args:
        system: the relations and the exact counts.
        hidden: published cells that the pattern hides; one per cell of the system.
        width: range, in persons, that is asked of every hidden cell, or of each.
        proposals: worlds known to whoever made the pattern: worlds x atoms of the system, each
            row the change from the truth.
        threads: how many components are searched at the same time; the answer is the same.
        on_progress: called with the hidden figures shown to be safe, and all of them.

    Raises:
        DisclosureError: the pattern hides a zero where zeros are published; a proposal
            contradicts what is shown; the solver fails.
    """
    zeros = int(np.count_nonzero(hidden & (system.cells.room < 0)))
    if zeros:
        raise DisclosureError("disclosure.zero_hidden", count=zeros)
    asked = np.broadcast_to(np.asarray(width, dtype=np.int64), hidden.shape)
    witnesses = _Witnesses(system, hidden)
    if proposals is not None:
        witnesses.add(proposals)
    if np.any(witnesses.narrow(asked)):
        search = _PartSearch(system, witnesses, asked)
        with ThreadPoolExecutor(threads) as pool:
            for worlds in pool.map(search.worlds, search.parts):
                witnesses.add(worlds)
                if on_progress is not None:
                    left = search.figures.any(witnesses.narrow(asked)) & search.free
                    total = int(np.count_nonzero(search.free))
                    on_progress(total - int(np.count_nonzero(left)), total)
    return Audit(
        hidden=hidden.copy(),
        low=witnesses.low,
        high=witnesses.high,
        asked=asked,
        changes=witnesses.changes(),
    )


class _Witnesses:
    """Check worlds against the declared relations and keep the range they give to each cell."""

    def __init__(self, system: System, hidden: Mask) -> None:
        self.hidden = hidden
        self._seen: list[Matrix] = []
        self._system, self._value = system, system.cells.value
        self._floor = system.cells.floor
        self._cells_of = system.membership.T.tocsr()
        self._links_of = system.links.T.tocsr()
        self.low, self.high = self._value.copy(), self._value.copy()

    def changes(self) -> Matrix:
        """Return all worlds that were added."""
        none = sparse.csr_array((0, len(self._system.atoms)), dtype=np.int64)
        seen: Matrix = sparse.vstack([none, *self._seen], format="csr")
        return seen

    def narrow(self, asked: Counts) -> Mask:
        return self.hidden & (self.high - self.low < asked)

    def add(self, changes: Matrix) -> None:
        """Add worlds, given by their changes: worlds x atoms.

        Raises:
            DisclosureError: one contradicts a published cell, a link or a bound.
        """
        for start in range(0, changes.shape[0], _WORLDS_AT_ONCE):
            some = changes[start : start + _WORLDS_AT_ONCE]
            some.sum_duplicates()
            self._add(some)
        self._seen.append(changes)

    def _add(self, changes: Matrix) -> None:
        moved = changes @ self._cells_of
        cells, value = moved.indices, self._value[moved.indices] + moved.data
        wrong = np.where(self.hidden[cells], value < self._floor[cells], moved.data != 0)
        negative = self._system.atoms[changes.indices] + changes.data < 0
        if np.any(wrong) or np.any(negative) or np.any((changes @ self._links_of).data):
            raise DisclosureError(
                "disclosure.world_contradicts", count=len(np.unique(cells[wrong]))
            )
        np.minimum.at(self.low, cells, value)
        np.maximum.at(self.high, cells, value)


class _PartSearch:
    """Seek worlds for the hidden figures that are too narrow, component by component."""

    def __init__(self, system: System, witnesses: _Witnesses, asked: Counts) -> None:
        self.figures = reduce_system(system)
        self.free = self.figures.any(witnesses.hidden) & ~self.figures.any(~witnesses.hidden)
        self._low = self.figures.collect(witnesses.low - system.cells.value)
        self._high = self.figures.collect(witnesses.high - system.cells.value)
        self._asked, self._atoms = self.figures.most(asked), len(system.atoms)
        is_narrow = self.free & (self._high - self._low < self._asked)
        narrow = np.append(np.zeros(len(self.figures.atoms), dtype=bool), is_narrow)
        self.parts = [
            self.figures.part(unknowns)
            for unknowns in self.figures.movable(self.free)
            if narrow[unknowns].any()
        ]

    def worlds(self, part: Part) -> Matrix:
        """Return worlds until every figure of a part has the width or its range is exact."""
        changes = [sparse.csr_array((0, self._atoms), dtype=np.int64)]
        changes += [self.figures.changes(part, change) for change in self._search(part)]
        return sparse.vstack(changes, format="csr")

    def _search(self, part: Part) -> Iterator[Counts]:
        own = part.figures - len(self.figures.atoms)
        search = WorldSearch(
            part, low=self._low[own], high=self._high[own], width=self._asked[own], seed=_SEED
        )
        free = np.ones(len(own), dtype=bool)
        yield from search.widen_all(free, patience=_PATIENCE)
        for figure in np.flatnonzero(search.need(free)):
            if search.need(free)[figure]:
                yield from search.widen_exactly(int(figure), free=free)
