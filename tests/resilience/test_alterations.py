"""Whatever is changed in a store by another hand is refused when it is read."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.encrypted_parquet import read_part
from pipeline.storage.keys import KeyRing
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.releases import ReleaseStore
from pipeline.storage.review import ReviewStore
from pipeline.storage.shredding import shred_withdrawn
from tests.resilience.scenarios import SCENARIOS, accept_batch, builder, rows

ALTERATIONS_PER_ZONE = 200


def read_deliveries(home: Path, ring: KeyRing) -> None:
    store = DeliveryStore(home, ring)
    for each in store.ids():
        with store.open(each) as stream:
            stream.read()


def read_protected(home: Path, ring: KeyRing) -> None:
    """Read superseded rows too, which are kept as history."""
    store = ProtectedStore(home, ring)
    store.state_hash_all()
    for batch in store.batches():
        address = (batch.dataset, batch.period, batch.batch_id)
        for part in batch.parts:
            path = home.joinpath("protected", *address, part.name)
            read_part(part, path, ring, address=address)


def read_quarantine(home: Path, ring: KeyRing) -> None:
    store = QuarantineStore(home, ring)
    store.summary()
    for each in store.ids():
        store.open(each)


def read_review(home: Path, ring: KeyRing) -> None:
    store = ReviewStore(home, ring)
    for each in store.candidates():
        store.facts(each)
        store.tables(each)


def read_published(home: Path, ring: KeyRing) -> None:
    store = ReleaseStore(home / "published", ring)
    current = store.current()
    assert current
    for release in store.releases():
        store.verify(release.folder, ring.public_key)


ZONES: dict[str, Callable[[Path, KeyRing], None]] = {
    "deliveries": read_deliveries,
    "protected": read_protected,
    "quarantine": read_quarantine,
    "review": read_review,
    "published": read_published,
}


@pytest.fixture
def filled(home: Path, keys: Path, ring: KeyRing) -> Path:
    for scenario in ("accept", "receive", "publish", "seal_for_review"):
        SCENARIOS[scenario](home, keys)
    review = ReviewStore(home, ring)
    shutil.rmtree(home / "review" / "decided")
    review.put("waiting", {"exact": rows(0, "AB"), "observations": rows(9, "C")}, {"hidden": 3})
    return home


def files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


def flip(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]


def insert(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data) + 1)
    return data[:place] + dice.randbytes(1) + data[place:]


def take_out(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + data[place + 1 :]


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


@pytest.mark.parametrize("zone", ZONES)
def test_each_altered_byte_is_refused(zone: str, filled: Path, ring: KeyRing) -> None:
    read, dice = ZONES[zone], random.Random(zone)
    read(filled, ring)
    found = files(filled / zone)
    for number in range(ALTERATIONS_PER_ZONE):
        path = found[number % len(found)]
        data = path.read_bytes()
        altered = dice.choice([flip, insert, take_out, cut])(data, dice)
        if altered == data:
            continue
        path.write_bytes(altered)
        with pytest.raises(StorageError):
            read(filled, ring)
        path.write_bytes(data)
    read(filled, ring)


@pytest.mark.parametrize("zone", ZONES)
def test_a_missing_file_is_refused(zone: str, filled: Path, ring: KeyRing) -> None:
    # Without CURRENT nothing was ever in force, which readers are told; see the next test.
    for path in files(filled / zone):
        data = path.read_bytes()
        path.unlink()
        with pytest.raises((StorageError, AssertionError)):
            ZONES[zone](filled, ring)
        path.write_bytes(data)


def test_without_the_pointer_no_release_is_in_force(filled: Path) -> None:
    (filled / "published" / "CURRENT").unlink()
    assert ReleaseStore(filled / "published").current() is None


@pytest.mark.parametrize("zone", ["protected", "quarantine", "review", "published"])
def test_two_files_that_changed_places_are_refused(zone: str, filled: Path, ring: KeyRing) -> None:
    found = [path for path in files(filled / zone) if path.name != "CURRENT"]
    for one, other in itertools.pairwise(found):
        first, second = one.read_bytes(), other.read_bytes()
        if first == second:
            continue
        one.write_bytes(second)
        other.write_bytes(first)
        with pytest.raises(StorageError):
            ZONES[zone](filled, ring)
        one.write_bytes(first)
        other.write_bytes(second)


def test_a_dropped_batch_is_refused(filled: Path, ring: KeyRing) -> None:
    shutil.rmtree(filled / "protected" / "pupils" / "2021" / "correction")
    with pytest.raises(StorageError):
        ProtectedStore(filled, ring).current("pupils", "2021")


def test_rows_without_an_index_are_refused_to_readers_and_writers(
    filled: Path, ring: KeyRing
) -> None:
    store = ProtectedStore(filled, ring)
    (filled / "protected" / "index.json").unlink()
    with pytest.raises(StorageError):
        store.batches()
    with pytest.raises(StorageError):
        accept_batch(store, "whole")


@pytest.mark.parametrize("brought", ["*", "batch-*.json", "part-*.parquet"])
def test_a_batch_of_another_store_is_not_read_though_the_keys_open_it(
    brought: str, filled: Path, keys: Path, tmp_path: Path
) -> None:
    other, batch = tmp_path / "other", Path("protected", "pupils", "2021", "whole")
    shutil.copytree(filled, other)
    shutil.copytree(keys, tmp_path / "other-keys")
    shutil.rmtree(other / "protected")
    theirs = ProtectedStore(other, KeyRing.open(tmp_path / "other-keys", home=other))
    theirs.accept(
        rows(50, "ABCD"),
        dataset="pupils",
        period="2021",
        batch_id="whole",
        as_of="2021-10-01",
        sender_column="school_code",
        groups=2,
        counts={},
    )
    assert theirs.current("pupils", "2021").num_rows == 12
    # Their vault knows the keys of both, and the signer is the same: the index alone can refuse.
    shutil.rmtree(filled / "vault")
    shutil.copytree(other / "vault", filled / "vault")
    store = ProtectedStore(filled, KeyRing.open(tmp_path / "other-keys", home=filled))
    assert store.current("pupils", "2021").num_rows == 12
    found = list((other / batch).glob(brought))
    assert {path.name for path in found} <= {path.name for path in (filled / batch).iterdir()}
    assert found
    for path in found:
        shutil.copy(path, filled / batch)
    with pytest.raises(StorageError, match=r"storage\.altered"):
        store.current("pupils", "2021")


def test_a_batch_brought_in_without_the_index_is_never_read(filled: Path, ring: KeyRing) -> None:
    store = ProtectedStore(filled, ring)
    before = store.state_hash_all()
    period = filled / "protected" / "pupils" / "2021"
    shutil.copytree(period / "whole", period / "z-later")
    assert store.state_hash_all() == before
    assert not store.has("z-later")


def test_other_keys_open_nothing(filled: Path, tmp_path: Path) -> None:
    other = KeyRing.create(tmp_path / "other-keys", home=tmp_path / "other-home")
    for read in ZONES.values():
        with pytest.raises(StorageError):
            read(filled, other)


def test_counts_brought_back_after_their_destruction_are_not_read(
    filled: Path, tmp_path: Path, ring: KeyRing
) -> None:
    review = ReviewStore(filled, ring)
    counts = filled / "review" / "waiting" / "counts"
    shutil.copytree(counts, tmp_path / "backup")
    review.destroy_counts("waiting")
    assert not review.has_counts("waiting")
    shutil.copytree(tmp_path / "backup", counts)
    with pytest.raises(StorageError):
        review.tables("waiting")
    assert review.has_counts("waiting")
    review.destroy_counts("waiting")
    assert not counts.exists()
    assert review.facts("waiting") == {"hidden": 3}


def test_a_destroyed_delivery_cannot_be_opened(filled: Path, ring: KeyRing) -> None:
    store = DeliveryStore(filled, ring)
    [delivery_id] = store.ids()
    assert store.withdraw(delivery_id)
    assert not store.withdraw(delivery_id)
    assert shred_withdrawn(filled, ring).files
    assert store.ids() == []
    with pytest.raises(StorageError):
        store.open(delivery_id)


def test_a_file_added_to_a_release_is_refused(filled: Path, ring: KeyRing) -> None:
    current = ReleaseStore(filled / "published", ring).current()
    assert current
    (current.folder / "csv" / "more.csv").write_text("more")
    with pytest.raises(StorageError, match=r"csv/more\.csv"):
        ReleaseStore.verify(current.folder)


def test_a_release_of_another_publisher_is_refused_by_the_pinned_key(
    tmp_path: Path, ring: KeyRing
) -> None:
    other = KeyRing.create(tmp_path / "other-keys")
    store = ReleaseStore(tmp_path / "published", other)
    release = store.publish(builder("x"), release_id="x", facts={})
    ReleaseStore.verify(release.folder)
    ReleaseStore.verify(release.folder, other.public_key)
    with pytest.raises(StorageError):
        ReleaseStore.verify(release.folder, ring.public_key)


def test_a_link_in_a_release_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    def build(folder: Path) -> None:
        (folder / "passwords").symlink_to("/etc/passwd")

    store = ReleaseStore(tmp_path / "published", ring)
    with pytest.raises(StorageError):
        store.publish(build, release_id="linked", facts={})
    assert store.current() is None
    assert store.releases() == []
