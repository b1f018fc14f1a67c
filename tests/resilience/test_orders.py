"""Which rows are in force follows from what came and its dates, never from the order of arrival."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.storage.batches import Changes, utc_as_of
from pipeline.storage.keys import KeyRing
from pipeline.storage.protected import ProtectedStore
from tests.resilience.scenarios import rows

HELD = {"dataset": "pupils", "period": "2021"}
# What names a row among those of all senders.
NAMED = ("pupil_pseudonym", "school_code")
Shown = list[tuple[object, ...]]


@dataclass(frozen=True)
class Came:
    """A delivery: what it is called, its date, its rows."""

    name: str
    as_of: str
    table: pa.Table
    mode: Literal["full", "delta"] = "full"


def deliver(store: ProtectedStore, came: Came) -> None:
    """Do what an ingest does with rows that were read."""
    with store.staging(
        came.table,
        **HELD,
        batch_id=came.name,
        as_of=came.as_of,
        sender_column="school_code",
        groups=2,
        changes=Changes(
            mode=came.mode,
            key=("pupil_pseudonym",),
            deletion_column="sex",
            deletion_values=("gone",),
        ),
    ) as staged:
        same = store.find_content(staged)
        if same is None:
            store.commit(staged, {})
        else:
            store.date(same.batch_id, came.as_of)


def turned(table: pa.Table, seed: int = 1) -> pa.Table:
    """Return the same rows in another order."""
    order = list(range(table.num_rows))
    random.Random(seed).shuffle(order)
    return table.take(order)


def in_force(deliveries: Iterable[Came]) -> Shown:
    """Work out by hand what must be in force: row by row, oldest date first.

    The newest full delivery of a sender is all that counts of it, but for its changes since.
    """
    in_order = sorted(deliveries, key=lambda one: utc_as_of(one.as_of))
    newest = {
        sender: number
        for number, came in enumerate(in_order)
        if came.mode == "full"
        for sender in came.table["school_code"].to_pylist()
    }
    held: list[dict[str, object]] = []
    for number, came in enumerate(in_order):
        for row in came.table.to_pylist():
            since = newest.get(row["school_code"])
            if came.mode == "full" and number == since:
                held.append(row)
            if came.mode == "delta" and since is not None and number > since:
                held = [r for r in held if any(r[name] != row[name] for name in NAMED)]
                held.append(row)
    return sorted((tuple(row.values()) for row in held if row["sex"] != "gone"), key=repr)


def shown(table: pa.Table) -> Shown:
    return sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)


def changed(first: int, senders: str, *, gone: Sequence[int] = ()) -> pa.Table:
    """Return rows that say otherwise than `rows`, some of them that their pupil is gone."""
    table = rows(first, senders)
    said = ["gone" if n in gone else "F" for n in range(table.num_rows)]
    at = table.column_names.index("sex")
    return table.set_column(at, "sex", pa.array(said))


FIVE = [
    Came("whole", "2021-10-01", rows(0, "ABCD")),
    Came("correction", "2021-11-01T08:00:00+01:00", rows(100, "BD")),
    # Of C some rows change, one is deleted; of B all were replaced since; of E nothing is known.
    Came("delta", "2021-10-15", changed(0, "ABCE", gone=[7]), mode="delta"),
    Came("others", "2021-10-20", rows(200, "FG")),
    # The correction again, under another name and in another order.
    Came("again", "2021-12-01", turned(rows(100, "BD"))),
]


def test_five_deliveries_in_all_120_orders_have_one_state_and_four_batches(
    tmp_path: Path, ring: KeyRing
) -> None:
    hashes = set()
    for number, order in enumerate(itertools.permutations(FIVE)):
        store = ProtectedStore(tmp_path / str(number), ring)
        for came in order:
            deliver(store, came)
        assert shown(store.current(**HELD)) == in_force(FIVE)
        assert len(store.batches()) == 4
        hashes.add(store.state_hash_all())
    assert number == 119
    assert len(hashes) == 1


SENDERS = st.lists(st.sampled_from("ABC"), min_size=1, max_size=3, unique=True).map("".join)
CONTENTS = st.one_of(
    st.tuples(st.just("full"), st.sampled_from([0, 3, 50]), SENDERS, st.just(())),
    st.tuples(
        st.just("delta"), st.sampled_from([0, 3, 50]), SENDERS, st.sampled_from([(), (0,), (1, 4)])
    ),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    came=st.lists(st.tuples(CONTENTS, st.integers(1, 4)), min_size=1, max_size=5),
    tied=st.sampled_from(["tied", "apart"]),
    chance=st.randoms(use_true_random=False),
)
def test_any_deliveries_in_any_two_orders_have_one_state(
    came: Sequence[tuple[tuple[Literal["full", "delta"], int, str, Sequence[int]], int]],
    tied: Literal["tied", "apart"],
    chance: random.Random,
    ring: KeyRing,
) -> None:
    """Full ones and deltas, contents that come again, dates that are the same or are not."""
    deliveries = []
    for number, ((mode, first, senders, gone), day) in enumerate(came):
        table = rows(first, senders) if mode == "full" else changed(first, senders, gone=gone)
        hour = 0 if tied == "tied" else number
        as_of = f"2021-10-{day:02d}T{hour:02d}:00:00"
        deliveries.append(Came(f"b{number}", as_of, turned(table, number), mode))
    hashes = set()
    for _ in range(2):
        chance.shuffle(deliveries)
        with TemporaryDirectory() as folder:
            store = ProtectedStore(Path(folder), ring)
            for one in deliveries:
                deliver(store, one)
            hashes.add(store.state_hash_all())
            assert len(store.batches()) == len({content for content, _ in came})
            if tied == "apart":
                assert shown(store.current(**HELD)) == in_force(deliveries)
    assert len(hashes) == 1
