"""The first page in a real browser: both languages, by mouse and by keyboard, on paper."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.dissemination.database import write_database
from pipeline.dissemination.site import write_site
from tests.browser.conftest import Open
from tests.browser.sample import sample_publication

pytestmark = pytest.mark.browser

# Rennes Métropole wholly in scope, Redon in part; some communes hidden, some without a school.
EPCI = ("243500139", "243500741", "243500618")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    publication = sample_publication(epci=EPCI)
    write_database(publication, folder / "published.duckdb")
    return write_site(
        folder / "published.duckdb",
        folder / "site",
        contracts=publication.contracts,
        outlines=publication.outlines,
    )


@pytest.fixture
def page(open_page: Open, page_file: Path) -> Any:
    return open_page(page_file, locale="en-GB")


def _text(page: Any, selector: str) -> str:
    return str(page.locator(selector).first.inner_text())


def test_it_opens_without_an_error_and_no_request_leaves_it(page: Any) -> None:
    page.mouse.wheel(0, 20_000)
    assert "Rennes Métropole" in _text(page, "h1")
    assert page.locator(".card").count() == 8


def test_the_synthetic_data_is_labelled_first_of_all(page: Any) -> None:
    banner = page.locator(".synthetic")
    assert banner.is_visible()
    assert "SYNTHETIC" in banner.inner_text().upper()
    assert banner.bounding_box()["y"] == 0


def test_the_language_switch_changes_words_numbers_title_and_stays(page: Any) -> None:
    assert page.title().startswith("Schools")
    english = _text(page, ".card .big")
    page.get_by_role("button", name="Français").click()
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.title().startswith("École")
    assert english.replace(",", "\u202f") == _text(page, ".card .big")
    assert "Masqué pour protéger les personnes" in _text(page, "#legend")
    assert page.get_by_label("Indicateur").is_visible()
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "fr"


def test_only_one_language_is_seen_at_a_time(page: Any) -> None:
    for language, other in (("en", "fr"), ("fr", "en")):
        page.locator(f"[data-language={language}]").click()
        shown = page.evaluate(
            "language => [...document.querySelectorAll(`body [lang=${language}]`)]"
            ".filter(node => node.getClientRects().length).length",
            other,
        )
        assert shown == 0


def test_the_indicator_and_year_choosers_change_the_map_and_the_address(page: Any) -> None:
    classes = "[...document.querySelectorAll('#shapes path')].map(p => p.className.baseVal).join()"
    first = page.evaluate(classes)
    page.get_by_label("Indicator").select_option("PTR")
    second = page.evaluate(classes)
    assert first != second
    assert "Pupils per teacher, 2021" in _text(page, "#map-title")
    page.get_by_role("button", name="2019\u20132020").click()
    assert "2019" in _text(page, "#map-title")
    assert "indicator=PTR" in page.url
    assert "period=2019" in page.url
    page.reload()
    assert "Pupils per teacher, 2019" in _text(page, "#map-title")


def test_a_count_is_drawn_as_circles_not_as_colours(page: Any) -> None:
    page.get_by_label("Indicator").select_option("ENROLMENT")
    assert page.locator("#circles circle").count() > 40
    assert page.locator("#shapes .c4").count() == 0


def test_a_hidden_commune_is_hatched_and_said_to_be_hidden(page: Any) -> None:
    hidden = page.locator("#shapes .hidden")
    assert hidden.count() > 0
    assert "url(" in hidden.first.evaluate("node => getComputedStyle(node).fill")
    legend = page.locator("#legend li", has_text="Hidden to protect persons")
    assert legend.locator(".n").inner_text() == str(hidden.count())
    page.evaluate(
        "document.querySelector('#shapes .hidden').dispatchEvent("
        "new MouseEvent('click', {bubbles: true}))"
    )
    assert "hidden" in _text(page, "#profile .now")
    page.locator("#as-table summary").click()
    said = page.locator("#rows tr", has_text="Hidden to protect persons").count()
    assert said == hidden.count()


def test_a_commune_without_a_school_is_not_called_hidden(page: Any) -> None:
    legend = page.locator("#legend li", has_text="No school")
    none = page.locator("#shapes .none").count()
    assert none > 0
    assert legend.locator(".n").inner_text() == str(none)


def test_a_commune_is_found_by_name_and_its_figures_stand_beside_the_whole(page: Any) -> None:
    page.get_by_label("Find a territory").fill("bruz")
    profile = page.locator("#profile")
    assert profile.locator("h3").inner_text() == "Bruz"
    assert "Rennes Métropole" in profile.inner_text()
    assert page.locator("#chosen").get_attribute("d")
    assert "area=COM-35047" in page.url


def test_the_tooltip_tells_the_name_and_the_figure_under_the_pointer(page: Any) -> None:
    shape = page.locator("#shapes path").nth(0)
    shape.scroll_into_view_if_needed()
    index = page.evaluate(
        "[...document.querySelectorAll('#shapes path')]"
        ".findIndex(path => /^c/.test(path.className.baseVal))"
    )
    page.evaluate(
        "place => { const node = document.querySelectorAll('#shapes path')[place];"
        "const box = node.getBoundingClientRect(); node.dispatchEvent(new PointerEvent("
        "'pointermove', {bubbles: true, pointerType: 'mouse', clientX: box.x, clientY: box.y}))}",
        index,
    )
    name = page.evaluate(
        "place => JSON.parse(document.getElementById('data').textContent).areas[place][1]", index
    )
    tip = page.locator("#tip")
    assert tip.is_visible()
    assert name in tip.inner_text()
    assert re.search(r"\d+\.\d%", tip.inner_text())


def test_the_table_sorts_by_a_column_both_ways_and_says_so(page: Any) -> None:
    table = page.locator("table.sortable")
    head = table.locator("th", has_text="Pupils per teacher")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    place = page.evaluate("node => node.cellIndex", head.element_handle())
    column = (
        "[...document.querySelectorAll('.sortable tbody tr')]"
        f".map(row => +row.cells[{place}].dataset.value)"
    )
    values = page.evaluate(column)
    assert values == sorted(values, reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(column) == sorted(values)


def test_everything_can_be_done_by_keyboard(page: Any) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"theme", "indicator", "find"} <= reached
    assert "Pupils with internet at home" in _text(page, "#map-title")
    page.locator("#indicator").focus()
    page.keyboard.press("ArrowDown")
    assert "Pupils ready for distance learning" in _text(page, "#map-title")
    page.locator("#theme").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_controls_have_names_headings_have_order_and_drawings_have_words(page: Any) -> None:
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, select, input, a')].filter(node =>"
        "!node.textContent.trim() && !(node.labels && node.labels.length))"
        ".map(node => node.outerHTML)"
    )
    assert unnamed == []
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(h => +h.tagName[1])")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    bare = page.evaluate(
        "[...document.querySelectorAll('svg')].filter(s => !s.closest('[aria-hidden=true]') &&"
        "!s.getAttribute('aria-labelledby') && !s.closest('.legend')).length"
    )
    assert bare == 0
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))


# WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large text.
CONTRAST = """
() => {
  const parse = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    return parts.length < 4 ? [...parts, 1] : parts;
  };
  const linear = (part) => (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) =>
    .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour.startsWith('rgb') && parse(colour)[3] === 1) return parse(colour);
    }
    return [255, 255, 255, 1];
  };
  const low = new Set();
  for (const node of document.querySelectorAll('body *:not(svg *)')) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
    if (!own || !node.getClientRects().length) continue;
    if (node.closest('.sr, .skip, script, datalist, option')) continue;
    const style = getComputedStyle(node);
    const [a, b] = [luminance(parse(style.color)), luminance(ground(node))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + .05) / (b + .05);
    if (ratio < (isLarge ? 3 : 4.5)) low.add(`${node.tagName} ${node.className} ${ratio}`);
  }
  return [...low];
}
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_its_ground(page: Any, theme: str) -> None:
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_runs_over_the_edge(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for language in ("en", "fr"):
        page.locator(f"[data-language={language}]").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_it_is_light_whole_and_without_controls(page: Any) -> None:
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for selector in ("nav", ".controls", ".switches"):
        assert not page.locator(selector).first.is_visible()
    for selector in (".synthetic", "#drawing", "#legend", ".sortable", "#protection"):
        assert page.locator(selector).first.is_visible()


def test_a_partial_territory_is_marked_as_a_part(page: Any) -> None:
    row = page.locator(".sortable tbody tr", has_text="Redon")
    assert "part" in row.locator(".part").inner_text()
    assert "Bretagne" in _text(page, "#protection")
    assert page.locator(".sortable tbody tr", has_text="Bretagne").count() == 0
