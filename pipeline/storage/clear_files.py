"""Files in clear that a person asked for: theirs alone, outside of the zones, never replaced."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import cannot_write, open_new, sync_folder


def check_clear_target(path: Path, home: Path) -> None:
    """Refuse a place where a file in clear may not be written.

    Raises:
        StorageError: there is a file already, or the place lies among the zones.
    """
    if path.resolve().is_relative_to(home.resolve()):
        raise StorageError("storage.clear_inside_data")
    if os.path.lexists(path):
        raise StorageError("subjects.clear_exists", place=Place(file=str(path)))


def write_clear(path: Path, content: bytes, home: Path) -> None:
    """Write a file of mode 0600 that does not exist yet, whole or not at all.

    Raises:
        StorageError: as `check_clear_target`, or the disk refuses.
    """
    check_clear_target(path, home)
    try:
        with open_new(path) as stream:
            try:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from None


def read_own(path: Path, *, limit: int) -> bytes:
    """Return the content of a plain file on which none but its owner has rights.

    Args:
        path: of the file; a link is refused.
        limit: the most bytes that it may hold.

    Raises:
        StorageError: it is missing, no plain file, too long, or others have rights on it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode) or mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise StorageError("subjects.open_to_others", place=Place(file=str(path)))
            content = stream.read(limit + 1)
    except OSError:
        raise StorageError("storage.source_unreadable") from None
    if len(content) > limit:
        raise StorageError("subjects.words_too_long", count=limit)
    return content
