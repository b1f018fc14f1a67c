"""What a schedule fetches: the school year that runs, where its source has something new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.errors import DeliveryError, SourceError
from pipeline.steps.fetching import fetch
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace

# As in `dags/past_years.py`.
SEPTEMBER = 9
# A delivery that is not complete waits, as one in the inbox does.
INCOMPLETE = {"control.missing", "control.unfinished"}


def fetch_due(
    workspace: Workspace,
    dataset: str,
    *,
    period: str | None = None,
    secret: Callable[[str], str | None] | None = None,
    progress: Progress = SILENT,
) -> Receipt:
    """Fetch what a dataset's source has of a school year, if that is new.

    Args:
        workspace: the project, keys and zones.
        dataset: name of the contract.
        period: the first year of the school year; default: the one that runs.
        secret: as for `fetch`.
        progress: who listens.

    Returns:
        As `fetch`, with the period; unchanged, too, where the file of a school year is not there
        yet, or waits for its control file or the end mark of that.

    Raises:
        SourceError: the source does not answer, or a file that was fetched before is gone.
        DeliveryError: as `fetch`.
        StorageError: as `fetch`.
    """
    chosen = period or school_year(workspace.clock())
    try:
        receipt = fetch(workspace, dataset, period=chosen, secret=secret, progress=progress)
    except SourceError as error:
        is_awaited = workspace.ledger.find("fetched", dataset=dataset, period=chosen) is None
        if error.problem.code != "delivery.fetch_absent" or not is_awaited:
            raise
        receipt = Receipt(step="fetch", changed=False)
    except DeliveryError as error:
        if error.problem.code not in INCOMPLETE:
            raise
        receipt = Receipt(step="fetch", changed=False)
    return replace(receipt, ids={**receipt.ids, "period": chosen})


def school_year(now: datetime) -> str:
    """Return the first year of the school year that runs."""
    day = now.astimezone(UTC)
    return str(day.year if day.month >= SEPTEMBER else day.year - 1)
