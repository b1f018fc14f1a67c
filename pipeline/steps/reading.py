"""Read a sealed delivery under its contract; recode and judge its rows, on their way to a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

import pyarrow as pa

from pipeline.contracts import Dataset
from pipeline.errors import Place
from pipeline.intake import Apart, Reading, ReceivedLines, Task, read_by
from pipeline.intake.reading import ALL_LINES
from pipeline.privacy.minimise import minimise, needed_columns
from pipeline.privacy.recode import recode
from pipeline.quality import Library, Verdict, gate_parameters, require, run_gate
from pipeline.steps.referring import read_reference
from pipeline.steps.rulebooks import is_by_row, rulebook
from pipeline.steps.workspace import Workspace


def read_sealed(
    workspace: Workspace, dataset: Dataset, delivery_id: str, *, file: str, period: str
) -> Reading:
    """Return the rows of a sealed delivery, minimised, and those that were refused.

    Args:
        workspace: the project, keys and zones.
        dataset: the contract that it is read under.
        delivery_id: a delivery that was looked through for persons on the lists.
        file: what to call it in messages.
        period: of its rows.

    Raises:
        DeliveryError: the file is refused as a whole.
        PrivacyError: a rule of what is kept cannot be applied.
    """
    reference = read_reference(workspace, dataset, period, file=file)
    rules = rulebook(workspace, dataset, period)
    task = Task(
        dataset=dataset,
        codelists=workspace.project.contracts.codelists,
        reference=reference,
        wanted=needed_columns(dataset, rules),
        is_coded=True,
        period=period,
    )
    place = Place(dataset=dataset.dataset, file=file)
    with (
        Apart(workspace.nursery, task, place) as reader,
        workspace.deliveries.open(delivery_id) as source,
    ):
        reading = read_by(
            reader,
            source,
            task,
            place=place,
            keep=lambda typed: minimise(typed, dataset, rules),
            again=(lambda: workspace.deliveries.open(delivery_id))
            if is_by_row(dataset, rules)
            else None,
            lines=ReceivedLines(workspace.deliveries.gone_lines(delivery_id), dataset.lines_added),
        )
    # In one piece for gate and store alike, so that neither makes a copy of its own.
    return replace(reading, accepted=reading.accepted.combine_chunks())


def read_rows(
    workspace: Workspace,
    dataset: Dataset,
    source: BinaryIO,
    *,
    place: Place,
    period: str,
    beside: Sequence[str],
    lines: ReceivedLines = ALL_LINES,
) -> Reading:
    """Return a few rows, minimised, with some columns of theirs beside what is kept.

    Args:
        workspace: the project and keys.
        dataset: the contract that they are read under.
        source: a file of them.
        place: what to call it in messages.
        period: of the rows.
        beside: columns of the contract that are carried along as they were read, and that its
            privacy rules do not see.
        lines: which lines of the file were taken out.

    Raises:
        CartableError: as `read_sealed`.
    """
    own = dataset.model_copy(
        update={"columns": tuple(c for c in dataset.columns if c.name not in beside)}
    )
    rules = rulebook(workspace, own, period)
    task = Task(
        dataset=dataset,
        codelists=workspace.project.contracts.codelists,
        reference=read_reference(workspace, dataset, period, file=str(place.file)),
        wanted=needed_columns(own, rules) | set(beside),
        period=period,
    )

    def keep(typed: pa.Table) -> pa.Table:
        kept = minimise(typed.drop_columns([*beside]), own, rules)
        for name in beside:
            kept = kept.append_column(name, typed[name])
        return kept

    with Apart(workspace.nursery, task, place) as reader:
        return read_by(reader, source, task, place=place, keep=keep, lines=lines)


def recoded(workspace: Workspace, dataset: Dataset, rows: pa.Table, *, period: str) -> pa.Table:
    """Return rows as the recoding of their dataset and period keeps them."""
    return recode(
        rows,
        dataset.dataset,
        period,
        contracts=workspace.project.contracts,
        geography=workspace.project.geography,
    )


def judged(workspace: Workspace, dataset: Dataset, rows: pa.Table, *, library: Library) -> Verdict:
    """Return the verdict of the gate on rows that are about to be kept.

    Raises:
        QualityError: a critical expectation failed.
    """
    verdict = run_gate(
        rows,
        workspace.project.suites["protected", dataset.dataset],
        zone="protected",
        name=dataset.dataset,
        parameters=gate_parameters(
            workspace.project.contracts, zone="protected", name=dataset.dataset
        ),
        library=library,
    )
    return require(verdict)
