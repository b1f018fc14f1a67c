"""What is said of rows that are refused one by one."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

ROW: Catalogue = {
    "row.required": {
        "en": (
            "{count} row(s) lack a required value; line(s) {lines}",
            "Fill in the column in each of them",
        ),
        "fr": (
            "{count} ligne(s) sans valeur obligatoire ; ligne(s) {lines}",
            "Remplir la colonne dans chacune",
        ),
    },
    "row.empty": {
        "en": (
            "{count} row(s) are empty, as a spreadsheet leaves them below a table; line(s) {lines}",
            "Delete them",
        ),
        "fr": (
            "{count} ligne(s) sont vides, comme un tableur en laisse sous un tableau ; ligne(s) {lines}",
            "Les supprimer",
        ),
    },
    "row.code": {
        "en": (
            "{count} row(s) hold a value that is not in the code list {list}; line(s) {lines}",
            "Write one of: {asked}; letter by letter, without spaces around",
        ),
        "fr": (
            "{count} ligne(s) ont une valeur hors de la nomenclature {list} ; ligne(s) {lines}",
            "Écrire l'une de : {asked} ; à la lettre, sans espaces autour",
        ),
    },
    "row.integer": {
        "en": (
            "{count} row(s) hold no whole number; line(s) {lines}",
            "Write digits only, at most 18, without spaces, decimals or exponent",
        ),
        "fr": (
            "{count} ligne(s) sans nombre entier ; ligne(s) {lines}",
            "N'écrire que des chiffres, 18 au plus, sans espaces, décimales ni exposant",
        ),
    },
    "row.decimal": {
        "en": (
            "{count} row(s) hold no number as agreed; line(s) {lines}",
            "Write digits with {asked} as decimal mark, without spaces or exponent",
        ),
        "fr": (
            "{count} ligne(s) sans nombre écrit comme convenu ; ligne(s) {lines}",
            "Écrire des chiffres avec {asked} pour les décimales, sans espaces ni exposant",
        ),
    },
    "row.date": {
        "en": (
            "{count} row(s) hold a date in another form than agreed; line(s) {lines}",
            "Write each date as {asked}",
        ),
        "fr": (
            "{count} ligne(s) ont une date écrite autrement que convenu ; ligne(s) {lines}",
            "Écrire chaque date sous la forme {asked}",
        ),
    },
    "row.date_impossible": {
        "en": (
            "{count} row(s) hold a date that is not in the calendar; line(s) {lines}",
            "Correct each date, written as {asked}",
        ),
        "fr": (
            "{count} ligne(s) ont une date qui n'est pas dans le calendrier ; ligne(s) {lines}",
            "Corriger chaque date, écrite sous la forme {asked}",
        ),
    },
    "row.space": {
        "en": (
            "{count} row(s) have white space around a value that names the row; line(s) {lines}",
            "Remove the white space before and after it",
        ),
        "fr": (
            (
                "{count} ligne(s) ont des espaces autour d'une valeur qui désigne la ligne ; "
                "ligne(s) {lines}"
            ),
            "Retirer les espaces avant et après",
        ),
    },
    "row.pattern": {
        "en": (
            "{count} row(s) hold a value that does not have the agreed form; line(s) {lines}",
            "Write it to fit {asked}; leading zeros belong to it",
        ),
        "fr": (
            "{count} ligne(s) ont une valeur qui n'a pas la forme convenue ; ligne(s) {lines}",
            "L'écrire selon {asked} ; les zéros initiaux en font partie",
        ),
    },
    "row.minimum": {
        "en": (
            "{count} row(s) hold a number that is too small; line(s) {lines}",
            "Check them: the contract allows {asked} or more",
        ),
        "fr": (
            "{count} ligne(s) ont un nombre trop petit ; ligne(s) {lines}",
            "Les vérifier : le contrat admet {asked} ou plus",
        ),
    },
    "row.maximum": {
        "en": (
            "{count} row(s) hold a number that is too large; line(s) {lines}",
            "Check them: the contract allows {asked} or less",
        ),
        "fr": (
            "{count} ligne(s) ont un nombre trop grand ; ligne(s) {lines}",
            "Les vérifier : le contrat admet {asked} ou moins",
        ),
    },
    "row.reference": {
        "en": (
            "{count} row(s) refer to something that {asked} does not hold; line(s) {lines}",
            "Correct the code, or first deliver what is missing in {asked}",
        ),
        "fr": (
            "{count} ligne(s) renvoient à ce que {asked} ne contient pas ; ligne(s) {lines}",
            "Corriger le code, ou livrer d'abord ce qui manque dans {asked}",
        ),
    },
    "row.territory": {
        "en": (
            "{count} row(s) hold no known code of the level {asked}; line(s) {lines}",
            "Write the official code, leading zeros included",
        ),
        "fr": (
            "{count} ligne(s) sans code connu du niveau {asked} ; ligne(s) {lines}",
            "Écrire le code officiel, zéros initiaux compris",
        ),
    },
    "row.duplicate": {
        "en": (
            "{count} row(s) repeat another one in every column; line(s) {lines}",
            "Nothing is lost, the first was kept; deliver each row once",
        ),
        "fr": (
            "{count} ligne(s) en répètent une autre dans toutes les colonnes ; ligne(s) {lines}",
            "Rien n'est perdu, la première a été gardée ; livrer chaque ligne une fois",
        ),
    },
    "row.conflict": {
        "en": (
            "{count} row(s) share a key and contradict each other; line(s) {lines}",
            "Keep the true one of each; none was accepted, for it is not known which is",
        ),
        "fr": (
            "{count} ligne(s) ont la même clé et se contredisent ; ligne(s) {lines}",
            "Garder la bonne de chaque clé ; aucune n'a été acceptée, faute de savoir laquelle",
        ),
    },
}
