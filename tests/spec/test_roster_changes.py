"""OneRoster bundles that hold changes alone: by manifest, status and the mode of the contract."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ContractError, DeliveryError
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.receipt import Receipt
from pipeline.steps.sender_reports import write_sender_report
from pipeline.steps.settling import release
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.packed_files import bundle_of_roster
from tests.small_country import ON_TIME

PROJECT = INSTALLATION / "tests" / "projects" / "interchanges"
DAY = timedelta(days=1)
DELTA = "mode: delta\ndeletions: {column: status, values: [GONE]}"
NAME = "roster_members"


def write_project(folder: Path, mode: str) -> Path:
    root = small_country.write_project(folder)
    shutil.copytree(INSTALLATION / "expectations", root / "expectations")
    contract = root / "contracts" / "datasets" / f"{NAME}.yml"
    text = (PROJECT / "contracts" / "datasets" / contract.name).read_text(encoding="utf-8")
    contract.write_text(text.replace("mode: full", mode), encoding="utf-8")
    suite = root / "expectations" / "protected" / f"{NAME}.json"
    shutil.copy(PROJECT / "expectations" / "protected" / suite.name, suite)
    lists = root / "contracts" / "codelists.yml"
    more = (PROJECT / "contracts" / "codelists.yml").read_text(encoding="utf-8")
    lists.write_text(lists.read_text(encoding="utf-8") + more, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("roster")
    project = write_project(folder / "project", DELTA)
    return small_country.open_workspace(folder / "start", project)


@pytest.fixture
def country(tmp_path: Path, start: Workspace) -> Workspace:
    shutil.copytree(start.settings.keys.parent, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, start.settings.project)


def send(workspace: Workspace, content: bytes, **named: Any) -> Receipt:
    return small_country.take(workspace, NAME, content, **{"may_be_smaller": True, **named})


def held(workspace: Workspace) -> dict[str, int]:
    rows = workspace.protected.current(NAME, "2021")["role"].to_pylist()
    return {role: rows.count(role) for role in sorted(set(rows))}


VERSIONS = ("1.1", "1.2")
BULK = [("u-1", "student", ""), ("u-2", "student", ""), ("u-3", "teacher", "")]
CHANGES = [("u-2", "student", "tobedeleted"), ("u-4", "aide", "active")]


@pytest.mark.parametrize("version", VERSIONS)
def test_bulk_is_all_there_is_and_delta_what_changed_deletions_by_status(
    country: Workspace, version: str
) -> None:
    receipt = send(country, bundle_of_roster(version, "bulk", BULK))
    assert not [words for words in receipt.warnings if "delta_waits" in words]
    receipt = send(country, bundle_of_roster(version, "delta", CHANGES), as_of=ON_TIME + DAY)
    assert (receipt.counts["counted"], receipt.counts["replaced"]) == (2, 1)
    assert held(country) == {"STAFF": 1, "STUDENT": 1, "TEACHER": 1}
    modes = [batch.mode for batch in country.protected.batches(NAME, "2021")]
    assert modes == ["full", "delta"]


def test_changes_that_come_first_wait_for_the_bulk_before_them(country: Workspace) -> None:
    receipt = send(country, bundle_of_roster("1.2", "delta", CHANGES), as_of=ON_TIME + DAY)
    assert any(words.startswith("delivery.delta_waits: ") for words in receipt.warnings)
    assert held(country) == {}
    send(country, bundle_of_roster("1.1", "bulk", BULK))
    assert held(country) == {"STAFF": 1, "STUDENT": 1, "TEACHER": 1}


def test_the_same_records_as_changes_and_in_bulk_are_two_deliveries(country: Workspace) -> None:
    rows = [(person, role, "active") for person, role, _ in BULK]
    send(country, bundle_of_roster("1.2", "delta", rows), as_of=ON_TIME + DAY)
    assert held(country) == {}
    receipt = send(country, bundle_of_roster("1.2", "bulk", rows), as_of=ON_TIME + 2 * DAY)
    assert receipt.changed
    assert held(country) == {"STUDENT": 2, "TEACHER": 1}
    again = send(country, bundle_of_roster("1.2", "bulk", rows), as_of=ON_TIME + 2 * DAY)
    assert (again.changed, again.ids) == (False, receipt.ids)


def test_a_bulk_that_was_refused_whole_is_taken_in_anew_as_bulk(country: Workspace) -> None:
    many = [(f"u-{n}", "student", "") for n in range(12)]
    send(country, bundle_of_roster("1.2", "bulk", many))
    few = bundle_of_roster("1.2", "bulk", BULK)
    with pytest.raises(DeliveryError, match=r"delivery\.smaller"):
        send(country, few, as_of=ON_TIME + DAY, may_be_smaller=False)
    [refused] = [name for name in country.deliveries.ids() if not country.protected.has(name)]
    release(country, refused, may_be_smaller=True)
    assert country.protected.batch(refused).mode == "full"
    assert held(country) == {"STUDENT": 2, "TEACHER": 1}


def test_changes_under_a_contract_that_awaits_all_are_refused_by_name(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", "mode: full")
    workspace = small_country.open_workspace(tmp_path, project)
    with pytest.raises(DeliveryError, match=r"delivery\.oneroster_delta"):
        send(workspace, bundle_of_roster("1.2", "delta", CHANGES))


def test_a_bundle_that_says_otherwise_than_who_delivers_it_is_refused(country: Workspace) -> None:
    with pytest.raises(DeliveryError, match=r"delivery\.other_mode"):
        send(country, bundle_of_roster("1.1", "delta", CHANGES), is_full=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_change_that_does_not_say_whether_it_is_a_deletion_is_refused_with_its_line(
    country: Workspace, version: str
) -> None:
    rows = [*CHANGES, ("u-6", "student", "")]
    with pytest.raises(DeliveryError, match=r"delivery\.oneroster_status") as refusal:
        send(country, bundle_of_roster(version, "delta", rows))
    place = refusal.value.problem.place
    assert (place.line, place.column, refusal.value.problem.count) == (4, "status", 1)


def test_a_contract_of_changes_must_read_the_status(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", "mode: delta")
    with pytest.raises(ContractError, match=r"contract\.roster_deletions"):
        load_project(project)


def test_a_person_of_two_roles_counts_once_where_a_rule_says_so_and_no_sender_is_known(
    tmp_path: Path,
) -> None:
    rule = "double_enrolment: {rule: latest, person: pupil_pseudonym}"
    project = write_project(tmp_path / "project", f"mode: full\n{rule}")
    workspace = small_country.open_workspace(tmp_path, project)
    pupils = [(f"u-{number}", "student", "") for number in range(30)]
    rows = [*pupils, ("u-0", "aide", ""), ("u-40", "unheard of", "")]
    receipt = send(workspace, bundle_of_roster("1.2", "bulk", rows))
    names = ("accepted", "refused", "double_persons", "double_senders", "double_set_aside")
    assert [receipt.counts[name] for name in names] == [31, 1, 1, 1, 1]
    assert sum(held(workspace).values()) == 30
    to = tmp_path / "report.html"
    write_sender_report(workspace, receipt.ids["batch"], to, language="fr")
    page = " ".join(to.read_text(encoding="utf-8").split())
    assert "2 lignes acceptées concernent des personnes qui figurent aussi" in page
    assert "1 de ces lignes ne sont pas comptées" in page
