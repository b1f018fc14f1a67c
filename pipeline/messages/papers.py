"""What is said of the papers for the data protection officer."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

PAPERS: Catalogue = {
    "papers.unknown_period": {
        "en": (
            "The ledger knows nothing of the period {period}",
            "Give the first year of a school year of which a delivery came: {known}",
        ),
        "fr": (
            "Le registre ne sait rien de la période {period}",
            "Donner la première année d'une année scolaire dont une livraison est venue : {known}",
        ),
    },
    "papers.cannot_write": {
        "en": (
            "The paper could not be written ({why})",
            "Name a file in a folder that exists and may be written",
        ),
        "fr": (
            "Le document n'a pas pu être écrit ({why})",
            "Nommer un fichier dans un dossier qui existe et où l'on peut écrire",
        ),
    },
}
