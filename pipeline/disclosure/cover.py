"""Protect each table of many by itself, one circuit after the other, where the least is too far.

Source: the hypercube method (Repsilber 1994; Giessing and Repsilber, GHMITER, 2002), with ranges
checked and the cheapest circuit taken for all that it protects.
"""

from __future__ import annotations

import numpy as np

from pipeline.disclosure.circuits import Circuits
from pipeline.disclosure.local import rooms
from pipeline.disclosure.shape import Counts, Mask

_AT_ONCE = 10_000
# A circuit that protects several cells may cost more than one for each would.
_TOGETHER = 1.5
# Of equal circuits the first is taken, so that tables hide alike and can pay for each other.
_TIE = 1e-4


def covered(count: Counts, primary: Mask, circuits: Circuits, *, price: Counts, width: int) -> Mask:
    """Return tables x cells to hide, so that each hidden cell lies on a circuit with the width.

    Cells that are on no such circuit stay as they are.

    Args:
        count: tables x cells; counts from 1 can be hidden.
        primary: cells that must be hidden.
        circuits: those of the tables' form.
        price: price of each cell: tables x cells, or cells alike in all tables.
        width: range in persons that each hidden cell must have.
    """
    hidden = primary.copy()
    prices = np.broadcast_to(price, count.shape)
    asked = np.flatnonzero(primary.any(axis=1))
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        along, against = rooms(count[some], circuits, width=width)
        wide = along + against >= width
        hidden[some] = _covered(hidden[some], wide, circuits, prices[some])
    return hidden


def _covered(hidden: Mask, wide: Mask, circuits: Circuits, price: Counts) -> Mask:
    """Return what some tables hide, those that need it.

    Args:
        hidden: tables x cells to hide in any case.
        wide: tables x circuits: whether they give the width.
        circuits: those of the tables' form.
        price: tables x cells.
    """
    hidden = hidden.copy()
    touches = (circuits.signs != 0).astype(np.float32).T
    tie = _TIE * np.arange(touches.shape[1])
    table = np.arange(len(hidden))
    while len(table):
        shown = ~hidden[table]
        inside = wide[table] & (shown.astype(np.float32) @ touches == 0)
        safe = inside.astype(np.float32) @ touches.T > 0
        gain = (~shown & ~safe).astype(np.float32) @ touches
        cost = np.where(shown, price[table], 0).astype(np.float32) @ touches
        fits = wide[table] & (gain > 0)
        score = np.where(fits, cost / np.maximum(gain, 1) ** _TOGETHER + tie, np.inf)
        going = fits.any(axis=1)
        table = table[going]
        hidden[table] |= circuits.signs[score[going].argmin(axis=1)] != 0
    return hidden
