"""Destroy what outlived the policy, in every zone: its keys by one replacement, then its files.

Never destroyed: the ledger, what was signed, and the lists of persons who were erased, without
whom the next file would bring them back. What was exported is not ours any more.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.errors import StorageError
from pipeline.steps import breaches, requests
from pipeline.steps.kept import SEALED, Absent, absent, shred, told_kept, told_refused
from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import (
    record_candidate,
    record_delivery,
    record_destroyed,
    record_outlived,
)
from pipeline.steps.registering import read_all, register, tell_untold
from pipeline.steps.screening import screen_all
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry
from pipeline.storage.registers import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """What is due in one zone.

    Attributes:
        zone: its name.
        key: of the fact that names a thing in the ledger.
        entries: id → the entry with which it came.
        held: the ids that the zone still names.
        withdraw: takes one out of sight.
    """

    zone: str
    key: str
    entries: Mapping[str, Entry]
    held: Container[str]
    withdraw: Callable[[str], object]


def retain(workspace: Workspace, *, destroy: Sequence[str] = ()) -> Receipt:
    """Destroy everything older than its retention; running it again changes nothing.

    Deliveries, refused rows and counts under review age from the entry of the ledger that
    tells of them, proofs from that of their release; requests, breaches and erasures from the
    entry that closed them. Protected rows age from the end of the calendar year in which their
    period starts: all datasets of a period go together, so that no table is counted from a part.

    Args:
        workspace: the zones and the ledger.
        destroy: deliveries that go now, with their refused rows: those that nobody can be looked
            for in, and those that are lost. What is absent opens no more if it is put back.

    Raises:
        StorageError: nothing is kept under a name given, a zone is altered, the disk refuses, or
            what is absent may open yet; run it again.
    """
    _tell_untold(workspace)
    _check_kept(workspace, destroy)
    due = [*_due(workspace, destroy), _due_periods(workspace)]
    is_absent = any(each.id in at.entries for at in due for each in _absent(workspace, at.zone))
    workspace.patterns.withdraw()
    for each in due:
        for name in each.entries:
            if name in each.held:
                each.withdraw(name)
    # A kill may have left a delivery sealed and not looked through.
    screen_all(workspace)
    registers = _retire_registers(workspace)
    shred(workspace, is_absent=is_absent)
    counts = {each.zone: _told(workspace, each) for each in due} | {"registers": registers}
    return Receipt(step="retain", changed=any(counts.values()), counts=counts)


def due_now(workspace: Workspace) -> dict[str, int]:
    """Return zone → how many things `retain` would destroy now, registers aside; changes nothing.

    Raises:
        StorageError: a zone or the ledger is altered.
    """
    due = {
        each.zone: sum(name in each.held for name in each.entries) for each in _due(workspace, ())
    }
    oldest_kept = _oldest_kept(workspace)
    batches = workspace.protected.batches()
    return due | {"protected": sum(batch.period < oldest_kept for batch in batches)}


def _check_kept(workspace: Workspace, names: Sequence[str]) -> None:
    known = {name for zone in SEALED for name in told_kept(workspace, zone)}
    if unknown := set(names) - known:
        raise StorageError("storage.nothing_kept", count=len(unknown))


def _absent(workspace: Workspace, zone: str) -> list[Absent]:
    return absent(workspace, zone) if zone in SEALED else []


def _due(workspace: Workspace, destroy: Sequence[str]) -> Iterator[_Due]:
    days = workspace.project.contracts.policy.retention
    told, refused = _latest(workspace, "delivery"), _refused(workspace)
    yield _Due(
        zone="deliveries",
        key="delivery",
        entries=_older(workspace, told, days.deliveries.value) | _named(told, destroy),
        held=set(workspace.deliveries.ids()),
        withdraw=workspace.deliveries.withdraw,
    )
    yield _Due(
        zone="quarantine",
        key="delivery",
        entries=_older(workspace, refused, days.quarantine.value) | _named(refused, destroy),
        held=set(workspace.quarantine.ids()),
        withdraw=workspace.quarantine.withdraw,
    )
    yield _Due(
        zone="review",
        key="candidate",
        entries=_older(workspace, _latest(workspace, "candidate"), days.review.value),
        held=set(filter(workspace.review.has_counts, workspace.review.candidates())),
        withdraw=workspace.review.withdraw_counts,
    )
    released = {str(told.facts["candidate"]): told for told in workspace.ledger.entries("release")}
    yield _Due(
        zone="proofs",
        key="candidate",
        entries=_older(workspace, released, days.proofs.value),
        held=set(filter(workspace.review.has_proofs, workspace.review.candidates())),
        withdraw=workspace.review.withdraw_proofs,
    )


def _due_periods(workspace: Workspace) -> _Due:
    """Withdraw the periods whose first calendar year ended before the limit."""
    oldest_kept = _oldest_kept(workspace)
    record_outlived(workspace, oldest_kept)
    workspace.protected.withdraw_before(oldest_kept)
    # A batch bears the name of its delivery: dataset, period and hash.
    due = {
        name: entry
        for name, entry in _latest(workspace, "batch").items()
        if name.rsplit("-", 2)[1] < oldest_kept
    }
    return _Due(zone="protected", key="batch", entries=due, held=(), withdraw=lambda _: None)


def _oldest_kept(workspace: Workspace) -> str:
    """Return the first period whose rows are kept still."""
    days = workspace.project.contracts.policy.retention.protected.value
    return str((workspace.clock() - timedelta(days=days)).year)


def _told(workspace: Workspace, due: _Due) -> int:
    """Tell what was destroyed, by this run or by one that was killed; return how much."""
    return sum(
        record_destroyed(workspace, due.zone, {due.key: name}, since=entry)
        for name, entry in due.entries.items()
    )


def _retire_registers(workspace: Workspace) -> int:
    """Withdraw the records that were closed long ago; each is told before it goes."""
    days = workspace.project.contracts.policy.retention.registers.value
    retired = 0
    for name, is_closed in _CLOSED.items():
        tell_untold(workspace, name)
        closed = {
            record for record, events in read_all(workspace, name).items() if is_closed(events)
        }
        last = _latest(workspace, name)
        due = _older(workspace, {record: last[record] for record in closed}, days)
        for record, entry in due.items():
            retired += record_destroyed(workspace, "registers", {"record": record}, since=entry)
        store = register(workspace, name)
        for record in set(store.records()) - set(read_all(workspace, name)):
            store.withdraw(record)
    return retired


_CLOSED: Mapping[str, Callable[[tuple[Event, ...]], bool]] = {
    requests.REGISTER: lambda events: not requests.folded("request", events).is_open,
    breaches.REGISTER: lambda events: not breaches.folded("breach", events).is_open,
    "erasure": lambda events: events[-1].what == "done",
}


def _tell_untold(workspace: Workspace) -> None:
    """Tell of what a kill left without an entry, so that its days are counted from now."""
    told = _latest(workspace, "delivery")
    for delivery_id in workspace.deliveries.ids():
        if delivery_id not in told:
            record_delivery(workspace, workspace.deliveries.delivery(delivery_id))
    told = _latest(workspace, "candidate")
    for candidate_id in workspace.review.candidates():
        if candidate_id not in told:
            record_candidate(workspace, candidate_id)


def _latest(workspace: Workspace, kind: str) -> dict[str, Entry]:
    """Return id → the latest entry of a kind that is named for what it is about."""
    return {str(entry.facts[kind]): entry for entry in workspace.ledger.entries(kind)}


def _refused(workspace: Workspace) -> dict[str, Entry]:
    """Return delivery → the entry with which rows of it went into quarantine.

    Where a kill kept that entry from being written it is the delivery's own.
    """
    held = workspace.quarantine.ids()
    told = {key: entry for key, entry in _latest(workspace, "delivery").items() if key in held}
    return told | told_refused(workspace)


def _named(entries: Mapping[str, Entry], names: Sequence[str]) -> dict[str, Entry]:
    return {name: entries[name] for name in names if name in entries}


def _older(workspace: Workspace, entries: Mapping[str, Entry], days: int) -> dict[str, Entry]:
    limit = workspace.clock() - timedelta(days=days)
    return {
        name: entry for name, entry in entries.items() if datetime.fromisoformat(entry.at) < limit
    }
