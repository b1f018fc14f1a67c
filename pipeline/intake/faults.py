"""What is wrong with a large file, found piece by piece: what is held of it does not grow with it.

It tells what the reader of whole files would tell. Where a piece is certainly well-formed its lines
are counted and it is forgotten; another is walked through. After many faults nobody reads on.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.errors import DeliveryError, Place
from pipeline.intake.damage import LINE_BREAK, Told, Walk
from pipeline.intake.encoding import (
    MARK,
    first_odd_byte,
    in_utf8,
    may_be_utf8,
    wrong_encoding,
)
from pipeline.intake.header import LINES_SOUGHT, Header, column_at, read_header
from pipeline.intake.parts import Task, check_last
from pipeline.intake.records import LINE_FEED, RETURN, find_records

# A line that has no end so far in, in megabytes, is none that anybody meant to write.
LONGEST_LINE_MB = 32
# So many faults of the layout say enough.
MANY = 1_000
_CODES = (("delivery.nul", b"\0"), ("delivery.mark_inside", MARK))


def tell_faults(
    pieces: Iterable[bytes], task: Task, *, codec: str, mark: int, place: Place, is_only: bool
) -> None:
    """Tell what is wrong with a file, if it is in an encoding and anything can be told.

    Args:
        pieces: its bytes.
        task: its contract.
        codec: in which it is read.
        mark: bytes of the mark at its start.
        place: dataset and file.
        is_only: whether it is in no other encoding; else one that does not fit is no fault.

    Raises:
        DeliveryError: every fault that can be told, the first ones with their places.
    """
    text = _Text(task, place, codec, mark)
    layout = _Layout(task, place)
    for piece in text.read(pieces):
        if piece is None:
            if is_only and text.refusal is not None:
                raise text.refusal
            return
        layout.read(piece)
    if text.is_like_utf8:
        raise text.wrong(text.first_odd)
    text.check()
    layout.check()


class _Text:
    """The characters of a file, piece by piece, and what is wrong with them."""

    def __init__(self, task: Task, place: Place, codec: str, mark: int) -> None:
        self._task = task
        self._place = place
        self._codec = codec
        self._mark = mark
        self._lines = 0
        self._bytes = mark
        self._header = b""
        self._found: dict[str, tuple[int, str | None, int]] = {}
        self._told: set[bool] = set()
        self.first_odd = (b"", 0, 0, 0)
        self.refusal: DeliveryError | None = None

    @property
    def is_like_utf8(self) -> bool:
        """Whether all that is not ASCII could be in UTF-8, though the contract says otherwise."""
        return self._told == {True}

    def read(self, pieces: Iterable[bytes]) -> Iterator[bytes | None]:
        """Yield whole lines in UTF-8; None, and no more, where they are not in the encoding."""
        feed = "\n".encode(self._codec)
        rest, mark = b"", self._mark
        for piece in pieces:
            given, mark = rest + piece[mark:], 0
            end = _last_line(given, feed)
            rest = given[end:]
            if len(rest) > LONGEST_LINE_MB << 20:
                raise self._endless(rest)
            if end:
                yield (text := self._in_utf8(given[:end]))
                if text is None:
                    return
        if rest:
            yield self._in_utf8(rest)

    def _in_utf8(self, lines: bytes) -> bytes | None:
        text = in_utf8(lines, self._codec)
        if text is None or (self._codec == "utf-8" and _bad_byte(lines, "utf-8") is not None):
            at = _bad_byte(lines, self._codec) or 0
            self.refusal = self.wrong((lines, at, self._lines, self._bytes))
            return None
        self._header = self._header or text.partition(LINE_FEED)[0] + LINE_FEED
        is_utf8 = may_be_utf8(lines, self._codec)
        if is_utf8 is not None:
            if not self._told:
                at = first_odd_byte(lines)
                self.first_odd = (lines, at, self._lines, self._bytes)
            self._told.add(is_utf8)
        for code, sign in _CODES:
            if count := text.count(sign):
                line, column, before = self._found.get(code) or (
                    *self._of(text, text.find(sign)),
                    0,
                )
                self._found[code] = (line, column, before + count)
        self._lines += text.count(LINE_FEED)
        self._bytes += len(lines)
        return text

    def _of(self, text: bytes, at: int) -> tuple[int, str | None]:
        """Return the line of the file and the column of a byte."""
        start = text.rfind(LINE_FEED, 0, at) + 1
        line = self._lines + text.count(LINE_FEED, 0, at) + 1
        if line == 1:
            return line, None
        header = self._header or text.partition(LINE_FEED)[0] + LINE_FEED
        body = header + text[start:at]
        return line, column_at(body, len(body), self._task.dataset, period=self._task.period)

    def _endless(self, line: bytes) -> DeliveryError:
        place = replace(self._place, line=self._lines + 1)
        if RETURN in line:
            return DeliveryError("delivery.returns", place=place)
        return DeliveryError("delivery.endless_line", place=place, most=LONGEST_LINE_MB)

    def wrong(self, found: tuple[bytes, int, int, int]) -> DeliveryError:
        """Return the refusal of a file with a byte that does not fit."""
        lines, at, before, skipped = found
        keep, self._lines = self._lines, before
        line, column = self._of(lines, at)
        self._lines = keep
        return wrong_encoding(
            lines,
            ", ".join(self._task.dataset.text.encodings),
            byte=skipped + at + 1,
            place=replace(self._place, line=line, column=column),
        )

    def check(self) -> None:
        """Refuse a file that holds what is a sign of damage."""
        for code, _ in _CODES:
            if code in self._found:
                line, column, count = self._found[code]
                place = replace(self._place, line=line, column=column)
                raise DeliveryError(code, place=place, count=count)


class _Layout:
    """The layout of a file, piece by piece, and what is wrong with it."""

    def __init__(self, task: Task, place: Place) -> None:
        self._task = task
        self._place = place
        self._header: Header | None = None
        self._walk: Walk | None = None
        self._rest = b""
        self._told = Told((), place)

    def read(self, piece: bytes) -> None:
        """Look for faults in the next lines."""
        body = self._rest + piece
        if self._header is None and not self._begin(body, is_all=False):
            self._rest = body
            return
        if self._walk is None or self._found >= MANY:
            return
        if not body.endswith(LINE_FEED):
            self._rest = body
        elif self._is_sound(body):
            self._rest = b""
        else:
            taken = self._walk_through(body, is_last=False)
            self._rest = body[taken:]

    def _begin(self, body: bytes, *, is_all: bool) -> bool:
        """Return whether the header is read; a few lines are waited for where it is not the first.

        Raises:
            DeliveryError: the header is kept apart by another delimiter than declared.
        """
        dataset = self._task.dataset
        header = read_header(body, dataset, place=self._place, period=self._task.period)
        if not any(header.names) and not is_all and body.count(LINE_FEED) <= LINES_SOUGHT:
            return False
        self._header = header
        self._told = Told(header.names, self._place)
        if any(header.names):
            self._walk = Walk(
                delimiter=dataset.text.delimiter,
                width=len(header.names),
                tallest=dataset.tallest(header.names),
                header=b"",
            )
        return True

    def _is_sound(self, body: bytes) -> bool:
        """Whether a body is certainly well-formed; then its lines are counted."""
        walk = self._walk
        if walk is None:
            return True
        records = find_records(
            body, delimiter=walk.delimiter, width=walk.width, tallest=walk.tallest
        )
        if records is None or (walk.header and walk.header in body):
            return False
        stop = int(records.stops[0])
        style = LINE_FEED if body[stop : stop + 1] == LINE_FEED else RETURN + LINE_FEED
        if walk.style not in {None, style} or (not walk.header and body.count(body[:stop]) > 1):
            return False
        walk.header, walk.style = walk.header or body[:stop], style
        walk.line += body.count(LINE_FEED)
        return True

    def _walk_through(self, body: bytes, *, is_last: bool) -> int:
        walk = self._walk
        if walk is None or self._header is None:
            return len(body)
        for damage in walk.through(body, is_last=is_last):
            self._told.add(damage)
            if self._found >= MANY:
                break
        return walk.taken

    @property
    def _found(self) -> int:
        """How many faults the rows have."""
        return self._told.counts.total()

    def check(self) -> None:
        """Refuse a file whose layout is not the agreed one."""
        if self._header is None and self._rest.strip():
            self._begin(self._rest, is_all=True)
        if self._header is None:
            raise DeliveryError("delivery.empty", place=self._place)
        if self._rest and self._found < MANY:
            last = self._rest
            self._walk_through(last, is_last=True)
            if not self._header.problems and not self._found and not last.endswith(LINE_FEED):
                names = tuple(str(name) for name in self._header.names)
                line = self._walk.line if self._walk else 1
                record = last[last.rfind(LINE_FEED) + 1 :]
                check_last(record, names, self._task, replace(self._place, line=line))
        count = len(self._header.problems) + self._found
        problems = [*self._header.problems, *self._told.problems()]
        if not self._header.problems and set(self._told.counts) == {LINE_BREAK}:
            raise DeliveryError(LINE_BREAK, place=problems[0].place, count=count)
        if count:
            code = "delivery.layout_many" if self._found >= MANY else "delivery.layout"
            raise DeliveryError(code, place=self._place, count=count, problems=problems)


def _last_line(given: bytes, feed: bytes) -> int:
    """Return the byte after the last line that ends."""
    at = given.rfind(feed)
    while at >= 0 and at % len(feed):
        at = given.rfind(feed, 0, at + len(feed) - 1)
    return at + len(feed) if at >= 0 else 0


def _bad_byte(body: bytes, codec: str) -> int | None:
    """Return the first byte that does not fit; the codec's own words would quote the rest."""
    try:
        codecs.decode(body, codec)
    except UnicodeDecodeError as error:
        return error.start
    return None
