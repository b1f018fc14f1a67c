"""Differential privacy: measured errors keep to their bounds, and neighbours to what rho allows."""

from __future__ import annotations

from math import prod, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from pipeline.contracts.method_words import error_bound
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
    shown = privatise(system, scale=scale_of(system), draw=draw)
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
    shown = privatise(system, scale=1.0, draw=lambda counts, _: counts)
    assert (np.abs(shown - system.cells.value) <= limits(system, 0)).mean() >= 0.95


def test_measured_errors_keep_to_their_bounds_in_a_hundred_runs(
    department: type[Department],
) -> None:
    system = department(communes=12, seed=5).teachers_system()
    scale = scale_of(system)
    limit = limits(system, scale**2)
    within = [
        np.abs(privatise(system, scale=scale, draw=draw) - system.cells.value) <= limit
        for _ in range(RUNS)
    ]
    kept = np.mean(within, axis=0)
    for level in np.unique(system.cells.level):
        mine = system.cells.level == level
        for width in np.unique(limit[mine]):
            assert kept[mine & (limit == width)].mean() >= 0.95, (level, width)
    # Of four times the noise they would not hold.
    loud = np.abs(privatise(system, scale=4 * scale, draw=draw) - system.cells.value)
    assert (loud <= limit).mean() < 0.9


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
        name: [privatise(system, scale=scale, draw=fast)[differs].sum() for _ in range(runs)]
        for name, system in (("without", without), ("with", with_one))
    }
    best = max(
        (np.mean(np.array(told["with"]) >= cut) + np.mean(np.array(told["without"]) < cut)) / 2
        for cut in range(min(told["without"]), max(told["with"]) + 1)
    )
    assert best <= norm.cdf(sqrt(2 * RHO) / 2) + 3 / sqrt(2 * runs)
    assert best > 0.5
