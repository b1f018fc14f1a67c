"""The words of the report for a sender, in English and French: plain, and of no value."""

from __future__ import annotations

import re

from pipeline.contracts import Label

SENDER: dict[str, tuple[str, str]] = {
    "sender.title": ("What became of your file", "Ce qu'est devenu votre fichier"),
    "sender.of_school": ("Sender", "Expéditeur"),
    "sender.file": ("Your file", "Votre fichier"),
    "sender.received": ("received on", "reçu le"),
    "sender.reference": ("Reference to quote:", "Référence à rappeler :"),
    "sender.all_good": (
        "Every row of your file was accepted. Nothing is asked of you.",
        "Toutes les lignes de votre fichier ont été acceptées. Rien ne vous est demandé.",
    ),
    "sender.some": (
        "{accepted} rows were accepted. {refused} rows wait for your correction.",
        "{accepted} lignes ont été acceptées. {refused} lignes attendent votre correction.",
    ),
    "sender.whole": (
        "Your file could not be taken in: nothing of it was accepted, and nothing is lost.",
        "Votre fichier n'a pas pu être pris : rien n'en a été accepté, et rien n'est perdu.",
    ),
    "sender.whole_rows": (
        "Too many of its rows are wrong: {refused} of {counted}.",
        "Trop de ses lignes sont fausses : {refused} sur {counted}.",
    ),
    "sender.reads_now": (
        "It can be read today; the office that received it takes it in again.",
        "Il peut être lu aujourd'hui ; le service qui l'a reçu le reprend.",
    ),
    "sender.smaller": (
        (
            "It would leave you far fewer rows than you sent before. Send the whole file of your"
            " school, or say that this is right."
        ),
        (
            "Il vous laisserait bien moins de lignes que vous n'en aviez envoyé. Envoyez le"
            " fichier entier de votre établissement, ou dites que c'est exact."
        ),
    ),
    "sender.other": (
        "It did not pass the checks on the file as a whole; the office that received it says more.",
        "Il n'a pas passé les contrôles de l'ensemble ; le service qui l'a reçu en dira plus.",
    ),
    "sender.tile_counted": ("rows in your file", "lignes dans votre fichier"),
    "sender.tile_accepted": ("accepted", "acceptées"),
    "sender.tile_waiting": ("to be mended", "à corriger"),
    "sender.tile_mended": ("mended since", "corrigées depuis"),
    "sender.tile_gone": ("given up or erased", "écartées ou effacées"),
    "sender.doubles": (
        (
            "{rows} accepted rows are of persons who stand in another row too, yours or another"
            " sender's. Each person counts once: {aside} of these rows are not counted. If some of"
            " them left, end their enrolment where your data are kept."
        ),
        (
            "{rows} lignes acceptées concernent des personnes qui figurent aussi dans une autre"
            " ligne, de vous ou d'un autre expéditeur. Chaque personne compte une fois : {aside} de"
            " ces lignes ne sont pas comptées. Si certaines sont parties, mettez fin à leur"
            " inscription là où vos données sont tenues."
        ),
    ),
    "sender.to_mend": ("What to mend", "Ce qu'il faut corriger"),
    "sender.faults": ("What is wrong with the file", "Ce qui ne va pas dans le fichier"),
    "sender.column": ("Column", "Colonne"),
    "sender.wrong": ("What is wrong", "Ce qui ne va pas"),
    "sender.rows": ("Rows", "Lignes"),
    "sender.lines": ("On the lines", "Aux lignes"),
    "sender.line": ("Line", "Ligne"),
    "sender.how": ("How to mend it", "Comment le corriger"),
    "sender.every_line": ("Line by line", "Ligne par ligne"),
    "sender.more_lines": (
        "The first {shown} of {all} rows; the table that comes with it holds all of them.",
        "Les {shown} premières de {all} lignes ; le tableau joint les contient toutes.",
    ),
    "sender.count_lines": (
        "The header is line 1 of the file, as in a spreadsheet.",
        "L'en-tête est la ligne 1 du fichier, comme dans un tableur.",
    ),
    "sender.steps": ("What to do now", "Que faire maintenant"),
    "sender.step_open": (
        (
            "Open the file that you sent, and go to the lines above. The rows are not shown"
            " here, since they speak of persons."
        ),
        (
            "Ouvrez le fichier que vous avez envoyé, et allez aux lignes ci-dessus. Les lignes"
            " elles-mêmes ne sont pas montrées ici, car elles parlent de personnes."
        ),
    ),
    "sender.step_mend": (
        "Correct them where your data are kept, so that the next file is right.",
        "Corrigez-les là où vos données sont tenues, pour que le prochain fichier soit juste.",
    ),
    "sender.step_send_rows": (
        (
            "Send the corrected rows alone, with the same header, and in one column more, named"
            " refused_line, the line on which each stood. Or send the whole file again."
        ),
        (
            "Renvoyez les seules lignes corrigées, avec le même en-tête et, dans une colonne de"
            " plus nommée refused_line, la ligne où chacune était. Ou renvoyez le fichier entier."
        ),
    ),
    "sender.step_send_whole": (
        "Send the whole file again, by the way by which you sent this one.",
        "Renvoyez le fichier entier, par la voie par laquelle vous avez envoyé celui-ci.",
    ),
    "sender.until": (
        "What waits is destroyed on {day}; after that only the whole file can be sent again.",
        "Ce qui attend est détruit le {day} ; ensuite, seul le fichier entier peut être renvoyé.",
    ),
    "sender.no_value": (
        (
            "This page holds line numbers, names of columns and rules; no name and no value of your"
            " file."
        ),
        (
            "Cette page contient des numéros de ligne, des noms de colonnes et des règles ; aucun"
            " nom ni aucune valeur de votre fichier."
        ),
    ),
    "sender.rule": ("Rule", "Règle"),
    "sender.label": ("Label", "Libellé"),
}

_DIGITS = Label(en="{count} digit(s)", fr="{count} chiffre(s)")
_CAPITALS = Label(en="{count} capital letter(s)", fr="{count} lettre(s) majuscule(s)")
_LETTERS = Label(en="{count} small letter(s)", fr="{count} lettre(s) minuscule(s)")
_KINDS = {"[0-9]": _DIGITS, r"\d": _DIGITS, "[A-Z]": _CAPITALS, "[a-z]": _LETTERS}
_THEN = Label(en="then", fr="puis")
_PART = re.compile(r"(\[0-9\]|\\d|\[A-Z\]|\[a-z\])(?:\{([0-9]+)\})?|([A-Za-z0-9-])")


def form_in_words(pattern: str, language: str) -> str | None:
    """Return what a pattern of digits and letters asks for; None for any other."""
    at, parts = 0, []
    while at < len(pattern):
        part = _PART.match(pattern, at)
        if part is None:
            return None
        kind, count, letter = part.groups()
        said = f"« {letter} »" if letter else _KINDS[kind].words(language)
        plural = "s" if int(count or 1) > 1 else ""
        parts.append(said.format(count=count or 1).replace("(s)", plural))
        at = part.end()
    return f", {_THEN.words(language)} ".join(parts)
