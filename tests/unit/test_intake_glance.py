"""What is told at column speed is what reading record by record tells."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake import identified
from pipeline.intake.identified import Found, find_records_of
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from tests.privacy.test_subjects import listed_ids

PUPILS = load_project(INSTALLATION).contracts.datasets["pupils"]
ID, SHORT = "000123456AB", "77"
HEADER = "national_id;address;grade"
CELL = st.sampled_from(["", ID, f"near {ID}.", SHORT, "1 rue é", "0350001A", "***", " "])
END = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])


def both_ways(content: bytes, *, in_passing: bool = False) -> tuple[Found, Found]:
    """Return what is found at column speed where that can be, and record by record."""
    sought = listed_ids(ID)
    if in_passing:
        sought = replace(sought, in_passing=True)
    opened = partial(io.BytesIO, content)
    fast = find_records_of(opened, PUPILS, sought)
    with patch.object(identified, "at_a_glance", lambda *_: None):
        return fast, find_records_of(opened, PUPILS, sought)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL, END), max_size=8),
    encoding=st.sampled_from(["utf-8", "latin-1"]),
    in_passing=st.booleans(),
)
def test_a_glance_finds_what_reading_each_record_finds(
    rows: list[tuple[str, str, str, str]], encoding: str, *, in_passing: bool
) -> None:
    text = f"{HEADER}\n" + "".join(";".join(row[:-1]) + row[-1] for row in rows)
    fast, slow = both_ways(text.encode(encoding), in_passing=in_passing)
    assert (fast.lines, fast.records, fast.mentions) == (slow.lines, slow.records, slow.mentions)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_of_one_line_a_row_is_not_read_record_by_record(end: str) -> None:
    text = end.join([HEADER, f"1;{ID};x", f"{ID};y;z", "2;y;z"])
    with patch.object(identified, "strict_records", side_effect=AssertionError):
        found = find_records_of(partial(io.BytesIO, text.encode()), PUPILS, listed_ids(ID))
    assert found.lines == ((2, 3),)
    assert [each.lines for each in found.mentions] == [(1, 2)]
    assert [each.fields for each in found.mentions] == [(1,)]


def test_in_a_file_of_one_column_the_next_lines_are_of_others() -> None:
    fast, slow = both_ways(f"national_id\n{ID}\n000000002AB\n000000003AB\n".encode())
    assert fast.lines == slow.lines == ((1, 2),)
