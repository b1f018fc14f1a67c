"""The papers of the officer in a real browser: on a screen, a phone and paper, asking nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.papers import (
    Event,
    Evidence,
    Incoming,
    PublishedLevel,
    RefusedRows,
    audit_page,
    register_page,
)
from pipeline.project import load_project

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

ROOT = Path(__file__).resolve().parents[2]
HASH = "0123456789abcdef" * 4
PAPERS = ("audit_en", "audit_fr", "register_en", "register_fr")


def _evidence() -> Evidence:
    kinds = ("policy_signature", "key_event", "opening", "erasure", "approval", "release")
    return Evidence(
        period="2021",
        made_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
        events=tuple(
            Event(seq=n, at=f"2026-11-23T09:{n:02d}:00+00:00", kind=kind, facts={"record": HASH})
            for n, kind in enumerate(kinds, 1)
        ),
        head=HASH,
        incoming=tuple(
            Incoming(
                name=f"{dataset}-2021-{HASH[:16]}",
                dataset=dataset,
                at="2026-11-23T09:00:00+00:00",
                verdict="accepted",
                counted=166_497,
                accepted=166_490,
                refused=7,
            )
            for dataset in ("pupils", "teachers", "schools")
        ),
        quarantine=(RefusedRows(dataset="pupils", column="sex", rule="codelist", rows=7),),
        release="release-0123456789abcdef",
        published=tuple(
            PublishedLevel(
                indicator="ENROLMENT", area_level=level, cells=1200, hidden=40, smallest=5
            )
            for level in ("commune", "epci", "departement")
        ),
        disclosure=(),
        proved_queries=17,
        identified_columns=2,
        fingerprint=HASH,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    contracts, folder = load_project(ROOT).contracts, tmp_path_factory.mktemp("papers")
    for language in ("en", "fr"):
        pages = {
            "audit": audit_page(contracts, _evidence(), language=language),
            "register": register_page(contracts, language=language, on=date(2026, 11, 23)),
        }
        for name, page in pages.items():
            (folder / f"{name}_{language}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield started
        started.close()


@pytest.fixture(params=PAPERS)
def page(browser: Any, folder: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    file = folder / f"{request.param}.html"
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened, wrong = context.new_page(), []

    def route(request: Any) -> None:
        if request.request.url.split("#")[0] == file.as_uri():
            request.continue_()
        else:
            wrong.append(request.request.url)
            request.abort()

    opened.route("**/*", route)
    opened.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(file.as_uri())
    yield opened
    assert wrong == []
    context.close()


def test_no_request_leaves_it_and_it_has_one_title_in_its_language(page: Any) -> None:
    page.mouse.wheel(0, 50_000)
    language = page.url.rsplit("_", 1)[1].removesuffix(".html")
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("h1").count() == 1
    assert page.title()


def test_headings_go_down_one_step_at_a_time(page: Any) -> None:
    script = "[...document.querySelectorAll('h1, h2, h3')].map(h => Number(h.tagName[1]))"
    levels = page.evaluate(script)
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_cut_off_at_the_side(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_link_leads_to_a_part_of_the_page(page: Any) -> None:
    lost = page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
        ".filter(href => !href.startsWith('#') || !document.getElementById(href.slice(1)))"
    )
    assert lost == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    faint = page.evaluate(
        """() => {
            const shade = colour => {
                const [r, g, b] = colour.match(/[\\d.]+/g).map(v => v / 255).map(
                    v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b;
            };
            const ground = node => {
                for (let at = node; at; at = at.parentElement) {
                    const colour = getComputedStyle(at).backgroundColor;
                    if (!/, 0\\)$/.test(colour)) return colour;
                }
                return 'rgb(255, 255, 255)';
            };
            return [...document.querySelectorAll('main *')]
                .filter(node => [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
                .filter(node => {
                    const [a, b] = [shade(getComputedStyle(node).color), shade(ground(node))];
                    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5;
                }).map(node => node.className + ' ' + node.textContent.slice(0, 30));
        }"""
    )
    assert faint == []


def test_it_prints(page: Any) -> None:
    assert page.pdf(format="A4").startswith(b"%PDF")
