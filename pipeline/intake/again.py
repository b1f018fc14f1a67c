"""Refused rows once more: as a small file under the contract, each with the line that it was on.

A sealed row lost its header. Under the contract's columns in the order that was noted with it, and
with its line as one column more, it is read as a delivery is, by the same rules.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

import pyarrow as pa

from pipeline.contracts.base import Label
from pipeline.contracts.datasets import Column, Dataset
from pipeline.contracts.rules import Drop, Keep, Pseudonymise
from pipeline.intake.row_codecs import row_codec

LINE = "refused_line"


def with_lines(dataset: Dataset) -> Dataset:
    """Return a contract whose rows also say on which line they were refused; any may be again."""
    line = Column(
        name=LINE,
        label=Label(en="Line that was refused", fr="Ligne refusée"),
        type="integer",
        role="attribute",
        privacy=Keep(rule="keep"),
        minimum=1,
    )
    return unlimited(dataset).model_copy(update={"columns": (*dataset.columns, line)})


def unlimited(dataset: Dataset) -> Dataset:
    """Return a contract under which any share of the rows may be refused."""
    return dataset.model_copy(update={"max_refused_pct": 100.0})


def by_key(dataset: Dataset) -> Dataset:
    """Return a contract that asks nothing of a row but what names it."""
    named = set(dataset.row_key)
    for column in dataset.columns:
        if column.name in dataset.key and isinstance(column.privacy, Pseudonymise):
            named.update(column.privacy.with_)
    loose = {
        "type": "text",
        "required": False,
        "codelist": None,
        "format": None,
        "pattern": None,
        "minimum": None,
        "maximum": None,
        "references": None,
        "territory": None,
        "privacy": Drop(rule="drop"),
    }
    columns = tuple(
        column.model_copy(update={"references": None} if column.name in named else loose)
        for column in dataset.columns
    )
    return dataset.model_copy(update={"columns": columns})


def readable(dataset: Dataset) -> Dataset:
    """Return a contract by which the file of `file_of` is read."""
    written = dataset.text.model_copy(update={"encoding": "utf-8"})
    return dataset.model_copy(update={"format": written})


def as_text(dataset: Dataset) -> Dataset:
    """Return a contract by which rows come as text, whatever they were delivered as."""
    return dataset.model_copy(update={"format": dataset.text})


def file_of(rows: pa.Table, columns: Sequence[str], dataset: Dataset) -> bytes:
    """Return refused rows as a file in UTF-8, each with its line; `readable` reads it.

    Rows of which nothing is left, since they named a person who was erased, are left out.

    Args:
        rows: line, row (the record as it was received).
        columns: the contract's columns in the order of each row.
        dataset: the contract that they were delivered under.
    """
    delimiter = dataset.text.delimiter
    texts = [
        f"{text}{delimiter}{line}\n"
        for line, text in zip(rows["line"].to_pylist(), _texts(rows, dataset), strict=True)
        if text
    ]
    return "".join([delimiter.join([*columns, LINE]) + "\n", *texts]).encode()


def cells_of(
    rows: pa.Table, columns: Sequence[str], name: str, dataset: Dataset
) -> list[str | None]:
    """Return what refused rows hold in one column; None where it cannot be told."""
    at = columns.index(name)
    found: list[str | None] = []
    for text in _texts(rows, dataset):
        cells = next(csv.reader([text], delimiter=dataset.text.delimiter), [])
        found.append(cells[at] if len(cells) == len(columns) else None)
    return found


def _texts(rows: pa.Table, dataset: Dataset) -> list[str]:
    raw = rows["row"].to_pylist()
    return [row.decode(row_codec(row, dataset), "replace").rstrip("\r\n") for row in raw]
