"""Review: release candidates with their exact counts, sealed until a decision is taken.

Afterwards the counts are destroyed; the facts stay, the disclosure report among them, and the
proofs under keys of their own until their retention ends. The caller records each opening in the
ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
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
from pipeline.storage.patterns import PATTERNS
from pipeline.storage.sealed_tables import open_json, open_table, seal_json, seal_table
from pipeline.storage.shredding import shred_withdrawn
from pipeline.storage.signed import altered, read_signed, write_signed

NOTE = "candidate.json"
FACTS = "facts.sealed"
COUNTS = "counts"
PROOFS = "proofs"


class ReviewStore:
    """The candidates under one home.

    Args:
        home: the folder of all zones.
        ring: seals, opens and signs.
    """

    def __init__(self, home: Path, ring: KeyRing) -> None:
        self._home = home
        self._folder = home / "review"
        self._ring = ring

    def put(
        self,
        candidate_id: str,
        tables: Mapping[str, pa.Table],
        facts: Mapping[str, Any],
        *,
        proofs: Mapping[str, pa.Table] | None = None,
    ) -> None:
        """Seal a candidate; one of this id stays as it is, unless its tables are destroyed.

        Args:
            candidate_id: hash of tables and facts, or of what they are a function of.
            tables: name → cells, exact counts among them; all die with `destroy_counts`.
            facts: plain types, the disclosure report among them; kept after the decision.
            proofs: name → rows or worlds; kept after the decision, until `withdraw_proofs`.

        Raises:
            StorageError: an id or name that is not fit for a file, or a disk that refuses.
        """
        target = self._folder / check_name(candidate_id)
        if self._is_whole(candidate_id):
            return
        with hidden_folder(self._folder) as content:
            for folder, part in ((COUNTS, tables), (PROOFS, proofs or {})):
                for name, table in part.items():
                    path = content / folder / f"{check_name(name)}.sealed"
                    seal_table(table, path, self._ring, context=_context(candidate_id, name))
            seal_json(facts, content / FACTS, self._ring, context=_context(candidate_id))
            note = {"tables": sorted(tables), "is_destroyed": False, "proofs": sorted(proofs or {})}
            self._write_note(content, candidate_id, note)
            with locked(self._folder):
                if self._is_whole(candidate_id):
                    return
                if target.exists():
                    replace(content, target, self._folder)
                else:
                    show(content, target)

    def facts(self, candidate_id: str) -> dict[str, Any]:
        """Return what the decision on a candidate is taken on.

        Raises:
            StorageError: there is none of this id, or a file is missing or altered.
        """
        path = self._known(candidate_id) / FACTS
        return open_json(path, self._ring, context=_context(candidate_id))

    def tables(self, candidate_id: str) -> dict[str, pa.Table]:
        """Return the tables of a candidate by name.

        Raises:
            StorageError: there is none of this id, its tables are destroyed, or a file is
                missing or altered.
        """
        folder = self._known(candidate_id)
        note = self._note(folder, candidate_id)
        if note["is_destroyed"]:
            raise StorageError("storage.counts_destroyed")
        return self._opened(candidate_id, COUNTS, note["tables"])

    def proofs(self, candidate_id: str) -> dict[str, pa.Table]:
        """Return the proofs of a candidate by name.

        Raises:
            StorageError: there is none of this id, its proofs are destroyed, or a file is
                missing, altered or of another candidate.
        """
        note = self._note(self._known(candidate_id), candidate_id)
        if note["proofs"] is None:
            raise StorageError("storage.proofs_destroyed")
        return self._opened(candidate_id, PROOFS, note["proofs"])

    def has_counts(self, candidate_id: str) -> bool:
        """Tell whether the tables of a candidate are there, wholly or in part.

        Raises:
            StorageError: there is none of this id, or its note is altered.
        """
        folder = self._known(candidate_id)
        is_destroyed = self._note(folder, candidate_id)["is_destroyed"]
        return not is_destroyed or (folder / COUNTS).exists()

    def has_proofs(self, candidate_id: str) -> bool:
        """Tell whether the proofs of a candidate are there, wholly or in part.

        Raises:
            StorageError: there is none of this id, or its note is altered.
        """
        folder = self._known(candidate_id)
        note = self._note(folder, candidate_id)
        return bool(note["proofs"]) or (folder / PROOFS).exists()

    def candidates(self) -> list[str]:
        """Return the ids of all candidates, sorted; the ledger tells their order in time."""
        return [path.name for path in shown(self._folder) if path.name != PATTERNS]

    def destroy_counts(self, candidate_id: str) -> None:
        """Withdraw the tables of a decided candidate and shred all that is withdrawn.

        Its proofs stay: they tell of what was released.

        Raises:
            StorageError: there is none of this id, or the disk refuses.
        """
        self.withdraw_counts(candidate_id, with_proofs=False)
        shred_withdrawn(self._home, self._ring)

    def withdraw_counts(self, candidate_id: str, *, with_proofs: bool = True) -> None:
        """Take tables and proofs of a candidate out of sight; its facts stay. Twice is no error.

        The next shredding destroys them. From the first instant the candidate says that they are
        destroyed, so that tables which are brought back are not read again.

        Raises:
            StorageError: there is none of this id, or the disk refuses.
        """
        self._withdraw(candidate_id, COUNTS, {"is_destroyed": True})
        if with_proofs:
            self.withdraw_proofs(candidate_id)

    def withdraw_proofs(self, candidate_id: str) -> None:
        """Take the proofs of a candidate out of sight, as `withdraw_counts` does its tables.

        Raises:
            StorageError: there is none of this id, or the disk refuses.
        """
        self._withdraw(candidate_id, PROOFS, {"proofs": None})

    def _withdraw(self, candidate_id: str, part: str, told: dict[str, Any]) -> None:
        with locked(self._folder):
            folder = self._known(candidate_id)
            self._write_note(folder, candidate_id, self._note(folder, candidate_id) | told)
            if (folder / part).exists():
                withdraw(folder / part, self._folder)

    def _opened(self, candidate_id: str, part: str, names: list[str]) -> dict[str, pa.Table]:
        folder = self._known(candidate_id) / part
        return {
            name: open_table(
                folder / f"{name}.sealed", self._ring, context=_context(candidate_id, name)
            )
            for name in names
        }

    def _is_whole(self, candidate_id: str) -> bool:
        folder = self._folder / candidate_id
        return folder.exists() and not self._note(folder, candidate_id)["is_destroyed"]

    def _known(self, candidate_id: str) -> Path:
        folder = self._folder / check_name(candidate_id)
        if not folder.is_dir():
            raise StorageError("storage.unknown_id", kind="candidate")
        return folder

    def _note(self, folder: Path, candidate_id: str) -> dict[str, Any]:
        note = read_signed(folder / NOTE, self._ring, purpose=_purpose(candidate_id))
        if set(note) != {"tables", "is_destroyed", "proofs"}:
            raise altered(folder / NOTE)
        return note

    def _write_note(self, folder: Path, candidate_id: str, body: Mapping[str, Any]) -> None:
        write_signed(folder / NOTE, body, self._ring, purpose=_purpose(candidate_id))


def _context(candidate_id: str, table: str = "") -> bytes:
    return f"review:{candidate_id}:{table}".encode()


def _purpose(candidate_id: str) -> str:
    return f"candidate {candidate_id}"
