"""Indicator contracts: code, words, unit, definition and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Code, Frozen, Label, Name, Text


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
