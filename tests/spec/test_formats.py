"""A delivery of another format goes the way of text: the same rows, refusals and erasure."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.errors import DeliveryError
from pipeline.steps.erasing import erase
from pipeline.steps.inbox import find_waiting
from pipeline.steps.listing import identified
from pipeline.steps.openings import open_quarantine
from pipeline.steps.people import people
from pipeline.steps.queue import show_waiting
from pipeline.steps.screening import unsearchable
from pipeline.steps.settling import fix, release
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.packed_files import bomb, overlapping_zip, zipped
from tests.processor_time import processor_time
from tests.small_country import MARKER, Row, pupil_rows, table
from tests.table_files import json_lines, parquet_file, sheet, workbook, xlsx

A_SECOND = 1.0
ROWS = pupil_rows(12)
WRONG = [{**row, "grade": MARKER} if n == 5 else row for n, row in enumerate(pupil_rows(60))]


def typed(rows: list[Row]) -> list[dict[str, Any]]:
    return [
        {**row, "birth_date": date(*map(int, reversed(row["birth_date"].split("/"))))}
        for row in rows
    ]


# Kind → how rows are written, and which line of the file the first row is.
KINDS: dict[str, tuple[Callable[[list[Row]], bytes], int]] = {
    "jsonl": (json_lines, 1),
    "parquet": (lambda rows: parquet_file(typed(rows)), 1),
    "xlsx": (lambda rows: xlsx(typed(rows)), 2),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def country(kind: str, tmp_path: Path) -> Workspace:
    """Return a country in which pupils come in another format, and the schools have come."""
    project = small_country.write_project(tmp_path / "project")
    path = project / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace('{kind: csv, encoding: utf-8, delimiter: ";"}', f"{{kind: {kind}}}")
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    workspace = small_country.open_workspace(tmp_path / "home", project)
    small_country.take(workspace, "schools", small_country.schools())
    return workspace


def _far_cell() -> str:
    one = '<row r="{0}"><c r="{1}" t="inlineStr"><is><t>a</t></is></c></row>'
    return sheet([{"a": "b"}]).replace(
        "</sheetData>", one.format(1048576, "XFD1048576") + "</sheetData>"
    )


def _much_of_a_row(rows: int, *, length: int = 1) -> bytes:
    """Return a Parquet file of one row many times, which takes next to nothing for each."""
    [row] = typed(pupil_rows(1, [ROWS[0]["school_code"]]))
    row |= {"address": "a" * length}
    none = pa.array(np.zeros(rows, dtype=np.int32))
    columns = {n: pa.DictionaryArray.from_arrays(none, pa.array([v])) for n, v in row.items()}
    target = io.BytesIO()
    parquet.write_table(pa.table(columns), target)
    return target.getvalue()


# Kind → what → how it is made, and by what code it is refused.
GROWING: dict[str, dict[str, tuple[Callable[[], bytes], str]]] = {
    "jsonl": {
        "a gzip bomb": (bomb, "delivery.packed_ratio"),
        "lists in lists": (lambda: gzip.compress(b"[" * (15 << 20)), "delivery.packed_ratio"),
    },
    "parquet": {
        "a row millions of times": (
            lambda: _much_of_a_row(20_000_000),
            "delivery.packed_ratio",
        ),
        "a long cell many times": (
            lambda: _much_of_a_row(100_000, length=1_000_000),
            "delivery.reader_memory",
        ),
    },
    "xlsx": {
        "spaces behind the sheet": (
            lambda: workbook({"A": sheet([{"a": "b"}]) + " " * (64 << 20)}),
            "delivery.packed_ratio",
        ),
        "rows of nothing": (
            lambda: workbook({"A": sheet([{"a": "b"}], after="<row/>" * (2 << 20))}),
            "delivery.packed_ratio",
        ),
        "a cell at the end of the sheet": (
            lambda: workbook({"A": _far_cell()}),
            "delivery.xlsx_far",
        ),
        "very many ends": (
            lambda: zipped({"a": b"b"}) + b"PK\x05\x06" * (5 << 20),
            "delivery.zip_damaged",
        ),
        "very many members that overlap": (
            lambda: overlapping_zip(b"a", members=60_000),
            "delivery.zip_overlap",
        ),
        "a workbook in a zip": (
            lambda: zipped({"a.xlsx": xlsx(typed(ROWS))}),
            "delivery.not_xlsx",
        ),
    },
}


def test_what_was_made_to_grow_is_refused_within_a_second(country: Workspace, kind: str) -> None:
    write, _ = KINDS[kind]
    small_country.take(country, "pupils", write(ROWS))
    for what, (make, code) in GROWING[kind].items():
        content = make()
        with processor_time(country) as spent, pytest.raises(DeliveryError) as refused:
            small_country.take(country, "pupils", content)
        assert refused.value.problem.code == code, what
        assert spent.apart < A_SECOND, what
        assert spent.here < A_SECOND, what


def test_rows_refusals_and_erasure_are_those_of_text(
    country: Workspace, kind: str, zones: Workspace
) -> None:
    write, first = KINDS[kind]
    receipt = small_country.take(country, "pupils", write(ROWS))
    same = small_country.take(zones, "pupils", table(ROWS))
    assert receipt.counts == same.counts
    assert not small_country.take(country, "pupils", write(ROWS)).changed
    kept = [
        each.protected.current("pupils", "2021").drop_columns(["pupil_pseudonym"])
        for each in (country, zones)
    ]
    assert kept[0].schema.equals(kept[1].schema)
    order = [(name, "ascending") for name in kept[0].column_names]
    assert kept[0].sort_by(order).equals(kept[1].sort_by(order))
    # A wrong cell refuses its row, which is told by the line or record of the file.
    receipt = small_country.take(country, "pupils", write(WRONG), may_be_smaller=True)
    assert receipt.counts["refused"] == 1
    [told] = [warning for warning in receipt.warnings if "row.code" in warning]
    assert f"line {5 + first}, column grade" in told
    assert MARKER not in told
    [batch] = country.quarantine.ids()
    assert country.quarantine.open(batch)["line"].to_pylist() == [5 + first]
    # Who asks is erased from all that was received: it is sealed as text.
    assert unsearchable(country) == []
    place = identified(country, "pupils")
    one = ROWS[3]["national_id"]
    assert erase(country, place, people([[one]], place)).changed
    for content in small_country.sealed_pupils(country):
        assert content.startswith(b"national_id;")
        assert one.encode() not in content
    assert small_country.sealed_pupils(country)


def test_what_cannot_be_laid_out_is_refused_and_kept_sealed_as_it_was_sent(
    country: Workspace, kind: str
) -> None:
    content = {
        "jsonl": json_lines(ROWS) + b'{"national_id": 1}\n',
        "parquet": parquet_file(
            [{**row, "school_code": 35} for row in ROWS],
            schema=pa.schema(
                [(name, pa.int64() if name == "school_code" else pa.string()) for name in ROWS[0]]
            ),
        ),
        "xlsx": xlsx([{**row, "national_id": 12345} for row in ROWS]),
    }[kind]
    with pytest.raises(DeliveryError) as refused:
        small_country.take(country, "pupils", content)
    assert refused.value.problem.code == "delivery.layout"
    assert "delivery.number_for_text" in str(refused.value)
    assert "(dataset pupils, file pupils_2021.csv" in str(refused.value)
    assert small_country.sealed_pupils(country) == [content]
    assert len(unsearchable(country)) == 1
    assert country.protected.batches("pupils", "2021") == []


def test_the_inbox_knows_the_format_by_its_name(country: Workspace, kind: str) -> None:
    country.settings.inbox.mkdir()
    names = {f"pupils_2021.{kind}", "pupils_2021_b.zip", "pupils_2021_c.xml", "pupils_2021.json.gz"}
    for name in (*names, "pupils_2021.ods", "pupils_2021.parquet.gz"):
        (country.settings.inbox / name).write_bytes(name.encode())
    assert {each.file for each in find_waiting(country, "pupils")} == names


def test_refused_rows_of_any_format_are_mended_as_text(
    country: Workspace, kind: str, tmp_path: Path
) -> None:
    write, first = KINDS[kind]
    batch = small_country.take(country, "pupils", write(WRONG)).ids["batch"]
    assert [row["line"] for row in show_waiting(country, batch, "en")] == [first + 5]
    assert release(country, batch).counts == {"released": 0, "waiting": 1}
    target = tmp_path / "rows.csv"
    open_quarantine(country, batch, reason="correction", to=target)
    content = target.read_text("utf-8").replace(f";{MARKER};", ";CP;").encode()
    receipt = fix(country, batch, io.BytesIO(content), file="rows.csv")
    assert (receipt.counts["fixed"], receipt.counts["waiting"]) == (1, 0)
    assert country.protected.current("pupils", "2021").num_rows == len(WRONG)
