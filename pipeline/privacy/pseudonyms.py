"""Replace identifiers by keyed 128-bit pseudonyms, a column at a time.

A pseudonym is AES-256-CMAC, under the key of a domain, over the version of the canonical
spelling and the canonical fields, each preceded by its length. The same person has the same
pseudonym within a domain; without the keys, pseudonyms of two domains cannot be linked and
none can be computed or reversed.

Source: EDPB Guidelines 01/2025; ENISA, Pseudonymisation techniques (2019); NIST SP 800-38B.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.errors import PrivacyError
from pipeline.privacy.canonical import CANONICAL_VERSION, canonicalise
from pipeline.privacy.cmac import BLOCK_BYTES, Bytes, Messages, cmac

KEY_BYTES = 32
LENGTH_BYTES = 2
PSEUDONYM = pa.binary(BLOCK_BYTES)


def pseudonymise(columns: Sequence[pa.Array | pa.ChunkedArray], *, key: bytes) -> pa.Array:
    """Return one pseudonym per row of an identifier of one or several columns.

    Args:
        columns: the parts of the identifier, string or large_string, of equal length; their
            order counts.
        key: the 32-byte key of the pseudonymisation domain.

    Returns:
        Fixed-size binary of 16 bytes, no nulls, one per row.

    Raises:
        PrivacyError: a part of an identifier is missing or blank, is no text or is longer than
            65,535 bytes; the parts differ in length; the key is not of 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise PrivacyError("privacy.key_size")
    if len({len(column) for column in columns}) != 1:
        raise PrivacyError("privacy.identifier_parts")
    fields = [_field(column) for column in columns]
    macs = cmac(_framed(fields), key=key)
    return pa.Array.from_buffers(PSEUDONYM, len(macs), [None, pa.py_buffer(macs)])


def _field(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a part of the identifier in canonical spelling, as large_string."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise PrivacyError("privacy.identifier_not_text")
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    whole = pa.chunked_array(chunks, type=column.type).cast(pa.large_string()).combine_chunks()
    text = canonicalise(whole)
    sizes = pc.fill_null(pc.binary_length(text), 0).to_numpy()
    if missing := int(np.count_nonzero(sizes == 0)):
        raise PrivacyError("privacy.identifier_missing", count=missing)
    if too_long := int(np.count_nonzero(sizes >= 1 << 8 * LENGTH_BYTES)):
        raise PrivacyError("privacy.identifier_too_long", count=too_long)
    return text


def _framed(fields: Sequence[pa.Array]) -> Messages:
    """Return version, length, first field, length, second field … of each row."""
    first, *others = fields
    heads = np.empty((len(first), 1 + LENGTH_BYTES), dtype=np.uint8)
    heads[:, 0] = CANONICAL_VERSION
    heads[:, 1:] = _lengths(first)
    tail = first.cast(pa.large_binary())
    for field in others:
        lengths = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(LENGTH_BYTES), len(field), [None, pa.py_buffer(_lengths(field))]
        )
        parts = [tail, lengths.cast(pa.large_binary()), field.cast(pa.large_binary())]
        tail = pc.binary_join_element_wise(*parts, pa.scalar(b"", pa.large_binary()))
    return Messages(heads, *_bytes_and_offsets(tail))


def _lengths(field: pa.Array) -> Bytes:
    """Return the byte length of each row as big-endian bytes, shape (rows, 2)."""
    _, offsets = _bytes_and_offsets(field)
    return np.diff(offsets).astype(">u2").view(np.uint8).reshape(-1, LENGTH_BYTES)


def _bytes_and_offsets(array: pa.Array) -> tuple[Bytes, NDArray[np.int64]]:
    _, offsets, data = array.buffers()
    rows = slice(array.offset, array.offset + len(array) + 1)
    if offsets is None or len(array) == 0:
        return np.empty(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    return np.frombuffer(data, dtype=np.uint8), np.frombuffer(offsets, dtype=np.int64)[rows]
