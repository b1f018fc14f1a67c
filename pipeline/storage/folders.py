"""Fill a folder out of sight, then show it whole: a kill at any instant leaves no half of it.

A store's folder holds a lock file, what is finished, and hidden `.work-*` folders in which one
process each prepares something. The lock and the mark of a living process are file locks: the
system lets go of them when the process ends, however it ends, and the next writer clears away
what a dead one left.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import (
    PRIVATE_FILE,
    PRIVATE_FOLDER,
    cannot_write,
    make_private_folder,
    sync_folder,
)
from pipeline.storage.exchange import exchange
from pipeline.storage.key_files import overwrite

LOCK = ".lock"
WORK = ".work-"
GONE = ".gone-"
# The header of a sealed file and more. What makes the rest unreadable is the forgotten key.
SHREDDED_BYTES = 4096

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}")


def check_name(name: str) -> str:
    """Return an id that is fit to name a file or folder.

    Raises:
        StorageError: it is empty or long, starts with a dot, or holds another character than
            letters, digits and `_ . + -`.
    """
    if _NAME.fullmatch(name) is None:
        raise StorageError("storage.bad_name")
    return name


@contextmanager
def locked(folder: Path, *, lock: str = LOCK, wait: bool = True) -> Iterator[None]:
    """Hold the folder's lock: one writer at a time, others wait.

    Args:
        folder: made when it is missing.
        lock: which lock, where a folder has several.
        wait: False to raise `BlockingIOError` when another holds it.

    Raises:
        StorageError: the folder cannot be made.
    """
    make_private_folder(folder)
    descriptor = take(folder / lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def hidden_folder(folder: Path, *, mode: int = PRIVATE_FOLDER) -> Iterator[Path]:
    """Yield an empty folder that nobody sees, inside `folder`; it goes when the block ends.

    Do not hold the folder's lock when you enter: it is taken for an instant, to clear away what
    killed writers left.

    Raises:
        StorageError: the disk is full or refuses, in the block too.
    """
    try:
        with locked(folder):
            clear_abandoned(folder)
            work = Path(tempfile.mkdtemp(prefix=WORK, dir=folder))
            alive = take(work / LOCK, fcntl.LOCK_EX)
        try:
            content = work / "content"
            content.mkdir(mode=mode)
            content.chmod(mode)
            yield content
        finally:
            shutil.rmtree(work, ignore_errors=True)
            os.close(alive)
    except OSError as error:
        raise cannot_write(folder, error) from None


def show(content: Path, target: Path) -> None:
    """Bring a prepared folder to the disk and to its place, in one rename.

    Hold the store's lock; `target` must not exist.
    """
    _sync_all(content)
    make_private_folder(target.parent)
    content.rename(target)
    sync_folder(target.parent)


def replace(content: Path, target: Path, folder: Path) -> None:
    """Bring a prepared folder to the disk and into the place of a shown one, at one instant.

    A kill leaves the one or the other in that place. The other waits in a hidden `.gone-*` of
    the store, as if withdrawn. Hold the store's lock.

    Raises:
        StorageError: the file system cannot let two folders change places; the shown one stays.
    """
    _sync_all(content)
    away = Path(tempfile.mkdtemp(prefix=GONE, dir=folder))
    content.rename(away / target.name)
    sync_folder(away)
    sync_folder(folder)
    exchange(away / target.name, target)
    sync_folder(away)
    sync_folder(target.parent)


def remove(folder: Path) -> None:
    """Take a shown folder away: out of sight in one rename, then for good.

    Hold the store's lock.
    """
    away = Path(tempfile.mkdtemp(prefix=WORK, dir=folder.parent))
    folder.rename(away / "content")
    sync_folder(folder.parent)
    shutil.rmtree(away)


def withdraw(path: Path, folder: Path) -> None:
    """Take a shown file or folder out of sight, for good, in one rename.

    It waits in the hidden `.gone-*` of its store until its keys are forgotten and it is removed;
    see `pipeline/storage/shredding.py`. Hold the store's lock.
    """
    away = Path(tempfile.mkdtemp(prefix=GONE, dir=folder))
    path.rename(away / path.name)
    sync_folder(away)
    sync_folder(path.parent)


def withdrawn(folder: Path) -> list[Path]:
    """Return what a store has out of sight, to be removed.

    Raises:
        StorageError: a link stands among it: whoever made it wants another folder overwritten.
    """
    found = sorted(folder.glob(f"{GONE}*"))
    for path in found:
        if path.is_symlink():
            raise StorageError("storage.link_withdrawn", place=Place(file=str(path)))
    return found


def remove_withdrawn(folder: Path) -> int:
    """Overwrite the beginning of each file of a withdrawn folder, then remove it.

    No link is followed, and what another folder names too is not overwritten.

    Returns:
        How many files there were.
    """
    paths = [
        Path(place) / name
        for place, _, names in os.walk(folder)
        for name in names
        if not (folder.is_symlink() or (Path(place) / name).is_symlink())
    ]
    for path in paths:
        if path.stat().st_nlink == 1:
            overwrite(path, min(SHREDDED_BYTES, path.stat().st_size))
    shutil.rmtree(folder)
    sync_folder(folder.parent)
    return len(paths)


def shown(folder: Path) -> list[Path]:
    """Return the finished entries of a folder, by name; none when it does not exist."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def clear_abandoned(folder: Path) -> None:
    """Remove what killed writers left; hold the lock, under which all work folders are born."""
    for part in folder.glob(".*.part"):
        part.unlink(missing_ok=True)
    for work in folder.glob(f"{WORK}*"):
        if not _is_alive(work / LOCK):
            shutil.rmtree(work, ignore_errors=True)


def clear_halves(folder: Path) -> None:
    """Remove half-written files inside what a store shows; hold the lock, as its writers do.

    What lies in a hidden folder belongs to a process that may be alive.
    """
    for part in folder.rglob(".*.part"):
        if not any(name.startswith((WORK, GONE)) for name in part.relative_to(folder).parts):
            part.unlink(missing_ok=True)


def _is_alive(lock: Path) -> bool:
    try:
        descriptor = take(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, make=False)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    os.close(descriptor)
    return False


def take(path: Path, kind: int, *, make: bool = True) -> int:
    """Return a descriptor that holds a lock of a kind of `fcntl.flock` until it is closed."""
    flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if make else 0)
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _sync_all(content: Path) -> None:
    for folder, _, names in os.walk(content):
        for name in names:
            _sync_file(Path(folder) / name)
        sync_folder(Path(folder))


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
