"""What is said where the hidden figures of a territory are explained."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

EXPLANATION: Catalogue = {
    "disclosure.territory_unknown": {
        "en": (
            "No territory has this identifier, code or name, or one near it",
            "See the table `territories` of a release, or the files that contracts/territories.yml names",
        ),
        "fr": (
            "Aucun territoire n'a cet identifiant, ce code ou ce nom, ni un nom proche",
            "Voir la table `territories` d'une publication, ou les fichiers que nomme contracts/territories.yml",
        ),
    },
    "disclosure.territory_near": {
        "en": (
            "No territory has this identifier, code or name; near it are: {known}",
            "Give the identifier of the one that is meant",
        ),
        "fr": (
            "Aucun territoire n'a cet identifiant, ce code ou ce nom ; en sont proches : {known}",
            "Donner l'identifiant de celui qui est voulu",
        ),
    },
    "disclosure.territory_ambiguous": {
        "en": (
            "{count} territories have this code or name: {known}",
            "Give the identifier of the one that is meant",
        ),
        "fr": (
            "{count} territoires ont ce code ou ce nom : {known}",
            "Donner l'identifiant de celui qui est voulu",
        ),
    },
}
