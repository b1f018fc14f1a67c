"""What is wrong with a file of which no row could be told apart: it is read once more."""

from __future__ import annotations

from pipeline.errors import CartableError, DeliveryError, Place, Problem
from pipeline.steps.reading import read_sealed
from pipeline.steps.waiting import Waiting
from pipeline.steps.workspace import Workspace
from pipeline.storage.suppressions import admitting


def rule_of(workspace: Workspace, waiting: Waiting) -> str:
    """Return the rule by which a delivery that is kept was refused as a whole.

    Raises:
        DeliveryError: it was not refused, or is no more kept.
    """
    told = workspace.ledger.find("refusal", delivery=waiting.id)
    if told is None or waiting.id not in workspace.deliveries.ids():
        raise DeliveryError("quarantine.not_kept", place=Place(file=waiting.id))
    return str(told.facts["rule"])


def read_faults(workspace: Workspace, waiting: Waiting) -> tuple[Problem, ...]:
    """Return what is wrong with a file that was refused as a whole; nothing where it reads today.

    Nobody is shown a row of it.
    """
    try:
        with admitting(workspace.home):
            read_sealed(
                workspace, waiting.dataset, waiting.id, file=waiting.id, period=waiting.period
            )
    except CartableError as error:
        return error.problems or (error.problem,)
    return ()
