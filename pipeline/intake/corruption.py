"""Free text that cannot be what its sender meant: characters lost or read in another encoding.

Of most cells one look at their bytes tells that there is nothing to look for.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.intake.blanks import Mask, laid_out
from pipeline.intake.diagnosis import LOST, MOJIBAKE, SPREADSHEET_ERROR, TOTAL

Rows = NDArray[np.int64]
_BEYOND = 0x80
# What a word for a sum begins with.
_TOTALS = b"eEgGsStT"


def are_misread(cells: pa.Array) -> Mask:
    """Return which cells hold letters that were read in another encoding, or lost."""
    return _among(cells, _beyond_ascii(cells), f"{MOJIBAKE}|{LOST}")


def are_spreadsheet_errors(cells: pa.Array) -> Mask:
    """Return which cells hold what a spreadsheet writes in place of a value."""
    return _among(cells, _beginning(cells, b"#"), _whole(SPREADSHEET_ERROR))


def are_totals(cells: pa.Array) -> Mask:
    """Return which cells of a column that names rows hold the word for their sum."""
    return _among(cells, _beginning(cells, _TOTALS), _whole(TOTAL))


def _beginning(cells: pa.Array, letters: bytes) -> Rows:
    """Return the cells that begin with one of some letters."""
    ends, octets = laid_out(cells)
    written = octets[ends[0] : ends[-1]]
    if not any((written == letter).any() for letter in letters):
        return np.empty(0, np.int64)
    filled = np.flatnonzero(ends[1:] != ends[:-1])
    begins = np.zeros(256, np.bool_)
    begins[list(letters)] = True
    found: Rows = filled[begins[octets[ends[:-1][filled]]]]
    return found


def _beyond_ascii(cells: pa.Array) -> Rows:
    """Return the cells that hold a character beyond ASCII."""
    ends, octets = laid_out(cells)
    places = np.flatnonzero(octets[ends[0] : ends[-1]] >= _BEYOND) + ends[0]
    cells_of = np.searchsorted(ends, places.astype(ends.dtype), side="right") - 1
    is_first = np.ones(len(cells_of), np.bool_)
    np.not_equal(cells_of[1:], cells_of[:-1], out=is_first[1:])
    found: Rows = cells_of[is_first]
    return found


def _among(cells: pa.Array, doubtful: Rows, pattern: str) -> Mask:
    found = np.zeros(len(cells), np.bool_)
    if doubtful.size:
        holds = pc.match_substring_regex(cells.take(pa.array(doubtful)), pattern)
        found[doubtful] = holds.to_numpy(zero_copy_only=False)
    return found


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"
