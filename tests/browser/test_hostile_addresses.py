"""Whatever an address asks for, a page shows what it has and runs nothing of it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

HOSTILE = (
    "__proto__",
    "constructor",
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "'\u202e\n\x00../../manifest" + "a" * 3_000,
)
ASKED = {
    "index.html": ("indicator", "level", "period", "within", "area"),
    "indicator-home-internet.html": ("level", "period", "within", "area"),
    "territory.html": ("id", "trend"),
    "compare.html": ("ids", "period", "trend"),
    "priorities.html": ("need", "level", "period"),
    "programmes.html": ("level", "period", "theme"),
}


@pytest.mark.parametrize("name", ASKED)
def test_no_address_runs_anything_or_leaves_a_page_without_its_content(
    visit: Open, name: str
) -> None:
    for value in HOSTILE:
        told = "&".join(f"{key}={quote(value)}" for key in ASKED[name])
        page = visit(f"en/{name}?{told}#{quote(value)}", width=360)
        assert page.locator(".failure").count() == 0, value
        assert page.locator("main script, main [onerror]").count() == 0, value
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, value
        page.context.close()


@pytest.mark.parametrize("within", ["constructor", "COM-99999"])
def test_within_a_territory_that_holds_none_of_the_map_all_of_it_is_drawn(
    visit: Open, within: str
) -> None:
    whole = visit("en/indicator-home-internet.html?level=epci")
    page = visit(f"en/indicator-home-internet.html?level=epci&within={within}")
    areas = "[data-stage] svg path"
    assert page.locator(areas).count() == whole.locator(areas).count() > 2


@pytest.mark.parametrize("code", ["__proto__", "COM-99999"])
def test_a_territory_that_nobody_has_is_said_to_be_unknown_whatever_it_is_called(
    visit: Open, code: str
) -> None:
    page = visit(f"en/territory.html?id={code}")
    assert page.locator("[role=alert]").count() == 1
    assert page.locator(".failure").count() == 0
