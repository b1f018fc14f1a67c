"""Receive a delivery: sealed as it was sent, and kept as the text of a table.

What is packed or in another format is laid out by a process that knows no key; what was sent is
let go of then, and all that follows (who is looked for, what is refused, what is erased) works on
lines of text. What cannot be laid out is kept as it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import BinaryIO

from pipeline.contracts import Dataset
from pipeline.errors import DeliveryError, Place
from pipeline.intake import HEAD_BYTES, Laid, Reference, Task, is_as_text, lay_out_apart
from pipeline.steps.block_streams import as_stream
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Mode
from pipeline.storage.receiving import Delivery, Received


def receive(
    workspace: Workspace,
    dataset: Dataset,
    source: BinaryIO,
    *,
    file: str,
    period: str,
    mode: Mode | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> tuple[Delivery, DeliveryError | None]:
    """Return the delivery that a stream is, and why it was refused before anything read it.

    Args:
        workspace: the zones and where processes are born.
        dataset: the contract.
        source: the bytes as the sender wrote them.
        file: what to call the delivery in messages.
        period: the first year of the school year, such as `2021`.
        mode: whether it is said to hold all that its senders have, or changes alone; None: as the
            format says, else as the contract awaits it.
        on_bytes: called with the number of bytes of each chunk received.

    Raises:
        StorageError: the source cannot be read or the disk refuses.
    """
    place = Place(dataset=dataset.dataset, file=file)
    with workspace.deliveries.receiving(
        source, dataset=dataset.dataset, period=period, on_bytes=on_bytes
    ) as received:
        with received.open() as stream:
            head = stream.read(HEAD_BYTES)
        is_full = _is_full(dataset, mode)
        if is_as_text(dataset, head):
            return received.keep(is_full=is_full), None
        try:
            return _laid_out(
                workspace, dataset, received, period=period, place=place, mode=mode
            ), None
        except DeliveryError as error:
            return received.keep(is_text=False, is_full=is_full), error


def check_records(delivery: Delivery, *, counted: int, file: str) -> None:
    """Check that all is accounted for that the counter of the format found in what was sent.

    Args:
        delivery: as it was looked through.
        counted: its rows by the counter of its text.
        file: what it is called in messages.

    Raises:
        DeliveryError: it is not.
    """
    accounted = counted + delivery.removed
    if delivery.records is not None and accounted != delivery.records:
        place = Place(dataset=delivery.dataset, file=file)
        raise DeliveryError(
            "delivery.account", place=place, count=delivery.records, accounted=accounted
        )


def _is_full(dataset: Dataset, mode: Mode | None) -> bool:
    """Return whether a delivery holds all of its senders where changes are awaited."""
    return dataset.mode == "delta" and mode == "full"


def _laid_out(
    workspace: Workspace,
    dataset: Dataset,
    received: Received,
    *,
    period: str,
    place: Place,
    mode: Mode | None,
) -> Delivery:
    task = Task(
        dataset=dataset,
        codelists=workspace.project.contracts.codelists,
        reference=Reference(),
        period=period,
    )
    told: list[Laid] = []

    def blocks(source: BinaryIO) -> Generator[bytes, None, None]:
        laid = yield from lay_out_apart(workspace.nursery, task, source, place=place)
        if None not in (mode, laid.mode) and mode != laid.mode:
            raise DeliveryError("delivery.other_mode", place=place)
        told.append(laid)

    with received.open() as source, closing(blocks(source)) as text:
        return received.keep_as(
            as_stream(text),
            records=lambda: told[0].records,
            is_full=lambda: _is_full(dataset, told[0].mode or mode),
        )
