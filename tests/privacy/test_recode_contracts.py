"""A recoding is refused when the rules load, with its line, unless it coarsens what it may."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.contracts.ladders import Ladder, ladder_of
from pipeline.contracts.recoding_checks import needs, words_of
from pipeline.errors import ContractError, Problem
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from tests.privacy.recoding_sample import add_origin

MORE = """  - name: home_commune
    label: {en: Commune of the home, fr: Commune du domicile}
    type: text
    role: geography
    territory: commune
    privacy: {rule: keep}
  - name: wish
    label: {en: Wish, fr: Vœu}
    type: code
    codelist: has_internet
    role: attribute
    privacy: {rule: keep}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(INSTALLATION / "contracts", tmp_path / "contracts")
    shutil.copytree(INSTALLATION / "demo" / "facts", tmp_path / "demo" / "facts")
    add_origin(tmp_path, "teachers", more=MORE)
    return tmp_path


def recode(
    project: Path, columns: str, *, dataset: str = "teachers", period: str = '"2021"'
) -> None:
    text = f"{dataset}:\n  {period}:\n    columns: {{{columns}}}\n    reason: k\n"
    (project / "contracts" / "recodings.yml").write_text(text, encoding="utf-8")


def problems(project: Path) -> list[Problem]:
    with pytest.raises(ContractError) as refused:
        load_project(project)
    return list(refused.value.problems)


def ladder(project: Project, dataset: str, column: str) -> Ladder:
    kept = project.contracts.kept_columns(dataset)[column]
    return ladder_of(kept, project.contracts, project.geography)


@pytest.mark.parametrize(
    "columns",
    [
        "origin: 1",
        "origin: suppress",
        "home_commune: 4",
        "home_commune: suppress",
        "origin: 1, home_commune: 1",
    ],
)
def test_what_is_needed_by_nothing_may_be_coarser(project: Path, columns: str) -> None:
    recode(project, columns)
    loaded = load_project(project)
    recoding = loaded.contracts.recodings["teachers"]["2021"]
    assert set(recoding.columns) == {part.split(":")[0].strip() for part in columns.split(",")}


def test_a_project_without_recodings_has_none(project: Path) -> None:
    (project / "contracts" / "recodings.yml").unlink()
    assert load_project(project).contracts.recodings == {}


def test_a_recoding_is_part_of_the_rules_that_are_signed(project: Path) -> None:
    prints = set()
    for columns in ("origin: 1", "origin: suppress"):
        recode(project, columns)
        loaded = load_project(project)
        assert "contracts/recodings.yml" in loaded.files
        prints.add(loaded.fingerprint)
    assert len(prints) == 2


REFUSED = {
    "a step above the ladder": ("origin: 2", "risk.recoding_too_high"),
    "a level above the country": ("home_commune: 5", "risk.recoding_too_high"),
    "a step of what has no ladder": ("edu_level: 1", "risk.recoding_needed"),
    "a school, which arrivals and tables need": ("school_code: suppress", "risk.recoding_needed"),
    "a dimension of a table": ("sex: suppress", "risk.recoding_needed"),
    "a pseudonym": ("teacher_pseudonym: suppress", "risk.recoding_role"),
    "what is no quasi-identifier": ("wish: suppress", "risk.recoding_role"),
    "what is not kept": ("birth_date: suppress", "contract.unknown_name"),
    "no step at all": ("origin: 0", "contract.bad_value"),
    "another word": ("origin: hide", "contract.bad_value"),
    "no column": ("", "contract.bad_value"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_may_not_do_is_refused_with_its_line(project: Path, case: str) -> None:
    columns, code = REFUSED[case]
    recode(project, columns)
    found = problems(project)
    assert {problem.code for problem in found} == {code}
    assert found[0].place.file == "contracts/recodings.yml"
    assert found[0].place.line == 3
    for language in ("en", "fr"):
        assert len(found[0].words(language)) > 60


def test_the_table_that_needs_a_column_is_named(project: Path) -> None:
    recode(project, "sex: suppress")
    [problem] = problems(project)
    assert "sql/counts/teaching_staff.sql needs it" in problem.words("en")
    recode(project, "school_code: suppress", dataset="schools")
    assert dict(problems(project)[0].facts)["needed_by"].endswith(".sql")


def test_an_unknown_dataset_and_an_odd_period_are_refused(project: Path) -> None:
    recode(project, "origin: 1", dataset="dragons")
    assert [problem.code for problem in problems(project)] == ["contract.unknown_name"]
    recode(project, "origin: 1", period='"2021-2022"')
    assert problems(project)[0].place.file == "contracts/recodings.yml"


def test_a_code_with_two_meanings_on_one_ladder_is_refused(project: Path) -> None:
    path = project / "contracts" / "codelists.yml"
    text = path.read_text(encoding="utf-8").replace("origin_group: AF}}", "origin_group: FR}}")
    path.write_text(text.replace("{code: AF,", "{code: FR,"), encoding="utf-8")
    recode(project, "origin: 1")
    assert [problem.code for problem in problems(project)] == ["risk.recoding_ambiguous"]
    recode(project, "origin: suppress")
    load_project(project)


def test_all_problems_of_recodings_are_told_at_once(project: Path) -> None:
    recode(project, "origin: 9, sex: 1, wish: 1")
    assert len(problems(project)) == 3


def test_ladders_are_those_of_code_lists_and_territories(project: Path) -> None:
    loaded = load_project(project)
    origin = ladder(loaded, "teachers", "origin")
    assert (origin.names, origin.height, origin.top) == (("origin", "origin_group"), 1, 2)
    assert origin.rungs[1] == {"FR": "EU", "DE": "EU", "SN": "AF"}
    assert origin.recoding(1) == {"FR": "EU", "DE": "EU", "SN": "AF", "EU": "EU", "AF": "AF"}
    assert origin.width(1) == {"EU": 2 / 3, "AF": 0}
    home = ladder(loaded, "teachers", "home_commune")
    assert home.names == ("commune", "arrondissement", "departement", "region", "country")
    assert home.rungs[0]["35238"] == "35238"
    assert set(home.rungs[4].values()) == {"FR"}
    assert home.width(4) == {"FR": 1}
    school = ladder(loaded, "teachers", "school_code")
    assert (school.names, school.height, school.top) == ((), 0, 1)


def test_a_circle_of_code_lists_ends(project: Path) -> None:
    path = project / "contracts" / "codelists.yml"
    text = path.read_text(encoding="utf-8")
    text = text.replace(
        "{code: EU, label: {en: a, fr: a}}",
        "{code: EU, label: {en: a, fr: a}, broader: {origin: FR}}",
    )
    text = text.replace(
        "{code: AF, label: {en: b, fr: b}}",
        "{code: AF, label: {en: b, fr: b}, broader: {origin: SN}}",
    )
    path.write_text(text, encoding="utf-8")
    assert ladder(load_project(project), "teachers", "origin").names == ("origin", "origin_group")


def test_a_list_with_a_gap_is_no_rung(project: Path) -> None:
    path = project / "contracts" / "codelists.yml"
    text = path.read_text(encoding="utf-8").replace(", broader: {origin_group: AF}}", "}")
    path.write_text(text, encoding="utf-8")
    assert ladder(load_project(project), "teachers", "origin").names == ("origin",)


def test_what_a_query_needs_is_every_word_that_is_no_text_or_comment() -> None:
    sql = """-- sex is in a comment
        select "school_code", t.Grade from teachers as t /* edu_level
        too */ inner join x using (commune_code) where note = 'origin''s' """
    found = words_of(sql)
    assert {"school_code", "grade", "teachers", "commune_code", "note"} <= found
    assert found.isdisjoint({"sex", "edu_level", "origin", "s", "too", "comment"})


def test_references_arrivals_and_populations_need_their_columns(project: Path) -> None:
    contracts = load_project(project).contracts
    queries: dict[str, frozenset[str]] = {}
    assert set(needs(contracts, queries, "schools")) == {"school_code"}
    assert needs(contracts, queries, "pupils") == {"school_code": "contracts/datasets/pupils.yml"}
    assert set(needs(contracts, queries, "population")) == {
        "area_level",
        "area_code",
        "inhabitants",
    }
    wide = {"staff": frozenset({"teachers", "origin"}), "other": frozenset({"pupils", "wish"})}
    assert needs(contracts, wide, "teachers")["origin"] == "sql/counts/staff.sql"
    assert "wish" not in needs(contracts, wide, "teachers")
