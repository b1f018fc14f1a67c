"""What is said of a cell whose form shows what became of it on its way."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

ROW_DAMAGE: Catalogue = {
    "row.spreadsheet_error": {
        "en": (
            "{count} row(s) hold an error of a spreadsheet in place of a value; line(s) {lines}",
            "Mend the formula in the spreadsheet, then export the file again",
        ),
        "fr": (
            "{count} ligne(s) contiennent une erreur de tableur au lieu d'une valeur ; ligne(s) {lines}",
            "Corriger la formule dans le tableur, puis exporter à nouveau le fichier",
        ),
    },
    "row.placeholder": {
        "en": (
            "{count} row(s) hold a word or sign that stands for no value; line(s) {lines}",
            "Leave the cell empty where the contract allows it, else fill it in",
        ),
        "fr": (
            "{count} ligne(s) contiennent un mot ou un signe mis pour une valeur absente ; ligne(s) {lines}",
            "Laisser la cellule vide si le contrat l'admet, sinon la remplir",
        ),
    },
    "row.header": {
        "en": (
            "{count} row(s) hold the name of the column in place of a value; line(s) {lines}",
            "Keep one header, on the first line, and delete any other",
        ),
        "fr": (
            "{count} ligne(s) contiennent le nom de la colonne au lieu d'une valeur ; ligne(s) {lines}",
            "Garder un seul en-tête, à la première ligne, et supprimer tout autre",
        ),
    },
    "row.total": {
        "en": (
            "{count} row(s) look like a total, not like one of the things that are listed; line(s) {lines}",
            "Delete the total: it is worked out from the rows",
        ),
        "fr": (
            "{count} ligne(s) semblent être un total et non un élément de la liste ; ligne(s) {lines}",
            "Supprimer le total : il se calcule à partir des lignes",
        ),
    },
    "row.exponent": {
        "en": (
            "{count} row(s) hold what looks like a number that a spreadsheet shortened to powers of ten; line(s) {lines}",
            "The digits are lost in this file: format the column as text in the source, then export it again",
        ),
        "fr": (
            "{count} ligne(s) contiennent ce qui semble être un nombre abrégé par un tableur en puissances de dix ; ligne(s) {lines}",
            "Les chiffres sont perdus dans ce fichier : mettre la colonne au format texte à la source, puis l'exporter à nouveau",
        ),
    },
    "row.thousands": {
        "en": (
            "{count} row(s) hold a number with something between its thousands; line(s) {lines}",
            "Write digits alone: no space, point, comma or apostrophe between thousands",
        ),
        "fr": (
            "{count} ligne(s) contiennent un nombre dont les milliers sont séparés ; ligne(s) {lines}",
            "N'écrire que des chiffres : ni espace (même insécable), ni point, virgule ou apostrophe entre les milliers",
        ),
    },
    "row.decimal_mark": {
        "en": (
            "{count} row(s) hold a number with another decimal mark than {asked}; line(s) {lines}",
            "Write {asked} before the decimals, with digits on both sides",
        ),
        "fr": (
            "{count} ligne(s) contiennent un nombre dont le séparateur décimal n'est pas {asked} ; ligne(s) {lines}",
            "Écrire {asked} avant les décimales, avec des chiffres de chaque côté",
        ),
    },
    "row.decimals": {
        "en": (
            "{count} row(s) hold decimals where a whole number is agreed; line(s) {lines}",
            "Write digits only, without a decimal mark",
        ),
        "fr": (
            "{count} ligne(s) contiennent des décimales là où un nombre entier est convenu ; ligne(s) {lines}",
            "N'écrire que des chiffres, sans séparateur décimal",
        ),
    },
    "row.unit": {
        "en": (
            "{count} row(s) hold a number with its unit; line(s) {lines}",
            "Write the number alone: the contract says the unit",
        ),
        "fr": (
            "{count} ligne(s) contiennent un nombre avec son unité ; ligne(s) {lines}",
            "Écrire le nombre seul : le contrat dit l'unité",
        ),
    },
    "row.date_serial": {
        "en": (
            "{count} row(s) hold what looks like a date that a spreadsheet turned into a number of days; line(s) {lines}",
            "Format the column as text or as a date written {asked}, then export the file again",
        ),
        "fr": (
            "{count} ligne(s) contiennent ce qui semble être une date qu'un tableur a changée en nombre de jours ; ligne(s) {lines}",
            "Mettre la colonne au format texte, ou au format date écrit {asked}, puis exporter à nouveau le fichier",
        ),
    },
    "row.date_time": {
        "en": (
            "{count} row(s) hold a date with a time of day; line(s) {lines}",
            "Write the date alone, as {asked}",
        ),
        "fr": (
            "{count} ligne(s) contiennent une date suivie d'une heure ; ligne(s) {lines}",
            "Écrire la date seule, sous la forme {asked}",
        ),
    },
    "row.date_iso": {
        "en": (
            "{count} row(s) hold a date that begins with the year (ISO 8601), which is not agreed; line(s) {lines}",
            "Write each date as {asked}, or have the contract say the other form for the whole column",
        ),
        "fr": (
            "{count} ligne(s) contiennent une date qui commence par l'année (ISO 8601), ce qui n'est pas convenu ; ligne(s) {lines}",
            "Écrire chaque date sous la forme {asked}, ou faire dire l'autre forme par le contrat pour toute la colonne",
        ),
    },
    "row.date_short": {
        "en": (
            "{count} row(s) hold a date whose year has two digits: the century is not known; line(s) {lines}",
            "Write the year with four digits, as {asked}",
        ),
        "fr": (
            "{count} ligne(s) contiennent une date dont l'année a deux chiffres : le siècle est inconnu ; ligne(s) {lines}",
            "Écrire l'année à quatre chiffres, sous la forme {asked}",
        ),
    },
    "row.date_swapped": {
        "en": (
            "{count} row(s) hold a date that exists only with day and month changed round: others may be wrong without showing it; line(s) {lines}",
            "Check the whole column in the source, then write each date as {asked}",
        ),
        "fr": (
            "{count} ligne(s) contiennent une date qui n'existe qu'en inversant jour et mois : d'autres peuvent être fausses sans que cela se voie ; ligne(s) {lines}",
            "Vérifier toute la colonne à la source, puis écrire chaque date sous la forme {asked}",
        ),
    },
    "row.leading_zeros": {
        "en": (
            "{count} row(s) hold a code that seems to have lost its leading zeros, as in a spreadsheet; line(s) {lines}",
            "Format the column as text in the source and export the file again: zeros at the front belong to the code",
        ),
        "fr": (
            "{count} ligne(s) contiennent un code qui semble avoir perdu ses zéros initiaux, comme dans un tableur ; ligne(s) {lines}",
            "Mettre la colonne au format texte à la source et exporter à nouveau : les zéros initiaux font partie du code",
        ),
    },
    "row.hidden_space": {
        "en": (
            "{count} row(s) hold a value that would do without the spaces or invisible characters in it; line(s) {lines}",
            "Remove them, also those that do not break and those that do not show",
        ),
        "fr": (
            "{count} ligne(s) contiennent une valeur qui conviendrait sans ses espaces ou caractères invisibles ; ligne(s) {lines}",
            "Les retirer, même les espaces insécables et les caractères qui ne se voient pas",
        ),
    },
    "row.quoted": {
        "en": (
            "{count} row(s) hold a value in quotes of its own, which are part of it; line(s) {lines}",
            "Remove them, or use straight double quotes around the whole cell",
        ),
        "fr": (
            "{count} ligne(s) contiennent une valeur entre guillemets ou apostrophes qui en font partie ; ligne(s) {lines}",
            "Les retirer, ou mettre des guillemets droits autour de toute la cellule",
        ),
    },
    "row.capitals": {
        "en": (
            "{count} row(s) hold a value that would do with other capitals; line(s) {lines}",
            "Write it letter by letter as agreed, capitals and small letters as they are",
        ),
        "fr": (
            "{count} ligne(s) contiennent une valeur qui conviendrait avec d'autres majuscules ; ligne(s) {lines}",
            "L'écrire à la lettre comme convenu, majuscules et minuscules comprises",
        ),
    },
    "row.mojibake": {
        "en": (
            "{count} row(s) hold letters that were read in another encoding and written again, as where one accented letter became two odd ones; line(s) {lines}",
            "Export the file again from the source in the agreed encoding; do not mend it letter by letter",
        ),
        "fr": (
            "{count} ligne(s) contiennent des lettres lues dans un autre encodage puis réécrites, une lettre accentuée en devenant deux étranges ; ligne(s) {lines}",
            "Exporter à nouveau le fichier depuis la source dans l'encodage convenu ; ne pas le corriger lettre par lettre",
        ),
    },
    "row.lost_character": {
        "en": (
            "{count} row(s) hold the sign that a program writes for a letter that it could not read; line(s) {lines}",
            "The letter is lost in this file: export it again from the source in the agreed encoding",
        ),
        "fr": (
            "{count} ligne(s) contiennent le signe qu'un programme écrit pour une lettre qu'il n'a pas su lire ; ligne(s) {lines}",
            "La lettre est perdue dans ce fichier : l'exporter à nouveau depuis la source dans l'encodage convenu",
        ),
    },
}
