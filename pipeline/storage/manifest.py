"""The manifest of a release: every file with its hash, under the publisher's signature.

Whoever has the release folder and the publisher's public key can check all of it offline.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from cryptography.exceptions import InvalidSignature
from pydantic import AfterValidator, Field, ValidationError

from pipeline.contracts.base import Frozen
from pipeline.errors import Place, Problem, StorageError
from pipeline.storage.atomic import write_atomically
from pipeline.storage.keys import KeyRing
from pipeline.storage.signed import check_signature

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"

# Some 150 bytes a file; who signed it is known only once it is read.
_MOST_BYTES = 64 << 20
_MOST_IN_SIGNATURE = 1 << 10

_Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _inside(path: str) -> str:
    """Return a path that stays in the folder, and can be shown on a terminal."""
    parts = PurePosixPath(path).parts
    if not parts or "/".join(parts) != path or ".." in parts or not path.isprintable():
        raise ValueError(path)
    return path


class ReleasedFile(Frozen):
    """One file of a release: its path in the folder, the hash and size of its content."""

    path: Annotated[str, AfterValidator(_inside)]
    sha256: _Hex32
    bytes: Annotated[int, Field(ge=0)]


class Manifest(Frozen):
    """What a release is.

    Attributes:
        release_id: its name.
        created: when, ISO 8601.
        facts: what the publisher says of it, such as the hash of the approved candidate.
        public_key: the publisher's raw Ed25519 key, in hex.
        files: all of them, by path, but for the manifest and its signature.
    """

    release_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    created: str
    facts: Mapping[str, Any]
    public_key: _Hex32
    files: tuple[ReleasedFile, ...]


def write_manifest(
    folder: Path,
    ring: KeyRing,
    *,
    release_id: str,
    created: str,
    facts: Mapping[str, Any],
) -> Manifest:
    """Write the manifest of a folder and its signature into it.

    Raises:
        StorageError: the folder holds a link or something else that is no plain file.
    """
    manifest = Manifest(
        release_id=release_id,
        created=created,
        facts=facts,
        public_key=ring.public_key.hex(),
        files=tuple(_released(folder, path) for path in _plain_paths(folder)),
    )
    content = json.dumps(manifest.model_dump(), indent=1, sort_keys=True, allow_nan=False)
    data = content.encode()
    for name, part in ((MANIFEST, data), (SIGNATURE, ring.sign(data).hex().encode())):
        with write_atomically(folder / name) as stream:
            stream.write(part)
    return manifest


def read_manifest(folder: Path, public_key: bytes | None = None) -> Manifest:
    """Return the manifest of a release folder after checking its signature.

    Args:
        folder: of the release.
        public_key: raw, 32 bytes, of the publisher you trust. Without it the key that the
            manifest names is used: this shows damage, not who published.

    Raises:
        StorageError: the manifest or its signature is missing, altered or another publisher's.
    """
    try:
        data = _read_at_most(folder / MANIFEST, _MOST_BYTES)
        written = _read_at_most(folder / SIGNATURE, _MOST_IN_SIGNATURE)
        signature = bytes.fromhex(written.decode("ascii"))
        manifest = Manifest.model_validate_json(data)
        key = bytes.fromhex(manifest.public_key)
        if public_key not in (None, key) or written != signature.hex().encode():
            raise _altered(folder, MANIFEST)
        check_signature(key, signature, data)
    except (OSError, ValueError, ValidationError, InvalidSignature):
        raise _altered(folder, MANIFEST) from None
    return manifest


def _read_at_most(path: Path, most: int) -> bytes:
    """Return the content of a plain file; a pipe, a device or a larger file is not read.

    Raises:
        ValueError: it is none.
    """
    if not _is_plain(path) or path.stat().st_size > most:
        raise ValueError(path.name)
    with path.open("rb") as stream:
        return stream.read(most)


def verify_release(folder: Path, public_key: bytes | None = None) -> None:
    """Check that a release folder holds what its publisher signed: all of it and nothing else.

    Args:
        folder: of the release, wherever it was copied.
        public_key: raw, 32 bytes, of the publisher you trust; see `read_manifest`.

    Raises:
        StorageError: naming each file that is missing, changed or added.
    """
    manifest = read_manifest(folder, public_key)
    check_files(folder, manifest, {file.path for file in manifest.files} | set(_paths(folder)))


def check_files(folder: Path, manifest: Manifest, paths: Iterable[str]) -> None:
    """Check some files of a release against its manifest.

    Args:
        folder: of the release.
        manifest: its own, the signature checked.
        paths: of the files, in the folder.

    Raises:
        StorageError: naming each that is missing, changed or added.
    """
    listed = {file.path: file for file in manifest.files}
    wrong = [
        Problem(code=code, place=_place(folder, path))
        for path in sorted(paths)
        if (code := _wrong(folder, path, listed.get(path))) is not None
    ]
    if wrong:
        raise StorageError("storage.release_not_as_signed", count=len(wrong), problems=wrong)


def _wrong(folder: Path, path: str, signed: ReleasedFile | None) -> str | None:
    """Return the code of what is wrong with a file; None when it is as it was signed."""
    if signed is None:
        return "storage.released_file_added"
    if not os.path.lexists(folder / path):
        return "storage.released_file_missing"
    try:
        # The size first: what is larger than it was signed is not read to its end.
        is_same = (
            _is_plain(folder / path)
            and (folder / path).stat().st_size == signed.bytes
            and _released(folder, path) == signed
        )
    except OSError:
        is_same = False
    return None if is_same else "storage.released_file_changed"


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _paths(folder: Path) -> list[str]:
    """Return the paths of all that is no plain folder, but for manifest and signature; sorted.

    A folder that cannot be looked into is none.
    """
    paths: list[str] = []

    def unreadable(error: OSError) -> None:
        paths.append(Path(error.filename).relative_to(folder).as_posix())

    for at, folders, names in os.walk(folder, onerror=unreadable):
        links = [name for name in folders if (Path(at) / name).is_symlink()]
        paths += [(Path(at) / name).relative_to(folder).as_posix() for name in [*links, *names]]
    return sorted(set(paths) - {MANIFEST, SIGNATURE})


def _plain_paths(folder: Path) -> list[str]:
    """Return the paths of the files to release; what is no plain file is refused."""
    paths = _paths(folder)
    for path in paths:
        if not _is_plain(folder / path):
            raise _altered(folder, path)
    return paths


def _released(folder: Path, path: str) -> ReleasedFile:
    with (folder / path).open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return ReleasedFile(path=path, sha256=digest, bytes=stream.tell())


def _altered(folder: Path, path: str) -> StorageError:
    return StorageError("storage.release_altered", place=_place(folder, path))


def _place(folder: Path, path: str) -> Place:
    return Place(file=f"{folder.name}/{path}")
