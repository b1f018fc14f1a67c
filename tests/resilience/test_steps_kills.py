"""A step that stops between any two of its writes is finished by running it again.

What a kill leaves inside one write is tested with the stores.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.retain import retain
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.receiving import Received
from pipeline.storage.releases import ReleaseStore
from pipeline.storage.review import ReviewStore
from tests import small_country
from tests.kills import KilledError, killed_before
from tests.small_country import NOW, ON_TIME, open_workspace, pupil_rows, table, take

WRITES = (
    (Received, ("keep",)),
    (DeliveryStore, ("withdraw",)),
    (QuarantineStore, ("put", "withdraw")),
    (ProtectedStore, ("staging", "commit", "withdraw_before")),
    (ReviewStore, ("put", "withdraw_counts")),
    (ReleaseStore, ("publish",)),
    (Ledger, ("append", "append_once")),
)
AFTERWARDS = NOW + timedelta(days=40)
LATER = ON_TIME + timedelta(days=20)
BAD = [{**row, "sex": "?"} if n == 0 else row for n, row in enumerate(pupil_rows(12))]
Step = Callable[[Workspace], object]


def ingest_one(workspace: Workspace) -> object:
    return take(workspace, "pupils", table(BAD))


def refuse_one(workspace: Workspace) -> object:
    wrong = [{**row, "sex": "?"} for row in pupil_rows(2)]
    try:
        return take(workspace, "pupils", table(wrong))
    except Exception as error:  # noqa: BLE001 - the refusal is the outcome
        return str(error)


def confirm_smaller(workspace: Workspace) -> object:
    """Correct with far fewer rows: refused at first, then confirmed."""
    rows = table(pupil_rows(11))
    for is_confirmed in (False, True):
        try:
            done = take(workspace, "pupils", rows, as_of=LATER, may_be_smaller=is_confirmed)
        except DeliveryError as error:
            if is_confirmed or error.problem.code != "delivery.smaller":
                raise
    return done


def release_one(workspace: Workspace) -> object:
    [candidate] = workspace.review.candidates()
    approve(workspace, candidate, approver="delegate")
    return release(workspace, candidate)


def retain_later(workspace: Workspace) -> object:
    later = open_workspace(workspace.home.parent, workspace.settings.project, now=AFTERWARDS)
    return retain(later)


def state(workspace: Workspace) -> dict[str, object]:
    """Return what the zones and the ledger hold."""
    current = workspace.published.current()
    candidates = workspace.review.candidates()
    return {
        "rows": workspace.protected.state_hash_all(),
        "batches": [batch.batch_id for batch in workspace.protected.batches()],
        "deliveries": workspace.deliveries.ids(),
        "quarantine": workspace.quarantine.summary(),
        "candidates": {name: workspace.review.has_counts(name) for name in candidates},
        "release": current and current.release_id,
        "ledger": sorted((e.kind, sorted(e.facts.items())) for e in workspace.ledger.entries()),
    }


STEPS: dict[str, tuple[str, Step, int]] = {
    # step: where it starts, what runs, how many writes it has
    "ingest": ("schools", ingest_one, 6),
    "refuse": ("schools", refuse_one, 4),
    "smaller": ("delivered", confirm_smaller, 9),
    "prepare": ("delivered", prepare, 3),
    "release": ("prepared", release_one, 5),
    "retain": ("delivered", retain_later, 7),
}


@pytest.fixture(scope="module")
def starts(
    tmp_path_factory: pytest.TempPathFactory,
    small_project: Path,
    delivered_home: Path,
    prepared_home: Path,
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("schools")
    take(open_workspace(folder, small_project), "schools", small_country.schools())
    return {"schools": folder, "delivered": delivered_home, "prepared": prepared_home}


@pytest.fixture(scope="module")
def fresh(
    tmp_path_factory: pytest.TempPathFactory, small_project: Path, starts: dict[str, Path]
) -> Callable[[str], Workspace]:
    """Return a function that opens a copy of the start of a step, with the same keys."""

    def copied(step: str) -> Workspace:
        folder = tmp_path_factory.mktemp(step)
        shutil.copytree(starts[STEPS[step][0]], folder, dirs_exist_ok=True)
        return open_workspace(folder, small_project)

    return copied


@pytest.fixture(scope="module")
def uninterrupted(fresh: Callable[[str], Workspace]) -> dict[str, dict[str, object]]:
    """Return step → the state after it ran without a kill."""
    ends = {}
    for step, (_, run, writes) in STEPS.items():
        workspace = fresh(step)
        with killed_before(None, WRITES) as done:
            run(workspace)
        assert len(done) == writes, done
        ends[step] = state(workspace)
    return ends


@pytest.mark.parametrize(
    ("step", "write"), [(name, n) for name, (_, _, writes) in STEPS.items() for n in range(writes)]
)
def test_a_step_stopped_before_any_write_is_finished_by_the_next_run(
    fresh: Callable[[str], Workspace],
    uninterrupted: dict[str, dict[str, object]],
    step: str,
    write: int,
) -> None:
    run = STEPS[step][1]
    workspace = fresh(step)
    with pytest.raises(KilledError), killed_before(write, WRITES):
        run(workspace)
    run(workspace)
    assert state(workspace) == uninterrupted[step]


def test_two_ingests_of_one_file_at_once_are_one_batch(
    fresh: Callable[[str], Workspace], small_project: Path
) -> None:
    workspace = fresh("ingest")
    children = []
    for _ in range(2):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                take(open_workspace(workspace.home.parent, small_project), "pupils", table(BAD))
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert len(workspace.protected.batches("pupils", "2021")) == 1
    for kind in ("delivery", "batch"):
        told = [
            entry
            for entry in workspace.ledger.entries(kind)
            if str(entry.facts[kind]).startswith("pupils")
        ]
        assert len(told) == 1
