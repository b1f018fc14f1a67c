"""What is public is what the ledger tells: nothing was taken away, brought back or exchanged.

`CURRENT` is a name in an open file, and every release that it can name bears the publisher's
signature. Which one is in force, which were withdrawn and which are still public, the ledger says.
"""

from __future__ import annotations

from pipeline.errors import Place, Problem, StorageError
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Ledger
from pipeline.storage.manifest import verify_release
from pipeline.storage.releases import Release, ReleaseStore


def release_in_force(workspace: Workspace) -> Release | None:
    """Return the release in force, every file of it as it was signed.

    Raises:
        StorageError: another is in force than the ledger tells of, or a file of it is missing,
            changed or added.
    """
    current = check_told(workspace.releases, workspace.ledger)
    if current is not None:
        verify_release(current.folder, workspace.ring.public_key)
    return current


def check_told(releases: ReleaseStore, ledger: Ledger) -> Release | None:
    """Return the release in force, which has to be the one that the ledger tells of.

    One of which nothing is told yet was shown by a command that a kill cut short, and counts.

    Raises:
        StorageError: another is in force, or its manifest is altered.
    """
    current, told = releases.current(), told_in_force(ledger)
    if current is None and told is None:
        return None
    name = current.release_id if current else "none"
    is_told = current is None or ledger.find("release", release=name) is not None
    if is_told and name != told:
        if releases.current() != current:
            # Another was put in force between the two looks.
            return check_told(releases, ledger)
        place = Place(file=str(releases.pointer))
        raise StorageError("storage.current_moved", place=place, told=told or "none", found=name)
    return current


def moved_pointer(workspace: Workspace) -> Problem | None:
    """Return what is said where another release is in force than the ledger tells of.

    For what puts the one of today in force anyway; None where all is as it is told.
    """
    try:
        check_told(workspace.releases, workspace.ledger)
    except StorageError as moved:
        return moved.problem
    return None


def told_in_force(ledger: Ledger) -> str | None:
    """Return the release that the ledger tells to be in force."""
    told = [*ledger.entries("release"), *ledger.entries("put_back")]
    if not told:
        return None
    last = max(told, key=lambda entry: entry.seq)
    name = str(last.facts["release"])
    gone = ledger.find("withdrawal", release=name)
    return None if gone is not None and gone.seq > last.seq else name


def check_public(workspace: Workspace) -> None:
    """Check that the releases that lie open are those that the ledger tells to be public.

    A new release is weighed with all of them: with one that was taken away it could be compared
    unweighed.

    Raises:
        StorageError: one is gone that was not withdrawn, or one is back that was.
    """
    shown = {release.release_id for release in workspace.releases.releases()}
    told = {str(entry.facts["release"]) for entry in workspace.ledger.entries("release")}
    withdrawn = {str(entry.facts["release"]) for entry in workspace.ledger.entries("withdrawal")}
    for code, names in (
        ("storage.release_lost", told - withdrawn - shown),
        ("storage.release_returned", withdrawn & shown),
    ):
        if names:
            raise StorageError(code, count=len(names), name=min(names))


def check_public_files(workspace: Workspace) -> None:
    """Check that every release that lies open holds what was signed, and nothing else.

    The engine of the query pages, which lies beside them, is checked too.

    Raises:
        StorageError: naming each file of one that is missing, changed or added.
    """
    workspace.releases.check_beside()
    for release in workspace.releases.releases():
        verify_release(release.folder, workspace.ring.public_key)
