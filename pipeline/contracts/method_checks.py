"""What must hold of how tables of persons are protected; a method that is not whole is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.contracts.base import Frozen
from pipeline.contracts.datasets import Dataset
from pipeline.contracts.enrolments import AllEnrolments
from pipeline.contracts.findings import Finding
from pipeline.contracts.model import Contracts
from pipeline.contracts.policy import CellKey, DifferentialPrivacy, Rounding
from pipeline.contracts.rules import Pseudonymise
from pipeline.contracts.tables import Table

_RULES: Mapping[str, type[Frozen]] = {
    "cell_key": CellKey,
    "dp": DifferentialPrivacy,
    "rounding": Rounding,
}
ZEROS_STAY = frozenset({"cell_key", "rounding"})
"""The methods that leave each zero as it is, so that a group all alike could be recognised."""


def check_method(where: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    """Yield what is wrong with the protection of a table that counts persons."""
    if table.method == "none" or table.sensitivity is None:
        yield Finding(where, ("method",), "contract.unprotected", (("name", table.table),))
    elif table.method == "cell_key":
        yield from _cell_key(where, table, contracts)
    elif table.method == "dp":
        yield from _dp(where, table, contracts)
    elif table.method == "rounding":
        yield from _rounding(where, table, contracts)
    if leaves_zeros(table.method, table, contracts):
        named = (("name", table.table), ("method", table.method))
        yield Finding(where, ("method",), "contract.zeros_stay", named)
    others = sorted(
        other.table
        for other in contracts.populations().get(table.population, ())
        if other.method != table.method
    )
    if others:
        facts = (("name", table.table), ("others", ", ".join(others)))
        yield Finding(where, ("method",), "contract.methods_mixed", facts)


def leaves_zeros(method: str, table: Table, contracts: Contracts) -> bool:
    """Return whether a method would leave zeros that the policy protects as they are."""
    published = contracts.policy.zeros.get(str(table.sensitivity)) == "published"
    return method in ZEROS_STAY and not published


def record_column(dataset: Dataset) -> str | None:
    """Return the kept column that names the unit of each row; None where none alone does."""
    names = [
        str(column.kept_as)
        for column in dataset.kept
        if column.name in dataset.key and isinstance(column.privacy, Pseudonymise)
    ]
    return names[0] if len(names) == 1 else None


def _cell_key(where: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    rule = contracts.policy.cell_key
    if rule is None:
        yield _unset(where, table)
        return
    least, most = rule.variance_range
    if not least < rule.variance.value < most:
        bounds = (("least", least), ("most", most))
        yield Finding("policy", ("cell_key", "variance"), "contract.noise_impossible", bounds)
    width = contracts.policy.protection_width.value
    if rule.maximum.value < width:
        yield Finding(
            "policy", ("cell_key", "maximum"), "contract.noise_narrow", (("width", width),)
        )
    if record_column(contracts.datasets[table.population]) is None:
        named = (("name", table.population),)
        yield Finding(where, ("population",), "contract.no_record_key", named)


def _dp(where: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    rule = contracts.policy.dp
    if rule is None:
        yield _unset(where, table)
    elif rule.rho.value > rule.budget.value:
        facts = (("budget", rule.budget.value),)
        yield Finding("policy", ("dp", "rho"), "contract.budget_small", facts)
    if not _counts_once(contracts.datasets[table.population]):
        named = (("name", table.population),)
        yield Finding(where, ("population",), "contract.person_twice", named)


def _counts_once(dataset: Dataset) -> bool:
    """Return whether a person is one row at most of those that count, whatever senders tell."""
    doubles = dataset.double_enrolment
    if doubles is not None:
        return not isinstance(doubles, AllEnrolments)
    # Without senders the key stands once; of several senders each may tell of a person.
    return dataset.expected is None and dataset.mode == "full"


def _rounding(where: str, table: Table, contracts: Contracts) -> Iterator[Finding]:
    rule = contracts.policy.rounding
    if rule is None:
        yield _unset(where, table)
        return
    # Neither a count under the threshold nor one known within the width is ever shown.
    threshold = 1
    if table.sensitivity in contracts.policy.thresholds:
        threshold = contracts.threshold(table)
    least = max(threshold, int(contracts.policy.protection_width.value) + 1)
    if rule.base.value < least:
        facts = (("name", table.table), ("least", least))
        yield Finding("policy", ("rounding", "base"), "contract.base_small", facts)


def _unset(where: str, table: Table) -> Finding:
    numbers = ", ".join(_RULES[table.method].model_fields)
    facts = (("name", table.table), ("section", table.method), ("numbers", numbers))
    return Finding(where, ("method",), "contract.method_unset", facts)
