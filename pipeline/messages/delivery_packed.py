"""What is said of a delivery that came packed and was refused before anything read it."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

_AGAIN = "Ask the sender to pack the file again, alone, by gzip or as a zip, or to send it unpacked"
_ENCORE = "Demander à l'expéditeur de compresser à nouveau le fichier, seul, par gzip ou en zip, ou de l'envoyer tel quel"

DELIVERY_PACKED: Catalogue = {
    "delivery.packed_ratio": {
        "en": (
            "The packed file holds more than {times} times its own size: it is made to fill a disk; it stays sealed, nothing was accepted",
            "Ask the sender whether this is the file that they meant to send; if it is, let them send it unpacked",
        ),
        "fr": (
            "Le fichier compressé contient plus de {times} fois sa propre taille : il est fait pour remplir un disque ; il reste scellé, rien n'a été accepté",
            "Demander à l'expéditeur si ce fichier est bien celui qu'il voulait envoyer ; si oui, qu'il l'envoie tel quel",
        ),
    },
    "delivery.packed_limit": {
        "en": (
            "The file holds more than {gib} GiB of text; it stays sealed, nothing was accepted",
            "Ask the sender for several files, each of some of the schools",
        ),
        "fr": (
            "Le fichier contient plus de {gib} Gio de texte ; il reste scellé, rien n'a été accepté",
            "Demander à l'expéditeur plusieurs fichiers, chacun pour une partie des écoles",
        ),
    },
    "delivery.packed_nested": {
        "en": (
            "What is packed in the file is itself packed, or no text; nothing was accepted",
            "Ask the sender to pack the table itself, once",
        ),
        "fr": (
            "Ce qui est compressé dans le fichier est lui-même compressé, ou n'est pas du texte ; rien n'a été accepté",
            "Demander à l'expéditeur de compresser le tableau lui-même, une seule fois",
        ),
    },
    "delivery.packed_otherwise": {
        "en": (
            "The file is packed in a way that is not read here, or is of another format than the contract says; nothing was accepted",
            "Ask the sender for the format of the contract, unpacked, by gzip or as a zip of one file",
        ),
        "fr": (
            "Le fichier est compressé d'une façon qui n'est pas lue ici, ou d'un autre format que celui du contrat ; rien n'a été accepté",
            "Demander à l'expéditeur le format du contrat, tel quel, par gzip ou en zip d'un seul fichier",
        ),
    },
    "delivery.gzip_damaged": {
        "en": (
            "The gzip file is cut short, altered, or has something behind its end; nothing was accepted",
            _AGAIN,
        ),
        "fr": (
            "Le fichier gzip est tronqué, altéré, ou suivi d'autre chose ; rien n'a été accepté",
            _ENCORE,
        ),
    },
    "delivery.gzip_several": {
        "en": (
            "The gzip file holds several files one behind the other; nothing was accepted",
            _AGAIN,
        ),
        "fr": (
            "Le fichier gzip contient plusieurs fichiers bout à bout ; rien n'a été accepté",
            _ENCORE,
        ),
    },
    "delivery.zip_damaged": {
        "en": (
            "The zip is cut short, altered, or says two things of what it holds; nothing was accepted",
            _AGAIN,
        ),
        "fr": (
            "Le zip est tronqué, altéré, ou dit deux choses de ce qu'il contient ; rien n'a été accepté",
            _ENCORE,
        ),
    },
    "delivery.zip_members": {
        "en": (
            "The zip holds {count} file(s) where there must be one; nothing was accepted",
            _AGAIN,
        ),
        "fr": (
            "Le zip contient {count} fichier(s) au lieu d'un seul ; rien n'a été accepté",
            _ENCORE,
        ),
    },
    "delivery.zip_name": {
        "en": (
            "{count} file(s) in the zip bear a name that leads outside of a folder; nothing was written, nothing was accepted",
            "Keep it: such a zip is made to attack whoever opens it. Ask the sender where it comes from",
        ),
        "fr": (
            "{count} fichier(s) du zip portent un nom qui mène hors d'un dossier ; rien n'a été écrit, rien n'a été accepté",
            "Le garder : un tel zip est fait pour attaquer qui l'ouvre. Demander à l'expéditeur d'où il vient",
        ),
    },
    "delivery.zip_encrypted": {
        "en": (
            "{count} file(s) in the zip are under a password; nothing was accepted",
            "Ask the sender for the file without password, over a channel that is itself protected",
        ),
        "fr": (
            "{count} fichier(s) du zip sont sous mot de passe ; rien n'a été accepté",
            "Demander à l'expéditeur le fichier sans mot de passe, par un canal lui-même protégé",
        ),
    },
    "delivery.zip_link": {
        "en": (
            "{count} member(s) of the zip are no file: they stand for another; nothing was accepted",
            "Keep it: such a zip may be made to read files of whoever opens it. Ask the sender to pack the file itself",
        ),
        "fr": (
            "{count} membre(s) du zip ne sont pas des fichiers : ils en désignent d'autres ; rien n'a été accepté",
            "Le garder : un tel zip peut être fait pour lire les fichiers de qui l'ouvre. Demander à l'expéditeur de compresser le fichier lui-même",
        ),
    },
    "delivery.zip_method": {
        "en": (
            "{count} file(s) in the zip are packed in a way that is not read here; nothing was accepted",
            _AGAIN,
        ),
        "fr": (
            "{count} fichier(s) du zip sont compressés d'une façon qui n'est pas lue ici ; rien n'a été accepté",
            _ENCORE,
        ),
    },
    "delivery.zip_overlap": {
        "en": (
            "{count} file(s) in the zip share their bytes with another: it is made to fill a disk; nothing was accepted",
            "Keep it, and ask the sender where it comes from",
        ),
        "fr": (
            "{count} fichier(s) du zip partagent leurs octets avec un autre : il est fait pour remplir un disque ; rien n'a été accepté",
            "Le garder, et demander à l'expéditeur d'où il vient",
        ),
    },
}
