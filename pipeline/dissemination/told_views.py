"""The views that are one statement each: what to do first, and what everything means."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp, parse_one

from pipeline.contracts import Label
from pipeline.dissemination.columns import (
    AREA_LEVEL,
    COVERAGE,
    INDICATOR,
    OBS_HIGH,
    OBS_LOW,
    OBS_STATUS,
    REF_AREA,
    TIME_PERIOD,
    UNIT_MEASURE,
    PublishedTable,
    column,
)
from pipeline.dissemination.macros import statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedView:
    """A view: what it is described as, and the query behind it."""

    described: PublishedTable
    query: exp.Query


def told_views() -> tuple[PublishedView, ...]:
    """Return the views `priorities` and `codebook`."""
    return tuple(
        PublishedView(described=described, query=_query(described.name))
        for described in (_priorities(), _codebook())
    )


def _query(name: str) -> exp.Query:
    query = parse_one(statement(name), dialect="duckdb")
    if not isinstance(query, exp.Query):
        raise TypeError(name)
    return query


def _priorities() -> PublishedTable:
    return PublishedTable(
        schema="main",
        name="priorities",
        description=Label(
            en="What is missing against the policy's targets, ranked within each level and period, "
            "with the pupils enrolled there",
            fr="Ce qui manque par rapport aux cibles de la politique, classé par niveau et "
            "période, avec les élèves inscrits dans le territoire",
        ),
        columns=(
            INDICATOR,
            REF_AREA,
            column("name", "varchar", "Name of the territory", "Nom du territoire"),
            AREA_LEVEL,
            TIME_PERIOD,
            column(
                "rank",
                "bigint",
                "1 for the greatest need of the level and period; null: none, or not known",
                "1 pour le plus grand besoin du niveau et de la période ; vide : nul ou inconnu",
            ),
            column("need", "double", "What is missing; null if hidden", "Manque ; vide si masqué"),
            UNIT_MEASURE,
            OBS_STATUS,
            COVERAGE,
            column(
                "pupils",
                "double",
                "Pupils enrolled there; null if hidden",
                "Élèves inscrits ; vide si masqué",
                unit="pupils",
            ),
            column(
                "pupils_status",
                "varchar",
                "Status of pupils",
                "Statut de pupils",
                codelist="obs_status",
            ),
            column(
                "need_per_1000_pupils",
                "double",
                "The need by 1,000 pupils enrolled there",
                "Le besoin pour 1 000 élèves inscrits",
                unit="per_1000_pupils",
            ),
            OBS_LOW,
            OBS_HIGH,
        ),
        order=("indicator", "area_level", "time_period", "ref_area"),
    )


def _codebook() -> PublishedTable:
    return PublishedTable(
        schema="main",
        name="codebook",
        description=Label(
            en="What everything means: one row per table, per column and per code of a column",
            fr="Le sens de tout : une ligne par table, par colonne et par code d'une colonne",
        ),
        columns=(
            column("table_schema", "varchar", "Schema", "Schéma"),
            column("table_name", "varchar", "Table, view or macro", "Table, vue ou macro"),
            column("column_name", "varchar", "Column; null for a table", "Colonne ; vide : table"),
            column("code", "varchar", "Code of the column", "Code de la colonne"),
            column(
                "kind",
                "varchar",
                "table, view, macro, column or code",
                "table, view, macro, column ou code",
            ),
            column("data_type", "varchar", "SQL type", "Type SQL"),
            column("unit", "varchar", "Code of the unit", "Code de l'unité"),
            column("label_en", "varchar", "Label, English", "Libellé, anglais"),
            column("label_fr", "varchar", "Label, French", "Libellé, français"),
            column("description_en", "varchar", "Meaning, English", "Sens, anglais"),
            column("description_fr", "varchar", "Meaning, French", "Sens, français"),
            column("source", "varchar", "Source of a code", "Source d'un code"),
        ),
        order=("table_schema", "table_name", "column_name", "code"),
    )
