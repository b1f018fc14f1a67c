"""What every export is made from: the published database, its dictionary and its territories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from pipeline.contracts import Contracts, Label
from pipeline.contracts.geography import Geography
from pipeline.dissemination.columns import PublishedTable
from pipeline.dissemination.dictionary import published_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSource:
    """One release while its folder is filled.

    Attributes:
        connection: read-only, on the published database.
        contracts: the rules in force; labels and descriptions come from them.
        geography: the territories at the reference vintage.
        outlines: GeoJSON of the base level, property `code`; None: no geometry.
        folder: of the release.
    """

    connection: duckdb.DuckDBPyConnection
    contracts: Contracts
    geography: Geography
    outlines: Mapping[str, Any] | None
    folder: Path

    @property
    def tables(self) -> tuple[PublishedTable, ...]:
        """Every table of the database, described."""
        return published_tables(self.contracts)

    @property
    def release(self) -> dict[str, Any]:
        """What the table `releases` says of this one: the last that was made."""
        rows = self.connection.sql(
            "from releases order by created desc, release_id desc limit 1"
        ).to_arrow_table()
        row: dict[str, Any] = rows.to_pylist()[0]
        return row

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods of the figures, in order."""
        rows = self.connection.sql(
            "select distinct time_period from observations order by time_period"
        ).fetchall()
        return tuple(str(period) for (period,) in rows)

    def read(self, table: PublishedTable) -> pa.Table:
        """Return the rows of a table in their order."""
        return read_table(self.connection, table.schema, table.name)


def read_table(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> pa.Table:
    """Return all rows of a table or view of the database."""
    relation = exp.table_(name, db=schema, quoted=True).sql(dialect="duckdb")
    return connection.sql(f"from {relation}").to_arrow_table()


def file_of(table: PublishedTable, kind: str) -> str:
    """Return the path of a table's file in the release folder, such as `csv/cells/schools.csv`."""
    inside = "cells/" if table.schema == "cells" else ""
    return f"{kind}/{inside}{table.name}.{kind}"


def both(words: Label) -> list[dict[str, str]]:
    """Return a label in both languages as JSON-LD writes it."""
    return [
        {"@value": words.en, "@language": "en"},
        {"@value": words.fr, "@language": "fr"},
    ]
