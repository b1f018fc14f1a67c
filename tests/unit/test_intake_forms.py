"""A simple pattern decides of a column what the regular expression decides cell by cell."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.forms import fits_form, read_form

ITEMS = st.sampled_from(
    ["[0-9]", "[A-Z]", "[0-9A-F]", "[a-c_x]", "A", "7", "_", "[0-9]{3}", "[A-Z]{2}", "b{2}", "c{0}"]
)


@settings(max_examples=200, deadline=None)
@given(
    pattern=st.lists(ITEMS, min_size=1, max_size=4).map("".join),
    cells=st.lists(st.text(alphabet="0379AFZabcx_é", max_size=7), min_size=1, max_size=8),
    start=st.integers(0, 3),
)
def test_a_form_fits_what_its_pattern_fits(pattern: str, cells: list[str], start: int) -> None:
    form = read_form(pattern)
    # Of all these items, only those that stand for nothing make no form.
    assert (form is None) == (not pattern.replace("c{0}", ""))
    if form is None:
        return
    same_length = [cell for cell in cells if len(cell.encode()) == len(form)]
    fitting = "".join(chr(int(np.flatnonzero(place)[-1])) for place in form)
    for given_cells in (cells, same_length, [*same_length, fitting]):
        array = pa.array(given_cells, pa.string()).slice(min(start, max(len(given_cells) - 1, 0)))
        left = array.to_pylist()
        fits = fits_form(array, form)
        if left and all(len(cell.encode()) == len(form) for cell in left):
            assert fits is not None
            assert list(fits) == [bool(re.fullmatch(pattern, cell, re.ASCII)) for cell in left]
        else:
            assert fits is None or not len(fits)


@pytest.mark.parametrize(
    "pattern",
    [
        "a|b",
        "[^a]",
        "a+",
        "(a)",
        ".",
        "[0-9]{1,2}",
        r"\d",
        "[é]",
        "a{2}{3}",
        "",
        "[a-]",
        "a?",
        "^a",
    ],
)
def test_any_other_pattern_is_no_form(pattern: str) -> None:
    assert read_form(pattern) is None


def test_both_sides_of_a_form() -> None:
    form = read_form("[0-9]{2}[A-C]")
    assert form is not None
    cells = ["01A", "99C", "00D", "0AA", "0é"]
    assert fits_form(pa.array(cells), form) == pytest.approx([True, True, False, False, False])
    assert fits_form(pa.array(["01A", "1A"]), form) is None
    assert fits_form(pa.array(["01A", None]), form) is None
