"""One Chromium for the session, and pages from which no request may leave."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.dissemination.database import write_database
from pipeline.dissemination.files import write_files
from pipeline.dissemination.site import write_site
from tests.browser.sample import sample_publication
from tests.browser.served import served

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

# Rennes Métropole wholly in scope, Redon in part; some communes hidden, some without a school.
EPCI = ("243500139", "243500741", "243500618")
Open = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a started Chromium; tests that need it are skipped, said why, where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is missing, and scripts/system-packages could not install it")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture
def watched() -> list[str]:
    """What must not happen: requests that leave the page, errors on the console."""
    return []


@pytest.fixture
def open_page(browser: Any, watched: list[str]) -> Iterator[Open]:
    """Return what opens a file in a context of its own; at the end nothing was watched."""
    contexts = []

    def open_file(file: Path, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        opened = context.new_page()

        def route(request: Any) -> None:
            if request.request.url.split("#")[0] == file.as_uri():
                request.continue_()
            else:
                watched.append(request.request.url)
                request.abort()

        opened.route("**/*", route)
        opened.on("console", lambda message: watched.append(f"{message.type}: {message.text}"))
        opened.on("pageerror", lambda error: watched.append(str(error)))
        opened.goto(file.as_uri())
        return opened

    yield open_file
    assert watched == []
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a release of three bodies of communes; the folder above is the release."""
    folder = tmp_path_factory.mktemp("release")
    publication = sample_publication(epci=EPCI)
    database = folder / "published.duckdb"
    write_database(publication, database)
    write_files(database, folder)
    out = folder / "site"
    write_site(database, out, contracts=publication.contracts, outlines=publication.outlines)
    (folder / "manifest.json").write_text("{}")
    (folder / "manifest.sig").write_text("")
    return out


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, as a plain web server does."""
    with served(site.parent) as root:
        yield f"{root}site/"


@pytest.fixture
def visit(browser: Any, address: str, watched: list[str]) -> Iterator[Open]:
    """Return what opens a page of the site, once it is still; nothing must be watched."""
    contexts = []

    def open_address(path: str, *, width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        opened = context.new_page()

        def route(request: Any) -> None:
            if request.request.url.startswith((address.removesuffix("site/"), "blob:")):
                request.continue_()
            else:
                watched.append(request.request.url)
                request.abort()

        opened.route("**/*", route)
        opened.on("console", lambda message: watched.append(f"{message.type}: {message.text}"))
        opened.on("pageerror", lambda error: watched.append(str(error)))
        opened.on(
            "response",
            lambda answer: answer.status >= 400 and watched.append(f"{answer.status} {answer.url}"),
        )
        opened.goto(address + path)
        opened.locator("html[data-ready]").wait_for()
        return opened

    yield open_address
    assert watched == []
    for context in contexts:
        context.close()
