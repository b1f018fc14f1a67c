"""Shredding: what the zones no longer name becomes unreadable for ever, wherever it was copied.

In this order, each step done before the next begins: a zone names the thing no more (the store
did that); its key is forgotten, by replacing the vault key once for all that is gone; its files
are overwritten and removed. A kill leaves the rest to the next shredding.

Keys whose file never came are forgotten too. They are those that no file names: the zones are
the one list of what is in use, so there is none beside them that could be wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import StorageError
from pipeline.storage.batch_index import BatchIndex, noted_key_ids
from pipeline.storage.folders import (
    GONE,
    clear_abandoned,
    clear_halves,
    locked,
    remove_withdrawn,
    shown,
    withdrawn,
)
from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed import proven_key, read_header
from pipeline.storage.vault import FOLDER as VAULT

PROTECTED = "protected"
# What is open to all, or is no zone of sealed files.
OPEN = {"published", "ledger", VAULT}
# Where nothing that is shown is written to without the zone's lock.
LOCKED = {PROTECTED, "deliveries", "quarantine", "registers", "review", "suppressions"}
LOCK = ".shredding"
# How the context of a sealed file begins, by its zone.
_CONTEXTS = {"registers": b"register:", "review": b"review:", "suppressions": b"suppressions:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shredded:
    """What one shredding did: keys forgotten, files removed."""

    keys: int
    files: int


def shred_withdrawn(home: Path, ring: KeyRing, *, replaced: Collection[bytes] = ()) -> Shredded:
    """Forget the keys of all that the zones withdrew, then remove it; nothing to do is nothing.

    Args:
        home: the folder of all zones.
        ring: its vault holds the keys.
        replaced: more keys to forget, of files that were written anew in their place.

    Raises:
        StorageError: the vault or the index of the protected zone is missing or altered, or the
            disk refuses; what was withdrawn stays out of sight for the next shredding.
    """
    index = BatchIndex(home / PROTECTED, ring)
    with locked(home / VAULT, lock=LOCK):
        with locked(home / VAULT):
            clear_abandoned(home / VAULT)
        gone: list[Path] = []
        for zone in sealed_zones(home):
            # Under the lock nothing lies there that is on its way to being shown.
            with locked(zone):
                clear_abandoned(zone)
                if zone.name in LOCKED:
                    clear_halves(zone)
                if zone.name == PROTECTED:
                    index.withdraw_unnamed()
                gone += withdrawn(zone)
        ids = {key_id for path in gone for key_id in _key_ids_of(path)} | set(replaced)
        keys = ring.vault.forget(ids - index.key_ids(), in_use=lambda: key_ids_in_use(home, ring))
        return Shredded(keys=keys, files=sum(map(remove_withdrawn, gone)))


def sealed_zones(home: Path) -> list[Path]:
    """Return the folders under a home that hold sealed files."""
    return [path for path in shown(home) if path.is_dir() and path.name not in OPEN]


def sealed_files(zone: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield each sealed file that a zone names, or that is being made, and the id of its key.

    Raises:
        StorageError: the header of one is damaged, so that its key cannot be told.
    """
    for path in sorted(zone.rglob("*")):
        is_gone = any(part.startswith(GONE) for part in path.relative_to(zone).parts)
        if not is_gone and path.is_file():
            header = read_header(path)
            if header is not None:
                yield path, header.key_id


def key_ids_in_use(home: Path, ring: KeyRing) -> set[bytes]:
    """Return the ids of the data keys that files of the zones name.

    Raises:
        StorageError: a header, the index or a note is damaged, so that a key cannot be told.
        OSError: a zone is being changed at this instant.
    """
    found = BatchIndex(home / PROTECTED, ring).key_ids()
    for zone in sealed_zones(home):
        if zone.name != PROTECTED:
            # A file is shown under this lock: none moves past while the zone is looked through.
            with locked(zone, wait=False):
                found.update(key_id for _, key_id in sealed_files(zone))
    return found


def keys_shown(home: Path, ring: KeyRing) -> set[bytes]:
    """Return the ids of the keys that open what zones show, but for deliveries and refused rows.

    A file counts where its context, which its key proves, is one of its zone.

    Raises:
        StorageError: a header, the index or a note is damaged, so that a key cannot be told.
    """
    found = BatchIndex(home / PROTECTED, ring).key_ids()
    for name, context in _CONTEXTS.items():
        zone = home / name
        with locked(zone):
            for path, _ in sealed_files(zone):
                header = read_header(path)
                is_there = not any(part.startswith(".") for part in path.relative_to(zone).parts)
                if header is not None and is_there and header.context.startswith(context):
                    with suppress(StorageError):
                        found.add(proven_key(path, ring, context=header.context))
    return found


def _key_ids_of(folder: Path) -> Iterator[bytes]:
    """Yield the ids that withdrawn files name; one that is damaged leaves its key to the sweep."""
    yield from noted_key_ids(folder)
    for path in folder.rglob("*"):
        with suppress(StorageError):
            header = read_header(path) if path.is_file() else None
            if header is not None:
                yield header.key_id
