"""Territories: levels, nested hierarchies, typologies, and the files that define them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pipeline.contracts.base import Code, Frozen, Label, Name, Sourced, Text


class Level(Frozen):
    """One territorial level; `prefix` makes its codes unique over all levels."""

    level: Name
    prefix: Annotated[str, Field(pattern=r"^([A-Z]{2,6}-)?$")]
    label: Label


class TypologyClass(Frozen):
    """One class of a typology; with cut points, what is below `below` (none: all others)."""

    code: Code
    label: Label
    below: int | None = None


class Typology(Sourced):
    """Territories of the base level put into classes; it cuts across hierarchies."""

    label: Label
    of: Name
    measure: Literal["inhabitants"] | None = Field(
        default=None, description="What the cut points of the classes cut."
    )
    column: Name | None = Field(
        default=None, description="Column of the base file that names the class, instead."
    )
    classes: tuple[TypologyClass, ...] = Field(min_length=2)


class TerritoryFiles(Frozen):
    """Paths from the project's root. All hold codes of the reference vintage but `changes`."""

    territories: Text = Field(description="level, code, name, inhabitants (of the whole territory)")
    base: Text = Field(description="One row per territory of the first level, a column per level.")
    changes: Text | None = Field(default=None, description="old_code, new_code of merged ones.")
    outlines: Text | None = Field(default=None, description="GeoJSON of the first level.")


class Population(Frozen):
    """The dataset that says how many live in each territory, inside the project or not."""

    dataset: Name
    level: Name
    code: Name
    inhabitants: Name


class Territories(Frozen):
    """The file `contracts/territories.yml`."""

    country: Code
    reference_vintage: Annotated[int, Field(ge=1900, le=2100)]
    source: Text
    licence: Text
    files: TerritoryFiles
    levels: tuple[Level, ...] = Field(min_length=1)
    hierarchies: Mapping[Name, tuple[Name, ...]]
    typologies: Mapping[Name, Typology] = Field(default_factory=dict)
    population: Population | None = Field(
        default=None,
        description="Says which share of a territory lies in the project; none: all of each does.",
    )

    @property
    def base_level(self) -> str:
        """The level of which every other is made: the first one."""
        return self.levels[0].level

    @property
    def prefixes(self) -> dict[str, str]:
        """Level → prefix of its codes."""
        return {level.level: level.prefix for level in self.levels}

    def is_inside(self, level: str, other: str) -> bool:
        """Tell whether each territory of a level lies in one of the other, or is it."""
        if level == other:
            return True
        return any(
            level in members and other in members[members.index(level) + 1 :]
            for members in self.hierarchies.values()
        )
