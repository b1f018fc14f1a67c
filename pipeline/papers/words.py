"""The words of the papers, in English and French.

One word in French for one thing, here and in the messages: ledger is the *journal scellé*, or
*journal* for short (*registre* is that of processing, requests or breaches); the controller's
delegate is the *délégataire* (*délégué* alone reads as the officer); cell is *cellule*; release
is *publication*.
"""

from __future__ import annotations

from pipeline.contracts import Label
from pipeline.contracts.numbers import number
from pipeline.errors import Language
from pipeline.papers.disclosure_words import DISCLOSURE
from pipeline.papers.sender_words import SENDER

_PAIRS: dict[str, tuple[str, str]] = {
    # What other ways of protecting a table would do.
    "what_if": ("What if:", "Et si\N{NO-BREAK SPACE}:"),
    "what_if_review": (
        "For the review zone: not for publication",
        "Pour la zone de revue : ne pas publier",
    ),
    "what_if_lead": (
        (
            "The table by itself, under other thresholds and methods; nothing was published. With"
            " the other tables of its population, and with what others publish, more may have to"
            " be hidden."
        ),
        (
            "Le tableau à lui seul, sous d'autres seuils et méthodes ; rien n'a été publié. Avec"
            " les autres tableaux de sa population, et ce que d'autres publient, il peut falloir"
            " masquer plus."
        ),
    ),
    "what_if_near_text": (
        "Near the truth: of the cells that count somebody, those shown within a tenth or a person.",
        "Proches de la vérité : des cellules non nulles, celles montrées à un dixième ou 1 près.",
    ),
    "what_if_read_text": (
        "Read exactly: of the counts under the threshold, those shown as they are.",
        "Lus exactement : des effectifs sous le seuil, ceux qui sont montrés tels quels.",
    ),
    "what_if_plot": ("Risk against utility", "Risque selon l'utilité"),
    "what_if_near_axis": ("Utility: figures near the truth, %", "Utilité : chiffres proches, %"),
    "what_if_read_axis": (
        "Risk: small counts read exactly, %",
        "Risque : petits effectifs lus exactement, %",
    ),
    "what_if_near": ("Near the truth", "Proches de la vérité"),
    "what_if_read": ("Small counts read exactly", "Petits effectifs lus exactement"),
    "what_if_width": ("Uncertain by at least", "Incertain d'au moins"),
    "what_if_method": ("Method", "Méthode"),
    "what_if_threshold": ("Threshold", "Seuil"),
    "what_if_numbers": ("Set to", "Réglage"),
    "what_if_hidden": ("Cells hidden", "Cellules masquées"),
    "what_if_kept": ("Persons in shown cells", "Personnes des cellules montrées"),
    "what_if_error": ("Mean error (persons)", "Erreur moyenne (personnes)"),
    # Both papers.
    "none": ("none", "néant"),
    "none_yet": ("None so far.", "Néant à ce jour."),
    "unverified": ("not verified", "non vérifié"),
    "source": ("Source", "Source"),
    "controller": ("Controller", "Responsable de traitement"),
    "controller_contact": ("Contact of the controller", "Contact du responsable"),
    "representative": ("Representative", "Représentant"),
    "dpo": ("Data protection officer", "Délégué à la protection des données"),
    "joint": ("Joint controllers", "Responsables conjoints"),
    "processors": ("Processors", "Sous-traitants"),
    "authority": ("Supervisory authority", "Autorité de contrôle"),
    "formality": ("Formality", "Formalité"),
    "formality_filed": ("Formality: number and date", "Formalité : numéro et date"),
    "not_filed": ("none done", "aucune accomplie"),
    "purposes": ("Purposes", "Finalités"),
    "legal_basis": ("Legal basis", "Base légale"),
    "persons": ("Categories of persons", "Catégories de personnes"),
    "no_persons": (
        "none: the rows are no persons",
        "aucune : les lignes ne sont pas des personnes",
    ),
    "recipients": ("Recipients", "Destinataires"),
    "transfers": ("Transfers and safeguards", "Transferts et garanties"),
    "no_transfer": (
        "Personal data do not leave the country",
        "Les données personnelles ne quittent pas le pays",
    ),
    "retention": ("Retention", "Durées de conservation"),
    "security": ("Security measures", "Mesures de sécurité"),
    "dates": ("Dates", "Dates"),
    "since": ("Processing since", "Traitement depuis le"),
    "updated": ("This paper", "Ce document"),
    "policy_version": ("Policy", "Politique"),
    "law": ("Law that applies", "Droit applicable"),
    "column": ("Column", "Colonne"),
    "role": ("Role", "Rôle"),
    "kept": ("What is kept", "Ce qui est gardé"),
    "sensitive": ("sensitive", "sensible"),
    "dataset": ("Dataset", "Jeu de données"),
    "zone": ("Zone", "Zone"),
    "days": ("days", "jours"),
    "reason": ("Reason", "Raison"),
    "zone.deliveries": ("Deliveries, sealed", "Livraisons, scellées"),
    "zone.quarantine": ("Refused rows, sealed", "Lignes refusées, scellées"),
    "zone.protected": ("Pseudonymised rows, encrypted", "Lignes pseudonymisées, chiffrées"),
    "zone.review": ("Exact counts under review, sealed", "Comptes exacts en revue, scellés"),
    "zone.proofs": (
        "Proofs of what releases hide, sealed",
        "Preuves de ce que masquent les publications, scellées",
    ),
    "zone.registers": (
        "Registers of requests and breaches",
        "Registres des demandes et des violations",
    ),
    # The register.
    "register.title": ("Register of processing", "Registre des activités de traitement"),
    "register.lead": (
        (
            "Written from the contracts in force (GDPR, article 30, and its counterparts). Each"
            " dataset is one activity; each of its columns is listed with what is kept of it."
        ),
        (
            "Écrit à partir des contrats en vigueur (RGPD, article 30, et ses équivalents). Chaque"
            " jeu de données est une activité ; chacune de ses colonnes est listée avec ce qui en"
            " est gardé."
        ),
    ),
    "register.data": ("Categories of data", "Catégories de données"),
    "register.common": ("Common to all activities", "Commun à toutes les activités"),
    "register.activities": ("Activities", "Activités"),
    # The audit report.
    "report.title": ("Audit report", "Rapport d'audit"),
    "report.lead": (
        (
            "Measured: every figure is counted from the ledger, the stores and the release on the"
            " day of this report. It holds no value of a delivery and no pseudonym."
        ),
        (
            "Mesuré : chaque chiffre est compté dans le journal scellé, les zones et la"
            " publication au jour du rapport. Il n'y a ici ni valeur livrée ni pseudonyme."
        ),
    ),
    "report.contents": ("Contents", "Sommaire"),
    "report.in": ("What came in", "Ce qui est entré"),
    "report.kept": ("What was dropped, what was kept", "Ce qui a été écarté, ce qui a été gardé"),
    "report.risk": ("Risk before and after", "Risque avant et après"),
    "report.keys": ("Keys and epochs", "Clés et époques"),
    "report.rights": ("Requests, erasures, breaches", "Demandes, effacements, violations"),
    "report.policy": ("History of the policy", "Historique de la politique"),
    "report.openings": (
        "Openings of quarantine and review",
        "Ouvertures de la quarantaine et de la revue",
    ),
    "report.releases": ("Candidates, approvals, releases", "Candidats, approbations, publications"),
    "report.disclosure": ("Disclosure control", "Contrôle de divulgation"),
    "report.destroyed": ("What was destroyed", "Ce qui a été détruit"),
    "report.ledger": ("State of the ledger", "État du journal scellé"),
    "report.scope.period": ("This period", "Cette période"),
    "report.scope.all": ("All periods, since the first entry", "Toutes périodes, depuis l'origine"),
    "totals.batches": (
        "Batches in force, of the deliveries received",
        "Lots en vigueur, sur les livraisons reçues",
    ),
    "totals.rows": ("Rows in force", "Lignes en vigueur"),
    "totals.refused": ("Rows refused of these batches", "Lignes refusées de ces lots"),
    "totals.replaced": ("Rows replaced", "Lignes remplacées"),
    "totals.destroyed": ("Rows erased or destroyed", "Lignes effacées ou détruites"),
    "totals.note": (
        (
            "In force is what is counted on the day of this report: neither replaced nor erased"
            " nor destroyed. The same content delivered again is one delivery."
        ),
        (
            "Est en vigueur ce qui est compté au jour de ce rapport : ni remplacé, ni effacé, ni"
            " détruit. Le même contenu livré de nouveau est une seule livraison."
        ),
    ),
    "became": ("What became of the accepted rows", "Ce que sont devenues les lignes acceptées"),
    "became.note": (
        (
            "Of each sender the rows of the latest date of delivery are in force: those of an"
            " earlier date are replaced, also where they arrived later. Rows are destroyed by an"
            " erasure or at the end of their retention."
        ),
        (
            "De chaque expéditeur, les lignes de la dernière date de livraison sont en vigueur :"
            " celles d'une date antérieure sont remplacées, même arrivées après. Des lignes sont"
            " détruites par un effacement ou à la fin de leur conservation."
        ),
    ),
    "state": ("State", "État"),
    "state.in_force": ("in force", "en vigueur"),
    "state.in_part": ("in force in part", "en vigueur en partie"),
    "state.replaced": ("replaced", "remplacé"),
    "state.destroyed": ("erased or destroyed", "effacé ou détruit"),
    "rows.in_force": ("In force", "En vigueur"),
    "rows.replaced": ("Replaced", "Remplacées"),
    "rows.destroyed": ("Erased or destroyed", "Effacées ou détruites"),
    "counted": ("Rows counted", "Lignes comptées"),
    "accepted": ("Accepted", "Acceptées"),
    "refused": ("Refused", "Refusées"),
    "suppressed": ("Left out: erased", "Exclues : effacées"),
    "report.entries": ("Entries of the ledger", "Entrées du journal scellé"),
    "domains": ("Pseudonym domains", "Domaines de pseudonymes"),
    "received": ("Received", "Reçue le"),
    "verdict": ("Verdict", "Verdict"),
    "verdict.accepted": ("accepted", "acceptée"),
    "verdict.same": ("same content as another", "même contenu qu'une autre"),
    "verdict.refused": ("refused as a whole", "refusée en entier"),
    "verdict.correction": (
        "correction of refused rows, which joined their batch",
        "correction de lignes refusées, qui ont rejoint leur lot",
    ),
    "verdict.pending": ("no verdict in the ledger", "sans verdict au journal"),
    "by_rule": ("Rows refused, by rule", "Lignes refusées, par règle"),
    "by_rule.note": (
        "Refused rows that are still in quarantine; those destroyed since count above only.",
        "Lignes refusées encore en quarantaine ; celles détruites depuis ne sont que ci-dessus.",
    ),
    "rule": ("Rule", "Règle"),
    "rows": ("Rows", "Lignes"),
    "columns": ("Columns", "Colonnes"),
    "columns.delivered": ("delivered", "livrées"),
    "columns.dropped": ("dropped", "écartées"),
    "columns.changed": ("kept changed", "gardées transformées"),
    "columns.as_is": ("kept as they are", "gardées telles quelles"),
    "when": ("When (UTC)", "Quand (UTC)"),
    "entry": ("Entry", "Entrée"),
    "event": ("Event", "Événement"),
    "facts": ("Facts", "Faits"),
    "cells": ("Cells", "Cellules"),
    "hidden": ("Hidden", "Masquées"),
    "hidden_small": ("Hidden by a rule", "Masquées par une règle"),
    "hidden_other": ("Hidden to protect these", "Masquées pour les protéger"),
    "share": ("Share hidden", "Part masquée"),
    "threshold": ("Threshold", "Seuil"),
    "table": ("Table", "Tableau"),
    "level": ("Level", "Niveau"),
    "indicator": ("Indicator", "Indicateur"),
    "smallest": ("Smallest count published", "Plus petit compte publié"),
    "candidate": ("Candidate", "Candidat"),
    "singling": ("Singling out", "Individualisation"),
    "linkability": ("Linkability", "Corrélation"),
    "inference": ("Inference", "Inférence"),
    "wp29": (
        "The three questions of WP29 Opinion 05/2014, with the numbers that there are.",
        "Les trois questions de l'avis 05/2014 du G29, avec les chiffres disponibles.",
    ),
    "requests": ("Requests of persons", "Demandes des personnes"),
    "breaches": ("Breaches", "Violations"),
    "risk.note": (
        (
            "On the rows kept, by persons who are alike in every quasi-identifier. The last"
            " figures that were measured before and after a recoding are shown."
        ),
        (
            "Sur les lignes gardées, par personnes semblables sur tout quasi-identifiant. Les"
            " derniers chiffres mesurés avant et après recodage sont donnés."
        ),
    ),
    "risk.none": (
        "None so far. The command cartable risk measures it.",
        "Néant à ce jour. La commande cartable risk le mesure.",
    ),
    "risk.when": ("Measured", "Mesuré"),
    "risk.before": ("without recoding", "sans recodage"),
    "risk.after": ("recoded", "recodé"),
    "risk.k": ("Smallest class / asked", "Plus petite classe / demandée"),
    "risk.under": ("Rows in smaller classes", "Lignes en classes plus petites"),
    "risk.unique": ("Like nobody else", "Seuls de leur sorte"),
    "risk.greatest": ("Greatest risk", "Risque maximal"),
    "risk.mean": ("Mean risk", "Risque moyen"),
    "risk.distinct": ("Distinct l", "l distincte"),
    "risk.entropy": ("Entropy l", "l d'entropie"),
    "risk.t": ("t-closeness", "t-proximité"),
    "risk.recodings": ("Recodings applied", "Recodages appliqués"),
    "silent": (
        "Indicators that count no persons and hide nothing",
        "Indicateurs qui ne comptent pas de personnes et ne masquent rien",
    ),
    "no_release": (
        "No release holds this period.",
        "Aucune publication ne contient cette période.",
    ),
    "entries": ("Entries", "Entrées"),
    "head": ("Head (SHA-256)", "Tête (SHA-256)"),
    "chain": ("Chain", "Chaîne"),
    "chain.whole": ("verified from first to last", "vérifiée de la première à la dernière"),
    "fingerprint": ("Rules (SHA-256)", "Règles (SHA-256)"),
    "in_force": ("Release in force", "Publication en vigueur"),
}
WORDS = {key: Label(en=en, fr=fr) for key, (en, fr) in {**_PAIRS, **DISCLOSURE, **SENDER}.items()}


def figure(value: float | None, language: Language) -> str:
    """Return a number, whole or with two decimals; a dash for none."""
    if value is None:
        return "\N{EN DASH}"
    return number(value, 0 if value == int(value) else 2, language)
