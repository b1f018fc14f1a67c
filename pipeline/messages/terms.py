"""Terms of the house that stand as facts in a message, and what they are called in French."""

from __future__ import annotations

from collections.abc import Mapping

TRANSLATED = frozenset({"kind", "source", "what"})
"""The facts that hold such a term, in English."""

TERMS: Mapping[str, str] = {
    # Parts of contracts.
    "base level": "niveau de base",
    "code": "code",
    "code list": "liste de codes",
    "code list of the column": "liste de codes de la colonne",
    "column": "colonne",
    "dataset": "jeu",
    "dimension": "dimension",
    "indicator": "indicateur",
    "column of numbers": "colonne de nombres",
    "column kept as it is": "colonne gardée telle quelle",
    "kept date": "date gardée",
    "kept column": "colonne gardée",
    "level": "niveau",
    "measure": "mesure",
    "period": "période",
    "table of persons": "tableau de personnes",
    "pseudonymisation domain": "domaine de pseudonymisation",
    "rule for amounts": "règle pour les montants",
    "table": "tableau",
    "target": "cible",
    "threshold": "seuil",
    "unit": "unité",
    "unit cost": "coût unitaire",
    # What zones and registers hold.
    "batch": "lot",
    "candidate": "candidat",
    "delivery": "livraison",
    "quarantine": "quarantaine",
    "release": "publication",
    # Where the root key lies.
    "command": "commande",
    "environment": "environnement",
    "file": "fichier",
    # What an installation talks to.
    "database": "base de données de l'ordonnanceur",
    "mail": "serveur de courrier",
    # What is chosen from a list.
    "decision": "décision",
    "delay": "motif du retard",
    "extension": "motif de prolongation",
    "ground": "motif de refus",
    "identity": "contrôle d'identité",
    "nature": "nature",
    "reason": "motif",
    "right": "droit",
    "risk": "risque",
}


def in_french(term: str) -> str:
    """Return a term in French; one `of` something is told with the name of that thing."""
    head, of, name = term.partition(" of ")
    if term in TERMS or not of:
        return TERMS.get(term, term)
    return f"{TERMS.get(head, head)} de {name}"


def date_in_french(form: str) -> str:
    """Return how a date is written, `DD/MM/YYYY`, in French letters."""
    return form.translate(str.maketrans("DY", "JA"))
