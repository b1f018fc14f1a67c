"""What is said of schedules."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

SCHEDULE: Catalogue = {
    "schedule.no_inbox": {
        "en": (
            "The inbox folder does not exist, so that no delivery can be taken in",
            "Make the folder that CARTABLE_INBOX names (default ./inbox), or name another",
        ),
        "fr": (
            "Le dossier de réception n'existe pas : aucune livraison ne peut être prise en charge",
            "Créer le dossier que nomme CARTABLE_INBOX (par défaut ./inbox), ou en nommer un autre",
        ),
    },
    "schedule.not_in_inbox": {
        "en": (
            "The inbox holds no such file; nothing was read",
            "Name a file that lies in the inbox folder, and check its spelling",
        ),
        "fr": (
            "La réception ne contient pas ce fichier ; rien n'a été lu",
            "Nommer un fichier qui se trouve dans le dossier de réception, et vérifier son nom",
        ),
    },
    "schedule.no_period": {
        "en": (
            "The name of the file does not say its period; nothing was read",
            "Give the period, or name the file {dataset}_2021.csv, with its first year",
        ),
        "fr": (
            "Le nom du fichier ne dit pas sa période ; rien n'a été lu",
            "Donner la période, ou nommer le fichier {dataset}_2021.csv, avec sa première année",
        ),
    },
    "schedule.period_differs": {
        "en": (
            "The name of the file says another period than {period}; nothing was read",
            "Correct the period, or the name of the file",
        ),
        "fr": (
            "Le nom du fichier dit une autre période que {period} ; rien n'a été lu",
            "Corriger la période, ou le nom du fichier",
        ),
    },
    "schedule.unexpected": {
        "en": (
            "{kind} at {where}: the step stopped and kept nothing; what the error said is withheld, for it may quote data",
            "Run `cartable status`, then the task again; report the kind and the place above",
        ),
        "fr": (
            "{kind} à {where} : l'étape s'est arrêtée et n'a rien gardé ; le texte de l'erreur est tu, car il peut citer des données",
            "Lancer `cartable status`, puis la tâche de nouveau ; signaler le type et le lieu ci-dessus",
        ),
    },
}
