"""What is said of a delivery whose rows are kept: what they replaced, and what replaced them."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

DELIVERY_ACCEPTED: Catalogue = {
    "delivery.replaced_before": {
        "en": (
            "{count} row(s) of the file are not in force: a file of a later date of the same senders was there before it, and counts for all that they sent",
            "If that later file was not the whole of what these senders have, ask them for a whole one; compare the rows in force with `cartable status`",
        ),
        "fr": (
            "{count} ligne(s) du fichier ne sont pas en vigueur : un fichier d'une date plus récente des mêmes expéditeurs était là avant lui, et vaut pour tout ce qu'ils ont envoyé",
            "Si ce fichier plus récent n'était pas entier, en demander un entier à ces expéditeurs ; comparer les lignes en vigueur avec `cartable status`",
        ),
    },
    "delivery.replaced_since": {
        "en": (
            "The same content came before; {count} row(s) of it were replaced by a later date of the sender, and are not in force",
            "If they are to be in force again, deliver the file with the date from which it holds: `--as-of`",
        ),
        "fr": (
            "Le même contenu est déjà venu ; {count} de ses lignes ont été remplacées par une date plus récente de l'expéditeur, et ne sont pas en vigueur",
            "Si elles doivent l'être de nouveau, livrer le fichier avec la date à partir de laquelle il vaut : `--as-of`",
        ),
    },
    "delivery.volume": {
        "en": (
            "{senders} sender(s) deliver {after} row(s), where they had {before} in {former}: for each more or fewer by more than {limit} %",
            "Ask the senders whether that is so; where the file is refused for it and it is right, confirm with `cartable ingest {name} FILE --period {period} --volume`",
        ),
        "fr": (
            "{senders} expéditeur(s) livrent {after} ligne(s), là où ils en avaient {before} en {former} : chacun avec un écart de plus de {limit} %",
            "Demander aux expéditeurs si c'est bien le cas ; si le fichier est refusé pour cela et qu'il est juste, confirmer par `cartable ingest {name} FICHIER --period {period} --volume`",
        ),
    },
    "delivery.doubles": {
        "en": (
            "{count} person(s) of it stand in several rows in force, of {senders} sender(s): each counts once, {aside} row(s) are set aside (double_enrolment: {how}), for {undecided} of them by a mark that means nothing",
            "Nothing has to be done; ask the senders to end the enrolment of those who left, `cartable status --json` names the senders",
        ),
        "fr": (
            "{count} personne(s) y figurent dans plusieurs lignes en vigueur, de {senders} expéditeur(s) : chacune compte une fois, {aside} ligne(s) sont mises de côté (double_enrolment : {how}), pour {undecided} d'entre elles selon une marque sans signification",
            "Il n'y a rien à faire ; demander aux expéditeurs de clore l'inscription de qui est parti, `cartable status --json` nomme les expéditeurs",
        ),
    },
    "delivery.doubles_undeclared": {
        "en": (
            "{count} person(s) of it stand in several rows in force, of {senders} sender(s), and count as often: the contract does not say which of them counts",
            "Declare `double_enrolment` in contracts/datasets/{name}.yml: `latest` or `main`, or `all` where each is meant to count",
        ),
        "fr": (
            "{count} personne(s) y figurent dans plusieurs lignes en vigueur, de {senders} expéditeur(s), et comptent autant de fois : le contrat ne dit pas laquelle compte",
            "Déclarer `double_enrolment` dans contracts/datasets/{name}.yml : `latest` ou `main`, ou `all` si chacune doit compter",
        ),
    },
    "delivery.delta_waits": {
        "en": (
            "Changes of {count} sender(s) wait: nothing full is known of them to which they apply; they are kept and not in force",
            "Deliver all that these senders have, with an earlier date: `--full`",
        ),
        "fr": (
            "Des changements de {count} expéditeur(s) attendent : rien d'entier n'est connu à quoi les appliquer ; ils sont gardés et ne sont pas en vigueur",
            "Livrer tout ce que ces expéditeurs ont, avec une date antérieure : `--full`",
        ),
    },
    "delivery.in_force_again": {
        "en": (
            "The same content came before, and its date is later now: {count} row(s) of it that another delivery had replaced are in force again",
            "Nothing has to be done; if this was not meant, deliver the right file with a later date",
        ),
        "fr": (
            "Le même contenu est déjà venu, et sa date est maintenant plus récente : {count} de ses lignes qu'une autre livraison avait remplacées sont de nouveau en vigueur",
            "Il n'y a rien à faire ; si ce n'était pas voulu, livrer le bon fichier avec une date plus récente",
        ),
    },
    "delivery.same_content": {
        "en": (
            "Another file came before with the same content, written in another way or under another name: it is one batch",
            "Nothing has to be done; if a correction was meant, ask the sender for the corrected file",
        ),
        "fr": (
            "Un autre fichier est déjà venu avec le même contenu, écrit autrement ou sous un autre nom : c'est un seul lot",
            "Il n'y a rien à faire ; si une correction était prévue, demander à l'expéditeur le fichier corrigé",
        ),
    },
    "delivery.given_up_before": {
        "en": (
            "{count} refused row(s) of this content were given up before; they do not wait again, and are in no figure",
            "Nothing has to be done if that was meant; else the file has to come again with these rows mended",
        ),
        "fr": (
            "{count} ligne(s) refusée(s) de ce contenu ont été abandonnées auparavant ; elles n'attendent plus et ne sont dans aucun chiffre",
            "Il n'y a rien à faire si c'était voulu ; sinon le fichier doit revenir avec ces lignes corrigées",
        ),
    },
    "delivery.same_date": {
        "en": (
            "{count} other content(s) of the same senders bear the same date: which is in force follows from a mark of the contents, not from which came first",
            "Deliver the one that holds again with a later date or an hour: `--as-of`",
        ),
        "fr": (
            "{count} autre(s) contenu(s) des mêmes expéditeurs portent la même date : celui qui est en vigueur découle d'une marque des contenus, non de leur ordre d'arrivée",
            "Livrer de nouveau celui qui vaut, avec une date plus récente ou une heure : `--as-of`",
        ),
    },
}
