"""Keep of each row what its contract says, by exactly one rule per column, and no more.

What enters is the typed table of a delivery; what leaves holds no direct identifier. A column
that the contract does not know is never kept: the whole table is refused. So is one whose kept
text holds an identifier.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any, TypeAlias

import pyarrow as pa

from pipeline.coded import is_coded, of_each_value, plain
from pipeline.contracts import (
    Age,
    Band,
    Clip,
    Column,
    Dataset,
    Drop,
    Generalise,
    GeneraliseTerritory,
    Keep,
    Map,
    Pseudonymise,
    Redact,
    Round,
    TruncateDate,
)
from pipeline.errors import Place, PrivacyError
from pipeline.privacy import codes, dates, numbers
from pipeline.privacy.planted import check_planted, is_name_sought, name_columns
from pipeline.privacy.pseudonyms import PSEUDONYM, pseudonymise
from pipeline.privacy.rulebook import Rulebook

Values: TypeAlias = "pa.Array | pa.ChunkedArray"

KEPT_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "pseudonym": PSEUDONYM,
}


def needed_columns(dataset: Dataset, rulebook: Rulebook) -> frozenset[str]:
    """Return the columns that `minimise` looks at: all but those that are dropped unseen.

    Args:
        dataset: the contract.
        rulebook: those of which a kept text may be somebody's name by chance.
    """
    dropped = {column.name for column in dataset.columns if isinstance(column.privacy, Drop)}
    for column in dataset.columns:
        if isinstance(column.privacy, Pseudonymise):
            dropped -= {*column.privacy.with_}
    if is_name_sought(dataset, rulebook):
        dropped -= {column.name for column in name_columns(dataset)}
    return frozenset(column.name for column in dataset.columns if column.name not in dropped)


def minimise(table: pa.Table, dataset: Dataset, rulebook: Rulebook) -> pa.Table:
    """Return what is kept of a table: same rows, the contract's kept columns in its order.

    Args:
        table: exactly the contract's columns in any order, typed, codes as in the code lists;
            those that no rule looks at (`needed_columns`) may be left out. Text may be coded.
        dataset: the contract, with one privacy rule per column.
        rulebook: lists, keys and territories of the dataset and period.

    Returns:
        Text and codes as string, coded where what they are made of is; integers as int64,
        decimals as float64, dates as date32, whether a cell was filled as bool, pseudonyms as 16
        bytes. No metadata of the input is carried over.

    Raises:
        PrivacyError: a column is unknown, missing or repeated, a kept text holds an identifier,
            a code is not in its list or has no coarser one, a number or date is none that the
            rule can be applied to, an identifier or a key is missing. Nothing is returned then.
    """
    _check_columns(table, dataset, rulebook)
    check_planted(table, dataset, rulebook)
    kept = {}
    for column in dataset.columns:
        place = Place(dataset=dataset.dataset, column=column.name)
        try:
            if column.kept_as is not None:
                values = _applied(table, column, rulebook)
                kind = KEPT_TYPES[str(column.kept_type)]
                is_kept_coded = is_coded(values) and kind == pa.string()
                kept[column.kept_as] = values if is_kept_coded else values.cast(kind)
        except PrivacyError as error:
            raise _at(error, place) from None
        except pa.ArrowException:
            raise PrivacyError("privacy.not_of_type", place=place, type=column.type) from None
    return pa.table(kept)


def _check_columns(table: pa.Table, dataset: Dataset, rulebook: Rulebook) -> None:
    """Refuse a table whose columns are not the contract's; unknown names are not repeated."""
    found, declared = Counter(table.column_names), {column.name for column in dataset.columns}
    needed = needed_columns(dataset, rulebook)
    for name in sorted(declared):
        if found[name] != 1 and (found[name] or name in needed):
            code = "privacy.column_repeated" if found[name] else "privacy.column_missing"
            raise PrivacyError(code, place=Place(dataset=dataset.dataset, column=name))
    if unknown := len(found.keys() - declared):
        place = Place(dataset=dataset.dataset)
        raise PrivacyError("privacy.columns_unknown", place=place, count=unknown)


def _applied(table: pa.Table, column: Column, rulebook: Rulebook) -> Values:
    """Return what the column's rule keeps."""
    rule = column.privacy
    if isinstance(rule, Pseudonymise):
        parts = [plain(table.column(name)) for name in (column.name, *rule.with_)]
        return _pseudonymised(parts, rule.domain, rulebook)
    values = table.column(column.name)
    if is_coded(values):
        # What is refused is told by the number of rows, not of values.
        with suppress(PrivacyError):
            return of_each_value(values, lambda each: _ruled(each, column, rulebook))
    return _ruled(plain(values).cast(KEPT_TYPES[column.type]), column, rulebook)


def _ruled(values: Values, column: Column, rulebook: Rulebook) -> Values:
    """Return what the rule of a column keeps of each of its values."""
    match column.privacy:
        case Keep():
            return _kept(values, column, rulebook)
        case Redact():
            return codes.redact(values)
        case TruncateDate() | Age() as rule:
            return _dated(values, rule, rulebook.period)
        case Clip() | Round() as rule:
            return _numbered(values, rule)
        case _:
            return _coded(values, column, rulebook)


def _dated(values: Values, rule: TruncateDate | Age, period: str) -> Values:
    if isinstance(rule, TruncateDate):
        return dates.truncate_date(values, rule)
    return dates.age(values, at=rule.at, period=period)


def _numbered(values: Values, rule: Clip | Round) -> Values:
    if isinstance(rule, Clip):
        return numbers.clip(values, rule)
    return numbers.round_to(values, rule.base)


def _coded(values: Values, column: Column, rulebook: Rulebook) -> Values:
    """Return what the rules that end in a closed list keep."""
    match column.privacy:
        case Band() as rule:
            return _banded(values, rule, rulebook)
        case Generalise(to=to):
            broader = rulebook.codelist(column.codelist).broader(to)
            return codes.recode(values, broader, refusal="privacy.no_coarser_code")
        case GeneraliseTerritory() as rule:
            return _territory(values, column, rule, rulebook=rulebook)
        case Map() as rule:
            return _mapped(values, column, rule, rulebook=rulebook)
        case _:
            raise PrivacyError("privacy.no_rule")


def _banded(values: Values, rule: Band, rulebook: Rulebook) -> Values:
    if rule.at is not None:
        values = dates.age(values, at=rule.at, period=rulebook.period)
    names = rulebook.codelist(rule.to).codes
    return numbers.band(values, cuts=rule.cuts, codes=names)


def _mapped(values: Values, column: Column, rule: Map, *, rulebook: Rulebook) -> Values:
    target = rulebook.codelist(rule.to)
    if column.type == "code":
        recoding = rulebook.codelist(column.codelist).broader(rule.to)
    else:
        recoding, values = codes.spellings(target), codes.composed(values)
    return codes.recode_or(values, recoding, residue=rule.residue)


def _kept(values: Values, column: Column, rulebook: Rulebook) -> Values:
    if column.type != "code":
        return values
    known = {code: code for code in rulebook.codelist(column.codelist).codes}
    return codes.recode(values, known, refusal="privacy.code_unknown")


def _pseudonymised(parts: list[Values], domain: str, rulebook: Rulebook) -> pa.Array:
    if domain not in rulebook.keys or domain not in rulebook.canonical:
        raise PrivacyError("privacy.no_key", domain=domain)
    return pseudonymise(parts, keys=rulebook.keys[domain], canonical=rulebook.canonical[domain])


def _territory(
    values: Values, column: Column, rule: GeneraliseTerritory, *, rulebook: Rulebook
) -> Values:
    """Return the territory of each code, postcode or address."""
    level = str(rule.from_ if rule.by else column.territory)
    if (level, rule.to) not in rulebook.territories:
        raise PrivacyError("privacy.no_territories", level=level, to=rule.to)
    route = rulebook.territories[level, rule.to]
    if rule.by is not None:
        listed = rulebook.codelist(rule.by)
        written = {code: code for code in listed.codes}
        if column.type == "text":
            written, values = codes.spellings(listed), codes.composed(values)
        below = listed.broader(level)
        known = {text: below[code] for text, code in written.items() if code in below}
        route = {text: route[at] for text, at in known.items() if at in route}
    return codes.territory(values, route, rule)


def _at(error: PrivacyError, place: Place) -> PrivacyError:
    """Return the same refusal with its address."""
    problem = error.problem
    facts: dict[str, Any] = dict(problem.facts)
    return PrivacyError(problem.code, place=place, count=problem.count, **facts)
