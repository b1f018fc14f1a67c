"""What the page shows, read from the published database and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts
from pipeline.dissemination.dictionary import published_dimensions

WHOLE = 1 - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One territory, with the name of the group it lies in and its class, where it has them."""

    id: str
    code: str
    name: str
    level: str
    inhabitants: int | None
    scope_share: float | None
    group: str = ""
    typology_class: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in scope; an unknown share is not."""
        return self.scope_share is not None and self.scope_share >= WHOLE


@dataclass(frozen=True, slots=True)
class Figure:
    """A published value or, when there is none, the status that says why."""

    value: float | None
    status: str
    coverage: float


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
class Release:
    """The release shown."""

    release_id: str
    created: datetime
    policy: str
    policy_version: int


Totals = Mapping[tuple[str, str, str], Figure]
Breakdown = Mapping[tuple[str, str, str, str], Figure]


class PublishedFigures:
    """Reads the published database.

    Args:
        connection: read-only, from `open_published`.
        contracts: for the levels and their order, and the names of tables.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
        self._connection = connection
        self._levels = [level.level for level in contracts.territories.levels]
        self._contracts = contracts

    def release(self) -> Release:
        """Return the latest release that the database lists."""
        row = self._connection.execute(
            "select release_id, created, policy, policy_version from releases "
            "order by created desc, release_id desc limit 1"
        ).fetchall()[0]
        return Release(release_id=row[0], created=row[1], policy=row[2], policy_version=row[3])

    def periods(self) -> tuple[str, ...]:
        """Return the periods, oldest first."""
        rows = self._connection.execute(
            "select distinct time_period from observations order by time_period"
        ).fetchall()
        return tuple(row[0] for row in rows)

    def areas(self, level: str) -> tuple[Area, ...]:
        """Return the territories of a level by code, with group and class where they have one."""
        rows = self._connection.execute(
            """
            select
                own.id, own.code, any_value(own.name), own.level,
                any_value(own.inhabitants), any_value(own.scope_share),
                coalesce(any_value(upper.name) filter (where upper.level = $group), ''),
                coalesce(any_value(typologies.code), '')
            from territories as own
            left join territories as upper
                on own.parent_id = upper.id and own.hierarchy = upper.hierarchy
            left join typologies on own.id = typologies.id
            where own.level = $level
            group by own.id, own.code, own.level
            order by own.code
            """,
            {"level": level, "group": self.group_level() or ""},
        ).fetchall()
        fields = (
            "id",
            "code",
            "name",
            "level",
            "inhabitants",
            "scope_share",
            "group",
            "typology_class",
        )
        return tuple(Area(**dict(zip(fields, row, strict=True))) for row in rows)

    def group_level(self) -> str | None:
        """Return the level just above the base with the most territories."""
        above = {
            levels[1]
            for levels in self._contracts.territories.hierarchies.values()
            if len(levels) > 1
        }
        rows = self._connection.execute(
            "select level from territories where list_contains($levels, level) "
            "group by level order by count(distinct id) desc, level limit 1",
            {"levels": sorted(above)},
        ).fetchall()
        return rows[0][0] if rows else None

    def widest(self) -> Area:
        """Return the territory the page speaks for: the widest that is wholly in scope."""
        for level in reversed(self._levels):
            if whole := [area for area in self.areas(level) if area.is_whole]:
                return max(whole, key=lambda area: area.inhabitants or 0)
        return max(self.areas(self._levels[-1]), key=lambda area: area.scope_share or 0)

    def partial(self) -> tuple[Area, ...]:
        """Return the territories only partly in scope, widest level first."""
        return tuple(
            area
            for level in reversed(self._levels)
            for area in self.areas(level)
            if not area.is_whole
        )

    def totals(self, areas: tuple[str, ...]) -> Totals:
        """Return (indicator, ref_area, period) → figure."""
        rows = self._connection.execute(
            "select indicator, ref_area, time_period, obs_value, obs_status, coverage "
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

    def protection(self) -> tuple[Protection, ...]:
        """Return the share hidden of each table of cells, in the order of the contracts."""
        return tuple(self._protection(name) for name in self._contracts.tables)

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
