"""The views: all totals, and one wide view per theme with a column per indicator."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts, Label
from pipeline.contracts.indicators import Indicator
from pipeline.dissemination.columns import (
    AREA_LEVEL,
    CONF_STATUS,
    COVERAGE,
    INDICATOR,
    OBS_HIGH,
    OBS_LOW,
    OBS_STATUS,
    REF_AREA,
    STANDS_FROM,
    TIME_PERIOD,
    PublishedColumn,
    PublishedTable,
    column,
)
from pipeline.dissemination.dictionary import dimension_label, published_dimensions
from pipeline.dissemination.told_views import PublishedView, told_views


def published_views(contracts: Contracts) -> tuple[PublishedView, ...]:
    """Return `totals`, `priorities`, `codebook` and the wide view of each theme of an indicator."""
    return (_totals(contracts), *told_views(), *theme_views(contracts))


def theme_views(contracts: Contracts) -> tuple[PublishedView, ...]:
    """Return the wide view of each theme that has an indicator."""
    themes: dict[str, list[Indicator]] = {}
    for indicator in contracts.indicators.indicators:
        themes.setdefault(indicator.theme, []).append(indicator)
    return tuple(_wide(contracts, theme, tuple(members)) for theme, members in themes.items())


def _totals(contracts: Contracts) -> PublishedView:
    columns = (
        INDICATOR,
        REF_AREA,
        AREA_LEVEL,
        TIME_PERIOD,
        column("obs_value", "double", "The figure; null if hidden", "Le chiffre ; vide si masqué"),
        OBS_STATUS,
        CONF_STATUS,
        COVERAGE,
        STANDS_FROM,
        OBS_LOW,
        OBS_HIGH,
    )
    whole = [
        condition
        for name in published_dimensions(contracts)
        for condition in _is_whole(contracts, name)
    ]
    query = exp.select(*(exp.column(c.name, quoted=True) for c in columns)).from_("observations")
    return PublishedView(
        described=PublishedTable(
            schema="main",
            name="totals",
            description=Label(
                en="Totals: the observations whose every dimension is _T or _Z",
                fr="Ensembles : les observations dont chaque dimension vaut _T ou _Z",
            ),
            columns=columns,
            order=("indicator", "ref_area", "time_period"),
        ),
        query=query.where(*whole) if whole else query,
    )


def _is_whole(contracts: Contracts, name: str) -> Iterator[exp.Condition]:
    """Yield what is true of a dimension that is `_T` or `_Z`, and of no other code of it.

    It is a range less the codes that lie within: DuckDB passes over blocks of rows by it, where it
    would look a list up for each row. A code that the contracts do not declare is never published.
    """
    dimension = exp.column(name, quoted=True)
    yield dimension.between(TOTAL, NOT_APPLICABLE)
    for code in contracts.codes(name):
        if TOTAL < code < NOT_APPLICABLE:
            yield dimension.neq(code)


def _wide(contracts: Contracts, theme: str, members: tuple[Indicator, ...]) -> PublishedView:
    own = {name for indicator in members for name in indicator.dimensions}
    dimensions = [name for name in published_dimensions(contracts) if name in own]
    keys = (REF_AREA, AREA_LEVEL, TIME_PERIOD)
    values = [_value_columns(contracts, indicator) for indicator in members]
    columns = (
        *keys,
        *(_folded_column(contracts, name) for name in dimensions),
        *(described for own in values for described in own),
    )
    grouped = [exp.column(key.name, quoted=True) for key in keys]
    folded = [_folded(name) for name in dimensions]
    query = (
        exp.select(
            *grouped,
            *(exp.alias_(f, name, quoted=True) for f, name in zip(folded, dimensions, strict=True)),
            *(
                exp.alias_(_only(indicator, source), described.name, quoted=True)
                for indicator, own in zip(members, values, strict=True)
                for source, described in zip(_SOURCES, own, strict=False)
            ),
        )
        .from_("observations")
        .where(exp.column("indicator").isin(*(indicator.code for indicator in members)))
        .group_by(*grouped, *(f.copy() for f in folded))
    )
    return PublishedView(
        described=PublishedTable(
            schema="main",
            name=theme,
            description=Label(
                en=f"Theme {theme}: one row per territory, period and breakdown, one column per "
                f"indicator. A dimension that an indicator or level does not have reads _T here",
                fr=f"Thème {theme} : une ligne par territoire, période et croisement, une colonne "
                f"par indicateur. Une dimension sans objet vaut _T ici",
            ),
            columns=columns,
            order=("ref_area", "time_period", *dimensions),
        ),
        query=query,
    )


def _folded_column(contracts: Contracts, name: str) -> PublishedColumn:
    label = dimension_label(contracts, name)
    return column(
        name, "varchar", f"{label.en}; _T total", f"{label.fr} ; _T ensemble", codelist=name
    )


def _folded(name: str) -> exp.Expression:
    """Return the dimension with `_Z` read as `_T`, so that indicators meet on one row."""
    source = exp.column(name, quoted=True)
    return exp.case().when(source.eq(NOT_APPLICABLE), TOTAL_LITERAL.copy()).else_(source.copy())


TOTAL_LITERAL = exp.Literal.string(TOTAL)


def _only(indicator: Indicator, source: str) -> exp.Expression:
    """Return the one value of an indicator in a group."""
    mine = exp.Where(this=exp.column("indicator").eq(indicator.code))
    return exp.Filter(this=exp.Max(this=exp.column(source)), expression=mine)


# A band stands last, and only where an indicator can have one.
_SOURCES = ("obs_value", "obs_status", "obs_low", "obs_high")


def _value_columns(contracts: Contracts, indicator: Indicator) -> tuple[PublishedColumn, ...]:
    """Return the columns of an indicator, each of one of `_SOURCES`."""
    name, label = indicator.code.lower(), indicator.label
    ends = (("low", OBS_LOW), ("high", OBS_HIGH)) if contracts.is_perturbed(indicator) else ()
    return (
        column(
            name,
            "double",
            f"{label.en}; null if hidden",
            f"{label.fr} ; vide si masqué",
            unit=indicator.unit,
        ),
        column(
            f"{name}_status",
            "varchar",
            f"{label.en}: status; null where the indicator has no such row",
            f"{label.fr} : statut ; vide où l'indicateur n'a pas cette ligne",
            codelist="obs_status",
        ),
        *(
            column(
                f"{name}_{end}",
                "double",
                f"{label.en}: as {like.name}",
                f"{label.fr} : comme {like.name}",
                unit=indicator.unit,
            )
            for end, like in ends
        ),
    )
