"""Whole tables that agree with all that is published: what integrality leaves open.

A linear program may allow halves of persons. So the adversary also looks for tables in whole
numbers: one to begin with, then others that differ from it in a few like territories, each by an
integer program that pulls on the hidden figures not yet seen to move. Every table found is checked
against every relation in integers, so no solver has to be believed.
"""

from __future__ import annotations

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from tests.disclosure.adversary_file import Geography, Indices
from tests.disclosure.adversary_programs import as_model, solve
from tests.disclosure.adversary_relations import ContradictionError, Matrix, Puzzle

Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
_TARGET = 100.0


class Worlds:
    """Collect whole tables, and the range that they give to each hidden figure."""

    def __init__(self, puzzle: Puzzle, geography: Geography, *, seed: int) -> None:
        self._puzzle = puzzle
        self._random = np.random.default_rng(seed)
        self._relations = Matrix(
            sparse.vstack([puzzle.equations, puzzle.hidden, puzzle.inequalities], format="csr")
        )
        above = len(puzzle.figures) + len(puzzle.least)
        least = np.concatenate([puzzle.floor, puzzle.least])
        self._lower = np.concatenate([puzzle.known, least]).astype(np.int64)
        self._upper = np.concatenate([puzzle.known, np.full(above, highspy.kHighsInf)])
        self._alike = _alike(geography)
        self._component = _components(self._relations)
        self.low = np.full(len(puzzle.figures), np.iinfo(np.int64).max)
        self.high = np.full(len(puzzle.figures), -1)
        self.seen = 0
        # Costs drawn at random lead to a corner of the polytope, where most counts are whole.
        nobody = np.zeros(puzzle.width, dtype=np.int64)
        everyone = np.arange(puzzle.width)
        self.first = self._search(nobody, everyone, self._random.random(puzzle.width))

    def narrow(self, width: int) -> Indices:
        """Return the figures not yet seen to move by `width` persons."""
        return np.flatnonzero(self.high - self.low < width)

    def widen(self, figure: int, *, width: int, territories: int) -> None:
        """Look for tables near the first one in which a figure is smallest, then largest."""
        near = self._near(figure, territories)
        waiting = self.narrow(width)
        pull = np.zeros(len(self._puzzle.figures))
        pull[waiting] = self._random.choice([-1.0, 1.0], len(waiting))
        pull[figure] = _TARGET
        cost = self._puzzle.hidden.T @ pull
        self._search(self.first, near, cost[near])
        self._search(self.first, near, -cost[near])

    def _near(self, figure: int, territories: int) -> Indices:
        """Return the unknowns of a figure's territories and of those most like them."""
        unknowns = self._puzzle.figures[figure].unknowns
        own = np.unique(self._puzzle.territory[unknowns])
        order = np.argsort(-self._alike[own].sum(axis=0), kind="stable")
        chosen = np.concatenate([own, order[~np.isin(order, own)][:territories]])
        same = self._component == self._component[unknowns[0]]
        return np.flatnonzero(np.isin(self._puzzle.territory, chosen) & same)

    def _search(self, world: Counts, free: Indices, cost: Values) -> Counts:
        """Return the cheapest table in whole numbers that differs from a world in some unknowns."""
        columns = self._relations[:, free]
        rows = np.flatnonzero(np.diff(columns.indptr))
        fixed = world.copy()
        fixed[free] = 0
        rest = (self._relations @ fixed)[rows]
        model = as_model(
            columns[rows].tocsc(),
            cost=cost,
            lower=np.zeros(len(free)),
            upper=np.full(len(free), highspy.kHighsInf),
            row_lower=(self._lower[rows] - rest).astype(np.float64),
            row_upper=self._upper[rows] - rest,
            whole=True,
        )
        fixed[free] = np.rint(solve(model)).astype(np.int64)
        self._add(fixed)
        return fixed

    def _add(self, world: Counts) -> None:
        sums = self._relations @ world
        if np.any(world < 0) or np.any(sums < self._lower) or np.any(sums > self._upper):
            message = "a table found by the solver breaks a relation"
            raise ContradictionError(message)
        values = self._puzzle.hidden @ world
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)
        self.seen += 1


def _components(relations: Matrix) -> npt.NDArray[np.int32]:
    """Return, per unknown, the number of the connected part that relations tie it to."""
    rows, columns = relations.nonzero()
    size = sum(relations.shape)
    ties = sparse.coo_array(
        (np.ones(len(rows)), (rows, relations.shape[0] + columns)), shape=(size, size)
    )
    labels: npt.NDArray[np.int32] = connected_components(ties, directed=False)[1]
    return labels[relations.shape[0] :]


def _alike(geography: Geography) -> npt.NDArray[np.int64]:
    """Return, for each two smallest territories, how many areas and classes they share."""
    size = len(geography.base)
    alike = np.zeros((size, size), dtype=np.int64)
    for members in geography.members.values():
        alike[np.ix_(members, members)] += 1
    for classes in geography.classes.values():
        alike += classes[:, None] == classes[None, :]
    return alike
