"""What was shredded opens nowhere any more, copies of the data folder from before included."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import StorageError
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.keys import KeyRing
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import SCHEMA, QuarantineStore
from pipeline.storage.review import ReviewStore
from pipeline.storage.sealed import open_sealed, seal
from pipeline.storage.shredding import key_ids_in_use, shred_withdrawn
from tests.resilience.scenarios import accept_batch, rows

REFUSED = pa.table([[2], ["sex"], ["code"], [b"2;X"]], schema=SCHEMA)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    KeyRing.create(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def ring(keys: Path, home: Path) -> KeyRing:
    return KeyRing.open(keys, home=home)


def receive(home: Path, ring: KeyRing, content: bytes) -> str:
    store = DeliveryStore(home, ring)
    return store.receive(io.BytesIO(content), dataset="pupils", period="2021").id


def read(home: Path, ring: KeyRing, delivery_id: str) -> bytes:
    with DeliveryStore(home, ring).open(delivery_id) as stream:
        return stream.read()


def destroy(home: Path, ring: KeyRing, delivery_id: str) -> None:
    assert DeliveryStore(home, ring).withdraw(delivery_id)
    shred_withdrawn(home, ring)


def fill(home: Path, ring: KeyRing) -> list[str]:
    """One of each kind of sealed thing, and two deliveries."""
    accept_batch(ProtectedStore(home, ring), "whole")
    accept_batch(ProtectedStore(home, ring), "correction")
    QuarantineStore(home, ring).put("whole", REFUSED)
    ReviewStore(home, ring).put("candidate", {"exact": rows(0, "AB")}, {"hidden": 3})
    return [receive(home, ring, content) for content in (b"one", b"two")]


def tables(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "vault").glob("*.sealed"))


def test_a_new_installation_has_no_table_until_a_key_is_needed(home: Path, keys: Path) -> None:
    ring = KeyRing.open(keys, home=home)
    assert (ring.vault.generation, ring.vault.size) == (0, 0)
    assert not home.exists()
    receive(home, ring, b"one")
    assert (ring.vault.generation, ring.vault.size) == (1, 1)
    assert tables(home) == ["keys-1.sealed"]


def test_what_was_destroyed_is_read_by_no_copy_from_before(
    home: Path, keys: Path, ring: KeyRing, tmp_path: Path
) -> None:
    gone, kept = fill(home, ring)
    before = tmp_path / "before"
    shutil.copytree(home, before)
    assert read(before, KeyRing.open(keys, home=before), gone) == b"one"
    QuarantineStore(home, ring).destroy("whole")
    ReviewStore(home, ring).destroy_counts("candidate")
    assert ProtectedStore(home, ring).withdraw_before("2022") == 2
    destroy(home, ring, gone)
    # The copy with today's keys, as it is and with today's table.
    with pytest.raises(StorageError, match=r"storage\.vault_"):
        KeyRing.open(keys, home=before)
    shutil.rmtree(before / "vault")
    shutil.copytree(home / "vault", before / "vault")
    restored = KeyRing.open(keys, home=before)
    assert read(before, restored, kept) == b"two"
    for attempt in (
        lambda: read(before, restored, gone),
        lambda: QuarantineStore(before, restored).open("whole"),
        lambda: ReviewStore(before, restored).tables("candidate"),
        lambda: ProtectedStore(before, restored).current("pupils", "2021"),
    ):
        with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
            attempt()
    assert ReviewStore(before, restored).facts("candidate") == {"hidden": 3}


def test_the_former_vault_key_lies_nowhere_any_more(home: Path, keys: Path, ring: KeyRing) -> None:
    gone = receive(home, ring, b"one")
    former = (keys / "vault.json").read_bytes()
    inode = os.open(keys / "vault.json", os.O_RDONLY)
    table = os.open(home / "vault" / "keys-1.sealed", os.O_RDONLY)
    destroy(home, ring, gone)
    for descriptor in (inode, table):
        content = os.pread(descriptor, 10_000, 0)
        os.close(descriptor)
        assert content == bytes(len(content)) != b""
    assert sorted(path.name for path in keys.iterdir()) == [
        "publisher.pub",
        "root.key",
        "vault.json",
    ]
    assert (keys / "vault.json").read_bytes() != former
    assert tables(home) == ["keys-2.sealed"]


def test_many_things_go_by_one_replacement(home: Path, ring: KeyRing) -> None:
    ids = [receive(home, ring, bytes([number])) for number in range(5)]
    store = DeliveryStore(home, ring)
    for each in ids[:4]:
        assert store.withdraw(each)
        assert not store.withdraw(each)
    assert store.ids() == ids[4:]
    assert ring.vault.generation == 1
    shredded = shred_withdrawn(home, ring)
    assert (shredded.keys, shredded.files) == (4, 8)
    assert (ring.vault.generation, ring.vault.size) == (2, 1)
    assert list(home.rglob(".gone-*")) == []
    again = shred_withdrawn(home, ring)
    assert (again.keys, again.files, ring.vault.generation) == (0, 0, 2)


def test_an_index_brought_back_is_refused_after_its_batches_were_destroyed(
    home: Path, ring: KeyRing
) -> None:
    fill(home, ring)
    store = ProtectedStore(home, ring)
    index = (home / "protected" / "index.json").read_bytes()
    assert store.withdraw_before("2022") == 2
    shred_withdrawn(home, ring)
    assert store.batches() == []
    assert list((home / "protected").rglob("*.parquet")) == []
    (home / "protected" / "index.json").write_bytes(index)
    with pytest.raises(StorageError):
        store.current("pupils", "2021")


def test_a_key_whose_file_never_came_is_swept_by_the_next_shredding(
    home: Path, ring: KeyRing
) -> None:
    kept = receive(home, ring, b"kept")
    with pytest.raises(RuntimeError), ring.vault.adding(3):
        raise RuntimeError
    assert ring.vault.size == 4
    assert shred_withdrawn(home, ring).keys == 3
    assert read(home, ring, kept) == b"kept"


def test_no_key_is_swept_while_a_writer_is_about_to_name_it(
    home: Path, keys: Path, ring: KeyRing
) -> None:
    """Another process shreds between the key and the file that names it."""
    gone = receive(home, ring, b"gone")
    with ring.vault.adding(1) as [added]:
        other = KeyRing.open(keys, home=home)
        DeliveryStore(home, other).withdraw(gone)
        assert shred_withdrawn(home, other).keys == 1
    assert ring.vault.key(added.id, file=home) == added.key
    assert shred_withdrawn(home, ring).keys == 1


def test_no_key_is_swept_while_a_file_does_not_tell_its_key(home: Path, ring: KeyRing) -> None:
    kept = receive(home, ring, b"kept")
    path = home / "deliveries" / kept / "content.sealed"
    content = path.read_bytes()
    path.write_bytes(b"x" + content[1:])
    assert shred_withdrawn(home, ring).keys == 0
    path.write_bytes(content)
    assert read(home, ring, kept) == b"kept"


def test_every_sealed_file_counts_whoever_made_it(home: Path, ring: KeyRing) -> None:
    path = home / "another-zone" / "deep" / "file"
    seal(io.BytesIO(b"kept"), path, ring, context=b"x")
    fill(home, ring)
    assert len(key_ids_in_use(home, ring)) == ring.vault.size
    assert shred_withdrawn(home, ring).keys == 0
    with open_sealed(path, ring, context=b"x") as stream:
        assert stream.read() == b"kept"


def test_an_open_ring_sees_keys_and_generations_of_other_processes(
    home: Path, keys: Path, ring: KeyRing
) -> None:
    other = KeyRing.open(keys, home=home)
    first = receive(home, other, b"first")
    assert read(home, ring, first) == b"first"
    destroy(home, other, first)
    second = receive(home, other, b"second")
    assert read(home, ring, second) == b"second"
    third = receive(home, ring, b"third")
    assert ring.vault.generation == 2
    assert read(home, other, third) == b"third"


def test_reading_many_parts_reads_the_table_once_and_writes_nothing(
    home: Path, keys: Path, ring: KeyRing
) -> None:
    senders = [f"S{number:03d}" for number in range(300)]
    ProtectedStore(home, ring).accept(
        rows(0, senders),
        dataset="pupils",
        period="2021",
        batch_id="many",
        as_of="2021-10-01",
        sender_column="school_code",
        groups=300,
        counts={},
    )
    opened: list[tuple[str, bool]] = []
    watching = True

    def hook(event: str, details: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(details[2], int):
            is_write = bool(details[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            opened.append((Path(str(details[0])).name, is_write))

    sys.addaudithook(hook)
    table = ProtectedStore(home, KeyRing.open(keys, home=home)).current("pupils", "2021")
    watching = False
    assert table.num_rows == 900
    parts = [name for name, _ in opened if name.startswith("part-")]
    assert len(parts) > 150
    assert [name for name, _ in opened].count("keys-1.sealed") == 1
    assert [name for name, is_write in opened if is_write] == []


def test_old_vault_files_and_old_tables_are_refused(
    home: Path, keys: Path, ring: KeyRing, tmp_path: Path
) -> None:
    fill(home, ring)
    shutil.copytree(keys, tmp_path / "old-keys")
    shutil.copytree(home / "vault", tmp_path / "old-vault")
    new = {path: path.read_bytes() for path in (keys / "vault.json", *home.glob("vault/*.sealed"))}
    ring.vault.replace()
    current = sorted(path.name for path in (home / "vault").glob("*.sealed"))
    # An old vault.json does not find its table, and destroys nothing.
    shutil.copy(tmp_path / "old-keys" / "vault.json", tmp_path / "saved")
    today = (keys / "vault.json").read_bytes()
    (keys / "vault.json").write_bytes((tmp_path / "saved").read_bytes())
    with pytest.raises(StorageError, match=r"storage\.vault_older"):
        KeyRing.open(keys, home=home)
    assert tables(home) == current
    (keys / "vault.json").write_bytes(today)
    # An old table under the name of the current one.
    table = home / "vault" / "keys-2.sealed"
    content = table.read_bytes()
    table.write_bytes((tmp_path / "old-vault" / "keys-1.sealed").read_bytes())
    with pytest.raises(StorageError, match=r"storage\.vault_altered"):
        KeyRing.open(keys, home=home)
    table.unlink()
    with pytest.raises(StorageError, match=r"storage\.vault_missing"):
        KeyRing.open(keys, home=home)
    table.write_bytes(content)
    assert KeyRing.open(keys, home=home).vault.size == ring.vault.size
    assert len(new) == 2


def test_a_copy_of_the_vault_is_kept_current_and_never_another(
    home: Path, keys: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere" / "vault.json"
    copy.parent.mkdir()
    ring = KeyRing.open(keys, home=home, copy=copy)
    assert copy.read_bytes() == (keys / "vault.json").read_bytes()
    gone = receive(home, ring, b"gone")
    destroy(home, ring, gone)
    assert copy.read_bytes() == (keys / "vault.json").read_bytes()
    assert [path.name for path in copy.parent.iterdir()] == ["vault.json"]
    # What a kill between the two left is put right by the next opening.
    ring.vault._file._copy = None
    ring.vault.replace()
    assert copy.read_bytes() != (keys / "vault.json").read_bytes()
    KeyRing.open(keys, home=home, copy=copy)
    assert copy.read_bytes() == (keys / "vault.json").read_bytes()
    other = KeyRing.create(tmp_path / "other", home=tmp_path / "other-home")
    assert other
    with pytest.raises(StorageError, match=r"storage\.copy_of_others"):
        KeyRing.open(tmp_path / "other", home=tmp_path / "other-home", copy=copy)
    with pytest.raises(StorageError, match=r"storage\.keys_exist"):
        KeyRing.create(tmp_path / "third", copy=copy)


def test_a_rewriting_touches_the_parts_concerned_and_forgets_the_others_keys(
    home: Path, keys: Path, ring: KeyRing, tmp_path: Path
) -> None:
    fill(home, ring)
    store = ProtectedStore(home, ring)
    person = (1).to_bytes(16, "big")
    before = tmp_path / "before"
    shutil.copytree(home, before)
    old = {batch.batch_id: batch for batch in store.batches()}

    def without(table: pa.Table) -> pa.Table | None:
        keep = [value.as_py() != person for value in table["pupil_pseudonym"]]
        return table.filter(pa.array(keep))

    done = store.rewrite("pupils", "2021", without)
    assert (done.batches, done.parts, done.removed) == (("whole",), 1, 1)
    new = {batch.batch_id: batch for batch in store.batches()}
    assert new["correction"] == old["correction"]
    assert new["whole"].rows == old["whole"].rows - 1
    assert new["whole"].removed == 1
    assert shred_withdrawn(home, ring).keys == 1
    assert person not in store.current("pupils", "2021")["pupil_pseudonym"].to_pylist()
    assert store.rewrite("pupils", "2021", without).parts == 0
    # The copy from before, with today's vault: the file that held the person opens no more.
    shutil.rmtree(before / "vault")
    shutil.copytree(home / "vault", before / "vault")
    with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
        ProtectedStore(before, KeyRing.open(keys, home=before)).current("pupils", "2021")


def test_a_batch_of_which_no_row_is_left_is_known_and_brings_nothing_back(
    home: Path, ring: KeyRing
) -> None:
    fill(home, ring)
    store = ProtectedStore(home, ring)

    def only_first(table: pa.Table) -> pa.Table | None:
        """Take out whatever the correction says of B and D."""
        first = min(value.as_py() for value in table["pupil_pseudonym"])
        return table if first < (100).to_bytes(16, "big") else None

    done = store.rewrite("pupils", "2021", only_first)
    assert (done.batches, done.removed) == (("correction",), 6)
    current = store.current("pupils", "2021")
    # B and D were corrected: what the older batch said of them stays superseded.
    assert set(current["school_code"].to_pylist()) == {"A", "C"}
    assert store.has("correction")
    accept_batch(store, "correction")
    assert store.current("pupils", "2021").equals(current)


def test_a_rewriting_to_other_columns_changes_nothing(home: Path, ring: KeyRing) -> None:
    fill(home, ring)
    store = ProtectedStore(home, ring)
    before = store.state_hash_all()
    with pytest.raises(StorageError, match=r"storage\.columns_differ"):
        store.rewrite("pupils", "2021", lambda table: table.drop_columns(["sex"]))
    assert store.state_hash_all() == before
    assert shred_withdrawn(home, ring).keys == 0
