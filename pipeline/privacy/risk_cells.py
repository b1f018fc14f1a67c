"""Rows counted by their quasi-identifiers and sensitive values: what every risk figure is made of.

Persons who are alike in every quasi-identifier are one equivalence class. A missing value is a
value of its own: who is known to have none is told apart by that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Integers = NDArray[np.int64]

_LARGEST_KEY = np.iinfo(np.int64).max
# Up to so many keys per cell a table of what occurs is faster than a sort.
_KEYS_PER_CELL = 8


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of the cells.

    Attributes:
        name: of the column.
        code: position of each cell's value in `values`, shape (cells,).
        values: the values that occur, in their order, a missing one last.
        is_ordered: True for numbers and dates, whose values lie nearer and farther.
    """

    name: str
    code: Integers
    values: tuple[object, ...]
    is_ordered: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows counted: one cell per combination of values that occurs.

    Attributes:
        quasi_identifiers: the columns that could tell a person apart, by name or by neighbours.
        sensitive: the columns that must not be learned.
        rows: rows in each cell, at least 1, shape (cells,).
    """

    quasi_identifiers: tuple[Coded, ...]
    sensitive: tuple[Coded, ...]
    rows: Integers


def cells_of(
    counted: pa.Table,
    *,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    rows: str,
    orders: Mapping[str, Sequence[str]] | None = None,
) -> Cells:
    """Return the cells of a table of counted combinations.

    Args:
        counted: one row per combination: the columns named, and the count.
        quasi_identifiers: their names.
        sensitive: their names.
        rows: name of the count.
        orders: sensitive column of codes → its codes in their order, where they have one.
    """
    orders = orders or {}
    return Cells(
        quasi_identifiers=tuple(_coded(name, counted[name]) for name in quasi_identifiers),
        sensitive=tuple(_coded(name, counted[name], orders.get(name)) for name in sensitive),
        rows=counted[rows].to_numpy().astype(np.int64),
    )


def _coded(name: str, column: pa.ChunkedArray, order: Sequence[str] | None = None) -> Coded:
    kind = column.type
    is_ordered = any(
        is_kind(kind) for is_kind in (pa.types.is_integer, pa.types.is_floating, pa.types.is_date)
    )
    found = pc.unique(column)
    ranks = found if order is None else pc.index_in(found, value_set=pa.array(order, kind))
    values = found.take(pc.array_sort_indices(ranks, null_placement="at_end"))
    code = pc.index_in(column, value_set=values, skip_nulls=False).to_numpy()
    return Coded(
        name, code.astype(np.int64), tuple(values.to_pylist()), is_ordered or order is not None
    )


def classes_of(columns: Iterable[tuple[Integers, int]], *, cells: int) -> tuple[Integers, int]:
    """Return the number of each cell's class, from 0, and how many classes there are.

    Args:
        columns: of each quasi-identifier the code of each cell, shape (cells,), and the number
            of codes; without any column all cells are one class.
        cells: how many there are.
    """
    key, keys = np.zeros(cells, np.int64), 1
    for code, codes in columns:
        if keys > _LARGEST_KEY // max(codes, 1):
            key, keys = _numbered(key, keys)
        key, keys = key * codes + code, keys * codes
    return _numbered(key, keys)


def _numbered(key: Integers, keys: int) -> tuple[Integers, int]:
    """Return the keys that occur, numbered from 0 in their order."""
    if keys > _KEYS_PER_CELL * len(key):
        found, number = np.unique(key, return_inverse=True)
        return number.astype(np.int64), len(found)
    occurs = np.zeros(keys, np.bool_)
    occurs[key] = True
    number = np.cumsum(occurs, dtype=np.int64) - 1
    return number[key], int(np.count_nonzero(occurs))


def total_by(number: Integers, rows: Integers, *, groups: int) -> Integers:
    """Return the rows of each group, shape (groups,).

    Args:
        number: group of each cell, shape (cells,).
        rows: rows of each cell, shape (cells,).
        groups: how many there are.
    """
    return np.bincount(number, weights=rows, minlength=groups).astype(np.int64)
