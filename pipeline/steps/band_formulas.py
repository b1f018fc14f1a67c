"""The least and the greatest that a figure can be when its parts lie between known ends.

Each figure rises or falls with every part alone, the others held: so the ends of its band are
reached where parts are at ends of theirs. Nothing is assumed of how the parts hang together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from pipeline.contracts.indicators import Formula, Part, split_part
from pipeline.disclosure.bands import Band, Ends

Told = Mapping[Part, Band]
"""Part of a formula → the band of its count, one per figure."""


def ratio_band(formula: Formula, told: Told) -> Band:
    """Return the band of `times` x (the sum of `over`, less that of `less`) / the sum of `under`.

    What is both over and under, as those who say yes in the share of yes, counts as one: it has
    one true count, whichever that is. A share of a whole is never above the whole. Without `under`
    the band is that of the rest itself.
    """
    over, under = set(formula.over), set(formula.under)
    both, less = _sum(told, over & under), _sum(told, formula.less)
    alone, beside = _sum(told, over - under), _sum(told, under - over)
    least, most = alone.low - less.high, alone.high - less.low
    if not under:
        return Band(formula.times * least, formula.times * most)
    # The sign of a rest decides whether it falls or rises with what divides it.
    corners = [(end, end + by) for end in (both.low, both.high) for by in (beside.low, beside.high)]
    lows = [_ratio(least + end, whole) for end, whole in corners]
    highs = [_ratio(most + end, whole) for end, whole in corners]
    # Where what divides may be 0 a share has no greatest value; a rest below 0 has no least one.
    is_below = least + both.low < 0
    least_share = np.where(is_below, np.minimum.reduce(lows), np.fmin.reduce(lows))
    low = np.asarray(formula.times * least_share, dtype=np.float64)
    high = np.asarray(formula.times * np.maximum.reduce(highs), dtype=np.float64)
    if all(any(_is_inside(part, whole) for whole in under) for part in over):
        is_told = ~np.isnan(least + both.low + beside.low)
        high = np.where(is_told, np.fmin(high, formula.times), np.nan)
    return Band(low, high)


def _is_inside(part: Part, whole: Part) -> bool:
    """Tell whether whom a part counts the other counts too."""
    (*mine, codes), (*others, wider) = split_part(part), split_part(whole)
    return mine == others and wider.items() <= codes.items()


def need_band(formula: Formula, told: Told, target: float) -> Band:
    """Return the band of what is missing against a target: whole units, never below 0."""
    over, under = _sum(told, formula.over), _sum(told, formula.under)

    def missing(wanted: Ends, there: Ends) -> Ends:
        aim = wanted / target if formula.per is None else wanted * target / formula.per
        return np.asarray(np.maximum(np.ceil(aim) - there, 0))

    return Band(missing(over.low, under.high), missing(over.high, under.low))


def served_band(formula: Formula, told: Told, need: Band) -> Band:
    """Return the band of the pupils that what is needed would serve: its share of all units."""
    pupils, there = _sum(told, formula.over), _sum(told, formula.under)

    def served(pupils: Ends, need: Ends, there: Ends) -> Ends:
        share = np.divide(need, need + there, out=np.zeros_like(need), where=need > 0)
        return np.asarray(pupils * share)

    return Band(served(pupils.low, need.low, there.high), served(pupils.high, need.high, there.low))


def difference_band(one: Band, other: Band) -> Band:
    """Return the band of one figure less another."""
    return Band(one.low - other.high, one.high - other.low)


def quotient_band(one: Band, other: Band) -> Band:
    """Return the band of one figure divided by another, both not below 0."""
    return Band(_ratio(one.low, other.high), _ratio(one.high, other.low))


def adjusted_band(parity: Band) -> Band:
    """Return the band of a parity index that is as far from 1 whichever group is behind.

    It rises with the index, to 2 where that has no end.
    """

    def adjusted(index: Ends) -> Ends:
        return np.asarray(np.where(index > 1, 2 - 1 / np.maximum(index, 1), index))

    return Band(adjusted(parity.low), adjusted(parity.high))


def weighted_band(bands: Iterable[tuple[float, Band]]) -> Band:
    """Return the band of a sum of figures, each times a price that is not below 0."""
    low, high = zip(*((price * band.low, price * band.high) for price, band in bands), strict=True)
    return Band(np.sum(low, axis=0), np.sum(high, axis=0))


def _sum(told: Told, parts: Iterable[Part]) -> Band:
    bands = [told[part] for part in parts]
    none = np.zeros(len(next(iter(told.values())).low))
    return Band(
        np.asarray(sum((band.low for band in bands), none)),
        np.asarray(sum((band.high for band in bands), none)),
    )


def _ratio(over: Ends, under: Ends) -> Ends:
    """Return over / under; nan where nothing is under."""
    missing = np.full(len(over), np.nan)
    return np.asarray(np.divide(over, under, out=missing, where=under > 0))
