"""One record per territory: its figures, what holds it, what it holds, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from pipeline.contracts import TOTAL
from pipeline.dissemination.site.places import Place, Places
from pipeline.dissemination.site.series import (
    LevelSeries,
    Series,
    breakdown_queries,
    level_breakdowns,
)
from pipeline.dissemination.site.shards import MOST, MOST_ABOVE

# Below this many territories, quarters of them say nothing.
_FEWEST_PEERS = 4
_HIDDEN = "Q"


class Profiles:
    """The records of one level, made some territories at a time.

    Attributes:
        most_in_a_file: how many records a file of theirs may hold.

    Args:
        connection: read-only, from `open_published`.
        places: all territories.
        members: those of the level, at least one.
        totals: of the level.
        inside: territory → level → the territories just below it.
        periods: all of them, oldest first.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        places: Places,
        *,
        members: Sequence[Place],
        totals: LevelSeries,
        inside: Mapping[str, Mapping[str, Sequence[str]]],
        periods: Sequence[str],
    ) -> None:
        self._connection, self._places, self._periods = connection, places, periods
        self._level, self._totals, self._inside = members[0].level, totals, inside
        self._queries = breakdown_queries(places.contracts)
        self._ranks = {
            code: ranks(series, latest_told(totals, code, len(periods)))
            for code, series in totals.items()
        }
        self._arrivals = _arrivals(connection, self._level)
        is_base = self._level == places.contracts.territories.base_level
        self.most_in_a_file = MOST if is_base else MOST_ABOVE

    def records(self, areas: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return territory → its record, of territories that follow each other by identifier."""
        breakdowns = level_breakdowns(
            self._connection,
            self._places.contracts,
            self._queries,
            level=self._level,
            between=(min(areas), max(areas)),
            periods=self._periods,
        )
        return {area: self._record(area, breakdowns.get(area, {})) for area in areas}

    def _record(
        self, area: str, breakdowns: Mapping[str, Mapping[str, Mapping[str, Series]]]
    ) -> dict[str, Any]:
        return place_record(
            self._places.by_id[area],
            self._places,
            totals={code: own[area] for code, own in self._totals.items() if area in own},
            breakdowns=breakdowns,
            inside=self._inside.get(area, {}),
            ranks={code: own[area] for code, own in self._ranks.items() if area in own},
            arrivals=self._arrivals.get(area, []),
        )


def plain(series: Series) -> list[Any]:
    """Return a series as JSON: values, statuses, shares covered where below 1, bands if any."""
    parts: list[Any] = [list(series.values), series.statuses]
    if series.coverage or series.bands:
        parts.append({str(place): share for place, share in series.coverage.items()})
    if series.bands:
        parts.append({str(place): list(ends) for place, ends in series.bands.items()})
    return parts


def place_record(
    place: Place,
    places: Places,
    *,
    totals: Mapping[str, Series],
    breakdowns: Mapping[str, Mapping[str, Mapping[str, Series]]],
    inside: Mapping[str, Sequence[str]],
    ranks: Mapping[str, tuple[int, int]],
    arrivals: Sequence[Sequence[Any]],
) -> dict[str, Any]:
    """Return what the page of one territory needs, as plain JSON values."""
    up = {
        hierarchy: [[one, places.by_id[one].name, places.by_id[one].level] for one in chain]
        for hierarchy, chain in place.up.items()
        if chain
    }
    return {
        "name": place.name,
        "code": place.code,
        "level": place.level,
        "inhabitants": place.inhabitants,
        "scope": None if place.scope_share is None else round(place.scope_share, 4),
        "classes": dict(place.classes),
        "up": up,
        "inside": {
            level: [[one, places.by_id[one].name] for one in below]
            for level, below in inside.items()
        },
        "totals": {code: plain(series) for code, series in sorted(totals.items())},
        "breakdowns": {
            indicator: {
                dimension: {code: plain(series) for code, series in codes.items()}
                for dimension, codes in own.items()
            }
            for indicator, own in sorted(breakdowns.items())
        },
        "ranks": {code: list(rank) for code, rank in sorted(ranks.items())},
        "arrivals": [list(row) for row in arrivals],
    }


def ranks(series: Mapping[str, Series], period: int) -> dict[str, tuple[int, int]]:
    """Return territory → its rank by value, highest first, and of how many; equal values share."""
    known = {area: one.values[period] for area, one in series.items()}
    values = sorted((v for v in known.values() if v is not None), reverse=True)
    first: dict[float, int] = {}
    for place, value in enumerate(values, start=1):
        first.setdefault(value, place)
    return {area: (first[value], len(values)) for area, value in known.items() if value is not None}


def peers(places: Sequence[Place], level: LevelSeries, period: int) -> dict[str, dict[str, Any]]:
    """Return indicator → group → least, quarter, middle, three quarters, most and how many.

    A group is the whole level (`_T`) and, where typologies have classes, each class, written
    `typology:class`. Where more of a group are hidden than shown there is none: those that are
    shown are the large ones, and their middle would be taken for that of all.
    """
    groups: dict[str, list[str]] = {TOTAL: [place.id for place in places]}
    for place in places:
        for typology, code in place.classes.items():
            groups.setdefault(f"{typology}:{code}", []).append(place.id)
    found: dict[str, dict[str, Any]] = {}
    for indicator, series in level.items():
        for group, members in groups.items():
            told = [series[member] for member in members if member in series]
            known = (one.values[period] for one in told)
            values = sorted(value for value in known if value is not None)
            hidden = sum(one.statuses[period] == _HIDDEN for one in told)
            if len(values) >= max(_FEWEST_PEERS, hidden):
                found.setdefault(indicator, {})[group] = _quarters(values)
    return found


def _quarters(values: Sequence[float]) -> list[float]:
    last = len(values) - 1
    cuts = [values[round(share * last)] for share in (0, 0.25, 0.5, 0.75, 1)]
    return [*cuts, len(values)]


def latest_told(level: LevelSeries, indicator: str, periods: int) -> int:
    """Return the place of the latest period in which any territory of the level has a value."""
    series = level.get(indicator, {})
    for place in reversed(range(periods)):
        if any(one.values[place] is not None for one in series.values()):
            return place
    return periods - 1


def _arrivals(
    connection: duckdb.DuckDBPyConnection, level: str
) -> dict[str, list[tuple[Any, ...]]]:
    """Return territory → period, dataset, expected, received, late, missing, coverage.

    Only what is not whole is told: a territory of which all came needs no line.
    """
    found: dict[str, list[tuple[Any, ...]]] = {}
    for area, *row in connection.execute(
        "select ref_area, time_period, dataset, expected, received, late, missing, "
        "round(coverage, 4) from coverage where area_level = ? and missing > 0 "
        "order by ref_area, time_period, dataset",
        [level],
    ).fetchall():
        found.setdefault(area, []).append(tuple(row))
    return found
