"""The state hash: one number for a set of rows, however they were delivered and stored."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.coded import CODED, is_coded, tidied

_UNSIGNED = {8: pa.uint8(), 16: pa.uint16(), 32: pa.uint32(), 64: pa.uint64()}


def hash_rows(table: pa.Table) -> str:
    """Return the SHA-256, in hex, of the sorted rows of a table.

    Rows, columns and chunks in another order, and text held as dictionary or large text, give
    the same hash; another value, type, column name or number of equal rows gives another.
    Minus zero is zero and all NaN are one.
    """
    columns = {name: _plain(table[name]) for name in sorted(table.column_names)}
    digest = hashlib.sha256()
    _add(digest, str(table.num_rows).encode())
    rows = pa.table(columns)
    if columns:
        order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in columns])
        rows = rows.take(order)
    for name in columns:
        column = rows[name].combine_chunks()
        _add(digest, name.encode())
        _add(digest, str(column.type).encode())
        for part in _content(column):
            _add(digest, part)
    return digest.hexdigest()


def hash_in_order(table: pa.Table) -> str:
    """Return the SHA-256, in hex, of the rows of a table in the order in which they stand.

    Columns and chunks in another order, and text held in codes, give the same hash. Of text the
    values that occur are hashed once each, so that rows of codes need not be spelled out.
    """
    digest = hashlib.sha256()
    _add(digest, str(table.num_rows).encode())
    for name in sorted(table.column_names):
        column = table[name]
        if is_coded(column) or pa.types.is_string(column.type):
            coded = tidied(column if is_coded(column) else _coded(column))
            parts = [*_text(coded.dictionary.cast(pa.large_binary()))]
            parts.append(_numbers(pc.fill_null(coded.indices, -1)))
            kind = str(pa.string())
        else:
            plain = _plain(column).combine_chunks()
            parts, kind = _content(plain), str(plain.type)
        for part in (name.encode(), kind.encode(), *parts):
            _add(digest, part)
    return digest.hexdigest()


def _coded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pa.chunked_array([column.combine_chunks().dictionary_encode()], CODED)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in the one type that stands for all that hold the same values."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_string_view(column.type):
        return column.cast(pa.large_string())
    if pa.types.is_binary(column.type) or pa.types.is_fixed_size_binary(column.type):
        return column.cast(pa.large_binary())
    if pa.types.is_decimal(column.type):
        return column.cast(pa.large_string())
    if pa.types.is_floating(column.type):
        values = pc.add(column.cast(pa.float64()), 0.0)
        return pc.if_else(pc.is_nan(values), float("nan"), values)
    return column


def _content(column: pa.Array) -> list[bytes]:
    """Return validity and values as bytes; what lies under a null is cleared first."""
    valid = column.is_valid().cast(pa.uint8())
    parts = [_numbers(valid)]
    if pa.types.is_large_string(column.type) or pa.types.is_large_binary(column.type):
        return [*parts, *_text(pc.fill_null(column.cast(pa.large_binary()), b""))]
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    raw = column.view(_UNSIGNED[column.type.bit_width])
    return [*parts, _numbers(pc.fill_null(raw, 0))]


def _text(values: pa.Array) -> list[bytes]:
    """Return the lengths of all values, and the values one after the other."""
    _, offsets, data = values.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[values.offset :][: len(values) + 1]
    return [_numbers(pc.binary_length(values)), data[ends[0] : ends[-1]].to_pybytes()]


def _numbers(values: pa.Array) -> bytes:
    numbers = values.to_numpy(zero_copy_only=False)
    return bytes(numbers.astype(numbers.dtype.newbyteorder("<"), copy=False).tobytes())


def _add(digest: hashlib._Hash, part: bytes) -> None:
    digest.update(len(part).to_bytes(8, "little"))
    digest.update(part)
