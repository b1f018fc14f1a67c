"""Destroy what outlived the policy, in every zone: its keys by one replacement, then its files.

Never destroyed: the ledger, what was signed, and the lists of persons who were erased, without
whom the next file would bring them back. What was exported is not ours any more.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.steps import breaches, requests
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
from pipeline.storage.shredding import shred_withdrawn


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


def retain(workspace: Workspace) -> Receipt:
    """Destroy everything older than its retention; running it again changes nothing.

    Deliveries, refused rows and counts under review age from the entry of the ledger that
    tells of them; requests, breaches and erasures from the entry that closed them. Protected
    rows age from the end of the calendar year in which their period starts: all datasets of a
    period go together, so that no table is counted from a part.
    """
    _tell_untold(workspace)
    # A kill may have left a delivery sealed and not looked through.
    screen_all(workspace)
    due = [*_due(workspace), _due_periods(workspace)]
    for each in due:
        for name in each.entries:
            if name in each.held:
                each.withdraw(name)
    registers = _retire_registers(workspace)
    shred_withdrawn(workspace.home, workspace.ring)
    counts = {each.zone: _told(workspace, each) for each in due} | {"registers": registers}
    return Receipt(step="retain", changed=any(counts.values()), counts=counts)


def _due(workspace: Workspace) -> Iterator[_Due]:
    days = workspace.project.contracts.policy.retention
    yield _Due(
        zone="deliveries",
        key="delivery",
        entries=_older(workspace, _latest(workspace, "delivery"), days.deliveries.value),
        held=set(workspace.deliveries.ids()),
        withdraw=workspace.deliveries.withdraw,
    )
    yield _Due(
        zone="quarantine",
        key="delivery",
        entries=_older(workspace, _refused(workspace), days.quarantine.value),
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


def _due_periods(workspace: Workspace) -> _Due:
    """Withdraw the periods whose first calendar year ended before the limit."""
    days = workspace.project.contracts.policy.retention.protected.value
    oldest_kept = str((workspace.clock() - timedelta(days=days)).year)
    record_outlived(workspace, oldest_kept)
    workspace.protected.withdraw_before(oldest_kept)
    # A batch bears the name of its delivery: dataset, period and hash.
    due = {
        name: entry
        for name, entry in _latest(workspace, "batch").items()
        if name.rsplit("-", 2)[1] < oldest_kept
    }
    return _Due(zone="protected", key="batch", entries=due, held=(), withdraw=lambda _: None)


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
    for entry in workspace.ledger.entries():
        if entry.kind in {"refusal", "batch"} and entry.facts["refused"]:
            told[str(entry.facts["delivery" if entry.kind == "refusal" else "batch"])] = entry
    return told


def _older(workspace: Workspace, entries: Mapping[str, Entry], days: int) -> dict[str, Entry]:
    limit = workspace.clock() - timedelta(days=days)
    return {
        name: entry for name, entry in entries.items() if datetime.fromisoformat(entry.at) < limit
    }
