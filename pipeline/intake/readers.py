"""Who reads: the calls in which bytes of a delivery become rows, and the reader of this process.

All that is done with the content of a delivery by a parser or a codec goes through these four
calls, so that they can be made in another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import pyarrow as pa

from pipeline.errors import DeliveryError, Place
from pipeline.intake.encoding import in_utf8, may_be_utf8
from pipeline.intake.faults import tell_faults
from pipeline.intake.header import read_header
from pipeline.intake.keys import Rows
from pipeline.intake.outcome import REFUSED, Reading
from pipeline.intake.parts import Claims, Header, Part, Task, claims_of, part_of
from pipeline.intake.records import LINE_FEED, RETURN
from pipeline.intake.whole import read_whole


class Reader(Protocol):
    """Reads one delivery, or parts of it, for one contract."""

    def header(self, line: bytes, codec: str) -> Header | None:
        """Return the header that a first line is; None where it is not certainly one."""

    def part(self, body: bytes, header: Header) -> Part | None:
        """Return what a block of whole records holds; None where that is not certain."""

    def claims(self, body: bytes, rows: Rows, header: Header) -> Claims | None:
        """Return what some rows of a block say; None where that is not certain."""

    def faults(self, chunks: Iterable[bytes], codec: str, *, mark: int, is_only: bool) -> None:
        """Tell what is wrong with a file of which the bytes come in any pieces; see `faults`.

        Raises:
            CartableError: every fault that can be told.
        """

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

    def header(self, line: bytes, codec: str) -> Header | None:
        """Return the header that a first line is, or None."""
        header = header_of(line, (), codec)
        if header is None or not header.line_end:
            return None
        try:
            read = read_header(
                header.text, self.task.dataset, place=self.place, period=self.task.period
            )
        except (DeliveryError, UnicodeDecodeError):
            return None
        names = tuple(name for name in read.names if name is not None)
        return None if read.problems else replace(header, names=names)

    def part(self, body: bytes, header: Header) -> Part | None:
        """Return what a block holds, or None."""
        text = in_utf8(body, header.codec)
        part = None if text is None else part_of(text, header, self.task)
        if part is None or header.codec == "utf-8":
            return part
        at = part.refused.schema.get_field_index("row")
        raw = delivered(part.refused["row"].to_pylist(), header.codec)
        refused = part.refused.set_column(at, REFUSED.field("row"), [pa.array(raw, pa.binary())])
        return replace(part, refused=refused, may_be_utf8=may_be_utf8(body, header.codec))

    def claims(self, body: bytes, rows: Rows, header: Header) -> Claims | None:
        """Return what some rows of a block say, or None."""
        text = in_utf8(body, header.codec)
        claims = None if text is None else claims_of(text, rows, header, self.task)
        return claims and replace(claims, raw=delivered(claims.raw, header.codec))

    def faults(self, chunks: Iterable[bytes], codec: str, *, mark: int, is_only: bool) -> None:
        """Tell what is wrong with a file."""
        tell_faults(chunks, self.task, codec=codec, mark=mark, place=self.place, is_only=is_only)

    def whole(self, chunks: Iterable[bytes]) -> Reading:
        """Return the rows of a whole file."""
        return read_whole(b"".join(chunks), self.task, place=self.place)


def header_of(line: bytes, names: tuple[str, ...], codec: str) -> Header | None:
    """Return a first line as a header; None where it is not in the encoding of the codec."""
    text = in_utf8(line, codec)
    if text is None:
        return None
    bare = text.removesuffix(LINE_FEED).removesuffix(RETURN) if text.endswith(LINE_FEED) else text
    return Header(names, bare, text[len(bare) :], codec)


def delivered(rows: Sequence[bytes], codec: str) -> list[bytes]:
    """Return rows in UTF-8 as they were delivered."""
    return list(rows) if codec == "utf-8" else [row.decode("utf-8").encode(codec) for row in rows]
