"""Destroy what outlived the policy: sealed deliveries, quarantined rows, counts under review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry


def retain(workspace: Workspace) -> Receipt:
    """Destroy everything older than its retention; running it again changes nothing.

    Rows of the protected store stay for the policy's years; their retention is by period.
    """
    policy = workspace.project.contracts.policy.retention
    deliveries = set(workspace.deliveries.ids())
    quarantined = set(workspace.quarantine.ids())
    counts = {"deliveries": 0, "quarantine": 0, "review": 0}
    for entry in _older(workspace, "delivery", policy.deliveries.value):
        delivery = str(entry.facts["delivery"])
        if delivery in deliveries:
            workspace.deliveries.destroy(delivery)
            workspace.ledger.append_once("destroyed", zone="deliveries", delivery=delivery)
            counts["deliveries"] += 1
    for entry in _older(workspace, "delivery", policy.quarantine.value):
        delivery = str(entry.facts["delivery"])
        if delivery in quarantined:
            workspace.quarantine.destroy(delivery)
            workspace.ledger.append_once("destroyed", zone="quarantine", delivery=delivery)
            counts["quarantine"] += 1
    for entry in _older(workspace, "candidate", policy.review.value):
        candidate = str(entry.facts["candidate"])
        if workspace.review.has_counts(candidate):
            workspace.review.destroy_counts(candidate)
            workspace.ledger.append_once("destroyed", zone="review", candidate=candidate)
            counts["review"] += 1
    return Receipt(step="retain", changed=any(counts.values()), counts=counts)


def _older(workspace: Workspace, kind: str, days: int) -> Iterator[Entry]:
    limit = workspace.clock() - timedelta(days=days)
    for entry in list(workspace.ledger.entries(kind)):
        if datetime.fromisoformat(entry.at) < limit:
            yield entry
