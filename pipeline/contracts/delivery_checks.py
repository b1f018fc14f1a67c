"""What must hold of what a dataset contract says of its deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Dataset
from pipeline.contracts.findings import Finding, Path, unknown
from pipeline.contracts.formats import SqlFormat
from pipeline.contracts.rules import Keep, Pseudonymise


def check_deliveries(
    where: str, dataset: Dataset, codelists: Mapping[str, CodeList]
) -> Iterator[Finding]:
    """Find what a contract asks of deliveries that they cannot give."""
    yield from _told_beside(where, dataset)
    yield from _changes(where, dataset, codelists)
    form = dataset.format
    has_marks = isinstance(form, SqlFormat) and form.watermark is not None
    has_overlap = isinstance(form, SqlFormat) and form.overlap is not None
    if has_overlap and not (has_marks and dataset.mode == "delta"):
        yield Finding(where, ("format", "overlap"), "contract.overlap")


def _told_beside(where: str, dataset: Dataset) -> Iterator[Finding]:
    """Find what is wrong with what a control file, or the name of a file, is to tell."""
    numbers = {c.name for c in dataset.columns if c.type in {"integer", "decimal"}}
    for summed in dataset.control.sums if dataset.control else ():
        if summed not in numbers:
            yield unknown(where, ("control", "sums"), "column of numbers", summed)
    parts = [(dataset.date_in_name or "").count(part) for part in ("%Y", "%m", "%d")]
    if dataset.date_in_name and parts != [1, 1, 1]:
        yield Finding(where, ("date_in_name",), "contract.date_in_name")


def _changes(where: str, dataset: Dataset, codelists: Mapping[str, CodeList]) -> Iterator[Finding]:
    """Find what stands against reading changes: rows are named by what is kept of them."""
    columns = {column.name: column for column in dataset.columns}
    if dataset.mode == "delta":
        for name in dataset.key:
            if name in columns and not isinstance(columns[name].privacy, (Keep, Pseudonymise)):
                yield Finding(where, ("key",), "contract.delta_key", (("name", name),))
    if dataset.deletions is None:
        return
    path: Path = ("deletions", "column")
    column = columns.get(dataset.deletions.column)
    if column is None or not isinstance(column.privacy, Keep):
        yield unknown(where, path, "column kept as it is", dataset.deletions.column)
    elif column.codelist in codelists:
        known = codelists[str(column.codelist)].codes
        for value in dataset.deletions.values:
            if value not in known:
                path = ("deletions", "values")
                yield unknown(where, path, f"code of {column.codelist}", value)
