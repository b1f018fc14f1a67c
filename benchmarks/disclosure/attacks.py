"""Patterns to attack: safe ones, ones with a planted weakness, and an oracle that tells them apart.

The oracle asks two programs for each hidden cell, one cell after another, from the relations of the
system: slow, obvious, and nothing that the adversary uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.disclosure.nations import Nation, nation
from pipeline.disclosure.adversary import (
    Plan,
    Published,
    Table,
    Territories,
    Verdict,
    attack,
    judge,
)
from pipeline.disclosure.protect import Preferences, protect
from pipeline.disclosure.shape import Mask
from pipeline.disclosure.system import System

WIDTH = 3
PERIOD = "2021"
_FEWEST = Preferences(territory=0.0, margin=0.0, person=0.0)
_NEAR = 1e-6
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a nation publishes and what it hides of it."""

    nation: Nation
    system: System
    hidden: Mask

    def published(self) -> Published:
        """Return what everybody sees."""
        cells, drawn = self.system.cells, self.nation
        codes = {
            name: tuple(str(code) for code in np.unique(own) if code not in {"_T", "_Z"})
            for name, own in cells.codes.items()
        }
        table = Table(
            name="pupils",
            population="pupils",
            counts="persons",
            territory_of="school",
            codes=codes,
            period=np.full(len(cells), PERIOD),
            level=cells.level,
            area=cells.area,
            code=cells.codes,
            value={"pupils": np.where(self.hidden, np.nan, cells.value.astype(np.float64))},
            hidden=self.hidden,
        )
        base = np.sort(drawn.commune)
        order = np.argsort(drawn.commune)
        members = {str(area): np.array([place]) for place, area in enumerate(base)}
        for column in (drawn.departement, drawn.region, drawn.epci):
            for area in np.unique(column):
                members[str(area)] = np.flatnonzero(column[order] == area)
        members["FR"] = np.arange(len(base))
        return Published(
            territories=Territories(
                base=tuple(base.tolist()),
                members=members,
                classes={"typology": drawn.typology[order]} if "typology" in codes else {},
            ),
            tables={"pupils": table},
        )

    def verdict(self, plan: Plan | None = None) -> Verdict:
        """Return what the adversary says of it."""
        published = self.published()
        return judge(published, attack(published, plan or Plan(width=WIDTH)))


def safe_case(communes: int, *, linked: bool, seed: int, threads: int = 1) -> Case:
    """Return a nation with the pattern that protects it."""
    drawn = nation(communes, seed=seed)
    system = drawn.system(linked=linked)
    pattern = protect(system, width=WIDTH, preferences=_FEWEST, threads=threads)
    return Case(nation=drawn, system=system, hidden=pattern.hidden)


def weakened(case: Case, *, seed: int, most: int) -> Iterator[Case]:
    """Yield cases in which one secondary cell of a safe pattern is shown again."""
    cells = case.system.cells
    secondary = np.flatnonzero(case.hidden & (cells.value >= cells.k))
    random = np.random.default_rng(seed)
    for opened in random.permutation(secondary)[:most]:
        hidden = case.hidden.copy()
        hidden[opened] = False
        yield Case(nation=case.nation, system=case.system, hidden=hidden)


def primary_only(case: Case) -> Case:
    """Return a case in which small counts are hidden and nothing else."""
    cells = case.system.cells
    hidden = (cells.value > 0) & (cells.value < cells.k)
    return Case(nation=case.nation, system=case.system, hidden=hidden)


def of_large_communes(communes: int, *, seed: int, of: int = 4) -> Case:
    """Return a nested nation whose communes are ten of France's each, small counts alone hidden.

    Few cells are small there, and those are mostly alone in their row and column.
    """
    drawn = nation(of * communes, seed=seed)
    first = slice(None, None, of)
    large = Nation(
        source=drawn.source,
        commune=drawn.commune[first],
        departement=drawn.departement[first],
        region=drawn.region[first],
        epci=drawn.epci[first],
        typology=drawn.typology[first],
        pupils=drawn.pupils.reshape(communes, of, *drawn.pupils.shape[1:]).sum(axis=1),
    )
    system = large.system(linked=False)
    return primary_only(Case(nation=large, system=system, hidden=np.zeros(0, dtype=bool)))


def found(case: Case) -> tuple[Mask, Mask]:
    """Return which hidden cells, in order, the adversary knows and which it bounds too closely."""
    report = attack(case.published(), Plan(width=WIDTH, intervals=100_000, programs=10_000))
    place = np.cumsum(case.hidden) - 1
    masks = []
    for findings in (report.known, report.narrow):
        mask = np.zeros(int(case.hidden.sum()), dtype=bool)
        mask[[place[cell.number] for one in findings for cell in one.figure.cells]] = True
        masks.append(mask)
    return masks[0], masks[1]


class Oracle:
    """Tell the range of each hidden cell, by two programs for each.

    A linear program gives the range with halves allowed; where its ends are not reached by whole
    persons, an integer program gives the range of those.
    """

    def __init__(self, system: System, hidden: Mask) -> None:
        """Write down what is shown where some cells of a system are hidden."""
        shown, all_hidden = (system.membership[np.flatnonzero(one)] for one in (~hidden, hidden))
        value = system.cells.value[~hidden].astype(np.float64)
        known, is_known = _told_alone(shown, value)
        # The programs are about what no sum tells alone.
        told, most = np.where(is_known, known, 0.0), float(system.atoms.sum())
        self._hidden = all_hidden[:, ~is_known].tocsr()
        self.size, atoms = self._hidden.shape
        lowest, open_sums, least = _at_least_one(self._hidden, 1.0 - all_hidden @ told)
        asked = shown[:, ~is_known].tocsr()
        sums = np.flatnonzero(np.diff(asked.indptr))
        model = highspy.HighsLp()
        rows = [asked[sums], self._hidden[open_sums]]
        relations = sparse.vstack(rows, format="csc").astype(np.float64)
        left = (value - shown @ told)[sums]
        model.num_row_, model.num_col_ = relations.shape
        model.col_cost_, model.col_lower_ = np.zeros(atoms), lowest
        # No count is larger than all persons together.
        model.col_upper_ = np.full(atoms, most)
        model.row_lower_ = np.append(left, least)
        model.row_upper_ = np.append(left, np.full(len(least), highspy.kHighsInf))
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = relations.indptr.astype(np.int32)
        model.a_matrix_.index_ = relations.indices.astype(np.int32)
        model.a_matrix_.value_ = relations.data
        self._halves, self._whole = _solver(model), None
        self._model, self._atoms = model, np.arange(atoms, dtype=np.int32)

    def is_safe(self) -> bool:
        """Return whether no hidden cell is narrower than the width."""
        return all(self.range(cell) >= WIDTH for cell in range(self.size))

    def interval(self, cell: int) -> float:
        """Return the range of one hidden cell with parts of persons allowed."""
        low, high, _ = self._ends(self._halves, cell)
        return high - low

    def range(self, cell: int) -> int:
        """Return the range of one hidden cell, in persons."""
        low, high, is_whole = self._ends(self._halves, cell)
        wide = int(np.floor(high + _NEAR) - np.ceil(low - _NEAR))
        if wide < WIDTH or is_whole:
            return wide
        if self._whole is None:
            self._model.integrality_ = [highspy.HighsVarType.kInteger] * len(self._atoms)
            self._whole = _solver(self._model)
        low, high, _ = self._ends(self._whole, cell)
        return round(high - low)

    def _ends(self, solver: highspy.Highs, cell: int) -> tuple[float, float, bool]:
        """Return both ends, and whether whole persons reach them."""
        if not len(self._atoms):
            # Sums alone tell everything.
            return 0.0, 0.0, True
        cost = self._hidden[[cell]].toarray().ravel().astype(np.float64)
        ends, is_whole = [], True
        for sign in (1.0, -1.0):
            solver.changeColsCost(len(cost), self._atoms, sign * cost)
            solver.run()
            world = np.asarray(solver.getSolution().col_value)
            is_whole &= bool(np.abs(world - np.rint(world)).max() < _NEAR)
            ends.append(float(cost @ world))
        return ends[0], ends[1], is_whole


def _told_alone(shown: sparse.csr_array, value: Floats) -> tuple[Floats, Mask]:
    """Return the atoms of which a shown sum has no other unknown, again and again, and which.

    Args:
        shown: shown sums x atoms, 1 where the sum counts the atom.
        value: of each sum.

    Returns:
        What each atom holds, and whether it is known so.
    """
    known, is_known = np.zeros(shown.shape[1]), np.zeros(shown.shape[1], dtype=bool)
    while True:
        alone = np.flatnonzero(shown @ (~is_known).astype(np.int64) == 1)
        if not alone.size:
            return known, is_known
        rows, left = shown[alone].tocoo(), value[alone] - shown[alone] @ known
        fresh = ~is_known[rows.col]
        known[rows.col[fresh]], is_known[rows.col[fresh]] = left[rows.row[fresh]], True


def _at_least_one(
    hidden: sparse.csr_array, least: Floats
) -> tuple[Floats, NDArray[np.intp], Floats]:
    """Return what it says that each hidden sum is at least one.

    Args:
        hidden: hidden sums x atoms.
        least: of each sum.

    Returns:
        The least of each atom; the sums of which that does not say it; and their least.
    """
    alone, lowest = np.diff(hidden.indptr) == 1, np.zeros(hidden.shape[1])
    np.maximum.at(lowest, hidden[alone].indices, least[alone])
    left = np.flatnonzero(hidden @ lowest < least)
    return lowest, left, least[left]


def _solver(model: highspy.HighsLp) -> highspy.Highs:
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(model)
    return solver
