"""Audit a pattern: show, in whole tables, that no hidden cell can be known.

The adversary knows every published cell of the population, every level and typology, that zeros
are published (so a hidden cell is at least 1), that counts are whole, and that the tables count the
same persons. Against it the audit sets worlds: whole tables that agree with all of this. Each is
checked in integers against the relations as they were declared, so neither the solver, nor the
reduction that fed it, nor the way the pattern was made has to be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.figures import Figures, reduce_system
from pipeline.disclosure.shape import Counts, Mask
from pipeline.disclosure.system import System
from pipeline.disclosure.worlds import WorldSearch
from pipeline.errors import DisclosureError

Progress = Callable[[int, int], None]

_SEED = 4_711
_PATIENCE = 4


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
        width: the least `high - low` asked of every hidden cell.
        worlds: how many worlds were found and checked.
    """

    hidden: Mask
    low: Counts
    high: Counts
    width: int
    worlds: int

    @property
    def determined(self) -> Mask:
        """Return the hidden cells that have one value in all worlds found."""
        one_value: Mask = self.high == self.low
        return self.hidden & one_value

    @property
    def narrow(self) -> Mask:
        """Return the hidden cells whose range is below the width, determined ones included."""
        too_close: Mask = self.high - self.low < self.width
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
    width: int = 1,
    proposals: Sequence[Counts] = (),
    on_progress: Progress | None = None,
) -> Audit:
    """Return the values that each hidden cell can take, from what a pattern shows alone.

    Proposed worlds are checked like any other. For what they leave too narrow, worlds that move
    many cells at once are sought; each cell that is still too narrow then has two integer programs
    of its own, so that its range, up to the width, is exact.

    Args:
        system: the relations and the exact counts.
        hidden: published cells that the pattern hides; one per cell of the system.
        width: range, in persons, that is asked of each hidden cell.
        proposals: worlds known to whoever made the pattern, each a count per atom of the system.
        on_progress: called with the hidden figures shown to be safe, and all of them.

    Raises:
        DisclosureError: the pattern hides a zero, though zeros are published; a proposal
            contradicts what is shown; the solver fails.
    """
    zeros = int(np.count_nonzero(hidden & (system.cells.value == 0)))
    if zeros:
        raise DisclosureError("disclosure.zero_hidden", count=zeros)
    witnesses = _Witnesses(system, hidden)
    for world in proposals:
        witnesses.add(world)
    if np.any(witnesses.narrow(width)):
        figures = reduce_system(system)
        for world in _worlds(system, figures, witnesses, width=width, on_progress=on_progress):
            witnesses.add(world)
    return Audit(
        hidden=hidden.copy(),
        low=witnesses.low,
        high=witnesses.high,
        width=width,
        worlds=witnesses.seen,
    )


class _Witnesses:
    """Check worlds against the declared relations and keep the range they give to each cell."""

    def __init__(self, system: System, hidden: Mask) -> None:
        self.hidden, self.seen = hidden, 0
        self._system, self._value = system, system.cells.value
        self.low, self.high = self._value.copy(), self._value.copy()

    def narrow(self, width: int) -> Mask:
        return self.hidden & (self.high - self.low < width)

    def add(self, world: Counts) -> None:
        """Add one world, given by its count per atom.

        Raises:
            DisclosureError: it contradicts a published cell, a link or a bound.
        """
        cells = self._system.membership @ world
        wrong = np.where(self.hidden, cells < 1, cells != self._value)
        if np.any(wrong) or np.any(world < 0) or np.any(self._system.links @ world):
            raise DisclosureError(
                "disclosure.world_contradicts", count=int(np.count_nonzero(wrong))
            )
        self.low, self.high = np.minimum(self.low, cells), np.maximum(self.high, cells)
        self.seen += 1


def _worlds(
    system: System,
    figures: Figures,
    witnesses: _Witnesses,
    *,
    width: int,
    on_progress: Progress | None,
) -> Iterator[Counts]:
    """Yield worlds until every hidden figure has the width or its range is exact."""
    free = figures.any(witnesses.hidden) & ~figures.any(~witnesses.hidden)
    search = WorldSearch(figures, width=width, seed=_SEED)
    search.resume(
        low=figures.collect(witnesses.low - system.cells.value),
        high=figures.collect(witnesses.high - system.cells.value),
    )
    total = int(np.count_nonzero(free))
    left, idle = int(np.count_nonzero(search.need(free))), 0
    while left and idle < _PATIENCE:
        change = search.widen(among=free, price=np.full(len(free), np.inf), free=free, bonus=1.0)
        if change is not None:
            yield figures.world(system.atoms, change)
        before, left = left, int(np.count_nonzero(search.need(free)))
        idle = idle + 1 if left == before else 0
        if on_progress is not None:
            on_progress(total - left, total)
    for figure in np.flatnonzero(search.need(free)):
        if search.need(free)[figure]:
            for change in search.widen_exactly(int(figure), free=free):
                yield figures.world(system.atoms, change)
