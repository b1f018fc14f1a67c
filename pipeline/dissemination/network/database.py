"""Write the comparison database: what each publisher released, under its name, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb
import pandas as pd
from sqlglot import exp

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Label
from pipeline.dissemination.network.differences import find_differences
from pipeline.dissemination.network.members import Member
from pipeline.dissemination.network.words import COLUMNS
from pipeline.errors import Place, StorageError

_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}
# Tables taken over as they are, each row under its publisher.
_TAKEN = ("territories", "indicators", "dimensions", "coverage", "releases")
_ORDER = {
    "observations": ("publisher", "indicator", "ref_area", "time_period"),
    "territories": ("publisher", "id", "hierarchy"),
    "indicators": ("publisher", "indicator"),
    "dimensions": ("publisher", "dimension", "position"),
    "coverage": ("publisher", "ref_area", "time_period", "dataset"),
    "releases": ("publisher", "created", "release_id"),
    "differences": ("indicator", "aspect", "publisher"),
    "publishers": ("publisher",),
}


def write_network_database(members: Sequence[Member], path: Path) -> None:
    """Write the comparison of some releases as one DuckDB file.

    Tables: `publishers`, one row each; `observations`, `territories`, `indicators`, `dimensions`,
    `coverage` and `releases` of all of them, with the column `publisher`; `differences`, one row
    per indicator, aspect and publisher. Views: `totals`, and `comparison`, the totals of the
    territory that stands for all of a publisher. The same releases give the same rows.

    Raises:
        StorageError: the file could not be written.
    """
    frames = network_frames(members)
    try:
        with duckdb.connect(config=_OFFLINE) as connection:
            connection.execute("attach ? as network (storage_version 'v1.2.0')", [str(path)])
            connection.execute("use network")
            for name, frame in frames.items():
                connection.register("read", frame)
                made = exp.select("*").from_("read").order_by(*_ORDER[name])
                statement = exp.Create(this=exp.table_(name), kind="table", expression=made)
                connection.execute(statement.sql(dialect="duckdb"))
                connection.unregister("read")
            for name, view in _views(_dimensions(members)).items():
                statement = exp.Create(this=exp.table_(name), kind="view", expression=view)
                connection.execute(statement.sql(dialect="duckdb"))
            _describe(connection, members)
            connection.execute("checkpoint network")
            connection.execute("use memory")
            connection.execute("detach network")
    except duckdb.Error:
        path.unlink(missing_ok=True)
        raise StorageError("publication.not_written", place=Place(file=path.name)) from None


def described_columns(
    connection: duckdb.DuckDBPyConnection, members: Sequence[Member]
) -> pd.DataFrame:
    """Return table, column, type and meaning, for every table and view of the database in use."""
    known = pd.concat([member.tables["columns"] for member in members], ignore_index=True)
    known = known[known["table_schema"] == "main"].drop_duplicates(["table_name", "column_name"])
    meant = {
        (row.table_name, row.column_name): Label(
            en=str(row.description_en), fr=str(row.description_fr)
        )
        for row in known.itertuples()
    }
    anywhere = {column: label for (_, column), label in meant.items()}
    rows = connection.execute(
        "select table_name, column_name, lower(data_type) from duckdb_columns() "
        "where database_name = 'network' order by table_name, column_index"
    ).fetchall()
    described = []
    for table, column, type_ in rows:
        own = meant.get((table, column)) or COLUMNS.get(column) or anywhere.get(column)
        label = own or Label(en=column, fr=column)
        described.append((table, column, type_, label.en, label.fr))
    columns = ["table_name", "column_name", "data_type", "description_en", "description_fr"]
    return pd.DataFrame(described, columns=columns)


def _describe(connection: duckdb.DuckDBPyConnection, members: Sequence[Member]) -> None:
    """Add the table `columns`, itself described too."""
    for statement in (
        "create table columns as from read",
        "create or replace table columns as from read",
    ):
        connection.register("read", described_columns(connection, members))
        connection.execute(statement)
        connection.unregister("read")


def network_frames(members: Sequence[Member]) -> dict[str, pd.DataFrame]:
    """Return table → rows of all publishers; a breakdown that one does not have is `_Z`."""
    differences = [asdict(difference) for difference in find_differences(members)]
    columns = ["indicator", "aspect", "publisher", "value_en", "value_fr"]
    return {
        "publishers": pd.DataFrame([*_publishers(members)]),
        "observations": _observations(members),
        **{name: _together(name, members) for name in _TAKEN},
        "differences": pd.DataFrame(differences, columns=columns, dtype="str"),
    }


def _publishers(members: Sequence[Member]) -> Iterator[Mapping[str, object]]:
    for member in members:
        whole = member.whole
        yield {
            "publisher": member.name,
            "label_en": member.label.en,
            "label_fr": member.label.fr,
            "release_id": member.release_id,
            "created": pd.Timestamp(member.created).tz_convert("UTC").tz_localize(None),
            "licence": member.licence.name,
            "licence_url": member.licence.url,
            "synthetic": member.synthetic,
            "key_fingerprint": member.fingerprint,
            "whole_area": whole["id"],
            "whole_area_name": whole["name"],
        }


def _dimensions(members: Sequence[Member]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for member in members for name in member.dimensions))


def _observations(members: Sequence[Member]) -> pd.DataFrame:
    dimensions = _dimensions(members)
    parts = []
    for member in members:
        rows = member.tables["observations"]
        missing = {name: NOT_APPLICABLE for name in dimensions if name not in rows.columns}
        parts.append(rows.assign(**missing, publisher=member.name))
    rows = pd.concat(parts, ignore_index=True)
    last = [c for c in rows.columns if c not in dimensions and c not in _ORDER["observations"]]
    first = ["publisher", "indicator", "ref_area", "time_period", "area_level"]
    return rows[[*first, *dimensions, *(c for c in last if c != "area_level")]]


def _together(name: str, members: Sequence[Member]) -> pd.DataFrame:
    parts = [member.tables[name].assign(publisher=member.name) for member in members]
    rows = pd.concat(parts, ignore_index=True)
    return rows[["publisher", *(c for c in rows.columns if c != "publisher")]]


def _views(dimensions: Sequence[str]) -> dict[str, exp.Select]:
    """Return view → query: the totals, and those of the territories that stand for all."""
    whole = [exp.column(name, quoted=True).isin(TOTAL, NOT_APPLICABLE) for name in dimensions]
    told = (
        *("obs_value", "obs_status", "conf_status", "coverage", "unit_measure"),
        *("obs_low", "obs_high"),
    )
    keys = ("publisher", "indicator", "ref_area", "area_level", "time_period")
    totals = exp.select(*keys, *told).from_("observations").where(*whole)
    comparison = (
        exp.select(
            "totals.indicator",
            "totals.time_period",
            "totals.publisher",
            "publishers.whole_area_name",
            *(f"totals.{name}" for name in told),
        )
        .from_("totals")
        .join(
            "publishers",
            on="totals.publisher = publishers.publisher "
            "and totals.ref_area = publishers.whole_area",
        )
    )
    return {"totals": totals, "comparison": comparison}
