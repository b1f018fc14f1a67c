"""The audit report of a period: one page that a data protection officer reads from top to end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.contracts import Contracts, Drop, Keep, Label
from pipeline.papers.evidence import Event, Evidence, Fact, Incoming
from pipeline.papers.ledger_words import code_words, fact_words, kind_words
from pipeline.papers.page import render_page
from pipeline.papers.questions import three_questions
from pipeline.papers.register import Activity, activities
from pipeline.papers.risk import risk_lines

# The kinds of entries that each section tells; what a later version adds falls under its own name.
SECTIONS: dict[str, tuple[str, ...]] = {
    "risk": ("recoded",),
    "keys": ("key_event",),
    "rights": ("request", "subject", "erasure", "suppression", "recompute", "breach"),
    "policy": ("policy_signatory", "policy_opinion", "policy_signature"),
    "openings": ("opening",),
    "releases": (
        "candidate",
        "candidate_opinion",
        "approval",
        "rejection",
        "release",
        "withdrawal",
        "put_back",
        "privacy_loss",
    ),
    "destroyed": ("destroyed",),
}
_HASH_SHOWN = 12
_HASH_LENGTH = 64
_YES_NO = {True: Label(en="yes", fr="oui"), False: Label(en="no", fr="non")}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the ledger as a person reads it."""

    seq: int
    minute: str
    what: Label
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What came in for the period: each delivery once, however often it was sent.

    Attributes:
        batches: of which rows are in force, counted today.
        rows: that are in force.
        refused: rows that were refused of the deliveries of these batches.
        replaced: rows that a later date of the sender replaced.
        destroyed: rows that were erased or outlived their retention.
        deliveries: received.
    """

    batches: int
    rows: int
    refused: int
    replaced: int
    destroyed: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class ColumnFate:
    """One dataset: how many of its columns come in, and what becomes of them."""

    activity: Activity
    delivered: int
    dropped: int
    changed: int
    as_is: int


def audit_page(contracts: Contracts, evidence: Evidence, *, language: str) -> str:
    """Return the report as one self-contained HTML page.

    Args:
        contracts: the rules in force.
        evidence: what was counted.
        language: `fr`, else English.
    """
    telling = [one for one in evidence.published if one.hidden or one.smallest is not None]
    # A release may tell of what the contracts of today no longer hold: that has no other name.
    indicators = {one.code: one.label for one in contracts.indicators.indicators}
    areas = {one.level: one.label for one in contracts.territories.levels}
    place = {name: position for position, name in enumerate((*indicators, *areas))}
    telling.sort(key=lambda one: (place.get(one.indicator, -1), place.get(one.area_level, -1)))
    told = {one.indicator for one in telling}
    return render_page(
        "report.html.j2",
        language,
        contracts=contracts,
        policy=contracts.policy,
        jurisdiction=contracts.jurisdiction,
        law=contracts.law,
        evidence=evidence,
        school_year=f"{evidence.period}-{int(evidence.period) + 1}",
        totals=_totals(evidence.incoming),
        fates=[_fate(activity) for activity in activities(contracts)],
        sections={
            name: [_line(event, language) for event in _events(evidence, kinds)]
            for name, kinds in SECTIONS.items()
        },
        kinds=_kinds(evidence.events),
        keys=_row(evidence.keys, language),
        risks=risk_lines(evidence.events, evidence.period),
        registers={
            "requests": [_row(row, language) for row in evidence.requests],
            "breaches": [_row(row, language) for row in evidence.breaches],
            "domains": [_row(row, language) for row in evidence.domains],
        },
        telling=telling,
        protected=[
            one
            for one in evidence.disclosure
            if float(one["threshold"]) > 1 or float(one["hidden_pct"]) > 0
        ],
        indicators=indicators,
        areas=areas,
        tables={name: one.label for name, one in contracts.tables.items()},
        silent=sorted({one.indicator for one in evidence.published} - told),
        questions=three_questions(contracts, evidence),
    )


def _totals(incoming: Sequence[Incoming]) -> Totals:
    in_force = [one for one in incoming if one.in_force]
    return Totals(
        batches=len(in_force),
        rows=sum(one.in_force for one in in_force),
        refused=sum(one.refused or 0 for one in in_force),
        replaced=sum(one.replaced for one in incoming),
        destroyed=sum(one.destroyed for one in incoming),
        deliveries=len(incoming),
    )


def _events(evidence: Evidence, kinds: Iterable[str]) -> list[Event]:
    """Return the entries of some kinds, but those that name another period."""
    wanted = set(kinds)
    return [
        event
        for event in evidence.events
        if event.kind in wanted and event.facts.get("period", evidence.period) == evidence.period
    ]


def _line(event: Event, language: str) -> Line:
    facts = tuple(
        (fact_words(name).words(language), _fact(value, language))
        for name, value in event.facts.items()
    )
    return Line(event.seq, event.minute, kind_words(event.kind), facts)


def _row(row: Mapping[str, Fact | None], language: str) -> dict[str, str]:
    return {
        fact_words(name).words(language): "" if value is None else _fact(value, language)
        for name, value in row.items()
    }


def _fact(value: Fact | Sequence[Fact], language: str) -> str:
    if isinstance(value, bool):
        return _YES_NO[value].words(language)
    if isinstance(value, str):
        words = code_words(value, language)
        if words is not None:
            return words
        is_hash = len(value) == _HASH_LENGTH and value.isalnum()
        return f"{value[:_HASH_SHOWN]}…" if is_hash else value
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return ", ".join(_fact(item, language) for item in value)


def _kinds(events: Iterable[Event]) -> list[tuple[Label, int]]:
    counts: dict[str, int] = {}
    for event in events:
        counts[event.kind] = counts.get(event.kind, 0) + 1
    return [(kind_words(kind), count) for kind, count in counts.items()]


def _fate(activity: Activity) -> ColumnFate:
    rules = [column.privacy for column in activity.dataset.columns]
    dropped = sum(isinstance(rule, Drop) for rule in rules)
    as_is = sum(isinstance(rule, Keep) for rule in rules)
    return ColumnFate(activity, len(rules), dropped, len(rules) - dropped - as_is, as_is)
