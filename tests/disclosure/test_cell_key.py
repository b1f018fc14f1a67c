"""Perturbation by cell keys: what the table promises, and what an adversary makes of the noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from pipeline.disclosure.cell_key import KEY_BITS, PerturbationTable, design_table
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError
from tests.disclosure.conftest import Department, Small

LIMITS = [(3, 5, 3), (1.5, 4, 1), (6.5, 10, 5), (2, 4, 2)]


@pytest.fixture(scope="module")
def noise() -> PerturbationTable:
    return design_table(variance=3, maximum=5, smallest=3)


def keys_of(persons: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the sum of the record keys of as many persons as each atom has."""
    return np.array([random.integers(0, 1 << KEY_BITS, n).sum() for n in persons], dtype=np.int64)


def shown(
    system: System, noise: PerturbationTable, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cell keys and the perturbed counts of the cells of a system."""
    keys = system.membership @ keys_of(system.atoms, random)
    return keys, noise.perturb(system.cells.value, keys)


@pytest.mark.parametrize(("variance", "maximum", "smallest"), LIMITS)
def test_every_count_has_the_stated_bias_variance_and_limits(
    variance: float, maximum: int, smallest: int
) -> None:
    table = design_table(variance=variance, maximum=maximum, smallest=smallest)
    assert not table.noise[0].any()
    assert table.maximum == maximum
    assert not table.bias().any()
    assert table.variance()[1:] == pytest.approx(variance, abs=0.01)
    result = np.arange(len(table.noise))[:, None] + table.noise
    assert result.min() == 0
    assert not ((result > 0) & (result < smallest)).any()
    # The last row holds for all counts above: none of them can fall among the forbidden ones.
    assert len(table.noise) - maximum >= smallest


def test_the_noise_is_the_least_informative_one_of_its_moments(noise: PerturbationTable) -> None:
    values, number = np.unique(noise.noise[2], return_counts=True)
    assert values.tolist() == [-2, 1, 2, 3, 4, 5]
    # The logarithm of a density of maximum entropy is a polynomial of its moments.
    logs = np.log(number / number.sum())
    fitted = np.polynomial.polynomial.polyfit(values, logs, 2)
    assert np.polynomial.polynomial.polyval(values, fitted) == pytest.approx(logs, abs=0.02)
    rivals = np.random.default_rng(1).normal(size=(50, len(values)))
    moments = np.array([np.ones(len(values)), values, values.astype(float) ** 2])
    free = rivals - rivals @ np.linalg.pinv(moments) @ moments
    p = number / number.sum()
    for step in free:
        other = p + step * 0.3 * np.min(p / np.abs(step))
        assert -(other * np.log(other)).sum() < -(p * np.log(p)).sum()


@pytest.mark.parametrize(("variance", "maximum", "smallest"), [(1.9, 5, 3), (5.1, 5, 3), (3, 2, 4)])
def test_limits_that_no_unbiased_noise_keeps_are_refused(
    variance: float, maximum: int, smallest: int
) -> None:
    with pytest.raises(DisclosureError, match=r"disclosure\.noise_impossible"):
        design_table(variance=variance, maximum=maximum, smallest=smallest)


def test_the_same_persons_have_the_same_noise_wherever_they_are_counted(
    small: Small, noise: PerturbationTable
) -> None:
    # One commune alone in its département: both count the same persons, at two levels.
    system = small.one_table({"A": [7, 9], "B": [3, 4]}, departement=("01", "02"))
    _, figures = shown(system, noise, np.random.default_rng(3))
    cells = system.cells
    for area, above in (("A", "01"), ("B", "02")):
        assert figures[cells.area == area].tolist() == figures[cells.area == above].tolist()


def test_the_order_of_persons_and_the_size_of_a_sum_do_not_matter(
    noise: PerturbationTable,
) -> None:
    keys = np.random.default_rng(4).integers(0, 1 << KEY_BITS, 1_000)
    whole = noise.perturb(np.array([1_000]), np.array([keys.sum()]))
    reduced = noise.perturb(np.array([1_000]), np.array([keys[::-1].sum() % (1 << KEY_BITS)]))
    assert whole == reduced


def test_an_averaging_attacker_does_no_better_than_theory_says(noise: PerturbationTable) -> None:
    """Estimate a total from every published partition of it, weighed as is best.

    The variance that is left is w' (A'A)^-1 w times that of the noise, A the cells over the atoms
    and w the total: cells of different persons have independent noise. The average of unweighed
    partitions, each of n parts, is worse.
    """
    small = Small({"sex": ("F", "M"), "edu_level": ("L02", "L1", "L2"), "sector": ("PUB", "PRIV")})
    counts = {"A": np.arange(12) + 20}
    system = small.one_table(counts, names=("sex", "edu_level", "sector"))
    cells = system.membership.toarray().astype(float)
    normal = np.linalg.inv(cells.T @ cells)
    total = np.ones(cells.shape[1])
    theory = float(total @ normal @ total) * 3
    estimator = total @ normal @ cells.T
    random = np.random.default_rng(5)
    errors = [
        float(estimator @ (shown(system, noise, random)[1] - system.cells.value))
        for _ in range(3_000)
    ]
    assert np.mean(errors) == pytest.approx(0, abs=4 * np.sqrt(theory / len(errors)))
    assert np.var(errors) == pytest.approx(theory, rel=0.08)
    # One table of three dimensions leaves a third of the variance: more partitions, less doubt.
    assert theory / 3 == pytest.approx(1 / 3, abs=0.1)


def test_neighbours_by_one_pupil_are_not_told_apart(noise: PerturbationTable) -> None:
    """A total with and without one pupil: two keys, two noises, and no guess worth the name."""
    random = np.random.default_rng(6)
    keys = random.integers(0, 1 << KEY_BITS, (1_000, 31))
    without = noise.perturb(np.full(1_000, 30), keys[:, :30].sum(axis=1))
    with_one = noise.perturb(np.full(1_000, 31), keys.sum(axis=1))
    moved = with_one - without
    assert np.var(moved) == pytest.approx(2 * 3, rel=0.15)
    # What is known for certain of a count is an interval: it always holds both answers.
    certain = (with_one - noise.maximum > without + noise.maximum) | (moved > 2 * noise.maximum)
    assert not certain.any()
    assert np.mean(moved > 0) < 0.75


def test_limits_of_the_noise_and_sums_together_leave_intervals(
    department: type[Department], noise: PerturbationTable
) -> None:
    """Bound each count by LP: all figures of a table, each within the known limits of its noise.

    Zeros that stand for zeros are known to the attacker here, which is more than he reads.
    """
    system = department(communes=12, seed=2).teachers_system()
    _, figures = shown(system, noise, np.random.default_rng(7))
    live = system.membership.T @ (system.cells.value == 0).astype(np.int64) == 0
    cells = system.membership.tocsc()[:, live].tocsr()
    limits = np.concatenate([figures + noise.maximum, noise.maximum - figures]).astype(float)
    rows = sparse.vstack([cells, -cells], format="csr")
    positive = np.flatnonzero(system.cells.value > 0)
    width = []
    for cell in np.random.default_rng(8).choice(positive, 40, replace=False):
        goal = cells[[cell]].toarray()[0]
        ends = [
            linprog(sign * goal, A_ub=rows, b_ub=limits, bounds=(0, None), method="highs")
            for sign in (1, -1)
        ]
        assert all(end.status == 0 for end in ends)
        width.append(-ends[1].fun - ends[0].fun)
    assert min(width) >= 3
