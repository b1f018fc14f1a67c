"""Quarantine: refused rows sealed, and open counts of what was refused and why.

The caller records each opening in the ledger.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import StorageError
from pipeline.storage.folders import (
    check_name,
    hidden_folder,
    locked,
    replace,
    show,
    shown,
    withdraw,
)
from pipeline.storage.keys import KeyRing
from pipeline.storage.sealed import proven_key
from pipeline.storage.sealed_tables import open_table, seal_table
from pipeline.storage.shredding import shred_withdrawn
from pipeline.storage.signed import read_signed, write_signed

ROWS = "rows.sealed"
SUMMARY = "summary.json"

SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("column", pa.string()),
        ("rule", pa.string()),
        ("row", pa.binary()),
    ]
)

# Names of the contract and of rules fit; what a sender wrote into a header may not.
_OPEN_WORD = re.compile(r"[a-z0-9_.:-]{0,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """How many rows of one batch were refused for one column by one rule.

    Attributes:
        batch_id: the batch, or the delivery when all of it was refused.
        column: of the contract; empty when the rule is on the whole row.
        rule: that refused.
        rows: how many.
    """

    batch_id: str
    column: str
    rule: str
    rows: int


class QuarantineStore:
    """The refused rows under one home.

    Args:
        home: the folder of all zones.
        ring: seals, opens and signs.
    """

    def __init__(self, home: Path, ring: KeyRing) -> None:
        self._home = home
        self._folder = home / "quarantine"
        self._ring = ring

    def put(self, batch_id: str, rows: pa.Table, *, columns: Sequence[str] | None = None) -> None:
        """Seal the refused rows of a batch in the place of those of an earlier reading of it.

        The same rows again change nothing.

        Args:
            batch_id: the batch, or the delivery when all of it was refused.
            rows: one row per refusal: line (from 1), column (of the contract, or null), rule,
                row (the record as it was received).
            columns: the contract's columns in the order of each row; None: as they are noted.

        Raises:
            StorageError: other columns, a column or rule that is no plain name, earlier rows
                that are altered, or a disk that refuses.
        """
        rows = _refused(rows)
        summary = _summary(rows)
        target = self._folder / check_name(batch_id)
        if target.exists():
            noted = self.columns(batch_id)
            columns = noted if columns is None else columns
            if self.open(batch_id).equals(rows) and tuple(columns) == noted:
                return
        if not all(map(_OPEN_WORD.fullmatch, columns or ())):
            raise StorageError("storage.quarantine_words")
        with hidden_folder(self._folder) as content:
            seal_table(rows, content / ROWS, self._ring, context=_context(batch_id))
            body = {"refused": summary, "columns": list(columns or ())}
            write_signed(content / SUMMARY, body, self._ring, purpose=_purpose(batch_id))
            with locked(self._folder):
                if target.exists():
                    replace(content, target, self._folder)
                else:
                    show(content, target)

    def summary(self, batch_id: str | None = None) -> list[Refusals]:
        """Return how many rows were refused, by batch, column and rule; of one batch or all.

        Raises:
            StorageError: nothing of that batch is in quarantine, or a summary is altered.
        """
        ids = [batch_id] if batch_id is not None else self.ids()
        return [
            Refusals(batch_id=each, column=column, rule=rule, rows=count)
            for each in ids
            for column, rule, count in self._read_summary(each)
        ]

    def columns(self, batch_id: str) -> tuple[str, ...]:
        """Return the contract's columns in the order of each refused row; none where not noted.

        Raises:
            StorageError: nothing of that batch is in quarantine, or its summary is altered.
        """
        return tuple(self._summary(batch_id).get("columns", ()))

    def open(self, batch_id: str) -> pa.Table:
        """Return the refused rows of a batch: line, column, rule, row.

        Raises:
            StorageError: nothing of that batch is in quarantine, or it is altered.
        """
        path = self._known(batch_id) / ROWS
        return open_table(path, self._ring, context=_context(batch_id))

    def ids(self) -> list[str]:
        """Return the batches that have rows in quarantine, sorted."""
        return [path.name for path in shown(self._folder)]

    def is_whole(self, batch_id: str) -> bool:
        """Tell whether the refused rows of a batch are there with their summary."""
        folder = self._folder / check_name(batch_id)
        with locked(self._folder):
            # What lies elsewhere would not be shredded.
            is_here = not folder.is_symlink()
            return is_here and all((folder / name).is_file() for name in (ROWS, SUMMARY))

    def key_ids(self, batch_id: str) -> set[bytes]:
        """Return the id of the key that opens the refused rows of a batch, which is tried.

        Raises:
            StorageError: nothing of that batch is in quarantine, or it is altered.
        """
        with locked(self._folder):
            path = self._known(batch_id) / ROWS
            return {proven_key(path, self._ring, context=_context(batch_id))}

    def destroy(self, batch_id: str) -> bool:
        """Withdraw the refused rows of a batch and their counts, and shred all that is withdrawn.

        Returns:
            False when there were none: destroying twice is no error.
        """
        is_there = self.withdraw(batch_id)
        shred_withdrawn(self._home, self._ring)
        return is_there

    def withdraw(self, batch_id: str) -> bool:
        """Take the refused rows of a batch out of sight for good; the next shredding destroys them.

        Returns:
            False when there were none: withdrawing twice is no error.
        """
        folder = self._folder / check_name(batch_id)
        with locked(self._folder):
            if not folder.exists():
                return False
            withdraw(folder, self._folder)
        return True

    def _read_summary(self, batch_id: str) -> list[tuple[str, str, int]]:
        refused = self._summary(batch_id)["refused"]
        return [(column, rule, count) for column, rule, count in refused]

    def _summary(self, batch_id: str) -> dict[str, Any]:
        path = self._known(batch_id) / SUMMARY
        return read_signed(path, self._ring, purpose=_purpose(batch_id))

    def _known(self, batch_id: str) -> Path:
        folder = self._folder / check_name(batch_id)
        if not folder.is_dir():
            raise StorageError("storage.unknown_id", kind="quarantine")
        return folder


def _refused(rows: pa.Table) -> pa.Table:
    """Return the rows under the one schema of the store; only null marks and chunks may differ."""
    if rows.schema.names != SCHEMA.names or rows.schema.types != SCHEMA.types:
        raise StorageError("storage.quarantine_columns")
    return rows.cast(SCHEMA).replace_schema_metadata(None)


def _summary(rows: pa.Table) -> list[tuple[str, str, int]]:
    columns = [column or "" for column in rows["column"].to_pylist()]
    rules = [rule or "" for rule in rows["rule"].to_pylist()]
    if not all(_OPEN_WORD.fullmatch(word) for word in {*columns, *rules}):
        raise StorageError("storage.quarantine_words")
    counted = Counter(zip(columns, rules, strict=True))
    return [(column, rule, count) for (column, rule), count in sorted(counted.items())]


def _context(batch_id: str) -> bytes:
    return f"quarantine:{batch_id}".encode()


def _purpose(batch_id: str) -> str:
    return f"quarantine {batch_id}"
