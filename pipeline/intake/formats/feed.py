"""Bytes that come in pieces of the sender's, taken in pieces of ours; how many may come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError, Place

# Of what comes out at once.
PIECE = 1 << 20
# No table of text packs better: what does was made to fill a disk or a memory, or to take time.
# What is small is left alone: a short file of one value packs better than any, and is soon read.
FREE_BYTES, BYTES_PER_BYTE = 1 << 20, 200
MOST_BYTES = 64 << 30
# How many bytes stand, as a rule, behind one of a format that packs by itself.
_PACKED = 10


@dataclass(frozen=True, slots=True)
class Laid:
    """What a file tells of itself beside its text.

    Attributes:
        records: how many it has, by an independent counter of its format; None for text, which its
            reader counts.
        mode: whether they are all that its sender has or changes alone, where the format says so.
    """

    records: int | None = None
    mode: Literal["full", "delta"] | None = None


class Feed:
    """A stream of bytes from pieces. Nothing is held but the piece that is at hand."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = b""
        self.received = 0

    @property
    def at(self) -> int:
        """How many bytes were taken."""
        return self.received - len(self._held)

    def some(self) -> bytes:
        """Return what is at hand, or the next piece; nothing at the end."""
        held, self._held = self._held, b""
        return held or self._next()

    def exactly(self, size: int) -> bytes:
        """Return so many bytes; fewer at the end."""
        while len(self._held) < size and (piece := self._next()):
            self._held += piece
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def at_most(self, size: int) -> Iterator[bytes]:
        """Yield so many bytes, in pieces; fewer at the end."""
        while size and (piece := self.some()):
            taken = piece[:size]
            self.give_back(piece[size:])
            size -= len(taken)
            yield taken

    def peek(self, size: int) -> bytes:
        """Return the next bytes and leave them."""
        seen = self.exactly(size)
        self.give_back(seen)
        return seen

    def give_back(self, rest: bytes) -> None:
        """Put bytes back that were taken last."""
        self._held = rest + self._held

    def _next(self) -> bytes:
        piece = next(self._pieces, b"")
        self.received += len(piece)
        return piece


def weight_of(dataset: Dataset) -> int:
    """Return for how many bytes each of a delivery counts where time and memory are granted."""
    return _PACKED if dataset.format.kind in {"xlsx", "parquet", "oneroster"} else 1


def bounded(made: Iterable[bytes], feed: Feed, place: Place) -> Iterator[bytes]:
    """Yield what is made of a feed as long as it is no more than such a file can hold.

    Raises:
        DeliveryError: more comes out.
    """
    size = 0
    for piece in made:
        size += len(piece)
        check_size(size, feed.at, place)
        yield piece


def check_size(made: int, received: int, place: Place) -> None:
    """Check that so many bytes may be made of so many.

    Raises:
        DeliveryError: they may not.
    """
    if made > FREE_BYTES + BYTES_PER_BYTE * received:
        raise DeliveryError("delivery.packed_ratio", place=place, times=BYTES_PER_BYTE)
    if made > MOST_BYTES:
        raise DeliveryError("delivery.packed_limit", place=place, gib=MOST_BYTES >> 30)
