"""The policy in words, for who must sign it or give an opinion: what happens to what, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.contracts import ROLE_WORDS, Contracts, Dataset, Label, Signed, Table
from pipeline.contracts.base import Frozen
from pipeline.contracts.change_vocabulary import AMOUNTS, CORRECTIONS, LIMITS, VALUES, ZONES
from pipeline.contracts.numbers import colon
from pipeline.contracts.policy import Policy
from pipeline.contracts.rules import describe
from pipeline.contracts.spelling_words import spelling_in_words
from pipeline.errors import Language
from pipeline.steps.policy_law import law_in_words
from pipeline.steps.policy_tables import preferences_in_words, table_rules_in_words

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the policy.

    Attributes:
        title: what it is about.
        sentences: read before the rows.
        rows: heading → cell.
    """

    title: str
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]


def policy_in_words(
    contracts: Contracts, language: Language, *, files: Mapping[str, str]
) -> list[Section]:
    """Return the whole policy, part by part, in one language.

    Args:
        contracts: the rules.
        language: of the words.
        files: path → SHA-256, in hex, of each file that the signature binds; what no sentence
            tells of, such as the text of a query, is bound by it all the same.
    """
    return [
        _who(contracts, language),
        _law(contracts, language),
        *(_dataset(dataset, language) for dataset in contracts.datasets.values()),
        _recodings(contracts, language),
        _domains(contracts, language),
        _numbers(contracts, language),
        *(_table(table, contracts, language) for table in contracts.tables.values()),
        _files(files, language),
    ]


def _who(contracts: Contracts, language: Language) -> Section:
    policy = contracts.policy
    word = _words(language)
    rows = [
        (word["controller"], policy.controller_words.words(language)),
        (word["publisher"], policy.publisher.words(language)),
        (word["purpose"], policy.purpose.words(language)),
        (word["legal_basis"], policy.legal_basis.words(language)),
        *((word["recipient"], one.words(language)) for one in policy.recipients),
        (word["licence"], f"{policy.licence.name} ({policy.licence.url})"),
    ]
    said = (policy.synthetic.words(language),) if policy.synthetic else ()
    title = f"{word['policy']} {policy.policy}, version {policy.version}"
    return Section(
        title, said, tuple({word["what"]: what, word["words"]: is_} for what, is_ in rows)
    )


def _law(contracts: Contracts, language: Language) -> Section:
    word = _words(language)
    rows = tuple(
        {word["what"]: what, word["words"]: is_, word["source"]: source}
        for what, is_, source in law_in_words(contracts, language)
    )
    return Section(f"{word['law']} {contracts.law.profile}", (), rows)


def _files(files: Mapping[str, str], language: Language) -> Section:
    word = _words(language)
    rows = tuple({word["file"]: path, "SHA-256": digest} for path, digest in sorted(files.items()))
    return Section(word["files"], (word["bound"],), rows)


def _dataset(dataset: Dataset, language: Language) -> Section:
    word = _words(language)
    limit = f"{word['refused_above']} {dataset.max_refused_pct:g} %."
    rows = tuple(
        {
            word["column"]: column.name,
            word["what"]: column.label.words(language),
            word["role"]: ROLE_WORDS[column.role].words(language),
            word["kept"]: describe(column.privacy).words(language),
        }
        for column in dataset.columns
    )
    title = f"{word['dataset']} {dataset.dataset}{word['colon']}{dataset.label.words(language)}"
    return Section(title, (dataset.purpose.words(language), limit), rows)


def _recodings(contracts: Contracts, language: Language) -> Section:
    word = _words(language)
    rows = tuple(
        {
            word["dataset"]: name,
            word["period"]: period,
            word["column"]: column,
            word["steps"]: word["suppress"] if steps == "suppress" else str(steps),
            word["reason"]: recoding.reason,
        }
        for name, periods in contracts.recodings.items()
        for period, recoding in periods.items()
        for column, steps in recoding.columns.items()
    )
    return Section(word["recodings"], (), rows)


def _domains(contracts: Contracts, language: Language) -> Section:
    word = _words(language)
    rows = tuple(
        {
            word["domain"]: name,
            word["what"]: domain.label.words(language),
            word["linkable"]: VALUES["linkable", domain.linkable].words(language),
            word["spelling"]: spelling_in_words(domain.canonical, language),
            word["reason"]: domain.reason_in(language),
        }
        for name, domain in contracts.policy.domains.items()
    )
    held = contracts.policy.identifier_patterns.values()
    patterns = [f"{one.label.words(language)} ({one.pattern})" for one in held]
    said = (
        f"{word['looked_for']}{word['colon']}{', '.join(patterns)}."
        if patterns
        else word["looked_for_none"]
    )
    return Section(word["domains"], (said,), rows)


def _numbers(contracts: Contracts, language: Language) -> Section:
    word = _words(language)
    rows = tuple(
        {
            word["number"]: name,
            word["value"]: f"{_written(signed.value, language)} {signed.unit_in(language)}",
            word["reason"]: signed.reason_in(language),
            word["source"]: signed.source_in(language),
        }
        for name, signed in _signed(contracts, word, language)
    )
    return Section(word["numbers"], (preferences_in_words(contracts.policy, language),), rows)


def _written(value: float, language: Language) -> str:
    return f"{value:g}".replace(".", "," if language == "fr" else ".")


def _signed(
    contracts: Contracts, word: Mapping[str, str], language: Language
) -> Iterator[tuple[str, Signed]]:
    policy = contracts.policy
    for name, threshold in policy.thresholds.items():
        yield f"{word['threshold']} {name}", threshold
    for name, extreme in policy.extremes.items():
        yield f"{word['extreme']} {name}", extreme
    for name, rule in policy.amounts.items():
        yield from _limits(rule, AMOUNTS, f"{word['amounts']} {name}{word['colon']}", language)
    yield word["width"], policy.protection_width
    for section, name, number in policy.method_numbers:
        yield f"{word[section]} {name}", number
    for group, labels, title in (
        (policy.microdata, LIMITS, "microdata"),
        (policy.replacement, CORRECTIONS, "replacement"),
        (policy.retention, ZONES, "retention"),
    ):
        yield from _limits(group, labels, f"{word[title]}{word['colon']}", language)
    yield from _aims(policy, word)


def _limits(
    group: Frozen, labels: Mapping[str, Label], title: str, language: Language
) -> Iterator[tuple[str, Signed]]:
    """Yield the numbers of a group that are signed, each by its words."""
    for name in type(group).model_fields:
        limit = getattr(group, name)
        if limit is not None:
            yield title + labels[name].words(language), limit


def _aims(policy: Policy, word: Mapping[str, str]) -> Iterator[tuple[str, Signed]]:
    for name, target in policy.targets.items():
        yield f"{word['target']} {name}", target
    for name, cost in policy.unit_costs.costs.items() if policy.unit_costs else ():
        yield f"{word['unit_cost']} {name}", cost


def _table(table: Table, contracts: Contracts, language: Language) -> Section:
    word = _words(language)
    rows = tuple(
        {word["level"]: level, word["crossed"]: ", ".join(crossed) or word["totals"]}
        for level, crossed in table.levels.items()
    )
    title = f"{word['table']} {table.table}{word['colon']}{table.label.words(language)}"
    return Section(title, tuple(table_rules_in_words(table, contracts, language)), rows)


def _words(language: Language) -> dict[str, str]:
    words = {name: label.words(language) for name, label in _WORDS.items()}
    return words | {"colon": colon(language)}


_WORDS: Mapping[str, Label] = {
    "policy": Label(en="Policy", fr="Politique"),
    "controller": Label(en="controller", fr="responsable du traitement"),
    "publisher": Label(en="publisher", fr="éditeur"),
    "purpose": Label(en="purpose", fr="finalité"),
    "legal_basis": Label(en="legal basis", fr="base légale"),
    "recipient": Label(en="recipient", fr="destinataire"),
    "licence": Label(en="licence", fr="licence"),
    "what": Label(en="what", fr="quoi"),
    "words": Label(en="in words", fr="en toutes lettres"),
    "dataset": Label(en="Dataset", fr="Jeu"),
    "column": Label(en="column", fr="colonne"),
    "role": Label(en="role", fr="rôle"),
    "kept": Label(en="what is kept", fr="ce qui est gardé"),
    "refused_above": Label(
        en="A file is refused as a whole when the share of refused rows is above",
        fr="Un fichier est refusé en entier quand la part de lignes refusées dépasse",
    ),
    "recodings": Label(en="Recodings to k", fr="Recodages à k"),
    "period": Label(en="period", fr="période"),
    "steps": Label(en="steps coarser", fr="degrés plus grossiers"),
    "suppress": Label(en="not kept at all", fr="pas gardée du tout"),
    "domains": Label(en="Pseudonymisation domains", fr="Domaines de pseudonymisation"),
    "domain": Label(en="domain", fr="domaine"),
    "linkable": Label(en="the same person is linked", fr="la même personne est rapprochée"),
    "spelling": Label(
        en="how an identifier is spelled before the key",
        fr="comment un identifiant s'écrit avant la clé",
    ),
    "looked_for": Label(
        en="A batch is refused when kept text holds, beside e-mail, telephone, IBAN and names",
        fr="Un lot est refusé quand du texte gardé contient, outre courriel, téléphone, IBAN, noms",
    ),
    "looked_for_none": Label(
        en="A batch is refused when kept text holds e-mail, telephone, IBAN or names.",
        fr="Un lot est refusé quand du texte gardé contient courriel, téléphone, IBAN ou noms.",
    ),
    "numbers": Label(en="Numbers that are signed", fr="Nombres signés"),
    "amounts": Label(en="amounts,", fr="montants,"),
    "extreme": Label(en="share that counts as all,", fr="part qui vaut le tout,"),
    "law": Label(en="Law", fr="Droit"),
    "files": Label(en="Files that are signed", fr="Fichiers signés"),
    "file": Label(en="file", fr="fichier"),
    "bound": Label(
        en="The signature binds each of them to the byte.",
        fr="La signature engage chacun d'eux à l'octet près.",
    ),
    "number": Label(en="number", fr="nombre"),
    "value": Label(en="value", fr="valeur"),
    "reason": Label(en="reason", fr="motif"),
    "source": Label(en="source", fr="source"),
    "threshold": Label(en="threshold", fr="seuil"),
    "width": Label(en="protection width", fr="largeur de protection"),
    "cell_key": Label(en="cell key,", fr="clé de cellule,"),
    "rounding": Label(en="rounding,", fr="arrondi,"),
    "dp": Label(en="differential privacy,", fr="confidentialité différentielle,"),
    "microdata": Label(en="protected rows", fr="lignes protégées"),
    "replacement": Label(en="correction", fr="correction"),
    "retention": Label(en="retention", fr="conservation"),
    "target": Label(en="target", fr="cible"),
    "unit_cost": Label(en="unit cost", fr="coût unitaire"),
    "table": Label(en="Published table", fr="Tableau publié"),
    "level": Label(en="level", fr="niveau"),
    "crossed": Label(en="dimensions crossed", fr="dimensions croisées"),
    "totals": Label(en="totals", fr="totaux"),
}
