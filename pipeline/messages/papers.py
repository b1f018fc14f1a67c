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
            "Le journal ne sait rien de la période {period}",
            "Donner la première année d'une année scolaire dont une livraison est venue : {known}",
        ),
    },
}
