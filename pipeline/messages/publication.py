"""What is said of what a release is made of."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

PUBLICATION: Catalogue = {
    "publication.refused": {
        "en": (
            "{count} problem(s) in what was to be published; nothing was written",
            "Mend the step that made the tables below",
        ),
        "fr": (
            "{count} problème(s) dans ce qui devait être publié ; rien n'a été écrit",
            "Corriger l'étape qui a fait les tableaux ci-dessous",
        ),
    },
    "publication.no_table": {
        "en": (
            "A table is declared without cells, or has cells without being declared",
            "Give one set of cells per contract under contracts/tables",
        ),
        "fr": (
            "Un tableau est déclaré sans cases, ou a des cases sans être déclaré",
            "Donner un jeu de cases par contrat de contracts/tables",
        ),
    },
    "publication.missing_column": {
        "en": (
            "A declared column is missing",
            "Give the column",
        ),
        "fr": (
            "Une colonne déclarée manque",
            "Donner la colonne",
        ),
    },
    "publication.undeclared_column": {
        "en": (
            "A column is not declared, or stands twice",
            "Take the column out: only declared columns are published",
        ),
        "fr": (
            "Une colonne n'est pas déclarée, ou figure deux fois",
            "Retirer la colonne : seules les colonnes déclarées sont publiées",
        ),
    },
    "publication.unknown_code": {
        "en": (
            "{count} row(s) bear a code that no contract declares",
            "Correct the codes, or declare them",
        ),
        "fr": (
            "{count} ligne(s) portent un code qu'aucun contrat ne déclare",
            "Corriger les codes, ou les déclarer",
        ),
    },
    "publication.repeated": {
        "en": (
            "{count} row(s) repeat the address of another",
            "Give one row per address",
        ),
        "fr": (
            "{count} ligne(s) répètent l'adresse d'une autre",
            "Donner une ligne par adresse",
        ),
    },
    "publication.hidden_value": {
        "en": (
            "{count} confidential cell(s) bear a value or another status than Q",
            "Empty the value of hidden cells before publishing",
        ),
        "fr": (
            "{count} case(s) confidentielles portent une valeur ou un autre statut que Q",
            "Vider la valeur des cases masquées avant de publier",
        ),
    },
    "publication.unsaid": {
        "en": (
            "{count} cell(s) lack a value without a status that says why, or the reverse",
            "Give Q to hidden cells and M to impossible ones",
        ),
        "fr": (
            "{count} case(s) sans valeur et sans statut qui dise pourquoi, ou l'inverse",
            "Donner Q aux cases masquées et M aux impossibles",
        ),
    },
    "publication.exists": {
        "en": (
            "The file to be written exists already",
            "Write each release into a folder of its own",
        ),
        "fr": (
            "Le fichier à écrire existe déjà",
            "Écrire chaque publication dans son propre dossier",
        ),
    },
    "publication.not_written": {
        "en": (
            "The published files could not be written; nothing was left",
            "Check the free space and the rights of the folder, then run the step again",
        ),
        "fr": (
            "Les fichiers publiés n'ont pu être écrits ; rien n'est resté",
            "Vérifier l'espace libre et les droits du dossier, puis relancer l'étape",
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
    "storage.unknown_id": {
        "en": (
            "There is no {kind} of this id",
            "Check the id with `cartable status`",
        ),
        "fr": (
            "Il n'existe pas de {kind} de cet identifiant",
            "Vérifier l'identifiant avec `cartable status`",
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
    "storage.ledger_altered": {
        "en": (
            "The ledger is altered at entry {entry}; nothing was added",
            "Keep it as evidence, restore it from its copy and tell the DPO",
        ),
        "fr": (
            "Le registre est altéré à l'entrée {entry} ; rien n'a été ajouté",
            "Le garder comme preuve, le restaurer depuis sa copie et prévenir le DPO",
        ),
    },
    "storage.ledger_forged": {
        "en": (
            "Entry {entry} of the ledger was not written there by this installation; nothing of it was believed, and nothing was added",
            "Keep it as evidence, look for who added it, restore the ledger from its newest backup and tell the DPO",
        ),
        "fr": (
            "L'entrée {entry} du registre n'a pas été écrite là par cette installation ; rien n'en a été cru et rien n'a été ajouté",
            "La garder comme preuve, chercher qui l'a ajoutée, restaurer le registre depuis sa dernière sauvegarde et prévenir le DPO",
        ),
    },
    "storage.ledger_fact": {
        "en": (
            "{name} of a ledger entry is no count, hash or id; nothing was added",
            "Write counts, hashes and ids only",
        ),
        "fr": (
            "{name} d'une entrée du registre n'est ni décompte, ni empreinte, ni identifiant",
            "N'écrire que décomptes, empreintes et identifiants",
        ),
    },
}
