"""Reductions: a small table on which an expectation finds what it would find on a large one.

Each row of a reduction is a row of the large table and stands for a known number of them. It is
exact only where the verdict on a row is a function of what the reduction keeps apart; the types
of which that is known are listed here, and every other is judged on the whole table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.coded import in_one_piece, is_coded, plain, plain_table, with_missing
from pipeline.quality.parameters import Parameter
from pipeline.quality.suites import PARAMETER, Expectation

# The verdict on a row depends on its own cells in the columns that the expectation names.
BY_ROW = frozenset(
    {
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_not_be_null",
    }
)
UNIQUE = "expect_column_values_to_be_unique"
UNIQUE_TOGETHER = "expect_compound_columns_to_be_unique"
COLUMNS = "expect_table_columns_to_match_set"
ROW_COUNT = "expect_table_row_count_to_be_between"
# Below, calling the library once on every row takes less time than several times on few.
REDUCED_FROM = 100_000
# Combinations of columns are kept in one table up to this many, to call the library less often.
JOINED_ROWS = 20_000
# Of hexadecimal text such a pattern sees the length alone.
_HEXADECIMAL = re.compile(r"\\A\[0-9a-f\]\{[0-9]+\}\\Z")

Weights = NDArray[np.int64]
Codes = NDArray[np.int32] | NDArray[np.int64]
Columns = frozenset[str]


@dataclass(frozen=True, slots=True)
class Reduction:
    """A table to judge some expectations on.

    Attributes:
        table: rows of the large table, or none of its columns where only rows are counted.
        weights: for each row how many rows of the large table it stands for.
        positions: the expectations of the suite to judge on it.
    """

    table: pa.Table = field(repr=False)
    weights: Weights = field(repr=False)
    positions: tuple[int, ...]


def reductions(
    table: pa.Table, expectations: Sequence[Expectation], parameters: Mapping[str, Parameter]
) -> Iterator[Reduction]:
    """Yield what to judge the expectations of a suite on: each of them once.

    Args:
        table: one row per protected row.
        expectations: those of the suite, in its order.
        parameters: those of the run.
    """
    ways = [_way(table, expectation, parameters) for expectation in expectations]
    for way in dict.fromkeys(ways):
        positions = tuple(at for at, each in enumerate(ways) if each == way)
        match way:
            case "combinations":
                yield from _by_combination(table, expectations, positions)
            case "shape" | "unique":
                yield from _by_column(table, expectations, positions, way=way)
            case "columns":
                yield Reduction(
                    plain_table(table.slice(0, 1)), _ones(min(1, table.num_rows)), positions
                )
            case "rows":
                yield Reduction(table.select([]), _ones(table.num_rows), positions)
            case _:
                yield Reduction(plain_table(table), _ones(table.num_rows), positions)


def _way(table: pa.Table, expectation: Expectation, parameters: Mapping[str, Parameter]) -> str:
    kind = expectation.type
    known = expectation.columns <= set(table.column_names)
    if kind == COLUMNS:
        return "columns"
    if kind == ROW_COUNT:
        return "rows"
    if kind in {UNIQUE, UNIQUE_TOGETHER} and known and not expectation.has_condition:
        return "unique" if _can_tell_repeats(expectation, table) else "whole"
    if kind not in BY_ROW or not known:
        return "whole"
    of_bytes = [name for name in expectation.columns if _is_binary(table[name].type)]
    if not of_bytes:
        return "combinations"
    is_simple = not expectation.has_condition and _sees_length_alone(expectation, parameters)
    return "shape" if is_simple else "whole"


def _can_tell_repeats(expectation: Expectation, table: pa.Table) -> bool:
    """Whether the values that come again in one column are known, and hold all that repeats."""
    if expectation.column is not None:
        return _is_exact(table[expectation.column])
    return _binary_of(expectation, table) is not None


def _binary_of(expectation: Expectation, table: pa.Table) -> str | None:
    """Return a column of bytes of which rows must differ if all the columns named do."""
    named = sorted(expectation.columns)
    return next((n for n in named if _is_binary(table[n].type) and not table[n].null_count), None)


def _sees_length_alone(expectation: Expectation, parameters: Mapping[str, Parameter]) -> bool:
    if expectation.type == "expect_column_values_to_not_be_null":
        return True
    pattern = expectation.kwargs.get("regex")
    if isinstance(pattern, dict):
        pattern = str(parameters.get(str(pattern.get(PARAMETER))))
    return isinstance(pattern, str) and _HEXADECIMAL.fullmatch(pattern) is not None


def _by_combination(
    table: pa.Table, expectations: Sequence[Expectation], positions: Sequence[int]
) -> Iterator[Reduction]:
    """Yield the distinct combinations of columns, as many columns together as stay few rows."""
    needed = {position: expectations[position].columns for position in positions}
    names = sorted(frozenset[str]().union(*needed.values()))
    coded = {name: _coded(table[name]) for name in names}
    for columns, held in _groups(needed, {name: len(each[1]) for name, each in coded.items()}):
        distinct = _combinations({name: coded[name] for name in sorted(columns)})
        rows, weights = distinct or (plain_table(table), _ones(table.num_rows))
        yield Reduction(rows, weights, held)


def _coded(column: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """Return for each row the number of its value, and the values, null among them."""
    if is_coded(column):
        values, numbers = with_missing(in_one_piece(column))
        return numbers.to_numpy(), values
    encoded = pc.dictionary_encode(column, null_encoding="encode").combine_chunks()
    return encoded.indices.to_numpy(), encoded.dictionary


def _groups(
    needed: Mapping[int, Columns], distinct: Mapping[str, int]
) -> list[tuple[Columns, tuple[int, ...]]]:
    """Return sets of columns and the expectations that each of them serves."""
    groups: list[tuple[Columns, tuple[int, ...]]] = []
    for position in sorted(needed, key=lambda at: _combined(needed[at], distinct)):
        columns = needed[position]
        for at, (group, held) in enumerate(groups):
            if columns <= group or _combined(group | columns, distinct) <= JOINED_ROWS:
                groups[at] = group | columns, (*held, position)
                break
        else:
            groups.append((columns, (position,)))
    return groups


def _combined(columns: Columns, distinct: Mapping[str, int]) -> int:
    return math.prod(distinct[name] for name in columns)


def _combinations(
    coded: Mapping[str, tuple[Codes, pa.Array]],
) -> tuple[pa.Table, Weights] | None:
    """Return the combinations that occur and how often; None if they cannot be numbered."""
    sizes = [len(values) for _, values in coded.values()]
    if math.prod(sizes) > np.iinfo(np.int64).max:
        return None
    (numbers, _), *others = coded.values()
    if math.prod(sizes) > np.iinfo(np.int32).max:
        numbers = numbers.astype(np.int64)
    for indices, values in others:
        numbers = numbers * numbers.dtype.type(len(values)) + indices
    if math.prod(sizes) <= len(numbers):
        counts = np.bincount(numbers, minlength=math.prod(sizes))
        found = np.flatnonzero(counts)
        counts = counts[found]
    else:
        found, counts = np.unique(numbers, return_counts=True)
    columns = {}
    for name, (_, values) in reversed(list(coded.items())):
        found, index = np.divmod(found, len(values))
        columns[name] = values.take(pa.array(index))
    return pa.table(columns), counts.astype(np.int64)


def _by_column(
    table: pa.Table,
    expectations: Sequence[Expectation],
    positions: Sequence[int],
    *,
    way: str,
) -> Iterator[Reduction]:
    """Yield one table for each column that expectations on its shape or uniqueness name."""
    names = {
        position: expectations[position].column or _binary_of(expectations[position], table)
        for position in positions
    }
    reduce = _shapes if way == "shape" else _repeats
    for name in dict.fromkeys(map(str, names.values())):
        rows, weights = reduce(plain(table[name]))
        held = tuple(at for at in positions if names[at] == name)
        columns = sorted({name}.union(*(expectations[at].columns for at in held)))
        yield Reduction(plain_table(table.select(columns).take(rows)), weights, held)


def _shapes(column: pa.ChunkedArray) -> tuple[Weights, Weights]:
    """Return a row for each length of the values, one for a missing value, and how many."""
    lengths = pc.fill_null(pc.binary_length(column), -1).to_numpy()
    _, rows, counts = np.unique(lengths, return_index=True, return_counts=True)
    return rows, counts


def _repeats(column: pa.ChunkedArray) -> tuple[Weights, Weights]:
    """Return each row whose value comes again, and one of the others for all of them."""
    is_valid = pc.is_valid(column).to_numpy()
    repeated = _repeated(column)
    weights = np.ones(len(repeated), np.int64)
    once = is_valid.copy()
    once[repeated] = False
    for others in (np.flatnonzero(once), np.flatnonzero(~is_valid)):
        repeated = np.concatenate((repeated, others[:1]))
        weights = np.concatenate((weights, np.full(len(others[:1]), len(others))))
    return repeated, weights


def _repeated(column: pa.ChunkedArray) -> Weights:
    """Return the rows whose value comes again; missing values do not count."""
    if not column.null_count and _starts_differ(column):
        return np.empty(0, np.int64)
    counted = column.drop_null().value_counts()
    often = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
    return np.flatnonzero(pc.and_(pc.is_in(column, often), pc.is_valid(column)).to_numpy())


def _starts_differ(column: pa.ChunkedArray) -> bool:
    """Whether no two values begin with the same 8 bytes, so that all differ; False: unknown."""
    kind = column.type
    if not pa.types.is_fixed_size_binary(kind) or kind.byte_width % 8 or not len(column):
        return False
    starts = np.sort(np.concatenate([_starts(chunk) for chunk in column.chunks]))
    return bool((starts[1:] != starts[:-1]).all())


def _starts(chunk: pa.Array) -> NDArray[np.uint64]:
    words = chunk.type.byte_width // 8
    data = np.frombuffer(chunk.buffers()[1], np.uint64) if len(chunk) else np.empty(0, np.uint64)
    return data[chunk.offset * words : (chunk.offset + len(chunk)) * words : words]


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _is_exact(column: pa.ChunkedArray) -> bool:
    """Whether values are equal here exactly when they are for the library."""
    kind = column.type
    # Integers among which one is missing become floating point numbers there.
    is_whole_number = pa.types.is_integer(kind) and not column.null_count
    is_text = pa.types.is_string(kind) or is_coded(column)
    return bool(_is_binary(kind) or is_text or is_whole_number)


def _ones(count: int) -> Weights:
    return np.ones(count, np.int64)
