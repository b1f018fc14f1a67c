"""What is said of queries that are not proved safe."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

LINEAGE: Catalogue = {
    "lineage.identifier_published": {
        "en": (
            "A published column derives from an identifier or pseudonym: {path}",
            "Take it out of the select",
        ),
        "fr": (
            "Une colonne publiée dérive d'un identifiant ou d'un pseudonyme : {path}",
            "La retirer du select",
        ),
    },
    "lineage.identifier_used": {
        "en": (
            "An identifier or pseudonym is used in {clause}: {path}",
            "Only `count(distinct …)` may take it, alone and over no window; take it out of any other place",
        ),
        "fr": (
            "Un identifiant ou pseudonyme est utilisé dans {clause} : {path}",
            "Seul `count(distinct …)` peut le prendre, seul et sans fenêtre ; le retirer de tout autre endroit",
        ),
    },
    "lineage.not_provable": {
        "en": (
            "The query uses {name}, which is not among what can be proved",
            "Write it with plain select, join, where, group by and the functions that docs/decisions/0018 lists",
        ),
        "fr": (
            "La requête utilise {name}, qui n'est pas de ce qui peut être prouvé",
            "L'écrire avec select, join, where, group by simples et les fonctions que liste docs/decisions/0018",
        ),
    },
    "lineage.star": {
        "en": (
            "The query takes all columns, or columns by pattern or position",
            "Name each column",
        ),
        "fr": (
            "La requête prend toutes les colonnes, ou des colonnes par motif ou par rang",
            "Nommer chaque colonne",
        ),
    },
    "lineage.position": {
        "en": (
            "The query groups or orders by position",
            "Name the columns in group by and order by",
        ),
        "fr": (
            "La requête groupe ou trie par rang de colonne",
            "Nommer les colonnes dans group by et order by",
        ),
    },
    "lineage.unknown_column": {
        "en": (
            "The query names {name}, which no table that it reads there has",
            "Use the kept columns of the dataset, or the released columns of the table: docs/reference",
        ),
        "fr": (
            "La requête nomme {name}, qu'aucune table lue à cet endroit ne possède",
            "Utiliser les colonnes conservées du jeu, ou publiées du tableau : docs/reference",
        ),
    },
    "lineage.ambiguous": {
        "en": (
            "The name {name} stands twice in one place of the query",
            "Give each column and each source a name of its own",
        ),
        "fr": (
            "Le nom {name} figure deux fois au même endroit de la requête",
            "Donner à chaque colonne et à chaque source un nom propre",
        ),
    },
    "lineage.unknown_parameter": {
        "en": (
            "The query takes the parameter {name}, which is no target of its indicator",
            "List the target under `targets` of the indicator, or name one that is there",
        ),
        "fr": (
            "La requête prend le paramètre {name}, qui n'est pas une cible de son indicateur",
            "Citer la cible sous `targets` de l'indicateur, ou en nommer une qui y est",
        ),
    },
    "lineage.other_columns": {
        "en": (
            "The query returns other columns than its contract declares: missing {missing}; too many {unknown}",
            "Return the territory, the dimensions and the measures, each under its declared name; with `method: cell_key` also `sum(record_key)` of the population as `record_keys`",
        ),
        "fr": (
            "La requête rend d'autres colonnes que son contrat : manquent {missing} ; en trop {unknown}",
            "Rendre le territoire, les dimensions et les mesures, chacun sous son nom déclaré ; avec `method: cell_key` aussi `sum(record_key)` de la population sous `record_keys`",
        ),
    },
    "lineage.unknown_published": {
        "en": (
            "Nothing is published under the name {name}",
            "Give an indicator's code, or table.column such as {example}; see docs/reference/tables.md",
        ),
        "fr": (
            "Rien n'est publié sous le nom {name}",
            "Donner le code d'un indicateur, ou tableau.colonne comme {example} ; voir docs/reference/tables.md",
        ),
    },
    "lineage.record_key_used": {
        "en": (
            "A record key is used in {clause}: {path}",
            "Only `sum(…)` may take it, alone, without a filter and over no window",
        ),
        "fr": (
            "Une clé d'enregistrement est utilisée dans {clause} : {path}",
            "Seul `sum(…)` peut la prendre, seul, sans filtre et sans fenêtre",
        ),
    },
    "lineage.record_keys_misplaced": {
        "en": (
            "The summed record keys are in {name}, or something else is in `record_keys`",
            "Return `sum(record_key)` of the population as `record_keys`, and use it nowhere else",
        ),
        "fr": (
            "La somme des clés d'enregistrement est dans {name}, ou `record_keys` contient autre chose",
            "Rendre `sum(record_key)` de la population sous `record_keys`, et ne l'utiliser nulle part ailleurs",
        ),
    },
}
