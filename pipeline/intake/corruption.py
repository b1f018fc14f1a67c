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
from pipeline.intake.masks import matches

Rows = NDArray[np.int64]
_BEYOND = 0x80
# What a word for a sum begins with.
_TOTALS = b"eEgGsStT"


def are_mojibake(cells: pa.Array) -> Mask:
    """Return which cells hold UTF-8 that was read in another encoding and written again."""
    return _among(cells, _beyond_ascii(cells), f"(?s).*(?:{MOJIBAKE}).*")


def have_lost_characters(cells: pa.Array) -> Mask:
    """Return which cells hold the sign that a program writes for a character it cannot read."""
    return _among(cells, _beyond_ascii(cells), f"(?s).*{LOST}.*")


def are_spreadsheet_errors(cells: pa.Array) -> Mask:
    """Return which cells hold what a spreadsheet writes in place of a value."""
    return _among(cells, _beginning(cells, b"#"), SPREADSHEET_ERROR)


def are_totals(cells: pa.Array) -> Mask:
    """Return which cells of a column that names rows hold the word for their sum."""
    return _among(cells, _beginning(cells, _TOTALS), TOTAL)


def _beginning(cells: pa.Array, letters: bytes) -> Rows:
    """Return the cells that begin with one of some letters."""
    ends, octets = laid_out(cells)
    filled = np.flatnonzero(ends[1:] != ends[:-1])
    begins = np.zeros(256, np.bool_)
    begins[list(letters)] = True
    found: Rows = filled[begins[octets[ends[:-1][filled]]]]
    return found


def _beyond_ascii(cells: pa.Array) -> Rows:
    """Return the cells that hold a character beyond ASCII."""
    ends, octets = laid_out(cells)
    places = np.flatnonzero(octets[ends[0] : ends[-1]] >= _BEYOND) + ends[0]
    found: Rows = np.unique(np.searchsorted(ends, places, side="right") - 1)
    return found


def _among(cells: pa.Array, doubtful: Rows, pattern: str) -> Mask:
    found = np.zeros(len(cells), np.bool_)
    if doubtful.size:
        looked_at = pa.chunked_array([cells.take(pa.array(doubtful))])
        found[doubtful] = pc.fill_null(matches(looked_at, pattern), fill_value=False).to_numpy()
    return found
