"""A damaged file reads like its clean twin or is refused; it is never silently different.

Every column here has a closed form, so that each edit of one byte that matters must show.
"""

from __future__ import annotations

import csv
import io
from typing import Any, Literal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError
from pipeline.intake import Reading, Reference, read_delivery

LABEL = {"en": "x", "fr": "x"}
SEX = CodeList.model_validate(
    {
        "label": LABEL,
        "source": "test",
        "items": ({"code": "F", "label": LABEL}, {"code": "M", "label": LABEL}),
    }
)
CLEAN = 'id;form;born;sex\n7A;"A;""B"".";01/02/2015;F\n8B;"A;""B"".";28/02/2015;M\n'


def dataset(*columns: dict[str, Any], delimiter: str = ";", key: str = "id") -> Dataset:
    shared = {"label": LABEL, "type": "text", "role": "attribute", "privacy": {"rule": "keep"}}
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
            "format": {"kind": "csv", "encoding": "utf-8", "delimiter": delimiter},
            "mode": "full",
            "key": (key,),
            "max_refused_pct": 100.0,
            "columns": tuple({**shared, **column} for column in columns),
        }
    )


CLOSED = dataset(
    {"name": "id", "pattern": "[0-9][A-Z]"},
    {"name": "form", "pattern": 'A;"B"[.]'},
    {"name": "born", "type": "date", "format": "%d/%m/%Y"},
    {"name": "sex", "type": "code", "codelist": "sex"},
)


def read(data: bytes, contract: Dataset) -> Reading:
    return read_delivery(
        io.BytesIO(data), contract, {"sex": SEX}, file="sample.csv", reference=Reference()
    )


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


def outcome(data: bytes) -> str:
    """Read a damaged twin of CLEAN; say what came of it, or fail if it is silently different."""
    try:
        reading = read(data, CLOSED)
    except DeliveryError:
        return "refused"
    clean = rows(read(CLEAN.encode(), CLOSED).accepted)
    assert reading.accepted.num_rows + reading.refused.num_rows == reading.counted == 2
    assert set(rows(reading.accepted)) <= set(clean)
    return "row refused" if reading.refused.num_rows else "identical"


@pytest.mark.parametrize(
    "inserted", [b";", b",", b'"', b"\n", b"\r", b"\0", b"\xff", b" ", b"\xef\xbb\xbf"]
)
def test_a_byte_too_many_anywhere_is_never_silent(inserted: bytes) -> None:
    data = CLEAN.encode()
    outcomes = {at: outcome(data[:at] + inserted + data[at:]) for at in range(len(data) + 1)}
    identical = [at for at, what in outcomes.items() if what == "identical"]
    # A byte order mark at the start is agreed upon; nothing else goes through.
    assert identical == ([0] if inserted == b"\xef\xbb\xbf" else [])


def test_a_byte_lost_anywhere_is_never_silent() -> None:
    data = CLEAN.encode()
    outcomes = [outcome(data[:at] + data[at + 1 :]) for at in range(len(data))]
    # The last line end may be missing, since a cut of the last column would show.
    assert [at for at, what in enumerate(outcomes) if what == "identical"] == [len(data) - 1]


@pytest.mark.parametrize("other", [b";", b'"', b"\n", b"\r", b"\t"])
def test_a_byte_changed_anywhere_is_never_silent(other: bytes) -> None:
    data = CLEAN.encode()
    for at in range(len(data)):
        what = outcome(data[:at] + other + data[at + 1 :])
        assert what != "identical" or data[at : at + 1] == other


# Letters with which text begins that was read in another encoding are left to another test.
CELLS = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        include_characters="\t",
        exclude_characters="\ufeff\ufffdÃÂÅâï",
    ),
    max_size=8,
)


@settings(max_examples=60)
@given(
    cells=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8),
    delimiter=st.sampled_from(";,\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_table_in_the_declared_dialect_reads_back_identical(
    cells: list[tuple[str, str]], delimiter: str, quoting: Literal[0, 1]
) -> None:
    contract = dataset(
        {"name": "id"},
        {"name": "first", "required": False},
        {"name": "second", "required": False},
        delimiter=delimiter,
    )
    written = [(str(number), *pair) for number, pair in enumerate(cells)]
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")
    writer.writerows([("id", "first", "second"), *written])
    reading = read(sheet.getvalue().encode(), contract)
    assert rows(reading.accepted) == [tuple(cell or None for cell in row) for row in written]
    assert (reading.refused.num_rows, reading.counted) == (0, len(written))


@settings(max_examples=150)
@given(
    at=st.integers(0, 60),
    cut=st.integers(0, 3),
    inserted=st.text(alphabet=';,"\n\rax é', max_size=3),
)
def test_a_damaged_file_of_free_text_reads_like_a_strict_parser_or_is_refused(
    at: int, cut: int, inserted: str
) -> None:
    clean = 'id;first;second\n1;a;"b;""c"""\n2;"d\te";f\n3;;g\n'
    data = clean[:at] + inserted + clean[at + cut :]
    contract = dataset(
        {"name": "id"}, {"name": "first", "required": False}, {"name": "second", "required": False}
    )
    try:
        reading = read(data.encode(), contract)
    except DeliveryError:
        return
    parsed = list(csv.reader(io.StringIO(data, newline=""), delimiter=";", strict=True))
    assert all(len(row) == len(parsed[0]) for row in parsed)
    order = [parsed[0].index(name) for name in ("id", "first", "second")]
    expected = [tuple(row[place] or None for place in order) for row in parsed[1:]]
    assert reading.counted == len(expected)
    accepted = rows(reading.accepted)
    if reading.refused.num_rows:
        assert set(accepted) < set(expected)
    else:
        assert accepted == expected


def last_column(**parts: Any) -> Dataset:
    return dataset({"name": "id"}, {"name": "last", **parts})


@pytest.mark.parametrize(
    ("parts", "cell", "is_whole"),
    [
        ({"type": "integer"}, "12", False),
        ({"type": "decimal"}, "1.2", False),
        ({"pattern": "[A-Z]+"}, "AB", False),
        ({"type": "code", "codelist": "sex"}, "F", True),
        ({"type": "code", "codelist": "sex", "required": False}, "", False),
        ({"type": "date", "format": "%d/%m/%Y"}, "01/02/2015", True),
        ({}, "free text", True),
        ({"required": False}, "", False),
        ({"type": "integer"}, '"12"', True),
    ],
)
def test_without_its_last_line_end_a_file_must_end_in_a_cell_whose_cut_would_show(
    parts: dict[str, Any], cell: str, *, is_whole: bool
) -> None:
    data = f"id;last\n1;{cell}"
    contract = last_column(**parts)
    assert read(f"{data}\n".encode(), contract).accepted.num_rows == 1
    if is_whole:
        assert read(data.encode(), contract).accepted.num_rows == 1
    else:
        with pytest.raises(DeliveryError, match=r"delivery\.unfinished"):
            read(data.encode(), contract)
