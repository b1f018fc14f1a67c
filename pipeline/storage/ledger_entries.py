"""One entry of the ledger, and the one line of bytes that it is.

Entries hold counts, hashes and ids; a fact that could be a name, a sentence or a value of a
delivery is refused. A line that differs from its entry's one form in any byte is no entry. The
installation signs the hash of each entry, which covers all before it: a line that somebody else
wrote, or that stood elsewhere before, is none of its own.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature

from pipeline.errors import Place, StorageError
from pipeline.storage.signed import Signer, Verifier, canonical_json, check_signature

Scalar = str | int | float | bool
Fact = Scalar | list[str] | list[int] | list[float] | list[bool]

FILE = "ledger.jsonl"
START = "0" * 64
LINE_BYTES = 64 * 1024
PURPOSE = b"cartable ledger entry\n"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TEXT = re.compile(r"[A-Za-z0-9_.:/+=-]{1,200}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
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
        signature: the installation's Ed25519 signature of the hash, in hex; empty in a ledger
            that is kept without keys.
    """

    seq: int
    at: str
    kind: str
    facts: dict[str, Fact]
    previous: str
    hash: str
    signature: str = ""

    def holds(self, kind: str, facts: dict[str, Fact]) -> bool:
        """Tell whether the entry is of this kind and says all of these facts."""
        missing = object()
        return self.kind == kind and all(
            self.facts.get(name, missing) == fact for name, fact in facts.items()
        )

    @property
    def line(self) -> bytes:
        """The entry as it stands in the file, with its line end."""
        names = ("seq", "at", "kind", "facts", "previous")
        body = {name: getattr(self, name) for name in names}
        return _ended(canonical_json(body), self.hash, self.signature)


def new_entry(
    last: Entry | None,
    kind: str,
    facts: dict[str, Fact],
    *,
    at: str,
    signer: Signer | None = None,
) -> Entry:
    """Return the entry that follows the last one.

    Args:
        last: the entry before; none for the first.
        kind: what was done.
        facts: counts, hashes and ids.
        at: when, ISO 8601 in UTC.
        signer: the installation's keys.

    Raises:
        StorageError: its line would be too long.
    """
    body: dict[str, Any] = {
        "seq": last.seq + 1 if last else 1,
        "at": at,
        "kind": kind,
        "facts": facts,
        "previous": last.hash if last else START,
    }
    digest = _hash(body)
    signature = signer.sign(_message(digest)).hex() if signer else ""
    entry = Entry(**body, hash=digest, signature=signature)
    if len(entry.line) > LINE_BYTES:
        raise StorageError("storage.ledger_fact", name="facts")
    return entry


def check_facts(kind: str, facts: dict[str, Fact]) -> None:
    """Check that kind and facts are names, counts, hashes and ids.

    Raises:
        StorageError: one could be a name of a person, a sentence or a value of a delivery.
    """
    if _NAME.fullmatch(kind) is None:
        raise StorageError("storage.ledger_fact", name="kind")
    for name, fact in facts.items():
        items = fact if isinstance(fact, list) else [fact]
        if _NAME.fullmatch(name) is None:
            raise StorageError("storage.ledger_fact", name="name")
        if not all(_is_safe(item) for item in items):
            raise StorageError("storage.ledger_fact", name=name)


def check_signed(entry: Entry, publisher: Verifier) -> None:
    """Check that the installation wrote this entry, in this place.

    Raises:
        StorageError: it did not, naming the entry.
    """
    try:
        signature = bytes.fromhex(entry.signature)
        check_signature(publisher.public_key, signature, _message(entry.hash))
    except (InvalidSignature, ValueError):
        place = Place(file=FILE, line=entry.seq)
        raise StorageError("storage.ledger_forged", place=place, entry=entry.seq) from None


def read_chain(
    stream: BinaryIO, size: int, *, after: Entry | None = None
) -> Iterator[tuple[int, Entry]]:
    """Yield offset and entry of each line from where the stream stands, checked as a chain.

    Args:
        stream: stands after the line of `after`, or at the start.
        size: where to stop: the end of the finished entries, in bytes.
        after: the entry before; none at the start.

    Raises:
        StorageError: at the first bad entry, naming it.
    """
    seq, previous = (after.seq, after.hash) if after else (0, START)
    position = stream.tell()
    while position < size:
        line = stream.readline(LINE_BYTES)
        seq += 1
        entry = parsed(line + missing_end(line))
        if entry is None or entry.seq != seq or entry.previous != previous:
            raise altered_entry(seq)
        yield position, entry
        position += len(line)
        previous = entry.hash


def parsed(line: bytes) -> Entry | None:
    """Return the entry that stands in a line, or None unless every byte is as it was written."""
    try:
        content = json.loads(line)
        recorded, signature = content.pop("hash"), content.pop("signature", "")
        entry = Entry(**content, hash=recorded, signature=signature)
        body = canonical_json(content)
        is_whole = (
            hashlib.sha256(body).hexdigest() == recorded
            and (not signature or _SIGNATURE.fullmatch(signature) is not None)
            and _ended(body, recorded, signature) == line
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return entry if is_whole else None


def is_unfinished(fragment: bytes) -> bool:
    """Tell whether bytes after the last line end are a line that a kill cut short."""
    return (
        fragment[: len(_FIRST_FIELD)] == _FIRST_FIELD[: len(fragment)]
        and len(fragment) < LINE_BYTES
        and _LAST_FIELD.search(fragment) is None
    )


def missing_end(line: bytes) -> bytes:
    """Return what a line lacks when a kill tore it after its hash, whole otherwise; or nothing."""
    if line.endswith(b"\n"):
        return b""
    return next((end for end in (b"\n", b"}\n") if parsed(line + end)), b"")


def altered_entry(seq: int) -> StorageError:
    """Return the refusal of a ledger, naming its first bad entry."""
    return StorageError("storage.ledger_altered", place=Place(file=FILE, line=seq), entry=seq)


def _is_safe(item: object) -> bool:
    if isinstance(item, str):
        return _TEXT.fullmatch(item) is not None
    return isinstance(item, int) or (isinstance(item, float) and math.isfinite(item))


def _ended(body: bytes, digest: str, signature: str) -> bytes:
    # The hash comes last: a line that holds all of it was written whole.
    signed = f',"signature":"{signature}"' if signature else ""
    return body[:-1] + f'{signed},"hash":"{digest}"}}\n'.encode()


def _message(digest: str) -> bytes:
    return PURPOSE + digest.encode()


def _hash(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(body)).hexdigest()
