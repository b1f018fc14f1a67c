"""What a schedule takes from the inbox: each content once, oldest first, and only from there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.inbox import Waiting, find_waiting, ingest_waiting
from pipeline.steps.past_years import find_year
from pipeline.steps.workspace import Workspace
from tests.airflow.deliveries import PERIOD
from tests.airflow.installation import Installation

SCHOOLS = f"schools_{PERIOD}.csv"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    installation.prepare()
    return installation


@pytest.fixture
def workspace(installation: Installation) -> Workspace:
    return installation.workspace()


def put(installation: Installation, name: str, content: str = "a\n", *, at: int = 0) -> None:
    path = installation.inbox / name
    path.write_text(content, encoding="utf-8")
    os.utime(path, (1_600_000_000 + at,) * 2)


def files(waiting: list[Waiting]) -> list[str]:
    return [one.file for one in waiting]


def refusal(workspace: Workspace, **wanted: str) -> str:
    with pytest.raises(DeliveryError) as refused:
        find_waiting(workspace, "schools", **wanted)
    return refused.value.problem.code


def test_files_wait_in_the_order_in_which_they_came(
    installation: Installation, workspace: Workspace
) -> None:
    put(installation, "schools_2021.csv", at=2)
    put(installation, "schools_2021_corrected.csv", at=3)
    put(installation, "schools_2020.csv", at=1)
    assert files(find_waiting(workspace, "schools")) == [
        "schools_2020.csv",
        "schools_2021.csv",
        "schools_2021_corrected.csv",
    ]
    assert [one.period for one in find_waiting(workspace, "schools")] == ["2020", "2021", "2021"]


@pytest.mark.parametrize(
    "name",
    [
        "pupils_2021.csv",
        "schools.csv",
        "schools_21.csv",
        "schools_20210.csv",
        "schools_3021.csv",
        "schools_2021.csv.part",
        "old_schools_2021.csv",
    ],
)
def test_a_file_of_another_name_does_not_wait(
    installation: Installation, workspace: Workspace, name: str
) -> None:
    put(installation, name)
    assert find_waiting(workspace, "schools") == []


def test_one_period_may_be_asked_for(installation: Installation, workspace: Workspace) -> None:
    put(installation, "schools_2020.csv")
    put(installation, "schools_2021.csv")
    assert files(find_waiting(workspace, "schools", period="2020")) == ["schools_2020.csv"]


def test_a_named_file_needs_a_period_that_its_name_does_not_contradict(
    installation: Installation, workspace: Workspace
) -> None:
    put(installation, "export.csv")
    put(installation, "schools_2021.csv")
    assert refusal(workspace, file="export.csv") == "schedule.no_period"
    assert refusal(workspace, file="schools_2021.csv", period="2020") == "schedule.period_differs"
    assert find_waiting(workspace, "schools", file="export.csv", period="2020") == [
        Waiting(file="export.csv", period="2020")
    ]
    assert find_waiting(workspace, "schools", file="schools_2021.csv") == [
        Waiting(file="schools_2021.csv", period="2021")
    ]


@pytest.mark.parametrize("file", ["../keys/schools_2021.csv", "/etc/hostname", "absent.csv", "."])
def test_a_file_outside_the_inbox_is_never_opened(
    installation: Installation, workspace: Workspace, file: str
) -> None:
    (installation.keys / "schools_2021.csv").write_text("a\n")
    assert refusal(workspace, file=file, period="2021") == "schedule.not_in_inbox"
    with pytest.raises(DeliveryError):
        ingest_waiting(workspace, "schools", file=file, period="2021")


def test_a_link_out_of_the_inbox_is_not_followed(
    installation: Installation, workspace: Workspace
) -> None:
    (installation.keys / "rows.csv").write_text("a\n")
    (installation.inbox / "schools_2021.csv").symlink_to(installation.keys / "rows.csv")
    assert refusal(workspace, file="schools_2021.csv") == "schedule.not_in_inbox"
    assert find_waiting(workspace, "schools") == []


def test_a_missing_inbox_is_an_error_not_a_day_without_news(
    installation: Installation, workspace: Workspace
) -> None:
    installation.inbox.rmdir()
    assert refusal(workspace) == "schedule.no_inbox"


def test_the_same_content_waits_until_it_is_a_batch_under_whatever_name(
    installation: Installation, workspace: Workspace, outbox: Path
) -> None:
    installation.deliver(outbox / SCHOOLS)
    (waiting,) = find_waiting(workspace, "schools")
    receipt = ingest_waiting(workspace, "schools", file=waiting.file, period=waiting.period)
    assert receipt.changed
    installation.deliver(outbox / SCHOOLS, f"schools_{PERIOD}_again.csv")
    assert find_waiting(workspace, "schools") == []
    # Asked for by name it is found, and changes nothing.
    assert files(find_waiting(workspace, "schools", file=SCHOOLS)) == [SCHOOLS]
    again = ingest_waiting(workspace, "schools", file=SCHOOLS, period=PERIOD)
    assert not again.changed


def test_the_time_at_which_a_file_came_orders_corrections(
    installation: Installation, workspace: Workspace, outbox: Path
) -> None:
    whole = (outbox / SCHOOLS).read_text(encoding="utf-8")
    shorter = "".join(whole.splitlines(keepends=True)[:-1])
    put(installation, f"schools_{PERIOD}_corrected.csv", shorter, at=60)
    put(installation, SCHOOLS, whole, at=0)
    for name in (f"schools_{PERIOD}_corrected.csv", SCHOOLS):
        ingest_waiting(workspace, "schools", file=name, period=PERIOD)
    rows = workspace.protected.current("schools", PERIOD).num_rows
    assert rows == len(shorter.splitlines()) - 1


def test_a_refused_file_still_waits(installation: Installation, workspace: Workspace) -> None:
    put(installation, SCHOOLS, "school_code\n0350001A\n")
    with pytest.raises(DeliveryError):
        ingest_waiting(workspace, "schools", file=SCHOOLS, period=PERIOD)
    assert files(find_waiting(workspace, "schools")) == [SCHOOLS]


def test_a_past_year_is_taken_in_dataset_by_dataset_those_first_that_others_refer_to(
    installation: Installation, workspace: Workspace
) -> None:
    for name in ("pupils_2019.csv", "equipment_2019.csv", "schools_2019.csv", "schools_2020.csv"):
        put(installation, name)
    found = [one["file"] for one in find_year(workspace, "2019")]
    assert set(found) == {"pupils_2019.csv", "equipment_2019.csv", "schools_2019.csv"}
    assert found[0] == "schools_2019.csv"
    (chosen,) = find_year(workspace, "2019", datasets=["pupils"])
    assert chosen == {"dataset": "pupils", "file": "pupils_2019.csv", "period": "2019"}
    assert find_year(workspace, "2018") == []
