"""The signed numbers that protect persons, in the order in which people ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.contracts import Contracts, Label
from pipeline.contracts.base import Signed
from pipeline.dissemination.site.words import WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One signed number: what it is, of what, and the number with its reason and source."""

    label: Label
    of: str
    signed: Signed


def protecting_rules(contracts: Contracts) -> tuple[Rule, ...]:
    """Return the thresholds, widths and retentions of the policy in force."""
    return tuple(_rules(contracts))


def _rules(contracts: Contracts) -> Iterator[Rule]:
    policy = contracts.policy
    for name, threshold in policy.thresholds.items():
        yield Rule(label=WORDS["rule.threshold"], of=name, signed=threshold)
    for name, extreme in policy.extremes.items():
        yield Rule(label=WORDS["rule.extreme"], of=name, signed=extreme)
    yield Rule(label=WORDS["rule.width"], of="", signed=policy.protection_width)
    for name, amounts in policy.amounts.items():
        yield Rule(label=WORDS["rule.contributors"], of=name, signed=amounts.contributors)
    for name, days in dict(policy.retention).items():
        if isinstance(days, Signed):
            yield Rule(label=WORDS["rule.retention"], of=name, signed=days)
