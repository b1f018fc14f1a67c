"""Write files whole or not at all, for the owner alone.

A reader sees the old file or the new one, also after a crash at any instant. The temporary
file lies in the same folder, is named `.<name>.<random>.part` and has mode 0600.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import Place, StorageError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def make_private_folder(folder: Path) -> None:
    """Make a folder and its missing parents, each of mode 0700.

    Raises:
        StorageError: the folder cannot be made.
    """
    try:
        for missing in reversed([p for p in (folder, *folder.parents) if not p.exists()]):
            missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            sync_folder(missing.parent)
    except OSError as error:
        raise cannot_write(folder, error) from None


@contextmanager
def write_atomically(target: Path) -> Iterator[BinaryIO]:
    """Yield a stream whose bytes become `target` when the block ends, on disk and complete.

    When the block raises, the temporary file is removed and `target` is as it was.

    Raises:
        StorageError: an operation on the file failed, such as on a full disk.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    make_private_folder(target.parent)
    try:
        with open_new(part) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        sync_folder(target.parent)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise cannot_write(target, error) from None
        raise


def open_new(path: Path) -> BinaryIO:
    """Open a file for writing that must not exist yet, of mode 0600 from its first instant."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, PRIVATE_FILE), "wb")


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, whole or not at all, of mode 0600.

    Raises:
        FileExistsError: there is one; it is as it was.
        OSError: the disk refuses; nothing of the file is left.
    """
    with open_new(path) as stream:
        try:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cannot_write(path: Path, error: OSError) -> StorageError:
    """Return the refusal for a failed write: the system's reason by its number, no text."""
    reason = os.strerror(error.errno) if error.errno else "unknown"
    return StorageError("storage.cannot_write", place=Place(file=str(path)), reason=reason)
