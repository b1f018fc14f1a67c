"""Under whose law the project works: what a profile says of a country, and what is its own.

Nothing here is legal advice. Each statement names where it was read, and whether it was checked
there; a paper that shows one that was not says so beside it.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from pipeline.contracts.base import Frozen, Label, Name, Sourced, Text


class Point(Sourced):
    """One statement on the law, with its source."""

    words: Label
    verified: bool = Field(description="Whether it was checked in the source itself.")


class Authority(Sourced):
    """The supervisory authority for personal data."""

    name: Text
    short: Text
    verified: bool


class Formality(Point):
    """What must be done towards the authority before the processing starts."""

    kind: Literal["none", "declaration", "authorisation", "declaration_or_authorisation"]


class LegalText(Sourced):
    """A text that applies, by its official title."""

    title: Text
    about: Label
    verified: bool


class Profile(Frozen):
    """A file `contracts/jurisdictions/<profile>.yml`: what holds in a country."""

    profile: Name
    country: Label
    authority: Authority
    formality: Formality
    retention: tuple[Point, ...] = Field(min_length=1)
    transfers: tuple[Point, ...] = Field(min_length=1)
    thresholds: tuple[Point, ...] = Field(min_length=1)
    texts: tuple[LegalText, ...] = Field(min_length=1)

    @property
    def unverified(self) -> int:
        """How many statements were not checked in their source."""
        points = (self.formality, *self.retention, *self.transfers, *self.thresholds)
        checked = [self.authority.verified, *(p.verified for p in points)]
        return [*checked, *(text.verified for text in self.texts)].count(False)


class Office(Frozen):
    """A function that answers for something: its role and how to reach it, never a name."""

    role: Label
    contact: Text = Field(description="An address of the office, not of a person.")


class Party(Frozen):
    """A joint controller or a processor, and what it does."""

    name: Text
    does: Label


class Transfer(Frozen):
    """Personal data that leave the country, and what protects them there."""

    to: Label
    safeguards: Label


class Filed(Frozen):
    """A formality that was done: its number and date."""

    number: Text
    on: date


class Jurisdiction(Frozen):
    """The file `contracts/jurisdiction.yml`: the profile that applies, and what is one's own.

    What is given under `authority`, `formality`, `retention`, `transfer_rules`, `thresholds` or
    `texts` stands in the place of what the profile says there.
    """

    profile: Name
    since: date = Field(description="When the processing started, or is to start.")
    controller_contact: Office
    representative: Office | None = Field(
        default=None, description="Of a controller that is established elsewhere."
    )
    dpo: Office
    filed: Filed | None = Field(default=None, description="The formality, once it was done.")
    joint_controllers: tuple[Party, ...] = ()
    processors: tuple[Party, ...] = ()
    transfers: tuple[Transfer, ...] = Field(
        default=(), description="Of personal data; none: they do not leave the country."
    )
    information: Label = Field(description="How the persons are told of the processing.")
    security: tuple[Label, ...] = Field(
        default=(), description="Measures around this software: access, backups, premises."
    )
    demonstration: Label | None = Field(
        default=None, description="What must be said where no real controller stands behind it."
    )
    authority: Authority | None = None
    formality: Formality | None = None
    retention: tuple[Point, ...] | None = None
    transfer_rules: tuple[Point, ...] | None = None
    thresholds: tuple[Point, ...] | None = None
    texts: tuple[LegalText, ...] | None = None

    def applied(self, profile: Profile) -> Profile:
        """Return the profile with the project's own statements in the place of its."""
        own = {
            "authority": self.authority,
            "formality": self.formality,
            "retention": self.retention,
            "transfers": self.transfer_rules,
            "thresholds": self.thresholds,
            "texts": self.texts,
        }
        return profile.model_copy(update={k: v for k, v in own.items() if v is not None})
