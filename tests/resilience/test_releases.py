"""Releases: whole, immutable, one in force, an old one can be put back."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.keys import KeyRing
from pipeline.storage.releases import ReleaseStore
from tests.resilience.scenarios import builder


@pytest.fixture
def store(home: Path, ring: KeyRing) -> ReleaseStore:
    hours = iter(range(24))
    return ReleaseStore(
        home / "published", ring, clock=lambda: datetime(2021, 1, 1, next(hours), tzinfo=UTC)
    )


def in_force(store: ReleaseStore) -> str | None:
    current = store.current()
    return current and current.release_id


def test_before_the_first_release_none_is_in_force(store: ReleaseStore) -> None:
    assert store.current() is None
    assert store.releases() == []


def test_the_newest_release_is_in_force_and_an_older_one_can_be_put_back(
    store: ReleaseStore,
) -> None:
    for release_id in ("z", "a"):
        store.publish(builder(release_id), release_id=release_id, facts={"candidate": release_id})
        assert in_force(store) == release_id
    assert [release.release_id for release in store.releases()] == ["z", "a"]
    store.put_back("z")
    assert in_force(store) == "z"


def test_publishing_the_same_again_builds_nothing_and_moves_nothing(store: ReleaseStore) -> None:
    def never(folder: Path) -> None:
        raise AssertionError(folder)

    first = store.publish(builder("a"), release_id="a", facts={"periods": ["2021"]})
    store.publish(builder("b"), release_id="b", facts={})
    assert store.publish(never, release_id="a", facts={"periods": ["2021"]}) == first
    assert in_force(store) == "b"
    with pytest.raises(StorageError, match="release_differs"):
        store.publish(never, release_id="a", facts={"periods": ["2020"]})


def test_a_build_that_fails_publishes_nothing(store: ReleaseStore, home: Path) -> None:
    def half(folder: Path) -> None:
        (folder / "half.csv").write_text("half")
        raise RuntimeError

    store.publish(builder("a"), release_id="a", facts={})
    with pytest.raises(RuntimeError):
        store.publish(half, release_id="b", facts={})
    assert in_force(store) == "a"
    assert not [path for path in home.rglob("*") if path.name == "half.csv"]


def test_an_altered_release_is_not_put_back(store: ReleaseStore) -> None:
    first = store.publish(builder("a"), release_id="a", facts={})
    store.publish(builder("b"), release_id="b", facts={})
    (first.folder / "index.html").write_text("other")
    with pytest.raises(StorageError, match=r"index\.html"):
        store.put_back("a")
    assert in_force(store) == "b"


def test_readers_need_no_key_and_cannot_publish(store: ReleaseStore, home: Path) -> None:
    store.publish(builder("a"), release_id="a", facts={})
    reader = ReleaseStore(home / "published")
    assert in_force(reader) == "a"
    with pytest.raises(StorageError):
        reader.publish(builder("b"), release_id="b", facts={})
    with pytest.raises(StorageError):
        reader.put_back("a")


def test_everyone_may_read_a_release_and_only_the_owner_write(
    store: ReleaseStore, home: Path
) -> None:
    release = store.publish(builder("a"), release_id="a", facts={})
    for path in [home / "published", home / "published" / "CURRENT", *release.folder.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_an_unknown_release_cannot_be_put_back(store: ReleaseStore) -> None:
    with pytest.raises(StorageError, match="unknown_id"):
        store.put_back("a")


def test_what_all_releases_load_is_kept_once_and_known_by_its_hash(
    store: ReleaseStore, home: Path
) -> None:
    first = store.keep_beside("duckdb.bin", b"engine")
    name = hashlib.sha256(b"engine").hexdigest()
    assert first == home / "published" / "engine" / name / "duckdb.bin"
    written = first.stat()
    assert store.keep_beside("duckdb.bin", b"engine") == first
    assert first.stat().st_mtime_ns == written.st_mtime_ns
    assert written.st_mode & 0o777 == 0o644
    assert first.parent.stat().st_mode & 0o777 == 0o755
    store.keep_beside("duckdb.bin", b"a newer engine")
    assert sorted(path.read_bytes() for path in first.parents[1].glob("*/*")) == [
        b"a newer engine",
        b"engine",
    ]
    assert store.releases() == []


def test_an_exchanged_engine_is_found_out(store: ReleaseStore, home: Path) -> None:
    kept = store.keep_beside("duckdb.bin", b"engine")
    store.check_beside()
    kept.write_bytes(b"another")
    with pytest.raises(StorageError, match=r"storage\.altered"):
        store.check_beside()
    with pytest.raises(StorageError, match=r"storage\.altered"):
        store.keep_beside("duckdb.bin", b"engine")
    kept.unlink()
    (home / "same").write_bytes(b"engine")
    kept.symlink_to(home / "same")
    with pytest.raises(StorageError, match=r"storage\.altered"):
        store.check_beside()
