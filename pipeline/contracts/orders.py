"""Which of two rules lets more of persons through: the orders by which a change is judged.

What these orders do not know counts as loosening.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pipeline.contracts.base import Label
from pipeline.contracts.differences import ABSENT, Difference
from pipeline.contracts.rules import PrivacyRule, describe

Judge = Callable[[Difference], "Direction"]

_RULE: TypeAdapter[PrivacyRule] = TypeAdapter(PrivacyRule)
# How much of a person a role says that a column tells.
_ROLES: Mapping[str, int] = {
    "direct_identifier": 3,
    "sensitive": 2,
    "quasi_identifier": 2,
    "geography": 1,
    "attribute": 0,
    "measure": 0,
}
_DATES: Mapping[str, int] = {"year": 0, "month": 1}


class Direction(StrEnum):
    """Whether a change lets more of persons through."""

    LOOSENING = "loosening"
    TIGHTENING = "tightening"
    NEUTRAL = "neutral"


def always(direction: Direction) -> Judge:
    """Return the judge of what goes one way however it changes."""
    return lambda _: direction


def falls(difference: Difference) -> Direction:
    """Judge a number of which less protects less."""
    return _rising(difference.after, difference.before)


def rises(difference: Difference) -> Direction:
    """Judge a number of which more protects less."""
    return _rising(difference.before, difference.after)


def said(order: Mapping[Any, int]) -> Judge:
    """Return the judge of a word of a closed list, given how much each lets through."""

    def judge(difference: Difference) -> Direction:
        ranks = order.get(difference.before), order.get(difference.after)
        if ranks[0] is None or ranks[1] is None:
            return Direction.LOOSENING
        return _rising(*ranks)

    return judge


def added_loosens(difference: Difference) -> Direction:
    """Judge what lets more through by being there; a change of it is not told apart."""
    return Direction.TIGHTENING if _is_gone(difference.after) else Direction.LOOSENING


def removed_loosens(difference: Difference) -> Direction:
    """Judge what protects by being there; a change of it is not told apart."""
    return Direction.TIGHTENING if _is_gone(difference.before) else Direction.LOOSENING


# A form, list or reference that closes what a cell may hold.
optional = removed_loosens


def within(end: str) -> Judge:
    """Return the judge of the least or greatest value that a cell may hold."""

    def judge(difference: Difference) -> Direction:
        if difference.before is None or difference.after is None:
            return removed_loosens(difference)
        return falls(difference) if end == "minimum" else rises(difference)

    return judge


def column(difference: Difference) -> Direction:
    """Judge a column that came or went, by whether anything of it is kept."""
    content = difference.before if difference.is_removed else difference.after
    if content["privacy"]["rule"] == "drop":
        return Direction.NEUTRAL
    return Direction.TIGHTENING if difference.is_removed else Direction.LOOSENING


def rule(difference: Difference) -> Direction:
    """Judge what is kept of a column: nothing, whether it was filled, a part, a pseudonym, all."""
    before, after = difference.before, difference.after
    kinds = before["rule"], after["rule"]
    if kinds[0] == kinds[1]:
        return _same_rule(before, after)
    if "keep" in kinds or "drop" in kinds:
        is_less = kinds[0] == "keep" or kinds[1] == "drop"
        return Direction.TIGHTENING if is_less else Direction.LOOSENING
    return Direction.TIGHTENING if kinds[1] == "redact" else Direction.LOOSENING


def _same_rule(before: Mapping[str, Any], after: Mapping[str, Any]) -> Direction:
    """Judge a rule of which only the parameters changed."""
    altered = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if altered == {"as"}:
        return Direction.NEUTRAL
    if altered == {"cuts"}:
        is_coarser = set(after["cuts"]) < set(before["cuts"])
        return Direction.TIGHTENING if is_coarser else Direction.LOOSENING
    if altered == {"base"}:
        is_coarser = after["base"] > before["base"] and after["base"] % before["base"] == 0
        return Direction.TIGHTENING if is_coarser else Direction.LOOSENING
    if altered == {"to"} and before["rule"] == "truncate_date":
        return said(_DATES)(Difference((), before["to"], after["to"]))
    if altered <= {"at_least", "at_most"} and before["rule"] == "clip":
        return _clipped(before, after)
    return Direction.LOOSENING


def _clipped(before: Mapping[str, Any], after: Mapping[str, Any]) -> Direction:
    ends = {
        _tail(before.get(end), after.get(end), rises_hides=end == "at_least")
        for end in ("at_least", "at_most")
    }
    return Direction.LOOSENING if Direction.LOOSENING in ends else Direction.TIGHTENING


def _tail(before: float | None, after: float | None, *, rises_hides: bool) -> Direction:
    """Judge one end: clipped from nowhere on, or further out, it shows more of the extremes."""
    if before == after:
        return Direction.NEUTRAL
    if before is None or after is None:
        return Direction.TIGHTENING if before is None else Direction.LOOSENING
    return Direction.TIGHTENING if (after > before) == rises_hides else Direction.LOOSENING


def role(difference: Difference) -> Direction:
    """Judge a role: away from an identifier or a sensitive one loosens, towards it tightens."""
    before, after = (_ROLES.get(one) for one in (difference.before, difference.after))
    if before is None or after is None:
        return Direction.LOOSENING
    if before == after == 0:
        return Direction.NEUTRAL
    return Direction.TIGHTENING if after > before else Direction.LOOSENING


def method(difference: Difference) -> Direction:
    """Judge how a table is protected: from none at all to any is tightening, else look at it."""
    return Direction.TIGHTENING if difference.before == "none" else Direction.LOOSENING


def persons(difference: Difference) -> Direction:
    """Judge what a table counts: units are not protected."""
    return Direction.TIGHTENING if difference.after == "persons" else Direction.LOOSENING


def severity(difference: Difference) -> Direction:
    """Judge an expectation: a critical one stops the step, a warning does not."""
    return Direction.TIGHTENING if difference.after == "critical" else Direction.LOOSENING


def steps(difference: Difference) -> Direction:
    """Judge how many steps coarser a column is kept; suppressed is the most."""
    before, after = (
        0 if _is_gone(one) else float("inf") if one == "suppress" else one
        for one in (difference.before, difference.after)
    )
    return _rising(after, before)


def rule_words(kept: Any) -> Label:
    """Return in words what a privacy rule keeps; its name when no rule of today has that form."""
    try:
        # As JSON: a list stands for what the types hold as a tuple.
        return describe(_RULE.validate_json(json.dumps(kept)))
    except ValidationError:
        name = str(kept.get("rule", "-")) if isinstance(kept, Mapping) else "-"
        return Label(en=name, fr=name)


def _rising(before: Any, after: Any) -> Direction:
    if after == before:
        return Direction.NEUTRAL
    numbers = isinstance(before, int | float) and isinstance(after, int | float)
    return Direction.TIGHTENING if numbers and after < before else Direction.LOOSENING


def _is_gone(content: Any) -> bool:
    return content is ABSENT or content is None
