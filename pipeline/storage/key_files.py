"""The files of the key folder: the owner's alone, never followed through a link.

What is replaced or destroyed is overwritten first. An overwritten block may live on where the
disk keeps copies of its own (flash, snapshots): keep the key folder off such disks.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import cannot_write, sync_folder, write_atomically, write_new
from pipeline.storage.own_files import GROUP_AND_OTHERS, read_own


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold the key folder itself: one process at a time replaces the root key."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def check_folder(folder: Path) -> None:
    """Check that a folder is there and its owner's alone.

    Raises:
        StorageError: it is missing, or others have rights on it.
    """
    if not folder.is_dir():
        raise StorageError("storage.keys_missing", place=Place(file=str(folder)))
    if folder.stat().st_mode & GROUP_AND_OTHERS:
        raise StorageError("storage.keys_open_to_others", place=Place(file=str(folder)))


def read_private(path: Path, *, refused: int = GROUP_AND_OTHERS) -> bytes:
    """Return the bytes of a regular file that has none of the refused mode bits.

    Raises:
        StorageError: it is missing or no plain file, or others have rights on it.
    """
    place = Place(file=str(path))
    return read_own(
        path,
        refused=refused,
        missing=StorageError("storage.keys_missing", place=place),
        open_to_others=StorageError("storage.keys_open_to_others", place=place),
    )


def read_public(path: Path) -> bytes:
    """Return the bytes of a file that others may read but not write.

    Raises:
        StorageError: as `read_private`.
    """
    return read_private(path, refused=stat.S_IWGRP | stat.S_IWOTH)


def write_first(path: Path, content: bytes) -> None:
    """Write the file that must not exist, whole or not at all: a second maker is refused.

    Raises:
        StorageError: it exists, or the disk refuses.
    """
    try:
        write_new(path, content)
    except FileExistsError:
        raise StorageError("storage.keys_exist", place=Place(file=str(path.parent))) from None
    except OSError as error:
        raise cannot_write(path, error) from None


def replace_secret(path: Path, content: bytes) -> None:
    """Put a content in the place of another, atomically, and overwrite the other.

    A kill leaves the old file or the new one, and perhaps a second name of the old one, which
    `clear_replaced` overwrites.

    Raises:
        StorageError: the folder is missing or the disk refuses.
    """
    if not path.parent.is_dir():
        raise StorageError("storage.keys_missing", place=Place(file=str(path.parent)))
    clear_replaced(path)
    # Where a disk knows no second names, the old file is removed and not overwritten.
    with suppress(OSError):
        replaced(path).hardlink_to(path)
    with write_atomically(path) as stream:
        stream.write(content)
    clear_replaced(path)


def clear_replaced(path: Path) -> None:
    """Overwrite and remove what a file replaced; nothing when all is done already.

    Raises:
        StorageError: the disk refuses.
    """
    old = replaced(path)
    if not old.exists():
        return
    if path.exists() and old.samefile(path):
        old.unlink()
    else:
        destroy_secret(old)


def destroy_secret(path: Path) -> None:
    """Overwrite a file and remove it; none there is no error.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        if path.is_symlink():
            path.unlink()
        if not path.exists():
            return
        overwrite(path, path.stat().st_size)
        path.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from None


def overwrite(path: Path, size: int) -> None:
    """Put zeros over the first bytes of a file, on the disk; a link is refused, not followed.

    Raises:
        OSError: the disk refuses, or it is no regular file.
    """
    if not path.is_symlink():
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        rest = memoryview(bytes(size))
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keys_altered(path: Path) -> StorageError:
    """Return the refusal of a file of the keys that is not as it was written."""
    return StorageError("storage.keys_altered", place=Place(file=str(path)))


def replaced(path: Path) -> Path:
    """Return the second name that a file keeps while it is replaced."""
    return path.with_name(f".{path.name}.replaced")


def unfinished(path: Path) -> list[Path]:
    """Return what kills left of atomic writes of a file, or what is being written now."""
    return sorted(path.parent.glob(f".{path.name}.*.part"))
