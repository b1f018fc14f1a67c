"""Files in clear that a person asked for: theirs alone, outside of the zones, never replaced."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage import own_files
from pipeline.storage.atomic import cannot_write, write_new


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

    A folder that is missing is made, and is its owner's alone.

    Raises:
        StorageError: as `check_clear_target`, or the disk refuses.
    """
    check_clear_target(path, home)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(path, content)
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
    content = own_files.read_own(
        path,
        missing=StorageError("subjects.file_unreadable", place=Place(file=str(path))),
        open_to_others=StorageError("subjects.open_to_others", place=Place(file=str(path))),
        limit=limit + 1,
    )
    if len(content) > limit:
        raise StorageError("subjects.words_too_long", count=limit)
    return content
