"""What is said of the ledger, of its signed head and of the copies of it."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

LEDGER: Catalogue = {
    "ledger.cut": {
        "en": (
            "The signed head tells of {told} entries, the ledger holds {found}: it was cut or replaced; nothing was written",
            "Put the whole ledger back from a backup, look for who cut it, and run `cartable ledger verify`",
        ),
        "fr": (
            "La tête signée parle de {told} entrées, le journal en contient {found} : il a été coupé ou remplacé ; rien n'a été écrit",
            "Remettre le journal entier depuis une sauvegarde, chercher qui l'a coupé, et lancer `cartable ledger verify`",
        ),
    },
    "ledger.other": {
        "en": (
            "Entry {entry} of the ledger is not the one that the signed head tells of: the ledger was replaced; nothing was written",
            "Put the whole ledger back from a backup, look for who replaced it, and run `cartable ledger verify`",
        ),
        "fr": (
            "L'entrée {entry} du journal n'est pas celle dont parle la tête signée : le journal a été remplacé ; rien n'a été écrit",
            "Remettre le journal entier depuis une sauvegarde, chercher qui l'a remplacé, et lancer `cartable ledger verify`",
        ),
    },
    "ledger.no_head": {
        "en": (
            "The signed head of the ledger is gone; nothing was written",
            "Put it back from a backup, or from the copy that CARTABLE_LEDGER_COPY names: the files are the same",
        ),
        "fr": (
            "La tête signée du journal a disparu ; rien n'a été écrit",
            "La remettre depuis une sauvegarde, ou depuis la copie que nomme CARTABLE_LEDGER_COPY : les fichiers sont les mêmes",
        ),
    },
    "ledger.emptied": {
        "en": (
            "The ledger has no entry, but there is data that it must have told of ({zones}): it was emptied or taken away; nothing was written",
            "Put the whole folder of the ledger back from its newest backup, look for who emptied it, tell the DPO, and run `cartable ledger verify`",
        ),
        "fr": (
            "Le journal n'a aucune entrée, alors qu'il y a des données dont il a dû parler ({zones}) : il a été vidé ou retiré ; rien n'a été écrit",
            "Remettre le dossier entier du journal depuis sa dernière sauvegarde, chercher qui l'a vidé, prévenir le délégué à la protection des données, et lancer `cartable ledger verify`",
        ),
    },
    "ledger.copy_inside_data": {
        "en": (
            "The copy of the ledger's signed head would lie inside the data folder: who alters the one could alter the other; nothing was written",
            "Set CARTABLE_LEDGER_COPY to a file outside CARTABLE_HOME, best on another machine",
        ),
        "fr": (
            "La copie de la tête signée du journal se trouverait dans le dossier des données : qui altère l'une pourrait altérer l'autre ; rien n'a été écrit",
            "Placer CARTABLE_LEDGER_COPY hors de CARTABLE_HOME, de préférence sur une autre machine",
        ),
    },
    "ledger.no_copy": {
        "en": (
            "There is no copy of the signed head there; the ledger was not compared with it",
            "Give the file that CARTABLE_LEDGER_COPY names, by `--copy FILE`",
        ),
        "fr": (
            "Il n'y a pas de copie de la tête signée à cet endroit ; le journal n'y a pas été comparé",
            "Donner le fichier que nomme CARTABLE_LEDGER_COPY, par `--copy FICHIER`",
        ),
    },
    "storage.ledger_altered": {
        "en": (
            "The ledger is altered at entry {entry}; nothing was added",
            "Keep it as evidence, restore it from its copy and tell the DPO",
        ),
        "fr": (
            "Le journal est altéré à l'entrée {entry} ; rien n'a été ajouté",
            "Le garder comme preuve, le restaurer depuis sa copie et prévenir le délégué à la protection des données",
        ),
    },
    "storage.ledger_forged": {
        "en": (
            "Entry {entry} of the ledger was not written there by this installation; nothing of it was believed, and nothing was added",
            "Keep it as evidence, look for who added it, restore the ledger from its newest backup and tell the DPO",
        ),
        "fr": (
            "L'entrée {entry} du journal n'a pas été écrite là par cette installation ; rien n'en a été cru et rien n'a été ajouté",
            "La garder comme preuve, chercher qui l'a ajoutée, restaurer le journal depuis sa dernière sauvegarde et prévenir le délégué à la protection des données",
        ),
    },
    "storage.ledger_fact": {
        "en": (
            "{name} of a ledger entry is no count, hash or id; nothing was added",
            "Write counts, hashes and ids only",
        ),
        "fr": (
            "{name} d'une entrée du journal n'est ni décompte, ni empreinte, ni identifiant ; rien n'a été ajouté",
            "N'écrire que décomptes, empreintes et identifiants",
        ),
    },
}
