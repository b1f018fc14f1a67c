"""What receipts and tables call things on a terminal; in English a name says itself."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.errors import Language

AGREES = "agrees, told of entry {entry}"
NO_COPY = "none: a ledger put back whole from a backup would not be found out"
# Names of steps, counts, columns, states and titles. What the ledger names has its words there.
FRENCH: Mapping[str, str] = {
    # Steps.
    "approve": "approbation",
    "audit dpia": "analyse d'impact",
    "disclosure explain": "explication des chiffres masqués",
    "audit disclosure": "rapport sur le secret statistique",
    "audit proofs": "preuves",
    "audit register": "registre des traitements",
    "audit report": "rapport d'audit",
    "audit opine": "avis sur un candidat",
    "contracts check": "contrôle des contrats",
    "ingest": "ingestion",
    "fetch": "collecte",
    "keys_backup": "partage de la clé racine",
    "keys_init": "création des clés",
    "keys_restore": "restauration de la clé racine",
    "keys_rotate_data": "renouvellement des clés de données",
    "keys_rotate_domain": "nouvelle époque du domaine",
    "keys_rotate_root": "renouvellement de la clé racine",
    "keys_rotate_vault": "renouvellement du coffre",
    "keys_shred": "destruction des clés",
    "policy enrol": "inscription du signataire",
    "policy opine": "avis sur la politique",
    "policy sign": "signature de la politique",
    "network build": "réseau",
    "Every file is as it was signed": "Chaque fichier est tel qu'il fut signé",
    "Signed by the key you named": "Signé par la clé que vous avez nommée",
    "Whose key that is, ask by another way, then name it with --publisher": (
        "À qui est cette clé, le demander par une autre voie, puis la nommer par --publisher"
    ),
    "publish it": "pour publier",
    "prepare": "préparation",
    "quarantine discard": "lignes écartées",
    "quarantine fix": "lignes corrigées",
    "quarantine report": "rapport à l'expéditeur",
    "quarantine release": "lignes relues",
    "quarantine show": "ouverture de la quarantaine",
    "retain": "conservation",
    "review open": "ouverture de la revue",
    "risk apply": "recodage",
    "subject erase": "effacement de personnes",
    "subject export": "export de personnes",
    "subject readmit": "réadmission de personnes",
    "subject restrict": "exclusion de personnes des comptes",
    "subject unrestrict": "retour de personnes dans les comptes",
    "reject": "renvoi",
    "withdraw": "retrait",
    # Counts and columns.
    "arrivals non-response": "non-réponse",
    "arrivals remind": "relance",
    "declared": "déclarées",
    "reminded": "relancés",
    "double_persons": "personnes en plusieurs lignes",
    "double_senders": "leurs expéditeurs",
    "double_set_aside": "leurs lignes mises de côté",
    "set_aside": "mises de côté",
    "undeclared": "non déclarée",
    "Persons in several rows": "Personnes en plusieurs lignes",
    "reminded_before": "relancés il y a peu",
    "non_response": "non-réponse",
    "{count} mail(s), none sent": "{count} courriel(s), aucun envoyé",
    "No address, so that --send would send none: {senders}": (
        "Sans adresse, si bien que --send n'en enverrait aucun : {senders}"
    ),
    "Waiting in the inbox": "En attente dans la réception",
    "figure": "chiffre",
    "why": "pourquoi",
    "protects": "protège",
    "stands_in": "sommes où il entre",
    "reader_can_tell": "ce qu'un lecteur peut en dire",
    "rates": "taux",
    "gone": "ôtées",
    "newly_hidden": "masquées depuis",
    "newly_shown": "montrées depuis",
    "shown": "montrées",
    "standing": "inchangées",
    "territories": "territoires",
    "in force": "en vigueur",
    "public": "publique",
    "withdrawn": "retirée",
    "What changed (cells)": "Ce qui a changé (cellules)",
    "What waits (territories)": "Ce qui attend (territoires)",
    "Releases": "Publications",
    "approved": "approuvé",
    "sent_back": "renvoyé",
    "area_level": "niveau",
    "as_of": "en date du",
    "awaited": "attendus",
    "batch_id": "lot",
    "cells": "en tout",
    "code_lists": "listes de codes",
    "common_indicators": "indicateurs communs",
    "column": "colonne",
    "columns": "colonnes",
    "created": "créée",
    "deliveries": "livraisons",
    "differences": "différences",
    "entries": "entrées",
    "files": "fichiers",
    "key": "clé",
    "publishers": "éditeurs",
    "verify": "vérification",
    "hidden": "masquées",
    "hidden_below": "masqué sous",
    "hidden_pct": "% masqué",
    "in_force": "en vigueur",
    "indicators": "indicateurs",
    "line": "ligne",
    "late": "en retard",
    "list_version": "version de la liste",
    "mentions": "mentions",
    "missing": "manquants",
    "milliseconds": "millisecondes",
    "narrowest": "écart minimal",
    "places": "endroits",
    "policy_version": "version de la politique",
    "primary": "primaire",
    "protected": "lignes protégées",
    "quarantine": "quarantaine",
    "queries": "requêtes",
    "received": "reçus",
    "recompute": "à recalculer",
    "refused_at": "refusée le",
    "proofs": "preuves",
    "proven": "prouvées",
    "worlds": "mondes",
    "registers": "registres",
    "released": "publié",
    "releases_to_recompute": "publications à recalculer",
    "review": "revue",
    "row": "telle que livrée",
    "secondary": "secondaire",
    "suites": "suites d'attentes",
    "synthetic": "données synthétiques",
    "tables": "tableaux",
    "unexpected": "inattendus",
    "at": "le",
    "cells of other rows emptied": "cellules d'autres lignes vidées",
    "certificate": "certificat",
    "copy": "copie",
    "delegate_enrolled": "délégataire inscrit le",
    "delegate_key": "clé du délégataire",
    "deliveries sealed anew": "livraisons scellées de nouveau",
    "dpo_enrolled": "délégué à la protection inscrit le",
    "dpo_key": "clé du délégué à la protection",
    "answered": "répondu",
    "changed": "modifié",
    "entry": "entrée",
    "facts": "faits",
    "head": "tête",
    "id": "lot ou livraison",
    "opinion_at": "avis du",
    "opinion_on_these_rules": "avis sur ces règles",
    "protected files written anew": "fichiers protégés réécrits",
    "Hidden cells that are proven to vary": "Cellules masquées dont la variation est prouvée",
    "releases to recompute": "publications à recalculer",
    "rows_removed": "lignes retirées",
    "signed_at": "signée le",
    "signed_policy": "politique signée",
    "unfinished_bytes": "octets inachevés",
    "vault key": "clé du coffre",
    "version of the list of the erased": "version de la liste des effacés",
    "discarded": "écartées",
    "fault": "défaut",
    "file": "fichier",
    "file_mark": "marque du nom de fichier",
    "fixed": "corrigées",
    "refused_again": "refusées de nouveau",
    "remedy": "que faire",
    "reported": "rapport du",
    "rules": "colonnes et règles",
    "settled_before": "réglées auparavant",
    "since": "depuis",
    "superseded": "vaines",
    "suppressed": "de personnes effacées",
    "waiting": "en attente",
    "whole": "en entier",
    "Refused rows that wait": "Lignes refusées en attente",
    "Rows that wait": "Lignes en attente",
    "Shred {count} refused row(s) of {batch} for good?": "Détruire pour de bon {count} ligne(s)"
    " refusée(s) de {batch} ?",
    "No row of {batch} waits to be shredded. Await no new file in its place?": (
        "Aucune ligne de {batch} n'attend d'être détruite. N'attendre aucun fichier à sa place ?"
    ),
    # States.
    "done": "fait",
    "not written": "non écrit",
    "was done before; nothing was changed": "avait été fait ; rien n'a été changé",
    "in part": "partiel",
    "no": "non",
    "none": "néant",
    "unchanged": "inchangé",
    "valid": "valides",
    "warning": "avertissement",
    "yes": "oui",
    "blocked": "bloquée par l'avis",
    "unsigned": "non signée",
    # Titles and sentences.
    "signed with demonstration keys: nobody answers for this policy": "signée avec les clés de"
    " démonstration : personne ne répond de cette politique",
    "{before} replaced by {after}": "{before} remplacée par {after}",
    AGREES: "d'accord, parle de l'entrée {entry}",
    NO_COPY: "néant : un journal remis entier d'une sauvegarde ne serait pas découvert",
    "Erase {count} person(s) for good?": "Effacer {count} personne(s) pour de bon ?",
    "Held": "Détenu",
    "Keys": "Clés",
    "Ledger": "Journal",
    "Policy": "Politique",
    "Pseudonym domains": "Domaines de pseudonymisation",
    "Rows removed": "Lignes retirées",
    "The ledger is whole": "Le journal est entier",
    "To be erased for good": "À effacer pour de bon",
    "and {more} more": "et {more} de plus",
    "Approve {candidate} as {approver}?": "Approuver {candidate} en tant que {approver} ?",
    "Arrivals (senders)": "Arrivées (expéditeurs)",
    "Batches (rows)": "Lots (lignes)",
    "Candidates": "Candidats",
    "Quarantine (rows)": "Quarantaine (lignes)",
    "Refused whole, a new file is awaited": "Refusées en entier, un nouveau fichier est attendu",
    "Release in force": "Publication en vigueur",
    "rows of erased persons left out": "lignes de personnes effacées, exclues",
    "The officer's opinion on it: {opinion}": "Avis du délégué à la protection : {opinion}",
    "The whole report: {command}": "Le rapport complet : {command}",
    "What an adversary finds in it: {outcome}": "Ce qu'un adversaire y trouve : {outcome}",
    "found": "trouvé",
    "By level (cells)": "Par niveau (cellules)",
    "What each would leave and tell": "Ce que chacune laisserait et dirait",
    "disclosure what-if": "essai de protections",
    "kept_pct": "personnes montrées %",
    "near_pct": "proches %",
    "numbers": "réglage",
    "read_pct": "petits lus %",
    "seconds": "secondes",
    "suppress": "suppression",
    "uncertain_by": "incertain de",
    "What this candidate hides (cells)": "Ce que ce candidat masque (cellules)",
    "What this candidate perturbs (mean error in persons)": (
        "Ce que ce candidat perturbe (erreur moyenne en personnes)"
    ),
    "cell_key": "clé de cellule",
    "dp": "confidentialité différentielle",
    "rounding": "arrondi",
    "mean_error": "erreur moyenne",
    "protected_zeros": "zéros protégés",
    "method": "méthode",
}


# What the name of a count would be read as something else.
ENGLISH = {"suppressed": "of erased persons"}


def in_words(name: str, language: Language) -> str:
    """Return what a name is called; its own words where it has none in French."""
    if language == "en":
        return ENGLISH.get(name, name.replace("_", " "))
    # A reader of English alone does not wait for the words of the papers.
    from pipeline.papers.ledger_words import fact_words, kind_words

    if name in FRENCH:
        return FRENCH[name]
    of_ledger = fact_words(name).fr
    return of_ledger if of_ledger != name.replace("_", " ") else kind_words(name).fr


def code_in_words(code: str, language: Language) -> str:
    """Return what a code of a register means in French; in English, and what is none, as it is."""
    if language == "en":
        return code
    from pipeline.papers.ledger_words import code_words

    return code_words(code, language) or code


def colon(language: Language) -> str:
    """Return the colon between a name and what it is, with the space that French asks for."""
    return " : " if language == "fr" else ": "
