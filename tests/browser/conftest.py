"""One Chromium for the session, and pages from which no request may leave."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

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
