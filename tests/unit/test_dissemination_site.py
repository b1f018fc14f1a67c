"""The site of a release: what pages and files say, in both languages, and what they never do."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.numbers import number, percentage
from pipeline.dissemination.access import open_published
from pipeline.dissemination.database import write_database
from pipeline.dissemination.dictionary import published_dimensions, published_tables
from pipeline.dissemination.publication import Publication
from pipeline.dissemination.site import datafiles, write_site
from pipeline.dissemination.site.charts import draw_dots, draw_pyramid, draw_trend
from pipeline.dissemination.site.content import ClassRow, axis_ticks
from pipeline.dissemination.site.figures import Figure
from pipeline.dissemination.site.meta import page_of
from pipeline.dissemination.site.places import Place, read_places
from pipeline.dissemination.site.profiles import peers
from pipeline.dissemination.site.release_files import ReleaseFile, file_groups, size_words
from pipeline.dissemination.site.rendering import json_text
from pipeline.dissemination.site.series import Series
from pipeline.dissemination.site.setting import long_date, school_year, unbroken
from pipeline.dissemination.site.words import WORDS
from pipeline.errors import Language
from pipeline.project import load_project
from tests.browser.sample import ROOT, sample_publication

pytestmark = pytest.mark.slow

# Rennes Métropole wholly in scope, Redon in part; some communes hidden, some without a school.
EPCI = ("243500139", "243500741", "243500618")
TEMPLATES = ROOT / "pipeline/dissemination/site/templates"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)


@pytest.fixture(scope="module")
def publication() -> Publication:
    return sample_publication(epci=EPCI)


@pytest.fixture(scope="module")
def database(publication: Publication, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "published.duckdb"
    write_database(publication, path)
    return path


@pytest.fixture(scope="module")
def site(publication: Publication, database: Path) -> Path:
    out = database.parent / "site"
    write_site(database, out, contracts=publication.contracts, outlines=publication.outlines)
    return out


def page(site: Path, name: str, language: str = "en") -> str:
    return (site / language / f"{name}.html").read_text(encoding="utf-8")


def data(site: Path, *parts: str) -> Any:
    return json.loads((site / "data" / Path(*parts)).with_suffix(".json").read_text("utf-8"))


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_page_stands_in_both_languages_and_leads_to_the_other(site: Path) -> None:
    english = {path.name for path in (site / "en").iterdir()}
    assert english == {path.name for path in (site / "fr").iterdir()}
    assert {"index.html", "indicators.html", "territory.html", "protection.html"} <= english
    for name in english:
        assert f'href="../fr/{name}"' in (site / "en" / name).read_text("utf-8")
        assert f'href="../en/{name}"' in (site / "fr" / name).read_text("utf-8")


def test_each_page_runs_files_of_the_site_and_nothing_else(site: Path) -> None:
    for path in pages(site):
        text = path.read_text("utf-8")
        found = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
        assert found
        assert found[1].replace("&#39;", "'") == POLICY
        for script in re.findall(r"<script\b[^>]*>[^<]", text):
            assert 'type="application/json"' in script
        assert "<style" not in text
        assert not re.search(r'\sstyle="', text)
        assert not re.search(r'\son[a-z]+="', text)


def test_a_page_leads_outside_to_the_licence_alone_and_every_other_link_to_a_file(
    site: Path,
) -> None:
    release = site.parent
    (release / "manifest.json").touch()
    (release / "manifest.sig").touch()
    absent = set()
    for path in pages(site):
        text = re.sub(r"<pre.*?</pre>", "", path.read_text("utf-8"), flags=re.DOTALL)
        for link in re.findall(r'(?:src|href)="([^"#?]+)', text):
            if "//" in link:
                assert link == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
            elif link != "data:," and not (path.parent / link).exists():
                absent.add(link)
    # The files of the release are written beside the site, and not by this test.
    assert absent <= {
        "../../csv/observations.csv",
        "../../parquet/observations.parquet",
        "../../csv/columns.csv",
    }


def test_what_is_loaded_from_the_assets_is_there(site: Path) -> None:
    (assets,) = (site / "assets").iterdir()
    for path in assets.glob("*.js"):
        for name in re.findall(r'from "\./([\w.]+)"', path.read_text("utf-8")):
            assert (assets / name).is_file(), name
    assert (assets / "vendor" / "vega.js").is_file()
    assert {path.stem for path in (assets / "charts").iterdir()} >= {"trend", "bars"}


def test_it_speaks_for_the_widest_territory_that_is_wholly_in_scope(site: Path) -> None:
    assert '<span class="place">Rennes Métropole</span>' in page(site, "index")
    assert data(site, "meta-en")["main"][1] == "Rennes Métropole"


def test_a_territory_that_reaches_beyond_the_scope_is_never_shown_as_the_whole(
    site: Path, publication: Publication
) -> None:
    home, about = page(site, "index"), page(site, "about")
    row = re.search(r'data-value="CA Redon Agglomération">(.*?)</th>', home, re.DOTALL)
    assert row
    assert 'class="part"' in row[1]
    assert "Bretagne (" in about
    share = publication.coverage.query("ref_area == 'REG-53'")["scope_share"].iloc[0]
    assert number(100 * share, 1, "en") in about
    assert data(site, "places", "region", "all")["REG-53"]["scope"] == round(share, 4)
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
        assert number(value, 0, "en") not in home + about


def _totals(publication: Publication) -> dict[tuple[str, str, str], tuple[float, str]]:
    frame = publication.observations
    for name in published_dimensions(publication.contracts):
        frame = frame[frame[name].isin(["_T", "_Z"])]
    return {
        (row.indicator, row.ref_area, row.time_period): (row.obs_value, row.obs_status)
        for row in frame.itertuples()
    }


def test_the_files_bear_each_total_of_the_database_and_none_that_is_hidden(
    site: Path, publication: Publication
) -> None:
    known = _totals(publication)
    meta = data(site, "meta-en")
    seen, hidden = set(), 0
    for level, told in meta["levels"].items():
        areas = data(site, "levels", level)["ids"]
        for code in told["indicators"]:
            own = data(site, "values", code, level)
            for place, (period, _) in enumerate(meta["periods"]):
                for area, value, status in zip(
                    areas, own["values"][place], own["status"][place], strict=True
                ):
                    expected, why = known.get((code, area, period), (None, "-"))
                    seen.add((code, area, period))
                    assert status == why or (status in "LMN" and why in "M-")
                    hidden += why == "Q"
                    if value is None:
                        assert expected is None or math.isnan(expected)
                    else:
                        assert value == pytest.approx(expected, abs=1e-4)
    assert hidden > 0
    assert set(known) <= seen


def test_a_profile_bears_the_same_figures_as_the_level(site: Path) -> None:
    level = data(site, "levels", "commune")["ids"]
    values = data(site, "values", "HOME_INTERNET", "commune")
    found = {}
    for path in (site / "data" / "places" / "commune").iterdir():
        found |= json.loads(path.read_text("utf-8"))
    assert sorted(found) == level
    for place, area in enumerate(level):
        own, statuses, *_ = found[area]["totals"]["HOME_INTERNET"]
        assert own == [period[place] for period in values["values"]]
        assert statuses == "".join(period[place] for period in values["status"])


def test_the_file_of_a_territory_is_the_longest_beginning_of_its_identifier(site: Path) -> None:
    prefixes = data(site, "meta-en")["levels"]["commune"]["shards"]
    for area in data(site, "levels", "commune")["ids"]:
        prefix = max((one for one in prefixes if area.startswith(one)), key=len)
        assert area in data(site, "places", "commune", prefix or "all")


def test_a_rank_counts_those_above_and_peers_are_quarters_of_the_class(
    site: Path, publication: Publication
) -> None:
    known = _totals(publication)
    classes = publication.geography.classes["urbanisation"]
    values = {
        area.removeprefix("COM-"): value
        for (code, area, period), (value, _) in known.items()
        if code == "PTR" and period == "2021" and area.startswith("COM-") and pd.notna(value)
    }
    town = sorted(value for code, value in values.items() if classes[code] == "TOWN")
    last, groups = data(site, "peers", "commune")["PTR"]
    assert last == 2
    low, _, middle, _, high, count = groups["urbanisation:TOWN"]
    assert [low, high, count] == [pytest.approx(town[0]), pytest.approx(town[-1]), len(town)]
    assert middle == pytest.approx(town[round(0.5 * (len(town) - 1))], abs=1e-4)
    for path in (site / "data" / "places" / "commune").iterdir():
        for area, record in json.loads(path.read_text("utf-8")).items():
            if "PTR" in record["ranks"]:
                own = values[area.removeprefix("COM-")]
                above = sum(other > own for other in values.values())
                assert record["ranks"]["PTR"] == [above + 1, len(values)]


def test_peers_of_whom_more_are_hidden_than_shown_have_no_middle() -> None:
    shown = {f"COM-{n}": Series((float(n),), "A") for n in range(5)}
    hidden = {f"COM-{n}": Series((None,), "Q") for n in range(10, 15)}
    without_school = {f"COM-{n}": Series((None,), "N") for n in range(50, 80)}
    one_more = {"COM-15": Series((None,), "Q")}
    for others, told in (({}, {"_T"}), (one_more, set())):
        series = shown | hidden | without_school | others
        rest = {"name": "", "level": "commune", "inhabitants": None, "scope_share": None}
        places = [Place(id=area, code=area, up={}, classes={}, **rest) for area in series]
        assert set(peers(places, {"PTR": series}, 0).get("PTR", {})) == told


def test_a_commune_without_a_school_is_told_from_one_whose_figure_is_hidden(site: Path) -> None:
    schools = data(site, "values", "SCHOOLS", "commune")
    home = data(site, "values", "HOME_INTERNET", "commune")
    for count, status in zip(schools["values"][2], home["status"][2], strict=True):
        assert (status == "N") == (not count)


def test_the_share_hidden_is_that_of_the_release(site: Path, publication: Publication) -> None:
    text = page(site, "protection")
    for name in ("enrolment", "home_connectivity", "teaching_staff"):
        cells = publication.tables[name]
        hidden = int(cells["conf_status"].eq("C").sum())
        label = publication.contracts.tables[name].label.en
        row = re.search(rf'<tr><th scope="row">{label}</th>.*?</tr>', text, re.DOTALL)
        assert row
        assert number(hidden, 0, "en") in row[0]
        assert number(len(cells), 0, "en") in row[0]
        assert number(100 * hidden / len(cells), 1, "en") + "%" in row[0]


def test_the_page_on_protection_states_each_signed_threshold_with_its_reason(
    site: Path, publication: Publication
) -> None:
    for language in ("en", "fr"):
        text = unescape(page(site, "protection", language))
        assert 'lang="en"' not in text.partition("<main")[2].partition("</main>")[0]
        for threshold in publication.contracts.policy.thresholds.values():
            own = threshold if language == "en" else threshold.in_french
            assert own is not None
            assert f"<td>{threshold.value} <span>{own.unit}</span></td>" in text
            assert unbroken(own.reason, language) in text


@pytest.mark.parametrize(
    ("share", "english", "french"),
    [
        (1, "100%", "100\u202f%"),
        (0.997, "99.7%", "99,7\u202f%"),
        (0.99996, "99.996%", "99,996\u202f%"),
        (0.5, "50%", "50\u202f%"),
        (0.994, "99%", "99\u202f%"),
        (0.003, "0.3%", "0,3\u202f%"),
        (0, "0%", "0\u202f%"),
    ],
)
def test_only_the_whole_is_written_as_100_and_only_nothing_as_0(
    share: float, english: str, french: str
) -> None:
    assert (percentage(share, 0, "en"), percentage(share, 0, "fr")) == (english, french)


def test_a_dataset_that_no_school_owes_is_not_said_to_have_brought_nothing(
    site: Path, publication: Publication
) -> None:
    frame = publication.coverage
    owed = frame[frame["expected"].gt(0)]["dataset"]
    other = set(frame["dataset"]) - set(owed)
    assert other
    assert len(owed)
    datasets = publication.contracts.datasets
    for language, words in (("en", "not expected school by school"), ("fr", "non attendu école")):
        rows = re.findall(r"<tr><th scope=.row.>.*?</tr>", page(site, "about", language))
        told = {row for row in rows if words in row}
        assert len(told) == len(other)
        for name in other:
            label = datasets[name].label.words(cast("Language", language))
            assert any(label in unescape(row) for row in told)


def test_sources_are_named_in_the_language_of_the_page(site: Path) -> None:
    english = re.compile(r"\b(?:Own (?:bands|definition)|Own[,;]|UIS glossary|Synthetic)\b")
    french = re.compile(r"Définition propre|Tranches propres|Glossaire de l|Synthétique")
    for path in pages(site):
        text = unescape(
            re.sub(r"<script.*?</script>", "", path.read_text("utf-8"), flags=re.DOTALL)
        )
        other = english if path.parent.name == "fr" else french
        assert not other.search(text), path
    assert "Glossaire de l'ISU" in unescape(page(site, "indicator-ger", "fr"))
    assert "UIS glossary" in page(site, "indicator-ger")


def test_a_space_stands_before_a_colon_in_french_alone(site: Path) -> None:
    shown = {"en": 0, "fr": 0}
    for path in pages(site):
        text = re.sub(r"(?s)<(pre|script|head|textarea)\b.*?</\1>", "", path.read_text("utf-8"))
        spaced = re.findall(r"[^\s>]\s:\s", text)
        if path.parent.name == "en":
            assert spaced == [], path
        assert not re.search(r"\w : ", text), path
        shown[path.parent.name if path.parent.name == "fr" else "en"] += len(spaced)
    assert shown["fr"] > 0


@pytest.mark.parametrize("name", ["priorities", "indicator-devices-needed"])
def test_a_page_of_needs_says_that_those_of_parts_do_not_add_up(site: Path, name: str) -> None:
    assert "the needs of its parts can therefore exceed its own" in page(site, name)
    assert "des besoins de ses parties peut donc dépasser le sien" in page(site, name, "fr")


def test_the_files_of_a_release_are_folded_by_folder_and_each_is_listed_once() -> None:
    files = [
        ReleaseFile(path=path, format="CSV", size=size, sha256="")
        for path, size in (("README.md", 1), ("csv/a.csv", 600), ("csv/cells/b.csv", 650))
    ]
    beside, csv = file_groups(files)
    assert (beside.folder, [file.name for file in beside.files]) == ("", ["README.md"])
    assert (csv.folder, [file.name for file in csv.files]) == ("csv", ["a.csv", "cells/b.csv"])
    assert csv.size_words["en"] == "1.2\u00a0kB"
    assert csv.formats == ("CSV",)


def test_a_signed_number_without_french_words_is_told_in_english_and_marked_as_such() -> None:
    threshold = load_project(ROOT).contracts.policy.thresholds["home"]
    other = threshold.model_copy(update={"in_french": None})
    assert (threshold.unit_in("fr"), threshold.unit_in("en")) == ("élèves", "pupils")
    assert (other.unit_in("fr"), other.reason_in("fr")) == (other.unit, other.reason)
    assert threshold.is_said_in("fr")
    assert not other.is_said_in("fr")
    assert other.is_said_in("en")


def test_synthetic_data_is_said_so_on_every_page(site: Path, publication: Publication) -> None:
    said = publication.contracts.policy.synthetic
    assert said
    languages: tuple[Language, ...] = ("en", "fr")
    for language in languages:
        own = [path for path in pages(site) if path.parent.name == language]
        assert own
        for path in own:
            assert unbroken(said.words(language), language) in path.read_text("utf-8")


def test_an_indicators_page_gives_its_definition_method_and_the_same_by_query(
    site: Path, publication: Publication
) -> None:
    for item in publication.contracts.indicators.indicators:
        path = site / "fr" / page_of(item.code)
        if path.exists():
            text = path.read_text("utf-8")
            assert f"where indicator = '{item.code}'" in text
            assert f"from indicator('{item.code}', level := " in text.replace("&#39;", "'")
            told = re.sub("[\u00a0\u202f]", " ", text.replace("&#39;", "'"))
            assert item.source_in("fr").split(",")[0] in told
    assert "\u00d7 1\u202f000" in page(site, "indicator-connected-places-per-1000", "fr")


def test_the_data_page_lists_the_files_of_the_release_with_their_hashes(site: Path) -> None:
    text = page(site, "data")
    assert 'href="../../published.duckdb"' in text
    assert re.search(r'<code class="hash">[0-9a-f]{64}</code>', text)
    assert "../../site/" not in text


def test_without_outlines_there_is_a_site_without_a_map(
    publication: Publication, database: Path, tmp_path: Path
) -> None:
    out = tmp_path / "site"
    write_site(database, out, contracts=publication.contracts, outlines=None)
    text = page(out, "index")
    assert 'id="map"' not in text
    assert 'id="areas"' in text
    assert not (out / "data" / "shapes").exists()


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
            | {"stands_from": None, "obs_low": None, "obs_high": None}
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
        release_id="release-tg",
        created="2026-01-01T00:00:00Z",
        policy="togo",
        policy_version=1,
        periods="2024",
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
    site = tmp_path / "site"
    write_site(
        tmp_path / "published.duckdb",
        site,
        contracts=publication.contracts,
        outlines=publication.outlines,
    )
    text = page(site, "index")
    assert '<span class="place">Togo</span>' in text
    assert "2,000" in text
    everything = "".join(path.read_text("utf-8") for path in pages(site))
    assert "Ille-et-Vilaine" not in everything


def test_the_same_database_gives_the_same_site(
    site: Path, publication: Publication, database: Path, tmp_path: Path
) -> None:
    write_site(database, tmp_path, contracts=publication.contracts, outlines=publication.outlines)
    for path in sorted(item for item in site.rglob("*") if item.is_file()):
        # The page on data lists the files of the release, and this test added two.
        if path.name != "data.html":
            assert path.read_bytes() == (tmp_path / path.relative_to(site)).read_bytes(), path


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


def test_dates_and_sizes_are_written_as_the_language_writes_them() -> None:
    day = pd.Timestamp("2026-05-01").date()
    assert long_date(day, "en") == "1 May 2026"
    assert long_date(day, "fr") == "1er mai 2026"
    assert size_words(999) == {"en": "999\u00a0B", "fr": "999\u00a0o"}
    assert size_words(1_250_000) == {"en": "1.2\u00a0MB", "fr": "1,2\u00a0Mo"}


def test_french_text_keeps_numbers_and_signs_together() -> None:
    assert unbroken("pour 1 000 élèves : oui", "fr") == "pour 1\u202f000 élèves\u202f: oui"
    assert unbroken("per 1 000: yes", "en") == "per 1 000: yes"


def test_each_word_is_told_in_both_languages() -> None:
    assert all(label.en and label.fr for label in WORDS.values())
    used = set()
    for path in TEMPLATES.glob("*.j2"):
        used |= set(re.findall(r"""\bt\(["']([a-zA-Z_.]+)["']\)""", path.read_text("utf-8")))
    assert len(used) > 50
    assert used <= set(WORDS)


def test_each_word_that_a_script_says_is_there() -> None:
    static = TEMPLATES.parent / "static"
    used = set()
    for path in static.glob("*.js"):
        used |= set(re.findall(r'say\("([a-zA-Z_.]+)"', path.read_text("utf-8")))
    meta = set(WORDS)
    assert len(used) > 30
    assert used <= meta


@given(st.text())
def test_data_cannot_end_the_script_that_holds_it(text: str) -> None:
    written = str(json_text({"text": text + "</script><!--"}))
    assert "<" not in written
    assert json.loads(written) == {"text": text + "</script><!--"}


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


@pytest.mark.parametrize("lowest", [0.0, 19.9, 38.5, 41.0, 60.0, 99.0, 100.0])
def test_the_ticks_of_an_axis_of_shares_are_whole_and_hold_the_lowest(lowest: float) -> None:
    figure = Figure(value=lowest, status="A", coverage=1.0)
    indicator = load_project(ROOT).contracts.indicators["GER"]
    row = ClassRow(indicator=indicator, figures=(figure, None), gap=None, is_share=True)
    ticks = axis_ticks([row])
    assert ticks[0] <= lowest
    assert ticks[-1] == 100
    assert len(set(ticks)) == 5
    assert all(tick == int(tick) for tick in ticks)


def test_a_class_without_a_figure_leaves_the_others_their_colours() -> None:
    dots = draw_dots((None, 41.0, None, 60.0), start=30, end=80)
    assert dots.points == ((1, 22.0), (3, 60.0))
    assert (dots.low, dots.high) == (22.0, 60.0)
    assert draw_dots((None, None), start=0, end=100).points == ()


def test_a_year_that_only_begins_to_arrive_does_not_empty_the_site(
    publication: Publication, tmp_path: Path
) -> None:
    told = sorted(publication.observations["time_period"].unique())
    first = publication.observations.query("indicator == 'SCHOOLS' and time_period == @told[-1]")
    begun = first.assign(time_period=str(int(told[-1]) + 1))
    later = replace(publication, observations=pd.concat([publication.observations, begun]))
    write_database(later, tmp_path / "published.duckdb")
    database, out = tmp_path / "published.duckdb", tmp_path / "site"
    write_site(database, out, contracts=later.contracts, outlines=later.outlines)
    meta = data(out, "meta-fr")
    assert [period for period, _ in meta["periods"]] == [*told, str(int(told[-1]) + 1)]
    assert meta["opens_on"] == len(told) - 1
    home = page(out, "index")
    assert school_year(told[-1]) in home.partition('<p class="eyebrow">')[2].partition("</p>")[0]


def test_what_nobody_ever_delivered_has_no_page_and_no_line(
    publication: Publication, tmp_path: Path
) -> None:
    only = publication.observations.query("indicator in ('SCHOOLS', 'SCHOOL_INTERNET')")
    part = replace(publication, observations=only)
    write_database(part, tmp_path / "published.duckdb")
    out = tmp_path / "site"
    write_site(tmp_path / "published.duckdb", out, contracts=part.contracts, outlines=part.outlines)
    assert set(data(out, "meta-en")["indicators"]) == {"SCHOOLS", "SCHOOL_INTERNET"}
    assert len(list((out / "en").glob("indicator-*.html"))) == 2
    heads = page(out, "index").partition('id="areas-caption"')[2].partition("</thead>")[0]
    assert "Pupils enrolled" not in heads


def test_profiles_are_the_same_however_many_files_are_made_at_once(
    publication: Publication,
    database: Path,
    site: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(datafiles, "FILES_AT_ONCE", 1)
    with open_published(database) as connection:
        places = read_places(connection, publication.contracts)
        datafiles.write_data(tmp_path, connection, places, None, periods=("2019", "2020", "2021"))
    files = sorted((tmp_path / "places").rglob("*.json"))
    assert len(files) > len(places.levels)
    for file in files:
        assert file.read_bytes() == (site / "data" / file.relative_to(tmp_path)).read_bytes()
