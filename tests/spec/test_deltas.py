"""Deliveries of changes alone: rows by their key, deletions, and what waits for a full one."""

from __future__ import annotations

import io
import itertools
import json
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ContractError, DeliveryError
from pipeline.project import load_project
from pipeline.steps.arriving import read_arrivals
from pipeline.steps.controlling import ControlFile
from pipeline.steps.ingest import ingest
from pipeline.steps.queue import list_queue
from pipeline.steps.receipt import Receipt
from pipeline.steps.settling import fix
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.delta_country import told, write_delta_project
from tests.small_country import ON_TIME, PERIOD, SCHOOLS, pupil, pupil_rows, take

CODES = list(SCHOOLS)
DAY = timedelta(days=1)


@pytest.fixture(scope="session")
def delta_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_delta_project(tmp_path_factory.mktemp("delta") / "project")


@pytest.fixture(scope="session")
def delta_home(tmp_path_factory: pytest.TempPathFactory, delta_project: Path) -> Path:
    folder = tmp_path_factory.mktemp("delta_home")
    workspace = small_country.open_workspace(folder, delta_project)
    take(workspace, "schools", small_country.schools())
    return folder


@pytest.fixture
def country(tmp_path: Path, delta_home: Path, delta_project: Path) -> Workspace:
    """Return a workspace of its own, with the keys of all, in which the schools are known."""
    shutil.copytree(delta_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, delta_project)


def send(workspace: Workspace, content: bytes, **named: Any) -> Receipt:
    return take(workspace, "pupils", content, **named)


def in_force(workspace: Workspace) -> dict[str, int]:
    """Return school → rows in force."""
    held = workspace.protected.current("pupils", PERIOD)["school_code"].to_pylist()
    return {code: held.count(code) for code in CODES if code in held}


WHOLE = pupil_rows(10, CODES[:3])
MOVED = {**WHOLE[0], "school_code": CODES[1]}
CHANGES = [MOVED, WHOLE[1], pupil(77, CODES[0])]


def test_changes_name_rows_by_their_key_and_the_rest_stays(country: Workspace) -> None:
    send(country, told(WHOLE), is_full=True)
    receipt = send(country, told(CHANGES, gone=[WHOLE[1]["national_id"]]), as_of=ON_TIME + DAY)
    # One moved from the first school to the second, one is gone, one is new.
    assert in_force(country) == {CODES[0]: 9, CODES[1]: 11, CODES[2]: 10}
    assert (receipt.counts["replaced"], receipt.counts["senders_left_out"]) == (1, 0)
    # The first school did not say that the pupil left: its row is set aside.
    [told_of] = [words for words in receipt.warnings if words.startswith("delivery.")]
    assert told_of.startswith("delivery.doubles: 1 ")
    assert receipt.counts["double_set_aside"] == 1
    [whole, changes] = [b for b in status(country)["batches"] if b["batch"].startswith("pupils")]
    assert (whole["in_force"], changes["in_force"]) == ("in part", "in part")


@pytest.mark.parametrize("left", [ON_TIME + DAY / 2, ON_TIME + 2 * DAY], ids=["before", "after"])
def test_who_leaves_one_school_stays_in_the_other_whichever_says_so_first(
    country: Workspace, left: datetime
) -> None:
    send(country, told(WHOLE), is_full=True)
    send(country, told([MOVED]), as_of=ON_TIME + DAY)
    receipt = send(country, told(WHOLE[:1], gone=[WHOLE[0]["national_id"]]), as_of=left)
    assert in_force(country) == {CODES[0]: 9, CODES[1]: 11, CODES[2]: 10}
    assert "double_persons" not in receipt.counts


def test_a_full_list_without_a_pupil_takes_back_what_that_school_alone_had_said(
    country: Workspace,
) -> None:
    send(country, told(WHOLE), is_full=True)
    send(country, told([MOVED]), as_of=ON_TIME + DAY)
    send(country, told(WHOLE[10:20]), as_of=ON_TIME + 2 * DAY, is_full=True)
    # The first school never said that the pupil left it.
    assert in_force(country) == {CODES[0]: 10, CODES[1]: 10, CODES[2]: 10}
    # Once both lists hold the pupil, the later one holds.
    send(country, told([MOVED, *WHOLE[10:20]]), as_of=ON_TIME + 3 * DAY, is_full=True)
    assert in_force(country) == {CODES[0]: 9, CODES[1]: 11, CODES[2]: 10}


def test_changes_of_whom_nothing_is_known_wait(country: Workspace) -> None:
    receipt = send(country, told([pupil(77, CODES[0])]), as_of=ON_TIME + DAY)
    [told_of] = [words for words in receipt.warnings if words.startswith("delivery.")]
    assert told_of.startswith("delivery.delta_waits: ")
    assert country.protected.current("pupils", PERIOD).num_rows == 0
    dataset = country.project.contracts.datasets["pupils"]
    arrived = read_arrivals(country, dataset, PERIOD)
    assert arrived is not None
    assert arrived.count("received") == arrived.count("late") == 0
    send(country, told(WHOLE), is_full=True)
    assert in_force(country) == {CODES[0]: 11, CODES[1]: 10, CODES[2]: 10}


def test_a_full_delivery_replaces_the_changes_before_it_and_not_those_after(
    country: Workspace,
) -> None:
    send(country, told([pupil(77, CODES[0])]), as_of=ON_TIME + DAY)
    send(country, told([pupil(78, CODES[0])]), as_of=ON_TIME + 3 * DAY)
    send(country, told(WHOLE), as_of=ON_TIME + 2 * DAY, is_full=True)
    assert in_force(country)[CODES[0]] == 11


def test_the_same_file_first_as_changes_and_then_as_all_there_is(country: Workspace) -> None:
    send(country, told(WHOLE), as_of=ON_TIME + DAY)
    assert in_force(country) == {}
    receipt = send(country, told(WHOLE), as_of=ON_TIME + 2 * DAY, is_full=True)
    assert receipt.changed
    assert in_force(country) == {CODES[0]: 10, CODES[1]: 10, CODES[2]: 10}
    again = send(country, told(WHOLE), as_of=ON_TIME + 2 * DAY, is_full=True)
    assert (again.changed, again.ids) == (False, receipt.ids)


@pytest.mark.parametrize(("days", "said"), [(-1, True), (0, True), (1, True), (1, False)])
def test_a_full_delivery_that_came_first_as_changes_holds_once_it_is_said_to_be_full(
    country: Workspace, *, days: int, said: bool
) -> None:
    send(country, told(WHOLE))
    as_of = ON_TIME + days * DAY
    if said:
        receipt = send(country, told(WHOLE), as_of=as_of, is_full=True)
    else:
        beside = ControlFile(file="beside.yml", content=b"mode: full\nend: true\n")
        receipt = ingest(
            country,
            "pupils",
            io.BytesIO(told(WHOLE)),
            file="pupils_2021.csv",
            period=PERIOD,
            as_of=as_of,
            control=beside,
        )
    assert receipt.changed
    assert not [words for words in receipt.warnings if "delta_waits" in words]
    assert in_force(country) == {CODES[0]: 10, CODES[1]: 10, CODES[2]: 10}


def test_changes_that_waited_and_hold_now_are_not_counted_as_replaced(country: Workspace) -> None:
    send(country, told([pupil(77, CODES[0])]), as_of=ON_TIME + DAY)
    first = send(country, told(WHOLE), is_full=True)
    assert first.counts["replaced"] == 0
    # Of the first school 11 rows go, while 5 of the fourth begin to hold.
    send(country, told(pupil_rows(5, CODES[3:4])), as_of=ON_TIME + 3 * DAY)
    both = [*pupil_rows(9, CODES[:1]), *pupil_rows(1, CODES[3:4])]
    receipt = send(country, told(both), as_of=ON_TIME + 2 * DAY, is_full=True)
    assert (receipt.counts["replaced"], receipt.counts["senders_left_out"]) == (11, 2)
    assert in_force(country)[CODES[3]] == 5


def test_changes_that_would_leave_far_fewer_rows_are_asked_about(country: Workspace) -> None:
    send(country, told(WHOLE), is_full=True)
    gone = [row["national_id"] for row in WHOLE[:6]]
    with pytest.raises(DeliveryError, match=r"delivery\.smaller") as refusal:
        send(country, told(WHOLE[:6], gone=gone), as_of=ON_TIME + DAY)
    facts = dict(refusal.value.problem.facts)
    assert (facts["senders"], facts["before"], facts["after"]) == (1, 10, 4)
    assert in_force(country)[CODES[0]] == 10
    # Half of them is not far fewer.
    send(country, told(WHOLE[:5], gone=gone), as_of=ON_TIME + DAY)
    assert in_force(country)[CODES[0]] == 5


FIVE = {
    "whole": (told(WHOLE), ON_TIME, True),
    "changes": (told(CHANGES, gone=[WHOLE[1]["national_id"]]), ON_TIME + DAY, False),
    "correction": (told(pupil_rows(9, CODES[1:2])), ON_TIME + 2 * DAY, True),
    "others": (told(pupil_rows(8, CODES[3:5])), ON_TIME + DAY / 2, True),
    # The first content again, its rows turned round, before all others.
    "again": (told(WHOLE[::-1]), ON_TIME - DAY, True),
}
NAMES = list(FIVE)
# Each of the five comes at each place, and before and behind each other.
ORDERS = [[*NAMES[at:], *NAMES[:at]][::step] for at, step in itertools.product(range(5), (1, -1))]


@pytest.fixture(scope="module")
def states() -> set[str]:
    return set()


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
def test_five_deliveries_have_one_state_in_whatever_order_they_come(
    country: Workspace, states: set[str], order: list[str]
) -> None:
    for name in order:
        content, as_of, is_full = FIVE[name]
        send(country, content, as_of=as_of, is_full=is_full, may_be_smaller=True)
    # What the correction of the second school does not hold is where the first said that it was.
    assert in_force(country) == {
        CODES[0]: 10,
        CODES[1]: 9,
        CODES[2]: 10,
        CODES[3]: 8,
        CODES[4]: 8,
    }
    assert len(country.protected.batches("pupils", PERIOD)) == 4
    states.add(country.protected.state_hash("pupils", PERIOD))
    assert len(states) == 1


def test_an_erased_person_is_not_brought_back_by_what_is_older(
    command: Command, country: Workspace, tmp_path: Path
) -> None:
    send(country, told(CHANGES), as_of=ON_TIME + DAY)
    send(country, told(WHOLE), is_full=True)
    file = tmp_path / "id.txt"
    file.write_text(MOVED["national_id"])
    file.chmod(0o600)
    arguments = ("subject", "erase", "--dataset", "pupils", "--id-file", str(file), "--yes")
    ran = command(country, *arguments)
    assert ran.code == 0, ran.err
    held = country.protected.batches("pupils", PERIOD)
    assert sum(batch.removed for batch in held) == 2
    assert in_force(country) == {CODES[0]: 10, CODES[1]: 10, CODES[2]: 10}


def test_a_command_says_that_a_delivery_is_whole(
    command: Command, country: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "pupils_2021.csv"
    file.write_bytes(told(WHOLE))
    ran = command(country, "ingest", "pupils", str(file), "--period", PERIOD, "--full", "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["warnings"] == []
    assert sum(in_force(country).values()) == len(WHOLE)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("values: [tobedeleted]", "values: [gone]", "unknown"),
        ("column: status", "column: address", "unknown"),
        ("key: [national_id]", "key: [national_id, birth_date]", "delta_key"),
    ],
)
def test_a_contract_whose_changes_could_not_be_read_is_refused(
    tmp_path: Path, before: str, after: str, code: str
) -> None:
    project = write_delta_project(tmp_path / "project")
    path = project / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ContractError, match=re.escape(f"contract.{code}")):
        load_project(project)


def correct(workspace: Workspace, batch: str, rows: bytes, **named: bool) -> Receipt:
    return fix(workspace, batch, io.BytesIO(rows), file="mended.csv", **named)


MANY = pupil_rows(60, CODES[:2])
# Of the first school one pupil's sex is not known, and of its changes another one's.
WRONG = [{**MANY[0], "sex": "?"}, *MANY[1:]]
NEW = [pupil(900 + n, CODES[0]) for n in range(60)]
WRONG_NEW = [*NEW[:-1], {**NEW[-1], "sex": "?"}]


def test_a_row_of_a_full_delivery_is_mended_though_changes_came_since(country: Workspace) -> None:
    batch = send(country, told(WRONG), is_full=True).ids["batch"]
    send(country, told(NEW[:1]), as_of=ON_TIME + DAY)
    assert list_queue(country)[0]["superseded"] == 0
    receipt = correct(country, batch, told(MANY[:1]))
    assert (receipt.counts["fixed"], receipt.counts["waiting"]) == (1, 0)
    assert in_force(country) == {CODES[0]: 61, CODES[1]: 60}


def test_after_a_later_full_delivery_a_row_of_changes_waits_in_vain(country: Workspace) -> None:
    send(country, told(MANY), is_full=True)
    batch = send(country, told(WRONG_NEW), as_of=ON_TIME + DAY).ids["batch"]
    send(country, told(MANY[:60]), as_of=ON_TIME + 2 * DAY, is_full=True)
    assert list_queue(country)[0]["superseded"] == 1
    receipt = correct(country, batch, told(NEW[-1:]))
    assert (receipt.counts["fixed"], receipt.counts["waiting"]) == (0, 1)
    assert in_force(country) == {CODES[0]: 60, CODES[1]: 60}


def test_a_mended_row_of_changes_holds_from_the_date_of_its_delivery(country: Workspace) -> None:
    later = {**NEW[-1], "home_device": "non"}
    send(country, told(MANY), is_full=True)
    send(country, told([later]), as_of=ON_TIME + 2 * DAY)
    state = country.protected.state_hash("pupils", PERIOD)
    batch = send(country, told(WRONG_NEW), as_of=ON_TIME + DAY).ids["batch"]
    assert correct(country, batch, told(NEW[-1:])).counts["fixed"] == 1
    # What a later change says of the same pupil holds.
    assert in_force(country)[CODES[0]] == 120
    gone = told(NEW, gone=[row["national_id"] for row in NEW[:-1]])
    send(country, gone, as_of=ON_TIME + 3 * DAY, may_be_smaller=True)
    assert in_force(country)[CODES[0]] == 61
    send(country, told([later]), as_of=ON_TIME + 4 * DAY)
    assert country.protected.state_hash("pupils", PERIOD) == state


MENDED = {
    "whole": lambda country: send(country, told(MANY), is_full=True),
    "changes": lambda country: send(country, told(WRONG_NEW), as_of=ON_TIME + DAY),
    "mended": lambda country: correct(
        country, _batch_that_waits(country), told(NEW[-1:]), may_be_smaller=True
    ),
    "later": lambda country: send(
        country, told(NEW[:1], gone=[NEW[0]["national_id"]]), as_of=ON_TIME + 2 * DAY
    ),
}


def _batch_that_waits(country: Workspace) -> str:
    [waits] = list_queue(country)
    return str(waits["batch"])


@pytest.mark.parametrize(
    "order",
    [
        order
        for order in itertools.permutations(MENDED)
        if order.index("changes") < order.index("mended")
    ][::2],
    ids=" ".join,
)
def test_whenever_a_row_of_changes_is_mended_the_state_is_the_same(
    country: Workspace, mended_states: set[str], order: list[str]
) -> None:
    for name in order:
        MENDED[name](country)
    assert in_force(country) == {CODES[0]: 119, CODES[1]: 60}
    mended_states.add(country.protected.state_hash("pupils", PERIOD))
    assert len(mended_states) == 1


@pytest.fixture(scope="module")
def mended_states() -> set[str]:
    return set()


def test_mended_deletions_that_would_leave_far_fewer_rows_are_asked_about(
    country: Workspace,
) -> None:
    send(country, told(WHOLE), is_full=True)
    gone = [row["national_id"] for row in WHOLE[:6]]
    others = [pupil(2_000 + n, CODES[1], n) for n in range(400)]
    wrong = told([*others, *({**row, "sex": "?"} for row in WHOLE[:6])], gone=gone)
    batch = send(country, wrong, as_of=ON_TIME + DAY).ids["batch"]
    with pytest.raises(DeliveryError, match=r"delivery\.smaller") as refusal:
        correct(country, batch, told(WHOLE[:6], gone=gone))
    facts = dict(refusal.value.problem.facts)
    assert (facts["senders"], facts["before"], facts["after"]) == (1, 10, 4)
    assert in_force(country)[CODES[0]] == 10
    correct(country, batch, told(WHOLE[:6], gone=gone), may_be_smaller=True)
    assert in_force(country)[CODES[0]] == 4
