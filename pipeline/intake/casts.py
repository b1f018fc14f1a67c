"""Casts: the text of one column becomes the contract's type, or its rows are refused.

Nothing is guessed or trimmed. Codes keep their leading zeros; `NA`, `None` and `null` are text
like any other; only an empty cell is missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.coded import spread
from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column
from pipeline.errors import ContractError, DeliveryError, Place
from pipeline.intake.blanks import are_blank, are_empty, are_padded
from pipeline.intake.corruption import are_misread, are_spreadsheet_errors, are_totals
from pipeline.intake.dates import read_dates
from pipeline.intake.diagnosis import SIGNS, Fits, signs_of
from pipeline.intake.forms import fits_form, read_form
from pipeline.intake.masks import is_in, matches, where
from pipeline.intake.reference import Reference

# In the order in which the rules of one cell are tried; the first broken one is told.
RULES = (
    "row.required",
    "row.empty",
    "row.code",
    "row.integer",
    "row.decimal",
    "row.date",
    "row.date_impossible",
    "row.space",
    "row.pattern",
    "row.minimum",
    "row.maximum",
    "row.reference",
    "row.territory",
    "row.duplicate",
    "row.conflict",
    # What became of a cell, told in place of the rule that it breaks; see `diagnosis`.
    *SIGNS,
)
TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "date": pa.date32(),
}
SYNTAX_ASKED = "not a regular expression in RE2 syntax"
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Verdict:
    """For each row the number of its first broken rule in `RULES` from 1; 0 when none is.

    Attributes:
        rules: those numbers.
        fits: by rule, what tells of other cells whether they would keep it.
    """

    rules: NDArray[np.int8] = field(repr=False)
    fits: dict[str, Fits] = field(default_factory=dict, repr=False)

    def refuse(self, rule: str, broken: pa.ChunkedArray) -> None:
        """Refuse the rows that break a rule, unless an earlier one refused them; null: kept."""
        self.refuse_where(rule, pc.fill_null(broken, pa.scalar(value=False)).to_numpy())

    def refuse_where(self, rule: str, mask: NDArray[np.bool_]) -> None:
        """Refuse the rows of a mask, unless an earlier rule refused them."""
        self.rules[mask & (self.rules == 0)] = RULES.index(rule) + 1

    def name_damage(self, cells: pa.ChunkedArray, column: Column) -> None:
        """Tell what became of a cell, where its form shows it, in place of the rule it breaks."""
        for number in np.unique(self.rules[self.rules > 0]).tolist():
            rows = np.flatnonzero(self.rules == number)
            named = np.zeros(len(rows), np.bool_)
            looked_at = cells.take(pa.array(rows))
            for sign, shown in signs_of(looked_at, RULES[number - 1], column, self.fits):
                self.rules[rows[shown & ~named]] = RULES.index(sign) + 1
                named |= shown


@dataclass(frozen=True, slots=True)
class CastColumn:
    """One column: its typed values (null where missing or refused) and the verdict per row."""

    values: pa.ChunkedArray = field(repr=False)
    verdict: Verdict


def cast_column(
    cells: pa.ChunkedArray,
    column: Column,
    *,
    codelists: Mapping[str, CodeList],
    reference: Reference,
    is_key: bool = False,
    place: Place,
) -> CastColumn:
    """Return the typed values of a column and which rows break which of its rules.

    Args:
        cells: the column as delivered, text; an empty cell is missing.
        column: its contract.
        codelists: those of the project.
        reference: what `references` and `territory` are checked against.
        is_key: whether it is part of the dataset's key; white space around it is then refused.
        place: dataset and file.

    Raises:
        DeliveryError: what the column refers to was not given.
        ContractError: the pattern or the date format cannot be applied.
    """
    place = replace(place, column=column.name)
    verdict = Verdict(np.zeros(len(cells), np.int8))
    written = cells.chunks
    if column.required:
        verdict.refuse_where("row.required", _of_each(are_blank, written))
    is_empty = _of_each(are_empty, written)
    if is_empty.any():
        cells = pc.if_else(pa.array(is_empty), pa.scalar(None, pa.string()), cells)
    fits = verdict.fits
    values = _typed(cells, column, verdict, codelists)
    if is_key:
        verdict.refuse_where("row.space", _of_each(are_padded, written))
        verdict.refuse_where("row.total", _of_each(are_totals, written))
    if column.pattern is not None:
        fits["row.pattern"] = partial(_fits, pattern=column.pattern, place=place)
        verdict.refuse("row.pattern", pc.invert(fits["row.pattern"](cells)))
    if column.type in {"integer", "decimal"}:
        _check_bounds(values, column, verdict)
    if column.references is not None:
        known = _known(reference.values, column.references, place).cast(values.type)
        fits["row.reference"] = lambda written: is_in(written, known.cast(pa.string()))
        verdict.refuse("row.reference", pc.invert(is_in(values, known)))
    if column.territory is not None:
        current = partial(_current, level=column.territory, reference=reference, place=place)
        fits["row.territory"] = lambda written: pc.is_valid(current(written))
        values = current(values)
        verdict.refuse("row.territory", pc.and_(pc.is_null(values), pc.is_valid(cells)))
    if column.type == "text":
        verdict.refuse_where("row.mojibake", _of_each(are_misread, written))
        verdict.refuse_where("row.spreadsheet_error", _of_each(are_spreadsheet_errors, written))
    verdict.name_damage(cells, column)
    return CastColumn(values, verdict)


def cast_distinct(
    cells: pa.ChunkedArray,
    column: Column,
    *,
    codelists: Mapping[str, CodeList],
    reference: Reference,
    is_key: bool = False,
    place: Place,
) -> CastColumn:
    """Return what `cast_column` does, asking it once for cells that are alike where many are.

    Text is coded then.
    """
    is_plain_text = column.type == "text" and not (
        column.pattern or column.references or column.territory
    )
    encoded = None if is_key or is_plain_text else cells.combine_chunks().dictionary_encode()
    is_worth = encoded is not None and 2 * len(encoded.dictionary) <= len(cells)
    cast = cast_column(
        pa.chunked_array([encoded.dictionary]) if is_worth and encoded is not None else cells,
        column,
        codelists=codelists,
        reference=reference,
        is_key=is_key,
        place=place,
    )
    if not is_worth or encoded is None:
        return cast
    rules = cast.verdict.rules
    indices = encoded.indices
    of_rows = rules[indices.to_numpy()] if rules.any() else np.zeros(len(cells), np.int8)
    values = spread(cast.values.combine_chunks(), indices)
    return CastColumn(pa.chunked_array([values]), Verdict(of_rows))


def _of_each(
    told: Callable[[pa.Array], NDArray[np.bool_]], pieces: Sequence[pa.Array]
) -> NDArray[np.bool_]:
    return np.concatenate([np.zeros(0, np.bool_), *map(told, pieces)])


def _typed(
    cells: pa.ChunkedArray,
    column: Column,
    verdict: Verdict,
    codelists: Mapping[str, CodeList],
) -> pa.ChunkedArray:
    """Return the typed values; refuse what is none, and note by which rule it would be one."""
    match column.type:
        case "text":
            return cells
        case "code":
            codelist = codelists[str(column.codelist)]
            verdict.fits["row.code"] = lambda written: pc.is_valid(_codes(written, codelist))
            values = _codes(cells, codelist)
            verdict.refuse("row.code", pc.and_(pc.is_null(values), pc.is_valid(cells)))
            return values
        case "date":
            form = str(column.format)
            verdict.fits["row.date"] = lambda written: read_dates(written, form).is_written
            return _dates(cells, form, verdict)
        case "integer" | "decimal":
            # 15 digits is what a float64 holds for certain, 18 what an int64 does.
            mark = re.escape(column.decimal)
            form = (
                r"-?[0-9]{1,18}"
                if column.type == "integer"
                else rf"-?[0-9]{{1,15}}(?:{mark}[0-9]{{1,20}})?"
            )
            rule = f"row.{column.type}"
            verdict.fits[rule] = partial(matches, pattern=form)
            is_number = matches(cells, form)
            verdict.refuse(rule, pc.invert(is_number))
            plain = pc.replace_substring(
                where(is_number, cells), pattern=column.decimal, replacement="."
            )
            return plain.cast(TYPES[column.type])


def _codes(cells: pa.ChunkedArray, codelist: CodeList) -> pa.ChunkedArray:
    """Return the code of each spelling; null where there is none."""
    spellings = {unicodedata.normalize("NFC", s): code for s, code in codelist.spellings.items()}
    positions = pc.index_in(pc.utf8_normalize(cells, form="NFC"), value_set=_strings(spellings))
    positions = where(pc.is_valid(cells), positions)
    return pc.take(_strings(spellings.values()), positions)


def _dates(cells: pa.ChunkedArray, form: str, verdict: Verdict) -> pa.ChunkedArray:
    dates = read_dates(cells, form)
    verdict.refuse("row.date", pc.invert(dates.is_written))
    verdict.refuse("row.date_impossible", pc.and_(dates.is_written, pc.invert(dates.exists)))
    return dates.values


def _check_bounds(values: pa.ChunkedArray, column: Column, verdict: Verdict) -> None:
    if column.minimum is not None:
        verdict.refuse("row.minimum", pc.less(values, column.minimum))
    if column.maximum is not None:
        verdict.refuse("row.maximum", pc.greater(values, column.maximum))


def _current(
    values: pa.ChunkedArray, level: str, reference: Reference, place: Place
) -> pa.ChunkedArray:
    """Return each code at the reference vintage; null where there is none."""
    codes = _strings(_known(reference.territories, level, place))
    moved = pc.take(
        _strings(reference.changes.values()),
        where(
            pc.is_valid(values), pc.index_in(values, value_set=_strings(reference.changes.keys()))
        ),
    )
    current = pc.if_else(is_in(values, codes), values, moved)
    return where(is_in(current, codes), current)


def _known(given: Mapping[str, Given], name: str, place: Place) -> Given:
    if name not in given:
        raise DeliveryError("delivery.no_reference", place=place, name=name)
    return given[name]


def _fits(cells: pa.ChunkedArray, pattern: str, place: Place) -> pa.ChunkedArray:
    form = read_form(pattern)
    fits = form and fits_form(cells.combine_chunks(), form)
    return _matches(cells, pattern, place) if fits is None else pa.chunked_array([fits])


def _matches(cells: pa.ChunkedArray, pattern: str, place: Place) -> pa.ChunkedArray:
    try:
        matches(pa.chunked_array([[""]]), pattern)
    except pa.ArrowInvalid:
        is_valid = False
    else:
        is_valid = True
    if not is_valid:
        place = replace(place, file=None, rule="pattern")
        raise ContractError("contract.bad_value", place=place, why=SYNTAX_ASKED)
    return matches(cells, pattern)


def _strings(values: object) -> pa.Array:
    return pa.array(values, pa.string())
