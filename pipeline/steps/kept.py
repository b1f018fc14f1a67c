"""What is kept as received and as refused: all that the ledger tells of, or nobody is looked for.

What was taken out of the data folder may hold a person, and come back: as long as the ledger tells
of it, nobody is told or certified to be gone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.errors import StorageError
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.ledger import Entry
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.receiving import Delivery
from pipeline.storage.shredding import keys_shown, shred_withdrawn
from pipeline.storage.suppressions import no_admission, no_counting
from pipeline.storage.told_batches import DESTROYED

# Where deliveries are kept as received, and their refused rows.
SEALED = ("deliveries", "quarantine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """What the ledger tells of as kept, and that is not whole in the data folder.

    Attributes:
        zone: deliveries or quarantine.
        id: of the delivery: dataset, period and hash.
        told: the entry that tells of it last.
    """

    zone: str
    id: str
    told: Entry


def deliveries_kept(workspace: Workspace) -> list[Delivery]:
    """Return the deliveries that are kept, as long as none is absent.

    Raises:
        StorageError: some are absent; they are named.
    """
    return list(map(workspace.deliveries.delivery, _kept(workspace, "deliveries")))


def refused_kept(workspace: Workspace) -> list[str]:
    """Return the deliveries of which refused rows are kept, as long as none is absent.

    Raises:
        StorageError: some are absent; they are named.
    """
    return _kept(workspace, "quarantine")


def check_none_absent(workspace: Workspace) -> None:
    """Check that all that the ledger tells of as kept is whole in the data folder.

    Raises:
        StorageError: some is not; it is named.
    """
    found = [each for zone in SEALED for each in absent(workspace, zone)]
    if found:
        names = ", ".join(f"{each.zone}/{each.id} ({each.told.at[:10]})" for each in found)
        raise StorageError("subjects.absent", count=len(found), names=names)


def absent(workspace: Workspace, zone: str) -> list[Absent]:
    """Return what the ledger tells of as kept in a zone, and that is not whole there."""
    store = _store(workspace, zone)
    return [
        Absent(zone=zone, id=name, told=entry)
        for name, entry in told_kept(workspace, zone).items()
        if not store.is_whole(name)
    ]


def told_kept(workspace: Workspace, zone: str) -> dict[str, Entry]:
    """Return delivery → the entry that tells of it last, where it is not told to be destroyed."""
    gone = {
        str(entry.facts["delivery"]): entry.seq
        for entry in workspace.ledger.entries(DESTROYED)
        if entry.facts.get("zone") == zone and "delivery" in entry.facts
    }
    told = told_refused(workspace) if zone == "quarantine" else _told_deliveries(workspace)
    return {name: entry for name, entry in told.items() if gone.get(name, -1) < entry.seq}


def told_refused(workspace: Workspace) -> dict[str, Entry]:
    """Return delivery → the entry with which rows of it went into quarantine last."""
    told = [
        (str(entry.facts[key]), entry)
        for kind, key in (("refusal", "delivery"), ("batch", "batch"))
        for entry in workspace.ledger.entries(kind)
        if entry.facts["refused"]
    ]
    return dict(sorted(told, key=lambda each: each[1].seq))


def shred(workspace: Workspace, *, is_absent: bool) -> None:
    """Shred what was withdrawn; with `is_absent`, also what is not in the data folder any more.

    Raises:
        StorageError: a key that no file of a zone names could not be forgotten; what is absent
            may open yet.
    """
    if not is_absent:
        shred_withdrawn(workspace.home, workspace.ring)
        return
    with no_counting(workspace.home):
        shred_all(workspace)


def shred_all(workspace: Workspace, *, before: Collection[bytes] = ()) -> None:
    """Shred what was withdrawn, with all that keys open which opens nothing that is shown.

    Hold `no_counting`.

    Args:
        workspace: the zones and the keys.
        before: ids of keys of what was shown before; those of what is not any more are forgotten,
            wherever their files were taken.

    Raises:
        StorageError: as `shred`.
    """
    # Nobody is about to name a key: those that are left without a file are of what is absent.
    with no_admission(workspace.home):
        replaced = set(before) - all_keys_shown(workspace) if before else ()
        shred_withdrawn(workspace.home, workspace.ring, replaced=replaced)
        if astray := workspace.ring.vault.ids() - all_keys_shown(workspace):
            raise StorageError("storage.keys_astray", count=len(astray))


def all_keys_shown(workspace: Workspace) -> set[bytes]:
    """Return the ids of the keys that open what the zones show, in the place that is its own.

    Raises:
        StorageError: something that is shown is damaged, so that its key cannot be told.
    """
    found = keys_shown(workspace.home, workspace.ring)
    for zone in SEALED:
        store = _store(workspace, zone)
        found.update(key_id for name in store.ids() for key_id in store.key_ids(name))
    return found


def _kept(workspace: Workspace, zone: str) -> list[str]:
    while True:
        names = _store(workspace, zone).ids()
        check_none_absent(workspace)
        # What came, or came back, since the names were read is among those that are read next.
        if told_kept(workspace, zone).keys() <= set(names):
            return names


def _store(workspace: Workspace, zone: str) -> DeliveryStore | QuarantineStore:
    return workspace.quarantine if zone == "quarantine" else workspace.deliveries


def _told_deliveries(workspace: Workspace) -> dict[str, Entry]:
    return {str(entry.facts["delivery"]): entry for entry in workspace.ledger.entries("delivery")}
