"""Why a territory shows no figure, told apart before it reaches a reader.

Beside the letters of `obs_status` there is `N`: no school, so that nothing could be counted. A
row that is missing in one period and there in another is `L`, for its file has not come; one that
never is there is `M`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.contracts import Contracts
from pipeline.dissemination.site.series import NO_ROW, LevelSeries, Series

NO_SCHOOL = "N"
_HIDDEN, _LATE, _IMPOSSIBLE = "Q", "L", "M"


def tell_apart(
    level: LevelSeries, contracts: Contracts, *, areas: Sequence[str], periods: int
) -> LevelSeries:
    """Return a series per indicator and area, with `N`, `L` or `M` in place of what says nothing.

    Args:
        level: what the database has; an area without any row is added.
        contracts: tell which counts are of schools.
        areas: every territory of the level.
        periods: how many there are.
    """
    none = Series((None,) * periods, NO_ROW * periods)
    counts = [level[code] for code in _of_schools(contracts) if code in level]
    came = {n for own in counts for one in own.values() for n in range(periods) if _has_row(one, n)}
    closed = {area: came - _with_school(counts, area, periods) for area in areas}
    return {
        indicator: {area: _told(series.get(area, none), closed[area]) for area in areas}
        for indicator, series in level.items()
    }


def _of_schools(contracts: Contracts) -> Iterable[str]:
    """Return the counts of the tables whose territory is that of the school, and of schools."""
    for item in contracts.indicators.indicators:
        tables = [contracts.tables[name] for name in item.tables if name in contracts.tables]
        if item.kind == "count" and item.theme in {"schools", "pupils"} and len(tables) == 1:
            yield item.code


def _has_row(one: Series, period: int) -> bool:
    return one.statuses[period] != NO_ROW


def _with_school(counts: Iterable[Mapping[str, Series]], area: str, periods: int) -> set[int]:
    """Return the periods in which anything was counted, or hidden, in the area."""
    own = [series[area] for series in counts if area in series]
    return {
        n for n in range(periods) if any(one.statuses[n] == _HIDDEN or one.values[n] for one in own)
    }


def _told(one: Series, closed: set[int]) -> Series:
    """Return a series that says why: `closed` are the periods in which there was no school."""
    has_any = one.statuses.strip(NO_ROW) != ""
    letters = []
    for period, status in enumerate(one.statuses):
        if status not in {NO_ROW, _IMPOSSIBLE}:
            letters.append(status)
        elif period in closed:
            letters.append(NO_SCHOOL)
        else:
            letters.append(_LATE if status == NO_ROW and has_any else _IMPOSSIBLE)
    return replace(one, statuses="".join(letters))
