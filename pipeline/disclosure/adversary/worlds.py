"""Whole tables that agree with all that is published: what integrality leaves open.

A linear program may allow halves of persons. So the adversary also looks for tables in whole
numbers: one to begin with, then others that differ from it by few persons, each by a program that
pulls on the hidden figures not yet seen to move. Every table found is checked against every
relation in integers, so no solver has to be believed.
"""

from __future__ import annotations

import numpy as np

from pipeline.disclosure.adversary.knowledge import Counts, Indices, Mask, Values
from pipeline.disclosure.adversary.parts import Part
from pipeline.disclosure.adversary.programs import Program
from pipeline.disclosure.adversary.puzzle import contradiction

_WHOLE = 1e-6
_MENDS = 8
_PATIENCE = 5


class Worlds:
    """Collect whole tables of one part, and the range that they give to each hidden figure.

    Args:
        part: the unknowns and their relations.
        width: the range that is sought, in persons.
        seed: of the directions that are tried.
    """

    def __init__(self, part: Part, *, width: int, seed: int) -> None:
        self._part, self._width = part, width
        self._random = np.random.default_rng(seed)
        self._hidden = part.hidden
        self._owner = _owners(part)
        self._sums = part.relations.shape[0] - part.sums
        self.low = np.full(len(part.figures), np.iinfo(np.int64).max)
        self.high = np.full(len(part.figures), np.iinfo(np.int64).min)
        self.seen = 0
        first = Program(part, whole=True)
        # Costs drawn at random lead to a corner of the polytope, where most counts are whole.
        first.cost(np.append(self._random.random(part.size), np.zeros(self._sums)))
        self.first = np.rint(first.answer()[: part.size]).astype(np.int64)
        self._add(self.first)
        self._program = Program(part)

    def narrow(self) -> Mask:
        """Return the figures not yet seen to move by the width."""
        too_close: Mask = self.high - self.low < self._width
        return too_close

    def widen(self, *, rounds: int | None = None) -> None:
        """Look for tables near the first one until all figures move by the width, or few more do.

        Args:
            rounds: after how many searches to stop in any case.
        """
        left, idle, tried = self.narrow(), 0, 0
        while left.any() and idle < _PATIENCE and tried != rounds:
            tried += 1
            pull = np.where(self._led(left), self._random.choice([-1.0, 1.0], len(left)), 0.0)
            for sign in (1.0, -1.0):
                self._search(self._hidden.T @ (sign * pull))
            before, left = left, self.narrow()
            idle = idle + 1 if np.array_equal(before, left) else 0

    def _search(self, cost: Values) -> None:
        """Look for the cheapest table near the first; what is not whole stays as it is there."""
        reach = 2 * self._width
        above = self._part.relations[self._part.sums :] @ self.first
        start = np.append(self.first, above - self._part.low[self._part.sums :])
        lower = np.append(np.maximum(self.first - reach, 0), np.zeros(self._sums))
        upper = np.append(self.first + reach, np.full(self._sums, self._program.most))
        self._program.cost(np.append(cost, np.zeros(self._sums)))
        for _ in range(_MENDS):
            self._program.bounds(lower, upper)
            answer = self._program.answer()
            broken = np.abs(answer - np.rint(answer)) > _WHOLE
            if not broken.any():
                self._add(np.rint(answer[: self._part.size]).astype(np.int64))
                return
            broken[self._part.size :] = False
            lower[broken] = upper[broken] = start[broken]

    def _add(self, world: Counts) -> None:
        rows = self._part.relations @ world
        wrong = (rows < self._part.low) | (rows > self._part.high)
        if np.any(world < 0) or wrong.any():
            raise contradiction(int(np.count_nonzero(wrong)), self._part.period)
        values = self._part.base + self._hidden @ world
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)
        self.seen += 1

    def _led(self, left: Mask) -> Mask:
        """Return one figure of each territory, drawn among those that are left.

        The others of the territory move with it or against it.
        """
        order = np.lexsort((self._random.random(len(left)), ~left, self._owner))
        first = np.append(True, np.diff(self._owner[order]) != 0)
        led = np.zeros_like(left)
        led[order[first]] = left[order[first]]
        return led


def _owners(part: Part) -> Indices:
    """Return the smallest territory of each figure; one of several is on its own."""
    hidden = part.hidden
    territory = part.territory[hidden.indices]
    starts = hidden.indptr[:-1]
    least, most = np.minimum.reduceat(territory, starts), np.maximum.reduceat(territory, starts)
    alone = part.territory.max() + 1 + np.arange(len(part.figures))
    owners: Indices = np.where(least == most, least, alone)
    return owners
