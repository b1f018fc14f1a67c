"""Settle refused rows: mended by the sender, or accepted under the rules of today.

Rows that pass join the batch of the delivery in which they came, at one instant that also notes
that they wait no more: none is lost or doubled, by a kill, a retry or two stewards at once.
`accepted + waiting + fixed + released + discarded + left out = counted`, always.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import BinaryIO

from pipeline.contracts import Dataset
from pipeline.errors import DeliveryError, Place, PrivacyError, Problem
from pipeline.intake import ReceivedLines, refusal_problems
from pipeline.intake.again import LINE, as_text, file_of, readable, unlimited, with_lines
from pipeline.intake.row_codecs import row_codec
from pipeline.quality import Library
from pipeline.steps.accepting import Sent
from pipeline.steps.ingest import take_in
from pipeline.steps.joining_rows import Joining
from pipeline.steps.matching import matched
from pipeline.steps.memory import used_again
from pipeline.steps.policy import require_policy
from pipeline.steps.reading import read_rows
from pipeline.steps.receipt import Receipt
from pipeline.steps.receiving import receive
from pipeline.steps.recording import record_delivery
from pipeline.steps.screening import left_out_problems, screen
from pipeline.steps.waiting import (
    Waiting,
    end_settling,
    read_waiting,
)
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Settlement
from pipeline.storage.receiving import Delivery
from pipeline.storage.suppressions import admitting

_FIRST_BYTES = 64 << 10


def fix(
    workspace: Workspace,
    batch_id: str,
    source: BinaryIO,
    *,
    file: str,
    may_be_smaller: bool = False,
) -> Receipt:
    """Take the sender's correction of refused rows; those that pass join their batch.

    The correction is delimited text, whatever format the dataset comes in, as the file that
    `quarantine show --to rows.csv` writes. It is a delivery itself: sealed while received, looked
    through for persons who were erased, destroyed at the end of its retention. Its rows are found
    among those that wait by the column `refused_line`, or else by their key.

    Args:
        workspace: the project, keys and zones.
        batch_id: the batch whose rows are mended.
        source: the header and the corrected rows.
        file: what to call the correction in messages.
        may_be_smaller: whether it was confirmed that senders who join the batch now may be left
            with far fewer rows than an earlier delivery gave them.

    Returns:
        Counts of rows fixed, refused again, settled before, and waiting still.

    Raises:
        DeliveryError: the file is refused as a whole, or holds rows that do not wait.
        QualityError: a critical expectation failed. In all cases nothing was changed.
    """
    waiting = _checked(workspace, batch_id, file=file)
    with _working(workspace) as library:
        delivery, refusal = receive(
            workspace, as_text(waiting.dataset), source, file=file, period=waiting.period
        )
        record_delivery(workspace, delivery)
        if refusal is not None:
            raise refusal
        delivery = screen(workspace, delivery)
        is_by_line = _names_lines(workspace, delivery, waiting)
        dataset = (with_lines if is_by_line else unlimited)(as_text(waiting.dataset))
        place = Place(dataset=dataset.dataset, file=file)
        with workspace.deliveries.open(delivery.id) as content:
            reading = read_rows(
                workspace,
                dataset,
                content,
                place=place,
                period=waiting.period,
                beside=[LINE] if is_by_line else [],
                lines=ReceivedLines(workspace.deliveries.gone_lines(delivery.id)),
            )
        codelists = workspace.project.contracts.codelists
        problems = [
            *refusal_problems(reading.refused, dataset, codelists, file=file),
            *left_out_problems(delivery, file=file),
        ]
        with workspace.protected.replacing():
            waiting = end_settling(workspace, batch_id)
            rows, before = matched(workspace, waiting, reading.accepted, place=place)
            settlement = Settlement(action="fixed", marks=(), delivery=delivery.id)
            joining = Joining(workspace, waiting, place, library, may_be_smaller=may_be_smaller)
            joined = joining.join(rows, settlement)
            left = end_settling(workspace, batch_id)
        problems += [*before, *joining.problems]
        counts = {"fixed": joined, "refused_again": reading.refused.num_rows}
        counts |= {"settled_before": sum(each.count or 0 for each in before)}
        ids = {"batch": batch_id, "delivery": delivery.id}
        return _told(workspace, "quarantine fix", ids, counts, left=left, problems=problems)


def release(workspace: Workspace, batch_id: str, *, may_be_smaller: bool = False) -> Receipt:
    """Read refused rows again under the rules of today; those that pass join their batch.

    No rule is waived: what could not be typed, lacks its key or contradicts another row waits on.
    What was refused since a code list or the schools were not complete passes once they are. A
    delivery that was refused as a whole is taken in anew, with the date that its sender gave it.

    Args:
        workspace: the project, keys and zones.
        batch_id: the batch, or the delivery when all of it was refused.
        may_be_smaller: as for `fix`.

    Returns:
        Counts of rows released, and waiting still; of a whole delivery what `ingest` counts.

    Raises:
        DeliveryError: the delivery is refused as a whole again, or is no more kept.
        QualityError: a critical expectation failed. In all cases nothing was changed.
    """
    require_policy(workspace)
    if not workspace.protected.has(batch_id):
        return _take_in_again(workspace, batch_id, may_be_smaller=may_be_smaller)
    waiting = _checked(workspace, batch_id, file=batch_id)
    with _working(workspace) as library, workspace.protected.replacing():
        waiting = end_settling(workspace, batch_id)
        place = Place(dataset=waiting.dataset.dataset, file=batch_id)
        joining = Joining(workspace, waiting, place, library, may_be_smaller=may_be_smaller)
        joined = 0
        if waiting.rows.num_rows:
            reading = read_rows(
                workspace,
                readable(with_lines(waiting.dataset)),
                io.BytesIO(file_of(waiting.rows, waiting.columns, waiting.dataset)),
                place=place,
                period=waiting.period,
                beside=[LINE],
            )
            joined = joining.join(reading.accepted, Settlement(action="released", marks=()))
        left = end_settling(workspace, batch_id)
        counts = {"released": joined}
        ids = {"batch": batch_id}
        return _told(
            workspace, "quarantine release", ids, counts, left=left, problems=joining.problems
        )


def _take_in_again(workspace: Workspace, delivery_id: str, *, may_be_smaller: bool) -> Receipt:
    refusal = workspace.ledger.find("refusal", delivery=delivery_id)
    if refusal is None or delivery_id not in workspace.deliveries.ids():
        raise DeliveryError("quarantine.not_kept", place=Place(file=delivery_id))
    received = workspace.ledger.find("delivery", delivery=delivery_id) or refusal
    arrived = datetime.fromisoformat(received.at)
    told = refusal.facts.get("as_of")
    delivery = workspace.deliveries.delivery(delivery_id)
    dataset = _dataset(workspace, delivery)
    with _working(workspace) as library:
        sent = Sent(
            delivery=delivery,
            dataset=dataset,
            file=delivery_id,
            mark=str(refusal.facts["file"]),
            as_of=datetime.fromisoformat(str(told)) if told else None,
            arrived=arrived,
            is_full=delivery.is_full,
            may_be_smaller=may_be_smaller,
        )
        return take_in(workspace, sent, library=library)


def _dataset(workspace: Workspace, delivery: Delivery) -> Dataset:
    dataset = workspace.project.contracts.datasets.get(delivery.dataset)
    if dataset is None:
        raise PrivacyError("subjects.dataset_gone", name=delivery.dataset)
    return dataset


def _checked(workspace: Workspace, batch_id: str, *, file: str) -> Waiting:
    """Return the rows that wait, of a batch that others of its delivery are in."""
    require_policy(workspace)
    waiting = read_waiting(workspace, batch_id)
    place = Place(dataset=waiting.dataset.dataset, file=file)
    if waiting.batch is None:
        raise DeliveryError("quarantine.whole", place=place)
    if waiting.rows.num_rows and not waiting.columns:
        raise DeliveryError("quarantine.order_unknown", place=place)
    return waiting


@contextmanager
def _working(workspace: Workspace) -> Iterator[Library]:
    """Yield the library of gates while the lists of persons stay as they are."""
    with suppress(OSError):
        workspace.nursery.start()
    with used_again(), Library() as library, admitting(workspace.home):
        yield library


def _names_lines(workspace: Workspace, delivery: Delivery, waiting: Waiting) -> bool:
    """Tell whether a correction says on which line each of its rows was refused."""
    with workspace.deliveries.open(delivery.id) as source:
        first = source.read(_FIRST_BYTES)
    text = first.decode(row_codec(first, waiting.dataset), "replace")
    return LINE in text.partition("\n")[0]


def _place(waiting: Waiting, file: str) -> Place:
    return Place(dataset=waiting.dataset.dataset, file=file)


def _told(
    workspace: Workspace,
    step: str,
    ids: Mapping[str, str],
    counts: Mapping[str, int],
    *,
    left: Waiting,
    problems: Sequence[Problem],
) -> Receipt:
    language = workspace.settings.language
    return Receipt(
        step=step,
        changed=bool(counts.get("fixed", 0) + counts.get("released", 0)),
        ids=ids,
        counts={**counts, "waiting": left.rows.num_rows},
        warnings=tuple(problem.words(language) for problem in problems),
    )
