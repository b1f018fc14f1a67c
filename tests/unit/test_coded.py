"""A coded column says what the plain one says, and tells of no row but its own."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.coded import (
    CODED,
    is_coded,
    is_sound,
    joined,
    of_each_value,
    plain,
    plain_table,
    plain_type,
    spread,
    tidied,
)

texts = st.lists(st.one_of(st.none(), st.sampled_from(["é", "b", "A", "", "zz"])), max_size=9)
parts = st.lists(st.tuples(texts, st.booleans()), min_size=1, max_size=4)


def chunked(chunks: list[list[str | None]]) -> pa.ChunkedArray:
    """Return a coded column, each piece of it with values of its own in their order."""
    coded = [pa.array(each, pa.string()).dictionary_encode() for each in chunks]
    return pa.chunked_array(coded, CODED)


@pytest.mark.parametrize(
    "rule",
    [
        pc.utf8_upper,
        pc.utf8_length,
        pc.is_null,
        lambda values: pc.fill_null(values, "none"),
        lambda values: pc.if_else(pc.equal(values, "b"), pa.scalar(None, pa.string()), "same"),
    ],
    ids=["capitals", "length", "missing", "filled", "alike"],
)
@settings(deadline=None)
@given(chunks=st.lists(texts, max_size=3))
def test_a_rule_asked_of_each_value_says_what_it_says_of_each_row(
    rule: Callable[[pa.ChunkedArray], pa.ChunkedArray], chunks: list[list[str | None]]
) -> None:
    column = chunked(chunks)
    told = of_each_value(column, rule)
    assert plain(told).to_pylist() == rule(plain(column)).to_pylist()
    assert not is_coded(told) or is_sound(told)


@settings(deadline=None)
@given(values=texts, rows=st.lists(st.one_of(st.none(), st.integers(0, 8)), max_size=9))
def test_spread_values_are_those_of_the_rows_and_each_is_kept_once(
    values: list[str | None], rows: list[int | None]
) -> None:
    numbers = [None if row is None or row >= len(values) else row for row in rows]
    column = spread(pa.array(values, pa.string()), pa.array(numbers, pa.int32()))
    assert column.to_pylist() == [None if row is None else values[row] for row in numbers]
    assert is_sound(pa.chunked_array([column]))


@settings(deadline=None)
@given(given_parts=parts)
def test_joined_tables_hold_every_row_in_its_order(
    given_parts: list[tuple[list[str | None], bool]],
) -> None:
    tables = [
        pa.table({"c": chunked([rows]) if coded else pa.array(rows, pa.string())})
        for rows, coded in given_parts
    ]
    whole = joined(tables)
    assert whole["c"].to_pylist() == [each for rows, _ in given_parts for each in rows]
    assert plain_type(whole["c"]) == pa.string()
    assert plain_table(whole).schema == pa.schema({"c": pa.string()})
    of_coded = sum(len(rows) for rows, coded in given_parts if coded)
    rows = whole.num_rows
    assert is_coded(whole["c"]) == (2 * of_coded >= rows > 0)


@settings(deadline=None)
@given(chunks=st.lists(texts, max_size=3), kept=st.integers(0, 9))
def test_a_tidied_column_has_the_values_of_its_rows_in_their_order(
    chunks: list[list[str | None]], kept: int
) -> None:
    column = chunked(chunks).slice(0, kept)
    tidy = tidied(column)
    assert tidy.to_pylist() == column.to_pylist()
    assert tidy.dictionary.to_pylist() == sorted({*column.to_pylist()} - {None}, key=str.encode)


def test_values_that_come_twice_or_are_missing_are_not_sound() -> None:
    numbers = pa.array([0, 1], pa.int32())
    for values in (["a", "a"], ["a", None]):
        column = pa.DictionaryArray.from_arrays(numbers, pa.array(values, pa.string()))
        assert not is_sound(pa.chunked_array([column]))
