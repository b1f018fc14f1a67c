"""What a sender says of a delivery is held against it; what is not complete waits."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts import Dataset
from pipeline.errors import ContractError, DeliveryError
from pipeline.project import load_project
from pipeline.steps.arriving import read_arrivals
from pipeline.steps.controlling import ControlFile
from pipeline.steps.inbox import find_waiting, ingest_waiting, list_waiting
from pipeline.steps.ingest import ingest
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import COMMUNES, NOW, ON_TIME, PERIOD, SCHOOLS, table, take

CODES = list(SCHOOLS)
CONTROL = """control: {need: required, holds: [records, sha256, as_of, period], sums: [latitude]}
date_in_name: "_%Y%m%d"
"""
# Sums that no float of 64 bits holds.
LATITUDES = ("48.1", "48.2", "-0.30000000000000001", "0.00000000000000003")
TOTAL = "96.00000000000000002"
PLACES = [
    {
        "place_code": f"BZ-{number:06d}",
        "place_name": f"Lieu {small_country.MARKER}",
        "place_type": "médiathèque",
        "commune_code": COMMUNES[0],
        "longitude": "-1.5",
        "latitude": latitude,
        "computers": "3",
    }
    for number, latitude in enumerate(LATITUDES)
]


def write_controlled_project(folder: Path) -> Path:
    """Write the small country's project, whose connected places come with a control file."""
    project = small_country.write_project(folder)
    path = project / "contracts" / "datasets" / "connected_places.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("mode: full\n") == 1
    path.write_text(text.replace("mode: full\n", "mode: full\n" + CONTROL), encoding="utf-8")
    return project


@pytest.fixture(scope="session")
def controlled_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_controlled_project(tmp_path_factory.mktemp("controlled") / "project")


@pytest.fixture(scope="session")
def controlled_home(tmp_path_factory: pytest.TempPathFactory, controlled_project: Path) -> Path:
    folder = tmp_path_factory.mktemp("controlled_home")
    small_country.open_workspace(folder, controlled_project)
    return folder


@pytest.fixture
def country(tmp_path: Path, controlled_home: Path, controlled_project: Path) -> Workspace:
    shutil.copytree(controlled_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, controlled_project)


def places(rows: list[dict[str, str]] = PLACES) -> bytes:
    return table(rows)


def said(content: bytes, **facts: str | None) -> bytes:
    """Return a control file; a fact that is None is not told."""
    told: dict[str, str | None] = {
        "records": str(len(PLACES)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "as_of": "2021-10-15",
        "period": PERIOD,
        "sum_latitude": TOTAL,
        **facts,
        "end": facts.get("end", "true"),
    }
    return "".join(f"{name}: {fact}\n" for name, fact in told.items() if fact).encode()


def send(
    workspace: Workspace,
    content: bytes,
    control: bytes | None,
    *,
    file: str = "places.csv",
    **named: Any,
) -> Receipt:
    beside = ControlFile(file=f"{file}.control.yml", content=control) if control else None
    return ingest(
        workspace,
        "connected_places",
        io.BytesIO(content),
        file=file,
        period=PERIOD,
        control=beside,
        **named,
    )


def dataset_of(workspace: Workspace) -> Dataset:
    return workspace.project.contracts.datasets["connected_places"]


def test_a_delivery_that_is_what_its_sender_says_is_accepted_at_the_senders_date(
    country: Workspace,
) -> None:
    content = places()
    receipt = send(country, content, said(content))
    [batch] = country.protected.batches("connected_places")
    assert batch.as_of.startswith("2021-10-15T00:00:00")
    assert batch.received.startswith("2022-01-10")
    assert receipt.counts["counted"] == len(PLACES)
    [told] = country.ledger.entries("control")
    assert told.facts["checked"] == "as_of+period+records+sha256+sum_latitude"


@pytest.mark.parametrize(
    ("facts", "code", "line"),
    [
        ({"records": "5"}, "control.records", 1),
        ({"records": "3"}, "control.records", 1),
        ({"sha256": "0" * 64}, "control.hash", 2),
        ({"sum_latitude": "96"}, "control.sum", 5),
        ({"sum_latitude": "96.00000000000000001"}, "control.sum", 5),
    ],
)
def test_what_the_sender_says_otherwise_refuses_the_delivery_with_the_place(
    country: Workspace, facts: dict[str, str], code: str, line: int
) -> None:
    content = places()
    with pytest.raises(DeliveryError) as refusal:
        send(country, content, said(content, **facts))
    [problem] = refusal.value.problems or [refusal.value.problem]
    assert (problem.code, problem.place.line) == (code, line)
    assert problem.place.file == "places.csv.control.yml"
    assert TOTAL[:8] not in str(refusal.value)
    assert country.protected.batches("connected_places") == []
    [refused] = country.ledger.entries("refusal")
    assert refused.facts["rule"] in {"control.differs", "control.hash"}


def test_a_row_that_was_lost_or_changed_on_its_way_is_found_without_a_hash(
    tmp_path: Path, country: Workspace
) -> None:
    project = country.settings.project
    text = (project / "contracts/datasets/connected_places.yml").read_text(encoding="utf-8")
    assert "sha256, " in text
    own = shutil.copytree(project, tmp_path / "own")
    path = own / "contracts/datasets/connected_places.yml"
    path.write_text(text.replace("sha256, ", ""), encoding="utf-8")
    workspace = small_country.open_workspace(tmp_path / "w", own)
    control = said(places(), sha256=None)
    changed = [{**PLACES[0], "latitude": "48.11"}, *PLACES[1:]]
    for rows, codes in (
        (PLACES[:-1], {"control.records", "control.sum"}),
        (changed, {"control.sum"}),
    ):
        with pytest.raises(DeliveryError, match=r"control\.differs") as refusal:
            send(workspace, places(rows), control)
        assert {problem.code for problem in refusal.value.problems} == codes
    # Packed, it is the same; and its rows are added up in whatever order.
    assert send(workspace, places(PLACES[::-1]), control).changed


@pytest.mark.parametrize(
    ("control", "code"),
    [
        (None, "control.missing"),
        ({"end": None}, "control.unfinished"),
        ({"end": "tru"}, "control.unfinished"),
        ({"records": "four"}, "control.bad_value"),
        ({"records": "1e3"}, "control.bad_value"),
        ({"as_of": "15/10/2021"}, "control.bad_value"),
        ({"as_of": "2021-02-30"}, "control.bad_value"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "control.bad_value"),
        ({"sum_latitude": "1,5"}, "control.bad_value"),
        ({"records": None}, "control.lacks"),
        ({"sum_latitude": None}, "control.lacks"),
        ({"sum_longitude": "1"}, "control.unknown"),
        ({"author": small_country.MARKER}, "control.unknown"),
        ({"period": "2020"}, "control.otherwise"),
        ({"mode": "delta"}, "control.otherwise"),
        ({"as_of": "2099-01-01"}, "delivery.future_as_of"),
    ],
)
def test_a_control_file_that_is_not_there_whole_and_in_its_form_lets_nothing_in(
    country: Workspace, control: dict[str, str | None] | None, code: str
) -> None:
    content = places()
    with pytest.raises(DeliveryError) as refusal:
        send(country, content, None if control is None else said(content, **control))
    codes = {problem.code for problem in (refusal.value.problem, *refusal.value.problems)}
    assert code in codes
    assert small_country.MARKER not in str(refusal.value)
    assert country.deliveries.ids() == []


def test_every_fault_of_a_control_file_is_told_with_its_line(country: Workspace) -> None:
    control = b"# of the school\nrecords: 4\nrecords: 5\nno fact\nsha256: 'ab'\n\nend: true\n"
    with pytest.raises(DeliveryError, match=r"control\.faults") as refusal:
        send(country, places(), control)
    told = [
        (problem.code.partition(".")[2], problem.place.line) for problem in refusal.value.problems
    ]
    assert told == [
        ("repeated", 3),
        ("line", 4),
        ("bad_value", 5),
        *[("lacks", None)] * 4,
    ]


def test_the_senders_date_is_that_of_the_name_where_the_contract_says_so(
    country: Workspace,
) -> None:
    content = places()
    control = said(content)
    with pytest.raises(DeliveryError, match=r"control\.dates_differ"):
        send(country, content, control, file="places_20211016.csv")
    with pytest.raises(DeliveryError, match=r"control\.dates_differ"):
        send(country, content, control, as_of=datetime(2021, 10, 14, tzinfo=UTC))
    with pytest.raises(DeliveryError, match=r"control\.no_such_day"):
        send(country, content, control, file="places_20211032.csv")
    assert country.deliveries.ids() == []
    send(country, content, control, file="places_20211015.csv", as_of=ON_TIME + timedelta(hours=8))
    [batch] = country.protected.batches("connected_places")
    assert batch.as_of.startswith("2021-10-15T08:00:00")


def test_a_name_alone_tells_the_date_and_arrival_says_who_is_late(
    zones: Workspace, tmp_path: Path
) -> None:
    project = shutil.copytree(zones.settings.project, tmp_path / "project")
    path = project / "contracts/datasets/pupils.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("mode: full\n", 'mode: full\ndate_in_name: "_%Y%m%d"\n'))
    workspace = small_country.open_workspace(tmp_path / "w", project)
    take(workspace, "schools", small_country.schools())
    for file, day in (("pupils_2021_20211012.csv", "2021-10-12"), ("pupils.csv", "2022-01-10")):
        rows = small_country.pupil_rows(5 + len(file), CODES[:1])
        content = io.BytesIO(table(rows))
        ingest(workspace, "pupils", content, file=file, period=PERIOD)
        batches = workspace.protected.batches("pupils", PERIOD)
        assert any(batch.as_of.startswith(day) for batch in batches)
    arrived = read_arrivals(workspace, workspace.project.contracts.datasets["pupils"], PERIOD)
    assert arrived is not None
    assert (arrived.count("received"), arrived.count("late")) == (0, 1)


def test_the_same_content_with_another_control_file_is_held_against_it(
    country: Workspace,
) -> None:
    content = places()
    send(country, content, said(content))
    with pytest.raises(DeliveryError, match=r"control\.differs"):
        send(country, content, said(content, records="9"))
    later = send(country, content, said(content, as_of="2021-10-20T08:00:00+02:00"))
    assert not later.changed
    [batch] = country.protected.batches("connected_places")
    assert batch.as_of.startswith("2021-10-20T06:00:00")


def test_the_inbox_lets_lie_what_is_not_complete_and_says_so(
    command: Command, country: Workspace
) -> None:
    inbox = country.settings.inbox
    inbox.mkdir()
    content, name = places(), f"connected_places_{PERIOD}.csv"
    (inbox / name).write_bytes(content)
    os.utime(inbox / name, (NOW.timestamp() - 60,) * 2)
    beside = inbox / f"{name}.control.yml"
    for control, lacks in (
        (None, "control.missing"),
        (said(content, end=None), "control.unfinished"),
    ):
        if control:
            beside.write_bytes(control)
        assert find_waiting(country, "connected_places") == []
        [one] = list_waiting(country, "connected_places")
        assert one.lacks == lacks
        with pytest.raises(DeliveryError, match=lacks.replace(".", r"\.")):
            ingest_waiting(country, "connected_places", file=name, period=PERIOD)
    shown = command(country, "inbox", "connected_places")
    assert "end mark" in shown.out
    assert "marque de fin" in command(country, "inbox", language="fr").out
    beside.write_bytes(said(content))
    [ready] = find_waiting(country, "connected_places")
    receipt = ingest_waiting(country, "connected_places", file=ready.file, period=ready.period)
    assert receipt.changed
    assert json.loads(command(country, "inbox", "--json").out) == []
    # A control file of a later date makes of the same content a new statement.
    beside.write_bytes(said(content, as_of="2021-10-20"))
    assert len(find_waiting(country, "connected_places")) == 1


def test_a_command_finds_the_control_file_or_is_told(
    command: Command, country: Workspace, tmp_path: Path
) -> None:
    content = places()
    file, control = tmp_path / "places.csv", tmp_path / "what they said.yml"
    file.write_bytes(content)
    arguments = ("ingest", "connected_places", str(file), "--period", PERIOD)
    ran = command(country, *arguments)
    assert ran.code == 4
    assert ran.err.startswith("control.missing: ")
    control.write_bytes(said(content))
    assert command(country, *arguments, "--control", str(control)).code == 0
    control.rename(tmp_path / "places.csv.control.yml")
    assert command(country, *arguments).code == 0


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("sums: [latitude]", "sums: [place_name]", "unknown"),
        ("_%Y%m%d", "_%Y%m", "date_in_name"),
    ],
)
def test_a_contract_that_asks_for_what_cannot_be_told_is_refused(
    tmp_path: Path, before: str, after: str, code: str
) -> None:
    project = write_controlled_project(tmp_path / "project")
    path = project / "contracts" / "datasets" / "connected_places.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ContractError, match=rf"contract\.{code}"):
        load_project(project)
