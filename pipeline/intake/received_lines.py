"""Lines of a delivery as its sender counts them, after lines were taken out of the sealed file.

Whoever is told a line number looks it up in the file that was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import CartableError, Problem

Lines = NDArray[np.int64]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReceivedLines:
    """Which lines of a file as it was first received are there no more.

    Attributes:
        gone: first and last line, from 1, of each run of them, in order, none beside another.
        added: lines of the text that stand before the first of the file as its sender counts.
    """

    gone: tuple[Range, ...] = ()
    added: int = 0

    @property
    def are_as_they_stand(self) -> bool:
        """Whether each line of the text is that of the file."""
        return not self.gone and not self.added

    def sent(self, lines: Lines) -> Lines:
        """Return the lines of the file as sent that stand now on some lines of the text, from 1."""
        return self.of(lines) - self.added

    def of(self, lines: Lines) -> Lines:
        """Return the lines of the text as first received that stand now on some lines, from 1."""
        firsts, lengths = self._arrays()
        taken = np.concatenate(([0], np.cumsum(lengths)))
        kept_before = firsts - 1 - taken[:-1]
        at = np.searchsorted(kept_before, lines, side="left")
        received: Lines = lines + taken[at]
        return received

    def without(self, ranges: Sequence[Range]) -> ReceivedLines:
        """Return this with more lines gone, which are told as they stand now."""
        more = self.of(_expanded(ranges))
        both = np.unique(np.concatenate((_expanded(self.gone), more)))
        if not both.size:
            return self
        breaks = np.flatnonzero(np.diff(both) > 1)
        firsts = both[np.concatenate(([0], breaks + 1))]
        lasts = both[np.concatenate((breaks, [both.size - 1]))]
        gone = tuple(zip(firsts.tolist(), lasts.tolist(), strict=True))
        return ReceivedLines(gone, self.added)

    def told(self, error: CartableError) -> CartableError:
        """Return a refusal with its lines as they were sent."""
        main = self._told(error.problem)
        return type(error)(
            main.code,
            place=main.place,
            count=main.count,
            problems=[self._told(problem) for problem in error.problems],
            **dict(main.facts),
        )

    def _told(self, problem: Problem) -> Problem:
        if problem.place.line is None:
            return problem
        [line] = self.sent(np.array([problem.place.line])).tolist()
        # What was added is no line of the file.
        return replace(problem, place=replace(problem.place, line=line if line > 0 else None))

    def _arrays(self) -> tuple[Lines, Lines]:
        ends = np.array(self.gone, np.int64).reshape(-1, 2)
        return ends[:, 0], ends[:, 1] - ends[:, 0] + 1


def _expanded(ranges: Sequence[Range]) -> Lines:
    runs = [np.arange(first, last + 1, dtype=np.int64) for first, last in ranges]
    return np.concatenate([np.empty(0, np.int64), *runs])
