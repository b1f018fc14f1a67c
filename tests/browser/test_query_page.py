"""The query page answers, in words, from the release alone; hostile queries reach nothing."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.dissemination.access import open_published, query
from pipeline.dissemination.database import write_database
from pipeline.dissemination.macros import MACRO_NAMES
from pipeline.dissemination.serving import serve
from pipeline.dissemination.site import write_site
from pipeline.dissemination.site.query.page import engine_path
from pipeline.dissemination.site.vendored import ENGINE, vendored
from pipeline.project import load_project
from tests.browser.sample import ROOT, sample_publication
from tests.browser.served import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RANKING = """select distinct territories.name, totals.obs_value, totals.conf_status
from totals join territories on territories.id = totals.ref_area
where indicator = 'ENROLMENT' and area_level = 'epci' and time_period = '2021'
order by obs_value desc nulls last, name"""

# What a hostile link or reader may try -> the ways in which it may be told no.
CLOSED = {"not_allowed"}
NO_QUERY = {"not_a_query"}
UNKNOWN = {"unknown_name", "not_allowed"}
PROBES: dict[str, set[str]] = {
    "from read_csv('https://example.org/rows.csv')": CLOSED,
    "from 'https://example.org/rows.csv'": UNKNOWN,
    "from read_csv('/etc/passwd')": CLOSED,
    # The release's own file is all that can be named; it is no CSV.
    "from read_csv('published.duckdb')": {"failed"},
    "from read_text('opfs://secret.txt')": CLOSED,
    "from read_blob('*')": CLOSED,
    "from glob('*')": CLOSED,
    "from read_parquet('https://example.org/rows.parquet')": UNKNOWN,
    "from read_json('https://example.org/rows.json')": UNKNOWN,
    "from sqlite_scan('x.db', 'x')": UNKNOWN,
    "from sniff_csv('https://example.org/rows.csv')": CLOSED,
    "from duckdb_extensions() where 1 = error(getenv('HOME'))": UNKNOWN | {"failed"},
    "attach 'https://example.org/x.duckdb' as x": NO_QUERY,
    "attach ':memory:' as x": NO_QUERY,
    "install httpfs": NO_QUERY,
    "load httpfs": NO_QUERY,
    "copy observations to 'https://example.org/rows.csv'": NO_QUERY,
    "export database 'x'": NO_QUERY,
    "set enable_external_access = true": NO_QUERY,
    "reset lock_configuration": NO_QUERY,
    "pragma database_list": NO_QUERY,
    "create table x as select 1": NO_QUERY,
    "drop view totals": NO_QUERY,
    "call pragma_version()": NO_QUERY,
    "select 1; select 2": {"not_one", "not_understood"},
    "select 1) limit 1; set memory_limit = '9GB'; select * from (select 1": {
        "not_one",
        "not_understood",
    },
    "select 1 -- */\n) ; attach 'x' as y --": {"not_one", "not_understood"},
    "/* select */ set threads = 4": NO_QUERY,
    "with x as (select 1) insert into observations from x": {"not_understood"},
    "select current_setting('memory_limit') from (set memory_limit = '9GB')": {"not_understood"},
    "select list(range) from range(2000000000)": {"too_large", "too_long"},
    "select repeat('x', 3000000000)": {"too_large", "failed"},
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve a release with its site, and the engine beside it."""
    root = tmp_path_factory.mktemp("published")
    release = root / "releases" / "sample"
    release.mkdir(parents=True)
    database = release / "published.duckdb"
    write_database(sample_publication(), database)
    contracts = load_project(ROOT).contracts
    write_site(database, release / "site", contracts=contracts, outlines=None)
    engine = root / engine_path()
    engine.parent.mkdir(parents=True)
    engine.write_bytes(vendored(ENGINE))
    with served(root) as address:
        yield f"{address}releases/sample/site/", database


class QueryPage:
    """One opened page, and what it asked of others or said on its console."""

    def __init__(self, browser: Any, address: str, language: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.told: list[str] = []
        self.requests: list[str] = []
        self.address = address
        self.page = self.context.new_page()
        self.context.route("**/*", self._route)
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.goto(f"{address}{language}/query.html")

    def _route(self, route: Any) -> None:
        self.requests.append(route.request.url)
        if route.request.url.startswith(self.address.split("/releases/")[0]):
            route.continue_()
        else:
            route.abort()

    def outside(self) -> list[str]:
        here = self.address.split("/releases/")[0]
        return [url for url in self.requests if not url.startswith((here, "blob:"))]

    def run(self, sql: str, *, wait: float = 60) -> str:
        """Run a query and return what the page then says."""
        self.page.fill("#query-sql", sql)
        self.page.click("#query-run")
        self.page.wait_for_selector("#query-run:not([disabled])", timeout=wait * 1000)
        return str(self.page.inner_text("#query-status"))

    def rows(self) -> list[list[str]]:
        read = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
        found: list[list[str]] = self.page.locator("#query-answer tbody tr").evaluate_all(read)
        return found


@pytest.fixture
def opened(browser: Any, web: tuple[str, Path]) -> Iterator[Any]:
    """Return what opens the page in a language."""
    pages: list[QueryPage] = []

    def open_in(language: str, **options: Any) -> QueryPage:
        pages.append(QueryPage(browser, web[0], language, **options))
        return pages[-1]

    yield open_in
    for page in pages:
        assert page.outside() == []
        page.context.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_answer_is_that_of_the_database_with_hidden_figures_in_words(
    opened: Any, web: tuple[str, Path], language: str
) -> None:
    page = opened(language)
    said = page.run(RANKING)
    with open_published(web[1]) as connection:
        expected = query(connection, RANKING).table.to_pylist()
    shown = page.rows()
    assert len(shown) == len(expected)
    assert [row[0] for row in shown] == [row["name"] for row in expected]
    space = {"en": ",", "fr": "\u202f"}[language]
    assert shown[0][1] == f"{round(expected[0]['obs_value']):,}".replace(",", space)
    assert str(len(expected)) in said
    page.run("select obs_value, obs_status, conf_status from observations where conf_status = 'C'")
    hidden = {"en": "hidden", "fr": "masqué"}[language]
    assert {row[0] for row in page.rows()} == {hidden}
    assert page.told == []


def test_every_example_gives_rows_in_both_languages(opened: Any) -> None:
    for language in ("en", "fr"):
        page = opened(language)
        keys = page.page.locator("button[data-example]").evaluate_all(
            "buttons => buttons.map(button => button.dataset.example)"
        )
        assert len(keys) == 10
        for key in keys:
            page.page.click(f"button[data-example={key}]")
            page.page.click("#query-run")
            page.page.wait_for_selector("#query-run:not([disabled])")
            assert page.page.get_attribute("#query-status", "data-kind") == "", key
            assert page.rows() or key == "coverage", key


def test_every_named_question_is_answered_by_the_browsers_engine(
    opened: Any, web: tuple[str, Path]
) -> None:
    page = opened("en")
    page.run("select id from territories where level = 'epci' order by id limit 2")
    one, other = (row[0] for row in page.rows())
    calls = {
        "indicator": "indicator('ENROLMENT', level := 'epci')",
        "compare": f"compare('{one}', '{other}')",
        "parents": f"parents('{one}')",
        "children": f"children('{one}')",
        "top": "top('ENROLMENT', 'commune')",
    }
    assert set(calls) == MACRO_NAMES
    for call in calls.values():
        page.run(f"from {call}")
        assert page.page.get_attribute("#query-status", "data-kind") == "", call
        with open_published(web[1]) as connection:
            expected = query(connection, f"from {call}").table
        assert len(page.rows()) == min(expected.num_rows, 1000), call
    views = "select view_name from duckdb_views() where not internal"
    with open_published(web[1]) as connection:
        names = [name for (name,) in connection.execute(views).fetchall()]
    for name in names:
        page.run(f"select * from {name} limit 3")
        assert page.page.get_attribute("#query-status", "data-kind") == "", name


def test_hostile_queries_are_refused_and_ask_nothing_of_anyone(opened: Any) -> None:
    page = opened("en")
    refusals = json.loads(page.page.inner_text("#query-facts"))["words"]["refusals"]
    before = len(page.requests)
    for sql, codes in PROBES.items():
        said = page.run(sql)
        starts = [refusals[code].replace("{seconds}", "30") for code in sorted(codes)]
        assert any(said.startswith(start) for start in starts), (sql, said)
        assert page.page.get_attribute("#query-status", "data-kind") == "refused"
    # What was tried before changes nothing for the next query.
    assert "Rows: 1" in page.run("select count(*) from observations")
    # Asked for meanwhile: what starts the engine, and starts it anew once a query took too much;
    # the page's own icon, which a browser asks for when it likes.
    loaded = {url.rsplit("/", 1)[1] for url in page.requests[before:]} - {"icon.svg"}
    assert loaded <= {"engine-worker.js", "duckdb.js", "duckdb.bin", "published.duckdb"}


def test_an_endless_query_can_be_stopped_and_the_next_one_runs(opened: Any) -> None:
    page = opened("fr")
    page.run("select 1")
    page.page.fill("#query-sql", "select count(*) from range(100000000000) a, range(1000) b")
    page.page.click("#query-run")
    page.page.click("#query-stop")
    page.page.wait_for_selector("#query-run:not([disabled])", timeout=2000)
    assert page.page.inner_text("#query-status") == "Arrêtée."
    assert "Lignes\u202f: 1" in page.run("select 1")


def test_an_answer_without_a_row_says_where_codes_stand(opened: Any) -> None:
    page = opened("fr")
    assert "dimensions les tiennent tous" in page.run("from indicator('enrolment')")
    assert "Lignes" in page.run("from indicator('ENROLMENT')")


def test_an_endless_query_ends_by_itself(opened: Any) -> None:
    page = opened("en")
    page.run("select 1")
    started = time.monotonic()
    said = page.run("select count(*) from range(100000000000) a, range(1000) b")
    assert said.startswith("Stopped after 30 seconds")
    assert 29 < time.monotonic() - started < 36


def test_a_download_holds_the_rows_and_no_formula(opened: Any) -> None:
    page = opened("en")
    sql = "select '=1+1' as told, 1.5 as number, null as nothing, 'a \"b\", c' as quoted"
    page.run(sql)
    with page.page.expect_download() as got:
        page.page.click("#query-download")
    text = Path(got.value.path()).read_text("utf-8")
    assert list(csv.reader(io.StringIO(text))) == [
        ["told", "number", "nothing", "quoted"],
        ["'=1+1", "1.5", "", 'a "b", c'],
    ]
    page.run("from range(3000)")
    assert len(page.rows()) == 1000
    with page.page.expect_download() as got:
        page.page.click("#query-download")
    assert len(Path(got.value.path()).read_text("utf-8").splitlines()) == 3001


def test_a_link_keeps_the_query_runs_nothing_and_follows_to_the_other_language(
    opened: Any, web: tuple[str, Path]
) -> None:
    page = opened("en")
    sql = "select 'é + & = % #' as told"
    page.page.goto("about:blank")
    page.page.goto(f"{web[0]}en/query.html#q={quote(sql, safe='')}")
    assert page.page.input_value("#query-sql") == sql
    assert page.page.locator("#query-answer").is_hidden()
    page.page.click("a[data-language]")
    page.page.wait_for_url("**/fr/query.html**")
    assert page.page.input_value("#query-sql") == sql
    page.page.click("#query-share")
    shared = str(page.page.evaluate("location.hash"))
    assert unquote(shared) == f"#q={sql}"
    assert not [url for url in page.requests if "told" in url]


def test_what_a_database_holds_is_shown_as_text(opened: Any) -> None:
    page = opened("en")
    page.run("select '<img src=x onerror=alert(1)>' as \"<b>name</b>\"")
    assert page.rows() == [["<img src=x onerror=alert(1)>"]]
    assert page.page.inner_text("#query-answer th") == "<b>name</b>"
    assert page.told == []


def test_the_keyboard_alone_runs_a_query_and_leaves_the_field(opened: Any) -> None:
    page = opened("en")
    page.page.locator("#query-sql").focus()
    page.page.keyboard.press("Control+A")
    page.page.keyboard.type("select 42 as answer")
    page.page.keyboard.press("Control+Enter")
    page.page.wait_for_selector("#query-answer td")
    assert page.rows() == [["42"]]
    page.page.locator("#query-sql").focus()
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.id") == "query-run"


def test_another_engine_than_the_page_names_is_not_run(browser: Any, web: tuple[str, Path]) -> None:
    page = QueryPage(browser, web[0], "fr")
    other = vendored(ENGINE)[:-1] + b"\0"
    page.context.route("**/duckdb.bin", lambda route: route.fulfill(body=other))
    said = page.run("select 1")
    assert said.startswith("Le moteur ou la base n'a pas pu être chargé")
    page.context.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everyone_can_use_the_page(opened: Any, language: str) -> None:
    page = opened(language)
    page.run(RANKING)
    for summary in page.page.locator("summary").all()[:2]:
        summary.click()
    found = Axe().run(page.page)
    assert [(v["id"], len(v["nodes"])) for v in found.response["violations"]] == []


def test_the_web_server_of_the_house_serves_all_that_the_page_loads(
    browser: Any, web: tuple[str, Path]
) -> None:
    published = web[1].parents[2]
    with serve(published, 0, host="127.0.0.1") as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/releases/sample/site/"
        page = QueryPage(browser, address, "en")
        assert "Rows: 1" in page.run("select 1")
        assert (page.told, page.outside()) == ([], [])
        page.context.close()
        server.shutdown()


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_runs_out_of_a_narrow_page(opened: Any, width: int) -> None:
    page = opened("fr", viewport={"width": width, "height": 900})
    page.run(RANKING)
    page.page.locator("summary").first.click()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
