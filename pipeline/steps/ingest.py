"""Ingest one delivery: seal, read, cast, apply privacy rules, gate, keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO

from pipeline.contracts import Dataset
from pipeline.errors import CartableError, DeliveryError, Place, Problem
from pipeline.intake import Reading, RefusedDelivery, refusal_problems
from pipeline.quality import Library, Verdict
from pipeline.steps.memory import used_again
from pipeline.steps.policy import require_policy
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.reading import judged, read_sealed, recoded
from pipeline.steps.receipt import Receipt
from pipeline.steps.receiving import check_records, receive
from pipeline.steps.recording import (
    record_batch,
    record_delivery,
    record_destroyed,
    record_refusal,
)
from pipeline.steps.replacing import check_replaced
from pipeline.steps.rulebooks import domain_scopes
from pipeline.steps.screening import left_out_problems, screen
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch
from pipeline.storage.receiving import Delivery
from pipeline.storage.staging import Staged
from pipeline.storage.suppressions import admitting

# A delivery of so many bytes may hold so many rows that its gate is worth a process.
MANY_BYTES = 64 << 20
# What is kept and told of a batch, in this order; the last three only of one that was confirmed.
COUNTS = (
    *("counted", "accepted", "refused", "suppressed", "replaced", "senders_left_out"),
    *("expectations", "smaller_senders", "smaller_before", "smaller_after"),
)


def ingest(
    workspace: Workspace,
    dataset_name: str,
    source: BinaryIO,
    *,
    file: str,
    period: str,
    as_of: datetime | None = None,
    may_be_smaller: bool = False,
    progress: Progress = SILENT,
) -> Receipt:
    """Take one delivery from first byte to protected rows; the same content twice is one batch.

    Args:
        workspace: the project, keys and zones.
        dataset_name: the contract it is delivered under.
        source: the bytes as the sender wrote them.
        file: what to call the delivery in messages.
        period: the first year of the school year, such as `2021`.
        as_of: the sender's date of the delivery; it orders corrections. Default: now.
        may_be_smaller: whether it was confirmed that senders may be left with far fewer rows.
        progress: who listens.

    Returns:
        Ids of delivery and batch; counts of rows counted, accepted, refused, suppressed (of
        persons who were erased) and replaced, and of the senders left out, whose rows stay.

    Raises:
        DeliveryError: the file is refused as a whole; it stays sealed, refused rows are kept.
        PolicyError: the rules are not those that are signed; nothing was read.
        QualityError: a critical expectation failed; nothing was accepted.
    """
    # What reads loads while the rules are looked at and the file is sealed.
    with suppress(OSError):
        workspace.nursery.start()
    require_policy(workspace)
    dataset = _dataset(workspace, dataset_name, file=file)
    _check_dates(
        workspace, period, as_of or workspace.clock(), place=Place(dataset=dataset_name, file=file)
    )
    with used_again(), Library() as library, admitting(workspace.home):
        progress.stage(f"{dataset_name} {period}: sealing")
        delivery, refusal = receive(
            workspace,
            dataset,
            source,
            file=file,
            period=period,
            on_bytes=_heard(library, progress),
        )
        record_delivery(workspace, delivery)
        if refusal is not None:
            _refuse(workspace, delivery.id, refusal, file=file, as_of=as_of)
            raise refusal
        return take_in(
            workspace,
            dataset,
            delivery,
            file=file,
            as_of=as_of,
            may_be_smaller=may_be_smaller,
            library=library,
            progress=progress,
        )


def take_in(
    workspace: Workspace,
    dataset: Dataset,
    delivery: Delivery,
    *,
    file: str,
    as_of: datetime | None,
    may_be_smaller: bool,
    library: Library,
    progress: Progress = SILENT,
) -> Receipt:
    """Read a sealed delivery and keep its rows; hold `admitting`. Errors are those of `ingest`.

    Args:
        workspace: the project, keys and zones.
        dataset: its contract.
        delivery: as it was received.
        file: what to call it in messages.
        as_of: the sender's date of it; default: now.
        may_be_smaller: as for `ingest`.
        library: of gates.
        progress: who listens.
    """
    period = delivery.period
    # Who was erased is out of the sealed file before anything reads it.
    delivery = screen(workspace, delivery)
    if workspace.protected.has(delivery.id):
        return _unchanged(workspace, delivery, file=file)
    try:
        reading = read_sealed(workspace, dataset, delivery.id, file=file, period=period)
        check_records(delivery, counted=reading.counted, file=file)
        progress.stage(f"{dataset.dataset} {period}: protecting")
        rows = recoded(workspace, dataset, reading.accepted, period=period)
    except CartableError as error:
        _refuse(workspace, delivery.id, error, file=file, as_of=as_of)
        raise
    # The store writes out of sight what the gate still judges; no verdict, no batch.
    with workspace.protected.staging(
        rows,
        dataset=dataset.dataset,
        period=period,
        batch_id=delivery.id,
        as_of=(as_of or workspace.clock()).isoformat(timespec="seconds"),
        sender_column=dataset.expected.column if dataset.expected else None,
        groups=dataset.storage_groups,
        scopes=domain_scopes(workspace, dataset, period),
    ) as staged:
        try:
            verdict = judged(workspace, dataset, reading.accepted, library=library)
        except CartableError as error:
            _refuse(workspace, delivery.id, error, file=file, as_of=as_of)
            raise
        with workspace.protected.replacing():
            try:
                replaced = check_replaced(
                    workspace,
                    staged.batch,
                    workspace.protected.replaced_by(staged, rows),
                    file=file,
                    may_be_smaller=may_be_smaller,
                )
            except DeliveryError as error:
                _refuse(workspace, delivery.id, error, file=file, as_of=as_of)
                raise
            return _accept(
                workspace,
                dataset,
                delivery,
                file=file,
                staged=staged,
                reading=reading,
                gate=verdict,
                replaced=replaced,
            )


def _heard(library: Library, progress: Progress) -> Callable[[int], None]:
    """Return who is told of the bytes received: of many, the library of gates loads meanwhile."""
    received = 0

    def hear(amount: int) -> None:
        nonlocal received
        received += amount
        if received >= MANY_BYTES:
            library.start()
        progress.advance(amount)

    return hear


def _dataset(workspace: Workspace, name: str, *, file: str) -> Dataset:
    datasets = workspace.project.contracts.datasets
    if name not in datasets:
        known = ", ".join(datasets)
        raise DeliveryError("contract.unknown_dataset", place=Place(file=file), known=known)
    return datasets[name]


def _check_dates(workspace: Workspace, period: str, as_of: datetime, *, place: Place) -> None:
    now = workspace.clock()
    if re.fullmatch(r"[12][0-9]{3}", period) is None:
        raise DeliveryError("delivery.bad_period", place=place)
    if int(period) > now.year:
        raise DeliveryError("delivery.future_period", place=place)
    if as_of > now:
        raise DeliveryError("delivery.future_as_of", place=place)


def _refuse(
    workspace: Workspace,
    delivery_id: str,
    error: CartableError,
    *,
    file: str,
    as_of: datetime | None,
) -> None:
    refused, counted = 0, None
    if isinstance(error, RefusedDelivery):
        workspace.quarantine.put(delivery_id, error.refused, columns=error.columns)
        refused, counted = error.refused.num_rows, error.counted
    record_refusal(
        workspace,
        delivery_id,
        file=file,
        rule=error.problem.code,
        refused=refused,
        counted=counted,
        as_of=as_of,
    )


def _accept(
    workspace: Workspace,
    dataset: Dataset,
    delivery: Delivery,
    *,
    file: str,
    staged: Staged,
    reading: Reading,
    gate: Verdict,
    replaced: Mapping[str, int],
) -> Receipt:
    delivery_id, suppressed, refused = delivery.id, delivery.removed, reading.refused.num_rows
    counts = {
        "counted": reading.counted + suppressed,
        "accepted": staged.rows,
        "refused": refused,
        "suppressed": suppressed,
        "expectations": len(gate.outcomes),
        **replaced,
    }
    # Refused rows are sealed before the batch shows, so that no instant loses them. Where another
    # run was first, some of its rows may be settled already.
    if reading.refused.num_rows and not workspace.protected.has(delivery_id):
        workspace.quarantine.put(delivery_id, reading.refused, columns=reading.columns)
    # Another run of the same file may have been first, and then its counts are kept.
    batch = workspace.protected.commit(staged, counts)
    counts = _counts(batch)
    _tell_batch(workspace, delivery_id, counts, file=file)
    codelists = workspace.project.contracts.codelists
    problems = (
        *refusal_problems(reading.refused, dataset, codelists, file=file),
        *gate.problems("warning"),
        *left_out_problems(delivery, file=file),
        *_replaced(workspace, batch, file, code="delivery.replaced_before"),
    )
    return Receipt(
        step="ingest",
        changed=True,
        ids={"delivery": delivery_id, "batch": delivery_id},
        counts=counts,
        warnings=tuple(problem.words(workspace.settings.language) for problem in problems),
    )


def _unchanged(workspace: Workspace, delivery: Delivery, *, file: str) -> Receipt:
    delivery_id = delivery.id
    batch = workspace.protected.batch(delivery_id)
    problems = (
        *left_out_problems(delivery, file=file),
        *_replaced(workspace, batch, file, code="delivery.replaced_since"),
    )
    counts = _counts(batch)
    # A kill between the batch and its entry leaves the entry to this run.
    _tell_batch(workspace, delivery_id, counts, file=file)
    return Receipt(
        step="ingest",
        changed=False,
        ids={"delivery": delivery_id, "batch": delivery_id},
        counts=counts,
        warnings=tuple(problem.words(workspace.settings.language) for problem in problems),
    )


def _replaced(workspace: Workspace, batch: Batch, file: str, *, code: str) -> list[Problem]:
    """Return what is said of a content of which later dates replaced rows, since or before it."""
    in_force = workspace.protected.rows_in_force(batch.dataset, batch.period)
    replaced = batch.rows - in_force[batch.batch_id]
    place = Place(dataset=batch.dataset, file=file)
    return [Problem(code=code, place=place, count=replaced)] * bool(replaced)


def _counts(batch: Batch) -> dict[str, int]:
    return {name: batch.counts[name] for name in COUNTS if name in batch.counts}


def _tell_batch(
    workspace: Workspace, batch_id: str, counts: Mapping[str, int], *, file: str
) -> None:
    """Tell of a batch; rows of it that were refused in an earlier reading are accepted now."""
    record_batch(workspace, batch_id, file=file, counts=counts)
    earlier = workspace.ledger.find("refusal", delivery=batch_id)
    if earlier is not None and earlier.facts["refused"] and not counts["refused"]:
        workspace.quarantine.destroy(batch_id)
        record_destroyed(workspace, "quarantine", {"delivery": batch_id}, since=earlier)
