"""What is said of the risk of rows about persons."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

RISK: Catalogue = {
    "risk.no_rows": {
        "en": (
            "There is no row, so no risk to measure",
            "Take a delivery in first: `cartable ingest`",
        ),
        "fr": (
            "Il n'y a aucune ligne, donc aucun risque à mesurer",
            "Intégrer d'abord une livraison : `cartable ingest`",
        ),
    },
    "risk.no_persons": {
        "en": (
            "A row of {name} is no person, so nobody can be told apart in it",
            "Ask about a dataset of persons: {known}",
        ),
        "fr": (
            "Une ligne de {name} n'est pas une personne : personne ne peut y être distingué",
            "Interroger un jeu de personnes : {known}",
        ),
    },
    "risk.value_unknown": {
        "en": (
            "{count} value(s) do not stand in the hierarchy of the column, so they cannot be recoded; nothing was kept",
            "Give each code of the list its `broader` code, or each territory its line in the territory files",
        ),
        "fr": (
            "{count} valeur(s) ne figurent pas dans la hiérarchie de la colonne, donc ne peuvent être recodées ; rien n'a été gardé",
            "Donner à chaque code de la liste son code `broader`, ou à chaque territoire sa ligne dans les fichiers des territoires",
        ),
    },
    "risk.recoding_role": {
        "en": (
            "{name} is neither a quasi-identifier nor a geography: it is no part of what k counts",
            "Take it out of the recoding, or give the column its role in the dataset contract",
        ),
        "fr": (
            "{name} n'est ni un quasi-identifiant ni une géographie : k n'en tient pas compte",
            "La retirer du recodage, ou donner son rôle à la colonne dans le contrat du jeu",
        ),
    },
    "risk.recoding_too_high": {
        "en": (
            "{name} cannot go up {steps} step(s): its hierarchy has {height} ({ladder})",
            "Ask for fewer steps, or write `suppress` to keep nothing of the column",
        ),
        "fr": (
            "{name} ne peut monter de {steps} cran(s) : sa hiérarchie en a {height} ({ladder})",
            "Demander moins de crans, ou écrire `suppress` pour ne rien garder de la colonne",
        ),
    },
    "risk.recoding_needed": {
        "en": (
            "{name} may not be recoded: {needed_by} needs it",
            "Recode another column; `cartable risk {dataset} --propose` says which may be",
        ),
        "fr": (
            "{name} ne peut être recodée : {needed_by} en a besoin",
            "Recoder une autre colonne ; `cartable risk {dataset} --propose` dit lesquelles peuvent l'être",
        ),
    },
    "risk.recoding_ambiguous": {
        "en": (
            "{count} code(s) mean one thing in {name} and another one step higher: a recoded value could not be told from a delivered one",
            "Give the codes of the two lists different names, or write `suppress`",
        ),
        "fr": (
            "{count} code(s) ont un sens dans {name} et un autre au cran au-dessus : une valeur recodée ne se distinguerait pas d'une valeur livrée",
            "Donner des codes différents aux deux nomenclatures, ou écrire `suppress`",
        ),
    },
    "risk.not_in_force": {
        "en": (
            "The contracts hold no recoding of {name} for {period}, so there is nothing to apply",
            "Add it to contracts/recodings.yml first: `cartable risk {name} --period {period} --propose` shows what to write",
        ),
        "fr": (
            "Les contrats ne contiennent aucun recodage de {name} pour {period} : il n'y a rien à appliquer",
            "L'ajouter d'abord à contracts/recodings.yml : `cartable risk {name} --period {period} --propose` montre quoi écrire",
        ),
    },
}
