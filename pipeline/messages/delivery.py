"""What is said of a delivery that is refused as a whole, but for what its reader itself met."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

DELIVERY: Catalogue = {
    "delivery.empty": {
        "en": (
            "The file is empty; nothing was accepted",
            "Ask the sender for the file again",
        ),
        "fr": (
            "Le fichier est vide ; rien n'a été accepté",
            "Redemander le fichier à l'expéditeur",
        ),
    },
    "delivery.no_rows": {
        "en": (
            "The file has a header and no row; nothing was accepted",
            "Ask the sender for the file again, with its rows",
        ),
        "fr": (
            "Le fichier a un en-tête et aucune ligne de données ; rien n'a été accepté",
            "Redemander le fichier à l'expéditeur, avec ses lignes",
        ),
    },
    "delivery.encoding": {
        "en": (
            (
                "The file is not in {declared}: byte {byte} does not fit, it looks like {looks}; "
                "nothing was accepted"
            ),
            "Save the file again in {declared}, as plain text with delimiters",
        ),
        "fr": (
            (
                "Le fichier n'est pas en {declared} : l'octet {byte} ne convient pas, "
                "il ressemble à {looks} ; rien n'a été accepté"
            ),
            "Enregistrer à nouveau le fichier en {declared}, en texte avec séparateurs",
        ),
    },
    "delivery.other_kind": {
        "en": (
            "The file looks like {looks}, not like text with delimiters; nothing was accepted",
            "Ask the sender for an export as text with delimiters; or write into the contract, under `format`, in which form the dataset comes",
        ),
        "fr": (
            "Le fichier ressemble à {looks}, non à du texte avec séparateurs ; rien n'a été accepté",
            "Demander à l'expéditeur un export en texte avec séparateurs ; ou écrire dans le contrat, sous `format`, sous quelle forme vient le jeu",
        ),
    },
    "delivery.nul": {
        "en": (
            "The file holds {count} NUL character(s), the first on this line; nothing was accepted",
            "Export the file again: NUL characters are a sign of a damaged or binary file",
        ),
        "fr": (
            (
                "Le fichier contient {count} caractère(s) NUL, le premier à cette ligne ; "
                "rien n'a été accepté"
            ),
            "Exporter à nouveau le fichier : un NUL signale un fichier abîmé ou binaire",
        ),
    },
    "delivery.mark_inside": {
        "en": (
            (
                "{count} byte order mark(s) stand inside the file, the first on this line; "
                "nothing was accepted"
            ),
            "Deliver one file: a mark inside is a sign of files laid end to end",
        ),
        "fr": (
            (
                "{count} marque(s) d'ordre des octets se trouvent dans le fichier, la première à "
                "cette ligne ; rien n'a été accepté"
            ),
            "Livrer un seul fichier : une telle marque signale des fichiers mis bout à bout",
        ),
    },
    "delivery.no_header": {
        "en": (
            "The first line holds none of the {count} agreed column names",
            "Start the file with the header line, letter by letter, capitals counted, no title or row before it: {names}",
        ),
        "fr": (
            "La première ligne ne contient aucun des {count} noms de colonne convenus",
            "Commencer le fichier par l'en-tête, à la lettre, majuscules comptées, ni titre ni ligne de données avant lui : {names}",
        ),
    },
    "delivery.other_layout": {
        "en": (
            "Only {count} of the {wanted} agreed column names stand in the header; this looks like the file of another dataset",
            "Name the dataset that the file belongs to; otherwise give it these columns: {names}",
        ),
        "fr": (
            "Seuls {count} des {wanted} noms de colonne convenus figurent dans l'en-tête ; le fichier semble être celui d'un autre jeu",
            "Nommer le jeu auquel appartient le fichier ; sinon lui donner ces colonnes : {names}",
        ),
    },
    "delivery.missing_column": {
        "en": (
            "An agreed column is missing in the header",
            "Add the column, spelled as in the contract",
        ),
        "fr": (
            "Une colonne convenue manque dans l'en-tête",
            "Ajouter la colonne, écrite comme dans le contrat",
        ),
    },
    "delivery.extra_column": {
        "en": (
            "Column number {position} of the header is not in the contract",
            "Remove the column, or correct its name; what is not agreed is not received",
        ),
        "fr": (
            "La colonne numéro {position} de l'en-tête n'est pas dans le contrat",
            "Retirer la colonne, ou corriger son nom ; ce qui n'est pas convenu n'est pas reçu",
        ),
    },
    "delivery.extra_columns": {
        "en": (
            "{count} more columns of the header, from number {position} on, are not in the contract",
            "Remove the columns, or correct their names; what is not agreed is not received",
        ),
        "fr": (
            "{count} autres colonnes de l'en-tête, à partir de la {position}e, ne figurent pas au contrat",
            "Retirer les colonnes, ou corriger leurs noms ; ce qui n'est pas convenu n'est pas reçu",
        ),
    },
    "delivery.repeated_column": {
        "en": (
            "A column stands {count} times in the header",
            "Keep the column once",
        ),
        "fr": (
            "Une colonne figure {count} fois dans l'en-tête",
            "Ne garder la colonne qu'une fois",
        ),
    },
    "delivery.no_reference": {
        "en": (
            "{name}, which this column refers to, is not known yet; nothing was accepted",
            "Ingest the delivery that holds it for the same period first",
        ),
        "fr": (
            "{name}, auquel cette colonne renvoie, n'est pas encore connu ; rien n'a été accepté",
            "Ingérer d'abord, pour la même période, la livraison qui le contient",
        ),
    },
    "delivery.too_many_refused": {
        "en": (
            (
                "{count} of {counted} row(s) were refused, the contract allows {limit} %; "
                "nothing was accepted"
            ),
            "Mend the rows below and deliver the whole file again",
        ),
        "fr": (
            (
                "{count} ligne(s) sur {counted} ont été refusées, le contrat en permet {limit} % ; "
                "rien n'a été accepté"
            ),
            "Corriger les lignes ci-dessous et livrer à nouveau le fichier entier",
        ),
    },
    "delivery.smaller": {
        "en": (
            (
                "{senders} sender(s) would be left with {after} of {before} row(s) in force: for "
                "each less than {kept_pct} % of its rows, and {lost_rows} row(s) fewer or more; "
                "nothing was accepted"
            ),
            "A correction replaces all that a sender sent: send the whole file again, or, if these rows are all, confirm with `cartable ingest {name} FILE --period {period} --smaller`",
        ),
        "fr": (
            (
                "{senders} expéditeur(s) ne garderaient que {after} de {before} ligne(s) en "
                "vigueur : chacun moins de {kept_pct} % de ses lignes, et au moins {lost_rows} "
                "ligne(s) en moins ; rien n'a été accepté"
            ),
            "Une correction remplace tout ce qu'un expéditeur a envoyé : renvoyer le fichier entier ou, si ce sont bien toutes les lignes, confirmer par `cartable ingest {name} FICHIER --period {period} --smaller`",
        ),
    },
    "delivery.account": {
        "en": (
            "{count} row(s) were counted, {accounted} accounted for; nothing was accepted",
            "Keep the file and report this: the reader does not agree with its own count",
        ),
        "fr": (
            "{count} ligne(s) ont été comptées, {accounted} retrouvées ; rien n'a été accepté",
            "Garder le fichier et le signaler : le lecteur n'est pas d'accord avec son décompte",
        ),
    },
    "delivery.bad_period": {
        "en": (
            "The period is not the first year of a school year; nothing was received",
            "Give four digits, such as `--period 2021` for 2021-2022",
        ),
        "fr": (
            "La période n'est pas la première année d'une année scolaire ; rien n'a été reçu",
            "Donner quatre chiffres, comme `--period 2021` pour 2021-2022",
        ),
    },
    "delivery.future_period": {
        "en": (
            "The school year has not begun: it starts in a later year than this one; nothing was received",
            "Correct `--period`: the calendar year in which the school year starts",
        ),
        "fr": (
            "L'année scolaire n'a pas commencé : elle débute dans une année à venir ; rien n'a été reçu",
            "Corriger `--period` : l'année civile où commence l'année scolaire",
        ),
    },
    "delivery.future_received": {
        "en": (
            "The day on which it is said to have come is still to come; nothing was received",
            "Correct `--received`, or leave it out: then it is now",
        ),
        "fr": (
            "Le jour où elle serait arrivée est encore à venir ; rien n'a été reçu",
            "Corriger `--received`, ou l'omettre : ce sera alors maintenant",
        ),
    },
    "delivery.future_as_of": {
        "en": (
            "The sender's date lies in the future: no correction could ever replace this delivery; nothing was received",
            "Correct `--as-of`, or leave it out: then it is now",
        ),
        "fr": (
            "La date de l'expéditeur est à venir : aucune correction ne pourrait remplacer cette livraison ; rien n'a été reçu",
            "Corriger `--as-of`, ou l'omettre : ce sera alors maintenant",
        ),
    },
    "delivery.reference_missing": {
        "en": (
            "The column refers to {name}, of which nothing is accepted yet for {period}; the delivery is sealed, no row of it was accepted",
            "Ingest {name} for {period} first, then this file again",
        ),
        "fr": (
            "La colonne renvoie à {name}, dont rien n'est encore accepté pour {period} ; la livraison est scellée, aucune ligne n'en a été acceptée",
            "Ingérer d'abord {name} pour {period}, puis ce fichier de nouveau",
        ),
    },
    "delivery.unreadable": {
        "en": (
            "The file could not be read ({kind}); nothing was accepted",
            "Keep the file and report this with the name in brackets",
        ),
        "fr": (
            "Le fichier n'a pas pu être lu ({kind}) ; rien n'a été accepté",
            "Garder le fichier et le signaler avec le nom entre parenthèses",
        ),
    },
}
