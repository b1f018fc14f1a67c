"""Fetch a delivery from where its contract says it lies, and take it in like any other."""

from __future__ import annotations

import hashlib
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

SECRETS = "sources"
_URL_BYTES = 4096


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
        dataset_name: a contract whose format is `sql`.
        period: the first year of the school year, such as `2021`.
        as_of: the date of the rows; it orders corrections. Default: now.
        may_be_smaller: as for `ingest`.
        progress: who listens.

    Returns:
        As `ingest`; unchanged, without counts, where the watermark is that of the last fetch.

    Raises:
        DeliveryError: the dataset has no source, or it cannot be read; or as `ingest`.
        StorageError: no secret holds the address, or others may read it.
    """
    dataset = workspace.project.contracts.datasets.get(dataset_name)
    form = dataset.format if dataset is not None else None
    if dataset is None or not isinstance(form, SqlFormat):
        raise DeliveryError("delivery.no_source", place=Place(dataset=dataset_name))
    file = f"{form.connection}/{form.relation}"
    place = Place(dataset=dataset_name, file=file)
    try:
        from pipeline.intake.sql_rows import open_rows
    except ModuleNotFoundError:
        raise DeliveryError("delivery.sql_part", place=place) from None
    with open_rows(_address(workspace, form.connection), dataset, place=place) as rows:
        about = {"dataset": dataset_name, "period": period, "source": _mark_of(dataset)}
        last = workspace.ledger.find("fetched", **about)
        if rows.watermark is not None and last and last.facts["watermark"] == rows.watermark:
            return Receipt(
                step="fetch", changed=False, ids={"delivery": str(last.facts["delivery"])}
            )
        receipt = ingest(
            workspace,
            dataset_name,
            as_stream(rows.text()),
            file=file,
            period=period,
            as_of=as_of,
            may_be_smaller=may_be_smaller,
            progress=progress,
        )
    if rows.watermark is not None:
        told = {**about, "watermark": rows.watermark, "delivery": receipt.ids["delivery"]}
        workspace.ledger.append("fetched", **told)
    return receipt


def _mark_of(dataset: Dataset) -> str:
    """Return what a fetch was about: another relation or other columns are fetched anew."""
    return hashlib.sha256(dataset.format.model_dump_json().encode()).hexdigest()


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
        limit=_URL_BYTES,
    )
    return content.decode("utf-8", "replace").strip()
