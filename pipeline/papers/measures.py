"""The security measures of the software itself, in words: for the register and the assessment.

Each says what the code does, and nothing of the premises or of the people around it: those are
the project's own, in `contracts/jurisdiction.yml`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.contracts import Contracts, Label, Pseudonymise
from pipeline.contracts.method_words import perturbation_words


@dataclass(frozen=True, slots=True)
class SecurityMeasure:
    """One measure: what it is called, and what it does."""

    title: Label
    content: Label


def security_measures(contracts: Contracts) -> tuple[SecurityMeasure, ...]:
    """Return the measures of the software, with the numbers of these contracts, then one's own."""
    columns = [c for dataset in contracts.datasets.values() for c in dataset.columns]
    dropped = sum(column.kept_as is None for column in columns)
    domains = sorted({c.privacy.domain for c in columns if isinstance(c.privacy, Pseudonymise)})
    thresholds = sorted(int(t.value) for t in contracts.policy.thresholds.values())
    width = contracts.policy.protection_width.value
    own = [
        SecurityMeasure(Label(en="Organisation", fr="Organisation"), words)
        for words in contracts.jurisdiction.security
    ]
    return (
        _measure(
            ("Encryption at rest", "Chiffrement au repos"),
            "Deliveries and refused rows are sealed by AES-256-GCM from the first byte received;"
            " kept rows lie in encrypted Parquet; each file has a random key of its own.",
            "Livraisons et lignes refusées sont scellées par AES-256-GCM dès le premier octet ;"
            " les lignes gardées sont en Parquet chiffré ; chaque fichier a sa clé aléatoire.",
        ),
        _measure(
            ("Pseudonymisation", "Pseudonymisation"),
            f"Identifiers are replaced by a keyed 128-bit code (AES-256-CMAC), by domain:"
            f" {', '.join(domains) or 'none'}. The keys lie apart from the data.",
            f"Les identifiants sont remplacés par un code à clé de 128 bits (AES-256-CMAC), par"
            f" domaine : {', '.join(domains) or 'néant'}. Les clés sont séparées des données.",
        ),
        _measure(
            ("Minimisation", "Minimisation"),
            f"Of {len(columns)} delivered columns, {dropped} are checked and forgotten. A column"
            " without a rule is refused.",
            f"Sur {len(columns)} colonnes livrées, {dropped} sont contrôlées puis oubliées. Une"
            " colonne sans règle est refusée.",
        ),
        _measure(
            ("Proved queries", "Requêtes prouvées"),
            "It is proved from the SQL that no published column derives from an identifier or"
            " pseudonym; a query that cannot be proved stops publication.",
            "Il est prouvé à partir du SQL qu'aucune colonne publiée ne dérive d'un identifiant"
            " ou d'un pseudonyme ; une requête non prouvable arrête la publication.",
        ),
        _measure(
            ("Disclosure control", "Contrôle de divulgation"),
            f"Counts of persons under {_list(thresholds, 'or')} are hidden, by sensitivity, and"
            " whatever would give them away; an independent adversary must leave each hidden"
            f" count uncertain by {width} or more, or nothing is published.",
            f"Les comptes de personnes sous {_list(thresholds, 'ou')} sont masqués, selon la"
            " sensibilité, et ce qui les trahirait ; un adversaire indépendant doit laisser à"
            f" chaque compte masqué une incertitude d'au moins {width}, sinon rien n'est publié.",
        ),
        *_perturbations(contracts),
        _measure(
            ("Two persons decide", "Deux personnes décident"),
            "The controller's delegate signs the rules and approves each release; the data"
            " protection officer advises on each version first; an unfavourable opinion blocks"
            " until the delegate answers it in writing. Changed rules end the signature.",
            "Le délégataire signe les règles et approuve chaque publication ; le délégué à la"
            " protection des données rend d'abord son avis sur chaque version ; un avis"
            " défavorable bloque tant que le délégataire n'y a pas répondu par écrit. Une règle"
            " changée annule la signature.",
        ),
        _measure(
            ("Traceability", "Traçabilité"),
            "Each act is an entry of an append-only ledger, bound by hashes: counts and hashes"
            " only, never a value.",
            "Chaque acte est une entrée d'un journal scellé, en ajout seul, chaînée par"
            " empreintes : des comptes et des empreintes, jamais une valeur.",
        ),
        _measure(
            ("Erasure by keys", "Effacement par les clés"),
            "What outlived its retention, or a person who is erased, is destroyed by destroying"
            " the key of the files concerned, then the files.",
            "Ce qui a dépassé sa durée, ou une personne effacée, est détruit par la destruction"
            " de la clé des fichiers concernés, puis des fichiers.",
        ),
        _measure(
            ("Integrity", "Intégrité"),
            "Files, lists of files and releases are authenticated: one that is altered, swapped"
            " or missing is refused. Deliveries are read strictly, against an agreed header.",
            "Fichiers, listes de fichiers et publications sont authentifiés : ce qui est altéré,"
            " échangé ou manquant est refusé. Les livraisons sont lues strictement, selon un"
            " en-tête convenu.",
        ),
        _measure(
            ("Nothing in clear elsewhere", "Rien en clair ailleurs"),
            "Identified values live in memory only: no temporary file, no spill, no memory dump,"
            " no value in a log or message.",
            "Les valeurs identifiantes ne vivent qu'en mémoire : ni fichier temporaire, ni"
            " débordement, ni image mémoire, ni valeur dans un journal ou message.",
        ),
        *own,
    )


def _perturbations(contracts: Contracts) -> list[SecurityMeasure]:
    """Return one measure for each table whose counts are moved."""
    measures = []
    for table in contracts.tables.values():
        words = perturbation_words(table, contracts)
        if words is not None:
            title = Label(
                en=f"Perturbation, {table.label.en}", fr=f"Perturbation, {table.label.fr}"
            )
            measures.append(SecurityMeasure(title, words))
    return measures


def _measure(title: tuple[str, str], en: str, fr: str) -> SecurityMeasure:
    return SecurityMeasure(Label(en=title[0], fr=title[1]), Label(en=en, fr=fr))


def _list(values: list[int], conjunction: str) -> str:
    return f" {conjunction} ".join(str(value) for value in sorted(set(values)))
