"""The smallest and largest value of a hidden figure, by linear and by integer programs."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from tests.disclosure.adversary_relations import ContradictionError, Puzzle

Values = npt.NDArray[np.float64]
_PRIMAL = 4


@dataclass(frozen=True)
class Interval:
    """The smallest and largest value that a hidden figure can take."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """Return high - low, in persons."""
        return self.high - self.low


def as_model(
    matrix: sparse.csc_array,
    *,
    cost: Values,
    lower: Values,
    upper: Values,
    row_lower: Values,
    row_upper: Values,
    whole: bool = False,
) -> highspy.HighsLp:
    """Return a program that minimises cost x within bounds, in the solver's form."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, lower, upper
    model.row_lower_, model.row_upper_ = row_lower, row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    return model


def solve(model: highspy.HighsLp) -> Values:
    """Return the best solution of a program.

    Raises:
        ContradictionError: no world agrees with what is published.
    """
    solver = _solver(model)
    return _run(solver)


class Programs:
    """Ask for the ends of hidden figures one after another; each answer starts from the last."""

    def __init__(self, puzzle: Puzzle, *, whole: bool = False) -> None:
        self._puzzle = puzzle
        figures = len(puzzle.figures)
        matrix = sparse.block_array(
            [
                [puzzle.equations, None],
                [puzzle.hidden, -sparse.eye_array(figures)],
                [puzzle.inequalities, None],
            ],
            format="csc",
        )
        unbounded = np.full(len(puzzle.least), highspy.kHighsInf)
        self._solver = _solver(
            as_model(
                matrix,
                cost=np.zeros(matrix.shape[1]),
                lower=np.concatenate([np.zeros(puzzle.width), puzzle.floor]),
                upper=np.full(matrix.shape[1], highspy.kHighsInf),
                row_lower=np.concatenate([puzzle.known, np.zeros(figures), puzzle.least]),
                row_upper=np.concatenate([puzzle.known, np.zeros(figures), unbounded]),
                whole=whole,
            )
        )
        _run(self._solver)
        if not whole:
            self._solver.setOptionValue("presolve", "off")
            self._solver.setOptionValue("simplex_strategy", _PRIMAL)

    def ends(self, figure: int) -> Interval:
        """Return the smallest and largest value of one figure."""
        column = self._puzzle.width + figure
        found = []
        for sign in (1.0, -1.0):
            self._solver.changeColCost(column, sign)
            found.append(_run(self._solver)[column])
        self._solver.changeColCost(column, 0.0)
        return Interval(*found)


def _solver(model: highspy.HighsLp) -> highspy.Highs:
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(model)
    return solver


def _run(solver: highspy.Highs) -> Values:
    solver.run()
    status = solver.getModelStatus()
    if status not in {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty}:
        message = f"nothing agrees with what is published: {solver.modelStatusToString(status)}"
        raise ContradictionError(message)
    return np.array(solver.getSolution().col_value)
