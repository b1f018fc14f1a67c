"""Differential privacy: measured errors keep to their bounds, and neighbours to what rho allows."""

from __future__ import annotations

from math import prod, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from pipeline.contracts.bands import ERROR
from pipeline.contracts.method_words import error_bound
from pipeline.disclosure.bands import measured_band, noise_room
from pipeline.disclosure.noise import privatise
from pipeline.disclosure.shape import Counts
from pipeline.disclosure.system import System
from pipeline.steps.drawing import discrete_gaussian
from tests.disclosure.conftest import Department, Small

RHO = 0.5
RUNS = 100


def draw(counts: Counts, scale: float) -> Counts:
    return discrete_gaussian(counts, scale)[0]


def scale_of(system: System, rho: float = RHO) -> float:
    return sqrt(len(system.grids) / (2 * rho))


def limits(system: System, variance: float) -> np.ndarray:
    """Return the bound of the error of each published cell."""
    every = prod(system.lattices[0].sizes[1:])
    limit = np.empty(len(system.cells), dtype=np.int64)
    for grid in system.grids:
        measured = np.ones(grid.sizes, dtype=np.int64)
        combined = np.full(grid.sizes, every)
        for name, axis in zip(grid.crossed, range(1, len(grid.sizes)), strict=True):
            codes = grid.sizes[axis] - 1
            np.moveaxis(measured, axis, 0)[-1] *= codes
            if name not in grid.typologies:
                np.moveaxis(combined, axis, 0)[:-1] //= codes
        limit[grid.start : grid.start + prod(grid.sizes)] = [
            error_bound(variance, measured=m, rounded=r)
            for m, r in zip(measured.ravel().tolist(), combined.ravel().tolist(), strict=True)
        ]
    return limit


def test_the_noise_is_opendps_and_costs_what_it_says() -> None:
    noisy, rho = discrete_gaussian(np.zeros(20_000, dtype=np.int64), 3.0)
    assert rho == pytest.approx(1 / 18, rel=1e-9)
    assert np.var(noisy) == pytest.approx(9, rel=0.05)
    assert np.mean(noisy) == pytest.approx(0, abs=0.1)


def test_figures_are_whole_and_add_up_over_levels_and_margins(
    department: type[Department],
) -> None:
    system = department(communes=25, seed=3).teachers_system()
    shown = privatise(system, scale=scale_of(system), draw=draw).value
    assert shown.dtype == np.int64
    assert shown.min() >= 0
    sums = system.margins @ shown
    made_up = np.diff(system.margins.indptr) > 0
    assert made_up.any()
    assert (sums[made_up] == shown[made_up]).all()
    # Zeros have noise too: what is shown tells no zero.
    assert (shown[system.cells.value == 0] > 0).any()


def test_without_noise_nothing_but_the_rounding_is_left(department: type[Department]) -> None:
    system = department(communes=25, seed=3).teachers_system()
    shown = privatise(system, scale=1.0, draw=lambda counts, _: counts).value
    assert (np.abs(shown - system.cells.value) <= limits(system, 0)).mean() >= 0.95


def test_measured_errors_keep_to_their_bounds_in_a_hundred_runs(
    department: type[Department],
) -> None:
    system = department(communes=12, seed=5).teachers_system()
    scale = scale_of(system)
    limit = limits(system, scale**2)
    within = [
        np.abs(privatise(system, scale=scale, draw=draw).value - system.cells.value) <= limit
        for _ in range(RUNS)
    ]
    kept = np.mean(within, axis=0)
    for level in np.unique(system.cells.level):
        mine = system.cells.level == level
        for width in np.unique(limit[mine]):
            assert kept[mine & (limit == width)].mean() >= 0.95, (level, width)
    # Of four times the noise they would not hold.
    loud = np.abs(privatise(system, scale=4 * scale, draw=draw).value - system.cells.value)
    assert (loud <= limit).mean() < 0.9


def sums(pmf: np.ndarray, number: int) -> np.ndarray:
    """Return the chances of the sum of so many noises, folded one by one."""
    found = pmf
    for _ in range(number - 1):
        found = np.convolve(found, pmf)
    return found


@pytest.mark.parametrize("scale", [0.4, 1.7, 6.0])
@pytest.mark.parametrize("number", [1, 2, 6, 30])
@pytest.mark.parametrize("error", [0.05, 0.0125])
def test_the_room_of_a_sum_of_noises_is_the_least_that_is_enough(
    scale: float, number: int, error: float
) -> None:
    values = np.arange(-int(9 * scale) - 2, int(9 * scale) + 3)
    weight = np.exp(-(values**2) / (2 * scale**2))
    chance = sums(weight / weight.sum(), number)
    middle = len(chance) // 2
    room = noise_room(scale, number, error=error)
    assert chance[middle - room : middle + room + 1].sum() >= 1 - error
    if room:
        assert chance[middle - room + 1 : middle + room].sum() < 1 - error


def test_bands_hold_the_truth_where_figures_that_may_not_be_negative_do_not(small: Small) -> None:
    """With nine communes of ten empty, full communes are shown too small, and their sum too large.

    What was measured is right on average, and its band is held at every level and width.
    """
    random = np.random.default_rng(4)
    communes = [f"{n:03d}" for n in range(120)]
    system = small.one_table(
        {c: random.poisson(20, 6) * (n % 10 == 0) for n, c in enumerate(communes)},
        names=("sex", "edu_level"),
        departement=("01",) * len(communes),
    )
    truth, scale = system.cells.value, scale_of(system)
    codes = {"sex": 2, "edu_level": 3}
    summed = np.prod(
        [np.where(system.cells.codes[n] == "_T", size, 1) for n, size in codes.items()], axis=0
    ).astype(np.float64)
    values = np.arange(-20, 21)
    weight = np.exp(-(values**2) / (2 * scale**2))

    def noisy(counts: Counts, _: float) -> Counts:
        return counts + random.choice(values, len(counts), p=weight / weight.sum())

    held, near, away = [], [], []
    for _ in range(40):
        told = privatise(system, scale=scale, draw=noisy)
        band = measured_band(
            told.measured.astype(np.float64), summed=summed, scale=scale, error=ERROR
        )
        held.append((band.low <= truth) & (truth <= band.high))
        near.append(np.abs(told.value - truth) <= limits(system, scale**2))
        away.append(told.measured - truth)
    is_full = (summed == 6) & (truth > 0) & (system.cells.level == "commune")
    for level in ("commune", "departement"):
        for width in np.unique(summed):
            mine = (system.cells.level == level) & (summed == width)
            share = np.mean(held, axis=0)[mine].mean()
            assert share >= 0.95 - 2 * sqrt(0.95 * 0.05 / (40 * mine.sum())), (level, width)
    assert np.mean(away, axis=0)[is_full].mean() == pytest.approx(0, abs=1)
    assert np.mean(near, axis=0)[is_full].mean() < 0.8


def test_an_attacker_who_knows_all_others_tells_neighbours_apart_no_better_than_rho_allows(
    small: Small,
) -> None:
    """Guess whether one pupil is in the table from every figure shown, all other pupils known.

    Each level holds one cell that is larger by one: the best guess on the noisy cells is right
    with the chance of a normal variable below sqrt(2 rho) / 2, and figures made of them tell less.
    """
    random = np.random.default_rng(9)

    def fast(counts: Counts, scale: float) -> Counts:
        return counts + np.rint(random.normal(0, scale, len(counts))).astype(np.int64)

    without = small.one_table({"A": [9, 6], "B": [4, 7]}, departement=("01", "01"))
    with_one = small.one_table({"A": [10, 6], "B": [4, 7]}, departement=("01", "01"))
    differs = np.flatnonzero(without.cells.value != with_one.cells.value)
    scale, runs = scale_of(without), 200
    told = {
        name: [privatise(system, scale=scale, draw=fast).value[differs].sum() for _ in range(runs)]
        for name, system in (("without", without), ("with", with_one))
    }
    best = max(
        (np.mean(np.array(told["with"]) >= cut) + np.mean(np.array(told["without"]) < cut)) / 2
        for cut in range(min(told["without"]), max(told["with"]) + 1)
    )
    assert best <= norm.cdf(sqrt(2 * RHO) / 2) + 3 / sqrt(2 * runs)
    assert best > 0.5
