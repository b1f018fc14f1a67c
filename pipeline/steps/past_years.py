"""A past school year as a whole: what waits of every dataset, those first that others refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

from pipeline.contracts import Dataset
from pipeline.steps.inbox import find_waiting
from pipeline.steps.workspace import Workspace


def find_year(
    workspace: Workspace, period: str, *, datasets: Sequence[str] = ()
) -> list[dict[str, str]]:
    """Return the deliveries of a school year that are no batch yet, as dataset, file and period.

    Args:
        workspace: the project and zones, and the inbox.
        period: the first year of the school year, such as `2019`.
        datasets: of these alone; default: all.

    Raises:
        DeliveryError: there is no inbox.
    """
    return [
        {"dataset": name, "file": one.file, "period": one.period}
        for name in _in_order(workspace.project.contracts.datasets)
        if not datasets or name in datasets
        for one in find_waiting(workspace, name, period=period)
    ]


def _in_order(datasets: Mapping[str, Dataset]) -> list[str]:
    """Return the datasets so that one comes after those that its columns refer to."""
    needed = {
        name: [
            column.references.partition(".")[0]
            for column in dataset.columns
            if column.references is not None
        ]
        for name, dataset in datasets.items()
    }
    return list(TopologicalSorter(needed).static_order())
