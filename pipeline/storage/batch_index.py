"""Which batches exist: the signed index of the protected zone, and the notes that it names.

The index names each batch with the revision and hash of its note, and the note each part with
its hash and key. What they do not name is no part of the zone, whatever lies there. A batch is
changed by new files beside the old, and by one replacement of the index. An index that lacks a
batch of which the ledger tells is an earlier one: nothing is read or destroyed by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.contracts.base import Frozen
from pipeline.storage.atomic import write_atomically
from pipeline.storage.batches import Batch, Sha256
from pipeline.storage.folders import shown, withdraw
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import FOLDER as LEDGER
from pipeline.storage.ledger import Ledger
from pipeline.storage.signed import altered, canonical_json, read_signed, write_signed
from pipeline.storage.told_batches import ToldBatches

INDEX = "index.json"
PURPOSE = "protected index"


class IndexEntry(Frozen):
    """What the index says of a batch: where it is, and which note describes it."""

    dataset: str
    period: str
    sha256: Sha256
    revision: Annotated[int, Field(ge=1)] = 1

    @property
    def note(self) -> str:
        """The name of the file that describes the batch."""
        return f"batch-{self.revision}.json"


Entries = Mapping[str, IndexEntry]
_ENTRIES = TypeAdapter(dict[str, IndexEntry])


class BatchIndex:
    """The index under one home. Hold the zone's lock to write.

    Args:
        folder: of the protected zone.
        ring: signs.
        ledger: of the same home, if it is open already.
    """

    def __init__(self, folder: Path, ring: KeyRing, *, ledger: Ledger | None = None) -> None:
        self._folder = folder
        self._ring = ring
        self._told = ToldBatches(ledger or Ledger(folder.parent / LEDGER, publisher=ring))

    def entries(self) -> Entries:
        """Return batch id → entry.

        Raises:
            StorageError: the index is missing, altered, or an earlier one.
        """
        told = self._told.now()
        found = self._read()
        self._told.check_named(told, found, self._folder / INDEX)
        return found

    def _read(self) -> Entries:
        path = self._folder / INDEX
        if not path.exists() and not shown(self._folder):
            return {}
        body = read_signed(path, self._ring, purpose=PURPOSE)
        try:
            return _ENTRIES.validate_python(body)
        except ValidationError:
            raise altered(path) from None

    def write(self, entries: Entries) -> None:
        """Replace the index."""
        body = {batch_id: entry.model_dump() for batch_id, entry in entries.items()}
        write_signed(self._folder / INDEX, body, self._ring, purpose=PURPOSE)

    def has_file(self) -> bool:
        """Tell whether an index was ever written."""
        return (self._folder / INDEX).exists()

    def batch_folder(self, batch_id: str, entry: IndexEntry) -> Path:
        """Return where the files of a batch lie."""
        return self._folder / entry.dataset / entry.period / batch_id

    def batch(self, batch_id: str, entry: IndexEntry) -> Batch:
        """Return what the note says that the index names.

        Raises:
            StorageError: the note is missing or altered.
        """
        path = self.batch_folder(batch_id, entry) / entry.note
        try:
            note = path.read_bytes()
            if hashlib.sha256(note).hexdigest() != entry.sha256:
                raise altered(path)
            return Batch.model_validate_json(note)
        except (OSError, ValidationError):
            raise altered(path) from None

    def key_ids(self) -> set[bytes]:
        """Return the ids of the data keys of all batches.

        Raises:
            StorageError: the index or a note is missing or altered.
        """
        batches = (self.batch(*named) for named in self.entries().items())
        return {bytes.fromhex(part.key_id) for batch in batches for part in batch.parts}

    def withdraw_unnamed(self) -> None:
        """Take out of sight what no batch names: old revisions, and what a kill left.

        Raises:
            StorageError: the index or a note is missing or altered; nothing was touched.
        """
        named = {}
        for batch_id, entry in self.entries().items():
            files = {part.name for part in self.batch(batch_id, entry).parts} | {entry.note}
            named[self.batch_folder(batch_id, entry)] = files
        for folder in sorted(self._folder.glob("[!.]*/*/*")):
            if folder not in named:
                withdraw(folder, self._folder)
            else:
                for path in sorted(folder.iterdir()):
                    if path.name not in named[folder]:
                        withdraw(path, self._folder)


def write_note(folder: Path, batch: Batch, *, revision: int = 1) -> IndexEntry:
    """Write the note of a batch and return the entry that would name it."""
    note = canonical_json(batch.model_dump(mode="json"))
    entry = IndexEntry(
        dataset=batch.dataset,
        period=batch.period,
        sha256=hashlib.sha256(note).hexdigest(),
        revision=revision,
    )
    with write_atomically(folder / entry.note) as stream:
        stream.write(note)
    return entry


def noted_key_ids(folder: Path) -> set[bytes]:
    """Return the ids of data keys that the notes in a withdrawn folder name, verified or not."""
    found: set[bytes] = set()
    for path in folder.rglob("batch-*.json"):
        try:
            batch = Batch.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            continue
        found.update(bytes.fromhex(part.key_id) for part in batch.parts)
    return found
