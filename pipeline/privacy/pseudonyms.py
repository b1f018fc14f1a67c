"""Replace identifiers by keyed 128-bit pseudonyms, a column at a time.

A pseudonym is AES-256-CMAC, under the key of a domain, over the version of the frame and the
canonical fields, each preceded by its length. In a later epoch it is the CMAC of the pseudonym
before it, so that what is stored can be moved on without the identifiers. The same person has the
same pseudonym within a domain; without the keys, pseudonyms of two domains cannot be linked and
none can be computed or reversed.

Source: EDPB Guidelines 01/2025; ENISA, Pseudonymisation techniques (2019); NIST SP 800-38B.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts import Canonical
from pipeline.errors import PrivacyError
from pipeline.privacy.cmac import BLOCK_BYTES, SLICE_ROWS, Bytes, Cmac, Messages, Positions
from pipeline.privacy.spelling import Mask, Speller, Texts, bytes_and_offsets

FRAME_VERSION = 1
KEY_BYTES = 32
LENGTH_BYTES = 2
PSEUDONYM = pa.binary(BLOCK_BYTES)
_LONGEST = (1 << 8 * LENGTH_BYTES) - 1


def pseudonymise(
    columns: Sequence[pa.Array | pa.ChunkedArray], *, keys: Sequence[bytes], canonical: Canonical
) -> pa.Array:
    """Return one pseudonym per row of an identifier of one or several columns.

    Args:
        columns: the parts of the identifier, text or integers, of equal length; their order
            counts. The text of an integer is its decimal form.
        keys: the 32-byte keys of the pseudonymisation domain, one per epoch from the first on.
        canonical: how an identifier is spelled first.

    Returns:
        Fixed-size binary of 16 bytes, no nulls, one per row.

    Raises:
        PrivacyError: a part of an identifier is missing or blank, is no text or is longer than
            65,535 bytes; the parts differ in length; there is no key, or one is not of 32 bytes.
    """
    ciphers = _ciphers(keys)
    if len({len(column) for column in columns}) != 1:
        raise PrivacyError("privacy.identifier_parts")
    fields = [bytes_and_offsets(_text(column)) for column in columns]
    speller, rows = Speller(canonical), len(columns[0])
    # Arrow's memory is used again; that of a fresh array is handed out page by page.
    room = pa.allocate_buffer(rows * BLOCK_BYTES)
    macs = np.frombuffer(room, dtype=np.uint8).reshape(rows, BLOCK_BYTES)
    missing = too_long = 0
    for first in range(0, rows, SLICE_ROWS):
        beyond = min(first + SLICE_ROWS, rows)
        parts = [speller.spelled(data, offsets[first : beyond + 1]) for data, offsets in fields]
        missing += _count(parts, lambda sizes: sizes == 0)
        too_long += _count(parts, lambda sizes: sizes > _LONGEST)
        if not (missing or too_long):
            macs[first:beyond] = _chained(_framed(parts), ciphers)
    if missing:
        raise PrivacyError("privacy.identifier_missing", count=missing)
    if too_long:
        raise PrivacyError("privacy.identifier_too_long", count=too_long)
    return pa.Array.from_buffers(PSEUDONYM, rows, [None, room])


def next_epoch(pseudonyms: pa.Array | pa.ChunkedArray, *, key: bytes) -> pa.Array:
    """Return the pseudonyms of the next epoch: the CMAC, under its key, of each one.

    Args:
        pseudonyms: fixed-size binary of 16 bytes, no nulls.
        key: the 32-byte key of the next epoch.

    Raises:
        PrivacyError: the key is not of 32 bytes, or the column holds no pseudonyms.
    """
    [cipher] = _ciphers([key])
    if pseudonyms.type != PSEUDONYM or pseudonyms.null_count:
        raise PrivacyError("privacy.no_pseudonym")
    data, offsets = bytes_and_offsets(_whole(pseudonyms.cast(pa.large_binary())))
    macs = cipher.of(_blocks(data[offsets[0] : offsets[-1]]))
    return pa.Array.from_buffers(PSEUDONYM, len(macs), [None, pa.py_buffer(macs)])


def record_keys(pseudonyms: pa.Array | pa.ChunkedArray, *, key: bytes) -> pa.Array:
    """Return the record keys of persons: the first 32 bits of the CMAC of each pseudonym.

    Without the key they are numbers drawn at random; the same person has the same one.

    Args:
        pseudonyms: fixed-size binary of 16 bytes, no nulls.
        key: the 32-byte key of the pseudonymisation domain for this purpose.

    Returns:
        int64, from 0 to 2**32 - 1, one per row.

    Raises:
        PrivacyError: the key is not of 32 bytes, or the column holds no pseudonyms.
    """
    macs = next_epoch(pseudonyms, key=key)
    words = np.frombuffer(macs.buffers()[1], dtype=">u4")[:: BLOCK_BYTES // 4]
    return pa.array(words.astype(np.int64))


def _ciphers(keys: Sequence[bytes]) -> list[Cmac]:
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise PrivacyError("privacy.key_size")
    return [Cmac(key) for key in keys]


def _text(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a part of the identifier as text; a missing one is empty."""
    kind = column.type
    if not (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind)
    ):
        raise PrivacyError("privacy.identifier_not_text")
    whole = _whole(column)
    text = whole.cast(pa.large_string()) if pa.types.is_integer(kind) else whole
    return pc.fill_null(text, "") if text.null_count else text


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _count(parts: Sequence[Texts], is_bad: Callable[[Positions], Mask]) -> int:
    return sum(int(np.count_nonzero(is_bad(part.sizes))) for part in parts)


def _framed(parts: Sequence[Texts]) -> Messages:
    """Return version, length, first field, length, second field … of each row."""
    first, *others = parts
    heads = _lengths(first.sizes).astype(np.uint64)
    heads = (heads << np.uint64(8)) | np.uint64(FRAME_VERSION)
    texts = _joined(parts) if others else first
    return Messages(heads, 1 + LENGTH_BYTES, texts.data, texts.starts, texts.sizes)


def _joined(parts: Sequence[Texts]) -> Texts:
    """Return the fields one after the other, a length before each but the first."""
    first, *others = (_laid_out(part) for part in parts)
    tail = first
    for field, part in zip(others, parts[1:], strict=True):
        lengths = _lengths(part.sizes)
        prefix = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(LENGTH_BYTES), len(lengths), [None, pa.py_buffer(lengths)]
        )
        joint = [tail, prefix.cast(pa.large_binary()), field, pa.scalar(b"", pa.large_binary())]
        tail = pc.binary_join_element_wise(*joint)
    data, offsets = bytes_and_offsets(tail)
    return Texts(data, offsets[:-1], np.diff(offsets))


def _laid_out(part: Texts) -> pa.Array:
    """Return a field as large_binary, its rows one after the other."""
    offsets = np.concatenate([[0], np.cumsum(part.sizes)])
    places = np.arange(offsets[-1]) + np.repeat(part.starts - offsets[:-1], part.sizes)
    data = part.data.take(places)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_binary(), len(part.sizes), buffers)


def _lengths(sizes: Positions) -> NDArray[np.uint16]:
    """Return the sizes as two bytes each, the higher one first in memory."""
    return sizes.astype(">u2").view("<u2")


def _chained(messages: Messages, ciphers: Sequence[Cmac]) -> Bytes:
    first, *later = ciphers
    macs = first.of(messages)
    for cipher in later:
        macs = cipher.of(_blocks(macs.reshape(-1)))
    return macs


def _blocks(data: Bytes) -> Messages:
    """Return each 16 bytes as a message of its own."""
    starts = np.arange(0, len(data), BLOCK_BYTES)
    sizes = np.full(len(starts), BLOCK_BYTES)
    return Messages(np.zeros(len(starts), np.uint64), 0, data, starts, sizes)
