"""A file read in blocks reads as it does whole: same rows, same refusals, wherever it is cut."""

from __future__ import annotations

import codecs
import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError, Place
from pipeline.intake import Reading, Reference, RefusedDelivery, read_delivery
from pipeline.intake.blocks import UnfitError, read_blocks
from pipeline.intake.keys import hash_keys, repeated
from pipeline.intake.outcome import keep_all
from pipeline.intake.parts import Task
from pipeline.intake.readers import Here
from pipeline.intake.records import find_records
from pipeline.intake.sound import sound_block
from pipeline.intake.streaming import read_stream

LABEL = {"en": "x", "fr": "x"}
SEX = CodeList.model_validate(
    {
        "label": LABEL,
        "source": "test",
        "items": ({"code": "F", "label": LABEL}, {"code": "M", "label": LABEL}),
    }
)
HEADER = "id;name;born;sex;size"


def dataset(*columns: dict[str, Any], key: tuple[str, ...] = ("id",)) -> Dataset:
    shared = {"label": LABEL, "type": "text", "role": "attribute", "privacy": {"rule": "drop"}}
    return Dataset.model_validate(
        {
            "dataset": "sample",
            "label": LABEL,
            "description": LABEL,
            "unit": "person",
            "counts_persons": True,
            "purpose": LABEL,
            "source": "test",
            "schedule": "0 0 * * *",
            "format": {"kind": "csv", "encoding": "utf-8", "delimiter": ";"},
            "mode": "full",
            "key": key,
            "max_refused_pct": 100.0,
            "columns": tuple({**shared, **column} for column in columns),
        }
    )


SAMPLE = dataset(
    {"name": "id", "pattern": "[0-9]+[A-Z]?"},
    {"name": "name"},
    {"name": "born", "type": "date", "format": "%d/%m/%Y", "required": False},
    {"name": "sex", "type": "code", "codelist": "sex"},
    {"name": "size", "type": "integer", "minimum": 0, "required": False},
)


def whole(data: bytes, contract: Dataset = SAMPLE) -> Reading:
    return read_delivery(
        io.BytesIO(data), contract, {"sex": SEX}, file="f.csv", reference=Reference()
    )


def in_blocks(data: bytes, size: int, contract: Dataset = SAMPLE) -> Reading | None:
    task = Task(dataset=contract, codelists={"sex": SEX}, reference=Reference())
    return read_stream(
        lambda: io.BytesIO(data),
        Here(task, Place(dataset="sample", file="f.csv")),
        start=data[:3],
        encodings=contract.text.encodings,
        key=contract.key,
        keep=keep_all,
        block_bytes=size,
    )


def same(one: Reading, other: Reading) -> bool:
    return (
        one.accepted.equals(other.accepted)
        and one.refused.equals(other.refused)
        and one.counted == other.counted
    )


def text(*rows: str, end: str = "\n") -> bytes:
    return "".join(f"{row}{end}" for row in (HEADER, *rows)).encode()


ROWS = [
    "1;Zoé;01/02/2012;F;3",
    "2;Anne;;M;",
    "3;Bo;31/02/2012;F;-1",
    '4;"a;""b"" c";01/02/2012;X;x',
    "1;Zoé;01/02/2012;F;3",
    "2;Anna;;M;",
    "5;é;01/02/2012;F;7",
    "2;Anne;;;",
    ";no key;;F;",
    ";no key;;F;",
]


@pytest.mark.parametrize("size", [1, 7, 30, 64, 100, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_blocks_of_any_size_read_like_the_whole(size: int, end: str, mark: bytes) -> None:
    data = mark + text(*ROWS, end=end)
    expected = whole(data)
    assert set(expected.refused["rule"].to_pylist()) == {
        "row.conflict",
        "row.date_impossible",
        "row.code",
        "row.duplicate",
        "row.required",
    }
    found = in_blocks(data, size)
    # Too little for its longest record, a reader of blocks leaves the file to the other.
    assert found is None if size == 1 else found is not None
    assert found is None or same(found, expected)


@pytest.mark.parametrize("size", [120, 300, 4000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_with_every_cell_in_quotes_is_read_in_blocks(size: int, end: str) -> None:
    plain = [HEADER, *(row for row in ROWS if '"' not in row)]
    rows = ['"' + row.replace(";", '";"') + '"' for row in plain]
    data = "".join(f"{row}{end}" for row in rows).encode()
    found = in_blocks(data, size)
    assert found is not None
    assert same(found, whole(data))
    assert found.accepted.equals(whole(text(*plain[1:])).accepted)


@pytest.mark.parametrize("size", [60, 120, 300, 4000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_of_several_lines_are_read_in_blocks_where_the_contract_allows_them(
    size: int, end: str
) -> None:
    tall = dataset(
        {"name": "id"},
        {"name": "name", "max_lines": 3},
        {"name": "sex", "type": "code", "codelist": "sex"},
    )
    rows = [f'{number};"a{number}{end}b;""c""\n";F' for number in range(20)]
    rows[7] = '7;"two\nlines";X'
    data = "".join(f"{row}{end}" for row in ("id;name;sex", *rows)).encode()
    expected, found = whole(data, tall), in_blocks(data, size, tall)
    assert expected.accepted["name"][3].as_py() == f'a3{end}b;"c"\n'
    assert expected.refused["line"].to_pylist() == [2 + 7 * 3]
    assert expected.refused["row"].to_pylist() == [rows[7].encode()]
    assert (expected.counted, expected.is_accounted) == (20, True)
    assert found is not None
    assert same(found, expected)


def encoded(*encodings: str) -> Dataset:
    return SAMPLE.model_copy(
        update={"format": SAMPLE.text.model_copy(update={"encoding": encodings})}
    )


@pytest.mark.parametrize("size", [60, 100, 300, 4000])
@pytest.mark.parametrize(
    ("declared", "codec", "mark"),
    [
        (("cp1252",), "cp1252", b""),
        (("latin-1",), "latin-1", b""),
        (("utf-16",), "utf-16-le", codecs.BOM_UTF16_LE),
        (("utf-16",), "utf-16-be", codecs.BOM_UTF16_BE),
        (("utf-8", "cp1252"), "cp1252", b""),
        (("utf-8", "cp1252"), "utf-8", codecs.BOM_UTF8),
        (("utf-16", "utf-8", "latin-1"), "utf-16-le", codecs.BOM_UTF16_LE),
        (("utf-16", "utf-8", "latin-1"), "latin-1", b""),
    ],
)
def test_a_file_in_any_declared_encoding_is_read_in_blocks_like_the_whole(
    size: int, declared: tuple[str, ...], codec: str, mark: bytes
) -> None:
    contract = encoded(*declared)
    rows = [*ROWS, "8;Chloé\u010a" if codec.startswith("utf-16") else "8;Chloé"]
    rows[-1] += ";01/02/2012;?;3"
    data = mark + text(*rows).decode().encode(codec)
    expected, found = whole(data, contract), in_blocks(data, size, contract)
    assert expected.refused["row"].to_pylist()[-1] == rows[-1].encode(codec)
    assert expected.accepted.select(["id"]).equals(whole(text(*rows)).accepted.select(["id"]))
    assert found is not None
    assert same(found, expected)


@pytest.mark.parametrize(
    ("declared", "data"),
    [
        (("cp1252",), text(*ROWS)),
        (("latin-1",), text(*ROWS)),
        (("latin-1",), text("1;a\u2019;;F;1").decode().encode("cp1252")),
        (("cp1252",), text("1;a?;;F;1").replace(b"?", b"\x81")),
        (("utf-16",), text(*ROWS)),
        (("utf-16",), text(*ROWS).decode().encode("utf-16-le")),
        (("utf-16",), text(*ROWS).decode().encode("utf-16")[:-1]),
        (("utf-8", "cp1252"), text(*ROWS).decode().encode("utf-16")),
    ],
)
@pytest.mark.parametrize("size", [60, 300, 4000])
def test_a_file_in_another_encoding_than_declared_is_left_to_the_reader_of_whole_files(
    declared: tuple[str, ...], data: bytes, size: int
) -> None:
    with pytest.raises(DeliveryError, match=r"delivery\.encoding"):
        whole(data, encoded(*declared))
    assert in_blocks(data, size, encoded(*declared)) is None


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(';"\n') else cell


CELL = st.text(alphabet='aé;"\n 1', max_size=4)
ROW = st.builds(
    lambda key, name, *others: ";".join((key, quoted(name), *others)),
    st.sampled_from(["1", "2", "3A", "44", "x", "", "123456789", "123456789B"]),
    CELL,
    st.sampled_from(["01/02/2015", "29/02/2015", "", "1/2/2015"]),
    st.sampled_from(["F", "M", "?", ""]),
    st.sampled_from(["1", "0", "-1", "", "x"]),
)


@settings(max_examples=70, deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=12),
    size=st.integers(20, 300),
    end=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
)
def test_any_sound_table_reads_in_blocks_like_the_whole(
    rows: list[str], size: int, end: str, *, is_ended: bool
) -> None:
    data = text(*rows, end=end)
    data = data if is_ended else data.removesuffix(end.encode())
    try:
        expected = whole(data)
    except DeliveryError:
        assert in_blocks(data, size) is None
        return
    found = in_blocks(data, size)
    assert found is None or same(found, expected)
    # It gives up only where a block holds no end of a record, never for what a row holds.
    assert found is not None or size < 60


DAMAGE = st.text(alphabet=';,"\n\r\0a é\ufeff', max_size=3)


@settings(max_examples=120, deadline=None)
@given(at=st.integers(0, 150), cut=st.integers(0, 3), inserted=DAMAGE, size=st.integers(15, 120))
@example(at=22, cut=0, inserted="\n", size=23)
def test_a_damaged_file_reads_in_blocks_like_the_whole_or_not_at_all(
    at: int, cut: int, inserted: str, size: int
) -> None:
    clean = text(ROWS[0], ROWS[1], ROWS[6], '7;"x""y";;M;1').decode()
    data = (clean[:at] + inserted + clean[at + cut :]).encode()
    found = in_blocks(data, size)
    try:
        expected = whole(data)
    except DeliveryError:
        assert found is None
        return
    assert found is None or same(found, expected)


@pytest.mark.parametrize(
    "data",
    [
        text(*ROWS)[:-1] + b"\xff\n",
        text(*ROWS, HEADER),
        text(*ROWS, ""),
        text(*ROWS) + b"6;a;;F;1\r\n",
        text(*ROWS) + b"6;a;;F\n",
        text(*ROWS) + b"6;a\rb;;F;1\n",
        text(*ROWS).replace(b"id;", b"Id;"),
        text(*ROWS) + b'6;"a;;F;1\n',
        text(*ROWS) + b'6;"a\nb";;F;1\n',
        text(*ROWS) + b'6;"a\rb";;F;1\n',
        b"",
        codecs.BOM_UTF8,
        text(),
    ],
)
@pytest.mark.parametrize("size", [60, 200, 4000])
def test_what_is_not_sound_is_left_to_the_reader_of_whole_files(data: bytes, size: int) -> None:
    with pytest.raises(DeliveryError):
        whole(data)
    assert in_blocks(data, size) is None


@pytest.mark.parametrize("size", [60, 300, 100_000])
def test_rows_that_a_quote_would_take_into_a_cell_are_told_whatever_the_size(size: int) -> None:
    rows = [f"{number};a;;F;1" for number in range(200)]
    rows[40], rows[44] = '40;"a;;F;1', '44;a";;F;1'
    rows[90] = '90;"two\nlines";;F;1'
    data = text(*rows)
    with pytest.raises(DeliveryError) as refusal:
        read_delivery(
            io.BytesIO(data),
            SAMPLE,
            {"sex": SEX},
            file="f.csv",
            reference=Reference(),
            again=lambda: io.BytesIO(data),
            block_bytes=size,
        )
    problem = refusal.value.problem
    assert (problem.code, problem.count) == ("delivery.line_break", 2)
    assert (problem.place.line, problem.place.column) == (42, "name")


def test_many_threads_give_the_rows_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(16)))
    data = text(*[f"{number};a;;F;{number}" for number in range(1000)])
    found = in_blocks(data, 100)
    assert found is not None
    assert found.accepted["size"].to_pylist() == list(range(1000))


def test_a_large_file_is_read_in_blocks_and_kept_as_the_caller_says() -> None:
    data = text(*ROWS)
    opened = []

    def again() -> io.BytesIO:
        opened.append(1)
        return io.BytesIO(data)

    reading = read_delivery(
        io.BytesIO(data),
        SAMPLE,
        {"sex": SEX},
        file="f.csv",
        reference=Reference(),
        keep=lambda table: table.select(["sex"]),
        again=again,
        block_bytes=100,
    )
    assert len(opened) == 2  # once for all rows, once for those whose keys come again
    assert reading.accepted.equals(whole(data).accepted.select(["sex"]))
    assert reading.refused.equals(whole(data).refused)


def test_more_refused_rows_than_allowed_refuse_a_file_read_in_blocks() -> None:
    data = text(*ROWS)
    strict = SAMPLE.model_copy(update={"max_refused_pct": 10.0})
    with pytest.raises(RefusedDelivery) as caught:
        read_delivery(
            io.BytesIO(data),
            strict,
            {"sex": SEX},
            file="f.csv",
            reference=Reference(),
            again=lambda: io.BytesIO(data),
            block_bytes=100,
        )
    assert caught.value.refused.equals(whole(data).refused)
    assert {problem.place.file for problem in caught.value.problems} == {"f.csv"}


def test_a_miscount_in_blocks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.parts.count_records", lambda _: 1)
    monkeypatch.setattr("pipeline.intake.whole.count_records", lambda _: 1)
    data = text(*ROWS)
    with pytest.raises(DeliveryError, match=r"delivery\.account"):
        read_delivery(
            io.BytesIO(data),
            SAMPLE,
            {"sex": SEX},
            file="f.csv",
            reference=Reference(),
            again=lambda: io.BytesIO(data),
            block_bytes=100,
        )


@settings(max_examples=120, deadline=None)
@given(body=st.text(alphabet='ax;"\n\r', min_size=1, max_size=24).map(str.encode))
@example(body=b"a;b\n\n")
@example(body=b"\na;b\n")
def test_a_sound_block_is_exactly_one_that_the_sweep_finds_well_formed(body: bytes) -> None:
    records = find_records(body, delimiter=";", width=2)
    found = sound_block(body, names=["a", "b"], delimiter=";")
    assert (found is None) == (records is None)
    tall = find_records(body, delimiter=";", width=2, tallest=(1, 2))
    in_block = sound_block(body, names=["a", "b"], delimiter=";", tallest=(1, 2))
    assert (in_block is None) == (tall is None)
    if in_block is not None and tall is not None:
        assert in_block.cells.num_rows == len(tall.starts)
        assert in_block.lines == body.count(b"\n")
    if found is not None and records is not None:
        assert found.cells.num_rows == len(records.starts)
        assert found.lines == body.count(b"\n")


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.text(alphabet='a;"\n', max_size=5), min_size=1, max_size=9),
    size=st.integers(1, 40),
)
def test_blocks_lose_nothing_and_end_where_records_do(rows: list[str], size: int) -> None:
    quoted = "".join('"' + row.replace('"', '""') + '"\n' for row in rows).encode()
    try:
        blocks = list(read_blocks(io.BytesIO(quoted), size=size))
    except UnfitError:
        assert max(len(row) for row in rows) * 2 + 3 > size
        return
    assert b"".join(blocks) == quoted
    assert all(block.count(b'"') % 2 == 0 and block.endswith(b"\n") for block in blocks)


KEYS = st.tuples(
    st.one_of(st.none(), st.text(max_size=20)), st.one_of(st.none(), st.integers(-3, 3))
)


@settings(max_examples=70, deadline=None)
@given(rows=st.lists(KEYS, min_size=1, max_size=30), cut=st.integers(0, 5))
def test_equal_keys_are_found_and_different_ones_are_not(
    rows: list[tuple[str | None, int | None]], cut: int
) -> None:
    texts, numbers = zip(*rows, strict=True)
    columns = [
        pa.chunked_array([pa.array(texts, pa.string())]),
        pa.chunked_array([numbers], pa.int64()),
    ]
    columns = [column.slice(cut) for column in columns]
    left = rows[cut:]
    hashes = hash_keys(columns)
    parts = [hashes[: len(hashes) // 2], hashes[len(hashes) // 2 :]]
    of_first, of_second = repeated(parts)
    found = [*of_first.tolist(), *(of_second + len(parts[0])).tolist()]
    assert found == [at for at, row in enumerate(left) if left.count(row) > 1]


def test_millions_of_different_keys_hardly_collide() -> None:
    numbers = np.arange(1_000_000)
    keys = pa.chunked_array([pa.array(numbers).cast(pa.string())])
    assert repeated([hash_keys([keys])])[0].size == 0
