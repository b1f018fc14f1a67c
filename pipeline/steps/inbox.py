"""The inbox: deliveries that senders left as files, taken in once each.

A file `<dataset>_<period>.csv`, or with a mark such as `pupils_2021_corrected.csv`, packed or not
(`.csv.gz`, `.csv.zip`) or of another format (`.jsonl`, `.parquet`, `.xlsx`, `.xml`, `.json`, `.zip`
for a OneRoster bundle), waits until its content is a batch. Nothing is ever written or removed in
the inbox: who put a file there takes it away.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import DeliveryError, Place
from pipeline.steps.ingest import ingest
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery in the inbox that is no batch yet: name of the file and period."""

    file: str
    period: str


def find_waiting(
    workspace: Workspace, dataset: str, *, file: str | None = None, period: str | None = None
) -> list[Waiting]:
    """Return the deliveries of a dataset to take in, those put in the inbox first at the head.

    Args:
        workspace: the project and zones, and the inbox.
        dataset: name of the contract.
        file: this one only, by its path in the inbox, whether or not it is a batch already.
        period: this period only; a named file whose name says no period needs one.

    Raises:
        DeliveryError: there is no inbox, no such file in it, or no agreement on the period.
    """
    if file is not None:
        chosen = period or _period(dataset, Path(file).name)
        if chosen is None:
            place = Place(dataset=dataset, file=file)
            raise DeliveryError("schedule.no_period", place=place, dataset=dataset)
        _path(workspace, dataset, file=file, period=chosen)
        return [Waiting(file=file, period=chosen)]
    inbox = _folder(workspace)
    paths = [path for path in inbox.iterdir() if _lies_in(inbox, path)]
    waiting = []
    for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        said = _period(dataset, path.name)
        if said is None or period not in (None, said):
            continue
        if not _is_batch(workspace, dataset, path, period=said):
            waiting.append(Waiting(file=path.name, period=said))
    return waiting


def ingest_waiting(
    workspace: Workspace,
    dataset: str,
    *,
    file: str,
    period: str,
    progress: Progress = SILENT,
) -> Receipt:
    """Take one file of the inbox in; the time it was put there orders corrections.

    Args:
        workspace: the project, keys and zones, and the inbox.
        dataset: name of the contract.
        file: its path in the inbox.
        period: the first year of the school year, such as `2021`.
        progress: who listens.

    Raises:
        DeliveryError: there is no such file in the inbox, its name says another period, or it
            is refused as a whole.
        QualityError: a critical expectation failed; nothing was accepted.
    """
    path = _path(workspace, dataset, file=file, period=period)
    put = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    with path.open("rb") as source:
        return ingest(
            workspace,
            dataset,
            source,
            file=path.name,
            period=period,
            as_of=put,
            progress=progress,
        )


def _folder(workspace: Workspace) -> Path:
    inbox = workspace.settings.inbox.resolve()
    if not inbox.is_dir():
        raise DeliveryError("schedule.no_inbox")
    return inbox


def _path(workspace: Workspace, dataset: str, *, file: str, period: str) -> Path:
    inbox = _folder(workspace)
    place = Place(dataset=dataset, file=file)
    # Whoever may start a run may name a file: only those of the inbox are opened.
    path = (inbox / file).resolve()
    if not _lies_in(inbox, path):
        raise DeliveryError("schedule.not_in_inbox", place=place)
    if _period(dataset, path.name) not in (None, period):
        raise DeliveryError("schedule.period_differs", place=place, period=period)
    return path


def _lies_in(inbox: Path, path: Path) -> bool:
    """Tell whether a path is a file of the inbox, and no link out of it."""
    return path.is_file() and path.resolve().is_relative_to(inbox)


def _period(dataset: str, name: str) -> str | None:
    ending = r"(?:csv|jsonl|xml|json)(?:\.gz|\.zip)?|parquet|xlsx|zip"
    start = rf"{re.escape(dataset)}_([12][0-9]{{3}})(?:[_.-].*)?"
    found = re.fullmatch(rf"{start}\.(?:{ending})", name)
    return found[1] if found else None


def _is_batch(workspace: Workspace, dataset: str, path: Path, *, period: str) -> bool:
    batches = {batch.batch_id for batch in workspace.protected.batches(dataset, period)}
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    fingerprint = workspace.ring.fingerprint(digest)
    return any(
        entry.facts["fingerprint"] == fingerprint and entry.facts["delivery"] in batches
        # As it lies there, or as what was made of it.
        for kind in ("delivery", "sent")
        for entry in workspace.ledger.entries(kind)
    )
