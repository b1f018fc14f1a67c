"""Deliveries that were refused whole and that nothing accepted has made up for yet.

A refusal is answered by a batch of the same dataset and period that was accepted after it: of the
same delivery, of a file of the same name, or of every sender that has rows in force; or by the
same delivery, once what it holds is known to be a batch. Names of files are compared by their
keyed marks. Once the refused file outlived its retention there is nothing left to mend, and it is
no longer awaited; nor is it once the steward gave it up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.steps.recording import AGAIN, SETTLED
from pipeline.steps.searches import dataset_of
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Batch
from pipeline.storage.ledger import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A delivery of which a new file is awaited.

    Attributes:
        delivery: its id.
        refused_at: when, to the minute, UTC.
        rule: by which it was refused.
    """

    delivery: str
    refused_at: str
    rule: str


def read_awaited(workspace: Workspace) -> list[Awaited]:
    """Return the deliveries refused whole that wait for a new file, the oldest refusal first."""
    refused = {str(entry.facts["delivery"]): entry for entry in workspace.ledger.entries("refusal")}
    kept = set(workspace.deliveries.ids())
    return [
        Awaited(delivery=name, refused_at=refusal.at[:16], rule=str(refusal.facts["rule"]))
        for name, refusal in sorted(refused.items(), key=lambda item: item[1].seq)
        if name in kept
        and not is_given_up(workspace, refusal)
        and not is_answered(workspace, refusal)
    ]


def is_given_up(workspace: Workspace, refusal: Entry) -> bool:
    """Tell whether the steward gave a delivery up after it was refused whole."""
    told = workspace.ledger.find(SETTLED, batch=refusal.facts["delivery"], action="discarded")
    return told is not None and told.seq > refusal.seq


def is_answered(workspace: Workspace, refusal: Entry) -> bool:
    """Tell whether something that was accepted since makes up for a delivery refused whole."""
    delivery = str(refusal.facts["delivery"])
    again = workspace.ledger.find(AGAIN, delivery=delivery)
    if again is not None and again.seq > refusal.seq:
        return True
    batches = workspace.protected.batches(dataset_of(delivery), delivery.rsplit("-", 2)[1])
    told = [entry for entry in workspace.ledger.entries("batch") if entry.seq > refusal.seq]
    return _is_made_up_for(refusal, told, batches)


def _is_made_up_for(refusal: Entry, told: Iterable[Entry], batches: Iterable[Batch]) -> bool:
    """Tell whether one of the batches of its dataset and period, told since, makes up for it."""
    senders = {batch.batch_id: frozenset(batch.senders) for batch in batches}
    everyone = frozenset[str]().union(*senders.values())
    return any(
        entry.facts["batch"] == refusal.facts["delivery"]
        or entry.facts.get("file") == refusal.facts["file"]
        or senders[str(entry.facts["batch"])] == everyone
        for entry in told
        if entry.facts["batch"] in senders
    )
