"""What a new batch takes the place of: the rows in force of its senders, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.storage.batches import Batch, Part, current_parts

ReadSenders = Callable[[Batch, Part], pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The rows in force that a batch would take the place of, in counts.

    Where senders are not known the whole dataset counts as one.

    Attributes:
        by_sender: rows in force, and rows of the batch, of each sender that has both.
        left_out: how many senders have rows in force and none in the batch: those rows stay.
    """

    by_sender: tuple[tuple[int, int], ...] = ()
    left_out: int = 0

    @property
    def rows(self) -> int:
        """The number of rows in force that go."""
        return sum(before for before, _ in self.by_sender)


def count_replaced(
    batch: Batch, rows: pa.Table, others: Iterable[Batch], *, read_senders: ReadSenders
) -> Replaced:
    """Count what a batch takes the place of; a newer batch of a sender stays, whole.

    Args:
        batch: as it will be.
        rows: its rows.
        others: the other batches of its dataset and period.
        read_senders: returns the sender of each row of a part.

    Raises:
        StorageError: as `current_parts`, and what `read_senders` raises.
    """
    column = batch.sender_column
    own: dict[str | None, int] = (
        {None: rows.num_rows} if column is None else count_by_sender(rows[column])
    )
    before: Counter[str | None] = Counter()
    left_out = 0
    for other, part, senders in current_parts(others):
        held: set[str | None] = {*(part.senders if senders is None else senders)} or {None}
        shared = held & own.keys()
        left_out += len(held - shared)
        if other.age > batch.age or not shared:
            continue
        if column is None:
            before[None] += part.rows
            continue
        counted = count_by_sender(read_senders(other, part))
        before.update({sender: counted.get(sender, 0) for sender in shared})
    by_sender = tuple((count, own[sender]) for sender, count in before.items())
    return Replaced(by_sender, left_out)


def count_by_sender(senders: pa.ChunkedArray) -> dict[str | None, int]:
    """Return sender → rows."""
    counted = pc.value_counts(senders.cast(pa.string()))
    return {one["values"]: one["counts"] for one in counted.to_pylist()}
