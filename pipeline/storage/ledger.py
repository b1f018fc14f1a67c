"""The ledger: what was done, in order, each entry bound to the one before it by its hash.

Entries hold counts, hashes and ids; a fact that could be a name, a sentence or a value of a
delivery is refused. Entries are only ever added. A line that a kill cut short was never
acknowledged to anyone: the next append removes it and says so. Any other damage is an error
that names the first bad entry.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import (
    PRIVATE_FILE,
    cannot_write,
    make_private_folder,
    sync_folder,
)
from pipeline.storage.clock import Clock, utc_now
from pipeline.storage.signed import canonical_json

Scalar = str | int | float | bool
Fact = Scalar | list[str] | list[int] | list[float] | list[bool]

FILE = "ledger.jsonl"
START = "0" * 64
REPAIR = "ledger_repair"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TEXT = re.compile(r"[A-Za-z0-9_.:/+=-]{1,200}")
_LINE_BYTES = 64 * 1024
# A line starts and ends so: a last line that starts otherwise, or that holds all of its hash
# and more, was not cut short by a kill.
_FIRST_FIELD = b'{"at":"'
_LAST_FIELD = re.compile(rb'"hash":"[0-9a-f]{64}"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry.

    Attributes:
        seq: its position, from 1.
        at: when, ISO 8601 in UTC.
        kind: what was done.
        facts: counts, hashes and ids.
        previous: hash of the entry before it; 64 zeros for the first.
        hash: SHA-256, in hex, of the five fields above in canonical JSON.
    """

    seq: int
    at: str
    kind: str
    facts: dict[str, Fact]
    previous: str
    hash: str

    def holds(self, kind: str, facts: dict[str, Fact]) -> bool:
        """Tell whether the entry is of this kind and says all of these facts."""
        missing = object()
        return self.kind == kind and all(
            self.facts.get(name, missing) == fact for name, fact in facts.items()
        )


class Ledger:
    """The ledger in one folder; several processes may append at once.

    Args:
        folder: holds `ledger.jsonl`, mode 0600; made at the first append.
        clock: tells the time, with its zone.
    """

    def __init__(self, folder: Path, *, clock: Clock = utc_now) -> None:
        self._path = folder / FILE
        self._clock = clock

    def append(self, kind: str, /, **facts: Fact) -> Entry:
        """Add an entry and return it once it is on the disk.

        Raises:
            StorageError: a fact is no count, hash or id; the last entry is altered; or the
                disk refuses, and then nothing was added.
        """
        _check_facts(kind, facts)
        with self._writing() as descriptor:
            return self._add(descriptor, kind, facts)

    def append_once(self, kind: str, /, **facts: Fact) -> Entry:
        """Return the entry of this kind that says these facts, added if there is none yet.

        Raises:
            StorageError: as `append`, or an entry is altered.
        """
        _check_facts(kind, facts)
        with self._writing() as descriptor:
            whole = os.fstat(descriptor).st_size
            found = [entry for entry in self._read(whole) if entry.holds(kind, facts)]
            return found[-1] if found else self._add(descriptor, kind, facts)

    def entries(self, kind: str | None = None) -> Iterator[Entry]:
        """Yield the entries in order, of one kind or of all, each checked against the chain.

        Raises:
            StorageError: at the first bad entry, naming it.
        """
        for entry in self._read(self._whole_bytes()):
            if kind is None or entry.kind == kind:
                yield entry

    def find(self, kind: str, /, **facts: Fact) -> Entry | None:
        """Return the latest entry of this kind that says all of these facts."""
        latest = None
        for entry in self.entries(kind):
            if entry.holds(kind, facts):
                latest = entry
        return latest

    def verify(self) -> int:
        """Check the whole chain and return how many entries it has.

        A ledger that lost its last entries is a valid shorter one: compare `head` with the
        copy kept elsewhere.

        Raises:
            StorageError: naming the first bad entry.
        """
        return sum(1 for _ in self.entries())

    @property
    def head(self) -> str:
        """The hash of the last entry, in hex; 64 zeros when there is none."""
        head = START
        for entry in self.entries():
            head = entry.hash
        return head

    def _add(self, descriptor: int, kind: str, facts: dict[str, Fact]) -> Entry:
        last = self._last(descriptor)
        body: dict[str, Any] = {
            "seq": last.seq + 1 if last else 1,
            "at": self._clock().astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": kind,
            "facts": facts,
            "previous": last.hash if last else START,
        }
        entry = Entry(**body, hash=_hash(body))
        line = _line(entry)
        if len(line) > _LINE_BYTES:
            raise StorageError("storage.ledger_fact", name="facts")
        self._write(descriptor, line)
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
            self._repair(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)

    def _repair(self, descriptor: int) -> None:
        size, fragment = _fragment(descriptor)
        if not fragment:
            return
        if _is_unfinished(fragment):
            os.ftruncate(descriptor, size - len(fragment))
            os.fsync(descriptor)
            self._add(descriptor, REPAIR, {"bytes_removed": len(fragment)})
        elif end := _missing_end(fragment):
            self._write(descriptor, end)
        else:
            raise self._bad(self._count(size) + 1)

    def _last(self, descriptor: int) -> Entry | None:
        size = os.fstat(descriptor).st_size
        if size == 0:
            return None
        start = max(0, size - _LINE_BYTES)
        line = os.pread(descriptor, size - start, start).splitlines(keepends=True)[-1]
        entry = _parsed(line)
        if entry is None:
            raise self._bad(self._count(size))
        return entry

    def _whole_bytes(self) -> int:
        """Return the size of the finished entries; a torn line at the end is not counted."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return 0
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            size, fragment = _fragment(descriptor)
            return size - len(fragment) if _is_unfinished(fragment) else size
        finally:
            os.close(descriptor)

    def _read(self, size: int) -> Iterator[Entry]:
        """Yield the entries in the first `size` bytes; these never change once written."""
        if size == 0:
            return
        seq, previous, position = 0, START, 0
        with self._path.open("rb") as stream:
            while position < size:
                line = stream.readline(_LINE_BYTES)
                position += len(line)
                seq += 1
                entry = _parsed(line + _missing_end(line))
                if entry is None or entry.seq != seq or entry.previous != previous:
                    raise self._bad(seq)
                previous = entry.hash
                yield entry

    def _count(self, size: int) -> int:
        with self._path.open("rb") as stream:
            return stream.read(size).count(b"\n")

    def _bad(self, seq: int) -> StorageError:
        return StorageError("storage.ledger_altered", place=Place(file=FILE, line=seq), entry=seq)


def _check_facts(kind: str, facts: dict[str, Fact]) -> None:
    if _NAME.fullmatch(kind) is None:
        raise StorageError("storage.ledger_fact", name="kind")
    for name, fact in facts.items():
        items = fact if isinstance(fact, list) else [fact]
        if _NAME.fullmatch(name) is None:
            raise StorageError("storage.ledger_fact", name="name")
        if not all(_is_safe(item) for item in items):
            raise StorageError("storage.ledger_fact", name=name)


def _is_safe(item: object) -> bool:
    if isinstance(item, str):
        return _TEXT.fullmatch(item) is not None
    return isinstance(item, int) or (isinstance(item, float) and math.isfinite(item))


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(body)).hexdigest()


def _line(entry: Entry) -> bytes:
    body = {name: getattr(entry, name) for name in ("seq", "at", "kind", "facts", "previous")}
    return canonical_json(body)[:-1] + f',"hash":"{entry.hash}"}}\n'.encode()


def _parsed(line: bytes) -> Entry | None:
    """Return the entry that stands in a line, or None unless every byte is as it was written."""
    try:
        content = json.loads(line)
        recorded = content.pop("hash")
        entry = Entry(**content, hash=recorded)
        is_whole = _hash(content) == recorded and _line(entry) == line
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return entry if is_whole else None


def _fragment(descriptor: int) -> tuple[int, bytes]:
    """Return the file's size, and the bytes after its last line end."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - _LINE_BYTES)
    return size, os.pread(descriptor, size - start, start).rpartition(b"\n")[2]


def _is_unfinished(fragment: bytes) -> bool:
    return (
        fragment[: len(_FIRST_FIELD)] == _FIRST_FIELD[: len(fragment)]
        and len(fragment) < _LINE_BYTES
        and _LAST_FIELD.search(fragment) is None
    )


def _missing_end(line: bytes) -> bytes:
    """Return what a line lacks when a kill tore it after its hash, whole otherwise; or nothing."""
    if line.endswith(b"\n"):
        return b""
    return next((end for end in (b"\n", b"}\n") if _parsed(line + end)), b"")
