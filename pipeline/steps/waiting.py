"""Refused rows that wait: those in quarantine of which their batch does not say what became.

The batch decides. What became of a row is noted there at the instant at which it joins or is given
up; quarantine and ledger follow, and whoever comes next ends what a kill left of that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.contracts import Dataset
from pipeline.errors import PrivacyError, StorageError
from pipeline.intake.again import cells_of
from pipeline.steps.awaiting import is_answered
from pipeline.steps.kept import told_kept
from pipeline.steps.recording import SETTLED, record_destroyed
from pipeline.steps.searches import dataset_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch
from pipeline.storage.folders import withdrawn
from pipeline.storage.ledger import Fact
from pipeline.storage.quarantine import SCHEMA
from pipeline.storage.shredding import shred_withdrawn

MARK_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The rows of one delivery that wait.

    Attributes:
        id: of the batch, or of the delivery when all of it was refused.
        dataset: its contract.
        period: its period.
        batch: the rows of it that were accepted; None when all of it was refused.
        columns: of the contract in the order of each row; none where they were not noted.
        rows: line, column, rule, row.
        settled: the marks of rows that wait no more.
    """

    id: str
    dataset: Dataset
    period: str
    batch: Batch | None
    columns: tuple[str, ...]
    rows: pa.Table = field(repr=False)
    settled: frozenset[str] = field(repr=False)

    @property
    def lines(self) -> list[int]:
        """The line of each row."""
        found: list[int] = self.rows["line"].to_pylist()
        return found

    def on(self, lines: Collection[int]) -> pa.Table:
        """Return the rows on some lines."""
        return self.rows.filter(pa.array([line in lines for line in self.lines], pa.bool_()))


def read_waiting(workspace: Workspace, batch_id: str) -> Waiting:
    """Return the rows of a delivery that wait; none where all of it was refused unread.

    Raises:
        StorageError: nothing was ever refused under this id, or it is altered.
        PrivacyError: its dataset is no more in the contracts.
    """
    dataset = workspace.project.contracts.datasets.get(dataset_of(batch_id))
    if dataset is None:
        raise PrivacyError("subjects.dataset_gone", name=dataset_of(batch_id))
    has_batch = workspace.protected.has(batch_id)
    batch = workspace.protected.batch(batch_id) if has_batch else None
    is_held = batch_id in workspace.quarantine.ids()
    is_known = is_held or bool(batch and batch.counts.get("refused"))
    if not is_known and workspace.ledger.find("refusal", delivery=batch_id) is None:
        raise StorageError("storage.unknown_id", kind="quarantine")
    marks = [mark for each in (batch.settlements if batch else ()) for mark in each.marks]
    rows = workspace.quarantine.open(batch_id) if is_held else SCHEMA.empty_table()
    settled = frozenset(marks)
    lines = rows["line"].to_pylist()
    waits = [not settled or mark_of(workspace, batch_id, line) not in settled for line in lines]
    return Waiting(
        id=batch_id,
        dataset=dataset,
        period=batch_id.rsplit("-", 2)[1],
        batch=batch,
        columns=workspace.quarantine.columns(batch_id) if is_held else (),
        rows=rows.filter(pa.array(waits, pa.bool_())),
        settled=settled,
    )


def mark_of(workspace: Workspace, batch_id: str, line: int) -> str:
    """Return the mark of a row: without the keys nobody can tell its line."""
    named = hashlib.sha256(f"refused row {batch_id} {line}".encode()).hexdigest()
    return workspace.ring.fingerprint(named)[:MARK_DIGITS]


def marks_of(workspace: Workspace, batch_id: str, lines: Iterable[int]) -> tuple[str, ...]:
    """Return the marks of rows, sorted: their order tells nothing of that of the lines."""
    return tuple(sorted(mark_of(workspace, batch_id, line) for line in lines))


def end_settling(workspace: Workspace, batch_id: str) -> Waiting:
    """Tell what became of rows, and destroy them where they waited; return those that wait still.

    Hold `replacing`. Again changes nothing.

    Raises:
        StorageError: as `read_waiting`, or the disk refuses; run it again.
    """
    waiting = read_waiting(workspace, batch_id)
    for number, each in enumerate(waiting.batch.settlements if waiting.batch else (), start=1):
        facts: dict[str, Fact] = {"batch": batch_id, "number": number, "action": each.action}
        facts["rows"] = len(each.marks)
        facts |= {"reason": each.reason} if each.reason else {}
        facts |= {"delivery": each.delivery} if each.delivery else {}
        workspace.ledger.append_once(SETTLED, **facts)
    if batch_id in workspace.quarantine.ids():
        if waiting.rows.num_rows:
            workspace.quarantine.put(batch_id, waiting.rows)
        else:
            withdraw_all(workspace, batch_id)
    if any(withdrawn(workspace.home / zone) for zone in ("quarantine", "protected")):
        shred_withdrawn(workspace.home, workspace.ring)
    return waiting


def withdraw_all(workspace: Workspace, batch_id: str) -> None:
    """Take all refused rows of a delivery away; told first, lest a kill leave them told as kept."""
    told = told_kept(workspace, "quarantine").get(batch_id)
    if told is not None:
        record_destroyed(workspace, "quarantine", {"delivery": batch_id}, since=told)
    workspace.quarantine.withdraw(batch_id)


def superseded_lines(workspace: Workspace, waiting: Waiting) -> frozenset[int]:
    """Return the lines of the rows that a later full delivery of their sender made vain.

    A row whose sender cannot be told is in vain once every sender of its batch delivered later; the
    rows of a delivery that was refused whole, once what was accepted since makes up for it.
    """
    batch = waiting.batch
    if batch is None:
        refusal = workspace.ledger.find("refusal", delivery=waiting.id)
        is_vain = refusal is not None and is_answered(workspace, refusal)
        return frozenset(waiting.lines if is_vain else ())
    later = later_full(workspace, batch)
    if not later:
        return frozenset()
    column = batch.sender_column
    if column is None:
        return frozenset(waiting.lines)
    newer = {sender for other in later for sender in other.senders}
    is_all = newer.issuperset(batch.senders)
    known = newer.union(batch.senders)
    senders = senders_of(waiting, column)
    return frozenset(
        line
        for line, sender in zip(waiting.lines, senders, strict=True)
        if sender in newer or (is_all and sender not in known)
    )


def later_full(workspace: Workspace, batch: Batch) -> list[Batch]:
    """Return the later batches that hold all of their senders; changes leave other rows alone."""
    held = workspace.protected.batches(batch.dataset, batch.period)
    return [other for other in held if other.age > batch.age and other.mode == "full"]


def senders_of(waiting: Waiting, column: str) -> list[str | None]:
    """Return the sender that each row names; None where it cannot be told."""
    if column not in waiting.columns:
        return [None] * waiting.rows.num_rows
    return cells_of(waiting.rows, waiting.columns, column, waiting.dataset)
