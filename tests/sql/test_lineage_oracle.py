"""What the proof lets through is run: other pseudonyms for the same persons change no result.

The oracle knows nothing of names and clauses. Queries are drawn at random, with names that stand
for several things at once; each that is proved and that the engine runs must give the same rows
when every pseudonym is replaced by another one.
"""

from __future__ import annotations

import random

import duckdb
import pytest

from pipeline.lineage import derivation
from pipeline.lineage.derivation import Derivation
from pipeline.lineage.grammar import parse

COLUMNS = ("sex", "level", "pseudonym")
NAMES = ("sex", "level", "pseudonym", "k")
RELATIONS = ("t", "a", "b")
DRAWN = 2_500
# So many of the drawn queries are proved and run, and name pseudonyms.
AT_LEAST = 60

PERSONS = [(sex, level) for sex in "FM" for level in ("0", "1", "2") for _ in range(2)]
# In one world pseudonyms look like other codes and rise; in the other they do not, and fall.
WORLDS = (
    ["F", "M", "0", "1", "2", *(f"p{n:02d}" for n in range(7))],
    [f"q{99 - n}" for n in range(12)],
)


class Drawing:
    """Draws queries as text; most are refused, some by the engine."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._near: list[str] = []
        self._ctes: list[str] = []

    def query(self, depth: int = 1) -> str:
        parts, outside = [], list(self._ctes)
        if depth and self._chance(0.4):
            name = self._one(RELATIONS)
            parts.append(f"with {name} as ({self.query(depth - 1)})")
            self._ctes.append(name)
        parts.append(self._select(depth))
        if self._chance(0.08):
            parts.append(self._one(("union", "union all", "except")) + " " + self._select(depth))
        self._ctes = outside
        return " ".join(parts)

    def _select(self, depth: int) -> str:
        sources = [self._source(depth)]
        around, self._near = self._near, [sources[0].split()[-1]]
        sources += [self._join(depth) for _ in range(self._random.choice((0, 0, 0, 1)))]
        count = self._random.randint(1, 3)
        names = self._random.sample(NAMES, count)
        items = ", ".join(self._projection(name, depth) for name in names)
        distinct = "distinct " if self._chance(0.05) else ""
        clauses = [f"select {distinct}{items}", "from", *sources]
        if self._chance(0.25):
            clauses.append(f"where {self._test(depth)}")
        if self._chance(0.3):
            clauses.append(f"group by {', '.join(self._group() for _ in range(count))}")
            if self._chance(0.2):
                clauses.append(f"having {self._test(depth)}")
        if self._chance(0.05):
            clauses.append(f"qualify rank() over (order by {self._column()}) = 1")
        self._near = around
        return " ".join(clauses)

    def _projection(self, name: str, depth: int) -> str:
        if self._chance(0.2):
            return f"pseudonym as {name}"
        value = self._column() if self._chance(0.5) else self._value(depth)
        return value if self._chance(0.1) else f"{value} as {name}"

    def _source(self, depth: int) -> str:
        if depth and self._chance(0.5):
            return f"({self.query(depth - 1)}) {self._one((*RELATIONS, 'x', 'sex'))}"
        name = self._one(("t", "t", "t", *self._ctes, *self._ctes[-1:] * 3))
        return f"{name} {self._one(('x', 'y', 'k'))}" if self._chance(0.3) else name

    def _join(self, depth: int) -> str:
        match self._random.randrange(3):
            case 0:
                return f", {self._source(depth)}"
            case 1:
                return f"inner join {self._source(depth)} using ({self._one(NAMES)})"
            case _:
                return f"left join {self._source(depth)} on {self._test(depth)}"

    def _column(self) -> str:
        name = self._one((*("sex", "level") * 4, "k", "pseudonym"))
        return f"{self._one(tuple(self._near))}.{name}" if self._chance(0.25) else name

    def _group(self) -> str:
        return self._one(("1", "(1)", "'F'")) if self._chance(0.03) else self._column()

    def _value(self, depth: int) -> str:
        column = self._column()
        forms = [
            *("count(*)", "count(*)", "count(distinct pseudonym)", "count(distinct pseudonym)"),
            *(f"max({column})", f"{column} || 'x'", f"coalesce({column}, 'y')", "'F'", "1"),
            *(f"count(*) filter (where {column} = 'F')", f"lower({column})"),
        ]
        if depth:
            forms += [f"({self.query(depth - 1)})", f"exists ({self.query(depth - 1)})"]
            forms += [self._counted_over_a_union()] * 2
        return self._one(tuple(forms))

    def _counted_over_a_union(self) -> str:
        """Return a count of the different values of two columns put under one another."""
        columns = ("pseudonym", "pseudonym", "sex", "'F'")
        sides = [f"select {self._one(columns)} as k from t" for _ in range(2)]
        union = self._one(("union all", "union all", "union"))
        return f"(select count(distinct u.k) from ({sides[0]} {union} {sides[1]}) u)"

    def _test(self, depth: int) -> str:
        column = self._column()
        forms = [f"{column} = 'F'", f"{column} > {self._column()}", f"{column} in ('F', '0', '1')"]
        if depth:
            forms += [f"exists ({self.query(depth - 1)})", f"{column} in ({self.query(depth - 1)})"]
        return self._one(tuple(forms))

    def _one(self, choices: tuple[str, ...]) -> str:
        return self._random.choice(choices)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share


def _is_proved(sql: str) -> bool:
    derived = Derivation({"t": COLUMNS}, identified=frozenset({"t.pseudonym"}))
    tree = parse(sql)
    if isinstance(tree, list):
        return False
    derived.result(tree)
    return not derived.refusals


@pytest.fixture(scope="module")
def worlds() -> list[duckdb.DuckDBPyConnection]:
    made = []
    for pseudonyms in WORLDS:
        connection = duckdb.connect(":memory:")
        connection.execute("create table t (sex varchar, level varchar, pseudonym varchar)")
        rows = [(*person, p) for person, p in zip(PERSONS, pseudonyms, strict=True)]
        connection.executemany("insert into t values (?, ?, ?)", rows)
        made.append(connection)
    return made


def _answer(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str] | None:
    try:
        return sorted(map(repr, connection.execute(sql).fetchall()))
    except duckdb.Error:
        return None


def test_other_pseudonyms_change_no_result_of_a_proved_query(
    worlds: list[duckdb.DuckDBPyConnection],
) -> None:
    drawing, ran = Drawing(seed=20181106), 0
    for _ in range(DRAWN):
        sql = drawing.query()
        if "pseudonym" not in sql or not _is_proved(sql):
            continue
        answers = [_answer(connection, sql) for connection in worlds]
        assert answers[0] == answers[1], sql
        ran += answers[0] is not None
    assert ran >= AT_LEAST


def test_the_oracle_finds_a_proof_that_forgets_one_rule(
    worlds: list[duckdb.DuckDBPyConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Derivation, "_refuse_use", lambda *_, **__: None)
    drawing = Drawing(seed=20181106)
    for _ in range(DRAWN):
        sql = drawing.query()
        if _is_proved(sql) and _answer(worlds[0], sql) != _answer(worlds[1], sql):
            return
    pytest.fail("a proof without uses was not told from a whole one")


def test_the_oracle_finds_a_proof_that_lets_a_union_mix_pseudonyms_with_other_values(
    worlds: list[duckdb.DuckDBPyConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derivation, "_is_one_column", lambda *_: True)
    drawing = Drawing(seed=20181106)
    for _ in range(DRAWN):
        sql = drawing.query()
        if _is_proved(sql) and _answer(worlds[0], sql) != _answer(worlds[1], sql):
            return
    pytest.fail("a proof that forgets unions was not told from a whole one")


def test_the_oracle_sees_a_query_that_tells_pseudonyms_apart(
    worlds: list[duckdb.DuckDBPyConnection],
) -> None:
    for sql in (
        "select pseudonym from t",
        "select count(*) from t where pseudonym = sex",
        "select sex from t qualify rank() over (order by pseudonym) = 1",
    ):
        first, second = (_answer(connection, sql) for connection in worlds)
        assert first is not None
        assert first != second
