"""Keep of each row what its contract says, by exactly one rule per column, and no more.

What enters is the typed table of a delivery; what leaves holds no direct identifier. A column
that the contract does not know is never kept: the whole table is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import (
    CodeList,
    Column,
    Dataset,
    Drop,
    Generalise,
    Keep,
    Pseudonymise,
)
from pipeline.errors import Place, PrivacyError
from pipeline.privacy.pseudonyms import pseudonymise

KEPT_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "date": pa.date32(),
}


def minimise(
    table: pa.Table,
    dataset: Dataset,
    codelists: Mapping[str, CodeList],
    keys: Mapping[str, bytes],
) -> pa.Table:
    """Return what is kept of a table: same rows, the contract's kept columns in its order.

    Args:
        table: exactly the contract's columns in any order, typed, codes as in the code lists.
        dataset: the contract, with one privacy rule per column.
        codelists: code list by name.
        keys: the 32-byte pseudonym key of each domain.

    Returns:
        Text and codes as string, integers as int64, decimals as float64, dates as date32,
        pseudonyms as 16 bytes. No metadata of the input is carried over.

    Raises:
        PrivacyError: a column is unknown, missing or repeated, a code is not in its list or
            has no coarser one, an identifier or a key is missing. Nothing is returned then.
    """
    _check_columns(table, dataset)
    kept = {}
    for column in dataset.columns:
        try:
            values = _applied(table.column(column.name), column, codelists, keys)
        except PrivacyError as error:
            raise _at(error, dataset.dataset, column.name) from None
        except pa.ArrowException:
            place = Place(dataset=dataset.dataset, column=column.name)
            raise PrivacyError("privacy.not_of_type", place=place, type=column.type) from None
        if values is not None:
            kept[str(column.kept_as)] = values
    return pa.table(kept)


def _check_columns(table: pa.Table, dataset: Dataset) -> None:
    """Refuse a table whose columns are not the contract's; unknown names are not repeated."""
    found, declared = Counter(table.column_names), {column.name for column in dataset.columns}
    for name in sorted(declared):
        if found[name] != 1:
            code = "privacy.column_repeated" if found[name] else "privacy.column_missing"
            raise PrivacyError(code, place=Place(dataset=dataset.dataset, column=name))
    if unknown := len(found.keys() - declared):
        place = Place(dataset=dataset.dataset)
        raise PrivacyError("privacy.columns_unknown", place=place, count=unknown)


def _applied(
    values: pa.ChunkedArray,
    column: Column,
    codelists: Mapping[str, CodeList],
    keys: Mapping[str, bytes],
) -> pa.Array | pa.ChunkedArray | None:
    """Return what the column's rule keeps, or None when it keeps nothing."""
    match column.privacy:
        case Drop():
            return None
        case Keep():
            return _kept(values, column, codelists)
        case Pseudonymise(domain=domain):
            return _pseudonymised(values, domain=domain, keys=keys)
        case Generalise(to=target):
            return _generalised(values, _codelist(column, codelists), target=target)


def _kept(
    values: pa.ChunkedArray, column: Column, codelists: Mapping[str, CodeList]
) -> pa.ChunkedArray:
    typed = values.cast(KEPT_TYPES[column.type])
    if column.type == "code":
        known = {code: code for code in _codelist(column, codelists).codes}
        return _recoded(typed, known, refusal="privacy.code_unknown")
    return typed


def _pseudonymised(values: pa.ChunkedArray, *, domain: str, keys: Mapping[str, bytes]) -> pa.Array:
    if domain not in keys:
        raise PrivacyError("privacy.no_key", domain=domain)
    return pseudonymise([values], key=keys[domain])


def _generalised(values: pa.ChunkedArray, codelist: CodeList, *, target: str) -> pa.ChunkedArray:
    broader = codelist.broader(target)
    return _recoded(values.cast(pa.string()), broader, refusal="privacy.no_coarser_code")


def _recoded(
    codes: pa.ChunkedArray, recoding: Mapping[str, str], *, refusal: str
) -> pa.ChunkedArray:
    """Return the recoded codes, nulls as nulls; refuse if the recoding lacks a code."""
    positions = pc.index_in(codes, value_set=pa.array(recoding.keys(), pa.string()))
    if lacking := positions.null_count - codes.null_count:
        raise PrivacyError(refusal, count=lacking)
    return pc.take(pa.array(recoding.values(), pa.string()), positions)


def _codelist(column: Column, codelists: Mapping[str, CodeList]) -> CodeList:
    if column.codelist is None or column.codelist not in codelists:
        raise PrivacyError("privacy.no_codelist")
    return codelists[column.codelist]


def _at(error: PrivacyError, dataset: str, column: str) -> PrivacyError:
    """Return the same refusal with its address."""
    problem, place = error.problem, Place(dataset=dataset, column=column)
    facts: dict[str, Any] = dict(problem.facts)
    return PrivacyError(problem.code, place=place, count=problem.count, **facts)
