"""A reader in processes apart: the bytes of a delivery are parsed where no key and no file is.

They go there over a pipe. A process that takes too much memory or time, crashes or answers what
is no answer is killed, and the delivery is refused by the name of what happened: it stays sealed,
nothing of it is accepted, and it may be taken in again.
"""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from types import TracebackType
from typing import Any, Self, TypeVar

import pyarrow as pa

from pipeline.errors import CartableError, DeliveryError, Place
from pipeline.intake.answers import (
    OddAnswerError,
    put_table,
    take_claims,
    take_error,
    take_part,
    take_reading,
)
from pipeline.intake.frames import Body, TornError, receive, send, send_piece
from pipeline.intake.keys import Rows
from pipeline.intake.nursery import Born, Nursery
from pipeline.intake.outcome import Reading
from pipeline.intake.parts import Claims, Header, Part, Task
from pipeline.intake.readers import header_of
from pipeline.intake.watch import Watch, stopped, why_ended

Words = Mapping[str, Any]
Taken = TypeVar("Taken")
# An answer is at most so many times what was asked about, and so much more.
_ANSWER_BASE, _ANSWER_PER_BYTE = 64 << 20, 16


class Apart:
    """A reader whose calls are answered by processes of a nursery; see `Reader`.

    Use it as a context: at its end the processes are gone. Calls may be made by several threads,
    each of which has a process to itself meanwhile.

    Args:
        nursery: bears the processes.
        task: the contract, what rows are checked against, and the columns that come back.
        place: dataset and file, for refusals.
    """

    def __init__(self, nursery: Nursery, task: Task, place: Place) -> None:
        self._nursery = nursery
        self._task = task
        self._place = place
        self._idle: queue.SimpleQueue[Born] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._processes: list[Born] = []
        self._told: tuple[Words, list[Body]] | None = None

    def __enter__(self) -> Self:
        """Return the reader; no process is born yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes."""
        with self._lock:
            processes, self._processes = self._processes, []
        for process in processes:
            with suppress(OSError):
                self._nursery.end(process)

    def header(self, line: bytes, codec: str) -> Header | None:
        """Return the header that a first line is, or None."""

        def take(words: Words, _: Sequence[bytes]) -> Header | None:
            if words["names"] is None:
                return None
            names = tuple(words["names"])
            if set(names) != {column.name for column in self._task.dataset.columns}:
                raise OddAnswerError
            return header_of(line, names, codec)

        return self._ask({"call": "header", "codec": codec}, [line], take)

    def part(self, body: bytes, header: Header) -> Part | None:
        """Return what a block holds, or None."""

        def take(words: Words, bodies: Sequence[bytes]) -> Part | None:
            return None if words.get("none") else take_part(words, bodies, self._task)

        words = {"call": "part", "names": header.names, "codec": header.codec}
        return self._ask(words, [body, header.text, header.line_end], take)

    def claims(self, body: bytes, rows: Rows, header: Header) -> Claims | None:
        """Return what some rows of a block say, or None."""

        def take(words: Words, bodies: Sequence[bytes]) -> Claims | None:
            return None if words.get("none") else take_claims(bodies, self._task, rows=len(rows))

        words = {"call": "claims", "names": header.names, "codec": header.codec}
        return self._ask(words, [body, rows.tobytes(), header.text, header.line_end], take)

    def faults(self, chunks: Iterable[bytes], codec: str, *, mark: int, is_only: bool) -> None:
        """Tell what is wrong with a file."""
        words = {"call": "faults", "codec": codec, "mark": mark, "is_only": is_only}
        self._ask(words, [], lambda _, __: None, pieces=chunks)

    def whole(self, chunks: Iterable[bytes]) -> Reading:
        """Return the rows of a whole file."""
        return self._ask(
            {"call": "whole"},
            [],
            lambda words, bodies: take_reading(words, bodies, self._task),
            pieces=chunks,
        )

    def _ask(
        self,
        words: Words,
        bodies: Sequence[Body],
        take: Callable[[Words, Sequence[bytes]], Taken],
        *,
        pieces: Iterable[bytes] | None = None,
    ) -> Taken:
        """Return what a process answers.

        Raises:
            DeliveryError: it took too much, ended, or answered what is no answer.
            CartableError: it refuses the delivery; or the source of the pieces cannot be read.
        """
        process = self._free()
        answer = self._exchange(process, words, bodies, pieces)
        taken = answer if isinstance(answer, CartableError) else self._understood(*answer, take)
        # Raised outside of every handler: what was there may quote an answer.
        if isinstance(taken, CartableError):
            raise taken
        self._idle.put(process)
        return taken

    def _free(self) -> Born:
        """Return a process that nobody has asked anything yet, or that has answered."""
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        try:
            process = self._nursery.born()
            with self._lock:
                self._processes.append(process)
                self._told = self._told or told_to(self._task)
            send(process.to, *self._told)
        except OSError:
            process = None
        if process is None:
            raise DeliveryError("delivery.reader_missing", place=self._place)
        return process

    def _exchange(
        self,
        process: Born,
        words: Words,
        bodies: Sequence[Body],
        pieces: Iterable[bytes] | None,
    ) -> tuple[Words, list[bytes]] | CartableError:
        """Return the answer of a process, or why there is none."""
        watch, size = Watch(process), sum(map(len, bodies))
        try:
            # A process that had enough does not listen to the end, and has answered.
            with suppress(BrokenPipeError), watch.over(size):
                send(process.to, words, bodies)
            if pieces is not None:
                size = _send_pieces(process, pieces, watch)
            with watch.over(size):
                return receive(process.answers, most=_ANSWER_BASE + _ANSWER_PER_BYTE * size)
        except (OSError, TornError):
            status = self._end(process)
        return self._stopped(why_ended(watch, status), size, status=status)

    def _understood(
        self,
        words: Words,
        bodies: Sequence[bytes],
        take: Callable[[Words, Sequence[bytes]], Taken],
    ) -> Taken | CartableError:
        """Return what an answer says, checked; or the refusal that it is."""
        try:
            if "failed" in words:
                return self._stopped(str(words["failed"]), 0, status=0)
            if "error" in words:
                return take_error(words, self._task, self._place)
            return take(words, bodies)
        except (OddAnswerError, LookupError, TypeError, ValueError, AttributeError):
            return self._stopped("crash", 0, status=0)

    def _end(self, process: Born) -> int:
        with self._lock:
            self._processes.remove(process)
        try:
            return self._nursery.end(process)
        except OSError:
            return -signal.SIGKILL

    def _stopped(self, why: str, size: int, *, status: int) -> DeliveryError:
        return stopped(why, size, status=status, place=self._place)


def _send_pieces(process: Born, pieces: Iterable[bytes], watch: Watch) -> int:
    """Send a whole file and return its bytes."""
    size = 0
    for piece in chain(pieces, (b"",)):
        size += len(piece)
        with suppress(BrokenPipeError), watch.over(size):
            send_piece(process.to, piece)
    return size


def told_to(task: Task) -> tuple[Words, list[Body]]:
    """Return all that a process knows beside the bytes of the delivery."""
    names = {str(column.codelist) for column in task.dataset.columns if column.codelist}
    codelists = {name: task.codelists[name].model_dump_json() for name in sorted(names)}
    reference = task.reference
    words = {
        "dataset": task.dataset.model_dump_json(by_alias=True),
        "codelists": codelists,
        "references": list(reference.values),
        "territories": {level: sorted(codes) for level, codes in reference.territories.items()},
        "changes": dict(reference.changes),
        "wanted": task.leaving,
        "is_coded": task.is_coded,
        "period": task.period,
    }
    return words, [put_table(pa.table({"value": each})) for each in reference.values.values()]
