"""What is said of a change of how deliveries are checked and figures computed."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CHANGE_CHECKED: Catalogue = {
    "change.suite": {
        "en": (
            "Checks {how_en}: {name_en}",
            "Rows or figures are checked by them",
        ),
        "fr": (
            "Contrôles ({how_fr}) : {name_fr}",
            "Lignes ou chiffres sont contrôlés par eux",
        ),
    },
    "change.suite_removed": {
        "en": (
            "Checks removed: {name_en}",
            "Rows or figures are checked by them no more",
        ),
        "fr": (
            "Contrôles retirés : {name_fr}",
            "Lignes ou chiffres ne sont plus contrôlés par eux",
        ),
    },
    "change.expectation": {
        "en": (
            "Check {how_en}: {name_en}",
            "What it refuses stops the step, or is told",
        ),
        "fr": (
            "Contrôle ({how_fr}) : {name_fr}",
            "Ce qu'il refuse arrête l'étape, ou est dit",
        ),
    },
    "change.expectation_removed": {
        "en": (
            "Check removed: {name_en}",
            "What it refused is refused no more",
        ),
        "fr": (
            "Contrôle retiré : {name_fr}",
            "Ce qu'il refusait ne l'est plus",
        ),
    },
    "change.expectation_altered": {
        "en": (
            "Check {name_en}: {before_en} becomes {after_en}",
            "What it refuses changes",
        ),
        "fr": (
            "Contrôle {name_fr} : {before_fr} devient {after_fr}",
            "Ce qu'il refuse change",
        ),
    },
    "change.severity": {
        "en": (
            "Check {name_en}: {before_en} becomes {after_en}",
            "A critical one stops the step, a warning is only told",
        ),
        "fr": (
            "Contrôle {name_fr} : {before_fr} devient {after_fr}",
            "Un contrôle critique arrête l'étape, un avertissement est seulement dit",
        ),
    },
    "change.query": {
        "en": (
            "Query {how_en}: {name_en}",
            "What is counted or computed changes; read it, and `cartable contracts check` proves what it may read",
        ),
        "fr": (
            "Requête ({how_fr}) : {name_fr}",
            "Ce qui est compté ou calculé change ; la lire, et `cartable contracts check` prouve ce qu'elle peut lire",
        ),
    },
    "change.form_only": {
        "en": (
            "{name_en} changed in comments or layout only",
            "Nothing else changes",
        ),
        "fr": (
            "{name_fr} n'a changé que par ses commentaires ou sa mise en page",
            "Rien d'autre ne change",
        ),
    },
    "change.text": {
        "en": (
            "Words for people to read {how_en}, {name_en}: “{before_en}” becomes “{after_en}”",
            "Nothing that is kept or shown of persons changes",
        ),
        "fr": (
            "Mots à lire ({how_fr}), {name_fr} : « {before_fr} » devient « {after_fr} »",
            "Rien de ce qui est gardé ou montré des personnes ne change",
        ),
    },
    "change.order": {
        "en": (
            "The same items stand in another order: {name_en}",
            "Classes of numbers and inhabitants go by the order of their list",
        ),
        "fr": (
            "Les mêmes éléments sont dans un autre ordre : {name_fr}",
            "Les classes de nombres et d'habitants suivent l'ordre de leur liste",
        ),
    },
    "change.other": {
        "en": (
            "{name_en}, {how_en}: {before_en} becomes {after_en}",
            "What it lets through is not known here, so that it counts as loosening: look at it",
        ),
        "fr": (
            "{name_fr} ({how_fr}) : {before_fr} devient {after_fr}",
            "Ce que cela laisse passer n'est pas connu ici et compte comme assouplissement : à regarder",
        ),
    },
}
