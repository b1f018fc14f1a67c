"""The protected store: accepted, pseudonymised rows, encrypted, one folder per batch.

`protected/<dataset>/<period>/<batch>/` holds encrypted Parquet parts and `batch.json`. The
signed `protected/index.json` names every batch with the hash of its `batch.json`; a batch
exists from the instant the index names it. What the index does not name is never read, and what
it names must be there unaltered. No plain row is ever on disk, no key ever in SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import write_atomically
from pipeline.storage.batches import Batch, Part, current_parts, utc_as_of
from pipeline.storage.encrypted_parquet import read_part, write_part
from pipeline.storage.folders import check_name, hidden_folder, locked, remove, show, shown, shred
from pipeline.storage.keys import KeyRing
from pipeline.storage.signed import altered, canonical_json, read_signed, write_signed
from pipeline.storage.state import hash_rows

INDEX = "index.json"
NOTE = "batch.json"
PURPOSE = "protected index"


class ProtectedStore:
    """The protected rows under one home.

    Args:
        home: the folder of all zones.
        ring: wraps data keys, signs the index.
    """

    def __init__(self, home: Path, ring: KeyRing) -> None:
        self._folder = home / "protected"
        self._ring = ring

    def accept(
        self,
        table: pa.Table,
        *,
        dataset: str,
        period: str,
        batch_id: str,
        as_of: str,
        sender_column: str | None,
        groups: int,
        counts: Mapping[str, int],
    ) -> Batch:
        """Keep the accepted rows of a delivery and return the batch; a second time is nothing.

        Args:
            table: one row per accepted record, pseudonymised and minimised.
            dataset: the contract.
            period: such as `2021`.
            batch_id: unique in the store; the same rows again must bear the same id.
            as_of: ISO date or date-time; among batches of one sender the newest holds.
            sender_column: the text column that names the sender of each row, if any.
            groups: into how many files the senders are spread, at least 1; without senders
                there is one file.
            counts: to keep with the batch.

        Raises:
            StorageError: no row, a row without sender, another batch of this id, a damaged
                index, or a disk that refuses; nothing was accepted.
        """
        if table.num_rows == 0:
            raise StorageError("storage.empty_batch", place=Place(dataset=dataset))
        batch = Batch(
            batch_id=check_name(batch_id),
            dataset=check_name(dataset),
            period=check_name(period),
            as_of=utc_as_of(as_of),
            sender_column=sender_column,
            columns={field.name: str(field.type) for field in table.schema},
            counts=counts,
            parts=(),
        )
        if not self.has(batch_id):
            with hidden_folder(self._folder) as content:
                split = split_by_sender(table, sender_column, groups=groups)
                parts = tuple(
                    write_part(
                        rows,
                        content / f"part-{group:03d}.parquet",
                        self._ring,
                        address=(dataset, period, batch_id),
                        senders=senders,
                    )
                    for group, rows, senders in split
                )
                self._commit(content, batch.model_copy(update={"parts": parts}))
        return self._same(batch, rows=table.num_rows)

    def has(self, batch_id: str) -> bool:
        """Tell whether the store holds this batch.

        Raises:
            StorageError: the index is missing or altered.
        """
        return batch_id in self._index()

    def destroy_before(self, period: str) -> None:
        """Destroy the batches of all periods before one; again is nothing.

        They leave the index first, then their wrapped keys are overwritten, then they go.
        Copies of the disk's blocks and backups die with the vault key that wrapped them.

        Raises:
            StorageError: the index is missing or altered, or the disk refuses.
        """
        with locked(self._folder):
            index = self._index()
            kept = {key: entry for key, entry in index.items() if entry["period"] >= period}
            if len(kept) < len(index):
                self._write_index(kept)
            for folder in sorted(self._folder.glob("[!.]*/[12][0-9][0-9][0-9]/*")):
                if folder.parent.name < period:
                    shred(folder)

    def batch(self, batch_id: str) -> Batch:
        """Return one batch.

        Raises:
            StorageError: there is none of this id, or it is altered.
        """
        index = self._index()
        if batch_id not in index:
            raise StorageError("storage.unknown_id", kind="batch")
        return self._read_batch(batch_id, index[batch_id])

    def batches(self, dataset: str | None = None, period: str | None = None) -> list[Batch]:
        """Return the batches, of one dataset and period or of all, by `as_of` and id.

        Raises:
            StorageError: the index or a batch is missing or altered.
        """
        found = [
            self._read_batch(batch_id, entry)
            for batch_id, entry in self._index().items()
            if dataset in (None, entry["dataset"]) and period in (None, entry["period"])
        ]
        return sorted(found, key=lambda batch: batch.age)

    def periods(self, dataset: str) -> list[str]:
        """Return the periods of which the store holds rows of a dataset, sorted."""
        entries = self._index().values()
        return sorted({entry["period"] for entry in entries if entry["dataset"] == dataset})

    def current(self, dataset: str, period: str) -> pa.Table:
        """Return the rows in force: for each sender those of the newest batch that holds it.

        Raises:
            StorageError: nothing was accepted for them, batches in force have other columns
                than each other, or a file is missing or altered.
        """
        batches = self.batches(dataset, period)
        place = Place(dataset=dataset)
        if not batches:
            raise StorageError("storage.nothing_accepted", place=place, period=period)
        tables = [self._rows(*chosen) for chosen in current_parts(batches)]
        if any(not table.schema.equals(tables[0].schema) for table in tables):
            raise StorageError("storage.columns_differ", place=place, period=period)
        return pa.concat_tables(tables)

    def state_hash(self, dataset: str, period: str) -> str:
        """Return the hash of the rows in force, whatever deliveries and files they came in.

        Raises:
            StorageError: as `current`.
        """
        return hash_rows(self.current(dataset, period))

    def state_hash_all(self) -> str:
        """Return the hash of the rows in force of all datasets and periods.

        Raises:
            StorageError: as `current`.
        """
        held = sorted({(entry["dataset"], entry["period"]) for entry in self._index().values()})
        states = [[*key, self.state_hash(*key)] for key in held]
        return hashlib.sha256(canonical_json(states)).hexdigest()

    def _commit(self, content: Path, batch: Batch) -> None:
        """Show the batch and name it in the index, unless another run was first."""
        note = canonical_json(batch.model_dump(mode="json"))
        with write_atomically(content / NOTE) as stream:
            stream.write(note)
        with locked(self._folder):
            index = self._index()
            if batch.batch_id in index:
                return
            if not (self._folder / INDEX).exists():
                self._write_index({})
            target = self._folder / batch.dataset / batch.period / batch.batch_id
            if target.exists():
                # A kill came between showing and naming: it was never a batch.
                remove(target)
            show(content, target)
            sha256 = hashlib.sha256(note).hexdigest()
            entry = {"dataset": batch.dataset, "period": batch.period, "sha256": sha256}
            self._write_index({**index, batch.batch_id: entry})

    def _same(self, told: Batch, *, rows: int) -> Batch:
        """Return the batch kept under an id, which must be the one that the caller told of."""
        kept = self.batch(told.batch_id)
        of_content = ("dataset", "period", "sender_column", "columns")
        if kept.rows != rows or any(getattr(kept, n) != getattr(told, n) for n in of_content):
            raise StorageError("storage.batch_differs", place=Place(dataset=told.dataset))
        return kept

    def _rows(self, batch: Batch, part: Part, senders: frozenset[str] | None) -> pa.Table:
        address = (batch.dataset, batch.period, batch.batch_id)
        path = self._folder.joinpath(*address, part.name)
        rows = read_part(part, path, self._ring, address=address)
        if senders is None:
            return rows
        wanted = pa.array(sorted(senders), pa.string())
        return rows.filter(pc.is_in(rows[batch.sender_column].cast(pa.string()), wanted))

    def _index(self) -> dict[str, dict[str, str]]:
        path = self._folder / INDEX
        if not path.exists() and not shown(self._folder):
            return {}
        return read_signed(path, self._ring, purpose=PURPOSE)

    def _write_index(self, index: Mapping[str, Mapping[str, str]]) -> None:
        write_signed(self._folder / INDEX, index, self._ring, purpose=PURPOSE)

    def _read_batch(self, batch_id: str, entry: Mapping[str, str]) -> Batch:
        path = self._folder / entry["dataset"] / entry["period"] / batch_id / NOTE
        try:
            note = path.read_bytes()
            if hashlib.sha256(note).hexdigest() != entry["sha256"]:
                raise altered(path)
            return Batch.model_validate_json(note)
        except (OSError, ValidationError):
            raise altered(path) from None


def split_by_sender(
    table: pa.Table, sender_column: str | None, *, groups: int
) -> Iterator[tuple[int, pa.Table, tuple[str, ...]]]:
    """Yield the rows by group of senders: group, rows, senders; all rows of one in one group.

    The group of a sender is the same in every batch and on every machine.

    Raises:
        StorageError: a row has no sender.
    """
    if sender_column is None:
        yield 0, table, ()
        return
    column = table[sender_column].cast(pa.string())
    if column.null_count:
        place = Place(column=sender_column)
        raise StorageError("storage.sender_missing", place=place, count=column.null_count)
    coded = column.combine_chunks().dictionary_encode()
    senders = coded.dictionary.to_pylist()
    group_of = np.array([_group(sender, groups) for sender in senders])
    group_of_row = group_of[coded.indices.to_numpy()]
    for group in np.unique(group_of).tolist():
        rows = table.take(np.flatnonzero(group_of_row == group))
        held = [sender for sender, at in zip(senders, group_of, strict=True) if at == group]
        yield group, rows, tuple(sorted(held))


def _group(sender: str, groups: int) -> int:
    digest = hashlib.sha256(sender.encode()).digest()
    return int.from_bytes(digest[:8], "big") % groups
