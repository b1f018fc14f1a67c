"""What there is: arrivals, batches, quarantine, candidates, the release in force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pipeline.steps.arriving import read_arrivals
from pipeline.steps.workspace import Workspace


def status(workspace: Workspace) -> dict[str, Any]:
    """Return the state of all zones: ids, dates and counts."""
    return {
        "arrivals": _arrivals(workspace),
        "batches": _batches(workspace),
        "quarantine": [asdict(refusals) for refusals in workspace.quarantine.summary()],
        "candidates": _candidates(workspace),
        "release": _release(workspace),
    }


def _arrivals(workspace: Workspace) -> list[dict[str, Any]]:
    periods = sorted({batch.period for batch in workspace.protected.batches()})
    rows = []
    for period in periods:
        for dataset in workspace.project.contracts.datasets.values():
            arrived = read_arrivals(workspace, dataset, period)
            if arrived is None:
                continue
            row: dict[str, Any] = {"dataset": dataset.dataset, "period": period}
            for state in ("received", "late", "missing", "expected", "unexpected"):
                row[state] = arrived.count(state)
            rows.append(row)
    return rows


def _batches(workspace: Workspace) -> list[dict[str, Any]]:
    return [
        {
            "batch": batch.batch_id,
            "as_of": batch.as_of[:16],
            **batch.counts,
        }
        for batch in workspace.protected.batches()
    ]


def _candidates(workspace: Workspace) -> list[dict[str, Any]]:
    rows = []
    for candidate in workspace.review.candidates():
        facts = workspace.review.facts(candidate)
        approved = workspace.ledger.find("approval", candidate=candidate, content=facts["content"])
        released = workspace.ledger.find("release", candidate=candidate)
        rows.append(
            {
                "candidate": candidate,
                "observations": facts["observations"],
                "hidden": facts["hidden"],
                "approved": approved is not None,
                "released": released is not None,
            }
        )
    return rows


def _release(workspace: Workspace) -> dict[str, Any] | None:
    current = workspace.published.current()
    if current is None:
        return None
    return {
        "release": current.release_id,
        "created": current.created,
        **current.facts,
    }
