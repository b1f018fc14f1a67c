"""Look a delivery through for persons on the lists, before anything else reads it.

Who was erased is taken out of the sealed file itself, so that no later reading, quarantine or
replay meets them; who is restricted is known to the count from then on.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import pyarrow as pa

from pipeline.intake.identified import Found, find_records_of, write_without
from pipeline.privacy.listing import Listing, listed
from pipeline.steps.listing import (
    Identified,
    People,
    as_kept,
    change_list,
    identified_in,
    listings,
    of_domain,
    read_list,
    rows_of,
    with_rows,
)
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import Delivery
from pipeline.storage.folders import withdrawn
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
    if screened.removed > delivery.removed or withdrawn(workspace.home / "deliveries"):
        shred_withdrawn(workspace.home, workspace.ring)
    return screened


def look_through(workspace: Workspace, delivery: Delivery) -> Delivery:
    """Do what `screen` does, and leave the shredding of what was there to the caller."""
    dataset = workspace.project.contracts.datasets.get(delivery.dataset)
    places = [] if dataset is None else identified_in(dataset)
    while True:
        lists = {place.domain: read_list(workspace, place.domain) for place in places}
        version = sum(each.version for each in lists.values())
        if delivery.screened == version:
            return delivery
        for place in places:
            held = lists[place.domain]
            _take_out(workspace, delivery.id, place, held, version=version)
            _note_restricted(workspace, delivery, place, held)
        # Noted is what was looked through for: a list that grew meanwhile asks for another look.
        workspace.deliveries.note_screened(delivery.id, version)
        delivery = workspace.deliveries.delivery(delivery.id)


def screen_all(workspace: Workspace, domain: str) -> int:
    """Look every delivery of a domain through; return how many were changed.

    The shredding of what was there is left to the caller.
    """
    changed = 0
    for delivery in deliveries_of(workspace, domain):
        changed += look_through(workspace, delivery).removed > delivery.removed
    return changed


def deliveries_of(workspace: Workspace, domain: str) -> list[Delivery]:
    """Return the deliveries that are kept of datasets that hold pseudonyms of a domain."""
    datasets = {place.dataset.dataset for place in of_domain(workspace, domain)}
    kept = map(workspace.deliveries.delivery, workspace.deliveries.ids())
    return [delivery for delivery in kept if delivery.dataset in datasets]


def records_of(
    workspace: Workspace, delivery_id: str, place: Identified, sought: Sequence[Listing]
) -> Found:
    """Return the records of persons in a sealed delivery."""
    return find_records_of(
        lambda: workspace.deliveries.open(delivery_id),
        place.dataset,
        place.columns,
        lambda parts: listed(as_kept(parts, place), sought),
    )


def _take_out(
    workspace: Workspace, delivery_id: str, place: Identified, held: DomainList, *, version: int
) -> None:
    sought = listings(workspace, place.domain, held.erased)
    if not sought:
        return
    found = records_of(workspace, delivery_id, place, sought)
    if found:
        rest = write_without(lambda: workspace.deliveries.open(delivery_id), place.dataset, found)
        stream = io.BufferedReader(_Stream(rest))
        workspace.deliveries.reseal(delivery_id, stream, removed=len(found), screened=version)


def _note_restricted(
    workspace: Workspace, delivery: Delivery, place: Identified, held: DomainList
) -> None:
    sought = listings(workspace, place.domain, held.restricted)
    if not sought:
        return
    found = records_of(workspace, delivery.id, place, sought)
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


class _Stream(io.RawIOBase):
    """Blocks of bytes as a stream."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
