"""Processes that are killed, starved or run side by side, forked from one that has loaded all."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import CartableError, lack_of_memory

Work = Callable[[], object]
# With which the C library itself ends a process that has no room for a thread's own data; none of
# `forked` ends so.
ENDED_BY_C = 127


def forked(work: Work) -> int:
    """Start a piece of work in a process group of its own; return the process."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()
            work()
            status = 0
        except BaseException:  # noqa: BLE001  told by the status
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def ended(child: int) -> int:
    """Wait for a process; return its exit code, negative for the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def must(work: Work) -> None:
    """Run a piece of work to its end in a process of its own.

    Raises:
        RuntimeError: it failed; its traceback is on stderr.
    """
    if ended(forked(work)):
        raise RuntimeError


def is_killed(work: Work, *, after: float) -> bool:
    """Kill the process group of a piece of work after some seconds; tell whether it still ran."""
    child = forked(work)
    time.sleep(after)
    # Ended or not, its number stays taken until it is waited for.
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)
    return ended(child) == -signal.SIGKILL


def refusal(work: Work) -> int:
    """Return 0 where work ends, or refuses in words of its own; else how its process ended."""

    def tried() -> None:
        try:
            work()
        except CartableError:
            return
        except BaseException as error:
            if lack_of_memory(error, where="") is None:
                raise

    return ended(forked(tried))


def with_memory(work: Work, *, more: int) -> Work:
    """Return work that may have so many bytes more than its process has at its start."""

    def capped() -> object:
        have = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (have + more, have + more))
        return work()

    return capped


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """Yield while a disk of so many bytes is mounted on a folder; False where none can be."""
    folder.mkdir(exist_ok=True)
    is_mounted = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def give_room(folder: Path, size: int) -> None:
    """Let a mounted disk have so many bytes."""
    assert _mount("-o", f"remount,size={size}", str(folder))


def used(folder: Path) -> int:
    """Return how many bytes of a mounted disk are taken."""
    return shutil.disk_usage(folder).used


def _mount(*arguments: str) -> bool:
    done = subprocess.run(["mount", *arguments], check=False, capture_output=True)
    return done.returncode == 0
