"""A stream is sealed while it is received, then kept as it came or as what was made of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import StorageError
from pipeline.storage.folders import check_name, hidden_folder, locked, show
from pipeline.storage.key_table import DataKey
from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed import open_sealed, seal
from pipeline.storage.signed import read_signed, write_signed

CONTENT = "content.sealed"
NOTE = "delivery.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One file or bundle as received.

    Attributes:
        id: `<dataset>-<period>-<first 16 hex of fingerprint>`; of another mark where it is full.
        dataset: the contract it was delivered under.
        period: the period it was delivered for.
        fingerprint: of the plain content, keyed, in hex: equal for equal contents.
        size: of the plain content as it was received, in bytes.
        is_new: False when this content was there already.
        removed: records of persons that were taken out of it since.
        blanked: cells of other records that were emptied since, for whom they named.
        revision: how often it was sealed anew.
        screened: the version of the lists of persons for which it was last looked through.
        sent: fingerprints of the files in which this content came packed or in another format.
        records: of such a file, by the counter of its format, where it has one.
        is_text: False where no table of text could be made of what was sent.
        is_full: whether it holds all that its senders have, where its dataset awaits changes; the
            same content as changes is another delivery.
    """

    id: str
    dataset: str
    period: str
    fingerprint: str
    size: int
    is_new: bool
    removed: int = 0
    blanked: int = 0
    revision: int = 0
    screened: int = 0
    sent: Sequence[str] = ()
    records: int | None = None
    is_text: bool = True
    is_full: bool = False


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A sealed content that nobody sees yet."""

    content: Path
    mark: str
    key: DataKey
    fingerprint: str
    size: int


class Received:
    """A delivery that is sealed as it was sent, and not kept yet.

    Args:
        folder: of all deliveries.
        ring: seals and opens.
        hidden: what was sealed.
        facts: dataset and period.
    """

    def __init__(self, folder: Path, ring: KeyRing, hidden: _Hidden, facts: dict[str, Any]) -> None:
        self._folder = folder
        self._ring = ring
        self._hidden = hidden
        self._facts = facts

    def open(self) -> BinaryIO:
        """Open it as it was sent."""
        path, context = self._hidden.content / CONTENT, context_of(self._hidden.mark)
        return open_sealed(path, self._ring, context=context, key=self._hidden.key)

    def keep(self, *, is_text: bool = True, is_full: bool = False) -> Delivery:
        """Keep it as it was sent.

        Args:
            is_text: False where no table of text could be made of it.
            is_full: see `Delivery`.
        """
        facts = self._facts if is_text else {**self._facts, "is_text": False}
        return self._keep(self._hidden, facts, sent=None, is_full=is_full)

    def keep_as(
        self,
        text: BinaryIO,
        *,
        records: Callable[[], int | None],
        is_full: Callable[[], bool],
    ) -> Delivery:
        """Keep what was made of it, and let go of it as it was sent.

        Args:
            text: read to its end.
            records: called then: how many it has by the counter of its format, if it has one.
            is_full: called then: see `Delivery`.
        """
        with _hiding(self._folder, self._ring, text) as made:
            facts, counted = self._facts, records()
            if counted is not None:
                facts = {**facts, "records": counted}
            sent = self._hidden.fingerprint
            return self._keep(made, facts, sent=sent, is_full=is_full())

    def _keep(
        self, hidden: _Hidden, facts: dict[str, Any], *, sent: str | None, is_full: bool
    ) -> Delivery:
        """Show a content, unless it is there already; note in what file it came."""
        name = hidden.fingerprint
        if is_full:
            name = self._ring.fingerprint(hashlib.sha256(f"full {name}".encode()).hexdigest())
            facts = {**facts, "is_full": True}
        delivery_id = f"{facts['dataset']}-{facts['period']}-{name[:16]}"
        known = {"fingerprint": hidden.fingerprint, "size": hidden.size, "mark": hidden.mark}
        note = {**facts, **known} | ({"sent": [sent]} if sent else {})
        purpose = purpose_of(delivery_id)
        write_signed(hidden.content / NOTE, note, self._ring, purpose=purpose)
        target = self._folder / delivery_id
        with locked(self._folder):
            is_new = not target.exists()
            if is_new:
                with self._ring.vault.keeping([hidden.key]):
                    show(hidden.content, target)
            note = read_note(self._folder, delivery_id, self._ring)
            came = note.get("sent", [])
            if sent and sent not in came:
                note["sent"] = [*came, sent]
                write_signed(target / NOTE, note, self._ring, purpose=purpose)
        return described(delivery_id, note, is_new=is_new)


@contextmanager
def receiving(
    folder: Path,
    ring: KeyRing,
    source: BinaryIO,
    *,
    facts: dict[str, Any],
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Received]:
    """Seal a stream while it is received, and yield what it is; in the block, keep it.

    What was not kept when the block ends is gone, and so is the key under which it lay.

    Raises:
        StorageError: the source cannot be read, the disk refuses, or the delivery is there
            already and its note is altered; in the block too.
    """
    with _hiding(folder, ring, source, on_bytes=on_bytes) as hidden:
        yield Received(folder, ring, hidden, facts)


def read_note(folder: Path, delivery_id: str, ring: KeyRing) -> dict[str, Any]:
    """Return the signed note of a delivery.

    Raises:
        StorageError: there is no such delivery, or its note is altered.
    """
    of_delivery = folder / check_name(delivery_id)
    if not of_delivery.is_dir():
        raise StorageError("storage.unknown_id", kind="delivery")
    return read_signed(of_delivery / NOTE, ring, purpose=purpose_of(delivery_id))


def described(delivery_id: str, note: dict[str, Any], *, is_new: bool) -> Delivery:
    """Return the delivery that a note tells of."""
    told = {name: fact for name, fact in note.items() if name != "mark"}
    return Delivery(id=delivery_id, **told, is_new=is_new)


def context_of(mark: str) -> bytes:
    """Return as what the content of a delivery is sealed."""
    return f"delivery:{mark}".encode()


def purpose_of(delivery_id: str) -> str:
    """Return as what the note of a delivery is signed."""
    return f"delivery {delivery_id}"


@contextmanager
def _hiding(
    folder: Path,
    ring: KeyRing,
    source: BinaryIO,
    *,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[_Hidden]:
    # The content's hash is known only after it is sealed, so a random mark binds the two.
    mark = secrets.token_hex(16)
    # Kept only when the delivery is new: the same content again leaves nothing.
    [key] = ring.vault.draw()
    with hidden_folder(folder) as content:
        path, context = content / CONTENT, context_of(mark)
        sealed = seal(source, path, ring, context=context, key=key, on_bytes=on_bytes)
        yield _Hidden(content, mark, key, ring.fingerprint(sealed.sha256), sealed.size)
