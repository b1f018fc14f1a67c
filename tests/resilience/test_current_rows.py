"""Which rows are in force, and the hash that says so, whatever way they came."""

from __future__ import annotations

import io
import itertools
import random
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.coded import is_coded
from pipeline.errors import StorageError
from pipeline.storage.batches import utc_as_of
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.folders import check_name
from pipeline.storage.keys import KeyRing
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore, Refusals
from pipeline.storage.senders import split_by_sender
from pipeline.storage.state import hash_rows
from tests.resilience.processes import Processes
from tests.resilience.scenarios import BATCHES, REFUSED, accept_batch, rows

DELIVERED = {
    "b1": ("2021-10-01", "ABCD"),
    "b2": ("2021-11-01T08:00:00+01:00", "BD"),
    "b3": ("2021-11-01T07:00:00+00:00", "D"),
    "b4": ("2021-09-01", "ABE"),
}


def keep(store: ProtectedStore, batch_id: str, *, groups: int = 3) -> None:
    as_of, senders = DELIVERED[batch_id]
    store.accept(
        rows(100 * int(batch_id[1:]), senders),
        dataset="pupils",
        period="2021",
        batch_id=batch_id,
        as_of=as_of,
        sender_column="school_code",
        groups=groups,
        counts={},
    )


def accept(store: ProtectedStore, table: pa.Table) -> None:
    store.accept(
        table,
        dataset="pupils",
        period="2021",
        batch_id="b",
        as_of="2021-10-01",
        sender_column="school_code",
        groups=2,
        counts={},
    )


def in_force(ranks: Mapping[str, str]) -> list[tuple[object, ...]]:
    """Work out by hand, sender by sender, what must be in force; of one date the greater rank."""
    order = sorted(DELIVERED, key=lambda each: (utc_as_of(DELIVERED[each][0]), ranks[each]))
    kept: dict[str, list[tuple[object, ...]]] = {}
    for batch_id in order:
        table = rows(100 * int(batch_id[1:]), DELIVERED[batch_id][1]).to_pylist()
        for sender in DELIVERED[batch_id][1]:
            kept[sender] = [tuple(row.values()) for row in table if row["school_code"] == sender]
    return sorted((row for sender in kept.values() for row in sender), key=repr)


def test_the_newest_batch_of_each_sender_holds_in_every_order_of_arrival(
    tmp_path: Path, ring: KeyRing
) -> None:
    hashes: dict[int, set[str]] = {}
    for number, order in enumerate(itertools.permutations(DELIVERED)):
        store = ProtectedStore(tmp_path / str(number), ring)
        for batch_id in order:
            keep(store, batch_id, groups=1 + number % 4)
        ranks = {batch.batch_id: batch.rank for batch in store.batches()}
        assert len(set(ranks.values())) == len(DELIVERED)
        found = store.current("pupils", "2021").to_pylist()
        assert sorted((tuple(row.values()) for row in found), key=repr) == in_force(ranks)
        hashes.setdefault(1 + number % 4, set()).add(store.state_hash("pupils", "2021"))
    # Two batches bear one date: which holds follows from how the contract has rows stored, too.
    assert [len(found) for found in hashes.values()] == [1] * 4


def test_without_senders_the_newest_batch_holds_whole(home: Path, ring: KeyRing) -> None:
    store = ProtectedStore(home, ring)
    for batch_id, as_of, first in (("new", "2021-12-01", 0), ("old", "2021-01-01", 50)):
        store.accept(
            rows(first, "AB"),
            dataset="schools",
            period="2021",
            batch_id=batch_id,
            as_of=as_of,
            sender_column=None,
            groups=8,
            counts={},
        )
    assert store.current("schools", "2021").equals(rows(0, "AB"))
    assert [batch.batch_id for batch in store.batches("schools")] == ["old", "new"]
    assert store.periods("schools") == ["2021"]
    assert store.periods("pupils") == []


def test_the_same_batch_again_is_nothing_and_other_rows_under_its_id_are_refused(
    home: Path, ring: KeyRing
) -> None:
    store = ProtectedStore(home, ring)
    accept_batch(store, "whole")
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*.parquet")}
    accept_batch(store, "whole")
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*.parquet")} == before
    as_of, table = BATCHES["whole"]
    for other in (table.slice(1), table.drop_columns("sex")):
        with pytest.raises(StorageError, match="batch_differs"):
            store.accept(
                other,
                dataset="pupils",
                period="2021",
                batch_id="whole",
                as_of=as_of,
                sender_column="school_code",
                groups=2,
                counts={},
            )


@pytest.mark.parametrize("error", [None, RuntimeError, KeyboardInterrupt])
def test_what_is_staged_is_nothing_until_it_is_committed(
    home: Path, ring: KeyRing, error: type[BaseException] | None
) -> None:
    store = ProtectedStore(home, ring)
    accept_batch(store, "whole")

    def held() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}

    def stage(*, is_accepted: bool) -> None:
        as_of, table = BATCHES["correction"]
        with store.staging(
            table,
            dataset="pupils",
            period="2021",
            batch_id="correction",
            as_of=as_of,
            sender_column="school_code",
            groups=2,
        ) as staged:
            assert staged.writing is not None
            written = staged.writing.result()
            assert {path.name for path in staged.content.iterdir()} == {
                part.name for part in written.parts
            }
            assert not store.has("correction")
            assert ring.vault.size == known
            if error is not None:
                raise error
            if is_accepted:
                store.commit(staged, {"accepted": table.num_rows})

    before, state, known = held(), store.state_hash_all(), ring.vault.size
    for _ in range(2):
        with pytest.raises(error) if error else nullcontext():
            stage(is_accepted=False)
        assert held() == before
    error = None
    stage(is_accepted=True)
    assert store.batch("correction").counts == {"accepted": BATCHES["correction"][1].num_rows}
    assert store.state_hash_all() != state
    assert ring.vault.size > known


def test_processes_that_accept_the_same_at_once_make_it_once(
    processes: Processes, home: Path, tmp_path: Path, keys: Path, ring: KeyRing
) -> None:
    assert processes.run("accept_at_once", home, keys)
    other = KeyRing.create(tmp_path / "other-keys", home=tmp_path / "alone")
    assert processes.run("accept", tmp_path / "alone", tmp_path / "other-keys")
    together, alone = ProtectedStore(home, ring), ProtectedStore(tmp_path / "alone", other)
    assert [b.batch_id for b in together.batches()] == [b.batch_id for b in alone.batches()]
    assert together.state_hash_all() == alone.state_hash_all()


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        (rows(0, "A").slice(0, 0), "empty_batch"),
        (rows(0, "A").set_column(1, "school_code", pa.nulls(3, pa.string())), "sender_missing"),
    ],
)
def test_rows_that_name_no_sender_and_empty_batches_are_refused(
    table: pa.Table, rule: str, home: Path, ring: KeyRing
) -> None:
    store = ProtectedStore(home, ring)
    with pytest.raises(StorageError, match=rule):
        accept(store, table)
    assert store.batches() == []
    with pytest.raises(StorageError, match="nothing_accepted"):
        store.current("pupils", "2021")


def test_all_rows_of_a_sender_lie_in_one_part_and_no_row_is_lost() -> None:
    table = rows(0, [f"S{n}" for n in range(40)])
    parts = list(split_by_sender(table, "school_code", groups=7))
    assert 1 < len(parts) <= 7
    held = [sender for _, _, senders in parts for sender in senders]
    assert sorted(held) == sorted(set(table["school_code"].to_pylist()))
    for _, part, senders in parts:
        assert set(part["school_code"].to_pylist()) == set(senders)
    assert hash_rows(pa.concat_tables(part for _, part, _ in parts)) == hash_rows(table)


def test_coded_rows_are_stored_as_text_and_a_file_tells_of_its_own_rows_alone(
    tmp_path: Path, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = rows(0, ["S1", "S2", "S3", "gone"])
    kept = pc.not_equal(table["school_code"], "gone")
    at = table.column_names.index("school_code")
    coded = table.set_column(at, "school_code", table["school_code"].dictionary_encode())
    write, told = pq.write_table, []

    def written(part: pa.Table, *given: object, **named: object) -> None:
        if is_coded(part["school_code"]):
            told.append((part["school_code"].chunk(0).dictionary, part["school_code"].unique()))
        write(part, *given, **named)

    monkeypatch.setattr("pipeline.storage.encrypted_parquet.pq.write_table", written)
    stores: list[ProtectedStore] = []
    for content in (table.filter(kept), coded.filter(kept)):
        store = ProtectedStore(tmp_path / str(len(stores)), ring)
        accept(store, content)
        stores.append(store)
    bare, other = (store.batch("b") for store in stores)
    assert bare.columns == other.columns
    assert [part.senders for part in bare.parts] == [part.senders for part in other.parts]
    assert stores[0].current("pupils", "2021").equals(stores[1].current("pupils", "2021"))
    assert len(told) == 2
    for values, held in told:
        assert values.to_pylist() == sorted(held.to_pylist())


values = st.one_of(st.none(), st.text(max_size=3))
table_rows = st.lists(
    st.tuples(values, st.one_of(st.none(), st.integers(-5, 5)), st.sampled_from([0.0, -0.0, 1.5])),
    max_size=8,
)


def as_table(content: list[tuple[str | None, int | None, float]]) -> pa.Table:
    text, number, real = ([row[n] for row in content] for n in range(3))
    return pa.table(
        {
            "text": pa.array(text, pa.string()),
            "number": pa.array(number, pa.int64()),
            "real": pa.array(real, pa.float64()),
        }
    )


@settings(max_examples=150, deadline=None)
@given(table_rows, table_rows, st.randoms(use_true_random=False))
def test_two_tables_have_one_hash_exactly_when_they_hold_the_same_rows(
    one: list[tuple[str | None, int | None, float]],
    other: list[tuple[str | None, int | None, float]],
    dice: random.Random,
) -> None:
    shuffled = dice.sample(one, len(one))
    chunked = pa.concat_tables([as_table(shuffled[:2]), as_table(shuffled[2:])])
    recoded = chunked.set_column(0, "text", chunked["text"].dictionary_encode())
    first = hash_rows(as_table(one))
    assert hash_rows(recoded.select(["real", "text", "number"])) == first
    is_same = sorted(one, key=repr) == sorted(other, key=repr)
    plain_one = sorted(((t, n, r + 0.0) for t, n, r in one), key=repr)
    plain_other = sorted(((t, n, r + 0.0) for t, n, r in other), key=repr)
    assert (hash_rows(as_table(other)) == first) == (is_same or plain_one == plain_other)


def test_the_hash_knows_types_names_and_what_lies_under_a_null() -> None:
    table = pa.table({"code": ["1", "2"]})
    assert hash_rows(table) != hash_rows(pa.table({"code": [1, 2]}))
    assert hash_rows(table) != hash_rows(table.rename_columns(["other"]))
    hidden = pc.if_else(pa.array([True, False]), pa.array(["1", "9"]), pa.scalar(None, pa.string()))
    assert hash_rows(pa.table({"code": hidden})) == hash_rows(pa.table({"code": ["1", None]}))
    assert hash_rows(pa.table({"code": ["1", None]})) != hash_rows(pa.table({"code": ["1", ""]}))


def test_the_same_content_is_one_delivery(home: Path, ring: KeyRing) -> None:
    store = DeliveryStore(home, ring)
    seen: list[int] = []
    first = store.receive(
        io.BytesIO(b"a;b\n"), dataset="pupils", period="2021", on_bytes=seen.append
    )
    again = store.receive(io.BytesIO(b"a;b\n"), dataset="pupils", period="2021")
    other = store.receive(io.BytesIO(b"a;b\n"), dataset="pupils", period="2020")
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert first.id == again.id == f"pupils-2021-{first.fingerprint[:16]}"
    assert store.ids() == sorted([first.id, other.id])
    assert sum(seen) == first.size == 4
    with store.open(first.id) as stream:
        assert stream.read() == b"a;b\n"


def test_refused_rows_are_counted_in_the_open_and_kept_sealed(home: Path, ring: KeyRing) -> None:
    store = QuarantineStore(home, ring)
    store.put("b1", REFUSED)
    store.put("b1", REFUSED)
    assert store.summary() == [Refusals(batch_id="b1", column="sex", rule="code", rows=2)]
    assert store.open("b1").equals(REFUSED)
    assert not any(b"2;X" in path.read_bytes() for path in home.rglob("*") if path.is_file())
    store.put("b1", REFUSED.slice(1))
    assert store.open("b1").num_rows == 1
    assert store.destroy("b1")
    assert not store.destroy("b1")
    assert store.ids() == []


def test_a_value_in_the_place_of_a_column_name_is_not_kept_in_the_open(
    home: Path, ring: KeyRing
) -> None:
    named = REFUSED.set_column(1, "column", pa.array(["Zoé Petit", "sex"]))
    with pytest.raises(StorageError) as refusal:
        QuarantineStore(home, ring).put("b1", named)
    assert "Zoé" not in str(refusal.value)
    assert not (home / "quarantine" / "b1").exists()


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "a b", "é", "x" * 201, "a\n"])
def test_an_id_that_is_no_plain_name_is_refused(name: str) -> None:
    with pytest.raises(StorageError):
        check_name(name)


def test_everything_kept_is_for_the_owner_alone(home: Path, ring: KeyRing) -> None:
    store = ProtectedStore(home, ring)
    accept_batch(store, "whole")
    QuarantineStore(home, ring).put("whole", REFUSED)
    DeliveryStore(home, ring).receive(io.BytesIO(b"x"), dataset="pupils", period="2021")
    for path in home.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
