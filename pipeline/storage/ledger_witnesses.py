"""What lies beside a ledger: data comes after the first entry, so that none beside it is a loss."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import Place, StorageError

# Each is written after an entry: of the keys, of who may sign, of the policy.
ZONES = (
    "deliveries",
    "policies",
    "protected",
    "published",
    "quarantine",
    "registers",
    "review",
    "suppressions",
    "vault",
)


def check_not_emptied(path: Path, home: Path) -> None:
    """Check that no zone holds anything, where a ledger has no entry that a head tells of.

    Args:
        path: of the ledger's file.
        home: the folder of all zones.

    Raises:
        StorageError: naming the zones that do: the ledger was emptied or taken away.
    """
    filled = [zone for zone in ZONES if _holds_files(home / zone)]
    if filled:
        raise StorageError("ledger.emptied", place=Place(file=str(path)), zones=", ".join(filled))


def _holds_files(folder: Path) -> bool:
    return any(not name.startswith(".") for _, _, names in os.walk(folder) for name in names)
