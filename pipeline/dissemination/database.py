"""Write the published DuckDB file: tables, views and the dictionary, in one stable order."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
from sqlglot import exp

from pipeline.dissemination.caveats import caveats_frame
from pipeline.dissemination.columns import REF_AREA, PublishedColumn, PublishedTable
from pipeline.dissemination.dictionary import published_tables
from pipeline.dissemination.macros import MACROS
from pipeline.dissemination.publication import Publication, check_publication
from pipeline.dissemination.reference import reference_frames, tables_frame
from pipeline.dissemination.told_views import PublishedView
from pipeline.dissemination.views import published_views
from pipeline.errors import Place, StorageError

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    # Cells of a candidate are not public yet: nothing of them may be left in a temporary file.
    "temp_directory": "",
}


# Older clients (R, QGIS) open storage version 1.2.0; the default of the day they may not. Smaller
# groups of rows than DuckDB's 122,880: of a nation, what is asked of one territory reads fewer.
ATTACHED_NEW = "attach ? as published (storage_version 'v1.2.0', row_group_size 30720)"
# Each territory stands in a group of rows many times over: in a dictionary it is sought once. Left
# to itself, DuckDB takes another form that is read at half the speed, and is no smaller.
_IN_A_DICTIONARY = exp.ColumnConstraint(kind=exp.var("using compression dictionary"))


def write_database(publication: Publication, path: Path) -> None:
    """Write one release as a DuckDB file.

    The same publication gives the same rows in the same order. Nothing but `path` is left
    behind: the log is checkpointed, and the file is removed if anything fails.

    Args:
        publication: released cells, indicators and reference data.
        path: the file to make; it must not exist.

    Raises:
        DisclosureError: the publication is not exactly what the contracts declare.
        StorageError: the file exists, or could not be written.
    """
    check_publication(publication)
    if path.exists():
        raise StorageError("publication.exists", place=Place(file=path.name))
    try:
        with duckdb.connect(config=_OFFLINE) as connection:
            connection.execute("set timezone = 'UTC'")
            _attach(connection, path)
            connection.execute("begin transaction")
            _write(connection, publication)
            connection.execute("commit")
            connection.execute("checkpoint published")
            connection.execute("use memory")
            connection.execute("detach published")
    except duckdb.Error:
        # The engine's message may quote the row it stumbled over.
        _remove(path)
        raise StorageError("publication.not_written", place=Place(file=path.name)) from None
    except BaseException:
        _remove(path)
        raise


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute(ATTACHED_NEW, [str(path)])
    connection.execute("use published")
    connection.execute("create schema cells")


def _write(connection: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    tables = published_tables(publication.contracts)
    views = published_views(publication.contracts)
    described = (*tables, *(view.described for view in views))
    frames: dict[tuple[str, str], pd.DataFrame] = {
        table.key: frame for table, frame in publication.frames()
    }
    reference = reference_frames(
        publication.contracts,
        publication.geography,
        publication.coverage,
        described=described,
    )
    frames |= {("main", name): frame for name, frame in reference.items()}
    frames["main", "tables"] = tables_frame(tables, tuple(view.described for view in views))
    frames["main", "caveats"] = caveats_frame(publication)
    for table in tables:
        _create_table(connection, table)
        _insert(connection, table, frames[table.key])
        _comment(connection, table, "table")
    for view in views:
        _create_view(connection, view)
        _comment(connection, view.described, "view")
    for macro in MACROS:
        connection.execute(macro.statement)
        called = exp.to_identifier(macro.name, quoted=True)
        _say(connection, "macro table", called, f"{macro.description.en}: {macro.signature}")


def _relation(table: PublishedTable) -> exp.Table:
    return exp.table_(table.name, db=table.schema, quoted=True)


def _create_table(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    columns = [
        exp.ColumnDef(
            this=exp.to_identifier(column.name, quoted=True),
            kind=exp.DataType.build(column.type, dialect="duckdb"),
            constraints=_constraints(column, table),
        )
        for column in table.columns
    ]
    schema = exp.Schema(this=_relation(table), expressions=columns)
    connection.execute(exp.Create(this=schema, kind="TABLE").sql(dialect="duckdb"))


def _constraints(column: PublishedColumn, table: PublishedTable) -> list[exp.ColumnConstraint]:
    told = [_IN_A_DICTIONARY.copy()] if column.name == REF_AREA.name else []
    if column.name in table.order:
        told.append(exp.ColumnConstraint(kind=exp.NotNullColumnConstraint()))
    return told


def _insert(
    connection: duckdb.DuckDBPyConnection, table: PublishedTable, frame: pd.DataFrame
) -> None:
    names = [exp.column(name, quoted=True) for name in table.column_names]
    order = [exp.column(name, quoted=True) for name in table.order]
    rows = exp.select(*names).from_("incoming").order_by(*order)
    connection.register("incoming", frame)
    connection.execute(exp.insert(rows, _relation(table)).sql(dialect="duckdb"))
    connection.unregister("incoming")


def _create_view(connection: duckdb.DuckDBPyConnection, view: PublishedView) -> None:
    relation = _relation(view.described)
    create = exp.Create(this=relation, kind="VIEW", expression=view.query)
    connection.execute(create.sql(dialect="duckdb"))


def _comment(connection: duckdb.DuckDBPyConnection, table: PublishedTable, kind: str) -> None:
    relation = _relation(table)
    _say(connection, kind, relation, table.description.en)
    for column in table.columns:
        address = exp.column(column.name, table.name, table.schema, quoted=True)
        _say(connection, "column", address, column.description.en)


def _say(
    connection: duckdb.DuckDBPyConnection, kind: str, what: exp.Expression, words: str
) -> None:
    comment = exp.Comment(this=what, kind=kind.upper(), expression=exp.Literal.string(words))
    connection.execute(comment.sql(dialect="duckdb"))
