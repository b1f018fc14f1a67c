"""Linear and integer programs over the unknowns of one part of a puzzle."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from pipeline.disclosure.adversary.knowledge import Mask, Values
from pipeline.disclosure.adversary.parts import Part
from pipeline.disclosure.adversary.puzzle import contradiction
from pipeline.errors import DisclosureError

_PRIMAL = 4
_POSITIVE = 1e-6
_CLEARLY = 1e-2


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
        matrix = sparse.hstack([part.relations.astype(np.float64), above], format="csc")
        self.columns = int(matrix.shape[1])
        self.most = 1_000.0 + 4 * float(np.abs(part.low).max(initial=0))
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = model.col_lower_ = np.zeros(self.columns)
        model.col_upper_ = np.full(self.columns, self.most)
        model.row_lower_ = model.row_upper_ = part.low
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self.columns
        self.solver = highspy.Highs()
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
        ):
            self.solver.setOptionValue(option, value)
        self.solver.passModel(model)

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
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise contradiction(len(self._part.figures), self._part.period)
        if status != highspy.HighsModelStatus.kOptimal:
            raise DisclosureError("disclosure.solver_failed")
        return np.asarray(self.solver.getSolution().col_value, dtype=np.float64)


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

    A point in the middle of all solutions shows most of them to be free. Of the others, as many as
    possible are made positive in one program after another; what is left when the best program
    makes none positive is forced, and that program is the proof.
    """
    program = Program(part)
    program.solver.setOptionValue("solver", "ipm")
    program.solver.setOptionValue("run_crossover", "off")
    middle = program.answer()
    left = middle < _CLEARLY
    program.solver.setOptionValue("solver", "simplex")
    program.solver.setOptionValue("run_crossover", "on")
    while left.any():
        program.cost(np.where(left, -1.0, 0.0))
        positive = left & (program.answer() > _POSITIVE)
        if not positive.any():
            break
        left &= ~positive
    return left
