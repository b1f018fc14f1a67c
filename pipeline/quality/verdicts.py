"""What a gate found: names, counts and reasons. A verdict has no room for a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.contracts import Label
from pipeline.errors import Fact, Place, Problem, QualityError

Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one expectation.

    Attributes:
        position: its place in the suite, from 0.
        expectation: its type, such as `expect_column_values_to_be_unique`.
        column: the column it is about; None for the whole table.
        severity: a failed `critical` one stops the step, a failed `warning` is reported.
        passed: false when it failed or crashed.
        crashed: its check could not be carried out.
        unexpected: rows that break it; None where that count would itself be a statistic on
            persons, or where the expectation is about the table.
        checked: rows looked at; None where unexpected is None for the same reasons, or where the
            choice of rows would make it a statistic.
        why: the reason that the suite gives.
    """

    position: int
    expectation: str
    column: str | None
    severity: Severity
    passed: bool
    crashed: bool = False
    unexpected: int | None = None
    checked: int | None = None
    why: Label

    def as_dict(self) -> dict[str, Fact | bool | None]:
        """Return names and counts for a receipt or the ledger."""
        return {
            "position": self.position,
            "expectation": self.expectation,
            "column": self.column,
            "crashed": self.crashed,
            "unexpected": self.unexpected,
            "checked": self.checked,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of each expectation of one suite, on one table.

    Attributes:
        suite: `<zone>/<name>`.
        outcomes: one per expectation of the file, in its order.
        rows: rows of the table.
    """

    suite: str
    outcomes: tuple[Outcome, ...]
    rows: int

    @property
    def passed(self) -> bool:
        """Whether expectations were run and no critical one failed."""
        return bool(self.outcomes) and not self.failures

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The critical expectations that failed or crashed."""
        return self._failed("critical")

    @property
    def warnings(self) -> tuple[Outcome, ...]:
        """The other expectations that failed or crashed."""
        return self._failed("warning")

    def _failed(self, severity: Severity) -> tuple[Outcome, ...]:
        return tuple(o for o in self.outcomes if not o.passed and o.severity == severity)

    def problems(self, severity: Severity) -> tuple[Problem, ...]:
        """Return each failed expectation of that severity as a message: what, where, how many."""
        return tuple(_problem(self.suite, outcome) for outcome in self._failed(severity))

    def as_dict(self) -> dict[str, object]:
        """Return the counts, and the names of what failed, for a receipt or the ledger."""
        return {
            "suite": self.suite,
            "passed": self.passed,
            "rows": self.rows,
            "expectations": len(self.outcomes),
            "failures": [outcome.as_dict() for outcome in self.failures],
            "warnings": [outcome.as_dict() for outcome in self.warnings],
        }


def require(verdict: Verdict) -> Verdict:
    """Return the verdict when it lets the step go on.

    Raises:
        QualityError: a critical expectation failed, with each of them; or none was run.
    """
    if verdict.passed:
        return verdict
    raise QualityError(
        "quality.refused",
        place=Place(file=f"expectations/{verdict.suite}.json"),
        count=len(verdict.failures),
        problems=verdict.problems("critical"),
        expectations=len(verdict.outcomes),
    )


def _problem(suite: str, outcome: Outcome) -> Problem:
    facts: dict[str, Fact] = {
        "expectation": outcome.expectation,
        "why_en": outcome.why.en,
        "why_fr": outcome.why.fr,
    }
    code = "quality.crashed" if outcome.crashed else "quality.failed"
    if code == "quality.failed" and outcome.unexpected is not None:
        code = "quality.failed_rows"
    place = Place(
        file=f"expectations/{suite}.json",
        column=outcome.column,
        rule=f"expectations.{outcome.position}",
    )
    return Problem(
        code=code, place=place, count=outcome.unexpected, facts=tuple(sorted(facts.items()))
    )
