"""The band of each indicator holds what its definition makes of the rows, as often as it says.

Counts of a small nation are moved again and again; what an indicator is comes from the oracles,
which work on rows and know of no noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from pipeline.contracts import Contracts, Table
from pipeline.contracts.policy import CellKey, DifferentialPrivacy
from pipeline.disclosure.cell_key import KEY_BITS
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.observing import observe
from pipeline.steps.perturbing import perturbation_table
from tests.method_projects import CELL_KEY, DP
from tests.sql.small_nation import Nation, draw_nation
from tests.sql.test_indicator_oracle import addressed, wanted_of

RUNS = {"cell_key": 2, "dp": 1}
NO_BAND = ("theil", "theil_within", "theil_between", "gini")


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    return draw_nation(load_project(INSTALLATION), tmp_path_factory.mktemp("nation"), seed=1)


@pytest.fixture(scope="module", params=RUNS)
def contracts(request: pytest.FixtureRequest, nation: Nation) -> Contracts:
    """Return the contracts of the nation, the counts of persons moved by a method."""
    persons = load_project(INSTALLATION).contracts.tables
    tables = {
        name: table.model_copy(update={"method": request.param})
        if persons[name].counts == "persons"
        else table
        for name, table in nation.contracts.tables.items()
    }
    rules = {"cell_key": CellKey.model_validate(CELL_KEY)}
    rules["dp"] = DifferentialPrivacy.model_validate(DP)
    policy = nation.contracts.policy.model_copy(update=rules)
    return nation.contracts.model_copy(update={"tables": tables, "policy": policy})


def moved(nation: Nation, contracts: Contracts, seed: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield table → its cells, each count of persons moved by noise of its own."""
    random = np.random.default_rng(seed)
    for name, frame in nation.cells.items():
        table = contracts.tables[name]
        if not table.is_perturbed:
            yield name, frame
            continue
        count = frame[table.measure_names[0]]
        if table.method == "cell_key":
            told = {table.measure_names[0]: keyed(count, contracts, random)}
        else:
            measured = count + private_noise(frame, table, contracts, random)
            names = (*table.measured_columns, *table.measure_names)
            told = dict(zip(names, (measured, measured.clip(lower=0)), strict=True))
        yield name, frame.assign(**told)


def keyed(count: pd.Series, contracts: Contracts, random: np.random.Generator) -> pd.Series:
    """Return counts moved by cell keys drawn anew."""
    rule = contracts.policy.cell_key
    assert rule is not None
    keys = random.integers(0, 1 << KEY_BITS, len(count))
    shown = perturbation_table(rule).perturb(count.fillna(0).to_numpy(dtype=np.int64), keys)
    return pd.Series(shown, index=count.index, dtype="float64").where(count.notna())


def private_noise(
    frame: pd.DataFrame, table: Table, contracts: Contracts, random: np.random.Generator
) -> np.ndarray:
    """Return the noise of as many measured cells as each cell sums: normal, made whole."""
    rule = contracts.policy.dp
    assert rule is not None
    number = np.ones(len(frame))
    for row, (level, *codes) in enumerate(frame[["area_level", *table.dimensions]].to_numpy()):
        for name, code in zip(table.dimensions, codes, strict=True):
            if code == "_T" and name in table.levels[level]:
                number[row] *= len(contracts.codes(name))
    return np.rint(random.normal(0, rule.scale(len(table.levels)) * np.sqrt(number)))


@pytest.fixture(scope="module")
def runs(nation: Nation, contracts: Contracts) -> list[pd.DataFrame]:
    """Return what is published in each run."""
    queries = load_project(INSTALLATION).indicators
    return [
        observe(dict(moved(nation, contracts, seed)), contracts, nation.geography, queries)
        for seed in range(RUNS[method_of(contracts)])
    ]


def test_each_indicator_made_of_moved_counts_is_held_as_often_as_is_said(
    nation: Nation, contracts: Contracts, runs: list[pd.DataFrame]
) -> None:
    made = [one for one in contracts.indicators.indicators if contracts.is_perturbed(one)]
    assert len(made) > 40
    for indicator in made:
        wanted = wanted_of(nation, indicator)[0]
        held, is_exact = [], []
        for figures in runs:
            own = addressed(figures, indicator)
            truth = wanted.reindex(own.index)
            told = truth.notna() & own["obs_value"].notna()
            own, truth = own[told], truth[told]
            if indicator.query in NO_BAND:
                assert own[["obs_low", "obs_high"]].isna().all(axis=None)
                continue
            # What is divided by may be 0: then there is no end, but never none at either side.
            assert own[["obs_low", "obs_high"]].notna().any(axis=1).all(), indicator.code
            low, high = own["obs_low"].fillna(-np.inf), own["obs_high"].fillna(np.inf)
            assert own["obs_value"].between(low, high).all(), indicator.code
            held += truth.between(low - 1e-9, high + 1e-9).tolist()
            is_exact += np.isclose(truth, own["obs_value"], atol=10.0**-indicator.decimals).tolist()
        if indicator.query not in NO_BAND:
            # Of so few figures the share moves by chance, as one that is exactly as often would.
            room = 2 * sqrt(0.95 * 0.05 / len(held))
            assert np.mean(held) >= 0.95 - room, indicator.code
            if indicator.kind == "count":
                assert np.mean(is_exact) < 0.7, indicator.code
    every = [figures[figures["indicator"].isin({one.code for one in made})] for figures in runs]
    assert pd.concat(every)["obs_low"].notna().mean() > 0.9


def method_of(contracts: Contracts) -> str:
    """Return the method that moves the counts of pupils."""
    return contracts.tables["enrolment"].method


def test_an_indicator_of_counts_that_were_not_moved_has_no_band(
    contracts: Contracts, runs: list[pd.DataFrame]
) -> None:
    still = [one.code for one in contracts.indicators.indicators if not contracts.is_perturbed(one)]
    assert still
    for figures in runs:
        own = figures[figures["indicator"].isin(still)]
        assert own[["obs_low", "obs_high"]].isna().all(axis=None)
        unshown = figures[figures["obs_value"].isna()]
        assert unshown[["obs_low", "obs_high"]].isna().all(axis=None)
