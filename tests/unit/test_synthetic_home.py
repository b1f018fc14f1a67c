"""Homes without internet or device: as many as said, more where poor or rural."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path

import numpy as np
import pytest

from pipeline.synthetic.home import (
    NOT_ANSWERED,
    RURAL_LOG_ODDS,
    WITHOUT_DEVICE,
    WITHOUT_INTERNET,
    HomeModel,
    draw_answers,
    fit_home_model,
    rurality,
)

TEST_DATA = os.environ.get("CARTABLE_TEST_DATA")


def model_of(social_position: list[float], inhabitants: list[int], period: int = 2020) -> HomeModel:
    return fit_home_model(
        social_position=np.array(social_position),
        inhabitants=np.array(inhabitants),
        pupils=np.full(len(inhabitants), 100),
        period=period,
    )


def odds(probability: float) -> float:
    return float(probability / (1 - probability))


def test_levels_are_met_on_the_average_pupil() -> None:
    model = model_of([80.0, 100.0, 120.0], [500, 5000, 50_000])
    assert model.without_internet.mean() == pytest.approx(WITHOUT_INTERNET, abs=1e-9)
    assert model.without_device.mean() == pytest.approx(WITHOUT_DEVICE, abs=1e-9)


def test_homes_go_without_less_often_where_the_social_position_is_higher() -> None:
    model = model_of([80.0, 100.0, 120.0], [5000, 5000, 5000])
    assert (np.diff(model.without_internet) < 0).all()
    assert (np.diff(model.without_device) < 0).all()


def test_a_rural_address_multiplies_the_odds_as_in_the_real_file() -> None:
    model = model_of([100.0, 100.0], [1999, 10_000])
    rural, urban = model.without_internet
    assert math.log(odds(rural) / odds(urban)) == pytest.approx(RURAL_LOG_ODDS)


@pytest.mark.parametrize(
    ("inhabitants", "rural"), [(1999, 1.0), (2000, 0.5), (9999, 0.5), (10_000, 0.0)]
)
def test_rurality_changes_at_its_thresholds(inhabitants: int, rural: float) -> None:
    assert rurality(np.array([inhabitants])).tolist() == [rural]


def test_an_unknown_social_position_counts_as_the_mean() -> None:
    model = model_of([90.0, 110.0, float("nan"), 100.0], [5000] * 4)
    assert model.without_internet[2] == pytest.approx(model.without_internet[3])


def test_homes_are_better_equipped_each_year() -> None:
    levels = [
        model_of([100.0], [5000], period).without_internet[0] for period in (2019, 2020, 2021)
    ]
    assert levels == sorted(levels, reverse=True)


def test_answers_go_together_and_are_missing_together() -> None:
    pupils, schools = 200_000, 2_000
    model = model_of([100.0] * schools, [5000] * schools)
    school = np.arange(pupils, dtype=np.int64) % schools
    internet, device = draw_answers(
        np.arange(pupils, dtype=np.uint64),
        model=model,
        school=school,
        seed=1,
        period=2020,
    )
    silent = internet == 2
    assert (silent == (device == 2)).all()
    assert silent.mean() == pytest.approx(NOT_ANSWERED, abs=0.015)
    by_school = np.bincount(school, weights=silent) / np.bincount(school)
    assert set(by_school) == {0.0, 1.0}
    no_internet, no_device = internet[~silent] == 1, device[~silent] == 1
    assert no_internet.mean() == pytest.approx(WITHOUT_INTERNET, abs=0.003)
    assert no_device.mean() == pytest.approx(WITHOUT_DEVICE, abs=0.003)
    assert np.corrcoef(no_internet, no_device)[0, 1] > 0.3


@pytest.mark.skipif(TEST_DATA is None, reason="CARTABLE_TEST_DATA is unset: no real pupil file")
def test_the_rural_odds_are_those_of_the_real_pupil_file() -> None:
    assert TEST_DATA is not None
    path = Path(TEST_DATA) / "data" / "uci_student_performance" / "student-por.csv"
    with path.open(encoding="utf-8", newline="") as file:
        pupils = list(csv.DictReader(file, delimiter=";"))
    without = {
        address: np.mean([row["internet"] == "no" for row in pupils if row["address"] == address])
        for address in "RU"
    }
    ratio = math.log(odds(float(without["R"])) / odds(float(without["U"])))
    assert ratio == pytest.approx(RURAL_LOG_ODDS, abs=0.01)
