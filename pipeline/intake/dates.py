"""Dates exactly in the declared form: no other form, no two-digit year, no roll-over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.errors import ContractError, Place
from pipeline.intake.masks import matches, where

PARTS_ASKED = "a date has %d, %m and %Y, once each"
_DIGITS = {"%d": 2, "%m": 2, "%Y": 4}
Spans = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Dates:
    """Cells read as dates.

    Attributes:
        values: date32, null where missing, in another form or not in the calendar.
        is_written: whether the cell has the declared form; null where missing.
        exists: whether the calendar (proleptic Gregorian, years 1 to 9999) has the day;
            without meaning where the form is another.
    """

    values: pa.ChunkedArray = field(repr=False)
    is_written: pa.ChunkedArray = field(repr=False)
    exists: pa.ChunkedArray = field(repr=False)


def read_dates(cells: pa.ChunkedArray, form: str) -> Dates:
    """Return the cells of a column as dates.

    Args:
        cells: text, null where missing.
        form: such as %d/%m/%Y: %d, %m and %Y once each, between characters that stand for
            themselves.

    Raises:
        ContractError: the form has other parts.
    """
    pattern, spans = _pattern(form)
    is_written = matches(cells, pattern)
    written = where(is_written, cells)
    year, month, day = (_number(written, spans[part]) for part in ("%Y", "%m", "%d"))
    years = (year - 1970).astype("datetime64[Y]")
    months = years.astype("datetime64[M]") + (month - 1)
    days = months.astype("datetime64[D]") + (day - 1)
    # A day or month that does not exist, 0 included, lands in another month or year.
    lands = (days.astype("datetime64[M]") == months) & (months.astype("datetime64[Y]") == years)
    exists = pa.chunked_array([pa.array(lands & (year > 0))])
    values = pa.chunked_array([pa.array(days).cast(pa.date32())])
    return Dates(where(pc.and_(is_written, exists), values), is_written, exists)


def _pattern(form: str) -> tuple[str, Spans]:
    """Return the regular expression of a form, and where its parts stand, in characters."""
    pattern, spans, at = "", Spans(), 0
    parts = re.findall(r"%.|[^%]", form, re.DOTALL)
    for part in parts:
        length = _DIGITS.get(part, 1)
        pattern += f"[0-9]{{{length}}}" if part in _DIGITS else re.escape(part)
        spans[part] = (at, at + length)
        at += length
    if sorted(part for part in parts if part.startswith("%")) != sorted(_DIGITS):
        raise ContractError("contract.bad_value", place=Place(rule="format"), why=PARTS_ASKED)
    return pattern, spans


def _number(written: pa.ChunkedArray, span: tuple[int, int]) -> NDArray[np.int64]:
    digits = pc.utf8_slice_codeunits(written, start=span[0], stop=span[1])
    numbers: NDArray[np.int64] = digits.cast(pa.int64()).fill_null(1).to_numpy()
    return numbers
