"""Whole OneRoster and Ed-Fi deliveries become protected batches."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from pipeline.settings import INSTALLATION
from pipeline.steps.screening import unsearchable
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.packed_files import zipped

PROJECT = INSTALLATION / "tests" / "projects" / "interchanges"
SAMPLES = Path(os.environ.get("CARTABLE_TEST_DATA", "/nowhere")) / "data"
ROSTER, EDFI = SAMPLES / "oneroster_v1p2_fixture", SAMPLES / "edfi_grand_bend"
needs_samples = pytest.mark.skipif(
    not ROSTER.is_dir(), reason="CARTABLE_TEST_DATA does not name a folder of test files"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small country's project with the datasets of the interchanges."""
    root = small_country.write_project(tmp_path_factory.mktemp("interchanges") / "project")
    shutil.copytree(INSTALLATION / "expectations", root / "expectations")
    for path in PROJECT.rglob("*.*"):
        target = root / path.relative_to(PROJECT)
        if path.name == "codelists.yml":
            text = target.read_text(encoding="utf-8") + path.read_text(encoding="utf-8")
            target.write_text(text, encoding="utf-8")
        elif path.suffix in {".yml", ".json"}:
            shutil.copy(path, target)
    return root


@pytest.fixture
def country(tmp_path: Path, project: Path) -> Workspace:
    return small_country.open_workspace(tmp_path, project)


def counted(workspace: Workspace, dataset: str, column: str) -> dict[str | None, int]:
    rows = workspace.protected.current(dataset, "2021")[column].value_counts().to_pylist()
    return {each["values"]: each["counts"] for each in rows}


def sealed(workspace: Workspace) -> bytes:
    content = b""
    for name in workspace.deliveries.ids():
        with workspace.deliveries.open(name) as stream:
            content += stream.read()
    return content


@needs_samples
def test_a_oneroster_bundle_feeds_each_dataset_that_stands_in_it(country: Workspace) -> None:
    names = [path.name for path in ROSTER.glob("*.csv")]
    bundle = zipped({name: (ROSTER / name).read_bytes() for name in names})
    members = small_country.take(country, "roster_members", bundle)
    assert (members.counts["counted"], members.counts["accepted"]) == (7, 7)
    roles = {"STUDENT": 3, "TEACHER": 2, "STAFF": 1, "FAMILY": 1}
    assert counted(country, "roster_members", "role") == roles
    users = small_country.take(country, "roster_users", bundle)
    assert (users.counts["counted"], users.counts["accepted"]) == (6, 6)
    # Persons of both are the same ones, by pseudonym; what no column names is nowhere.
    pseudonyms = [
        set(country.protected.current(name, "2021")["pupil_pseudonym"].to_pylist())
        for name in ("roster_members", "roster_users")
    ]
    assert len(pseudonyms[0] & pseudonyms[1]) >= 5
    assert b"Password1" not in sealed(country)
    assert unsearchable(country) == []


def test_a_oneroster_bundle_of_the_older_version_has_roles_beside_persons(
    country: Workspace,
) -> None:
    manifest = b"propertyName,value\noneroster.version,1.1\nfile.users,bulk\n"
    users = (
        b"sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,familyName\n"
        b"u-1,active,2021-09-01,true,org-1,student,a,Doe\n"
        b"u-2,tobedeleted,2021-09-01,true,org-1,parent,b,Roe\n"
    )
    bundle = zipped({"manifest.csv": manifest, "users.csv": users})
    receipt = small_country.take(country, "roster_members", bundle)
    assert receipt.counts["accepted"] == 2
    assert counted(country, "roster_members", "role") == {"STUDENT": 1, "FAMILY": 1}
    assert counted(country, "roster_members", "status") == {"ACTIVE": 1, "GONE": 1}


@needs_samples
def test_ed_fi_interchanges_of_a_whole_district_go_through(country: Workspace) -> None:
    students = small_country.take(country, "edfi_students", (EDFI / "Student.xml").read_bytes())
    homes = (EDFI / "StudentEdOrgIndicator.xml").read_bytes()
    receipt = small_country.take(country, "edfi_homes", homes)
    for each in (students, receipt):
        assert (each.counts["counted"], each.counts["accepted"]) == (960, 960)
    assert counted(country, "edfi_homes", "sex") == {"F": 461, "M": 499}
    assert counted(country, "edfi_homes", "internet") == {"YES": 480, "NO": 480}
    access = {"MOBILE": 192, "OTHER": 96, "FIXED": 96, "UNKNOWN": 96, None: 480}
    assert counted(country, "edfi_homes", "internet_type") == access
    barriers = {"PRICE": 159, "NONE_THERE": 160, "OTHER": 160, None: 481}
    assert counted(country, "edfi_homes", "barrier") == barriers
    devices = {"COMPUTER": 384, "NO_DEVICE": 192, "OTHER": 192, "TABLET": 192}
    assert counted(country, "edfi_homes", "device") == devices
    pseudonyms = [
        set(country.protected.current(name, "2021")["pupil_pseudonym"].to_pylist())
        for name in ("edfi_students", "edfi_homes")
    ]
    assert pseudonyms[0] == pseudonyms[1]


def test_records_of_an_ed_fi_api_go_through_and_a_wrong_one_is_told_by_its_number(
    country: Workspace,
) -> None:
    space = "uri://ed-fi.org/"
    records = [
        {
            "id": f"{n:032x}",
            "studentReference": {"studentUniqueId": f"60482{n}", "link": {"rel": "Student"}},
            "educationOrganizationReference": {"educationOrganizationId": 255901},
            "sexDescriptor": f"{space}SexDescriptor#{'Female' if n % 2 else 'Male'}",
            "internetAccessInResidence": n != 2,
            "internetPerformanceInResidenceDescriptor": (
                f"{space}InternetPerformanceInResidenceDescriptor#Yes"
            ),
            "addresses": [{"city": "Grand Bend"}],
        }
        for n in range(1, 61)
    ]
    records[3]["sexDescriptor"] = f"{space}SexDescriptor#Unheard Of"
    receipt = small_country.take(country, "edfi_homes_api", json.dumps(records).encode())
    counts = [receipt.counts[name] for name in ("counted", "accepted", "refused")]
    assert counts == [60, 59, 1]
    [told] = [warning for warning in receipt.warnings if "row.code" in warning]
    assert "line 4, column sex" in told
    assert counted(country, "edfi_homes_api", "internet") == {"YES": 58, "NO": 1}
    assert b"Grand Bend" not in sealed(country)
