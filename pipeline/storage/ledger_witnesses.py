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
    unreadable: list[OSError] = []
    tree = os.walk(folder, onerror=unreadable.append)
    is_filled = any(not name.startswith(".") for _, _, names in tree for name in names)
    # What cannot be looked into may hold anything.
    return is_filled or any(not isinstance(each, FileNotFoundError) for each in unreadable)
