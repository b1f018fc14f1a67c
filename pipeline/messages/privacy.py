"""What is said of privacy rules."""

from __future__ import annotations

from pipeline.messages.catalogue import Catalogue

PRIVACY: Catalogue = {
    "privacy.identifier_missing": {
        "en": (
            "{count} row(s) have no identifier, so no pseudonym; nothing was kept",
            "Ask the sender for the identifiers, or refuse these rows when they are read",
        ),
        "fr": (
            "{count} ligne(s) n'ont pas d'identifiant, donc pas de pseudonyme ; rien n'a été gardé",
            "Demander les identifiants à l'expéditeur, ou refuser ces lignes à la lecture",
        ),
    },
    "privacy.identifier_not_text": {
        "en": (
            "An identifier is not valid text; nothing was kept",
            "Declare the column as text or integer and read it in the encoding of its sender",
        ),
        "fr": (
            "Un identifiant n'est pas un texte valide ; rien n'a été gardé",
            "Déclarer la colonne en text ou integer et la lire dans le codage de l'expéditeur",
        ),
    },
    "privacy.identifier_too_long": {
        "en": (
            "{count} identifier(s) are longer than 65,535 bytes; nothing was kept",
            "Check that the column is an identifier, and the delimiter of the file",
        ),
        "fr": (
            "{count} identifiant(s) dépassent 65 535 octets ; rien n'a été gardé",
            "Vérifier que la colonne est un identifiant, et le séparateur du fichier",
        ),
    },
    "privacy.identifier_parts": {
        "en": (
            "The parts of an identifier are none, or differ in number of rows",
            "Give each part of the identifier for each row",
        ),
        "fr": (
            "Les parties d'un identifiant manquent, ou n'ont pas le même nombre de lignes",
            "Donner chaque partie de l'identifiant pour chaque ligne",
        ),
    },
    "privacy.key_size": {
        "en": (
            "A pseudonym key is not of 32 bytes; nothing was kept",
            "Take the key from the key ring, never from elsewhere",
        ),
        "fr": (
            "Une clé de pseudonyme n'a pas 32 octets ; rien n'a été gardé",
            "Prendre la clé du trousseau, jamais d'ailleurs",
        ),
    },
    "privacy.no_key": {
        "en": (
            "There is no key for the domain {domain}; nothing was kept",
            "Open the keys of this installation, then run the step again",
        ),
        "fr": (
            "Il n'y a pas de clé pour le domaine {domain} ; rien n'a été gardé",
            "Ouvrir les clés de cette installation, puis relancer l'étape",
        ),
    },
    "privacy.column_missing": {
        "en": (
            "A column of the contract is missing; nothing was kept",
            "Deliver the column, or take it out of the contract",
        ),
        "fr": (
            "Une colonne du contrat manque ; rien n'a été gardé",
            "Livrer la colonne, ou la retirer du contrat",
        ),
    },
    "privacy.column_repeated": {
        "en": (
            "A column stands more than once; nothing was kept",
            "Deliver the column once",
        ),
        "fr": (
            "Une colonne figure plusieurs fois ; rien n'a été gardé",
            "Livrer la colonne une seule fois",
        ),
    },
    "privacy.columns_unknown": {
        "en": (
            "{count} column(s) are not in the contract, so none has a rule; nothing was kept",
            "Give each column a privacy rule (`rule: drop` keeps nothing), or do not send it",
        ),
        "fr": (
            "{count} colonne(s) ne sont pas au contrat, donc sans règle ; rien n'a été gardé",
            "Donner une règle à chaque colonne (`rule: drop` ne garde rien), ou ne pas l'envoyer",
        ),
    },
    "privacy.code_unknown": {
        "en": (
            "{count} code(s) are not in the code list of the column; nothing was kept",
            "Refuse these rows when they are read, or add the codes to the list",
        ),
        "fr": (
            "{count} code(s) ne sont pas dans la nomenclature de la colonne ; rien n'a été gardé",
            "Refuser ces lignes à la lecture, ou ajouter les codes à la nomenclature",
        ),
    },
    "privacy.no_coarser_code": {
        "en": (
            "{count} code(s) have no coarser code; nothing was kept",
            "Add `broader` to each code of the list, or refuse these rows when they are read",
        ),
        "fr": (
            "{count} code(s) n'ont pas de code plus large ; rien n'a été gardé",
            "Ajouter `broader` à chaque code de la liste, ou refuser ces lignes à la lecture",
        ),
    },
    "privacy.no_codelist": {
        "en": (
            "The code list of the column is not known; nothing was kept",
            "Declare it in contracts/codelists.yml",
        ),
        "fr": (
            "La nomenclature de la colonne n'est pas connue ; rien n'a été gardé",
            "La déclarer dans contracts/codelists.yml",
        ),
    },
    "privacy.not_of_type": {
        "en": (
            "A column is not of its declared type {type}; nothing was kept",
            "Correct the type in the contract, or refuse these rows when they are read",
        ),
        "fr": (
            "Une colonne n'est pas du type déclaré {type} ; rien n'a été gardé",
            "Corriger le type dans le contrat, ou refuser ces lignes à la lecture",
        ),
    },
    "privacy.identifier_planted": {
        "en": (
            "{count} row(s) of a kept column hold what looks like an identifier: {kind_en}; nothing was kept",
            "Ask the sender to clear the column, or close it by a code list, or drop or redact it in the contract",
        ),
        "fr": (
            "{count} ligne(s) d'une colonne gardée contiennent ce qui semble un identifiant : {kind_fr} ; rien n'a été gardé",
            "Demander à l'expéditeur de nettoyer la colonne, ou la fermer par une nomenclature, ou utiliser drop ou redact dans le contrat",
        ),
    },
    "privacy.not_born": {
        "en": (
            "{count} date(s) of birth lie after the day on which the age is counted; nothing was kept",
            "Ask the sender to correct the dates, or check the day `at` of the rule and the period of the delivery",
        ),
        "fr": (
            "{count} date(s) de naissance suivent le jour où l'âge est compté ; rien n'a été gardé",
            "Demander à l'expéditeur de corriger les dates, ou vérifier le jour `at` de la règle et la période de la livraison",
        ),
    },
    "privacy.not_finite": {
        "en": (
            "{count} number(s) are not finite; nothing was kept",
            "Refuse these rows when they are read, by `minimum` and `maximum`",
        ),
        "fr": (
            "{count} nombre(s) ne sont pas finis ; rien n'a été gardé",
            "Refuser ces lignes à la lecture, par `minimum` et `maximum`",
        ),
    },
    "privacy.no_territory": {
        "en": (
            "{count} value(s) lead to no territory; nothing was kept",
            "Add them to the list of postcodes, or declare `residue: missing` for the column",
        ),
        "fr": (
            "{count} valeur(s) ne mènent à aucun territoire ; rien n'a été gardé",
            "Les ajouter à la liste des codes postaux, ou déclarer `residue: missing` pour la colonne",
        ),
    },
    "privacy.no_territories": {
        "en": (
            "The territories from {level} to {to} are not known; nothing was kept",
            "Declare both levels in one hierarchy of contracts/territories.yml",
        ),
        "fr": (
            "Les territoires de {level} à {to} ne sont pas connus ; rien n'a été gardé",
            "Déclarer les deux niveaux dans une hiérarchie de contracts/territories.yml",
        ),
    },
    "privacy.no_rule": {
        "en": (
            "A rule of the contract is not known to this version; nothing was kept",
            "Run the version for which the contract was written",
        ),
        "fr": (
            "Une règle du contrat est inconnue de cette version ; rien n'a été gardé",
            "Exécuter la version pour laquelle le contrat a été écrit",
        ),
    },
    "privacy.no_pseudonym": {
        "en": (
            "A column to be moved to the next epoch holds no pseudonyms; nothing was changed",
            "Give the column of 16-byte pseudonyms, none missing",
        ),
        "fr": (
            "Une colonne à passer à l'époque suivante ne contient pas de pseudonymes ; rien n'a été changé",
            "Donner la colonne des pseudonymes de 16 octets, sans valeur manquante",
        ),
    },
}
