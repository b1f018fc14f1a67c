"""A link that somebody puts into the data folder overwrites nothing elsewhere."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.folders import GONE
from pipeline.storage.keys import KeyRing
from pipeline.storage.shredding import shred_withdrawn


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder of another's, with a file and a folder in it."""
    folder = tmp_path / "elsewhere"
    (folder / "inner").mkdir(parents=True)
    for path in (folder / "payroll.txt", folder / "inner" / "more.txt"):
        path.write_bytes(b"somebody else's" * 400)
    return folder


@pytest.fixture
def home(tmp_path: Path, ring: KeyRing) -> Path:
    """A data folder from which one delivery was withdrawn."""
    home = tmp_path / "data"
    store = DeliveryStore(home, ring)
    kept = store.receive(io.BytesIO(b"a;b\n1;2\n"), dataset="pupils", period="2021").id
    store.withdraw(kept)
    return home


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_link_among_what_was_withdrawn_stops_the_shredding(
    home: Path, ring: KeyRing, elsewhere: Path
) -> None:
    before = contents(elsewhere)
    link = home / "deliveries" / f"{GONE}zz"
    link.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(StorageError, match=r"storage\.link_withdrawn"):
        shred_withdrawn(home, ring)
    assert contents(elsewhere) == before
    link.unlink()
    assert shred_withdrawn(home, ring).keys == 1


@pytest.mark.parametrize("make", [os.symlink, os.link])
def test_a_link_inside_of_what_was_withdrawn_is_removed_alone(
    home: Path, ring: KeyRing, elsewhere: Path, make: object
) -> None:
    before = contents(elsewhere)
    [gone] = (home / "deliveries").glob(f"{GONE}*")
    assert callable(make)
    make(elsewhere / "payroll.txt", gone / "payroll.txt")
    (gone / "inner").symlink_to(elsewhere / "inner", target_is_directory=True)
    assert shred_withdrawn(home, ring).keys == 1
    assert not gone.exists()
    assert contents(elsewhere) == before
