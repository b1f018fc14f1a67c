"""What must hold of what a dataset contract says of its deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column, Dataset
from pipeline.contracts.enrolments import AllEnrolments, LatestEnrolment
from pipeline.contracts.findings import Finding, Path, unknown
from pipeline.contracts.formats import OneRosterFormat, SqlFormat
from pipeline.contracts.rules import Keep, Pseudonymise, TruncateDate

_DATES = (Keep, TruncateDate)


def check_deliveries(
    where: str, dataset: Dataset, codelists: Mapping[str, CodeList]
) -> Iterator[Finding]:
    """Find what a contract asks of deliveries that they cannot give."""
    yield from _told_beside(where, dataset)
    yield from _changes(where, dataset, codelists)
    yield from _double_enrolments(where, dataset, codelists)
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
        sender = dataset.expected.column if dataset.expected else None
        if sender and sender not in dataset.key and dataset.double_enrolment is None:
            yield Finding(where, ("double_enrolment",), "contract.delta_doubles")
        for name in dataset.key:
            if name in columns and not isinstance(columns[name].privacy, (Keep, Pseudonymise)):
                yield Finding(where, ("key",), "contract.delta_key", (("name", name),))
        if isinstance(dataset.format, OneRosterFormat) and dataset.deletions is None:
            yield Finding(where, ("deletions",), "contract.roster_deletions")
    if dataset.deletions is None:
        return
    path: Path = ("deletions", "column")
    column = columns.get(dataset.deletions.column)
    if column is None or not isinstance(column.privacy, Keep):
        yield unknown(where, path, "column kept as it is", dataset.deletions.column)
        return
    path = ("deletions", "values")
    for value in _strange(column, dataset.deletions.values, codelists):
        yield unknown(where, path, f"code of {column.codelist}", value)


def _double_enrolments(
    where: str, dataset: Dataset, codelists: Mapping[str, CodeList]
) -> Iterator[Finding]:
    """Find what stands against telling which rows of a person count."""
    doubles = dataset.double_enrolment
    if doubles is None:
        return
    kept = {str(column.kept_as): column for column in dataset.kept}
    person = kept.get(doubles.person)
    if person is None or not isinstance(person.privacy, (Keep, Pseudonymise)):
        path: Path = ("double_enrolment", "person")
        yield unknown(where, path, "kept column", doubles.person)
    if isinstance(doubles, AllEnrolments) or doubles.column is None:
        return
    column = kept.get(doubles.column)
    path = ("double_enrolment", "column")
    if isinstance(doubles, LatestEnrolment):
        if not (column and column.type == "date" and isinstance(column.privacy, _DATES)):
            yield unknown(where, path, "kept date", doubles.column)
        return
    if column is None or not isinstance(column.privacy, Keep):
        yield unknown(where, path, "column kept as it is", doubles.column)
        return
    path = ("double_enrolment", "values")
    for value in _strange(column, doubles.values, codelists):
        yield unknown(where, path, f"code of {column.codelist}", value)


def _strange(
    column: Column, values: Iterable[str], codelists: Mapping[str, CodeList]
) -> Iterator[str]:
    """Find values that no cell of a coded column can hold."""
    if column.codelist in codelists:
        known = codelists[str(column.codelist)].codes
        yield from (value for value in values if value not in known)
