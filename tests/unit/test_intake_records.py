"""Records are found in one sweep; a slow walk and two other counters must agree with it."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.intake.damage import Damage, find_damage
from pipeline.intake.records import count_records, find_records

WIDTH = 2


def records_of(
    body: bytes, width: int = WIDTH, tallest: tuple[int, ...] = ()
) -> list[bytes] | None:
    records = find_records(body, delimiter=";", width=width, tallest=tallest)
    if records is None:
        return None
    return [body[a:b] for a, b in zip(records.starts, records.stops, strict=True)]


def damage_of(
    body: bytes, width: int = WIDTH, tallest: tuple[int, ...] = ()
) -> list[tuple[str, int]]:
    found = find_damage(body, delimiter=";", width=width, tallest=tallest)
    return [(d.code, d.line) for d in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"a;b\n1;2\n", [b"a;b", b"1;2"]),
        (b"a;b\r\n1;2\r\n", [b"a;b", b"1;2"]),
        (b"a;b\n1;2", [b"a;b", b"1;2"]),
        (b'a;b\n"x;y z";""\n', [b"a;b", b'"x;y z";""']),
        (b'a;b\n"say ""hi""";""""\n', [b"a;b", b'"say ""hi""";""""']),
        (b";\n;\n", [b";", b";"]),
    ],
)
def test_well_formed_records_are_found(body: bytes, expected: list[bytes]) -> None:
    assert records_of(body) == expected
    assert damage_of(body) == []


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        (b"a;b\n1;2;3\n", "delivery.ragged", 2),
        (b"a;b\n1\n", "delivery.note", 2),
        (b"a;b\n1;2\nExported on Monday\n", "delivery.note", 3),
        (b"a;b\n1;2\nTotal\n", "delivery.total", 3),
        (b'a;b\n;"Sous-total :";3\n', "delivery.total", 2),
        (b'a;b\n"1;2"\n', "delivery.quoted_row", 2),
        (b"a;b\n1,2\n", "delivery.delimiter", 2),
        (b"a;b\n1\t2\n", "delivery.delimiter", 2),
        (b"a;b\n\n1;2\n", "delivery.blank_line", 2),
        (b"a;b\n1;2\n\n", "delivery.blank_line", 3),
        (b'a;b\n1;x"y\n', "delivery.quote", 2),
        (b'a;b\n1;"x"y\n', "delivery.quote", 2),
        (b'a;b\n1; "x"\n', "delivery.quote", 2),
        (b'a;b\n1;"x\n1;2\n', "delivery.quote", 2),
        (b'a;b\n1;"x\n1;"y"\n', "delivery.quote", 2),
        (b'a;b\n"1\n2";x"\n', "delivery.quote", 3),
        (b'a;b\n1;"x\n2";y\n', "delivery.line_break", 2),
        (b'a;b\n"1\r";x\n', "delivery.line_break", 2),
        (b'a;b\n1;"2\n3;4\n5;"\n', "delivery.line_break", 2),
        (b'a;b\n"""1""\n2";x\n', "delivery.line_break", 2),
        (b"a;b\n1;2\r\n", "delivery.line_ends", 2),
        (b"a;b\r\n1;2\n3;4\r\n", "delivery.line_ends", 2),
        (b"a;b\n1;2\r3;4\n", "delivery.line_ends", 2),
        (b"a;b\r\n1;2\r", "delivery.line_ends", 2),
    ],
)
def test_damage_is_told_with_its_line(body: bytes, code: str, line: int) -> None:
    assert records_of(body) is None
    assert damage_of(body)[0] == (code, line)


def test_a_last_row_with_too_few_fields_and_no_end_is_told_as_cut() -> None:
    assert damage_of(b"a;b;c\n1;2;3\n4;5", 3) == [("delivery.cut", 3)]
    assert damage_of(b"a;b;c\n1;2;3\n4;5\n", 3) == [("delivery.ragged", 3)]
    assert damage_of(b"a;b;c\n1;2;3\n4;5;6;7", 3) == [("delivery.ragged", 3)]
    assert damage_of(b"a;b;c\n1;2;3\nTotal;5", 3) == [("delivery.total", 3)]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b'a;b;c\n1;"x\ny";2\n3;z;4\n', [1, 2, 4]),
        (b'a;b;c\r\n1;"x\r\ny\nz";2\r\n', [1, 2]),
        (b'a;b;c\n1;"say ""hi""\n""you"";";2\n', [1, 2]),
    ],
)
def test_a_cell_takes_as_many_lines_as_its_column_may(body: bytes, lines: list[int]) -> None:
    records = find_records(body, delimiter=";", width=3, tallest=(1, 3, 1))
    assert records is not None
    assert records.lines.tolist() == lines
    assert damage_of(body, 3, (1, 3, 1)) == []
    assert records_of(body, 3) is None


@pytest.mark.parametrize(
    "body",
    [
        b'a;b;c\n"1\n2";x;3\n',
        b'a;b;c\n1;"w\nx\ny\nz";3\n',
        b'a;b;c\n1;"x\ry";3\n',
        b'a;b;c\n1;"x;2\n3;y";4\n',
        b'a;b;c\n1;"x;2\n3;y;4\n5;z";6\n',
    ],
)
def test_more_lines_another_column_or_a_row_taken_in_are_refused(body: bytes) -> None:
    assert records_of(body, 3, (1, 3, 1)) is None
    assert [code for code, _ in damage_of(body, 3, (1, 3, 1))] == ["delivery.line_break"]


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.tuples(*[st.text(alphabet="ab ", max_size=3)] * 3), min_size=3, max_size=6),
    first=st.integers(0, 1),
    more=st.integers(1, 4),
    column=st.integers(0, 2),
)
def test_two_lost_quotes_never_take_rows_into_a_cell_of_several_lines(
    cells: list[tuple[str, ...]], first: int, more: int, column: int
) -> None:
    rows = [list(row) for row in cells]
    last = min(first + more, len(rows) - 1)
    rows[first][column] = '"' + rows[first][column]
    rows[last][column] += '"'
    body = "".join(";".join(row) + "\n" for row in (["a", "b", "c"], *rows)).encode()
    assert records_of(body, 3, (9, 9, 9)) is None
    assert damage_of(body, 3, (9, 9, 9)) == [("delivery.line_break", first + 2)]


def test_a_blank_line_is_no_record_of_a_single_column() -> None:
    assert records_of(b"a\n\n1\n", width=1) is None
    assert damage_of(b"a\n\n1\n", width=1) == [("delivery.blank_line", 2)]
    assert records_of(b'a\n""\n1\n', width=1) == [b"a", b'""', b"1"]


def test_one_lost_quote_is_told_once_and_the_walk_goes_on() -> None:
    body = b'a;b\n1;"lost\n3;4\n5;6;7\n'
    assert damage_of(body) == [("delivery.quote", 2), ("delivery.ragged", 4)]


def test_a_broken_quote_is_told_with_its_field() -> None:
    assert list(find_damage(b'a;b\n1;x"\n', delimiter=";", width=2)) == [
        Damage("delivery.quote", 2, field=1)
    ]


def test_each_cell_with_a_line_break_is_told_where_its_quote_opens() -> None:
    body = b'a;b\n"1\n2\n3";"x\r\ny"\n4;5\n6;"7\n8"\n'
    assert list(find_damage(body, delimiter=";", width=2)) == [
        Damage("delivery.line_break", 2, field=0),
        Damage("delivery.line_break", 4, field=1),
        Damage("delivery.line_break", 7, field=1),
    ]


@pytest.mark.parametrize(("body", "is_ended"), [(b"a;b\n", True), (b"a;b", False)])
def test_a_missing_last_line_end_is_known(body: bytes, *, is_ended: bool) -> None:
    records = find_records(body, delimiter=";", width=2)
    assert records is not None
    assert records.is_ended is is_ended


@settings(max_examples=300, deadline=None)
@given(body=st.text(alphabet='ax;"\n\r', min_size=1, max_size=24).map(str.encode))
@example(body=b'"";""\r\n"";""')
@example(body=b'"\r";\n;')
def test_the_sweep_refuses_exactly_what_the_walk_finds_damaged(body: bytes) -> None:
    assert (records_of(body) is None) == bool(damage_of(body))
    tall = (1, 2)
    assert (records_of(body, tallest=tall) is None) == bool(damage_of(body, tallest=tall))


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.text(alphabet='a;"\n', max_size=6)] * WIDTH), min_size=1, max_size=6
    )
)
def test_lines_in_quotes_are_no_records_of_the_counter(rows: list[tuple[str, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    assert count_records(text.getvalue().encode()) == len(rows)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(
        st.tuples(*[st.text(alphabet='aé;," ', max_size=6)] * WIDTH), min_size=1, max_size=6
    ),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    keep_last_end=st.booleans(),
)
def test_what_a_csv_writer_writes_is_found_and_counted(
    rows: list[tuple[str, ...]], quoting: Literal[0, 1], *, keep_last_end: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=quoting, lineterminator="\r\n").writerows(rows)
    body = text.getvalue().encode()
    if not keep_last_end:
        body = body.removesuffix(b"\r\n")
    found = records_of(body)
    assert found is not None
    assert count_records(body) == len(found) == len(rows)
    for raw, row in zip(found, rows, strict=True):
        read = csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=";", strict=True)
        assert next(read) == list(row)
