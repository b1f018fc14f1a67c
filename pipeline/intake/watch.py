"""Who waits for a process that reads a delivery, and for how long."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import DeliveryError, Place
from pipeline.intake import confinement
from pipeline.intake.nursery import Born


class Watch:
    """Kills a process that lets others wait for too long."""

    def __init__(self, process: Born) -> None:
        self._process = process
        self.is_late = False

    @contextmanager
    def over(self, size: int) -> Iterator[None]:
        """Watch the block, which is about so many bytes."""
        timer = threading.Timer(confinement.seconds_for(size), self._kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _kill(self) -> None:
        self.is_late = True
        self._process.kill()


def stopped(why: str, size: int, *, status: int, place: Place) -> DeliveryError:
    """Return the refusal of a delivery whose reader was stopped, or stopped by itself.

    Args:
        why: memory, time or crash.
        size: bytes that it was about.
        status: its exit code, or minus the signal.
        place: dataset and file.
    """
    match why:
        case "memory":
            return DeliveryError("delivery.reader_memory", place=place)
        case "time":
            limit = round(confinement.seconds_for(size))
            return DeliveryError("delivery.reader_time", place=place, seconds=limit)
        case _:
            return DeliveryError("delivery.reader_crash", place=place, status=status)


def why_ended(watch: Watch, status: int) -> str:
    """Return why a process gave no answer: its time was over, or it broke off."""
    return "time" if watch.is_late or status == -signal.SIGXCPU else "crash"
