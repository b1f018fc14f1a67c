"""What a process remembers of a ledger that it has read: the chain is checked once.

Bytes that were checked are not read again; only those that were added since are. An entry that
is looked up is read from the file and checked against what was remembered of it, so that a line
altered meanwhile is found out where it matters; `verify` reads everything anew.
"""

from __future__ import annotations

import os
import re
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.storage.ledger_entries import (
    LINE_BYTES,
    Entry,
    Fact,
    altered_entry,
    check_signed,
    missing_end,
    parsed,
    read_chain,
)
from pipeline.storage.signed import Verifier

_OFTEN_ENOUGH = 4096
# Hashes are asked for together with an id: to remember them too would cost more than it saves.
_DIGEST = re.compile(r"[0-9a-f]{64}")


class LedgerIndex:
    """Where the entries of one file stand, by position, by kind and by what they say.

    Args:
        path: the ledger; its finished lines never change.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._forget()

    def _forget(self) -> None:
        self._checked = 0
        self._authentic = 0
        self._last: Entry | None = None
        self._inode = 0
        self._offsets = array("Q")
        self._marks = array("Q")
        self._kinds: dict[str, array[int]] = {}
        self._said: dict[int, int | list[int]] = {}

    def bring_forward(self, size: int) -> None:
        """Check what was added, up to a size in bytes; a file cut or replaced is read anew.

        Raises:
            StorageError: at the first bad entry, naming it.
        """
        if size == 0:
            self._forget()
            return
        with self._path.open("rb") as stream:
            inode = os.fstat(stream.fileno()).st_ino
            if inode != self._inode or size < self._checked or not self._stands(stream.fileno()):
                self._forget()
                self._inode = inode
            stream.seek(self._checked)
            for offset, entry in read_chain(stream, size, after=self._last):
                self._remember(offset, entry)

    def authenticate(self, publisher: Verifier, *, told: int) -> None:
        """Check who wrote the entries that were read since this was last asked.

        Args:
            publisher: the installation.
            told: how many entries a head of the installation tells of, its hash compared: the
                chain answers for these, each later entry for itself.

        Raises:
            StorageError: an entry is none of the installation's, naming it.
        """
        for seq in range(max(self._authentic, told) + 1, self.count + 1):
            check_signed(self.at(seq), publisher)
        self._authentic = self.count

    def check_same(self, entry: Entry) -> None:
        """Check that an entry is the one that was read before in its place.

        Raises:
            StorageError: it is another.
        """
        if entry.seq > self.count or _mark(entry) != self._marks[entry.seq - 1]:
            raise altered_entry(entry.seq)

    def latest(self, kind: str, facts: dict[str, Fact]) -> Entry | None:
        """Return the latest entry of a kind that says all of these facts."""
        for position in reversed(self._candidates(kind, facts)):
            entry = self.at(position + 1)
            if entry.holds(kind, facts):
                return entry
        return None

    def of_kind(self, kind: str) -> Iterator[Entry]:
        """Yield the entries of a kind in order."""
        for position in tuple(self._kinds.get(kind, ())):
            yield self.at(position + 1)

    def at(self, seq: int) -> Entry:
        """Return the entry at a position, from 1.

        Raises:
            StorageError: it is no more what was checked.
        """
        offset = self._offsets[seq - 1]
        with self._path.open("rb") as stream:
            entry = _entry_at(stream.fileno(), offset)
        if entry is None or entry.seq != seq:
            raise altered_entry(seq)
        self.check_same(entry)
        return entry

    @property
    def count(self) -> int:
        """How many entries were read."""
        return len(self._offsets)

    @property
    def is_authentic(self) -> bool:
        """Whether there are some, and it is known of all that the installation wrote them."""
        return 0 < self._authentic == self.count

    @property
    def last(self) -> Entry | None:
        """The last entry; None in an empty ledger."""
        return self._last

    def _stands(self, descriptor: int) -> bool:
        """Tell whether the last line that was checked still stands as it did, line end and all."""
        if self._last is None:
            return True
        line = self._last.line
        return os.pread(descriptor, len(line), self._offsets[-1]) == line

    def _remember(self, offset: int, entry: Entry) -> None:
        position = len(self._offsets)
        self._offsets.append(offset)
        self._marks.append(_mark(entry))
        self._kinds.setdefault(entry.kind, array("Q")).append(position)
        for name, fact in entry.facts.items():
            if _is_told_apart(fact):
                self._remember_fact(hash((entry.kind, name, fact)), position)
        self._last = entry
        self._checked = offset + len(entry.line)

    def _remember_fact(self, key: int, position: int) -> None:
        match self._said.get(key):
            case None:
                self._said[key] = position
            case list() as positions:
                positions.append(position)
            case int() as first:
                self._said[key] = [first, position]

    def _candidates(self, kind: str, facts: dict[str, Fact]) -> Sequence[int]:
        """Return the positions, in order, outside which no entry says all of these facts."""
        found: Sequence[int] = self._kinds.get(kind, array("Q"))
        for name, fact in facts.items():
            if _is_told_apart(fact):
                said = self._said.get(hash((kind, name, fact)), [])
                positions = said if isinstance(said, list) else [said]
                found = min(found, positions, key=len)
        return found


def _is_told_apart(fact: Fact) -> bool:
    return isinstance(fact, str) and _DIGEST.fullmatch(fact) is None


def _mark(entry: Entry) -> int:
    return int(entry.hash[:16], 16)


def _entry_at(descriptor: int, offset: int) -> Entry | None:
    line, end, _ = os.pread(descriptor, _OFTEN_ENOUGH, offset).partition(b"\n")
    if not end:
        line, end, _ = os.pread(descriptor, LINE_BYTES, offset).partition(b"\n")
    return parsed(line + (end or missing_end(line)))
