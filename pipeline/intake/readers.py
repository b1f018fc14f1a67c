"""Who reads: the calls in which bytes of a delivery become rows, and the reader of this process.

All that is done with the content of a delivery by a parser or a codec goes through these four
calls, so that they can be made in another process.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pipeline.errors import DeliveryError, Place
from pipeline.intake.header import read_header
from pipeline.intake.keys import Rows
from pipeline.intake.outcome import Reading
from pipeline.intake.parts import Claims, Header, Part, Task, claims_of, part_of
from pipeline.intake.records import LINE_FEED, RETURN
from pipeline.intake.whole import read_whole


class Reader(Protocol):
    """Reads one delivery, or parts of it, for one contract."""

    def header(self, line: bytes) -> Header | None:
        """Return the header that a first line is, in UTF-8; None where it is not certainly one."""

    def part(self, body: bytes, header: Header) -> Part | None:
        """Return what a block of whole records holds; None where that is not certain."""

    def claims(self, body: bytes, rows: Rows, header: Header) -> Claims | None:
        """Return what some rows of a block say; None where that is not certain."""

    def whole(self, chunks: Iterable[bytes]) -> Reading:
        """Return the rows of a whole file, of which the bytes come in any pieces.

        Raises:
            CartableError: every fault that can be told.
        """


@dataclass(frozen=True, slots=True)
class Here:
    """A reader in this process.

    Attributes:
        task: the contract and what rows are checked against.
        place: dataset and file, for refusals.
    """

    task: Task
    place: Place

    def header(self, line: bytes) -> Header | None:
        """Return the header that a first line is, or None."""
        if not line.endswith(LINE_FEED):
            return None
        text = line.removesuffix(LINE_FEED).removesuffix(RETURN)
        try:
            read = read_header(line, self.task.dataset, place=self.place, period=self.task.period)
        except (DeliveryError, UnicodeDecodeError):
            return None
        names = tuple(name for name in read.names if name is not None)
        return None if read.problems else Header(names, text, line[len(text) :])

    def part(self, body: bytes, header: Header) -> Part | None:
        """Return what a block holds, or None."""
        return part_of(body, header, self.task)

    def claims(self, body: bytes, rows: Rows, header: Header) -> Claims | None:
        """Return what some rows of a block say, or None."""
        return claims_of(body, rows, header, self.task)

    def whole(self, chunks: Iterable[bytes]) -> Reading:
        """Return the rows of a whole file."""
        return read_whole(b"".join(chunks), self.task, place=self.place)
