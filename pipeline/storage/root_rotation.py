"""Put another root key in force: the vault is wrapped anew, and nothing else changes.

Pseudonyms, fingerprints and signatures come from secrets of the vault, so they outlive the root.
A root in a file is replaced here; one that lies elsewhere is written to a file, from which the
operator brings it to its place. A kill leaves the former root in force, or the new one on the
disk and in force.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.derivation import KEY_BYTES
from pipeline.storage.key_files import destroy_secret, folder_lock, write_first
from pipeline.storage.keys import KeyRing
from pipeline.storage.roots import NEXT_ROOT, RootSource, put_next_root, root_check
from pipeline.storage.vault_file import VaultFile


def replace_root(
    ring: KeyRing, folder: Path, *, source: RootSource, copy: Path | None, to: Path | None
) -> str:
    """Make a new root key, put it in force, and return its check value.

    Args:
        ring: opened with the root in force.
        folder: of the keys.
        source: where the root lies.
        copy: where the one copy of `vault.json` is kept, if anywhere.
        to: a file that must not exist, for a root that does not lie in the key folder: the new
            root in hex, mode 0600.

    Raises:
        StorageError: the source needs a file and none was given, or one that exists; the copy of
            the vault is out of reach; or the disk refuses. The former root is in force, unless it
            was the disk of the copy that refused: then the new one is, as if the run were killed.
    """
    if (to is None) != (source.kind == "file"):
        raise StorageError("storage.root_needs_file")
    root = secrets.token_bytes(KEY_BYTES)
    check = root_check(root)

    def keep() -> None:
        if to is not None:
            write_first(to, root.hex().encode() + b"\n")
        else:
            destroy_secret(folder / NEXT_ROOT)
            write_first(folder / NEXT_ROOT, root)

    with folder_lock(folder):
        file = VaultFile(folder, root, copy=copy)
        ring.vault.wrap_anew(file, root_check=check, before=keep)
        put_next_root(folder, check)
    return check


def check_outside(path: Path, home: Path) -> None:
    """Check that a file or folder for secrets does not lie among the data.

    Raises:
        StorageError: it does.
    """
    if path.resolve().is_relative_to(home):
        raise StorageError("storage.secret_inside_data", place=Place(file=str(path)))
