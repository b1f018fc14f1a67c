"""Refused rows are settled once and none is lost: kills, two stewards at once, a later delivery."""

from __future__ import annotations

import io
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.steps.discarding import discard
from pipeline.steps.queue import account_of, list_queue
from pipeline.steps.settling import fix, release
from pipeline.steps.waiting import read_waiting
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.receiving import Received
from tests.kills import KilledError, killed_before
from tests.resilience.processes import kill_self_before
from tests.small_country import (
    ON_TIME,
    PERIOD,
    SCHOOLS,
    open_workspace,
    pupil_rows,
    schools,
    table,
    take,
)

WRITES = (
    (Received, ("keep",)),
    (QuarantineStore, ("put", "withdraw")),
    (ProtectedStore, ("settle",)),
    (Ledger, ("append", "append_once")),
)
SHREDDING = (("pipeline.steps.waiting", "shred_withdrawn"),)
LATER = ON_TIME + timedelta(days=20)
CODES = list(SCHOOLS)
FEW = pupil_rows(3, CODES[-1:])
ROWS = [*pupil_rows(40, CODES[:-1]), *FEW]
LINES = tuple(range(282, 285))
Step = Callable[[Workspace, str], object]


def mended(lines: Sequence[int]) -> bytes:
    return table([{**FEW[line - LINES[0]], "refused_line": str(line)} for line in lines])


def fix_lines(workspace: Workspace, batch: str, lines: Sequence[int]) -> object:
    return fix(workspace, batch, io.BytesIO(mended(lines)), file="mended.csv")


STEPS: dict[str, Step] = {
    "fix some": lambda workspace, batch: fix_lines(workspace, batch, LINES[:2]),
    "fix all": lambda workspace, batch: fix_lines(workspace, batch, LINES),
    "release": release,
    "discard": lambda workspace, batch: discard(workspace, batch, reason="sender_gave_up"),
}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, small_project: Path) -> tuple[Path, str]:
    """Return a folder in which three pupils wait, whose school was not known, and their batch."""
    folder = tmp_path_factory.mktemp("waits")
    workspace = open_workspace(folder, small_project)
    take(workspace, "schools", schools(CODES[:-1]))
    batch = take(workspace, "pupils", table(ROWS)).ids["batch"]
    take(workspace, "schools", schools(), as_of=LATER)
    return folder, batch


@pytest.fixture
def fresh(
    tmp_path_factory: pytest.TempPathFactory, small_project: Path, start: tuple[Path, str]
) -> Callable[[], Workspace]:
    def copied() -> Workspace:
        folder = tmp_path_factory.mktemp("copy")
        shutil.copytree(start[0], folder, dirs_exist_ok=True)
        return open_workspace(folder, small_project)

    return copied


def state(workspace: Workspace, batch: str) -> dict[str, Any]:
    """Return what there is; every row is accounted for once."""
    account = account_of(read_waiting(workspace, batch))
    assert account["counted"] == sum(account.values()) - account["counted"] == len(ROWS)
    rows = workspace.protected.current("pupils", PERIOD)["pupil_pseudonym"].to_pylist()
    assert (
        len(rows)
        == len(set(rows))
        == account["counted"] - (account["waiting"] + account["discarded"])
    )
    return {
        "account": account,
        "rows": workspace.protected.state_hash_all(),
        "queue": list_queue(workspace),
        "quarantine": workspace.quarantine.summary(),
        "deliveries": workspace.deliveries.ids(),
        "ledger": sorted((e.kind, sorted(e.facts.items())) for e in workspace.ledger.entries()),
    }


@pytest.mark.parametrize("step", STEPS)
def test_a_settling_stopped_before_any_write_is_finished_by_the_next_run(
    fresh: Callable[[], Workspace], start: tuple[Path, str], step: str
) -> None:
    batch, run = start[1], STEPS[step]
    workspace = fresh()
    with killed_before(None, WRITES, functions=SHREDDING) as done:
        run(workspace, batch)
    whole = state(workspace, batch)
    assert whole["account"]["waiting"] == (1 if step == "fix some" else 0)
    assert len(done) >= 4
    for write in range(len(done)):
        workspace = fresh()
        with (
            pytest.raises(KilledError),
            killed_before(write, WRITES, functions=SHREDDING),
        ):
            run(workspace, batch)
        # Before anyone goes on, nothing is lost or doubled.
        assert account_of(read_waiting(workspace, batch))["gone"] == 0
        run(workspace, batch)
        assert state(workspace, batch) == whole, done[write]


@pytest.mark.parametrize("change", [2, 9, 16, 23, 30, 37, 44])
def test_a_process_killed_at_a_change_of_a_file_loses_and_doubles_nothing(
    fresh: Callable[[], Workspace], start: tuple[Path, str], small_project: Path, change: int
) -> None:
    batch, workspace = start[1], fresh()
    folder = workspace.home.parent
    child = os.fork()
    if child == 0:
        status = 1
        try:
            own = open_workspace(folder, small_project)
            own.nursery.start()
            kill_self_before(change)
            fix_lines(own, batch, LINES)
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    fix_lines(workspace, batch, LINES)
    assert account_of(read_waiting(workspace, batch))["fixed"] == 3
    state(workspace, batch)


def _at_once(folder: Path, project: Path, *runs: Callable[[Workspace], object]) -> None:
    children = []
    for run in runs:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run(open_workspace(folder, project))
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(children)


def test_two_stewards_at_once_settle_each_row_once(
    fresh: Callable[[], Workspace], start: tuple[Path, str], small_project: Path
) -> None:
    batch, workspace = start[1], fresh()
    _at_once(
        workspace.home.parent,
        small_project,
        lambda own: fix_lines(own, batch, LINES[:2]),
        lambda own: fix_lines(own, batch, LINES[1:]),
        lambda own: release(own, batch),
    )
    account = account_of(read_waiting(workspace, batch))
    assert (account["fixed"] + account["released"], account["waiting"]) == (3, 0)
    state(workspace, batch)


def test_a_later_delivery_wins_whoever_is_first(
    fresh: Callable[[], Workspace], start: tuple[Path, str], small_project: Path
) -> None:
    batch, later = start[1], table(pupil_rows(7, CODES[-1:]))
    hashes = set()

    def mend(own: Workspace) -> None:
        fix_lines(own, batch, LINES)

    def come(own: Workspace) -> None:
        take(own, "pupils", later, as_of=LATER)

    for order in (0, 1, 2):
        workspace = fresh()
        if order == 2:
            _at_once(workspace.home.parent, small_project, mend, come)
        else:
            for run in (mend, come)[:: 1 - 2 * order]:
                run(workspace)
        assert workspace.protected.current("pupils", PERIOD).num_rows == 287
        hashes.add(workspace.protected.state_hash("pupils", PERIOD))
    assert len(hashes) == 1
