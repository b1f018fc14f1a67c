"""What zones hold, told in the ledger once for each time that it came and went.

A kill may come between the change of a zone and its entry: whoever runs the step again finds
what is not told yet, and tells it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Entry, Fact
from pipeline.storage.receiving import Delivery
from pipeline.storage.releases import Release
from pipeline.storage.told_batches import DESTROYED, OUTLIVED, batches_told
from pipeline.storage.told_batches import ZONE as PROTECTED

# A delivery whose content a batch holds already; the sender's date of it.
AGAIN = "again"
# What became of refused rows that wait no more.
SETTLED = "settlement"


def record_delivery(workspace: Workspace, delivery: Delivery) -> None:
    """Tell of a sealed delivery, and of the files that it was made of."""
    facts: dict[str, Fact] = {
        "delivery": delivery.id,
        "fingerprint": delivery.fingerprint,
        "bytes": delivery.size,
    }
    _record_kept(workspace, "delivery", facts, zone="deliveries", key="delivery")
    for sent in delivery.sent:
        workspace.ledger.append_once("sent", delivery=delivery.id, fingerprint=sent)


def record_refusal(
    workspace: Workspace,
    delivery_id: str,
    *,
    file: str,
    rule: str,
    refused: int,
    counted: int | None = None,
    as_of: datetime | None = None,
    is_full: bool = False,
    mark: str = "",
) -> None:
    """Tell of a delivery that was refused as a whole, and how many rows are in quarantine.

    The sender's date, where there is one, orders it when it is taken in after all; and whether it
    holds all that its senders have, where changes are awaited, is known then. Where the sealed file
    is read again, the mark of its name is the one that was told.
    """
    facts: dict[str, Fact] = {"delivery": delivery_id, "rule": rule, "refused": refused}
    facts["file"] = mark or _name_mark(workspace, file)
    if counted is not None:
        facts["counted"] = counted
    if as_of is not None:
        facts["as_of"] = as_of.isoformat()
    if is_full:
        facts["mode"] = "full"
    told = workspace.ledger.find("refusal", **facts)
    given_up = workspace.ledger.find(SETTLED, batch=delivery_id, action="discarded")
    if told is not None and given_up is not None and given_up.seq > told.seq:
        # It came again after it was given up: a new file is awaited anew.
        workspace.ledger.append("refusal", **facts)
    else:
        _record_kept(workspace, "refusal", facts, zone="quarantine", key="delivery")


def record_batch(
    workspace: Workspace, batch_id: str, *, file: str, counts: Mapping[str, int], mark: str = ""
) -> None:
    """Tell of the accepted rows of a delivery, once, under whatever names it comes again."""
    if workspace.ledger.find("batch", batch=batch_id, **counts) is None:
        told = mark or _name_mark(workspace, file)
        workspace.ledger.append_once("batch", batch=batch_id, file=told, **counts)


def record_again(workspace: Workspace, delivery_id: str, batch_id: str, *, as_of: str) -> None:
    """Tell that a delivery holds what a batch holds, once for each date of the sender."""
    workspace.ledger.append_once(AGAIN, delivery=delivery_id, batch=batch_id, as_of=as_of)


def record_control(workspace: Workspace, delivery_id: str, *, checked: str) -> None:
    """Tell that a delivery is what its control file says."""
    workspace.ledger.append_once("control", delivery=delivery_id, checked=checked)


def record_arrival(workspace: Workspace, delivery_id: str, *, received: datetime) -> None:
    """Tell when a delivery came, where somebody said so."""
    workspace.ledger.append_once("arrival", delivery=delivery_id, received=received.isoformat())


def record_candidate(workspace: Workspace, candidate_id: str) -> None:
    """Tell of a candidate whose tables are under review."""
    known = workspace.review.facts(candidate_id)
    facts = {name: known[name] for name in ("content", "inputs", "policy_hash", "observations")}
    facts["candidate"] = candidate_id
    _record_kept(workspace, "candidate", facts, zone="review", key="candidate")


def record_release(workspace: Workspace, release: Release) -> None:
    """Tell of a release that is in force."""
    facts = {name: str(release.facts[name]) for name in ("candidate", "content")}
    workspace.ledger.append_once("release", release=release.release_id, **facts)


def _name_mark(workspace: Workspace, file: str) -> str:
    """Return what is equal for equal names of files and tells nothing else: some name persons."""
    return workspace.ring.fingerprint(hashlib.sha256(file.encode()).hexdigest())


def _record_kept(
    workspace: Workspace, kind: str, facts: dict[str, Fact], *, zone: str, key: str
) -> None:
    """Tell what a zone keeps, again when it came back after it was destroyed."""
    told = workspace.ledger.find(kind, **facts)
    about = {key: facts[key]}
    if told is not None and is_told_destroyed(workspace, zone, about, since=told):
        workspace.ledger.append(kind, **facts)
    else:
        workspace.ledger.append_once(kind, **facts)


def record_outlived(workspace: Workspace, period: str) -> None:
    """Tell that the batches of all periods before one are let go of, before they are."""
    told = [name.rsplit("-", 2)[1] for name in batches_told(workspace.ledger)]
    if any(each < period for each in told):
        workspace.ledger.append(OUTLIVED, zone=PROTECTED, before=period)


def record_destroyed(
    workspace: Workspace, zone: str, about: dict[str, Fact], *, since: Entry
) -> bool:
    """Tell that a zone destroyed what came with an entry; False when that was told already.

    Args:
        workspace: the ledger.
        zone: that held it.
        about: the fact that names it, such as `{"delivery": …}`.
        since: the entry with which it came.
    """
    if is_told_destroyed(workspace, zone, about, since=since):
        return False
    workspace.ledger.append(DESTROYED, zone=zone, **about)
    return True


def is_told_destroyed(
    workspace: Workspace, zone: str, about: dict[str, Fact], *, since: Entry
) -> bool:
    """Tell whether the ledger says that what came with an entry was destroyed since."""
    gone = workspace.ledger.find(DESTROYED, zone=zone, **about)
    return gone is not None and gone.seq > since.seq
