"""A delivery without what was found in it, and which of its lines that leaves out.

Records of persons go with their lines; a cell of another's record that names them is emptied. All
else is to the byte what was delivered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.contracts.datasets import Dataset
from pipeline.intake.identified import Found, Mention
from pipeline.intake.mentions import EMPTIED
from pipeline.intake.raw_lines import UNREADABLE, Open, codec_of, raw_lines
from pipeline.intake.received_lines import Range

BLOCK_LINES = 100_000
_ENDS = {"", "\n", "\r\n", "\r"}


class Remainder:
    """What is left of a delivery; to be read once.

    Args:
        open_source: opens the file as it is sealed now.
        dataset: its contract.
        found: what is to go.

    Attributes:
        gone: first and last line of each run that is left out, from 1, as they stand in the
            file that is read; complete once all blocks are read. A line is what ends with LF.
    """

    def __init__(self, open_source: Open, dataset: Dataset, found: Found) -> None:
        self.gone: list[Range] = []
        self._open = open_source
        self._dataset = dataset
        self._delimiter = found.delimiter
        records = (Mention(lines, ()) for lines in found.lines)
        self._changes = sorted((*records, *found.mentions), key=lambda change: change.lines)

    def blocks(self) -> Iterator[bytes]:
        """Yield the file without what was found."""
        codec = codec_of(self._open, self._dataset)
        kept: list[str] = []
        for text in self._texts():
            kept.append(text)
            if len(kept) >= BLOCK_LINES:
                yield "".join(kept).encode(codec, UNREADABLE)
                kept = []
        yield "".join(kept).encode(codec, UNREADABLE)

    def _texts(self) -> Iterator[str]:
        changes = iter(self._changes)
        change = next(changes, None)
        held: list[str] = []
        before = 0
        for number, line in enumerate(raw_lines(self._open, self._dataset)):
            if change is None or number < change.lines[0]:
                yield line
                before += line.count("\n")
                continue
            held.append(line)
            if number + 1 == change.lines[1]:
                record = "".join(held)
                yield self._changed(record, change, before)
                before += record.count("\n")
                held, change = [], next(changes, None)

    def _changed(self, record: str, change: Mention, before: int) -> str:
        """Return what is left of a record before which so many lines of the file end."""
        left = emptied(record, change.fields, self._delimiter)
        if left is None:
            if lines := record.count("\n"):
                self.gone.append((before + 1, before + lines))
            return ""
        for first, lines in left.gone:
            self.gone.append((before + first + 1, before + first + lines))
        return left.record


@dataclass(frozen=True, slots=True)
class Emptied:
    """A record some of whose cells were emptied. Its text form shows nothing of it.

    Attributes:
        record: what is left.
        gone: line of the record, from 1, in which a cell of several lines begins, and how many
            lines of it went.
    """

    record: str
    gone: tuple[tuple[int, int], ...]

    def __repr__(self) -> str:
        return f"Emptied(gone={self.gone})"


def emptied(record: str, fields: Sequence[int], delimiter: str) -> Emptied | None:
    """Return a record with some of its cells emptied.

    Args:
        record: as it was delivered, with its line end or without.
        fields: which cells, from 0; none is all of the record.
        delimiter: of the file.

    Returns:
        None where nothing is to be left, or the cells cannot be told apart.
    """
    spans = _spans(record, delimiter)
    if not fields or spans is None or max(fields) >= len(spans):
        return None
    parts, gone, at = [], [], 0
    for start, stop in (spans[field] for field in sorted(fields)):
        parts += [record[at:start], EMPTIED]
        if lines := record.count("\n", start, stop):
            gone.append((record.count("\n", 0, start) + 1, lines))
        at = stop
    return Emptied("".join([*parts, record[at:]]), tuple(gone))


def emptied_row(row: bytes, fields: Sequence[int], *, codec: str, delimiter: str) -> bytes:
    """Return a refused row some of whose cells were emptied; nothing where they cannot be told."""
    left = emptied(row.decode(codec, UNREADABLE), fields, delimiter)
    return b"" if left is None else left.record.encode(codec, UNREADABLE)


def _spans(record: str, delimiter: str) -> list[tuple[int, int]] | None:
    """Return where each cell of a record stands, quotes included; None where it is torn."""
    cell = re.compile(rf'"(?:[^"]|"")*+"|[^\r\n{re.escape(delimiter)}]*+')
    spans: list[tuple[int, int]] = []
    at = 0
    while match := cell.match(record, at):
        spans.append(match.span())
        if record[match.end() : match.end() + 1] != delimiter:
            return spans if record[match.end() :] in _ENDS else None
        at = match.end() + 1
    return None
