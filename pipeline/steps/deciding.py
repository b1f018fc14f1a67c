"""A release candidate before the controller's delegate: asked once, answered by name.

The answer may come in a scheduler or by the command line: what counts is the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.errors import Fact, Problem
from pipeline.steps.inputs import read_inputs
from pipeline.steps.prepare import candidate_name, prepare
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.reasons import WHY
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, is_in_force
from pipeline.steps.sending_back import approval_of, is_sent_back, reject
from pipeline.steps.workspace import Workspace

APPROVED = "Approve"
"""What the scheduler's question offers for yes; what is not that sends the candidate back."""
APPROVAL, SENT_BACK, SUPERSEDED = "approved", "sent back", "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A candidate to decide on: the receipt of its preparation, and the question in words."""

    receipt: Receipt
    question: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain types: those of the receipt, and the question."""
        return {**self.receipt.as_dict(), "question": self.question}


def propose(
    workspace: Workspace, *, again: bool = False, progress: Progress = SILENT
) -> Proposal | None:
    """Prepare the candidate of the current rows; None when it is in force or was sent back.

    Args:
        workspace: the project, keys and zones.
        again: ask about a candidate that was sent back, too.
        progress: who listens.

    Raises:
        CartableError: as `prepare`.
    """
    if not again and is_sent_back(workspace, candidate_name(read_inputs(workspace))):
        return None
    receipt = prepare(workspace, progress=progress)
    candidate = receipt.ids["candidate"]
    if is_in_force(workspace, candidate):
        return None
    return Proposal(receipt=receipt, question=_question(workspace, candidate))


def record_answer(
    workspace: Workspace, candidate: str, answer: Mapping[str, Any] | None
) -> Receipt | None:
    """Write to the ledger what was answered; None where the candidate is not to be released.

    Args:
        workspace: the project, keys and zones.
        candidate: as `prepare` named it.
        answer: as the scheduler keeps it: `chosen_options`, `params_input`, `responded_at`,
            `responded_by_user`. Where there is none, the ledger tells what was decided by the
            command line; it is not written again. What nobody approved, `release` refuses.

    Raises:
        ApprovalError: newer rows or rules superseded what is approved, or it was sent back.
    """
    if answer is not None:
        who = str(answer["responded_by_user"]["name"])
        when = datetime.fromisoformat(str(answer["responded_at"]))
        if answer["chosen_options"] == [APPROVED]:
            return approve(workspace, candidate, approver=who, answered=when)
        why = str(answer["params_input"].get("reason") or WHY[0])
        reject(workspace, candidate, by=who, reason=why, answered=when)
        return None
    if decision_on(workspace, candidate) in {SENT_BACK, SUPERSEDED}:
        return None
    content = str(workspace.review.facts(candidate)["content"])
    ids, hashes = {"candidate": candidate}, {"content": content}
    return Receipt(step="approve", changed=False, ids=ids, hashes=hashes)


def decision_on(workspace: Workspace, candidate: str) -> str | None:
    """Return what became of a candidate, whoever decided and where; None while it waits."""
    facts = workspace.review.facts(candidate)
    if approval_of(workspace, candidate, content=str(facts["content"])) is not None:
        return APPROVAL
    if is_sent_back(workspace, candidate):
        return SENT_BACK
    if candidate_name(read_inputs(workspace)) != candidate:
        return SUPERSEDED
    return None


def _question(workspace: Workspace, candidate: str) -> str:
    """Return what the delegate is asked, in Markdown: what it is, the verdict, where to read on."""
    settings, known = workspace.settings, workspace.review.facts(candidate)
    verdict = known.get("adversary", {})
    facts: dict[str, Fact] = {
        "candidate": candidate,
        "content": str(known["content"]),
        "verdict": str(verdict.get("outcome", "unchecked")),
        "observations": int(known["observations"]),
        "hidden": int(known["hidden"]),
        "findings": sum(
            count for figures in verdict.get("risks", {}).values() for count in figures.values()
        ),
        "report": f"`cartable audit disclosure {candidate} --to FILE.html`",
    }
    if settings.reports is not None:
        facts["report"] = f"[{candidate}]({settings.reports}/{candidate}.html)"
    problem = Problem(code="approval.question", facts=tuple(facts.items()))
    return ".\n\n".join(problem.sentences(settings.language))
