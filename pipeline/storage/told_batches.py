"""Which batches there must be: those that the ledger tells of, and does not tell to be gone.

The signed index of the protected zone can be put back to an earlier one that was signed too; the
ledger cannot. A batch is told once the index names it, and told to be outlived before the index
lets go of it: at no instant does the ledger ask for a batch that rightly is not there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.ledger import Ledger

BATCH = "batch"
DESTROYED = "destroyed"
# All batches of periods before one are let go of from this entry on.
OUTLIVED = "outlived"
ZONE = "protected"

# A batch bears the name of its delivery: dataset, period and hash.
_PERIOD = re.compile(r".+-([0-9]{4})-[0-9a-f]+")


def batches_told(ledger: Ledger) -> frozenset[str]:
    """Return the ids of the batches that the ledger tells of and does not tell to be gone.

    Raises:
        StorageError: the ledger is altered, or holds an entry of another hand.
    """
    told = {str(entry.facts.get(BATCH, "")): entry.seq for entry in ledger.entries(BATCH)}
    for entry in ledger.entries(DESTROYED):
        name = str(entry.facts.get(BATCH, ""))
        if entry.facts.get("zone") == ZONE and told.get(name, entry.seq) < entry.seq:
            del told[name]
    for entry in ledger.entries(OUTLIVED):
        before = str(entry.facts["before"])
        gone = [name for name, seq in told.items() if seq < entry.seq and _is_before(name, before)]
        for name in gone:
            del told[name]
    return frozenset(told) - {""}


def _is_before(batch_id: str, period: str) -> bool:
    named = _PERIOD.fullmatch(batch_id)
    return named is not None and named[1] < period


class ToldBatches:
    """The batches that a ledger tells of, counted anew when something was added.

    Args:
        ledger: of the same home.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._head = ""
        self._told: frozenset[str] = frozenset()

    def now(self) -> frozenset[str]:
        """Return what the ledger tells now; see `batches_told`."""
        head = self._ledger.head
        if head != self._head:
            self._told, self._head = batches_told(self._ledger), head
        return self._told

    def check_named(self, before: Collection[str], named: Collection[str], index: Path) -> None:
        """Check that an index names every batch that the ledger tells of.

        Args:
            before: what the ledger told before the index was read.
            named: what the index names.
            index: its file.

        Raises:
            StorageError: it lacks some; nothing may be read or destroyed by it.
        """
        lacking = set(before).difference(named)
        # Another process may have let go of some, and told so, before the index was read.
        if lacking and (lost := lacking & self.now()):
            raise StorageError(
                "storage.index_behind", place=Place(file=str(index)), count=len(lost)
            )
