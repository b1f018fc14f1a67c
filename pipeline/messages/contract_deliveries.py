"""What is said of a dataset contract whose deliveries could not be read as it wants them."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

CONTRACT_DELIVERIES: Catalogue = {
    "contract.delta_key": {
        "en": (
            "Deliveries hold changes, and {name}, which names a row, is not kept so that it could",
            "Keep or pseudonymise each column of `key`, or say `mode: full`",
        ),
        "fr": (
            "Les livraisons contiennent des changements, et {name}, qui désigne une ligne, n'est pas conservé de façon à le pouvoir",
            "Conserver ou pseudonymiser chaque colonne de `key`, ou dire `mode: full`",
        ),
    },
    "contract.overlap": {
        "en": (
            "Rows are read again from below a mark, and there is no mark: all rows are fetched each time",
            "Name a `watermark` and say `mode: delta`, or take `overlap` away",
        ),
        "fr": (
            "Des lignes sont relues depuis un repère, et il n'y a pas de repère : toutes les lignes sont lues à chaque fois",
            "Nommer un `watermark` et dire `mode: delta`, ou retirer `overlap`",
        ),
    },
    "contract.delta_doubles": {
        "en": (
            "Deliveries hold changes, and two senders may tell of one key: which of their rows counts is not said",
            "Declare `double_enrolment`, or name the sender's column in `key`",
        ),
        "fr": (
            "Les livraisons contiennent des changements, et deux expéditeurs peuvent parler d'une même clé : rien ne dit laquelle de leurs lignes compte",
            "Déclarer `double_enrolment`, ou nommer la colonne de l'expéditeur dans `key`",
        ),
    },
    "contract.roster_deletions": {
        "en": (
            "OneRoster bundles of changes say of each record whether it is deleted, and the contract does not read it",
            "Map the field `status` to a column that is kept, and name it under `deletions`",
        ),
        "fr": (
            "Les lots OneRoster de changements disent de chaque enregistrement s'il est supprimé, et le contrat ne le lit pas",
            "Associer le champ `status` à une colonne conservée, et la nommer sous `deletions`",
        ),
    },
}
