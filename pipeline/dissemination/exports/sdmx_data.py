"""The figures as SDMX-CSV 2.0, byte for byte as pysdmx writes them, for a country too.

pysdmx asks of each cell by itself what to write. Here DuckDB makes the same texts, a column at a
time, and Arrow sets them down in parts, so that they take no memory; pysdmx writes the header, and
any part in which a text needs quotes.
An intentionally missing value is `NaN`, as the standard says, with the status that tells why; an
attribute that a figure does not have is empty.
"""

from __future__ import annotations

import csv
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from pysdmx.io import write_sdmx
from pysdmx.io.format import Format
from pysdmx.io.pd import PandasDataset
from pysdmx.model.dataflow import Schema
from pysdmx.model.dataset import ActionType
from sqlglot import exp

from pipeline.dissemination.columns import PublishedColumn
from pipeline.dissemination.exports.sdmx_structure import (
    MEASURE,
    concept_id,
    observation_columns,
)
from pipeline.dissemination.exports.source import ReleaseSource

PATH = "sdmx/observations.csv"
_ROWS_AT_ONCE = 200_000
_AS_IT_IS = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
_MISSING = exp.Literal.string("NaN")


class _Start(NamedTuple):
    """What pysdmx writes before the rows, and at the start of each."""

    header: str
    fields: tuple[str, ...]


def write_figures(source: ReleaseSource, schema: Schema) -> None:
    """Write `sdmx/observations.csv`: every row of `observations`, in its order."""
    columns = observation_columns(source)
    start = _start(source, schema)
    query = exp.select(
        *(
            exp.alias_(exp.Literal.string(field), f"start_{n}")
            for n, field in enumerate(start.fields)
        ),
        *(_text(column) for column in columns),
    ).from_("observations")
    reader = source.connection.sql(query.sql(dialect="duckdb")).to_arrow_reader(_ROWS_AT_ONCE)
    path = source.folder / PATH
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as stream:
        stream.write(f"{start.header}\n".encode())
        for batch in reader:
            stream.write(_lines(pa.table(batch), columns, schema))


def _text(column: PublishedColumn) -> exp.Expr:
    """Return a column as the text that stands in the file."""
    told = exp.column(column.name, quoted=True)
    if column.type != "double":
        return told
    missing = _MISSING if column.name == MEASURE else exp.Literal.string("")
    return exp.alias_(exp.func("coalesce", exp.cast(told, "varchar"), missing), column.name)


def _start(source: ReleaseSource, schema: Schema) -> _Start:
    frame = source.connection.sql("from observations limit 1").df()
    names = [column.name for column in observation_columns(source)]
    header, _, rows = _by_pysdmx(frame[names], schema).partition("\n")
    (first,) = csv.reader(rows.splitlines())
    return _Start(header=header, fields=tuple(first[: len(first) - len(names)]))


def _lines(texts: pa.Table, columns: tuple[PublishedColumn, ...], schema: Schema) -> bytes:
    sink = pa.BufferOutputStream()
    try:
        pyarrow.csv.write_csv(texts, sink, _AS_IT_IS)
    except pa.ArrowInvalid:
        frame = texts.select([column.name for column in columns]).to_pandas()
        for column in columns:
            if column.type == "double":
                frame[column.name] = frame[column.name].replace("", "nan").astype("float64")
        return _by_pysdmx(frame, schema).partition("\n")[2].encode()
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _by_pysdmx(frame: pd.DataFrame, schema: Schema) -> str:
    """Return figures as pysdmx writes them; a text that is not there is empty, not missing."""
    texts = frame.select_dtypes(exclude="number").columns
    filled = frame.assign(**{str(name): frame[name].fillna("") for name in texts})
    named = filled.rename(columns=concept_id)
    dataset = PandasDataset(structure=schema, data=named, action=ActionType.Replace)
    return str(write_sdmx(dataset, Format.DATA_SDMX_CSV_2_0_0))
