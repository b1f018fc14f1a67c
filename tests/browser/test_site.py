"""The site in a real browser: both languages, by mouse and by keyboard, on a phone and on paper."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "fr")
BRUZ = "territory.html?id=COM-35047"
PAGES = (
    "index.html",
    "indicators.html",
    "indicator-home-internet.html",
    "indicator-enrolment.html",
    "indicator-home-internet-urban-rural.html",
    "territory.html",
    BRUZ,
    "compare.html",
    "priorities.html",
    "programmes.html",
    "query.html",
    "data.html",
    "protection.html",
    "codebook.html",
    "about.html",
    "releases.html",
)
HIDDEN = {"en": "Hidden to protect persons", "fr": "Masqué pour protéger les personnes"}


def text_of(page: Any, selector: str) -> str:
    return str(page.locator(selector).first.inner_text())


def until(page: Any, told: str) -> None:
    """Wait until an expression is true; a page's policy lets no waiting run inside of it."""
    for _ in range(200):
        if page.evaluate(told):
            return
        page.wait_for_timeout(25)
    raise AssertionError(told)


def settled(page: Any) -> Any:
    """Draw every chart: each waits until it is seen."""
    page.evaluate(
        "() => { document.documentElement.style.setProperty('scroll-behavior', 'auto');"
        "for (let y = 0; y < document.body.scrollHeight; y += 600) scrollTo(0, y); }"
    )
    for chart in page.locator(".chart:visible").all():
        chart.scroll_into_view_if_needed()
    until(
        page,
        "[...document.querySelectorAll('.chart')]"
        ".every(chart => chart.dataset.drawn || !chart.checkVisibility())",
    )
    page.evaluate("scrollTo(0, 0)")
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_fits_a_phone_and_has_no_fault_that_axe_knows(
    visit: Open, language: str, name: str
) -> None:
    page = settled(visit(f"{language}/{name}", width=360))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    captions = "[...document.querySelectorAll('main caption')].filter(one => one.checkVisibility())"
    ends = page.evaluate(f"{captions}.map(one => one.getBoundingClientRect().right)")
    assert max(ends, default=0) <= 360
    banner = page.locator(".synthetic")
    assert banner.is_visible()
    assert banner.bounding_box()["y"] == 0
    assert page.evaluate("document.documentElement.lang") == language
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].filter(h => h.checkVisibility())"
        ".map(h => +h.tagName[1])"
    )
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "indicator-home-internet.html", BRUZ])
def test_wide_and_in_both_themes_text_stands_out_from_its_ground(
    visit: Open, name: str, theme: str
) -> None:
    page = settled(visit(f"fr/{name}", width=1440, color_scheme=theme))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_the_way_in_leads_to_the_readers_language(visit: Open) -> None:
    assert "/fr/index.html" in visit("index.html", locale="fr-FR").url
    assert "/en/index.html" in visit("index.html", locale="de-DE").url


def test_the_other_language_shows_the_same_view_with_its_own_numbers(visit: Open) -> None:
    page = visit("en/index.html")
    english = text_of(page, ".card .big")
    page.get_by_label("Indicator", exact=True).select_option("PTR")
    page.get_by_role("link", name="Français").click()
    page.locator("html[lang=fr][data-ready]").wait_for()
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert english.replace(",", "\u202f") == text_of(page, ".card .big")
    assert "Élèves par enseignant, 2021" in text_of(page, "[data-title]")
    assert HIDDEN["fr"] in text_of(page, "[data-legend]")


def test_the_first_page_is_light_and_quick(visit: Open, site: Path) -> None:
    sizes: dict[str, int] = {}
    page = visit("en/index.html")
    for entry in page.evaluate("performance.getEntriesByType('resource').map(e => e.name)"):
        path = site / str(entry).partition("/site/")[2]
        sizes[path.name] = len(gzip.compress(path.read_bytes()))
    sizes["index.html"] = len(gzip.compress((site / "en/index.html").read_bytes()))
    assert "vega.js" not in sizes
    assert sum(sizes.values()) <= 300_000, sizes
    # Of several times the best: what else the machine does is no matter of the page's.
    took = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    times = [visit("en/index.html").evaluate(took) for _ in range(4)]
    assert min(times) <= 1_000


CLASSES = "[...document.querySelectorAll('.areas path')].map(p => p.className.baseVal).join()"


def test_the_choosers_change_the_map_and_the_address_keeps_it(visit: Open) -> None:
    page = visit("en/index.html")
    first = page.evaluate(CLASSES)
    page.get_by_label("Indicator", exact=True).select_option("PTR")
    until(page, "document.querySelector('[data-title]').textContent.startsWith('Pupils per t')")
    assert page.evaluate(CLASSES) != first
    page.get_by_role("button", name="2019\u20132020").click()
    until(page, "document.querySelector('[data-title]').textContent.includes('2019')")
    page.get_by_label("Level", exact=True).select_option("epci")
    until(page, "document.querySelectorAll('.areas path').length === 3")
    assert {"indicator=PTR", "period=2019", "level=epci"} <= set(
        page.url.partition("?")[2].split("&")
    )
    page.reload()
    page.locator("html[data-ready]").wait_for()
    assert text_of(page, "[data-title]") == "Pupils per teacher, 2019\u20132020"
    assert page.locator(".areas path").count() == 3


def test_a_count_is_drawn_as_circles_not_as_colours(visit: Open) -> None:
    page = visit("en/indicator-enrolment.html?level=commune")
    assert page.locator(".circles circle").count() > 40
    assert page.locator(".areas .c4").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hidden_commune_is_hatched_and_said_to_be_hidden(visit: Open, language: str) -> None:
    page = visit(f"{language}/indicator-home-internet.html?level=commune")
    hidden = page.locator(".areas .hidden")
    assert hidden.count() > 0
    assert "hatch" in hidden.first.evaluate("node => getComputedStyle(node).fill")
    legend = page.locator("[data-legend] li", has_text=HIDDEN[language])
    assert legend.locator(".n").inner_text() == str(hidden.count())
    hidden.first.dispatch_event("click")
    word = "hidden" if language == "en" else "masqué"
    until(page, f"document.querySelector('[data-profile] .now')?.textContent.includes('{word}')")
    assert HIDDEN[language] in text_of(page, "[data-said]")


def test_a_commune_without_a_school_is_not_called_hidden(visit: Open) -> None:
    page = visit("en/indicator-home-internet.html?level=commune")
    none = page.locator(".areas .none").count()
    assert none > 0
    assert page.locator("[data-legend] li", has_text="No school").locator(".n").inner_text() == str(
        none
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_of_no_level_with_several_territories_has_a_table_and_no_map(
    visit: Open, language: str
) -> None:
    page = visit(f"{language}/indicator-home-internet-urban-rural.html")
    assert page.locator(".failure").count() == 0
    assert page.locator("#map, #ranking, .jump a[href='#map']").count() == 0
    rows = page.locator("#table tbody tr").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["Ille-et-Vilaine", "Bretagne", "France"]
    assert all(any(map(str.isdigit, row)) for row in rows)


def test_the_pointer_reads_a_figure_and_goes_inside_a_body(visit: Open) -> None:
    page = visit("en/index.html?level=epci&indicator=HOME_INTERNET")
    page.locator(".areas path").first.hover()
    tip = page.locator(".tip")
    assert tip.is_visible()
    assert re.search(r"\d+\.\d%", tip.inner_text())
    page.locator(".areas path").first.click()
    page.get_by_role("button", name="Show inside").click()
    page.locator(".within b").wait_for()
    until(page, "document.querySelectorAll('.areas path').length > 3")
    assert "within=EPCI-" in page.url
    page.get_by_role("button", name="Back to all").click()
    page.locator(".within").wait_for(state="hidden")


def test_the_map_zooms_by_its_buttons_and_never_leaves_its_frame(visit: Open) -> None:
    page = visit("en/index.html")
    moved = "document.querySelector('.keys svg > g').getAttribute('transform')"
    assert "scale(1)" in page.evaluate(moved)
    page.get_by_role("button", name="Zoom in").click()
    assert "scale(1.6)" in page.evaluate(moved)
    page.get_by_role("button", name="Show all").click()
    assert "scale(1)" in page.evaluate(moved)


def test_everything_can_be_done_by_keyboard(visit: Open) -> None:
    page = visit("en/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(45):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"search", "theme", "atlas-indicator", "atlas-level", "keys"} <= reached
    page.locator(".keys").focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("ArrowRight")
    first = text_of(page, "[data-said]")
    assert first
    page.keyboard.press("ArrowDown")
    assert text_of(page, "[data-said]") != first
    name = text_of(page, "[data-said]").partition(":")[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/territory.html?id=COM-*")
    page.locator(".trail").wait_for()
    assert text_of(page, "h1") == name


def test_a_territory_is_found_by_typing_a_part_of_its_name_without_accents(visit: Open) -> None:
    page = visit("fr/index.html")
    page.locator("#search").fill("saint-gre")
    option = page.locator("#found li").first
    option.wait_for()
    assert "Saint-Grégoire" in option.inner_text()
    page.keyboard.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    page.locator(".trail").wait_for()
    assert text_of(page, "h1") == "Saint-Grégoire"


def test_a_profile_stands_against_its_holder_and_its_peers(visit: Open) -> None:
    page = visit(f"en/{BRUZ}")
    assert text_of(page, "h1") == "Bruz"
    assert "Rennes Métropole" in text_of(page, ".trail")
    table = page.locator(".profile-table", has_text="Pupils with internet at home").first
    heads = table.locator("thead").inner_text()
    assert "Rennes Métropole" in heads
    assert "Middle of peers" in heads
    row = table.locator("tr", has_text="Pupils with internet at home")
    assert re.search(r"\d+ of \d+", row.inner_text())
    assert row.locator("svg title").count() == 1


def test_a_territory_that_is_none_of_the_release_is_said_so(visit: Open) -> None:
    page = visit("fr/territory.html?id=COM-99999")
    assert "Aucun territoire" in text_of(page, ".notice[role=alert]")


def test_a_partial_territory_is_marked_as_a_part(visit: Open) -> None:
    page = visit("en/index.html")
    row = page.locator(".sortable tbody tr", has_text="Redon")
    assert "part" in row.locator(".part").inner_text()
    assert page.locator("#areas tbody tr", has_text="Bretagne").count() == 0
    region = visit("en/territory.html?id=REG-53")
    assert "never of the whole" in text_of(region, ".notice:not(.disk)")
    assert region.locator("h1 .part").is_visible()


def test_a_table_sorts_by_a_column_both_ways_and_says_so(visit: Open) -> None:
    page = visit("en/index.html")
    head = page.locator("#areas th", has_text="Pupils per teacher")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    place = page.evaluate("node => node.cellIndex", head.element_handle())
    column = (
        "[...document.querySelectorAll('#areas tbody tr')]"
        f".map(row => +row.cells[{place}].dataset.value)"
    )
    values = page.evaluate(column)
    assert values == sorted(values, reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert page.evaluate(column) == sorted(values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_an_indicator_is_saved_with_every_status_in_words(
    visit: Open, language: str
) -> None:
    page = visit(f"{language}/indicator-home-internet.html?level=commune", accept_downloads=True)
    shown = page.locator("#table .table-tools span").inner_text()
    with page.expect_download() as saving:
        page.locator("#table a[download]").click()
    assert saving.value.suggested_filename == "home_internet_commune.csv"
    content = Path(saving.value.path()).read_text("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == int(shown.split()[-1])
    latest = head.index("2021\u20132022")
    told = [row[latest] for row in rows]
    assert HIDDEN[language] in told
    assert "" not in told
    assert all(re.fullmatch(r"\d+(\.\d+)?", one) or not any(map(str.isdigit, one)) for one in told)


def test_a_comparison_is_a_link_that_shows_the_same_anywhere(visit: Open) -> None:
    page = visit("en/compare.html?ids=COM-35238,EPCI-243500139&period=2019")
    heads = page.locator(".compared thead").first.inner_text()
    assert "Rennes" in heads
    assert "Rennes Métropole" in heads
    assert "2019\u20132020" in text_of(page, ".compared caption")
    page.get_by_label("Add a territory").fill("Bruz (Commune)")
    until(page, "document.querySelectorAll('.chip').length === 3")
    assert "ids=COM-35238%2CEPCI-243500139%2CCOM-35047" in page.url
    other = visit("fr/" + page.url.partition("/en/")[2])
    assert other.locator(".chip").count() == 3
    assert "Bruz" in text_of(other, ".compared thead")
    other.get_by_role("button", name="Retirer Bruz").click()
    until(other, "document.querySelectorAll('.chip').length === 2")


def test_needs_are_ranked_and_sorted_by_pupils_as_well(visit: Open, site: Path) -> None:
    page = visit("fr/priorities.html?need=DEVICES_NEEDED&level=epci")
    column = (
        "[...document.querySelectorAll('[data-table] tbody tr')]"
        ".map(row => [row.cells[1].innerText, row.cells[3].innerText])"
    )
    needs = [int(re.sub(r"\D", "", need.split("*")[0])) for need, _ in page.evaluate(column)]
    assert needs == sorted(needs, reverse=True)
    values = json.loads((site / "data/values/DEVICES_NEEDED/epci.json").read_text("utf-8"))
    assert needs == sorted(values["values"][2], reverse=True)
    page.get_by_role("button", name="Pour 1 000 élèves").or_(
        page.get_by_role("button", name="Pour 1\u202f000 élèves")
    ).first.click()
    rates = [float(rate.replace(",", ".")) for _, rate in page.evaluate(column)]
    assert rates == sorted(rates, reverse=True)


def test_programmes_are_filtered_by_theme_and_territory(visit: Open) -> None:
    page = visit("en/programmes.html")
    every = page.locator("[data-table] .table-tools span").inner_text()
    page.get_by_label("Theme of the programme", exact=True).select_option(index=1)
    until(page, "new URLSearchParams(location.search).get('theme')")
    page.locator("html[data-ready]").wait_for()
    until(
        page,
        "document.querySelector('[data-table] caption').textContent.split('\u00b7').length === 3",
    )
    some = page.locator("[data-table] .table-tools span").inner_text()
    assert int(some.split()[-1]) < int(every.split()[-1])
    page.locator("[data-table] input[type=search]").fill("rennes")
    assert page.locator("[data-table] tbody tr").count() <= 1


def test_a_file_of_the_release_is_downloaded_as_it_is(visit: Open, site: Path) -> None:
    page = visit("en/data.html", accept_downloads=True)
    with page.expect_download() as saving:
        page.locator(".files a", has_text="observations.csv").click()
    assert (
        Path(saving.value.path()).read_bytes()
        == (site.parent / "csv/observations.csv").read_bytes()
    )


def test_the_files_of_a_release_are_folded_and_a_folder_opens(visit: Open, site: Path) -> None:
    page = visit("fr/data.html", width=360, accept_downloads=True)
    assert page.evaluate("document.documentElement.scrollHeight") < 6_000
    folder = page.locator("details", has_text="csv/").first
    assert not folder.locator("table").is_visible()
    folder.locator("summary").click()
    with page.expect_download() as saving:
        folder.get_by_role("link", name="territories.csv", exact=True).click()
    found = Path(saving.value.path()).read_bytes()
    assert found == (site.parent / "csv/territories.csv").read_bytes()


@pytest.mark.parametrize(
    ("language", "told"), [("en", "99.7% 0.3% 100%"), ("fr", "99,7 % 0,3 % 100 %")]
)
def test_a_share_covered_is_never_rounded_to_the_whole(
    visit: Open, language: str, told: str
) -> None:
    page = visit(f"{language}/index.html")
    core = page.locator("script[src$='layout.js']").get_attribute("src").replace("layout", "core")
    shares = page.evaluate(
        "async (core) => { const { percent } = await import(new URL(core, location.href)); "
        "return [0.997, 0.003, 1].map((share) => percent(share)); }",
        core,
    )
    assert " ".join(shares).replace("\u202f", " ") == told


def test_a_profile_says_that_the_needs_of_parts_do_not_add_up(visit: Open) -> None:
    needs = visit("en/territory.html?id=EPCI-243500139").locator("#needs")
    assert "exceed its own" in needs.inner_text()


def test_charts_are_drawn_and_say_the_same_in_a_table(visit: Open) -> None:
    page = settled(visit("fr/indicator-home-internet.html"))
    assert page.locator("#ranking .chart svg path").count() > 3
    figure = page.locator("#trend figure").first
    figure.locator("summary").click()
    assert re.search(r"\d+,\d\u202f%", figure.locator("table").inner_text())


def test_on_paper_a_page_is_light_whole_and_without_controls(visit: Open) -> None:
    page = visit("en/index.html")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for selector in ("#nav", ".controls", ".switches", ".search"):
        assert not page.locator(selector).first.is_visible()
    for selector in (".synthetic", ".keys svg", ".legend", ".sortable"):
        assert page.locator(selector).first.is_visible()


def test_on_paper_a_chart_that_was_not_seen_yet_is_its_table(visit: Open) -> None:
    page = visit("fr/indicator-home-internet.html")
    tables = page.locator(".charted details")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".charted .chart:not([data-drawn])").count()
    for figure in page.locator(".charted").all():
        is_drawn = figure.locator("[data-drawn]").count() == 1
        assert figure.locator(".chart").is_visible() == is_drawn
        assert figure.locator("table").is_visible() != is_drawn
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not any(table.get_attribute("open") is not None for table in tables.all())


def test_labels_of_bars_are_told_apart_on_a_phone_too(visit: Open) -> None:
    names = ["Cinquième le plus bas", "Cinquième le plus haut"]
    page = visit("fr/indicator-home-internet.html", width=360)
    page.evaluate(
        """async (names) => {
            const page = document.querySelector("script[src*='indicator.js']").src;
            const { chart } = await import(page.replace("indicator.js", "charts.js"));
            const place = document.getElementById("breakdowns");
            place.replaceChildren();
            const rows = names.map((name) => ({ name, value: 1, series: "", told: "", short: "" }));
            chart(place, "bars", rows, { caption: "", columns: [] });
        }""",
        names,
    )
    settled(page)
    assert set(names) <= set(page.locator("#breakdowns svg text").all_text_contents())


def test_a_table_whose_territories_lie_in_none_has_no_empty_column(visit: Open) -> None:
    heads = "[...document.querySelectorAll('[data-table] thead th')].map(th => th.innerText)"
    within = {}
    for level in ("commune", "epci"):
        page = visit(f"en/indicator-home-internet.html?level={level}")
        until(page, "document.querySelectorAll('[data-table] thead th').length > 2")
        within[level] = any("Within" in head for head in page.evaluate(heads))
        assert "2021" in text_of(page, "[data-table] th[aria-sort='descending']")
    assert within == {"commune": True, "epci": False}


def test_a_share_below_0_is_explained_and_a_gap_below_0_is_not(visit: Open) -> None:
    page = visit("en/compare.html?ids=EPCI-243500139,EPCI-243500618")
    assert "Below 0" not in page.inner_text("main")
    note = """async ([code, value]) => {
        const page = document.querySelector("script[src*='compare.js']").src;
        const { belowZero } = await import(page.replace("compare.js", "core.js"));
        return belowZero([code], () => [value]).textContent ?? "";
    }"""
    assert "where they live" in page.evaluate(note, ["HOME_INTERNET", -0.1])
    assert page.evaluate(note, ["HOME_INTERNET", 0]) == ""
    assert page.evaluate(note, ["HOME_INTERNET_URBAN_RURAL", -0.1]) == ""


def test_a_tip_joins_name_and_figure_as_its_language_does(visit: Open) -> None:
    for language, told in (("en", r"Girls / women: \d"), ("fr", r"Filles / femmes\u00a0: \d")):
        page = settled(visit(f"{language}/indicator-home-internet.html"))
        page.locator("#breakdowns .mark-rect path").first.hover()
        until(page, "[...document.querySelectorAll('#breakdowns [title]')].some(one => one.title)")
        titles = page.locator("#breakdowns [title]").all()
        assert any(re.match(told, str(one.get_attribute("title"))) for one in titles)


def test_a_page_opened_from_a_disk_says_what_is_missing_and_keeps_its_figures(
    browser: Any, site: Path
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((site / "en/index.html").as_uri())
    assert page.locator(".disk").is_visible()
    assert page.locator(".card .big").first.is_visible()
    context.close()
