"""A delivery is unpacked and laid out where no key and no file is; its text comes back."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import suppress
from typing import BinaryIO, TypeAlias

from pipeline.contracts.datasets import Dataset
from pipeline.errors import CartableError, DeliveryError, Place
from pipeline.intake.answers import OddAnswerError, Words, take_error
from pipeline.intake.apart import told_to
from pipeline.intake.formats.feed import Laid, weight_of
from pipeline.intake.frames import TornError, receive, receive_piece, send, send_piece
from pipeline.intake.loose_records import PACKED
from pipeline.intake.nursery import Born, Nursery
from pipeline.intake.parts import Task
from pipeline.intake.watch import Watch, stopped, why_ended

Text: TypeAlias = "Generator[bytes, None, Laid]"
# By so many bytes a file is told to be packed.
HEAD_BYTES = 8
_READ_BYTES, _MOST_PIECE, _MOST_WORDS = 1 << 20, 16 << 20, 1 << 20


def is_as_text(dataset: Dataset, head: bytes) -> bool:
    """Tell whether a delivery can be read as it came.

    Args:
        dataset: its contract.
        head: its first `HEAD_BYTES` bytes.
    """
    return dataset.format.kind in {"csv", "sql"} and not head.startswith(PACKED)


def lay_out_apart(nursery: Nursery, task: Task, source: BinaryIO, *, place: Place) -> Text:
    """Yield a delivery as the text of a table, made of it by a process of a nursery.

    Args:
        nursery: bears the process.
        task: the contract.
        source: the delivery as it was sent; read to its end.
        place: dataset and file, for refusals.

    Returns:
        What the file tells of itself.

    Raises:
        DeliveryError: it is refused, or the process took too much, ended, or answered what is no
            answer.
        CartableError: the source cannot be read.
    """
    exchange = _Exchange(nursery, task, source, place)
    try:
        outcome = yield from exchange.text()
    finally:
        exchange.end()
    # Raised outside of every handler: what was there may quote an answer.
    if isinstance(outcome, CartableError):
        raise outcome
    return outcome


class _Exchange:
    """One file on its way to a process, and back as text."""

    def __init__(self, nursery: Nursery, task: Task, source: BinaryIO, place: Place) -> None:
        self._nursery = nursery
        self._task = task
        self._source = source
        self._place = place
        self._process: Born | None = None
        self._feeder: threading.Thread | None = None
        self._unread: CartableError | None = None
        self._sent = 0
        self._weight = weight_of(task.dataset)

    def text(self) -> Generator[bytes, None, CartableError | Laid]:
        """Yield the text; return what the file tells of itself, or why there is none."""
        try:
            process = self._process = self._nursery.born()
            send(process.to, *told_to(self._task))
            send(process.to, {"call": "lay out"})
        except OSError:
            return DeliveryError("delivery.reader_missing", place=self._place)
        watch = Watch(process)
        self._feeder = threading.Thread(target=self._feed, args=(process,), daemon=True)
        self._feeder.start()
        try:
            while True:
                with watch.over(self._sent * self._weight):
                    piece = receive_piece(process.answers, most=_MOST_PIECE)
                if not piece:
                    break
                yield piece
            with watch.over(self._sent * self._weight):
                words, _ = receive(process.answers, most=_MOST_WORDS)
        except (OSError, TornError):
            status = self.end()
            why = why_ended(watch, status)
            return self._unread or stopped(why, self._sent, status=status, place=self._place)
        return self._understood(words)

    def end(self) -> int:
        """End the process and what feeds it; return how the process had ended."""
        process, self._process = self._process, None
        status = 0
        if process is not None:
            process.kill()
            if self._feeder is not None:
                self._feeder.join()
            with suppress(OSError):
                status = self._nursery.end(process)
        return status

    def _feed(self, process: Born) -> None:
        try:
            while piece := self._source.read(_READ_BYTES):
                self._sent += len(piece)
                send_piece(process.to, piece)
            send_piece(process.to, b"")
        except CartableError as error:
            self._unread = error
            process.kill()
        except (OSError, ValueError):
            # It had enough, and has answered; or it ended, which is seen where it is listened to.
            return

    def _understood(self, words: Words) -> CartableError | Laid:
        try:
            if "failed" in words:
                return stopped(str(words["failed"]), 0, status=0, place=self._place)
            if "error" in words:
                return take_error(words, self._task, self._place)
            records, mode = words["records"], words["mode"]
        except (OddAnswerError, LookupError, TypeError, ValueError, AttributeError):
            return stopped("crash", 0, status=0, place=self._place)
        is_count = records is None or (type(records) is int and records >= 0)
        if not is_count or mode not in {None, "full", "delta"}:
            return stopped("crash", 0, status=0, place=self._place)
        return self._unread or Laid(records, mode)
