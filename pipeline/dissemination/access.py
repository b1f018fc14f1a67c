"""Open the published database read-only and locked down, and query it within bounds.

The lock (no files, no network, no extension, no setting) is DuckDB's own. What it leaves open,
paths in system catalogues and statements that are not queries, is refused here from DuckDB's own
parse of the statement, never from its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.errors import Place, QueryError

_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    # Else `from x` would read a variable of the calling program.
    "python_enable_replacements": False,
    "max_temp_directory_size": "0B",
    "memory_limit": "2GB",
    "lock_configuration": True,
}
_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
_FUNCTIONS_REFUSED = frozenset({"current_setting", "getenv", "getvariable", "write_log"})
_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "system", "temp"})
_FULL_SCHEMA = "information_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The rows of a query, and whether there were more than the limit."""

    table: pa.Table
    is_truncated: bool


def open_published(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection that can reach nothing but this file.

    Raises:
        QueryError: the file is missing, or is not a database.
    """
    if not path.is_file():
        raise QueryError("query.not_published", place=Place(file=path.name))
    try:
        return duckdb.connect(str(path), read_only=True, config=_LOCKED)
    except duckdb.Error:
        raise QueryError("query.not_a_database", place=Place(file=path.name)) from None


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
    if node.get("type") == "TABLE_FUNCTION":
        if (name := _name(node["function"])) not in _TABLE_FUNCTIONS:
            raise QueryError("query.not_allowed", name=name)
    elif node.get("class") == "FUNCTION" and (name := _name(node)) in _FUNCTIONS_REFUSED:
        raise QueryError("query.not_allowed", name=name)
    elif node.get("type") in {"BASE_TABLE", "SHOW_REF"}:
        path = [part.lower() for part in node["qualified_name"]["path"]]
        if not path or _FULL_SCHEMA in path[:-1]:
            return
        if path[-1] in system or _SYSTEM_SCHEMAS & set(path[:-1]):
            raise QueryError("query.not_allowed", name=path[-1])


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
