"""Read a plain file that is its owner's alone, opened once: what is checked is what is read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pipeline.errors import CartableError

GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_own(
    path: Path,
    *,
    missing: CartableError,
    open_to_others: CartableError,
    refused: int = GROUP_AND_OTHERS,
    limit: int = -1,
) -> bytes:
    """Return the bytes of a regular file that has none of the refused mode bits.

    Args:
        path: of the file; a link is not followed.
        missing: raised when it cannot be opened or read, as a link cannot.
        open_to_others: raised when it is no plain file, or has one of the bits.
        refused: bits of the mode.
        limit: the most bytes that are read; all by default.

    Raises:
        CartableError: one of the two.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode) or mode & refused:
                raise open_to_others
            return stream.read(limit)
    except OSError:
        raise missing from None
