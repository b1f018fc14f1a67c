"""From released cells to observations: statuses, coverage, indicators in long form."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.contracts import NOT_APPLICABLE, Contracts, Indicator, Table
from pipeline.engines import run_query
from pipeline.errors import Place, QualityError
from pipeline.lineage import released_columns

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
    for measure in table.measure_names:
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
    cells: Mapping[str, pd.DataFrame], contracts: Contracts, queries: Mapping[str, str]
) -> pd.DataFrame:
    """Return every observation as it is published: `exact_figures`, each value rounded."""
    found = exact_figures(cells, contracts, queries)
    for indicator in contracts.indicators.indicators:
        own = found["indicator"] == indicator.code
        found.loc[own, "obs_value"] = found.loc[own, "obs_value"].round(indicator.decimals)
    return found


def exact_figures(
    cells: Mapping[str, pd.DataFrame], contracts: Contracts, queries: Mapping[str, str]
) -> pd.DataFrame:
    """Return every observation, long form, sorted, its value not rounded yet.

    One row per indicator x territory x period x codes. Columns: indicator, ref_area, area_level,
    time_period, every dimension of every table (`_Z` where the indicator lacks it), obs_value,
    obs_status, conf_status, coverage, unit_measure, stands_from (empty: see `let_stand`).
    """
    dimensions = _dimensions(contracts)
    parts = []
    for indicator in contracts.indicators.indicators:
        if not set(indicator.tables) <= cells.keys():
            continue
        rows = (
            _counted(indicator, cells, contracts)
            if indicator.kind == "count"
            else _computed(indicator, cells, contracts, queries[indicator.code])
        )
        for name in dimensions:
            if name not in rows:
                rows[name] = NOT_APPLICABLE
        parts.append(rows.assign(indicator=indicator.code, unit_measure=indicator.unit))
    keys = ["indicator", "ref_area", "area_level", "time_period", *dimensions]
    values = ["obs_value", "obs_status", "conf_status", "coverage", "unit_measure"]
    found = pd.concat(parts)[[*keys, *values]].sort_values(keys, ignore_index=True)
    return found.assign(stands_from=None)


def _dimensions(contracts: Contracts) -> list[str]:
    return list(
        dict.fromkeys(name for table in contracts.tables.values() for name in table.dimensions)
    )


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
    return rows.drop(columns=others)


def _computed(
    indicator: Indicator, cells: Mapping[str, pd.DataFrame], contracts: Contracts, sql: str
) -> pd.DataFrame:
    tables = {
        name: pa.Table.from_pandas(
            cells[name][released_columns(contracts, name)], preserve_index=False
        )
        for name in indicator.tables
    }
    parameters = {name: contracts.policy.targets[name].value for name in indicator.targets}
    rows = run_query(sql, tables, name=indicator.code, parameters=parameters).to_pandas()
    hidden = rows.pop("is_hidden").to_numpy(dtype=bool)
    value: pd.Series[float] = rows["obs_value"].astype("float64").mask(hidden)
    coverage = rows["coverage"].to_numpy(dtype="float64")
    value = value.mask(coverage == 0)
    computed: pd.DataFrame = rows.assign(
        obs_value=value,
        conf_status=np.where(hidden, "C", "F"),
        obs_status=obs_status(
            hidden=hidden,
            missing=value.isna().to_numpy() & ~hidden,
            coverage=coverage,
            is_perturbed=any(contracts.tables[name].is_perturbed for name in indicator.tables),
        ),
    )
    return computed
