"""What a new batch takes the place of: the rows in force of its senders, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.storage.batches import Batch, Part, current_parts
from pipeline.storage.changes import Pieces, Read, has_changes, in_force

Senders = Counter[str | None]
ReadSenders = Callable[[Batch, Part], pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class Replaced:
    """The rows in force that a batch would take the place of, in counts.

    Where senders are not known the whole dataset counts as one.

    Attributes:
        by_sender: rows in force before, and after, of each sender of which rows would go.
        left_out: how many senders have rows in force and none in a full batch: those rows stay.
        rows: the number of rows in force that go.
    """

    by_sender: tuple[tuple[int, int], ...] = ()
    left_out: int = 0
    rows: int = 0


def count_replaced(
    batch: Batch,
    rows: pa.Table,
    others: Iterable[Batch],
    *,
    former: Batch | None,
    read: Read,
    read_senders: ReadSenders,
) -> Replaced:
    """Count what a batch takes the place of; a newer batch of a sender stays, whole.

    Args:
        batch: as it will be.
        rows: its rows.
        others: the other batches of its dataset and period.
        former: the same batch with its date of before, where it is there already.
        read: returns the rows of a part, of some senders or all.
        read_senders: returns the sender of each row of a part.

    Raises:
        StorageError: as `current_parts`, and what the readers raise.
    """
    others = list(others)
    if any(map(has_changes, (batch, *others))):
        return _by_folding(batch, rows, others, former=former, read=read)
    if former is not None:
        # What is older it replaced before.
        others = [other for other in others if other.age > former.age]
    column = batch.sender_column
    own: Senders = count_rows(rows, column)
    before: Senders = Counter()
    left_out = 0
    for other, part, senders in current_parts(others):
        held: set[str | None] = {*(part.senders if senders is None else senders)} or {None}
        shared = held & own.keys()
        left_out += len(held - shared)
        if other.age > batch.age or not shared:
            continue
        counted = counts_of(read_senders(other, part)) if column else Senders({None: part.rows})
        before.update({sender: counted[sender] for sender in shared})
    by_sender = tuple((count, own[sender]) for sender, count in before.items())
    return Replaced(by_sender, left_out, before.total())


def _by_folding(
    batch: Batch, rows: pa.Table, others: list[Batch], *, former: Batch | None, read: Read
) -> Replaced:
    """Compare what is in force without the batch and with it."""

    def read_all(each: Batch, part: Part, senders: frozenset[str] | None) -> pa.Table:
        if each is not whole:
            return read(each, part, senders)
        if senders is None:
            return rows
        chosen = pa.array(sorted(senders), pa.string())
        return rows.filter(pc.is_in(rows[batch.sender_column].cast(pa.string()), chosen))

    column = batch.sender_column
    own = count_rows(rows, column)
    senders = tuple(sorted(filter(None, own)))
    # Its rows are in memory, whatever files they lie in.
    one = batch.parts[0].model_copy(update={"rows": rows.num_rows, "senders": senders})
    whole = batch.model_copy(update={"parts": (one,)})
    held = others if former is None else [*others, former]
    first, then = in_force(held, read), in_force([*others, whole], read_all)
    before, after = by_sender(first, column), by_sender(then, column)
    held_before = by_sender([piece for piece in first if piece[0] is not former], column)
    held_after = by_sender([piece for piece in then if piece[0] is not whole], column)
    # Of a sender changes may hold from now on; that takes nothing from what went of others.
    gone = (held_before - held_after).total()
    left_out = len(before.keys() - own.keys()) if batch.mode == "full" else 0
    lost = [(before[sender], after[sender]) for sender in own if before[sender]]
    return Replaced(tuple(lost), left_out, gone)


def by_sender(pieces: Pieces, column: str | None) -> Senders:
    """Return sender → rows of all pieces."""
    counted: Senders = Counter()
    for _, rows in pieces:
        counted.update(count_rows(rows, column))
    return +counted


def count_rows(rows: pa.Table, column: str | None) -> Senders:
    """Return sender → rows; of None where senders are not known."""
    return Counter({None: rows.num_rows}) if column is None else counts_of(rows[column])


def counts_of(senders: pa.ChunkedArray) -> Senders:
    """Return sender → rows."""
    counted = pc.value_counts(senders.cast(pa.string()))
    return Counter({one["values"]: one["counts"] for one in counted.to_pylist()})
