"""Linear and integer programs over the unknowns of one part of a puzzle."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from pipeline.disclosure.adversary.knowledge import Indices, Mask, Matrix, Values
from pipeline.disclosure.adversary.parts import Part
from pipeline.disclosure.adversary.puzzle import contradiction
from pipeline.errors import DisclosureError

_PRIMAL = 4
_CLEARLY = 1e-2
# A column that may be positive reaches 1 in a multiple of a solution; no other leaves 0.
_REACHED = 0.5


@dataclass(frozen=True, slots=True)
class Interval:
    """The smallest and largest value that a hidden figure can take."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """Return high - low, in persons."""
        return self.high - self.low


class Program:
    """Ask for the cheapest values of a part's unknowns again and again.

    Columns are the unknowns, then what each figure and each inequality has above its lowest value.

    Args:
        part: the unknowns and their relations.
        whole: ask for whole numbers.
    """

    def __init__(self, part: Part, *, whole: bool = False) -> None:
        self._part = part
        rows, sums = part.relations.shape[0], part.sums
        above = sparse.csr_array(
            (np.full(rows - sums, -1.0), (np.arange(sums, rows), np.arange(rows - sums))),
            shape=(rows, rows - sums),
        )
        self.matrix = sparse.hstack([part.relations.astype(np.float64), above], format="csc")
        self.columns = int(self.matrix.shape[1])
        self.most = 1_000.0 + 4 * float(np.abs(part.low).max(initial=0))
        model = _model(self.matrix, lower=part.low)
        model.row_upper_ = part.low
        model.col_cost_ = model.col_lower_ = np.zeros(self.columns)
        model.col_upper_ = np.full(self.columns, self.most)
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self.columns
        self.solver = _solver(model)

    def cost(self, cost: Values) -> None:
        """Set the price of every column."""
        self.solver.changeColsCost(self.columns, np.arange(self.columns, dtype=np.int32), cost)

    def bounds(self, lower: Values, upper: Values) -> None:
        """Set the bounds of every column."""
        every = np.arange(self.columns, dtype=np.int32)
        self.solver.changeColsBounds(self.columns, every, lower, upper)

    def answer(self) -> Values:
        """Return the cheapest values of all columns.

        Raises:
            DisclosureError: nothing agrees with what is published, or the solver gives no answer.
        """
        return _answer(self.solver, self._part)


def _model(matrix: sparse.csc_array, *, lower: Values) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.row_lower_ = lower
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    return model


def _solver(model: highspy.HighsLp) -> highspy.Highs:
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver


def _answer(solver: highspy.Highs, part: Part) -> Values:
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise contradiction(len(part.figures), part.period)
    if status != highspy.HighsModelStatus.kOptimal:
        raise DisclosureError("disclosure.solver_failed")
    return np.asarray(solver.getSolution().col_value, dtype=np.float64)


class Ends:
    """Ask for the ends of figures one after another; each answer starts from the last.

    Args:
        part: the unknowns and their relations.
        whole: count persons in whole numbers.
    """

    def __init__(self, part: Part, *, whole: bool = False) -> None:
        self._part = part
        self._program = Program(part, whole=whole)
        self._program.answer()
        if not whole:
            self._program.solver.setOptionValue("presolve", "off")
            self._program.solver.setOptionValue("simplex_strategy", _PRIMAL)

    def of(self, figure: int) -> Interval:
        """Return the smallest and largest value of one figure of the part."""
        column = self._part.size + figure
        least = self._part.low[self._part.sums + figure] + self._part.base[figure]
        found = []
        for sign in (1.0, -1.0):
            self._program.solver.changeColCost(column, sign)
            found.append(least + float(self._program.answer()[column]))
        self._program.solver.changeColCost(column, 0.0)
        return Interval(*found)


def forced(part: Part) -> Mask:
    """Return which columns of the part's program are 0 in every solution.

    A point in the middle of all solutions shows most of them to be free; one program settles the
    others (Freund, Roundy, Todd 1985): solutions may be multiplied by any number of at least 1, and
    of each column as much as 1 is asked for. Whatever is positive in some solution reaches 1 in one
    of its multiples, and all do so together, so that what stays at 0 is 0 in every solution.
    """
    program = Program(part)
    program.solver.setOptionValue("solver", "ipm")
    program.solver.setOptionValue("run_crossover", "off")
    left = program.answer() < _CLEARLY
    asked = np.flatnonzero(left)
    left[asked] = _multiples(part, program.matrix, asked) < _REACHED
    return left


def _multiples(part: Part, matrix: Matrix, asked: Indices) -> Values:
    """Return, per column asked for, 1 where it is positive in some solution, else 0."""
    if not len(asked):
        return np.zeros(0)
    rows, columns = matrix.shape
    # Columns are those of the program, the factor, then as much as 1 of each that is asked for.
    factor = sparse.csc_array(-part.low[:, None])
    pick = sparse.csc_array(
        (np.ones(len(asked)), (np.arange(len(asked)), asked)), shape=(len(asked), columns)
    )
    whole = sparse.block_array(
        [[matrix, factor, None], [pick, None, -sparse.eye_array(len(asked))]], format="csc"
    )
    size = columns + 1 + len(asked)
    lower, upper, cost = np.zeros(size), np.full(size, np.inf), np.zeros(size)
    lower[columns], upper[columns + 1 :], cost[columns + 1 :] = 1.0, 1.0, -1.0
    model = _model(whole, lower=np.zeros(rows + len(asked)))
    model.row_upper_ = np.append(np.zeros(rows), np.full(len(asked), np.inf))
    model.col_lower_, model.col_upper_, model.col_cost_ = lower, upper, cost
    return _answer(_solver(model), part)[columns + 1 :]
