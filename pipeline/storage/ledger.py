"""The ledger: what was done, in order, each entry bound to the one before it by its hash.

Entries are only ever added. A line that a kill cut short was never acknowledged to anyone: the
next append removes it and says so. Any other damage is an error that names the first bad entry.
With a signer each entry is signed, and so is the head at each append. Nothing is read from a
ledger, or added to it, that lost entries or holds one which the installation did not write: the
head answers for the entries that it tells of, each later one for itself.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import (
    PRIVATE_FILE,
    cannot_write,
    make_private_folder,
    sync_folder,
)
from pipeline.storage.clock import Clock, utc_now
from pipeline.storage.ledger_entries import (
    FILE,
    LINE_BYTES,
    START,
    Entry,
    Fact,
    Scalar,
    altered_entry,
    check_facts,
    check_signed,
    is_unfinished,
    missing_end,
    new_entry,
    read_chain,
)
from pipeline.storage.ledger_heads import HEAD, Head, check_head, read_head, write_head
from pipeline.storage.ledger_index import LedgerIndex
from pipeline.storage.ledger_witnesses import check_not_emptied
from pipeline.storage.signed import Signer, Verifier

__all__ = ["FILE", "FOLDER", "REPAIR", "START", "Entry", "Fact", "Ledger", "Scalar"]

# Of the ledger, under the folder of all zones.
FOLDER = "ledger"
REPAIR = "ledger_repair"


class Ledger:
    """The ledger in one folder; several processes may append at once.

    Args:
        folder: holds `ledger.jsonl`, mode 0600, made at the first append; and `head.json`.
        clock: tells the time, with its zone.
        signer: the installation's keys; without them nothing is signed.
        publisher: whose entries these are; default: the signer's. Without either nothing but
            the chain is checked.
        copies: files elsewhere that hold the signed head too.
        home: the folder of all zones; data in them without an entry is a ledger that was emptied.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock = utc_now,
        signer: Signer | None = None,
        publisher: Verifier | None = None,
        copies: Sequence[Path] = (),
        home: Path | None = None,
    ) -> None:
        self._path = folder / FILE
        self._clock = clock
        self._signer = signer
        self._publisher = publisher or signer
        self._heads = [folder / HEAD, *copies]
        self._home = home
        self._index = LedgerIndex(self._path)

    def append(self, kind: str, /, **facts: Fact) -> Entry:
        """Add an entry and return it once it is on the disk.

        Raises:
            StorageError: a fact is no count, hash or id; an entry is altered or not the
                installation's; entries that a head tells of are gone, or all beside data; or the
                disk refuses.
        """
        check_facts(kind, facts)
        with self._writing() as descriptor:
            return self._add(descriptor, kind, facts)

    def append_once(self, kind: str, /, **facts: Fact) -> Entry:
        """Return the entry of this kind that says these facts, added if there is none yet.

        Raises:
            StorageError: as `append`.
        """
        check_facts(kind, facts)
        with self._writing() as descriptor:
            found = self._index.latest(kind, facts)
            return found or self._add(descriptor, kind, facts)

    def entries(self, kind: str | None = None) -> Iterator[Entry]:
        """Yield the entries in order, of one kind or of all.

        All of them are read anew, and compared with what was checked; those of one kind are
        compared each by itself.

        Raises:
            StorageError: at the first bad entry, naming it; or entries that a head tells of are
                gone.
        """
        size = self._look()
        if kind is not None:
            yield from self._index.of_kind(kind)
        elif size:
            with self._path.open("rb") as stream:
                for _, entry in read_chain(stream, size):
                    self._index.check_same(entry)
                    yield entry

    def find(self, kind: str, /, **facts: Fact) -> Entry | None:
        """Return the latest entry of this kind that says all of these facts.

        Raises:
            StorageError: an entry is altered or not the installation's, or entries that a head
                tells of are gone.
        """
        self._look()
        return self._index.latest(kind, facts)

    def verify(self) -> int:
        """Check every entry and its signature anew, and return how many there are.

        A ledger that lost its last entries is a valid shorter one: `check_heads` tells.

        Raises:
            StorageError: naming the first bad entry.
        """
        size, count = self._whole_bytes(), 0
        if size:
            with self._path.open("rb") as stream:
                for _, entry in read_chain(stream, size):
                    if self._publisher is not None:
                        check_signed(entry, self._publisher)
                    count = entry.seq
        return count

    def check_heads(self) -> None:
        """Check that the ledger holds all that its signed heads tell of, and nothing of others.

        Raises:
            StorageError: entries are gone, others stand in their place, or a head is altered or
                gone.
        """
        self._look(anew=True)

    @property
    def head(self) -> str:
        """The hash of the last entry, in hex; 64 zeros when there is none."""
        self._look()
        return self._index.last.hash if self._index.last else START

    def _add(self, descriptor: int, kind: str, facts: dict[str, Fact]) -> Entry:
        at = self._clock().astimezone(UTC).isoformat(timespec="microseconds")
        entry = new_entry(self._index.last, kind, facts, at=at, signer=self._signer)
        self._write(descriptor, entry.line)
        self._write_heads(entry)
        return entry

    def _write(self, descriptor: int, line: bytes) -> None:
        before = os.fstat(descriptor).st_size
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except OSError as error:
            os.ftruncate(descriptor, before)
            raise cannot_write(self._path, error) from None

    def _write_heads(self, entry: Entry) -> None:
        if self._signer is not None:
            for path in self._heads:
                write_head(path, entry, self._signer)

    @contextmanager
    def _writing(self) -> Iterator[int]:
        """Yield the file's descriptor under the lock, its end repaired if a kill tore it."""
        make_private_folder(self._path.parent)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self._path, flags, PRIVATE_FILE)
        except OSError as error:
            raise cannot_write(self._path, error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_size == 0:
                sync_folder(self._path.parent)
            # Before the repair: what a head tells of was acknowledged, and is never removed.
            is_behind = self._check(descriptor)
            self._repair(descriptor)
            self._index.bring_forward(_finished(descriptor))
            if is_behind and self._index.last is not None:
                self._write_heads(self._index.last)
            yield descriptor
        finally:
            os.close(descriptor)

    def _look(self, *, anew: bool = False) -> int:
        """Read what was added since, check it, and return the size of the finished entries.

        Args:
            anew: check the heads even where nothing was added.
        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            self._index.bring_forward(0)
            self._check_none_told()
            self._check_not_emptied(0)
            return 0
        try:
            # A writer tells the head after the entry: both are read before the next one writes.
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            size = _finished(descriptor)
            self._index.bring_forward(size)
            if anew or not self._index.is_authentic:
                self._check(descriptor)
            return size
        finally:
            os.close(descriptor)

    def _check(self, descriptor: int) -> bool:
        """Check the entries, the heads, and who wrote what no head tells of.

        Returns:
            Whether a head does not reach the last entry yet.
        """
        self._index.bring_forward(_finished(descriptor))
        count = self._index.count
        if self._publisher is None:
            self._check_not_emptied(count)
            return False
        heads = [self._checked_head(path) for path in self._heads]
        told = [head.seq if head else 0 for head in heads]
        self._index.authenticate(self._publisher, told=max(told))
        # A kill may come between the first entry and the first head, before there is data.
        if heads[0] is None and count > 1:
            raise StorageError("ledger.no_head", place=Place(file=str(self._heads[0])))
        if heads[0] is None:
            self._check_not_emptied(0)
        return min(told) < count

    def _checked_head(self, path: Path) -> Head | None:
        head = read_head(path, self._publisher) if self._publisher else None
        if head is not None:
            check_head(path, head, count=self._index.count, hash_at=self._hash_at)
        return head

    def _hash_at(self, seq: int) -> str:
        return self._index.at(seq).hash

    def _check_none_told(self) -> None:
        """Check that no head tells of an entry where there is no ledger at all."""
        for path in self._heads:
            self._checked_head(path)

    def _check_not_emptied(self, told: int) -> None:
        """Check that no data lies beside a ledger of which nothing is told."""
        if told == 0 and self._home is not None:
            check_not_emptied(self._path, self._home)

    def _repair(self, descriptor: int) -> None:
        size, fragment = _fragment(descriptor)
        if not fragment:
            return
        if is_unfinished(fragment):
            os.ftruncate(descriptor, size - len(fragment))
            os.fsync(descriptor)
            self._add(descriptor, REPAIR, {"bytes_removed": len(fragment)})
        elif end := missing_end(fragment):
            self._write(descriptor, end)
        else:
            raise altered_entry(self._count(size) + 1)

    def _whole_bytes(self) -> int:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return 0
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            return _finished(descriptor)
        finally:
            os.close(descriptor)

    def _count(self, size: int) -> int:
        with self._path.open("rb") as stream:
            return stream.read(size).count(b"\n")


def _finished(descriptor: int) -> int:
    """Return the size of the finished entries; a torn line at the end is not counted."""
    size, fragment = _fragment(descriptor)
    return size - len(fragment) if is_unfinished(fragment) else size


def _fragment(descriptor: int) -> tuple[int, bytes]:
    """Return the file's size, and the bytes after its last line end."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - LINE_BYTES)
    return size, os.pread(descriptor, size - start, start).rpartition(b"\n")[2]
