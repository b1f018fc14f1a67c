"""Recoding to k: the least that suffices, found exactly; the same for every batch; never undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.ladders import Ladder
from pipeline.errors import PrivacyError
from pipeline.privacy.recode import climb
from pipeline.privacy.recode_search import Search, _Lattice, search_recoding
from pipeline.privacy.risk_cells import Cells, cells_of

# Eight communes in four bodies in two départements; ages have no hierarchy.
COMMUNES = [f"c{n}" for n in range(8)]
PLACE = Ladder(
    "place",
    ("commune", "body", "departement"),
    (
        {c: c for c in COMMUNES},
        {c: f"b{n // 2}" for n, c in enumerate(COMMUNES)},
        {c: f"d{n // 4}" for n, c in enumerate(COMMUNES)},
    ),
)
GRADE = Ladder(
    "grade", ("grade", "level"), ({g: g for g in "pqrs"}, {"p": "L", "q": "L", "r": "M", "s": "M"})
)
AGE = Ladder("age", (), ())
LADDERS = {ladder.column: ladder for ladder in (PLACE, GRADE, AGE)}

Person = tuple[str | None, str | None, int | None]
PERSONS = st.lists(
    st.tuples(
        st.sampled_from([*COMMUNES, None]), st.sampled_from([*"pqrs", None]), st.integers(3, 5)
    ),
    min_size=1,
    max_size=40,
)


def table(persons: list[Person]) -> pa.Table:
    place, grade, age = zip(*persons, strict=True)
    return pa.table({
        "place": pa.array(place, pa.string()),
        "grade": pa.array(grade, pa.string()),
        "age": pa.array(age, pa.int64()),
    })  # fmt: skip


def cells(rows: pa.Table) -> Cells:
    counted = rows.group_by(rows.column_names).aggregate([([], "count_all")])
    return cells_of(counted, quasi_identifiers=rows.column_names, sensitive=(), rows="count_all")


def found(
    persons: list[Person],
    k: int,
    ladders: Mapping[str, Ladder] = LADDERS,
    floor: Mapping[str, int] | None = None,
) -> Search:
    return search_recoding(cells(table(persons)), ladders, k=k, floor=floor or {})


# The oracle: every recoding, row by row, nothing clever.
def up(ladder: Ladder, step: int, value: object) -> object:
    if step == ladder.top:
        return None
    if value is None or not ladder.rungs:
        return value
    return ladder.rungs[step][str(value)]


def smallest(persons: list[Person], steps: tuple[int, ...]) -> int:
    ladders = LADDERS.values()
    recoded = [
        tuple(up(ladder, s, v) for ladder, s, v in zip(ladders, steps, person, strict=True))
        for person in persons
    ]
    return min(Counter(recoded).values())


def penalty(ladder: Ladder, step: int, value: object) -> float:
    if step == ladder.top:
        return 1
    if value is None or not ladder.rungs:
        return 0
    there = ladder.rungs[step][str(value)]
    joined = [v for v, became in ladder.rungs[step].items() if became == there]
    return len(joined) / len(ladder.rungs[0]) if len(joined) > 1 else 0


def lost(persons: list[Person], steps: tuple[int, ...]) -> float:
    each = [
        penalty(ladder, step, value)
        for person in persons
        for ladder, step, value in zip(LADDERS.values(), steps, person, strict=True)
    ]
    return sum(each) / len(each)


def every() -> Iterator[tuple[int, ...]]:
    yield from product(*(range(ladder.top + 1) for ladder in LADDERS.values()))


@given(persons=PERSONS, k=st.integers(1, 12))
@settings(deadline=None)
def test_no_recoding_that_reaches_k_loses_less(persons: list[Person], k: int) -> None:
    search = found(persons, k)
    enough = {steps: lost(persons, steps) for steps in every() if smallest(persons, steps) >= k}
    assert search.nodes == 4 * 3 * 2
    assert search.checked <= search.nodes
    if not enough:
        assert search.steps is None
        assert search.k == len(persons) < k
        return
    assert search.steps is not None
    steps = tuple(search.steps[name] for name in LADDERS)
    assert steps in enough
    assert search.k == smallest(persons, steps)
    assert search.loss == pytest.approx(lost(persons, steps), abs=1e-9)
    assert search.loss == pytest.approx(min(enough.values()), abs=1e-9)
    # Of those that lose as little, none has fewer steps.
    as_good = [sum(other) for other, loss in enough.items() if loss <= min(enough.values()) + 1e-9]
    assert sum(steps) == min(as_good)


@given(persons=PERSONS)
@settings(deadline=None, max_examples=30)
def test_coarser_never_has_a_smaller_class_or_a_smaller_loss(persons: list[Person]) -> None:
    lattice = _Lattice(cells(table(persons)), LADDERS, {})
    for steps in every():
        assert lattice.k(steps) == smallest(persons, steps)
        assert lattice.loss(steps) == pytest.approx(lost(persons, steps), abs=1e-9)
        for above in lattice.above(steps):
            assert sum(above) == sum(steps) + 1
            assert lattice.k(above) >= lattice.k(steps)
            assert lattice.loss(above) >= lattice.loss(steps)


@given(persons=PERSONS, k=st.integers(1, 12))
@settings(deadline=None)
def test_what_is_told_of_the_cost_is_what_a_recoding_does(persons: list[Person], k: int) -> None:
    search = found(persons, k)
    if search.steps is None:
        return
    before = table(persons)
    after = climb(before, LADDERS, search.steps, dataset="persons")
    assert after.schema == before.schema
    old, new = before.to_pylist(), after.to_pylist()
    assert min(Counter(tuple(row.values()) for row in new).values()) == search.k >= k
    assert search.rows_changed == sum(a != b for a, b in zip(old, new, strict=True))
    for cost in search.costs:
        was, is_now = ([row[cost.column] for row in rows] for rows in (old, new))
        assert cost.step == search.steps[cost.column]
        assert (cost.values, cost.values_left) == (len(set(was)), len(set(is_now)))
        assert cost.rows_changed == sum(a != b for a, b in zip(was, is_now, strict=True))
    # Again changes nothing, and so does a batch at a time.
    assert climb(after, LADDERS, search.steps, dataset="persons").equals(after)
    halves = [before.slice(0, len(persons) // 2), before.slice(len(persons) // 2)]
    parts = [climb(half, LADDERS, search.steps, dataset="persons") for half in halves]
    assert pa.concat_tables(parts).equals(after)


PAIRS: list[Person] = [(c, "p", 3) for c in COMMUNES for _ in range(2)]


@pytest.mark.parametrize(
    ("k", "steps"),
    [
        (2, {"place": 0, "grade": 0, "age": 0}),
        (3, {"place": 1, "grade": 0, "age": 0}),
        (4, {"place": 1, "grade": 0, "age": 0}),
        (5, {"place": 2, "grade": 0, "age": 0}),
        (8, {"place": 2, "grade": 0, "age": 0}),
        (9, {"place": 3, "grade": 0, "age": 0}),
        (16, {"place": 3, "grade": 0, "age": 0}),
    ],
)
def test_a_column_goes_no_further_than_k_asks(k: int, steps: dict[str, int]) -> None:
    search = found(PAIRS, k)
    assert search.steps == steps
    # Two, four, or all eight of eight communes in one value, in one of three columns.
    assert search.loss == pytest.approx({0: 0, 1: 2 / 8, 2: 4 / 8, 3: 1}[steps["place"]] / 3)


def test_more_persons_than_there_are_cannot_be_asked() -> None:
    search = found(PAIRS, 17)
    assert (search.steps, search.k) == (None, 16)


def test_a_column_that_may_not_move_stays_and_can_stand_in_the_way() -> None:
    persons: list[Person] = [("c0", "p", 3)] * 9 + [("c0", "q", 3)]
    assert found(persons, 5, {"grade": GRADE}).steps == {"grade": 1}
    search = found(persons, 5, {"place": PLACE})
    assert (search.steps, search.k, search.nodes) == (None, 1, 4)


def test_the_search_begins_at_what_is_in_force() -> None:
    rows = climb(table(PAIRS), LADDERS, {"place": 1}, dataset="persons")
    search = search_recoding(cells(rows), LADDERS, k=4, floor={"place": 1})
    assert search.steps == {"place": 1, "grade": 0, "age": 0}
    assert search.rows_changed == 0
    search = search_recoding(cells(rows), LADDERS, k=5, floor={"place": 1})
    assert search.steps is not None
    assert search.steps["place"] == 2
    # Rows held before the recoding was signed are looked at as it would leave them.
    assert found(PAIRS, 2, floor={"place": 2}).steps == {"place": 2, "grade": 0, "age": 0}


def test_rows_that_are_coarser_than_asked_stay_so() -> None:
    rows = climb(table(PAIRS), LADDERS, {"place": 2}, dataset="persons")
    assert climb(rows, LADDERS, {"place": 1}, dataset="persons").equals(rows)


def test_what_is_suppressed_leaves_its_column_empty_and_of_its_type() -> None:
    rows = climb(table(PAIRS), LADDERS, {"age": 1, "grade": 2}, dataset="persons")
    assert rows.schema == table(PAIRS).schema
    assert rows["age"].null_count == rows["grade"].null_count == len(PAIRS)
    assert rows["place"].equals(table(PAIRS)["place"])


def test_a_value_that_stands_nowhere_in_the_hierarchy_is_refused_and_not_told() -> None:
    rows = table([("Zanzibar", "p", 3), ("c0", "p", 3)])
    for act in (
        lambda: climb(rows, LADDERS, {"place": 1}, dataset="persons"),
        lambda: search_recoding(cells(rows), LADDERS, k=2, floor={}),
    ):
        with pytest.raises(PrivacyError) as refused:
            act()
        assert refused.value.problem.code == "risk.value_unknown"
        assert refused.value.problem.count == 1
        assert "Zanzibar" not in str(refused.value)
    # Suppression keeps nothing of it, so it needs no hierarchy.
    assert climb(rows, LADDERS, {"place": 3}, dataset="persons")["place"].null_count == 2


def test_no_row_has_no_recoding() -> None:
    with pytest.raises(PrivacyError, match=r"risk\.no_rows"):
        search_recoding(cells(table(PAIRS).slice(0, 0)), LADDERS, k=2, floor={})


def test_a_lattice_of_many_columns_is_searched_without_looking_at_all_of_it() -> None:
    columns = [f"q{n}" for n in range(10)]
    codes = [f"v{n}" for n in range(8)]
    rungs = tuple(
        {c: f"{step}-{n >> step}" if step else c for n, c in enumerate(codes)} for step in range(4)
    )
    ladders = {name: Ladder(name, ("a", "b", "c", "d"), rungs) for name in columns}
    # Only the first two tell persons apart.
    rows = pa.table(
        {
            name: [codes[(n * (3, 5)[at]) % 8] if at < 2 else codes[0] for n in range(64)]
            for at, name in enumerate(columns)
        }
    )
    search = search_recoding(cells(rows), ladders, k=16, floor={})
    assert search.nodes == 5**10
    assert search.checked < 200
    assert search.k >= 16
    assert search.steps is not None
    assert set(search.steps.values()) - {0} <= {1, 2, 3, 4}
    assert all(search.steps[name] == 0 for name in columns[2:])
