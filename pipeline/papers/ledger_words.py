"""What the kinds, facts and codes of the ledger and of the registers are called."""

from __future__ import annotations

import re

from pipeline.contracts import Label
from pipeline.contracts.rights import (
    DECISIONS,
    DELAYS,
    DISCARDS,
    EXTENSIONS,
    GROUNDS,
    IDENTITY,
    NATURES,
    REASONS,
    RIGHTS,
    RISKS,
)

# What codes of the ledger and of the registers mean; any other is shown as it is.
CODES = {
    **RIGHTS,
    **IDENTITY,
    **DECISIONS,
    **EXTENSIONS,
    **NATURES,
    **RISKS,
    **DELAYS,
    **REASONS,
    **DISCARDS,
    **{code: ground.label for code, ground in GROUNDS.items()},
    **{
        code: Label(en=en, fr=fr)
        for code, en, fr in (
            ("unchecked", "not checked", "non contrôlée"),
            ("late", "LATE", "EN RETARD"),
            ("open", "open", "ouverte"),
            ("decided", "decided, not carried out", "décidée, non exécutée"),
            ("done", "done", "exécutée"),
            ("closed", "closed", "close"),
            ("to_notify", "authority to be notified", "autorité à notifier"),
            ("to_tell", "persons to be told", "personnes à informer"),
            ("opened", "opened", "ouverte"),
            ("favourable", "favourable", "favorable"),
            ("with_reservations", "with reservations", "avec réserves"),
            ("unfavourable", "unfavourable", "défavorable"),
            ("delegate", "delegate", "délégataire"),
            ("dpo", "data protection officer", "délégué à la protection des données"),
            ("none", "none", "néant"),
            ("pass", "pass: it fails", "réussi : il échoue"),
            ("refuse", "refused", "refusé"),
            ("crashed", "it stopped", "il s'est arrêté"),
            ("review", "review", "revue"),
            ("deliveries", "deliveries", "livraisons"),
            ("protected", "protected rows", "lignes protégées"),
            ("quarantine", "quarantine", "quarantaine"),
            ("proofs", "proofs", "preuves"),
            ("registers", "registers", "registres"),
            ("init", "keys made", "clés créées"),
            ("backup", "root key split into shares", "clé racine partagée"),
            ("restore", "root key restored from shares", "clé racine restaurée de ses parts"),
            ("rotate_vault", "vault key replaced", "clé du coffre remplacée"),
            ("rotate_data", "keys of the files replaced", "clés des fichiers remplacées"),
            ("rotate_root", "root key replaced", "clé racine remplacée"),
            ("rotate_domain", "next epoch of a domain", "époque suivante d'un domaine"),
            ("shred", "keys destroyed", "clés détruites"),
            ("find", "looked for", "recherchée"),
            ("export", "given all that is held", "reçoit tout ce qui est détenu"),
            ("restrict", "left out of counts", "exclue des comptes"),
            ("unrestrict", "counted again", "comptée de nouveau"),
            ("fixed", "mended by the sender", "corrigées par l'expéditeur"),
            ("released", "accepted under later rules", "acceptées selon des règles ultérieures"),
            ("discarded", "given up", "écartées"),
            ("readmit", "may be delivered again", "peut être livrée de nouveau"),
        )
    },
}

_KINDS: dict[str, tuple[str, str]] = {
    "delivery": ("delivery received", "livraison reçue"),
    "sent": ("file that a delivery was made of", "fichier dont une livraison est faite"),
    "fetched": ("source fetched up to a mark", "source lue jusqu'à un repère"),
    "batch": ("rows accepted", "lignes acceptées"),
    "refusal": ("delivery refused", "livraison refusée"),
    "settlement": ("refused rows settled", "lignes refusées réglées"),
    "sender_report": ("report for the sender", "rapport à l'expéditeur"),
    "destroyed": ("destroyed", "détruit"),
    "candidate": ("candidate made", "candidat préparé"),
    "verdict": ("verdict of the adversary", "verdict de l'adversaire"),
    "candidate_opinion": ("opinion of the officer on a candidate", "avis sur un candidat"),
    "approval": ("approval", "approbation"),
    "release": ("release", "publication"),
    "withdrawal": ("release withdrawn", "publication retirée"),
    "privacy_loss": ("privacy budget spent", "budget de confidentialité dépensé"),
    "put_back": ("release put back in force", "publication remise en vigueur"),
    "recompute": ("release to be recomputed", "publication à recalculer"),
    "risk": ("risk measured", "risque mesuré"),
    "recoded": ("rows recoded", "lignes recodées"),
    "suppression": ("list of persons left out", "liste des personnes exclues"),
    "key_event": ("key event", "événement de clé"),
    "policy_signatory": ("signatory enrolled", "signataire inscrit"),
    "policy_opinion": ("opinion of the officer", "avis du délégué à la protection"),
    "policy_signature": ("signature of the delegate", "signature du délégataire"),
    "opening": ("opening", "ouverture"),
    "request": ("request of a person", "demande d'une personne"),
    "erasure": ("erasure", "effacement"),
    "subject": ("a person looked for or left out", "personne recherchée ou exclue"),
    "breach": ("breach", "violation"),
    "ledger_repair": ("unfinished line removed", "ligne inachevée retirée"),
}
KINDS = {kind: Label(en=en, fr=fr) for kind, (en, fr) in _KINDS.items()}


_JOINED = re.compile(r"\+|, ")
# What a fact of an entry is called in French; in English its name says it.
_FACTS_FR = {
    "as_of": "en date du",
    "action": "acte",
    "batch": "lot",
    "because": "parce que",
    "by": "par",
    "closed": "close",
    "delay": "motif du retard",
    "deliveries_files": "fichiers de livraisons",
    "drawing": "tirage",
    "deliveries_rows": "lignes de livraisons",
    "erased": "effacées",
    "erasure": "effacement",
    "expectations": "attentes",
    "file": "marque du nom de fichier",
    "files": "fichiers",
    "left": "restantes",
    "list": "liste",
    "natures": "natures",
    "number": "numéro",
    "observations": "observations",
    "on": "le",
    "parts": "parties",
    "periods": "périodes",
    "policy_hash": "empreinte de la politique",
    "protected_files": "fichiers protégés",
    "protected_rows": "lignes protégées",
    "protected_zeros": "zéros protégés",
    "quarantine_files": "fichiers de quarantaine",
    "quarantine_rows": "lignes de quarantaine",
    "replaced": "remplacées",
    "restricted": "exclues des comptes",
    "rho_millionths": "rho, en millionièmes",
    "senders_left_out": "expéditeurs omis",
    "sha256": "SHA-256",
    "shares": "parts",
    "smaller_after": "lignes après réduction confirmée",
    "smaller_before": "lignes avant réduction confirmée",
    "smaller_senders": "expéditeurs à réduction confirmée",
    "suppressed": "exclues : effacées",
    "table": "tableau",
    "threshold": "seuil",
    "vault_after": "coffre après",
    "vault_before": "coffre avant",
    "version": "version",
    "who": "qui",
    "zone": "zone",
    "accepted": "acceptées",
    "answer": "réponse",
    "approver": "approuvé par",
    "bytes": "octets",
    "candidate": "candidat",
    "content": "contenu",
    "counted": "comptées",
    "dataset": "jeu",
    "deadline": "échéance",
    "decision": "décision",
    "delivery": "livraison",
    "demonstration": "démonstration",
    "domain": "domaine",
    "epoch": "époque",
    "event": "événement",
    "fingerprint": "empreinte",
    "generation": "génération",
    "inputs": "entrées",
    "key": "clé",
    "kind": "nature",
    "opinion": "avis",
    "outcome": "issue",
    "period": "période",
    "policy": "politique",
    "reason": "motif",
    "received": "reçue",
    "due": "échéance",
    "days_left": "jours restants",
    "days_overdue": "jours de retard",
    "known": "connue",
    "state": "état",
    "right": "droit",
    "identity": "identité",
    "ground": "motif du refus",
    "extension": "prolongation",
    "breach": "violation",
    "nature": "nature",
    "datasets": "jeux",
    "persons": "personnes",
    "records": "lignes",
    "risk": "risque",
    "authority": "autorité",
    "told": "personnes informées",
    "record": "empreinte de l'acte",
    "refused": "refusées",
    "release": "publication",
    "replaces": "remplace",
    "request": "demande",
    "check": "contrôle",
    "data_keys": "clés de données",
    "hours_left": "heures restantes",
    "installation": "installation",
    "is_renewing": "renouvellement en cours",
    "keys": "clés",
    "public": "ce qui est public",
    "publisher": "clé publique de publication",
    "root": "racine",
    "root_check": "contrôle de la racine",
    "vault_copy": "copie du coffre",
    "vault_generation": "génération du coffre",
    "verdict": "verdict",
    "what": "acte",
    "role": "rôle",
    "rows": "lignes",
    "rule": "règle",
    "words": "texte",
}


def fact_words(name: str) -> Label:
    """Return what a fact of an entry is called; its own name when it has no words yet."""
    plain = name.replace("_", " ")
    return Label(en=plain, fr=_FACTS_FR.get(name, plain))


def has_words(fact: str) -> bool:
    """Tell whether a fact of an entry has words in French, and not its English name alone."""
    return fact in _FACTS_FR


def code_words(code: str, language: str) -> str | None:
    """Return what a code means, or several that were joined; None when any has no words."""
    parts = [CODES.get(part) for part in _JOINED.split(code)]
    known = [part.words(language) for part in parts if part is not None]
    return ", ".join(known) if len(known) == len(parts) else None


def kind_words(kind: str) -> Label:
    """Return what a kind of entry is called; its own name when it has no words yet."""
    plain = kind.replace("_", " ")
    return KINDS.get(kind, Label(en=plain, fr=plain))
