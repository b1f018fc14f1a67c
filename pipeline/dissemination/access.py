"""Open the published database read-only and locked down, and query it within bounds.

The lock (no files, no network, no extension, no setting) is DuckDB's own. What it leaves open,
paths in system catalogues and statements that are not queries, is refused here from DuckDB's own
parse of the statement, never from its text. A function that never looks up from its work is
stopped by no connection: whoever does not know who asks takes `query_apart`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from pipeline.dissemination.macros import MACRO_NAMES
from pipeline.errors import Place, QueryError

_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    # Else `from x` would read a variable of the calling program.
    "python_enable_replacements": False,
    "temp_directory": "",
    "memory_limit": "2GB",
}
_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
# A plan is bound, and folds what it names: `json_serialize_plan` answers for a statement in a text.
_FUNCTIONS_REFUSED = frozenset(
    {"current_setting", "getenv", "getvariable", "json_serialize_plan", "write_log"}
)
_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "system", "temp"})
_FULL_SCHEMA = "information_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The rows of a query, and whether there were more than the limit."""

    table: pa.Table
    is_truncated: bool


def open_published(
    path: Path, *, earlier: Mapping[str, Path] | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection that can reach nothing but this file and earlier ones.

    Args:
        path: the database of the release in force.
        earlier: id of another public release → its database; it is attached read-only under
            `catalogue_name(id)`, so that `from release_0123.totals` reads it.

    Raises:
        QueryError: a file is missing, or is not a database.
    """
    for each in (path, *(earlier or {}).values()):
        if not each.is_file():
            raise QueryError("query.not_published", place=Place(file=each.name))
    try:
        connection = duckdb.connect(str(path), read_only=True, config=_LOCKED)
    except duckdb.Error:
        raise QueryError("query.not_a_database", place=Place(file=path.name)) from None
    try:
        for release, database in (earlier or {}).items():
            _attach(connection, catalogue_name(release), database)
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except duckdb.Error:
        connection.close()
        raise QueryError("query.not_a_database", place=Place(file=path.name)) from None
    return connection


def catalogue_name(release: str) -> str:
    """Return the name under which another release is attached: its id, fit for SQL."""
    return release.replace("-", "_")


def _attach(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    attached = exp.Attach(
        this=exp.alias_(exp.Literal.string(str(path)), name, quoted=True),
        expressions=[exp.AttachOption(this=exp.var("read_only"))],
    )
    connection.execute(attached.sql(dialect="duckdb"))


def query(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    *,
    limit: int | None = None,
    seconds: float = 30.0,
) -> QueryResult:
    """Run one query over the published tables and views.

    Args:
        connection: from `open_published`.
        sql: a single select (also `with`, `values`, `from`, `describe`, `summarize`, `show`).
        limit: the most rows to return, at least 1; None: all.
        seconds: after which the query is stopped.

    Raises:
        QueryError: not one query, a name that is not published, stopped, or not understood.
    """
    _check_statement(connection, sql)
    timer = Timer(seconds, connection.interrupt)
    timer.start()
    try:
        answer = connection.sql(sql)
        table = (answer if limit is None else answer.limit(limit + 1)).to_arrow_table()
    except duckdb.InterruptException:
        raise QueryError("query.too_long", seconds=seconds) from None
    except duckdb.OutOfMemoryException:
        raise QueryError("query.too_large") from None
    except duckdb.Error as error:
        raise _refusal(error) from None
    finally:
        timer.cancel()
    is_truncated = limit is not None and table.num_rows > limit
    return QueryResult(table=table.slice(0, limit), is_truncated=is_truncated)


def _refusal(error: duckdb.Error) -> QueryError:
    # The first line names what was not understood; the rest repeats the statement.
    return QueryError("query.refused", why=str(error).splitlines()[0].rstrip(".!"))


def _check_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise _refusal(error) from None
    if len(statements) != 1:
        raise QueryError("query.not_one", count=len(statements))
    parsed = _parse(connection, sql)
    if parsed["error"]:
        raise QueryError("query.not_a_query")
    system = _system_names(connection)
    for node in _nodes(parsed):
        _check_node(node, system)


def _parse(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    row = connection.execute("select json_serialize_sql(cast(? as varchar))", [sql]).fetchone()
    parsed: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    return parsed


def _nodes(part: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a parse tree."""
    waiting = [part]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            yield current
            waiting += current.values()
        elif isinstance(current, list):
            waiting += current


def _check_node(node: dict[str, Any], system: frozenset[str]) -> None:
    # A literal has a type too, and that is an object.
    kind = str(node.get("type"))
    if kind == "TABLE_FUNCTION":
        _check_table_function(node["function"])
    elif node.get("class") == "FUNCTION" and (name := _name(node)) in _FUNCTIONS_REFUSED:
        raise QueryError("query.not_allowed", name=name)
    elif kind in {"BASE_TABLE", "SHOW_REF"}:
        path = [part.lower() for part in node["qualified_name"]["path"]]
        if not path or _FULL_SCHEMA in path[:-1]:
            return
        if path[-1] in system or _SYSTEM_SCHEMAS & set(path[:-1]):
            raise QueryError("query.not_allowed", name=path[-1])


def _check_table_function(function: dict[str, Any]) -> None:
    name = _name(function)
    if name in _TABLE_FUNCTIONS:
        return
    # By the name of another catalogue it would read the release in force all the same.
    if name not in MACRO_NAMES or len(function["qualified_name"]["path"]) > 1:
        raise QueryError("query.not_allowed", name=name)


def _name(function: dict[str, Any]) -> str:
    return str(function["function_name"]).lower()


def _system_names(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the names of DuckDB's own catalogue that no published table bears."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where internal "
        "union select view_name from duckdb_views() where internal "
        "except select table_name from duckdb_tables() where not internal "
        "except select view_name from duckdb_views() where not internal"
    ).fetchall()
    return frozenset(str(name).lower() for (name,) in rows)
