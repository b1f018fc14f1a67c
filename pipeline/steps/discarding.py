"""Give refused rows up, or a file of which no row could be told apart; their number stays."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.contracts.rights import DISCARDS
from pipeline.errors import DeliveryError, Place
from pipeline.steps.awaiting import read_awaited
from pipeline.steps.choices import check_choice
from pipeline.steps.matching import check_known
from pipeline.steps.receipt import Receipt
from pipeline.steps.recording import SETTLED
from pipeline.steps.waiting import (
    Waiting,
    end_settling,
    marks_of,
    read_waiting,
    superseded_lines,
    withdraw_all,
)
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import Settlement
from pipeline.storage.shredding import shred_withdrawn
from pipeline.storage.suppressions import admitting


def discard(
    workspace: Workspace,
    batch_id: str,
    *,
    reason: str,
    lines: Collection[int] = (),
    only_superseded: bool = False,
) -> Receipt:
    """Give refused rows up: they are shredded, their number and the reason stay.

    Args:
        workspace: the zones and the ledger.
        batch_id: the batch, or the delivery when all of it was refused.
        reason: a code of `DISCARDS`.
        lines: those rows alone; default: all that wait, or the file of which none could be told
            apart, which is awaited no more.
        only_superseded: those alone that a later delivery made vain.

    Raises:
        PrivacyError: the reason is not on the list.
        DeliveryError: no row waits on one of the lines; nothing was discarded.
        StorageError: nothing was refused under this id.
    """
    check_choice("reason", reason, DISCARDS)
    with admitting(workspace.home), workspace.protected.replacing():
        waiting = end_settling(workspace, batch_id)
        chosen = _chosen(workspace, waiting, lines, only_superseded=only_superseded)
        files = _files(workspace, waiting, lines, only_superseded=only_superseded)
        if waiting.batch is None:
            if chosen or files:
                _discard_whole(workspace, waiting, chosen, reason=reason)
        elif chosen:
            marks = marks_of(workspace, batch_id, chosen)
            settlement = Settlement(action="discarded", marks=marks, reason=reason)
            workspace.protected.settle(batch_id, settlement)
        left = end_settling(workspace, batch_id).rows.num_rows
    return Receipt(
        step="quarantine discard",
        changed=bool(chosen or files),
        ids={"batch": batch_id},
        counts={"discarded": len(chosen), "waiting": left} | ({"files": files} if files else {}),
    )


def count_chosen(
    workspace: Workspace,
    batch_id: str,
    *,
    reason: str,
    lines: Collection[int] = (),
    only_superseded: bool = False,
) -> tuple[int, int]:
    """Return how many rows, and files without any, `discard` would give up now.

    Raises:
        CartableError: as `discard`.
    """
    check_choice("reason", reason, DISCARDS)
    waiting = read_waiting(workspace, batch_id)
    chosen = _chosen(workspace, waiting, lines, only_superseded=only_superseded)
    return len(chosen), _files(workspace, waiting, lines, only_superseded=only_superseded)


def _chosen(
    workspace: Workspace, waiting: Waiting, lines: Collection[int], *, only_superseded: bool
) -> set[int]:
    """Return the lines to give up among those that wait.

    Raises:
        DeliveryError: on one of them no row waits or waited, or only some of a delivery that was
            refused whole are named.
    """
    chosen = set(lines) or set(waiting.lines)
    if only_superseded:
        chosen &= superseded_lines(workspace, waiting)
    check_known(workspace, waiting, sorted(chosen), place=_place(waiting))
    chosen &= set(waiting.lines)
    if waiting.batch is None and chosen and len(chosen) < waiting.rows.num_rows:
        raise DeliveryError("quarantine.whole", place=_place(waiting))
    return chosen


def _files(
    workspace: Workspace, waiting: Waiting, lines: Collection[int], *, only_superseded: bool
) -> int:
    """Return how many files of which no row could be told apart are given up: one, or none."""
    if lines or only_superseded or waiting.batch is not None or waiting.rows.num_rows:
        return 0
    return int(waiting.id in {awaited.delivery for awaited in read_awaited(workspace)})


def _discard_whole(
    workspace: Workspace, waiting: Waiting, chosen: set[int], *, reason: str
) -> None:
    """Discard the rows of a delivery that was refused as a whole, all of them."""
    refused = workspace.ledger.find("refusal", delivery=waiting.id)
    told = workspace.ledger.find(SETTLED, batch=waiting.id, action="discarded")
    if told is None or (refused is not None and told.seq < refused.seq):
        workspace.ledger.append(
            SETTLED, batch=waiting.id, action="discarded", rows=len(chosen), reason=reason
        )
    withdraw_all(workspace, waiting.id)
    shred_withdrawn(workspace.home, workspace.ring)


def _place(waiting: Waiting) -> Place:
    return Place(dataset=waiting.dataset.dataset, file=waiting.id)
