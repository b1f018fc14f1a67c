"""What the privacy rules of a dataset are applied with: keys of the period, lists, territories."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.contracts import Contracts, Dataset, GeneraliseTerritory, Keep, Pseudonymise
from pipeline.privacy.rulebook import Rulebook
from pipeline.steps.workspace import Workspace


def rulebook(workspace: Workspace, dataset: Dataset, period: str) -> Rulebook:
    """Return the rulebook of a dataset in a period.

    Args:
        workspace: the project and the keys.
        dataset: the contract.
        period: the first year of the school year, such as `2021`.
    """
    contracts = workspace.project.contracts
    policy = contracts.policy
    rules = [column.privacy for column in dataset.columns]
    domains = {rule.domain for rule in rules if isinstance(rule, Pseudonymise)}
    return Rulebook(
        codelists=contracts.codelists,
        period=period,
        keys={name: domain_keys(workspace, name, period) for name in sorted(domains)},
        canonical={name: policy.domains[name].canonical for name in sorted(domains)},
        territories={
            (level, to): _upward(workspace, level, to) for level, to in _level_pairs(dataset)
        },
        identifiers={
            (form.label.en, form.label.fr): form.pattern
            for form in policy.identifier_patterns.values()
        },
        closed=_closed_references(contracts, dataset),
    )


def is_by_row(dataset: Dataset, rules: Rulebook) -> bool:
    """Tell whether rows can be minimised in parts.

    Whether a kept text holds a name is seen only beside all the names of its delivery.
    """
    return all(
        column.name in rules.closed
        for column in dataset.columns
        if column.type == "text" and isinstance(column.privacy, Keep)
    )


def domain_keys(workspace: Workspace, domain: str, period: str) -> tuple[bytes, ...]:
    """Return the pseudonym keys of a domain in a period, one per epoch from the first on.

    The canonical rules are part of their derivation, and so is the period where persons must not
    be linked over years.
    """
    scope = workspace.project.contracts.policy.domains[domain].scope(period)
    return workspace.ring.pseudonym_keys(domain, *scope)


def domain_scopes(workspace: Workspace, dataset: Dataset, period: str) -> dict[str, str]:
    """Return domain → the rule under which pseudonyms of a dataset and period are made."""
    domains = workspace.project.contracts.policy.domains
    rules = [column.privacy for column in dataset.columns]
    names = sorted({rule.domain for rule in rules if isinstance(rule, Pseudonymise)})
    return {name: ":".join(domains[name].scope(period)) for name in names}


def _closed_references(contracts: Contracts, dataset: Dataset) -> frozenset[str]:
    """Return the columns that refer to a column closed by a pattern, a code list or a level."""
    closed = set()
    for column in dataset.columns:
        other, _, name = (column.references or "").partition(".")
        source = contracts.kept_columns(other)[name] if name else None
        if source and (source.pattern or source.kept_codelist or source.territory):
            closed.add(column.name)
    return frozenset(closed)


def _level_pairs(dataset: Dataset) -> Iterator[tuple[str, str]]:
    for column in dataset.columns:
        rule = column.privacy
        if isinstance(rule, GeneraliseTerritory):
            yield str(rule.from_ if rule.by else column.territory), rule.to


def _upward(workspace: Workspace, level: str, to: str) -> dict[str, str]:
    """Return code → code of the level above it, codes of older vintages too."""
    geography = workspace.project.geography
    above = geography.upward(level, to)
    if level == geography.base_level:
        above |= {old: above[new] for old, new in geography.changes.items() if new in above}
    return above
