"""Exact sums of delivered columns, of every cell that is a number, refused rows among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.datasets import Dataset

Sums = Mapping[str, Decimal]
# A longer cell is no number of the contract; no sum of shorter ones is ever rounded.
LONGEST = 100
_EXACT = Context(prec=400)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SUM = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,100})?")


def summed_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of which a control file may tell the sum."""
    return dataset.control.sums if dataset.control else ()


def add_up(cells: pa.Table, dataset: Dataset) -> Sums:
    """Return the sum of each column that a control file may tell of.

    Args:
        cells: every cell as text.
        dataset: their contract.
    """
    return {
        name: _sum(cells[name], decimal=dataset.column(name).decimal)
        for name in summed_columns(dataset)
    }


def together(sums: Iterable[Sums]) -> Sums:
    """Return the sums of all parts of a file."""
    whole: dict[str, Decimal] = {}
    for part in sums:
        for name, number in part.items():
            whole[name] = _EXACT.add(whole.get(name, Decimal(0)), number)
    return whole


def _sum(cells: pa.ChunkedArray, *, decimal: str) -> Decimal:
    total = Decimal(0)
    for counted in pc.value_counts(cells.cast(pa.string())).to_pylist():
        text = str(counted["values"])
        if decimal != ".":
            # A point would be another sign than the agreed one.
            text = text.replace(".", "?").replace(decimal, ".")
        if len(text) <= LONGEST and _NUMBER.fullmatch(text):
            total = _EXACT.add(total, _EXACT.multiply(Decimal(text), Decimal(counted["counts"])))
    return total
