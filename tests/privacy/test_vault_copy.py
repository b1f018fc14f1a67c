"""The copy of the vault on a drive: while it is out of reach, no key is forgotten or destroyed."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.errors import StorageError
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.keys import KeyRing
from pipeline.storage.root_rotation import replace_root
from pipeline.storage.roots import FILE_SOURCE, RootSource
from pipeline.storage.shredding import shred_withdrawn


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    (tmp_path / "drive").mkdir()
    return tmp_path / "drive" / "vault.json"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def keys(tmp_path: Path, home: Path, copy: Path) -> Path:
    folder = tmp_path / "keys"
    ring = KeyRing.create(folder, home=home, copy=copy)
    store = DeliveryStore(home, ring)
    for content in (b"kept", b"gone"):
        gone = store.receive(io.BytesIO(content), dataset="pupils", period="2021").id
    store.withdraw(gone)
    return folder


def away(copy: Path) -> Path:
    """Take the drive away, and return where it is."""
    return copy.parent.rename(copy.parent.with_name("away"))


def picture(*folders: Path) -> dict[str, bytes]:
    """Return what the files hold; a lock holds nothing."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): content for path in files if (content := path.read_bytes())}


class Place(NamedTuple):
    home: Path
    keys: Path
    ring: KeyRing
    copy: Path


def forget(place: Place) -> None:
    shred_withdrawn(place.home, place.ring)


def replace_vault(place: Place) -> None:
    place.ring.vault.replace()


def next_epoch(place: Place) -> None:
    place.ring.vault.advance("pupil")


def next_root(place: Place) -> None:
    replace_root(place.ring, place.keys, source=FILE_SOURCE, copy=place.copy, to=None)


def root_elsewhere(place: Place) -> None:
    source = RootSource(kind="command", command=("unused",))
    replace_root(
        place.ring, place.keys, source=source, copy=place.copy, to=place.keys.parent / "root.hex"
    )


def destroy(place: Place) -> None:
    place.ring.vault.destroy()


CHANGES = (forget, replace_vault, next_epoch, next_root, root_elsewhere, destroy)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_nothing_is_forgotten_or_destroyed_while_the_copy_is_out_of_reach(
    home: Path,
    keys: Path,
    copy: Path,
    change: Callable[[Place], None],
) -> None:
    drive = away(copy)
    ring = KeyRing.open(keys, home=home, copy=copy)
    before = picture(home, keys, drive)
    with pytest.raises(StorageError, match=r"storage\.copy_out_of_reach"):
        change(Place(home, keys, ring, copy))
    assert picture(home, keys, drive) == before
    assert not (keys.parent / "root.hex").exists()
    # Reading and taking in go on.
    [kept] = DeliveryStore(home, ring).ids()
    with DeliveryStore(home, ring).open(kept) as stream:
        assert stream.read() == b"kept"
    drive.rename(copy.parent)
    change(Place(home, keys, KeyRing.open(keys, home=home, copy=copy), copy))
    after = [path.read_bytes() for path in (keys / "vault.json", copy) if path.exists()]
    assert len(set(after)) == (0 if change is destroy else 1)


def test_a_key_that_was_forgotten_before_the_drive_went_is_not_called_forgotten(
    home: Path, keys: Path, copy: Path
) -> None:
    """The run that forgot it was killed before it wrote the copy: the copy opens it still."""
    ring = KeyRing.open(keys, home=home, copy=copy)
    former = copy.read_bytes()
    ring.vault._file._copy = None
    drive = away(copy)
    shred_withdrawn(home, ring)
    assert (drive / "vault.json").read_bytes() == former
    ring = KeyRing.open(keys, home=home, copy=copy)
    with pytest.raises(StorageError, match=r"storage\.copy_out_of_reach"):
        shred_withdrawn(home, ring)
    # The drive is back while the process lives: the copy is brought up to date first.
    drive.rename(copy.parent)
    assert shred_withdrawn(home, ring).keys == 0
    assert copy.read_bytes() == (keys / "vault.json").read_bytes() != former


def test_keys_are_not_made_when_their_copy_has_no_place(tmp_path: Path, copy: Path) -> None:
    shutil.rmtree(copy.parent)
    with pytest.raises(StorageError, match=r"storage\.copy_out_of_reach"):
        KeyRing.create(tmp_path / "keys", copy=copy)
    assert list((tmp_path / "keys").iterdir()) == []
    copy.parent.mkdir()
    KeyRing.create(tmp_path / "keys", copy=copy)
    assert copy.read_bytes() == (tmp_path / "keys" / "vault.json").read_bytes()


def test_an_installation_that_sealed_nothing_replaces_its_vault_key(
    tmp_path: Path, home: Path
) -> None:
    ring = KeyRing.create(tmp_path / "new", home=home)
    assert ring.vault.generation == 0
    ring.vault.replace()
    again = KeyRing.open(tmp_path / "new", home=home)
    assert (again.vault.generation, again.vault.size) == (2, 0)
    assert [path.name for path in (home / "vault").glob("*.sealed")] == ["keys-2.sealed"]
