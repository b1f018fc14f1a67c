"""Rights of persons: closed lists of what may be asked, decided and said, and the deadlines.

Each code has its words and its article, so that registers and ledger need no free text.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.contracts.base import Label

MONTHS = 1
EXTENSION_MONTHS = 2
BREACH_HOURS = 72


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a request may be refused.

    Attributes:
        label: in words, with its article.
        rights: the requests that it can refuse.
    """

    label: Label
    rights: frozenset[str]


RIGHTS: Mapping[str, Label] = {
    "access": Label(en="access (GDPR, article 15)", fr="accès (RGPD, article 15)"),
    "rectification": Label(
        en="rectification (GDPR, article 16)", fr="rectification (RGPD, article 16)"
    ),
    "erasure": Label(en="erasure (GDPR, article 17)", fr="effacement (RGPD, article 17)"),
    "restriction": Label(en="restriction (GDPR, article 18)", fr="limitation (RGPD, article 18)"),
    "objection": Label(en="objection (GDPR, article 21)", fr="opposition (RGPD, article 21)"),
}
_ALL = frozenset(RIGHTS)

IDENTITY: Mapping[str, Label] = {
    "document": Label(en="by an identity document", fr="par une pièce d'identité"),
    "account": Label(en="by an account of the person", fr="par un compte de la personne"),
    "school": Label(en="by the school", fr="par l'établissement"),
    "in_person": Label(en="in person", fr="en personne"),
}

DECISIONS: Mapping[str, Label] = {
    "granted": Label(en="granted", fr="acceptée"),
    "partly": Label(en="granted in part", fr="acceptée en partie"),
    "refused": Label(en="refused", fr="refusée"),
}

EXTENSIONS: Mapping[str, Label] = {
    "complex": Label(en="the request is complex", fr="la demande est complexe"),
    "many": Label(en="there are many requests", fr="les demandes sont nombreuses"),
}

GROUNDS: Mapping[str, Ground] = {
    "not_identified": Ground(
        Label(
            en="the person cannot be identified (GDPR, articles 11(2) and 12(6))",
            fr="la personne ne peut être identifiée (RGPD, articles 11(2) et 12(6))",
        ),
        _ALL,
    ),
    "nothing_held": Ground(
        Label(en="nothing is held on the person", fr="rien n'est détenu sur la personne"), _ALL
    ),
    "unfounded": Ground(
        Label(
            en="manifestly unfounded (GDPR, article 12(5))",
            fr="manifestement infondée (RGPD, article 12(5))",
        ),
        _ALL,
    ),
    "excessive": Ground(
        Label(en="excessive (GDPR, article 12(5))", fr="excessive (RGPD, article 12(5))"), _ALL
    ),
    "rights_of_others": Ground(
        Label(
            en="rights and freedoms of others (GDPR, article 15(4))",
            fr="droits et libertés d'autrui (RGPD, article 15(4))",
        ),
        frozenset({"access"}),
    ),
    "legal_obligation": Ground(
        Label(
            en="legal obligation or task in the public interest (GDPR, article 17(3)(b))",
            fr="obligation légale ou mission d'intérêt public (RGPD, article 17(3)(b))",
        ),
        frozenset({"erasure"}),
    ),
    "statistics": Ground(
        Label(
            en="erasure would defeat statistical purposes (GDPR, article 17(3)(d))",
            fr="l'effacement compromettrait les fins statistiques (RGPD, article 17(3)(d))",
        ),
        frozenset({"erasure"}),
    ),
    "legal_claims": Ground(
        Label(
            en="needed for legal claims (GDPR, articles 17(3)(e) and 21(1))",
            fr="nécessaire à des droits en justice (RGPD, articles 17(3)(e) et 21(1))",
        ),
        frozenset({"erasure", "objection"}),
    ),
    "compelling_grounds": Ground(
        Label(
            en="compelling legitimate grounds (GDPR, article 21(1))",
            fr="motifs légitimes et impérieux (RGPD, article 21(1))",
        ),
        frozenset({"objection"}),
    ),
    "public_interest_statistics": Ground(
        Label(
            en="statistics needed for a task in the public interest (GDPR, article 21(6))",
            fr="statistiques nécessaires à une mission d'intérêt public (RGPD, article 21(6))",
        ),
        frozenset({"objection"}),
    ),
    "derogation": Ground(
        Label(
            en="derogation of national law for statistics (GDPR, article 89(2))",
            fr="dérogation du droit national pour les statistiques (RGPD, article 89(2))",
        ),
        frozenset({"access", "rectification", "restriction", "objection"}),
    ),
    "accurate": Ground(
        Label(en="the data is accurate", fr="les données sont exactes"),
        frozenset({"rectification"}),
    ),
    "no_case": Ground(
        Label(
            en="none of the cases of GDPR, article 18(1)",
            fr="aucun des cas du RGPD, article 18(1)",
        ),
        frozenset({"restriction"}),
    ),
}

NATURES: Mapping[str, Label] = {
    "confidentiality": Label(en="seen by others", fr="vues par d'autres"),
    "integrity": Label(en="changed", fr="modifiées"),
    "availability": Label(en="lost or out of reach", fr="perdues ou inaccessibles"),
}

RISKS: Mapping[str, Label] = {
    "unknown": Label(en="not assessed yet", fr="pas encore évalué"),
    "unlikely": Label(
        en="no risk is likely: the authority need not be notified (GDPR, article 33(1))",
        fr="aucun risque probable : l'autorité n'a pas à être notifiée (RGPD, article 33(1))",
    ),
    "risk": Label(
        en="a risk: the authority is notified (GDPR, article 33)",
        fr="un risque : l'autorité est notifiée (RGPD, article 33)",
    ),
    "high": Label(
        en="a high risk: the persons are told too (GDPR, article 34)",
        fr="un risque élevé : les personnes sont informées aussi (RGPD, article 34)",
    ),
}

DELAYS: Mapping[str, Label] = {
    "in_phases": Label(
        en="information came in phases (GDPR, article 33(4))",
        fr="les informations sont venues par étapes (RGPD, article 33(4))",
    ),
    "facts_unknown": Label(
        en="it was long unclear what had happened", fr="les faits sont longtemps restés incertains"
    ),
    "told_late": Label(en="a processor told late", fr="un sous-traitant a averti tard"),
}

REASONS: Mapping[str, Label] = {
    "correction": Label(en="correction with the sender", fr="correction avec l'expéditeur"),
    "request": Label(en="request of a person", fr="demande d'une personne"),
    "decision": Label(en="decision on a release", fr="décision sur une publication"),
    "opinion": Label(en="opinion of the officer", fr="avis du délégué à la protection des données"),
    "quality": Label(en="quality of the figures", fr="qualité des chiffres"),
    "breach": Label(en="breach", fr="violation"),
    "audit": Label(en="audit", fr="audit"),
    "authority": Label(en="order of an authority", fr="injonction d'une autorité"),
}


DISCARDS: Mapping[str, Label] = {
    "repeated": Label(en="the row is there already", fr="la ligne y est déjà"),
    "contradicted": Label(
        en="another row of this key is the true one", fr="une autre ligne de cette clé est la bonne"
    ),
    "superseded": Label(
        en="a later delivery holds the truth", fr="une livraison plus récente fait foi"
    ),
    "not_ours": Label(
        en="the row does not belong to this dataset", fr="la ligne n'est pas de ce jeu"
    ),
    "sender_gave_up": Label(en="the sender cannot mend it", fr="l'expéditeur ne peut la corriger"),
}
"""Why refused rows are given up."""


def request_due(received: date, *, is_extended: bool) -> date:
    """Return the last day on which a request is answered in time.

    One month after it was received, two more when extended; the last day of the month where the
    month has no such day. A holiday does not move it: sooner is no fault.

    Source: GDPR, article 12(3); Regulation (EEC, Euratom) 1182/71, article 3(2)(c).
    """
    months = MONTHS + (EXTENSION_MONTHS if is_extended else 0)
    year, month = divmod(received.year * 12 + received.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(received.day, last))


def breach_due(known: datetime) -> datetime:
    """Return until when the authority is notified: 72 hours after the breach became known.

    Source: GDPR, article 33(1).
    """
    return known + timedelta(hours=BREACH_HOURS)
