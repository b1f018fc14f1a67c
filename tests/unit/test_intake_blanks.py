"""White space is told by a byte for most cells, and for all as Arrow tells it of the text."""

from __future__ import annotations

import sys

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.blanks import are_blank, are_empty, are_padded


def check(cells: pa.Array) -> None:
    trimmed = pc.utf8_trim_whitespace(cells)
    assert are_empty(cells).tolist() == pc.equal(cells, "").to_pylist()
    assert are_blank(cells).tolist() == pc.equal(trimmed, "").to_pylist()
    assert are_padded(cells).tolist() == pc.not_equal(cells, trimmed).to_pylist()


@pytest.mark.parametrize("form", ["{}", "{}a", "a{}", "a{}a", " {}"])
def test_every_character_is_taken_as_arrow_takes_it(form: str) -> None:
    points = [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]
    cells = pa.array([form.format(chr(point)) for point in points], pa.string())
    assert are_blank(cells).any() == (form in {"{}", " {}"})
    check(cells)


@given(texts=st.lists(st.text(alphabet=" \t\u00a0\u2003aé", max_size=4)), cut=st.integers(0, 3))
def test_any_slice_of_any_column_is_taken_as_arrow_takes_it(texts: list[str], cut: int) -> None:
    check(pa.array(texts, pa.string()).slice(cut))
