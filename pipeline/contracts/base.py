"""What every contract shares: frozen, strict types, and the words people read."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.+-]{1,32}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]

# Of the period's first year; with a leading +, of the year after. Every year has it.
MonthDay = Annotated[
    str,
    Field(
        pattern=r"^\+?(0[13578]-(0[1-9]|[12][0-9]|3[01])|1[02]-(0[1-9]|[12][0-9]|3[01])"
        r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))$",
        description="Month-day; of the year after the period's start with a leading +.",
    ),
]

TOTAL = "_T"
NOT_APPLICABLE = "_Z"
UNKNOWN = "_U"


class Frozen(BaseModel):
    """A contract type: immutable, no unknown key, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Label(Frozen):
    """A label in the two languages of the product."""

    en: Text
    fr: Text

    def words(self, language: str) -> str:
        """Return the label in French for `fr`, else in English."""
        return self.fr if language == "fr" else self.en


class Sourced(Frozen):
    """What has a source: a title as it stands, or words in English and, for readers, in French."""

    source: Text
    source_fr: Text | None = Field(
        default=None, description="The source in French, where it is more than a title."
    )

    def source_in(self, language: str) -> str:
        """Return the source in French for `fr` if it has one, else as it is."""
        return (self.source_fr if language == "fr" else None) or self.source


class FrenchWords(Frozen):
    """What is said of a signed number, in French; a source that is a title needs none."""

    unit: Text
    reason: Text
    source: Text | None = None


class Signed(Frozen):
    """A number that the controller's delegate answers for: unit, reason and source with it.

    Its words are in English; pages in French say those of `in_french` where it has them.
    """

    value: int | float
    unit: Text
    reason: Text
    source: Text
    in_french: FrenchWords | None = None

    def is_said_in(self, language: str) -> bool:
        """Return whether unit and reason have words in a language, or are told in English."""
        return language != "fr" or self.in_french is not None

    def unit_in(self, language: str) -> str:
        """Return the unit in French for `fr` if it has one, else in English."""
        return self.in_french.unit if self.in_french and language == "fr" else self.unit

    def reason_in(self, language: str) -> str:
        """Return the reason in French for `fr` if it has one, else in English."""
        return self.in_french.reason if self.in_french and language == "fr" else self.reason

    def source_in(self, language: str) -> str:
        """Return the source in French for `fr` if it has one, else as it is."""
        french = self.in_french.source if self.in_french and language == "fr" else None
        return french or self.source


class Days(Signed):
    """A retention: a whole number of days, at least one."""

    value: Annotated[int, Field(ge=1, le=36_500)]
