"""Where the root key lies: a file of the key folder, the environment, or a command's answer.

The root is 32 bytes; in the environment and from a command it is 64 hexadecimal digits. It is
never written to a log, an error, or the arguments of a program.
"""

from __future__ import annotations

import hmac
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import Place, StorageError
from pipeline.storage.derivation import KEY_BYTES, derive
from pipeline.storage.key_files import (
    clear_replaced,
    destroy_secret,
    folder_lock,
    keys_altered,
    read_private,
    replace_secret,
    replaced,
    unfinished,
)

ROOT = "root.key"
# Holds the new root while it is put in force: see `replace_root`.
NEXT_ROOT = "root.key.next"
COMMAND_SECONDS = 30

_HEX = re.compile(rb"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RootSource:
    """Where the root key comes from.

    Attributes:
        kind: `file` (`root.key` in the key folder), `environment` or `command`.
        text: the root key in hex, when it was given by the environment; never shown.
        command: the program and its arguments, when a program answers with the root key.
    """

    kind: Literal["file", "environment", "command"] = "file"
    text: str = field(default="", repr=False)
    command: tuple[str, ...] = field(default=(), repr=False)


FILE_SOURCE = RootSource()


def read_root(source: RootSource, folder: Path) -> bytes:
    """Return the root key, 32 bytes.

    Raises:
        StorageError: it is missing, readable by others, or no key; or the command failed, took
            longer than 30 seconds, or answered something else.
    """
    if source.kind == "file":
        return _of_file(folder / ROOT)
    answer = source.text.encode() if source.kind == "environment" else _asked(source.command)
    digits = answer.strip()
    if _HEX.fullmatch(digits) is None:
        raise StorageError("storage.root_no_key", source=source.kind)
    return bytes.fromhex(digits.decode("ascii"))


def check_root(root: bytes, root_check: str, *, source: RootSource, folder: Path) -> None:
    """Check that a root key is the one with which a vault was made.

    Args:
        root: the key.
        root_check: as the vault records it.
        source: where the root lies.
        folder: of the keys.

    Raises:
        StorageError: it is another.
    """
    if not _fits(root, root_check):
        place = Place(file=str(folder / ROOT)) if source.kind == "file" else None
        raise StorageError("storage.keys_wrong_root", place=place)


def end_replacement(folder: Path, root_check: Callable[[], str]) -> None:
    """End a replacement of `root.key` that was cut short; nothing when none was.

    Args:
        folder: of the keys.
        root_check: tells what the vault records; asked while no other process replaces the root.

    Raises:
        StorageError: the vault or a root is open to others, or the disk refuses.
    """
    left = (folder / NEXT_ROOT, replaced(folder / ROOT), *unfinished(folder / ROOT))
    if any(path.exists() for path in left):
        with folder_lock(folder):
            put_next_root(folder, root_check())


def put_next_root(folder: Path, root_check: str) -> None:
    """Put the next root key in force, if it is the one that the vault names; hold the folder.

    Raises:
        StorageError: a file is open to others, or the disk refuses.
    """
    following = folder / NEXT_ROOT
    if following.exists():
        root = read_private(following)
        if len(root) == KEY_BYTES and _fits(root, root_check):
            replace_secret(folder / ROOT, root)
        destroy_secret(following)
    clear_replaced(folder / ROOT)
    for part in unfinished(folder / ROOT):
        destroy_secret(part)


def destroy_root(folder: Path) -> None:
    """Overwrite and remove the root keys of a folder; one that lies elsewhere is not reached."""
    for name in (ROOT, NEXT_ROOT):
        destroy_secret(folder / name)


def root_check(root: bytes) -> str:
    """Return what tells one root key from another and nothing of it, 64 hexadecimal digits."""
    return derive(root, "root check").hex()


def _fits(root: bytes, check: str) -> bool:
    return hmac.compare_digest(root_check(root), check)


def _of_file(path: Path) -> bytes:
    root = read_private(path)
    if len(root) != KEY_BYTES:
        raise keys_altered(path)
    return root


def _asked(command: tuple[str, ...]) -> bytes:
    """Return what the command printed; what it says on standard error may hold secrets."""
    try:
        done = subprocess.run(  # noqa: S603 - the installation's own command, without a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise StorageError("storage.root_command_slow", seconds=COMMAND_SECONDS) from None
    except (OSError, ValueError):
        raise StorageError("storage.root_command_missing") from None
    if done.returncode:
        raise StorageError("storage.root_command_failed", status=done.returncode)
    return done.stdout
