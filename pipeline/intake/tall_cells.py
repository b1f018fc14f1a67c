"""Cells of several lines: those that a contract allows, and that certainly took no row in.

A column says how many lines a cell of it may take. A quote that was left open takes the end of one
row and the beginning of another into its cell, and with them as many delimiters as stand between
the cells of a row: a cell of several lines with so many is never taken for text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the marks of a body stand, outside of quotes and inside.

    Attributes:
        ends: line ends outside.
        delimiters: outside.
        breaks: line ends inside.
        taken: delimiters inside.
    """

    ends: Positions
    delimiters: Positions
    breaks: Positions
    taken: Positions


def are_allowed(marks: Marks, tallest: Sequence[int]) -> bool:
    """Return whether each cell of several lines is one that the contract allows.

    Args:
        marks: of a body whose records all have one field for each column.
        tallest: lines that a cell may take, for each column in the order of the file.
    """
    if max(tallest) == 1:
        return not marks.breaks.size
    between = np.sort(np.concatenate((marks.ends, marks.delimiters)))
    cells, breaks = np.unique(np.searchsorted(between, marks.breaks), return_counts=True)
    firsts = np.concatenate(([-1], between))[cells] + 1
    stops = np.append(between, np.iinfo(np.int64).max)[cells]
    rows = np.searchsorted(marks.ends, firsts)
    starts = np.concatenate(([0], marks.ends + 1))[rows]
    columns = np.searchsorted(marks.delimiters, firsts) - np.searchsorted(marks.delimiters, starts)
    taken = np.searchsorted(marks.taken, stops) - np.searchsorted(marks.taken, firsts)
    return bool((breaks < np.array(tallest)[columns]).all() and (taken < len(tallest) - 1).all())


def is_allowed(cell: bytes, delimiter: bytes, *, tallest: int, width: int) -> bool:
    """Return whether one cell of several lines is such."""
    if cell.count(b"\r") != cell.count(b"\r\n"):
        return False
    return cell.count(b"\n") < tallest and cell.count(delimiter) < width - 1
