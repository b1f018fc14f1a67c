"""Replace every data key: each file is written anew under a key of its own, then the old are gone.

A kill leaves some files renewed and some not; all can be read, and the next run does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.storage.atomic import sync_folder
from pipeline.storage.folders import hidden_folder, locked
from pipeline.storage.keys import KeyRing
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.sealed import open_sealed, read_header, seal
from pipeline.storage.shredding import PROTECTED, sealed_files, sealed_zones, shred_withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a renewal did: files written anew, and keys that are still to be replaced."""

    files: int
    left: int


def renew_files(home: Path, ring: KeyRing) -> Renewed:
    """Write all files of all zones under new keys and forget the old; end what a kill cut short.

    Raises:
        StorageError: a file is missing or altered or its key was forgotten; what was renewed
            before it stays so.
    """
    if not ring.vault.renewing:
        ring.vault.replace(is_renewing=True)
    files, replaced = ProtectedStore(home, ring).renew(), list[bytes]()
    for zone in sealed_zones(home):
        if zone.name != PROTECTED:
            due = [path for path, key_id in sealed_files(zone) if ring.vault.is_due(key_id)]
            replaced += filter(None, (_renew(path, zone, ring) for path in due))
    shred_withdrawn(home, ring, replaced=replaced)
    return Renewed(files=files + len(replaced), left=ring.vault.end_renewal())


def _renew(path: Path, zone: Path, ring: KeyRing) -> bytes | None:
    """Seal a file anew in its place and return its former key's id; None when it is gone."""
    header = read_header(path) if path.is_file() else None
    if header is None:
        return None
    with hidden_folder(zone) as content:
        new = content / path.name
        with open_sealed(path, ring, context=header.context) as stream:
            seal(stream, new, ring, context=header.context)
        with locked(zone):
            if not path.is_file() or read_header(path) != header:
                return None
            new.replace(path)
            sync_folder(path.parent)
    return header.key_id
