"""A release candidate before the controller's delegate: asked once, answered by name."""

from __future__ import annotations

from pipeline.errors import ApprovalError
from pipeline.steps.prepare import prepare
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, is_in_force
from pipeline.steps.workspace import Workspace


def propose(workspace: Workspace, *, progress: Progress = SILENT) -> Receipt | None:
    """Prepare the candidate of the current rows; None when it is in force already.

    Raises:
        CartableError: as `prepare`.
    """
    receipt = prepare(workspace, progress=progress)
    return None if is_in_force(workspace, receipt.ids["candidate"]) else receipt


def record_approval(workspace: Workspace, candidate: str, *, approver: str | None) -> Receipt:
    """Write to the ledger who approved a candidate.

    Args:
        workspace: the project, keys and zones.
        candidate: as `prepare` named it.
        approver: the account that answered. None when nobody answered the scheduler: then the
            approval must stand in the ledger, given by `cartable approve`.

    Raises:
        ApprovalError: nobody approved, or newer rows or rules superseded the candidate.
    """
    if approver is not None:
        return approve(workspace, candidate, approver=approver)
    entry = workspace.ledger.find("approval", candidate=candidate)
    if entry is None:
        raise ApprovalError("approval.missing", candidate=candidate)
    return approve(workspace, candidate, approver=str(entry.facts["approver"]))
