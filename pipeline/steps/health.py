"""What an installation is fit for: findings, each with what, where and what to do.

Nothing is repaired, and no check stops another: one that cannot be made is a finding too. No
finding holds a key, a password or a value of a delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.errors import CartableError, Fact, Language, Place, Problem, own_place


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAULT = "fault"


class Part(StrEnum):
    """What a finding is about, in the order in which they are told."""

    SOFTWARE = "software"
    SETTINGS = "settings"
    RULES = "rules"
    KEYS = "keys"
    PLACES = "places"
    CLOCK = "clock"
    POLICY = "policy"
    LEDGER = "ledger"
    REACH = "reach"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: about what, how much it matters, and the words of the catalogue."""

    part: Part
    level: Level
    problem: Problem

    def as_dict(self, language: Language) -> dict[str, Any]:
        """Return plain types: what, where and what to do in words."""
        what, remedy = self.problem.sentences(language)
        return {
            "part": self.part.value,
            "level": self.level.value,
            "code": self.problem.code,
            "what": what,
            "where": self.problem.place.words(language),
            "remedy": "" if self.level is Level.OK else remedy,
        }


Check = Callable[[], Iterable[Finding]]


def found(
    part: Part,
    level: Level,
    code: str,
    *,
    place: Place | None = None,
    count: int | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> Finding:
    """Return a finding in words of the catalogue."""
    told = tuple(sorted((facts or {}).items()))
    return Finding(part, level, Problem(code=code, place=place or Place(), count=count, facts=told))


def looked(part: Part, check: Check) -> Iterator[Finding]:
    """Yield what a check finds; its own refusal or failure is a finding."""
    try:
        yield from check()
    except CartableError as error:
        yield Finding(part, Level.FAULT, error.problem)
        yield from (Finding(part, Level.FAULT, problem) for problem in error.problems)
    except Exception as error:  # noqa: BLE001 - what is not known is not well; its text may quote
        kind, where = type(error).__name__, own_place(error)
        yield found(part, Level.FAULT, "doctor.stopped", facts={"kind": kind, "where": where})
