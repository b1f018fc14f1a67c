"""Readings: what a gate learns of each expectation, counted in rows of the whole table.

On a reduction the library counts rows that each stand for many. Which of them break an
expectation, and which of them it looked at, is the library's word; the sums are made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from pipeline.errors import Place, QualityError
from pipeline.quality.reduction import Reduction, Weights
from pipeline.quality.suites import Expectation, Suite

NOT_NULL = "expect_column_values_to_not_be_null"
NULL = "expect_column_values_to_be_null"
# What is asked of the library beside an expectation, to know which rows it looked at: those that
# break the expectation to be null are present, those that break the other are missing.
Part = Literal["itself", "present", "missing"]
COMPANIONS: Mapping[Part, str] = {"present": NULL, "missing": NOT_NULL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the library says of one expectation, without values."""

    position: int
    passed: bool
    crashed: bool
    unexpected: int | None
    checked: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the library says of one expectation, or of a companion, on one table."""

    reading: Reading
    part: Part
    rows: Sequence[int] | None = field(repr=False)


def has_companions(expectation: Expectation) -> bool:
    """Whether what it looked at is to be asked for: a share, or some of the rows only."""
    return expectation.is_share or expectation.has_condition


def weighed(
    judged: Iterable[Judged], expectations: Sequence[Expectation], reduction: Reduction
) -> list[Reading]:
    """Return the readings of the large table, from those of a reduction of it."""
    parts: dict[int, dict[Part, Judged]] = {}
    for each in judged:
        parts.setdefault(each.reading.position, {})[each.part] = each
    is_whole = bool((reduction.weights == 1).all())
    return [
        found["itself"].reading
        if is_whole or found["itself"].rows is None
        else _weighed(found, expectations[position], reduction.weights)
        for position, found in parts.items()
        if "itself" in found
    ]


def complete(readings: Iterable[Reading], suite: Suite) -> list[Reading]:
    """Return the readings in the order of their suite.

    Raises:
        QualityError: an expectation has none, or more than one.
    """
    ordered = sorted(readings, key=lambda reading: reading.position)
    if [reading.position for reading in ordered] != list(range(len(suite.expectations))):
        raise QualityError(
            "quality.count_mismatch",
            place=Place(file=f"expectations/{suite.name}.json"),
            count=len(ordered),
            expectations=len(suite.expectations),
        )
    return ordered


def _weighed(found: Mapping[Part, Judged], expectation: Expectation, weights: Weights) -> Reading:
    reading = found["itself"].reading
    unexpected = _sum(found["itself"], weights)
    checked = present = int(weights.sum())
    if has_companions(expectation):
        present = _sum(found["present"], weights)
        checked = present + _sum(found["missing"], weights)
    considered = checked if expectation.type == NOT_NULL else present
    return Reading(
        position=reading.position,
        passed=_is_enough(considered, unexpected, expectation)
        if expectation.is_share and not reading.crashed
        else reading.passed,
        crashed=reading.crashed,
        unexpected=unexpected,
        checked=checked,
    )


def _sum(judged: Judged, weights: Weights) -> int:
    if judged.rows is None:
        raise ValueError
    return int(weights[np.asarray(judged.rows, np.int64)].sum())


def _is_enough(considered: int, unexpected: int, expectation: Expectation) -> bool:
    """Return the library's own verdict on a share."""
    mostly = expectation.kwargs["mostly"]
    if not isinstance(mostly, int | float):
        raise TypeError
    return considered == 0 or (considered - unexpected) / considered >= mostly
