"""The order in which rows are stored: it follows from the rows alone.

A sender writes rows in an order of their own, such as by name, and often the same in two
deliveries. Were rows stored as they came, the persons of two files could be matched by position,
though their pseudonyms cannot. So rows stand by sender and then by pseudonym, which is as good as
random without the keys; rows that agree in both, and rows without pseudonym, by all that they
hold. The same rows in any other order are stored the same.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.coded import Column, is_coded

_Numbers = NDArray[np.uint64]
_BITS = 64


def in_own_order(rows: pa.Table, sender_column: str | None) -> pa.Table:
    """Return rows in the order that follows from what they hold.

    Args:
        rows: pseudonyms are columns of fixed-size binary.
        sender_column: the column that names the sender of each row, if any.
    """
    rows = rows.combine_chunks()
    return rows.take(own_order(rows, sender_column))


def own_order(rows: pa.Table, sender_column: str | None) -> NDArray[np.intp]:
    """Return the positions of rows, in one piece, in the order that follows from them."""
    if rows.num_rows <= 1:
        return np.arange(rows.num_rows)
    first = _first_bits(rows, sender_column)
    order = first.argsort()
    ordered = first[order]
    is_alike = np.zeros(len(order), dtype=bool)
    is_alike[1:] = ordered[1:] == ordered[:-1]
    is_alike[:-1] |= is_alike[1:]
    if is_alike.any():
        places = np.flatnonzero(is_alike)
        order[places] = order[places][_by_all(rows.take(order[places]), ordered[places])]
    return order


def _first_bits(rows: pa.Table, sender_column: str | None) -> _Numbers:
    """Return one number per row: the rank of its sender, then the first bits of its pseudonym."""
    names = [field.name for field in rows.schema if pa.types.is_fixed_size_binary(field.type)]
    pseudonyms = leading(rows[names[0]]) if names else np.zeros(rows.num_rows, dtype=np.uint64)
    if sender_column is None:
        return pseudonyms
    senders = rows[sender_column].combine_chunks()
    coded = senders if is_coded(senders) else senders.cast(pa.string()).dictionary_encode()
    ranks = np.argsort(np.argsort(np.array(coded.dictionary.to_pylist()))).astype(np.uint64)
    shift = np.uint64(max(1, len(ranks).bit_length()))
    of_sender: _Numbers = ranks[coded.indices.to_numpy()] << (np.uint64(_BITS) - shift)
    return of_sender | (pseudonyms >> shift)


def leading(pseudonyms: Column) -> _Numbers:
    """Return the first eight bytes of each value as a number; zero where there is none."""
    width = pseudonyms.type.byte_width
    column = pa.chunked_array([pseudonyms]) if isinstance(pseudonyms, pa.Array) else pseudonyms
    column = column.combine_chunks()
    if column.null_count:
        column = pc.fill_null(column, bytes(width))
    raw = np.frombuffer(column.buffers()[1], dtype=np.uint8)
    cells = raw[column.offset * width :][: len(column) * width].reshape(len(column), width)
    wide = np.zeros((len(column), 8), dtype=np.uint8)
    wide[:, : min(width, 8)] = cells[:, :8]
    return wide.view(">u8").ravel().astype(np.uint64)


def _by_all(rows: pa.Table, first: _Numbers) -> NDArray[np.intp]:
    """Return the order of a few rows by their number and then by every column."""
    plain = {name: _sortable(rows[name]) for name in rows.column_names}
    table = pa.table([pa.array(first), *plain.values()], names=["", *map("-{}".format, plain)])
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in table.column_names])
    return np.asarray(order.to_numpy(), dtype=np.intp)


def _sortable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
