"""What the columns of a delivery refer to: rows of other datasets, territories."""

from __future__ import annotations

import pyarrow as pa

from pipeline.contracts import Dataset
from pipeline.errors import DeliveryError, Place
from pipeline.intake import Reference
from pipeline.steps.workspace import Workspace


def read_reference(workspace: Workspace, dataset: Dataset, period: str, *, file: str) -> Reference:
    """Return what rows of a dataset are checked against: rows in force, territories.

    Args:
        workspace: the project and zones.
        dataset: its contract.
        period: of the rows.
        file: what to call the delivery in messages.

    Raises:
        DeliveryError: a dataset that a column refers to was not accepted yet.
    """
    values: dict[str, pa.Array] = {}
    for column in dataset.columns:
        if column.references is None:
            continue
        other, _, name = column.references.partition(".")
        if not workspace.protected.batches(other, period):
            place = Place(
                dataset=dataset.dataset,
                file=file,
                column=column.name,
                rule=f"columns.{column.name}.references",
            )
            raise DeliveryError(
                "delivery.reference_missing", place=place, name=other, period=period
            )
        values[column.references] = workspace.protected.current(other, period)[name]
    geography = workspace.project.geography
    levels = {level for level, _ in geography.territories}
    return Reference(
        values=values,
        territories={
            level: frozenset(code for at, code in geography.territories if at == level)
            for level in levels
        },
        changes=geography.changes,
    )
