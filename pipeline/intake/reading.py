"""Read a delivery: exactly what the sender wrote, typed and checked, or a refusal with its place.

A large file is read in blocks; where it is not certainly sound, and where it is small, it is read
as a whole. Who reads is given: `ingest` gives a reader in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import BinaryIO, TypeVar

import pyarrow as pa

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Dataset
from pipeline.errors import CartableError, Place
from pipeline.intake.encoding import codecs_of
from pipeline.intake.outcome import REFUSED, Keep, Reading, RefusedDelivery, keep_all
from pipeline.intake.parts import Task
from pipeline.intake.readers import Here, Reader
from pipeline.intake.received_lines import ReceivedLines
from pipeline.intake.reference import Reference
from pipeline.intake.refusals import refusal_problems
from pipeline.intake.streaming import read_stream

Found = TypeVar("Found")
# Of a large file, read at once; a smaller one is read whole.
BLOCK_BYTES = 4 << 20
ALL_LINES = ReceivedLines()


def read_delivery(
    source: BinaryIO,
    dataset: Dataset,
    codelists: Mapping[str, CodeList],
    *,
    file: str,
    reference: Reference,
    keep: Keep = keep_all,
    again: Callable[[], BinaryIO] | None = None,
    lines: ReceivedLines = ALL_LINES,
    block_bytes: int | None = None,
) -> Reading:
    """Return the accepted and the refused rows of a delivered file, read in this process.

    Args:
        source: the file as delivered; read to its end.
        dataset: the contract of the file.
        codelists: those of the project.
        file: name of the file for messages; it is shown as it is.
        reference: what rows are checked against.
        keep: as for `read_by`.
        again: as for `read_by`.
        lines: as for `read_by`.
        block_bytes: as for `read_by`.

    Raises:
        CartableError: as `read_by`.
    """
    task = Task(dataset=dataset, codelists=codelists, reference=reference)
    place = Place(dataset=dataset.dataset, file=file)
    return read_by(
        Here(task, place),
        source,
        task,
        place=place,
        keep=keep,
        again=again,
        lines=lines,
        block_bytes=block_bytes,
    )


def read_by(
    reader: Reader,
    source: BinaryIO,
    task: Task,
    *,
    place: Place,
    keep: Keep = keep_all,
    again: Callable[[], BinaryIO] | None = None,
    lines: ReceivedLines = ALL_LINES,
    block_bytes: int | None = None,
) -> Reading:
    """Return the accepted and the refused rows of a delivered file.

    Args:
        reader: who reads what stands in the file.
        source: the file as delivered; read to its end.
        task: the contract and what rows are checked against.
        place: dataset and file, for refusals.
        keep: what to keep of accepted rows, of each row for itself; it may see them in parts.
        again: opens the file anew. With it a file of more than one block is read in blocks;
            without it, or where a file is not certainly sound, it is held as a whole.
        lines: which lines were taken out since it was received; every line that is told is that
            of the file as it was first received.
        block_bytes: of a block; default `BLOCK_BYTES`.

    Raises:
        RefusedDelivery: more rows are refused than `max_refused_pct` allows.
        DeliveryError: the file is empty, in another encoding or layout than declared, or refers
            to what was not given: every fault at once where several can be told apart. Or its
            reader was stopped.
        ContractError: a pattern or a date format cannot be applied.
        CartableError: what `keep` refuses.
    """
    dataset = task.dataset
    size = BLOCK_BYTES if block_bytes is None else block_bytes
    head = source.read(size + 1)
    if again and len(head) > size:
        in_blocks = _telling(
            lines,
            lambda: read_stream(
                again,
                reader,
                start=head[:3],
                encodings=dataset.text.encodings,
                key=dataset.row_key,
                keep=keep,
                block_bytes=size,
            ),
        )
        if in_blocks is not None and in_blocks.is_accounted:
            return _within_limit(_received(in_blocks, lines), task, place)
        _telling(lines, lambda: _tell_faults(again, reader, head, task=task))
    whole = _telling(lines, lambda: reader.whole(_pieces(head, source, size)))
    reading = _within_limit(_received(whole, lines), task, place)
    return replace(reading, accepted=keep(reading.accepted))


def _tell_faults(again: Callable[[], BinaryIO], reader: Reader, head: bytes, *, task: Task) -> None:
    """Tell what is wrong with a large file without holding it as a whole, where anything is."""
    codecs = codecs_of(head[:3], task.dataset.text.encodings)
    for number, (codec, mark) in enumerate(codecs, start=1):
        with closing(again()) as source:
            pieces = iter(partial(source.read, len(head)), b"")
            reader.faults(pieces, codec, mark=mark, is_only=number == len(codecs))


def _pieces(head: bytes, source: BinaryIO, size: int) -> Iterator[bytes]:
    yield head
    while piece := source.read(size):
        yield piece


def _telling(lines: ReceivedLines, read: Callable[[], Found]) -> Found:
    """Return what is read; a refusal tells its lines as they were first received."""
    try:
        return read()
    except CartableError as refusal:
        if lines.are_as_they_stand:
            raise
        told = lines.told(refusal)
    raise told


def _received(reading: Reading, lines: ReceivedLines) -> Reading:
    """Return a reading that tells its lines as they were first received."""
    if lines.are_as_they_stand:
        return reading
    at = reading.refused.schema.get_field_index("line")
    received = lines.sent(reading.refused["line"].to_numpy())
    column = pa.chunked_array([pa.array(received)])
    refused = reading.refused.set_column(at, REFUSED.field("line"), column)
    return replace(reading, refused=refused)


def _within_limit(reading: Reading, task: Task, place: Place) -> Reading:
    limit = task.dataset.max_refused_pct
    # As it is written: 1.14 % of 5,000 is 57, which no product of binary fractions is.
    if reading.refused.num_rows * 100 > Fraction(str(limit)) * reading.counted:
        problems = refusal_problems(
            reading.refused, task.dataset, task.codelists, file=str(place.file)
        )
        raise RefusedDelivery(reading, place=place, limit_pct=limit, problems=problems)
    return reading
