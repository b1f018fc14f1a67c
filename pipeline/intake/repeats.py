"""Repeats: rows that bear the same key. A copy is refused; a contradiction is, whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Rows = NDArray[np.int64]


def find_repeats(table: pa.Table, key: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the rows to refuse for their key: copies, and contradictions.

    Rows that agree in every column say one thing several times: all but the first are copies.
    Where rows of one key differ in any column, which of them is true is not known: all are
    contradictions.

    Args:
        table: one row per record; every column counts as content.
        key: columns that name one row.

    Returns:
        Numbers of the copied and of the contradicting rows, each sorted.
    """
    if table.group_by(key).aggregate([([], "count_all")]).num_rows == table.num_rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    first_of_key = _first_rows(table, key)
    first_of_content = _first_rows(table, table.column_names)
    contradicted = np.unique(first_of_key[first_of_content != first_of_key])
    is_conflict = np.isin(first_of_key, contradicted)
    is_copy = (first_of_key != np.arange(table.num_rows)) & ~is_conflict
    return np.flatnonzero(is_copy), np.flatnonzero(is_conflict)


def _first_rows(table: pa.Table, columns: Sequence[str]) -> Rows:
    """Return for each row the number of the first row that agrees with it in some columns."""
    row = pa.array(np.arange(table.num_rows))
    # Plain numbers as names: a column of the contract cannot bear one.
    numbered = pa.table([*(table[name] for name in columns), row], names=_names(len(columns) + 1))
    groups = numbered.group_by(numbered.column_names[:-1], use_threads=False)
    rows = groups.aggregate([(numbered.column_names[-1], "list")])[-1].combine_chunks()
    firsts = np.empty(table.num_rows, np.int64)
    members = rows.flatten().to_numpy()
    lengths = pc.list_value_length(rows).to_numpy()
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    firsts[members] = np.repeat(np.minimum.reduceat(members, starts), lengths)
    return firsts


def _names(count: int) -> list[str]:
    return [str(number) for number in range(count)]
