"""Every figure of the site, read from the published database in a few sweeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from sqlglot import exp

from pipeline.contracts import NOT_APPLICABLE, TOTAL, UNKNOWN, Contracts
from pipeline.dissemination.dictionary import published_dimensions

# A digit more than is shown decides how it is rounded; four are far more than anyone reads.
_SPARE_DECIMALS = 4
# Stands for a period without a row.
NO_ROW = "-"
_NO_ENDS = (None, None)


Ends = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one indicator in one territory, one per period.

    Attributes:
        values: None where there is none.
        statuses: one letter per period, as `obs_status`; `-` where there is no row.
        coverage: place of the period → share covered, where below 1.
        bands: place of the period → both ends of the band of a moved figure; None: no end.
    """

    values: tuple[float | None, ...]
    statuses: str
    coverage: Mapping[int, float] = field(default_factory=dict)
    bands: Mapping[int, Ends] = field(default_factory=dict)


# Indicator → territory → series.
LevelSeries = dict[str, dict[str, Series]]


def level_totals(
    connection: duckdb.DuckDBPyConnection,
    contracts: Contracts,
    *,
    level: str,
    periods: Sequence[str],
) -> LevelSeries:
    """Return the totals of one level; an indicator without a row there is left out."""
    places = {period: place for place, period in enumerate(periods)}
    decimals = {item.code: item.decimals for item in contracts.indicators.indicators}
    found: LevelSeries = {}
    query = _series_query("totals", (), (), _told_of(contracts)).sql(dialect="duckdb")
    for indicator, area, told in _rows(connection, query, level):
        found.setdefault(indicator, {})[area] = _series(told, places, decimals[indicator])
    return found


# Territory → indicator → dimension → code → series.
Breakdowns = dict[str, dict[str, dict[str, dict[str, Series]]]]


def breakdown_queries(contracts: Contracts) -> dict[str, str]:
    """Return dimension → what asks for its breakdowns: they are written once, and asked often."""
    dimensions = published_dimensions(contracts)
    within = exp.column("ref_area").between(exp.Placeholder(), exp.Placeholder())
    return {
        dimension: _series_query(
            "observations",
            (dimension,),
            tuple(name for name in dimensions if name != dimension),
            _told_of(contracts),
        )
        .where(within.copy(), copy=False)
        .sql(dialect="duckdb")
        for dimension in dimensions
    }


def level_breakdowns(
    connection: duckdb.DuckDBPyConnection,
    contracts: Contracts,
    queries: Mapping[str, str],
    *,
    level: str,
    between: tuple[str, str],
    periods: Sequence[str],
) -> Breakdowns:
    """Return what is broken down by one dimension alone, every other being total.

    Args:
        connection: read-only.
        contracts: for the decimals of indicators.
        queries: of `breakdown_queries`.
        level: of the territories.
        between: identifiers of the first and the last territory wanted; a nation's are too many
            to be held at once.
        periods: all of them, oldest first.
    """
    places = {period: place for place, period in enumerate(periods)}
    decimals = {item.code: item.decimals for item in contracts.indicators.indicators}
    found: Breakdowns = {}
    for dimension, query in queries.items():
        for code, indicator, area, told in _rows(connection, query, level, *between):
            own = found.setdefault(area, {}).setdefault(indicator, {})
            series = _series(told, places, decimals[indicator])
            own.setdefault(dimension, {})[code] = series
    return found


def _told_of(contracts: Contracts) -> tuple[str, ...]:
    """Return the columns that tell of a figure in a period; those of bands where any may be."""
    is_moved = any(table.is_perturbed for table in contracts.tables.values())
    ends = ("obs_low", "obs_high") if is_moved else ()
    return ("time_period", "obs_value", "obs_status", "coverage", *ends)


def _series_query(
    source: str, split: Sequence[str], whole: Sequence[str], told: Sequence[str]
) -> exp.Select:
    """Return one row per code of `split`, indicator and territory, with its periods in a list."""
    keys = [exp.column(name, quoted=True) for name in (*split, "indicator", "ref_area")]
    row = exp.Anonymous(this="row", expressions=[exp.column(name, quoted=True) for name in told])
    listed = exp.Anonymous(this="list", expressions=[row])
    of_level = [exp.column("area_level").eq(exp.Placeholder())]
    totals = [exp.column(name, quoted=True).isin(TOTAL, NOT_APPLICABLE) for name in whole]
    classes = [
        exp.not_(exp.column(name, quoted=True).isin(TOTAL, NOT_APPLICABLE, UNKNOWN))
        for name in split
    ]
    # Nobody else holds the parts of this query: no copy of it is taken at each step.
    return (
        exp.select(*keys, listed, copy=False)
        .from_(source, copy=False)
        .group_by(*(key.copy() for key in keys), copy=False)
        .where(*of_level, *totals, *classes, copy=False)
        .order_by(*(key.copy() for key in reversed(keys)), copy=False)
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, *asked: str
) -> Iterator[tuple[Any, ...]]:
    rows = connection.execute(query, asked)
    while batch := rows.fetchmany(20_000):
        yield from batch


def _series(told: Sequence[tuple[Any, ...]], places: Mapping[str, int], decimals: int) -> Series:
    """Return a series of rows of the columns of `_told_of`."""
    given: list[float | None] = [None] * len(places)
    letters = [NO_ROW] * len(places)
    shares: dict[int, float] = {}
    bands: dict[int, Ends] = {}
    for period, value, status, share, *ends in told:
        place = places[period]
        letters[place] = status
        if value is not None:
            given[place] = _rounded(value, decimals)
        if status in {"D", "E"} and share < 1:
            shares[place] = round(share, 4)
        low, high = (None if one is None else _rounded(one, decimals) for one in ends or _NO_ENDS)
        if (low, high) != _NO_ENDS:
            bands[place] = (low, high)
    return Series(tuple(given), "".join(letters), shares, bands)


def _rounded(value: float, decimals: int) -> float:
    rounded = round(value, decimals + _SPARE_DECIMALS)
    # Whole numbers are written without a point.
    return int(rounded) if rounded == int(rounded) else rounded
