"""The content of the page: which figures, in which order, against what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.contracts import TOTAL, Contracts, Indicator, Label
from pipeline.dissemination.site.charts import (
    Bar,
    Dots,
    Trend,
    draw_dots,
    draw_pyramid,
    draw_trend,
)
from pipeline.dissemination.site.figures import Breakdown, Figure, Totals
from pipeline.dissemination.site.places import Place

HEADLINES = (
    "ENROLMENT",
    "PTR",
    "DISTANCE_READY",
    "SCHOOL_INTERNET",
    "HOME_INTERNET",
    "PUPILS_PER_COMPUTER",
    "CONNECTED_PLACES_PER_1000",
    "DEVICES_NEEDED",
)
# Larger where more live, so that territories and groups are not compared by them.
AMOUNTS = frozenset({"count", "need", "cost", "served", "remainder"})
IN_THE_TABLE = (
    "ENROLMENT",
    "GPI",
    "PTR",
    "DISTANCE_READY",
    "SCHOOL_INTERNET",
    "PUPILS_PER_COMPUTER",
    "DEVICES_NEEDED",
    "CONNECTIONS_NEEDED",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One key figure, its change since the first period and its course."""

    indicator: Indicator
    figure: Figure
    change: float | None
    trend: Trend | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """One territory of the table, with a figure (or none) per indicator."""

    area: Place
    figures: tuple[Figure | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SexRow:
    """Girls and boys of one level of education."""

    label: Label
    girls: Figure | None
    boys: Figure | None
    bar: Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """One indicator over the classes of a dimension, and the last class less the first."""

    indicator: Indicator
    figures: tuple[Figure | None, ...]
    gap: float | None
    is_share: bool


def select_indicators(contracts: Contracts, codes: Iterable[str]) -> tuple[Indicator, ...]:
    """Return those of the codes that the contracts have, in the given order."""
    known = {item.code: item for item in contracts.indicators.indicators}
    return tuple(known[code] for code in codes if code in known)


def periods_to_tell(
    contracts: Contracts, totals: Totals, area: Place, periods: Sequence[str]
) -> Sequence[str]:
    """Return the periods up to the latest that has the most key figures of one territory.

    A year of which the first files came would else empty the page of all the years before.
    """
    codes = [indicator.code for indicator in select_indicators(contracts, HEADLINES)]
    told = [sum((code, area.id, period) in totals for code in codes) for period in periods]
    latest = max(place for place, count in enumerate(told) if count == max(told))
    return periods[: latest + 1]


def headlines(
    contracts: Contracts, totals: Totals, area: Place, periods: Sequence[str]
) -> tuple[Headline, ...]:
    """Return the key figures of one territory; an indicator without a figure is left out."""
    return figure_lines(select_indicators(contracts, HEADLINES), totals, area, periods)


def figure_lines(
    indicators: Iterable[Indicator], totals: Totals, area: Place, periods: Sequence[str]
) -> tuple[Headline, ...]:
    """Return figure, change and course of each indicator that has a figure in the last period."""
    shown = []
    for indicator in indicators:
        series = [totals.get((indicator.code, area.id, period)) for period in periods]
        figure = series[-1]
        if figure is None:
            continue
        values = [item.value if item else None for item in series]
        change = _difference(values[0], values[-1]) if len(values) > 1 else None
        shown.append(
            Headline(indicator=indicator, figure=figure, change=change, trend=draw_trend(values))
        )
    return tuple(shown)


def _difference(first: float | None, last: float | None) -> float | None:
    return None if first is None or last is None else last - first


def table_indicators(contracts: Contracts, totals: Totals) -> tuple[Indicator, ...]:
    """Return the columns of the table: those of which a figure was ever delivered."""
    told = {code for code, _, _ in totals}
    return tuple(item for item in select_indicators(contracts, IN_THE_TABLE) if item.code in told)


def group_rows(
    indicators: Sequence[Indicator], totals: Totals, areas: Iterable[Place], period: str
) -> tuple[GroupRow, ...]:
    """Return the table of the level above the base, largest first indicator (enrolment) first."""
    rows = [
        GroupRow(
            area=area,
            figures=tuple(totals.get((item.code, area.id, period)) for item in indicators),
        )
        for area in areas
    ]
    return tuple(sorted(rows, key=lambda row: (-_size(row), row.area.id)))


def _size(row: GroupRow) -> float:
    first = row.figures[0] if row.figures else None
    return (first.value or 0.0) if first else 0.0


def sex_rows(contracts: Contracts, crossed: Breakdown, period: str) -> tuple[SexRow, ...]:
    """Return girls and boys enrolled by level of education; empty where not published."""
    labels = {item.code: item.label for item in contracts.codelists["edu_level"].items}
    pairs = [
        (
            label,
            crossed.get(("ENROLMENT", period, "F", code)),
            crossed.get(("ENROLMENT", period, "M", code)),
        )
        for code, label in labels.items()
    ]
    known = [pair for pair in pairs if pair[1] and pair[2]]
    bars = draw_pyramid([(_value(girls), _value(boys)) for _, girls, boys in known])
    return tuple(
        SexRow(label=label, girls=girls, boys=boys, bar=bar)
        for (label, girls, boys), bar in zip(known, bars, strict=True)
    )


def _value(figure: Figure | None) -> float | None:
    return figure.value if figure else None


def class_rows(
    contracts: Contracts, split: Breakdown, dimension: str, period: str
) -> tuple[ClassRow, ...]:
    """Return the indicators that are broken down by a dimension, one row each."""
    codes = contracts.codes(dimension)
    rows = []
    for indicator in contracts.indicators.indicators:
        figures = [split.get((indicator.code, period, code, TOTAL)) for code in codes]
        if indicator.kind in AMOUNTS or not any(figures):
            continue
        values = [_value(figure) for figure in figures]
        is_share = indicator.unit == "percent" and any(v is not None for v in values)
        rows.append(
            ClassRow(
                indicator=indicator,
                figures=tuple(figures),
                gap=_difference(values[0], values[-1]),
                is_share=is_share,
            )
        )
    return tuple(rows)


def axis_ticks(rows: Iterable[ClassRow]) -> tuple[float, ...]:
    """Return five ticks of one axis for all shares, whole numbers from below the lowest to 100."""
    figures = [figure for row in rows if row.is_share for figure in row.figures]
    known = [value for figure in figures if (value := _value(figure)) is not None]
    # An axis has a length, also when every class is at 100.
    start = min(20 * (min(known, default=0) // 20), 80)
    return tuple(start + step * (100 - start) / 4 for step in range(5))


def row_dots(row: ClassRow, axis: Sequence[float]) -> Dots:
    """Return where the classes of a row lie on the axis."""
    values = [_value(figure) for figure in row.figures]
    return draw_dots(values, start=axis[0], end=axis[-1])
