"""Which row counts of a person who stands in several: worked out by hand, and in any order."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.contracts.enrolments import (
    AllEnrolments,
    DoubleEnrolment,
    LatestEnrolment,
    MainEnrolment,
)
from pipeline.errors import StorageError
from pipeline.storage.keys import KeyRing
from pipeline.storage.protected import ProtectedStore

HELD = {"dataset": "pupils", "period": "2021"}
WHO = "pupil_pseudonym"
RULES: dict[str, DoubleEnrolment] = {
    "all": AllEnrolments(rule="all", person=WHO),
    "latest": LatestEnrolment(rule="latest", person=WHO),
    "entered": LatestEnrolment(rule="latest", person=WHO, column="entered"),
    "main": MainEnrolment(rule="main", person=WHO, column="status", values=("C", "M")),
}
Told = tuple[int, str, int | None, str]
# Day of the delivery, and of each row: person, school, year of entry, status.
ROW = st.tuples(
    st.integers(0, 4),
    st.sampled_from("ABC"),
    st.sampled_from([None, 2019, 2020]),
    st.sampled_from("MS"),
)
ROWS = st.lists(ROW, min_size=1, max_size=6, unique_by=lambda row: (row[0], row[1]))
CAME = st.lists(st.tuples(st.integers(1, 3), ROWS), min_size=1, max_size=4)


def table(rows: Sequence[Told]) -> pa.Table:
    persons, schools, entered, said = zip(*rows, strict=True)
    return pa.table(
        {
            WHO: pa.array([number.to_bytes(16, "big") for number in persons], pa.binary(16)),
            "school_code": schools,
            "entered": pa.array(entered, pa.int64()),
            "status": said,
        }
    )


def deliver(store: ProtectedStore, number: int, day: int, rows: Sequence[Told]) -> None:
    with store.staging(
        table(rows),
        **HELD,
        batch_id=f"batch-{number}",
        as_of=f"2021-10-0{day}",
        sender_column="school_code",
        groups=2,
    ) as staged:
        same = store.find_content(staged)
        if same is None:
            store.commit(staged, {})
        else:
            store.date(same.batch_id, f"2021-10-0{day}")


def mark(row: Told) -> bytes:
    """Return the hash of what is kept of a row beside who it is."""
    told = [str(row[2]), row[1], row[3]]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def by_hand(in_force: Sequence[tuple[str, Told]], rule: str) -> list[Told]:
    """Return the rows that count of those in force, each with the date of its delivery."""
    of_person: dict[int, list[tuple[str, Told]]] = defaultdict(list)
    for as_of, row in in_force:
        of_person[row[0]].append((as_of, row))
    chosen: list[Told] = []
    for rows in of_person.values():
        if rule == "all":
            chosen += [row for _, row in rows]
            continue
        best = max(rows, key=lambda each: _goodness(each, rule))
        ties = [each for each in rows if _goodness(each, rule) == _goodness(best, rule)]
        chosen.append(min((row for _, row in ties), key=mark))
    return sorted(chosen, key=repr)


def _goodness(each: tuple[str, Told], rule: str) -> tuple[object, ...]:
    as_of, (_, _, entered, status) = each
    if rule == "entered":
        return entered or 0, as_of
    return (status == "M", as_of) if rule == "main" else (as_of,)


def shown(rows: pa.Table) -> list[Told]:
    return sorted(
        (
            (int.from_bytes(row[WHO], "big"), row["school_code"], row["entered"], row["status"])
            for row in rows.to_pylist()
        ),
        key=repr,
    )


@pytest.mark.parametrize("rule", RULES)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(came=CAME, chance=st.randoms(use_true_random=False))
def test_in_any_two_orders_those_rows_count_that_are_worked_out_by_hand(
    rule: str,
    came: Sequence[tuple[int, Sequence[Told]]],
    chance: random.Random,
    ring: KeyRing,
) -> None:
    states, numbered = set(), list(enumerate(came))
    for order in (numbered, chance.sample(numbered, len(numbered))):
        with TemporaryDirectory() as folder:
            plain = ProtectedStore(Path(folder), ring)
            for number, (day, rows) in order:
                deliver(plain, number, day, rows)
            store = ProtectedStore(Path(folder), ring, rule_of=lambda _: RULES[rule])
            held = shown(plain.current(**HELD))
            # Of a school the newest delivery holds.
            newest: dict[str, str] = {}
            for batch in plain.batches(**HELD):
                newest.update(dict.fromkeys(batch.senders, batch.as_of))
            in_force = [(newest[row[1]], row) for row in held]
            assert shown(store.current(**HELD)) == by_hand(in_force, rule)
            told = store.doubles(**HELD, rule=RULES[rule])
            assert sum(told.aside.values()) == len(held) - len(by_hand(in_force, rule))
            states.add(store.state_hash(**HELD))
    assert len(states) == 1


def test_which_of_two_equal_rows_counts_does_not_hang_on_the_pseudonym(
    tmp_path: Path, ring: KeyRing
) -> None:
    rows = [(1, school, 2020, "M") for school in "ABC"]
    others = [(9, *row[1:]) for row in rows]
    chosen = set()
    for number, each in enumerate((rows, rows[::-1], others)):
        rule = RULES["latest"]
        store = ProtectedStore(tmp_path / str(number), ring, rule_of=lambda _, rule=rule: rule)
        deliver(store, 0, 1, each)
        [(_, school, *_)] = shown(store.current(**HELD))
        chosen.add(school)
        assert store.doubles(**HELD, rule=rule).undecided == 1
    assert len(chosen) == 1


def test_rows_that_lack_what_the_rule_looks_at_are_not_counted(
    tmp_path: Path, ring: KeyRing
) -> None:
    rule = LatestEnrolment(rule="latest", person=WHO, column="entered_on")
    store = ProtectedStore(tmp_path, ring, rule_of=lambda _: rule)
    deliver(store, 0, 1, [(1, "A", 2020, "M")])
    with pytest.raises(StorageError, match=r"storage\.columns_differ"):
        store.current(**HELD)
    with pytest.raises(StorageError, match=r"storage\.columns_differ"):
        store.doubles(**HELD, rule=rule)
