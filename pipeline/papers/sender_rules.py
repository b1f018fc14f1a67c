"""What a sender reads of each rule on a row, in English and French: whole sentences, of one row.

The catalogue speaks to the steward of many rows at once, and of contracts; a sender has neither.
"""

from __future__ import annotations

import re

from pipeline.contracts import Label
from pipeline.errors import Language

_RULES: dict[str, tuple[str, str]] = {
    "row.required": ("The cell is empty.", "La case est vide."),
    "row.code": ("The cell holds no known code.", "La case ne contient aucun code connu."),
    "row.integer": ("It is no whole number.", "Ce n'est pas un nombre entier."),
    "row.decimal": (
        "It is no number as agreed.",
        "Ce n'est pas un nombre écrit comme convenu.",
    ),
    "row.date": ("The date is written otherwise.", "La date est écrite autrement."),
    "row.date_impossible": (
        "The date is not in the calendar.",
        "La date n'est pas dans le calendrier.",
    ),
    "row.space": (
        "There is white space before or after it.",
        "Il y a des espaces avant ou après.",
    ),
    "row.pattern": (
        "The value does not have the agreed form.",
        "La valeur n'a pas la forme convenue.",
    ),
    "row.minimum": ("The number is too small.", "Le nombre est trop petit."),
    "row.maximum": ("The number is too large.", "Le nombre est trop grand."),
    "row.reference": (
        "The code is right in form, but not known here yet.",
        "Le code a la bonne forme, mais n'est pas encore connu ici.",
    ),
    "row.territory": (
        "It is no known code of a territory.",
        "Ce n'est pas un code de territoire connu.",
    ),
    "row.duplicate": (
        "The row stands twice; one of them was kept.",
        "La ligne figure deux fois ; l'une a été gardée.",
    ),
    "row.conflict": (
        "Two rows of the same key contradict each other.",
        "Deux lignes de même clé se contredisent.",
    ),
    "row.empty": ("The row is empty.", "La ligne est vide."),
    "row.spreadsheet_error": (
        "The cell holds an error of a spreadsheet in place of a value.",
        "La case contient une erreur de tableur au lieu d'une valeur.",
    ),
    "row.placeholder": (
        "The cell holds a word or sign that stands for no value.",
        "La case contient un mot ou un signe mis pour une valeur absente.",
    ),
    "row.header": (
        "The cell holds the name of its column in place of a value.",
        "La case contient le nom de sa colonne au lieu d'une valeur.",
    ),
    "row.total": (
        "The row looks like a total, not like one of the things that are listed.",
        "La ligne semble être un total et non un élément de la liste.",
    ),
    "row.exponent": (
        "The cell holds what looks like a number that a spreadsheet shortened to powers of ten.",
        "La case contient ce qui semble être un nombre abrégé par un tableur en puissances de dix.",
    ),
    "row.thousands": (
        "The number has something between its thousands.",
        "Les milliers du nombre sont séparés.",
    ),
    "row.decimal_mark": (
        "The number has another decimal mark than agreed.",
        "Le séparateur décimal du nombre n'est pas celui qui est convenu.",
    ),
    "row.decimals": (
        "The number has decimals where a whole number is agreed.",
        "Le nombre a des décimales là où un nombre entier est convenu.",
    ),
    "row.unit": ("The number bears its unit.", "Le nombre porte son unité."),
    "row.date_serial": (
        "The cell holds what looks like a date that a spreadsheet turned into a number of days.",
        "La case contient ce qui semble être une date qu'un tableur a changée en nombre de jours.",
    ),
    "row.date_time": (
        "The date bears a time of day.",
        "La date est suivie d'une heure.",
    ),
    "row.date_iso": (
        "The date begins with the year, which is not agreed.",
        "La date commence par l'année, ce qui n'est pas convenu.",
    ),
    "row.date_short": (
        "The year of the date has two digits: the century is not known.",
        "L'année de la date a deux chiffres : le siècle est inconnu.",
    ),
    "row.date_swapped": (
        (
            "The date exists only with day and month changed round: other dates of the column may"
            " be wrong without showing it."
        ),
        (
            "La date n'existe qu'en inversant jour et mois : d'autres dates de la colonne peuvent"
            " être fausses sans que cela se voie."
        ),
    ),
    "row.leading_zeros": (
        "The code seems to have lost its leading zeros, as in a spreadsheet.",
        "Le code semble avoir perdu ses zéros initiaux, comme dans un tableur.",
    ),
    "row.hidden_space": (
        "The value would do without the spaces or invisible characters in it.",
        "La valeur conviendrait sans ses espaces ou caractères invisibles.",
    ),
    "row.quoted": (
        "The value stands in quotes of its own, which are part of it.",
        "La valeur est entre guillemets ou apostrophes qui en font partie.",
    ),
    "row.capitals": (
        "The value would do with other capitals.",
        "La valeur conviendrait avec d'autres majuscules.",
    ),
    "row.mojibake": (
        (
            "The cell holds letters that were read in another encoding and written again, as where"
            " one accented letter became two odd ones."
        ),
        (
            "La case contient des lettres lues dans un autre encodage puis réécrites, une lettre"
            " accentuée en devenant deux étranges."
        ),
    ),
    "row.lost_character": (
        "The cell holds the sign that a program writes for a letter that it could not read.",
        "La case contient le signe qu'un programme écrit pour une lettre qu'il n'a pas su lire.",
    ),
}
RULES = {rule: Label(en=en, fr=fr) for rule, (en, fr) in _RULES.items()}

# Where the catalogue names contracts and datasets, or speaks of several rows.
_REMEDIES: dict[str, tuple[str, str]] = {
    "row.required": ("Fill the cell in.", "Remplir la case."),
    "row.empty": ("Delete the row.", "Supprimer la ligne."),
    "row.placeholder": (
        "Write the value; where there is none, leave the cell empty.",
        "Écrire la valeur ; s'il n'y en a pas, laisser la case vide.",
    ),
    "row.unit": ("Write the number alone.", "Écrire le nombre seul."),
    "row.date_iso": ("Write the date as {asked}.", "Écrire la date sous la forme {asked}."),
    "row.date": ("Write the date as {asked}.", "Écrire la date sous la forme {asked}."),
    "row.date_impossible": (
        "Correct the date, written as {asked}.",
        "Corriger la date, écrite sous la forme {asked}.",
    ),
    "row.minimum": (
        "Check the number: {asked} or more is agreed.",
        "Vérifier le nombre : {asked} ou plus est convenu.",
    ),
    "row.maximum": (
        "Check the number: {asked} or less is agreed.",
        "Vérifier le nombre : {asked} ou moins est convenu.",
    ),
    "row.reference": (
        "Correct the code; if it is right, say so to the office that received the file.",
        "Corriger le code ; s'il est juste, le dire au service qui a reçu le fichier.",
    ),
    "row.conflict": (
        "Keep the true one; neither was accepted, for it is not known which it is.",
        "Garder la bonne ; aucune n'a été acceptée, faute de savoir laquelle.",
    ),
    "delivery.missing_column": (
        "Add the column, its name letter by letter as agreed.",
        "Ajouter la colonne, son nom à la lettre comme convenu.",
    ),
    "delivery.renamed_column": (
        "If it is this column, write its name letter by letter as agreed.",
        "Si c'est bien cette colonne, écrire son nom à la lettre comme convenu.",
    ),
    "delivery.alias_of_other_years": (
        "Check the school year of the file; if it is right, write the name of this year.",
        "Vérifier l'année scolaire du fichier ; si elle est juste, écrire le nom de cette année.",
    ),
    "delivery.other_kind": (
        "Export the table as text with delimiters, as agreed.",
        "Exporter le tableau en texte avec séparateurs, comme convenu.",
    ),
    "delivery.number_for_text": (
        (
            "Keep codes as text where they are stored, then export the file again: leading zeros"
            " cannot be put back."
        ),
        (
            "Garder les codes comme du texte là où ils sont stockés, puis exporter à nouveau le"
            " fichier : les zéros de tête ne se remettent pas."
        ),
    ),
    "delivery.xlsx_sheets": (
        "Send a workbook of the one sheet that is wanted.",
        "Envoyer un classeur de la seule feuille voulue.",
    ),
    "delivery.xlsx_no_sheet": (
        "Name the sheet as agreed.",
        "Nommer la feuille comme convenu.",
    ),
    "delivery.packed_otherwise": (
        "Send the format that is agreed, unpacked, by gzip or as a zip of one file.",
        "Envoyer le format convenu, tel quel, par gzip ou en zip d'un seul fichier.",
    ),
    **dict.fromkeys(
        ("delivery.reader_memory", "delivery.reader_time"),
        (
            "Check that this is the file that was meant, and send it again.",
            "Vérifier que c'est bien le fichier voulu, et l'envoyer à nouveau.",
        ),
    ),
    **dict.fromkeys(
        ("delivery.zip_name", "delivery.zip_link", "delivery.zip_overlap"),
        (
            "Send the table itself: unpacked, by gzip, or alone in a zip.",
            "Envoyer le tableau lui-même : tel quel, par gzip, ou seul dans un zip.",
        ),
    ),
    "delivery.xml_typed": (
        "Send a file without document type.",
        "Envoyer un fichier sans type de document.",
    ),
    "delivery.other_mode": (
        "Say beside the file what it says itself, or send the other.",
        "Dire à côté du fichier ce qu'il dit lui-même, ou envoyer l'autre.",
    ),
    "delivery.packed_ratio": (
        "Check that this is the file that was meant; if it is, send it unpacked.",
        "Vérifier que c'est bien le fichier voulu ; si oui, l'envoyer tel quel.",
    ),
    "delivery.oneroster_version": (
        "Send the bundle in one of these versions.",
        "Envoyer le lot dans l'une de ces versions.",
    ),
    "delivery.oneroster_delta": (
        "Send a bundle in which it is `bulk`.",
        "Envoyer un lot où il est `bulk`.",
    ),
}
REMEDIES = {rule: Label(en=en, fr=fr) for rule, (en, fr) in _REMEDIES.items()}

# What the catalogue says of a file to the steward → what its sender does; then what follows it.
_OWN_WORDS = {
    "en": (
        (re.compile(r"^Ask the sender for "), "Send "),
        (re.compile(r"^Ask the sender to (.*)"), r"\1"),
    ),
    "fr": (
        (re.compile(r"^Redemander à l'expéditeur "), "Envoyer à nouveau "),
        (re.compile(r"^Redemander (.*?) à l'expéditeur"), r"Envoyer à nouveau \1"),
        (re.compile(r"^Demander à l'expéditeur de (.*)"), r"\1"),
        (re.compile(r"^Demander à l'expéditeur "), "Envoyer "),
    ),
}
_THEN = {"en": re.compile(r"(?<=, )(and|or) to "), "fr": re.compile(r"(?<=, )(et|ou) de ")}


def for_sender(remedy: str, language: Language) -> str:
    """Return a remedy as it is told to the sender, whom nobody else is to ask for it."""
    for asked, does in _OWN_WORDS[language]:
        told = asked.sub(does, remedy)
        if told != remedy:
            told = _THEN[language].sub(r"\1 ", told)
            return told[:1].upper() + told[1:]
    return remedy
