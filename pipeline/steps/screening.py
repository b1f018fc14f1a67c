"""Look a delivery through for persons on the lists, before anything else reads it.

Who was erased is taken out of the sealed file itself, so that no later reading, quarantine or
replay meets them; who is restricted is known to the count from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from pipeline.errors import Place, Problem, StorageError
from pipeline.intake.identified import find_records_of
from pipeline.intake.received_lines import ReceivedLines
from pipeline.intake.remainder import Remainder
from pipeline.intake.searchable import is_searchable
from pipeline.steps.block_streams import as_stream
from pipeline.steps.kept import deliveries_kept
from pipeline.steps.listing import (
    Identified,
    People,
    as_kept,
    change_list,
    identified_in,
    read_list,
    rows_of,
    with_rows,
)
from pipeline.steps.searches import Search, opening_of, records_of, searches_of, seeking
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import Gone
from pipeline.storage.folders import withdrawn
from pipeline.storage.receiving import Delivery
from pipeline.storage.shredding import shred_withdrawn
from pipeline.storage.suppressions import DomainList


def screen(workspace: Workspace, delivery: Delivery) -> Delivery:
    """Return the delivery once it holds nobody who was erased; its id stays the same.

    A delivery that was looked through for the same lists is not looked through again.

    Raises:
        StorageError: a list is not the one that the ledger tells of, or the delivery is altered.
    """
    screened = look_through(workspace, delivery)
    # What a killed run put out of sight is destroyed by this one.
    if screened.revision > delivery.revision or withdrawn(workspace.home / "deliveries"):
        shred_withdrawn(workspace.home, workspace.ring)
    return screened


def look_through(workspace: Workspace, delivery: Delivery) -> Delivery:
    """Do what `screen` does, and leave the shredding of what was there to the caller."""
    places = _places(workspace)
    while True:
        delivery = workspace.deliveries.delivery(delivery.id)
        lists = {domain: read_list(workspace, domain) for domain in places}
        version = sum(each.version for each in lists.values())
        if delivery.screened == version:
            return delivery
        searches = _searches(workspace, delivery, places, lists)
        # Sealed anew, by this run or another: what is there now is looked through.
        if any(_take_out(workspace, delivery, each, lists[each.place.domain]) for each in searches):
            continue
        for place in (place for each in places.values() for place in each):
            if place.dataset.dataset == delivery.dataset:
                _note_restricted(workspace, delivery, place, lists[place.domain])
        # Noted is what was looked through for: a list that grew meanwhile asks for another look.
        workspace.deliveries.note_screened(delivery.id, version)


def left_out_problems(delivery: Delivery, *, file: str) -> tuple[Problem, ...]:
    """Return what the lists took out of a delivery, in counts, for its receipt.

    Args:
        delivery: as it was looked through.
        file: what it is called in messages.
    """
    place = Place(dataset=delivery.dataset, file=file)
    found = (("subjects.left_out", delivery.removed), ("subjects.emptied", delivery.blanked))
    return tuple(Problem(code=code, place=place, count=count) for code, count in found if count)


def screen_all(workspace: Workspace) -> int:
    """Look every delivery through, whatever it came as; return how many were changed.

    One that lacks a file is passed over. The shredding of what was there is left to the caller.
    """
    changed = 0
    for name in filter(workspace.deliveries.is_whole, workspace.deliveries.ids()):
        delivery = workspace.deliveries.delivery(name)
        changed += look_through(workspace, delivery).revision > delivery.revision
    return changed


def unsearchable(workspace: Workspace) -> list[Delivery]:
    """Return the deliveries that do not read as a table: nobody can be looked for in them."""
    datasets = workspace.project.contracts.datasets
    names = {column.name for dataset in datasets.values() for column in dataset.columns}
    return [
        delivery
        for delivery in deliveries_kept(workspace)
        if not delivery.is_text
        or not is_searchable(opening_of(workspace, delivery.id), datasets[delivery.dataset], names)
    ]


def check_searchable(workspace: Workspace) -> None:
    """Check that every delivery can be looked through for persons.

    Raises:
        StorageError: some cannot; they are named.
    """
    if closed := unsearchable(workspace):
        names = ", ".join(delivery.id for delivery in closed)
        raise StorageError("subjects.not_searchable", count=len(closed), names=names)


def _places(workspace: Workspace) -> dict[str, list[Identified]]:
    """Return domain → where datasets name persons of it."""
    found: dict[str, list[Identified]] = {}
    for dataset in workspace.project.contracts.datasets.values():
        for place in identified_in(dataset):
            found.setdefault(place.domain, []).append(place)
    return found


def _searches(
    workspace: Workspace,
    delivery: Delivery,
    places: Mapping[str, Sequence[Identified]],
    lists: Mapping[str, DomainList],
) -> Iterator[Search]:
    """Yield how a delivery is searched for each list on which erased persons stand."""
    for domain, held in lists.items():
        if any(section.pseudonyms for section in held.erased):
            yield from searches_of(workspace, delivery, places[domain])


def _take_out(workspace: Workspace, delivery: Delivery, search: Search, held: DomainList) -> bool:
    """Seal a delivery anew without who was erased; False when it holds nobody of them."""
    found = records_of(workspace, delivery.id, search, held.erased)
    if not found:
        return False
    rest = Remainder(opening_of(workspace, delivery.id), search.dataset, found)
    before = ReceivedLines(workspace.deliveries.gone_lines(delivery.id))
    workspace.deliveries.reseal(
        delivery,
        as_stream(rest.blocks()),
        without=lambda: Gone(
            removed=found.removed, blanked=found.blanked, lines=before.without(rest.gone).gone
        ),
    )
    return True


def _note_restricted(
    workspace: Workspace, delivery: Delivery, place: Identified, held: DomainList
) -> None:
    if not any(section.pseudonyms for section in held.restricted):
        return
    # Only whose rows they are is of interest: those who are named in passing are counted.
    search = Search(place=place, dataset=place.dataset)
    sought = replace(seeking(workspace, search, held.restricted), length=0)
    found = find_records_of(opening_of(workspace, delivery.id), place.dataset, sought)
    named = [record for record in found.records if set(place.columns) <= record.keys()]
    if not named:
        return
    parts = as_kept([pa.array([r[column] for r in named]) for column in place.columns], place)
    rows = rows_of(workspace, People(domain=place.domain, parts=parts), delivery.period)
    change_list(
        workspace,
        place.domain,
        lambda before: before.model_copy(update={"uncounted": with_rows(before.uncounted, rows)}),
    )
