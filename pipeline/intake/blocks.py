"""Blocks: a stream of UTF-8 cut where records end, so that a file of any size is read in parts.

A line end is the end of a record where an even number of quotes stands before it. Nothing is
judged here: of a file that is not well-formed the blocks make no sense, and `sound` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from pipeline.intake.records import LINE_FEED, QUOTE

# A record of more bytes than this many blocks is none that anybody meant to write.
_LONGEST = 8


class UnfitError(Exception):
    """The stream cannot be cut into records."""


def read_blocks(source: BinaryIO, *, size: int) -> Iterator[bytes]:
    """Yield a stream as blocks of about `size` bytes.

    Raises:
        UnfitError: no record ends in many blocks.
    """
    rest = b""
    while chunk := source.read(size):
        end = _last_end(rest, chunk)
        if end:
            yield b"".join((rest, memoryview(chunk)[:end]))
            rest = chunk[end:]
        else:
            rest += chunk
        if len(rest) > _LONGEST * size:
            raise UnfitError
    if rest:
        yield rest


def _last_end(rest: bytes, chunk: bytes) -> int:
    """Return the byte of a chunk after the last record that ends in it; 0 where none does."""
    if QUOTE not in rest and QUOTE not in chunk:
        return chunk.rfind(LINE_FEED) + 1
    octets = np.frombuffer(chunk, np.uint8)
    ends = np.flatnonzero(octets == LINE_FEED[0])
    quotes = np.flatnonzero(octets == QUOTE[0])
    outside = ends[(np.searchsorted(quotes, ends) + rest.count(QUOTE)) % 2 == 0]
    return int(outside[-1]) + 1 if outside.size else 0
