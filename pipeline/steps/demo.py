"""The demonstration: synthetic persons of one real département, from deliveries to a release."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import StorageError
from pipeline.steps.ingest import ingest
from pipeline.steps.installing import make_keys
from pipeline.steps.prepare import prepare
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, release
from pipeline.steps.signing import sign_demonstration
from pipeline.steps.workspace import Workspace
from pipeline.synthetic import Facts, draw_deliveries, read_facts, write_deliveries

PERIODS = ("2019", "2020", "2021")
SEED = 35
APPROVER = "demo-delegate"


def run_demo(
    workspace: Workspace, *, periods: Sequence[str] = PERIODS, progress: Progress = SILENT
) -> list[Receipt]:
    """Run the main job on the demonstration; a second run changes nothing.

    Deliveries are drawn in memory and handed over as streams: no file in clear is written.
    Demo keys are made when there are none; the demo signs the policy with keys behind which
    nobody stands, and approves its own candidate.

    Returns:
        One receipt per step.
    """
    _demo_keys(workspace)
    receipts = [sign_demonstration(workspace)]
    for dataset, period, content in draw_deliveries(_facts(workspace), periods=periods, seed=SEED):
        receipts.append(
            ingest(
                workspace,
                dataset,
                io.BytesIO(content),
                file=f"{dataset}_{period}.csv",
                period=period,
                as_of=datetime(int(period), 10, 15, tzinfo=UTC),
                progress=progress,
            )
        )
    receipts.append(prepare(workspace, progress=progress))
    candidate = receipts[-1].ids["candidate"]
    receipts.append(approve(workspace, candidate, approver=APPROVER))
    receipts.append(release(workspace, candidate, progress=progress))
    return receipts


def deliver_demo(workspace: Workspace, folder: Path, *, periods: Sequence[str]) -> list[Path]:
    """Write the demonstration's deliveries as files, as a sender would, and return their paths.

    Raises:
        StorageError: the folder lies among the zones, where nobody may stand in clear.
    """
    if folder.resolve().is_relative_to(workspace.home):
        raise StorageError("storage.clear_inside_data")
    facts_folder = workspace.settings.project / "demo" / "facts"
    deliveries = write_deliveries(facts_folder, folder, periods=periods, seed=SEED)
    return [delivery.path for delivery in deliveries]


def _facts(workspace: Workspace) -> Facts:
    return read_facts(workspace.settings.project / "demo" / "facts")


def _demo_keys(workspace: Workspace) -> None:
    if not workspace.settings.keys.exists():
        make_keys(workspace.settings)
