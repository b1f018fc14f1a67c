"""Rows on their way into the protected store: written out of sight while others still judge them.

What is staged is in no index, and its keys are in no vault: it is nothing until it is committed,
and goes with the block in which it was staged.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipeline.errors import Place, StorageError
from pipeline.storage.batches import Batch, Part
from pipeline.storage.encrypted_parquet import Mark, write_part
from pipeline.storage.key_table import DataKey
from pipeline.storage.senders import count_groups, split_by_sender
from pipeline.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a batch.

    Attributes:
        parts: what must be known to read them.
        keys: theirs, in the same order; on no disk yet.
    """

    parts: tuple[Part, ...]
    keys: tuple[DataKey, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Staged:
    """A batch that is being written.

    Attributes:
        batch: as it will be, but for its parts and counts.
        rows: how many it has.
        content: the hidden folder of its files.
        writing: ends with the files; None where the store holds the batch already.
    """

    batch: Batch
    rows: int
    content: Path
    writing: Future[Written] | None

    def written(self) -> Batch:
        """Return the batch with its files, once they are written.

        Raises:
            StorageError: no row, or a row without sender.
        """
        if self.writing is None:
            return self.batch
        return self.batch.model_copy(update={"parts": self.writing.result().parts}).ranked()


def write_parts(
    table: pa.Table, content: Path, vault: Vault, *, mark: Mark, batch: Batch, groups: int
) -> Written:
    """Write the rows of a batch as encrypted files, under keys that are nowhere yet.

    Args:
        table: one row per accepted record.
        content: the folder to write into.
        vault: draws the keys; they are to be kept before the files are shown.
        mark: see `write_part`.
        batch: whose rows these are.
        groups: into how many files its senders are spread at most.

    Raises:
        StorageError: no row, or a row without sender.
        OSError: the disk refuses.
    """
    if table.num_rows == 0:
        raise StorageError("storage.empty_batch", place=Place(dataset=batch.dataset))
    column = batch.sender_column
    keys = tuple(vault.draw(count_groups(table, column, groups=groups)))
    split = split_by_sender(table, column, groups=groups)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # Rows of the next group are gathered while those of the last are encrypted.
        writing = [
            pool.submit(
                write_part,
                rows,
                content / f"part-{group:03d}.parquet",
                key,
                address=(batch.dataset, batch.period, batch.batch_id),
                senders=senders,
                mark=mark,
            )
            for key, (group, rows, senders) in zip(keys, split, strict=True)
        ]
        return Written(tuple(part.result() for part in writing), keys)
