"""Formats of deliveries: one of them, declared by the contract, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from pipeline.contracts.base import Frozen, Name

RosterField: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z]{1,60}$")]
EdFiPath: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z]{1,100}(/[A-Za-z]{1,100}){0,9}$")]

Encoding = Literal["utf-8", "cp1252", "latin-1", "utf-16"]
SINGLE_BYTE = frozenset({"cp1252", "latin-1"})
"""Encodings that almost any bytes fit: of several, none could be told from another."""

_SQL = "[A-Za-z_][A-Za-z0-9_]{0,62}"
SqlName: TypeAlias = Annotated[str, Field(pattern=f"^{_SQL}$")]


class CsvFormat(Frozen):
    """Delimited text, as it is, by gzip, or as a zip with one member."""

    kind: Literal["csv"]
    encoding: Encoding | Annotated[tuple[Encoding, ...], Field(min_length=1)] = Field(
        description="One, or several: a file is in the first that every byte of it fits."
    )
    delimiter: Literal[";", ",", "\t", "|"]
    quote: Literal['"'] = '"'

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """Those in which a file may be, in the order in which they are tried."""
        return (self.encoding,) if isinstance(self.encoding, str) else self.encoding


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


class RosterFile(Frozen):
    """Where a OneRoster bundle of one version holds a dataset."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z]{1,60}$")] = Field(
        description="Member of the bundle without `.csv`, such as `users`."
    )
    fields: Mapping[Name, RosterField | tuple[RosterField, ...]] = Field(
        description="Column → its field, or the names that senders give it; exactly one is there."
    )


class OneRosterFormat(Frozen):
    """A OneRoster CSV bundle: a zip with `manifest.csv`; one bundle feeds several datasets."""

    kind: Literal["oneroster"]
    versions: Mapping[Literal["1.1", "1.2"], RosterFile] = Field(
        min_length=1, description="Version → where the dataset stands in it."
    )


class EdFiFormat(Frozen):
    """An Ed-Fi interchange: XML as exported in bulk, or JSON as an API gives it; packed or not."""

    kind: Literal["edfi"]
    syntax: Literal["xml", "json"]
    resource: Annotated[str, Field(pattern=r"^[A-Za-z]{1,100}$")] = Field(
        description="The element that is a record, such as `Student`; others are passed over."
    )
    fields: Mapping[Name, EdFiPath] = Field(
        description="Column → path in the record, such as `Name/FirstName`."
    )


class SqlFormat(Frozen):
    """Rows of a table or view of PostgreSQL, fetched by `cartable fetch` and sealed as a file."""

    kind: Literal["sql"]
    connection: Name = Field(description="Of which a secret of the installation holds the URL.")
    relation: Annotated[str, Field(pattern=rf"^{_SQL}(\.{_SQL})?$")] = Field(
        description="Table or view, with its schema where that is not `public`."
    )
    fields: Mapping[Name, SqlName] = Field(description="Column → column of the relation.")
    watermark: SqlName | None = Field(
        default=None,
        description="Column of an instant or a whole number that grows with each change: nothing "
        "is fetched again as long as its highest value and the number of rows stay; with "
        "`mode: delta`, only rows that changed are.",
    )
    overlap: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = Field(
        default=None,
        description="With `mode: delta`: how far below the highest value of before rows are read "
        "again, since they may have been committed late; in seconds of an instant, else in units "
        "of the number. Default: 86400, a day.",
    )


FileFormat: TypeAlias = Annotated[
    CsvFormat
    | JsonLinesFormat
    | ParquetFormat
    | XlsxFormat
    | OneRosterFormat
    | EdFiFormat
    | SqlFormat,
    Field(discriminator="kind"),
]

TEXT = CsvFormat(kind="csv", encoding="utf-8", delimiter=";")
"""As what a delivery of another format is laid out, sealed and read."""


def mapped_columns(form: FileFormat) -> list[tuple[tuple[str, ...], Mapping[Name, object]]]:
    """Return where a format says which field each column is, and what it says there."""
    match form:
        case OneRosterFormat(versions=versions):
            return [(("versions", name), told.fields) for name, told in versions.items()]
        case EdFiFormat(fields=fields) | SqlFormat(fields=fields):
            return [((), fields)]
        case _:
            return []
