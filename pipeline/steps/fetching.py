"""Fetch a delivery from where its contract says it lies, and take it in like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.contracts import Dataset
from pipeline.contracts.formats import SqlFormat
from pipeline.errors import DeliveryError, Place, SourceError
from pipeline.intake import SUFFIX
from pipeline.steps.block_streams import as_stream
from pipeline.steps.controlling import ControlFile
from pipeline.steps.ingest import ingest
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.source_secrets import Secrets
from pipeline.steps.workspace import Workspace
from pipeline.storage.changes import count_waiting
from pipeline.storage.ledger import Entry, Fact


def fetch(
    workspace: Workspace,
    dataset_name: str,
    *,
    period: str,
    as_of: datetime | None = None,
    may_be_smaller: bool = False,
    is_full: bool = False,
    secret: Callable[[str], str | None] | None = None,
    progress: Progress = SILENT,
) -> Receipt:
    """Fetch what a dataset's source holds and take it in; nothing where nothing changed since.

    A control file beside a file is fetched with it, and held against it. Where the contract awaits
    changes, the rows of a database that may have changed since the last
    fetch are fetched: all of them the first time, and where a sender is new.

    Args:
        workspace: the project, keys and zones.
        dataset_name: a contract that says where its files are fetched, or whose format is `sql`.
        period: the first year of the school year, such as `2021`.
        as_of: the date of what is fetched; it orders corrections. Default: what the control file
            or the name of the file says; else when it was last changed, if its server says so.
        may_be_smaller: as for `ingest`.
        is_full: whether all is fetched, changed or not; it holds all that its senders have.
        secret: tells the secret of a connection, if it is held elsewhere than by this
            installation; None where it is not.
        progress: who listens.

    Returns:
        As `ingest`; unchanged, without counts, where nothing changed since the last fetch.

    Raises:
        DeliveryError: the dataset has no source, or it cannot be read; or as `ingest`.
        StorageError: no secret holds the address, or others may read it.
    """
    dataset = workspace.project.contracts.datasets.get(dataset_name)
    if dataset is None or dataset.connection is None:
        raise DeliveryError("delivery.no_source", place=Place(dataset=dataset_name))
    about: dict[str, Fact] = {"dataset": dataset_name, "period": period}
    about["source"] = _mark_of(dataset)
    entry = None if is_full else workspace.ledger.find("fetched", **about)
    last = entry.facts if entry else {}
    secrets = Secrets(workspace, secret)
    opened = _file(secrets, dataset, period) if dataset.fetched else _rows(secrets, dataset, last)
    with opened as source:
        if entry and source.marks and source.marks.items() <= last.items():
            return _unchanged(entry)
        if entry and source.is_empty:
            # Rows are gone from the source, and none is new.
            workspace.ledger.append("fetched", **{**last, **source.told})
            return _unchanged(entry)
        receipt = ingest(
            workspace,
            dataset_name,
            as_stream(source.blocks),
            file=source.file,
            period=period,
            as_of=as_of,
            control=source.control,
            arrived=as_of or source.changed,
            may_be_smaller=may_be_smaller,
            is_full=is_full or source.is_full,
            progress=progress,
        )
    is_part = isinstance(dataset.format, SqlFormat) and not source.is_full
    if is_part and not is_full and _waits(workspace, receipt):
        # A sender is new: of it all is needed, as of the others once.
        return fetch(
            workspace,
            dataset_name,
            period=period,
            as_of=as_of,
            may_be_smaller=may_be_smaller,
            is_full=True,
            secret=secret,
            progress=progress,
        )
    if source.marks:
        told = {**about, **source.told, "delivery": receipt.ids["delivery"]}
        workspace.ledger.append("fetched", **told)
    return receipt


def _unchanged(entry: Entry) -> Receipt:
    return Receipt(step="fetch", changed=False, ids={"delivery": str(entry.facts["delivery"])})


def _waits(workspace: Workspace, receipt: Receipt) -> bool:
    """Tell whether changes that were taken in wait for something full of their sender."""
    batch = workspace.protected.batch(receipt.ids["batch"])
    batches = workspace.protected.batches(batch.dataset, batch.period)
    return count_waiting(batch, batches) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """What is fetched.

    Attributes:
        file: what to call it.
        blocks: its bytes.
        marks: what is equal as long as nothing changed; none where nothing tells.
        told: the marks, and from where changes are read the next time.
        changed: when it was changed last, if that is known.
        control: what its sender says of it beside it.
        is_full: whether it is all that there is, and no changes alone.
        is_empty: whether it is nothing.
    """

    file: str
    blocks: Iterable[bytes] = field(repr=False)
    marks: Mapping[str, Fact]
    told: Mapping[str, Fact]
    changed: datetime | None = None
    control: ControlFile | None = None
    is_full: bool
    is_empty: bool = False


@contextmanager
def _rows(secrets: Secrets, dataset: Dataset, last: Mapping[str, Fact]) -> Iterator[_Source]:
    form = dataset.format
    if not isinstance(form, SqlFormat):
        raise TypeError
    file = f"{form.connection}/{form.relation}"
    place = Place(dataset=dataset.dataset, file=file)
    try:
        from pipeline.intake.sql_rows import open_rows
    except ModuleNotFoundError:
        raise DeliveryError("delivery.sql_part", place=place) from None
    since = str(last["read_to"]) if dataset.mode == "delta" and "read_to" in last else None
    address = secrets.of(form.connection)
    with open_rows(address, dataset, place=place, since=since) as rows:
        marks: dict[str, Fact] = {}
        if rows.watermark is not None:
            marks = {"watermark": rows.watermark, "rows": rows.total}
        yield _Source(
            file=file,
            blocks=rows.text(),
            marks=marks,
            told=marks if rows.read_to is None else {**marks, "read_to": rows.read_to},
            is_full=rows.count == rows.total,
            is_empty=not rows.count,
        )


@contextmanager
def _file(secrets: Secrets, dataset: Dataset, period: str) -> Iterator[_Source]:
    from pipeline.intake.remote_files import open_remote

    where = dataset.fetched
    if where is None:
        raise TypeError
    path = where.file.replace("{period}", period)
    place = Place(dataset=dataset.dataset, file=path)
    address = secrets.of(where.connection)
    workspace = secrets.workspace
    now = workspace.clock()
    # First: what is whole once its control file bears the end mark is not read before.
    control, failed = _control(address, dataset, path, now=now)
    with open_remote(address, path, most_mb=where.most_mb, place=place, now=now) as remote:
        if failed is not None:
            raise failed
        marks: dict[str, Fact] = {}
        if remote.version is not None:
            # A keyed mark: what a server calls a version may be a hash of the file.
            version = hashlib.sha256(remote.version.encode())
            version.update(control.content if control else b"")
            marks = {"watermark": workspace.ring.fingerprint(version.hexdigest())}
        is_past = remote.modified is not None and remote.modified <= workspace.clock()
        yield _Source(
            file=path,
            blocks=remote.blocks(),
            marks=marks,
            told=marks,
            changed=remote.modified if is_past else None,
            control=control,
            is_full=False,
        )


def _control(
    address: str, dataset: Dataset, path: str, *, now: datetime
) -> tuple[ControlFile | None, SourceError | None]:
    """Return the control file beside a file, if there is one, or why that cannot be known."""
    from pipeline.intake.remote_files import open_remote

    file = path + SUFFIX
    place = Place(dataset=dataset.dataset, file=file)
    try:
        with open_remote(address, file, most_mb=1, place=place, now=now) as remote:
            return ControlFile(file=file, content=b"".join(remote.blocks())), None
    except SourceError as error:
        problem = error.problem
        # Without the right to list, S3 says of what is not there that it may not be read.
        is_hidden = dataset.control is None and ("kind", "HTTP403") in problem.facts
        is_absent = problem.code == "delivery.fetch_absent"
        return None, None if is_absent or is_hidden else error


def _mark_of(dataset: Dataset) -> str:
    """Return what a fetch was about: another relation, file or columns are fetched anew."""
    told = [dataset.format.model_dump_json()]
    if dataset.fetched is not None:
        told.append(dataset.fetched.model_dump_json())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
