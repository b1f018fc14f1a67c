"""The head of the ledger, signed, beside it and elsewhere: a ledger that was cut is found out.

A chain that lost its last entries is a valid shorter one. The signed head says how long it was;
a copy that lies where those who can write the ledger cannot write shows even a ledger that was
put back as a whole. A head never goes backwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.ledger_entries import Entry
from pipeline.storage.signed import Signer, Verifier, altered, read_signed, write_signed

HEAD = "head.json"
PURPOSE = "ledger head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far the ledger had come.

    Attributes:
        seq: how many entries it had.
        head: hash of the last of them, in hex.
        at: when that one was made, ISO 8601 in UTC.
    """

    seq: int
    head: str
    at: str


def read_head(path: Path, publisher: Verifier) -> Head | None:
    """Return the head that a file tells; None when there is no file.

    Raises:
        StorageError: it was altered, or signed by another installation.
    """
    if not path.exists():
        return None
    body = read_signed(path, publisher, purpose=PURPOSE)
    try:
        head = Head(**body)
    except TypeError:
        raise altered(path) from None
    return head


def write_head(path: Path, entry: Entry, signer: Signer) -> None:
    """Write the head that an entry is, in the place of the one before it."""
    body = {"seq": entry.seq, "head": entry.hash, "at": entry.at}
    write_signed(path, body, signer, purpose=PURPOSE)


def check_head(path: Path, head: Head, *, count: int, hash_at: Callable[[int], str]) -> None:
    """Check that a ledger holds all that its head tells of.

    Args:
        path: where the head lies.
        head: what it tells.
        count: how many finished entries there are.
        hash_at: returns the hash of an entry by its position, from 1.

    Raises:
        StorageError: entries that the head tells of are gone, or others stand in their place.
    """
    place = Place(file=str(path))
    if head.seq > count:
        raise StorageError("ledger.cut", place=place, told=head.seq, found=count)
    if head.seq < 1 or hash_at(head.seq) != head.head:
        raise StorageError("ledger.other", place=place, entry=head.seq)
