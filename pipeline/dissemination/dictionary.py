"""The dictionary of the published database: each table and column described once.

The tables, their comments, the published table `columns` and the checks are all made from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.contracts import Contracts, Label

SqlType = Literal["varchar", "double", "bigint", "integer", "boolean", "date", "timestamp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedColumn:
    """One column: its type, its words, and the dimension whose codes it holds."""

    name: str
    type: SqlType
    description: Label
    codelist: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """One table of the published database, its rows in the order of the columns `order`."""

    schema: Literal["main", "cells"]
    name: str
    description: Label
    columns: tuple[PublishedColumn, ...]
    order: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Schema and name."""
        return (self.schema, self.name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def column(
    name: str, type_: SqlType, en: str, fr: str, *, codelist: str | None = None
) -> PublishedColumn:
    """Return a column described in both languages."""
    return PublishedColumn(
        name=name, type=type_, description=Label(en=en, fr=fr), codelist=codelist
    )


REF_AREA = column(
    "ref_area",
    "varchar",
    "Territory: prefix of its level and official code, unique over all levels",
    "Territoire : préfixe de son niveau et code officiel, unique sur tous les niveaux",
)
AREA_LEVEL = column("area_level", "varchar", "Territorial level", "Niveau territorial")
TIME_PERIOD = column(
    "time_period",
    "varchar",
    "School year by the calendar year in which it starts (2021 is 2021-2022)",
    "Année scolaire, par l'année civile où elle commence (2021 pour 2021-2022)",
)
OBS_STATUS = column(
    "obs_status",
    "varchar",
    "A normal; D the territory is only partly covered; Q hidden; L not collected; M cannot exist",
    "A normal ; D territoire couvert en partie seulement ; Q masqué ; L non collecté ; "
    "M ne peut exister",
)
CONF_STATUS = column(
    "conf_status",
    "varchar",
    "F free; C confidential: hidden to protect persons, whatever the reason",
    "F libre ; C confidentiel : masqué pour protéger les personnes, quelle qu'en soit la raison",
)
COVERAGE = column(
    "coverage",
    "double",
    "Share of the territory that the figure covers (0 to 1): its inhabitants in scope and the "
    "schools that delivered",
    "Part du territoire que couvre le chiffre (0 à 1) : habitants dans le champ et écoles ayant "
    "transmis",
)


def published_dimensions(contracts: Contracts) -> tuple[str, ...]:
    """Return the dimensions of all tables, in the order in which the tables name them."""
    named = (d for table in contracts.tables.values() for d in table.dimensions)
    preferred = ("sex", "edu_level", "sector", *contracts.territories.typologies)
    present = dict.fromkeys(named)
    return tuple(dict.fromkeys([*(d for d in preferred if d in present), *present]))


def published_tables(contracts: Contracts) -> tuple[PublishedTable, ...]:
    """Return every table of the published database, in the order of the dictionary."""
    dimensions = published_dimensions(contracts)
    return (
        _observations(contracts, dimensions),
        *_reference_tables(contracts),
        *(_cells(contracts, name) for name in contracts.tables),
    )


def dimension_label(contracts: Contracts, dimension: str) -> Label:
    """Return the label of a code list or a typology."""
    if dimension in contracts.territories.typologies:
        return contracts.territories.typologies[dimension].label
    return contracts.codelists[dimension].label


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
            column("indicator", "varchar", "Code of the indicator", "Code de l'indicateur"),
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
            column("unit_measure", "varchar", "Unit of the figure", "Unité du chiffre"),
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
        )
        for measure in table.measures
    )
    return PublishedTable(
        schema="cells",
        name=name,
        description=table.description,
        columns=(
            REF_AREA,
            AREA_LEVEL,
            TIME_PERIOD,
            *_dimension_columns(contracts, table.dimensions),
            *measures,
            OBS_STATUS,
            CONF_STATUS,
            COVERAGE,
        ),
        order=("ref_area", "time_period", *table.dimensions),
    )


def _reference_tables(contracts: Contracts) -> tuple[PublishedTable, ...]:
    return (
        PublishedTable(
            schema="main",
            name="territories",
            description=Label(
                en="The territories, one row per territory and hierarchy it belongs to",
                fr="Les territoires, une ligne par territoire et hiérarchie dont il fait partie",
            ),
            columns=(
                column("id", "varchar", "As ref_area", "Comme ref_area"),
                column("code", "varchar", "Official code", "Code officiel"),
                column("name", "varchar", "Name", "Nom"),
                column("level", "varchar", "Territorial level", "Niveau territorial"),
                column(
                    "parent_id",
                    "varchar",
                    "Territory that holds it in this hierarchy; null at the top",
                    "Territoire qui le contient dans cette hiérarchie ; vide au sommet",
                ),
                column("hierarchy", "varchar", "Name of the hierarchy", "Nom de la hiérarchie"),
                column(
                    "valid_from",
                    "date",
                    f"Codes of the official list at this date; every period is shown at it "
                    f"({contracts.territories.source})",
                    f"Codes de la liste officielle à cette date ; toute période y est ramenée "
                    f"({contracts.territories.source})",
                ),
                column("valid_to", "date", "Null while in force", "Vide tant qu'en vigueur"),
                column(
                    "inhabitants",
                    "bigint",
                    "Inhabitants of the whole territory",
                    "Habitants de tout le territoire",
                ),
                column(
                    "scope_share",
                    "double",
                    "Share of its inhabitants that live in scope (0 to 1); below 1 its figures "
                    "are those of a part",
                    "Part de ses habitants dans le champ (0 à 1) ; sous 1, ses chiffres sont ceux "
                    "d'une partie",
                ),
            ),
            order=("hierarchy", "level", "id"),
        ),
        PublishedTable(
            schema="main",
            name="typologies",
            description=Label(
                en="The class of each base territory in each typology",
                fr="La classe de chaque territoire de base dans chaque typologie",
            ),
            columns=(
                column("id", "varchar", "As ref_area", "Comme ref_area"),
                column("typology", "varchar", "Name of the typology", "Nom de la typologie"),
                column("code", "varchar", "Class, see dimensions", "Classe, voir dimensions"),
            ),
            order=("typology", "id"),
        ),
        PublishedTable(
            schema="main",
            name="indicators",
            description=Label(
                en="The indicators: words, unit, definition and source",
                fr="Les indicateurs : libellé, unité, définition et source",
            ),
            columns=(
                column("indicator", "varchar", "Code", "Code"),
                column("label_en", "varchar", "Label, English", "Libellé, anglais"),
                column("label_fr", "varchar", "Label, French", "Libellé, français"),
                column("definition_en", "varchar", "Definition, English", "Définition, anglais"),
                column("definition_fr", "varchar", "Definition, French", "Définition, français"),
                column("theme", "varchar", "Theme; also the wide view", "Thème ; aussi la vue"),
                column("kind", "varchar", "count, rate, parity, need", "count, rate, parity, need"),
                column("unit_measure", "varchar", "Code of the unit", "Code de l'unité"),
                column("unit_en", "varchar", "Unit, English", "Unité, anglais"),
                column("unit_fr", "varchar", "Unit, French", "Unité, français"),
                column("decimals", "integer", "Decimals to show", "Décimales à montrer"),
                column(
                    "better",
                    "varchar",
                    "Which way is better: higher, lower, neither",
                    "Dans quel sens est le mieux : higher, lower, neither",
                ),
                column("numerator_en", "varchar", "Numerator, English", "Numérateur, anglais"),
                column("numerator_fr", "varchar", "Numerator, French", "Numérateur, français"),
                column(
                    "denominator_en", "varchar", "Denominator, English", "Dénominateur, anglais"
                ),
                column(
                    "denominator_fr", "varchar", "Denominator, French", "Dénominateur, français"
                ),
                column(
                    "made_of",
                    "varchar",
                    "Released tables (schema cells) it is made of, comma-separated",
                    "Tableaux publiés (schéma cells) dont il est fait, séparés par des virgules",
                ),
                column(
                    "dimensions",
                    "varchar",
                    "Its breakdowns, comma-separated",
                    "Ses croisements, séparés par des virgules",
                ),
                column("source", "varchar", "Source of the definition", "Source de la définition"),
            ),
            order=("indicator",),
        ),
        PublishedTable(
            schema="main",
            name="dimensions",
            description=Label(
                en="The codes of every dimension and status, with their labels",
                fr="Les codes de chaque dimension et statut, avec leurs libellés",
            ),
            columns=(
                column("dimension", "varchar", "Dimension or status", "Dimension ou statut"),
                column("position", "integer", "Order in which to show it", "Ordre d'affichage"),
                column("code", "varchar", "Code", "Code"),
                column("label_en", "varchar", "Label, English", "Libellé, anglais"),
                column("label_fr", "varchar", "Label, French", "Libellé, français"),
                column("source", "varchar", "Source of the code list", "Source de la liste"),
            ),
            order=("dimension", "position"),
        ),
        PublishedTable(
            schema="main",
            name="columns",
            description=Label(
                en="This dictionary: every column of every table and view",
                fr="Ce dictionnaire : chaque colonne de chaque table et vue",
            ),
            columns=(
                column("table_schema", "varchar", "Schema", "Schéma"),
                column("table_name", "varchar", "Table or view", "Table ou vue"),
                column("position", "integer", "Order in the table", "Ordre dans la table"),
                column("column_name", "varchar", "Column", "Colonne"),
                column("data_type", "varchar", "SQL type", "Type SQL"),
                column(
                    "codelist",
                    "varchar",
                    "Dimension whose codes it holds",
                    "Dimension dont elle porte les codes",
                ),
                column("description_en", "varchar", "Meaning, English", "Sens, anglais"),
                column("description_fr", "varchar", "Meaning, French", "Sens, français"),
            ),
            order=("table_schema", "table_name", "position"),
        ),
        PublishedTable(
            schema="main",
            name="releases",
            description=Label(
                en="This release and those before it",
                fr="Cette publication et les précédentes",
            ),
            columns=(
                column("release_id", "varchar", "Name of the release", "Nom de la publication"),
                column("candidate", "varchar", "Hash of its candidate", "Empreinte du candidat"),
                column("content_hash", "varchar", "Hash of the figures", "Empreinte des chiffres"),
                column("created", "timestamp", "When it was made, UTC", "Date de création, UTC"),
                column("periods", "varchar", "Its periods", "Ses périodes"),
                column("policy", "varchar", "Policy in force", "Politique en vigueur"),
                column("policy_version", "integer", "Its version", "Sa version"),
                column("state_hash", "varchar", "Hash of the rows", "Empreinte des lignes"),
                column(
                    "synthetic",
                    "boolean",
                    "True when it is made of synthetic persons",
                    "Vrai si elle est faite de personnes synthétiques",
                ),
            ),
            order=("created", "release_id"),
        ),
        PublishedTable(
            schema="main",
            name="coverage",
            description=Label(
                en="Who delivered: one row per territory, period and dataset",
                fr="Qui a transmis : une ligne par territoire, période et jeu de données",
            ),
            columns=(
                REF_AREA,
                AREA_LEVEL,
                TIME_PERIOD,
                column("dataset", "varchar", "Incoming dataset", "Jeu de données entrant"),
                column("expected", "bigint", "Senders expected", "Émetteurs attendus"),
                column("received", "bigint", "Senders that delivered", "Émetteurs ayant transmis"),
                column("late", "bigint", "Delivered after the date", "Transmis après la date"),
                column("missing", "bigint", "Not delivered", "Non transmis"),
                column(
                    "scope_share",
                    "double",
                    "Share of the territory's inhabitants in scope (0 to 1)",
                    "Part des habitants du territoire dans le champ (0 à 1)",
                ),
                COVERAGE,
            ),
            order=("ref_area", "time_period", "dataset"),
        ),
    )
