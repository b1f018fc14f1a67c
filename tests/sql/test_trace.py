"""A published column is told by its chain, down to what was delivered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import ContractError
from pipeline.lineage import identified_columns, released_columns, trace
from pipeline.lineage.trace import Link
from pipeline.project import Project, load_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(ROOT)


def _trace(project: Project, name: str) -> Link:
    return trace(project.contracts, project.counts, project.indicators, name)


def test_a_measure_is_told_by_its_query_and_the_delivered_columns(project: Project) -> None:
    lines = _trace(project, "enrolment.pupils").lines("en")
    assert lines[1].strip() == "sql/counts/enrolment.sql: counts rows of pupils, schools"
    grade = next(line.strip() for line in lines if "pupils.grade" in line)
    assert grade == "pupils.grade: delivered as Grade (quasi-identifier); kept: only its edu_level"


def test_a_count_of_different_pseudonyms_is_told_as_such(project: Project) -> None:
    sql = project.counts["enrolment"].replace(
        "select school_code, sex, edu_level\n",
        "select pupil_pseudonym, school_code, sex, edu_level\n",
    )
    sql = sql.replace("count(*) as", "count(distinct enrolled.pupil_pseudonym) as")
    counts = {**project.counts, "enrolment": sql}
    link = trace(project.contracts, counts, project.indicators, "enrolment.pupils")
    query, identifier = (line.strip() for line in link.lines("en")[1:3])
    assert query == "sql/counts/enrolment.sql: counts different pupils.pupil_pseudonym"
    assert identifier.startswith("pupils.national_id: delivered as")
    assert identifier.split("(")[1].startswith("direct identifier); kept: a keyed pseudonym")
    assert "compte les valeurs différentes de pupils.pupil_pseudonym" in link.lines("fr")[1]


def test_each_role_and_each_clause_is_told_in_plain_words(project: Project) -> None:
    for language in ("en", "fr"):
        text = "\n".join(_trace(project, "enrolment.pupils").lines(language))
        assert "by by" not in text
        assert "par par" not in text
        assert not {"quasi_identifier", "direct_identifier"} & set(text.split())


def test_every_published_column_has_a_chain_in_both_languages(project: Project) -> None:
    contracts = project.contracts
    cells = [f"{t}.{c}" for t in contracts.tables for c in released_columns(contracts, t)]
    codes = [indicator.code for indicator in contracts.indicators.indicators]
    for name in (*cells, *codes, "observations.obs_value", "observations.sex"):
        link = _trace(project, name)
        assert all(link.lines(language) for language in ("en", "fr"))
        assert json.loads(json.dumps(link.as_dict("fr")))["words"]


def test_no_chain_ends_at_an_identifier(project: Project) -> None:
    identifiers = {
        f"{name}.{column.name}"
        for name, dataset in project.contracts.datasets.items()
        for column in dataset.columns
        if column.role == "direct_identifier"
    }
    assert len(identifiers) >= len(identified_columns(project.contracts)) > 0
    delivered = _trace(project, "observations.obs_value").delivered()
    assert {"pupils.sex", "teachers.has_digital_training"} <= delivered
    assert not delivered & identifiers


@pytest.mark.parametrize("name", ["enrolment.secret", "SECRET", "observations.x", "pupils.sex", ""])
def test_what_is_not_published_has_no_chain(project: Project, name: str) -> None:
    with pytest.raises(ContractError) as refused:
        _trace(project, name)
    assert refused.value.problem.code == "lineage.unknown_published"


def test_a_query_that_is_not_proved_has_no_chain(project: Project) -> None:
    spoilt = {**project.counts, "enrolment": "select * from pupils"}
    with pytest.raises(ContractError) as refused:
        trace(project.contracts, spoilt, project.indicators, "enrolment.pupils")
    assert [problem.code for problem in refused.value.problems] == ["lineage.star"]
