"""Dataset contracts: what a delivery holds, and what is kept of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pipeline.contracts.base import Frozen, Label, Name, Text
from pipeline.contracts.enrolments import DoubleEnrolment
from pipeline.contracts.formats import TEXT, CsvFormat, FileFormat, SqlFormat
from pipeline.contracts.rules import (
    Age,
    Band,
    Clip,
    Drop,
    Generalise,
    GeneraliseTerritory,
    Keep,
    Map,
    PrivacyRule,
    Pseudonymise,
    Redact,
    Round,
    TruncateDate,
)

ColumnType = Literal["text", "integer", "decimal", "date", "code"]
KeptType = Literal["text", "integer", "decimal", "date", "code", "boolean", "pseudonym"]
Year = Annotated[int, Field(ge=1900, le=2999)]
Role = Literal[
    "direct_identifier", "quasi_identifier", "sensitive", "attribute", "geography", "measure"
]
ROLE_WORDS: Mapping[Role, Label] = {
    "direct_identifier": Label(en="direct identifier", fr="identifiant direct"),
    "quasi_identifier": Label(en="quasi-identifier", fr="quasi-identifiant"),
    "sensitive": Label(en="sensitive", fr="sensible"),
    "attribute": Label(en="attribute", fr="attribut"),
    "geography": Label(en="geography", fr="géographie"),
    "measure": Label(en="measure", fr="mesure"),
}
"""The roles as people read them."""

# What these rules keep, whatever the type of the column.
_KEPT_TYPES: dict[type, KeptType] = {
    Pseudonymise: "pseudonym",
    Age: "integer",
    Band: "code",
    Generalise: "code",
    GeneraliseTerritory: "text",
    Map: "code",
    Redact: "boolean",
}


class Alias(Frozen):
    """Another name that a column bears in the header of some years' files."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\r\n\x00]+$")]
    from_: Year | None = Field(default=None, alias="from", description="First period that has it.")
    to: Year | None = Field(default=None, description="Last period that has it.")

    def is_of(self, period: str | None) -> bool:
        """Return whether files of a period may have the name; without one, those of all years."""
        if self.from_ is None and self.to is None:
            return True
        if period is None:
            return False
        return (self.from_ or 0) <= int(period) <= (self.to or int(period))


class Column(Frozen):
    """One delivered column, with exactly one privacy rule."""

    name: Name
    label: Label
    type: ColumnType
    role: Role
    privacy: PrivacyRule
    required: bool = True
    codelist: Name | None = Field(default=None, description="For type code.")
    format: str | None = Field(default=None, description="For type date, such as %d/%m/%Y.")
    pattern: str | None = Field(default=None, description="Regular expression of the whole value.")
    minimum: float | None = None
    maximum: float | None = None
    decimal: Literal[".", ","] = "."
    references: str | None = Field(
        default=None, description="`dataset.column` of the same period that must hold the value."
    )
    territory: Name | None = Field(
        default=None, description="Level of the territory code; older vintages are brought forward."
    )
    max_lines: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=1,
        description="Lines that a cell may take, in quotes; more than one for free text alone.",
    )
    aliases: tuple[Alias, ...] = Field(
        default=(), description="Other names in the header; each means this column in every year."
    )

    @property
    def kept_as(self) -> str | None:
        """Name of the column in the protected store, or None when nothing is kept."""
        match self.privacy:
            case Drop():
                return None
            case Keep() | Clip() | Round():
                return self.name
            case Generalise() | Map() | Band():
                return self.privacy.to
            case _:
                return self.privacy.as_

    @property
    def kept_type(self) -> KeptType | None:
        """Type of what is kept, or None when nothing is."""
        match self.privacy:
            case Drop():
                return None
            case TruncateDate(to=to):
                return "text" if to == "month" else "integer"
            case _:
                return _KEPT_TYPES.get(type(self.privacy), self.type)

    @property
    def kept_codelist(self) -> str | None:
        """Name of the code list that closes what is kept, if one does."""
        match self.privacy:
            case Keep():
                return self.codelist
            case Generalise() | Map() | Band():
                return self.privacy.to
            case _:
                return None


class Expected(Frozen):
    """Who must deliver and by when: each value of a column of another dataset."""

    each: str = Field(description="`dataset.column` that lists the senders of a period.")
    by: Annotated[str, Field(pattern=r"^\+?[01][0-9]-[0-3][0-9]$")] = Field(
        description="Month-day; of the year after the period's start with a leading +."
    )
    column: Name = Field(description="The column of this dataset that names the sender.")
    remind_days: Annotated[int, Field(ge=1)] = Field(
        default=14, description="Days between two reminders to a sender that is missing."
    )


class Volume(Frozen):
    """How much a sender's number of rows may differ from that of the period before."""

    max_change_pct: Annotated[float, Field(gt=0)] = Field(
        description="More or fewer by more than this share, in percent of then, is told."
    )
    of_at_least: Annotated[int, Field(ge=1)] = Field(
        description="Senders that had fewer rows then are not compared: one row is much of few."
    )
    beyond: Literal["warn", "refuse"] = Field(
        description="refuse: until `cartable ingest … --volume` confirms it."
    )


class Control(Frozen):
    """What a sender says of a delivery in a control file beside it."""

    need: Literal["required", "optional"] = Field(
        description="required: without one a delivery is not complete, and waits."
    )
    holds: tuple[Literal["records", "sha256", "as_of", "period", "mode"], ...] = Field(
        default=(), description="What each control file must say."
    )
    sums: tuple[Name, ...] = Field(
        default=(), description="Number columns of which it must say the sum, as `sum_<column>`."
    )


class Deletions(Frozen):
    """How a row says that what it names is there no more."""

    column: Name = Field(description="A column that is kept as it is.")
    values: tuple[Text, ...] = Field(min_length=1, description="Such as `tobedeleted`.")


# No name of a path that leads up, or is hidden.
_PART = "[A-Za-z0-9_{}-][A-Za-z0-9_.{}-]*"


class Fetched(Frozen):
    """Where `cartable fetch` finds the file of a period."""

    connection: Name = Field(description="Of which a secret of the installation holds the address.")
    file: Annotated[str, Field(pattern=rf"^({_PART}/)*{_PART}$")] = Field(
        description="Path under the address; `{period}` stands for the year."
    )
    most_mb: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=2_000, description="A file of more megabytes is not received."
    )


class Dataset(Frozen):
    """A file `contracts/datasets/<dataset>.yml`."""

    dataset: Name
    label: Label
    description: Label
    unit: Name = Field(description="What one row is: person, school, place, territory, programme.")
    counts_persons: bool
    purpose: Label
    source: Text
    schedule: Text = Field(description="Cron expression, UTC.")
    format: FileFormat
    fetched: Fetched | None = Field(
        default=None, description="Where its files are fetched, where nobody delivers them."
    )
    mode: Literal["full", "delta"] = Field(
        description="full: a delivery replaces what its senders sent before. delta: unless it is "
        "said to be full, it holds what changed, each row named by the key."
    )
    deletions: Deletions | None = Field(
        default=None, description="How a row says that it is deleted, where rows do."
    )
    volume: Volume | None = None
    control: Control | None = None
    date_in_name: Annotated[str, Field(pattern=r"^(?:[A-Za-z0-9_.-]|%[YmdHMS])+$")] | None = Field(
        default=None,
        description="Where a file name tells the sender's date, such as `_%Y%m%d`; needs "
        "%Y, %m and %d, once each; %H, %M and %S may be there.",
    )
    expected: Expected | None = None
    key: tuple[Name, ...] = Field(min_length=1, description="Columns that name one row.")
    double_enrolment: DoubleEnrolment | None = Field(
        default=None,
        description="Which rows count of a person who stands in several; without it all do, and "
        "it is told each time. A key may then come once from each sender.",
    )
    max_refused_pct: Annotated[float, Field(ge=0, le=100)] = Field(
        description="Above this share of refused rows the whole file is refused."
    )
    storage_groups: Annotated[int, Field(ge=1, le=256)] = Field(
        default=1, description="Files per batch; rows of one sender lie in one of them."
    )
    columns: tuple[Column, ...] = Field(min_length=1)

    def column(self, name: str) -> Column:
        """Return the delivered column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def row_key(self) -> tuple[str, ...]:
        """The columns that name one row: of two senders, where double enrolments have a rule."""
        if self.double_enrolment is None or self.expected is None:
            return self.key
        sender = self.expected.column
        is_own = any(c.name == sender and isinstance(c.privacy, Keep) for c in self.columns)
        return self.key if sender in self.key or not is_own else (*self.key, sender)

    def tallest(self, names: Sequence[str | None]) -> tuple[int, ...]:
        """Return how many lines a cell may take, for each name of a header; one where none is."""
        lines = {column.name: column.max_lines for column in self.columns}
        return tuple(lines[name] if name else 1 for name in names)

    def headings(self, period: str | None) -> dict[str, str]:
        """Return what may stand in the header of a period's file, and the column it names."""
        aliases = {
            alias.name: column.name
            for column in self.columns
            for alias in column.aliases
            if alias.is_of(period)
        }
        return {**aliases, **{column.name: column.name for column in self.columns}}

    @property
    def every_heading(self) -> dict[str, str]:
        """What may stand in the header of a file of any year, and the column it names."""
        aliases = {alias.name: c.name for c in self.columns for alias in c.aliases}
        return {**aliases, **{column.name: column.name for column in self.columns}}

    @property
    def text(self) -> CsvFormat:
        """How the text is written that is sealed and read: as it came, or as it was laid out."""
        return self.format if isinstance(self.format, CsvFormat) else TEXT

    @property
    def connection(self) -> str | None:
        """Name of the connection by which the dataset is fetched; None where it is delivered."""
        if self.fetched is not None:
            return self.fetched.connection
        return self.format.connection if isinstance(self.format, SqlFormat) else None

    @property
    def lines_added(self) -> int:
        """How many lines the text has before those that are records of the file, told from 1."""
        return int(self.format.kind in {"jsonl", "parquet", "edfi", "sql"})

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns of which something is kept, in order."""
        return tuple(column for column in self.columns if column.kept_as is not None)
