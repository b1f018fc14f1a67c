"""The published files: the database's own rows, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dissemination.access import open_published
from pipeline.dissemination.database import write_database
from pipeline.dissemination.files import neutralised, write_files
from pipeline.errors import StorageError
from tests.browser.sample import sample_publication


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write_database(sample_publication(epci=("243500618",)), folder / "published.duckdb")
    write_files(folder / "published.duckdb", folder)
    return folder


def _tables(release: Path) -> list[tuple[str, str]]:
    with open_published(release / "published.duckdb") as connection:
        return connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()


def test_every_table_is_there_in_both_formats_and_nothing_else(release: Path) -> None:
    expected = {
        Path(kind) / ("cells" if schema == "cells" else "") / f"{name}.{kind}"
        for schema, name in _tables(release)
        for kind in ("csv", "parquet")
    }
    found = {path.relative_to(release) for path in release.rglob("*") if path.is_file()}
    assert found - {Path("published.duckdb")} == expected


def test_a_parquet_file_holds_the_rows_of_its_table_in_their_order(release: Path) -> None:
    for schema, name in _tables(release):
        inside = release / "parquet" / ("cells" if schema == "cells" else "")
        table = pyarrow.parquet.read_table(inside / f"{name}.parquet")
        with open_published(release / "published.duckdb") as connection:
            assert table.equals(connection.sql(f'from {schema}."{name}"').to_arrow_table())


def test_a_hidden_figure_is_an_empty_field_with_its_status_beside_it(release: Path) -> None:
    with (release / "csv/observations.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    hidden = [row for row in rows if row["conf_status"] == "C"]
    assert hidden
    assert {(row["obs_value"], row["obs_status"]) for row in hidden} == {("", "Q")}
    bare = {row["obs_status"] for row in rows if row["obs_value"] == ""}
    assert bare <= {"Q", "L", "M"}


def test_a_csv_file_gives_back_every_value_of_its_table(release: Path) -> None:
    columns = "indicator, ref_area, time_period, obs_value, coverage"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{release / 'published.duckdb'}' as published (read_only)")
        given_back = connection.execute(
            f"select {columns} from read_csv(?, header = true, all_varchar = true)",
            [str(release / "csv/observations.csv")],
        ).fetchall()
        rows = connection.execute(f"select {columns} from published.observations").fetchall()
    read = [(*row[:3], *(None if v is None else float(v) for v in row[3:])) for row in given_back]
    assert read == rows


def test_a_folder_that_holds_files_already_is_refused(release: Path) -> None:
    with pytest.raises(StorageError, match=r"publication\.not_written"):
        write_files(release / "published.duckdb", release)


@given(st.lists(st.one_of(st.none(), st.text())))
def test_no_text_starts_a_formula_and_no_other_text_is_touched(texts: list[str | None]) -> None:
    table = neutralised(
        pa.table({"name": pa.array(texts, pa.string()), "value": [-1.5] * len(texts)})
    )
    assert table["value"].to_pylist() == [-1.5] * len(texts)
    for before, after in zip(texts, table["name"].to_pylist(), strict=True):
        if before and before.lstrip("'")[:1] and before.lstrip("'")[0] in "=+-@\t\r\n":
            assert after == "'" + before
        else:
            assert after == before


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_that_would_start_a_formula_is_written_with_an_apostrophe(start: str) -> None:
    table = neutralised(pa.table({"name": [f"{start}1+1", "Rennes", None]}))
    assert table["name"].to_pylist() == [f"'{start}1+1", "Rennes", None]
