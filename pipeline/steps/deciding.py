"""A release candidate before the controller's delegate: asked once, answered by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline.errors import ApprovalError
from pipeline.steps.prepare import prepare
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, is_in_force
from pipeline.steps.workspace import Workspace

APPROVED = "Approve"
"""What the scheduler's question offers for yes."""


def propose(workspace: Workspace, *, progress: Progress = SILENT) -> Receipt | None:
    """Prepare the candidate of the current rows; None when it is in force already.

    Raises:
        CartableError: as `prepare`.
    """
    receipt = prepare(workspace, progress=progress)
    return None if is_in_force(workspace, receipt.ids["candidate"]) else receipt


def record_approval(
    workspace: Workspace, candidate: str, answer: Mapping[str, Any] | None
) -> Receipt:
    """Write to the ledger who approved a candidate.

    Args:
        workspace: the project, keys and zones.
        candidate: as `prepare` named it.
        answer: as the scheduler keeps it: `chosen_options`, `responded_at`, `responded_by_user`.
            Where there is none, or it is no approval, one must stand in the ledger, given by
            `cartable approve`; it is not given again.

    Raises:
        ApprovalError: nobody approved, or newer rows or rules superseded the candidate.
    """
    if answer is not None and answer["chosen_options"] == [APPROVED]:
        return approve(
            workspace,
            candidate,
            approver=str(answer["responded_by_user"]["id"]),
            answered=datetime.fromisoformat(str(answer["responded_at"])),
        )
    entry = workspace.ledger.find("approval", candidate=candidate)
    if entry is None:
        raise ApprovalError("approval.missing", candidate=candidate)
    hashes = {"content": str(entry.facts["content"])}
    return Receipt(step="approve", changed=False, ids={"candidate": candidate}, hashes=hashes)
