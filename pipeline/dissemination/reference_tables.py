"""The dictionary of the reference tables: territories, codes, indicators, releases, coverage."""

from __future__ import annotations

from pipeline.contracts import Contracts, Label
from pipeline.dissemination.columns import (
    AREA_LEVEL,
    COVERAGE,
    INDICATOR,
    REF_AREA,
    TIME_PERIOD,
    UNIT_MEASURE,
    PublishedTable,
    column,
)


def reference_tables(contracts: Contracts) -> tuple[PublishedTable, ...]:
    """Return the tables that hold no figure, in the order of the dictionary."""
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
                UNIT_MEASURE,
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
            name="tables",
            description=Label(
                en="Every table, view and macro, and what one row of it or one call means",
                fr="Chaque table, vue et macro, et ce que dit une ligne ou un appel",
            ),
            columns=(
                column("table_schema", "varchar", "Schema", "Schéma"),
                column("table_name", "varchar", "Name", "Nom"),
                column("kind", "varchar", "table, view or macro", "table, vue ou macro"),
                column(
                    "signature",
                    "varchar",
                    "How a macro is called; null for tables and views",
                    "Appel d'une macro ; vide pour tables et vues",
                ),
                column("description_en", "varchar", "Meaning, English", "Sens, anglais"),
                column("description_fr", "varchar", "Meaning, French", "Sens, français"),
            ),
            order=("table_schema", "table_name"),
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
                column("unit", "varchar", "Code of its unit", "Code de son unité"),
                column("description_en", "varchar", "Meaning, English", "Sens, anglais"),
                column("description_fr", "varchar", "Meaning, French", "Sens, français"),
            ),
            order=("table_schema", "table_name", "position"),
        ),
        _caveats(),
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
                column(
                    "protected_zeros",
                    "varchar",
                    "Tables in which a hidden count may be 0; in all others it is at least 1",
                    "Tableaux où un effectif masqué peut être 0 ; ailleurs il vaut au moins 1",
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


def _caveats() -> PublishedTable:
    return PublishedTable(
        schema="main",
        name="caveats",
        description=Label(
            en="What has to be said beside the figures: one row per caveat and what it concerns; "
            "_T: all of them",
            fr="Ce qu'il faut dire à côté des chiffres : une ligne par réserve et ce qu'elle "
            "concerne ; _T : tout",
        ),
        columns=(
            column(
                "caveat",
                "varchar",
                "Code of the caveat, see dimensions",
                "Code de la réserve, voir dimensions",
                codelist="caveat",
            ),
            INDICATOR,
            REF_AREA,
            AREA_LEVEL,
            TIME_PERIOD,
            column(
                "affected",
                "bigint",
                "Figures it concerns; of NON_RESPONSE the senders, of BOUNDARY the former "
                "territories; null: every figure",
                "Chiffres concernés ; pour NON_RESPONSE les émetteurs, pour BOUNDARY les anciens "
                "territoires ; vide : tous les chiffres",
            ),
            column("note_en", "varchar", "Said of it here, English", "Précision, anglais"),
            column("note_fr", "varchar", "Said of it here, French", "Précision, français"),
        ),
        order=("caveat", "indicator", "ref_area", "area_level", "time_period"),
    )
