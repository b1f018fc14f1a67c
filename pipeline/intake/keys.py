"""Keys of rows as hashes of 48 bits: which rows may bear a key that another bears too.

They are what stays of each row of a large file, so that each byte of them counts. Equal keys have
equal hashes. Rows of equal hashes are candidates only: `repeats` compares what
they hold, so that a collision costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Hashes = NDArray[np.void]
Words = NDArray[np.uint64]
Rows = NDArray[np.int64]

# How a hash is kept: six bytes a row. Of 70 million rows some ten are candidates by chance.
HASH = np.dtype([("high", np.uint32), ("low", np.uint16)])
_LOW_BITS, _SPARE_BITS = np.uint64(16), np.uint64(16)
_WORD = 8
_SHARES = 16
_SHARE_BITS = np.uint64(44)
_INTEGER = np.dtype(np.uint64)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_MISSING = np.uint64(0xFFFFFFFF)
# By bytes that are left in a word: those to look at.
_KEPT = np.array([(1 << (8 * left)) - 1 for left in range(_WORD + 1)], np.uint64)


def hash_keys(columns: Sequence[pa.ChunkedArray]) -> Hashes:
    """Return the hash of the key of each row.

    Args:
        columns: the typed columns of the key; a missing value is like another missing value.
    """
    words = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        text = column.cast(pa.large_string()).combine_chunks()
        words = _mixed(words ^ _text_hashes(text))
    words >>= _SPARE_BITS
    hashes = np.empty(len(words), HASH)
    hashes["high"], hashes["low"] = words >> _LOW_BITS, words & np.uint64(0xFFFF)
    return hashes


def repeated(hashes: Sequence[Hashes]) -> list[Rows]:
    """Return, for each part of a file, the rows whose hash comes again in any part, sorted.

    Hashes are sorted a share at a time, by their first bits: a copy of all of them at once could be
    more than all else that a reader holds.
    """
    often = np.concatenate([_often(hashes, share) for share in range(_SHARES)])
    if not often.size:
        return [np.empty(0, np.int64) for _ in hashes]
    return [np.flatnonzero(np.isin(_words(part), often)) for part in hashes]


def _often(hashes: Sequence[Hashes], share: int) -> Words:
    """Return, of a share of all hashes, those that come again."""
    words = map(_words, hashes)
    ordered = np.concatenate(
        [np.empty(0, np.uint64), *(part[part >> _SHARE_BITS == share] for part in words)]
    )
    ordered.sort()
    again: Words = ordered[1:][ordered[1:] == ordered[:-1]]
    return again


def _words(hashes: Hashes) -> Words:
    words: Words = hashes["high"].astype(np.uint64) << _LOW_BITS
    words |= hashes["low"]
    return words


def _text_hashes(text: pa.Array) -> Words:
    _, offsets, data = text.buffers()
    ends = np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
    is_valid = pc.is_valid(text).to_numpy(zero_copy_only=False)
    starts, left = ends[:-1], np.where(is_valid, np.diff(ends), 0)
    hashes = np.where(is_valid, left.astype(np.uint64), _MISSING)
    # Room behind the last value, so that a whole word can be taken anywhere.
    padded = np.zeros((0 if data is None else data.size) + _WORD, np.uint8)
    if data is not None:
        padded[: data.size] = np.frombuffer(data, np.uint8)
    words = np.ndarray((len(padded) - _WORD + 1,), np.dtype("V8"), padded.data, strides=(1,))
    while left.size and left.min() >= _WORD:
        word: Words = words[starts].view(_INTEGER)
        hashes = _mixed(hashes ^ word)
        starts, left = starts + _WORD, left - _WORD
    while (going_on := left > 0).any():
        at = np.where(going_on, starts, 0)
        word = words[at].view(_INTEGER) & _KEPT[np.clip(left, 0, _WORD)]
        hashes = np.where(going_on, _mixed(hashes ^ word), hashes)
        starts, left = starts + _WORD, left - _WORD
    return hashes


def _mixed(hashes: Words) -> Words:
    mixed = hashes * _FACTOR
    mixed ^= mixed >> _SHIFT
    mixed *= _FACTOR
    mixed ^= mixed >> _SHIFT
    return mixed
