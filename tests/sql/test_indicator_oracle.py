"""Every indicator equals what its definition says, worked out from rows in plain pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.contracts import TOTAL, Indicator
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.observing import exact_figures, observe
from tests.sql.derived_oracle import DERIVED
from tests.sql.oracles import ORACLES, coverage_of
from tests.sql.small_nation import Nation, draw_nation

CODES = [item.code for item in load_project(INSTALLATION).contracts.indicators.indicators]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(INSTALLATION)


@pytest.fixture(scope="module", params=[1, 2])
def nation(
    request: pytest.FixtureRequest, project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Nation:
    return draw_nation(project, tmp_path_factory.mktemp("nation"), seed=request.param)


@pytest.fixture(scope="module")
def figures(nation: Nation, project: Project) -> pd.DataFrame:
    return exact_figures(nation.cells, nation.contracts, nation.geography, project.indicators)


def test_every_indicator_has_an_oracle(project: Project) -> None:
    made = project.contracts.indicators.indicators
    assert set(ORACLES) == {item.code for item in made if not item.is_derived}
    assert set(DERIVED) == {item.code for item in made if item.is_derived}


@pytest.mark.parametrize("code", CODES)
def test_an_indicator_is_what_its_definition_says(
    nation: Nation, figures: pd.DataFrame, code: str
) -> None:
    """Each address that is to be there is, once, with its value, coverage and status."""
    indicator = nation.contracts.indicators[code]
    found = addressed(figures, indicator)
    wanted, covered = wanted_of(nation, indicator)
    assert sorted(found.index) == sorted(wanted.index)
    wanted, covered = wanted.reindex(found.index), covered.reindex(found.index)
    np.testing.assert_allclose(found["obs_value"], wanted, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found["coverage"], covered, rtol=0, atol=1e-12)
    assert found["obs_status"].tolist() == statuses(wanted, covered)
    assert set(found["conf_status"]) == {"F"}
    assert set(found["unit_measure"]) == {indicator.unit}


def test_the_nation_has_what_makes_figures_hard(nation: Nation, figures: pd.DataFrame) -> None:
    """Figures that cannot exist, that nobody delivered, that are of a part, by class and level."""
    assert {"A", "D", "L", "M"} == set(figures["obs_status"])
    pupils = nation.rows["pupils"]
    assert pupils.groupby("school_code")["edu_level"].nunique().max() > 1
    classes = set(figures["urbanisation"])
    assert {"URBAN", "RURAL", "TOWN", TOTAL, "_Z"} <= classes


@pytest.mark.parametrize("dimension", ["sex", "urbanisation", "parent_level", "split_by"])
def test_a_dimension_that_is_not_crossed_is_whole_or_does_not_apply(
    nation: Nation, figures: pd.DataFrame, dimension: str
) -> None:
    others = {
        i.code for i in nation.contracts.indicators.indicators if dimension not in i.dimensions
    }
    assert set(figures.loc[figures["indicator"].isin(others), dimension]) == {"_Z"}


def test_what_is_published_is_the_figure_rounded_once(
    nation: Nation, project: Project, figures: pd.DataFrame
) -> None:
    published = observe(nation.cells, nation.contracts, nation.geography, project.indicators)
    for indicator in nation.contracts.indicators.indicators:
        own = figures["indicator"] == indicator.code
        rounded = figures.loc[own, "obs_value"].round(indicator.decimals)
        assert not np.signbit(published.loc[own & (published["obs_value"] == 0), "obs_value"]).any()
        pd.testing.assert_series_equal(published.loc[own, "obs_value"], rounded)
    rest = [name for name in figures if name != "obs_value"]
    pd.testing.assert_frame_equal(published[rest], figures[rest])


def addressed(figures: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return the figures of an indicator by address; what does not apply to a level is whole."""
    own = figures[figures["indicator"] == indicator.code]
    keys = ["ref_area", "time_period", *indicator.dimensions]
    whole = {name: own[name].replace("_Z", TOTAL) for name in indicator.dimensions}
    return own.assign(**whole).set_index(keys)


def wanted_of(nation: Nation, indicator: Indicator) -> tuple[pd.Series, pd.Series]:
    """Return the values and coverages that the definition asks for."""
    if indicator.is_derived:
        derived = DERIVED[indicator.code](nation)
        return derived["value"], derived["coverage"]
    wanted = ORACLES[indicator.code](nation)
    covered = coverage_of(nation, indicator, wanted.index)
    return wanted.mask(covered == 0), covered


def statuses(value: pd.Series, coverage: pd.Series) -> list[str]:
    """Return not collected, cannot exist, of a part, normal."""
    return [
        "L" if covered == 0 else "M" if np.isnan(one) else "D" if covered < 1 else "A"
        for one, covered in zip(value, coverage, strict=True)
    ]
