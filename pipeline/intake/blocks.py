"""Blocks: a stream of text cut where records end, so that a file of any size is read in parts.

A line end is the end of a record where an even number of quotes stands before it. Nothing is
judged here: of a file that is not well-formed the blocks make no sense, and `sound` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, TypeAlias

import numpy as np

from pipeline.intake.records import LINE_FEED, QUOTE

# A record of more bytes than this many blocks is none that anybody meant to write.
_LONGEST = 8
Letters: TypeAlias = "np.dtype[np.uint8] | np.dtype[np.uint16]"
# Of codecs in which a letter takes more than a byte.
_LETTERS: dict[str, Letters] = {"utf-16-le": np.dtype("<u2"), "utf-16-be": np.dtype(">u2")}


class UnfitError(Exception):
    """The stream cannot be cut into records."""


def read_blocks(source: BinaryIO, *, size: int, codec: str = "utf-8") -> Iterator[bytes]:
    """Yield a stream as blocks of about `size` bytes.

    Args:
        source: without its mark.
        size: of a block.
        codec: in which line ends and quotes are looked for; no other character is.

    Raises:
        UnfitError: no record ends in many blocks, or a letter is cut.
    """
    letters = _LETTERS.get(codec, np.dtype(np.uint8))
    rest = b""
    while chunk := source.read(size):
        while len(chunk) % letters.itemsize:
            more = source.read(1)
            if not more:
                raise UnfitError
            chunk += more
        end = _last_end(rest, chunk, letters)
        if end:
            yield b"".join((rest, memoryview(chunk)[:end]))
            rest = chunk[end:]
        else:
            rest += chunk
        if len(rest) > _LONGEST * size:
            raise UnfitError
    if rest:
        yield rest


def _last_end(rest: bytes, chunk: bytes, letters: Letters) -> int:
    """Return the byte of a chunk after the last record that ends in it; 0 where none does."""
    if letters.itemsize == 1 and QUOTE not in rest and QUOTE not in chunk:
        return chunk.rfind(LINE_FEED) + 1
    read = np.frombuffer(chunk, letters)
    ends = np.flatnonzero(read == LINE_FEED[0])
    quotes = np.flatnonzero(read == QUOTE[0])
    before = np.count_nonzero(np.frombuffer(rest, letters) == QUOTE[0])
    outside = ends[(np.searchsorted(quotes, ends) + before) % 2 == 0]
    return (int(outside[-1]) + 1) * letters.itemsize if outside.size else 0
