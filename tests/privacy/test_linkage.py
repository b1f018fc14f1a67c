"""The same persons in two domains, or before and after a new epoch: linked by chance alone.

An attacker has all rows in clear, in the order in which they are stored, and no key.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng
from scipy.stats import binom, poisson

from pipeline.contracts import Canonical
from pipeline.privacy.pseudonyms import next_epoch, pseudonymise
from pipeline.storage.keys import KeyRing
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.row_order import in_own_order
from pipeline.storage.state import hash_rows

COUNT = 1500
# Right by chance; more than this happens once in a million.
RARE = 1 - 1e-6
KEPT = ("school_code", "sex", "birth_year")
CANONICAL = Canonical(
    version=1,
    unicode="nfkc",
    case="upper",
    apostrophes="unified",
    hyphens="unified",
    invisible="removed",
    space="collapsed",
    leading_zeros="kept",
)
IDS = [f"{number:09d}AB" for number in range(COUNT)]


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    KeyRing.create(tmp_path / "keys")
    return KeyRing.open(tmp_path / "keys", home=tmp_path / "home")


@pytest.fixture
def store(tmp_path: Path, ring: KeyRing) -> ProtectedStore:
    return ProtectedStore(tmp_path / "home", ring)


def pseudonyms_in(ring: KeyRing, domain: str) -> pa.Array:
    keys = ring.pseudonym_keys(domain, CANONICAL.digest)
    return pseudonymise([pa.array(IDS)], keys=keys, canonical=CANONICAL)


def delivered(pseudonyms: pa.Array) -> pa.Table:
    """Return one row per person, in the order of their names in every delivery."""
    draw = default_rng(9)
    return pa.table(
        {
            "person": pseudonyms,
            "school_code": pa.array(np.sort(draw.integers(0, 20, COUNT)).astype(str)),
            "sex": pa.array(draw.choice(["F", "M"], COUNT)),
            "birth_year": pa.array(draw.integers(2008, 2014, COUNT)),
        }
    )


def stored(
    store: ProtectedStore, rows: pa.Table, dataset: str, sender_column: str | None = "school_code"
) -> pa.Table:
    """Keep rows as one batch and return them in the order in which they lie in the store."""
    store.accept(
        rows,
        dataset=dataset,
        period="2021",
        batch_id=f"{dataset}-b",
        as_of="2021-10-01",
        sender_column=sender_column,
        groups=3,
        counts={},
    )
    return store.current(dataset, "2021")


def matched(one: pa.Table, other: pa.Table) -> list[tuple[bytes, bytes]]:
    """Return pairs of pseudonyms: of rows alike in what is kept, the first with the first."""
    classes: list[dict[tuple[object, ...], list[bytes]]] = []
    for table in (one, other):
        found: dict[tuple[object, ...], list[bytes]] = {}
        for row in table.to_pylist():
            found.setdefault(tuple(row[name] for name in KEPT), []).append(row["person"])
        classes.append(found)
    first, second = classes
    return [pair for key in first for pair in zip(first[key], second.get(key, ()), strict=False)]


def right(pairs: Sequence[tuple[bytes, bytes]], one: pa.Array, other: pa.Array) -> int:
    truth = dict(zip(one.to_pylist(), other.to_pylist(), strict=True))
    return sum(truth[mine] == theirs for mine, theirs in pairs)


def by_chance(rows: pa.Table) -> int:
    """Return how many are right at most by chance: about one in each class."""
    classes = rows.group_by(list(KEPT)).aggregate([]).num_rows
    return int(poisson.ppf(RARE, classes))


@pytest.mark.parametrize("sender_column", ["school_code", None])
def test_rows_of_two_domains_are_not_linked_by_where_they_are_stored(
    store: ProtectedStore, ring: KeyRing, sender_column: str | None
) -> None:
    one, other = (pseudonyms_in(ring, domain) for domain in ("pupil", "library"))
    rows = [delivered(one), delivered(other)]
    tables = [
        stored(store, table, dataset, sender_column)
        for table, dataset in zip(rows, ("pupils", "library"), strict=True)
    ]
    most = by_chance(rows[0])
    assert most < COUNT / 3
    assert right(matched(*tables), one, other) <= most
    # As they were delivered all of them are linked: the attack works.
    assert right(matched(*rows), one, other) == COUNT


def test_pseudonyms_of_a_new_epoch_are_not_linked_to_the_old_by_where_they_are_stored(
    store: ProtectedStore, ring: KeyRing
) -> None:
    old = pseudonyms_in(ring, "pupil")
    before = stored(store, delivered(old), "pupils")
    key = bytes(range(32))

    def renamed(rows: pa.Table) -> pa.Table:
        after = next_epoch(rows["person"].combine_chunks(), key=key)
        return rows.set_column(0, "person", after)

    store.rewrite("pupils", "2021", renamed)
    after = store.current("pupils", "2021")
    new = next_epoch(old, key=key)
    most = by_chance(before)
    assert right(matched(before, after), old, new) <= most
    assert right(matched(before, renamed(before)), old, new) == COUNT


def test_the_same_rows_are_stored_the_same_in_whatever_order_they_came(
    store: ProtectedStore, ring: KeyRing
) -> None:
    rows = delivered(pseudonyms_in(ring, "pupil"))
    # Some persons twice, and a table that names nobody.
    rows = pa.concat_tables([rows, rows.slice(100, 60)])
    shuffled = rows.take(default_rng(1).permutation(rows.num_rows))
    unnamed, again = (table.drop_columns(["person"]) for table in (rows, shuffled))
    for first, second in ((rows, shuffled), (unnamed, again)):
        names = (f"d{first.num_columns}", f"e{first.num_columns}")
        one, other = (
            stored(store, t, name) for t, name in zip((first, second), names, strict=True)
        )
        assert one.equals(other)
        assert not one.equals(first)
        assert hash_rows(one) == hash_rows(first)


cells = st.tuples(
    st.sampled_from([None, b"a" * 16, b"a" * 8 + b"b" * 8, b"\xff" * 16]),
    st.sampled_from("ABC"),
    st.one_of(st.none(), st.booleans()),
    st.sampled_from([None, "x", "y"]),
)


@settings(max_examples=50, deadline=None)
@given(
    content=st.lists(cells, max_size=12),
    sender=st.sampled_from([None, "s"]),
    dice=st.randoms(use_true_random=False),
)
def test_an_order_follows_from_the_rows_alone_with_gaps_and_rows_alike(
    *, content: list[tuple[object, ...]], sender: str | None, dice: random.Random
) -> None:
    types = (pa.binary(16), pa.string(), pa.bool_(), pa.dictionary(pa.int8(), pa.string()))

    def table(of: Sequence[tuple[object, ...]]) -> pa.Table:
        columns = zip(types, range(4), strict=True)
        arrays = [pa.array([row[n] for row in of], type_) for type_, n in columns]
        return pa.table(dict(zip("psbd", arrays, strict=True)))

    ordered = in_own_order(table(content), sender)
    other = in_own_order(table(dice.sample(content, len(content))), sender)
    assert ordered.to_pylist() == other.to_pylist()
    assert hash_rows(ordered) == hash_rows(table(content))
    if sender:
        assert ordered["s"].to_pylist() == sorted(ordered["s"].to_pylist())


def test_the_same_persons_in_two_domains_are_linked_no_better_than_by_chance(
    ring: KeyRing,
) -> None:
    one, other = (bits_of(pseudonyms_in(ring, domain)) for domain in ("pupil", "library"))
    # The best that can be done with pseudonyms alone: each person to the nearest of the other
    # domain, in bits, and to the one of the same rank.
    signed_one, signed_other = one * 2.0 - 1, other * 2.0 - 1
    # Bits that are alike less bits that differ.
    likeness = signed_one @ signed_other.T
    ranks = (np.lexsort(each.T[::-1]) for each in (one, other))
    by_rank = np.empty(COUNT, dtype=np.int64)
    first, second = ranks
    by_rank[first] = second
    persons = np.arange(COUNT)
    most = int(binom.ppf(RARE, COUNT, 1 / COUNT))
    for guesses in (likeness.argmax(axis=1), likeness.argmin(axis=1), by_rank):
        assert int((guesses == persons).sum()) <= most
    # No bit of one tells a bit of the other.
    correlation = np.abs(signed_one.T @ signed_other) / COUNT
    assert correlation.max() < 6.5 / np.sqrt(COUNT)
    # The same domain links all: the test can tell.
    assert ((signed_one @ signed_one.T).argmax(axis=1) == persons).all()


def bits_of(pseudonyms: pa.Array) -> np.ndarray:
    raw = np.frombuffer(b"".join(pseudonyms.to_pylist()), dtype=np.uint8)
    return np.unpackbits(raw.reshape(-1, 16), axis=1)
