"""Which rows are in force where deliveries may hold changes alone: the fold of all, oldest first.

A full delivery holds all that its senders have; a delta holds rows that are new, other than
before, or deleted, each named by its key. Of a sender the newest full delivery counts, and the
deltas that are newer; while there is no full one, they wait. A row of a delta takes the place of
the older rows that its sender had of its key, and of no other sender's: who of two that tell of
one person is right, `doubles` says. What is in force is a function of the deliveries and their
dates, in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.coded import plain_table
from pipeline.storage.batches import Batch, Part, current_parts

Read = Callable[[Batch, Part, frozenset[str] | None], pa.Table]
Pieces = list[tuple[Batch, pa.Table]]
_Orders = NDArray[np.int64]
# No column of a contract bears such a name.
_AT, _ROW = "0 at", "0 row"


def in_force(batches: Iterable[Batch], read: Read) -> Pieces:
    """Return the rows in force, by the batch that holds them; a batch may come several times.

    Args:
        batches: of one dataset and period.
        read: returns the rows of a part, of some senders or all.

    Raises:
        StorageError: as `current_parts`, and what `read` raises.
    """
    ordered = sorted(batches, key=lambda batch: batch.age)
    whole = [(batch, read(batch, part, only)) for batch, part, only in current_parts(ordered)]
    if not any(map(has_changes, ordered)):
        return whole
    since = whole_since(ordered)
    deltas = [
        (batch, _begun(batch, read(batch, part, None), since))
        for batch in ordered
        if batch.mode == "delta"
        for part in batch.parts
    ]
    order = {batch.batch_id: number for number, batch in enumerate(ordered)}
    latest = _latest(deltas, order)
    return [
        (batch, _left(batch, rows, latest, at=order[batch.batch_id]))
        for batch, rows in (*whole, *deltas)
    ]


def has_changes(batch: Batch) -> bool:
    """Tell whether a batch is a delta, or may hold rows that say that they are deleted."""
    return batch.mode == "delta" or batch.deletion_column is not None


def whole_since(batches: Iterable[Batch]) -> Mapping[str | None, tuple[str, str]]:
    """Return sender → age of the newest full batch that holds it; None where none is known."""
    since: dict[str | None, tuple[str, str]] = {}
    for batch in sorted(batches, key=lambda one: one.age):
        if batch.mode == "full":
            senders = batch.senders if batch.sender_column else (None,)
            since.update(dict.fromkeys(senders, batch.age))
    return since


def count_waiting(batch: Batch, batches: Iterable[Batch]) -> int:
    """Return of how many senders the rows of a delta wait for an older full delivery."""
    if batch.mode == "full":
        return 0
    since = whole_since(batches)
    senders = batch.senders if batch.sender_column else (None,)
    # What a newer full delivery replaced does not wait any more.
    return sum(sender not in since for sender in senders)


def _begun(batch: Batch, rows: pa.Table, since: Mapping[str | None, tuple[str, str]]) -> pa.Table:
    """Return the rows of a delta of whose senders all was told before it, and not after it."""
    begun = {sender for sender, age in since.items() if age < batch.age}
    if batch.sender_column is None:
        return rows if begun else rows.slice(0, 0)
    wanted = pa.array(sorted(filter(None, begun)), pa.string())
    return rows.filter(pc.is_in(rows[batch.sender_column].cast(pa.string()), value_set=wanted))


def _latest(deltas: Pieces, order: Mapping[str, int]) -> pa.Table:
    """Return each key that a delta names of a sender, and the place in order of the last."""
    tables = [
        plain_table(rows.select(_named(batch))).append_column(
            _AT, pa.array(np.full(rows.num_rows, order[batch.batch_id]))
        )
        for batch, rows in deltas
    ]
    if not tables:
        return pa.table({_AT: pa.array([], pa.int64())})
    told = pa.concat_tables(tables)
    key = told.column_names[:-1]
    return told.group_by(key).aggregate([(_AT, "max")]).rename_columns([*key, _AT])


def _left(batch: Batch, rows: pa.Table, latest: pa.Table, *, at: int) -> pa.Table:
    """Return the rows that no later delta names, and that do not say that they are deleted."""
    if latest.num_rows:
        rows = rows.filter(pa.array(_last_named(rows, _named(batch), latest) <= at))
    if batch.deletion_column is None:
        return rows
    says = rows[batch.deletion_column].cast(pa.string())
    deleted = pc.is_in(says, value_set=pa.array(batch.deletion_values, pa.string()))
    return rows.filter(pc.invert(deleted))


def _named(batch: Batch) -> list[str]:
    """Return the columns that name a row among those of all senders."""
    return list(dict.fromkeys([*batch.key, *filter(None, [batch.sender_column])]))


def _last_named(rows: pa.Table, key: Sequence[str], latest: pa.Table) -> _Orders:
    """Return for each row the place in order of the last delta that names its key; -1: none."""
    keys = plain_table(rows.select(key)).append_column(_ROW, pa.array(np.arange(rows.num_rows)))
    joined = keys.join(latest, keys=list(key), join_type="left outer").select([_ROW, _AT])
    found = np.full(rows.num_rows, -1, np.int64)
    found[joined[_ROW].to_numpy()] = pc.fill_null(joined[_AT], -1).to_numpy()
    return found
