"""Blank cells and white space around cells, told of most of them by one byte.

Only where a cell begins or ends with a byte of white space in ASCII, or with one of a character
beyond it, is the cell looked at as text.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Mask: TypeAlias = "NDArray[np.bool_]"
_SPACE, _BEYOND = 0x20, 0x80


def are_empty(cells: pa.Array) -> Mask:
    """Return which cells hold nothing.

    Args:
        cells: string, without nulls.
    """
    ends, _ = laid_out(cells)
    empty: Mask = ends[1:] == ends[:-1]
    return empty


def are_blank(cells: pa.Array) -> Mask:
    """Return which cells hold nothing but white space.

    Args:
        cells: string, without nulls.
    """
    ends, octets = laid_out(cells)
    blank: Mask = ends[1:] == ends[:-1]
    filled = np.flatnonzero(~blank)
    doubtful = filled[_may_be_space(octets[ends[:-1][filled]])]
    if doubtful.size:
        trimmed = pc.utf8_trim_whitespace(cells.take(pa.array(doubtful)))
        blank[doubtful] = are_empty(trimmed)
    return blank


def are_padded(cells: pa.Array) -> Mask:
    """Return which cells have white space before or behind what they hold.

    Args:
        cells: string, without nulls.
    """
    ends, octets = laid_out(cells)
    padded = np.zeros(len(cells), np.bool_)
    filled = np.flatnonzero(ends[1:] != ends[:-1])
    first, last = octets[ends[:-1][filled]], octets[ends[1:][filled] - 1]
    doubtful = filled[_may_be_space(first) | _may_be_space(last)]
    if doubtful.size:
        looked_at = cells.take(pa.array(doubtful))
        differs = pc.not_equal(looked_at, pc.utf8_trim_whitespace(looked_at))
        padded[doubtful] = differs.to_numpy(zero_copy_only=False)
    return padded


def laid_out(cells: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return where each cell ends, the start of the first before them, and all bytes."""
    _, offsets, data = cells.buffers()
    if offsets is None or not len(cells):
        return np.zeros(1, np.int32), np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    octets = np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    return ends, octets


def _may_be_space(octets: NDArray[np.uint8]) -> Mask:
    doubtful: Mask = (octets <= _SPACE) | (octets >= _BEYOND)
    return doubtful
