"""A random solution of homogeneous equations, in exact arithmetic modulo a prime.

Rows are eliminated sparsely, the narrowest first, so that what concerns one territory is done
before what concerns all; what is left when rows have filled up is solved as a dense block.
"""

from __future__ import annotations

import heapq

import numpy as np

from pipeline.disclosure.adversary.knowledge import Counts, Indices, Matrix

PRIME = 2**31 - 1
_FULL = 0.2
_FEW = 64
_MORE = 40


class _Sparse:
    """Hold rows as column -> factor, and for each column the rows that hold it."""

    def __init__(self, matrix: Matrix) -> None:
        self.rows = [
            {
                int(column): int(factor) % PRIME
                for column, factor in zip(
                    matrix.indices[start:stop], matrix.data[start:stop], strict=True
                )
                if factor % PRIME
            }
            for start, stop in zip(matrix.indptr, matrix.indptr[1:], strict=False)
        ]
        self.holders: dict[int, set[int]] = {}
        for number, row in enumerate(self.rows):
            for column in row:
                self.holders.setdefault(column, set()).add(number)
        self.pivots: list[tuple[int, dict[int, int]]] = []

    def eliminate(self) -> list[dict[int, int]]:
        """Eliminate narrow rows, and return those that are left once they have filled up."""
        waiting = [(len(row), number) for number, row in enumerate(self.rows)]
        heapq.heapify(waiting)
        active = len(self.rows)
        while waiting:
            length, number = heapq.heappop(waiting)
            row = self.rows[number]
            if length != len(row):
                continue
            active -= 1
            if not row:
                continue
            columns = len(self.holders)
            if length > _FEW and length > _FULL * columns:
                heapq.heappush(waiting, (length, number))
                break
            for changed in self._pivot(number):
                heapq.heappush(waiting, (len(self.rows[changed]), changed))
        left = {number for length, number in waiting if length == len(self.rows[number])}
        return [self.rows[number] for number in sorted(left) if self.rows[number]]

    def _pivot(self, number: int) -> list[int]:
        """Make one row say what one column is, and put that into all others that hold it."""
        row = self.rows[number]
        pivot = min(row, key=lambda column: (len(self.holders[column]), column))
        inverse = pow(row.pop(pivot), -1, PRIME)
        told = {column: -factor * inverse % PRIME for column, factor in row.items()}
        for column in told:
            self.holders[column].discard(number)
        others = self.holders.pop(pivot) - {number}
        for other in others:
            target = self.rows[other]
            factor = target.pop(pivot)
            for column, share in told.items():
                value = (target.get(column, 0) + factor * share) % PRIME
                if value:
                    target[column] = value
                    self.holders[column].add(other)
                elif column in target:
                    del target[column]
                    self.holders[column].discard(other)
        self.rows[number] = {}
        self.pivots.append((pivot, told))
        return sorted(others)


def null_vector(matrix: Matrix, *, seed: int) -> Counts:
    """Return a random solution of matrix x = 0 modulo the prime.

    An unknown that is 0 in it is 0 in every solution, save with probability 1 / 2,147,483,647.
    """
    random = np.random.default_rng(seed)
    solution = random.integers(0, PRIME, matrix.shape[1])
    sparse = _Sparse(matrix)
    left = sparse.eliminate()
    if left:
        _solve_dense(left, solution, random)
    for pivot, told in reversed(sparse.pivots):
        total = sum(factor * int(solution[column]) for column, factor in told.items())
        solution[pivot] = total % PRIME
    return solution


def _solve_dense(left: list[dict[int, int]], solution: Counts, random: np.random.Generator) -> None:
    """Change a solution in as few columns as it takes to fulfil the rows that are left.

    The others stay as they were drawn; where the chosen columns do not suffice, more are taken.
    """
    columns = np.array(sorted({column for row in left for column in row}), dtype=np.int64)
    place = {int(column): number for number, column in enumerate(columns)}
    dense = np.zeros((len(left), len(columns)), dtype=np.int64)
    for number, row in enumerate(left):
        for column, factor in row.items():
            dense[number, place[column]] = factor
    order = random.permutation(len(columns))
    size = len(left) + _MORE
    while not _fulfil(dense, columns, order[:size], solution=solution):
        size *= 2


def _fulfil(dense: Counts, columns: Indices, chosen: Indices, *, solution: Counts) -> bool:
    rest = np.setdiff1d(np.arange(len(columns)), chosen)
    right = np.zeros(len(dense), dtype=np.int64)
    for start in range(0, len(rest), _FEW):
        some = rest[start : start + _FEW]
        right += (dense[:, some] * solution[columns[some]] % PRIME).sum(axis=1)
    work = np.hstack([dense[:, chosen], (right % PRIME)[:, None]])
    pivots: list[tuple[int, int]] = []
    top = 0
    for column in range(len(chosen)):
        found = np.flatnonzero(work[top:, column])
        if not len(found):
            continue
        row = top + int(found[0])
        work[[top, row]] = work[[row, top]]
        work[top, column:] = work[top, column:] * pow(int(work[top, column]), -1, PRIME) % PRIME
        below = top + 1 + np.flatnonzero(work[top + 1 :, column])
        work[below, column:] -= work[below, column, None] * work[top, column:] % PRIME
        work[below, column:] %= PRIME
        pivots.append((top, column))
        top += 1
        if top == len(work):
            break
    if np.any(work[top:, -1]):
        return False
    for row, column in reversed(pivots):
        own = solution[columns[chosen[column + 1 :]]]
        total = int((work[row, column + 1 : -1] * own % PRIME).sum()) + int(work[row, -1])
        solution[columns[chosen[column]]] = -total % PRIME
    return True
