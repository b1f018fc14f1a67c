"""What is said of what is about to be published."""

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
            "Un tableau est déclaré sans cellules, ou a des cellules sans être déclaré",
            "Donner un jeu de cellules par contrat de contracts/tables",
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
            "{count} cellule(s) confidentielles portent une valeur ou un autre statut que Q",
            "Vider la valeur des cellules masquées avant de publier",
        ),
    },
    "publication.unsaid": {
        "en": (
            "{count} cell(s) lack a value without a status that says why, or the reverse",
            "Give Q to hidden cells, L to those that nobody delivered and M to impossible ones",
        ),
        "fr": (
            "{count} cellule(s) sans valeur et sans statut qui dise pourquoi, ou l'inverse",
            "Donner Q aux cellules masquées, L à celles que personne n'a livrées et M aux impossibles",
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
    "publication.not_in_a_cell": {
        "en": (
            "A cell of the workbook cannot hold its text: 32,767 characters are the most",
            "Shorten names and descriptions in contracts and files of territories",
        ),
        "fr": (
            "Une cellule du classeur ne peut contenir son texte : 32 767 caractères au plus",
            "Raccourcir noms et descriptions dans les contrats et les fichiers de territoires",
        ),
    },
    "publication.site_differs": {
        "en": (
            "The site built now is not the one that was signed: program or contracts are others; all other files are as they were signed",
            "Serve it as a draft, or publish again",
        ),
        "fr": (
            "Le site construit n'est pas celui qui fut signé : le programme ou les contrats ont changé ; les autres fichiers sont tels qu'ils furent signés",
            "Le servir comme brouillon, ou publier de nouveau",
        ),
    },
}
