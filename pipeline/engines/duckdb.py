"""Run one query of the project on DuckDB, in memory, with nothing written to disk.

DuckDB spills plaintext into its temporary folder and leaves it there after a crash, so the
engine gets none: a query too large for the memory fails instead.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from pipeline.errors import Place, StorageError


def run_query(
    sql: str,
    tables: Mapping[str, pa.Table],
    *,
    name: str,
    parameters: Mapping[str, float | int | str] | None = None,
) -> pa.Table:
    """Return the result of one query over the given tables, and over nothing else.

    Args:
        sql: text of a file under `sql/`.
        tables: name in the query → rows.
        name: the query's name, for messages.
        parameters: values bound to `$name` in the query.

    Raises:
        StorageError: the query failed; the engine's own message is cut, for it may quote rows.
    """
    with duckdb.connect(":memory:", config=LOCKED) as connection:
        try:
            for table, rows in tables.items():
                connection.register(table, rows)
            return connection.sql(sql, params=dict(parameters or {})).to_arrow_table()
        except duckdb.Error as error:
            place = Place(table=name, rule=type(error).__name__)
            raise StorageError("storage.query_failed", place=place) from None


LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    # No folder, so nothing to spill into: a bound of 0 bytes on its size is not kept by the engine.
    # After the line above: before it, DuckDB refuses to connect.
    "temp_directory": "",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}
