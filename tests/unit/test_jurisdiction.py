"""A project names its jurisdiction; a profile says what holds there, and what was not checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import ContractError
from pipeline.project import load_project

ROOT = Path(__file__).parents[2]
PROFILES = sorted(path.stem for path in (ROOT / "contracts" / "jurisdictions").glob("*.yml"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    (tmp_path / "demo").symlink_to(ROOT / "demo")
    return tmp_path


def _edit(project: Path, old: str, new: str) -> None:
    path = project / "contracts" / "jurisdiction.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _codes(project: Path) -> set[str]:
    with pytest.raises(ContractError) as refused:
        load_project(project)
    return {problem.code for problem in refused.value.problems}


def test_there_are_the_six_profiles() -> None:
    expected = ["cote_divoire", "france", "morocco", "quebec", "senegal", "tunisia"]
    assert expected == PROFILES


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_loads_and_every_statement_has_a_source(project: Path, profile: str) -> None:
    _edit(project, "profile: france", f"profile: {profile}")
    law = load_project(project).contracts.law
    assert law.profile == profile
    points = (law.formality, *law.retention, *law.transfers, *law.thresholds)
    assert all(point.source and point.words.fr for point in points)
    # A profile that claims everything verified would not have been read with care.
    assert law.unverified > 0


def test_a_project_needs_its_jurisdiction(project: Path) -> None:
    (project / "contracts" / "jurisdiction.yml").unlink()
    assert _codes(project) == {"contract.missing_file"}


def test_a_profile_that_nobody_wrote_is_refused(project: Path) -> None:
    _edit(project, "profile: france", "profile: atlantis")
    assert _codes(project) == {"contract.missing_file"}


def test_a_profile_under_another_name_is_refused(project: Path) -> None:
    folder = project / "contracts" / "jurisdictions"
    shutil.copy(folder / "france.yml", folder / "atlantis.yml")
    _edit(project, "profile: france", "profile: atlantis")
    assert _codes(project) == {"contract.file_name"}


def test_without_a_profile_of_its_own_a_project_takes_that_of_the_installation(
    project: Path,
) -> None:
    shutil.rmtree(project / "contracts" / "jurisdictions")
    loaded = load_project(project)
    assert loaded.contracts.law.authority.short == "CNIL"
    assert "contracts/jurisdictions/france.yml" in loaded.files


def test_what_the_project_says_stands_in_the_place_of_the_profile(project: Path) -> None:
    own = (
        "authority: {name: An own authority, short: OWN, source: Its page, verified: true}\n"
        "profile: france"
    )
    _edit(project, "profile: france", own)
    law = load_project(project).contracts.law
    assert (law.authority.short, law.country.en) == ("OWN", "France")


def test_a_changed_jurisdiction_is_another_project(project: Path) -> None:
    before = load_project(project).fingerprint
    _edit(project, "since: 2026-09-01", "since: 2026-09-02")
    assert load_project(project).fingerprint != before


def test_the_test_country_says_that_nothing_of_it_is_verified() -> None:
    law = load_project(ROOT / "tests" / "projects" / "togo").contracts.law
    statements = (law.formality, *law.retention, *law.transfers, *law.thresholds, *law.texts)
    assert law.profile == "togo"
    assert not any(one.verified for one in (law.authority, *statements))
