"""What was signed, by whom, with which words: open files, each proved by hash and signature.

A folder per policy, named by the hash of its snapshot: the snapshot, the opinions and the
signatures on it, and the texts that go with them. A record counts only when the ledger tells of
it: files that lie here alone say nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import Place, PolicyError, StorageError
from pipeline.storage.atomic import write_atomically
from pipeline.storage.signed import (
    Signer,
    Verifier,
    altered,
    canonical_json,
    read_signed,
    write_signed,
)

Verdict = Literal["favourable", "with_reservations", "unfavourable"]
VERDICTS: tuple[Verdict, ...] = ("favourable", "with_reservations", "unfavourable")
SNAPSHOT = "snapshot.json"
WORDS_BYTES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The data protection officer's opinion on one policy (GDPR, articles 38 and 39).

    Or on what an adversary could not decide of one candidate.

    Attributes:
        policy: hash of the snapshot, in hex; or of the candidate and the verdict on it.
        opinion: favourable, with reservations or unfavourable.
        words: SHA-256 of the text that goes with it, in hex; empty without one.
        at: when, ISO 8601 in UTC.
        after: hash of the last entry of the ledger then: the same opinion given again is
            another record.
    """

    policy: str
    opinion: Verdict
    words: str
    at: str
    after: str

    @property
    def record(self) -> str:
        """SHA-256 of the record, in hex: what the ledger and the delegate name."""
        return _digest(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The controller's delegate's signature of one policy.

    Attributes:
        policy: hash of the snapshot, in hex.
        opinion: record of the opinion that the delegate had before them.
        answer: SHA-256 of the delegate's written answer to it, in hex; empty without one.
        at: when, ISO 8601 in UTC.
        after: hash of the last entry of the ledger then: the same policy signed again is
            another record.
    """

    policy: str
    opinion: str
    answer: str
    at: str
    after: str

    @property
    def record(self) -> str:
        """SHA-256 of the record, in hex: what the ledger names."""
        return _digest(asdict(self))


class PolicyStore:
    """The policies under one home.

    Args:
        home: the folder of all zones.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / "policies"

    def keep_snapshot(self, content: dict[str, Any]) -> str:
        """Keep a snapshot and return its hash; the same content is kept once."""
        policy = snapshot_hash(content)
        path = self._folder / policy / SNAPSHOT
        if not path.exists():
            _write(path, canonical_json(content))
        return policy

    def snapshot(self, policy: str) -> dict[str, Any]:
        """Return a snapshot by its hash.

        Raises:
            StorageError: it is missing or altered.
        """
        data = _read(self._folder / policy / SNAPSHOT, policy)
        content: dict[str, Any] = json.loads(data)
        return content

    def keep_opinion(self, opinion: Opinion, dpo: Signer, *, words: bytes) -> None:
        """Keep an opinion under the officer's signature, with its text."""
        self._keep_words(opinion.policy, words)
        write_signed(self._record(opinion), asdict(opinion), dpo, purpose="policy opinion")

    def opinion(self, policy: str, record: str, dpo: Verifier) -> Opinion:
        """Return an opinion that the ledger tells of.

        Raises:
            StorageError: it or its text is missing or altered, or another key signed it.
        """
        path = self._folder / policy / _file("opinion", record)
        body = read_signed(path, dpo, purpose="policy opinion")
        try:
            found = Opinion(**body)
        except TypeError:
            raise altered(path) from None
        if (found.record, found.policy) != (record, policy) or found.opinion not in VERDICTS:
            raise altered(path)
        self.words(policy, found.words)
        return found

    def keep_signature(self, signature: Signature, delegate: Signer, *, answer: bytes) -> None:
        """Keep a signature of the delegate, with the answer to the opinion."""
        self._keep_words(signature.policy, answer)
        purpose = "policy signature"
        write_signed(self._record(signature), asdict(signature), delegate, purpose=purpose)

    def signature(self, policy: str, record: str, delegate: Verifier) -> Signature:
        """Return a signature that the ledger tells of.

        Raises:
            StorageError: it or the answer is missing or altered, or another key signed it.
        """
        path = self._folder / policy / _file("signature", record)
        body = read_signed(path, delegate, purpose="policy signature")
        try:
            found = Signature(**body)
        except TypeError:
            raise altered(path) from None
        if (found.record, found.policy) != (record, policy):
            raise altered(path)
        self.words(policy, found.answer)
        return found

    def words(self, policy: str, digest: str) -> str:
        """Return a text that goes with a record, empty when none does.

        Raises:
            StorageError: it is missing or altered.
        """
        if not digest:
            return ""
        return _read(self._folder / policy / _words_file(digest), digest).decode()

    def _keep_words(self, policy: str, words: bytes) -> None:
        if words:
            _write(self._folder / policy / _words_file(words_hash(words)), words)

    def _record(self, record: Opinion | Signature) -> Path:
        kind = "opinion" if isinstance(record, Opinion) else "signature"
        return self._folder / record.policy / _file(kind, record.record)


def snapshot_hash(content: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, of a snapshot in canonical JSON: the name of a policy."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def words_hash(words: bytes) -> str:
    """Return the SHA-256 of a text, in hex; empty for no text."""
    return hashlib.sha256(words).hexdigest() if words else ""


def read_words(path: Path) -> bytes:
    """Return the text of an opinion or an answer.

    Raises:
        PolicyError: it cannot be read, is empty, too long, or not UTF-8.
    """
    try:
        words = path.read_bytes()
        is_text = bool(words.decode().strip()) and len(words) <= WORDS_BYTES
    except (OSError, UnicodeDecodeError):
        is_text = False
        words = b""
    if not is_text:
        raise PolicyError("policy.no_words", place=Place(file=str(path)), limit=WORDS_BYTES)
    return words


def _file(kind: str, record: str) -> str:
    return f"{kind}-{record[:16]}.json"


def _words_file(digest: str) -> str:
    return f"words-{digest[:16]}.txt"


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(body)).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with write_atomically(path) as stream:
        stream.write(content)


def _read(path: Path, digest: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError:
        raise StorageError("storage.altered", place=Place(file=str(path))) from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise altered(path)
    return data
