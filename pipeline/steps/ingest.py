"""Ingest one delivery: seal, read, cast, apply privacy rules, gate, keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from pipeline.contracts import Dataset
from pipeline.errors import DeliveryError, Place
from pipeline.intake import hash_refused
from pipeline.quality import Library
from pipeline.steps.accepting import Sent, accept, accept_again, batch_of, refuse, refusing
from pipeline.steps.controlling import (
    ControlFile,
    check_counts,
    check_hash,
    check_known,
    checked_facts,
    read_said,
    sender_date,
)
from pipeline.steps.memory import used_again
from pipeline.steps.policy import require_policy
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.reading import judged, read_sealed, recoded
from pipeline.steps.receipt import Receipt
from pipeline.steps.receiving import check_records, receive
from pipeline.steps.recording import record_arrival, record_control, record_delivery
from pipeline.steps.rulebooks import domain_scopes
from pipeline.steps.screening import screen
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import ONLY_FULL, Changes
from pipeline.storage.suppressions import admitting

# A delivery of so many bytes may hold so many rows that its gate is worth a process.
MANY_BYTES = 64 << 20


def ingest(
    workspace: Workspace,
    dataset_name: str,
    source: BinaryIO,
    *,
    file: str,
    period: str,
    as_of: datetime | None = None,
    control: ControlFile | None = None,
    arrived: datetime | None = None,
    received: datetime | None = None,
    may_be_smaller: bool = False,
    may_differ: bool = False,
    is_full: bool = False,
    progress: Progress = SILENT,
) -> Receipt:
    """Take one delivery from first byte to protected rows; the same content twice is one batch.

    Args:
        workspace: the project, keys and zones.
        dataset_name: the contract it is delivered under.
        source: the bytes as the sender wrote them.
        file: what to call the delivery in messages.
        period: the first year of the school year, such as `2021`.
        as_of: the sender's date of the delivery; it orders corrections. Default: what the control
            file or the name of the file says, else when it came.
        control: what the sender says of it in a file beside it.
        arrived: when it came. Default: `as_of`, else now.
        received: when it came, as whoever takes it in says; the ledger keeps that it was said.
        may_be_smaller: whether it was confirmed that senders may be left with far fewer rows.
        may_differ: whether it was confirmed that numbers of rows differ from the period before.
        is_full: whether it holds all that its senders have, though changes are awaited.
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
    said = read_said(dataset, control, file=file, period=period, is_full=is_full)
    told = sender_date(dataset, said, file=file, given=as_of)
    arrived = received or arrived or as_of or workspace.clock()
    place = Place(dataset=dataset_name, file=file)
    _check_dates(workspace, period, told or arrived, place=place)
    if received is not None and received > workspace.clock():
        raise DeliveryError("delivery.future_received", place=place)
    with used_again(), Library() as library, admitting(workspace.home):
        progress.stage(f"{dataset_name} {period}: sealing")
        delivery, refusal = receive(
            workspace,
            dataset,
            source,
            file=file,
            period=period,
            mode="full" if is_full else said.mode,
            on_bytes=_heard(library, progress),
        )
        record_delivery(workspace, delivery)
        sent = Sent(
            delivery=delivery,
            dataset=dataset,
            file=file,
            as_of=told,
            arrived=arrived,
            is_arrival_told=received is not None,
            is_full=delivery.is_full,
            may_be_smaller=may_be_smaller,
            may_differ=may_differ,
            said=said,
            beside=replace(place, file=control.file) if control else place,
        )
        if refusal is not None:
            refuse(workspace, sent, refusal, rule=refusal.problem.code)
            raise refusal
        return take_in(workspace, sent, library=library, progress=progress)


def take_in(
    workspace: Workspace, sent: Sent, *, library: Library, progress: Progress = SILENT
) -> Receipt:
    """Read a sealed delivery and keep its rows; hold `admitting`. Errors are those of `ingest`.

    Args:
        workspace: the project, keys and zones.
        sent: the delivery, as it was received.
        library: of gates.
        progress: who listens.
    """
    dataset, delivery, file = sent.dataset, sent.delivery, sent.file
    period = delivery.period
    with refusing(workspace, sent):
        check_hash(workspace, delivery, sent.said, place=sent.beside)
    # Who was erased is out of the sealed file before anything reads it.
    sent = replace(sent, delivery=screen(workspace, delivery))
    if (known := batch_of(workspace, delivery.id)) is not None:
        with refusing(workspace, sent):
            check_known(workspace.protected.batch(known), sent.said, place=sent.beside)
        return accept_again(workspace, sent, known)
    with refusing(workspace, sent):
        reading = read_sealed(workspace, dataset, delivery.id, file=file, period=period)
        check_records(sent.delivery, counted=reading.counted, file=file)
        check_counts(sent.delivery, sent.said, reading, place=sent.beside)
        progress.stage(f"{dataset.dataset} {period}: protecting")
        rows = recoded(workspace, dataset, reading.accepted, period=period)
    # The store writes out of sight what the gate still judges; no verdict, no batch.
    with workspace.protected.staging(
        rows,
        dataset=dataset.dataset,
        period=period,
        batch_id=delivery.id,
        as_of=sent.date,
        sender_column=dataset.expected.column if dataset.expected else None,
        groups=dataset.storage_groups,
        scopes=domain_scopes(workspace, dataset, period),
        refused=hash_refused(reading.refused, dataset),
        received=sent.arrived.isoformat(),
        changes=_changes(dataset, is_full=sent.is_full),
    ) as staged:
        with refusing(workspace, sent):
            verdict = judged(workspace, dataset, reading.accepted, library=library)
        if sent.said.lines:
            record_control(workspace, delivery.id, checked=checked_facts(sent.said))
        if sent.is_arrival_told:
            record_arrival(workspace, delivery.id, received=sent.arrived)
        return accept(workspace, sent, staged, rows=rows, reading=reading, gate=verdict)


def _changes(dataset: Dataset, *, is_full: bool) -> Changes:
    """Return how the rows of a delivery are read; a dataset of full ones alone needs no key."""
    deletions = dataset.deletions
    if dataset.mode == "full" and deletions is None:
        return ONLY_FULL
    return Changes(
        mode="full" if is_full else dataset.mode,
        key=tuple(str(dataset.column(name).kept_as) for name in dataset.key),
        deletion_column=deletions.column if deletions else None,
        deletion_values=deletions.values if deletions else (),
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
