"""The territories themselves, at the reference vintage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.contracts.territories import Typology


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory: its level, official code, name and inhabitants (of all of it) if known."""

    level: str
    code: str
    name: str
    inhabitants: int | None


@dataclass(frozen=True, slots=True)
class Geography:
    """What a project's territory files say.

    Attributes:
        base_level: the level of which every other is made.
        territories: every territory, by level and code.
        parents: base code → level → code, one entry per territory of the base level, the base
            level itself among the levels.
        classes: typology → base code → class.
        changes: code of an older vintage → code of the reference vintage, at the base level.
    """

    base_level: str
    territories: Mapping[tuple[str, str], Territory]
    parents: Mapping[str, Mapping[str, str]]
    classes: Mapping[str, Mapping[str, str]]
    changes: Mapping[str, str]

    def current(self, code: str) -> str:
        """Return the code at the reference vintage; an unknown code comes back as it is."""
        return self.changes.get(code, code)

    def members(self, level: str) -> dict[str, tuple[str, ...]]:
        """Return code → base territories inside it, for one level."""
        inside: dict[str, list[str]] = {}
        for base, upper in self.parents.items():
            inside.setdefault(upper[level], []).append(base)
        return {code: tuple(sorted(bases)) for code, bases in sorted(inside.items())}

    def upward(self, level: str, other: str) -> dict[str, str]:
        """Return code of a level → code of the other level in which it lies."""
        return {row[level]: row[other] for row in self.parents.values()}


def class_by_measure(typology: Typology, measure: int) -> str:
    """Return the class of a territory by the cut points of its typology."""
    return next(c.code for c in typology.classes if c.below is None or measure < c.below)
