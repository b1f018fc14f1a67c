"""What is hidden now and was shown stands as it was; what stands tells nothing new."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.contracts import Contracts
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.already_public import Public
from pipeline.steps.standing import let_stand
from pipeline.steps.stranger import as_published

LAST = "2022-01-01_first"


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_project(INSTALLATION).contracts


def observations(**values: float | None) -> pd.DataFrame:
    """Return one figure per indicator; None where it is hidden."""
    shown = np.array([np.nan if one is None else one for one in values.values()])
    return pd.DataFrame(
        {
            "indicator": list(values),
            "ref_area": "COM-35001",
            "time_period": "2021",
            "sex": "_T",
            "urbanisation": "_Z",
            "obs_value": shown,
            "obs_status": np.where(np.isnan(shown), "Q", "A"),
            "conf_status": np.where(np.isnan(shown), "C", "F"),
            "coverage": 1.0,
            "unit_measure": "pupil",
            "stands_from": None,
        }
    )


def public(shown: pd.DataFrame) -> Public:
    nothing = pd.DataFrame()
    return Public(LAST, "candidate-0", {}, shown, nothing, {})


def test_a_rate_of_which_a_count_is_newly_hidden_stands_with_the_count(
    contracts: Contracts,
) -> None:
    then = observations(ENROLMENT=48, HOME_INTERNET=91.5, PTR=24.0, SCHOOL_BANDWIDTH=300)
    now = observations(ENROLMENT=60, HOME_INTERNET=None, PTR=30.0, SCHOOL_BANDWIDTH=None)
    found = let_stand(now, [public(then)], contracts).set_index("indicator")
    assert found.loc["HOME_INTERNET", "obs_value"] == 91.5
    assert found.loc["HOME_INTERNET", ["conf_status", "obs_status"]].tolist() == ["F", "A"]
    assert found.loc["HOME_INTERNET", "stands_from"] == LAST
    assert found.loc["PTR", "obs_value"] == 30.0
    assert pd.isna(found.loc["PTR", "stands_from"])
    # What one school gives may have changed by any amount: it is not said to be as it was.
    assert pd.isna(found.loc["SCHOOL_BANDWIDTH", "obs_value"])


def test_what_the_last_release_hides_does_not_stand(contracts: Contracts) -> None:
    then = observations(HOME_INTERNET=None, ENROLMENT=None)
    now = observations(HOME_INTERNET=None, ENROLMENT=None)
    found = let_stand(now, [public(then)], contracts)
    assert found["obs_value"].isna().all()
    assert (found["conf_status"] == "C").all()


def test_a_rate_that_stands_is_not_read_as_one_of_the_cells_of_now(contracts: Contracts) -> None:
    """A new value beside a hidden count is read, though it bears the mark."""
    then = observations(HOME_INTERNET=91.5)
    stands = let_stand(observations(HOME_INTERNET=None), [public(then)], contracts)
    for value, read in ((91.5, 0), (90.5, 1)):
        now = {"observations": stands.assign(obs_value=value)}
        assert len(rates_read(now, then, contracts)) == read


def rates_read(
    now: dict[str, pd.DataFrame], then: pd.DataFrame, contracts: Contracts
) -> np.ndarray:
    frames = {
        **now,
        "territories": pd.DataFrame(
            {"level": ["commune"], "id": ["COM-35001"], "parent_id": [None]}
        ),
        "typologies": pd.DataFrame({"typology": [], "id": [], "code": []}),
        "cells/home_connectivity": home_cells(contracts),
    }
    published = as_published(frames, contracts, earlier=[{"observations": then}])
    [rates] = [one for one in published.rates if one.indicator == "HOME_INTERNET"]
    return rates.value


def home_cells(contracts: Contracts) -> pd.DataFrame:
    table = contracts.tables["home_connectivity"]
    cells = {name: ["_T"] for name in table.dimensions}
    return pd.DataFrame(
        {
            **cells,
            "ref_area": ["COM-35001"],
            "area_level": ["commune"],
            "time_period": ["2021"],
            table.measure_names[0]: [np.nan],
            "conf_status": ["C"],
        }
    )
