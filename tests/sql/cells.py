"""From protected rows to released cells with nothing hidden: slow, obvious, for small tables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pandas as pd
import pyarrow as pa

from pipeline.contracts import Table
from pipeline.engines import run_query
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

PROJECT = load_project(INSTALLATION)
Rows = list[dict[str, Any]]


def counted(table: str, given: Mapping[str, Rows]) -> pd.DataFrame:
    """Return the inner cells that the query of a table counts from rows of its datasets."""
    rows = {name: pa.Table.from_pylist(listed) for name, listed in given.items()}
    bound = PROJECT.contracts.bound_count(PROJECT.contracts.tables[table])
    return run_query(PROJECT.counts[table], rows, name=table, parameters=bound).to_pandas()


def released(table: str, given: Mapping[str, Rows]) -> pd.DataFrame:
    """Return the cells of each base territory, every margin with them; nothing is hidden."""
    contract = PROJECT.contracts.tables[table]
    inner = counted(table, given).rename(columns={"territory_code": "ref_area"})
    own = [name for name in contract.dimensions if name in inner]
    measures = list(contract.measure_names)
    margins = [
        _summed(inner, ["ref_area", *kept], measures)
        for size in range(len(own) + 1)
        for kept in combinations(own, size)
    ]
    return _as_released(contract, pd.concat(margins, ignore_index=True), own)


def rates(indicator: str, cells: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what the query of an indicator makes of released cells."""
    contract = PROJECT.contracts.indicators[indicator]
    given = {name: pa.Table.from_pandas(cells[name], preserve_index=False) for name in cells}
    bound = PROJECT.contracts.bound(contract)
    sql = PROJECT.indicators[indicator]
    return run_query(sql, given, name=indicator, parameters=bound).to_pandas()


def value(rates: pd.DataFrame, column: str = "obs_value", **codes: str) -> float:
    """Return the one figure of some codes."""
    chosen = rates
    for name, code in codes.items():
        chosen = chosen[chosen[name] == code]
    assert len(chosen) == 1, codes
    return float(chosen[column].iloc[0])


def _summed(inner: pd.DataFrame, keys: list[str], measures: list[str]) -> pd.DataFrame:
    return inner.groupby(keys, as_index=False)[measures].sum()


def _as_released(contract: Table, cells: pd.DataFrame, own: list[str]) -> pd.DataFrame:
    for name in contract.dimensions:
        if name not in own:
            cells[name] = "_Z"
    cells[own] = cells[own].fillna("_T")
    return cells.assign(
        area_level="commune", time_period="2021", conf_status="F", obs_status="A", coverage=1.0
    )
