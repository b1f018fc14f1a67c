"""Lineage is proved from the SQL: what breaks it is named, with line and path."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from pipeline.errors import Problem
from pipeline.lineage import (
    DERIVED_FROM,
    check_lineage,
    prove_count,
    prove_indicator,
    tables_read,
)
from pipeline.lineage.derivation import Relation
from pipeline.project import Project, load_project
from pipeline.steps.workspace import Workspace
from tests.conftest import Command

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


def _problems(project: Project, sql: str, table: str = "enrolment") -> list[Problem]:
    return check_lineage(project.contracts, {table: sql}, {})


def test_the_queries_of_the_project_are_proved(project: Project) -> None:
    assert check_lineage(project.contracts, project.counts, project.indicators) == []


def test_a_published_column_is_traced_through_its_ctes(project: Project) -> None:
    proof = prove_count(project.contracts, "enrolment", project.counts["enrolment"])
    assert isinstance(proof, Relation)
    assert proof.columns["sector"] == {("counted.sector", "located.sector", "schools.sector")}
    assert proof.columns["pupils"] == frozenset()
    assert proof.tables == {"pupils", "schools"}


def test_a_proof_names_what_decides_on_the_rows(project: Project) -> None:
    proof = prove_count(project.contracts, "enrolment", project.counts["enrolment"])
    assert isinstance(proof, Relation)
    decided = {c.clause: {path[-1] for path in c.paths} for c in proof.conditions}
    assert decided["join"] == {"pupils.school_code", "schools.school_code"}
    assert decided["group by"] == {
        *("schools.commune_code", "schools.sector", "pupils.sex", "pupils.edu_level"),
    }


def test_a_query_reads_its_tables_not_its_ctes(project: Project) -> None:
    assert tables_read(project.counts["enrolment"]) == {"pupils", "schools"}
    shadowing = "with pupils as (select sex from teachers) select sex from pupils"
    assert tables_read(shadowing) == {"teachers"}


def test_the_engines_own_parser_names_the_same_tables_columns_and_functions(
    project: Project,
) -> None:
    for sql in (*project.counts.values(), *project.indicators.values()):
        tree = sqlglot.parse_one(sql, dialect="duckdb")
        ours = {(c.table, c.name) if c.table else (c.name,) for c in tree.find_all(exp.Column)}
        answer = duckdb.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
        assert answer is not None
        seen = list(_walk(json.loads(answer[0])))
        assert ours == {tuple(n["column_names"]) for n in seen if n.get("type") == "COLUMN_REF"}
        tables = {n["table_name"] for n in seen if n.get("type") == "BASE_TABLE"}
        assert tables == {t.name for t in tree.find_all(exp.Table)}


def _walk(node: object) -> Iterator[dict[str, object]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from _walk(part)


# What a query might do that it must not: what to put for what in sql/counts/enrolment.sql, and
# the code with which it is refused.
USED, PUBLISHED = "lineage.identifier_used", "lineage.identifier_published"
UNPROVED, ELSEWHERE = "lineage.not_provable", "contract.reads_elsewhere"
ENROLLED = "select school_code, sex, edu_level\n"
CARRIED = "select pupil_pseudonym, school_code, sex, edu_level\n"
WHERE = "inner join located on enrolled.school_code = located.school_code\n"
SPOILT = {
    "published as a dimension": (
        ENROLLED,
        "select school_code, pupil_pseudonym as sex, edu_level\n",
        USED,
    ),
    "inside an expression": (
        ENROLLED,
        "select school_code, sex || pupil_pseudonym as sex, edu_level\n",
        USED,
    ),
    "inside a cast": (
        ENROLLED,
        "select school_code, cast(pupil_pseudonym as varchar) as sex, edu_level\n",
        USED,
    ),
    "inside a case": (
        ENROLLED,
        "select school_code, case when pupil_pseudonym > 'M' then 'F' end as sex, edu_level\n",
        USED,
    ),
    "in where": ("from pupils\n", "from pupils where pupil_pseudonym = $one\n", USED),
    "in where, through an alias of the select list": (
        "select school_code, sex, edu_level\n    from pupils\n",
        "select school_code, sex, edu_level, pupil_pseudonym as p from pupils where p > 'M'\n",
        USED,
    ),
    "in where, in other letters and between quotes": (
        "from pupils\n",
        "from pupils where \"PUPIL_Pseudonym\" > 'M'\n",
        USED,
    ),
    "in a join": (
        ENROLLED + "    from pupils\n",
        (
            "select p.school_code, p.sex, p.edu_level from pupils p\n"
            "inner join teachers t on p.pupil_pseudonym = t.teacher_pseudonym\n"
        ),
        USED,
    ),
    "in a join by using": (
        ENROLLED + "    from pupils\n",
        (
            "select p.school_code, p.sex, p.edu_level from pupils p\n"
            "inner join pupils q using (pupil_pseudonym)\n"
        ),
        USED,
    ),
    "in a natural join": ("from pupils\n", "from pupils natural join schools\n", UNPROVED),
    "in group by": (
        "group by located.commune_code",
        "group by enrolled.pupil_pseudonym, located.commune_code",
        "lineage.unknown_column",
    ),
    "in group by, having been passed on": (
        None,
        (
            (ENROLLED, CARRIED),
            ("group by located", "group by enrolled.pupil_pseudonym, located"),
        ),
        USED,
    ),
    "in group by, by position": (
        None,
        (
            (
                ENROLLED + "    from pupils\n",
                "select pupil_pseudonym, school_code, sex, edu_level from pupils group by 1, 2\n",
            ),
        ),
        "lineage.position",
    ),
    "in group by, by a position between brackets": (
        ENROLLED + "    from pupils\n",
        "select pupil_pseudonym, school_code, sex, edu_level from pupils group by (1), 2\n",
        "lineage.position",
    ),
    "in group by all": (
        ENROLLED + "    from pupils\n",
        "select pupil_pseudonym, school_code, sex, edu_level from pupils group by all\n",
        UNPROVED,
    ),
    "in having": (
        None,
        (
            (ENROLLED, CARRIED),
            (
                "edu_level, located.sector\n)",
                "edu_level, located.sector having max(enrolled.pupil_pseudonym) > 'M'\n)",
            ),
        ),
        USED,
    ),
    "in order by": ("from pupils\n", "from pupils order by pupil_pseudonym\n", USED),
    "in a window": (
        ENROLLED,
        (
            "select school_code, sex,\n"
            "max(edu_level) over (partition by school_code order by pupil_pseudonym) as edu_level\n"
        ),
        USED,
    ),
    "in qualify": (
        "from pupils\n",
        "from pupils qualify rank() over (order by pupil_pseudonym) = 1\n",
        USED,
    ),
    "in a named window": (
        ENROLLED + "    from pupils\n",
        (
            "select school_code, sex, max(edu_level) over w as edu_level from pupils\n"
            "window w as (order by pupil_pseudonym)\n"
        ),
        UNPROVED,
    ),
    "in a scalar subquery": (
        ENROLLED,
        "select school_code, (select max(pupil_pseudonym) from pupils) as sex, edu_level\n",
        USED,
    ),
    "in a correlated subquery": (
        ENROLLED + "    from pupils\n",
        (
            "select school_code, sex, edu_level from pupils p where exists (\n"
            "select 1 from schools s where s.school_code = p.pupil_pseudonym)\n"
        ),
        USED,
    ),
    "in a list of a subquery": (
        "from pupils\n",
        "from pupils where sex in (select pupil_pseudonym from pupils)\n",
        USED,
    ),
    "in a query in from that sees the one before it": (
        "from schools\n",
        (
            "from schools where exists (\n"
            "select 1 from (select pupil_pseudonym as sector from pupils) a, (select sector) b\n"
            "where b.sector > 'M')\n"
        ),
        USED,
    ),
    "in a lateral": (
        "from schools\n",
        "from schools, lateral (select pupil_pseudonym from pupils) x\n",
        UNPROVED,
    ),
    "in a union": (
        ENROLLED + "    from pupils\n",
        ENROLLED + "    from pupils union all\n    select school_code, pupil_pseudonym, edu_level"
        " from pupils\n",
        USED,
    ),
    "in a union that compares": (
        ENROLLED + "    from pupils\n",
        CARRIED + "    from pupils union " + CARRIED + " from pupils\n",
        USED,
    ),
    "in a union, under a constant to compare with": (
        ENROLLED + "    from pupils\n",
        (
            "select school_code, sex, edu_level from pupils where exists (\n"
            "select count(distinct x.k) from (select pupil_pseudonym as k from pupils\n"
            "union all select 'F' as k) x)\n"
        ),
        USED,
    ),
    "in a union, over a constant to compare with": (
        "count(*) as pupils",
        (
            "(select count(distinct x.k) from (select 'F' as k from pupils\n"
            "union all select pupil_pseudonym from pupils) x) as pupils"
        ),
        USED,
    ),
    "in a union, with another column": (
        "count(*) as pupils",
        (
            "(select count(distinct x.k) from (select pupil_pseudonym as k from pupils\n"
            "union all select sex from pupils) x) as pupils"
        ),
        USED,
    ),
    "in a union, with the pseudonyms of another table": (
        "count(*) as pupils",
        (
            "(select count(distinct x.k) from (select pupil_pseudonym as k from pupils\n"
            "union all select teacher_pseudonym from teachers) x) as pupils"
        ),
        USED,
    ),
    "in a union of unions": (
        "count(*) as pupils",
        (
            "(select count(distinct x.k) from (select pupil_pseudonym as k from pupils union all\n"
            "(select pupil_pseudonym from pupils union all select 'F')) x) as pupils"
        ),
        USED,
    ),
    "in distinct": (
        ENROLLED,
        CARRIED.replace("select", "select distinct"),
        USED,
    ),
    "counted with another column": (
        None,
        (
            (ENROLLED, CARRIED),
            (
                "count(*) as pupils",
                "count(distinct enrolled.sex || enrolled.pupil_pseudonym) as pupils",
            ),
        ),
        USED,
    ),
    "as the smallest of them": (
        None,
        ((ENROLLED, CARRIED), ("count(*) as", "max(enrolled.pupil_pseudonym) as")),
        USED,
    ),
    "packed into a struct": (
        ENROLLED,
        "select school_code, {'a': pupil_pseudonym} as sex, edu_level\n",
        UNPROVED,
    ),
    "packed as a whole row": (
        ENROLLED,
        "select school_code, pupils as sex, edu_level\n",
        "lineage.unknown_column",
    ),
    "by a star": (ENROLLED, "select *\n", "lineage.star"),
    "by a star of one table": (ENROLLED, "select pupils.*\n", "lineage.star"),
    "by a star that leaves some out": (ENROLLED, "select * exclude (sex)\n", "lineage.star"),
    "by a pattern of columns": (ENROLLED, "select columns('pupil.*')\n", "lineage.star"),
    "by the rank of a column": (ENROLLED, "select #1, school_code, sex\n", "lineage.star"),
    "hashed": (
        ENROLLED,
        "select school_code, md5(pupil_pseudonym) as sex, edu_level\n",
        UNPROVED,
    ),
    "by the names of a table alias": (
        ENROLLED + "    from pupils\n",
        "select c as school_code, a as sex, b as edu_level from pupils t(a, b, c)\n",
        UNPROVED,
    ),
    "from a table of another kind": ("from schools\n", "from secrets\n", ELSEWHERE),
    "from a file": ("from schools\n", "from 'schools.csv'\n", ELSEWHERE),
    "from a file, by a function": ("from schools\n", "from read_csv('schools.csv')\n", UNPROVED),
    "from a Parquet file": ("from schools\n", "from read_parquet('x.parquet')\n", UNPROVED),
    "from the settings of the engine": ("from schools\n", "from duckdb_settings()\n", UNPROVED),
    "from a query in a text": ("from schools\n", "from query('from pupils')\n", UNPROVED),
    "from the environment": (
        ENROLLED,
        "select school_code, getenv('HOME') as sex, edu_level\n",
        UNPROVED,
    ),
    "from another catalogue": ("from schools\n", "from system.main.schools\n", UNPROVED),
    "from a released table": ("from schools\n", "from teaching_staff\n", ELSEWHERE),
    "a sample": ("from pupils\n", "from pupils using sample 10\n", UNPROVED),
    "recursion": ("with\n", "with recursive\n", UNPROVED),
    "a statement that is no select": (
        "with\n",
        "create table x as with\n",
        "contract.not_a_select",
    ),
    "a copy to a file": (
        "with\n",
        "copy (select 1) to 'x.csv'; with\n",
        "contract.not_a_select",
    ),
    "a pragma": ("with\n", "pragma database_list; with\n", "contract.not_a_select"),
    "two statements": ("from counted", "from counted; drop table x", "contract.not_a_select"),
    "text that is no SQL": ("group by", "grouped like", "contract.unreadable_sql"),
    "a column too many": (
        "cast(pupils as bigint) as pupils",
        "cast(pupils as bigint) as pupils, 1 as other",
        "lineage.other_columns",
    ),
    "a measure too few": (
        "cast(pupils as bigint) as pupils",
        "cast(pupils as bigint) as counted_pupils",
        "lineage.other_columns",
    ),
    "a parameter that nobody binds": (
        "from schools\n",
        "from schools where sector = $s\n",
        "lineage.unknown_parameter",
    ),
    "a name twice": (ENROLLED, "select school_code, sex, edu_level, sex\n", "lineage.ambiguous"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_count_query_is_refused_that_takes_a_pseudonym_or_what_cannot_be_proved(
    project: Project, case: str
) -> None:
    old, new, code = SPOILT[case]
    sql = project.counts["enrolment"]
    for before, after in new if old is None else ((old, new),):
        assert before in sql
        sql = sql.replace(before, after, 1)
    problems = _problems(project, sql)
    assert code in {problem.code for problem in problems}
    assert all(problem.place.file == "sql/counts/enrolment.sql" for problem in problems)
    assert all(problem.words("fr") for problem in problems)


def test_a_refusal_tells_line_clause_and_path(project: Project) -> None:
    sql = project.counts["enrolment"].replace(ENROLLED, CARRIED)
    sql = sql.replace("group by located", "group by enrolled.pupil_pseudonym, located")
    (problem,) = _problems(project, sql)
    line = next(n for n, text in enumerate(sql.splitlines(), 1) if "group by enrolled" in text)
    assert problem.place.line == line
    assert dict(problem.facts) == {
        "clause": "group by",
        "path": "enrolled.pupil_pseudonym ← pupils.pupil_pseudonym",
    }


def test_everything_that_cannot_be_proved_is_told_at_once(project: Project) -> None:
    sql = project.counts["enrolment"].replace(ENROLLED, "select *, getenv('X') as sex\n")
    problems = _problems(project, sql.replace("from schools\n", "from read_csv('x')\n"))
    assert {p.code for p in problems} == {"lineage.star", UNPROVED}
    assert {dict(p.facts).get("name") for p in problems} == {None, "getenv()", "read_csv()"}


def test_a_query_that_is_not_proved_stops_the_check_of_the_contracts(
    workspace: Workspace, command: Command, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "own" / "contracts")
    shutil.copytree(ROOT / "sql", tmp_path / "own" / "sql")
    (tmp_path / "own" / "demo").symlink_to(ROOT / "demo")
    query = tmp_path / "own" / "sql" / "counts" / "enrolment.sql"
    text = query.read_text(encoding="utf-8")
    query.write_text(text.replace("from pupils\n", "from pupils order by pupil_pseudonym\n"))
    own = Workspace(replace(workspace.settings, project=tmp_path / "own"))
    ran = command(own, "contracts", "check", language="fr")
    line = next(n for n, part in enumerate(query.read_text().splitlines(), 1) if "order by" in part)
    assert ran.code == 3
    assert f"fichier sql/counts/enrolment.sql, ligne {line}" in ran.err
    assert "order by : pupils.pupil_pseudonym" in ran.err


def test_a_pseudonym_that_reaches_the_outside_is_named_with_its_column(project: Project) -> None:
    sql = "select school_code as territory_code, pupil_pseudonym as sex, edu_level, 'x' as sector, "
    problems = _problems(project, sql + "1 as pupils from pupils")
    assert [(p.code, p.place.column) for p in problems] == [(PUBLISHED, "sex")]


def test_pseudonyms_may_be_passed_on_and_counted_without_repeats(project: Project) -> None:
    sql = project.counts["enrolment"].replace(ENROLLED, CARRIED)
    assert _problems(project, sql) == []
    counted = "count(distinct enrolled.pupil_pseudonym) as"
    assert _problems(project, sql.replace("count(*) as", counted)) == []
    filtered = "count(distinct enrolled.pupil_pseudonym) filter (where enrolled.sex = 'F') as"
    assert _problems(project, sql.replace("count(*) as", filtered)) == []


@pytest.mark.parametrize(
    "counting",
    [
        "count(enrolled.pupil_pseudonym) as",
        "count(distinct enrolled.pupil_pseudonym || '') as",
        "count(distinct enrolled.pupil_pseudonym) filter (where enrolled.pupil_pseudonym > 'M') as",
        "count(distinct enrolled.pupil_pseudonym) over (partition by enrolled.sex) as",
        "sum(distinct enrolled.pupil_pseudonym) as",
    ],
)
def test_no_other_way_of_counting_takes_a_pseudonym(project: Project, counting: str) -> None:
    sql = project.counts["enrolment"].replace(ENROLLED, CARRIED).replace("count(*) as", counting)
    assert {problem.code for problem in _problems(project, sql)} == {USED}


# What a hand might put in the place of a value: all of it is SQL that the allow-list takes.
DISGUISES = (
    "{name}",
    "cast({name} as varchar)",
    "coalesce({name}, '')",
    "'' || {name}",
    "case when {name} > 'M' then 1 end",
    "max({name})",
    "count({name})",
    "max({name}) over (partition by {name})",
    "(select max(x.one) from (select {name} as one) x)",
)
PERSONS = {
    "enrolment": ("pupils", "pupil_pseudonym"),
    "home_connectivity": ("pupils", "pupil_pseudonym"),
    "teaching_staff": ("teachers", "teacher_pseudonym"),
}


@pytest.mark.parametrize("table", PERSONS)
def test_a_pseudonym_in_any_place_of_any_query_is_caught(project: Project, table: str) -> None:
    caught = 0
    for disguise in DISGUISES:
        for sql in _injected(project.counts[table], *PERSONS[table], disguise=disguise):
            codes = {problem.code for problem in _problems(project, sql, table)}
            assert codes & {USED, PUBLISHED}, sql
            caught += 1
    # Fifteen places at the least: two select lists, a join and a group by.
    assert caught >= len(DISGUISES) * 15


def _injected(sql: str, dataset: str, pseudonym: str, *, disguise: str) -> Iterator[str]:
    """Yield the query once for each of its values, the pseudonym in its place.

    First the pseudonym is passed on by each select that is not the last, so that it can be
    named wherever rows of persons are read.
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    selects = [s for s in tree.find_all(exp.Select) if _sees(s, dataset, pseudonym, tree)]
    for number, select in enumerate(selects):
        spots = [node for node in select.walk() if _is_value(node) and _owner(node) is select]
        for spot in range(len(spots)):
            copy = tree.copy()
            for giver in copy.find_all(exp.Select):
                if _reads(giver, dataset):
                    giver.select(pseudonym, copy=False)
            owner = [s for s in copy.find_all(exp.Select) if _sees(s, dataset, pseudonym, copy)]
            target = [
                n for n in owner[number].walk() if _is_value(n) and _owner(n) is owner[number]
            ][spot]
            name = f"{_source(owner[number], dataset, copy)}.{pseudonym}"
            new: exp.Expr = sqlglot.parse_one(disguise.format(name=name), dialect="duckdb")
            if isinstance(target.parent, exp.Select):
                new = exp.alias_(new, target.alias_or_name)
            target.replace(new)
            yield copy.sql(dialect="duckdb")


def _reads(select: exp.Select, name: str) -> bool:
    sources = [select.args["from_"].this, *(j.this for j in select.args.get("joins") or ())]
    return any(source.name == name for source in sources)


def _sees(select: exp.Select, dataset: str, _pseudonym: str, tree: exp.Expr) -> bool:
    return _source(select, dataset, tree) is not None


def _source(select: exp.Select, dataset: str, tree: exp.Expr) -> str | None:
    givers = [cte.alias for cte in tree.find_all(exp.CTE) if _reads(cte.this, dataset)]
    return next((name for name in (dataset, *givers) if _reads(select, name)), None)


def _owner(node: exp.Expr) -> exp.Expr | None:
    return node.find_ancestor(exp.Select)


def _is_value(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column | exp.Count | exp.Literal | exp.EQ) and not isinstance(
        node.parent, exp.DataTypeParam
    )


def test_an_indicator_may_not_read_protected_rows_wherever_it_names_a_table(
    project: Project,
) -> None:
    for code, sql in project.indicators.items():
        tree = sqlglot.parse_one(sql, dialect="duckdb")
        ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
        names = [t.name for t in tree.find_all(exp.Table)]
        for position, name in enumerate(names):
            if name in ctes and name not in project.contracts.tables:
                continue
            copy = tree.copy()
            spot = list(copy.find_all(exp.Table))[position]
            spot.set("this", exp.to_identifier("teachers_of_the_city"))
            problems = check_lineage(project.contracts, {}, {code: copy.sql(dialect="duckdb")})
            assert ELSEWHERE in {problem.code for problem in problems}, (code, name)


@pytest.mark.parametrize(
    ("code", "old", "new", "refused"),
    [
        ("GPI", "from enrolment", "from pupils", ELSEWHERE),
        ("GPI", "from enrolment", "from teaching_staff", ELSEWHERE),
        ("GPI", "from enrolment", "from exact_enrolment", ELSEWHERE),
        ("CONNECTIONS_NEEDED", "$schools_connected_pct", "$other", "lineage.unknown_parameter"),
        ("GPI", "girls.pupils /", "random() * girls.pupils /", UNPROVED),
        (
            "GPI",
            "pupils, conf_status, coverage",
            "exact_pupils, conf_status",
            "lineage.unknown_column",
        ),
    ],
)
def test_an_indicator_is_refused_that_takes_more_than_its_released_cells(
    project: Project, code: str, old: str, new: str, refused: str
) -> None:
    sql = project.indicators[code]
    assert old in sql
    problems = check_lineage(project.contracts, {}, {code: sql.replace(old, new)})
    assert refused in {problem.code for problem in problems}


@pytest.mark.parametrize(
    ("code", "old", "new", "refused"),
    [
        ("HOME_INTERNET_GAP", "from figures", "from home_connectivity", "contract.reads_elsewhere"),
        (
            "PUPIL_COMPUTERS_GINI",
            "inner join parts",
            "inner join cells",
            "contract.reads_elsewhere",
        ),
        # It is made of sums alone: no figure is there for it.
        ("PUPIL_COMPUTERS_THEIL", "from parts\n", "from figures\n", "contract.reads_elsewhere"),
        ("ENROLMENT_GPIA", "told.obs_value /", "told.pupils /", "lineage.unknown_column"),
        ("HOME_INTERNET_THEIL", "$floor_pct", "$pupils_per_teacher", "lineage.unknown_parameter"),
        ("INVESTMENT_COST", "count(cost)", "random()", "lineage.not_provable"),
    ],
)
def test_a_derived_figure_is_refused_that_takes_more_than_figures(
    project: Project, code: str, old: str, new: str, refused: str
) -> None:
    sql = project.indicators[code]
    assert old in sql
    problems = check_lineage(project.contracts, {}, {code: sql.replace(old, new)})
    assert refused in {problem.code for problem in problems}
    assert {problem.place.file for problem in problems if problem.place} == {
        project.contracts.indicators[code].file
    }


def test_each_indicator_is_traced_to_released_cells(project: Project) -> None:
    for code, sql in project.indicators.items():
        proof = prove_indicator(project.contracts, code, sql)
        assert isinstance(proof, Relation)
        indicator = project.contracts.indicators[code]
        read = set(DERIVED_FROM) if indicator.is_derived else set(indicator.tables)
        assert proof.tables <= read
        # Territories alone make no figure; all tables that a rate names are read.
        assert proof.tables & {"figures", "parts"} if indicator.is_derived else proof.tables == read
        assert proof.columns["obs_value"]
