"""The query of a gap grows with the territories, not with the pairs of them."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.lineage import DERIVED_FROM
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

COMMUNES = 20_000
LEVELS = ("EPCI", "ARR")


def relations() -> dict[str, pd.DataFrame]:
    """Return the figures of one period of many communes, and of two parents of each."""
    names = [f"COM-{n}" for n in range(COMMUNES)]
    names += [f"{level}-{n}" for level in LEVELS for n in range(100)]
    figures = pd.DataFrame({"ref_area": names, "obs_value": np.arange(len(names)) % 97})
    figures = figures.assign(
        indicator="PTR",
        area_level="commune",
        time_period="2021",
        code="_T",
        is_hidden=False,
        coverage=1.0,
        unit_cost=np.nan,
    )
    parents = pd.concat(
        pd.DataFrame(
            {
                "ref_area": names[:COMMUNES],
                "parent_area": [f"{level}-{n % 100}" for n in range(COMMUNES)],
                "parent_level": level,
            }
        )
        for level in LEVELS
    )
    return {"figures": figures[list(DERIVED_FROM["figures"])], "parents": parents}


def test_a_gap_of_a_nation_takes_little_memory() -> None:
    sql = load_project(INSTALLATION).indicators["PTR_GAP"]
    config = {"memory_limit": "200MB", "temp_directory": ""}
    with duckdb.connect(":memory:", config=config) as connection:
        for name, frame in relations().items():
            connection.register(name, pa.Table.from_pandas(frame, preserve_index=False))
        rows = connection.sql(sql).df()
    assert len(rows) == 2 * COMMUNES
    rows = rows[rows["parent_level"] == "EPCI"]
    number = rows["ref_area"].str.removeprefix("COM-").astype(int)
    wanted = number % 97 - (COMMUNES + number % 100) % 97
    assert rows["obs_value"].tolist() == pytest.approx(wanted.tolist())
