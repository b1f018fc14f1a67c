"""What there is: arrivals, what was refused, batches, quarantine, candidates, the release."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from pipeline.contracts import Dataset
from pipeline.steps.arriving import read_arrivals
from pipeline.steps.awaiting import read_awaited
from pipeline.steps.breaches import REGISTER as BREACHES
from pipeline.steps.breaches import list_breaches
from pipeline.steps.doubling import list_doubles
from pipeline.steps.in_force import release_in_force
from pipeline.steps.recomputing import out_of_date_because
from pipeline.steps.requests import REGISTER as REQUESTS
from pipeline.steps.requests import list_requests
from pipeline.steps.sending_back import approval_of, is_sent_back
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch, current_parts
from pipeline.storage.changes import has_changes

# What the column is called → the state of the senders that it counts.
STATES = {
    "received": "received",
    "late": "late",
    "missing": "missing",
    "non_response": "non_response",
    "awaited": "expected",
    "unexpected": "unexpected",
}


def status(workspace: Workspace) -> dict[str, Any]:
    """Return the state of all zones: ids, dates and counts."""
    return {
        "arrivals": _arrivals(workspace),
        "awaited": [asdict(awaited) for awaited in read_awaited(workspace)],
        "batches": _batches(workspace),
        "doubles": list_doubles(workspace),
        "quarantine": [asdict(refusals) for refusals in workspace.quarantine.summary()],
        "candidates": _candidates(workspace),
        "release": _release(workspace),
        "overdue": _overdue(workspace),
    }


def _overdue(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the requests and breaches whose deadline has passed."""
    listed = ((REQUESTS, list_requests(workspace)), (BREACHES, list_breaches(workspace)))
    return [
        {
            "register": register,
            "number": row[register],
            "due": row["due"],
            "days_overdue": row["days_overdue"],
        }
        for register, rows in listed
        for row in rows
        if row["days_overdue"] is not None
    ]


def _arrivals(workspace: Workspace) -> list[dict[str, Any]]:
    periods = sorted({batch.period for batch in workspace.protected.batches()})
    datasets = workspace.project.contracts.datasets.values()
    return [_arrival(workspace, dataset, period) for period in periods for dataset in datasets]


def _arrival(workspace: Workspace, dataset: Dataset, period: str) -> dict[str, Any]:
    """Return how many senders are in each state, and who is missing.

    A dataset of which no sender is expected by name has one, without a due date.
    """
    row: dict[str, Any] = {"dataset": dataset.dataset, "period": period}
    arrived = read_arrivals(workspace, dataset, period)
    if arrived is None:
        came = bool(workspace.protected.batches(dataset.dataset, period))
        counts = {"received": int(came), "expected": int(not came)}
        return {
            **row,
            **{name: counts.get(state, 0) for name, state in STATES.items()},
            "missing_senders": [],
        }
    senders = arrived.senders
    missing = sorted(senders.loc[senders["status"] == "missing", "sender"])
    return {
        **row,
        **{name: arrived.count(state) for name, state in STATES.items()},
        "missing_senders": missing,
    }


def _batches(workspace: Workspace) -> list[dict[str, Any]]:
    batches = workspace.protected.batches()
    shares = _shares_in_force(workspace, batches)
    return [
        {
            "batch": batch.batch_id,
            "as_of": batch.as_of[:16],
            "counted": batch.counts["counted"],
            # Rows that were refused at first and joined since are accepted.
            "accepted": batch.counts["accepted"] + batch.joined,
            "refused": batch.counts["refused"] - batch.joined,
            # Persons who were erased came again in it, and were not taken.
            "left_out": batch.counts.get("suppressed", 0),
            "in_force": shares[batch.batch_id],
        }
        for batch in sorted(batches, key=lambda one: (one.period, one.dataset, one.age))
    ]


def _shares_in_force(workspace: Workspace, batches: list[Batch]) -> dict[str, str]:
    """Return batch → whether its rows are in force: yes, no, or in part."""
    of_one_key: dict[tuple[str, str], list[Batch]] = {}
    for batch in batches:
        of_one_key.setdefault((batch.dataset, batch.period), []).append(batch)
    shares: dict[str, str] = {}
    for key, same in of_one_key.items():
        if any(map(has_changes, same)):
            # Of changes some rows are in force, not the truth on some senders.
            rows = workspace.protected.rows_in_force(*key)
            shares |= {b.batch_id: _share(rows[b.batch_id], of=b.rows) for b in same}
            continue
        # Of how many senders each holds the newest rows; one when it knows no senders.
        held: Counter[str] = Counter()
        for batch, part, senders in current_parts(same):
            held[batch.batch_id] += len(part.senders if senders is None else senders) or 1
        shares |= {b.batch_id: _share(held[b.batch_id], of=len(b.senders)) for b in same}
    return shares


def _share(held: int, *, of: int) -> str:
    if not held:
        return "no"
    return "yes" if held >= of else "in part"


def _candidates(workspace: Workspace) -> list[dict[str, Any]]:
    rows = []
    for candidate in workspace.review.candidates():
        facts = workspace.review.facts(candidate)
        approved = approval_of(workspace, candidate, content=str(facts["content"]))
        released = workspace.ledger.find("release", candidate=candidate)
        rows.append(
            {
                "candidate": candidate,
                "observations": facts["observations"],
                "hidden": facts["hidden"],
                "approved": approved is not None,
                "sent_back": is_sent_back(workspace, candidate),
                "released": released is not None,
            }
        )
    return rows


def _release(workspace: Workspace) -> dict[str, Any] | None:
    current = release_in_force(workspace)
    if current is None:
        return None
    return {
        "release": current.release_id,
        "created": current.created,
        "recompute": out_of_date_because(workspace, current.release_id),
        **current.facts,
    }
