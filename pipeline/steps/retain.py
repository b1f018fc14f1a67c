"""Destroy what outlived the policy: deliveries, quarantine, counts under review, old periods."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime, timedelta

from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import record_candidate, record_delivery, record_destroyed
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry


def retain(workspace: Workspace) -> Receipt:
    """Destroy everything older than its retention; running it again changes nothing.

    Deliveries, refused rows and counts under review age from the entry of the ledger that
    tells of them. Protected rows age from the end of the calendar year in which their period
    starts: all datasets of a period go together, so that no table is counted from a part.
    """
    _tell_untold(workspace)
    days = workspace.project.contracts.policy.retention
    counts = {
        "deliveries": _retire(
            workspace,
            ("deliveries", "delivery"),
            _older(workspace, _latest(workspace, "delivery"), days.deliveries.value),
            held=set(workspace.deliveries.ids()),
            destroy=workspace.deliveries.destroy,
        ),
        "quarantine": _retire(
            workspace,
            ("quarantine", "delivery"),
            _older(workspace, _refused(workspace), days.quarantine.value),
            held=set(workspace.quarantine.ids()),
            destroy=workspace.quarantine.destroy,
        ),
        "review": _retire(
            workspace,
            ("review", "candidate"),
            _older(workspace, _latest(workspace, "candidate"), days.review.value),
            held=set(filter(workspace.review.has_counts, workspace.review.candidates())),
            destroy=workspace.review.destroy_counts,
        ),
        "protected": _retire_protected(workspace, days.protected.value),
    }
    return Receipt(step="retain", changed=any(counts.values()), counts=counts)


def _tell_untold(workspace: Workspace) -> None:
    """Tell of what a kill left without an entry, so that its days are counted from now."""
    told = _latest(workspace, "delivery")
    for delivery_id in workspace.deliveries.ids():
        if delivery_id not in told:
            record_delivery(workspace, workspace.deliveries.delivery(delivery_id))
    told = _latest(workspace, "candidate")
    for candidate_id in workspace.review.candidates():
        if candidate_id not in told:
            record_candidate(workspace, candidate_id)


def _latest(workspace: Workspace, kind: str) -> dict[str, Entry]:
    """Return id → the latest entry of a kind that is named for what it is about."""
    return {str(entry.facts[kind]): entry for entry in workspace.ledger.entries(kind)}


def _refused(workspace: Workspace) -> dict[str, Entry]:
    """Return delivery → the entry with which rows of it went into quarantine.

    Where a kill kept that entry from being written it is the delivery's own.
    """
    held = workspace.quarantine.ids()
    told = {key: entry for key, entry in _latest(workspace, "delivery").items() if key in held}
    for entry in workspace.ledger.entries():
        if entry.kind in {"refusal", "batch"} and entry.facts["refused"]:
            told[str(entry.facts["delivery" if entry.kind == "refusal" else "batch"])] = entry
    return told


def _older(workspace: Workspace, entries: Mapping[str, Entry], days: int) -> dict[str, Entry]:
    limit = workspace.clock() - timedelta(days=days)
    return {
        name: entry for name, entry in entries.items() if datetime.fromisoformat(entry.at) < limit
    }


def _retire(
    workspace: Workspace,
    zone_and_key: tuple[str, str],
    due: Mapping[str, Entry],
    *,
    held: Container[str],
    destroy: Callable[[str], object],
) -> int:
    """Destroy what is due, tell so, and tell what a killed run destroyed without telling."""
    zone, key = zone_and_key
    retired = 0
    for name, entry in due.items():
        if name in held:
            destroy(name)
        retired += record_destroyed(workspace, zone, {key: name}, since=entry)
    return retired


def _retire_protected(workspace: Workspace, days: int) -> int:
    """Destroy the periods whose first calendar year ended before the limit."""
    oldest_kept = str((workspace.clock() - timedelta(days=days)).year)
    workspace.protected.destroy_before(oldest_kept)
    # A batch bears the name of its delivery: dataset, period and hash.
    due = {
        name: entry
        for name, entry in _latest(workspace, "batch").items()
        if name.rsplit("-", 2)[1] < oldest_kept
    }
    return sum(
        record_destroyed(workspace, "protected", {"batch": name}, since=entry)
        for name, entry in due.items()
    )
