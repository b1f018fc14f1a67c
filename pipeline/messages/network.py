"""What is said of releases that are verified or compared outside the house that made them."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

NETWORK: Catalogue = {
    "network.unknown_publisher": {
        "en": (
            "The release is signed by a key that is not pinned; nothing of it was read",
            "If you trust its publisher, ask for the fingerprint by another way and pin it",
        ),
        "fr": (
            "La publication est signée d'une clé qui n'est pas épinglée ; rien n'en a été lu",
            "Si l'éditeur est digne de confiance, demander l'empreinte par une autre voie et l'épingler",
        ),
    },
    "network.other_publisher": {
        "en": (
            "The release is signed by another key than the one that was named",
            "Ask the publisher for the fingerprint of its key, by another way than this release",
        ),
        "fr": (
            "La publication est signée d'une autre clé que celle qui fut nommée",
            "Demander à l'éditeur l'empreinte de sa clé, par une autre voie que cette publication",
        ),
    },
    "network.duplicate": {
        "en": (
            "Two releases of one publisher were given: its figures would stand twice",
            "Give one release for each publisher, the latest that it has in force",
        ),
        "fr": (
            "Deux publications d'un même éditeur : ses chiffres figureraient deux fois",
            "Donner une seule publication par éditeur, la dernière en vigueur",
        ),
    },
    "network.same_key": {
        "en": (
            "Two publishers are pinned to the same key",
            "Give each publisher the fingerprint of its own key",
        ),
        "fr": (
            "Deux éditeurs sont épinglés à la même clé",
            "Donner à chaque éditeur l'empreinte de sa propre clé",
        ),
    },
    "network.same_name": {
        "en": (
            "Two publishers bear the same name: nobody could tell their figures apart",
            "Give each publisher a label of its own, in both languages",
        ),
        "fr": (
            "Deux éditeurs portent le même nom : nul ne distinguerait leurs chiffres",
            "Donner à chaque éditeur un libellé qui lui soit propre, dans les deux langues",
        ),
    },
    "network.other_version": {
        "en": (
            "The release lacks what a network reads: an older version made it, such as one from before figures had bands, or other software; nothing was written",
            "Ask its publisher to release anew with this version of Cartable; leave the release out until then",
        ),
        "fr": (
            "Il manque à la publication ce qu'un réseau lit : elle vient d'une version antérieure, par exemple d'avant les intervalles, ou d'un autre logiciel ; rien n'a été écrit",
            "Demander à l'éditeur de publier à nouveau avec cette version de Cartable ; d'ici là, laisser la publication de côté",
        ),
    },
    "network.table_lacks": {
        "en": ("The table is missing, or empty", "A release of this version has it"),
        "fr": ("Le tableau manque, ou est vide", "Une publication de cette version le contient"),
    },
    "network.column_lacks": {
        "en": ("The column is missing", "A release of this version has it"),
        "fr": ("La colonne manque", "Une publication de cette version la contient"),
    },
    "network.column_other": {
        "en": ("The column is of another type", "A release of this version has it as it should be"),
        "fr": (
            "La colonne est d'un autre type",
            "Une publication de cette version la contient telle qu'il la faut",
        ),
    },
    "network.not_possible": {
        "en": (
            "The release holds what none of this version can hold: nothing of it is shown, and nothing was written",
            "Leave it out and tell its publisher, whose key signed it",
        ),
        "fr": (
            "La publication contient ce qu'aucune de cette version ne peut contenir : rien n'en est montré, et rien n'a été écrit",
            "La laisser de côté et prévenir l'éditeur, dont la clé l'a signée",
        ),
    },
    "network.value_not_possible": {
        "en": (
            "{count} rows hold what cannot stand there: a figure beyond its band, not finite, or shown though hidden; a row twice; a name or code with signs that none has",
            "A release that Cartable made has none",
        ),
        "fr": (
            "{count} lignes contiennent ce qui ne peut s'y trouver : un chiffre hors de son intervalle, infini, ou montré bien que masqué ; une ligne double ; un nom ou un code aux signes impossibles",
            "Une publication faite par Cartable n'en contient pas",
        ),
    },
    "network.withdrawn": {
        "en": (
            "The publisher took this release back; it is not shown again",
            "Give the release that is in force now",
        ),
        "fr": (
            "L'éditeur a retiré cette publication ; elle n'est pas montrée à nouveau",
            "Donner la publication en vigueur aujourd'hui",
        ),
    },
    "network.too_few": {
        "en": ("A network compares at least two publishers", "Give the releases of two or more"),
        "fr": (
            "Un réseau compare au moins deux éditeurs",
            "Donner les publications de deux éditeurs ou plus",
        ),
    },
    "network.nothing_common": {
        "en": (
            "No indicator is published by two of these publishers: there is nothing to compare",
            "Compare releases whose indicators bear the same codes",
        ),
        "fr": (
            "Aucun indicateur n'est publié par deux de ces éditeurs : rien à comparer",
            "Comparer des publications dont les indicateurs portent les mêmes codes",
        ),
    },
    "network.no_licence": {
        "en": (
            "Neither the release nor the network's file says under which licence its figures may be used",
            "Ask the publisher, and write the licence beside its fingerprint",
        ),
        "fr": (
            "Ni la publication ni le fichier du réseau ne dit sous quelle licence ses chiffres peuvent servir",
            "Demander à l'éditeur, et écrire la licence à côté de son empreinte",
        ),
    },
    "network.exists": {
        "en": (
            "There is something at the place where the network would be written; it is as it was",
            "Name a folder that does not exist, or move the former network away",
        ),
        "fr": (
            "Il y a quelque chose là où le réseau serait écrit ; rien n'y a changé",
            "Nommer un dossier qui n'existe pas, ou déplacer l'ancien réseau",
        ),
    },
    "network.no_file": {
        "en": (
            "The file that names the publishers cannot be read",
            "Write one as docs/network.md shows, and name it by --publishers",
        ),
        "fr": (
            "Le fichier qui nomme les éditeurs ne peut être lu",
            "En écrire un comme docs/network.md le montre, et le nommer par --publishers",
        ),
    },
}
