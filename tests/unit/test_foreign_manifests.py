"""A release of unknown hands: it is refused, whatever it holds, before it costs anything."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.errors import StorageError
from pipeline.storage.manifest import verify_release

CONTENT = b"a"


def listed(path: str, content: bytes = CONTENT) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    return {"path": path, "sha256": digest, "bytes": len(content)}


def signed(folder: Path, **told: Any) -> Path:
    """Return a folder with one file that somebody signed as they liked."""
    key = Ed25519PrivateKey.generate()
    folder.mkdir()
    (folder / "a.txt").write_bytes(CONTENT)
    manifest = {
        "release_id": "release-1",
        "created": "2026-11-30",
        "facts": {},
        "public_key": key.public_key().public_bytes_raw().hex(),
        "files": [listed("a.txt")],
    } | told
    data = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sig").write_text(key.sign(data).hex())
    return folder


def refusal(folder: Path) -> str:
    """Return the code of the refusal, which takes no time."""
    start = time.monotonic()
    with pytest.raises(StorageError) as refused:
        verify_release(folder)
    assert time.monotonic() - start < 5
    return refused.value.problem.code


def test_what_is_as_it_was_signed_is_accepted(tmp_path: Path) -> None:
    verify_release(signed(tmp_path / "good"))


@pytest.mark.parametrize("path", ["../outside", "{root}/outside", "x/../a.txt", "./a.txt", "a//b"])
def test_a_path_that_leaves_the_folder_or_has_two_spellings_is_refused(
    tmp_path: Path, path: str
) -> None:
    (tmp_path / "outside").write_bytes(CONTENT)
    told = [listed("a.txt"), listed(path.format(root=tmp_path))]
    assert refusal(signed(tmp_path / "release", files=told)) == "storage.release_altered"


@pytest.mark.parametrize("name", ["\x1b[2JGENUINE", "a\nb", "", "../x", "x" * 200, "a b"])
def test_a_name_that_a_terminal_would_obey_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(signed(tmp_path / "name", release_id=name)) == "storage.release_altered"
    told = [listed("a.txt"), listed(f"{name}\x1b[1m")]
    assert refusal(signed(tmp_path / "path", files=told)) == "storage.release_altered"


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_a_pipe_a_device_or_a_giant_in_place_of_the_manifest_is_not_read(
    tmp_path: Path, name: str
) -> None:
    for kind in ("pipe", "device", "giant"):
        folder = signed(tmp_path / kind)
        (folder / name).unlink()
        if kind == "pipe":
            os.mkfifo(folder / name)
        elif kind == "device":
            (folder / name).symlink_to("/dev/zero")
        else:
            with (folder / name).open("wb") as giant:
                giant.truncate(1 << 40)
        assert refusal(folder) == "storage.release_altered", kind


def test_a_file_larger_than_it_was_signed_is_not_read_to_its_end(tmp_path: Path) -> None:
    folder = signed(tmp_path / "release")
    with (folder / "a.txt").open("ab") as file:
        file.truncate(1 << 40)
    assert refusal(folder) == "storage.release_not_as_signed"
