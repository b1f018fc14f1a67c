"""Change rows of the protected zone in place: new files beside the old, then one new index.

Only the parts that a change touches are written, each under a new key. A kill before the index
is replaced leaves the zone as it was, one after it as it will be; the files that are not named
any more wait for the next shredding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.errors import Place, StorageError
from pipeline.storage.batch_index import BatchIndex, IndexEntry, write_note
from pipeline.storage.batches import Batch, Part, Settlement
from pipeline.storage.encrypted_parquet import read_part, write_part
from pipeline.storage.key_table import DataKey
from pipeline.storage.keys import KeyRing
from pipeline.storage.row_order import in_own_order

Change = Callable[[pa.Table], pa.Table | None]
IsDue = Callable[[Part], bool]
Epochs = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """What a rewriting changed.

    Attributes:
        batches: ids of those that changed, sorted.
        parts: how many files were written anew.
        removed: rows that are there no more.
    """

    batches: tuple[str, ...] = ()
    parts: int = 0
    removed: int = 0


class Rewriting:
    """The rewriting of batches of one zone, whose lock the caller holds.

    Args:
        folder: of the protected zone.
        index: of the zone.
        ring: opens parts, and keeps the keys of new ones.
    """

    def __init__(self, folder: Path, index: BatchIndex, ring: KeyRing) -> None:
        self._folder = folder
        self._index = index
        self._ring = ring

    def rewrite(
        self,
        held: tuple[str, str],
        change: Change,
        *,
        epochs: Epochs | None = None,
        is_due: IsDue | None = None,
    ) -> Rewritten:
        """Apply a change to the parts of a dataset and period; see `ProtectedStore.rewrite`.

        Args:
            held: dataset and period.
            change: of the rows of a part.
            epochs: what the batches' epochs become.
            is_due: which parts are written anew, changed or not; the others stay. Default: those
                that the change touches.
        """
        entries = dict(self._index.entries())
        batches = [
            self._index.batch(batch_id, entry)
            for batch_id, entry in entries.items()
            if (entry.dataset, entry.period) == held
        ]
        # A batch that stands at the epochs already was changed by a run that was killed.
        behind = [batch for batch in batches if epochs is None or batch.epochs != epochs]
        changed = [(batch, self._changed(batch, change, is_due)) for batch in behind]
        changed = [(batch, found) for batch, found in changed if found or epochs is not None]
        parts = sum(len(found) for _, found in changed)
        if not changed:
            return Rewritten()
        with self._ring.vault.adding(parts) as keys:
            unused = iter(keys)
            for batch, found in changed:
                revision = entries[batch.batch_id].revision + 1
                entries[batch.batch_id] = self._revise(
                    batch, found, unused, revision=revision, epochs=epochs
                )
            self._index.write(entries)
        self._index.withdraw_unnamed()
        return Rewritten(
            batches=tuple(sorted(batch.batch_id for batch, _ in changed)),
            parts=parts,
            removed=sum(_removed(batch, found) for batch, found in changed),
        )

    def settle(self, batch_id: str, settlement: Settlement, rows: pa.Table | None) -> None:
        """Note what became of refused rows of a batch, whose rows now they may be, at one instant.

        Args:
            batch_id: the batch.
            settlement: what became of them.
            rows: those that join the batch, with its columns.
        """
        entries = dict(self._index.entries())
        batch = self._index.batch(batch_id, entries[batch_id])
        found = {} if rows is None else self._with(batch, rows)
        revision = entries[batch_id].revision + 1
        with self._ring.vault.adding(len(found)) as keys:
            unused = iter(keys)
            parts = tuple(
                self._write(
                    batch,
                    part.model_copy(update={"senders": found[part.name][1]}),
                    found[part.name][0],
                    next(unused),
                    revision=revision,
                )
                if part.name in found
                else part
                for part in batch.parts
            )
            settlements = (*batch.settlements, settlement)
            following = batch.model_copy(update={"parts": parts, "settlements": settlements})
            entries[batch_id] = write_note(self._path(batch), following, revision=revision)
            self._index.write(entries)
        self._index.withdraw_unnamed()

    def _with(self, batch: Batch, rows: pa.Table) -> dict[str, tuple[pa.Table, tuple[str, ...]]]:
        """Return the parts that rows join: their rows and senders afterwards.

        All rows of one sender lie in one part: a new sender's in the smallest.
        """
        smallest = min(batch.parts, key=lambda part: (part.rows, part.name))
        part_of = {sender: part.name for part in batch.parts for sender in part.senders}
        column = batch.sender_column
        if column is not None and rows[column].null_count:
            place = Place(dataset=batch.dataset, column=column)
            raise StorageError("storage.sender_missing", place=place, count=rows[column].null_count)
        senders = [""] * rows.num_rows if column is None else rows[column].to_pylist()
        at = np.array([part_of.get(sender, smallest.name) for sender in senders])
        found = {}
        for part in batch.parts:
            joining = rows.filter(pa.array(at == part.name))
            if not joining.num_rows:
                continue
            held = read_part(
                part, self._path(batch, part.name), self._ring, address=_address(batch)
            )
            if not joining.schema.equals(held.schema):
                place = Place(dataset=batch.dataset)
                raise StorageError("storage.columns_differ", place=place, period=batch.period)
            own = set(joining[column].to_pylist()) if column is not None else set()
            after = pa.concat_tables([held, joining])
            found[part.name] = (after, tuple(sorted({*part.senders, *own})))
        return found

    def _changed(self, batch: Batch, change: Change, is_due: IsDue | None) -> dict[str, pa.Table]:
        """Return the name of each part that is to be written anew, and its rows afterwards."""
        found = {}
        for part in batch.parts:
            if is_due is not None and not is_due(part):
                continue
            rows = read_part(
                part, self._path(batch, part.name), self._ring, address=_address(batch)
            )
            after = change(rows)
            after = rows.schema.empty_table() if after is None else after
            if not after.schema.equals(rows.schema):
                raise StorageError(
                    "storage.columns_differ",
                    place=Place(dataset=batch.dataset),
                    period=batch.period,
                )
            if is_due is not None or not after.equals(rows):
                found[part.name] = after
        return found

    def _revise(
        self,
        batch: Batch,
        found: Mapping[str, pa.Table],
        keys: Iterator[DataKey],
        *,
        revision: int,
        epochs: Epochs | None,
    ) -> IndexEntry:
        """Write the changed parts and the note of a batch, which no index names yet."""
        parts = tuple(
            self._write(batch, part, found[part.name], next(keys), revision=revision)
            if part.name in found
            else part
            for part in batch.parts
        )
        following = batch.model_copy(
            update={
                "parts": parts,
                "epochs": batch.epochs if epochs is None else epochs,
                "removed": batch.removed + _removed(batch, found),
            }
        )
        return write_note(self._path(batch), following, revision=revision)

    def _write(
        self, batch: Batch, part: Part, rows: pa.Table, key: DataKey, *, revision: int
    ) -> Part:
        first_name = part.name.removesuffix(".parquet").partition(".")[0]
        path = self._path(batch, f"{first_name}.{revision}.parquet")
        # New pseudonyms have another order: by that of the old ones they could be matched.
        ordered = in_own_order(rows, batch.sender_column)
        return write_part(
            ordered,
            path,
            key,
            address=_address(batch),
            senders=part.senders,
            mark=self._ring.fingerprint,
        )

    def _path(self, batch: Batch, *name: str) -> Path:
        return self._folder.joinpath(*_address(batch), *name)


def _address(batch: Batch) -> tuple[str, str, str]:
    return batch.dataset, batch.period, batch.batch_id


def _removed(batch: Batch, found: Mapping[str, pa.Table]) -> int:
    """Return how many rows fewer the changed parts hold."""
    before = {part.name: part.rows for part in batch.parts}
    return sum(before[name] - rows.num_rows for name, rows in found.items())
