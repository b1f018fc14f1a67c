"""What follows for figures when persons go: undecided counts are void, releases computed anew."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.steps.recording import record_destroyed
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry

KIND = "recompute"


def withdraw_undecided(workspace: Workspace, *, since: Entry | None = None) -> int:
    """Withdraw the exact counts of candidates; the next shredding destroys them.

    Args:
        workspace: the review zone and the ledger.
        since: the entry that tells of the change: what was counted later knows of it. Default:
            every candidate is withdrawn.

    Returns:
        How many candidates had some.
    """
    withdrawn = 0
    workspace.patterns.withdraw()
    for candidate in workspace.review.candidates():
        made = workspace.ledger.find("candidate", candidate=candidate)
        if since is not None and made is not None and made.seq > since.seq:
            continue
        if workspace.review.has_counts(candidate):
            workspace.review.withdraw_counts(candidate)
            withdrawn += 1
        if made is not None and not workspace.review.has_counts(candidate):
            record_destroyed(workspace, "review", {"candidate": candidate}, since=made)
    return withdrawn


def mark_recompute(
    workspace: Workspace, periods: Sequence[str], *, because: str, since: Entry
) -> None:
    """Mark every release that is still public and shows one of the periods as out of date.

    Args:
        workspace: the published zone and the ledger.
        periods: in which rows changed.
        because: what changed them, such as `erasure-0001`.
        since: the entry that tells of the change: what was counted later knows of it, and what
            was counted before does not, whenever it was released.
    """
    for release in workspace.published.releases():
        # Of the candidate, for a kill may have left the release shown and untold.
        made = workspace.ledger.find("candidate", candidate=str(release.facts["candidate"]))
        is_earlier = made is None or made.seq < since.seq
        if is_earlier and set(release.facts["periods"]) & set(periods):
            workspace.ledger.append_once(KIND, release=release.release_id, because=because)


def to_recompute(workspace: Workspace, *, because: str) -> list[str]:
    """Return the releases that a change left out of date, in the order in which it was told."""
    return [
        str(entry.facts["release"])
        for entry in workspace.ledger.entries(KIND)
        if entry.facts["because"] == because
    ]


def out_of_date_because(workspace: Workspace, release_id: str) -> list[str]:
    """Return what happened to rows of a release since it was made; nothing when it is as they."""
    return [
        str(entry.facts["because"])
        for entry in workspace.ledger.entries(KIND)
        if entry.facts["release"] == release_id
    ]
