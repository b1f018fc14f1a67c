"""A release as large as France: the sample of one département, once per département.

Territories and figures of the sample are repeated under other codes, and its tables written in the
order in which a release writes them. Its figures are those of the sample, hidden ones too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from shapely.affinity import translate
from shapely.geometry import mapping, shape
from sqlglot import exp

from pipeline.contracts import Contracts
from pipeline.contracts.geography import Geography, Territory
from pipeline.dissemination.columns import PublishedTable
from pipeline.dissemination.database import ATTACHED_NEW, write_database
from pipeline.dissemination.dictionary import published_tables
from pipeline.dissemination.publication import Publication
from tests.browser.sample import sample_publication

# 332 communes of the sample, 106 times: as many as France has.
COPIES = 106
_REPEATED = ("commune", "epci", "arrondissement", "departement")
_LARGE = {"coverage", "observations", "territories", "typologies"}
# `COM-35001` is `COM-7x35001` in the seventh copy; regions and the country are there once.
_REPEATING = (
    "create temp macro repeats(id) as regexp_matches(id, '^(COM|EPCI|ARR|DEP)-')",
    (
        "create temp macro renamed(id, copy) as case when copy = 0 or not repeats(id) then id "
        "else replace(id, '-', '-' || copy || 'x') end"
    ),
    "create temp macro code_of(id) as regexp_replace(id, '^[A-Z]+-', '')",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """A release of many communes: its database, and what its exports are made from.

    Attributes:
        database: the published database.
        contracts: those of the demonstration.
        geography: all its territories.
        outlines: a GeoJSON of its communes.
    """

    database: Path
    contracts: Contracts
    geography: Geography
    outlines: dict[str, Any]


def write_nation(folder: Path, *, copies: int = COPIES) -> Nation:
    """Write the database of a nation, and return it with its territories."""
    publication = sample_publication()
    path = folder / "published.duckdb"
    small = folder / "small.duckdb"
    write_database(publication, small)
    with duckdb.connect() as connection:
        connection.execute("attach ? as small (read_only)", [str(small)])
        connection.execute(ATTACHED_NEW, [str(path)])
        connection.execute("copy from database small to published")
        connection.execute("use published")
        for statement in _REPEATING:
            connection.execute(statement)
        connection.execute(
            "create temp table copies as select range as copy from range(?)", [copies]
        )
        for table in published_tables(publication.contracts):
            if table.name in _LARGE or table.schema == "cells":
                _repeat(connection, table)
        connection.execute("checkpoint published")
        connection.execute("use memory")
        connection.execute("detach published")
    small.unlink()
    return Nation(
        database=path,
        contracts=publication.contracts,
        geography=_geography(publication.geography, copies),
        outlines=_outlines(publication, copies),
    )


def _code(code: str, copy: int) -> str:
    return code if copy == 0 else f"{copy}x{code}"


def _repeat(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    """Replace the rows of a table by as many copies of those of repeated levels."""
    key = "ref_area" if "ref_area" in table.column_names else "id"
    columns = [exp.alias_(_repeated(name, key), name, quoted=True) for name in table.column_names]
    rows = (
        exp.select(*columns)
        .from_(exp.table_(table.name, db=table.schema, catalog="small", quoted=True))
        .join("copies", join_type="cross")
        .where(exp.or_(exp.column("copy").eq(0), exp.func("repeats", exp.column(key))))
        .order_by(*(exp.column(column, quoted=True) for column in table.order))
    )
    whole = exp.table_(table.name, db=table.schema, quoted=True)
    connection.execute(exp.delete(whole).sql(dialect="duckdb"))
    connection.execute(exp.insert(rows, whole).sql(dialect="duckdb"))


def _repeated(name: str, key: str) -> exp.Expression:
    """Return a column as it is in a copy."""
    copy = exp.column("copy")
    if name in {key, "parent_id"}:
        return exp.func("renamed", exp.column(name), copy)
    if name == "code" and key == "id":
        return exp.func("code_of", exp.func("renamed", exp.column(key), copy))
    return exp.column(name, quoted=True)


def _geography(small: Geography, copies: int) -> Geography:
    territories: dict[tuple[str, str], Territory] = dict(small.territories)
    parents: dict[str, dict[str, str]] = {}
    classes: dict[str, dict[str, str]] = {name: {} for name in small.classes}
    for copy in range(copies):
        for (level, code), one in small.territories.items():
            if level in _REPEATED:
                new = _code(code, copy)
                territories[level, new] = Territory(level, new, one.name, one.inhabitants)
        for base, up in small.parents.items():
            parents[_code(base, copy)] = {
                level: _code(code, copy) if level in _REPEATED else code
                for level, code in up.items()
            }
            for name, told in small.classes.items():
                classes[name][_code(base, copy)] = told[base]
    return Geography(
        base_level=small.base_level,
        territories=territories,
        parents=parents,
        classes=classes,
        changes={},
    )


def _outlines(publication: Publication, copies: int) -> dict[str, Any]:
    """Return the outlines of the sample, its copies side by side as a country's parts are."""
    features = publication.outlines["features"] if publication.outlines else []
    return {
        "features": [
            {
                "properties": {"code": _code(feature["properties"]["code"], copy)},
                "geometry": mapping(translate(shape(feature["geometry"]), *_shift(copy))),
            }
            for copy in range(copies)
            for feature in features
        ]
    }


def _shift(copy: int) -> tuple[float, float]:
    """Return how far a copy lies from the first, in degrees."""
    return 2.0 * (copy % 11), 1.5 * (copy // 11)
