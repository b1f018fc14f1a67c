"""What is said of releases that are weighed with earlier ones."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

RELEASES: Catalogue = {
    "disclosure.small_is_public": {
        "en": (
            "{count} counts that the policy hides are public in an earlier release",
            "Withdraw that release with `cartable withdraw`, then prepare again",
        ),
        "fr": (
            "{count} effectifs que la politique cache sont publics dans une publication antérieure",
            "Retirer cette publication avec `cartable withdraw`, puis préparer de nouveau",
        ),
    },
    "disclosure.public_elsewhere": {
        "en": (
            "An earlier release, still public, shows {count} cells that the new one lacks: what both tell together cannot be weighed",
            "Withdraw the earlier release with `cartable withdraw`, or keep its tables, levels and dimensions",
        ),
        "fr": (
            "Une publication antérieure, encore publique, montre {count} cellules que la nouvelle n'a pas : ce que les deux disent ensemble ne peut être pesé",
            "Retirer la publication antérieure avec `cartable withdraw`, ou garder ses tableaux, niveaux et dimensions",
        ),
    },
    "disclosure.territories_moved": {
        "en": (
            "{count} territories or tables of an earlier release, still public, cannot be weighed under the new territories: a territory is gone and no file says into which it was merged, its parts stand as counted for two releases, or the table holds amounts or moved figures",
            "Complete the file of merged territories, or withdraw the earlier release with `cartable withdraw`",
        ),
        "fr": (
            "{count} territoires ou tableaux d'une publication antérieure, encore publique, ne peuvent être pesés sous les nouveaux territoires : un territoire n'existe plus sans qu'un fichier dise dans lequel il a fusionné, ses parties valent pour deux publications, ou le tableau contient des montants ou des chiffres décalés",
            "Compléter le fichier des territoires fusionnés, ou retirer la publication antérieure avec `cartable withdraw`",
        ),
    },
    "disclosure.boundary_tells": {
        "en": (
            "Under the new territories {count} small figures are differences of figures that an earlier release shows, still public, so that they would be known, or nothing can protect them",
            "Withdraw the earlier release with `cartable withdraw`, or keep the territories as they were",
        ),
        "fr": (
            "Sous les nouveaux territoires {count} petits chiffres sont des différences de chiffres que montre une publication antérieure, encore publique : ils seraient connus, ou rien ne peut les protéger",
            "Retirer la publication antérieure avec `cartable withdraw`, ou garder les territoires comme ils étaient",
        ),
    },
    "disclosure.cannot_stay_hidden": {
        "en": (
            "{count} cells that an earlier release hides, still public, could be worked out from the new one",
            "Withdraw the earlier release with `cartable withdraw`, then prepare again",
        ),
        "fr": (
            "{count} cellules que masque une publication antérieure, encore publique, pourraient se déduire de la nouvelle",
            "Retirer la publication antérieure avec `cartable withdraw`, puis préparer de nouveau",
        ),
    },
    "disclosure.public_rows_gone": {
        "en": (
            "The rows that {count} earlier release(s), still public, were counted from are not all kept: who changed since cannot be told",
            "Withdraw those releases with `cartable withdraw`, then prepare again",
        ),
        "fr": (
            "Les lignes dont {count} publication(s) antérieure(s), encore publiques, ont été comptées ne sont pas toutes gardées : qui a changé depuis ne peut être dit",
            "Retirer ces publications avec `cartable withdraw`, puis préparer de nouveau",
        ),
    },
    "disclosure.public_lacks": {
        "en": (
            "{count} cells are new, and the last release, still public, counts persons who were erased or restricted since: the new cells would show them missing",
            "Withdraw the earlier releases with `cartable withdraw`, or keep the tables, levels and dimensions as they are",
        ),
        "fr": (
            "{count} cellules sont nouvelles, et la dernière publication, encore publique, compte des personnes effacées ou limitées depuis : les nouvelles cellules montreraient leur absence",
            "Retirer les publications antérieures avec `cartable withdraw`, ou garder tableaux, niveaux et dimensions comme ils sont",
        ),
    },
}
