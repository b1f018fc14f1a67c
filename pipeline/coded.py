"""Coded columns: text that repeats, kept as the values that occur and the number of one per row.

A coded column says what the plain one says, in a part of the room; what is asked of each value is
asked once. Its values are distinct, none of them is missing; some may be of no row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Column: TypeAlias = "pa.Array | pa.ChunkedArray"
CODED = pa.dictionary(pa.int32(), pa.string())
_TEXT = pa.string()


def is_coded(column: Column) -> bool:
    """Whether a column is kept so."""
    return bool(column.type == CODED)


def is_sound(column: pa.ChunkedArray) -> bool:
    """Whether the values of a coded column, valid as Arrow has it, are distinct and all there."""
    return all(
        not chunk.dictionary.null_count and len(chunk.dictionary.unique()) == len(chunk.dictionary)
        for chunk in column.chunks
    )


def spread(values: pa.Array, numbers: pa.Array) -> pa.Array:
    """Return the value of each row: coded where it is text, else plain.

    Args:
        values: of any type, in any order, the same one perhaps several times; nulls too.
        numbers: for each row which of them it has; null where it has none.
    """
    if values.type != _TEXT:
        return values.take(numbers)
    distinct = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(distinct.indices.take(numbers), distinct.dictionary)


def of_each_value(column: pa.ChunkedArray, rule: Callable[[pa.ChunkedArray], Column]) -> Column:
    """Return what a rule makes of each row of a coded column, by asking it once for each value.

    Args:
        column: coded.
        rule: looks at each row by itself; gets text, returns as many values.
    """
    if not column.num_chunks:
        return rule(plain(column))
    made = []
    for chunk in column.chunks:
        values, numbers = with_missing(chunk)
        told = rule(pa.chunked_array([values]))
        told = told.combine_chunks() if isinstance(told, pa.ChunkedArray) else told
        made.append(spread(told, numbers))
    return pa.chunked_array(made)


def with_missing(chunk: pa.DictionaryArray) -> tuple[pa.Array, pa.Array]:
    """Return the values, with a missing one if a row has it, and the number of each row's."""
    values, numbers = chunk.dictionary, chunk.indices
    if not numbers.null_count:
        return values, numbers
    missing = pa.scalar(len(values), numbers.type)
    return pa.concat_arrays([values, pa.nulls(1, _TEXT)]), pc.fill_null(numbers, missing)


def plain(column: Column) -> Column:
    """Return a column as text if it is coded, else as it is."""
    return column.cast(_TEXT) if is_coded(column) else column


def plain_type(column: Column) -> pa.DataType:
    """Return the type of what a column says."""
    return _TEXT if is_coded(column) else column.type


def plain_table(table: pa.Table) -> pa.Table:
    """Return a table without coded columns."""
    if not any(map(is_coded, table.columns)):
        return table
    return pa.table({name: plain(table[name]) for name in table.column_names})


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return tables of the same columns one behind the other.

    A column that is coded in some of them is coded if most rows have it so.
    """
    columns = {}
    for name in tables[0].column_names:
        parts = [table[name] for table in tables]
        if 2 * sum(len(part) for part in parts if is_coded(part)) >= sum(map(len, parts)) > 0:
            parts = [part if is_coded(part) else part.dictionary_encode() for part in parts]
        else:
            parts = [plain(part) for part in parts]
        chunks = [chunk for part in parts for chunk in part.chunks]
        whole = pa.chunked_array(chunks, parts[0].type)
        columns[name] = whole.unify_dictionaries()
    return pa.table(columns)


def in_one_piece(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a coded column with one set of values."""
    return column.unify_dictionaries().combine_chunks()


def tidied(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a coded column in one piece, whose values are those of its rows, in their order.

    So nothing in it tells of other rows, or of an order in which they once stood.
    """
    chunk = in_one_piece(column)
    ordered = pc.array_sort_indices(chunk.dictionary)
    occurs = np.zeros(len(chunk.dictionary), np.bool_)
    occurs[chunk.indices.drop_null().to_numpy()] = True
    kept = ordered.filter(pa.array(occurs[ordered.to_numpy()]))
    place = np.zeros(len(chunk.dictionary), np.int32)
    place[kept.to_numpy()] = np.arange(len(kept), dtype=np.int32)
    return pa.DictionaryArray.from_arrays(
        pa.array(place).take(chunk.indices), chunk.dictionary.take(kept)
    )
