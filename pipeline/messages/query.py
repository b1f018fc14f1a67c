"""What is said of queries on the published database."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

QUERY: Catalogue = {
    "query.not_published": {
        "en": (
            "No published database was found",
            "Publish a release first: `cartable publish`",
        ),
        "fr": (
            "Aucune base publiée trouvée",
            "Publier d'abord : `cartable publish`",
        ),
    },
    "query.not_a_database": {
        "en": (
            "The file is not a published database that can be opened",
            "Check the release with `cartable status`, or publish it again",
        ),
        "fr": (
            "Le fichier n'est pas une base publiée que l'on puisse ouvrir",
            "Vérifier la publication avec `cartable status`, ou publier à nouveau",
        ),
    },
    "query.not_one": {
        "en": (
            "{count} statements were given where one query is taken",
            "Give one select statement",
        ),
        "fr": (
            "{count} instructions données ; une seule requête est admise",
            "Donner une seule instruction select",
        ),
    },
    "query.not_a_query": {
        "en": (
            "The statement is not a query: the published database is read only",
            "Start with select, with, from, describe or summarize",
        ),
        "fr": (
            "L'instruction n'est pas une requête : la base publiée se lit seulement",
            "Commencer par select, with, from, describe ou summarize",
        ),
    },
    "query.not_allowed": {
        "en": (
            "The query uses {name}, which is not among what is published",
            "Use the published tables and views: `show tables`, or the table columns",
        ),
        "fr": (
            "La requête utilise {name}, qui n'est pas publié",
            "Utiliser les tables et vues publiées : `show tables`, ou la table columns",
        ),
    },
    "query.too_long": {
        "en": (
            "The query was stopped after {seconds} seconds",
            "Ask for fewer rows, or raise the time limit",
        ),
        "fr": (
            "La requête a été arrêtée après {seconds} secondes",
            "Demander moins de lignes, ou augmenter la durée permise",
        ),
    },
    "query.too_large": {
        "en": (
            "The query needs more memory than is allowed",
            "Ask for fewer rows, or aggregate them",
        ),
        "fr": (
            "La requête demande plus de mémoire que permis",
            "Demander moins de lignes, ou les agréger",
        ),
    },
    "query.refused": {
        "en": (
            "The query was not understood: {why}",
            "See the names of tables and columns in the table columns",
        ),
        "fr": (
            "La requête n'a pas été comprise : {why}",
            "Voir les noms des tables et colonnes dans la table columns",
        ),
    },
    "query.nothing_published": {
        "en": (
            "No release is in force: nothing was published yet, or all was withdrawn",
            "Run `cartable publish`, or `cartable demo` to try",
        ),
        "fr": (
            "Aucune publication n'est en vigueur : rien n'a encore été publié, ou tout a été retiré",
            "Lancer `cartable publish`, ou `cartable demo` pour essayer",
        ),
    },
    "query.binary_on_terminal": {
        "en": (
            "Parquet is not for a terminal",
            "Add --output FILE, or redirect the output",
        ),
        "fr": (
            "Parquet n'est pas fait pour un terminal",
            "Ajouter --output FICHIER, ou rediriger la sortie",
        ),
    },
}
