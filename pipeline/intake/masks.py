"""Questions asked of every cell of a column at once; a missing cell answers null."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def matches(cells: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    """Return whether a pattern (RE2) fits the whole cell."""
    return pc.match_substring_regex(cells, pattern=rf"\A(?:{pattern})\z")


def is_in(values: pa.ChunkedArray, known: pa.Array) -> pa.ChunkedArray:
    """Return whether each value is among the known ones."""
    return where(pc.is_valid(values), pc.is_in(values, value_set=known))


def where(condition: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the values where the condition holds, null elsewhere."""
    holds = pc.fill_null(condition, pa.scalar(value=False))
    return pc.if_else(holds, values, pa.scalar(None, values.type))
