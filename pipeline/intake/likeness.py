"""What refused rows say, however a sender wrote them: one hash for the same rows.

Quotes, the order of rows and that of columns are ways to write; cells, and the rule that each row
broke, are content.
"""

from __future__ import annotations

import csv
import hashlib
import json

import pyarrow as pa

from pipeline.contracts.datasets import Dataset


def hash_refused(refused: pa.Table, dataset: Dataset) -> str | None:
    """Return the SHA-256, in hex, of refused rows; None where there are none.

    Args:
        refused: in the form of `REFUSED`.
        dataset: their contract, which says how cells are written.
    """
    if not refused.num_rows:
        return None
    told = zip(
        refused["column"].to_pylist(),
        refused["rule"].to_pylist(),
        (_cells(row, dataset) for row in refused["row"].to_pylist()),
        strict=True,
    )
    return hashlib.sha256("\n".join(sorted(map(json.dumps, told))).encode()).hexdigest()


def _cells(row: bytes, dataset: Dataset) -> list[str]:
    """Return the cells of a row, sorted: no column of the file need be known by its place."""
    # A row is one line, but a cell may hold what other readers take for a line end.
    text = _text(row, dataset)
    try:
        read = csv.reader([text], delimiter=dataset.text.delimiter, strict=True)
        return sorted(cell for record in read for cell in record)
    except csv.Error:
        return [text]


def _text(row: bytes, dataset: Dataset) -> str:
    """Return the characters of a row in the first declared encoding that it fits."""
    declared = dataset.text.encoding
    for name in (declared,) if isinstance(declared, str) else declared:
        try:
            return row.decode("utf-16-le" if name == "utf-16" else name)
        except UnicodeDecodeError:
            continue
    # Each byte a character: rows that differ stay apart.
    return row.decode("latin-1")
