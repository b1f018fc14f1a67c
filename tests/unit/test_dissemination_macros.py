"""The macros, the codebook, the caveats and the priorities of the published database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline.dissemination.access import catalogue_name, open_published, query
from pipeline.dissemination.caveat_words import CAVEATS
from pipeline.dissemination.database import write_database
from pipeline.dissemination.dictionary import published_tables
from pipeline.dissemination.macros import MACROS
from pipeline.dissemination.publication import Publication
from pipeline.errors import QueryError
from tests.browser.sample import sample_publication

EPCI = "EPCI-243500618"
COMMUNE = "COM-35211"


@pytest.fixture(scope="module")
def publication() -> Publication:
    return sample_publication(epci=("243500618",))


@pytest.fixture(scope="module")
def path(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "published.duckdb"
    write_database(publication, path)
    return path


@pytest.fixture
def published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(path) as connection:
        yield connection


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = query(connection, sql).table.to_pylist()
    return rows


def _totals(publication: Publication, code: str) -> pd.DataFrame:
    """The totals of an indicator, found in plain pandas."""
    frame = publication.observations
    fixed = [name for name in frame.columns if name in set(_dimension_names(publication))]
    whole = frame[fixed].isin(["_T", "_Z"]).all(axis="columns")
    return frame[whole & frame["indicator"].eq(code)]


def _dimension_names(publication: Publication) -> list[str]:
    names = {d for table in publication.contracts.tables.values() for d in table.dimensions}
    return sorted(names)


def test_an_indicator_is_had_by_its_code_at_a_level_and_in_a_period(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    expected = _totals(publication, "PTR").query(
        "area_level == 'commune' and time_period == '2021'"
    )
    rows = _rows(published, "from indicator('PTR', level := 'commune', period := '2021')")
    found = {row["ref_area"]: row["obs_value"] for row in rows}
    assert found == {
        row.ref_area: None if pd.isna(row.obs_value) else row.obs_value
        for row in expected.itertuples()
    }
    assert all(row["name"] and row["unit_measure"] == "pupils_per_teacher" for row in rows)
    every = _rows(published, "from indicator('PTR')")
    assert len(every) == len(_totals(publication, "PTR"))


def test_two_territories_stand_side_by_side_and_a_hidden_side_has_no_gap(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    rows = _rows(published, f"from compare('{COMMUNE}', '{EPCI}')")
    whole = publication.observations[publication.observations["ref_area"].isin([COMMUNE, EPCI])]
    # What is told by group alone, such as a gap to a parent, has no total to compare.
    plain = {i.code for i in publication.contracts.indicators.indicators if not i.dimensions}
    assert {row["indicator"] for row in rows} >= plain & set(whole["indicator"])
    for row in rows:
        told = _totals(publication, str(row["indicator"])).query("time_period == '2021'")
        sides = told.set_index("ref_area")["obs_value"]
        expected = sides.get(COMMUNE, float("nan")) - sides.get(EPCI, float("nan"))
        if pd.isna(expected):
            assert row["gap"] is None
        else:
            assert row["gap"] == pytest.approx(expected, abs=1e-6)
    hidden = [row for row in rows if row["status_a"] == "Q"]
    assert hidden
    assert {(row["value_a"], row["gap"], row["ratio"]) for row in hidden} == {(None, None, None)}


def test_an_earlier_period_is_compared_when_it_is_asked_for(
    published: duckdb.DuckDBPyConnection,
) -> None:
    rows = _rows(published, f"from compare('{COMMUNE}', '{EPCI}', period := '2019')")
    assert {row["time_period"] for row in rows} == {"2019"}


def test_the_territories_above_one_come_nearest_first_in_each_hierarchy(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    rows = _rows(published, f"from parents('{COMMUNE}')")
    up = publication.geography.parents[COMMUNE.removeprefix("COM-")]
    found = [(row["hierarchy"], row["distance"], row["id"]) for row in rows]
    assert found == [
        ("administrative", 1, f"ARR-{up['arrondissement']}"),
        ("administrative", 2, "DEP-35"),
        ("administrative", 3, "REG-53"),
        ("administrative", 4, "FR"),
        ("intercommunal", 1, EPCI),
    ]
    assert _rows(published, "from parents('FR')") == []


def test_children_are_those_right_below(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    rows = _rows(published, f"from children('{EPCI}')")
    assert {row["id"] for row in rows} == {f"COM-{code}" for code in publication.geography.parents}
    assert _rows(published, f"from children('{COMMUNE}')") == []


def test_the_top_is_ranked_leaves_hidden_ones_out_and_takes_the_last_period(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    told = _totals(publication, "HOME_INTERNET").query(
        "area_level == 'commune' and time_period == '2021'"
    )
    assert told["obs_value"].isna().any()
    best = told["obs_value"].dropna().sort_values(ascending=False)
    rows = _rows(published, "from top('HOME_INTERNET', 'commune', n := 2)")
    assert [row["obs_value"] for row in rows][:2] == list(best[:2])
    assert {row["time_period"] for row in rows} == {"2021"}
    everyone = _rows(published, "from top('HOME_INTERNET', 'commune', n := 1000)")
    assert len(everyone) == len(best)


def test_priorities_rank_needs_within_a_level_and_say_whom_they_would_serve(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    needs = [i.code for i in publication.contracts.indicators.indicators if i.kind == "need"]
    rows = _rows(published, "from priorities where area_level = 'commune' and time_period = '2021'")
    assert {row["indicator"] for row in rows} == set(needs)
    pupils = _totals(publication, "ENROLMENT").query("time_period == '2021'")
    enrolled = pupils.set_index("ref_area")["obs_value"]
    for code in needs:
        told = _totals(publication, code).query("area_level == 'commune' and time_period == '2021'")
        values = told.set_index("ref_area")["obs_value"]
        # Where nothing is missing there is no priority.
        ranks = values.rank(method="min", ascending=False).where(values.gt(0))
        for row in (row for row in rows if row["indicator"] == code):
            rank, served = ranks[str(row["ref_area"])], enrolled[str(row["ref_area"])]
            assert row["rank"] == (None if pd.isna(rank) else rank)
            assert row["pupils"] == (None if pd.isna(served) else served)
    assert any(row["need"] == 0 for row in rows)
    assert {row["rank"] for row in rows if not row["need"]} == {None}


def test_the_codebook_has_a_row_for_each_table_column_and_code(
    published: duckdb.DuckDBPyConnection,
) -> None:
    told = query(published, "from codebook").table.to_pandas()
    tables = query(
        published,
        "select table_schema, table_name from information_schema.tables "
        "where table_schema in ('main', 'cells')",
    ).table.to_pylist()
    listed = told[told["kind"].isin(["table", "view"])]
    assert {(row["table_schema"], row["table_name"]) for row in tables} == set(
        zip(listed["table_schema"], listed["table_name"], strict=True)
    )
    words = told[["description_en", "description_fr"]]
    assert (words.notna().all(axis="columns") | told["label_fr"].notna()).all()
    assert not told.duplicated(["table_schema", "table_name", "column_name", "code"]).any()


def test_each_code_of_the_observations_is_in_the_codebook(
    published: duckdb.DuckDBPyConnection,
) -> None:
    columns = [
        str(row["column_name"])
        for row in _rows(
            published,
            "select distinct column_name from codebook where code is not "
            "null and table_name = 'observations'",
        )
    ]
    assert {"indicator", "area_level", "sex", "obs_status", "conf_status", "unit_measure"} <= set(
        columns
    )
    for column in columns:
        assert not _rows(
            published,
            f'select distinct "{column}" from observations where "{column}" not in (select code '
            f"from codebook where table_name = 'observations' and column_name = '{column}' and "
            "code is not null)",
        )


def test_macros_are_listed_and_described_in_the_file_itself(
    published: duckdb.DuckDBPyConnection,
) -> None:
    comments = published.execute(
        "select function_name, comment from duckdb_functions() where not internal"
    ).fetchall()
    assert {name for name, _ in comments} == {macro.name for macro in MACROS}
    for macro in MACROS:
        assert dict(comments)[macro.name] == f"{macro.description.en}: {macro.signature}"
    listed = _rows(published, "select table_name, signature from tables where kind = 'macro'")
    assert {(row["table_name"], row["signature"]) for row in listed} == {
        (macro.name, macro.signature) for macro in MACROS
    }


def test_caveats_speak_a_fixed_vocabulary_with_labels(
    published: duckdb.DuckDBPyConnection,
) -> None:
    used = {row["caveat"] for row in _rows(published, "select distinct caveat from caveats")}
    labelled = _rows(published, "select code from dimensions where dimension = 'caveat'")
    assert [row["code"] for row in labelled] == [caveat.value for caveat in CAVEATS]
    assert used <= set(CAVEATS)
    assert used >= {"SYNTHETIC", "HIDDEN", "PARTIAL", "AT_SCHOOL", "AT_PLACE", "NOTE"}
    assert used >= {"SCOPE_PART", "NON_RESPONSE", "UNANSWERED"}


def test_the_caveats_count_the_figures_that_they_concern(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    frame = publication.observations
    for caveat, concerned in (
        ("HIDDEN", frame["conf_status"].eq("C")),
        ("PARTIAL", frame["obs_status"].eq("D")),
    ):
        expected = frame[concerned].groupby(["indicator", "area_level", "time_period"]).size()
        rows = _rows(published, f"from caveats where caveat = '{caveat}'")
        found = {
            (row["indicator"], row["area_level"], row["time_period"]): row["affected"]
            for row in rows
        }
        assert found == expected.to_dict()


def test_no_two_caveats_of_an_indicator_deny_each_other(
    published: duckdb.DuckDBPyConnection,
) -> None:
    rows = _rows(published, "select indicator, caveat from caveats")
    places = {"AT_SCHOOL", "AT_RESIDENCE", "SCHOOL_AND_HOME"}
    told: dict[str, list[str]] = {}
    for row in rows:
        if row["caveat"] in places:
            told.setdefault(row["indicator"], []).append(row["caveat"])
    assert told["GER"] == ["SCHOOL_AND_HOME"]
    assert told["ENROLMENT"] == ["AT_SCHOOL"]
    assert {len(caveats) for caveats in told.values()} == {1}


def test_whoever_did_not_deliver_is_said_beside_each_indicator_made_of_it(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    missing = publication.coverage.query("missing > 0")
    assert set(missing["dataset"]) == {"equipment"}
    made = {
        indicator.code
        for indicator in publication.contracts.indicators.indicators
        if any(
            publication.contracts.tables[name].population == "equipment"
            for name in indicator.tables
        )
    }
    rows = _rows(published, "from caveats where caveat = 'NON_RESPONSE'")
    assert {row["indicator"] for row in rows} == made
    assert {(row["ref_area"], row["time_period"]) for row in rows} == set(
        zip(missing["ref_area"], missing["time_period"], strict=True)
    )


def test_an_earlier_release_is_attached_by_name_and_its_macros_by_use_alone(
    publication: Publication, path: Path, tmp_path: Path
) -> None:
    first = tmp_path / "published.duckdb"
    frame = publication.observations
    write_database(
        Publication(
            contracts=publication.contracts,
            geography=publication.geography,
            outlines=None,
            observations=frame[frame["time_period"] == "2019"],
            tables=publication.tables,
            coverage=publication.coverage,
            releases=publication.releases,
        ),
        first,
    )
    with open_published(path, earlier={"release-01ab": first}) as connection:
        assert catalogue_name("release-01ab") == "release_01ab"
        rows = _rows(connection, "select distinct time_period from release_01ab.totals")
        assert [row["time_period"] for row in rows] == ["2019"]
        current = _rows(connection, "select distinct time_period from totals")
        assert len(current) == 3
        # It would answer from the release in force, which nobody would see.
        with pytest.raises(QueryError, match=r"query\.not_allowed"):
            query(connection, "from release_01ab.top('PTR', 'commune')")
        for hostile in (
            "from release_01ab.pg_catalog.pg_settings",
            "select * from read_blob('/etc/passwd')",
            "attach '/tmp/another.duckdb' as another",
        ):
            with pytest.raises(QueryError):
                query(connection, hostile)
        with pytest.raises(duckdb.Error):
            connection.execute("create table release_01ab.mine as select 1")


def test_an_earlier_release_that_is_gone_is_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"query\.not_published"):
        open_published(path, earlier={"release-01ab": tmp_path / "gone.duckdb"})


def test_the_dictionary_names_each_table_of_the_file(
    published: duckdb.DuckDBPyConnection, publication: Publication
) -> None:
    declared = {table.name for table in published_tables(publication.contracts)}
    listed = _rows(published, "select table_name from tables where kind = 'table'")
    assert {row["table_name"] for row in listed} == declared
