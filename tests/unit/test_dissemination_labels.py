"""Hostile names of territories go through every export, and start no formula anywhere."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import duckdb
import geopandas
import openpyxl
import pytest
import rdflib
from csvw import CSVW
from frictionless import Package
from lxml import etree
from openpyxl.utils.escape import unescape
from pysdmx.io import read_sdmx

from tests.release_sample import named_publication, write_release

OWN = [
    "=1+1",
    "+1",
    "-1",
    "@sum(a1)",
    "\t=1",
    "\r=1",
    "'=1",
    "''@x",
    "'quoted",
    '=HYPERLINK("https://example.org","x")',
    "=cmd|' /C calc'!A0",
    'a "quoted", name; and\nanother line',
    "<script>alert(1)</script> & co",
    "_x0041_",
    "Saint-Méen-le-Grand",
    " before and after ",
]
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def _naughty() -> list[str]:
    folder = os.environ.get("CARTABLE_TEST_DATA")
    path = Path(folder or "") / "adversarial" / "blns" / "blns.json"
    if not folder or not path.is_file():
        return []
    strings: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return [text for text in strings if text]


@pytest.fixture(scope="module")
def names() -> list[str]:
    return [*OWN, *_naughty()]


@pytest.fixture(scope="module")
def release(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(named_publication(names), tmp_path_factory.mktemp("release"))


def _id(number: int) -> str:
    return f"COM-{number:04d}"


def _expected(names: list[str]) -> dict[str, str]:
    return {_id(number): name for number, name in enumerate(names)}


def test_the_database_and_the_parquet_files_hold_each_name_as_it_is(
    release: Path, names: list[str]
) -> None:
    with duckdb.connect(str(release / "published.duckdb"), read_only=True) as connection:
        held = connection.execute("select id, name from territories where level = 'commune'")
        assert dict(held.fetchall()) == _expected(names)
        parquet = connection.execute(
            "select id, name from read_parquet(?) where level = 'commune'",
            [str(release / "parquet/territories.parquet")],
        )
        assert dict(parquet.fetchall()) == _expected(names)


def test_geoparquet_holds_each_name_as_it_is(release: Path, names: list[str]) -> None:
    frame = geopandas.read_parquet(release / "geo/territories.parquet")
    communes = frame[frame["level"] == "commune"]
    assert dict(zip(communes["id"], communes["name"], strict=True)) == _expected(names)


def _unquoted(text: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from computing, as README.md tells."""
    return text[1:] if re.match(r"'+[=+\-@\t\r\n]", text) else text


def test_csv_starts_no_formula_and_gives_back_each_name(release: Path, names: list[str]) -> None:
    with (release / "csv/territories.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, strict=True) if row["level"] == "commune"]
    assert not [row for row in rows if row["name"].startswith(STARTS_FORMULA)]
    assert {row["id"]: _unquoted(row["name"]) for row in rows} == _expected(names)


def test_the_readers_of_csvw_and_of_data_packages_get_each_name(
    release: Path, names: list[str]
) -> None:
    table = CSVW(str(release / "csv/territories.csv-metadata.json"), validate=True)
    assert table.is_valid
    rows = [row for row in table.tables[0].iterdicts() if row["level"] == "commune"]
    assert {row["id"]: _unquoted(row["name"]) for row in rows} == _expected(names)
    package = Package(str(release / "datapackage.json"))
    told = package.get_resource("main-territories").read_rows()
    read = {row["id"]: _unquoted(row["name"]) for row in told if row["level"] == "commune"}
    assert read == _expected(names)


def test_open_data_files_start_no_formula(release: Path, names: list[str]) -> None:
    for path in (release / "dfe").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, strict=True):
                assert not [
                    cell
                    for cell in row
                    # A number below zero is a number, not a formula.
                    if cell.startswith(STARTS_FORMULA) and not re.fullmatch(r"-\d+(\.\d+)?", cell)
                ]
    with (release / "dfe/pupils_commune.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, strict=True))
    read = {f"COM-{row['commune_code']}": _unquoted(row["commune_name"]) for row in rows}
    assert read == _expected(names)
    hidden = {row["commune_code"] for row in rows if row["enrolment"] == "c"}
    assert hidden == {f"{n:04d}" for n in range(0, len(names), 3)}


def test_the_workbook_holds_texts_and_no_formula(release: Path, names: list[str]) -> None:
    book = openpyxl.load_workbook(release / "xlsx/figures.xlsx")
    header, *rows = book["territories"].iter_rows()
    columns = [cell.value for cell in header]
    place, key = columns.index("name"), columns.index("id")
    cells = {row[key].value: row[place] for row in rows if row[key].value.startswith("COM-")}
    for area, name in _expected(names).items():
        cell = cells[area]
        assert cell.data_type in {"s", "inlineStr"}
        # A workbook is XML: what that cannot hold is written as _xHHHH_, which Excel reads back.
        assert NOT_XML.sub("\ufffd", unescape(str(cell.value))) == NOT_XML.sub("\ufffd", name)


def test_sdmx_names_each_territory_but_for_what_xml_cannot_hold(
    release: Path, names: list[str]
) -> None:
    structure = release / "sdmx/structure.xml"
    read_sdmx(structure, validate=True)
    spaces = {
        "s": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure",
        "c": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common",
    }
    codes = etree.parse(structure).findall(".//s:Codelist[@id='CL_REF_AREA']/s:Code", spaces)
    read = {
        code.get("id"): [name.text for name in code.findall("c:Name", spaces)] for code in codes
    }
    for area, name in _expected(names).items():
        held = NOT_XML.sub("\ufffd", name)
        assert read[area] == [held, held]


def test_the_record_for_catalogues_can_be_read(release: Path) -> None:
    graph = rdflib.Graph().parse(
        release / "dcat.jsonld", format="json-ld", publicID="https://data.example.org/"
    )
    assert len(graph) > 20
