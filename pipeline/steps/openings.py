"""Open quarantine or review: the ledger says who may have looked before anything is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipeline.contracts import Dataset
from pipeline.contracts.rights import REASONS
from pipeline.errors import DeliveryError, Place, PrivacyError, StorageError
from pipeline.intake.again import LINE
from pipeline.intake.row_codecs import row_codec
from pipeline.steps.choices import check_choice
from pipeline.steps.receipt import Receipt
from pipeline.steps.waiting import read_waiting
from pipeline.steps.workspace import Workspace
from pipeline.storage.clear_files import check_clear_target, write_clear

UNDECODED = "backslashreplace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What was opened, in clear: for a terminal or a file of its owner, and nothing else.

    Attributes:
        rows: column → values, one row per refused row or cell.
        receipt: what may be told of it.
    """

    rows: pa.Table = field(repr=False)
    receipt: Receipt


def open_quarantine(
    workspace: Workspace, batch_id: str, *, reason: str, to: Path | None = None
) -> Opened:
    """Return the refused rows of a batch, and write them to a file if one is named.

    Args:
        workspace: the zones and the ledger.
        batch_id: the batch, or the delivery when all of it was refused.
        reason: a code of `REASONS`.
        to: a new file of mode 0600 outside of the zones; one in `.csv` is to be mended: the rows
            as they were sent, under a header, each with its line.

    Raises:
        PrivacyError: there is no reason, or it is not on the list.
        DeliveryError: the order of the columns was not noted.
        StorageError: nothing of that batch is in quarantine, it is altered, or the file is there
            already.
    """
    _check(workspace, reason, to)
    if batch_id not in workspace.quarantine.ids():
        # An id of which nothing was ever refused is refused as such, and not repeated.
        read_waiting(workspace, batch_id)
        raise StorageError("quarantine.no_rows", batch=batch_id)
    refused = sum(each.rows for each in workspace.quarantine.summary(batch_id))
    workspace.ledger.append(
        "opening", zone="quarantine", batch=batch_id, rows=refused, reason=reason
    )
    rows = workspace.quarantine.open(batch_id)
    dataset = _dataset_of(workspace, batch_id)
    text = [row.decode(row_codec(row, dataset), UNDECODED) for row in rows["row"].to_pylist()]
    shown = rows.set_column(rows.schema.get_field_index("row"), "row", pa.array(text, pa.string()))
    content = None
    if to is not None and to.suffix == ".csv":
        content = _to_mend(workspace, batch_id, shown, dataset)
    return _opened(
        workspace, shown, ids={"batch": batch_id}, step="quarantine show", to=to, content=content
    )


def open_review(
    workspace: Workspace, candidate_id: str, *, table: str, reason: str, to: Path | None = None
) -> Opened:
    """Return a table of a candidate under review, and write it to a file if one is named.

    Args:
        workspace: the zones and the ledger.
        candidate_id: as `prepare` named it.
        table: such as `exact_enrolment`.
        reason: a code of `REASONS`.
        to: a new file of mode 0600 outside of the zones.

    Raises:
        PrivacyError: the reason or the table is not on the list.
        StorageError: there is no such candidate, its counts are destroyed, or the file is there
            already.
    """
    _check(workspace, reason, to)
    tables = workspace.review.tables(candidate_id)
    check_choice("table", table, tables)
    rows = tables[table]
    workspace.ledger.append(
        "opening",
        zone="review",
        candidate=candidate_id,
        table=table,
        rows=rows.num_rows,
        reason=reason,
    )
    return _opened(workspace, rows, ids={"candidate": candidate_id}, step="review open", to=to)


def _check(workspace: Workspace, reason: str, to: Path | None) -> None:
    if not reason:
        raise PrivacyError("quarantine.no_reason", known=", ".join(REASONS))
    check_choice("reason", reason, REASONS)
    if to is not None:
        check_clear_target(to, workspace.home)


def _dataset_of(workspace: Workspace, batch_id: str) -> Dataset:
    """Return the contract of a batch, which bears the name of its dataset."""
    name = batch_id.rsplit("-", 2)[0]
    dataset = workspace.project.contracts.datasets.get(name)
    if dataset is None:
        raise PrivacyError("subjects.dataset_gone", name=name)
    return dataset


def _to_mend(workspace: Workspace, batch_id: str, rows: pa.Table, dataset: Dataset) -> bytes:
    """Return a file as its sender would write it, which `cartable quarantine fix` takes back."""
    columns = workspace.quarantine.columns(batch_id)
    if not columns:
        raise DeliveryError("quarantine.order_unknown", place=Place(file=batch_id))
    delimiter = dataset.text.delimiter
    texts = [
        delimiter.join((row.rstrip("\r\n"), str(line)))
        for line, row in zip(rows["line"].to_pylist(), rows["row"].to_pylist(), strict=True)
    ]
    # Of several encodings the first is the one that can be told from the others.
    encoding = dataset.text.encodings[0]
    return "".join(f"{text}\n" for text in (delimiter.join((*columns, LINE)), *texts)).encode(
        encoding
    )


def _opened(
    workspace: Workspace,
    rows: pa.Table,
    *,
    ids: dict[str, str],
    step: str,
    to: Path | None,
    content: bytes | None = None,
) -> Opened:
    if to is not None:
        if content is None:
            text = json.dumps(rows.to_pylist(), ensure_ascii=False, indent=2, default=str)
            content = f"{text}\n".encode()
        write_clear(to, content, workspace.home)
    receipt = Receipt(step=step, changed=True, ids=ids, counts={"rows": rows.num_rows})
    return Opened(rows=rows, receipt=receipt)
