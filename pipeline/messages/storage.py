"""What is said of the zones and of the files in them."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

STORAGE: Catalogue = {
    "storage.no_exchange": {
        "en": (
            "The file system cannot let two folders change places at one instant; what was there stays, nothing was lost",
            "Keep CARTABLE_HOME on a local file system of Linux, such as ext4 or xfs, then run the same command again",
        ),
        "fr": (
            "Le système de fichiers ne sait pas échanger deux dossiers en un instant ; ce qui était là reste, rien n'est perdu",
            "Garder CARTABLE_HOME sur un système de fichiers local de Linux, tel que ext4 ou xfs, puis relancer la même commande",
        ),
    },
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
    "storage.current_moved": {
        "en": (
            "The release in force is not the one that the ledger tells of: told {told}, found {found}",
            "If a command was cut short, run it again; else look for who moved it, and write the name that was told into published/CURRENT",
        ),
        "fr": (
            "La version en vigueur n'est pas celle dont parle le journal : dite {told}, trouvée {found}",
            "Si une commande a été interrompue, la relancer ; sinon chercher qui l'a déplacée, et écrire le nom dit dans published/CURRENT",
        ),
    },
    "storage.release_lost": {
        "en": (
            "{count} release(s), {name} first, were published and not withdrawn, and are not there: a new one cannot be weighed with them; nothing was prepared",
            "Put published/releases back from a backup, or withdraw them by `cartable withdraw`",
        ),
        "fr": (
            "{count} version(s), dont {name}, ont été publiées et non retirées, et manquent : une nouvelle ne peut être pesée avec elles ; rien n'a été préparé",
            "Remettre published/releases depuis une sauvegarde, ou les retirer par `cartable withdraw`",
        ),
    },
    "storage.release_returned": {
        "en": (
            "{count} release(s), {name} first, were withdrawn and lie open again; nothing was prepared",
            "Withdraw them again by `cartable withdraw`, and look for who brought them back",
        ),
        "fr": (
            "{count} version(s), dont {name}, ont été retirées et sont de nouveau ouvertes ; rien n'a été préparé",
            "Les retirer de nouveau par `cartable withdraw`, et chercher qui les a ramenées",
        ),
    },
    "storage.index_behind": {
        "en": (
            "The index of the protected zone does not name {count} batch(es) of which the ledger tells: it is an earlier one, or batches were taken away; nothing was read or destroyed",
            "Put protected/index.json back from its newest backup, and the folders of the batches if they are gone; look for who replaced it",
        ),
        "fr": (
            "L'index de la zone protégée ne nomme pas {count} lot(s) dont parle le journal : c'est un index antérieur, ou des lots ont été retirés ; rien n'a été lu ni détruit",
            "Remettre protected/index.json depuis sa dernière sauvegarde, et les dossiers des lots s'ils manquent ; chercher qui l'a remplacé",
        ),
    },
    "storage.copy_out_of_reach": {
        "en": (
            "The folder of the copy of the vault is missing or cannot be written: the copy there would keep a former key; nothing was replaced, forgotten or destroyed",
            "Bring the drive of CARTABLE_VAULT_COPY back and run again; name a folder on the drive that is not there without it",
        ),
        "fr": (
            "Le dossier de la copie du coffre manque ou ne peut être écrit : la copie y garderait une ancienne clé ; rien n'a été remplacé, oublié ni détruit",
            "Remettre le support de CARTABLE_VAULT_COPY et relancer ; indiquer un dossier du support, absent sans lui",
        ),
    },
    "storage.former_format": {
        "en": (
            "A file is of a former format, which was never part of a release of Cartable; nothing was opened",
            "Start anew with empty folders and deliver the originals again",
        ),
        "fr": (
            "Un fichier est d'un ancien format, qui n'a jamais fait partie d'une version publiée de Cartable ; rien n'a été ouvert",
            "Repartir de dossiers vides et livrer de nouveau les originaux",
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
    "storage.altered": {
        "en": (
            "A file of the store is missing, altered, or stands in the place of another",
            "Restore it from its backup; if keys were changed, set CARTABLE_KEYS to its own",
        ),
        "fr": (
            "Un fichier du dépôt manque, est altéré, ou est mis à la place d'un autre",
            "Le restaurer depuis sa sauvegarde ; si les clés ont changé, indiquer les siennes",
        ),
    },
    "storage.link_withdrawn": {
        "en": (
            "A link stands where what was withdrawn waits to be overwritten; nothing was overwritten",
            "Find out who made it, remove it, then run the command again",
        ),
        "fr": (
            "Un lien se trouve là où ce qui a été retiré attend d'être écrasé ; rien n'a été écrasé",
            "Chercher qui l'a créé, l'enlever, puis relancer la commande",
        ),
    },
    "storage.bad_name": {
        "en": (
            "An id is empty, too long, or holds a character that a file name must not",
            "Use letters, digits and `_ . + -`, at most 200, the first a letter, digit or `_`",
        ),
        "fr": (
            "Un identifiant est vide, trop long, ou ne convient pas comme nom de fichier",
            "Lettres, chiffres et `_ . + -`, 200 au plus, d'abord une lettre, un chiffre ou `_`",
        ),
    },
    "storage.nothing_kept": {
        "en": (
            "Under {count} of the names given nothing is kept, and nothing was destroyed",
            "Name deliveries as the message does that speaks of them: dataset, period and hash",
        ),
        "fr": (
            "Sous {count} des noms donnés rien n'est conservé, et rien n'a été détruit",
            "Nommer les livraisons comme le message qui parle d'elles : jeu, période et empreinte",
        ),
    },
    "storage.unknown_id": {
        "en": (
            "There is no {kind} of this id",
            "Check the id with `cartable status`, `cartable quarantine list` or `cartable release list`",
        ),
        "fr": (
            "Aucun élément ne porte cet identifiant ({kind})",
            "Vérifier l'identifiant avec `cartable status`, `cartable quarantine list` ou `cartable release list`",
        ),
    },
    "storage.bad_as_of": {
        "en": (
            "The date of the delivery is not an ISO date or date-time; nothing was accepted",
            "Write it like 2021-10-15 or 2021-10-15T08:00:00+00:00",
        ),
        "fr": (
            "La date de la livraison n'est ni une date ni un horodatage ISO ; rien n'a été accepté",
            "L'écrire comme 2021-10-15 ou 2021-10-15T08:00:00+00:00",
        ),
    },
    "storage.empty_batch": {
        "en": (
            "The batch holds no row; what was accepted before is as it was",
            "Deliver at least one row that the contract accepts",
        ),
        "fr": (
            "Le lot ne contient aucune ligne ; ce qui était accepté est inchangé",
            "Livrer au moins une ligne que le contrat accepte",
        ),
    },
    "storage.sender_missing": {
        "en": (
            "{count} row(s) name no sender; nothing was accepted",
            "Make the sender's column required in the contract",
        ),
        "fr": (
            "{count} ligne(s) sans expéditeur ; rien n'a été accepté",
            "Rendre la colonne de l'expéditeur obligatoire dans le contrat",
        ),
    },
    "storage.senders_differ": {
        "en": (
            "{count} batches do not name their senders in the same column",
            "Deliver the period again under the contract in force",
        ),
        "fr": (
            "{count} lots ne nomment pas leurs expéditeurs dans la même colonne",
            "Livrer de nouveau la période sous le contrat en vigueur",
        ),
    },
    "storage.columns_differ": {
        "en": (
            "The batches in force for {period} do not have the same columns",
            "Deliver the period again under the contract in force",
        ),
        "fr": (
            "Les lots en vigueur pour {period} n'ont pas les mêmes colonnes",
            "Livrer de nouveau la période sous le contrat en vigueur",
        ),
    },
    "storage.batch_differs": {
        "en": (
            "A batch of this id is there with other rows; it is as it was",
            "Give the new rows an id of their own",
        ),
        "fr": (
            "Un lot de cet identifiant existe avec d'autres lignes ; il est inchangé",
            "Donner aux nouvelles lignes un identifiant propre",
        ),
    },
    "storage.nothing_accepted": {
        "en": (
            "Nothing has been accepted for {period}",
            "Run `cartable ingest` for this dataset and period first",
        ),
        "fr": (
            "Rien n'a été accepté pour {period}",
            "Lancer d'abord `cartable ingest` pour ce jeu et cette période",
        ),
    },
    "storage.quarantine_columns": {
        "en": (
            "Refused rows must have the columns line, column, rule and row; none was kept",
            "Report this as a defect of the reader",
        ),
        "fr": (
            "Les lignes refusées n'ont pas les colonnes line, column, rule et row ; rien n'est gardé",
            "Signaler un défaut du lecteur",
        ),
    },
    "storage.quarantine_words": {
        "en": (
            "A column or rule of a refused row is no name of the contract; none was kept",
            "Report this as a defect of the reader",
        ),
        "fr": (
            "Une colonne ou règle de ligne refusée n'est pas un nom du contrat ; rien n'est gardé",
            "Signaler un défaut du lecteur",
        ),
    },
    "storage.counts_destroyed": {
        "en": (
            "The tables of this candidate were destroyed after the decision on it",
            "Run `cartable prepare` for a new candidate",
        ),
        "fr": (
            "Les tableaux de ce candidat ont été détruits après la décision",
            "Lancer `cartable prepare` pour un nouveau candidat",
        ),
    },
    "storage.proofs_destroyed": {
        "en": (
            "The proofs of this candidate were destroyed at the end of their retention, or with its counts",
            "Run `cartable publish` for a new release, which brings its own",
        ),
        "fr": (
            "Les preuves de ce candidat ont été détruites au terme de leur conservation, ou avec ses comptes",
            "Lancer `cartable publish` pour une nouvelle publication, qui apporte les siennes",
        ),
    },
    "storage.release_differs": {
        "en": (
            "A release of this id is there with other facts; it is as it was",
            "Give the new release an id of its own",
        ),
        "fr": (
            "Une version de cet identifiant existe avec d'autres faits ; elle est inchangée",
            "Donner à la nouvelle version un identifiant propre",
        ),
    },
    "storage.release_altered": {
        "en": (
            "A file of the release is missing, altered, added, or not signed by this publisher",
            "Do not use this copy; take the release again from its publisher",
        ),
        "fr": (
            "Un fichier de la version manque, est altéré ou ajouté, ou vient d'un autre éditeur",
            "Ne pas utiliser cette copie ; reprendre la version chez son éditeur",
        ),
    },
    "storage.release_not_as_signed": {
        "en": (
            "{count} file(s) of the release are not as its signed manifest tells; no figure of it was given, nothing was published",
            "Do not use it; put the release back from a backup or from its publisher, and look for who changed it",
        ),
        "fr": (
            "{count} fichier(s) de la version ne sont pas tels que le dit son manifeste signé ; aucun chiffre n'en a été donné, rien n'a été publié",
            "Ne pas l'utiliser ; remettre la version depuis une sauvegarde ou depuis son éditeur, et chercher qui l'a changée",
        ),
    },
    "storage.released_file_changed": {
        "en": ("The file is not the one that was signed", "Put it back"),
        "fr": ("Le fichier n'est pas celui qui a été signé", "Le remettre"),
    },
    "storage.released_file_missing": {
        "en": ("The file was signed and is not there", "Put it back"),
        "fr": ("Le fichier a été signé et manque", "Le remettre"),
    },
    "storage.released_file_added": {
        "en": ("The file was never signed", "Take it away"),
        "fr": ("Le fichier n'a jamais été signé", "L'enlever"),
    },
}
