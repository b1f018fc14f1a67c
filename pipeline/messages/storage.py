"""What is said of zones, keys and the ledger."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

STORAGE: Catalogue = {
    "storage.query_failed": {
        "en": (
            "A query of the project failed; nothing was kept",
            "Run `cartable contracts check`; if it passes, give the engine more memory",
        ),
        "fr": (
            "Une requête du projet a échoué ; rien n'a été gardé",
            "Lancer `cartable contracts check` ; s'il passe, donner plus de mémoire au moteur",
        ),
    },
    "storage.clear_inside_data": {
        "en": (
            "The folder for files in clear lies inside the data folder; nothing was written",
            "Name a folder outside CARTABLE_HOME",
        ),
        "fr": (
            "Le dossier des fichiers en clair se trouve dans celui des données ; rien n'a été écrit",
            "Nommer un dossier hors de CARTABLE_HOME",
        ),
    },
    "storage.keys_inside_data": {
        "en": (
            "The key folder lies inside the data folder",
            "Set CARTABLE_KEYS to a folder outside CARTABLE_HOME",
        ),
        "fr": (
            "Le dossier des clés se trouve dans celui des données",
            "Placer CARTABLE_KEYS hors de CARTABLE_HOME",
        ),
    },
    "storage.keys_exist": {
        "en": (
            "There are keys here already, or what is left of them; none was made",
            "Use them, or name an empty folder in CARTABLE_KEYS",
        ),
        "fr": (
            "Il y a déjà des clés ici, ou leurs restes ; aucune n'a été créée",
            "Les utiliser, ou indiquer un dossier vide dans CARTABLE_KEYS",
        ),
    },
    "storage.keys_missing": {
        "en": (
            "A key or the folder of the keys is missing or cannot be read; nothing was opened",
            "Set CARTABLE_KEYS to the folder of the keys, or restore them from their backup; a new installation makes its keys with `cartable keys init`",
        ),
        "fr": (
            "Une clé ou le dossier des clés manque ou ne peut être lu ; rien n'a été ouvert",
            "Indiquer le dossier des clés dans CARTABLE_KEYS, ou restaurer leur sauvegarde ; une nouvelle installation crée ses clés avec `cartable keys init`",
        ),
    },
    "storage.keys_lost": {
        "en": (
            "There are no keys, but data sealed with other keys lies here; none were made, for they would open nothing",
            "Restore the keys from their backup and set CARTABLE_KEYS to them; if they are lost, start anew with an empty CARTABLE_HOME",
        ),
        "fr": (
            "Il n'y a pas de clés, mais des données scellées avec d'autres clés sont ici ; aucune n'a été créée, car elle n'ouvrirait rien",
            "Restaurer les clés de leur sauvegarde et indiquer leur dossier dans CARTABLE_KEYS ; si elles sont perdues, repartir d'un CARTABLE_HOME vide",
        ),
    },
    "storage.keys_open_to_others": {
        "en": (
            "Others than the owner have rights on a key or on the folder of the keys",
            "Find out who read it, then set mode 0700 on the folder and 0600 on the key files",
        ),
        "fr": (
            "D'autres que le propriétaire ont des droits sur une clé ou le dossier des clés",
            "Chercher qui l'a lue, puis mettre le dossier en mode 0700 et les clés en 0600",
        ),
    },
    "storage.keys_wrong_root": {
        "en": (
            "The root key is not the one with which this vault was made; nothing was opened",
            "Put back the root key that belongs to this vault",
        ),
        "fr": (
            "La clé racine n'est pas celle de ce coffre ; rien n'a été ouvert",
            "Remettre la clé racine qui appartient à ce coffre",
        ),
    },
    "storage.keys_altered": {
        "en": (
            "A file of the keys is altered or belongs to other keys; nothing was opened",
            "Restore the folder of the keys, whole, from its backup",
        ),
        "fr": (
            "Un fichier des clés est altéré ou appartient à d'autres clés ; rien n'a été ouvert",
            "Restaurer le dossier des clés, en entier, depuis sa sauvegarde",
        ),
    },
    "storage.key_not_unwrapped": {
        "en": (
            "A data key is altered, or was wrapped by other keys or for another file",
            "Check that CARTABLE_KEYS and CARTABLE_HOME belong together; restore the file",
        ),
        "fr": (
            "Une clé de données est altérée, ou vient d'autres clés ou d'un autre fichier",
            "Vérifier que CARTABLE_KEYS et CARTABLE_HOME vont ensemble ; restaurer le fichier",
        ),
    },
    "storage.sealed_missing": {
        "en": (
            "A sealed file is missing or cannot be read",
            "Restore it from its backup, or deliver the original again",
        ),
        "fr": (
            "Un fichier scellé manque ou ne peut être lu",
            "Le restaurer depuis sa sauvegarde, ou livrer de nouveau l'original",
        ),
    },
    "storage.sealed_altered": {
        "en": (
            "A sealed file is altered, cut short, or stands in the place of another",
            "Restore it from its backup; if keys were changed, set CARTABLE_KEYS to its own",
        ),
        "fr": (
            "Un fichier scellé est altéré, tronqué, ou mis à la place d'un autre",
            "Le restaurer depuis sa sauvegarde ; si les clés ont changé, indiquer les siennes",
        ),
    },
    "storage.source_unreadable": {
        "en": (
            "The file to be sealed could not be read to its end; nothing was kept",
            "Check the disk or the connection it comes from, then deliver it again",
        ),
        "fr": (
            "Le fichier à sceller n'a pu être lu jusqu'au bout ; rien n'a été gardé",
            "Vérifier le disque ou la connexion d'où il vient, puis le livrer de nouveau",
        ),
    },
    "storage.cannot_write": {
        "en": (
            "A file cannot be written ({reason}); what was there before is as it was",
            "Free space or give the rights, then run the same command again",
        ),
        "fr": (
            "Un fichier ne peut être écrit ({reason}) ; ce qui existait est inchangé",
            "Libérer de la place ou donner les droits, puis relancer la même commande",
        ),
    },
}
