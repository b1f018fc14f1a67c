"""The engine answers from the tables it is given, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.engines import run_query
from pipeline.errors import StorageError

ROWS = {"cells": pa.table({"area": ["a", "b", "b"], "pupils": [1, 2, 3]})}


def test_a_query_counts_the_rows_it_is_given() -> None:
    sql = "select area, sum(pupils) as pupils from cells group by area order by area"
    assert run_query(sql, ROWS, name="test").to_pylist() == [
        {"area": "a", "pupils": 1},
        {"area": "b", "pupils": 5},
    ]


def test_parameters_are_bound() -> None:
    sql = "select count(*) as n from cells where pupils >= $least"
    assert run_query(sql, ROWS, name="test", parameters={"least": 2}).to_pylist() == [{"n": 2}]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from others",
        "select * from local_rows",
        "select * from '{file}'",
        "copy cells to '{file}'",
        "select cast(area as integer) from cells",
    ],
)
def test_what_fails_is_refused_without_its_values(tmp_path: Path, sql: str) -> None:
    local_rows = pa.table({"marker": ["planted"]})
    file = tmp_path / "marker.csv"
    file.write_text("planted\n1\n")
    with pytest.raises(StorageError) as caught:
        run_query(sql.format(file=file), ROWS, name="test")
    assert local_rows.num_rows == 1
    assert "marker" not in str(caught.value)
    assert "'a'" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert file.read_text() == "planted\n1\n"
