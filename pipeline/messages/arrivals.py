"""What is said of senders that are expected."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

ARRIVALS: Catalogue = {
    "arrivals.nobody_expected": {
        "en": (
            "The contract expects nobody by name for this dataset; nothing was noted or sent",
            "Say in the contract who is expected (`expected`), or name another dataset",
        ),
        "fr": (
            "Le contrat n'attend personne nommément pour ce jeu ; rien n'a été noté ni envoyé",
            "Dire dans le contrat qui est attendu (`expected`), ou nommer un autre jeu",
        ),
    },
    "arrivals.no_reason": {
        "en": (
            "The reason is none of those on the list; nothing was noted",
            "Give one of: {known}",
        ),
        "fr": (
            "Le motif n'est pas de la liste ; rien n'a été noté",
            "Donner l'un de : {known}",
        ),
    },
    "arrivals.not_expected": {
        "en": (
            "{count} sender(s) are not expected for {period}; nothing was noted",
            "Check the codes, and that the register of senders of that period is in: `cartable arrivals`",
        ),
        "fr": (
            "{count} expéditeur(s) ne sont pas attendus pour {period} ; rien n'a été noté",
            "Vérifier les codes, et que le répertoire des expéditeurs de cette période est là : `cartable arrivals`",
        ),
    },
}
