"""No rate is shown of which a part is hidden: times the rest it would give that part back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.contracts import TOTAL, Contracts
from pipeline.lineage import released_columns
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.observing import exact_figures, observe

Cells = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(INSTALLATION)


AREAS = {
    "COM-35001": "commune",
    "EPCI-243500139": "epci",
    "ARR-353": "arrondissement",
    "DEP-35": "departement",
}


def released(contracts: Contracts, random: np.random.Generator, most: int) -> Cells:
    """Return cells of every table, all shown, of some areas; the counts do not add up."""
    return {name: _released(name, contracts, random, most) for name in contracts.tables}


def _released(
    name: str, contracts: Contracts, random: np.random.Generator, most: int
) -> pd.DataFrame:
    table = contracts.tables[name]
    codes = [(*contracts.codes(dimension), TOTAL) for dimension in table.dimensions]
    rows = pd.DataFrame(list(product(AREAS, *codes)), columns=["ref_area", *table.dimensions])
    levels = rows["ref_area"].map(AREAS)
    rows = rows.assign(area_level=levels, time_period="2021", obs_status="A")
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


def telling(
    project: Project, queries: Mapping[str, str], cells: Cells, hidden: Cells, other: Cells
) -> tuple[int, int, int]:
    """Return how many figures depend on a hidden count, how many of these show, how many in all."""
    contracts, geography = project.contracts, project.geography
    before, after, shown = (
        made(each, contracts, geography, queries)
        for made, each in ((exact_figures, cells), (exact_figures, other), (observe, hidden))
    )
    keys = list(before.columns[: before.columns.get_loc("obs_value")])
    assert before[keys].equals(after[keys])
    assert before[keys].equals(shown[keys])
    # An inequality leaves hidden territories out: it is held against what shows, elsewhere.
    left_out = {i.code for i in contracts.indicators.indicators if i.kind == "inequality"}
    is_meant = ~before["indicator"].isin(left_out)
    changes = (before["obs_value"].fillna(-1) != after["obs_value"].fillna(-1)) & is_meant
    is_told = shown["obs_value"].notna() | (shown["conf_status"] != "C")
    kinds = {i.code: i.kind for i in contracts.indicators.indicators}
    assert {"rate", "parity", "gap"} <= set(before.loc[changes, "indicator"].map(kinds))
    return int(changes.sum()), int((changes & is_told).sum()), int(shown["obs_value"].notna().sum())


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
        ("PTR_GAP", "own.is_hidden or above.is_hidden as", "false as"),
        ("HOME_INTERNET_GPI", "told.is_hidden or other.is_hidden as", "false as"),
        ("DEVICES_NEEDED_PUPILS", "needs.is_hidden or there.is_hidden as", "false as"),
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
    queries = {**project.indicators, code: spoilt}

    def is_found(seed: int) -> bool:
        random = np.random.default_rng(seed)
        cells = released(project.contracts, random, 50)
        hidden, other = hide_some(cells, project.contracts, random)
        return telling(project, queries, cells, hidden, other)[1] > 0

    # Few areas are drawn: one drawing may hide none of the parts that are forgotten.
    assert any(is_found(seed) for seed in range(5, 10))
