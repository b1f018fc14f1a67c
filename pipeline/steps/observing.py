"""From released cells to observations: statuses, coverage, indicators in long form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.contracts import NOT_APPLICABLE, Contracts, Indicator, Table
from pipeline.contracts.geography import Geography
from pipeline.contracts.indicators import Formula
from pipeline.engines import run_query
from pipeline.errors import Place, QualityError
from pipeline.lineage import released_columns
from pipeline.steps.banding import with_bands
from pipeline.steps.deriving import figures_of, members_frame, parents_frame, parts_of

WHOLE = 1 - 1e-9
"""Coverage from which a territory counts as fully covered; shares are sums of floats."""


def add_coverage(cells: pd.DataFrame, table: Table, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the released cells with `coverage` and `obs_status`.

    Args:
        cells: released cells of one table: ref_area, time_period, …, measures, conf_status.
        table: its contract.
        coverage: one row per territory and period of the table's population.

    Returns:
        The columns of `released_columns`. A territory of which nobody delivered has no value
        (`L`), so that a missing school never reads as a fall.

    Raises:
        QualityError: a territory's coverage is not known.
    """
    keys = ["ref_area", "time_period"]
    covered = cells.merge(coverage[[*keys, "coverage"]], on=keys, how="left", validate="m:1")
    unknown = int(covered["coverage"].isna().sum())
    if unknown:
        # Unknown is not whole: a figure of a part would be shown as normal.
        raise QualityError(
            "quality.coverage_unknown", place=Place(table=table.table), count=unknown
        )
    absent = (covered["coverage"] == 0).to_numpy()
    for measure in (*table.measure_names, *table.measured_columns):
        covered[measure] = covered[measure].mask(absent)
    covered["conf_status"] = covered["conf_status"].mask(absent, "F")
    covered["obs_status"] = obs_status(
        hidden=(covered["conf_status"] == "C").to_numpy(),
        missing=np.zeros(len(covered), dtype=bool),
        coverage=covered["coverage"].to_numpy(),
        is_perturbed=table.is_perturbed,
    )
    return covered


def obs_status(
    *, hidden: np.ndarray, missing: np.ndarray, coverage: np.ndarray, is_perturbed: bool
) -> np.ndarray:
    """Return SDMX observation status codes (CL_OBS_STATUS 2.2), one per observation.

    Q suppressed, L not collected, M cannot exist, E estimated (a count was perturbed, or a part
    of it was), D definition differs (covers a part of the territory only), A normal; the first
    that applies.
    """
    perturbed = np.full(len(hidden), is_perturbed)
    return np.select(
        [hidden, coverage == 0, missing, perturbed, coverage < WHOLE],
        ["Q", "L", "M", "E", "D"],
        default="A",
    )


def observe(
    cells: Mapping[str, pd.DataFrame],
    contracts: Contracts,
    geography: Geography,
    queries: Mapping[str, str],
) -> pd.DataFrame:
    """Return every observation as it is published.

    `exact_figures`, each value rounded once, and the band of those that are made of moved counts.
    """
    found = exact_figures(cells, contracts, geography, queries)
    decimals = {one.code: one.decimals for one in contracts.indicators.indicators}
    for places, rows in found.groupby(found["indicator"].map(decimals))["obs_value"]:
        # What is added turns a zero that bears a minus into one that does not.
        found.loc[rows.index, "obs_value"] = rows.round(int(places)) + 0.0
    return with_bands(found, cells, contracts, geography)


def exact_figures(
    cells: Mapping[str, pd.DataFrame],
    contracts: Contracts,
    geography: Geography,
    queries: Mapping[str, str],
) -> pd.DataFrame:
    """Return every observation, long form, sorted, its value not rounded yet.

    One row per indicator x territory x period x codes. Columns: indicator, ref_area, area_level,
    time_period, every dimension of every table and of derived figures (`_Z` where the indicator
    lacks it), obs_value, obs_status, conf_status, coverage, unit_measure, stands_from (empty: see
    `let_stand`).
    """
    made = [
        one
        for one in contracts.indicators.indicators
        if set(one.tables) <= cells.keys() and contracts.is_made(one)
    ]
    counted = [_counted(one, cells, contracts) for one in made if one.kind == "count"]
    tables = released_tables(cells, contracts)
    computed = [
        _computed(one, {n: tables[n] for n in one.tables}, contracts, queries[one.code])
        for one in made
        if one.kind != "count" and not one.is_derived
    ]
    found = _long([*counted, *computed], contracts)
    territories = {
        "parents": _arrow(parents_frame(contracts, geography)),
        "members": _arrow(members_frame(contracts, geography)),
    }
    derived, parts = [], dict[Formula, pa.Table]()
    for one in made:
        if one.is_derived:
            given = {"figures": _arrow(figures_of(one, found, contracts)), **territories}
            if one.formula is not None:
                # Several measures of one inequality are made of the same sums.
                parts[one.formula] = parts.get(one.formula) or _arrow(parts_of(one.formula, cells))
                given["parts"] = parts[one.formula]
            derived.append(_computed(one, given, contracts, queries[one.code]))
    if derived:
        found = pd.concat([found, _long(derived, contracts)])
    keys = list(found.columns[: found.columns.get_loc("obs_value")])
    return found.sort_values(keys, ignore_index=True).assign(stands_from=None)


def _long(parts: Sequence[pd.DataFrame], contracts: Contracts) -> pd.DataFrame:
    """Return figures under one another, in the columns of every observation."""
    dimensions = contracts.dimensions
    for rows in parts:
        for name in dimensions:
            if name not in rows:
                rows[name] = NOT_APPLICABLE
    keys = ["indicator", "ref_area", "area_level", "time_period", *dimensions]
    values = ["obs_value", "obs_status", "conf_status", "coverage", "unit_measure"]
    return pd.concat(parts, ignore_index=True)[[*keys, *values]]


def _counted(
    indicator: Indicator, cells: Mapping[str, pd.DataFrame], contracts: Contracts
) -> pd.DataFrame:
    table, measure = next(
        (table, measure.name)
        for table in contracts.tables.values()
        for measure in table.measures
        if measure.indicator == indicator.code
    )
    rows = cells[table.table].rename(columns={measure: "obs_value"})
    others = [name for name in table.measure_names if name != measure]
    return rows.drop(columns=others).assign(indicator=indicator.code, unit_measure=indicator.unit)


def released_tables(cells: Mapping[str, pd.DataFrame], contracts: Contracts) -> dict[str, pa.Table]:
    """Return table → its released cells, as the queries of indicators read them."""
    return {name: _arrow(frame[released_columns(contracts, name)]) for name, frame in cells.items()}


def _arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def _computed(
    indicator: Indicator, tables: Mapping[str, pa.Table], contracts: Contracts, sql: str
) -> pd.DataFrame:
    """Return what the query of an indicator makes of what it may read, with its statuses."""
    parameters = contracts.bound(indicator)
    rows = run_query(sql, tables, name=indicator.code, parameters=parameters).to_pandas()
    hidden = rows.pop("is_hidden").to_numpy(dtype=bool)
    value: pd.Series[float] = rows["obs_value"].astype("float64").mask(hidden)
    coverage = rows["coverage"].to_numpy(dtype="float64")
    value = value.mask(coverage == 0)
    computed: pd.DataFrame = rows.assign(
        indicator=indicator.code,
        unit_measure=indicator.unit,
        obs_value=value,
        conf_status=np.where(hidden, "C", "F"),
        obs_status=obs_status(
            hidden=hidden,
            missing=value.isna().to_numpy() & ~hidden,
            coverage=coverage,
            is_perturbed=contracts.is_perturbed(indicator),
        ),
    )
    return computed
