"""A privacy rule that does not fit is refused at load: file, line, remedy, all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import ContractError, Problem
from pipeline.project import load_project

ROOT = Path(__file__).parents[2]
ANCHOR = "  - name: home_internet\n"
LISTS = """
test_band:
  label: {en: a, fr: a}
  source: a test
  items:
    - {code: LOW, label: {en: a, fr: a}}
    - {code: HIGH, label: {en: b, fr: b}}
test_postcode:
  label: {en: a, fr: a}
  source: a test
  items:
    - {code: "35000", label: {en: a, fr: a}, broader: {commune: "35238"}}
test_gap:
  label: {en: a, fr: a}
  source: a test
  items:
    - {code: "35000", label: {en: a, fr: a}}
"""


def write_project(folder: Path) -> Path:
    shutil.copytree(ROOT / "contracts", folder / "contracts")
    shutil.copytree(ROOT / "demo" / "facts", folder / "demo" / "facts")
    lists = folder / "contracts" / "codelists.yml"
    lists.write_text(lists.read_text(encoding="utf-8") + LISTS, encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path)


def problems_of(project: Path) -> list[Problem]:
    with pytest.raises(ContractError) as caught:
        load_project(project)
    return list(caught.value.problems)


def _own_names(column: str, number: int) -> str:
    return column.replace("as: a", f"as: kept_{number}").replace("@own", f"added_{number}")


def add(project: Path, *columns: str) -> list[int]:
    """Add columns, each `type role rule [more]`, to the pupils; return the lines of their rules."""
    path = project / "contracts" / "datasets" / "pupils.yml"
    text, lines = path.read_text(encoding="utf-8"), []
    for number, column in enumerate(columns):
        type_, role, rule, *more = _own_names(column, number).split("; ")
        added = f"  - name: added_{number}\n    label: {{en: a, fr: a}}\n    type: {type_}\n"
        added += f"    role: {role}\n" + "".join(f"    {line}\n" for line in more)
        before, _, after = text.partition(ANCHOR)
        lines.append((before + added).count("\n") + 1)
        text = before + added + f"    privacy: {{{rule}}}\n" + ANCHOR + after
    path.write_text(text, encoding="utf-8")
    return lines


TERRITORY = "text; geography; rule: generalise_territory"
DATE = 'format: "%d/%m/%Y"'
FITTING = [
    "date; quasi_identifier; rule: truncate_date, to: year, as: a; " + DATE,
    "date; quasi_identifier; rule: truncate_date, to: school_year, starts: 9, as: a; " + DATE,
    'date; quasi_identifier; rule: age, at: "12-31", as: a; ' + DATE,
    'date; quasi_identifier; rule: age, at: "+02-28", as: a; ' + DATE,
    'date; quasi_identifier; rule: band, to: test_band, cuts: [6], at: "12-31"; ' + DATE,
    "integer; measure; rule: band, to: test_band, cuts: [6]",
    "decimal; measure; rule: band, to: test_band, cuts: [6.5]",
    "integer; direct_identifier; rule: pseudonymise, domain: pupil, as: a",
    "text; direct_identifier; rule: pseudonymise, domain: pupil, as: a, with: [school_code]",
    "text; direct_identifier; rule: redact, as: a",
    "text; attribute; rule: redact, as: a",
    "text; geography; rule: generalise_territory, to: epci, as: a; territory: commune",
    (
        "text; quasi_identifier; rule: generalise_territory, by: test_postcode, from: commune, "
        'to: commune, as: a, extract: "[0-9]{5}"'
    ),
    (
        "code; geography; rule: generalise_territory, by: test_postcode, from: commune, "
        "to: region, as: a; codelist: test_postcode"
    ),
    "text; quasi_identifier; rule: map, to: test_band, residue: HIGH",
    "code; quasi_identifier; rule: map, to: edu_level, residue: L2; codelist: grade",
    "integer; measure; rule: clip, at_most: 9",
    "integer; measure; rule: clip, at_least: 0, at_most: 9",
    "decimal; measure; rule: round, base: 0.5",
    'text; attribute; rule: keep; pattern: "[A-Z]{2}[0-9]{4}"',
    "text; attribute; rule: keep; references: schools.school_code",
    "text; attribute; rule: drop",
]


def test_rules_that_fit_are_taken(project: Path) -> None:
    lines = add(project, *FITTING)
    # Some keep a column of the same name, which has the line of all columns.
    told = {p.code for p in problems_of(project) if p.place.line in lines}
    assert told == set()


def test_a_project_whose_rules_all_fit_is_loaded(project: Path) -> None:
    once = [column for column in FITTING if "test_band" not in column and "edu_level" not in column]
    add(project, *once)
    assert len(load_project(project).contracts.datasets["pupils"].columns) == 11 + len(once)


NOT_FITTING = [
    ("integer; measure; rule: truncate_date, to: year, as: a", "rule_type"),
    ('text; quasi_identifier; rule: age, at: "12-31", as: a', "rule_type"),
    ("text; attribute; rule: band, to: test_band, cuts: [6]", "rule_type"),
    ("decimal; direct_identifier; rule: pseudonymise, domain: pupil, as: a", "rule_type"),
    ("date; direct_identifier; rule: redact, as: a; " + DATE, "rule_type"),
    ("text; attribute; rule: generalise, to: edu_level", "rule_type"),
    ("integer; measure; rule: map, to: test_band, residue: HIGH", "rule_type"),
    ("text; attribute; rule: clip, at_most: 9", "rule_type"),
    ("date; quasi_identifier; rule: round, base: 5; " + DATE, "rule_type"),
    (
        "date; quasi_identifier; rule: truncate_date, to: school_year, as: a; " + DATE,
        "school_year_start",
    ),
    (
        "date; quasi_identifier; rule: truncate_date, to: year, starts: 9, as: a; " + DATE,
        "school_year_start",
    ),
    ("date; quasi_identifier; rule: band, to: test_band, cuts: [6]; " + DATE, "band_date"),
    ('integer; measure; rule: band, to: test_band, cuts: [6], at: "12-31"', "band_date"),
    ("integer; measure; rule: band, to: test_band, cuts: [6, 6]", "band_cuts"),
    ("integer; measure; rule: band, to: test_band, cuts: [7, 6]", "band_cuts"),
    ("integer; measure; rule: band, to: test_band, cuts: [6, 7]", "band_codes"),
    ("integer; measure; rule: band, to: nothing, cuts: [6]", "unknown_name"),
    ("text; direct_identifier; rule: pseudonymise, domain: nobody, as: a", "unknown_name"),
    (
        "text; direct_identifier; rule: pseudonymise, domain: pupil, as: a, with: [nothing]",
        "unknown_name",
    ),
    (
        "text; direct_identifier; rule: pseudonymise, domain: pupil, as: a, with: [birth_date]",
        "pseudonym_type",
    ),
    (
        "text; direct_identifier; rule: pseudonymise, domain: pupil, as: a, with: [guardian_email]",
        "pseudonym_type",
    ),
    (
        "text; direct_identifier; rule: pseudonymise, domain: pupil, as: a, with: [@own]",
        "repeated",
    ),
    (
        "text; direct_identifier; rule: pseudonymise, domain: pupil, as: a; required: false",
        "pseudonym_type",
    ),
    ("text; direct_identifier; rule: keep", "identifier_kept"),
    ("text; direct_identifier; rule: map, to: test_band, residue: HIGH", "identifier_kept"),
    ('date; direct_identifier; rule: age, at: "12-31", as: a; ' + DATE, "identifier_kept"),
    ("text; attribute; rule: keep", "free_text_kept"),
    ("text; sensitive; rule: keep", "free_text_kept"),
    ("text; quasi_identifier; rule: keep", "free_text_kept"),
    ("text; measure; rule: keep", "free_text_kept"),
    ("text; geography; rule: keep", "free_text_kept"),
    ('text; attribute; rule: keep; pattern: ".*"', "pattern_open"),
    ('text; geography; rule: keep; pattern: "[A-Za-z ]{1,80}"', "pattern_open"),
    (TERRITORY + ", to: epci, as: a", "territory_start"),
    (
        TERRITORY + ", by: test_postcode, to: epci, as: a",
        "territory_start",
    ),
    (
        TERRITORY + ', to: epci, as: a, extract: "[0-9]{5}"; territory: commune',
        "territory_extract",
    ),
    (
        TERRITORY + ', by: test_postcode, from: commune, to: epci, as: a, extract: "([0-9]{5})"',
        "extract_groups",
    ),
    (
        TERRITORY + ", to: commune, as: a; territory: epci",
        "level_not_above",
    ),
    (
        TERRITORY + ", to: galaxy, as: a; territory: commune",
        "unknown_name",
    ),
    (
        TERRITORY + ", by: test_gap, from: commune, to: epci, as: a",
        "generalise_gap",
    ),
    (
        TERRITORY + ", by: nothing, from: commune, to: epci, as: a",
        "unknown_name",
    ),
    ("text; attribute; rule: map, to: test_band, residue: NONE", "unknown_name"),
    ("text; attribute; rule: map, to: nothing, residue: NONE", "unknown_name"),
    ("integer; measure; rule: clip", "clip_ends"),
    ("integer; measure; rule: clip, at_least: 9, at_most: 9", "clip_ends"),
    ("integer; measure; rule: clip, at_most: 9.5", "whole_number"),
    ("integer; measure; rule: round, base: 2.5", "whole_number"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Problem]]:
    """Each column that does not fit, all in one contract → what is told at its rule's line."""
    folder = write_project(tmp_path_factory.mktemp("project"))
    columns = [column for column, _ in NOT_FITTING]
    lines = add(folder, *columns)
    problems = problems_of(folder)
    return {
        column: [p for p in problems if p.place.line == line]
        for column, line in zip(columns, lines, strict=True)
    }


@pytest.mark.parametrize(("column", "code"), NOT_FITTING)
def test_a_rule_that_does_not_fit_is_told_at_its_line(
    told: dict[str, list[Problem]], column: str, code: str
) -> None:
    [problem] = told[column]
    assert problem.code == f"contract.{code}"
    assert problem.place.file == "contracts/datasets/pupils.yml"
    for language in ("en", "fr"):
        assert len(problem.words(language)) > len(problem.code)


MALFORMED = [
    ('date; quasi_identifier; rule: age, at: "02-29", as: a; ' + DATE, "bad_value"),
    ('date; quasi_identifier; rule: age, at: "04-31", as: a; ' + DATE, "bad_value"),
    ("integer; measure; rule: round, base: 0", "bad_value"),
    ("integer; measure; rule: shuffle", "unknown_rule"),
    ("integer; measure; rule: clip, at_mots: 9", "unknown_key"),
]


def test_a_rule_that_is_written_wrong_is_told_with_its_place(project: Path) -> None:
    add(project, *(column for column, _ in MALFORMED))
    problems = problems_of(project)
    assert sorted(p.code for p in problems) == sorted(f"contract.{code}" for _, code in MALFORMED)
    assert all(p.place.file == "contracts/datasets/pupils.yml" for p in problems)
    assert all(p.place.line for p in problems)


def test_two_columns_kept_under_one_name_are_refused(project: Path) -> None:
    add(project, "text; attribute; rule: redact, as: sex")
    assert [p.code for p in problems_of(project)] == ["contract.repeated"]


def test_a_domain_that_says_less_than_all_is_refused(project: Path) -> None:
    path = project / "contracts" / "policy.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("      leading_zeros: kept\n", "", 1), encoding="utf-8")
    assert [p.code for p in problems_of(project)] == ["contract.missing_key"]


def test_a_level_is_above_another_in_a_hierarchy_only() -> None:
    territories = load_project(ROOT).contracts.territories
    assert territories.is_inside("commune", "epci")
    assert territories.is_inside("commune", "commune")
    assert not territories.is_inside("epci", "commune")
    assert not territories.is_inside("epci", "departement")


def test_the_way_up_joins_each_code_with_its_own_level() -> None:
    geography = load_project(ROOT).geography
    above = geography.upward("commune", "departement")
    assert len(above) == len(geography.parents)
    assert set(above.values()) == {"35"}
    assert geography.upward("commune", "commune") == {code: code for code in geography.parents}
