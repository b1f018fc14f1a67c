"""What is said of synthetic persons."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

SYNTHETIC: Catalogue = {
    "synthetic.facts": {
        "en": (
            "A file of facts is missing, or is not as it should be",
            "The demonstration runs on its own project: leave CARTABLE_PROJECT unset; or rebuild its facts with `python -m demo.build_facts`",
        ),
        "fr": (
            "Un fichier de faits manque ou n'a pas la forme attendue",
            "La démonstration a son propre projet : ne pas définir CARTABLE_PROJECT ; ou reconstruire ses faits par `python -m demo.build_facts`",
        ),
    },
    "synthetic.link": {
        "en": (
            "{count} row(s) of the facts name an unknown school, commune or type",
            "Rebuild the facts with `python -m demo.build_facts`",
        ),
        "fr": (
            "{count} ligne(s) des faits nomment une école, une commune ou un type inconnus",
            "Reconstruire les faits par `python -m demo.build_facts`",
        ),
    },
    "synthetic.period": {
        "en": (
            "Nobody is enrolled in period {period} in the facts",
            "Ask for a period that the facts cover",
        ),
        "fr": (
            "Personne n'est inscrit pour la période {period} dans les faits",
            "Demander une période que les faits couvrent",
        ),
    },
    "synthetic.grade": {
        "en": (
            "{count} row(s) of the enrolment have a grade whose ages are unknown",
            "Add the grade to GRADE_YEARS, with its years after the first primary grade",
        ),
        "fr": (
            "{count} ligne(s) des effectifs ont un niveau dont les âges sont inconnus",
            "Ajouter le niveau à GRADE_YEARS, avec ses années après le CP",
        ),
    },
    "synthetic.sexes": {
        "en": (
            "{count} row(s) of the enrolment have counts below zero, or sexes that do not add up",
            "Mend the rows; leave girls and boys empty where they are unknown",
        ),
        "fr": (
            "{count} ligne(s) des effectifs sont négatives, ou filles et garçons n'y font pas le total",
            "Corriger les lignes ; laisser filles et garçons vides s'ils sont inconnus",
        ),
    },
    "synthetic.repeated": {
        "en": (
            "{count} row(s) of the enrolment count a school and grade a second time",
            "Keep one row per period, school and grade",
        ),
        "fr": (
            "{count} ligne(s) des effectifs comptent deux fois une école et un niveau",
            "Garder une ligne par période, école et niveau",
        ),
    },
    "synthetic.capacity": {
        "en": (
            "{count} is more than the {limit} that an identity can tell apart",
            "Draw fewer schools, or fewer persons per school and grade",
        ),
        "fr": (
            "{count} dépasse les {limit} qu'une identité sait distinguer",
            "Tirer moins d'écoles, ou moins de personnes par école et niveau",
        ),
    },
}
