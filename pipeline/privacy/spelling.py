"""The bytes of identifiers in canonical spelling, at the speed of a column.

Text of plain ASCII and of the letters of Latin-1 is spelled byte by byte; a row that holds anything
else goes through `canonicalise`, and both give the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts import Canonical
from pipeline.privacy.canonical import canonicalise
from pipeline.privacy.cmac import Bytes, Positions

Mask = NDArray[np.bool_]

_SPACE, _ZERO, _GRAVE, _APOSTROPHE = (np.uint8(ord(sign)) for sign in " 0`'")
_LAST_PLAIN = np.uint8(ord("~"))
# UTF-8 writes the letters from À to ÿ as this byte and one of the 64 from 0x80 on.
_LATIN, _SECOND, _SECONDS = np.uint8(0xC3), np.uint8(0x80), np.uint8(0x40)
# By second byte: sharp s, the sign of division, y with diaeresis: none has its pair 0x20 away.
_LATIN_ODD = (0x9F, 0xB7, 0xBF)
_MULTIPLICATION = 0x97
_NOWHERE: Positions = np.empty(0, dtype=np.int64)
_NOTHING: Mask = np.empty(0, dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts in one run of bytes: text i is `data[starts[i]:starts[i] + sizes[i]]`."""

    data: Bytes
    starts: Positions
    sizes: Positions


class Speller:
    """Spells slices of columns by the rules of one domain."""

    __slots__ = ("_canonical", "_second", "_second_is_odd")

    def __init__(self, canonical: Canonical) -> None:
        self._canonical = canonical
        self._second, self._second_is_odd = _second_bytes(canonical)

    def spelled(self, data: Bytes, offsets: NDArray[Any]) -> Texts:
        """Return the canonical spelling of the texts between the offsets.

        Args:
            data: UTF-8.
            offsets: shape (rows + 1); text i is `data[offsets[i]:offsets[i + 1]]`.

        Raises:
            PrivacyError: a text is no valid UTF-8.
        """
        offsets = offsets.astype(np.int64, copy=False)
        written = data[offsets[0] : offsets[-1]]
        texts = Texts(written, offsets[:-1] - offsets[0], np.diff(offsets))
        if len(written):
            texts = self._spelled(texts, lowest=int(written.min()), highest=int(written.max()))
        if self._canonical.leading_zeros == "stripped":
            return _without_zeros(texts)
        return texts

    def _spelled(self, texts: Texts, *, lowest: int, highest: int) -> Texts:
        """Return the spelling of texts between whose lowest and highest byte all others lie."""
        if lowest >= ord("'") and highest <= ord("Z") and self._canonical.case != "fold":
            # No rule changes one of these.
            return texts
        is_plain = lowest >= ord(" ") and highest <= ord("~")
        letters, others = (_NOWHERE, _NOWHERE) if is_plain else self._not_plain(texts, lowest)
        odd = self._odd_rows(texts, others, lowest=lowest)
        has_graves = lowest <= ord("`") <= highest
        respelled = self._respelled_bytes(texts.data, letters, has_graves=has_graves)
        spelled = Texts(respelled, texts.starts, texts.sizes)
        return self._respelled(texts, spelled, odd) if len(odd) else spelled

    def _not_plain(self, texts: Texts, lowest: int) -> tuple[Positions, Positions]:
        """Return where a letter of Latin-1 begins that is spelled by its bytes, and other bytes.

        Args:
            texts: not all of it plain ASCII.
            lowest: no byte of it is lower.

        Returns:
            Positions of the letters' first bytes; those of all else that is no plain ASCII.
        """
        is_not_plain = texts.data > _LAST_PLAIN
        if lowest < ord(" "):
            is_not_plain |= texts.data < _SPACE
        places = np.flatnonzero(is_not_plain)
        written = texts.data.take(places)
        is_letter = written[:-1] == _LATIN
        is_letter &= ~self._second_is_odd.take(written[1:])
        is_letter &= places[1:] - places[:-1] == 1
        # A row that ends within a letter is no text.
        last = texts.starts[1:] - 1
        if (texts.data.take(last) == _LATIN).any():
            is_letter &= ~np.isin(places[:-1], last)
        leads = np.flatnonzero(is_letter)
        is_other = np.ones(len(places), dtype=np.bool_)
        is_other[leads] = False
        is_other[leads + 1] = False
        return places.take(leads), places[is_other]

    def _odd_rows(self, texts: Texts, others: Positions, *, lowest: int) -> Positions:
        """Return the rows that hold what is not spelled byte by byte.

        Args:
            texts: as written.
            others: where such bytes stand, but for spaces.
            lowest: no byte is lower.
        """
        may_have_spaces = self._canonical.space != "kept" and lowest <= ord(" ")
        is_space = texts.data == _SPACE if may_have_spaces else _NOTHING
        has_spaces = bool(is_space.any())
        if not len(others) and not has_spaces:
            return _NOWHERE
        filled = np.flatnonzero(texts.sizes)
        first = texts.starts.take(filled)
        if has_spaces:
            last = first + texts.sizes.take(filled) - 1
            is_odd = np.zeros(len(texts.data), dtype=np.bool_)
            self._mark_spaces(is_odd, is_space, first=first, last=last)
            others = np.concatenate([others, np.flatnonzero(is_odd)])
        return filled.take(np.unique(np.searchsorted(first, others, side="right") - 1))

    def _mark_spaces(
        self, is_odd: Mask, is_space: Mask, *, first: Positions, last: Positions
    ) -> None:
        """Mark the spaces that the rules take out."""
        if self._canonical.leading_zeros == "stripped":
            # One among leading zeros goes with them.
            is_odd |= is_space
        is_odd[first] |= is_space.take(first)
        is_odd[last] |= is_space.take(last)
        if self._canonical.space == "collapsed":
            is_odd[1:] |= is_space[1:] & is_space[:-1]

    def _respelled_bytes(self, written: Bytes, letters: Positions, *, has_graves: bool) -> Bytes:
        """Return the bytes in the case that the rules say, and with one kind of apostrophe."""
        match self._canonical.case:
            case "upper":
                spelled = _ascii(pc.ascii_upper, written)
            case "fold":
                spelled = _ascii(pc.ascii_lower, written)
            case _:
                spelled = written.copy()
        if self._canonical.apostrophes == "unified" and has_graves:
            spelled[written == _GRAVE] = _APOSTROPHE
        spelled[letters + 1] = self._second.take(written.take(letters + 1))
        return spelled

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


def bytes_and_offsets(array: pa.Array) -> tuple[Bytes, NDArray[Any]]:
    """Return the bytes of text or binary, large or not, and where each row begins and ends."""
    _, offsets, data = array.buffers()
    if offsets is None or len(array) == 0:
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    is_large = pa.types.is_large_string(array.type) or pa.types.is_large_binary(array.type)
    ends = np.frombuffer(offsets, dtype=np.int64 if is_large else np.int32)
    content = np.empty(0, np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
    return content, ends[array.offset : array.offset + len(array) + 1]


def _ascii(respell: Callable[[pa.Array], pa.Array], written: Bytes) -> Bytes:
    """Return the bytes in another case, those beyond ASCII as they are."""
    ends = np.array([0, len(written)])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(written)]
    respelled = respell(pa.Array.from_buffers(pa.large_string(), 1, buffers))
    return np.frombuffer(respelled.buffers()[2], dtype=np.uint8)


def _without_zeros(texts: Texts) -> Texts:
    """Return the texts without leading zeros; a lone one stays."""
    starts, sizes = texts.starts.copy(), texts.sizes.copy()
    rows = np.flatnonzero(sizes > 1)
    while len(rows := rows[texts.data[starts[rows]] == _ZERO]):
        starts[rows] += 1
        sizes[rows] -= 1
        rows = rows[sizes[rows] > 1]
    return Texts(texts.data, starts, sizes)


def _second_bytes(canonical: Canonical) -> tuple[Bytes, Mask]:
    """Return, by second byte of a letter of Latin-1, what it becomes and whether it is odd."""
    table = np.arange(256, dtype=np.uint8)
    if canonical.case == "upper":
        table[0xA0:0xC0] -= 0x20
    elif canonical.case == "fold":
        table[0x80:0xA0] += 0x20
        table[_MULTIPLICATION] = _MULTIPLICATION
    is_odd = (np.arange(256, dtype=np.uint8) - _SECOND) >= _SECONDS
    is_odd[list(_LATIN_ODD)] = True
    return table, is_odd
