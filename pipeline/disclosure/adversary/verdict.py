"""What the adversary's findings mean for a release: pass, review or refuse, with the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from pipeline.disclosure.adversary.attack import Finding, Report
from pipeline.disclosure.adversary.derived import unread_figures
from pipeline.disclosure.adversary.knowledge import Published
from pipeline.disclosure.adversary.puzzle import Cell
from pipeline.disclosure.adversary.risks import Risks, risks, uniform

Outcome = Literal["pass", "review", "refuse"]
Rule = Literal["known", "narrow", "crossed", "uniform", "undecided", "unread", "unplaced"]
OUTCOMES: Mapping[Rule, Outcome] = {
    "known": "refuse",
    "narrow": "refuse",
    "crossed": "refuse",
    "uniform": "refuse",
    "undecided": "review",
    "unread": "review",
    "unplaced": "review",
}
_WIDEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Say why a release does not pass: a rule, where, and how many; never which cell or value.

    Args:
        rule: that is broken, or of which nothing tells.
        table: of the cells, or the indicator.
        level: of their territories; empty where it does not matter.
        count: how many.
    """

    rule: Rule
    table: str
    level: str
    count: int

    @property
    def outcome(self) -> Outcome:
        """Return what follows from this reason alone."""
        return OUTCOMES[self.rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to become of a release.

    Args:
        reasons: why it does not pass; none where it does.
        risks: figures behind singling out, linkability and inference.
        hidden: hidden cells.
        figures: hidden sets of persons; several cells may hide one.
        width: persons by which each was to stay uncertain.
        narrowest: the least range of any figure that was settled; None without.
        intervals: persons -> how many exact intervals are so wide, rounded down; the last is open.
        asked: how many figures have an exact interval.
        unseen: figures of which only this is known: that they do not have one value.
        seed: of what was drawn.
    """

    reasons: tuple[Reason, ...]
    risks: Risks
    hidden: int
    figures: int
    width: int
    narrowest: int | None
    intervals: Mapping[int, int]
    asked: int
    unseen: int
    seed: int

    @property
    def outcome(self) -> Outcome:
        """Return the worst of what the reasons ask for."""
        outcomes = {reason.outcome for reason in self.reasons}
        return "refuse" if "refuse" in outcomes else "review" if outcomes else "pass"

    def as_facts(self) -> dict[str, Any]:
        """Return the verdict as plain types, the same bytes for the same verdict."""
        return {
            "outcome": self.outcome,
            "reasons": [{**asdict(one), "outcome": one.outcome} for one in self.reasons],
            "risks": self.risks.by_name(),
            "hidden": self.hidden,
            "figures": self.figures,
            "width": self.width,
            "narrowest": self.narrowest,
            "intervals": {str(width): count for width, count in self.intervals.items()},
            "asked": self.asked,
            "unseen": self.unseen,
            "seed": self.seed,
        }


def judge(published: Published, report: Report) -> Verdict:
    """Return what the findings of an attack mean."""
    puzzles = report.puzzles.values()
    reasons = [
        *_reasons("known", _cells(report.known)),
        *_reasons("narrow", _cells(report.narrow)),
        *_reasons("crossed", [cell for puzzle in puzzles for cell in puzzle.crossed]),
        *_reasons("uniform", _uniform(published)),
        *_reasons("undecided", _cells(report.undecided)),
    ]
    unread = Counter(name for puzzle in puzzles for name in puzzle.unread)
    unread += unread_figures(published)
    reasons += [
        Reason(rule="unread", table=name, level="", count=count)
        for name, count in sorted(unread.items())
    ]
    if unplaced := sum(puzzle.unplaced for puzzle in puzzles):
        reasons.append(Reason(rule="unplaced", table="", level="", count=unplaced))
    widths = np.minimum(np.array(report.intervals) + 1e-6, _WIDEST).astype(np.int64)
    return Verdict(
        reasons=tuple(reasons),
        risks=risks(published, report),
        hidden=report.cells,
        figures=len(report.findings),
        width=report.plan.width,
        narrowest=min((one.range for one in report.secrets if one.is_bounded), default=None),
        intervals=dict(sorted(Counter(widths.tolist()).items())),
        asked=len(report.intervals),
        unseen=len(report.unseen),
        seed=report.plan.seed,
    )


def _cells(findings: Iterable[Finding]) -> list[Cell]:
    return [cell for one in findings for cell in one.figure.cells]


def _uniform(published: Published) -> list[Cell]:
    return [
        Cell(table=table.name, number=int(number), level=str(table.level[number]))
        for table in published.persons
        for number in uniform(table)
    ]


def _reasons(rule: Rule, cells: Iterable[Cell]) -> list[Reason]:
    found = Counter((cell.table, cell.level) for cell in cells)
    return [
        Reason(rule=rule, table=table, level=level, count=count)
        for (table, level), count in sorted(found.items())
    ]
