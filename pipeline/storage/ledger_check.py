"""Look at a ledger from outside: with the publisher's public key alone, and no secret.

Whoever keeps a copy of the signed head can tell whether the ledger still holds all that it held.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import Place, StorageError
from pipeline.storage.ledger_entries import (
    FILE,
    LINE_BYTES,
    START,
    check_signed,
    is_unfinished,
    read_chain,
)
from pipeline.storage.ledger_heads import HEAD, Head, check_head, read_head
from pipeline.storage.ledger_witnesses import check_not_emptied
from pipeline.storage.signed import Verifier


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The publisher's raw Ed25519 public key, 32 bytes: all that it takes to check."""

    public_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found of a ledger that is whole.

    Attributes:
        entries: how many it holds.
        head: hash of the last, in hex; 64 zeros when there is none.
        torn_bytes: of a line that was cut short while it was written; nobody was told of it.
        heads: the signed heads that agree with it, in the order in which they were asked for.
    """

    entries: int
    head: str
    torn_bytes: int
    heads: tuple[Head, ...]


def inspect_ledger(
    folder: Path,
    publisher: Verifier,
    *,
    copies: Sequence[Path] = (),
    home: Path | None = None,
) -> Inspection:
    """Check every entry of a ledger, its signature, and its length against the signed heads.

    Args:
        folder: holds `ledger.jsonl` and `head.json`.
        publisher: whose signature the entries and the heads bear.
        copies: heads that are kept elsewhere; each must be there.
        home: the folder of all zones; see `Ledger`.

    Raises:
        StorageError: at the first bad entry, naming it; or a head is missing, altered, or tells
            of entries that are gone; or all are gone beside data.
    """
    path = folder / FILE
    found = _inspected(path, publisher, copies)
    if home is not None and (found.entries == 0 or not (folder / HEAD).exists()):
        check_not_emptied(path, home)
    return found


def _inspected(path: Path, publisher: Verifier, copies: Sequence[Path]) -> Inspection:
    if not path.exists():
        return _inspection(publisher, path.parent, copies, hashes=[], torn=0)
    with path.open("rb") as stream:
        # A writer tells the head after the entry: both are read before the next one writes.
        fcntl.flock(stream.fileno(), fcntl.LOCK_SH)
        hashes, torn = _read(stream, publisher)
        return _inspection(publisher, path.parent, copies, hashes=hashes, torn=torn)


def _inspection(
    publisher: Verifier, folder: Path, copies: Sequence[Path], *, hashes: list[str], torn: int
) -> Inspection:
    own = _head(folder / HEAD, publisher, hashes)
    if own is None and len(hashes) > 1:
        raise StorageError("ledger.no_head", place=Place(file=str(folder / HEAD)))
    found = [own]
    for path in copies:
        copy = _head(path, publisher, hashes)
        if copy is None:
            raise StorageError("ledger.no_copy", place=Place(file=str(path)))
        found.append(copy)
    return Inspection(
        entries=len(hashes),
        head=hashes[-1] if hashes else START,
        torn_bytes=torn,
        heads=tuple(head for head in found if head is not None),
    )


def _read(stream: BinaryIO, publisher: Verifier) -> tuple[list[str], int]:
    """Return the hashes of the entries whose lines are whole, and how many bytes follow them."""
    hashes = []
    size = stream.seek(0, os.SEEK_END)
    tail = max(0, size - LINE_BYTES)
    stream.seek(tail)
    rest = stream.read().rpartition(b"\n")[2]
    stream.seek(0)
    # A last line that lacks its end alone is an entry too, of which nobody was told.
    finished = size - len(rest) if is_unfinished(rest) else size
    for at, entry in read_chain(stream, finished):
        check_signed(entry, publisher)
        if at < size - len(rest):
            hashes.append(entry.hash)
    return hashes, len(rest)


def _head(path: Path, publisher: Verifier, hashes: list[str]) -> Head | None:
    head = read_head(path, publisher)
    if head is not None:
        check_head(path, head, count=len(hashes), hash_at=lambda seq: hashes[seq - 1])
    return head
