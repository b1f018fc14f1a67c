"""Look a delivery through for persons on the lists, before anything else reads it.

Who was erased is taken out of the sealed file itself, so that no later reading, quarantine or
replay meets them; who is restricted is known to the count from then on.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from pipeline.errors import Place, Problem, StorageError
from pipeline.intake.identified import Found, find_records_of
from pipeline.intake.loose_records import is_packed
from pipeline.intake.mentions import Sought
from pipeline.intake.received_lines import ReceivedLines
from pipeline.intake.remainder import Remainder
from pipeline.privacy.listing import listed
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
from pipeline.steps.seeking import least_sought
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import Delivery, Gone
from pipeline.storage.folders import withdrawn
from pipeline.storage.shredding import shred_withdrawn
from pipeline.storage.suppressions import DomainList, Section

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


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
    dataset = workspace.project.contracts.datasets.get(delivery.dataset)
    places = [] if dataset is None else identified_in(dataset)
    while True:
        delivery = workspace.deliveries.delivery(delivery.id)
        lists = {place.domain: read_list(workspace, place.domain) for place in places}
        version = sum(each.version for each in lists.values())
        if delivery.screened == version:
            return delivery
        # Sealed anew, by this run or another: what is there now is looked through.
        if any(_take_out(workspace, delivery, place, lists[place.domain]) for place in places):
            continue
        for place in places:
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


def screen_all(workspace: Workspace, domain: str) -> int:
    """Look every delivery of a domain through; return how many were changed.

    The shredding of what was there is left to the caller.
    """
    changed = 0
    for delivery in deliveries_of(workspace, domain):
        changed += look_through(workspace, delivery).revision > delivery.revision
    return changed


def deliveries_of(workspace: Workspace, domain: str) -> list[Delivery]:
    """Return the deliveries that are kept of datasets that hold pseudonyms of a domain."""
    datasets = {place.dataset.dataset for place in of_domain(workspace, domain)}
    kept = map(workspace.deliveries.delivery, workspace.deliveries.ids())
    return [delivery for delivery in kept if delivery.dataset in datasets]


def unsearchable(workspace: Workspace, domain: str) -> list[Delivery]:
    """Return the deliveries of a domain that are packed: nobody can be looked for in them."""
    return [
        delivery
        for delivery in deliveries_of(workspace, domain)
        if is_packed(_opening(workspace, delivery.id))
    ]


def check_searchable(workspace: Workspace, domain: str) -> None:
    """Check that every delivery of a domain can be looked through for persons.

    Raises:
        StorageError: some cannot; they are named.
    """
    if packed := unsearchable(workspace, domain):
        names = ", ".join(delivery.id for delivery in packed)
        raise StorageError("subjects.not_searchable", count=len(packed), names=names)


def seeking(workspace: Workspace, place: Identified, sections: Sequence[Section]) -> Sought:
    """Return what finds the persons of sections where a dataset names them."""
    found = listings(workspace, place.domain, sections)
    shape = least_sought(sections)
    return Sought(
        is_listed=lambda parts: listed(as_kept(parts, place), found),
        columns=place.columns,
        digits=shape.digits,
        length=shape.length,
    )


def records_of(
    workspace: Workspace, delivery_id: str, place: Identified, sections: Sequence[Section]
) -> Found:
    """Return where the persons of sections stand in a sealed delivery."""
    sought = seeking(workspace, place, sections)
    return find_records_of(_opening(workspace, delivery_id), place.dataset, sought)


def _opening(workspace: Workspace, delivery_id: str) -> Callable[[], BinaryIO]:
    return lambda: workspace.deliveries.open(delivery_id)


def _take_out(
    workspace: Workspace, delivery: Delivery, place: Identified, held: DomainList
) -> bool:
    """Seal a delivery anew without who was erased; False when it holds nobody of them."""
    if not any(section.pseudonyms for section in held.erased):
        return False
    found = records_of(workspace, delivery.id, place, held.erased)
    if not found:
        return False
    rest = Remainder(_opening(workspace, delivery.id), place.dataset, found)
    before = ReceivedLines(workspace.deliveries.gone_lines(delivery.id))
    workspace.deliveries.reseal(
        delivery,
        io.BufferedReader(_Stream(rest.blocks())),
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
    sought = replace(seeking(workspace, place, held.restricted), length=0)
    found = find_records_of(_opening(workspace, delivery.id), place.dataset, sought)
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

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
