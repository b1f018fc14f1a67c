"""What the process that reads a delivery may not do, set by itself before it sees a byte of one.

It writes no file, opens next to none, leaves no memory image, gains no rights, shows its memory
to nobody of its own user, and dies with the process that started it. Memory and processor time
are granted for each call by the bytes that it is about, so that what is small cannot ask for much.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_DEATH_SIGNAL, _DUMPABLE, _NO_NEW_RIGHTS = 1, 4, 38  # of prctl(2)
OPEN_FILES = 64
MIB = 1 << 20
# What libraries hold before the first byte; by byte of a delivery, what a whole file needs when it
# is decoded, walked through for damage and laid out in columns at once.
MEMORY_BASE, MEMORY_PER_BYTE = 512 << 20, 24
# The walk through a damaged file is the slowest: well under a second by megabyte.
SECONDS_BASE, SECONDS_PER_MIB = 60.0, 1.0


def confine() -> None:
    """Give up, for this process and those it forks, what reading does not need.

    Raises:
        OSError: the system refuses: nothing may be read then.
    """
    _prctl(_NO_NEW_RIGHTS, 1)
    _prctl(_DUMPABLE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    # One byte: see `Workspace`. Nothing is handed to a crash reporter either.
    _lower(resource.RLIMIT_CORE, 1)


def die_with(parent: int) -> None:
    """Have the system kill this process when its parent ends, which may be now.

    Args:
        parent: the process that this one was forked by.
    """
    _prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def grant(size: int) -> None:
    """Limit what the next call may take, counted from what the process has taken so far.

    Args:
        size: the bytes that the call is about.
    """
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    memory = _least(memory_for(size), most)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, most))
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = _least(int(used.ru_utime + used.ru_stime + seconds_for(size)) + 1, most)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))


def memory_for(size: int) -> int:
    """Return the bytes of memory that reading so many bytes may take."""
    return MEMORY_BASE + MEMORY_PER_BYTE * size


def seconds_for(size: int) -> float:
    """Return the seconds that reading so many bytes may take."""
    return SECONDS_BASE + SECONDS_PER_MIB * size / MIB


def _lower(limit: int, wanted: int) -> None:
    """Set a limit for good; one that is lower already stays."""
    _, most = resource.getrlimit(limit)
    value = _least(wanted, most)
    resource.setrlimit(limit, (value, value))


def _least(wanted: int, most: int) -> int:
    return wanted if most == resource.RLIM_INFINITY else min(wanted, most)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
