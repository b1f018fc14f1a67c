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
    "command.system": {
        "en": (
            "The system refused a file or a folder: {reason}, at {where}; what was not finished was not kept",
            "Check the paths that were given, the rights on them and the room on the disk, then run the same command again",
        ),
        "fr": (
            "Le système a refusé un fichier ou un dossier : {reason}, à {where} ; ce qui n'était pas fini n'a pas été gardé",
            "Vérifier les chemins donnés, les droits sur eux et la place sur le disque, puis relancer la même commande",
        ),
    },
    "command.memory": {
        "en": (
            "The machine has not enough memory for this step, at {where}; what was not finished was not kept",
            "Give the machine or the container more memory, or run this step when nothing else runs, then run it again",
        ),
        "fr": (
            "La machine n'a pas assez de mémoire pour cette étape, à {where} ; ce qui n'était pas fini n'a pas été gardé",
            "Donner plus de mémoire à la machine ou au conteneur, ou lancer l'étape quand rien d'autre ne tourne, puis la relancer",
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
