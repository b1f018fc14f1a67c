"""The bytes of identifiers in canonical spelling, at the speed of a column.

Text of plain ASCII and of the letters of Latin-1 is spelled byte by byte; a row that holds anything
else goes through `canonicalise`, and both give the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.contracts import Canonical
from pipeline.privacy.canonical import canonicalise
from pipeline.privacy.cmac import Bytes, Positions

_SPACE, _ZERO = 0x20, 0x30
# UTF-8 writes the letters from À to ÿ as this byte and one from 0x80 on.
_LATIN, _CONTINUED = 0xC3, 0x80
# By second byte: sharp s, the sign of division, y with diaeresis: none has its pair 0x20 away.
_LATIN_ODD = (0x9F, 0xB7, 0xBF)
_MULTIPLICATION = 0x97
_CASE_STEP = 0x20

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in one run of bytes: text i is `data[starts[i]:starts[i] + sizes[i]]`."""

    data: Bytes
    starts: Positions
    sizes: Positions


class Speller:
    """Spells slices of columns by the rules of one domain."""

    __slots__ = ("_canonical", "_is_odd", "_spelled")

    def __init__(self, canonical: Canonical) -> None:
        self._canonical = canonical
        self._spelled = _spelled_bytes(canonical)
        self._is_odd = _odd_bytes(canonical)

    def spelled(self, data: Bytes, offsets: Positions) -> Texts:
        """Return the canonical spelling of the texts between the offsets.

        Args:
            data: UTF-8.
            offsets: shape (rows + 1); text i is `data[offsets[i]:offsets[i + 1]]`.

        Raises:
            PrivacyError: a text is no valid UTF-8.
        """
        written = data[offsets[0] : offsets[-1]]
        texts = Texts(written, offsets[:-1] - offsets[0], np.diff(offsets))
        if not self._is_canonical(written):
            odd = self._odd_rows(texts)
            spelled = Texts(self._spelled.take(written), texts.starts, texts.sizes)
            texts = self._respelled(texts, spelled, odd) if len(odd) else spelled
        if self._canonical.leading_zeros == "stripped":
            return _without_zeros(texts)
        return texts

    def _is_canonical(self, written: Bytes) -> bool:
        """Tell whether each byte lies from apostrophe to Z: no rule changes one of these."""
        if not len(written):
            return True
        within = written.min() >= ord("'") and written.max() <= ord("Z")
        return bool(within) and self._canonical.case != "fold"

    def _odd_rows(self, texts: Texts) -> Positions:
        """Return the rows that hold what is not spelled byte by byte."""
        odd = self._is_odd.take(texts.data)
        filled = np.flatnonzero(texts.sizes)
        first = texts.starts.take(filled)
        last = first + texts.sizes.take(filled) - 1
        if texts.data.max() >= _CONTINUED:
            _mark_broken_letters(odd, texts.data, first=first, last=last)
        if self._canonical.space != "kept":
            is_space = texts.data == _SPACE
            odd[first] |= is_space[first]
            odd[last] |= is_space[last]
            if self._canonical.space == "collapsed":
                odd[1:] |= is_space[1:] & is_space[:-1]
        places = np.flatnonzero(odd)
        return filled.take(np.unique(np.searchsorted(first, places, side="right") - 1))

    def _respelled(self, written: Texts, spelled: Texts, odd: Positions) -> Texts:
        """Return the texts with the odd rows spelled one by one, at the end of the bytes."""
        offsets = np.append(written.starts, len(written.data))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(written.data)]
        rows = pa.Array.from_buffers(pa.large_string(), len(written.starts), buffers)
        respelled = canonicalise(rows.take(pa.array(odd)), self._canonical)
        data, ends = bytes_and_offsets(respelled)
        starts, sizes = spelled.starts.copy(), spelled.sizes.copy()
        starts[odd] = ends[:-1] + (len(spelled.data) - ends[0])
        sizes[odd] = np.diff(ends)
        return Texts(np.concatenate([spelled.data, data[ends[0] : ends[-1]]]), starts, sizes)


def bytes_and_offsets(array: pa.Array) -> tuple[Bytes, Positions]:
    """Return the bytes of a large_string or large_binary and where each row begins and ends."""
    _, offsets, data = array.buffers()
    if offsets is None or len(array) == 0:
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    rows = slice(array.offset, array.offset + len(array) + 1)
    content = np.empty(0, np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
    return content, np.frombuffer(offsets, dtype=np.int64)[rows]


def _mark_broken_letters(odd: Mask, data: Bytes, *, first: Positions, last: Positions) -> None:
    """Mark where a second byte does not follow the first one of its letter, in the same row."""
    is_lead = data == _LATIN
    is_second = (data >= _CONTINUED) & ~is_lead
    odd[1:] |= is_second[1:] != is_lead[:-1]
    odd[first] |= is_second[first]
    odd[last] |= is_lead[last]


def _without_zeros(texts: Texts) -> Texts:
    """Return the texts without leading zeros; a lone one stays."""
    starts, sizes = texts.starts.copy(), texts.sizes.copy()
    rows = np.flatnonzero(sizes > 1)
    while len(rows := rows[texts.data[starts[rows]] == _ZERO]):
        starts[rows] += 1
        sizes[rows] -= 1
        rows = rows[sizes[rows] > 1]
    return Texts(texts.data, starts, sizes)


def _spelled_bytes(canonical: Canonical) -> Bytes:
    """Return, by byte, what it is spelled as."""
    table = np.arange(256, dtype=np.uint8)
    if canonical.apostrophes == "unified":
        table[ord("`")] = ord("'")
    if canonical.case == "upper":
        table[ord("a") : ord("z") + 1] -= _CASE_STEP
        table[0xA0:0xC0] -= _CASE_STEP
    elif canonical.case == "fold":
        table[ord("A") : ord("Z") + 1] += _CASE_STEP
        table[0x80:0x9F] += _CASE_STEP
        table[_MULTIPLICATION] = _MULTIPLICATION
    return table


def _odd_bytes(canonical: Canonical) -> Mask:
    """Return, by byte, whether its row has to be spelled as a whole."""
    is_odd = np.ones(256, dtype=np.bool_)
    is_odd[_SPACE:0x7F] = False
    is_odd[_CONTINUED:0xC0] = False
    is_odd[_LATIN] = False
    is_odd[list(_LATIN_ODD)] = True
    if canonical.leading_zeros == "stripped" and canonical.space != "kept":
        # A space among leading zeros goes with them.
        is_odd[_SPACE] = True
    return is_odd
