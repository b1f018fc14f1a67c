"""What the page shows, read from the published database and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts, Label
from pipeline.dissemination.caveat_words import Caveat
from pipeline.dissemination.dictionary import published_dimensions
from pipeline.dissemination.site.places import Place, Places, read_places


@dataclass(frozen=True, slots=True)
class Figure:
    """A published value with the band of a moved one, or the status that says why there is none."""

    value: float | None
    status: str
    coverage: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """How much of one table is hidden, over all periods."""

    table: str
    cells: int
    hidden: int
    base_cells: int
    base_hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Who delivered one dataset, in the territory and period shown."""

    dataset: str
    expected: int
    received: int
    late: int
    missing: int
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaveatLine:
    """One caveat of an indicator: its words, its note, and how many figures of which level."""

    label: Label
    note: Label | None
    is_note: bool
    levels: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The release shown."""

    release_id: str
    created: datetime
    policy: str
    policy_version: int
    periods: str


Totals = Mapping[tuple[str, str, str], Figure]
Breakdown = Mapping[tuple[str, str, str, str], Figure]


class PublishedFigures:
    """Reads the published database.

    Attributes:
        places: the territories.

    Args:
        connection: read-only, from `open_published`.
        contracts: for the levels and their order, and the names of tables.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
        self._connection = connection
        self._contracts = contracts
        self.places: Places = read_places(connection, contracts)

    def release(self) -> Release:
        """Return the latest release that the database lists."""
        return self.releases()[0]

    def widest(self) -> Place:
        """Return the territory the site speaks for: the widest that is wholly in scope."""
        return self.places.main()

    def group_level(self) -> str | None:
        """Return the level just above the base with the most territories."""
        return self.places.group_level()

    def releases(self) -> tuple[Release, ...]:
        """Return this release and those before it that are public, latest first."""
        rows = self._connection.execute(
            "select release_id, created, policy, policy_version, periods from releases "
            "order by created desc, release_id desc"
        ).fetchall()
        fields = ("release_id", "created", "policy", "policy_version", "periods")
        return tuple(Release(**dict(zip(fields, row, strict=True))) for row in rows)

    def code_rows(self) -> list[tuple[str, str, str, str, str]]:
        """Return dimension, code, its labels in English and French, and source, in order."""
        return self._connection.execute(
            "select dimension, code, label_en, label_fr, source from dimensions "
            "order by dimension, position"
        ).fetchall()

    def periods(self) -> tuple[str, ...]:
        """Return the periods, oldest first."""
        rows = self._connection.execute(
            "select distinct time_period from observations order by time_period"
        ).fetchall()
        return tuple(row[0] for row in rows)

    def totals(self, areas: tuple[str, ...]) -> Totals:
        """Return (indicator, ref_area, period) → figure."""
        rows = self._connection.execute(
            "select indicator, ref_area, time_period, obs_value, obs_status, coverage, "
            "obs_low, obs_high "
            "from totals where list_contains($areas, ref_area)",
            {"areas": list(areas)},
        ).fetchall()
        return {(row[0], row[1], row[2]): Figure(*row[3:]) for row in rows}

    def breakdown(self, area: str, dimension: str, within: str | None = None) -> Breakdown:
        """Return (indicator, period, code, code of `within`) → figure, for one territory.

        Every other dimension is total; without `within` the fourth part of the key is `_T`.
        """
        relation = self._connection.table("observations").filter(_is("ref_area", area))
        for name in published_dimensions(self._contracts):
            if name not in (dimension, within):
                relation = relation.filter(_is(name, TOTAL, NOT_APPLICABLE))
        keys = ("indicator", "time_period", dimension, within or "area_level")
        rows = relation.select(*keys, "obs_value", "obs_status", "coverage").fetchall()
        return {
            (row[0], row[1], row[2], row[3] if within else TOTAL): Figure(*row[4:]) for row in rows
        }

    def caveats(self, indicator: str, period: str) -> tuple[CaveatLine, ...]:
        """Return what has to be said of an indicator, and how many figures it concerns where."""
        rows = self._connection.execute(
            """
            select
                own.caveat, said.label_en, said.label_fr,
                coalesce(any_value(own.note_en), ''), coalesce(any_value(own.note_fr), ''),
                list((own.area_level, own.affected) order by own.area_level)
                    filter (where own.time_period = $period and own.affected > 0)
            from caveats as own
            inner join dimensions as said on said.dimension = 'caveat' and said.code = own.caveat
            where own.indicator = $indicator and own.time_period in ('_T', $period)
            group by own.caveat, said.label_en, said.label_fr, said.position
            order by said.position
            """,
            {"indicator": indicator, "period": period},
        ).fetchall()
        return tuple(
            CaveatLine(
                label=Label(en=row[1], fr=row[2]),
                # A note of the table says it all; its label would only announce it.
                note=Label(en=row[3], fr=row[4]) if row[3] and row[4] else None,
                is_note=row[0] == Caveat.NOTE.value,
                levels=tuple((level, count) for level, count in row[5] or ()),
            )
            for row in rows
        )

    def protection(self) -> tuple[Protection, ...]:
        """Return the share hidden of each table of cells, in the order of the contracts."""
        return tuple(self._protection(name) for name in self._contracts.tables)

    def counted(self) -> tuple[int, int, int]:
        """Return how many figures there are, are hidden, and stand from an earlier release."""
        row = self._connection.execute(
            "select count(*), count(*) filter (where conf_status = 'C'), count(stands_from) "
            "from observations"
        ).fetchall()[0]
        return int(row[0]), int(row[1]), int(row[2])

    def has_standing(self) -> bool:
        """Tell whether any figure is the same since an earlier release."""
        rows = self._connection.table("observations").aggregate("count(stands_from)").fetchall()
        return bool(rows[0][0])

    def _protection(self, name: str) -> Protection:
        cells = self._connection.table(f'cells."{name}"')
        rows = cells.aggregate("area_level, conf_status, count(*)").fetchall()
        base = self._contracts.territories.base_level
        return Protection(
            table=name,
            cells=sum(n for _, _, n in rows),
            hidden=sum(n for _, status, n in rows if status == "C"),
            base_cells=sum(n for level, _, n in rows if level == base),
            base_hidden=sum(n for level, status, n in rows if level == base and status == "C"),
        )

    def arrivals(self, area: str, period: str) -> tuple[Arrivals, ...]:
        """Return who delivered each dataset."""
        rows = self._connection.execute(
            "select dataset, expected, received, late, missing, coverage from coverage "
            "where ref_area = ? and time_period = ? order by dataset",
            [area, period],
        ).fetchall()
        fields = ("dataset", "expected", "received", "late", "missing", "coverage")
        return tuple(Arrivals(**dict(zip(fields, row, strict=True))) for row in rows)


def _is(column: str, *values: str) -> duckdb.Expression:
    constants = [duckdb.ConstantExpression(value) for value in values]
    return duckdb.ColumnExpression(column).isin(*constants)
