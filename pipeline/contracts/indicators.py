"""Indicator contracts: code, words, unit, definition and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Code, Frozen, Label, Name, Text

Part = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*( [a-z0-9_]+=[\w.+-]+)*$")]


class Formula(Frozen):
    """How a value is made of released cells: what every reader of it may take for known.

    A ratio is `times` x the sum of `over` / the sum of `under`. With a target of the policy it is a
    need: the sum of `over` / target, rounded up, less the sum of `under`, and never below 0. A part
    is a measure of a table, `enrolment.pupils sex=F`: codes beside those of the value itself.
    """

    over: tuple[Part, ...] = Field(min_length=1)
    under: tuple[Part, ...] = Field(min_length=1)
    times: Annotated[int, Field(ge=1)] = 1
    target: Name | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everything that it is made of."""
        return (*self.over, *self.under)


def split_part(part: Part) -> tuple[Name, Name, dict[Name, Code]]:
    """Return the table, the measure and the codes of a part of a formula."""
    source, *codes = part.split(" ")
    table, _, measure = source.partition(".")
    pairs = (code.partition("=") for code in codes)
    return table, measure, {name: code for name, _, code in pairs}


class Indicator(Frozen):
    """One published indicator.

    A `count` is a measure of a table. Any other is computed from released cells by the
    query `sql/indicators/<code in lower case>.sql`.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,40}$")]
    label: Label
    definition: Label
    kind: Literal["count", "rate", "parity", "need"]
    unit: Name
    decimals: Annotated[int, Field(ge=0, le=6)]
    numerator: Label
    denominator: Label | None = None
    formula: Formula | None = Field(
        default=None, description="How it is made, for whoever weighs what it tells of its parts."
    )
    tables: tuple[Name, ...] = Field(min_length=1, description="The released tables it is made of.")
    dimensions: tuple[Name, ...] = Field(description="Its own breakdowns.")
    targets: tuple[Name, ...] = Field(default=(), description="The policy's targets it is held to.")
    theme: Literal["pupils", "teachers", "schools", "home", "digital", "places", "programmes"]
    better: Literal["higher", "lower", "neither"]
    source: Text


class Indicators(Frozen):
    """The file `contracts/indicators.yml`."""

    units: Mapping[Name, Label]
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    def __getitem__(self, code: Code) -> Indicator:
        """Return the indicator of that code."""
        return next(item for item in self.indicators if item.code == code)
