"""What is said of the papers for the data protection officer."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

PAPERS: Catalogue = {
    "papers.exists": {
        "en": (
            "{count} paper(s) with another content stand there, which somebody may have edited or signed; nothing was written",
            "Name another place by `--to`, or take the earlier paper away first",
        ),
        "fr": (
            "{count} document(s) d'un autre contenu s'y trouvent, que quelqu'un a pu annoter ou signer ; rien n'a été écrit",
            "Indiquer un autre emplacement par `--to`, ou retirer d'abord le document précédent",
        ),
    },
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
