"""Contracts are refused at load, with file, line and remedy, all problems at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ContractError
from pipeline.project import load_project

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    shutil.copytree(ROOT / "demo" / "facts", tmp_path / "demo" / "facts")
    return tmp_path


def _edit(path: Path, old: str, new: str) -> int:
    """Replace the one place of a text in a file and return its line."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return line


def _refusal(project: Path) -> ContractError:
    with pytest.raises(ContractError) as caught:
        load_project(project)
    return caught.value


def test_the_contracts_of_the_demonstration_are_valid() -> None:
    project = load_project(ROOT)
    assert set(project.contracts.datasets) == {
        "schools",
        "pupils",
        "teachers",
        "equipment",
        "connected_places",
        "population",
        "programmes",
        "family_survey",
        "school_survey",
        "school_age_population",
    }
    assert set(project.counts) == set(project.contracts.tables)


def test_a_second_country_is_a_folder_of_contracts() -> None:
    project = load_project(ROOT / "tests" / "projects" / "togo")
    assert len(project.geography.parents) == 117
    assert project.contracts.territories.country == "TG"


BROKEN: dict[str, tuple[str, str, str, str, int | None]] = {
    "a table bound to a target that the policy lacks": (
        "tables/pupils_in_reach.yml",
        "targets: [place_reach_km]",
        "targets: [place_reach_mi]",
        "contract.unknown_name",
        0,
    ),
    "an unknown key": (
        "policy.yml",
        "zeros:\n",
        "zeroes: hidden\nzeros:\n",
        "contract.unknown_key",
        0,
    ),
    "a column without a privacy rule": (
        "datasets/teachers.yml",
        "    role: direct_identifier\n    privacy: {rule: drop}\n  - name: given_name",
        "    role: direct_identifier\n  - name: given_name",
        "contract.no_privacy_rule",
        None,
    ),
    "a direct identifier that is kept": (
        "datasets/pupils.yml",
        "    privacy: {rule: pseudonymise, domain: pupil, as: pupil_pseudonym}",
        "    privacy: {rule: keep}",
        "contract.identifier_kept",
        0,
    ),
    "a dimension without a code list": (
        "tables/enrolment.yml",
        "dimensions: [sex,",
        "dimensions: [shoe_size, sex,",
        "contract.dimension_codelist",
        0,
    ),
    "a coded column without a code list": (
        "datasets/pupils.yml",
        "    codelist: sex\n",
        "",
        "contract.codelist_missing",
        None,
    ),
    "another name of a column that is the name of one": (
        "datasets/pupils.yml",
        "    codelist: sex\n",
        "    codelist: sex\n    aliases: [{name: grade, to: 2019}]\n",
        "contract.repeated",
        None,
    ),
    "a code of several lines": (
        "datasets/pupils.yml",
        "    codelist: sex\n",
        "    codelist: sex\n    max_lines: 3\n",
        "contract.lines",
        None,
    ),
    "encodings that cannot be told apart": (
        "datasets/pupils.yml",
        "encoding: utf-8",
        "encoding: [cp1252, utf-8]",
        "contract.encodings",
        0,
    ),
    "a person table without protection": (
        "tables/enrolment.yml",
        "method: suppression",
        "method: none",
        "contract.unprotected",
        0,
    ),
    "a typology at the base level": (
        "tables/enrolment.yml",
        "commune: [sex, edu_level]",
        "commune: [sex, edu_level, urbanisation]",
        "contract.typology_level",
        0,
    ),
    "an unknown threshold": (
        "tables/enrolment.yml",
        "sensitivity: enrolment",
        "sensitivity: nobody",
        "contract.unknown_name",
        None,
    ),
    "a reference to a column that is not kept": (
        "datasets/pupils.yml",
        "references: schools.school_code",
        "references: schools.school_name",
        "contract.unknown_name",
        0,
    ),
    "a grade without a level": (
        "codelists.yml",
        "fr: CP}, broader: {edu_level: L1}}",
        "fr: CP}}",
        "contract.generalise_gap",
        None,
    ),
    "an octal-looking number kept as text": (
        "policy.yml",
        "    value: 5\n",
        "    value: 05\n",
        "contract.bad_value",
        0,
    ),
    "a key twice": (
        "policy.yml",
        "version: 1",
        "version: 1\nversion: 2",
        "contract.repeated_key",
        1,
    ),
    "an alias": (
        "policy.yml",
        "version: 1",
        "version: &once 1\ntwice: *once",
        "contract.anchor",
        0,
    ),
    "a sensitivity that does not say what becomes of zeros": (
        "policy.yml",
        "  staff: published\n",
        "",
        "contract.zeros_missing",
        None,
    ),
    "groups to hide, and the zeros that tell them published": (
        "policy.yml",
        "home: protected",
        "home: published",
        "contract.zeros_tell",
        0,
    ),
    "no word on what is hidden to protect others": (
        "policy.yml",
        "  fewest: cells\n",
        "",
        "contract.missing_key",
        None,
    ),
    "a word that no pattern follows": (
        "policy.yml",
        "fewest: cells",
        "fewest: schools",
        "contract.bad_value",
        0,
    ),
    "a share for a sensitivity that nobody declared": (
        "policy.yml",
        "extremes:\n  home:",
        "extremes:\n  house:",
        "contract.unknown_name",
        1,
    ),
    "a sensitive dimension whose groups nobody hides": (
        "tables/home_connectivity.yml",
        "sensitivity: home",
        "sensitivity: staff",
        "contract.extreme_missing",
        None,
    ),
    "amounts that a rule should hide, but no method does": (
        "tables/school_bandwidth.yml",
        "method: suppression",
        "method: none",
        "contract.amounts_open",
        0,
    ),
    "units hidden without a rule": (
        "tables/schools.yml",
        "method: none",
        "method: suppression",
        "contract.amounts_open",
        0,
    ),
    "amounts under a rule that nobody declared": (
        "tables/school_bandwidth.yml",
        "amounts: bandwidth",
        "amounts: computers",
        "contract.unknown_name",
        0,
    ),
    "amounts that are 0 without what no open table shows": (
        "tables/school_bandwidth.yml",
        "school_equipment.schools_with_internet",
        "school_equipment.schools_online",
        "contract.nothing_without",
        0,
    ),
    "amounts that are 0 without what counts other units": (
        "tables/school_bandwidth.yml",
        "school_equipment.schools_with_internet",
        "schools.schools",
        "contract.nothing_without",
        0,
    ),
    "persons counted as amounts": (
        "tables/enrolment.yml",
        "sensitivity: enrolment",
        "sensitivity: enrolment\namounts: bandwidth",
        "contract.one_amount",
        1,
    ),
    "a file that is not YAML": ("policy.yml", "policy: ", "policy: [", "contract.not_yaml", None),
}


@pytest.mark.parametrize("case", BROKEN)
def test_is_refused_with_file_line_and_remedy(project: Path, case: str) -> None:
    file, old, new, code, offset = BROKEN[case]
    line = _edit(project / "contracts" / file, old, new)
    problems = [p for p in _refusal(project).problems if p.code == code]
    assert problems, case
    assert problems[0].place.line is not None
    assert problems[0].place.file is not None
    if offset is not None:
        assert problems[0].place.file == f"contracts/{file}"
        assert problems[0].place.line == line + offset
    for language in ("en", "fr"):
        assert len(problems[0].words(language)) > len(code)


def test_an_indicator_without_a_source_is_refused(project: Path) -> None:
    _edit(project / "contracts" / "indicators.yml", "    source: UIS glossary, enrolment\n", "")
    codes = {problem.code for problem in _refusal(project).problems}
    assert codes == {"contract.missing_key"}


def test_all_problems_are_told_at_once(project: Path) -> None:
    _edit(project / "contracts" / "policy.yml", "staff: published", "staff: hidden")
    _edit(project / "contracts" / "datasets" / "schools.yml", "unit: school", "units: school")
    _edit(project / "contracts" / "tables" / "schools.yml", "method: none", "method: magic")
    files = {problem.place.file for problem in _refusal(project).problems}
    assert files == {
        "contracts/policy.yml",
        "contracts/datasets/schools.yml",
        "contracts/tables/schools.yml",
    }


@pytest.mark.parametrize(
    ("file", "spoil", "code"),
    [
        ("communes.csv", lambda text: text.replace("35001,", "99999,", 1), "unknown_territory"),
        ("territories.csv", lambda text: text.replace(",6874", ",many", 1), "bad_territory"),
    ],
)
def test_territory_files_that_do_not_fit_are_refused(
    project: Path, file: str, spoil: Callable[[str], str], code: str
) -> None:
    path = project / "demo" / "facts" / file
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert f"contract.{code}" in {problem.code for problem in _refusal(project).problems}


def test_a_missing_query_is_refused(project: Path) -> None:
    shutil.copytree(ROOT / "sql", project / "sql")
    (project / "sql" / "counts" / "enrolment.sql").unlink()
    assert [p.place.file for p in _refusal(project).problems] == ["sql/counts/enrolment.sql"]


def test_the_fingerprint_is_that_of_the_territories_that_were_read(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipeline.project as module

    before = load_project(project)
    path = project / before.contracts.territories.files.territories
    read = module.read_geography

    def changed_behind(*arguments: Any) -> object:
        found = read(*arguments)
        path.write_text(path.read_text(encoding="utf-8").upper(), encoding="utf-8")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(module, "read_geography", changed_behind)
        meanwhile = load_project(project)
    assert meanwhile.geography == before.geography
    assert meanwhile.fingerprint == before.fingerprint


def test_the_fingerprint_moves_with_any_rule(project: Path) -> None:
    before = load_project(project).fingerprint
    assert load_project(project).fingerprint == before
    _edit(project / "contracts" / "policy.yml", "value: 11", "value: 10")
    assert load_project(project).fingerprint != before
