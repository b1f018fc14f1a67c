"""What must hold of a column's privacy rule: it fits the column's role, type and the other rules.

Each check yields one finding per broken rule, at the line of the rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.contracts.datasets import Column, Dataset
from pipeline.contracts.findings import Finding, Path, unknown
from pipeline.contracts.model import Contracts
from pipeline.contracts.rules import (
    Age,
    Band,
    Clip,
    Drop,
    Generalise,
    GeneraliseTerritory,
    Keep,
    Map,
    Pseudonymise,
    Redact,
    Round,
    TruncateDate,
)

# Types of column that a rule can be applied to; drop and keep fit all.
TYPES: dict[type, tuple[str, ...]] = {
    Pseudonymise: ("text", "integer"),
    TruncateDate: ("date",),
    Age: ("date",),
    Band: ("integer", "decimal", "date"),
    Generalise: ("code",),
    GeneraliseTerritory: ("text", "code"),
    Map: ("text", "code"),
    Clip: ("integer", "decimal"),
    Round: ("integer", "decimal"),
    Redact: ("text",),
}
_IDENTIFIER_RULES = (Drop, Pseudonymise, Redact)
# What people write into a free field; a pattern that lets one of these through closes nothing.
_FREE_TEXT = ("Le Goff", "LE GOFF YANN", "N'Diaye Awa", "12 rue de la Paix", "a. b, c: d")


@dataclass(frozen=True, slots=True)
class _Subject:
    """A column's rule under check, and where it stands."""

    where: str
    path: Path
    column: Column
    dataset: Dataset
    contracts: Contracts

    def finding(self, code: str, **facts: str | int) -> Finding:
        return Finding(self.where, self.path, code, tuple(sorted(facts.items())))

    def unknown(self, kind: str, name: str) -> Finding:
        return unknown(self.where, self.path, kind, name)


def check_rule(
    where: str, path: Path, column: Column, *, dataset: Dataset, contracts: Contracts
) -> Iterator[Finding]:
    """Yield every way in which a column's privacy rule does not fit.

    Args:
        where: the contract, such as `datasets/pupils`.
        path: of the rule in it.
        column: whose rule is checked.
        dataset: the contract itself.
        contracts: all of them.
    """
    subject = _Subject(where, path, column, dataset, contracts)
    yield from _role(subject)
    kind = type(column.privacy)
    if kind in TYPES and column.type not in TYPES[kind]:
        facts = {"name": column.name, "rule": column.privacy.rule, "types": ", ".join(TYPES[kind])}
        yield subject.finding("contract.rule_type", **facts)
    elif kind in _CHECKS:
        yield from _CHECKS[kind](subject, column.privacy)


def _role(subject: _Subject) -> Iterator[Finding]:
    column = subject.column
    rule = column.privacy
    if column.role == "direct_identifier" and not isinstance(rule, _IDENTIFIER_RULES):
        yield subject.finding("contract.identifier_kept", name=column.name)
    elif column.type == "text" and isinstance(rule, Keep):
        if column.pattern is None and column.references is None and column.territory is None:
            yield subject.finding("contract.free_text_kept", name=column.name)
        if column.pattern is not None and _is_open(column.pattern):
            yield subject.finding("contract.pattern_open", name=column.name)


def _is_open(pattern: str) -> bool:
    """Tell whether a pattern lets free text through; one that cannot be read is told elsewhere."""
    try:
        return any(re.fullmatch(pattern, text) for text in _FREE_TEXT)
    except re.error:
        return False


def _pseudonymise(subject: _Subject, rule: Pseudonymise) -> Iterator[Finding]:
    name = subject.column.name
    if not subject.column.required:
        yield subject.finding("contract.pseudonym_type", name=name)
    if rule.domain not in subject.contracts.policy.domains:
        yield subject.unknown("pseudonymisation domain", rule.domain)
    columns = {column.name: column for column in subject.dataset.columns}
    for part in rule.with_:
        if part not in columns:
            yield subject.unknown("column", part)
        elif columns[part].type not in TYPES[Pseudonymise] or not columns[part].required:
            yield subject.finding("contract.pseudonym_type", name=part)
    parts = (name, *rule.with_)
    for repeated in sorted({part for part in parts if parts.count(part) > 1}):
        yield subject.finding("contract.repeated", name=repeated)


def _truncate_date(subject: _Subject, rule: TruncateDate) -> Iterator[Finding]:
    if (rule.to == "school_year") != (rule.starts is not None):
        yield subject.finding("contract.school_year_start", name=subject.column.name)


def _band(subject: _Subject, rule: Band) -> Iterator[Finding]:
    name = subject.column.name
    if (subject.column.type == "date") != (rule.at is not None):
        yield subject.finding("contract.band_date", name=name)
    if list(rule.cuts) != sorted(set(rule.cuts)):
        yield subject.finding("contract.band_cuts", name=name)
    elif rule.to not in subject.contracts.codelists:
        yield subject.unknown("code list", rule.to)
    elif (codes := len(subject.contracts.codelists[rule.to].codes)) != len(rule.cuts) + 1:
        wanted = len(rule.cuts) + 1
        yield subject.finding("contract.band_codes", name=rule.to, codes=codes, wanted=wanted)


def _generalise(subject: _Subject, rule: Generalise) -> Iterator[Finding]:
    codelists = subject.contracts.codelists
    source = codelists.get(subject.column.codelist or "")
    if source is None or rule.to not in codelists:
        yield subject.unknown("code list", rule.to)
    elif missing := set(source.codes) - set(source.broader(rule.to)):
        yield subject.finding("contract.generalise_gap", name=rule.to, count=len(missing))


def _generalise_territory(subject: _Subject, rule: GeneraliseTerritory) -> Iterator[Finding]:
    column, territories = subject.column, subject.contracts.territories
    start = rule.from_ if rule.by else column.territory
    if (rule.by is None) != (rule.from_ is None) or start is None:
        yield subject.finding("contract.territory_start", name=column.name)
        return
    if rule.extract is not None and (rule.by is None or column.type != "text"):
        yield subject.finding("contract.territory_extract", name=column.name)
    if rule.extract is not None and _has_groups(rule.extract):
        yield subject.finding("contract.extract_groups", name=column.name)
    unknown_levels = [level for level in (start, rule.to) if level not in territories.prefixes]
    yield from (subject.unknown("level", level) for level in unknown_levels)
    if not unknown_levels and not territories.is_inside(start, rule.to):
        yield subject.finding("contract.level_not_above", name=rule.to, below=start)
    if rule.by is not None:
        yield from _postcodes(subject, rule.by, start)


def _has_groups(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups > 0
    except re.error:
        return True


def _postcodes(subject: _Subject, by: str, level: str) -> Iterator[Finding]:
    codelist = subject.contracts.codelists.get(by)
    if codelist is None:
        yield subject.unknown("code list", by)
    elif missing := set(codelist.codes) - set(codelist.broader(level)):
        yield subject.finding("contract.generalise_gap", name=level, count=len(missing))
    if subject.column.type == "code" and subject.column.codelist != by:
        yield subject.unknown("code list of the column", by)


def _map(subject: _Subject, rule: Map) -> Iterator[Finding]:
    if rule.to not in subject.contracts.codelists:
        yield subject.unknown("code list", rule.to)
    elif rule.residue not in subject.contracts.codelists[rule.to].codes:
        yield subject.unknown(f"code of {rule.to}", rule.residue)


def _clip(subject: _Subject, rule: Clip) -> Iterator[Finding]:
    name, ends = subject.column.name, [e for e in (rule.at_least, rule.at_most) if e is not None]
    if not ends or ends != sorted(set(ends)):
        yield subject.finding("contract.clip_ends", name=name)
    if subject.column.type == "integer" and not all(float(end).is_integer() for end in ends):
        yield subject.finding("contract.whole_number", name=name)


def _round(subject: _Subject, rule: Round) -> Iterator[Finding]:
    if subject.column.type == "integer" and not float(rule.base).is_integer():
        yield subject.finding("contract.whole_number", name=subject.column.name)


_CHECKS: dict[type, Callable[[_Subject, Any], Iterator[Finding]]] = {
    Pseudonymise: _pseudonymise,
    TruncateDate: _truncate_date,
    Band: _band,
    Generalise: _generalise,
    GeneraliseTerritory: _generalise_territory,
    Map: _map,
    Clip: _clip,
    Round: _round,
}
