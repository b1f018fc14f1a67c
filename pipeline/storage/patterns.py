"""What was found while tables were protected, sealed until their candidate is.

It tells of exact counts, as proofs do. A preparation that was stopped takes it up again; then it
goes, as with an erasure and with the next retention, whichever comes first.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from pipeline.errors import StorageError
from pipeline.storage.folders import check_name, locked, shown, withdraw
from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed_tables import open_table, seal_table

PATTERNS = "patterns"


class PatternStore:
    """The patterns of preparations that did not end, in the review zone.

    Args:
        home: the folder of all zones.
        ring: seals and opens.
    """

    def __init__(self, home: Path, ring: KeyRing) -> None:
        self._zone = home / "review"
        self._ring = ring

    def name(self, sha256: str) -> str:
        """Return the key of what follows from a content; without the keys it confirms no guess."""
        return self._ring.fingerprint(sha256)

    def keep(self, key: str, found: pa.Table) -> None:
        """Seal what was found for a key: the name of all that it follows from.

        Raises:
            StorageError: the disk refuses.
        """
        with locked(self._zone):
            seal_table(found, self._path(key), self._ring, context=_context(key))

    def read(self, key: str) -> pa.Table | None:
        """Return what was found for a key; None where nothing is kept, or it opens no more."""
        try:
            return open_table(self._path(key), self._ring, context=_context(key))
        except StorageError:
            return None

    def withdraw(self) -> None:
        """Take all of it out of sight; the next shredding destroys it."""
        if (self._zone / PATTERNS).is_dir():
            with locked(self._zone):
                for path in shown(self._zone / PATTERNS):
                    withdraw(path, self._zone)

    def _path(self, key: str) -> Path:
        return self._zone / PATTERNS / f"{check_name(key)}.sealed"


def _context(key: str) -> bytes:
    return f"review:{PATTERNS}:{key}".encode()
