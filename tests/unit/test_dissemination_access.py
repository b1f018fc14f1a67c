"""Queries on the published database: what statisticians ask passes, what is hostile does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.dissemination.access import open_published, query
from pipeline.dissemination.database import write_database
from pipeline.errors import QueryError
from tests.browser.sample import sample_publication


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "published.duckdb"
    write_database(sample_publication(epci=("243500618",)), path)
    return path


@pytest.fixture
def published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(path) as connection:
        yield connection


HOSTILE = (
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_parquet('/tmp/*.parquet')",
    "select * from read_json('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from sniff_csv('/etc/passwd')",
    "select * from glob('/*')",
    "select * from 'https://example.org/x.csv'",
    "copy observations to '/tmp/observations.csv'",
    "copy observations from '/etc/passwd'",
    "export database '/tmp/everything'",
    "import database '/tmp/everything'",
    "attach '/tmp/other.duckdb' as other",
    "detach published",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "reset lock_configuration",
    "set threads = 64",
    "pragma database_list",
    "pragma add_parquet_key('k', '0123456789012345')",
    "call pragma_database_size()",
    "create temp table mine as select 1",
    "create macro mine() as 1",
    "create secret mine (type s3)",
    "insert into observations select * from observations",
    "update observations set obs_value = 0",
    "delete from observations",
    "drop table observations",
    "begin transaction",
    "prepare mine as select 1",
    "checkpoint",
    "select getenv('HOME')",
    "select json_serialize_plan('select current_setting(''secret_directory'')', optimize := true)",
    "select main.json_serialize_plan('from duckdb_settings()')",
    "select current_setting('temp_directory')",
    "select * from duckdb_settings()",
    "select * from duckdb_databases()",
    "select path from duckdb_databases",
    "select * from pragma_database_list",
    "select * from pg_catalog.pg_settings",
    "select * from system.main.duckdb_databases",
    "select * from duckdb_secrets()",
    "select * from duckdb_logs",
    "select * from query('select * from duckdb_settings()')",
    "select * from query_table('duckdb_databases')",
    "select (select path from duckdb_databases limit 1) as p from observations",
    "with duckdb_databases as (select 1 as path) select path from duckdb_databases",
    "select * from (with duckdb_databases as (select 1) select 1), duckdb_databases",
    "summarize pg_settings",
    "describe duckdb_databases",
    "explain analyze select * from read_csv('/etc/passwd')",
    "describe select * from read_csv('/etc/passwd')",
    "summarize from glob('/*')",
    "select (from glob('/*') limit 1)",
    "from (values (1)) as t, lateral (from glob('/*'))",
    "with x as materialized (from read_text('/etc/passwd')) from x",
    "select 1 union all (select file from read_text('/etc/passwd'))",
    "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "select * from read_json_objects('/etc/passwd')",
    "select * from parquet_metadata('/tmp/x.parquet')",
    "select * from sql_auto_complete('select ')",
    "select * from duckdb_functions()",
    "select * from pragma_table_info('observations')",
    "select * from pragma_show('observations')",
    "select * from main.top('PTR', 'commune')",
    "from indicator('PTR') join glob('/*') as g on true",
    "from parents((select file from glob('/*') limit 1))",
    "create macro top(code) as table from read_csv('/etc/passwd')",
    "create or replace temp macro mine(f) as table from read_text(f)",
    "prepare mine as select * from read_csv($1)",
    "execute mine('/etc/passwd')",
    "deallocate mine",
    "select /* ; */ 1; -- select 2\ncopy observations to '/tmp/x'",
    "/* select 1 */ from /* x */ read_csv('/etc/passwd')",
    "select 1 -- ;\n; attach '/tmp/x' as y",
    "set variable mine = 1",
    "select getvariable('mine')",
    "pragma enable_profiling",
    "pragma version",
    "use system",
    "comment on table observations is 'mine'",
    "vacuum",
    "load '/tmp/mine.duckdb_extension'",
    "update extensions",
    "select 1; select 2",
    "",
    "not a query",
)


REACHING = ("select * from read_", "copy", "attach", "set ena", "set threads", "load", "with x")


@pytest.mark.parametrize("sql", HOSTILE)
def test_a_hostile_statement_is_refused(
    published: duckdb.DuckDBPyConnection, path: Path, sql: str
) -> None:
    with pytest.raises(QueryError) as refusal:
        query(published, sql)
    assert str(path.parent) not in str(refusal.value)


@pytest.mark.parametrize(
    "sql",
    [sql for sql in HOSTILE if sql.startswith(REACHING)],
)
def test_the_connection_itself_refuses_what_reaches_outside(
    published: duckdb.DuckDBPyConnection, sql: str
) -> None:
    with pytest.raises(duckdb.Error):
        published.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select obs_value from totals where indicator = 'ENROLMENT'",
        "with big as (select * from totals) select count(*) from big",
        "from pupils select enrolment order by enrolment desc limit 3",
        "select * from cells.enrolment",
        "select * from columns",
        "select column_name from information_schema.columns where table_name = 'totals'",
        "select unnest([1, 2]) as one",
        "select * from range(3)",
        "describe totals",
        "summarize releases",
        "from top('PTR', 'commune', n := 3)",
        "select * from indicator('PTR', level := 'commune') where obs_value > 10",
        "from codebook",
        # A share of whole blocks, which `tablesample 50 percent` is, may be none of them.
        "from totals tablesample reservoir(50 percent)",
        "from totals using sample 3",
        "show tables",
        "values (1)",
        "select 1;",
        "select name, obs_value from observations join territories on territories.id = ref_area",
    ],
)
def test_what_statisticians_ask_is_answered(published: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert query(published, sql).table.num_rows > 0


def test_rows_past_the_limit_are_left_out_and_it_says_so(
    published: duckdb.DuckDBPyConnection,
) -> None:
    exact = query(published, "select * from range(10)", limit=10)
    over = query(published, "select * from range(11)", limit=10)
    assert (exact.table.num_rows, exact.is_truncated) == (10, False)
    assert (over.table.num_rows, over.is_truncated) == (10, True)


def test_the_order_asked_for_is_kept(published: duckdb.DuckDBPyConnection) -> None:
    answer = query(
        published,
        "select obs_value from observations where obs_value is not null order by obs_value desc",
        limit=500,
    )
    values = answer.table["obs_value"].to_pylist()
    assert values == sorted(values, reverse=True)


def test_an_endless_query_is_stopped_and_the_connection_still_serves(
    published: duckdb.DuckDBPyConnection,
) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError, match=r"query\.too_long"):
        query(
            published,
            "select count(*) from range(1000000000) as a, range(1000000000) as b "
            "where a.range % 7 = b.range % 5",
            seconds=0.3,
        )
    assert time.monotonic() - start < 10
    assert query(published, "select 1 as one").table.num_rows == 1


def test_a_variable_of_the_calling_program_cannot_be_read(
    published: duckdb.DuckDBPyConnection,
) -> None:
    import pandas as pd

    secret = pd.DataFrame({"value": ["identified"]})
    assert len(secret) == 1
    with pytest.raises(QueryError, match=r"query\.refused"):
        query(published, "select value from secret")


def test_a_missing_or_foreign_file_is_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"query\.not_published"):
        open_published(tmp_path / "none.duckdb")
    foreign = tmp_path / "foreign.duckdb"
    foreign.write_bytes(b"not a database" * 1000)
    with pytest.raises(QueryError, match=r"query\.not_a_database"):
        open_published(foreign)
