"""Parquet: a table whose columns are of the contract's types; what is typed otherwise is refused.

Values become text as the contract writes them: dates in its form, decimals with its sign. Text
stays text: a code that was stored as a number has lost its zeros.

Source: Apache Parquet, file format and encryption.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from pipeline.contracts.datasets import Column
from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.faults import Faults, check_names
from pipeline.intake.formats.feed import check_size
from pipeline.intake.formats.table_text import BREAKS, header_line, lines_of
from pipeline.intake.parts import Task

_PLAIN, _ENCRYPTED = b"PAR1", b"PARE"
_ROWS = 1 << 16


def table_of_parquet(
    pieces: Iterable[bytes], task: Task, place: Place
) -> Generator[bytes, None, int]:
    """Yield the text of a Parquet file.

    Returns:
        The rows that its footer tells.

    Raises:
        DeliveryError: it is none, is encrypted or nested, or has columns of other types.
    """
    data = b"".join(pieces)
    if _ENCRYPTED in {data[:4], data[-4:]}:
        raise DeliveryError("delivery.parquet_encrypted", place=place)
    if not data.startswith(_PLAIN) or not data.endswith(_PLAIN):
        raise DeliveryError("delivery.not_parquet", place=place)
    file = _opened(data, place)
    schema = file.schema_arrow
    names = check_names(schema.names, task, place)
    columns = [task.dataset.column(name) for name in names]
    _check_types(schema, columns, place)
    # A row takes a byte for each column at least: what is more is known before it is laid out.
    check_size(file.metadata.num_rows * len(columns), len(data), place)
    yield header_line(schema.names)
    faults, made, row = Faults(place), 0, 0
    batches = file.iter_batches(batch_size=_ROWS, use_threads=False)
    while (batch := _next(batches, place)) is not None:
        cells = [_text(array, column) for array, column in zip(batch.columns, columns, strict=True)]
        for array, column in zip(cells, columns, strict=True):
            _check_lines(array, column, row, faults)
        faults.check()
        lines = lines_of(cells)
        made, row = made + len(lines), row + batch.num_rows
        check_size(made, len(data), place)
        yield lines
    if not row:
        raise DeliveryError("delivery.no_rows", place=place)
    return int(file.metadata.num_rows)


def _opened(data: bytes, place: Place) -> parquet.ParquetFile:
    try:
        return parquet.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
    except (pa.ArrowException, OSError):
        pass
    raise DeliveryError("delivery.not_parquet", place=place)


def _next(batches: Iterable[pa.RecordBatch], place: Place) -> pa.RecordBatch | None:
    try:
        return next(iter(batches), None)
    except pa.ArrowMemoryError:
        raise
    except (pa.ArrowException, OSError):
        pass
    raise DeliveryError("delivery.not_parquet", place=place)


def _check_types(schema: pa.Schema, columns: list[Column], place: Place) -> None:
    faults = Faults(place)
    for field, column in zip(schema, columns, strict=True):
        if (code := _wrong_type(field.type, column)) is not None:
            faults.add(code, column=column.name)
    faults.check()


def _wrong_type(kind: pa.DataType, column: Column) -> str | None:
    """Return by which code a type is refused for a column, if it is."""
    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_nested(kind):
        return "delivery.nested"
    is_whole = types.is_integer(kind) or (types.is_decimal(kind) and kind.scale == 0)
    is_number = is_whole or types.is_floating(kind) or types.is_decimal(kind)
    if is_number and column.type in {"text", "code"}:
        return "delivery.number_for_text"
    fits = {
        "text": False,
        "code": types.is_boolean(kind),
        "integer": is_whole,
        "decimal": is_number,
        "date": types.is_date(kind),
    }
    is_text = types.is_string(kind) or types.is_large_string(kind) or types.is_null(kind)
    return None if is_text or fits[column.type] else "delivery.column_type"


def _text(array: pa.Array, column: Column) -> pa.Array:
    """Return values as the cells that the contract asks for."""
    types = pa.types
    if types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if types.is_date(array.type):
        return pc.strftime(array.cast(pa.date32()), format=str(column.format))
    if not types.is_floating(array.type) and not types.is_decimal(array.type):
        return array.cast(pa.string())
    if types.is_decimal(array.type):
        # As digits: a cast writes a small one with an exponent.
        digits = [None if value is None else format(value, "f") for value in array.to_pylist()]
        array = pa.array(digits, pa.string())
    if types.is_floating(array.type):
        written = array.to_numpy(zero_copy_only=False)
        cells = [np.format_float_positional(value, trim="-") for value in written]
        array = pc.if_else(pc.is_valid(array), pa.array(cells, pa.string()), None)
    cells = array.cast(pa.string())
    return pc.replace_substring(cells, pattern=".", replacement=column.decimal)


def _check_lines(cells: pa.Array, column: Column, row: int, faults: Faults) -> None:
    broken = pc.match_substring_regex(cells, pattern=BREAKS)
    if count := pc.sum(broken).as_py():
        first = row + pc.index(broken, value=True).as_py() + 1
        faults.add("delivery.line_in_cell", line=first, column=column.name, count=count)
