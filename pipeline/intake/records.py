"""Records: where each row of a well-formed file starts and stops, found in one sweep.

Well-formed means RFC 4180 without leniency: one delimiter, one kind of line end, quotes that
enclose whole fields, doubled inside them, the same number of fields in each record, no blank
line. It means less too: but for what `tall_cells` allows, each record is one line, since a quote
that was left open would take the rows behind it into its cell. Anything else is no result;
`damage` then says where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.intake.tall_cells import Marks, Positions, are_allowed

QUOTE, LINE_FEED, RETURN = b'"', b"\n", b"\r"
# Octets compared at once: what comes of them stays in the processor's cache.
CACHED = 1 << 17


@dataclass(frozen=True, slots=True)
class Records:
    """Spans of the records in the body, the header first, line ends left out.

    Attributes:
        starts: first byte of each record.
        stops: byte after the last of each record.
        lines: line of the file, from 1, on which each record starts.
        is_ended: whether the last record has its line end.
    """

    starts: Positions
    stops: Positions
    lines: Positions
    is_ended: bool


def find_records(
    body: bytes, *, delimiter: str, width: int, tallest: Sequence[int] = ()
) -> Records | None:
    """Return the records of a body, or None when the file is not well-formed.

    Args:
        body: the file in UTF-8, not empty.
        delimiter: one ASCII character.
        width: fields in each record.
        tallest: lines that a cell may take, by field; none is one line for all.
    """
    octets = np.frombuffer(body, np.uint8)
    quotes = positions_of(octets, QUOTE)
    if not enclose_fields(octets, quotes, delimiter):
        return None
    feeds, returns = positions_of(octets, LINE_FEED), positions_of(octets, RETURN)
    if (
        returns.size
        and not (octets[np.minimum(returns + 1, octets.size - 1)] == LINE_FEED[0]).all()
    ):
        return None
    ends, breaks = _apart(feeds, quotes)
    outer = _apart(returns, quotes)[0]
    if outer.size and not np.array_equal(outer + 1, ends):
        return None
    is_ended = bool(ends.size) and int(ends[-1]) == len(body) - 1
    stops = ends - 1 if outer.size else ends
    starts = np.concatenate(([0], ends + 1))
    if is_ended:
        starts = starts[:-1]
    else:
        stops = np.append(stops, len(body))
    delimiters, taken = _apart(positions_of(octets, delimiter.encode()), quotes)
    found = np.searchsorted(delimiters, stops) - np.searchsorted(delimiters, starts) + 1
    if np.any(found != width) or np.any(starts == stops):
        return None
    if breaks.size and not are_allowed(
        Marks(ends, delimiters, breaks, taken), tallest or (1,) * width
    ):
        return None
    lines = np.searchsorted(feeds, starts) + 1
    return Records(starts, stops, lines, is_ended)


def count_records(body: bytes) -> int:
    """Return the number of records, the header among them, counted in another way.

    Shares nothing with `find_records` or the CSV parser: lines are taken first, and of each line
    only whether its quotes are odd in number. In a well-formed file a record ends with each line
    before whose end an even number of such lines stands.
    """
    last = not body.endswith(LINE_FEED)
    if QUOTE not in body:
        return count_octets(body, LINE_FEED) + last
    octets = np.frombuffer(body, np.uint8)
    ends = positions_of(octets, LINE_FEED)
    starts = np.concatenate(([0], ends + 1))[: ends.size + last]
    odd = np.bitwise_xor.reduceat((octets == QUOTE[0]).view(np.uint8), starts)
    return int(starts.size - np.count_nonzero(np.bitwise_xor.accumulate(odd)))


def count_octets(body: bytes, character: bytes) -> int:
    """Return how often an ASCII character stands in a body."""
    octets = np.frombuffer(body, np.uint8)
    return sum(
        int(np.count_nonzero(octets[first : first + CACHED] == character[0]))
        for first in range(0, len(octets), CACHED)
    )


def positions_of(octets: NDArray[np.uint8], character: bytes) -> Positions:
    """Return where an ASCII character stands."""
    return np.flatnonzero(octets == character[0])


def _apart(positions: Positions, quotes: Positions) -> tuple[Positions, Positions]:
    """Return the positions before which an even number of quotes stands, and the others."""
    if not quotes.size:
        return positions, positions[:0]
    inside = np.searchsorted(quotes, positions) % 2 == 1
    return positions[~inside], positions[inside]


def enclose_fields(octets: NDArray[np.uint8], quotes: Positions, delimiter: str) -> bool:
    """Return whether each quote opens a field, closes one, or is half of a doubled quote."""
    if quotes.size % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    before = octets[opening[opening > 0] - 1]
    after = octets[closing[closing < octets.size - 1] + 1]
    precede, follow = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
    precede[list(QUOTE + LINE_FEED + delimiter.encode())] = True
    follow[list(QUOTE + LINE_FEED + RETURN + delimiter.encode())] = True
    return bool(precede[before].all() and follow[after].all())
