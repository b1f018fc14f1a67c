"""One record per territory: its figures, what holds it, what it holds, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.contracts import TOTAL
from pipeline.dissemination.site.places import Place, Places
from pipeline.dissemination.site.series import LevelSeries, Series

# Below this many territories, quarters of them say nothing.
_FEWEST_PEERS = 4
_HIDDEN = "Q"


def plain(series: Series) -> list[Any]:
    """Return a series as JSON: values, statuses and, where below 1, shares covered."""
    parts: list[Any] = [list(series.values), series.statuses]
    if series.coverage:
        parts.append({str(place): share for place, share in series.coverage.items()})
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
