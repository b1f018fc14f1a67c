"""The pages of a network: for everyone, on any width, asking nobody but their own server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.steps.networking import build_network
from tests.browser.served import served
from tests.network_releases import publish, write_publishers

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("network")
    houses = (
        publish(folder / "west", "west", pupils=24, is_other=False),
        publish(folder / "east", "east", pupils=9, is_other=True),
    )
    publishers = write_publishers(folder / "net.yml", *houses)
    build_network([h.release for h in houses], publishers=publishers, to=folder / "web")
    with served(folder / "web") as address:
        yield address, folder / "web"


def test_every_page_is_for_everyone_and_asks_its_own_server_alone(
    browser: Any, network: tuple[str, Path]
) -> None:
    address, folder = network
    told: list[str] = []
    for width in (360, 1440):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on(
            "request",
            lambda request: (
                told.append(request.url) if not request.url.startswith((address, "data:")) else None
            ),
        )
        pages = sorted(folder.rglob("*.html"))
        assert len(pages) > 8
        for file in pages:
            page.goto(f"{address}{file.relative_to(folder).as_posix()}")
            found = Axe().run(page).response["violations"]
            assert [(v["id"], len(v["nodes"])) for v in found] == [], file.name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, file.name
        context.close()
    assert told == []


def test_on_a_phone_the_figures_of_every_publisher_are_on_the_screen(
    browser: Any, network: tuple[str, Path]
) -> None:
    address, _ = network
    context = browser.new_context(viewport={"width": 360, "height": 900})
    page = context.new_page()
    page.goto(f"{address}en/index.html")
    cells = "[...document.querySelectorAll('.beside td')]"
    assert page.evaluate(f"{cells}.length") > 2
    assert page.evaluate(f"{cells}.every(td => td.getBoundingClientRect().right <= innerWidth)")
    assert page.evaluate(f"{cells}.every(td => td.dataset.of)")
    context.close()


def test_from_an_indicator_one_asks_the_comparison_in_the_browser(
    browser: Any, network: tuple[str, Path]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{network[0]}fr/index.html")
    page.click("a[href='indicator-enrolment.html']")
    assert page.inner_text("h1") == "Élèves inscrits"
    page.click("a[href^='query.html#q=']")
    page.click("#query-run")
    page.wait_for_selector("#query-answer td")
    read = "rows => rows.map(row => [row.cells[0].innerText, row.cells[3].innerText])"
    rows = page.locator("#query-answer tbody tr").evaluate_all(read)
    assert rows == [["east", "72"], ["west", "192"]]
    for key in page.locator("button[data-example]").evaluate_all(
        "b => b.map(x => x.dataset.example)"
    ):
        page.click(f"button[data-example={key}]")
        page.click("#query-run")
        page.wait_for_selector("#query-run:not([disabled])")
        assert page.get_attribute("#query-status", "data-kind") == "", key
        assert page.locator("#query-answer tbody tr").count() > 0, key
    context.close()
