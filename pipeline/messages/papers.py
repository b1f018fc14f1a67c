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
    "papers.no_folder": {
        "en": (
            "The folder of the paper does not exist",
            "Make the folder first, or name another",
        ),
        "fr": (
            "Le dossier du document n'existe pas",
            "Créer d'abord le dossier, ou en nommer un autre",
        ),
    },
}
