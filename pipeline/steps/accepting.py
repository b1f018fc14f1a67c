"""What becomes of the rows of a delivery that were read and judged: a batch, or one there already.

Two deliveries have the same content when the same is kept of them and the same rows of them are
refused, whatever they were called and however they were written. They are one batch, which bears
the latest of their dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from pipeline.contracts import Dataset
from pipeline.errors import CartableError, Place, Problem
from pipeline.intake import Reading, RefusedDelivery, Said, refusal_problems
from pipeline.quality import Verdict
from pipeline.steps.controlling import NOTHING_SAID
from pipeline.steps.doubling import double_counts, double_problems, read_doubles
from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import (
    AGAIN,
    record_again,
    record_batch,
    record_destroyed,
    record_refusal,
)
from pipeline.steps.replacing import check_replaced
from pipeline.steps.screening import left_out_problems
from pipeline.steps.volumes import compare_volumes
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch, utc_as_of
from pipeline.storage.changes import count_waiting, has_changes
from pipeline.storage.receiving import Delivery
from pipeline.storage.staging import Staged

NOWHERE = Place()
# What is kept and told of a batch, in this order; the last six only where there is something.
COUNTS = (
    *("counted", "accepted", "refused", "suppressed", "replaced", "senders_left_out"),
    *("expectations", "smaller_senders", "smaller_before", "smaller_after"),
    *("volume_senders", "volume_before", "volume_after"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivery on its way in.

    Attributes:
        delivery: as it is sealed.
        dataset: its contract.
        file: what to call it.
        mark: of the name of its file as the ledger tells it; none before it was told.
        as_of: the sender's date of it; None where that was not told.
        arrived: when it came.
        is_arrival_told: whether that is what whoever takes it in says.
        is_full: whether it holds all that its senders have, though changes are awaited.
        may_be_smaller: whether it was confirmed that senders may be left with far fewer rows.
        may_differ: whether it was confirmed that their numbers of rows may differ from before.
        said: what the sender says of it beside it.
        beside: dataset and control file, or the delivery's own name.
    """

    delivery: Delivery
    dataset: Dataset
    file: str
    as_of: datetime | None
    arrived: datetime
    is_arrival_told: bool = False
    mark: str = ""
    is_full: bool = False
    may_be_smaller: bool = False
    may_differ: bool = False
    said: Said = NOTHING_SAID
    beside: Place = NOWHERE

    @property
    def date(self) -> str:
        """What orders it, ISO 8601: the sender's date, else when it came."""
        return (self.as_of or self.arrived).isoformat()

    @property
    def place(self) -> Place:
        """Where it is told of."""
        return Place(dataset=self.dataset.dataset, file=self.file)


def batch_of(workspace: Workspace, delivery_id: str) -> str | None:
    """Return the id of the batch that holds the content of a delivery, if it is kept.

    Raises:
        StorageError: the index is missing or altered.
    """
    if workspace.protected.has(delivery_id):
        return delivery_id
    told = workspace.ledger.find(AGAIN, delivery=delivery_id)
    if told is None or not workspace.protected.has(str(told.facts["batch"])):
        return None
    return str(told.facts["batch"])


def accept(
    workspace: Workspace,
    sent: Sent,
    staged: Staged,
    *,
    rows: pa.Table,
    reading: Reading,
    gate: Verdict,
) -> Receipt:
    """Accept the staged rows of a delivery, unless their content is a batch already.

    Args:
        workspace: the zones.
        sent: the delivery.
        staged: its rows, not committed yet.
        rows: the same.
        reading: what was accepted and refused of it.
        gate: the verdict on its rows.

    Raises:
        DeliveryError: senders would be left with far fewer rows, and that was not confirmed.
        StorageError: as `ProtectedStore.commit`.
    """
    codelists = workspace.project.contracts.codelists
    told = (
        *refusal_problems(reading.refused, sent.dataset, codelists, file=sent.file),
        *gate.problems("warning"),
    )
    counts = {
        "counted": reading.counted + sent.delivery.removed,
        "accepted": staged.rows,
        "refused": reading.refused.num_rows,
        "suppressed": sent.delivery.removed,
        "expectations": len(gate.outcomes),
    }
    with workspace.protected.replacing():
        same = workspace.protected.find_content(staged)
        if same is not None and same.batch_id != sent.delivery.id:
            return _again(workspace, sent, same, told=told, counts=counts)
        counts |= _replacing(workspace, sent, staged.written(), rows)
        with refusing(workspace, sent):
            volumes = compare_volumes(
                workspace,
                sent.dataset,
                staged.batch,
                rows,
                file=sent.file,
                may_differ=sent.may_differ,
            )
        counts |= volumes.counts
        # Refused rows are sealed before the batch shows, so that no instant loses them. Where
        # another run was first, some of its rows may be settled already.
        if reading.refused.num_rows and same is None:
            workspace.quarantine.put(sent.delivery.id, reading.refused, columns=reading.columns)
        # Another run of the same file may have been first, and then its counts are kept.
        batch = workspace.protected.commit(staged, counts)
    _tell_batch(workspace, sent, batch)
    problems = (
        *told,
        *left_out_problems(sent.delivery, file=sent.file),
        *_replaced(workspace, sent, batch, code="delivery.replaced_before"),
        *volumes.problems,
        *_waiting(workspace, sent, batch),
        *_ties(workspace, sent, batch),
    )
    return _receipt(workspace, sent, batch, counts=_counts(batch), problems=problems, changed=True)


def accept_again(workspace: Workspace, sent: Sent, batch_id: str) -> Receipt:
    """Take note that the content of a batch came again, perhaps with a later date.

    Args:
        workspace: the zones.
        sent: the delivery.
        batch_id: the batch that holds what it holds.

    Raises:
        DeliveryError: senders would be left with far fewer rows, and that was not confirmed.
    """
    with workspace.protected.replacing():
        batch = workspace.protected.batch(batch_id)
        return _again(workspace, sent, batch, told=(), counts=_counts(batch))


@contextmanager
def refusing(workspace: Workspace, sent: Sent) -> Iterator[None]:
    """Have a refusal of what is done in the block kept and told of, before it goes on."""
    try:
        yield
    except CartableError as error:
        refuse(workspace, sent, error, rule=error.problem.code)
        raise


def refuse(workspace: Workspace, sent: Sent, error: CartableError, *, rule: str) -> None:
    """Keep the refused rows of a delivery that is refused whole, and tell of it."""
    refused, counted = 0, None
    if isinstance(error, RefusedDelivery):
        workspace.quarantine.put(sent.delivery.id, error.refused, columns=error.columns)
        refused, counted = error.refused.num_rows, error.counted
    record_refusal(
        workspace,
        sent.delivery.id,
        file=sent.file,
        mark=sent.mark,
        rule=rule,
        refused=refused,
        counted=counted,
        as_of=sent.as_of,
        is_full=sent.is_full,
    )


def _again(
    workspace: Workspace,
    sent: Sent,
    batch: Batch,
    *,
    told: Iterable[Problem],
    counts: Mapping[str, int],
) -> Receipt:
    """Give a batch the date of another delivery of its content; hold `replacing`."""
    replaced: Mapping[str, int] = {}
    is_moved = False
    before = _in_force(workspace, batch)
    as_of = utc_as_of(sent.date)
    # A file that is there twice tells nothing new of what is in force.
    if as_of > batch.as_of and (sent.as_of is not None or before < batch.rows):
        rows = workspace.protected.rows_of(batch.batch_id)
        replaced = _replacing(workspace, sent, batch.dated(as_of), rows)
        were = read_doubles(workspace, sent.dataset, batch.period, of=batch.batch_id)
        batch = workspace.protected.date(batch.batch_id, as_of)
        # Of who stands in several rows the later date may count, of the same rows in force.
        is_moved = were != read_doubles(workspace, sent.dataset, batch.period, of=batch.batch_id)
    after = _in_force(workspace, batch)
    is_changed = after > before or is_moved or bool(replaced.get("replaced"))
    # A kill between the batch and its entry leaves the entry to this run.
    _tell_batch(workspace, sent, batch)
    is_other = sent.delivery.id != batch.batch_id
    if is_other or batch.earlier:
        record_again(workspace, sent.delivery.id, batch.batch_id, as_of=as_of)
    problems = [*told, *left_out_problems(sent.delivery, file=sent.file)]
    if after > before:
        problems.append(
            Problem(code="delivery.in_force_again", place=sent.place, count=after - before)
        )
    elif is_other:
        problems.append(Problem(code="delivery.same_content", place=sent.place))
    problems += _replaced(workspace, sent, batch, code="delivery.replaced_since")
    # What was given up does not wait again, whatever makes its batch come back.
    if given_up := sum(len(s.marks) for s in batch.settlements if s.action == "discarded"):
        problems.append(Problem(code="delivery.given_up_before", place=sent.place, count=given_up))
    problems += _waiting(workspace, sent, batch)
    return _receipt(
        workspace,
        sent,
        batch,
        counts={**counts, **replaced} if is_changed else counts,
        problems=problems,
        changed=is_changed,
    )


def _in_force(workspace: Workspace, batch: Batch) -> int:
    return workspace.protected.rows_in_force(batch.dataset, batch.period)[batch.batch_id]


def _replacing(workspace: Workspace, sent: Sent, batch: Batch, rows: pa.Table) -> dict[str, int]:
    """Return what a batch takes the place of, in counts; a refusal is told before it is raised."""
    with refusing(workspace, sent):
        return check_replaced(
            workspace,
            batch,
            workspace.protected.replaced_by(batch, rows),
            file=sent.file,
            may_be_smaller=sent.may_be_smaller,
        )


def _replaced(workspace: Workspace, sent: Sent, batch: Batch, *, code: str) -> list[Problem]:
    """Return what is said of a content of which later dates replaced rows, since or before it."""
    if has_changes(batch):
        # Rows that are deleted, or that wait, are in force no more either.
        return []
    replaced = batch.rows - _in_force(workspace, batch)
    return [Problem(code=code, place=sent.place, count=replaced)] * bool(replaced)


def _waiting(workspace: Workspace, sent: Sent, batch: Batch) -> list[Problem]:
    """Return what is said of changes to what is not known yet."""
    senders = count_waiting(batch, workspace.protected.batches(batch.dataset, batch.period))
    return [Problem(code="delivery.delta_waits", place=sent.place, count=senders)] * bool(senders)


def _ties(workspace: Workspace, sent: Sent, batch: Batch) -> list[Problem]:
    """Return what is said of another content that tells of the same senders at the same date."""
    held = workspace.protected.batches(batch.dataset, batch.period)
    senders = frozenset(batch.senders)
    ties = [
        other
        for other in held
        if other.batch_id != batch.batch_id
        and other.as_of == batch.as_of
        and (batch.sender_column is None or not senders.isdisjoint(other.senders))
    ]
    return [Problem(code="delivery.same_date", place=sent.place, count=len(ties))] * bool(ties)


def _receipt(
    workspace: Workspace,
    sent: Sent,
    batch: Batch,
    *,
    counts: Mapping[str, int],
    problems: Iterable[Problem],
    changed: bool,
) -> Receipt:
    doubles = read_doubles(workspace, sent.dataset, batch.period, of=batch.batch_id)
    told = (*problems, *double_problems(sent.dataset, doubles, sent.place))
    return Receipt(
        step="ingest",
        changed=changed,
        ids={"delivery": sent.delivery.id, "batch": batch.batch_id},
        counts={**counts, **double_counts(doubles)},
        warnings=tuple(problem.words(workspace.settings.language) for problem in told),
    )


def _counts(batch: Batch) -> dict[str, int]:
    return {name: batch.counts[name] for name in COUNTS if name in batch.counts}


def _tell_batch(workspace: Workspace, sent: Sent, batch: Batch) -> None:
    """Tell of a batch; rows of the delivery that an earlier reading refused are accepted now."""
    counts = _counts(batch)
    record_batch(workspace, batch.batch_id, file=sent.file, mark=sent.mark, counts=counts)
    earlier = workspace.ledger.find("refusal", delivery=sent.delivery.id)
    is_own = sent.delivery.id == batch.batch_id
    if earlier is not None and earlier.facts["refused"] and not (is_own and counts["refused"]):
        workspace.quarantine.destroy(sent.delivery.id)
        record_destroyed(workspace, "quarantine", {"delivery": sent.delivery.id}, since=earlier)
