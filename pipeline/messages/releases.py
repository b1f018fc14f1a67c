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
            "{count} territories lie in other areas or classes than in an earlier release, still public, or are gone: the difference of both would show them alone",
            "Withdraw the earlier release with `cartable withdraw`, or keep the territories and the reference vintage as they were",
        ),
        "fr": (
            "{count} territoires sont dans d'autres ensembles ou classes que dans une publication antérieure, encore publique, ou n'existent plus : la différence des deux les montrerait seuls",
            "Retirer la publication antérieure avec `cartable withdraw`, ou garder les territoires et le millésime de référence comme ils étaient",
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
