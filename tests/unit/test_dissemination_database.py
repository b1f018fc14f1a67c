"""The published database: what it holds, in which order, and what it refuses to hold."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipeline.dissemination.access import open_published
from pipeline.dissemination.database import write_database
from pipeline.dissemination.dictionary import published_dimensions
from pipeline.dissemination.publication import Publication
from pipeline.dissemination.views import published_views
from pipeline.errors import DisclosureError, StorageError
from tests.browser.sample import ROOT, sample_publication

EPCI = ("243500618",)


@pytest.fixture(scope="module")
def publication() -> Publication:
    return sample_publication(epci=EPCI)


@pytest.fixture(scope="module")
def path(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "published.duckdb"
    write_database(publication, path)
    return path


@pytest.fixture
def published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(path) as connection:
        yield connection


def _column(connection: duckdb.DuckDBPyConnection, sql: str) -> list[object]:
    return [row[0] for row in connection.execute(sql).fetchall()]


def test_enrolment_of_a_territory_is_the_official_sum_of_its_schools(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    with (ROOT / "demo/facts/schools.csv").open(encoding="utf-8") as lines:
        inside = {
            row["school_code"]
            for row in csv.DictReader(lines)
            if row["commune_code"] in publication.geography.parents
        }
    with (ROOT / "demo/facts/enrolment.csv").open(encoding="utf-8") as lines:
        official = sum(
            int(row["total"])
            for row in csv.DictReader(lines)
            if row["period"] == "2021" and row["school_code"] in inside
        )
    value = _column(
        published,
        "select obs_value from totals where indicator = 'ENROLMENT' "
        "and area_level = 'epci' and time_period = '2021'",
    )
    assert value == [official]


def test_a_hidden_figure_is_null_with_its_status_and_never_zero(
    published: duckdb.DuckDBPyConnection,
) -> None:
    rows = published.execute(
        "select obs_value, obs_status from observations where conf_status = 'C'"
    ).fetchall()
    assert rows
    assert set(rows) == {(None, "Q")}
    assert not _column(
        published,
        "select 1 from observations where isnan(obs_value) or "
        "(obs_value is null) != (obs_status in ('Q', 'L', 'M'))",
    )


def test_totals_are_the_rows_without_any_breakdown(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    frame = publication.observations
    keys = {"indicator", "ref_area", "area_level", "time_period"}
    values = {
        *("obs_value", "obs_status", "conf_status", "coverage", "unit_measure", "stands_from"),
        *("obs_low", "obs_high"),
    }
    expected = frame
    for dimension in set(frame.columns) - keys - values:
        expected = expected[expected[dimension].isin(["_T", "_Z"])]
    count = published.execute("select count(*), count(obs_value) from totals").fetchone()
    assert count == (len(expected), expected["obs_value"].notna().sum())


def test_a_wide_view_gives_what_the_observations_give_indicator_by_indicator(
    published: duckdb.DuckDBPyConnection,
) -> None:
    wide = published.execute("select * from pupils").df()
    assert not wide.duplicated(
        ["ref_area", "time_period", "sex", "edu_level", "sector", "urbanisation"]
    ).any()
    long = published.execute(
        "select * from observations where indicator in ('ENROLMENT', 'GPI')"
    ).df()
    checked = 0
    by_address = {
        (r.ref_area, r.time_period, r.sex, r.edu_level, r.sector, r.urbanisation): r
        for r in wide.itertuples()
    }
    for row in long.itertuples():
        address = tuple(
            code.replace("_Z", "_T")
            for code in (
                row.ref_area,
                row.time_period,
                row.sex,
                row.edu_level,
                row.sector,
                row.urbanisation,
            )
        )
        found = by_address[address]
        name = row.indicator.lower()
        assert getattr(found, f"{name}_status") == row.obs_status
        assert np.array_equal(getattr(found, name), row.obs_value, equal_nan=True)
        checked += 1
    assert checked == len(long) > 0


def test_each_theme_has_a_view_with_a_column_and_a_status_per_indicator(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    for indicator in publication.contracts.indicators.indicators:
        columns = _column(
            published,
            f"select column_name from (describe {indicator.theme})",
        )
        assert {indicator.code.lower(), f"{indicator.code.lower()}_status"} <= set(columns)


def test_a_territory_has_one_row_per_hierarchy_with_its_parent_in_it(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    commune = min(publication.geography.parents)
    rows = published.execute(
        "select hierarchy, parent_id, scope_share, valid_to from territories "
        "where id = ? order by hierarchy",
        [f"COM-{commune}"],
    ).fetchall()
    assert [row[0] for row in rows] == ["administrative", "intercommunal"]
    assert rows[1][1] == "EPCI-243500618"
    assert all(share == 1 and until is None for _, _, share, until in rows)
    assert _column(published, "select parent_id from territories where id = 'FR'") == [None]


def test_every_area_of_an_observation_is_a_territory_and_every_code_has_a_label(
    published: duckdb.DuckDBPyConnection,
) -> None:
    assert not _column(
        published,
        "select ref_area from observations where ref_area not in (select id from territories)",
    )
    for dimension in ("sex", "edu_level", "home_internet", "urbanisation", "obs_status"):
        assert not _column(
            published,
            f"select distinct {dimension} from observations where {dimension} not in "
            f"(select code from dimensions where dimension = '{dimension}')",
        )


def test_every_table_and_column_is_described_in_the_file_itself(
    published: duckdb.DuckDBPyConnection,
) -> None:
    undescribed = published.execute(
        """
        select table_name as name from duckdb_tables() where comment is null
        union all
        select view_name from duckdb_views() where comment is null and not internal
        union all
        select table_name || '.' || column_name from duckdb_columns()
        where comment is null and not internal
        """
    ).fetchall()
    assert undescribed == []
    missing = published.execute(
        """
        select schema_name, table_name, column_name from duckdb_columns() where not internal
        except
        select table_schema, table_name, column_name from columns
        """
    ).fetchall()
    assert missing == []


def test_the_same_publication_gives_the_same_rows_in_the_same_order(
    publication: Publication, path: Path, tmp_path: Path
) -> None:
    shuffled = replace(
        publication, observations=publication.observations.sample(frac=1, random_state=1)
    )
    other = tmp_path / "again.duckdb"
    write_database(shuffled, other)
    with open_published(path) as first, open_published(other) as second:
        tables = first.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        for schema, table in tables:
            sql = f'select * from {schema}."{table}"'
            assert first.execute(sql).fetchall() == second.execute(sql).fetchall()


def test_nothing_but_the_file_is_left_and_older_clients_can_open_it(path: Path) -> None:
    assert [item.name for item in path.parent.iterdir()] == ["published.duckdb"]
    with duckdb.connect(str(path), read_only=True) as connection:
        tags = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where path is not null"
        ).fetchone()
    assert tags is not None
    assert tags[0].startswith("v1.2.0")


def test_what_is_asked_of_one_territory_reads_few_rows_however_large_the_release(
    publication: Publication, tmp_path: Path
) -> None:
    path = tmp_path / "large.duckdb"
    areas = publication.observations["ref_area"].unique()
    indicators = [each.code for each in publication.contracts.indicators.indicators]
    whole = publication.observations.iloc[:1]
    repeated = whole.loc[whole.index.repeat(len(areas) * len(indicators) * 100)]
    large = repeated.assign(
        indicator=np.repeat(indicators, len(areas) * 100),
        ref_area=np.tile(np.repeat(areas, 100), len(indicators)),
        time_period=np.tile([f"{year:04d}" for year in range(100)], len(areas) * len(indicators)),
    )
    write_database(replace(publication, observations=large), path)
    with duckdb.connect(str(path), read_only=True) as connection:
        groups = connection.execute(
            "select max(count), count(distinct row_group_id) from pragma_storage_info("
            "'observations') where column_name = 'obs_value' and segment_type = 'DOUBLE'"
        ).fetchone()
        forms = _column(
            connection,
            "select distinct compression from pragma_storage_info('observations') "
            "where column_name = 'ref_area' and segment_type = 'VARCHAR'",
        )
    assert groups is not None
    assert groups[0] <= 30_720 < groups[0] * groups[1]
    assert set(forms) == {"Dictionary"}


def test_totals_take_every_declared_code_for_what_it_is(publication: Publication) -> None:
    contracts = publication.contracts
    dimensions = published_dimensions(contracts)
    (totals,) = (v for v in published_views(contracts) if v.described.name == "totals")
    with duckdb.connect() as connection:
        names = ("indicator", "ref_area", "area_level", "time_period", *dimensions)
        texts = (*names, "obs_status", "conf_status", "stands_from")
        columns = ", ".join(f'"{name}" varchar' for name in texts)
        connection.execute(
            f"create table observations ({columns}, obs_value double, coverage double, "
            "obs_low double, obs_high double)"
        )
        expected = []
        for name in dimensions:
            for code in {*contracts.codes(name), "_T", "_Z"}:
                row = f"{name} {code}"
                connection.execute(
                    f"insert into observations (ref_area, {', '.join(dimensions)}) values "
                    f"(?{', ?' * len(dimensions)})",
                    [row, *(code if each == name else "_T" for each in dimensions)],
                )
                if code in {"_T", "_Z"}:
                    expected.append(row)
        found = _column(connection, f"select ref_area from ({totals.query.sql('duckdb')})")
    assert sorted(map(str, found)) == sorted(expected)
    assert any("_U" in contracts.codes(name) for name in dimensions)


def test_a_file_that_exists_is_not_written_over(publication: Publication, tmp_path: Path) -> None:
    path = tmp_path / "published.duckdb"
    path.write_bytes(b"an earlier release")
    with pytest.raises(StorageError, match=r"publication\.exists"):
        write_database(publication, path)
    assert path.read_bytes() == b"an earlier release"


def _refused(publication: Publication, path: Path) -> set[str]:
    with pytest.raises(DisclosureError) as refusal:
        write_database(publication, path)
    assert not path.exists()
    return {problem.code for problem in refusal.value.problems}


def test_a_hidden_cell_that_still_bears_its_value_is_refused_and_the_value_not_told(
    publication: Publication, tmp_path: Path
) -> None:
    frame = publication.observations.copy()
    row = frame.index[frame["conf_status"].eq("C")][0]
    frame.loc[row, "obs_value"] = 4321.5
    with pytest.raises(DisclosureError) as refusal:
        write_database(replace(publication, observations=frame), tmp_path / "p.duckdb")
    assert {problem.code for problem in refusal.value.problems} >= {"publication.hidden_value"}
    assert "4321" not in str(refusal.value)


def test_a_hidden_cell_of_a_table_that_still_bears_its_value_is_refused(
    publication: Publication, tmp_path: Path
) -> None:
    cells = publication.tables["home_connectivity"].copy()
    cells.loc[cells.index[cells["conf_status"].eq("C")][0], "pupils"] = 3
    tables = {**publication.tables, "home_connectivity": cells}
    refused = _refused(replace(publication, tables=tables), tmp_path / "p.duckdb")
    assert "publication.hidden_value" in refused


def test_a_missing_value_without_a_status_is_refused(
    publication: Publication, tmp_path: Path
) -> None:
    frame = publication.observations.copy()
    frame.loc[frame.index[frame["obs_status"].eq("A")][0], "obs_value"] = np.nan
    refused = _refused(replace(publication, observations=frame), tmp_path / "p.duckdb")
    assert refused == {"publication.unsaid"}


@pytest.mark.parametrize(
    ("column", "value"),
    [("indicator", "SECRET"), ("ref_area", "COM-99999"), ("sex", "X"), ("obs_status", "Z")],
)
def test_a_code_that_no_contract_declares_is_refused(
    publication: Publication, tmp_path: Path, column: str, value: str
) -> None:
    frame = publication.observations.copy()
    frame.loc[frame.index[0], column] = value
    refused = _refused(replace(publication, observations=frame), tmp_path / "p.duckdb")
    assert "publication.unknown_code" in refused


def test_a_column_that_is_not_declared_is_refused(publication: Publication, tmp_path: Path) -> None:
    frame = publication.observations.assign(national_id="000000000AA")
    refused = _refused(replace(publication, observations=frame), tmp_path / "p.duckdb")
    assert refused == {"publication.undeclared_column"}


def test_a_missing_column_a_missing_table_and_a_repeated_row_are_all_told_at_once(
    publication: Publication, tmp_path: Path
) -> None:
    tables = {k: v for k, v in publication.tables.items() if k != "schools"}
    broken = replace(
        publication,
        tables=tables,
        coverage=publication.coverage.drop(columns="late"),
        observations=pd.concat([publication.observations, publication.observations.head(1)]),
    )
    assert _refused(broken, tmp_path / "p.duckdb") == {
        "publication.no_table",
        "publication.missing_column",
        "publication.repeated",
    }


def test_a_value_that_the_engine_cannot_store_leaves_no_file_and_is_not_told(
    publication: Publication, tmp_path: Path
) -> None:
    releases = publication.releases.assign(created="half past secret")
    path = tmp_path / "p.duckdb"
    with pytest.raises(StorageError) as refusal:
        write_database(replace(publication, releases=releases), path)
    assert "secret" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []
