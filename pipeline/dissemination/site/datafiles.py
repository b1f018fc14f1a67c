"""The data of the site as JSON: small files, of which a page loads the few it needs.

| file | holds |
|---|---|
| `territories.json` | every territory, in columns, for the search |
| `levels/<level>.json` | the territories of a level: names, holders, classes |
| `values/<INDICATOR>/<level>.json` | the totals of the level, in the order of its territories |
| `places/<level>/<prefix>.json` | the profiles of the territories whose identifier begins so |
| `peers/<level>.json` | quarters of each indicator over the level and over each class |
| `shapes/<level>/<part>.json` | outlines as arcs; `all`, or one part per holder |
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.dissemination.site.geometry import Outlines, level_shapes
from pipeline.dissemination.site.places import Place, Places
from pipeline.dissemination.site.profiles import Profiles, latest_told, peers
from pipeline.dissemination.site.series import LevelSeries, Series, level_totals
from pipeline.dissemination.site.shards import by_shard
from pipeline.dissemination.site.statuses import tell_apart

# Each holds fifty territories at most; all of a nation's would take gigabytes of memory.
FILES_AT_ONCE = 40
# A map of more territories than this shows a part of them at a time.
MOST_ON_A_MAP = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the pages must know of the files.

    Attributes:
        shards: level → prefixes of its files of profiles.
        parts: level → level of the holders that its map is parted by; None: one map.
        told: level → the indicators that have a row there.
    """

    shards: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, str | None]
    told: Mapping[str, tuple[str, ...]]


def write_data(
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    places: Places,
    outlines: Outlines | None,
    *,
    periods: Sequence[str],
) -> Written:
    """Write all data files under `folder`, level by level, so that no more than one is held.

    Raises:
        OSError: the disk refuses.
    """
    shards: dict[str, tuple[str, ...]] = {}
    parts: dict[str, str | None] = {}
    told: dict[str, tuple[str, ...]] = {}
    inside = places.inside()
    for level in places.levels:
        members = places.of_level(level)
        read = level_totals(connection, places.contracts, level=level, periods=periods)
        totals = tell_apart(
            read,
            places.contracts,
            areas=[place.id for place in members],
            periods=len(periods),
        )
        told[level] = tuple(totals)
        write_json(folder / "levels" / f"{level}.json", _level(places, members))
        for indicator, series in totals.items():
            path = folder / "values" / indicator / f"{level}.json"
            write_json(path, _values(members, series, len(periods)))
        write_json(folder / "peers" / f"{level}.json", _peers(members, totals, len(periods)))
        profiles = Profiles(
            connection, places, members=members, totals=totals, inside=inside, periods=periods
        )
        shards[level] = _write_places(folder / "places" / level, profiles, members)
        if outlines is not None:
            parts[level] = _write_shapes(folder / "shapes" / level, places, outlines, level)
    write_json(folder / "territories.json", _search(places))
    return Written(shards=shards, parts=parts, told=told)


def write_json(path: Path, data: object) -> None:
    """Write JSON without spaces; no value is NaN."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    path.write_text(text, encoding="utf-8")


def _level(places: Places, members: Sequence[Place]) -> dict[str, Any]:
    """Return the territories of a level in columns; holders are named once."""
    holders: dict[str, int] = {}
    hierarchies = places.contracts.territories.hierarchies
    up = {
        name: [
            holders.setdefault(chain[0], len(holders)) if (chain := place.up.get(name)) else None
            for place in members
        ]
        for name in hierarchies
        if any(place.up.get(name) for place in members)
    }
    typologies = {name: [p.classes[name] for p in members] for name in members[0].classes}
    return {
        "ids": [place.id for place in members],
        "names": [place.name for place in members],
        "inhabitants": [place.inhabitants for place in members],
        "scope": [_share(place) for place in members],
        "holders": [[one, places.by_id[one].name, places.by_id[one].level] for one in holders],
        "up": up,
        "classes": typologies,
    }


def _share(place: Place) -> float | None:
    return None if place.scope_share is None else round(place.scope_share, 4)


def _values(members: Sequence[Place], series: Mapping[str, Series], periods: int) -> dict[str, Any]:
    """Return one list of values and one string of statuses per period, shares below 1, bands.

    Bands are left out where no figure of the indicator and level has one.
    """
    found = [series[place.id] for place in members]
    bands = [
        {str(n): list(one.bands[place]) for n, one in enumerate(found) if place in one.bands}
        for place in range(periods)
    ]
    return {
        **({"bands": bands} if any(bands) else {}),
        "values": [[one.values[place] for one in found] for place in range(periods)],
        "status": ["".join(one.statuses[place] for one in found) for place in range(periods)],
        "coverage": [
            {str(n): one.coverage[place] for n, one in enumerate(found) if place in one.coverage}
            for place in range(periods)
        ],
    }


def _peers(members: Sequence[Place], totals: LevelSeries, periods: int) -> dict[str, Any]:
    """Return indicator → the place of its latest period there, and the quarters of its groups."""
    found: dict[str, Any] = {}
    for indicator in totals:
        place = latest_told(totals, indicator, periods)
        groups = peers(members, {indicator: totals[indicator]}, place)
        if indicator in groups:
            found[indicator] = [place, groups[indicator]]
    return found


def _write_places(folder: Path, profiles: Profiles, members: Sequence[Place]) -> tuple[str, ...]:
    """Write the profiles of a level some files at a time; return the prefixes of the files."""
    shards = by_shard((place.id for place in members), most=profiles.most_in_a_file)
    waiting = sorted(shards.items(), key=lambda shard: shard[1])
    for start in range(0, len(waiting), FILES_AT_ONCE):
        part = waiting[start : start + FILES_AT_ONCE]
        records = profiles.records([one for _, own in part for one in own])
        for prefix, own in part:
            write_json(folder / f"{prefix or 'all'}.json", {one: records[one] for one in own})
    return tuple(shards)


def _write_shapes(folder: Path, places: Places, outlines: Outlines, level: str) -> str | None:
    """Write the outlines of a level; return the level of what its parts lie in, None: no parts."""
    groups = places.groups(level)
    members = [places.by_id[one] for one in sorted(set(groups.values()))]
    parted_by = _parted_by(places, members)
    within = None if parted_by is None else dict(_holders(places, members, parted_by))
    for part, shapes in level_shapes(outlines, groups, within=within).items():
        write_json(folder / f"{part}.json", shapes)
    return parted_by


def _parted_by(places: Places, members: Sequence[Place]) -> str | None:
    """Return the widest level whose territories each hold few enough of the members."""
    if len(members) <= MOST_ON_A_MAP:
        return None
    for level in reversed(places.levels):
        held: dict[str, int] = {}
        for _, holder in _holders(places, members, level):
            held[holder] = held.get(holder, 0) + 1
        if sum(held.values()) == len(members) and max(held.values()) <= MOST_ON_A_MAP:
            return level
    return None


def _holders(places: Places, members: Sequence[Place], level: str) -> Iterator[tuple[str, str]]:
    for place in members:
        for up in dict.fromkeys(one for chain in place.up.values() for one in chain):
            if places.by_id[up].level == level:
                yield place.id, up


def _search(places: Places) -> dict[str, Any]:
    """Return every territory in columns: identifier, name, level and, by place, its holder."""
    order = sorted(
        places.by_id.values(),
        key=lambda place: (-places.levels.index(place.level), -(place.inhabitants or 0), place.id),
    )
    number = {place.id: n for n, place in enumerate(order)}
    return {
        "levels": list(places.levels),
        "ids": [place.id for place in order],
        "names": [place.name for place in order],
        "level": [places.levels.index(place.level) for place in order],
        "in": [number[one] if (one := _nearest(place)) else None for place in order],
    }


def _nearest(place: Place) -> str | None:
    chains = [chain for chain in place.up.values() if chain]
    # The shortest hierarchy is the one of bodies that people live with.
    return min(chains, key=len)[0] if chains else None
