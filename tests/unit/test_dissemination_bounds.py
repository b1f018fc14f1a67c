"""What a query may take: whatever is asked, it ends in time, within its memory, in plain words."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.dissemination.access import open_published, query
from pipeline.dissemination.apart import query_apart
from pipeline.dissemination.database import write_database
from pipeline.errors import QueryError
from tests.browser.sample import sample_publication

pytestmark = pytest.mark.slow

SECONDS = 1.0
# To be stopped from outside, to start and to end on a machine that is busy.
LONGEST = SECONDS + 14
MOST_BYTES = 4 << 30

TOO_MUCH = {"query.too_long", "query.too_large"}


@dataclass(frozen=True)
class Probe:
    """What is tried, and what is said of it; nothing said: it is answered, within the bounds."""

    name: str
    sql: str
    codes: frozenset[str] = frozenset(TOO_MUCH)


PROBES = (
    Probe("a cross join", "select count(*) from range(10000000) a, range(10000000) b where a > b"),
    Probe(
        "an endless recursion",
        "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t",
    ),
    Probe(
        "a recursion without progress",
        "with recursive t(n) as (select 1 union all select n from t) select max(n) from t",
    ),
    Probe(
        "a sort of more than memory",
        "from generate_series(1, 100000000000) as s(n) order by n desc",
    ),
    Probe("a list of more than memory", "select len(range(3000000000))"),
    Probe(
        "a list that the engine does not count",
        "select list_sum(list_transform(range(200000000), lambda x: x * 2))",
    ),
    Probe("a list made longer", "select list_sort(list_resize([1], 1000000000))"),
    Probe("an aggregate that keeps everything", "select array_agg(n) from range(1000000000) t(n)"),
    Probe("a long text", "select length(repeat('a', 4000000000))"),
    Probe(
        "texts added up", "select length(string_agg(repeat('x', 1000000), '')) from range(10000)"
    ),
    Probe(
        "a text that is padded",
        "select length(lpad('a', 2000000000, 'b') || lpad('a', 2000000000, 'b'))",
    ),
    Probe(
        "a format with a width",
        "select length(printf('%2000000000d', 1) || printf('%2000000000d', 1))",
    ),
    Probe(
        "a distance that never looks up",
        "select levenshtein(repeat('a', 300000), repeat('b', 300000))",
    ),
    Probe(
        "a count of pairs",
        "select count(distinct a.n * b.n) from range(100000) a(n), range(100000) b(n)",
    ),
    Probe(
        "a macro in a cross join",
        "select count(distinct a.coverage + b.coverage + c.coverage "
        "+ d.n) from indicator('PTR') a, indicator('PTR') b, indicator('PTR') c, "
        "range(1000000) d(n)",
    ),
    Probe(
        "an expression that is deep",
        "select " + "(" * 5000 + "1" + ")" * 5000,
        frozenset({"query.refused"}),
    ),
    Probe(
        "an expression that is long",
        "select " + "+".join(["1"] * 50000),
        frozenset({"query.refused"}),
    ),
    Probe(
        "a pattern that repeats patterns",
        "select regexp_matches(repeat('a', 1000000), '(((a{1,100}){1,100}){1,100})')",
        frozenset({"query.refused"}),
    ),
    Probe(
        "a document that is deep",
        "select json_extract(repeat('[', 10000000), '$')",
        frozenset({"query.refused"}),
    ),
    Probe(
        "a pattern that would backtrack",
        "select regexp_matches(repeat('a', 100000) || 'b', '(a+)+$')",
        frozenset(),
    ),
    Probe("an answer of many rows", "from range(1000000000)", frozenset()),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "published.duckdb"
    write_database(sample_publication(epci=("243500618",)), path)
    return path


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    yield
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_BYTES


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_whatever_is_asked_ends_in_time(path: Path, probe: Probe) -> None:
    start, said, words = time.monotonic(), frozenset[str](), ""
    try:
        query_apart(path, probe.sql, limit=10, seconds=SECONDS)
    except QueryError as refusal:
        said, words = frozenset({refusal.problem.code}), str(refusal)
    assert time.monotonic() - start < LONGEST
    assert str(path.parent) not in words
    assert said <= probe.codes
    assert bool(said) == bool(probe.codes)


def test_what_is_asked_apart_is_answered_as_in_this_process(path: Path) -> None:
    sql = "select * from totals order by all"
    with open_published(path) as connection:
        here = query(connection, sql, limit=100)
    there = query_apart(path, sql, limit=100)
    assert there.is_truncated
    assert there.table.equals(here.table)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select 1; select 2", "query.not_one"),
        ("set threads = 1", "query.not_a_query"),
        ("from glob('/*')", "query.not_allowed"),
        ("select nothing from totals", "query.refused"),
    ],
)
def test_a_refusal_apart_is_told_in_the_same_words(path: Path, sql: str, code: str) -> None:
    with pytest.raises(QueryError) as there:
        query_apart(path, sql)
    with open_published(path) as connection, pytest.raises(QueryError) as here:
        query(connection, sql)
    assert there.value.problem.code == code
    assert there.value.words("fr") == here.value.words("fr")


def test_a_file_that_is_none_is_refused_apart_too(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"query\.not_published"):
        query_apart(tmp_path / "none.duckdb", "select 1")
