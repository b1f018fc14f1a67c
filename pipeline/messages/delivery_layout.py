"""What is said of a file whose lines are not laid out as agreed."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

DELIVERY_LAYOUT: Catalogue = {
    "delivery.repeated_header": {
        "en": (
            "The header stands again among the rows",
            "Deliver one file with one header: files were laid end to end",
        ),
        "fr": (
            "L'en-tête figure de nouveau parmi les lignes",
            "Livrer un fichier avec un seul en-tête : des fichiers ont été mis bout à bout",
        ),
    },
    "delivery.ragged": {
        "en": (
            "The row has {found} field(s), the header {expected}",
            "Check the row for a delimiter too many or too few; quote a cell that contains one",
        ),
        "fr": (
            "La ligne a {found} champ(s), l'en-tête {expected}",
            (
                "Chercher un séparateur en trop ou en moins ; mettre entre guillemets une cellule "
                "qui en contient un"
            ),
        ),
    },
    "delivery.blank_line": {
        "en": (
            "{count} line(s) are blank; line(s) {lines}",
            "Delete them",
        ),
        "fr": (
            "{count} ligne(s) sont vides ; ligne(s) {lines}",
            "Les supprimer",
        ),
    },
    "delivery.line_break": {
        "en": (
            (
                "{count} cell(s) hold a line break: the quote of the first opens on this line and "
                "closes on a later one, and would take the rows between into one cell; nothing was "
                "accepted"
            ),
            "Close the quote that was left open, or write the cell on one line, and deliver the whole file again",
        ),
        "fr": (
            (
                "{count} cellule(s) contiennent un saut de ligne : le guillemet de la première "
                "s'ouvre à cette ligne et se ferme plus loin, et prendrait les lignes entre les "
                "deux dans une seule cellule ; rien n'a été accepté"
            ),
            "Fermer le guillemet resté ouvert, ou écrire la cellule sur une ligne, et livrer à nouveau le fichier entier",
        ),
    },
    "delivery.quote": {
        "en": (
            "A quote is lost or stands where none may",
            "Enclose the whole cell in quotes and double the quotes inside it",
        ),
        "fr": (
            "Un guillemet manque ou se trouve à une place interdite",
            "Mettre toute la cellule entre guillemets et doubler ceux qu'elle contient",
        ),
    },
    "delivery.line_ends": {
        "en": (
            "{count} line(s) do not end like the first one; line(s) {lines}",
            "Save the file with one kind of line end: CRLF or LF throughout",
        ),
        "fr": (
            "{count} ligne(s) ne se terminent pas comme la première ; ligne(s) {lines}",
            "Enregistrer le fichier avec une seule sorte de fin de ligne : CRLF ou LF partout",
        ),
    },
    "delivery.unfinished": {
        "en": (
            (
                "The last row has no line end, and a cut in this column would not show; "
                "nothing was accepted"
            ),
            "Check that the file is whole, end its last row with a line end and deliver it again",
        ),
        "fr": (
            (
                "La dernière ligne n'a pas de fin de ligne, et une coupure dans cette colonne "
                "ne se verrait pas ; rien n'a été accepté"
            ),
            "Vérifier que le fichier est entier, terminer sa dernière ligne et le livrer à nouveau",
        ),
    },
    "delivery.delimiter": {
        "en": (
            "Fields are separated by '{found}', the contract says '{declared}'; nothing was accepted",
            "Export the file with '{declared}' between fields",
        ),
        "fr": (
            "Les champs sont séparés par « {found} », le contrat dit « {declared} » ; rien n'a été accepté",
            "Exporter le fichier avec « {declared} » entre les champs",
        ),
    },
    "delivery.layout": {
        "en": (
            "{count} fault(s) in the layout of the file; nothing was accepted",
            "Mend each of the lines below, then deliver the file again",
        ),
        "fr": (
            "{count} défaut(s) dans la structure du fichier ; rien n'a été accepté",
            "Corriger chacune des lignes ci-dessous, puis livrer à nouveau le fichier",
        ),
    },
    "delivery.cut": {
        "en": (
            "The file ends within a row: it has {found} of {expected} field(s) and no line end, so that all behind it may be missing",
            "Ask the sender for the whole file again",
        ),
        "fr": (
            "Le fichier s'arrête au milieu d'une ligne : elle a {found} champ(s) sur {expected} et pas de fin de ligne ; tout ce qui suit peut manquer",
            "Redemander à l'expéditeur le fichier entier",
        ),
    },
    "delivery.note": {
        "en": (
            "The line is no row: it has one field, the header {expected}",
            "Delete notes, dates of export and titles around the rows; a row has a delimiter between its cells",
        ),
        "fr": (
            "La ligne n'est pas une ligne de données : elle a un champ, l'en-tête {expected}",
            "Supprimer notes, dates d'export et titres autour des lignes ; une ligne a un séparateur entre ses cellules",
        ),
    },
    "delivery.total": {
        "en": (
            "The line looks like a total below the rows: it has {found} field(s), the header {expected}",
            "Delete the total: it is worked out from the rows",
        ),
        "fr": (
            "La ligne semble être un total sous les lignes : elle a {found} champ(s), l'en-tête {expected}",
            "Supprimer le total : il se calcule à partir des lignes",
        ),
    },
    "delivery.quoted_row": {
        "en": (
            "The row stands in one pair of quotes as a whole: it is one field, the header has {expected}",
            "Export the file again: quotes enclose a cell, not a row",
        ),
        "fr": (
            "La ligne entière est entre guillemets : elle n'a qu'un champ, l'en-tête en a {expected}",
            "Exporter de nouveau le fichier : les guillemets entourent une cellule, non une ligne",
        ),
    },
    "delivery.returns": {
        "en": (
            "A line ends with a lone carriage return (CR), as only very old programs write; nothing was accepted",
            "Save the file with one kind of line end: CRLF or LF throughout",
        ),
        "fr": (
            "Une ligne se termine par un retour chariot seul (CR), comme n'en écrivent que de très vieux programmes ; rien n'a été accepté",
            "Enregistrer le fichier avec une seule sorte de fin de ligne : CRLF ou LF partout",
        ),
    },
    "delivery.endless_line": {
        "en": (
            "A line does not end within {most} MB; nothing was accepted",
            "Export the file again, one row a line",
        ),
        "fr": (
            "Une ligne ne se termine pas au bout de {most} Mo ; rien n'a été accepté",
            "Exporter de nouveau le fichier, une ligne de données par ligne",
        ),
    },
}
