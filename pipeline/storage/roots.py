"""Where the root key lies: a file of the key folder, the environment, or a command's answer.

The root is 32 bytes; in the environment and from a command it is 64 hexadecimal digits. It is
never written to a log, an error, or the arguments of a program.
"""

from __future__ import annotations

import hmac
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import Place, StorageError
from pipeline.storage.derivation import KEY_BYTES, derive
from pipeline.storage.key_files import keys_altered, read_private, replace_secret

ROOT = "root.key"
# Holds the new root while one is put in force; see `pipeline/storage/rotation.py`.
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


def matching_root(source: RootSource, folder: Path, root_check: str) -> bytes:
    """Return the root key that belongs to a vault; end a replacement of it that was cut short.

    Args:
        source: where it lies.
        folder: of the keys.
        root_check: as the vault records it.

    Raises:
        StorageError: as `read_root`, or the root is another.
    """
    root = read_root(source, folder)
    if _fits(root, root_check):
        return root
    following = folder / NEXT_ROOT
    if source.kind == "file" and following.exists():
        root = _of_file(following)
        if _fits(root, root_check):
            replace_secret(folder / ROOT, root)
            following.unlink(missing_ok=True)
            return root
    place = Place(file=str(folder / ROOT)) if source.kind == "file" else None
    raise StorageError("storage.keys_wrong_root", place=place)


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
