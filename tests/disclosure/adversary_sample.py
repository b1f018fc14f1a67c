"""Tiny published files, written by hand, to try the adversary on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import duckdb
import numpy as np

from tests.disclosure.adversary_file import Published, read_published

PERIOD = "2021"
Counts = Mapping[str, object]
"""Commune -> its counts, nested in the order of the dimensions."""


@dataclass(frozen=True)
class SampleTable:
    """A table to publish: its codes by dimension, and what each level crosses."""

    name: str
    measure: str
    counts: Counts
    dimensions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    levels: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"commune": ()})


@dataclass(frozen=True)
class SampleRate:
    """A shown value of an indicator."""

    indicator: str
    area: str
    value: float
    decimals: int
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SampleCell:
    """A cell to show or to hide; `codes` are those that are no total."""

    table: str
    measure: str
    area: str
    codes: Mapping[str, str]
    value: int


Hides = Callable[[SampleCell], bool]


@dataclass(frozen=True)
class Sample:
    """A published file: communes and what they belong to, tables, rates, what is hidden.

    Args:
        above: commune -> level -> area.
        tables: what is counted.
        hides: asked for every cell of persons.
        classes: commune -> class of the typology `urbanisation`.
        rates: shown values of indicators.
        protected_zeros: tables in which zeros are hidden too, where `hides` says so.
    """

    above: Mapping[str, Mapping[str, str]]
    tables: Sequence[SampleTable]
    hides: Hides
    classes: Mapping[str, str] = field(default_factory=dict)
    rates: Sequence[SampleRate] = ()
    protected_zeros: Sequence[str] = ()

    def publish(self, folder: Path) -> Published:
        """Write the file and read it back as the adversary does."""
        path = folder / "published.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            self._write_territories(connection)
            self._write_rates(connection)
            self._write_releases(connection)
            connection.execute("create schema cells")
            for table in self.tables:
                self._write_table(connection, table)
        return read_published(path)

    def _write_territories(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("create table territories (id text, parent_id text)")
        connection.execute("create table typologies (id text, typology text, code text)")
        rows = {(commune, area) for commune, areas in self.above.items() for area in areas.values()}
        tops = {(area, None) for _, area in rows}
        _insert(connection, "territories", sorted(rows) + sorted(tops))
        _insert(connection, "typologies", [(c, "urbanisation", k) for c, k in self.classes.items()])

    def _write_rates(self, connection: duckdb.DuckDBPyConnection) -> None:
        names = sorted({name for rate in self.rates for name in rate.codes})
        columns = "".join(f", {name} text" for name in names)
        connection.execute("create table indicators (indicator text, kind text, decimals integer)")
        connection.execute(
            "create table observations (indicator text, ref_area text, time_period text"
            f"{columns}, obs_value double)"
        )
        kinds = {(rate.indicator, "rate", rate.decimals) for rate in self.rates}
        _insert(connection, "indicators", sorted(kinds))
        rows = [
            (r.indicator, r.area, PERIOD, *(r.codes.get(n, "_Z") for n in names), r.value)
            for r in self.rates
        ]
        _insert(connection, "observations", rows)

    def _write_releases(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(
            "create table releases (release_id text, created timestamp, protected_zeros text)"
        )
        protected = ", ".join(self.protected_zeros)
        _insert(connection, "releases", [("release", "2026-01-01", protected)])

    def _write_table(self, connection: duckdb.DuckDBPyConnection, table: SampleTable) -> None:
        columns = "".join(f", {name} text" for name in self._dimensions(table))
        connection.execute(
            f"create table cells.{table.name} (ref_area text, time_period text{columns},"
            f" {table.measure} bigint, conf_status text)"
        )
        _insert(connection, f"cells.{table.name}", list(self._rows(table)))

    def _dimensions(self, table: SampleTable) -> dict[str, Sequence[str]]:
        bands = {"urbanisation": sorted(set(self.classes.values()))} if self.classes else {}
        return {**table.dimensions, **bands}

    def _rows(self, table: SampleTable) -> Iterator[tuple[object, ...]]:
        dimensions = self._dimensions(table)
        for level, crossed in table.levels.items():
            lists = [
                (*known, "_T") if name in crossed else ("_T",) for name, known in dimensions.items()
            ]
            for area, communes in self._areas(level).items():
                for codes in product(*lists):
                    named = {n: c for n, c in zip(dimensions, codes, strict=True) if c != "_T"}
                    value = self._count(table, communes, named)
                    cell = SampleCell(table.name, table.measure, area, named, value)
                    may_hide = value > 0 or table.name in self.protected_zeros
                    hidden = may_hide and self.hides(cell)
                    yield (area, PERIOD, *codes, *((None, "C") if hidden else (value, "F")))

    def _areas(self, level: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for commune, areas in self.above.items():
            found.setdefault(commune if level == "commune" else areas[level], []).append(commune)
        return found

    def _count(self, table: SampleTable, communes: Sequence[str], codes: Mapping[str, str]) -> int:
        axes = [
            [list(known).index(codes[name])] if name in codes else range(len(known))
            for name, known in table.dimensions.items()
        ]
        band = codes.get("urbanisation")
        return sum(
            int(np.array(table.counts[commune])[np.ix_(*axes)].sum())
            for commune in communes
            if band is None or self.classes[commune] == band
        )


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]
) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {table} values ({marks})", rows)
