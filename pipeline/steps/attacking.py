"""Set the adversary on a candidate: a release is made only of what it fails on.

A verdict belongs to the exact content of a candidate and to what is public at that moment. It is
sealed with the candidate; where either is no longer as it was, it is given anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.disclosure.adversary import Plan, attack, judge
from pipeline.dissemination.reference import reference_frames
from pipeline.errors import DisclosureError, Place, Problem
from pipeline.settings import processors
from pipeline.steps.known_elsewhere import ELSEWHERE
from pipeline.steps.stranger import amounts_as_published, as_published, read_folder
from pipeline.steps.strangers_figures import Frames
from pipeline.steps.workspace import Workspace
from pipeline.storage.releases import Release
from pipeline.storage.signed import canonical_json

CRASHED = "crashed"
PASSED, REVIEW = "pass", "review"
_FROM_BEST = (PASSED, REVIEW, "refuse")
_TOLD = {
    "known": "disclosure.adversary_known",
    "narrow": "disclosure.adversary_narrow",
    "crossed": "disclosure.adversary_crossed",
    "uniform": "disclosure.adversary_uniform",
    "undecided": "disclosure.adversary_undecided",
    "unread": "disclosure.adversary_unread",
    "unplaced": "disclosure.adversary_unplaced",
}


def candidate_frames(
    workspace: Workspace,
    *,
    cells: Mapping[str, pd.DataFrame],
    observations: pd.DataFrame,
    coverage: pd.DataFrame,
    elsewhere: Mapping[str, pd.DataFrame],
) -> Frames:
    """Return what would be public with a candidate: its tables, and what others publish."""
    project = workspace.project
    reference = reference_frames(project.contracts, project.geography, coverage, described=())
    tables = {f"cells/{name}": frame for name, frame in cells.items()}
    tables |= {f"elsewhere/{name}": frame for name, frame in elsewhere.items()}
    return {**reference, "observations": observations, **tables}


def adversary_verdict(
    workspace: Workspace, frames: Frames, *, candidate_id: str, content: str
) -> dict[str, Any]:
    """Return the adversary's verdict on a candidate, as facts for the review zone.

    One that stops gives a verdict too, `crashed`: nothing shows that the candidate is safe.
    """
    others = other_releases(workspace, candidate_id)
    about = {"content": content, "public": _hash_of(others)}
    try:
        facts = _judged(frames, workspace, others)
    except Exception as crash:  # noqa: BLE001 - whatever stops it, nothing was shown
        facts = {"outcome": CRASHED, "reasons": [], "kind": type(crash).__name__}
    return {**about, **facts}


def _judged(frames: Frames, workspace: Workspace, others: list[Release]) -> dict[str, Any]:
    contracts, changes = workspace.project.contracts, workspace.project.geography.changes
    earlier = [read_folder(release.folder) for release in others]
    published = as_published(frames, contracts, earlier=earlier, changes=changes)
    plan = Plan(width=int(contracts.policy.protection_width.value))
    facts = judge(published, attack(published, plan, threads=processors())).as_facts()
    amounts = amounts_as_published(frames, contracts, earlier=earlier)
    # Their own width is a share of each; nobody but the publisher knows of which it is asked.
    found = judge(amounts, attack(amounts, Plan(width=1), threads=processors())).as_facts()
    return {
        **facts,
        "outcome": max(facts["outcome"], found["outcome"], key=_FROM_BEST.index),
        "reasons": [*facts["reasons"], *found["reasons"]],
        "amounts": {name: found[name] for name in ("hidden", "figures", "narrowest")},
    }


def is_of(
    verdict: Mapping[str, Any], workspace: Workspace, candidate_id: str, *, content: str
) -> bool:
    """Tell whether a verdict is of this content and of what is public now, and was reached."""
    public = _hash_of(other_releases(workspace, candidate_id))
    about = (verdict.get("content"), verdict.get("public"))
    return about == (content, public) and verdict["outcome"] != CRASHED


def record_verdict(workspace: Workspace, candidate_id: str, verdict: Mapping[str, Any]) -> None:
    """Tell in the ledger what the adversary found: the verdict, and hashes of what it is on."""
    workspace.ledger.append_once(
        "verdict",
        candidate=candidate_id,
        content=str(verdict["content"]),
        public=str(verdict["public"]),
        outcome=str(verdict["outcome"]),
        verdict=verdict_hash(verdict),
    )


def verdict_hash(verdict: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of a verdict: of its findings, the content, what is public."""
    return hashlib.sha256(canonical_json(verdict)).hexdigest()


def standing_verdict(
    workspace: Workspace, candidate_id: str, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the verdict on a candidate and on what is public now: as sealed, or given anew.

    Raises:
        StorageError: the tables of the candidate are destroyed or altered.
    """
    content, sealed = str(facts["content"]), facts.get("adversary", {})
    if is_of(sealed, workspace, candidate_id, content=content):
        return dict(sealed)
    tables = {n: each.to_pandas() for n, each in workspace.review.tables(candidate_id).items()}
    frames = candidate_frames(
        workspace,
        cells=_named(tables, "cells_"),
        observations=tables["observations"],
        coverage=tables["coverage"],
        elsewhere=_named(tables, ELSEWHERE),
    )
    verdict = adversary_verdict(workspace, frames, candidate_id=candidate_id, content=content)
    record_verdict(workspace, candidate_id, verdict)
    return verdict


def _named(tables: Mapping[str, pd.DataFrame], kind: str) -> dict[str, pd.DataFrame]:
    return {n.removeprefix(kind): frame for n, frame in tables.items() if n.startswith(kind)}


def record_sealed_verdict(workspace: Workspace, candidate_id: str) -> None:
    """Tell of the verdict on a candidate that a kill left sealed and untold."""
    verdict = workspace.review.facts(candidate_id).get("adversary")
    if verdict is not None:
        record_verdict(workspace, candidate_id, verdict)


def require_pass(verdict: Mapping[str, Any]) -> None:
    """Check that the adversary failed.

    Raises:
        DisclosureError: it found something, could not weigh something, or stopped.
    """
    problems = _problems(verdict)
    if problems:
        told, *each = problems
        facts: dict[str, Any] = dict(told.facts)
        raise DisclosureError(told.code, count=told.count, problems=each, **facts)


def doubts(facts: Mapping[str, Any]) -> list[Problem]:
    """Return why the verdict on a candidate is not `pass`; nothing where it is."""
    return _problems(facts["adversary"]) if "adversary" in facts else []


def _problems(verdict: Mapping[str, Any]) -> list[Problem]:
    """Return what a verdict comes to, then each reason: table, level and how many."""
    if verdict["outcome"] == PASSED:
        return []
    if verdict["outcome"] == CRASHED:
        kind = (("kind", str(verdict["kind"])),)
        return [Problem(code="disclosure.adversary_crashed", facts=kind)]
    each = [
        Problem(
            code=_TOLD[one["rule"]],
            place=Place(table=one["table"] or None),
            count=one["count"],
            facts=(("level", one["level"]), ("width", verdict["width"])),
        )
        for one in verdict["reasons"]
    ]
    is_refused = verdict["outcome"] == "refuse"
    told = "disclosure.adversary_refuses" if is_refused else "disclosure.adversary_doubts"
    return [Problem(code=told, count=len(each)), *each]


def other_releases(workspace: Workspace, candidate_id: str) -> list[Release]:
    """Return every release that is public beside this candidate's own."""
    return [
        release
        for release in workspace.releases.releases()
        if release.facts["candidate"] != candidate_id
    ]


def _hash_of(releases: list[Release]) -> str:
    contents = sorted(str(release.facts["content"]) for release in releases)
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()
