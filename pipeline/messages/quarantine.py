"""What is said of refused rows that wait, and of what becomes of them."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

QUARANTINE: Catalogue = {
    "quarantine.whole": {
        "en": (
            "The delivery was refused as a whole: there is no batch that some of its rows could join; nothing was changed",
            "Ingest the corrected file, whole; or read the sealed one again under today's rules: `cartable quarantine release`; or give all of it up: `cartable quarantine discard`, without --line",
        ),
        "fr": (
            "La livraison a été refusée en entier : il n'y a pas de lot que des lignes puissent rejoindre ; rien n'a changé",
            "Ingérer le fichier corrigé, entier ; ou relire celui qui est scellé selon les règles du jour : `cartable quarantine release` ; ou l'écarter tout entier : `cartable quarantine discard`, sans --line",
        ),
    },
    "quarantine.refused_by": {
        "en": (
            "The file can be read today; it was refused as a whole by {rule}",
            "Read it again under today's rules: `cartable quarantine release {batch}` takes it in, or says what is wrong; --smaller confirms far fewer rows",
        ),
        "fr": (
            "Le fichier peut être lu aujourd'hui ; il a été refusé en entier par {rule}",
            "Le relire selon les règles du jour : `cartable quarantine release {batch}` le prend, ou dit ce qui ne va pas ; --smaller confirme un nombre de lignes bien moindre",
        ),
    },
    "quarantine.no_rows": {
        "en": (
            "No refused row of {batch} lies in quarantine; nothing was opened",
            "`cartable quarantine show {batch}` without --reason says what is wrong with a file that could not be read; `cartable quarantine list` names what waits",
        ),
        "fr": (
            "Aucune ligne refusée de {batch} n'est en quarantaine ; rien n'a été ouvert",
            "`cartable quarantine show {batch}` sans --reason dit ce qui ne va pas dans un fichier qui n'a pas pu être lu ; `cartable quarantine list` nomme ce qui attend",
        ),
    },
    "quarantine.declined": {
        "en": (
            "Nothing was confirmed; nothing was changed",
            "Run it again and answer, or give --yes",
        ),
        "fr": ("Rien n'a été confirmé ; rien n'a changé", "Relancer et répondre, ou donner --yes"),
    },
    "quarantine.unknown_sender": {
        "en": (
            "No row of this delivery is of a sender of this name that is known; nothing was written",
            "Name one that `cartable status` knows, or leave --sender out for the whole delivery",
        ),
        "fr": (
            "Aucune ligne de cette livraison n'est d'un expéditeur connu de ce nom ; rien n'a été écrit",
            "En nommer un que `cartable status` connaît, ou omettre --sender pour toute la livraison",
        ),
    },
    "quarantine.of_no_sender": {
        "en": (
            "{count} row(s) that wait name no sender that is known, and stand in no sender's report; line(s) {lines}",
            "Tell whoever sent the file: `cartable quarantine report {batch}` without --each-sender holds all rows",
        ),
        "fr": (
            "{count} ligne(s) en attente ne nomment aucun expéditeur connu, et ne sont dans le rapport d'aucun ; ligne(s) {lines}",
            "Le dire à qui a envoyé le fichier : `cartable quarantine report {batch}` sans --each-sender contient toutes les lignes",
        ),
    },
    "quarantine.no_reason": {
        "en": (
            "No reason was given; nothing was opened",
            "Give --reason with one of: {known}",
        ),
        "fr": (
            "Aucun motif n'est donné ; rien n'a été ouvert",
            "Donner --reason avec l'un de : {known}",
        ),
    },
    "quarantine.not_kept": {
        "en": (
            "No delivery of this name that was refused is kept; nothing was changed",
            "Ask the sender for the file again, and ingest it",
        ),
        "fr": (
            "Aucune livraison refusée de ce nom n'est conservée ; rien n'a changé",
            "Redemander le fichier à l'expéditeur, et l'ingérer",
        ),
    },
    "quarantine.order_unknown": {
        "en": (
            "The order of the columns was not noted when these rows were refused; nothing was changed",
            "Ingest the corrected file, whole",
        ),
        "fr": (
            "L'ordre des colonnes n'a pas été noté quand ces lignes ont été refusées ; rien n'a changé",
            "Ingérer le fichier corrigé, entier",
        ),
    },
    "quarantine.line_twice": {
        "en": (
            "{count} row(s) bear in `refused_line` a line that another row bears; nothing was changed",
            "Keep one row per line",
        ),
        "fr": (
            "{count} ligne(s) portent dans `refused_line` une ligne qu'une autre porte ; rien n'a changé",
            "Garder une ligne par ligne refusée",
        ),
    },
    "quarantine.unknown_lines": {
        "en": (
            "{count} line(s) of {batch} neither wait nor waited in quarantine: {lines}; nothing was changed",
            "Give the lines that `cartable quarantine show {batch}` lists; new rows come with the whole file",
        ),
        "fr": (
            "{count} ligne(s) de {batch} n'attendent ni n'attendaient en quarantaine : {lines} ; rien n'a changé",
            "Donner les lignes que liste `cartable quarantine show {batch}` ; de nouvelles lignes viennent avec le fichier entier",
        ),
    },
    "quarantine.unknown_rows": {
        "en": (
            "{count} row(s) have a key of which no row of {batch} waits; nothing was changed",
            "Send the refused rows alone, with their line as `refused_line` where the key itself was wrong or shared; new rows come with the whole file",
        ),
        "fr": (
            "{count} ligne(s) ont une clé dont aucune ligne de {batch} n'attend ; rien n'a changé",
            "N'envoyer que les lignes refusées, avec leur ligne sous `refused_line` quand la clé même était fausse ou partagée ; de nouvelles lignes viennent avec le fichier entier",
        ),
    },
    "quarantine.settled_before": {
        "en": (
            "{count} row(s) of {batch} are accepted or settled already; nothing of them was taken from this file",
            "Nothing is to be done where the file was sent twice; to change rows that were accepted, ingest the whole file",
        ),
        "fr": (
            "{count} ligne(s) de {batch} sont déjà acceptées ou réglées ; rien n'en a été pris dans ce fichier",
            "Rien à faire si le fichier a été envoyé deux fois ; pour changer des lignes acceptées, ingérer le fichier entier",
        ),
    },
    "quarantine.superseded": {
        "en": (
            "{count} row(s) wait in vain: their sender delivered later, which holds; line(s) {lines}",
            "Give them up: `cartable quarantine discard {batch} --superseded --reason superseded`",
        ),
        "fr": (
            "{count} ligne(s) attendent en vain : leur expéditeur a livré plus tard, ce qui fait foi ; ligne(s) {lines}",
            "Les écarter : `cartable quarantine discard {batch} --superseded --reason superseded`",
        ),
    },
    "quarantine.key_held": {
        "en": (
            "{count} row(s) have a key that the batch holds already; line(s) {lines}",
            "Mend the key; or give up what repeats or contradicts an accepted row: `cartable quarantine discard {batch}`",
        ),
        "fr": (
            "{count} ligne(s) ont une clé que le lot contient déjà ; ligne(s) {lines}",
            "Corriger la clé ; ou écarter ce qui répète ou contredit une ligne acceptée : `cartable quarantine discard {batch}`",
        ),
    },
    "quarantine.key_not_kept": {
        "en": (
            "What names a row of this dataset is not kept: whether a mended row repeats another cannot be told; nothing was changed",
            "Ingest the corrected file, whole",
        ),
        "fr": (
            "Ce qui désigne une ligne de ce jeu n'est pas gardé : on ne peut dire si une ligne corrigée en répète une autre ; rien n'a changé",
            "Ingérer le fichier corrigé, entier",
        ),
    },
    "quarantine.other_rules": {
        "en": (
            "Rows are kept otherwise today than when {batch} was accepted; nothing was changed",
            "Ingest the corrected file, whole",
        ),
        "fr": (
            "Les lignes sont gardées autrement aujourd'hui que lors de l'acceptation de {batch} ; rien n'a changé",
            "Ingérer le fichier corrigé, entier",
        ),
    },
}
