"""Processes to read deliveries in: each is born for one delivery, knows no key, and dies after it.

A nursery is a fresh interpreter, without this one's memory, environment or open files, which
loads the libraries of the reader once, confines itself and is then forked for each delivery: that
takes a few milliseconds where a new interpreter takes most of a second.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from pipeline.interpreter import AS_TOLD, first_message, start

_START = (
    "import json, socket, sys; nursery = socket.socket(fileno=0); "
    f"told = json.loads(nursery.recv(1 << 17)); {AS_TOLD}"
    "from pipeline.intake.serving import serve; serve(nursery)"
)
# Memory comes from the system alone, so that what is taken is what is counted, and is used again.
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
}
_MESSAGE_BYTES = 1 << 10
_PIPE_BYTES = 1 << 20
_BIRTH_SECONDS = 60.0
_PARTING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Born:
    """A process that waits to be told what to read.

    Attributes:
        pid: of the process.
        handle: by which it is killed, whoever bears its number by then.
        to: what it is told.
        answers: what it answers.
    """

    pid: int
    handle: int
    to: IO[bytes]
    answers: IO[bytes]

    def kill(self) -> None:
        """Kill the process; one that ended is left alone."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)


class Nursery:
    """Where processes for reading are born; started when asked to, ended with this object."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._link: socket.socket | None = None
        self._parting: weakref.finalize[..., Nursery] | None = None
        self._owner = 0
        self._ended: dict[int, int] = {}

    def start(self) -> None:
        """Start loading, and do not wait for it; a second time is nothing.

        Raises:
            OSError: no process can be had.
        """
        with self._lock:
            self._start()

    def born(self) -> Born:
        """Return a new process.

        Raises:
            OSError: none can be had.
        """
        to, answers = _pipe(), _pipe()
        with self._lock:
            try:
                self._start()
                pid, handle = self._bear(to[0], answers[1])
            except BaseException:
                os.close(to[1])
                os.close(answers[0])
                raise
            finally:
                os.close(to[0])
                os.close(answers[1])
        return Born(pid, handle, os.fdopen(to[1], "wb"), os.fdopen(answers[0], "rb"))

    def end(self, process: Born) -> int:
        """Kill a process and return how it had ended: its exit code, or minus the signal.

        Raises:
            OSError: the nursery itself ended.
        """
        process.kill()
        for stream in (process.to, process.answers):
            with suppress(OSError):
                stream.close()
        os.close(process.handle)
        with self._lock:
            while process.pid not in self._ended:
                self._hear()
            return self._ended.pop(process.pid)

    def close(self) -> None:
        """End the nursery and wait for it; it may be started again."""
        with self._lock:
            if self._parting is not None and self._owner == os.getpid():
                self._parting()
            self._link = self._parting = None

    def _start(self) -> None:
        # A fork of this process must not speak through the same socket.
        if self._link is not None and self._owner == os.getpid():
            return
        link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = start(_START, stdin=theirs.fileno(), environment=_ENVIRONMENT)
        link.settimeout(_BIRTH_SECONDS)
        link.send(first_message())
        self._parting = weakref.finalize(self, _part, link, process)
        self._link, self._owner, self._ended = link, os.getpid(), {}

    def _bear(self, given: int, answers: int) -> tuple[int, int]:
        if self._link is None:
            raise OSError
        socket.send_fds(self._link, [b"bear"], [given, answers])
        while (born := self._hear()) is None:
            pass
        return born

    def _hear(self) -> tuple[int, int] | None:
        """Take one word of the nursery: who was born, or who ended and how."""
        if self._link is None:
            raise OSError
        word, handles, _, _ = socket.recv_fds(self._link, _MESSAGE_BYTES, 1)
        if not word:
            self._link = None
            raise OSError
        told = json.loads(word)
        if handles:
            return told["born"], handles[0]
        self._ended[told["ended"]] = told["status"]
        return None


def _pipe() -> tuple[int, int]:
    ends = os.pipe()
    # Fewer changes between the processes; where the system allows less, it stays as it is.
    with suppress(OSError):
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return ends


def _part(link: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """End a nursery: it ends by itself when nobody is at the other end."""
    link.close()
    try:
        process.wait(_PARTING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
