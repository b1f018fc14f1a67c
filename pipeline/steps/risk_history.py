"""Measurements of risk in the ledger: figures only, and who reads them back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.contracts.recodings import Recoding
from pipeline.privacy.risk import Diversity, Risk
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry, Fact

ENTRY = "risk"
_NO_RECODING = "none"
_DIGITS = 9
_DIGEST = 16
_FIGURES = (
    *("rows", "classes", "k", "rows_under_k", "unique_rows"),
    *("greatest_risk", "mean_risk", "rows_over_risk"),
)
_DIVERSITY = ("column", "distinct_l", "entropy_l", "t", "distance", "rows_under_l")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier measurement.

    Attributes:
        at: when, ISO 8601 in UTC.
        risk: of the rows that were held.
        recoding: digest of the recoding that they were kept under; empty without one.
        wanted_k: the policy's k at the time.
    """

    at: str
    risk: Risk
    recoding: str
    wanted_k: int


def record_risk(
    workspace: Workspace,
    risk: Risk,
    *,
    dataset: str,
    period: str,
    recoding: Recoding | None,
    k: int,
) -> Entry:
    """Write one measurement to the ledger.

    Args:
        workspace: the ledger.
        risk: of the rows held.
        dataset: the contract.
        period: such as `2021`.
        recoding: the one that the rows are kept under, if any.
        k: what the policy asks.
    """
    figures: dict[str, Fact] = {name: _rounded(getattr(risk, name)) for name in _FIGURES}
    columns: dict[str, Fact] = {
        f"sensitive_{name}": [_rounded(getattr(one, name)) for one in risk.diversity]
        for name in _DIVERSITY
    }
    digest = recoding_digest(recoding) if recoding else _NO_RECODING
    return workspace.ledger.append(
        ENTRY,
        dataset=dataset,
        period=period,
        recoding=digest,
        wanted_k=k,
        **figures,
        **columns,
    )


def past_risks(workspace: Workspace, dataset: str, period: str) -> tuple[Past, ...]:
    """Return the measurements of a dataset and period in the ledger, oldest first."""
    about: dict[str, Fact] = {"dataset": dataset, "period": period}
    return tuple(_past(e) for e in workspace.ledger.entries(ENTRY) if e.holds(ENTRY, about))


def recoding_digest(recoding: Recoding) -> str:
    """Return a short name of what a recoding does, whatever its reason says."""
    columns = sorted((name, str(asked)) for name, asked in recoding.columns.items())
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:_DIGEST]


def _past(entry: Entry) -> Past:
    facts: Mapping[str, Any] = entry.facts
    columns = zip(*(facts[f"sensitive_{name}"] for name in _DIVERSITY), strict=True)
    diversity = tuple(Diversity(**dict(zip(_DIVERSITY, values, strict=True))) for values in columns)
    risk = Risk(**{name: facts[name] for name in _FIGURES}, diversity=diversity)
    recoding = facts["recoding"]
    return Past(
        at=entry.at,
        risk=risk,
        recoding="" if recoding == _NO_RECODING else recoding,
        wanted_k=facts["wanted_k"],
    )


def _rounded(figure: Any) -> Any:
    return round(figure, _DIGITS) if isinstance(figure, float) else figure
