"""Deliveries as they were received: encrypted from the first byte, whatever the verdict.

A delivery is a folder `<dataset>-<period>-<first 16 hex of its SHA-256>` with the sealed content
and a signed note of what it is. The same content for the same dataset and period is one
delivery, however often it comes. File names of senders are not kept: they may name persons.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.errors import StorageError
from pipeline.storage.folders import (
    check_name,
    hidden_folder,
    locked,
    replace,
    shown,
    withdraw,
)
from pipeline.storage.keys import KeyRing
from pipeline.storage.receiving import (
    CONTENT,
    NOTE,
    Delivery,
    Received,
    context_of,
    described,
    purpose_of,
    read_note,
    receiving,
)
from pipeline.storage.sealed import open_sealed, proven_key, seal
from pipeline.storage.sealed_tables import open_json, seal_json
from pipeline.storage.signed import write_signed

LINES = "lines.sealed"

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a delivery that is sealed anew lacks.

    Attributes:
        removed: records fewer than before.
        blanked: cells emptied.
        lines: all that are gone since the file was first received: first and last of each run.
    """

    removed: int
    blanked: int
    lines: Sequence[Range]


class DeliveryStore:
    """The deliveries under one home.

    Args:
        home: the folder of all zones.
        ring: seals and opens.
    """

    def __init__(self, home: Path, ring: KeyRing) -> None:
        self._folder = home / "deliveries"
        self._ring = ring

    def receive(
        self,
        source: BinaryIO,
        *,
        dataset: str,
        period: str,
        on_bytes: Callable[[int], None] | None = None,
    ) -> Delivery:
        """Seal a stream while it is received and return the delivery that it is.

        Args:
            source: read to its end.
            dataset: the contract it is delivered under.
            period: such as `2021`.
            on_bytes: called with the number of bytes of each chunk received.

        Raises:
            StorageError: the source cannot be read, the disk refuses, or the delivery is there
                already and its note is altered.
        """
        with self.receiving(source, dataset=dataset, period=period, on_bytes=on_bytes) as received:
            return received.keep()

    def receiving(
        self,
        source: BinaryIO,
        *,
        dataset: str,
        period: str,
        on_bytes: Callable[[int], None] | None = None,
    ) -> AbstractContextManager[Received]:
        """Seal a stream while it is received, and yield what it is; in the block, keep it.

        Args:
            source: as for `receive`.
            dataset: as for `receive`.
            period: as for `receive`.
            on_bytes: as for `receive`.

        Raises:
            StorageError: as for `receive`, in the block too.
        """
        check_name(f"{dataset}-{period}")
        facts = {"dataset": dataset, "period": period}
        return receiving(self._folder, self._ring, source, facts=facts, on_bytes=on_bytes)

    def open(self, delivery_id: str) -> BinaryIO:
        """Open the plain content as a stream; each chunk is verified before it is returned.

        Raises:
            StorageError: there is no such delivery, or it is altered or destroyed.
        """
        path = self._folder / check_name(delivery_id) / CONTENT
        # Note and content are of one revision.
        with locked(self._folder):
            note = self._note(delivery_id)
            return open_sealed(path, self._ring, context=context_of(note["mark"]))

    def note_screened(self, delivery_id: str, screened: int) -> None:
        """Note that a delivery holds nobody who is on the lists of this version.

        Raises:
            StorageError: there is no such delivery, its note is altered, or the disk refuses.
        """
        with locked(self._folder):
            note = {**self._note(delivery_id), "screened": screened}
            path = self._folder / delivery_id / NOTE
            write_signed(path, note, self._ring, purpose=purpose_of(delivery_id))

    def gone_lines(self, delivery_id: str) -> tuple[Range, ...]:
        """Return the lines of the file as first received that were taken out of it since.

        They are sealed: beside the sender's own copy of the file they would tell who is gone.

        Returns:
            First and last line, from 1, of each run, in order.

        Raises:
            StorageError: there is no such delivery, or it is altered or destroyed.
        """
        path = self._folder / check_name(delivery_id) / LINES
        with locked(self._folder):
            note = self._note(delivery_id)
            if not note.get("revision", 0):
                return ()
            content = open_json(path, self._ring, context=_lines_context(note["mark"]))
        return tuple((first, last) for first, last in content["gone"])

    def reseal(self, delivery: Delivery, source: BinaryIO, *, without: Callable[[], Gone]) -> bool:
        """Put a delivery without what was taken out in its place, under new keys, at one instant.

        It keeps its id and the fingerprint of what was received, so that the same content again
        is the same delivery. The next shredding destroys what was there.

        Args:
            delivery: as it was read; its id, and the revision that is replaced.
            source: what it is to hold, read to its end.
            without: called once the source is read: what it lacks.

        Returns:
            False when another run sealed it anew meanwhile: nothing was changed.

        Raises:
            StorageError: there is no such delivery, its note is altered, or the disk refuses.
        """
        mark = secrets.token_hex(16)
        with hidden_folder(self._folder) as content:
            seal(source, content / CONTENT, self._ring, context=context_of(mark))
            gone = without()
            lines = {"gone": gone.lines}
            seal_json(lines, content / LINES, self._ring, context=_lines_context(mark))
            with locked(self._folder):
                before = self._note(delivery.id)
                if before.get("revision", 0) != delivery.revision:
                    return False
                note = {
                    **before,
                    "mark": mark,
                    "revision": delivery.revision + 1,
                    "removed": before.get("removed", 0) + gone.removed,
                    "blanked": before.get("blanked", 0) + gone.blanked,
                }
                write_signed(content / NOTE, note, self._ring, purpose=purpose_of(delivery.id))
                replace(content, self._folder / delivery.id, self._folder)
        return True

    def delivery(self, delivery_id: str) -> Delivery:
        """Return what a delivery is.

        Raises:
            StorageError: there is no such delivery, or its note is altered.
        """
        return self._described(delivery_id, is_new=False)

    def ids(self) -> list[str]:
        """Return the ids of all deliveries kept, sorted."""
        return [path.name for path in shown(self._folder)]

    def is_whole(self, delivery_id: str) -> bool:
        """Tell whether a delivery is there with each of its files, its note as it was signed."""
        folder = self._folder / check_name(delivery_id)
        with locked(self._folder):
            try:
                note = self._note(delivery_id)
            except StorageError:
                return False
            # What lies elsewhere would not be shredded.
            if folder.is_symlink():
                return False
            names = (CONTENT, LINES) if note.get("revision", 0) else (CONTENT,)
            return all((folder / name).is_file() for name in names)

    def key_ids(self, delivery_id: str) -> set[bytes]:
        """Return the ids of the keys that open the files of a delivery, each tried.

        Raises:
            StorageError: there is no such delivery, or it is altered or destroyed.
        """
        folder = self._folder / check_name(delivery_id)
        with locked(self._folder):
            note = self._note(delivery_id)
            files = {CONTENT: context_of(note["mark"])}
            if note.get("revision", 0):
                files[LINES] = _lines_context(note["mark"])
            return {
                proven_key(folder / name, self._ring, context=context)
                for name, context in files.items()
            }

    def withdraw(self, delivery_id: str) -> bool:
        """Take a delivery out of sight for good; the next shredding destroys it.

        Returns:
            False when there was none: withdrawing twice is no error.
        """
        folder = self._folder / check_name(delivery_id)
        with locked(self._folder):
            if not folder.exists():
                return False
            withdraw(folder, self._folder)
        return True

    def _described(self, delivery_id: str, *, is_new: bool) -> Delivery:
        return described(delivery_id, self._note(delivery_id), is_new=is_new)

    def _note(self, delivery_id: str) -> dict[str, Any]:
        return read_note(self._folder, delivery_id, self._ring)


def _lines_context(mark: str) -> bytes:
    return f"delivery-lines:{mark}".encode()
