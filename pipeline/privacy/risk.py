"""Disclosure risk of rows about persons: how alike persons are, and what that alikeness tells.

Figures are made of counts only: the sizes of the equivalence classes (persons alike in every
quasi-identifier) and, in each class, how many have each sensitive value.

Sources: Sweeney (2002), k-anonymity: a model for protecting privacy; Machanavajjhala et al.
(2007), l-diversity: privacy beyond k-anonymity; Li, Li, Venkatasubramanian (2007), t-closeness;
Hundepool et al., Handbook on Statistical Disclosure Control, chapter 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PrivacyError
from pipeline.privacy.risk_cells import Cells, Integers, classes_of, total_by

Floats = NDArray[np.float64]
Distance = Literal["equal", "ordered"]

# Classes are worked on together up to so many counts: 32 MB.
_COUNTS_AT_ONCE = 1 << 22
# What a uniform class of 3 gives is 3, not 2.9999999999999996.
_DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the policy asks of the rows; None where it asks nothing.

    Attributes:
        k: fewest persons in a class.
        distinct_l: fewest sensitive values in a class.
        entropy_l: fewest effective sensitive values in a class.
        t: greatest distance of a class from all persons, 0 to 1.
        record_risk: greatest chance of naming the right person, 0 to 1.
    """

    k: int
    distinct_l: int | None = None
    entropy_l: float | None = None
    t: float | None = None
    record_risk: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diversity:
    """What a class tells of one sensitive column, in the worst class.

    Attributes:
        column: the sensitive column.
        distinct_l: fewest values in a class.
        entropy_l: fewest effective values in a class: e to the entropy.
        t: greatest distance between the values of a class and those of all, 0 to 1.
        distance: of which kind: `ordered` for numbers and dates, else `equal`.
        rows_under_l: persons in classes with fewer values than the policy asks.
    """

    column: str
    distinct_l: int
    entropy_l: float
    t: float
    distance: Distance
    rows_under_l: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The risk of a set of rows, one per person.

    Attributes:
        rows: persons.
        classes: equivalence classes.
        k: persons in the smallest class.
        rows_under_k: persons in classes smaller than the policy's k.
        unique_rows: persons alone in their class.
        greatest_risk: of a record, 1 / k.
        mean_risk: of a record, classes / rows.
        rows_over_risk: persons whose 1 / size of class is above the policy's record risk.
        diversity: one per sensitive column.
    """

    rows: int
    classes: int
    k: int
    rows_under_k: int
    unique_rows: int
    greatest_risk: float
    mean_risk: float
    rows_over_risk: int
    diversity: tuple[Diversity, ...]


def measure_risk(cells: Cells, limits: Limits) -> Risk:
    """Return the risk of counted rows.

    Args:
        cells: rows by quasi-identifiers and sensitive values.
        limits: what the policy asks; rows that do not reach it are counted.

    Raises:
        PrivacyError: there is no row.
    """
    if not len(cells.rows):
        raise PrivacyError("risk.no_rows")
    columns = [(column.code, len(column.values)) for column in cells.quasi_identifiers]
    number, classes = classes_of(columns, cells=len(cells.rows))
    sizes = total_by(number, cells.rows, groups=classes)
    over = np.zeros(classes, np.bool_)
    if limits.record_risk is not None:
        over = 1 / sizes > limits.record_risk
    rows = int(sizes.sum())
    return Risk(
        rows=rows,
        classes=classes,
        k=int(sizes.min()),
        rows_under_k=int(sizes[sizes < limits.k].sum()),
        unique_rows=int(np.count_nonzero(sizes == 1)),
        greatest_risk=1 / int(sizes.min()),
        mean_risk=classes / rows,
        rows_over_risk=int(sizes[over].sum()),
        diversity=_diversities(cells, number, sizes, limits=limits),
    )


def distinct_values(counts: Integers) -> Integers:
    """Return how many values occur in each class: distinct l-diversity, before the minimum.

    Args:
        counts: persons by class and value, shape (classes, values).

    Source: Machanavajjhala et al. (2007), section 3.
    """
    return np.asarray(np.count_nonzero(counts, axis=1), np.int64)


def effective_values(counts: Integers) -> Floats:
    """Return e to the entropy of each class: entropy l-diversity, before the minimum.

    A class in which l values are equally frequent has l, one with a single value 1. The paper
    asks that the entropy be at least log(l): the greatest such l is what is returned here, in
    full and not rounded down to an integer as some tools do.

    Args:
        counts: persons by class and value, shape (classes, values); no class is empty.

    Source: Machanavajjhala et al. (2007), definition 4.1.
    """
    share = counts / counts.sum(axis=1, keepdims=True)
    logarithm = np.log(share, out=np.zeros_like(share), where=share > 0)
    return np.asarray(np.round(np.exp(-(share * logarithm).sum(axis=1)), _DECIMALS), np.float64)


def distance_equal(counts: Integers, overall: Integers) -> Floats:
    """Return how far each class lies from all persons when all values are equally far apart.

    The earth mover's distance is then half the sum of the differences of shares, 0 to 1.

    Args:
        counts: persons by class and value, shape (classes, values); no class is empty.
        overall: persons by value, shape (values,).

    Source: Li et al. (2007), section 5.2, equal distance.
    """
    return np.asarray(np.abs(_differences(counts, overall)).sum(axis=1) / 2, np.float64)


def distance_ordered(counts: Integers, overall: Integers) -> Floats:
    """Return how far each class lies from all persons when values are steps of one ladder.

    Two values are as far apart as there are steps between them, of the values that occur; the
    whole ladder is 1. One value alone has no distance: 0.

    Args:
        counts: persons by class and value, in the order of values, shape (classes, values); no
            class is empty.
        overall: persons by value, shape (values,).

    Source: Li et al. (2007), section 5.1, ordered distance.
    """
    moved = np.abs(np.cumsum(_differences(counts, overall), axis=1)).sum(axis=1)
    return np.asarray(moved / max(counts.shape[1] - 1, 1), np.float64)


def _differences(counts: Integers, overall: Integers) -> Floats:
    shares = counts / counts.sum(axis=1, keepdims=True)
    return np.asarray(shares - overall / overall.sum(), np.float64)


def _diversities(
    cells: Cells, number: Integers, sizes: Integers, *, limits: Limits
) -> tuple[Diversity, ...]:
    order = np.argsort(number, kind="stable") if cells.sensitive else number
    return tuple(
        _diversity(
            column.name,
            _Crossed(number[order], column.code[order], cells.rows[order], len(column.values)),
            sizes,
            is_ordered=column.is_ordered,
            wanted=limits.distinct_l or 1,
        )
        for column in cells.sensitive
    )


@dataclass(frozen=True, slots=True)
class _Crossed:
    """The cells of one sensitive column, sorted by class: class, value and rows of each."""

    number: Integers
    code: Integers
    rows: Integers
    values: int

    def overall(self) -> Integers:
        return total_by(self.code, self.rows, groups=self.values)

    def blocks(self, classes: int) -> Iterator[Integers]:
        """Yield persons by class and value, some classes at a time, in their order."""
        at_once = max(_COUNTS_AT_ONCE // self.values, 1)
        for first in range(0, classes, at_once):
            last = min(first + at_once, classes)
            here = slice(*np.searchsorted(self.number, [first, last]))
            place = (self.number[here] - first) * self.values + self.code[here]
            groups = (last - first) * self.values
            yield total_by(place, self.rows[here], groups=groups).reshape(-1, self.values)


def _diversity(
    name: str, crossed: _Crossed, sizes: Integers, *, is_ordered: bool, wanted: int
) -> Diversity:
    overall = crossed.overall()
    distance = distance_ordered if is_ordered else distance_equal
    blocks = [
        (distinct_values(counts), effective_values(counts).min(), distance(counts, overall).max())
        for counts in crossed.blocks(len(sizes))
    ]
    distinct = np.concatenate([values for values, _, _ in blocks])
    return Diversity(
        column=name,
        distinct_l=int(distinct.min()),
        entropy_l=float(min(effective for _, effective, _ in blocks)),
        t=float(max(distances for _, _, distances in blocks)),
        distance="ordered" if is_ordered else "equal",
        rows_under_l=int(sizes[distinct < wanted].sum()),
    )
