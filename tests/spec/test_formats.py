"""A delivery of another format goes the way of text: the same rows, refusals and erasure."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

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
from tests.small_country import MARKER, Row, pupil_rows, table
from tests.table_files import json_lines, parquet_file, xlsx

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
