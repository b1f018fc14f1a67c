"""Rows of one key: copies are dropped but one, contradictions are refused whole."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.repeats import find_repeats

Row = tuple[str, int, str | None]


def repeats(rows: list[Row]) -> tuple[list[int], list[int]]:
    columns = list(zip(*rows, strict=True))
    table = pa.table({"a": columns[0], "b": columns[1], "c": pa.array(columns[2], pa.string())})
    copies, conflicts = find_repeats(table, ("a", "b"))
    return copies.tolist(), conflicts.tolist()


def oracle(rows: list[Row]) -> tuple[list[int], list[int]]:
    by_key = defaultdict(list)
    for number, row in enumerate(rows):
        by_key[row[:2]].append(number)
    copies: list[int] = []
    conflicts: list[int] = []
    for numbers in by_key.values():
        same = len({rows[number] for number in numbers}) == 1
        (copies if same else conflicts).extend(numbers[1:] if same else numbers)
    return sorted(copies), sorted(conflicts)


def test_different_keys_are_no_repeats() -> None:
    assert repeats([("x", 1, "F"), ("x", 2, "F"), ("y", 1, "F")]) == ([], [])


def test_the_first_of_identical_rows_is_kept() -> None:
    assert repeats([("x", 1, "F"), ("y", 1, "F"), ("x", 1, "F"), ("x", 1, "F")]) == ([2, 3], [])


def test_contradicting_rows_are_refused_whole_with_their_copies() -> None:
    assert repeats([("x", 1, "F"), ("x", 1, "F"), ("x", 1, "M"), ("y", 1, None)]) == ([], [0, 1, 2])


def test_a_missing_value_contradicts_a_present_one() -> None:
    assert repeats([("x", 1, None), ("x", 1, "F")]) == ([], [0, 1])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("xy"), st.integers(0, 2), st.sampled_from(["F", "M", None])),
        min_size=1,
        max_size=12,
    )
)
def test_repeats_agree_with_a_slow_count(rows: list[Row]) -> None:
    assert repeats(rows) == oracle(rows)
