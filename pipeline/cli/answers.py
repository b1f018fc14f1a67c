"""Write the answer of a query: for a person, or for a program."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pyarrow as pa
from pyarrow import csv, parquet

from pipeline.cli.console import Column, print_table
from pipeline.errors import QueryError


def write_answer(answer: pa.Table, output_format: str, output: Path | None) -> None:
    """Write an answer as `table`, `csv`, `json` or `parquet` to a file or standard output.

    Raises:
        QueryError: Parquet was asked for on a terminal.
    """
    if output is None and output_format == "parquet" and sys.stdout.isatty():
        raise QueryError("query.binary_on_terminal")
    if output_format == "table" and output is None:
        _print_table(answer)
        return
    content = _FORMATS[output_format](answer)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)


def _print_table(answer: pa.Table) -> None:
    columns = [
        Column(field.name, pa.types.is_integer(field.type) or pa.types.is_floating(field.type))
        for field in answer.schema
    ]
    values = zip(*(column.to_pylist() for column in answer.columns), strict=True)
    print_table(columns, [[_cell(value) for value in row] for row in values])


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.12g}"
    return "" if value is None else str(value)


def _csv(answer: pa.Table) -> bytes:
    sink = io.BytesIO()
    csv.write_csv(_whole_numbers(answer), sink)
    return sink.getvalue()


def _whole_numbers(answer: pa.Table) -> pa.Table:
    """Return whole doubles as integers, so that 166497.0 reads 166497 in a CSV."""
    for position, field in enumerate(answer.schema):
        if not pa.types.is_floating(field.type):
            continue
        values = answer.column(position)
        if all(value is None or value.is_integer() for value in values.to_pylist()):
            answer = answer.set_column(position, field.name, values.cast(pa.int64()))
    return answer


def _json(answer: pa.Table) -> bytes:
    return (json.dumps(answer.to_pylist(), ensure_ascii=False, default=str) + "\n").encode()


def _parquet(answer: pa.Table) -> bytes:
    sink = io.BytesIO()
    parquet.write_table(answer, sink)
    return sink.getvalue()


_FORMATS = {"table": _csv, "csv": _csv, "json": _json, "parquet": _parquet}
