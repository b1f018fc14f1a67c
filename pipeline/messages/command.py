"""What is said of the command line."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

COMMAND: Catalogue = {
    "command.unexpected": {
        "en": (
            "The command stopped on an error that it does not know: {kind} at {where}; what it had not finished was not kept",
            "Run `cartable status`, then the command again; if it stops again, report the kind and the place",
        ),
        "fr": (
            "La commande s'est arrêtée sur une erreur qu'elle ne connaît pas : {kind} à {where} ; ce qui n'était pas fini n'a pas été gardé",
            "Lancer `cartable status`, puis la commande à nouveau ; si elle s'arrête encore, signaler le type et le lieu",
        ),
    },
    "command.interrupted": {
        "en": (
            "Interrupted; what was not finished was not kept",
            "Run the same command again: it begins where nothing was half done",
        ),
        "fr": (
            "Interrompu ; ce qui n'était pas fini n'a pas été gardé",
            "Relancer la même commande : elle reprend là où rien n'est à moitié fait",
        ),
    },
}
