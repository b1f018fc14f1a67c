"""What is wrong with a large file is told piece by piece as it would be told of the whole."""

from __future__ import annotations

import codecs
import io
import json
import time
from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError, Place
from pipeline.intake import Reference, faults, read_delivery
from pipeline.intake.answers import put_error, take_error
from pipeline.intake.encoding import codecs_of
from pipeline.intake.faults import MANY
from pipeline.intake.parts import Task
from pipeline.intake.readers import Here
from tests.unit.test_intake_streaming import SAMPLE, SEX, encoded, text

PLACE = Place(dataset="sample", file="f.csv")


def pieces_of(data: bytes, size: int) -> Iterator[bytes]:
    source = io.BytesIO(data)
    return iter(partial(source.read, size), b"")


def in_pieces(data: bytes, size: int, contract: Dataset = SAMPLE) -> str | None:
    """Return what is told of a file in pieces, by a process apart."""
    reader = Here(Task(dataset=contract, codelists={"sex": SEX}, reference=Reference()), PLACE)
    tried = codecs_of(data[:3], contract.text.encodings)
    try:
        for number, (codec, mark) in enumerate(tried, start=1):
            only = number == len(tried)
            reader.faults(pieces_of(data, size), codec, mark=mark, is_only=only)
    except DeliveryError as refusal:
        words, _ = put_error(refusal)
        # As it comes back from the process that parses a delivery.
        return take_error(json.loads(json.dumps(words)), reader.task, PLACE).words()
    return None


def of_the_whole(data: bytes, contract: Dataset = SAMPLE) -> str | None:
    """Return what is told of a file that is held as a whole."""
    task = Task(dataset=contract, codelists={"sex": SEX}, reference=Reference())
    try:
        Here(task, PLACE).whole([data])
    except DeliveryError as refusal:
        return refusal.words()
    return None


ROWS = [f"{number};name {number};;F;{number}" for number in range(30)]
DAMAGED = {
    "ragged": [*ROWS[:9], "9;a;b", *ROWS[10:]],
    "ragged at both ends": ["0;a", *ROWS[1:29], "29;a"],
    "another delimiter": [*ROWS[:9], ROWS[9].replace(";", ","), *ROWS[10:]],
    "a blank line": [*ROWS[:9], "", *ROWS[9:]],
    "a lost quote": [*ROWS[:9], '9;"a;;F;1', *ROWS[10:]],
    "a stray quote": [*ROWS[:9], '9;a"b;;F;1', *ROWS[10:]],
    "rows in a cell": [*ROWS[:9], '9;"a;;F;1', *ROWS[10:15], '15;a";;F;1', *ROWS[16:]],
    "another line end": [*ROWS[:9], f"{ROWS[9]}\r", *ROWS[10:]],
    "a bare return": [*ROWS[:9], "9;a\rb;;F;1", *ROWS[10:]],
    "a NUL": [*ROWS[:9], "9;a\0b;;F;1\0", *ROWS[10:], "30;\0;;F;1"],
    "a mark": [*ROWS[:9], "9;a\ufeffb;;F;1", *ROWS[10:]],
    "several": [*ROWS[:3], "x", *ROWS[3:9], '9;"a;;F;1', *ROWS[10:20], "", *ROWS[20:]],
}


@pytest.mark.parametrize("size", [40, 64, 150, 1000, 100_000])
@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_the_same_is_told_in_pieces_of_any_size(damage: str, size: int, mark: bytes) -> None:
    data = mark + text(*DAMAGED[damage])
    told = of_the_whole(data)
    assert told is not None
    assert in_pieces(data, size) == told


@pytest.mark.parametrize("size", [40, 1000])
@pytest.mark.parametrize(
    "data",
    [
        b" \n\n",
        text(*ROWS).replace(b"id;", b"Id;"),
        text(*ROWS).replace(b"id;name;born", b"a;b;c"),
        text("title", *ROWS).replace(b"id;", b"x;id;", 1),
        b"title\n" + text(*ROWS),
        text(*ROWS).replace(b";", b","),
        text(*ROWS)[:-1],
        text(*ROWS) * 2,
        text(*ROWS).replace(b"name 7", b"nam\xe9 7"),
    ],
)
def test_faults_of_header_ending_and_letters_are_told_too(data: bytes, size: int) -> None:
    told = of_the_whole(data)
    assert told is not None
    assert in_pieces(data, size) == told


@pytest.mark.parametrize("size", [40, 1000])
def test_of_a_sound_file_nothing_is_told(size: int) -> None:
    assert in_pieces(text(*ROWS), size) is None
    assert in_pieces(text(*ROWS, '7;"a ""b""";;F;1', end="\r\n"), size) is None


@pytest.mark.parametrize("size", [40, 1000])
def test_other_encodings_are_told_as_of_the_whole(size: int) -> None:
    other = text(*ROWS).replace(b"name 7", "é 7".encode())
    both = encoded("utf-8", "cp1252")
    for data, contract in (
        (other, encoded("cp1252")),
        (other.decode().encode("utf-16")[:-1], encoded("utf-16")),
        (other.replace("é".encode(), b"\x81"), both),
        (text("x").decode().encode("utf-16"), both),
    ):
        told = of_the_whole(data, contract)
        assert told is not None
        found = in_pieces(data, size, contract)
        assert (
            found is None
            or found.partition(" does not fit")[0] == told.partition(" does not fit")[0]
        )
    ragged = text(*ROWS, "x").replace(b"name 7", b"\xe9 7")
    assert in_pieces(ragged, size, both) == of_the_whole(ragged, both)


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, 160),
    cut=st.integers(0, 3),
    inserted=st.text(alphabet=';,"\n\ra x', max_size=3),
    size=st.integers(12, 120),
)
@example(at=60, cut=0, inserted='"', size=50)
def test_damage_anywhere_is_told_in_pieces_as_of_the_whole(
    at: int, cut: int, inserted: str, size: int
) -> None:
    clean = text(*ROWS[:6], '7;"x""y";;M;1').decode()
    data = (clean[:at] + inserted + clean[at + cut :]).encode()
    told = of_the_whole(data)
    # What is no fault of the layout is told by rows, or by the reader of whole files.
    if told is None or "delivery.no_rows" in told:
        return
    assert in_pieces(data, size) == told


@pytest.mark.parametrize("size", [7, 100, 10_000])
def test_lone_returns_are_one_fault_however_many(size: int) -> None:
    data = text(*ROWS).replace(b"\n", b"\r")
    told = in_pieces(data, size)
    assert told is not None
    assert told.startswith("delivery.returns")
    assert "line 1" in told
    assert told == of_the_whole(data)


def test_a_line_without_an_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "LONGEST_LINE_MB", 1)
    taken = 0

    def pieces(piece: bytes) -> Iterator[bytes]:
        nonlocal taken
        yield text(*ROWS)
        for _ in range(100):
            taken += len(piece)
            yield piece

    reader = Here(Task(dataset=SAMPLE, codelists={"sex": SEX}, reference=Reference()), PLACE)
    for piece, code in ((b"x" * 50_000, "endless_line"), (b"1;a;;F;1\r" * 5_000, "returns")):
        taken = 0
        with pytest.raises(DeliveryError, match=rf"delivery\.{code}.*line 32"):
            reader.faults(pieces(piece), "utf-8", mark=0, is_only=True)
        assert taken < 2 << 20


def test_columns_too_many_are_told_once_and_take_no_time() -> None:
    # Each is held against the columns that lack, up to a number.
    header = ["id;name;born", *(f"other{n}" for n in range(100_000))]
    before = time.process_time()
    told = of_the_whole((";".join(header) + "\n").encode())
    assert time.process_time() - before < 5
    assert told is not None
    assert told.count("delivery.extra_column:") == 20
    assert "delivery.extra_columns: 99980 more columns of the header, from number 24" in told


def test_what_one_deed_did_to_many_lines_is_told_once() -> None:
    told = in_pieces(text(*ROWS[:9], "", "", *ROWS[9:], ""), 64)
    assert told is not None
    assert told.startswith("delivery.layout: 3 fault(s)")
    assert told.count("delivery.blank_line") == 1
    assert "3 line(s) are blank; line(s) 11, 12, 34" in told


def test_after_many_faults_nobody_reads_on() -> None:
    data = text(*["x"] * (MANY + 500), *ROWS)
    told = in_pieces(data, 2000)
    assert told is not None
    assert told.startswith(f"delivery.layout_many: {MANY} faults")
    assert told.count("delivery.note") == 20


def test_a_large_damaged_file_is_told_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    def hold(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Here, "whole", hold)
    data = text(*ROWS * 50, "x")
    with pytest.raises(DeliveryError, match=r"delivery\.note"):
        read_delivery(
            io.BytesIO(data),
            SAMPLE,
            {"sex": SEX},
            file="f.csv",
            reference=Reference(values={"x.y": pa.array([""])}),
            again=lambda: io.BytesIO(data),
            block_bytes=1000,
        )
