"""What is said when the process that reads a delivery breaks off, and of rows that are replaced."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

DELIVERY_READER: Catalogue = {
    "delivery.reader_memory": {
        "en": (
            (
                "Reading the file took more memory than a file of its size may; it stays sealed, "
                "nothing was accepted"
            ),
            (
                "Ask the sender whether the file is what they meant to send; on a machine with "
                "little memory free, take it in again later"
            ),
        ),
        "fr": (
            (
                "La lecture du fichier a pris plus de mémoire que sa taille ne le permet ; "
                "il reste scellé, rien n'a été accepté"
            ),
            (
                "Demander à l'expéditeur si ce fichier est bien celui qu'il voulait envoyer ; sur "
                "une machine qui a peu de mémoire libre, le reprendre plus tard"
            ),
        ),
    },
    "delivery.reader_time": {
        "en": (
            (
                "Reading the file took more than {seconds} s, which a file of its size may not; "
                "it stays sealed, nothing was accepted"
            ),
            (
                "Ask the sender whether the file is what they meant to send; if the machine was "
                "busy, take it in again"
            ),
        ),
        "fr": (
            (
                "La lecture du fichier a pris plus de {seconds} s, plus que sa taille ne le "
                "permet ; il reste scellé, rien n'a été accepté"
            ),
            (
                "Demander à l'expéditeur si ce fichier est bien celui qu'il voulait envoyer ; si "
                "la machine était occupée, le reprendre"
            ),
        ),
    },
    "delivery.reader_crash": {
        "en": (
            (
                "The process that read the file broke off or gave no sound answer (status "
                "{status}); the file stays sealed, nothing was accepted"
            ),
            (
                "Take it in once more; if it happens again, the file was made to break programs "
                "or shows a defect of ours: keep it, and tell the maintainers the status"
            ),
        ),
        "fr": (
            (
                "Le processus qui lisait le fichier s'est interrompu ou n'a pas donné de réponse "
                "valable (état {status}) ; le fichier reste scellé, rien n'a été accepté"
            ),
            (
                "Le reprendre une fois ; si cela se répète, le fichier est fait pour casser des "
                "programmes ou révèle un défaut chez nous : le garder et dire l'état aux "
                "mainteneurs"
            ),
        ),
    },
    "delivery.reader_missing": {
        "en": (
            (
                "No process could be started to read the file in; it stays sealed, nothing was "
                "accepted"
            ),
            "Free memory or processes on this machine, then take the file in again",
        ),
        "fr": (
            (
                "Aucun processus n'a pu être lancé pour lire le fichier ; il reste scellé, rien "
                "n'a été accepté"
            ),
            "Libérer de la mémoire ou des processus sur cette machine, puis reprendre le fichier",
        ),
    },
    "delivery.preamble": {
        "en": (
            "The header stands on line {header_line}, below {before} line(s) that are no part of the table; nothing was accepted",
            "Delete all lines above the header, then deliver the file again",
        ),
        "fr": (
            "L'en-tête se trouve à la ligne {header_line}, sous {before} ligne(s) étrangère(s) au tableau ; rien n'a été accepté",
            "Supprimer toutes les lignes au-dessus de l'en-tête, puis livrer à nouveau le fichier",
        ),
    },
    "delivery.renamed_column": {
        "en": (
            "An agreed column is missing, and the name at place {position} of the header is much like it",
            "If it is this column, write its name letter by letter as in the contract; a name that lasts may be declared there as an alias",
        ),
        "fr": (
            "Une colonne convenue manque, et le nom à la place {position} de l'en-tête lui ressemble beaucoup",
            "Si c'est bien cette colonne, écrire son nom à la lettre comme dans le contrat ; un nom qui dure peut y être déclaré comme alias",
        ),
    },
    "delivery.alias_of_other_years": {
        "en": (
            "The name at place {position} of the header is one that the contract gives this column in other years",
            "Check the period of the file; if it is right, write the name of this year, or have the years of the alias changed in the contract",
        ),
        "fr": (
            "Le nom à la place {position} de l'en-tête est celui que le contrat donne à cette colonne d'autres années",
            "Vérifier la période du fichier ; si elle est juste, écrire le nom de cette année, ou faire changer les années de l'alias dans le contrat",
        ),
    },
    "delivery.layout_many": {
        "en": (
            "{count} faults in the layout of the file, and nobody read on; nothing was accepted",
            "Mend what the first of them, below, have in common, mostly in the export, and deliver the file again",
        ),
        "fr": (
            "{count} défauts dans la structure du fichier, dont la lecture s'est arrêtée là ; rien n'a été accepté",
            "Corriger ce que les premiers, ci-dessous, ont en commun, le plus souvent dans l'export, et livrer à nouveau le fichier",
        ),
    },
}
