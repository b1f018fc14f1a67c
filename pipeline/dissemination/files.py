"""The published tables as files: Parquet for programs, CSV for everyone.

The files are read from the published database, so that they cannot say anything else.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from sqlglot import exp

from pipeline.dissemination.access import open_published
from pipeline.errors import Place, StorageError

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection), and what would read
# like one that was made safe: so taking one apostrophe away gives back every text.
_FORMULA = r"^'*[=+\-@\t\r\n]"


def write_files(database: Path, folder: Path) -> tuple[Path, ...]:
    """Write `parquet/` and `csv/` under a folder, one file per table.

    Tables of the schema cells lie in a subfolder `cells/`. CSV is UTF-8 with a header; a
    hidden figure is an empty field whose status stands beside it.

    Args:
        database: the published database.
        folder: where `parquet/` and `csv/` are made; they must not exist.

    Returns:
        The files written, in order.

    Raises:
        StorageError: a folder exists already, or a file could not be written.
    """
    written: list[Path] = []
    try:
        (folder / "parquet" / "cells").mkdir(parents=True)
        (folder / "csv" / "cells").mkdir(parents=True)
        with open_published(database) as connection:
            for schema, name in _tables(connection):
                inside = "cells" if schema == "cells" else ""
                table = _read(connection, schema, name)
                parquet = folder / "parquet" / inside / f"{name}.parquet"
                pyarrow.parquet.write_table(table, parquet, compression="zstd")
                csv = folder / "csv" / inside / f"{name}.csv"
                pyarrow.csv.write_csv(neutralised(_times_as_text(table)), csv)
                written += [parquet, csv]
    except OSError:
        raise StorageError("publication.not_written", place=Place(file=folder.name)) from None
    return tuple(written)


def neutralised(table: pa.Table) -> pa.Table:
    """Return the table with an apostrophe before any text that would start a formula.

    It is reversible: a text that starts with apostrophes and what would start a formula had one
    less before.
    """
    for position, field in enumerate(table.schema):
        if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)):
            continue
        texts = table.column(position)
        risky = pc.match_substring_regex(texts, _FORMULA)
        if pc.any(risky).as_py():
            mark, nothing = pa.scalar("'", field.type), pa.scalar("", field.type)
            quoted = pc.binary_join_element_wise(mark, texts, nothing)
            texts = pc.if_else(risky, quoted, texts)
            table = table.set_column(position, field, texts)
    return table


def _times_as_text(table: pa.Table) -> pa.Table:
    """Return the table with each time as ISO 8601 writes it, in UTC."""
    for position, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            seconds = table.column(position).cast(pa.timestamp("s"), safe=False)
            texts = pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(position, field.name, texts)
    return table


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(
        "select schema_name, table_name from duckdb_tables() order by schema_name, table_name"
    ).fetchall()


def _read(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> pa.Table:
    relation = exp.table_(name, db=schema, quoted=True).sql(dialect="duckdb")
    return connection.sql(f"from {relation}").to_arrow_table()
