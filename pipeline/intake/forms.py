"""Simple patterns, decided for a whole column of cells at once.

A pattern that is a row of characters and classes, each a given number of times, such as
`[0-9]{9}[A-Z]{2}`, fits exactly the cells of one length whose bytes are each of their class.
Other patterns are no form: the regular expression decides.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Fits = NDArray[np.bool_]
Form = tuple[Fits, ...]

_CLASS = r"\[((?:[0-9A-Za-z]-[0-9A-Za-z]|[0-9A-Za-z_])+)\]"
_ITEM = re.compile(rf"(?:{_CLASS}|([0-9A-Za-z_]))(?:\{{([0-9]{{1,2}})\}})?")
_MEMBER = re.compile(r"(.)-(.)|(.)")


def read_form(pattern: str) -> Form | None:
    """Return which bytes may stand at each place; None for a pattern that is no form."""
    places: list[Fits] = []
    at = 0
    while at < len(pattern):
        item = _ITEM.match(pattern, at)
        if item is None:
            return None
        places += [_allowed(item[1] or item[2])] * int(item[3] or 1)
        at = item.end()
    return tuple(places) or None


def fits_form(cells: pa.Array, form: Form) -> Fits | None:
    """Return whether each cell fits; None where the cells are not all of the form's length.

    Args:
        cells: string, without nulls.
        form: of `read_form`.
    """
    _, offsets, data = cells.buffers()
    if data is None or cells.null_count:
        return None
    ends = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    if (np.diff(ends) != len(form)).any():
        return None
    octets = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]].reshape(len(cells), len(form))
    fits = np.ones(len(cells), np.bool_)
    for place, allowed in enumerate(form):
        fits &= allowed[octets[:, place]]
    return fits


def _allowed(members: str) -> Fits:
    allowed = np.zeros(256, np.bool_)
    for first, last, alone in _MEMBER.findall(members):
        allowed[ord(first or alone) : ord(last or alone) + 1] = True
    return allowed
