"""Fetch a delivery from where its contract says it lies, and take it in like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.contracts import Dataset
from pipeline.contracts.formats import SqlFormat
from pipeline.errors import DeliveryError, Place, StorageError
from pipeline.steps.block_streams import as_stream
from pipeline.steps.ingest import ingest
from pipeline.steps.progress import SILENT, Progress
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage import own_files
from pipeline.storage.ledger import Fact

SECRETS = "sources"
_SECRET_BYTES = 65_536


def fetch(
    workspace: Workspace,
    dataset_name: str,
    *,
    period: str,
    as_of: datetime | None = None,
    may_be_smaller: bool = False,
    progress: Progress = SILENT,
) -> Receipt:
    """Fetch what a dataset's source holds and take it in; nothing where nothing changed since.

    Args:
        workspace: the project, keys and zones.
        dataset_name: a contract that says where its files are fetched, or whose format is `sql`.
        period: the first year of the school year, such as `2021`.
        as_of: the date of what is fetched; it orders corrections. Default: when the file was last
            changed, if its server says so; else now.
        may_be_smaller: as for `ingest`.
        progress: who listens.

    Returns:
        As `ingest`; unchanged, without counts, where nothing changed since the last fetch.

    Raises:
        DeliveryError: the dataset has no source, or it cannot be read; or as `ingest`.
        StorageError: no secret holds the address, or others may read it.
    """
    dataset = workspace.project.contracts.datasets.get(dataset_name)
    if dataset is None or not (dataset.fetched or isinstance(dataset.format, SqlFormat)):
        raise DeliveryError("delivery.no_source", place=Place(dataset=dataset_name))
    opened = _file if dataset.fetched else _rows
    with opened(workspace, dataset, period) as source:
        about: dict[str, Fact] = {"dataset": dataset_name, "period": period}
        about["source"] = _mark_of(dataset)
        last = workspace.ledger.find("fetched", **about)
        if source.mark is not None and last and last.facts["watermark"] == source.mark:
            delivery = str(last.facts["delivery"])
            return Receipt(step="fetch", changed=False, ids={"delivery": delivery})
        receipt = ingest(
            workspace,
            dataset_name,
            as_stream(source.blocks),
            file=source.file,
            period=period,
            as_of=as_of or source.as_of,
            may_be_smaller=may_be_smaller,
            progress=progress,
        )
    if source.mark is not None:
        told = {**about, "watermark": source.mark, "delivery": receipt.ids["delivery"]}
        workspace.ledger.append("fetched", **told)
    return receipt


@dataclass(frozen=True, slots=True)
class _Source:
    """What is fetched: its bytes, what tells whether they changed, and of when they are."""

    file: str
    blocks: Iterable[bytes] = field(repr=False)
    mark: str | None
    as_of: datetime | None = None


@contextmanager
def _rows(workspace: Workspace, dataset: Dataset, _: str) -> Iterator[_Source]:
    form = dataset.format
    if not isinstance(form, SqlFormat):
        raise TypeError
    file = f"{form.connection}/{form.relation}"
    place = Place(dataset=dataset.dataset, file=file)
    try:
        from pipeline.intake.sql_rows import open_rows
    except ModuleNotFoundError:
        raise DeliveryError("delivery.sql_part", place=place) from None
    with open_rows(_address(workspace, form.connection), dataset, place=place) as rows:
        yield _Source(file, rows.text(), rows.watermark)


@contextmanager
def _file(workspace: Workspace, dataset: Dataset, period: str) -> Iterator[_Source]:
    from pipeline.intake.remote_files import open_remote

    where = dataset.fetched
    if where is None:
        raise TypeError
    path = where.file.replace("{period}", period)
    place = Place(dataset=dataset.dataset, file=path)
    address = _address(workspace, where.connection)
    now = workspace.clock()
    with open_remote(address, path, most_mb=where.most_mb, place=place, now=now) as remote:
        # A keyed mark: what a server calls a version may be a hash of the file.
        version = remote.version and hashlib.sha256(remote.version.encode()).hexdigest()
        mark = version and workspace.ring.fingerprint(version)
        is_past = remote.modified is not None and remote.modified <= workspace.clock()
        yield _Source(path, remote.blocks(), mark, remote.modified if is_past else None)


def _mark_of(dataset: Dataset) -> str:
    """Return what a fetch was about: another relation, file or columns are fetched anew."""
    told = [dataset.format.model_dump_json()]
    if dataset.fetched is not None:
        told.append(dataset.fetched.model_dump_json())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _address(workspace: Workspace, connection: str) -> str:
    """Return the address of a connection: of the environment, or of a file beside the keys."""
    if given := workspace.settings.sources.get(connection):
        return given
    path = workspace.settings.keys / SECRETS / f"{connection}.url"
    place = Place(file=str(path))
    content = own_files.read_own(
        path,
        missing=StorageError("storage.no_source_secret", place=place, name=connection),
        open_to_others=StorageError("storage.source_secret_open", place=place),
        limit=_SECRET_BYTES,
    )
    return content.decode("utf-8", "replace").strip()
