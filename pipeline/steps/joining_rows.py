"""Let rows that were refused before join the batch of their delivery, or say why they do not.

They pass what every row passes: the reader, what is kept of it, the recoding and the gate, here on
the batch as it will be. A row joins no batch that holds its key already, nor one whose sender
delivered later.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import Dataset, Keep, Pseudonymise
from pipeline.errors import DeliveryError, Place, Problem
from pipeline.intake.again import LINE, by_key, file_of, readable, with_lines
from pipeline.intake.refusals import told_lines
from pipeline.quality import Library
from pipeline.steps.reading import judged, read_rows, recoded
from pipeline.steps.replacing import check_replaced
from pipeline.steps.rulebooks import domain_scopes
from pipeline.steps.waiting import Waiting, later_full, marks_of, superseded_lines
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch, Settlement

Key = tuple[object, ...]


class Joining:
    """One attempt to let rows join a batch. Hold `replacing`.

    Args:
        workspace: the project, keys and zones.
        waiting: the rows that wait; their batch is there.
        place: what to call the rows in messages.
        library: of gates.
        may_be_smaller: whether senders who join may be left with far fewer rows.
    """

    def __init__(
        self,
        workspace: Workspace,
        waiting: Waiting,
        place: Place,
        library: Library,
        *,
        may_be_smaller: bool,
    ) -> None:
        self._workspace = workspace
        self._waiting = waiting
        self._place = place
        self._library = library
        self._may_be_smaller = may_be_smaller
        self.problems: list[Problem] = []
        """Why rows did not join, in counts and lines."""

    def join(self, rows: pa.Table, settlement: Settlement) -> int:
        """Let rows join, and return how many did; those that may not go on waiting.

        Args:
            rows: what is kept of them, and the line of each as `refused_line`.
            settlement: what becomes of them; its marks are made here.

        Raises:
            CartableError: the rules of today are not those of the batch, the gate refuses the
                batch as it would be, or a sender would be left with far fewer rows; nothing was
                changed.
        """
        batch = _batch(self._waiting)
        rows = self._without("quarantine.superseded", rows, self._are_late(rows, batch))
        if not rows.num_rows:
            return 0
        self._check_rules(batch)
        stored = self._workspace.protected.rows_of(batch.batch_id)
        keys = key_columns(self._waiting.dataset, self._place)
        own = self._recoded(rows)
        rows = self._without("quarantine.key_held", rows, are_held(own, stored, keys))
        if not rows.num_rows:
            return 0
        own = self._recoded(rows)
        self._judge(rows.drop_columns([LINE]), own, stored)
        self._check_smaller(own, stored, batch)
        marks = marks_of(self._workspace, batch.batch_id, rows[LINE].to_pylist())
        settled = settlement.model_copy(update={"marks": marks})
        self._workspace.protected.settle(batch.batch_id, settled, own)
        return int(rows.num_rows)

    def _recoded(self, rows: pa.Table) -> pa.Table:
        dataset, period = self._waiting.dataset, self._waiting.period
        return recoded(self._workspace, dataset, rows.drop_columns([LINE]), period=period)

    def _are_late(self, rows: pa.Table, batch: Batch) -> np.ndarray:
        """Return which rows are in vain: where they waited, or for the sender they name now."""
        vain = superseded_lines(self._workspace, self._waiting)
        mask = np.array([line in vain for line in rows[LINE].to_pylist()], np.bool_)
        column = batch.sender_column
        if column is not None:
            newer = {s for other in later_full(self._workspace, batch) for s in other.senders}
            mask |= np.array([each in newer for each in rows[column].to_pylist()], np.bool_)
        return mask

    def _without(self, code: str, rows: pa.Table, mask: np.ndarray) -> pa.Table:
        if not mask.any():
            return rows
        lines = sorted(rows[LINE].filter(pa.array(mask)).to_pylist())
        facts = (("lines", told_lines(lines)), ("batch", self._waiting.id))
        place = replace(self._place, line=None)
        self.problems.append(Problem(code=code, place=place, count=len(lines), facts=facts))
        return rows.filter(pa.array(~mask))

    def _check_rules(self, batch: Batch) -> None:
        """Check that what is kept of a row, and its pseudonym, are made as those of the batch."""
        scopes = domain_scopes(self._workspace, self._waiting.dataset, self._waiting.period)
        if batch.scopes != scopes:
            raise DeliveryError("quarantine.other_rules", place=self._place, batch=batch.batch_id)

    def _judge(self, rows: pa.Table, own: pa.Table, stored: pa.Table) -> None:
        """Judge the batch as it will be; where rows are recoded, those that join alone."""
        if not own.schema.equals(stored.schema):
            batch = self._waiting.id
            raise DeliveryError("quarantine.other_rules", place=self._place, batch=batch)
        whole = pa.concat_tables([stored, own]) if own.equals(rows) else rows
        judged(
            self._workspace,
            self._waiting.dataset,
            whole.combine_chunks(),
            library=self._library,
        )

    def _check_smaller(self, own: pa.Table, stored: pa.Table, batch: Batch) -> None:
        """Check what senders would lose: those new to the batch, or all where it is of changes."""
        column, protected = batch.sender_column, self._workspace.protected
        if batch.mode == "delta":
            replaced = protected.replaced_by(batch, pa.concat_tables([stored, own]))
        elif column is None:
            return
        else:
            known = pa.array(batch.senders, pa.string())
            is_known = pc.is_in(own[column].cast(pa.string()), value_set=known)
            replaced = protected.replaced_by_joining(batch, own.filter(pc.invert(is_known)))
        check_replaced(
            self._workspace,
            batch,
            replaced,
            file=str(self._place.file),
            may_be_smaller=self._may_be_smaller,
        )


def key_columns(dataset: Dataset, place: Place) -> list[str]:
    """Return what the columns that name a row are called where they are kept.

    Raises:
        DeliveryError: one of them is not kept so that rows stay apart.
    """
    columns = [dataset.column(name) for name in dataset.row_key]
    if not all(isinstance(column.privacy, Keep | Pseudonymise) for column in columns):
        raise DeliveryError("quarantine.key_not_kept", place=replace(place, rule="key"))
    return [str(column.kept_as) for column in columns]


def are_held(rows: pa.Table, stored: pa.Table, keys: Sequence[str]) -> np.ndarray:
    """Return which rows have a key that stands in stored rows."""
    for name in keys:
        wanted = rows[name].combine_chunks().cast(stored[name].type)
        stored = stored.filter(pc.is_in(stored[name], value_set=wanted))
    known = set(keys_in(stored, keys))
    return np.array([key in known for key in keys_in(rows, keys)], np.bool_)


def keys_in(rows: pa.Table, keys: Sequence[str]) -> list[Key]:
    """Return the key of each row, as it is kept."""
    return list(zip(*(rows[name].to_pylist() for name in keys), strict=True))


def waiting_keys(workspace: Workspace, waiting: Waiting, place: Place) -> dict[Key, int]:
    """Return the key, as it is kept, of each row that waits → its line.

    Rows whose key cannot be read, or that share one, are found by their line alone.
    """
    keys = key_columns(waiting.dataset, place)
    content = file_of(waiting.rows, waiting.columns, waiting.dataset)
    reading = read_rows(
        workspace,
        readable(with_lines(by_key(waiting.dataset))),
        io.BytesIO(content),
        place=place,
        period=waiting.period,
        beside=[LINE],
    )
    lines = reading.accepted[LINE].to_pylist()
    return dict(zip(keys_in(reading.accepted, keys), lines, strict=True))


def _batch(waiting: Waiting) -> Batch:
    if waiting.batch is None:
        raise DeliveryError("quarantine.whole", place=Place(dataset=waiting.dataset.dataset))
    return waiting.batch
