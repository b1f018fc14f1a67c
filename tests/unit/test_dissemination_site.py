"""The first page: what it says, in both languages, and what it never says."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, shape

from pipeline.contracts.numbers import number
from pipeline.dissemination.database import write_database
from pipeline.dissemination.dictionary import published_tables
from pipeline.dissemination.publication import Publication
from pipeline.dissemination.site import _json, write_site
from pipeline.dissemination.site.charts import draw_pyramid, draw_trend
from pipeline.dissemination.site.outlines import draw_outlines
from pipeline.dissemination.site.words import WORDS, school_year, unbroken
from pipeline.project import load_project
from tests.browser.sample import ROOT, sample_publication

# Rennes Métropole wholly in scope, Redon in part; some communes hidden, some without a school.
EPCI = ("243500139", "243500741", "243500618")


@pytest.fixture(scope="module")
def publication() -> Publication:
    return sample_publication(epci=EPCI)


@pytest.fixture(scope="module")
def database(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "published.duckdb"
    write_database(publication, path)
    return path


@pytest.fixture(scope="module")
def page(publication: Publication, database: Path) -> str:
    out = database.parent / "site"
    write_site(database, out, contracts=publication.contracts, outlines=publication.outlines)
    return (out / "index.html").read_text(encoding="utf-8")


def _data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_is_small_and_asks_nothing_of_anyone(page: str, database: Path) -> None:
    assert len(page.encode()) < 1_500_000
    assert [item.name for item in (database.parent / "site").iterdir()] == ["index.html"]
    links = set(re.findall(r'(?:src|href|action|data)="([^"]*)"', page))
    outside = {link for link in links if "//" in link}
    assert outside == {"https://www.etalab.gouv.fr/licence-ouverte-open-licence"}
    assert "@import" not in page
    assert "url(http" not in page


def test_its_policy_runs_its_own_style_and_scripts_and_nothing_else(page: str) -> None:
    found = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert found
    policy = found[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    inline = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)
    assert len(inline) == 3
    for text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert not re.search(r'\sstyle="', page)
    assert not re.search(r'\son[a-z]+="', page)


def test_it_speaks_for_the_widest_territory_that_is_wholly_in_scope(page: str) -> None:
    assert '<span class="place">Rennes Métropole</span>' in page
    assert _data(page)["main"] == "Rennes Métropole"


def test_a_territory_that_reaches_beyond_the_scope_is_never_shown_as_the_whole(
    page: str, publication: Publication
) -> None:
    row = re.search(r'data-value="CA Redon Agglomération">(.*?)</th>', page, re.DOTALL)
    assert row
    assert 'class="part"' in row[1]
    assert "Bretagne (" in page
    share = publication.coverage.query("ref_area == 'REG-53'")["scope_share"].iloc[0]
    assert number(100 * share, 1, "en") in page
    frame = publication.observations
    wider = frame[
        frame["area_level"].isin(["departement", "region", "country"])
        & frame["indicator"].eq("ENROLMENT")
        & frame["time_period"].eq("2021")
        & frame[["sex", "edu_level", "sector"]].eq("_T").all(axis="columns")
        & frame["urbanisation"].eq("_T")
    ]
    assert set(wider["obs_status"]) == {"D"}
    for value in wider["obs_value"]:
        assert number(value, 0, "en") not in page


def test_the_map_bears_each_value_of_the_database_and_none_that_is_hidden(
    page: str, publication: Publication
) -> None:
    data = _data(page)
    frame = publication.observations
    whole = frame
    for name in (
        "sex",
        "edu_level",
        "sector",
        "urbanisation",
        "home_internet",
        "home_device",
        "has_digital_training",
        "place_type",
        "programme_theme",
    ):
        whole = whole[whole[name].isin(["_T", "_Z"])]
    known = {
        (row.indicator, row.ref_area, row.time_period): (row.obs_value, row.obs_status)
        for row in whole.itertuples()
    }
    hidden = 0
    for item in data["indicators"]:
        for place, period in enumerate(data["periods"]):
            for area, value, status in zip(
                data["areas"], item["values"][place], item["status"][place], strict=True
            ):
                expected, why = known.get((item["code"], area[0], period), (None, "-"))
                assert status == why
                hidden += why == "Q"
                if value is None:
                    assert expected is None or math.isnan(expected)
                else:
                    assert value == expected
    assert hidden > 0


def test_the_share_hidden_is_that_of_the_release(page: str, publication: Publication) -> None:
    for name in ("enrolment", "home_connectivity", "teaching_staff"):
        cells = publication.tables[name]
        hidden = int(cells["conf_status"].eq("C").sum())
        label = publication.contracts.tables[name].label.en
        row = re.search(
            rf'<tr><th scope="row"><span lang="en">{label}</span>.*?</tr>', page, re.DOTALL
        )
        assert row
        assert number(hidden, 0, "en") in row[0]
        assert number(len(cells), 0, "en") in row[0]
        assert number(100 * hidden / len(cells), 1, "en") + "%" in row[0]


def test_synthetic_data_is_said_so_in_both_languages(page: str, publication: Publication) -> None:
    said = publication.contracts.policy.synthetic
    assert said
    assert said.en in page
    assert "Données synthétiques" in page


def test_without_outlines_there_is_a_page_without_a_map(
    publication: Publication, database: Path, tmp_path: Path
) -> None:
    path = write_site(database, tmp_path / "site", contracts=publication.contracts, outlines=None)
    text = path.read_text(encoding="utf-8")
    assert 'id="map"' not in text
    assert 'id="areas"' in text
    assert 'id="data"' not in text


def _togo() -> Publication:
    """Two communes of another country, one period, enrolment alone."""
    project = load_project(ROOT / "tests/projects/togo")
    empty = {
        table.name: pd.DataFrame({name: [] for name in table.column_names}, dtype="object")
        for table in published_tables(project.contracts)
    }
    rows = [("COM-001", "commune", 1200.0), ("COM-002", "commune", 800.0), ("TG", "country", 2e3)]
    whole = dict.fromkeys(("sex", "edu_level", "sector", "urbanisation"), "_T")
    observations = pd.DataFrame(
        [
            dict.fromkeys(empty["observations"].columns, "_Z")
            | whole
            | {"ref_area": area, "area_level": level, "obs_value": value, "coverage": 1.0}
            | {"indicator": "ENROLMENT", "time_period": "2024", "unit_measure": "pupils"}
            | {"stands_from": None}
            | {"obs_status": "A", "conf_status": "F"}
            for area, level, value in rows
        ]
    )
    coverage = pd.DataFrame(
        [
            {"ref_area": area, "area_level": level, "time_period": "2024", "dataset": "pupils"}
            | {"expected": 2, "received": 2, "late": 0, "missing": 0}
            | {"scope_share": 1.0, "coverage": 1.0}
            for area, level, _ in rows
        ]
    )
    releases = pd.DataFrame([dict.fromkeys(empty["releases"].columns)]).assign(
        release_id="release-tg", created="2026-01-01T00:00:00Z", policy="togo", policy_version=1
    )
    return Publication(
        contracts=project.contracts,
        geography=project.geography,
        outlines=project.outlines(),
        observations=observations,
        tables={name: empty[name] for name in project.contracts.tables},
        coverage=coverage,
        releases=releases,
    )


def test_another_country_is_published_by_its_contracts_alone(tmp_path: Path) -> None:
    publication = _togo()
    write_database(publication, tmp_path / "published.duckdb")
    path = write_site(
        tmp_path / "published.duckdb",
        tmp_path / "site",
        contracts=publication.contracts,
        outlines=publication.outlines,
    )
    text = path.read_text(encoding="utf-8")
    assert '<span class="place">Togo</span>' in text
    assert "2,000" in text
    assert "Ille-et-Vilaine" not in text


def test_the_same_database_gives_the_same_page(
    page: str, publication: Publication, database: Path, tmp_path: Path
) -> None:
    again = write_site(
        database, tmp_path, contracts=publication.contracts, outlines=publication.outlines
    )
    assert again.read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "english", "french"),
    [
        (166497, 0, False, "166,497", "166\u202f497"),
        (1234.56, 1, False, "1,234.6", "1\u202f234,6"),
        (-2091, 0, True, "\u22122,091", "\u22122\u202f091"),
        (0.48, 2, True, "+0.48", "+0,48"),
        (-0.04, 1, True, "0.0", "0,0"),
        (0, 0, False, "0", "0"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(
    value: float, decimals: int, *, signed: bool, english: str, french: str
) -> None:
    assert number(value, decimals, "en", signed=signed) == english
    assert number(value, decimals, "fr", signed=signed) == french


def test_a_school_year_is_named_by_both_its_calendar_years() -> None:
    assert school_year("2021") == "2021\u20132022"
    assert school_year("2021-T1") == "2021-T1"


def test_french_text_keeps_numbers_and_signs_together() -> None:
    assert unbroken("pour 1 000 élèves : oui", "fr") == "pour 1\u202f000 élèves\u202f: oui"
    assert unbroken("per 1 000: yes", "en") == "per 1 000: yes"


def test_each_word_is_told_in_both_languages() -> None:
    assert all(label.en and label.fr for label in WORDS.values())
    template = "pipeline/dissemination/site/templates/index.html.j2"
    text = (ROOT / template).read_text(encoding="utf-8")
    used = set(re.findall(r't\("([a-z_.]+)"\)', text))
    assert used
    assert used <= set(WORDS)


@given(st.text())
def test_data_cannot_end_the_script_that_holds_it(text: str) -> None:
    written = str(_json({"text": text + "</script><!--"}))
    assert "<" not in written
    assert json.loads(written) == {"text": text + "</script><!--"}


def _square(code: str, x: float, y: float, size: float = 1.0) -> dict[str, Any]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _points(path: str) -> list[tuple[float, float]]:
    """Read a path of one ring back: an absolute start, then relative moves."""
    start, *moves = re.findall(r"[Ml]([-\d.]+) ([-\d.]+)", path)
    points = [(float(start[0]), float(start[1]))]
    for dx, dy in moves:
        points.append((points[-1][0] + float(dx), points[-1][1] + float(dy)))
    return points


def test_a_square_on_the_equator_is_drawn_as_a_square_with_north_up() -> None:
    drawn = draw_outlines(
        {"features": [_square("S", 0, -0.5), _square("N", 0, 0.5)]}, {"S": "a", "N": "a"}
    )
    north, south = drawn.shapes
    assert drawn.width == 1000
    assert drawn.height == pytest.approx(2000, rel=1e-3)
    assert north.y < south.y
    assert Polygon(_points(north.path)).area == pytest.approx(1000**2, rel=1e-3)


def test_only_the_sides_between_groups_are_borders() -> None:
    features = {"features": [_square("A", 0, 0), _square("B", 1, 0), _square("C", 2, 0)]}
    drawn = draw_outlines(features, {"A": "west", "B": "west", "C": "east"})
    border = re.findall(r"[ML]([-\d.]+) ([-\d.]+)", drawn.borders)
    assert {float(x) for x, _ in border} == {round(2000 / 3, 1)}
    assert len(border) == 2
    alone = draw_outlines(features, dict.fromkeys("ABC", "one"))
    assert alone.borders == ""


def test_a_territory_outside_the_project_is_not_drawn() -> None:
    features = {"features": [_square("A", 0, 0), _square("Z", 50, 50)]}
    assert [item.code for item in draw_outlines(features, {"A": "g"}).shapes] == ["A"]


def test_each_commune_is_drawn_true_to_its_size_and_its_point_lies_where_shapely_says(
    publication: Publication,
) -> None:
    assert publication.outlines
    groups = {code: up["epci"] for code, up in publication.geography.parents.items()}
    drawn = draw_outlines(publication.outlines, groups)
    real = {
        feature["properties"]["code"]: shape(feature["geometry"])
        for feature in publication.outlines["features"]
    }
    single = [s for s in drawn.shapes if s.path.count("M") == 1]
    ratios = [Polygon(_points(s.path)).area / real[s.code].area for s in single]
    assert max(ratios) / min(ratios) < 1.05
    for item in single:
        centre = Polygon(_points(item.path)).centroid
        assert (item.x, item.y) == pytest.approx((centre.x, centre.y), abs=0.5)


def test_a_trend_needs_two_values_and_a_gap_breaks_its_line() -> None:
    assert draw_trend([None, 3.0]) is None
    trend = draw_trend([1.0, 2.0, None, 3.0, 4.0])
    assert trend
    assert len(trend.lines) == 2
    heights = [mark.y for mark in trend.marks]
    assert heights == sorted(heights, reverse=True)


def test_bars_share_one_scale_and_a_hidden_one_is_not_drawn() -> None:
    bars = draw_pyramid([(50.0, 100.0), (None, 25.0)])
    assert [(bar.left, bar.right) for bar in bars] == [(50.0, 100.0), (None, 25.0)]


def test_a_year_that_only_begins_to_arrive_does_not_empty_the_page(
    publication: Publication, tmp_path: Path
) -> None:
    told = sorted(publication.observations["time_period"].unique())
    first = publication.observations.query("indicator == 'SCHOOLS' and time_period == @told[-1]")
    begun = first.assign(time_period=str(int(told[-1]) + 1))
    later = replace(publication, observations=pd.concat([publication.observations, begun]))
    write_database(later, tmp_path / "published.duckdb")
    database, out = tmp_path / "published.duckdb", tmp_path / "site"
    write_site(database, out, contracts=later.contracts, outlines=later.outlines)
    page = (out / "index.html").read_text(encoding="utf-8")
    data = _data(page)
    assert data["periods"] == [*told, str(int(told[-1]) + 1)]
    assert data["opens_on"] == len(told) - 1
    assert '<p class="eyebrow">' in page
    assert school_year(told[-1]) in page.partition('<p class="eyebrow">')[2].partition("</p>")[0]


def test_what_nobody_ever_delivered_is_no_line_of_the_page(
    publication: Publication, tmp_path: Path
) -> None:
    only = publication.observations.query("indicator in ('SCHOOLS', 'SCHOOL_INTERNET')")
    part = replace(publication, observations=only)
    write_database(part, tmp_path / "published.duckdb")
    write_site(
        tmp_path / "published.duckdb", tmp_path, contracts=part.contracts, outlines=part.outlines
    )
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    data = _data(page)
    assert {item["code"] for item in data["indicators"]} == {"SCHOOLS", "SCHOOL_INTERNET"}
    # None of those that the map prefers came: it shows what there is.
    assert set(data["mapped"]) == {"SCHOOLS", "SCHOOL_INTERNET"}
    assert "Pupils enrolled" not in page.partition('id="areas-caption"')[2].partition("</thead>")[0]
