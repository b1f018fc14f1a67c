"""The dictionary of the published database: each table and column described once.

The tables, their comments, the published table `columns` and the checks are all made from it.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.contracts import Contracts, Label, Table
from pipeline.contracts.method_words import perturbation_words
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
    UNIT_MEASURE,
    PublishedColumn,
    PublishedTable,
    column,
)
from pipeline.dissemination.reference_tables import reference_tables


def published_dimensions(contracts: Contracts) -> tuple[str, ...]:
    """Return the dimensions of all tables and derived figures, best known ones first."""
    preferred = ("sex", "edu_level", "sector", *contracts.territories.typologies)
    present = dict.fromkeys(contracts.dimensions)
    return tuple(dict.fromkeys([*(d for d in preferred if d in present), *present]))


def published_tables(contracts: Contracts) -> tuple[PublishedTable, ...]:
    """Return every table of the published database, in the order of the dictionary."""
    dimensions = published_dimensions(contracts)
    return (
        _observations(contracts, dimensions),
        *reference_tables(contracts),
        *(_cells(contracts, name) for name in contracts.tables),
    )


def dimension_label(contracts: Contracts, dimension: str) -> Label:
    """Return the label of a code list or a typology."""
    if dimension in contracts.territories.typologies:
        return contracts.territories.typologies[dimension].label
    return contracts.code_list(dimension).label


def _dimension_columns(
    contracts: Contracts, dimensions: Iterable[str]
) -> tuple[PublishedColumn, ...]:
    return tuple(
        column(
            name,
            "varchar",
            f"{(label := dimension_label(contracts, name)).en}; _T total, _Z not applicable",
            f"{label.fr} ; _T ensemble, _Z sans objet",
            codelist=name,
        )
        for name in dimensions
    )


def _observations(contracts: Contracts, dimensions: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        schema="main",
        name="observations",
        description=Label(
            en="Every released figure, one row per indicator, territory, period and breakdown",
            fr="Chaque chiffre publié, une ligne par indicateur, territoire, période et croisement",
        ),
        columns=(
            INDICATOR,
            REF_AREA,
            AREA_LEVEL,
            TIME_PERIOD,
            *_dimension_columns(contracts, dimensions),
            column(
                "obs_value",
                "double",
                "The figure; null when hidden or impossible, never 0 in their place",
                "Le chiffre ; vide s'il est masqué ou impossible, jamais 0 à la place",
            ),
            OBS_STATUS,
            CONF_STATUS,
            COVERAGE,
            UNIT_MEASURE,
            STANDS_FROM,
            OBS_LOW,
            OBS_HIGH,
        ),
        order=("indicator", "ref_area", "time_period", *dimensions),
    )


def _cells(contracts: Contracts, name: str) -> PublishedTable:
    table = contracts.tables[name]
    measures = tuple(
        column(
            measure.name,
            "bigint",
            f"{measure.label.en}; null when hidden",
            f"{measure.label.fr} ; vide si masqué",
            unit=measure.unit,
        )
        for measure in table.measures
    )
    measured = tuple(
        column(
            name,
            "bigint",
            f"{measure.label.en}, as drawn with its noise: right on average, and below 0 at times. "
            "For sums over many territories and for models; the count beside it is made of these",
            f"{measure.label.fr}, tel que tiré avec son bruit : juste en moyenne, parfois sous 0. "
            "Pour des sommes sur bien des territoires et des modèles ; l'effectif à côté en est "
            "fait",
            unit=measure.unit,
        )
        for name, measure in zip(table.measured_columns, table.measures, strict=False)
    )
    return PublishedTable(
        schema="cells",
        name=name,
        description=_described(contracts, table),
        columns=(
            REF_AREA,
            AREA_LEVEL,
            TIME_PERIOD,
            *_dimension_columns(contracts, table.dimensions),
            *measures,
            *measured,
            OBS_STATUS,
            CONF_STATUS,
            COVERAGE,
        ),
        order=("ref_area", "time_period", *table.dimensions),
    )


def _described(contracts: Contracts, table: Table) -> Label:
    """Return what a table holds, who counts where, and how its figures were moved if they were."""
    doubles = contracts.datasets[table.population].double_enrolment
    said = (
        table.description,
        doubles.words if doubles is not None and table.counts == "persons" else None,
        perturbation_words(table, contracts),
    )
    told = [words for words in said if words is not None]
    return Label(en=" ".join(each.en for each in told), fr=" ".join(each.fr for each in told))
