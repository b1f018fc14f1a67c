"""Leave persons out of counts, their rows kept (GDPR, articles 18 and 21), or count them again.

A run that a kill cut short is ended by the next one. A run that finds all done changes nothing:
neither counts under review nor releases that know of it already.
"""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.privacy.pseudonyms import PSEUDONYM
from pipeline.steps.list_changes import Change, change_people
from pipeline.steps.listing import (
    Identified,
    People,
    identified_in,
    of_domain,
    read_list,
    rows_of,
    section_of,
    with_rows,
    with_section,
    without_people,
    without_rows,
)
from pipeline.steps.receipt import Receipt
from pipeline.steps.recomputing import mark_recompute, to_recompute, withdraw_undecided
from pipeline.steps.requests import check_granted, update_request
from pipeline.steps.workspace import Workspace
from pipeline.storage.shredding import shred_withdrawn
from pipeline.storage.suppressions import DomainList, SuppressionStore, no_admission, no_counting

RESTRICT, LIFT = "restrict", "unrestrict"


def restrict(
    workspace: Workspace,
    place: Identified,
    people: People,
    *,
    request: str = "",
    is_lifted: bool = False,
) -> Receipt:
    """Leave persons out of all counts from now on; again changes nothing.

    Args:
        workspace: the keys and zones.
        place: where the dataset names its persons.
        people: whom not to count.
        request: the request that is carried out, if it is in the register.
        is_lifted: True to count them again, under whatever spelling they were listed.

    Raises:
        PrivacyError: the request was not granted.
        StorageError: a list is not the one that the ledger tells of, or the disk refuses.
    """
    if request:
        check_granted(workspace, request, "restriction", "objection")
    action = LIFT if is_lifted else RESTRICT
    # Counts that are on their way are there, and told, before the list changes.
    with no_counting(workspace.home):
        changed, periods = _change_list(workspace, people, action)
        because = f"{action}-{place.domain}-{changed.version}"
        if changed.told is not None:
            # Changed or not: a kill may have come between the list and the figures.
            withdraw_undecided(workspace, since=changed.told)
            mark_recompute(workspace, periods, because=because, since=changed.told)
        shred_withdrawn(workspace.home, workspace.ring)
    if request:
        update_request(workspace, request, done=True)
    return Receipt(
        step=f"subject {action}",
        changed=changed.is_new,
        ids={"request": request} if request else {},
        counts={
            "persons": len(people),
            "releases_to_recompute": len(to_recompute(workspace, because=because)),
        },
    )


def _change_list(workspace: Workspace, people: People, action: str) -> tuple[Change, list[str]]:
    """Change the list of a domain; return what was changed, and the periods concerned."""

    def change(held: DomainList) -> DomainList:
        if action == LIFT:
            restricted = without_people(workspace, people, held.restricted)
            uncounted = without_rows(held.uncounted, rows)
        else:
            restricted = with_section(held.restricted, section_of(workspace, people))
            uncounted = with_rows(held.uncounted, rows)
        return held.model_copy(update={"restricted": restricted, "uncounted": uncounted})

    # A delivery that was looked through before is accepted before the periods are read.
    with no_admission(workspace.home):
        periods = _periods(workspace, people.domain)
        rows = [each for period in periods for each in rows_of(workspace, people, period)]
        return change_people(workspace, people, change, action=action), periods


def counted_rows(workspace: Workspace, dataset_name: str, period: str, rows: pa.Table) -> pa.Table:
    """Return the rows that may be counted: all but those of restricted persons.

    Raises:
        StorageError: a list is not the one that the ledger tells of.
    """
    dataset = workspace.project.contracts.datasets[dataset_name]
    for place in identified_in(dataset):
        held = read_list(workspace, place.domain).uncounted
        names = {name for each in held if each.period == period for name in each.pseudonyms}
        if names:
            gone = pa.array(map(bytes.fromhex, sorted(names)), PSEUDONYM)
            rows = rows.filter(pc.invert(pc.is_in(rows[place.kept_as], value_set=gone)))
    return rows


def uncounted_hash(workspace: Workspace) -> str:
    """Return a keyed hash of who is not counted; a candidate depends on it."""
    held = {
        domain: [each.model_dump(mode="json") for each in read_list(workspace, domain).uncounted]
        for domain in SuppressionStore(workspace.home, workspace.ring).domains()
    }
    digest = hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()
    return workspace.ring.fingerprint(digest)


def _periods(workspace: Workspace, domain: str) -> list[str]:
    """Return the periods of which rows are held, or somebody is noted as not counted."""
    held = {
        period
        for place in of_domain(workspace, domain)
        for period in workspace.protected.periods(place.dataset.dataset)
    }
    # A delivery that was looked through and refused has no rows, and is taken in later.
    return sorted(held | {each.period for each in read_list(workspace, domain).uncounted})
