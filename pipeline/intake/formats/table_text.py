"""Rows of cells as lines of text, in the one form in which laid-out deliveries are sealed."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.formats import TEXT
from pipeline.intake.records import LINE_FEED

_QUOTE = TEXT.quote
_QUOTED = f"[{TEXT.delimiter}{_QUOTE}\r\n]"
# What would end a record inside of a cell.
BREAKS = "[\r\n]"


def header_line(names: Sequence[str]) -> bytes:
    """Return the first line of a text: names, with what ends a line in them taken out."""
    flat = pa.array([" ".join(name.splitlines()) for name in names], pa.string())
    return lines_of([flat.slice(n, 1) for n in range(len(flat))])


def lines_of(columns: Sequence[pa.Array]) -> bytes:
    """Return rows as lines.

    Args:
        columns: string, of one length; null is an empty cell, and no cell holds a line break.
    """
    cells = [_cells(column, is_alone=len(columns) == 1) for column in columns]
    lines = pc.binary_join_element_wise(*cells, TEXT.delimiter)
    ended = pc.binary_join_element_wise(lines, "", LINE_FEED.decode())
    return b"".join(ended.cast(pa.binary()).to_pylist())


def _cells(column: pa.Array, *, is_alone: bool) -> pa.Array:
    cells = pc.fill_null(column, "")
    must = pc.match_substring_regex(cells, pattern=_QUOTED)
    if is_alone:
        # A line with nothing on it is no record.
        must = pc.or_(must, pc.equal(cells, ""))
    if not pc.any(must).as_py():
        return cells
    doubled = pc.replace_substring(cells, pattern=_QUOTE, replacement=_QUOTE * 2)
    quoted = pc.binary_join_element_wise(_QUOTE, doubled, _QUOTE, "")
    return pc.if_else(must, quoted, cells)
