"""Sound blocks: records that are certainly well-formed, and their cells as text.

The same layout as `records` asks of a whole file, block by block. What a sweep would find follows
from counts: as many delimiters outside of quotes as records have between them, as many line ends
as records, and a parser that refuses another number of fields, once each quote is known to enclose
a field. What is not certain is no result, never a refusal: the reader of whole files tells what
is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipeline.intake.encoding import MARK
from pipeline.intake.records import (
    CACHED,
    LINE_FEED,
    QUOTE,
    RETURN,
    count_octets,
    enclose_fields,
    find_records,
    positions_of,
)


@dataclass(frozen=True, slots=True)
class Sound:
    """A well-formed block.

    Attributes:
        cells: every cell as text, one row per record.
        lines: line ends in the block, those in quoted text too.
        line_end: of its records; None where the only one lacks its own.
    """

    cells: pa.Table = field(repr=False)
    lines: int
    line_end: bytes | None


def sound_block(
    body: bytes, *, names: Sequence[str], delimiter: str, tallest: Sequence[int] = ()
) -> Sound | None:
    """Return the cells of a block, or None where it is not certain that it is well-formed.

    Args:
        body: whole records in UTF-8.
        names: of the columns, in the order of the file.
        delimiter: as declared.
        tallest: lines that a cell may take, by field; none is one line for all.
    """
    if b"\0" in body or (MARK[:1] in body and MARK in body):
        return None
    if QUOTE not in body and RETURN not in body:
        return _plain(body, names=names, delimiter=delimiter)
    return _swept(body, names=names, delimiter=delimiter, tallest=tallest)


def _plain(body: bytes, *, names: Sequence[str], delimiter: str) -> Sound | None:
    """Return a block without quote or return, in which each line is a record."""
    cells = _parsed(body, names=names, delimiter=delimiter, has_quotes=False)
    if cells is None or (len(names) == 1 and _has_blank_line(body)):
        return None
    if count_octets(body, delimiter.encode()) != cells.num_rows * (len(names) - 1):
        return None
    lines = cells.num_rows - (not body.endswith(LINE_FEED))
    return Sound(cells, lines, LINE_FEED if lines else None)


def _has_blank_line(body: bytes) -> bool:
    """Whether a line is empty; of several columns, the parser itself refuses one."""
    return body.startswith(LINE_FEED) or LINE_FEED * 2 in body


def _swept(
    body: bytes, *, names: Sequence[str], delimiter: str, tallest: Sequence[int]
) -> Sound | None:
    """Return a block of any form."""
    octets = np.frombuffer(body, np.uint8)
    if not enclose_fields(octets, positions_of(octets, QUOTE), delimiter):
        return None
    ends, inside, delimiters = _outside(body, delimiter)
    line_end = RETURN + LINE_FEED if RETURN in body else LINE_FEED
    if len(names) == 1 or inside:
        # A blank line of one column, which no parser refuses, shows in the records alone.
        records = find_records(body, delimiter=delimiter, width=len(names), tallest=tallest)
        if records is None:
            return None
        stop = int(records.stops[0])
        line_end = LINE_FEED if body[stop : stop + 1] == LINE_FEED else RETURN + LINE_FEED
    elif RETURN in body and not (count_octets(body, RETURN) == ends == body.count(line_end)):
        return None
    cells = _parsed(body, names=names, delimiter=delimiter, has_quotes=True)
    if cells is None or ends != cells.num_rows - (not body.endswith(LINE_FEED)):
        return None
    if delimiters != cells.num_rows * (len(names) - 1):
        return None
    return Sound(cells, ends + inside, line_end if ends else None)


def _outside(body: bytes, delimiter: str) -> tuple[int, int, int]:
    """Return how many line ends stand outside of quotes, how many inside, and delimiters outside.

    Args:
        body: in which each quote opens a field, closes one or is half of a doubled one.
        delimiter: one ASCII character.
    """
    octets = np.frombuffer(body, np.uint8)
    ends = inside = delimiters = 0
    is_open = np.uint8(0)
    for first in range(0, len(octets), CACHED):
        part = octets[first : first + CACHED]
        closed = (part == QUOTE[0]).view(np.uint8)
        # One after an even number of quotes, nought after an odd one.
        closed[0] ^= is_open ^ 1
        np.bitwise_xor.accumulate(closed, out=closed)
        is_open = closed[-1] ^ np.uint8(1)
        closes = part == LINE_FEED[0]
        found = int(np.count_nonzero(closes))
        closes &= closed.view(np.bool_)
        outside = int(np.count_nonzero(closes))
        ends, inside = ends + outside, inside + found - outside
        delimits = part == ord(delimiter)
        delimits &= closed.view(np.bool_)
        delimiters += int(np.count_nonzero(delimits))
    return ends, inside, delimiters


def _parsed(
    body: bytes, *, names: Sequence[str], delimiter: str, has_quotes: bool
) -> pa.Table | None:
    """Return every cell as text; None where a record has other fields or no valid characters.

    Cells are cut where ASCII characters stand, so that each is valid where all of the body is: it
    is looked through once, not cell by cell.
    """
    try:
        _check_text(body)
        cells = arrow_csv.read_csv(
            pa.py_buffer(body),
            read_options=arrow_csv.ReadOptions(
                column_names=list(names), block_size=len(body) + 1, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=has_quotes, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowException:
        return None
    texts = [pa.chunked_array([c.view(pa.string()) for c in each.chunks]) for each in cells.columns]
    return pa.table(texts, names=list(names))


def _check_text(body: bytes) -> None:
    """Check that a body is UTF-8.

    Raises:
        pa.ArrowInvalid: it is not.
    """
    ends = pa.py_buffer(np.array([0, len(body)], np.int64))
    pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(body)]).validate(
        full=True
    )
