"""Lineage is proved from the SQL: what breaks it is named, with the path."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.lineage import Origin, check_lineage, origins, tables_read
from pipeline.project import Project, load_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


def test_the_queries_of_the_project_are_proved(project: Project) -> None:
    assert check_lineage(project.contracts, project.counts, project.indicators) == []


def test_a_published_column_is_traced_through_its_ctes(project: Project) -> None:
    schema = {name: list(project.contracts.kept_columns(name)) for name in ("pupils", "schools")}
    assert origins(project.counts["enrolment"], "sector", schema) == {Origin("schools", "sector")}


def test_a_query_reads_its_tables_not_its_ctes(project: Project) -> None:
    assert tables_read(project.counts["enrolment"]) == {"pupils", "schools"}


SPOILT = {
    "a pseudonym as a dimension": (
        "select school_code, sex, edu_level\n",
        "select school_code, pupil_pseudonym as sex, edu_level\n",
        "contract.identifier_published",
    ),
    "a pseudonym inside an expression": (
        "select school_code, sex, edu_level\n",
        "select school_code, sex || hex(pupil_pseudonym) as sex, edu_level\n",
        "contract.identifier_published",
    ),
    "a table of another kind": ("from schools\n", "from secrets\n", "contract.reads_elsewhere"),
    "a file": ("from schools\n", "from 'schools.csv'\n", "contract.reads_elsewhere"),
    "a statement that is no select": (
        "with\n",
        "create table x as with\n",
        "contract.not_a_select",
    ),
    "two statements": ("from counted", "from counted; drop table x", "contract.not_a_select"),
    "text that is no SQL": ("group by", "grouped like", "contract.unreadable_sql"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_count_query_is_refused_with(project: Project, case: str) -> None:
    old, new, code = SPOILT[case]
    sql = project.counts["enrolment"]
    assert old in sql
    problems = check_lineage(project.contracts, {"enrolment": sql.replace(old, new, 1)}, {})
    assert code in {problem.code for problem in problems}


def test_an_indicator_may_not_read_protected_rows(project: Project) -> None:
    sql = project.indicators["GPI"].replace("from enrolment", "from pupils")
    problems = check_lineage(project.contracts, {}, {"GPI": sql})
    assert [problem.code for problem in problems] == ["contract.reads_elsewhere"]


def test_an_indicator_may_not_read_a_released_table_that_it_does_not_declare(
    project: Project,
) -> None:
    sql = project.indicators["GPI"].replace("from enrolment", "from teaching_staff")
    problems = check_lineage(project.contracts, {}, {"GPI": sql})
    assert [problem.code for problem in problems] == ["contract.reads_elsewhere"]
