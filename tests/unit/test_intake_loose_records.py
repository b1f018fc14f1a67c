"""A person is found in a delivery however it is broken, and what is left of it is of others."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from pipeline.contracts import Dataset
from pipeline.contracts.datasets import Alias
from pipeline.intake.identified import Found, find_records_of, rows_of
from pipeline.intake.loose_records import is_packed
from pipeline.intake.mentions import Sought
from pipeline.intake.remainder import Remainder
from pipeline.intake.row_codecs import row_codec
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

PUPILS = load_project(INSTALLATION).contracts.datasets["pupils"]
# Too short to be looked for within a text: only where it stands as a field it is found.
ID = "A1234"
HEADER = "national_id;last_name;first_name;sex;birth_date;address"


def sought(*ids: str) -> Sought:
    def is_listed(parts: Sequence[pa.Array]) -> np.ndarray:
        return np.isin(np.array(parts[0].to_pylist()), ids)

    return Sought(is_listed=is_listed, columns=("national_id",))


def row(identifier: str, *, name: str = "Doe", address: str = "1 rue") -> str:
    return f"{identifier};{name};Ann;F;2010-01-01;{address}"


def text(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def taken_out(content: bytes, dataset: Dataset = PUPILS) -> tuple[Found, bytes]:
    def opened() -> io.BytesIO:
        return io.BytesIO(content)

    found = find_records_of(opened, dataset, sought(ID))
    return found, b"".join(Remainder(opened, dataset, found).blocks())


def encoded(encoding: str) -> Dataset:
    return PUPILS.model_copy(
        update={"format": PUPILS.format.model_copy(update={"encoding": encoding})}
    )


def test_a_person_is_found_under_another_name_of_the_column() -> None:
    aliases = {"national_id": (Alias.model_validate({"name": "INE", "to": 2019}),)}
    dataset = PUPILS.model_copy(
        update={
            "columns": tuple(
                column.model_copy(update={"aliases": aliases.get(column.name, ())})
                for column in PUPILS.columns
            )
        }
    )
    header = HEADER.replace("national_id", "INE")
    other = text(row(ID), header="sex;INE;national")
    found, rest = taken_out(text(row("B1"), row(ID), header=header).encode(), dataset)
    assert [record["national_id"] for record in found.records] == [ID]
    assert rest == text(row("B1"), header=header).encode()
    laid_behind = text(row("B1"), header=HEADER) + other.replace(f"{ID};Doe", f"F;{ID}")
    found, _ = taken_out(laid_behind.encode(), dataset)
    assert len(found) == 1


def test_whoever_stands_in_the_field_that_a_stray_quote_opened_is_found() -> None:
    """The quote of one row closes in a later one: the rows between are a field to a reader."""
    before, after = row("B1", name='"Doe'), row("B2", name="X", address='y"')
    found, rest = taken_out(text(before, row("B3"), row(ID), row("B4"), after).encode())
    assert [record["national_id"] for record in found.records] == [ID]
    assert rest == text(before, row("B3"), row("B4"), after).encode()


@pytest.mark.parametrize("place", [0, 2])
def test_whoever_opens_or_closes_a_stray_quote_goes_with_all_of_it(place: int) -> None:
    rows = [row("B1", name='"Doe'), row("B3"), row("B2", address='y"')]
    rows[place] = rows[place].replace("B1", ID).replace("B2", ID)
    found, rest = taken_out(text(row("B0"), *rows, row("B4")).encode())
    assert len(found) == 1
    assert rest == text(row("B0"), row("B4")).encode()


def test_the_fast_reader_is_trusted_with_no_quote() -> None:
    """It takes a quote inside a field for a character, and one at its start for a pair."""
    content = text(row("B1", address='"y'), row(ID), row("B2", address='12" pipe'))
    found, rest = taken_out(content.encode())
    assert len(found) == 1
    assert ID.encode() not in rest
    assert b"B1" in rest
    assert b"B2" in rest


def test_bytes_of_another_encoding_are_spelled_where_a_record_is_told() -> None:
    content = text(row(ID, name="Été"), row("B1", name="Noël")).encode("latin-1")
    found, rest = taken_out(content)
    assert found.records[0]["last_name"] == r"\udcc9t\udce9"
    assert pa.Table.from_pylist(list(found.records)).num_rows == 1
    assert rest == text(row("B1", name="Noël")).encode("latin-1")


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
@pytest.mark.parametrize("is_headed", [True, False])
def test_a_file_with_another_delimiter_than_agreed_is_looked_through(
    delimiter: str, *, is_headed: bool
) -> None:
    header = HEADER if is_headed else row("B0")
    content = text(row("B1"), row(ID), row("B2"), header=header).replace(";", delimiter)
    found, rest = taken_out(content.encode())
    assert len(found) == 1
    assert ("national_id" in found.records[0]) is is_headed
    wanted = text(row("B1"), row("B2"), header=header).replace(";", delimiter)
    assert rest == wanted.encode()


def test_a_header_of_another_delimiter_leaves_a_quoted_cell_whole() -> None:
    content = text(row(ID, address='"1, rue"'), row("B1", address='"2, rue"')).replace(";", ",")
    found, rest = taken_out(content.encode())
    assert found.records[0]["address"] == "1, rue"
    assert rest == text(row("B1", address='"2, rue"')).replace(";", ",").encode()


TORN = row("B9", name='"x"y')


@pytest.mark.parametrize(
    "lines",
    [
        [row(ID, address='"1 rue'), "de la Paix", 'Paris"'],
        [f"{ID};Doe;Ann", "F;2010-01-01;1 rue"],
        ['"Doe', f'Smith";{ID};Ann;F;1 rue'],
    ],
    ids=["after", "cut", "before"],
)
def test_the_lines_of_a_torn_record_go_together(lines: list[str]) -> None:
    found, rest = taken_out(text(TORN, row("B1"), *lines, row("B2")).encode())
    assert len(found) == 1
    assert rest == text(TORN, row("B1"), row("B2")).encode()


@pytest.mark.parametrize("torn", [True, False])
def test_what_is_no_record_behind_a_whole_line_goes_with_it(*, torn: bool) -> None:
    """An address in two lines without quotes."""
    first = TORN if torn else row("B9")
    lines = [row(ID), "bâtiment B", "Paris", row("B2"), "Lyon", row("B3")]
    found, rest = taken_out(text(first, row("B1"), *lines).encode())
    assert len(found) == 1
    assert rest == text(first, row("B1"), row("B2"), "Lyon", row("B3")).encode()


def test_rows_that_all_lack_a_cell_are_nobodys_rest() -> None:
    header = f"{HEADER};"
    found, rest = taken_out(text(row("B1"), row(ID), row("B2"), header=header).encode())
    assert len(found) == 1
    assert rest == text(row("B1"), row("B2"), header=header).encode()


def test_a_rest_goes_where_a_block_of_records_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.identified.BLOCK_RECORDS", 3)
    lines = [row("B1"), row("B2"), row(ID), "bâtiment B", "Paris", row("B3"), row("B4")]
    found, rest = taken_out(text(*lines).encode())
    assert len(found) == 1
    assert rest == text(row("B1"), row("B2"), row("B3"), row("B4")).encode()


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_refused_rows_are_found_in_either_order_of_bytes(codec: str) -> None:
    rows = [row("B1", name="Noël").encode(codec), row(ID, name="سلمى").encode(codec)]
    dataset = encoded("utf-16")
    assert rows_of(rows, dataset, sought(ID)).tolist() == [False, True]
    assert {row_codec(each, dataset) for each in rows} == {codec}


def test_a_refused_row_that_hides_another_is_found() -> None:
    hiding = "\n".join([row("B1", name='"Doe'), row(ID), row("B2", address='y"')])
    rows = [row("B3").encode(), hiding.encode()]
    assert rows_of(rows, PUPILS, sought(ID)).tolist() == [False, True]


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x1f\x8b\x08", b"PAR1", b"\xd0\xcf\x11\xe0"])
def test_what_is_packed_is_told(start: bytes) -> None:
    assert is_packed(lambda: io.BytesIO(start + b"anything"))
    assert not is_packed(lambda: io.BytesIO(b"national_id;PK\x03\x04"))
