"""What the next scheduled run will do: per dataset, publication, retention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline.errors import CartableError, Place
from pipeline.settings import Settings
from pipeline.steps.cron import next_time
from pipeline.steps.health import Finding, Level, Part, found
from pipeline.steps.inbox import find_waiting, list_passed_over
from pipeline.steps.queue import list_queue
from pipeline.steps.retain import due_now
from pipeline.steps.schedules import PUBLISH, RETENTION, read_schedules
from pipeline.steps.workspace import Workspace


def ingests(settings: Settings, workspace: Workspace | None, now: datetime) -> Iterator[Finding]:
    """Yield per dataset which files wait and when they are taken in; and how many never are.

    Args:
        settings: where rules and files lie.
        workspace: None where keys or rules do not allow to tell which files are batches already.
        now: what the clock says.
    """
    for dataset, cron in read_schedules(settings.project).items():
        file = f"contracts/datasets/{dataset}.yml"
        at = f"{next_time(cron, now, file=file):%Y-%m-%d %H:%M UTC}"
        place = Place(dataset=dataset)
        waiting = None
        if workspace is not None and settings.inbox.is_dir():
            waiting = len(find_waiting(workspace, dataset))
        code = "doctor.next_ingest" if waiting is not None else "doctor.next_ingest_unknown"
        yield found(Part.NEXT, Level.OK, code, place=place, count=waiting, facts={"at": at})
    if workspace is None or not settings.inbox.is_dir():
        return
    if count := len(list_passed_over(workspace)):
        place = Place(file=str(settings.inbox))
        yield found(Part.NEXT, Level.WARNING, "doctor.passed_over", place=place, count=count)


def publication(now: datetime) -> Iterator[Finding]:
    """Yield when a release is prepared at the latest."""
    at = f"{next_time(PUBLISH, now, file='dags/publish.py'):%Y-%m-%d %H:%M UTC}"
    yield found(Part.NEXT, Level.OK, "doctor.next_publish", facts={"at": at})


def retention(workspace: Workspace | None, now: datetime) -> Iterator[Finding]:
    """Yield when what outlived the policy is destroyed, and how much that would be now."""
    at = f"{next_time(RETENTION, now, file='dags/retention.py'):%Y-%m-%d %H:%M UTC}"
    if workspace is None:
        yield found(Part.NEXT, Level.OK, "doctor.next_retention_unknown", facts={"at": at})
        return
    due = due_now(workspace)
    told = ", ".join(f"{zone} {count}" for zone, count in due.items() if count)
    yield found(
        Part.NEXT,
        Level.OK,
        "doctor.next_retention",
        count=sum(due.values()),
        facts={"at": at, "zones": told or "0"},
    )


def queue(workspace: Workspace) -> Iterator[Finding]:
    """Yield whether refused rows wait for the steward."""
    rows = list_queue(workspace)
    if rows:
        days = [row["days_left"] for row in rows if row["days_left"] is not None]
        yield found(
            Part.NEXT,
            Level.NOTE,
            "doctor.queue",
            count=len(rows),
            facts={"days": min(days, default=0)},
        )


def is_usable(workspace: Workspace) -> bool:
    """Tell whether keys, rules and ledger open, so that zones can be looked into."""
    try:
        return bool(workspace.ring) and bool(workspace.project.root) and bool(workspace.ledger.head)
    except CartableError:
        return False
