"""A candidate that the delegate sends back: it is closed, and nobody is asked about it again.

Its exact counts are destroyed, as those of a candidate that is decided by a release. Other rows or
rules make another candidate. Where sending it back was the mistake, preparing it anew opens it
again: what was approved before does not count any more.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.errors import ApprovalError
from pipeline.steps.reasons import WHY
from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import record_destroyed
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry, Fact

KIND = "rejection"


def reject(
    workspace: Workspace,
    candidate_id: str,
    *,
    by: str,
    reason: str,
    answered: datetime | None = None,
) -> Receipt:
    """Send a candidate back; sending it back again changes nothing.

    Args:
        workspace: the review zone and the ledger.
        candidate_id: as `prepare` named it.
        by: role or account that decides; it is written to the ledger.
        reason: one of `WHY`.
        answered: when the delegate did; a candidate that was opened again since stays open.

    Raises:
        ApprovalError: there is no such candidate, it was published, or it is no such reason.
    """
    if reason not in WHY:
        raise ApprovalError("approval.no_reason", known=", ".join(WHY))
    if candidate_id not in workspace.review.candidates():
        raise ApprovalError("approval.unknown_candidate", candidate=candidate_id)
    if workspace.ledger.find("release", candidate=candidate_id) is not None:
        raise ApprovalError("approval.released", candidate=candidate_id)
    content = str(workspace.review.facts(candidate_id)["content"])
    made = workspace.ledger.find("candidate", candidate=candidate_id)
    is_past = answered is not None and made is not None and _at(made) > answered
    is_new = not is_sent_back(workspace, candidate_id) and not is_past
    if is_new:
        facts: dict[str, Fact] = {"candidate": candidate_id, "content": content}
        workspace.ledger.append(KIND, **facts, by=by, reason=reason)
    if not is_past and workspace.review.has_counts(candidate_id):
        workspace.review.destroy_counts(candidate_id)
    if not is_past and made is not None:
        record_destroyed(workspace, "review", {"candidate": candidate_id}, since=made)
    return Receipt(
        step="reject",
        changed=is_new,
        ids={"candidate": candidate_id},
        hashes={"content": content},
    )


def is_sent_back(workspace: Workspace, candidate_id: str) -> bool:
    """Tell whether a candidate was sent back, and not prepared anew since."""
    told = workspace.ledger.find(KIND, candidate=candidate_id)
    made = workspace.ledger.find("candidate", candidate=candidate_id)
    return told is not None and (made is None or made.seq < told.seq)


def require_open(
    workspace: Workspace, candidate_id: str, *, answered: datetime | None = None
) -> None:
    """Check that a candidate was not sent back, nor opened again after an answer was given.

    Raises:
        ApprovalError: it was.
    """
    told = workspace.ledger.find(KIND, candidate=candidate_id)
    is_stale = told is not None and answered is not None and _at(told) > answered
    if is_stale or is_sent_back(workspace, candidate_id):
        raise ApprovalError("approval.rejected", candidate=candidate_id)


def approval_of(workspace: Workspace, candidate_id: str, **facts: Fact) -> Entry | None:
    """Return the last approval of a candidate that says these facts and was not undone since."""
    told = workspace.ledger.find("approval", candidate=candidate_id, **facts)
    undone = workspace.ledger.find(KIND, candidate=candidate_id)
    if told is None or (undone is not None and undone.seq > told.seq):
        return None
    return told


def record_approval(workspace: Workspace, candidate_id: str, **facts: Fact) -> None:
    """Tell of an approval, once, and again where it was undone since."""
    told = workspace.ledger.find("approval", candidate=candidate_id, **facts)
    is_undone = told is not None and approval_of(workspace, candidate_id, **facts) is None
    append = workspace.ledger.append if is_undone else workspace.ledger.append_once
    append("approval", candidate=candidate_id, **facts)


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.at)
