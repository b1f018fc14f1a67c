"""Formats of deliveries: one of them, declared by the contract, never guessed."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from pipeline.contracts.base import Frozen


class CsvFormat(Frozen):
    """Delimited text, as it is, by gzip, or as a zip with one member."""

    kind: Literal["csv"]
    encoding: Literal["utf-8", "cp1252", "latin-1", "utf-16"]
    delimiter: Literal[";", ",", "\t", "|"]
    quote: Literal['"'] = '"'


class JsonLinesFormat(Frozen):
    """One JSON object a line, packed or not: the same names in each, no value in another."""

    kind: Literal["jsonl"]


class ParquetFormat(Frozen):
    """A Parquet file whose columns are of the contract's types; no nesting, no encryption."""

    kind: Literal["parquet"]


class XlsxFormat(Frozen):
    """A sheet of an XLSX workbook without formulas, macros, merged or hidden parts."""

    kind: Literal["xlsx"]
    sheet: Annotated[str, Field(min_length=1, max_length=31)] | None = Field(
        default=None, description="Name of the sheet; by default the workbook has exactly one."
    )


FileFormat: TypeAlias = Annotated[
    CsvFormat | JsonLinesFormat | ParquetFormat | XlsxFormat, Field(discriminator="kind")
]

TEXT = CsvFormat(kind="csv", encoding="utf-8", delimiter=";")
"""As what a delivery of another format is laid out, sealed and read."""
