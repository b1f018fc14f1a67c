"""Split a puzzle into parts that share no unknown, each with its relations as rows with ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from pipeline.disclosure.adversary.knowledge import Counts, Indices, Matrix, Values
from pipeline.disclosure.adversary.puzzle import Puzzle


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Hold one connected part of a puzzle: unknowns at or above 0, rows between two ends.

    Args:
        period: of the puzzle.
        figures: places in the puzzle of the hidden figures; each has a row after the equations.
        relations: rows x unknowns: equations, then figures, then inequalities.
        low: lowest value of each row.
        high: highest value of each row.
        base: what is known of each figure beside its unknowns.
        territory: place of the smallest territory of each unknown.
    """

    period: str
    figures: Indices
    relations: Matrix
    low: Values
    high: Values
    base: Counts
    territory: Indices

    @property
    def size(self) -> int:
        """Return the number of unknowns."""
        return int(self.relations.shape[1])

    @property
    def sums(self) -> int:
        """Return the number of equations."""
        return int(np.count_nonzero(np.isfinite(self.high)))

    @property
    def hidden(self) -> Matrix:
        """Return figures x unknowns."""
        return Matrix(self.relations[self.sums : self.sums + len(self.figures)])


def parts(puzzle: Puzzle) -> Iterator[Part]:
    """Yield the connected parts in which something is hidden, in the order of their unknowns."""
    relations = Matrix(
        sparse.vstack([puzzle.equations, puzzle.hidden, puzzle.inequalities], format="csr")
    )
    sums, figures = puzzle.equations.shape[0], len(puzzle.figures)
    low = np.concatenate([puzzle.known, puzzle.least - puzzle.base, puzzle.above])
    high = np.concatenate([puzzle.known, np.full(len(low) - sums, np.inf)])
    label = _labels(relations)
    filled = np.diff(relations.indptr) > 0
    home = np.full(relations.shape[0], -1)
    home[filled] = label[relations.indices[relations.indptr[:-1][filled]]]
    wanted = home[sums : sums + figures]
    row_order, column_order = np.argsort(home, kind="stable"), np.argsort(label, kind="stable")
    for own in np.unique(wanted[wanted >= 0]):
        rows = _of(row_order, home, int(own))
        columns = _of(column_order, label, int(own))
        yield Part(
            period=puzzle.period,
            figures=rows[(rows >= sums) & (rows < sums + figures)] - sums,
            relations=Matrix(relations[rows][:, columns]),
            low=low[rows].astype(np.float64),
            high=high[rows].astype(np.float64),
            base=puzzle.base[rows[(rows >= sums) & (rows < sums + figures)] - sums],
            territory=puzzle.territory[columns],
        )


def _of(order: Indices, label: Indices, own: int) -> Indices:
    start, stop = np.searchsorted(label[order], [own, own + 1])
    return np.sort(order[start:stop])


def _labels(relations: Matrix) -> Indices:
    """Return, per unknown, the number of the part that relations tie it to."""
    rows, columns = relations.nonzero()
    size = sum(relations.shape)
    ties = sparse.coo_array(
        (np.ones(len(rows)), (rows, relations.shape[0] + columns)), shape=(size, size)
    )
    labels = connected_components(ties, directed=False)[1]
    found: Indices = labels[relations.shape[0] :].astype(np.int64)
    return found
