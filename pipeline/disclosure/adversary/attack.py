"""Try to find every hidden figure, by what is public alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.disclosure.adversary.bounds import outer_widths
from pipeline.disclosure.adversary.elimination import PRIME, null_vector
from pipeline.disclosure.adversary.knowledge import Indices, Mask, Matrix, Published
from pipeline.disclosure.adversary.parts import Part, parts
from pipeline.disclosure.adversary.programs import Ends, Interval, forced
from pipeline.disclosure.adversary.puzzle import Figure, Puzzle, assemble, contradiction
from pipeline.disclosure.adversary.worlds import Worlds

_NEAR = 1e-6
# Searches for whole tables in a part that is too large for all its figures to be asked.
_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How hard to try; the same plan gives the same answer.

    Every figure is asked whether equations and forced bounds leave it one value. In a part of up to
    `every` figures each one must also be seen to move by the width in whole tables, or be settled
    by programs of its own; one that is not stays undecided. In a larger part a drawn sample, and
    all that a look at single sums flags as tight, must have the width by linear programs.

    Args:
        width: persons by which each hidden figure is to stay uncertain.
        every: figures up to which a part is looked at whole.
        intervals: figures of a part whose exact interval linear programs give: all where there are
            no more, else a drawn sample of so many; in a small part as many tight ones as well.
        programs: figures of a part, not seen to move, that get two integer programs of their own.
        seed: of the sample and of all random draws.
    """

    width: int
    every: int = 3_000
    intervals: int = 60
    programs: int = 40
    seed: int = 20_210_901


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the adversary knows of one hidden figure.

    Args:
        period: of the figure.
        figure: the set of persons and the cells that would show it.
        by_elimination: whether equations, and what bounds force, leave one value.
        low: smallest value in the whole tables found.
        high: largest value in the whole tables found.
        is_settled: whether it is seen to move by the width, or shown not to go beyond its ends.
        is_asked: whether it must be settled: it is in a small part, drawn, or flagged as tight.
        by_interval: whether only linear programs show that it has the width.
        interval: exact ends with halves allowed, where linear programs were asked.
    """

    period: str
    figure: Figure
    by_elimination: bool
    low: int
    high: int
    is_settled: bool
    is_asked: bool
    by_interval: bool
    interval: Interval | None

    @property
    def range(self) -> int:
        """Return high - low, in persons."""
        return self.high - self.low

    @property
    def is_known(self) -> bool:
        """Return whether the figure has one value."""
        return self.by_elimination or (self.is_bounded and self.range == 0)

    @property
    def is_bounded(self) -> bool:
        """Return whether `low` and `high` are all that is left, or as wide as was asked."""
        return self.is_settled and not self.by_interval


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the adversary found in a release.

    Args:
        plan: how hard it tried.
        puzzles: period -> what is public of it.
        findings: one per hidden figure and period.
    """

    plan: Plan
    puzzles: Mapping[str, Puzzle]
    findings: tuple[Finding, ...]

    @cached_property
    def secrets(self) -> tuple[Finding, ...]:
        """Return what was found of figures that nobody else publishes."""
        return tuple(one for one in self.findings if not one.figure.is_told_elsewhere)

    @property
    def known(self) -> tuple[Finding, ...]:
        """Return the figures that are hidden in vain."""
        return tuple(one for one in self.secrets if one.is_known)

    @property
    def narrow(self) -> tuple[Finding, ...]:
        """Return the figures that are not known, but bounded more closely than the width."""
        return tuple(
            one
            for one in self.secrets
            if one.is_bounded and not one.is_known and one.range < self.plan.width
        )

    @property
    def undecided(self) -> tuple[Finding, ...]:
        """Return the figures that were to be settled and are not."""
        return tuple(
            one for one in self.secrets if one.is_asked and not one.is_known and not one.is_settled
        )

    @property
    def unseen(self) -> tuple[Finding, ...]:
        """Return the figures, of large parts, of which only an exact value was ruled out."""
        return tuple(one for one in self.secrets if not one.is_asked and not one.is_settled)

    @property
    def cells(self) -> int:
        """Return the number of hidden cells behind the figures."""
        return sum(len(one.figure.cells) for one in self.findings)

    @property
    def intervals(self) -> list[float]:
        """Return the widths of the exact intervals, narrowest first."""
        return sorted(one.interval.width for one in self.findings if one.interval is not None)


def attack(published: Published, plan: Plan, *, threads: int = 1) -> Report:
    """Try to find every hidden figure of a release.

    Args:
        published: what is public.
        plan: how hard to try.
        threads: parts that are attacked side by side; what is found does not hang on it.

    Raises:
        DisclosureError: what is published contradicts itself, methods contradict one another, or
            the solver fails.
    """
    puzzles = {period: assemble(published, period) for period in published.periods}
    findings = [one for puzzle in puzzles.values() for one in _plain(puzzle)]
    pieces = [part for puzzle in puzzles.values() for part in parts(puzzle)]
    # The solver lets other threads run meanwhile; each part has its own draws.
    with ThreadPoolExecutor(threads) as pool:
        found = pool.map(lambda part: _part_findings(puzzles[part.period], part, plan), pieces)
        findings.extend(one for each in found for one in each)
    return Report(plan=plan, puzzles=puzzles, findings=tuple(findings))


def _plain(puzzle: Puzzle) -> Iterator[Finding]:
    """Yield the figures that single sums tell: no unknown is left in them."""
    for number in np.flatnonzero(np.diff(puzzle.hidden.indptr) == 0):
        value = int(puzzle.base[number])
        if value < puzzle.least[number]:
            raise contradiction(1, puzzle.period)
        yield Finding(
            period=puzzle.period,
            figure=puzzle.figures[number],
            by_elimination=True,
            low=value,
            high=value,
            is_settled=True,
            is_asked=True,
            by_interval=False,
            interval=Interval(value, value),
        )


def _part_findings(puzzle: Puzzle, part: Part, plan: Plan) -> list[Finding]:
    search = _PartAttack(part, plan)
    return [
        search.finding(place, puzzle.figures[number]) for place, number in enumerate(part.figures)
    ]


class _PartAttack:
    """Attack one connected part."""

    def __init__(self, part: Part, plan: Plan) -> None:
        self._part, self._plan = part, plan
        size = len(part.figures)
        self._random = np.random.default_rng(plan.seed)
        self._determined = determined(part, seed=plan.seed)
        self._drawn = self._draw(np.arange(size))
        self._is_small = size <= plan.every
        self._asked = np.ones(size, dtype=bool)
        if not self._is_small:
            self._asked = outer_widths(part) < 2 * plan.width
            self._asked[self._drawn] = True
        worlds = Worlds(part, width=plan.width, seed=plan.seed)
        worlds.widen(rounds=None if self._is_small else _ROUNDS)
        self._low, self._high = worlds.low, worlds.high
        self._settled = self._determined | ~worlds.narrow()
        self._by_interval = np.zeros(size, dtype=bool)
        self._intervals: dict[int, Interval] = {}
        self._settle()

    def _draw(self, among: Indices) -> Indices:
        most = self._plan.intervals
        return among if len(among) <= most else self._random.choice(among, most, replace=False)

    def _settle(self) -> None:
        """Ask linear programs, and integer programs where those leave a figure the width.

        In a large part the linear programs are the answer: integer programs over all of it would
        take minutes each.
        """
        tight = np.flatnonzero(self._asked & ~self._settled)
        ends = Ends(self._part)
        asked = np.union1d(self._drawn, self._draw(tight) if self._is_small else tight)
        self._intervals = {int(figure): ends.of(int(figure)) for figure in asked}
        left = []
        for figure in np.intersect1d(tight, asked):
            interval = self._intervals[int(figure)]
            if interval.width < self._plan.width - _NEAR:
                self._bound(int(figure), interval)
            elif self._is_small:
                left.append(int(figure))
            else:
                self._by_interval[figure] = self._settled[figure] = True
        if left:
            whole = Ends(self._part, whole=True)
            for figure in left[: self._plan.programs]:
                self._bound(figure, whole.of(figure))

    def _bound(self, figure: int, interval: Interval) -> None:
        self._low[figure] = int(np.ceil(interval.low - _NEAR))
        self._high[figure] = int(np.floor(interval.high + _NEAR))
        self._settled[figure] = True

    def finding(self, place: int, figure: Figure) -> Finding:
        """Return what is known of one figure.

        Raises:
            DisclosureError: the methods cannot all be right.
        """
        low, high = int(self._low[place]), int(self._high[place])
        known, interval = bool(self._determined[place]), self._intervals.get(place)
        wrong = known and low != high
        if interval is not None:
            wrong |= known != (interval.width < _NEAR)
            wrong |= low < interval.low - _NEAR or high > interval.high + _NEAR
        if wrong:
            raise contradiction(1, self._part.period)
        return Finding(
            period=self._part.period,
            figure=figure,
            by_elimination=known,
            low=low,
            high=high,
            is_settled=bool(self._settled[place]),
            is_asked=bool(self._asked[place]),
            by_interval=bool(self._by_interval[place]),
            interval=interval,
        )


def determined(part: Part, *, seed: int) -> Mask:
    """Return, per hidden figure, whether everything published leaves it one value.

    Halves of persons are allowed here; bounds that are forced count as equations.
    """
    still = forced(part)
    moving, slack = ~still[: part.size], still[part.size :]
    rows = np.append(np.arange(part.sums), part.sums + np.flatnonzero(slack))
    change = np.zeros(part.size, dtype=np.int64)
    change[moving] = null_vector(Matrix(part.relations[rows][:, moving]), seed=seed)
    fixed: Mask = (part.hidden @ change) % PRIME == 0
    return fixed
