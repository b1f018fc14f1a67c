"""Table contracts: what is published, of which population, crossed how at which level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from pipeline.contracts.base import Code, Frozen, Label, Name, Sourced, Text

RECORD_KEY = "record_key"
"""The column of secret random numbers that rows of a population have where cell keys are asked."""
RECORD_KEYS = "record_keys"
"""The column into which the count query of such a table adds them up."""
LARGEST = ("largest_1", "largest_2", "largest_3")
BEHIND_AMOUNTS = ("units", "contributors", *LARGEST)
"""Rows counted, units with an amount among them, and the largest amounts, most first."""


class Measure(Frozen):
    """One figure of each cell: a column of the count query, and the indicator it becomes."""

    name: Name
    indicator: Code | None = Field(
        default=None,
        description="Published under this code; none: it only serves other indicators.",
    )
    unit: Name
    label: Label


class KnownElsewhere(Frozen):
    """Counts of the same persons that others publish: whoever looks for someone has them too."""

    dimensions: tuple[Name, ...] = Field(description="Crossed there, all other dimensions summed.")
    source: Text


class Table(Sourced):
    """A file `contracts/tables/<table>.yml`."""

    table: Name
    label: Label
    description: Label
    population: Name = Field(
        description="The dataset whose units it counts; tables of one population are protected "
        "together."
    )
    counts: Literal["persons", "units"]
    sensitivity: Name | None = Field(
        default=None, description="The policy's threshold; required when persons are counted."
    )
    amounts: Name | None = Field(
        default=None,
        description="The policy's rule for amounts; required when sums over units are not open.",
    )
    nothing_without: Text | None = Field(
        default=None,
        description="`table.measure` of an open table of the same units; where it shows none, "
        "everybody knows that the amount is 0, so that it is shown, and hides no other.",
    )
    method: Literal["suppression", "cell_key", "dp", "rounding", "none"]
    territory_of: Literal["school", "place", "residence"]
    measures: tuple[Measure, ...] = Field(min_length=1)
    dimensions: tuple[Name, ...]
    levels: Mapping[Name, tuple[Name, ...]] = Field(
        description="Level → the dimensions crossed there."
    )
    known_elsewhere: Mapping[Name, KnownElsewhere] = Field(
        default_factory=dict,
        description="Level → what others publish there, with every zero: nobody can unlearn it, so "
        "that it is not hidden, and what is hidden stays uncertain beside it.",
    )
    targets: tuple[Name, ...] = Field(
        default=(), description="The policy's targets by which its query tells units apart."
    )
    caveat: Label | None = None

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The column of summed record keys that the count query returns as well, if any."""
        return (RECORD_KEYS,) if self.method == "cell_key" else ()

    @property
    def needed(self) -> tuple[str, str] | None:
        """The open table and measure without which an amount is 0, if any."""
        if self.nothing_without is None:
            return None
        name, _, measure = self.nothing_without.partition(".")
        return name, measure

    @property
    def is_perturbed(self) -> bool:
        """Whether its figures are moved instead of hidden."""
        return self.method not in {"suppression", "none"}

    @property
    def measure_names(self) -> tuple[str, ...]:
        """The measure columns that the count query returns."""
        return tuple(measure.name for measure in self.measures)

    @property
    def measured_columns(self) -> tuple[str, ...]:
        """The noisy counts as they were drawn, published beside what is made of them, if any."""
        return tuple(f"{name}_measured" for name in self.measure_names) * (self.method == "dp")

    @property
    def behind(self) -> tuple[str, ...]:
        """What the count query returns beside them, for review only: what is behind an amount."""
        return BEHIND_AMOUNTS if self.amounts else ()
