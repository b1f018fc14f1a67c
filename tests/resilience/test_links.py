"""A link that somebody puts into the data folder changes nothing elsewhere; nothing hides there."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.folders import GONE
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import FILE, Ledger
from pipeline.storage.ledger_witnesses import check_not_emptied
from pipeline.storage.releases import RELEASES, ReleaseStore
from pipeline.storage.shredding import shred_withdrawn
from tests.resilience.scenarios import builder


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


def test_a_release_is_not_shown_in_a_folder_that_a_link_names(
    home: Path, ring: KeyRing, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    (home / "published").mkdir()
    (home / "published" / RELEASES).symlink_to(other)
    with pytest.raises(StorageError, match=r"storage\.altered"):
        ReleaseStore(home / "published", ring).publish(builder("a"), release_id="a", facts={})
    assert other.stat().st_mode & 0o777 == 0o700
    assert list(other.iterdir()) == []


def test_no_entry_is_added_to_a_file_that_a_link_names(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    folder = tmp_path / "ledger"
    folder.mkdir()
    (folder / FILE).symlink_to(other)
    with pytest.raises(StorageError):
        Ledger(folder).append("request", count=1)
    assert other.read_bytes() == b""


def closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody list a folder, not even the superuser that tests may run as."""
    listed = os.scandir

    def scandir(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, "closed", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_zone_that_cannot_be_looked_into_counts_as_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_not_emptied(tmp_path / FILE, tmp_path)
    (tmp_path / "protected").mkdir()
    check_not_emptied(tmp_path / FILE, tmp_path)
    closed(tmp_path / "protected", monkeypatch)
    with pytest.raises(StorageError, match=r"ledger\.emptied"):
        check_not_emptied(tmp_path / FILE, tmp_path)


def test_a_folder_added_to_a_release_is_named_where_it_cannot_be_looked_into(
    home: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ReleaseStore(home / "published", ring)
    folder = store.publish(builder("a"), release_id="a", facts={}).folder
    store.verify(folder, ring.public_key)
    (folder / "added").mkdir()
    store.verify(folder, ring.public_key)
    closed(folder / "added", monkeypatch)
    with pytest.raises(StorageError) as told:
        store.verify(folder, ring.public_key)
    [problem] = told.value.problems
    assert problem.code == "storage.released_file_added"
    assert problem.place.file == "a/added"
