"""The ledger: what was done, in order, each entry bound to the one before it by its hash.

Entries are only ever added. A line that a kill cut short was never acknowledged to anyone: the
next append removes it and says so. Any other damage is an error that names the first bad entry.
With a signer, the head is signed at each append, and an append to a ledger that lost entries is
refused.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
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
    is_unfinished,
    missing_end,
    new_entry,
    parsed,
    read_chain,
)
from pipeline.storage.ledger_heads import HEAD, check_head, read_head, write_head
from pipeline.storage.ledger_index import LedgerIndex
from pipeline.storage.signed import Signer

__all__ = ["FILE", "REPAIR", "START", "Entry", "Fact", "Ledger", "Scalar"]

REPAIR = "ledger_repair"


class Ledger:
    """The ledger in one folder; several processes may append at once.

    Args:
        folder: holds `ledger.jsonl`, mode 0600, made at the first append; and `head.json`.
        clock: tells the time, with its zone.
        signer: the installation's keys; without them no head is written or checked.
        copy: a file elsewhere that holds the signed head too.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock = utc_now,
        signer: Signer | None = None,
        copy: Path | None = None,
    ) -> None:
        self._path = folder / FILE
        self._clock = clock
        self._signer = signer
        self._heads = [path for path in (folder / HEAD, copy) if path is not None]
        self._index = LedgerIndex(self._path)

    def append(self, kind: str, /, **facts: Fact) -> Entry:
        """Add an entry and return it once it is on the disk.

        Raises:
            StorageError: a fact is no count, hash or id; the last entry is altered; entries
                that a head tells of are gone; or the disk refuses.
        """
        check_facts(kind, facts)
        with self._writing() as descriptor:
            return self._add(descriptor, kind, facts)

    def append_once(self, kind: str, /, **facts: Fact) -> Entry:
        """Return the entry of this kind that says these facts, added if there is none yet.

        Raises:
            StorageError: as `append`, or an entry is altered.
        """
        check_facts(kind, facts)
        with self._writing() as descriptor:
            self._index.bring_forward(os.fstat(descriptor).st_size)
            found = self._index.latest(kind, facts)
            return found or self._add(descriptor, kind, facts)

    def entries(self, kind: str | None = None) -> Iterator[Entry]:
        """Yield the entries in order, of one kind or of all.

        All of them are checked against the chain while they are read; for those of one kind, it
        is enough that this process checked the chain before.

        Raises:
            StorageError: at the first bad entry, naming it.
        """
        size = self._whole_bytes()
        if kind is not None:
            self._index.bring_forward(size)
            yield from self._index.of_kind(kind)
        elif size:
            with self._path.open("rb") as stream:
                for _, entry in read_chain(stream, size):
                    yield entry

    def find(self, kind: str, /, **facts: Fact) -> Entry | None:
        """Return the latest entry of this kind that says all of these facts.

        Raises:
            StorageError: an entry is altered.
        """
        self._index.bring_forward(self._whole_bytes())
        return self._index.latest(kind, facts)

    def verify(self) -> int:
        """Check the whole chain anew and return how many entries it has.

        A ledger that lost its last entries is a valid shorter one: `check_heads` tells.

        Raises:
            StorageError: naming the first bad entry.
        """
        return sum(1 for _ in self.entries())

    def check_heads(self) -> None:
        """Check that the ledger holds all that its signed heads tell of.

        Raises:
            StorageError: entries are gone, others stand in their place, or a head is altered.
        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            self._check_none_told()
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._are_behind(descriptor)
        finally:
            os.close(descriptor)

    @property
    def head(self) -> str:
        """The hash of the last entry, in hex; 64 zeros when there is none."""
        self._index.bring_forward(self._whole_bytes())
        return self._index.last.hash if self._index.last else START

    def _add(self, descriptor: int, kind: str, facts: dict[str, Fact]) -> Entry:
        at = self._clock().astimezone(UTC).isoformat(timespec="microseconds")
        entry = new_entry(self._last(descriptor), kind, facts, at=at)
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
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            descriptor = os.open(self._path, flags, PRIVATE_FILE)
        except OSError as error:
            raise cannot_write(self._path, error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_size == 0:
                sync_folder(self._path.parent)
            # Before the repair: what a head tells of was acknowledged, and is never removed.
            is_behind = self._are_behind(descriptor)
            self._repair(descriptor)
            last = self._last(descriptor)
            if is_behind and last is not None:
                self._write_heads(last)
            yield descriptor
        finally:
            os.close(descriptor)

    def _are_behind(self, descriptor: int) -> bool:
        """Check every head against the entries; tell whether one does not reach the last yet."""
        if self._signer is None:
            return False
        last = self._last(descriptor)
        count, is_behind = last.seq if last else 0, False

        def hash_at(seq: int) -> str:
            if last is not None and last.seq == seq:
                return last.hash
            self._index.bring_forward(_finished(descriptor))
            return self._index.at(seq).hash

        for path in self._heads:
            head = read_head(path, self._signer)
            if head is not None:
                check_head(path, head, count=count, hash_at=hash_at)
            elif path == self._heads[0] and count > 1:
                raise StorageError("ledger.no_head", place=Place(file=str(path)))
            is_behind = is_behind or head is None or head.seq < count
        return is_behind

    def _check_none_told(self) -> None:
        """Check that no head tells of an entry where there is no ledger at all."""
        for path in self._heads:
            head = read_head(path, self._signer) if self._signer else None
            if head is not None:
                raise StorageError(
                    "ledger.cut", place=Place(file=str(path)), told=head.seq, found=0
                )

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

    def _last(self, descriptor: int) -> Entry | None:
        """Return the last entry that is whole; what a kill left of another is passed over."""
        size = _finished(descriptor)
        if size == 0:
            return None
        start = max(0, size - LINE_BYTES)
        line = os.pread(descriptor, size - start, start).splitlines(keepends=True)[-1]
        entry = parsed(line + missing_end(line))
        if entry is None:
            raise altered_entry(self._count(size) + (not line.endswith(b"\n")))
        return entry

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
