"""Approve a candidate and turn it into a release."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.dissemination.database import write_database
from pipeline.dissemination.exports.writing import write_exports
from pipeline.dissemination.files import write_files
from pipeline.dissemination.publication import Publication
from pipeline.dissemination.site import write_site
from pipeline.dissemination.site.vendored import ENGINE, vendored
from pipeline.errors import ApprovalError, StorageError
from pipeline.lineage import released_columns
from pipeline.steps.already_public import protections
from pipeline.steps.attacking import doubts, standing_verdict
from pipeline.steps.disclosing import write_public_disclosure
from pipeline.steps.drawing import spend
from pipeline.steps.in_force import told_in_force
from pipeline.steps.inputs import input_hash
from pipeline.steps.opining import is_settled, last_told, require_settled
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import record_destroyed, record_release
from pipeline.steps.sending_back import approval_of, record_approval, require_open
from pipeline.steps.workspace import Workspace
from pipeline.storage.releases import Release
from pipeline.storage.suppressions import counting


def approve(
    workspace: Workspace, candidate_id: str, *, approver: str, answered: datetime | None = None
) -> Receipt:
    """Record that the controller's delegate approves the content of a candidate.

    Where the officer gave an opinion on it, the approval names the last one, unless that came
    after the answer.

    Args:
        workspace: the project, keys and zones.
        candidate_id: as `prepare` named it.
        approver: role or account that decides; it is written to the ledger.
        answered: when the delegate did, or was asked at the earliest; default: now.

    Raises:
        ApprovalError: there is no such candidate, it was sent back, or newer rows or rules
            superseded it.
    """
    facts = _current_facts(workspace, candidate_id)
    require_open(workspace, candidate_id, answered=answered)
    approval = {"content": facts["content"], "approver": approver}
    told = last_told(workspace, candidate_id)
    if told is not None and (answered is None or datetime.fromisoformat(told.at) <= answered):
        approval["opinion"] = str(told.facts["record"])
    settled = is_settled(workspace, candidate_id, facts.get("adversary", {}))
    left = [] if settled else doubts(facts)
    is_new = approval_of(workspace, candidate_id, **approval) is None
    record_approval(workspace, candidate_id, **approval)
    return Receipt(
        step="approve",
        changed=is_new,
        ids={"candidate": candidate_id},
        hashes={"content": facts["content"]},
        warnings=tuple(one.words(workspace.settings.language) for one in left),
    )


def release(workspace: Workspace, candidate_id: str, *, progress: Progress = SILENT) -> Receipt:
    """Publish an approved candidate; publishing it again changes nothing.

    A candidate that was released before, and is again that of the current rows and rules, is put
    back in force: a rule that was changed and changed back must not leave the other one standing.
    A release that a kill left shown and untold is ended; what was superseded before it came in
    force stays out of force, and can be withdrawn.

    Raises:
        ApprovalError: the candidate is unknown, superseded (before, or while it was written), or
            not approved as it is, or approved before the officer's last opinion.
        DisclosureError: the adversary does not fail on what would be public, and the officer did
            not judge what it could not decide; or it stops.
        StorageError: the release could not be written; readers still see the former one.
    """
    release_id = f"release-{candidate_id.removeprefix('candidate-')}"
    is_ended = _end_shown(workspace, candidate_id, release_id)
    if workspace.ledger.find("release", candidate=candidate_id) is not None:
        _check_not_withdrawn(workspace, release_id)
        _end_review(workspace, candidate_id)
        is_back = _put_back(workspace, candidate_id, release_id)
        return _receipt(workspace, candidate_id, release_id, changed=is_ended or is_back)
    facts = _releasable_facts(workspace, candidate_id)
    progress.stage("Reading the candidate")
    created = workspace.clock().isoformat(timespec="seconds")
    publication = _publication(workspace, candidate_id, release_id, facts, created=created)
    require_settled(workspace, candidate_id, standing_verdict(workspace, candidate_id, facts))

    def build(folder: Path) -> None:
        contracts = workspace.project.contracts
        # Before the site, which leads to it.
        write_public_disclosure(facts, folder, contracts, release=release_id)
        _build(publication, folder, progress)
        _check_current(workspace, candidate_id, facts)

    progress.stage("Writing the release")
    # Whoever is erased or restricted meanwhile is so once this release is there to be marked.
    with counting(workspace.home):
        spend(workspace, facts.get("drawings", []))
        # Before the pages that load it: whoever reads them finds it.
        workspace.releases.keep_beside(ENGINE, vendored(ENGINE))
        made = workspace.releases.publish(
            build,
            release_id=release_id,
            facts=_release_facts(workspace, candidate_id, facts),
        )
        record_release(workspace, made)
    _end_review(workspace, candidate_id)
    return _receipt(workspace, candidate_id, release_id, changed=True)


def withdraw(workspace: Workspace, release_id: str, *, by: str) -> Receipt:
    """Take a release off the published zone for good; withdrawing it again changes nothing.

    What was copied before cannot be called back. Later releases are protected without regard to
    a withdrawn one, and when it was in force, none is until the next.

    Args:
        workspace: the keys and zones.
        release_id: as `cartable status` names it.
        by: role or account that decides; it is written to the ledger.

    Raises:
        StorageError: there never was such a release, or the disk refuses.
    """
    untold = _untold(workspace, release_id)
    if untold is not None and is_in_force(workspace, str(untold.facts["candidate"])):
        # A kill came before it was told. One that never came in force is not told as if it had.
        record_release(workspace, untold)
    elif untold is None and not any(
        workspace.ledger.find(kind, release=release_id) for kind in ("release", "withdrawal")
    ):
        raise StorageError("storage.unknown_id", kind="release")
    # Told first: a release that is told as withdrawn is never put back.
    if workspace.ledger.find("withdrawal", release=release_id) is None:
        workspace.ledger.append("withdrawal", release=release_id, by=by)
    is_gone = workspace.releases.withdraw(release_id)
    return Receipt(step="withdraw", changed=is_gone, ids={"release": release_id})


def is_in_force(workspace: Workspace, candidate_id: str) -> bool:
    """Tell whether the release in force is of this candidate."""
    current = workspace.published.current()
    return current is not None and current.facts["candidate"] == candidate_id


def _check_not_withdrawn(workspace: Workspace, release_id: str) -> None:
    if workspace.ledger.find("withdrawal", release=release_id) is not None:
        raise ApprovalError("approval.withdrawn", release=release_id)


def _put_back(workspace: Workspace, candidate_id: str, release_id: str) -> bool:
    """Put an earlier release in force where it is that of today; return whether it was."""
    facts = workspace.review.facts(candidate_id)
    if is_in_force(workspace, candidate_id) or facts["inputs"] != input_hash(workspace):
        return False
    # Told first: a pointer that moves without an entry is one that somebody else moved.
    if told_in_force(workspace.ledger) != release_id:
        workspace.ledger.append("put_back", release=release_id, candidate=candidate_id)
    workspace.releases.put_back(release_id)
    return True


def _end_shown(workspace: Workspace, candidate_id: str, release_id: str) -> bool:
    """End a release that a kill left shown and untold; return whether there was one.

    Raises:
        ApprovalError: it was superseded before it came in force.
    """
    shown = _untold(workspace, release_id)
    if shown is None:
        return False
    with counting(workspace.home):
        if shown.facts["inputs"] == input_hash(workspace):
            workspace.releases.publish(_never, release_id=release_id, facts=shown.facts)
        elif not is_in_force(workspace, candidate_id):
            raise ApprovalError("approval.superseded", candidate=candidate_id)
        record_release(workspace, shown)
    return True


def _untold(workspace: Workspace, release_id: str) -> Release | None:
    """Return a release that is shown, and of which the ledger does not tell."""
    if workspace.ledger.find("release", release=release_id) is not None:
        return None
    shown = {release.release_id: release for release in workspace.releases.releases()}
    return shown.get(release_id)


def _never(_folder: Path) -> None:
    """Refuse to build anew what was shown, and went meanwhile."""
    raise StorageError("storage.unknown_id", kind="release")


def _releasable_facts(workspace: Workspace, candidate_id: str) -> dict[str, Any]:
    """Return the facts of a candidate that may be released."""
    facts = _current_facts(workspace, candidate_id)
    require_open(workspace, candidate_id)
    if approval_of(workspace, candidate_id, content=facts["content"]) is None:
        raise ApprovalError("approval.missing", candidate=candidate_id)
    return facts


def _end_review(workspace: Workspace, candidate_id: str) -> None:
    """Destroy the exact counts of a decided candidate, and say so in the ledger."""
    if workspace.review.has_counts(candidate_id):
        workspace.review.destroy_counts(candidate_id)
    made = workspace.ledger.find("candidate", candidate=candidate_id)
    if made is not None:
        record_destroyed(workspace, "review", {"candidate": candidate_id}, since=made)


def _current_facts(workspace: Workspace, candidate_id: str) -> dict[str, Any]:
    if candidate_id not in workspace.review.candidates():
        raise ApprovalError("approval.unknown_candidate", candidate=candidate_id)
    facts: dict[str, Any] = workspace.review.facts(candidate_id)
    _check_current(workspace, candidate_id, facts)
    return facts


def _check_current(workspace: Workspace, candidate_id: str, facts: dict[str, Any]) -> None:
    if facts["inputs"] != input_hash(workspace):
        raise ApprovalError("approval.superseded", candidate=candidate_id)


def _release_facts(
    workspace: Workspace, candidate_id: str, facts: dict[str, Any]
) -> dict[str, Any]:
    policy = workspace.project.contracts.policy
    return {
        "candidate": candidate_id,
        "content": facts["content"],
        "inputs": facts["inputs"],
        "state": facts["state"],
        "periods": facts["periods"],
        "policy": policy.policy,
        "policy_version": policy.version,
        "policy_hash": facts["policy_hash"],
        "synthetic": policy.synthetic is not None,
        "drawings": facts.get("drawings", []),
        "protected_zeros": list(workspace.project.contracts.protected_zeros()),
        "methods": protections(workspace),
    }


def _publication(
    workspace: Workspace, candidate_id: str, release_id: str, facts: dict[str, Any], *, created: str
) -> Publication:
    tables = {
        name: table.to_pandas()
        for name, table in workspace.review.tables(candidate_id).items()
        if not name.startswith("exact_")
    }
    contracts = workspace.project.contracts
    # A city need not deliver every dataset: what nobody delivered is published empty.
    empty = {
        f"cells_{name}": pd.DataFrame(columns=released_columns(contracts, name))
        for name in contracts.tables
    }
    earlier = [
        {
            "release_id": one.release_id,
            "created": one.created,
            "protected_zeros": [],
            **one.manifest.facts,
        }
        for one in workspace.releases.releases()
    ]
    this = {
        "release_id": release_id,
        "created": created,
        **_release_facts(workspace, candidate_id, facts),
    }
    releases = (
        pd.DataFrame([*earlier, this])
        .rename(columns={"state": "state_hash", "content": "content_hash"})
        .drop(columns=["inputs", "policy_hash", "methods", "drawings"])
    )
    for name in ("periods", "protected_zeros"):
        releases[name] = releases[name].map(", ".join)
    return Publication(
        contracts=contracts,
        geography=workspace.project.geography,
        outlines=workspace.project.outlines(),
        observations=tables["observations"],
        tables={
            name.removeprefix("cells_"): frame
            for name, frame in (empty | tables).items()
            if name.startswith("cells_")
        },
        coverage=tables["coverage"],
        releases=releases,
    )


def _build(publication: Publication, folder: Path, progress: Progress) -> None:
    progress.stage("Writing the database")
    write_database(publication, folder / "published.duckdb")
    progress.stage("Writing the files")
    write_files(folder / "published.duckdb", folder)
    progress.stage("Writing the exports")
    write_exports(publication, folder)
    progress.stage("Writing the site")
    write_site(
        folder / "published.duckdb",
        folder / "site",
        contracts=publication.contracts,
        outlines=publication.outlines,
    )


def _receipt(workspace: Workspace, candidate_id: str, release_id: str, *, changed: bool) -> Receipt:
    facts = workspace.review.facts(candidate_id)
    return Receipt(
        step="release",
        changed=changed,
        ids={"candidate": candidate_id, "release": release_id},
        counts={"observations": int(facts["observations"]), "hidden": int(facts["hidden"])},
        hashes={"content": facts["content"]},
    )
