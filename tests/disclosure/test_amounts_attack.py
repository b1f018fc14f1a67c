"""The adversary of a release tries amounts too: it finds one that stands alone, and no safe one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from pipeline.contracts import Contracts
from pipeline.disclosure.adversary import Plan, Verdict, attack, judge
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.stranger import amounts_as_published

AMOUNTS = {("COM-1", "_T"): 300, ("COM-2", "_T"): 40, ("COM-3", "_T"): 50, ("COM-4", "_T"): 0}
AMOUNTS |= {("EPCI-1", "_T"): 390, ("EPCI-1", "PUB"): 350, ("EPCI-1", "PRIV"): 40}
Address = tuple[str, str]


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_project(INSTALLATION).contracts


def cells(hidden: set[Address], shown: Mapping[Address, int] = AMOUNTS) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "ref_area": area,
                "area_level": "commune" if area.startswith("COM") else "epci",
                "time_period": "2021",
                "sector": sector,
                "urbanisation": "_Z",
                "bandwidth_mbps": np.nan if (area, sector) in hidden else float(value),
                "conf_status": "C" if (area, sector) in hidden else "F",
            }
            for (area, sector), value in shown.items()
        ]
    )


def verdict(
    contracts: Contracts,
    now: pd.DataFrame,
    earlier: tuple[pd.DataFrame, ...] = (),
    *,
    equipment: pd.DataFrame | None = None,
) -> Verdict:
    communes = [f"COM-{number}" for number in range(1, 5)]
    reference = {
        "territories": pd.DataFrame(
            {
                "id": [*communes, "EPCI-1"],
                "level": [*["commune"] * 4, "epci"],
                "parent_id": [*["EPCI-1"] * 4, None],
            }
        ),
        "observations": pd.DataFrame(
            columns=["indicator", "time_period", "ref_area", "sector", "urbanisation", "obs_value"]
        ),
        "typologies": pd.DataFrame({"id": communes, "typology": "urbanisation", "code": "1"}),
    }
    releases = [{**reference, "cells/school_bandwidth": frame} for frame in (now, *earlier)]
    if equipment is not None:
        releases[0] = {**releases[0], "cells/school_equipment": equipment}
    published = amounts_as_published(releases[0], contracts, earlier=releases[1:])
    return judge(published, attack(published, Plan(width=1)))


TWO_COMMUNES = {("COM-2", "_T"), ("COM-3", "_T")}
SECTORS = {("EPCI-1", "PUB"), ("EPCI-1", "PRIV")}


def test_amounts_that_hide_each_other_pass(contracts: Contracts) -> None:
    found = verdict(contracts, cells(TWO_COMMUNES | SECTORS))
    assert found.outcome == "pass"
    assert found.hidden == 4
    assert found.narrowest is not None
    assert found.narrowest >= 1


@pytest.mark.parametrize("address", sorted(TWO_COMMUNES | SECTORS))
def test_an_amount_that_is_the_difference_of_others_is_found(
    contracts: Contracts, address: Address
) -> None:
    found = verdict(contracts, cells((TWO_COMMUNES | SECTORS) - {address}))
    assert found.outcome == "refuse"
    assert [(reason.rule, reason.count) for reason in found.reasons] == [("known", 1)]


def test_a_hidden_amount_may_be_nothing(contracts: Contracts) -> None:
    """Where zeros were published, two that sum to two would be one each."""
    few = {**AMOUNTS, ("COM-2", "_T"): 1, ("COM-3", "_T"): 1, ("COM-1", "_T"): 388}
    assert verdict(contracts, cells(TWO_COMMUNES, few)).outcome == "pass"


def test_an_amount_that_an_earlier_release_shows_is_found(contracts: Contracts) -> None:
    earlier = cells({("COM-1", "_T"), ("COM-2", "_T")} | SECTORS)
    found = verdict(contracts, cells(TWO_COMMUNES | SECTORS), (earlier,))
    assert found.outcome == "refuse"
    assert "known" in {reason.rule for reason in found.reasons}


def equipped(connected: Mapping[Address, int]) -> pd.DataFrame:
    """Return the open table: two schools everywhere, and how many of them have internet."""
    frame = cells(set(), connected).rename(columns={"bandwidth_mbps": "schools_with_internet"})
    return frame.assign(schools_reporting=2.0, pupil_computers=10.0)


CONNECTED = {("COM-1", "_T"): 2, ("COM-2", "_T"): 1, ("COM-3", "_T"): 1, ("COM-4", "_T"): 0}


def test_an_amount_beside_those_of_schools_without_internet_is_found(contracts: Contracts) -> None:
    """COM-4 has nothing, as the open table shows; what it was hidden with follows."""
    hidden = {("COM-3", "_T"), ("COM-4", "_T")}
    found = verdict(contracts, cells(hidden), equipment=equipped(CONNECTED))
    assert [(reason.rule, reason.count) for reason in found.reasons] == [("known", 2)]
    some = {**CONNECTED, ("COM-4", "_T"): 1}
    assert verdict(contracts, cells(hidden), equipment=equipped(some)).outcome == "pass"


def test_a_sector_without_internet_in_a_whole_community_is_found(contracts: Contracts) -> None:
    connected = {**CONNECTED, ("EPCI-1", "PUB"): 4, ("EPCI-1", "PRIV"): 0}
    found = verdict(contracts, cells(TWO_COMMUNES | SECTORS), equipment=equipped(connected))
    assert [(reason.rule, reason.count) for reason in found.reasons] == [("known", 2)]


def test_amounts_of_other_communes_pass_beside_the_open_table(contracts: Contracts) -> None:
    found = verdict(contracts, cells(TWO_COMMUNES | SECTORS), equipment=equipped(CONNECTED))
    assert found.outcome == "pass"
