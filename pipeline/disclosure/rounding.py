"""Round all counts of a population to multiples of a base, so that every sum still adds up.

Each atom becomes a multiple of the base, and each published cell the sum of its atoms. First all
cells are held between the two multiples around their count, as a linear program whose corners are
nearly whole; what is whole is kept. Where the rest has no whole corner, the cells that bind the
fewest fractions get room for one base more on either side, and the program is solved again, until
all is whole. Zeros stay zeros, and what links two tables holds throughout. A cell that would have
to lie two bases or more from its count is refused.

Source: Cox (1987), controlled rounding; Beck and Fiala (1981) and Lau, Ravi and Singh (2011),
iterative rounding; Handbook on Statistical Disclosure Control, 5.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.shape import Counts, Indices, Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError

_OPTIONS: dict[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",
}
_WHOLE = 1e-6
_ROUNDS = 1_000

_Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """Hold a rounded population: one row per published cell.

    Args:
        value: multiples of the base that add up, less than two bases from their counts.
        far: cells that lie a base or more from their count, since nothing nearer was found that
            adds up.
    """

    value: Counts
    far: Mask


def round_counts(system: System, *, base: int) -> Rounded:
    """Return the cells of a population rounded to a base, as near as it can be done.

    Args:
        system: the relations and exact counts of one population and period.
        base: above 1.

    Raises:
        DisclosureError: the tables cannot be rounded so that they agree.
    """
    program = _Program(system, base)
    atoms = program.solve()
    value = np.asarray(base * (system.membership @ atoms), dtype=np.int64)
    away = np.abs(value - system.cells.value)
    if too_far := int(np.count_nonzero(away >= 2 * base)):
        raise DisclosureError("disclosure.no_rounding", count=too_far)
    return Rounded(value=value, far=away >= base)


class _Program:
    """Hold the atoms, in bases, that no published zero opens, and the cells that bind them."""

    def __init__(self, system: System, base: int) -> None:
        count = system.cells.value
        self._size = len(system.atoms)
        self._live = np.flatnonzero(system.membership.T @ (count == 0).astype(np.int64) == 0)
        counted = system.membership[:, self._live]
        cells = _distinct(counted, count)
        self._rows = counted[cells]
        links = system.links[:, self._live]
        self._links = links[np.diff(links.indptr) > 0]
        low, high = count[cells] // base, -(-count[cells] // base)
        # What a base more costs: how much farther from the count it leads.
        self._price = np.where(low == high, 0, (low + high) * base - 2 * count[cells])
        self._widened = np.zeros(len(cells), dtype=np.int64)
        self._low, self._high = low.astype(np.float64), high.astype(np.float64)
        self._highs = self._loaded()

    def _loaded(self) -> highspy.Highs:
        highs = highspy.Highs()
        for option, value in _OPTIONS.items():
            highs.setOptionValue(option, value)
        matrix = sparse.vstack([self._rows, self._links], format="csc")
        none = np.zeros(self._links.shape[0])
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = self._cost()
        model.col_lower_ = np.zeros(matrix.shape[1])
        model.col_upper_ = np.full(matrix.shape[1], highspy.kHighsInf)
        model.row_lower_ = np.append(self._low, none)
        model.row_upper_ = np.append(self._high, none)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        highs.passModel(model)
        return highs

    def solve(self) -> Counts:
        """Return how many bases each atom of the system becomes."""
        for _ in range(_ROUNDS):
            atoms = self._corner()
            broken = np.abs(atoms - np.rint(atoms)) > _WHOLE
            if not broken.any():
                whole = np.zeros(self._size, dtype=np.int64)
                whole[self._live] = np.rint(atoms).astype(np.int64)
                return whole
            self._keep(np.flatnonzero(~broken), atoms)
            self._widen(atoms, broken)
        raise DisclosureError("disclosure.no_rounding")

    def _cost(self) -> _Real:
        return np.asarray(self._rows.T @ self._price.astype(np.float64))

    def _corner(self) -> _Real:
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise DisclosureError("disclosure.no_rounding")
        return np.array(self._highs.getSolution().col_value)

    def _keep(self, whole: Indices, atoms: _Real) -> None:
        """Hold atoms that are whole where they are."""
        places = np.rint(atoms[whole])
        self._highs.changeColsBounds(len(whole), whole.astype(np.int32), places, places)

    def _widen(self, atoms: _Real, broken: Mask) -> None:
        """Give a base more room to cells that bind fractions: with least room, then fewest."""
        fractions = self._rows @ broken.astype(np.int64)
        sums = self._rows @ atoms
        binds = (sums - self._low < _WHOLE) | (self._high - sums < _WHOLE)
        binding = np.flatnonzero(binds & (fractions > 1))
        if len(binding) == 0:
            raise DisclosureError("disclosure.no_rounding")
        order = self._widened[binding] * (fractions.max() + 1) + fractions[binding]
        least = binding[order == order.min()]
        self._widened[least] += 1
        self._low[least] = np.maximum(self._low[least] - 1, 0)
        self._high[least] += 1
        self._price[least] = 0
        for row in least.tolist():
            self._highs.changeRowBounds(row, self._low[row], self._high[row])
        columns = np.arange(len(atoms), dtype=np.int32)
        self._highs.changeColsCost(len(columns), columns, self._cost())


def _distinct(counted: Matrix, count: Counts) -> Indices:
    """Return one cell of each group that counts the same live atoms, zeros left out."""
    words = np.random.default_rng(0).integers(0, 2**64, counted.shape[1], dtype=np.uint64)
    prints = counted.astype(np.uint64) @ words
    first = np.unique(prints, return_index=True)[1]
    return np.sort(first[count[first] > 0])
