"""The inbox: deliveries that senders left as files, taken in once each.

A file `<dataset>_<period>.csv`, or with a mark such as `pupils_2021_corrected.csv`, packed or not
(`.csv.gz`, `.csv.zip`) or of another format (`.jsonl`, `.parquet`, `.xlsx`, `.xml`, `.json`, `.zip`
for a OneRoster bundle), waits until its content is a batch of its date or a later one. Nothing is
ever written or removed in the inbox: who put a file there takes it away. A control file lies beside
its delivery, under the same name with `.control.yml` behind it; until it is there, where the
contract requires one, and bears its end mark, the delivery is not complete and is let lie.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import DeliveryError, Place
from pipeline.intake import SUFFIX, is_ended
from pipeline.steps.accepting import batch_of
from pipeline.steps.controlling import control_of, read_said, sender_date
from pipeline.steps.ingest import ingest
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage.batches import utc_as_of

# Later than the date of any batch.
LATEST = "9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A delivery in the inbox that is no batch yet.

    Attributes:
        file: its name.
        period: as the name says.
        lacks: why it is not complete: the code of what is said of it; none where it is.
    """

    file: str
    period: str
    lacks: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A file in the inbox that no schedule takes in, whatever it holds.

    Attributes:
        file: its path in the inbox.
        lacks: why: the code of what is said of it.
    """

    file: str
    lacks: str


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
    found = list_waiting(workspace, dataset, period=period)
    return [one for one in found if one.lacks is None]


def list_waiting(workspace: Workspace, dataset: str, *, period: str | None = None) -> list[Waiting]:
    """Return the deliveries of a dataset in the inbox that are no batch yet, complete or not.

    Args:
        workspace: the project and zones, and the inbox.
        dataset: name of the contract.
        period: this period only.

    Raises:
        DeliveryError: there is no such dataset, or no inbox.
    """
    datasets = workspace.project.contracts.datasets
    if dataset not in datasets:
        raise DeliveryError("contract.unknown_dataset", known=", ".join(datasets))
    inbox = _folder(workspace)
    paths = [path for path in inbox.iterdir() if _lies_in(inbox, path)]
    waiting = []
    for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        said = _period(dataset, path.name)
        if said is None or period not in (None, said):
            continue
        lacks = _lacks(workspace, dataset, path)
        if lacks or not _is_batch(workspace, dataset, path, period=said):
            waiting.append(Waiting(file=path.name, period=said, lacks=lacks))
    return waiting


def list_passed_over(workspace: Workspace) -> list[PassedOver]:
    """Return the files of the inbox that are neither deliveries by their name nor taken in by hand.

    Names that begin with a dot are those of files that a transfer or a system keeps for itself.

    Args:
        workspace: the project and zones, and the inbox.

    Raises:
        DeliveryError: there is no inbox.
    """
    inbox = _folder(workspace)
    found = []
    for path in sorted(inbox.rglob("*")):
        told = path.relative_to(inbox)
        if not path.is_file() or any(part.startswith(".") for part in told.parts):
            continue
        is_inside = _lies_in(inbox, path)
        if is_inside and path.parent == inbox and _is_named(workspace, path.name):
            continue
        if not (is_inside and _is_taken(workspace, path)):
            is_placed = is_inside and path.parent == inbox
            # A name in another encoding is told as far as it can be shown.
            file = str(told).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            lacks = "inbox.name" if is_placed else "inbox.place"
            found.append(PassedOver(file=file, lacks=lacks))
    return found


def _is_named(workspace: Workspace, name: str) -> bool:
    """Tell whether a name is that of a delivery of some dataset, or of a control file of one."""
    of = name.removesuffix(SUFFIX)
    return any(_period(dataset, of) for dataset in workspace.project.contracts.datasets)


def _is_taken(workspace: Workspace, path: Path) -> bool:
    """Tell whether a batch of any dataset holds the content of a file."""
    return any(batch_of(workspace, name) for name in _deliveries_of(workspace, path))


def _lacks(workspace: Workspace, dataset: str, path: Path) -> str | None:
    """Return what is said of a delivery that is not complete; None where it is."""
    control = control_of(path)
    asked = workspace.project.contracts.datasets[dataset].control
    if control is None:
        is_required = asked is not None and asked.need == "required"
        return "control.missing" if is_required else None
    return None if is_ended(control.content) else "control.unfinished"


def ingest_waiting(
    workspace: Workspace,
    dataset: str,
    *,
    file: str,
    period: str,
    progress: Progress = SILENT,
) -> Receipt:
    """Take one file of the inbox in; where its sender tells no date, the time it was put there.

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
    with path.open("rb") as source:
        return ingest(
            workspace,
            dataset,
            source,
            file=path.name,
            period=period,
            control=control_of(path),
            arrived=_put(path),
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
    """Tell whether a batch holds the content of a file, at its date or a later one."""
    names = _deliveries_of(workspace, path)
    held = {batch.batch_id: batch for batch in workspace.protected.batches(dataset, period)}
    found = [held[one] for name in names if (one := batch_of(workspace, name)) in held]
    date = _date(workspace, dataset, path, period=period)
    if date is not None:
        return any(date <= batch.as_of for batch in found)
    # A file that is there twice tells nothing new of what is in force.
    put = utc_as_of(_put(path).isoformat())
    in_force = workspace.protected.rows_in_force(dataset, period) if found else {}
    return any(put <= one.as_of or in_force[one.batch_id] == one.rows for one in found)


def _deliveries_of(workspace: Workspace, path: Path) -> set[str]:
    """Return the ids under which the content of a file was received."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    fingerprint = workspace.ring.fingerprint(digest)
    # As it lies there, or as what was made of it.
    return {
        str(entry.facts["delivery"])
        for kind in ("delivery", "sent")
        for entry in workspace.ledger.entries(kind)
        if entry.facts["fingerprint"] == fingerprint
    }


def _date(workspace: Workspace, dataset: str, path: Path, *, period: str) -> str | None:
    """Return the date that a sender tells; what is wrong with it is told when it is taken in."""
    contract = workspace.project.contracts.datasets[dataset]
    try:
        said = read_said(contract, control_of(path), file=path.name, period=period)
        date = sender_date(contract, said, file=path.name)
    except DeliveryError:
        return LATEST
    return utc_as_of(date.isoformat()) if date else None


def _put(path: Path) -> datetime:
    """Return when a file was put in the inbox."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
