"""The senders of a delivery, spread over a few files: one sender's rows lie in one file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from pipeline.coded import is_coded, tidied
from pipeline.errors import Place, StorageError
from pipeline.storage.row_order import own_order


def count_groups(table: pa.Table, sender_column: str | None, *, groups: int) -> int:
    """Return how many groups `split_by_sender` yields."""
    if sender_column is None:
        return 1
    senders = _coded(table[sender_column]).dictionary
    return len({_group(sender, groups) for sender in senders.to_pylist()})


def split_by_sender(
    table: pa.Table, sender_column: str | None, *, groups: int
) -> Iterator[tuple[int, pa.Table, tuple[str, ...]]]:
    """Yield the rows by group of senders: group, rows, senders; all rows of one in one group.

    The group of a sender is the same in every batch and on every machine; within a group rows
    stand in their own order, which tells nothing of that of the delivery.

    Raises:
        StorageError: a row has no sender.
    """
    if sender_column is None:
        table = table.combine_chunks()
        yield 0, table.take(own_order(table, None)), ()
        return
    column = table[sender_column]
    if column.null_count:
        place = Place(column=sender_column)
        raise StorageError("storage.sender_missing", place=place, count=column.null_count)
    # In one piece: rows of many pieces would be put together again for each group.
    table = table.combine_chunks()
    coded = _coded(column)
    senders = coded.dictionary.to_pylist()
    group_of = np.array([_group(sender, groups) for sender in senders])
    order = own_order(table, sender_column)
    group_of_row = group_of[coded.indices.to_numpy()][order]
    for group in np.unique(group_of).tolist():
        rows = table.take(order[group_of_row == group])
        held = [sender for sender, at in zip(senders, group_of, strict=True) if at == group]
        yield group, rows, tuple(sorted(held))


def _coded(senders: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return the senders that occur and the number of each row's."""
    if is_coded(senders):
        return tidied(senders)
    return senders.cast(pa.string()).combine_chunks().dictionary_encode()


def _group(sender: str, groups: int) -> int:
    digest = hashlib.sha256(sender.encode()).digest()
    return int.from_bytes(digest[:8], "big") % groups
