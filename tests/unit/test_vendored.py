"""Browser files made by others: known by hash, licensed, made from a lock that names no host."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.dissemination.site.vendored import VEGA, licences, vendored
from pipeline.errors import StorageError

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "pipeline" / "dissemination" / "site" / "vendor"
SOURCES = ROOT / "scripts" / "vendor"
MANIFEST: dict[str, dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
FREE = {"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"}


def test_every_file_is_what_the_manifest_names_and_none_is_unnamed() -> None:
    found = {path.name for path in VENDOR.iterdir()} - {"manifest.json", "licences.txt"}
    assert found == set(MANIFEST["files"])
    for name, stated in MANIFEST["files"].items():
        content = (VENDOR / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == stated["sha256"]
        assert len(content) == stated["bytes"]


def test_every_package_in_a_file_is_free_and_its_licence_goes_with_it() -> None:
    used = {name for stated in MANIFEST["files"].values() for name in stated["packages"]}
    assert used == set(MANIFEST["packages"])
    text = licences()
    for name, facts in MANIFEST["packages"].items():
        assert facts["licence"] in FREE, name
        assert f"{name}\n{'-' * len(name)}\n" in text


def test_the_files_are_of_the_versions_that_the_lock_pins_by_hash() -> None:
    locked = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))["packages"]
    for name, facts in MANIFEST["packages"].items():
        pinned = locked[f"node_modules/{name}"]
        assert (facts["version"], facts["integrity"]) == (pinned["version"], pinned["integrity"])
    assert not [name for name, pinned in locked.items() if "resolved" in pinned]


def test_an_altered_file_is_not_put_into_a_site(tmp_path: Path) -> None:
    for path in VENDOR.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert vendored(VEGA, tmp_path) == vendored(VEGA)
    (tmp_path / VEGA).write_bytes(vendored(VEGA) + b"\n")
    with pytest.raises(StorageError) as refused:
        vendored(VEGA, tmp_path)
    assert refused.value.problem.code == "storage.altered"
