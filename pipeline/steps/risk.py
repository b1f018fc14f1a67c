"""Measure how much the rows held on persons would tell whoever saw them.

Nothing leaves the protected zone but figures. Each measurement is an entry of the ledger, so that
the figures of earlier times, and of before a recoding, stay known.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from pipeline.contracts import Band, Dataset, Pseudonymise
from pipeline.contracts.recoding_checks import is_recodable
from pipeline.contracts.recodings import Recoding
from pipeline.engines import count_combinations
from pipeline.engines.grouping import ROWS
from pipeline.errors import Place, PrivacyError
from pipeline.privacy.recode import recode
from pipeline.privacy.risk import Limits, Risk, measure_risk
from pipeline.privacy.risk_cells import Cells, cells_of
from pipeline.steps.risk_history import Past, past_risks, record_risk
from pipeline.steps.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The risk of the rows of one dataset and period.

    Attributes:
        dataset: the contract.
        period: such as `2021`.
        quasi_identifiers: the kept columns that the classes are made of.
        sensitive: the kept columns that must not be learned.
        limits: what the policy asks.
        recoding: the one in the contracts, if there is one.
        before: without the recoding; None when its rows were never measured without it.
        after: with the recoding; the same as `before` when there is none.
        is_applied: False when rows are held that the recoding in the contracts did not reach yet.
        history: earlier measurements, oldest first.
    """

    dataset: str
    period: str
    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...]
    limits: Limits
    recoding: Recoding | None
    before: Risk | None
    after: Risk
    is_applied: bool
    history: tuple[Past, ...]


def measure(workspace: Workspace, dataset: str, period: str | None = None) -> Measured:
    """Measure the rows in force of a dataset and period, and write the figures to the ledger.

    Args:
        workspace: the project and the zones.
        dataset: a contract on persons.
        period: default: the latest of which rows are held.

    Raises:
        PrivacyError: no such dataset, it counts no persons, or no row is held.
        StorageError: the rows cannot be read.
    """
    contract, period = asked(workspace, dataset, period)
    contracts, geography = workspace.project.contracts, workspace.project.geography
    recoding = contracts.recodings.get(dataset, {}).get(period)
    rows = workspace.protected.current(dataset, period)
    recoded = recode(rows, dataset, period, contracts=contracts, geography=geography)
    is_applied = recoding is None or recoded.equals(rows)
    limits = limits_of(workspace)
    history = past_risks(workspace, dataset, period)
    held = measure_risk(cells_held(workspace, contract, rows), limits)
    applied = recoding if is_applied else None
    record_risk(workspace, held, dataset=dataset, period=period, recoding=applied, k=limits.k)
    without = [past.risk for past in history if not past.recoding]
    before = without[-1] if without else None
    after = held
    if not is_applied:
        after = measure_risk(cells_held(workspace, contract, recoded), limits)
    return Measured(
        dataset=dataset,
        period=period,
        quasi_identifiers=quasi_identifiers(contract),
        sensitive=sensitive(contract),
        limits=limits,
        recoding=recoding,
        before=held if applied is None else before,
        after=after,
        is_applied=is_applied,
        history=history,
    )


def asked(workspace: Workspace, dataset: str, period: str | None) -> tuple[Dataset, str]:
    """Return the contract and the period that a question is about.

    Raises:
        PrivacyError: no such dataset, it counts no persons, or no row is held.
    """
    datasets = workspace.project.contracts.datasets
    if dataset not in datasets:
        raise PrivacyError("contract.unknown_dataset", known=", ".join(datasets))
    place = Place(dataset=dataset)
    if not datasets[dataset].counts_persons:
        known = ", ".join(name for name, one in datasets.items() if one.counts_persons)
        raise PrivacyError("risk.no_persons", place=place, name=dataset, known=known)
    held = workspace.protected.periods(dataset)
    if not held or (period is not None and period not in held):
        raise PrivacyError("risk.no_rows", place=place)
    return datasets[dataset], period or held[-1]


def quasi_identifiers(dataset: Dataset) -> tuple[str, ...]:
    """Return the kept columns by which a person could be told apart, geography among them."""
    return tuple(str(column.kept_as) for column in dataset.kept if is_recodable(column))


def sensitive(dataset: Dataset) -> tuple[str, ...]:
    """Return the kept columns that must not be learned."""
    return tuple(
        str(column.kept_as)
        for column in dataset.kept
        if column.role == "sensitive" and not isinstance(column.privacy, Pseudonymise)
    )


def cells_held(workspace: Workspace, dataset: Dataset, rows: pa.Table) -> Cells:
    """Return rows counted by their quasi-identifiers and sensitive values, in the engine."""
    quasi, secret = quasi_identifiers(dataset), sensitive(dataset)
    codelists = workspace.project.contracts.codelists
    bands = {
        str(column.kept_as): codelists[column.privacy.to].codes
        for column in dataset.kept
        if isinstance(column.privacy, Band)
    }
    counted = count_combinations(rows, [*quasi, *secret], name=dataset.dataset)
    return cells_of(counted, quasi_identifiers=quasi, sensitive=secret, rows=ROWS, orders=bands)


def limits_of(workspace: Workspace) -> Limits:
    """Return what the policy asks of the rows of persons."""
    asks = workspace.project.contracts.policy.microdata
    return Limits(
        k=asks.k.value,
        distinct_l=asks.distinct_l.value if asks.distinct_l else None,
        entropy_l=asks.entropy_l.value if asks.entropy_l else None,
        t=asks.t.value if asks.t else None,
        record_risk=asks.record_risk.value if asks.record_risk else None,
    )
