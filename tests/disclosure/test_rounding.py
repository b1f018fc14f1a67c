"""Controlled rounding: sums add up, zeros stay, and what was rounded is not worked out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure.rounding import round_counts
from pipeline.disclosure.system import System
from tests.disclosure.conftest import Department, Small

BASE = 5


@pytest.fixture(scope="module", params=["pupils", "teachers"])
def system(request: pytest.FixtureRequest, department: type[Department]) -> System:
    drawn = department(communes=25, seed=5)
    return drawn.pupils_system() if request.param == "pupils" else drawn.teachers_system()


@pytest.fixture(scope="module")
def value(system: System) -> np.ndarray:
    return round_counts(system, base=BASE).value


def test_every_figure_is_a_multiple_near_the_truth_and_zeros_stay(
    system: System, value: np.ndarray
) -> None:
    away = np.abs(value - system.cells.value)
    assert not (value % BASE).any()
    assert value.min() == 0
    assert away.max() < 2 * BASE
    assert (away < BASE).mean() > 0.94
    assert not value[system.cells.value == 0].any()
    assert (away > 0).mean() > 0.5


def test_all_sums_add_up_over_levels_margins_and_tables(system: System, value: np.ndarray) -> None:
    """There is a table of persons whose sums are the published ones, in all tables at once."""
    sums = np.diff(system.margins.indptr) > 0
    assert ((system.margins @ value)[sums] == value[sums]).all()
    sums_of_atoms = [LinearConstraint(system.membership, value, value)]
    if system.links.shape[0]:
        sums_of_atoms.append(LinearConstraint(system.links, 0, 0))
    nothing = np.zeros(len(system.atoms))
    atoms = milp(nothing, constraints=sums_of_atoms, bounds=Bounds(0, np.inf))
    assert atoms.status == 0


def test_an_attacker_who_adds_everything_up_is_left_with_a_base_or_more(
    system: System, value: np.ndarray
) -> None:
    """Bound each count by LP, given every rounded figure and how far it may lie from its count.

    He is told more than the page tells: that no figure is a base away but those that are.
    """
    cells = system.cells.value
    live = system.membership.T @ (cells == 0).astype(np.int64) == 0
    counted = system.membership[:, live].tocsr()
    reach = np.where(np.abs(value - cells) < BASE, BASE - 1, 2 * BASE - 1)
    rows = [LinearConstraint(counted, np.maximum(value - reach, 0), value + reach)]
    links = sparse.csr_array(system.links[:, live])
    if links.shape[0]:
        rows.append(LinearConstraint(links, 0, 0))
    rounded = np.flatnonzero((cells % BASE != 0) & (cells > 0))
    left = []
    for cell in np.random.default_rng(3).choice(rounded, 15, replace=False):
        goal = counted[[cell]].toarray()[0].astype(float)
        ends = [milp(sign * goal, constraints=rows, bounds=Bounds(0, np.inf)) for sign in (1, -1)]
        assert all(end.status == 0 for end in ends)
        # As many whole numbers as from one multiple of the base to the next.
        left.append(-ends[1].fun - ends[0].fun + 1)
    assert min(left) >= BASE


def test_a_table_that_can_be_rounded_to_the_nearest_multiples_is(small: Small) -> None:
    system = small.one_table({"A": [6, 9], "B": [4, 11]}, departement=("01", "01"))
    rounded = round_counts(system, base=5)
    shown = dict(
        zip(
            zip(system.cells.area, system.cells.codes["sex"], strict=True),
            rounded.value.tolist(),
            strict=True,
        )
    )
    assert [shown["A", "F"], shown["A", "M"], shown["B", "F"], shown["B", "M"]] == [5, 10, 5, 10]
    assert shown["01", "_T"] == 30
    assert not rounded.far.any()


def test_what_is_a_multiple_already_stays_as_it_is(small: Small) -> None:
    system = small.one_table({"A": [5, 10], "B": [0, 15]}, departement=("01", "01"))
    assert (round_counts(system, base=5).value == system.cells.value).all()


def test_the_same_counts_are_rounded_alike(department: type[Department]) -> None:
    values = [
        round_counts(department(communes=25, seed=5).pupils_system(), base=BASE).value
        for _ in range(2)
    ]
    assert (values[0] == values[1]).all()
