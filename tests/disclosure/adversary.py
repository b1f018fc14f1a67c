"""An adversary of the published file: independent code that sees only what everybody sees.

It imports nothing of the product. For every hidden figure it asks whether it can be known, by two
methods that share no step: elimination modulo a prime (all figures at once), and whole tables found
by integer programs (all figures, each seen to move or bounded). Linear programs then give the exact
interval of a sample, and the three must agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from tests.disclosure.adversary_elimination import Mask, determined
from tests.disclosure.adversary_file import Indices, Published
from tests.disclosure.adversary_programs import Interval, Programs
from tests.disclosure.adversary_rates import Policy
from tests.disclosure.adversary_relations import (
    ContradictionError,
    Counts,
    Figure,
    Puzzle,
    assemble,
)
from tests.disclosure.adversary_worlds import Worlds

_NEAR = 1e-6
# Territories around a figure in which other tables are sought, and for how many figures: a few
# wide programs move what many narrow ones cannot.
_PASSES = ((12, 60), (50, 24), (10_000, 8))


@dataclass(frozen=True)
class Plan:
    """How hard to try.

    Args:
        sample: figures per period whose exact interval linear programs give; None for all.
        width: persons by which integer programs try to move each figure.
        exact: most figures per period that get two integer programs over all unknowns, those that
            moved least first; beyond that, a figure not seen to move counts as known.
        seed: of the sample and of all random draws.
    """

    sample: int | None = None
    width: int = 3
    exact: int = 20
    seed: int = 20_210_901


@dataclass(frozen=True)
class Verdict:
    """What the adversary knows of one hidden figure.

    Args:
        figure: the set of persons and the cells that show it.
        by_elimination: whether the equations and what bounds force leave one value.
        low: smallest value in the whole tables found.
        high: largest value in the whole tables found.
        interval: exact ends with halves allowed, where linear programs were asked.
    """

    figure: Figure
    by_elimination: bool
    low: int
    high: int
    interval: Interval | None

    @property
    def is_known(self) -> bool:
        """Return whether the figure has one value."""
        return self.by_elimination or self.low == self.high


@dataclass(frozen=True)
class Report:
    """What the adversary found in a file.

    Args:
        verdicts: one per hidden figure and period.
        telling: rates that are shown though one of their parts is hidden.
    """

    verdicts: tuple[Verdict, ...]
    telling: tuple[str, ...]

    @cached_property
    def known(self) -> tuple[Verdict, ...]:
        """Return the figures that are hidden in vain."""
        return tuple(verdict for verdict in self.verdicts if verdict.is_known)

    @property
    def cells(self) -> int:
        """Return the number of hidden cells behind the figures."""
        return sum(len(verdict.figure.cells) for verdict in self.verdicts)

    @property
    def intervals(self) -> list[float]:
        """Return the widths of the sampled intervals, narrowest first."""
        return sorted(v.interval.width for v in self.verdicts if v.interval is not None)

    @property
    def narrowest_seen(self) -> int | None:
        """Return the least range, in persons, that whole tables show for any figure."""
        return min((verdict.high - verdict.low for verdict in self.verdicts), default=None)

    def summary(self) -> str:
        """Return the counts in one line; no value of any cell."""
        widths = self.intervals
        sampled = (
            f"{len(widths)} intervals, narrowest {widths[0]:.2f}" if widths else "none sampled"
        )
        return (
            f"{self.cells} hidden cells, {len(self.verdicts)} figures, {len(self.known)} known,"
            f" {len(self.telling)} telling rates; {sampled};"
            f" least range in whole tables {self.narrowest_seen}"
        )


def attack(
    published: Published, *, policy: Policy | None = None, plan: Plan | None = None
) -> Report:
    """Try to find every hidden figure of a published file.

    Raises:
        ContradictionError: the file contradicts itself, or the methods contradict one another.
    """
    plan = plan or Plan()
    verdicts: list[Verdict] = []
    telling: list[str] = []
    for period in published.periods:
        puzzle = assemble(published, period, policy or Policy())
        telling += puzzle.telling
        if puzzle.figures:
            verdicts += _verdicts(puzzle, published, plan)
    return Report(tuple(verdicts), tuple(telling))


def _verdicts(puzzle: Puzzle, published: Published, plan: Plan) -> Iterator[Verdict]:
    by_elimination = determined(puzzle, seed=plan.seed)
    low, high = _whole_range(puzzle, published, plan, skip=by_elimination)
    intervals = _intervals(puzzle, plan)
    for number, figure in enumerate(puzzle.figures):
        verdict = Verdict(
            figure,
            bool(by_elimination[number]),
            int(low[number]),
            int(high[number]),
            intervals.get(number),
        )
        _check_agreement(verdict)
        yield verdict


def _whole_range(
    puzzle: Puzzle, published: Published, plan: Plan, *, skip: Mask
) -> tuple[Counts, Counts]:
    """Return the range that whole tables show; exact for figures that were not seen to move."""
    worlds = Worlds(puzzle, published.geography, seed=plan.seed)
    order = np.random.default_rng(plan.seed).permutation(len(puzzle.figures))
    for territories, attempts in _PASSES:
        waiting = _still(worlds, plan.width, order[~skip[order]])
        for figure in islice(waiting, attempts):
            worlds.widen(figure, width=plan.width, territories=territories)
    left = [figure for figure in worlds.narrow(plan.width) if not skip[figure]]
    left.sort(key=lambda figure: int(worlds.high[figure] - worlds.low[figure]))
    if left:
        exact = Programs(puzzle, whole=True)
        for figure in left[: plan.exact]:
            ends = exact.ends(int(figure))
            worlds.low[figure], worlds.high[figure] = round(ends.low), round(ends.high)
    return worlds.low, worlds.high


def _still(worlds: Worlds, width: int, order: Indices) -> Iterator[int]:
    """Yield figures in order, leaving out those that have meanwhile been seen to move."""
    for figure in order:
        if worlds.high[figure] - worlds.low[figure] < width:
            yield int(figure)


def _intervals(puzzle: Puzzle, plan: Plan) -> dict[int, Interval]:
    size = len(puzzle.figures)
    chosen: Sequence[int] = range(size)
    if plan.sample is not None and plan.sample < size:
        chosen = np.random.default_rng(plan.seed).choice(size, plan.sample, replace=False).tolist()
    programs = Programs(puzzle)
    return {figure: programs.ends(figure) for figure in chosen}


def _check_agreement(verdict: Verdict) -> None:
    """Refuse verdicts that cannot all be true."""
    interval = verdict.interval
    wrong = verdict.by_elimination and verdict.low != verdict.high
    if interval is not None:
        wrong |= verdict.by_elimination != (interval.width < _NEAR)
        wrong |= verdict.low < interval.low - _NEAR or verdict.high > interval.high + _NEAR
    if wrong:
        message = f"methods disagree on a figure of {verdict.figure.cells[0].table}"
        raise ContradictionError(message)
