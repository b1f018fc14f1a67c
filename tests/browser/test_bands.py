"""Where counts were moved, each page tells between what the figure of the exact ones lies."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.contracts.policy import CellKey
from pipeline.dissemination.database import write_database
from pipeline.dissemination.publication import Publication
from pipeline.dissemination.site import write_site
from pipeline.steps.banding import with_bands
from tests.browser.conftest import Open
from tests.browser.sample import sample_publication
from tests.browser.served import served
from tests.browser.test_site import settled, text_of
from tests.method_projects import CELL_KEY

pytestmark = pytest.mark.browser

REDON = "COM-35236"
BETWEEN = {
    "en": re.compile(r"\bbetween (\d[\d,.]*)%? and (\d[\d,.]*)%?"),
    "fr": re.compile(r"\bentre (\d[\d\s,]*?)\s*%? et (\d[\d\s,]*)"),
}


def moved() -> Publication:
    """Return a publication of which the counts of pupils are held to be moved by cell keys."""
    plain = sample_publication(epci=("243500741",))
    tables = {
        name: table.model_copy(update={"method": "cell_key"})
        if table.population == "pupils"
        else table
        for name, table in plain.contracts.tables.items()
    }
    rule = CellKey.model_validate(CELL_KEY)
    policy = plain.contracts.policy.model_copy(update={"cell_key": rule})
    contracts = plain.contracts.model_copy(update={"tables": tables, "policy": policy})
    made = {one.code for one in contracts.indicators.indicators if contracts.is_perturbed(one)}
    bare = plain.observations.drop(columns=["obs_low", "obs_high"])
    is_moved = bare["indicator"].isin(made) & bare["obs_value"].notna()
    bare["obs_status"] = bare["obs_status"].mask(is_moved, "E")
    banded = with_bands(bare, plain.tables, contracts, plain.geography)
    return replace(plain, contracts=contracts, observations=banded)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a release of one body of communes, with bands."""
    folder, publication = tmp_path_factory.mktemp("moved"), moved()
    database = folder / "published.duckdb"
    write_database(publication, database)
    out = folder / "site"
    write_site(database, out, contracts=publication.contracts, outlines=publication.outlines)
    return out


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where it is served."""
    with served(site.parent) as root:
        yield f"{root}site/"


@pytest.mark.parametrize("language", BETWEEN)
def test_a_profile_tells_the_band_beside_each_moved_figure(visit: Open, language: str) -> None:
    page = settled(visit(f"{language}/territory.html?id={REDON}", width=360))
    rows = page.locator(".profile-table tr").filter(has=page.locator("a[href*='enrolment.html']"))
    assert BETWEEN[language].search(text_of(rows.first, "td.strong"))
    schools = page.locator(".profile-table tr").filter(has=page.locator("a[href*='-schools.html']"))
    assert not BETWEEN[language].search(text_of(schools.first, "td.strong"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("language", BETWEEN)
def test_an_indicator_tells_it_at_its_head_on_the_map_and_in_its_table(
    visit: Open, language: str
) -> None:
    page = settled(visit(f"{language}/indicator-home-internet.html"))
    assert BETWEEN[language].search(text_of(page, ".figure-line"))
    assert BETWEEN[language].search(text_of(page, "[data-table] tbody"))
    tips = []
    for area in page.locator(".areas path").all():
        area.hover()
        tips.append(text_of(page, ".tip"))
    assert any(BETWEEN[language].search(tip) for tip in tips)
    with page.expect_download() as saved:
        page.locator("[data-table] a[download]").click()
    with Path(saved.value.path()).open(encoding="utf-8-sig", newline="") as lines:
        told = [row[-1] for row in csv.reader(lines)]
    assert any(BETWEEN[language].search(one) for one in told)
    assert Axe().run(page).violations_count == 0


def test_the_data_of_the_site_hold_the_ends_of_the_database(site: Path) -> None:
    told = json.loads((site / "data/values/ENROLMENT/commune.json").read_text(encoding="utf-8"))
    for values, bands in zip(told["values"], told["bands"], strict=True):
        assert set(bands) == {str(n) for n, value in enumerate(values) if value is not None}
        assert all(low <= values[int(n)] <= high for n, (low, high) in bands.items())
    schools = json.loads((site / "data/values/SCHOOLS/commune.json").read_text(encoding="utf-8"))
    assert "bands" not in schools
