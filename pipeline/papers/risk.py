"""The risk of the rows held, before and after a recoding, as the ledger tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.papers.evidence import Event

NO_RECODING = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveLine:
    """What the worst class of persons who are alike tells of one sensitive column."""

    column: str
    distinct_l: float
    entropy_l: float
    t: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskLine:
    """One measurement of a dataset and period.

    Attributes:
        dataset: the contract.
        minute: when, UTC.
        is_recoded: whether the rows were kept under a recoding.
        rows: persons.
        k: size of the smallest class of persons who are alike.
        wanted_k: what the policy asked.
        under_k_pct: share of rows in smaller classes, percent.
        unique_rows: persons who are like nobody else.
        greatest_risk: of naming the right person, 0 to 1.
        mean_risk: over all persons, 0 to 1.
        sensitive: by column.
    """

    dataset: str
    minute: str
    is_recoded: bool
    rows: int
    k: int
    wanted_k: int
    under_k_pct: float
    unique_rows: int
    greatest_risk: float
    mean_risk: float
    sensitive: tuple[SensitiveLine, ...]

    @property
    def reaches_k(self) -> bool:
        """Whether the rows reach what the policy asked."""
        return self.k >= self.wanted_k


def risk_lines(events: Iterable[Event], period: str) -> tuple[RiskLine, ...]:
    """Return the last measurement of each dataset in a period, without recoding and with one."""
    last: dict[tuple[str, bool], RiskLine] = {}
    for event in events:
        if event.kind == "risk" and event.facts.get("period") == period:
            line = _line(event)
            last[line.dataset, line.is_recoded] = line
    return tuple(last[key] for key in sorted(last))


def _line(event: Event) -> RiskLine:
    facts: Mapping[str, Any] = event.facts
    rows = int(facts["rows"])
    return RiskLine(
        dataset=facts["dataset"],
        minute=event.minute,
        is_recoded=facts["recoding"] != NO_RECODING,
        rows=rows,
        k=int(facts["k"]),
        wanted_k=int(facts["wanted_k"]),
        under_k_pct=100 * int(facts["rows_under_k"]) / rows if rows else 0.0,
        unique_rows=int(facts["unique_rows"]),
        greatest_risk=float(facts["greatest_risk"]),
        mean_risk=float(facts["mean_risk"]),
        sensitive=_sensitive(facts),
    )


def _sensitive(facts: Mapping[str, Any]) -> tuple[SensitiveLine, ...]:
    names: Sequence[str] = facts["sensitive_column"]
    figures = zip(
        names,
        *(facts[f"sensitive_{name}"] for name in ("distinct_l", "entropy_l", "t")),
        strict=True,
    )
    return tuple(
        SensitiveLine(column=column, distinct_l=distinct, entropy_l=entropy, t=t)
        for column, distinct, entropy, t in figures
    )
