"""Risk of rows about persons: figures known by hand, a slow oracle, both sides of each limit."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engines import count_combinations, grouping
from pipeline.engines.grouping import ROWS
from pipeline.errors import PrivacyError, StorageError
from pipeline.privacy import risk as module
from pipeline.privacy.risk import (
    Limits,
    Risk,
    distance_equal,
    distance_ordered,
    distinct_values,
    effective_values,
    measure_risk,
)
from pipeline.privacy.risk_cells import Cells, cells_of, classes_of

LIMITS = Limits(k=3, distinct_l=2, record_risk=0.5)


def cells(rows: pa.Table, quasi: Sequence[str], sensitive: Sequence[str] = ()) -> Cells:
    # As the engine counts, without starting one for each example.
    counted = rows.group_by([*quasi, *sensitive]).aggregate([([], "count_all")])
    return cells_of(counted, quasi_identifiers=quasi, sensitive=sensitive, rows="count_all")


def risk(
    rows: pa.Table, quasi: Sequence[str], sensitive: Sequence[str] = (), limits: Limits = LIMITS
) -> Risk:
    return measure_risk(cells(rows, quasi, sensitive), limits)


# Three communes: 4 girls of one, 2 boys of it, 1 girl of another.
PERSONS = pa.table({
    "commune": ["a", "a", "a", "a", "a", "a", "b"],
    "sex": ["F", "F", "F", "F", "M", "M", "F"],
    "home": ["Y", "Y", "N", "N", "Y", "Y", "N"],
    "score": [1, 2, 3, 4, 1, 1, 4],
})  # fmt: skip


def test_k_and_the_risk_of_a_record_are_those_of_the_classes() -> None:
    found = risk(PERSONS, ["commune", "sex"])
    assert (found.rows, found.classes, found.k) == (7, 3, 1)
    assert (found.rows_under_k, found.unique_rows) == (3, 1)
    assert (found.greatest_risk, found.mean_risk) == (1, 3 / 7)
    # A class of two is a risk of one half, which is not above one half.
    assert found.rows_over_risk == 1


@pytest.mark.parametrize(("k", "under"), [(1, 0), (2, 1), (3, 3), (4, 3), (5, 7)])
def test_rows_under_k_are_those_of_classes_smaller_than_k(k: int, under: int) -> None:
    assert risk(PERSONS, ["commune", "sex"], limits=Limits(k=k)).rows_under_k == under


@pytest.mark.parametrize(("limit", "over"), [(1, 0), (0.99, 1), (0.5, 1), (0.49, 3), (0.24, 7)])
def test_rows_over_the_record_risk_are_those_strictly_above(limit: float, over: int) -> None:
    found = risk(PERSONS, ["commune", "sex"], limits=Limits(k=2, record_risk=limit))
    assert found.rows_over_risk == over


def test_diversity_and_closeness_are_those_of_the_worst_class() -> None:
    home, score = risk(PERSONS, ["commune", "sex"], ["home", "score"]).diversity
    assert (home.column, home.distance, home.distinct_l, home.entropy_l) == ("home", "equal", 1, 1)
    # All girls of b say N, which 3 of 7 do: 4/7 of the mass must move.
    assert home.t == pytest.approx(4 / 7)
    assert home.rows_under_l == 3
    # Boys: all at 1. Shares of all: 3/7, 1/7, 1/7, 2/7; moved over three steps.
    assert (score.distance, score.distinct_l) == ("ordered", 1)
    assert score.t == pytest.approx(max((4 + 3 + 2) / 7 / 3, (3 + 4 + 5) / 7 / 3))


def test_without_a_quasi_identifier_all_persons_are_alike() -> None:
    [home] = risk(PERSONS, [], ["home"]).diversity
    assert risk(PERSONS, [], ["home"]).k == 7
    assert (home.distinct_l, home.t) == (2, 0)


def test_a_missing_value_is_a_value_of_its_own() -> None:
    rows = pa.table({"sex": ["F", "F", None], "score": pa.array([None, 1, 1], pa.int64())})
    found = risk(rows, ["sex"], ["score"])
    assert (found.classes, found.k) == (2, 1)
    assert found.diversity[0].distinct_l == 1


def test_no_row_has_no_risk_to_measure() -> None:
    with pytest.raises(PrivacyError, match=r"risk\.no_rows"):
        risk(PERSONS.slice(0, 0), ["sex"])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["b", "a"], "equal"),
        ([2, 1], "ordered"),
        ([0.5, 0.1], "ordered"),
        ([date(2012, 1, 1), date(2011, 1, 1)], "ordered"),
    ],
)
def test_numbers_and_dates_are_ladders_and_codes_are_not(values: list[object], kind: str) -> None:
    rows = pa.table({"sex": ["F", "M"], "secret": values})
    assert risk(rows, ["sex"], ["secret"]).diversity[0].distance == kind


def test_the_figures_of_the_papers_hold() -> None:
    # Li et al. (2007), section 5.2: salaries 3k..11k, classes {3,4,5} and {6,8,11}: 0.375, 0.167.
    overall = np.ones(9, np.int64)
    poor, mixed = np.zeros((2, 9), np.int64)
    poor[[0, 1, 2]] = mixed[[3, 5, 8]] = 1
    distances = distance_ordered(np.stack([poor, mixed]), overall)
    assert distances == pytest.approx([0.375, 1 / 6], abs=1e-12)
    # Machanavajjhala et al. (2007): l equally frequent values have entropy log(l).
    assert effective_values(np.eye(5, dtype=np.int64).sum(axis=0, keepdims=True)) == [5]
    assert effective_values(np.array([[7, 0, 0], [2, 2, 2], [3, 1, 0]])) == pytest.approx([
        1, 3, math.exp(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25))),
    ])  # fmt: skip
    assert distinct_values(np.array([[7, 0, 0], [2, 2, 2], [3, 1, 0]])).tolist() == [1, 3, 2]


def test_distances_run_from_none_to_all() -> None:
    overall = np.array([1, 0, 0, 1])
    counts = np.array([[1, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]])
    assert distance_equal(counts, overall).tolist() == [0, 0.5, 0.5]
    assert distance_ordered(counts, overall).tolist() == [0, 0.5, 0.5]
    one_value = np.array([[3]])
    assert distance_ordered(one_value, np.array([9])).tolist() == [0]


# The oracle: loops over persons, each figure as its definition reads.
Person = tuple[str | None, str | None, str | None, int]
PERSON = st.tuples(
    st.sampled_from(["a", "b", "c", None]),
    st.sampled_from(["F", "M", None]),
    st.sampled_from(["Y", "N", "_U", None]),
    st.integers(-2, 2),
)


def by_class(persons: list[Person]) -> dict[object, list[Person]]:
    classes = defaultdict(list)
    for person in persons:
        classes[person[:2]].append(person)
    return classes


def shares(persons: list[Person], column: int) -> dict[object, float]:
    return {v: n / len(persons) for v, n in Counter(p[column] for p in persons).items()}


def entropy(persons: list[Person], column: int) -> float:
    return math.exp(-sum(q * math.log(q) for q in shares(persons, column).values()))


def far_equal(persons: list[Person], everyone: list[Person]) -> float:
    mine, all_of_them = shares(persons, 2), shares(everyone, 2)
    return sum(abs(mine.get(value, 0) - share) for value, share in all_of_them.items()) / 2


def far_ordered(persons: list[Person], everyone: list[Person]) -> float:
    mine, all_of_them = shares(persons, 3), shares(everyone, 3)
    ladder = sorted(all_of_them)
    carried = moved = 0.0
    for value in ladder:
        carried += mine.get(value, 0) - all_of_them[value]
        moved += abs(carried)
    return moved / max(len(ladder) - 1, 1)


@given(persons=st.lists(PERSON, min_size=1, max_size=60))
@settings(deadline=None)
def test_the_figures_are_those_of_an_obvious_count(persons: list[Person]) -> None:
    columns = list(zip(*persons, strict=True))
    rows = pa.table({
        "commune": pa.array(columns[0], pa.string()),
        "sex": pa.array(columns[1], pa.string()),
        "home": pa.array(columns[2], pa.string()),
        "score": pa.array(columns[3], pa.int64()),
    })  # fmt: skip
    found = risk(rows, ["commune", "sex"], ["home", "score"])
    classes = list(by_class(persons).values())
    sizes = [len(members) for members in classes]
    assert (found.rows, found.classes, found.k) == (len(persons), len(classes), min(sizes))
    assert found.rows_under_k == sum(size for size in sizes if size < LIMITS.k)
    assert found.unique_rows == sizes.count(1)
    assert found.greatest_risk == max(1 / size for size in sizes)
    assert found.mean_risk == pytest.approx(sum(1 for _ in sizes) / len(persons))
    assert found.rows_over_risk == sum(size for size in sizes if 1 / size > 0.5)
    home, score = found.diversity
    for told, column in ((home, 2), (score, 3)):
        distinct = [len({person[column] for person in members}) for members in classes]
        assert told.distinct_l == min(distinct)
        assert told.entropy_l == pytest.approx(min(entropy(m, column) for m in classes))
        assert told.rows_under_l == sum(s for s, d in zip(sizes, distinct, strict=True) if d < 2)
    assert home.t == pytest.approx(max(far_equal(m, persons) for m in classes), abs=1e-12)
    assert score.t == pytest.approx(max(far_ordered(m, persons) for m in classes), abs=1e-12)


def test_figures_do_not_depend_on_how_many_classes_are_worked_on_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(1)
    rows = pa.table({
        "school": generator.integers(0, 40, 2000),
        "score": generator.integers(0, 20, 2000),
    })  # fmt: skip
    together = risk(rows, ["school"], ["score"])
    for at_once in (1, 20, 21, 799, 800):
        monkeypatch.setattr(module, "_COUNTS_AT_ONCE", at_once)
        assert risk(rows, ["school"], ["score"]) == together


@given(
    columns=st.lists(st.lists(st.integers(0, 9), min_size=6, max_size=6), min_size=1, max_size=40)
)
def test_classes_stay_apart_however_many_columns_there_are(columns: list[list[int]]) -> None:
    # 10^40 combinations do not fit any integer.
    coded = [(np.array(column), 10) for column in columns]
    number, classes = classes_of(coded, cells=6)
    alike = Counter(zip(*columns, strict=True))
    assert classes == len(alike)
    assert sorted(np.bincount(number).tolist()) == sorted(alike.values())


@given(
    sizes=st.lists(st.integers(1, 9), min_size=4, max_size=12),
    joined=st.lists(st.integers(0, 3), min_size=12, max_size=12),
)
@settings(deadline=None)
def test_joining_classes_never_makes_a_record_riskier(sizes: list[int], joined: list[int]) -> None:
    fine = [name for name, size in enumerate(sizes) for _ in range(size)]
    ladder = [
        fine,
        [joined[name] for name in fine],
        [joined[name] // 2 for name in fine],
        [0] * len(fine),
    ]
    secret = [name % 3 for name in range(len(fine))]
    steps = [
        risk(pa.table({"place": step, "secret": secret}), ["place"], ["secret"]) for step in ladder
    ]
    for before, after in pairwise(steps):
        assert after.k >= before.k
        assert after.rows_under_k <= before.rows_under_k
        assert after.mean_risk <= before.mean_risk
        assert after.diversity[0].distinct_l >= before.diversity[0].distinct_l
        assert after.diversity[0].t <= before.diversity[0].t + 1e-12


@given(persons=st.lists(PERSON, min_size=1, max_size=60))
@settings(max_examples=10, deadline=None)
def test_the_engine_counts_as_arrow_does(persons: list[Person]) -> None:
    columns = list(zip(*persons, strict=True))
    rows = pa.table({name: list(column) for name, column in zip("abcd", columns, strict=True)})
    rows = rows.cast(pa.schema([(n, pa.string() if n != "d" else pa.int64()) for n in "abcd"]))
    counted = count_combinations(rows, [*"abcd"], name="persons").rename_columns([*"abcd", "n"])
    wanted = rows.group_by([*"abcd"]).aggregate([([], "count_all")]).rename_columns([*"abcd", "n"])
    by = [(name, "ascending") for name in "abcd"]
    assert counted.sort_by(by).to_pylist() == wanted.sort_by(by).to_pylist()


def test_combinations_are_counted_whatever_a_column_is_called() -> None:
    hostile = 'a"; drop table x --'
    rows = pa.table({hostile: ["u", "u", None], "select": [1, 1, 2]})
    counted = count_combinations(rows, [hostile, "select"], name="hostile").to_pylist()
    wanted = [{hostile: None, "select": 2, ROWS: 1}, {hostile: "u", "select": 1, ROWS: 2}]
    assert sorted(counted, key=lambda row: row["select"], reverse=True) == wanted


def test_a_count_too_large_for_the_memory_is_refused_and_quotes_no_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grouping, "LOCKED", {**grouping.LOCKED, "memory_limit": "2MB"})
    rows = pa.table({"a": [f"Zanzibar {number}" for number in range(300_000)]})
    with pytest.raises(StorageError) as refused:
        count_combinations(rows, ["a"], name="persons")
    assert refused.value.problem.code == "storage.query_failed"
    assert "Zanzibar" not in str(refused.value)
