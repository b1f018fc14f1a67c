"""The engine answers from the tables it is given, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipeline.dissemination import access, database
from pipeline.engines import duckdb as engine
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


# 3 million texts to group: some 300 MB, far more than the engine is given here.
LARGE = (
    "select count(*) as n from (select md5(cast(range as varchar)) as text, count(*) as c "
    "from range(3000000) group by text)"
)


def test_a_query_too_large_for_the_memory_fails_and_leaves_nothing_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine, "LOCKED", {**engine.LOCKED, "memory_limit": "100MB"})
    with pytest.raises(StorageError):
        run_query(LARGE, {}, name="large")
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("settings", [engine.LOCKED, database._OFFLINE, access._LOCKED])
def test_no_connection_of_ours_has_a_folder_to_spill_into(
    settings: dict[str, str | bool | int | float | list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    config = {**settings, "memory_limit": "100MB"}
    with (
        duckdb.connect(config=config) as connection,
        pytest.raises(duckdb.OutOfMemoryException),
    ):
        connection.sql(LARGE).fetchall()
    assert list(tmp_path.rglob("*")) == []


def test_the_bound_of_a_temporary_folder_does_not_keep_the_engine_from_spilling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = {"max_temp_directory_size": "0B", "memory_limit": "100MB"}
    with duckdb.connect(config=config) as connection:
        assert connection.sql(LARGE).fetchall() == [(3_000_000,)]
        # Why it has no folder at all: with this bound alone it wrote all the same.
        assert list(tmp_path.rglob("*")) != []
