"""Double enrolments: which rows count of a person who stands in several rows in force.

Nothing is refused or lost by such a rule: rows that it sets aside stay where they are, and count
again once the others are gone.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from pipeline.contracts.base import Frozen, Label, Name, Text


class _Enrolments(Frozen):
    person: Name = Field(
        description="The kept column that names the person, such as `pupil_pseudonym`."
    )


class AllEnrolments(_Enrolments):
    """Every row counts: a teacher who works in two schools is in post twice."""

    rule: Literal["all"]

    @property
    def column(self) -> str | None:
        """No column is looked at."""
        return None

    @property
    def words(self) -> Label:
        """Which rows count, in words."""
        return Label(
            en="Whoever is enrolled or in post in several places counts in each.",
            fr="Qui est inscrit ou en poste à plusieurs endroits compte dans chacun.",
        )


class MainEnrolment(_Enrolments):
    """The row counts that is flagged as the main enrolment; of none or several, the latest."""

    rule: Literal["main"]
    column: Name = Field(description="A column that is kept as it is.")
    values: tuple[Text, ...] = Field(
        min_length=1, description="What it says of an enrolment that is the main or the only one."
    )

    @property
    def words(self) -> Label:
        """Which rows count, in words."""
        return Label(
            en="Whoever is enrolled in several places counts once, where the main enrolment is.",
            fr="Qui est inscrit à plusieurs endroits compte une fois, là où est l'inscription"
            " principale.",
        )


class LatestEnrolment(_Enrolments):
    """The row counts whose date is the latest: that of a column, then that of its delivery."""

    rule: Literal["latest"]
    column: Name | None = Field(
        default=None, description="A kept date, such as that of entry; else the sender's date."
    )

    @property
    def words(self) -> Label:
        """Which rows count, in words."""
        return Label(
            en="Whoever is enrolled in several places counts once, at the latest enrolment.",
            fr="Qui est inscrit à plusieurs endroits compte une fois, à l'inscription la plus"
            " récente.",
        )


DoubleEnrolment: TypeAlias = Annotated[
    AllEnrolments | MainEnrolment | LatestEnrolment, Field(discriminator="rule")
]
