"""Names of territories that are code, directions or one long word stay names on every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pipeline.dissemination.database import write_database
from pipeline.dissemination.site import write_site
from pipeline.project import load_project
from tests.browser.sample import ROOT, sample_publication
from tests.browser.served import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RUNS = "document.title = 'run'"
HOSTILE = {
    "35238": f"</script><script>{RUNS}</script>",
    "35047": f'<img src=x onerror="{RUNS}">',
    "35051": "\u202eevil",
    "35281": "W" * 300,
    "35024": "{name} {share} {{7*7}}",
    "35210": f"]]></text><svg onload={RUNS}>",
    "35055": "__proto__",
    "35278": "javascript:alert(1)",
}
PAGES = (
    "index.html",
    "indicator-home-internet.html?level=commune",
    "priorities.html?level=commune",
    "programmes.html?level=commune",
    "territory.html",
    "compare.html?ids=" + ",".join(f"COM-{code}" for code in [*HOSTILE][:6]),
    *(f"territory.html?id=COM-{code}" for code in HOSTILE),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the site of a release whose largest communes bear such names."""
    folder = tmp_path_factory.mktemp("hostile")
    usual = sample_publication(epci=("243500139", "243500741", "243500618"))
    territories = dict(usual.geography.territories)
    for code, name in HOSTILE.items():
        territories["commune", code] = replace(territories["commune", code], name=name)
    publication = replace(usual, geography=replace(usual.geography, territories=territories))
    write_database(publication, folder / "published.duckdb")
    write_site(
        folder / "published.duckdb",
        folder / "site",
        contracts=load_project(ROOT).contracts,
        outlines=publication.outlines,
    )
    with served(folder) as root:
        yield f"{root}site/"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    opened = context.new_page()
    opened.told = []
    opened.on("console", lambda message: opened.told.append(message.text))
    opened.on("pageerror", lambda error: opened.told.append(str(error)))
    yield opened
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_name_runs_makes_an_element_or_breaks_a_page(page: Any, address: str, path: str) -> None:
    page.goto(f"{address}en/{path}")
    page.locator("html[data-ready]").wait_for()
    assert page.title() != "run"
    assert page.locator("main img[src=x], main svg[onload], main script:not([type])").count() == 0
    assert page.told == []


@pytest.mark.parametrize("code", HOSTILE)
def test_a_profile_bears_its_name_as_it_is(page: Any, address: str, code: str) -> None:
    page.goto(f"{address}fr/territory.html?id=COM-{code}")
    page.locator("html[data-ready]").wait_for()
    assert page.locator("h1").inner_text() == HOSTILE[code]


def test_one_long_word_does_not_widen_its_page_or_the_list_of_territories(
    page: Any, address: str
) -> None:
    for path in ("territory.html?id=COM-35281", "territory.html", "compare.html?ids=COM-35281"):
        page.goto(f"{address}en/{path}")
        page.locator("html[data-ready]").wait_for()
        assert page.evaluate("document.querySelector('main').scrollWidth") <= 360, path


def test_a_search_finds_such_a_name_and_shows_it_as_text(page: Any, address: str) -> None:
    page.goto(f"{address}en/index.html")
    page.locator("html[data-ready]").wait_for()
    page.locator("#search").fill("onerror")
    found = page.locator("#found li").first
    found.wait_for()
    assert HOSTILE["35047"] in found.inner_text()
    assert page.title() != "run"
