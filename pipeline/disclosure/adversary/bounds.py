"""Outer bounds of hidden figures from one sum at a time: cheap, so that all are looked at."""

from __future__ import annotations

import numpy as np

from pipeline.disclosure.adversary.knowledge import Indices, Values
from pipeline.disclosure.adversary.parts import Part

_ROUNDS = 6


def outer_widths(part: Part) -> Values:
    """Return, per figure, a width that its interval does not exceed; infinite where none is seen.

    In each sum an unknown is at most what the others leave, and at least what they cannot fill;
    this is repeated a few times.
    """
    relations = part.relations
    row: Indices = np.repeat(np.arange(relations.shape[0]), np.diff(relations.indptr))
    column, factor = relations.indices, relations.data
    low, high = np.zeros(part.size), np.full(part.size, np.inf)
    for _ in range(_ROUNDS):
        least, most = _ends(factor, low[column], high[column])
        others_least = _others(least, row, rows=relations.shape[0], endless=-np.inf)
        others_most = _others(most, row, rows=relations.shape[0], endless=np.inf)
        above = (part.high[row] - others_least) / factor
        below = (part.low[row] - others_most) / factor
        up, down = np.where(factor > 0, above, below), np.where(factor > 0, below, above)
        np.minimum.at(high, column, up)
        np.maximum.at(low, column, down)
    hidden = part.hidden
    own = np.repeat(np.arange(len(part.figures)), np.diff(hidden.indptr))
    least, most = (np.zeros(len(part.figures)) for _ in range(2))
    np.add.at(least, own, low[hidden.indices])
    np.add.at(most, own, high[hidden.indices])
    first = part.sums
    least = np.maximum(least, part.low[first : first + len(part.figures)])
    return most - least


def _ends(factor: Values, low: Values, high: Values) -> tuple[Values, Values]:
    """Return the least and the most that each term of each row can be."""
    positive = factor > 0
    return np.where(positive, factor * low, factor * high), np.where(
        positive, factor * high, factor * low
    )


def _others(terms: Values, row: Indices, *, rows: int, endless: float) -> Values:
    """Return, per term, the sum of all others of its row; some terms may be endless."""
    is_endless = np.isinf(terms)
    finite = np.where(is_endless, 0.0, terms)
    rest = np.bincount(row, is_endless, rows)[row] - is_endless
    left = np.bincount(row, finite, rows)[row] - finite
    return np.where(rest > 0, endless, left)
