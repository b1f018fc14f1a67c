"""Deliveries that were refused whole and that nothing accepted has made up for yet.

A refusal is answered by a batch of the same dataset and period that was accepted after it: of the
same delivery, of a file of the same name, or of every sender that has rows in force; or by the
same delivery, once what it holds is known to be a batch. Names of files are compared by their
keyed marks. Once the refused file outlived its retention there is nothing left to mend, and it is
no longer awaited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.steps.recording import AGAIN
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
    told = list(workspace.ledger.entries("batch"))
    again = {str(entry.facts["delivery"]): entry.seq for entry in workspace.ledger.entries(AGAIN)}
    kept = {name: workspace.deliveries.delivery(name) for name in workspace.deliveries.ids()}
    found = []
    for name, refusal in sorted(refused.items(), key=lambda item: item[1].seq):
        if name not in kept or again.get(name, 0) > refusal.seq:
            continue
        batches = workspace.protected.batches(kept[name].dataset, kept[name].period)
        if not _is_answered(refusal, [e for e in told if e.seq > refusal.seq], batches):
            rule = str(refusal.facts["rule"])
            found.append(Awaited(delivery=name, refused_at=refusal.at[:16], rule=rule))
    return found


def _is_answered(refusal: Entry, told: Iterable[Entry], batches: Iterable[Batch]) -> bool:
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
