"""Whether a delivery reads as a table of text: only where it does can persons be looked for.

What packs, encrypts or re-encodes is not told by a list of what it may be. A file counts as text
where it reads as such from its first octet to its last, in an encoding that contracts declare, and
as a table where most of it is lines of as many cells. All else hides whom it holds.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.contracts.datasets import Dataset
from pipeline.intake.header import DELIMITERS
from pipeline.intake.loose_records import is_packed, names_in
from pipeline.intake.raw_lines import Open, codec_of

Places = NDArray[np.int64]

_BLOCK = 8 << 20
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
# Of the marks that prose and tables seldom hold, and that codes of octets as letters are full of.
_ODD = b"!#$%&()+<=>?[\\]^`{}~"
# So many of either are damage under a header that is known, in however short a file.
_FEW = 8
_CONTROLS_PCT, _ODD_PCT, _FOREIGN_PCT, _SOFT_PCT = 1, 10, 25, 25
# How much of the text has to be lines of one width: less where the first line names columns.
_NAMED_PCT, _UNNAMED_PCT = 50, 80
# The longest line of a table of one column: what is longer may be a code of something else.
_LONE_CELL = 40
_NEWLINE, _QUOTE = b"\n", b'"'


def is_searchable(open_source: Open, dataset: Dataset, names: Collection[str]) -> bool:
    """Tell whether a delivery reads as a table of text from beginning to end.

    Args:
        open_source: opens the file as delivered.
        dataset: the contract it was delivered under, of which the encoding is tried first.
        names: of the columns of all contracts.
    """
    if is_packed(open_source):
        return False
    tally = _Tally()
    rest = b""
    for block in _octets(open_source, dataset):
        head, end, tail = (rest + block).rpartition(_NEWLINE)
        if len(tail) > _BLOCK:
            return False
        tally.add(head + end)
        rest = tail
    tally.add(rest)
    return tally.reads(names)


@dataclass(slots=True)
class _Tally:
    """What was counted in a text. Its text form shows nothing of it."""

    first: bytes = field(default=b"", repr=False)
    octets: int = 0
    controls: int = 0
    odd: int = 0
    foreign: int = 0
    lines: int = 0
    soft: int = 0
    longest: int = 0
    quotes: int = 0
    # (delimiter, quotes heeded) → cells of a line → octets of such lines.
    widths: dict[tuple[str, bool], Counter[int]] = field(default_factory=dict)

    def add(self, lines: bytes) -> None:
        """Count some whole lines, in an encoding in which ASCII is ASCII."""
        if not lines:
            return
        lines = lines.replace(b"\r\n", _NEWLINE).replace(b"\r", _NEWLINE)
        text = lines.removeprefix(codecs.BOM_UTF8).strip()
        self.first = self.first or text.partition(_NEWLINE)[0].strip()
        self.octets += len(lines)
        self.controls += _count(lines, _CONTROLS)
        self.odd += _count(lines, _ODD)
        if not lines.isascii():
            self.foreign += len(lines) - len(lines.decode("utf-8", "ignore").encode())
        self.soft += lines.count(b"=\n")
        octets = np.frombuffer(lines, np.uint8)
        ends, quotes = _places(octets, _NEWLINE), _places(octets, _QUOTE)
        lengths = np.diff(ends, prepend=-1, append=len(lines)) - 1
        self.lines += int(np.count_nonzero(lengths))
        self.longest = max(self.longest, int(lengths.max()))
        for delimiter in DELIMITERS:
            marks = _places(octets, delimiter.encode())
            plain = _widths(marks, ends, len(lines))
            heeded = plain
            if quotes.size or self.quotes % 2:
                outside = self._outside(ends, quotes)
                heeded = _widths(self._outside(marks, quotes), outside, len(lines))
            self.widths.setdefault((delimiter, False), Counter()).update(plain)
            self.widths.setdefault((delimiter, True), Counter()).update(heeded)
        self.quotes += quotes.size

    def _outside(self, places: Places, quotes: Places) -> Places:
        """Return the places before which quotes, from the first of the file on, have closed."""
        outside: Places = places[(np.searchsorted(quotes, places) + self.quotes) % 2 == 0]
        return outside

    def reads(self, names: Collection[str]) -> bool:
        """Tell whether it is text, and a table: of one column only under its name."""
        first = self.first.decode("utf-8", "replace")
        if not first or first.strip('"') in names:
            return self._is_text(few=_FEW) and self.longest <= _LONE_CELL
        is_named = any(set(names_in(first, delimiter)) & {*names} for delimiter in DELIMITERS)
        if is_named:
            return self._is_text(few=_FEW) and self._is_table(_NAMED_PCT)
        return self.lines > 1 and self._is_text(few=0) and self._is_table(_UNNAMED_PCT)

    def _is_text(self, *, few: int) -> bool:
        """Tell whether nearly all of it are characters that people write."""
        return (
            self.controls * 100 <= _CONTROLS_PCT * self.octets + few * 100
            and self.odd * 100 <= _ODD_PCT * self.octets + few * 100
            and self.foreign * 100 <= _FOREIGN_PCT * self.octets
            and self.soft * 100 <= _SOFT_PCT * self.lines
        )

    def _is_table(self, least_pct: int) -> bool:
        """Tell whether so much of it is lines of as many cells, more than one."""
        return any(
            weight * 100 >= least_pct * widths.total()
            for widths in self.widths.values()
            for width, weight in widths.items()
            if width > 1
        )


def _octets(open_source: Open, dataset: Dataset) -> Iterator[bytes]:
    """Yield the file in pieces; UTF-16 that is marked as such in UTF-8."""
    codec = codec_of(open_source, dataset)
    decoder = codecs.getincrementaldecoder(codec)() if codec.startswith("utf-16") else None
    with open_source() as source:
        for block in iter(lambda: source.read(_BLOCK), b""):
            yield block if decoder is None else decoder.decode(block).encode()


def _count(text: bytes, characters: bytes) -> int:
    return len(text) - len(text.translate(None, characters))


def _places(octets: NDArray[np.uint8], character: bytes) -> Places:
    return np.flatnonzero(octets == ord(character))


def _widths(marks: Places, ends: Places, size: int) -> dict[int, int]:
    """Return cells of a line → octets of such lines; lines without any octet are left out."""
    stops = np.append(ends, size)
    lengths = np.diff(stops, prepend=-1) - 1
    cells = np.diff(np.searchsorted(marks, stops), prepend=0) + 1
    weights = np.bincount(cells, lengths).astype(np.int64)
    return {width: int(weights[width]) for width in np.flatnonzero(weights).tolist()}
