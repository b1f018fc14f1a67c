"""What the impact assessment says of the software, and of the three risks of the CNIL's method."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.contracts import Label


@dataclass(frozen=True, slots=True)
class Risk:
    """One feared event.

    Attributes:
        reference: of the tool; its questions follow: +1 impacts, +2 threats, +3 sources,
            +4 measures, +5 severity, +6 likelihood.
        impacts: on the persons.
        threats: that could bring it about.
        sources: of risk.
        measures: English titles of the measures that treat it.
    """

    reference: int
    impacts: tuple[Label, ...]
    threats: tuple[Label, ...]
    sources: tuple[Label, ...]
    measures: tuple[str, ...]


def _labels(*pairs: tuple[str, str]) -> tuple[Label, ...]:
    return tuple(Label(en=en, fr=fr) for en, fr in pairs)


_SOURCES = _labels(
    ("A member of staff, by mistake or on purpose", "Un agent, par erreur ou volontairement"),
    ("An outside attacker", "Un attaquant externe"),
    (
        "A reader of the published figures who knows some of the persons",
        "Un lecteur des chiffres publiés qui connaît certaines personnes",
    ),
)

RISKS = (
    Risk(
        reference=320,
        impacts=_labels(
            (
                "The school, the level or the situation at home of a pupil becomes known",
                "L'école, le niveau ou la situation à la maison d'un élève devient connu",
            ),
            ("Stigma of a family or a group", "Stigmatisation d'une famille ou d'un groupe"),
        ),
        threats=_labels(
            ("Theft of files or backups", "Vol de fichiers ou de sauvegardes"),
            ("Misuse of a key or an account", "Détournement d'une clé ou d'un compte"),
            (
                "Re-identification from published figures: small counts, differences, rates",
                "Réidentification par les chiffres publiés : petits comptes, différences, taux",
            ),
        ),
        sources=_SOURCES,
        measures=(
            *("Encryption at rest", "Pseudonymisation", "Minimisation", "Proved queries"),
            *("Disclosure control", "Two persons decide", "Nothing in clear elsewhere"),
            *("Erasure by keys", "Traceability", "Organisation"),
        ),
    ),
    Risk(
        reference=330,
        impacts=_labels(
            (
                "Wrong figures lead to wrong decisions on means; no decision is on one person",
                "Des chiffres faux mènent à de mauvaises décisions ; aucune ne vise une personne",
            ),
        ),
        threats=_labels(
            ("A damaged or altered delivery", "Une livraison abîmée ou altérée"),
            ("A rule changed without a decision", "Une règle changée sans décision"),
            ("A stored file altered or swapped", "Un fichier altéré ou échangé"),
        ),
        sources=_SOURCES[:2],
        measures=("Integrity", "Two persons decide", "Traceability", "Organisation"),
    ),
    Risk(
        reference=340,
        impacts=_labels(
            (
                "Statistics cannot be made again; the persons lose no right or service",
                "Les statistiques ne peuvent être refaites ; nul ne perd un droit ou un service",
            ),
        ),
        threats=_labels(
            ("Loss of the keys", "Perte des clés"),
            ("Failure of a disk or a site", "Panne d'un disque ou d'un site"),
        ),
        sources=_SOURCES[:2],
        measures=("Integrity", "Traceability", "Organisation"),
    ),
)

CONTEXT = {
    "cycle": Label(
        en="A delivery is sealed as it is received, read strictly, checked, minimised and"
        " pseudonymised in memory; kept rows are stored encrypted. Queries count them by"
        " territory; disclosure control hides small counts and what would give them away; the"
        " delegate approves; released figures are published. Each zone is destroyed at its term.",
        fr="Une livraison est scellée dès sa réception, lue strictement, contrôlée, minimisée et"
        " pseudonymisée en mémoire ; les lignes gardées sont stockées chiffrées. Des requêtes les"
        " comptent par territoire ; le contrôle de divulgation masque les petits comptes et ce qui"
        " les trahirait ; le délégataire approuve ; les chiffres sont publiés. Chaque zone est"
        " détruite à son terme.",
    ),
    "supports": Label(
        en="One server: sealed files, encrypted Parquet files, a ledger, and open files of"
        " released figures. The key folder lies apart. To be completed: hosting, network, backups.",
        fr="Un serveur : fichiers scellés, fichiers Parquet chiffrés, journal scellé, et"
        " fichiers ouverts des chiffres publiés. Le dossier des clés est à part. À compléter :"
        " hébergement, réseau, sauvegardes.",
    ),
    "minimised": Label(
        en="Of {columns} delivered columns {dropped} are dropped after the check; each other has"
        " one rule, and its purpose is that of its dataset. A column without a rule is refused.",
        fr="Sur {columns} colonnes livrées, {dropped} sont écartées après contrôle ; chaque autre a"
        " une règle, et pour finalité celle de son jeu. Une colonne sans règle est refusée.",
    ),
    "accurate": Label(
        en="Values are checked against type, code list, pattern and reference; refused rows"
        " are held sealed, and the sender is told line, column and rule; a newer delivery"
        " replaces the older one.",
        fr="Les valeurs sont contrôlées (type, liste de codes, motif, référence) ; les lignes"
        " refusées restent scellées, et l'expéditeur apprend ligne, colonne et règle ; une"
        " livraison récente remplace l'ancienne.",
    ),
    "consent": Label(
        en="The processing does not rest on consent. Its legal basis:",
        fr="Le traitement ne repose pas sur le consentement. Sa base légale :",
    ),
    "access": Label(
        en="On request to the data protection officer. The person is found by recomputing the"
        " pseudonym. Portability does not apply to a task in the public interest.",
        fr="Sur demande au délégué à la protection des données. La personne est retrouvée en"
        " recalculant le pseudonyme. La portabilité ne s'applique pas à une mission d'intérêt"
        " public.",
    ),
    "erasure": Label(
        en="Rectification: by a corrected delivery of the sender. Erasure: on request to the data"
        " protection officer, who advises; the controller decides.",
        fr="Rectification : par une livraison corrigée de l'expéditeur. Effacement : sur demande au"
        " délégué à la protection des données, qui donne son avis ; le responsable décide.",
    ),
    "objection": Label(
        en="On request to the data protection officer, who advises; the controller decides.",
        fr="Sur demande au délégué à la protection des données, qui donne son avis ; le"
        " responsable décide.",
    ),
    "estimate": Label(
        en="To be estimated by the persons who answer for the processing.",
        fr="À estimer par les personnes qui répondent du traitement.",
    ),
}
