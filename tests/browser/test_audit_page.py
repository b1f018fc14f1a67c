"""The papers of the officer in a real browser: on a screen, a phone and paper, asking nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Language
from pipeline.papers import (
    Event,
    Evidence,
    Incoming,
    PublishedLevel,
    RefusedRows,
    audit_page,
    register_page,
    sender_page,
)
from pipeline.papers.disclosure_chart import ranges_chart
from pipeline.papers.disclosure_page import Charts, public_disclosure, public_page, review_page
from pipeline.project import load_project
from tests.browser.conftest import Open
from tests.browser.sender_sample import reports
from tests.unit.test_papers_disclosure import NAME, RELEASE, facts

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
HASH = "0123456789abcdef" * 4
LANGUAGES: tuple[Language, ...] = ("en", "fr")
NONE = ("None so far.", "Néant à ce jour.")
RISK = {
    "dataset": "pupils",
    "period": "2021",
    "recoding": "none",
    "wanted_k": 5,
    "rows": 166_490,
    "classes": 60,
    "k": 1,
    "rows_under_k": 50,
    "unique_rows": 3,
    "greatest_risk": 1.0,
    "mean_risk": 0.03,
    "rows_over_risk": 50,
    "sensitive_column": ["home_internet"],
    "sensitive_distinct_l": [1],
    "sensitive_entropy_l": [1.25],
    "sensitive_t": [0.4],
}
REQUEST = {
    "request": "request-0001",
    "state": "late",
    "right": "erasure",
    "received": "2026-10-01",
    "due": "2026-11-01",
    "identity": "unchecked",
    "extension": "",
    "decision": "",
    "ground": "",
}
BREACH = {
    "breach": "breach-0001",
    "state": "open",
    "known": "2026-11-20T09:00:00+00:00",
    "due": "2026-11-23T09:00:00+00:00",
    "hours_left": 0,
    "nature": "confidentiality, availability",
    "datasets": "pupils, teachers, schools",
    "persons": 166_497,
    "records": 166_497,
    "risk": "high",
    "authority": "2026-11-21T09:00:00+00:00",
    "told": "2026-11-22T09:00:00+00:00",
}
# A sheet of A4 between margins of 10 mm, at 96 pixels to the inch.
SHEET = 718
SENDER_PAGES = ("rows", "school", "whole")
PAPERS = tuple(
    f"{name}_{language}"
    for name in ("audit", "register", "disclosure", "public", *SENDER_PAGES)
    for language in ("en", "fr")
)


def _evidence() -> Evidence:
    kinds = (
        *("policy_signature", "key_event", "opening", "erasure", "approval", "release"),
        *("recoded", "destroyed"),
    )
    told = [(kind, {"record": HASH}) for kind in kinds]
    return Evidence(
        period="2021",
        made_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
        events=tuple(
            Event(seq=n, at=f"2026-11-23T09:{n:02d}:00+00:00", kind=kind, facts=facts)
            for n, (kind, facts) in enumerate([*told, ("risk", RISK)], 1)
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
                in_force=166_000,
                replaced=400,
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
        disclosure=(
            {
                "table": "enrolment",
                "area_level": "commune",
                "threshold": 5,
                "cells": 1200,
                "primary": 24,
                "secondary": 16,
                "hidden_pct": 3.3,
            },
        ),
        proved_queries=17,
        identified_columns=2,
        fingerprint=HASH,
        keys={"root": "file", "root_check": HASH, "vault_generation": 3, "data_keys": 1204},
        domains=({"domain": "pupil", "epoch": 2, "check": HASH},),
        requests=(REQUEST,),
        breaches=(BREACH,),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    contracts, folder = load_project(ROOT).contracts, tmp_path_factory.mktemp("papers")
    told = facts()
    public = public_disclosure(told, release=RELEASE)
    for language in LANGUAGES:
        chart = ranges_chart({3: 8_000, 12: 40}, names=("Range", "Figures"), language=language)
        charts = Charts(ranges=chart, intervals=chart)
        pages = {
            "audit": audit_page(contracts, _evidence(), language=language),
            "register": register_page(contracts, language=language, on=date(2026, 11, 23)),
            "disclosure": review_page(NAME, told, contracts, charts=charts, language=language),
            "public": public_page(public, contracts, language=language),
        }
        pages |= {
            name: sender_page(report, contracts, language=language)
            for name, report in reports(contracts).items()
        }
        for name, page in pages.items():
            (folder / f"{name}_{language}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(params=PAPERS)
def page(open_page: Open, folder: Path, request: pytest.FixtureRequest) -> Any:
    return open_page(folder / f"{request.param}.html")


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


def test_no_part_of_it_is_empty(page: Any) -> None:
    text = page.locator("main").inner_text()
    assert not any(none in text for none in NONE)
    tables = page.evaluate(
        "[...document.querySelectorAll('table')].map(t => t.querySelectorAll('tbody tr').length)"
    )
    assert tables
    assert all(tables)


def test_on_paper_it_is_dark_on_white_and_nothing_is_cut_off(page: Any) -> None:
    page.set_viewport_size({"width": SHEET, "height": 1040})
    page.emulate_media(media="print", color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    # What scrolls on a screen cannot on paper.
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.scroll')]
            .filter(box => getComputedStyle(box).overflowX !== 'visible').length"""
    )
    assert cut == 0
    split = page.evaluate(
        """() => [...document.querySelectorAll('tr')]
            .filter(row => getComputedStyle(row).breakInside !== 'avoid').length"""
    )
    assert split == 0
    pdf = page.pdf(format="A4")
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height / 1040 / 2 < pages < 2 * height / 1040 + 2
