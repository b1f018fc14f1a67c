"""The open data files follow the standard of the Department for Education.

The checker is written from the standard and knows nothing of the code that writes the files; it
does, one by one, what the department's own screener does: names, meta file, keys, filters,
symbols, complete matrix, no row twice.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import duckdb
import pytest

from pipeline.dissemination.access import open_published
from pipeline.dissemination.exports.dfe import academic_year
from pipeline.dissemination.publication import Publication
from tests.browser.sample import sample_publication
from tests.release_sample import write_release

pytestmark = pytest.mark.slow

Rows = list[dict[str, str]]
KEYS = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)
SYMBOLS = {"c", "z", "x", "low", "k", "u"}


def read(path: Path) -> Rows:
    """Return the rows of a file; the header stands in the keys."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def problems(data: Rows, meta: Rows) -> Iterator[str]:
    """Yield what the standard would have otherwise."""
    names = list(data[0])
    yield from _names(names, meta)
    filters = [row["col_name"] for row in meta if row["col_type"] == "Filter"]
    indicators = [row for row in meta if row["col_type"] == "Indicator"]
    yield from _times(data)
    yield from _filters(data, filters)
    yield from _indicators(data, indicators)
    places = [n for n in names if n not in {*filters, *(i["col_name"] for i in indicators)}]
    yield from _matrix(data, [n for n in places if n not in KEYS[:2]], filters)


def _names(names: list[str], meta: Rows) -> Iterator[str]:
    if tuple(names[:5]) != KEYS:
        yield "the first columns are not those of the standard"
    if tuple(meta[0]) != META:
        yield "the columns of the meta file are not those of the standard"
    for name in names:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield f"{name} is not in snake case"
    if len(set(names)) != len(names):
        yield "a column stands twice"
    told = [row["col_name"] for row in meta]
    if len(set(told)) != len(told):
        yield "the meta file tells a column twice"
    if missing := set(told) - set(names):
        yield f"the data lack {missing}"
    untold = set(names) - set(told) - set(KEYS)
    if odd := {name for name in untold if not name.endswith(("_code", "_name"))}:
        yield f"the meta file lacks {odd}"
    labels = [row["label"] for row in meta]
    if len(set(labels)) != len(labels) or not all(labels):
        yield "a label is missing or stands twice"


def _times(data: Rows) -> Iterator[str]:
    for period in {row["time_period"] for row in data}:
        if not re.fullmatch(r"\d{6}", period):
            yield "a period has not six digits"
        elif (int(period[:4]) + 1) % 100 != int(period[4:]):
            yield "a period is not two years in a row"
    if {row["time_identifier"] for row in data} != {"Academic year"}:
        yield "the period is no academic year"
    if len({row["geographic_level"] for row in data}) != 1:
        yield "a file tells of several levels"


def _filters(data: Rows, filters: list[str]) -> Iterator[str]:
    for name in filters:
        values = {row[name] for row in data}
        if "Total" not in values:
            yield f"{name} has no Total"
        if len(values) < 2:
            yield f"{name} has one value only"
        if "" in values or any(value != value.strip() for value in values):
            yield f"{name} has blanks"


def _indicators(data: Rows, indicators: Rows) -> Iterator[str]:
    for told in indicators:
        if not told["indicator_dp"].isdigit():
            yield f"{told['col_name']} has no number of decimals"
        if told["indicator_unit"] not in {"", "%", "£", "£m", "pp"}:
            yield f"{told['col_name']} has a unit that the standard lacks"
        decimals = int(told["indicator_dp"])
        number = rf"-?\d+\.\d{{{decimals}}}" if decimals else r"-?\d+"
        for value in {row[told["col_name"]] for row in data}:
            if value not in SYMBOLS and not re.fullmatch(number, value):
                yield f"{told['col_name']} holds neither a number nor a symbol"


def _matrix(data: Rows, places: list[str], filters: list[str]) -> Iterator[str]:
    keys = [tuple(row[n] for n in ("time_period", *places, *filters)) for row in data]
    if len(set(keys)) != len(keys):
        yield "a row stands twice"
    areas = {tuple(row[n] for n in places) for row in data}
    periods = {row["time_period"] for row in data}
    codes = [{row[n] for row in data} for n in filters]
    whole = {(p, *a, *rest) for p, a, *rest in product(periods, areas, *codes)}
    if whole != set(keys):
        yield "a combination has no row"


@pytest.fixture(scope="module")
def publication() -> Publication:
    return sample_publication(epci=("243500618",))


@pytest.fixture(scope="module")
def release(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(publication, tmp_path_factory.mktemp("release"))


def _files(release: Path) -> list[tuple[Rows, Rows]]:
    found = sorted(p for p in (release / "dfe").glob("*.csv") if ".meta." not in p.name)
    assert found
    return [(read(path), read(path.with_suffix(".meta.csv"))) for path in found]


def test_each_file_is_as_the_standard_has_it(release: Path) -> None:
    for data, meta in _files(release):
        assert list(problems(data, meta)) == []


def _without_a_row(data: Rows, meta: Rows) -> tuple[Rows, Rows]:
    return data[:-1], meta


def _with_a_row_twice(data: Rows, meta: Rows) -> tuple[Rows, Rows]:
    return [*data, data[0]], meta


def _with_an_empty_figure(data: Rows, meta: Rows) -> tuple[Rows, Rows]:
    return [{**data[0], "enrolment": ""}, *data[1:]], meta


def _without_a_line_of_meta(data: Rows, meta: Rows) -> tuple[Rows, Rows]:
    return data, [row for row in meta if row["col_name"] != "gpi"]


def _without_total(data: Rows, meta: Rows) -> tuple[Rows, Rows]:
    return [row for row in data if row["sex"] != "Total"], meta


def _with_a_year_of_four_digits(data: Rows, meta: Rows) -> tuple[Rows, Rows]:
    return [{**row, "time_period": row["time_period"][:4]} for row in data], meta


def _with_a_name_in_capitals(data: Rows, meta: Rows) -> tuple[Rows, Rows]:
    return [{**row, "GPI": "z"} for row in data], meta


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_a_row, "a combination has no row"),
        (_with_a_row_twice, "a row stands twice"),
        (_with_an_empty_figure, "enrolment holds neither a number nor a symbol"),
        (_without_a_line_of_meta, "the meta file lacks {'gpi'}"),
        (_without_total, "sex has no Total"),
        (_with_a_year_of_four_digits, "a period has not six digits"),
        (_with_a_name_in_capitals, "GPI is not in snake case"),
    ],
)
def test_the_checker_finds_what_is_wrong(
    release: Path,
    spoil: object,
    said: str,
) -> None:
    data = read(release / "dfe/pupils_commune.csv")
    meta = read(release / "dfe/pupils_commune.meta.csv")
    assert callable(spoil)
    assert said in set(problems(*spoil(data, meta)))


@pytest.fixture
def published(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(release / "published.duckdb") as connection:
        yield connection


def test_each_figure_is_that_of_the_database(
    published: duckdb.DuckDBPyConnection, release: Path
) -> None:
    labels = {
        (dimension, code): "Total" if code == "_T" else label
        for dimension, code, label in published.execute(
            "select dimension, code, label_en from dimensions"
        ).fetchall()
    }
    rows = read(release / "dfe/pupils_commune.csv")
    found = {
        (row["time_period"], row["commune_code"], row["sex"], row["edu_level"]): row for row in rows
    }
    ours = published.execute(
        "select ref_area, time_period, sex, edu_level, enrolment, enrolment_status, gpi, "
        "gpi_status from pupils where area_level = 'commune'"
    ).fetchall()
    for area, period, sex, level, *told in ours:
        address = academic_year(period), area.removeprefix("COM-"), labels["sex", sex]
        row = found.pop((*address, labels["edu_level", level]))
        for name, value, status in (("enrolment", *told[:2]), ("gpi", *told[2:])):
            if value is not None:
                assert math.isclose(float(row[name]), value, abs_tol=1e-9)
            else:
                assert row[name] == {"Q": "c", "L": "x", "M": "z", None: "z"}[status]
    # What is left was added, so that the matrix is complete.
    assert {row["enrolment"] for row in found.values()} <= {"z"}


def test_each_hidden_figure_is_c(published: duckdb.DuckDBPyConnection, release: Path) -> None:
    ours = published.execute(
        "select ref_area, time_period, home_internet, home_internet_status from home "
        "where area_level = 'commune'"
    ).fetchall()
    rows = read(release / "dfe/home_commune.csv")
    found = {(row["commune_code"], row["time_period"]): row["home_internet"] for row in rows}
    told = {
        (area.removeprefix("COM-"), academic_year(period)): "c" if status == "Q" else f"{value:.1f}"
        for area, period, value, status in ours
    }
    assert found == told
    assert "c" in told.values()


def test_a_figure_below_zero_stays_a_number(publication: Publication, tmp_path: Path) -> None:
    frame = publication.observations.copy()
    frame.loc[frame["indicator"].eq("GPI") & frame["obs_value"].notna(), "obs_value"] = -0.25
    release = write_release(replace(publication, observations=frame), tmp_path)
    rows = read(release / "dfe/pupils_epci.csv")
    assert {row["gpi"] for row in rows} <= {"-0.250", "z", "c"}
    assert "-0.250" in {row["gpi"] for row in rows}


@pytest.mark.parametrize(
    ("period", "written"), [("2021", "202122"), ("1999", "199900"), ("2021-T1", "2021-T1")]
)
def test_a_school_year_has_six_digits(period: str, written: str) -> None:
    assert academic_year(period) == written
