"""No rate is shown of which a part is hidden: times the rest it would give that part back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.contracts import TOTAL, Contracts
from pipeline.engines import run_query
from pipeline.lineage import released_columns
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.observing import observe

Cells = dict[str, pd.DataFrame]
KEYS = ["ref_area", "time_period"]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(INSTALLATION)


def released(contracts: Contracts, random: np.random.Generator, most: int) -> Cells:
    """Return cells of every table, all shown, of two areas; the counts do not add up."""
    return {name: _released(name, contracts, random, most) for name in contracts.tables}


def _released(
    name: str, contracts: Contracts, random: np.random.Generator, most: int
) -> pd.DataFrame:
    table = contracts.tables[name]
    codes = [(*contracts.codes(dimension), TOTAL) for dimension in table.dimensions]
    rows = pd.DataFrame(list(product(("DEP-35",), *codes)), columns=["ref_area", *table.dimensions])
    rows = rows.assign(area_level="departement", time_period="2021", obs_status="A")
    for measure in table.measure_names:
        is_persons = table.counts == "persons"
        rows[measure] = random.integers(1, most if is_persons else 4, len(rows)).astype("float64")
    rows = rows.assign(conf_status="F", coverage=1.0)
    return rows[released_columns(contracts, name)]


def hide_some(
    cells: Cells, contracts: Contracts, random: np.random.Generator
) -> tuple[Cells, Cells]:
    """Return cells of which some are hidden, and the same shown with other counts behind them."""
    hidden: Cells = {}
    other: Cells = {}
    for name, frame in cells.items():
        hidden[name], other[name] = frame.copy(), frame.copy()
        if contracts.tables[name].method == "none":
            continue
        chosen = random.random(len(frame)) < 0.3
        hidden[name].loc[chosen, "conf_status"] = "C"
        for measure in contracts.tables[name].measure_names:
            hidden[name].loc[chosen, measure] = np.nan
            other[name].loc[chosen, measure] += random.integers(1, 50, chosen.sum())
    return hidden, other


def exact(project: Project, code: str, sql: str, cells: Cells) -> pd.DataFrame:
    """Return what a query makes of cells, not rounded."""
    indicator = project.contracts.indicators[code]
    targets = project.contracts.policy.targets
    tables = {
        name: pa.Table.from_pandas(cells[name], preserve_index=False) for name in indicator.tables
    }
    parameters = {name: targets[name].value for name in indicator.targets}
    rows = run_query(sql, tables, name=code, parameters=parameters).to_pandas()
    return rows.sort_values(_keys(project, code), ignore_index=True)


def telling(
    project: Project, queries: Mapping[str, str], cells: Cells, hidden: Cells, other: Cells
) -> tuple[int, int, int]:
    """Return how many rates depend on a hidden count, how many of these show, how many in all."""
    shown = observe(hidden, project.contracts, queries)
    dependent = told = 0
    for code, sql in queries.items():
        keys = _keys(project, code)
        before, after = (exact(project, code, sql, behind) for behind in (cells, other))
        changes = before["obs_value"].fillna(-1) != after["obs_value"].fillna(-1)
        mine = shown[shown["indicator"] == code].sort_values(keys, ignore_index=True)
        assert mine[keys].equals(before[keys])
        is_told = mine["obs_value"].notna() | (mine["conf_status"] != "C")
        dependent += int(changes.sum())
        told += int((changes & is_told).sum())
    return dependent, told, int(shown["obs_value"].notna().sum())


def _keys(project: Project, code: str) -> list[str]:
    return [*KEYS, *project.contracts.indicators[code].dimensions]


@pytest.mark.parametrize("most", [8, 2_000])
def test_no_indicator_shows_a_rate_of_a_hidden_count(project: Project, most: int) -> None:
    """Whatever depends on a hidden count, as two counts behind it show, is hidden with it."""
    random = np.random.default_rng(most)
    cells = released(project.contracts, random, most)
    hidden, other = hide_some(cells, project.contracts, random)
    dependent, told, shown = telling(project, project.indicators, cells, hidden, other)
    assert dependent > 40
    assert shown > 200
    assert told == 0


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("PTR", "or staff.conf_status = 'C' as is_hidden", "as is_hidden"),
        ("HOME_INTERNET", "or known_no.conf_status = 'C' as", "as"),
        ("GPI", "girls.pupils / nullif(boys.pupils, 0)", "coalesce(girls.pupils, 4) / boys.pupils"),
    ],
)
def test_a_query_that_forgets_a_hidden_part_is_found(
    project: Project, code: str, old: str, new: str
) -> None:
    sql = project.indicators[code]
    assert old in sql
    spoilt = sql.replace(old, new)
    if code == "GPI":
        spoilt = spoilt.replace("girls.conf_status = 'C' or boys", "boys")
    random = np.random.default_rng(5)
    cells = released(project.contracts, random, 50)
    hidden, other = hide_some(cells, project.contracts, random)
    queries = {**project.indicators, code: spoilt}
    assert telling(project, queries, cells, hidden, other)[1] > 0
