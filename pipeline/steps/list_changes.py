"""Change who stands on a list, told before it is done: a kill leaves no change untold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.steps.listing import KIND as LISTED
from pipeline.steps.listing import People, change_list, fingerprint_of, read_list
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry, Fact
from pipeline.storage.suppressions import DomainList

KIND = "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a list for certain persons.

    Attributes:
        is_new: False when an earlier run made it.
        version: of the list that it made; 0 when it was never asked for.
        told: the entry that tells of that list; None when there is none.
    """

    is_new: bool
    version: int
    told: Entry | None


def change_people(
    workspace: Workspace, people: People, change: Callable[[DomainList], DomainList], *, action: str
) -> Change:
    """Change a list for persons; what changes nothing is told by nobody anew.

    The ledger says of whom by a keyed hash, so that a later run finds its own change again.

    Args:
        workspace: the keys, the lists and the ledger.
        people: whom it is about.
        change: what becomes of the list.
        action: what the ledger calls it, such as `restrict`.

    Raises:
        StorageError: the list is not the one that the ledger tells of, another change came
            between, or the disk refuses.
    """
    about: dict[str, Fact] = {
        "action": action,
        "domain": people.domain,
        "persons": len(people),
        "who": fingerprint_of(workspace, people),
    }
    before = read_list(workspace, people.domain)
    is_new = change(before) != before
    if is_new:
        workspace.ledger.append_once(KIND, **about, list=before.version + 1)
        after = change_list(workspace, people.domain, change)
        workspace.ledger.append_once(KIND, **about, list=after.version)
    latest = workspace.ledger.find(KIND, **about)
    version = int(str(latest.facts["list"])) if latest else 0
    told = workspace.ledger.find(LISTED, domain=people.domain, version=version)
    return Change(is_new=is_new, version=version, told=told)
