"""What an adversary reads in a published file, and nothing else.

No code of the product is used: only the file, its territories and the names of its columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]
Codes = tuple[str, ...]

Address = tuple[str, str, str, str, frozenset[tuple[str, str]]]
"""Table, measure, period, area, and the codes that are no total, with their dimensions."""

TOTAL = "_T"
WHOLE = ("_T", "_Z")
PERSONS = ("pupils", "teachers")
_BESIDE_DIMENSIONS = ("ref_area", "area_level", "time_period")
_AFTER_MEASURES = ("obs_status", "conf_status", "coverage")


@dataclass(frozen=True)
class Cell:
    """One published cell; `codes` says `_T` for every dimension that is summed or absent.

    `value` is None where the cell is hidden.
    """

    table: str
    area: str
    codes: Codes
    value: int | None
    status: str


@dataclass(frozen=True)
class Table:
    """A table of counts: its dimensions, and every code that it shows for each."""

    name: str
    measure: str
    dimensions: tuple[str, ...]
    codes: Mapping[str, Codes]
    cells: Mapping[str, Sequence[Cell]]

    @cached_property
    def by_address(self) -> Mapping[tuple[str, str, Codes], Cell]:
        """Return each cell by period, area and codes."""
        return {
            (period, cell.area, cell.codes): cell
            for period, cells in self.cells.items()
            for cell in cells
        }


@dataclass(frozen=True)
class Rate:
    """One shown value of an indicator; `codes` holds what it is broken down by."""

    indicator: str
    area: str
    period: str
    codes: Mapping[str, str]
    value: float
    decimals: int


@dataclass(frozen=True)
class Geography:
    """The smallest territories, what each area is made of, and the class of each.

    Args:
        base: identifiers of the smallest territories.
        members: area -> positions of the smallest territories in it.
        classes: typology -> the class of each smallest territory.
    """

    base: tuple[str, ...]
    members: Mapping[str, Indices]
    classes: Mapping[str, npt.NDArray[np.str_]]


@dataclass(frozen=True)
class Published:
    """All that a published file tells: tables of persons, other counts, indicators, territories.

    `others` holds the counts of things: schools, computers, places; `protected_zeros` the tables in
    which a hidden cell may be 0.
    """

    geography: Geography
    tables: Mapping[str, Table]
    others: Mapping[Address, int]
    rates: Sequence[Rate]
    periods: tuple[str, ...]
    protected_zeros: frozenset[str] = frozenset()

    @property
    def hidden(self) -> int:
        """Return the number of hidden cells of persons."""
        return sum(
            cell.value is None
            for table in self.tables.values()
            for cells in table.cells.values()
            for cell in cells
        )


def read_published(path: Path) -> Published:
    """Read a published DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set threads = 2")
        geography = _geography(connection)
        columns = _columns(connection)
        tables: dict[str, Table] = {}
        others: dict[Address, int] = {}
        for name, (dimensions, measures) in columns.items():
            if measures[0] in PERSONS:
                tables[name] = _table(connection, name, dimensions, measures[0])
            else:
                others |= _counts(connection, name, dimensions, measures)
        rates = _rates(connection)
        protected = _protected_zeros(connection)
    periods = tuple(sorted({period for table in tables.values() for period in table.cells}))
    return Published(geography, tables, others, rates, periods, protected)


def _protected_zeros(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    told = connection.execute(
        "select protected_zeros from releases order by created desc, release_id desc limit 1"
    ).fetchone()
    return frozenset(name for name in (told[0] if told else "").split(", ") if name)


def _columns(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the dimensions (text) and measures (whole numbers) of each table of cells."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    rows = connection.execute(
        "select table_name, list(column_name order by ordinal_position),"
        " list(data_type order by ordinal_position) from information_schema.columns"
        " where table_schema = 'cells' group by table_name order by table_name"
    ).fetchall()
    for name, columns, types in rows:
        own = [
            (column, kind)
            for column, kind in zip(columns, types, strict=True)
            if column not in _BESIDE_DIMENSIONS + _AFTER_MEASURES
        ]
        found[name] = (
            tuple(column for column, kind in own if kind == "VARCHAR"),
            tuple(column for column, kind in own if kind != "VARCHAR"),
        )
    return found


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, dimensions: tuple[str, ...], measure: str
) -> Table:
    cells: dict[str, list[Cell]] = {}
    shown: dict[str, set[str]] = {dimension: set() for dimension in dimensions}
    for period, area, status, value, codes in _cells(connection, name, dimensions, measure):
        cells.setdefault(period, []).append(Cell(name, area, codes, value, status))
        for dimension, code in zip(dimensions, codes, strict=True):
            shown[dimension].add(code)
    codes_of = {dimension: tuple(sorted(codes - {TOTAL})) for dimension, codes in shown.items()}
    return Table(name, measure, dimensions, codes_of, cells)


def _counts(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    dimensions: tuple[str, ...],
    measures: tuple[str, ...],
) -> dict[Address, int]:
    return {
        (name, measure, period, area, named(dimensions, codes)): value
        for measure in measures
        for period, area, _, value, codes in _cells(connection, name, dimensions, measure)
        if value is not None
    }


def _cells(
    connection: duckdb.DuckDBPyConnection, name: str, dimensions: tuple[str, ...], measure: str
) -> list[tuple[str, str, str, int | None, Codes]]:
    listed = ", ".join(f'"{column}"' for column in dimensions)
    rows = connection.execute(
        f'select time_period, ref_area, conf_status, "{measure}", {listed} from cells."{name}"'
        f" order by time_period, ref_area, {listed}"
    ).fetchall()
    return [
        (period, area, status, value, tuple(TOTAL if c in WHOLE else c for c in codes))
        for period, area, status, value, *codes in rows
    ]


def named(dimensions: Sequence[str], codes: Codes) -> frozenset[tuple[str, str]]:
    """Return the codes that are no total, each with its dimension."""
    return frozenset(
        (dimension, code)
        for dimension, code in zip(dimensions, codes, strict=True)
        if code != TOTAL
    )


def _rates(connection: duckdb.DuckDBPyConnection) -> list[Rate]:
    cursor = connection.execute(
        "select o.*, i.decimals from observations o join indicators i using (indicator)"
        " where i.kind <> 'count' and o.obs_value is not null"
    )
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    dimensions = names[names.index("time_period") + 1 : names.index("obs_value")]
    return [_rate(row, dimensions) for row in rows]


def _rate(row: Mapping[str, Any], dimensions: Sequence[str]) -> Rate:
    codes = {name: row[name] for name in dimensions if row[name] not in WHOLE}
    return Rate(
        row["indicator"],
        row["ref_area"],
        row["time_period"],
        codes,
        row["obs_value"],
        row["decimals"],
    )


def _geography(connection: duckdb.DuckDBPyConnection) -> Geography:
    """Follow the parents of every hierarchy; the smallest territories are nobody's parent."""
    parents: dict[str, set[str]] = {}
    for area, parent in connection.execute("select id, parent_id from territories").fetchall():
        parents.setdefault(area, set())
        if parent is not None:
            parents[area].add(parent)
    above = {parent for found in parents.values() for parent in found}
    base = tuple(sorted(set(parents) - above))
    members: dict[str, list[int]] = {area: [] for area in parents}
    for position, area in enumerate(base):
        for holder in _ancestors(area, parents):
            members[holder].append(position)
    classes: dict[str, dict[str, str]] = {}
    for area, typology, code in connection.execute(
        "select id, typology, code from typologies"
    ).fetchall():
        classes.setdefault(typology, {})[area] = code
    return Geography(
        base=base,
        members={area: np.array(found, dtype=np.int64) for area, found in members.items()},
        classes={
            name: np.array([found.get(area, "") for area in base])
            for name, found in classes.items()
        },
    )


def _ancestors(area: str, parents: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = {area}
    while waiting:
        holder = waiting.pop()
        found.add(holder)
        waiting |= parents.get(holder, set()) - found
    return found
