"""Bands around moved counts hold the true one as often as they say, for every true count."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.contracts.bands import CONFIDENCE_PCT, ERROR
from pipeline.contracts.indicators import Formula
from pipeline.disclosure.bands import Band, cell_key_band, exactly, rounding_band
from pipeline.disclosure.cell_key import PerturbationTable, design_table
from pipeline.disclosure.rounding import round_counts
from pipeline.steps.band_formulas import (
    adjusted_band,
    difference_band,
    need_band,
    quotient_band,
    ratio_band,
    served_band,
)
from tests.disclosure.conftest import Department
from tests.disclosure.test_cell_key import LIMITS

COUNTS = [0, 1, 2, 3, 4, 7, 8, 9, 12, 20, 150, 40_000]
YES, NO = "t.n answer=Y", "t.n answer=N"
Told = dict[str, Band]


@pytest.fixture(scope="module")
def noise() -> PerturbationTable:
    return design_table(variance=3, maximum=5, smallest=3)


def all_shown(noise: PerturbationTable, count: int) -> np.ndarray:
    """Return what is shown of a count, once for each cell key."""
    return count + noise.noise[min(count, len(noise.noise) - 1)].astype(np.float64)


def held(band: Band, truth: float) -> float:
    """Return how often a band holds the truth; where an end is empty there is none."""
    low = np.where(np.isnan(band.low), -np.inf, band.low)
    high = np.where(np.isnan(band.high), np.inf, band.high)
    return float(((low <= truth + 1e-9) & (truth - 1e-9 <= high)).mean())


def test_how_sure_a_band_is_stands_in_one_place() -> None:
    assert pytest.approx(1 - ERROR) == CONFIDENCE_PCT / 100 == 0.95


@pytest.mark.parametrize(("variance", "maximum", "smallest"), LIMITS)
@pytest.mark.parametrize("error", [0.05, 0.0125, 1e-9])
def test_over_all_cell_keys_the_band_holds_any_true_count_often_enough(
    variance: float, maximum: int, smallest: int, error: float
) -> None:
    table = design_table(variance=variance, maximum=maximum, smallest=smallest)
    for count in COUNTS:
        shown = all_shown(table, count)
        band = cell_key_band(table, shown, error=error)
        assert held(band, count) >= 1 - error, count
        assert (band.low >= 0).all()
        assert ((band.low <= shown) & (shown <= band.high)).all()
        assert (band.high - band.low <= 2 * maximum).all()


def test_the_band_is_no_wider_than_it_must_be(noise: PerturbationTable) -> None:
    """Of a large count it is as wide as the noise that all but the rarest keys make."""
    shown = all_shown(noise, 1_000)
    band = cell_key_band(noise, shown, error=ERROR)
    least, most = np.quantile(noise.noise[-1], [ERROR / 2, 1 - ERROR / 2])
    assert set(band.high - band.low) == {most - least}
    narrower = cell_key_band(noise, shown, error=0.5)
    assert held(narrower, 1_000) < 1 - ERROR


def test_what_is_not_shown_has_no_band(noise: PerturbationTable) -> None:
    band = cell_key_band(noise, np.array([np.nan, 4.0]), error=ERROR)
    assert np.isnan([band.low[0], band.high[0]]).all()
    assert not np.isnan([band.low[1], band.high[1]]).any()


def test_rounded_counts_are_held_for_sure(department: type[Department]) -> None:
    system = department(communes=40, seed=3).teachers_system()
    rounded = round_counts(system, base=5).value.astype(np.float64)
    band = rounding_band(rounded, base=5)
    assert ((band.low <= system.cells.value) & (system.cells.value <= band.high)).all()
    assert (band.low >= 0).all()


def share(told: Told) -> Band:
    return ratio_band(Formula(over=(YES,), under=(YES, NO), times=100), told)


def ratio(told: Told) -> Band:
    return ratio_band(Formula(over=(YES,), under=(NO,)), told)


def rest(told: Told) -> Band:
    return ratio_band(Formula(over=(NO,), less=(YES,)), told)


def share_of_the_rest(told: Told) -> Band:
    return ratio_band(Formula(over=(NO,), less=(YES,), under=(NO,), times=100), told)


def rest_per_other(told: Told) -> Band:
    return ratio_band(Formula(over=(NO,), less=(YES,), under=(YES,)), told)


def need(told: Told) -> Band:
    return need_band(Formula(over=(YES,), under=(NO,), target="t"), told, 0.7)


def need_of_share(told: Told) -> Band:
    return need_band(Formula(over=(YES,), under=(NO,), target="t", per=100), told, 85)


def served(told: Told) -> Band:
    return served_band(Formula(over=(YES,), under=(NO,)), told, need(told))


MADE: dict[str, tuple[Callable[[Told], Band], Callable[[int, int], float]]] = {
    "a share, its part in its whole": (share, lambda yes, no: 100 * yes / (yes + no)),
    "a ratio of two counts": (ratio, lambda yes, no: yes / no),
    "a rest": (rest, lambda yes, no: no - yes),
    "the share of a rest": (share_of_the_rest, lambda yes, no: 100 * (no - yes) / no),
    "a rest for each other": (rest_per_other, lambda yes, no: (no - yes) / yes),
    "a need": (need, lambda yes, no: max(np.ceil(yes / 0.7) - no, 0)),
    "a need of a share": (need_of_share, lambda yes, no: max(np.ceil(yes * 85 / 100) - no, 0)),
    "pupils served": (
        served,
        lambda yes, no: yes * (n := max(np.ceil(yes / 0.7) - no, 0)) / max(n + no, 1),
    ),
    "a difference": (
        lambda told: difference_band(told[YES], told[NO]),
        lambda yes, no: yes - no,
    ),
    "an adjusted parity": (
        lambda told: adjusted_band(quotient_band(told[YES], told[NO])),
        lambda yes, no: yes / no if yes <= no else 2 - no / yes,
    ),
}


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("keys", ["the same keys", "keys of their own"])
def test_a_figure_of_two_moved_counts_is_held_often_enough(
    noise: PerturbationTable, made: str, keys: str
) -> None:
    """Over all keys, also where both counts always have one key, as of the same persons."""
    random = np.random.default_rng(5)
    band_of, truth_of = MADE[made]
    for yes, no in [(3, 2), (1, 9), (25, 4), (4, 30), (120, 80), (2_000, 1)]:
        shown = [all_shown(noise, count) for count in (yes, no)]
        if keys == "keys of their own":
            shown = [random.permutation(each) for each in shown]
        told = {
            part: cell_key_band(noise, each, error=ERROR / 2)
            for part, each in zip((YES, NO), shown, strict=True)
        }
        assert held(band_of(told), truth_of(yes, no)) >= 1 - ERROR, (yes, no)


def test_a_share_ends_at_its_whole_and_a_ratio_to_nothing_has_no_end(
    noise: PerturbationTable,
) -> None:
    told = {
        YES: cell_key_band(noise, np.array([40.0, 40.0]), error=ERROR / 2),
        NO: cell_key_band(noise, np.array([0.0, 90.0]), error=ERROR / 2),
    }
    assert share(told).high.tolist()[0] == 100
    assert share(told).low[0] < 100
    assert np.isnan(ratio(told).high).tolist() == [True, False]
    assert not np.isnan(ratio(told).low).any()
    # A part of the persons that are under, of codes of their own, is not above them either.
    inside = "t.n answer=Y device=Y"
    formula = Formula(over=(inside,), under=(YES, NO), times=100)
    assert ratio_band(formula, {**told, inside: told[YES]}).high[0] == 100


def test_counts_that_were_not_moved_leave_a_figure_its_one_value() -> None:
    told = {YES: exactly(np.array([30.0])), NO: exactly(np.array([10.0]))}
    for made, (band_of, truth_of) in MADE.items():
        band = band_of(told)
        assert band.low[0] == band.high[0] == pytest.approx(truth_of(30, 10)), made
