"""Two names change places at one instant: whoever looks finds the one or the other, never none.

A kill leaves both things whole, each under one of the two names.

Source: renameat2(2), RENAME_EXCHANGE, Linux 3.15.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import cannot_write

_HERE = -100  # AT_FDCWD: paths are as they are written
_EXCHANGE = 2
_UNABLE = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}


def exchange(one: Path, other: Path) -> None:
    """Let two files or folders of one file system change places.

    The caller brings their parents to the disk.

    Raises:
        StorageError: the file system cannot, or refuses; each is where it was.
    """
    # What Python reports of its own renames, so that who watches those sees this one too.
    sys.audit("os.rename", str(one), str(other), -1, -1)
    failed = _renameat2(os.fsencode(one), os.fsencode(other))
    if failed in _UNABLE:
        raise StorageError("storage.no_exchange", place=Place(file=str(other)))
    if failed:
        raise cannot_write(other, OSError(failed, ""))


def _renameat2(one: bytes, other: bytes) -> int:
    """Return 0, or the number of the error."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return errno.ENOSYS
    ctypes.set_errno(0)
    done: int = call(_HERE, one, _HERE, other, ctypes.c_uint(_EXCHANGE))
    return 0 if done == 0 else ctypes.get_errno() or errno.EIO
