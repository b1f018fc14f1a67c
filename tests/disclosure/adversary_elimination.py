"""Which hidden figures the relations determine: exactly, for all of them at once.

Two steps, neither of which looks at one figure at a time. A linear program finds what the bounds
force (hidden cells that must be 1, unknowns that must be 0: the pitfall of the ones). Then the
equations, with what is forced, are solved modulo a prime by elimination, and one random solution of
the homogeneous system is drawn: a figure that does not move in it is determined, save with
probability 1 / 2,147,483,647.
"""

from __future__ import annotations

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from tests.disclosure.adversary_programs import as_model, solve
from tests.disclosure.adversary_relations import Matrix, Puzzle

PRIME = 2**31 - 1
Mask = npt.NDArray[np.bool_]
Residues = npt.NDArray[np.int64]


def determined(puzzle: Puzzle, *, seed: int) -> Mask:
    """Return, per hidden figure, whether everything published leaves it one value."""
    if not puzzle.figures:
        return np.zeros(0, dtype=bool)
    moving, slack = _support(puzzle)
    figures = len(puzzle.figures)
    rows = sparse.vstack(
        [
            puzzle.equations,
            puzzle.hidden[~slack[:figures]],
            puzzle.inequalities[~slack[figures:]],
        ],
        format="csr",
    )[:, moving]
    change = null_vector(Matrix(rows), seed=seed)
    shift = np.zeros(puzzle.width, dtype=np.int64)
    shift[moving] = change
    moved: Mask = (puzzle.hidden @ shift) % PRIME == 0
    return moved


def _support(puzzle: Puzzle) -> tuple[Mask, Mask]:
    """Return which unknowns, and which margins above their bounds, are positive in some solution.

    The largest support is found in one program: each variable is u + v with 0 <= u <= 1 in the
    cone over the polytope (right-hand sides times s >= 1), and the sum of u is made as large as
    possible. Then u is 1 where the variable can be positive, 0 where it cannot.
    """
    bounded = len(puzzle.figures) + len(puzzle.least)
    relations = sparse.vstack([puzzle.equations, puzzle.hidden, puzzle.inequalities])
    above = sparse.vstack(
        [sparse.csr_array((len(puzzle.known), bounded)), -sparse.eye_array(bounded)]
    )
    system = sparse.hstack([relations, above])
    right = np.concatenate([puzzle.known, puzzle.floor, puzzle.least])
    size = system.shape[1]
    matrix = sparse.hstack([system, system, -sparse.csr_array(right[:, None])], format="csc")
    model = as_model(
        matrix,
        cost=np.concatenate([-np.ones(size), np.zeros(size + 1)]),
        lower=np.concatenate([np.zeros(2 * size), [1.0]]),
        upper=np.concatenate([np.ones(size), np.full(size + 1, highspy.kHighsInf)]),
        row_lower=np.zeros(len(right)),
        row_upper=np.zeros(len(right)),
    )
    positive = solve(model)[:size] > 0.5
    return positive[: puzzle.width], positive[puzzle.width :]


def null_vector(matrix: Matrix, *, seed: int) -> Residues:
    """Return a random solution of matrix x = 0 modulo the prime.

    Rows are taken from the narrowest to the widest, so that what concerns one territory is
    eliminated before what concerns all; each pivot is the column that the fewest rows hold.
    """
    order = np.argsort(np.diff(matrix.indptr), kind="stable")
    held = np.bincount(matrix.indices, minlength=matrix.shape[1])
    residues = matrix[order]
    residues.data %= PRIME
    work = residues.astype(np.int32).toarray()
    pivots: list[tuple[int, int]] = []
    for row, line in enumerate(work):
        columns = np.flatnonzero(line)
        if not len(columns):
            continue
        pivot = int(columns[np.argmin(held[columns])])
        inverse = pow(int(line[pivot]), -1, PRIME)
        line[columns] = scaled = line[columns].astype(np.int64) * inverse % PRIME
        below = row + 1 + np.flatnonzero(work[row + 1 :, pivot])
        block = np.ix_(below, columns)
        factor = work[below, pivot].astype(np.int64)
        work[block] = (work[block] - factor[:, None] * scaled % PRIME) % PRIME
        pivots.append((row, pivot))
    solution = np.random.default_rng(seed).integers(0, PRIME, matrix.shape[1])
    for row, pivot in reversed(pivots):
        columns = np.flatnonzero(work[row])
        solution[pivot] = 0
        terms = work[row, columns] * solution[columns] % PRIME
        solution[pivot] = -int(terms.sum()) % PRIME
    return solution
