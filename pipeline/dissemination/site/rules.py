"""The signed numbers that protect persons, in the order in which people ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.contracts import Contracts, Label
from pipeline.contracts.base import Signed
from pipeline.dissemination.site.words import WORDS

_ZONES = ("deliveries", "quarantine", "protected", "review", "proofs", "registers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One signed number: what it is, of what, and the number with its reason and source."""

    label: Label
    of: tuple[Label, ...]
    signed: Signed


def protecting_rules(contracts: Contracts) -> tuple[Rule, ...]:
    """Return the thresholds, widths and retentions of the policy in force."""
    return tuple(_rules(contracts))


def _rules(contracts: Contracts) -> Iterator[Rule]:
    policy, tables = contracts.policy, contracts.tables.values()

    def of_sensitivity(name: str) -> tuple[Label, ...]:
        return tuple(table.label for table in tables if table.sensitivity == name)

    for name, threshold in policy.thresholds.items():
        yield Rule(label=WORDS["rule.threshold"], of=of_sensitivity(name), signed=threshold)
    for name, extreme in policy.extremes.items():
        yield Rule(label=WORDS["rule.extreme"], of=of_sensitivity(name), signed=extreme)
    yield Rule(label=WORDS["rule.width"], of=(), signed=policy.protection_width)
    for name, amounts in policy.amounts.items():
        own = tuple(table.label for table in tables if table.amounts == name)
        yield Rule(label=WORDS["rule.contributors"], of=own, signed=amounts.contributors)
    for zone in _ZONES:
        days = getattr(policy.retention, zone, None)
        if days is not None:
            of = (WORDS[f"zone.{zone}"],)
            yield Rule(label=WORDS["rule.retention"], of=of, signed=days)
