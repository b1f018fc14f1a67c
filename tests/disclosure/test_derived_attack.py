"""A derived figure that does not follow from what is published is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.contracts import Contracts
from pipeline.disclosure.adversary import Plan, attack, judge, unread_figures
from pipeline.dissemination.reference import reference_frames
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.observing import observe
from pipeline.steps.stranger import as_published
from tests.sql.small_nation import Nation, draw_nation, drawing

Cells = Mapping[str, pd.DataFrame]
DERIVED = [
    one.code for one in load_project(INSTALLATION).contracts.indicators.indicators if one.is_derived
]
OF_AGE = ["GER", "NER", "OFST_1", "OFST_2", "ROFST_1", "ROFST_2"]
INEQUALITIES = [
    code for code in DERIVED if code.endswith(("_THEIL", "_WITHIN", "_BETWEEN", "_GINI"))
]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(INSTALLATION)


@pytest.fixture(scope="module")
def nation(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Nation:
    return draw_nation(project, tmp_path_factory.mktemp("nation"), seed=3)


@pytest.fixture(scope="module")
def hidden(nation: Nation, project: Project) -> dict[str, pd.DataFrame]:
    """Return the nation's cells with some of those of persons hidden, as a release hides them."""
    found = {}
    for name, frame in nation.cells.items():
        cells, random = frame.copy(), drawing(11, name)
        if project.contracts.tables[name].counts == "persons":
            is_small = cells["area_level"].eq("commune").to_numpy()
            chosen = (random.random(len(cells)) < np.where(is_small, 0.12, 0.02)) & (
                cells["conf_status"].eq("F").to_numpy()
            )
            measures = list(project.contracts.tables[name].measure_names)
            cells.loc[chosen, measures] = np.nan
            cells.loc[chosen, ["conf_status", "obs_status"]] = ["C", "Q"]
        found[name] = cells
    return found


@pytest.fixture(scope="module")
def shown(nation: Nation, project: Project, hidden: Cells) -> pd.DataFrame:
    return observed(nation, project, hidden)


@pytest.fixture(scope="module")
def exact(nation: Nation, project: Project) -> pd.DataFrame:
    return observed(nation, project, nation.cells)


def observed(nation: Nation, project: Project, cells: Cells) -> pd.DataFrame:
    return observe(cells, project.contracts, nation.geography, project.indicators)


def unread(
    nation: Nation, contracts: Contracts, cells: Cells, observations: pd.DataFrame
) -> dict[str, int]:
    """Return what does not follow from these cells, as a stranger reads them."""
    return dict(unread_figures(as_published(frames(nation, cells, observations), contracts)))


def frames(nation: Nation, cells: Cells, observations: pd.DataFrame) -> dict[str, pd.DataFrame]:
    coverage = nation.coverage.assign(scope_share=1.0)
    reference = reference_frames(nation.contracts, nation.geography, coverage, described=())
    tables = {f"cells/{name}": frame for name, frame in cells.items()}
    return {**reference, "observations": observations, **tables}


def test_what_follows_from_the_cells_is_read(
    nation: Nation, project: Project, hidden: Cells, shown: pd.DataFrame
) -> None:
    assert unread(nation, project.contracts, hidden, shown) == {}
    kinds = {one.code for one in project.contracts.indicators.indicators if one.is_derived}
    told = shown[shown["indicator"].isin(kinds)]
    assert told["obs_value"].notna().sum() > 300
    assert (told["conf_status"] == "C").sum() > 50


@pytest.mark.parametrize("code", [*DERIVED, *OF_AGE])
def test_one_figure_that_is_off_by_its_last_decimals_is_found(
    nation: Nation, project: Project, hidden: Cells, shown: pd.DataFrame, code: str
) -> None:
    own = shown["indicator"].eq(code) & shown["obs_value"].notna()
    place = own[own].index[0]
    spoilt = shown.copy()
    spoilt.loc[place, "obs_value"] += 2 * 10.0 ** -project.contracts.indicators[code].decimals
    assert unread(nation, project.contracts, hidden, spoilt) == {code: 1}


@pytest.mark.parametrize(
    "code", ["HOME_INTERNET_GAP", "PTR_GAP", "TEACHERS_NEEDED_PUPILS", "ENROLMENT_GPIA"]
)
def test_a_figure_of_a_hidden_count_is_found(
    nation: Nation,
    project: Project,
    hidden: Cells,
    shown: pd.DataFrame,
    exact: pd.DataFrame,
    code: str,
) -> None:
    """Each is shown as it would be without protection, where it is to be hidden."""
    leaking = (
        shown["indicator"].eq(code) & shown["conf_status"].eq("C") & exact["obs_value"].notna()
    )
    assert leaking.sum() > 0
    spoilt = shown.assign(obs_value=shown["obs_value"].mask(leaking, exact["obs_value"]))
    assert unread(nation, project.contracts, hidden, spoilt) == {code: int(leaking.sum())}


def test_an_inequality_with_a_hidden_commune_in_it_is_found(
    nation: Nation, project: Project, hidden: Cells, shown: pd.DataFrame, exact: pd.DataFrame
) -> None:
    is_meant = shown["indicator"].isin(INEQUALITIES)
    values = shown["obs_value"], exact["obs_value"]
    other = is_meant & values[0].notna() & values[1].notna() & (values[0] != values[1])
    assert other.sum() > 5
    spoilt = shown.assign(obs_value=values[0].mask(other, values[1]))
    wanted = shown.loc[other, "indicator"].value_counts().to_dict()
    assert unread(nation, project.contracts, hidden, spoilt) == wanted


def test_a_rate_that_is_not_that_of_the_counts_beside_it_is_found(
    nation: Nation, project: Project, hidden: Cells, shown: pd.DataFrame
) -> None:
    own = shown["indicator"].eq("HOME_INTERNET") & shown["obs_value"].notna()
    spoilt = shown.copy()
    spoilt.loc[own[own].index[:3], "obs_value"] += 0.2
    assert unread(nation, project.contracts, hidden, spoilt) == {"HOME_INTERNET": 3}


def test_a_rule_that_the_adversary_does_not_know_is_not_trusted(
    nation: Nation, project: Project, hidden: Cells, shown: pd.DataFrame
) -> None:
    published = as_published(frames(nation, hidden, shown), project.contracts)
    strange = [replace(one, rule="a_new_query") for one in published.derived]
    found = unread_figures(replace(published, derived=strange))
    told = shown[shown["indicator"].isin(DERIVED)]
    assert dict(found) == told.dropna(subset="obs_value")["indicator"].value_counts().to_dict()


def test_what_is_unread_keeps_a_verdict_from_passing(nation: Nation, exact: pd.DataFrame) -> None:
    """All cells are open, so that nothing else speaks against the release."""
    open_tables = replace(
        as_published(frames(nation, nation.cells, exact), nation.contracts), rates=()
    )
    assert judge(open_tables, attack(open_tables, Plan(width=3))).outcome == "pass"
    spoilt = exact.copy()
    own = exact["indicator"].eq("PTR_GAP") & exact["obs_value"].notna()
    spoilt.loc[own[own].index[0], "obs_value"] += 1
    told = replace(as_published(frames(nation, nation.cells, spoilt), nation.contracts), rates=())
    verdict = judge(told, attack(told, Plan(width=3)))
    assert verdict.outcome == "review"
    assert [(one.rule, one.table, one.count) for one in verdict.reasons] == [
        ("unread", "PTR_GAP", 1)
    ]
