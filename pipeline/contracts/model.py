"""All contracts of a project, together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from pipeline.contracts.base import UNKNOWN, Frozen, Name
from pipeline.contracts.codelists import CodeList
from pipeline.contracts.datasets import Column, Dataset
from pipeline.contracts.derived_lists import DERIVED, derived_lists
from pipeline.contracts.indicators import Indicator, Indicators
from pipeline.contracts.jurisdiction import Jurisdiction, Profile
from pipeline.contracts.policy import Policy
from pipeline.contracts.recodings import Recoding
from pipeline.contracts.tables import Table
from pipeline.contracts.territories import Territories


class Contracts(Frozen):
    """The rules of one project, each validated; the cross-checks are in `checks`."""

    policy: Policy
    jurisdiction: Jurisdiction
    law: Profile = Field(description="The jurisdiction's profile, with the project's own words.")
    territories: Territories
    codelists: Mapping[Name, CodeList]
    datasets: Mapping[Name, Dataset]
    tables: Mapping[Name, Table]
    indicators: Indicators
    recodings: Mapping[Name, Mapping[str, Recoding]] = Field(default_factory=dict)

    def codes(self, dimension: str) -> tuple[str, ...]:
        """Return the codes of a dimension in order: a code list or a typology, no total."""
        if dimension in self.territories.typologies:
            return tuple(c.code for c in self.territories.typologies[dimension].classes)
        return self.code_list(dimension).codes

    def code_list(self, dimension: str) -> CodeList:
        """Return the code list of a dimension that is no typology."""
        if dimension in DERIVED:
            return derived_lists(self.territories)[dimension]
        return self.codelists[dimension]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of all tables in the order that they name them, then derived ones."""
        tables = (name for table in self.tables.values() for name in table.dimensions)
        of_figures = {d for one in self.indicators.indicators for d in one.dimensions}
        return tuple(dict.fromkeys([*tables, *(name for name in DERIVED if name in of_figures)]))

    def is_made(self, indicator: Indicator) -> bool:
        """Tell whether the policy has what an indicator asks for: a cost wants unit costs."""
        return not indicator.costs or self.policy.unit_costs is not None

    def is_perturbed(self, indicator: Indicator) -> bool:
        """Tell whether an indicator is made of counts that were moved."""
        return any(self.tables[name].is_perturbed for name in indicator.tables)

    def bound(self, indicator: Indicator) -> dict[str, float | str]:
        """Return the values that are bound when the query of an indicator runs, by name."""
        found: dict[str, float | str] = {
            name: self.policy.targets[name].value for name in indicator.targets
        }
        if indicator.contrast is not None:
            found |= {"code": indicator.contrast.code, "against": indicator.contrast.against}
        if indicator.floor_pct is not None:
            found["floor_pct"] = indicator.floor_pct
        return found

    def bound_count(self, table: Table) -> dict[str, float]:
        """Return the values that are bound when the count query of a table runs, by name."""
        return {name: self.policy.targets[name].value for name in table.targets}

    def threshold(self, table: Table) -> int:
        """Return k of a table; 1 when it counts no persons, so that nothing is small."""
        if table.sensitivity is None:
            return 1
        return int(self.policy.thresholds[table.sensitivity].value)

    def zeros(self, table: Table) -> Literal["published", "protected"]:
        """Return whether a table shows every zero; those of units do, unless amounts are hidden."""
        if table.sensitivity is None:
            return "protected" if table.amounts else "published"
        return self.policy.zeros[table.sensitivity]

    def extreme_pct(self, table: Table) -> float | None:
        """Return from which share on a group of a table counts as all alike; None if none does."""
        extreme = self.policy.extremes.get(table.sensitivity or "")
        return None if extreme is None else float(extreme.value)

    def protected_zeros(self) -> tuple[str, ...]:
        """Return the names of the tables that may hide zeros."""
        return tuple(
            name for name, table in self.tables.items() if self.zeros(table) == "protected"
        )

    def sensitive(self, table: Table) -> dict[str, tuple[str, ...]]:
        """Return the sensitive dimensions of a table of persons → their codes that tell something.

        A dimension is sensitive when a kept column of its population is, by name or code list. Not
        to have answered tells nothing.
        """
        if table.counts != "persons":
            return {}
        names: set[str | None] = set()
        for name, column in self.kept_columns(table.population).items():
            if column.role == "sensitive":
                names |= {name, column.codelist, getattr(column.privacy, "to", None)}
        return {
            dimension: tuple(code for code in self.codes(dimension) if code != UNKNOWN)
            for dimension in table.dimensions
            if dimension in names
        }

    def smallest_shown(self, table: Table) -> int:
        """Return the smallest positive count that a table can show, whatever protects it."""
        if table.method == "cell_key" and self.policy.cell_key is not None:
            return self.policy.cell_key.smallest.value
        if table.method == "rounding" and self.policy.rounding is not None:
            return self.policy.rounding.base.value
        if table.method == "dp":
            return 1
        return self.threshold(table)

    def protection(self, table: Table) -> str:
        """Return how a table is protected, with the numbers that its releases must share.

        What drawings of differential privacy cost adds up, so that they need not share any.
        """
        numbers = [
            f"{name}={signed.value:g}"
            for section, name, signed in self.policy.method_numbers
            if section == table.method != "dp"
        ]
        return " ".join([table.method, *numbers])

    def populations(self) -> dict[str, tuple[Table, ...]]:
        """Return the tables that count persons, by the population they share."""
        shared: dict[str, tuple[Table, ...]] = {}
        for table in self.tables.values():
            if table.counts == "persons":
                shared[table.population] = (*shared.get(table.population, ()), table)
        return shared

    def indicator_of(self, table: Table, measure: str) -> Indicator | None:
        """Return the indicator under which a measure is published, if any."""
        code = next(m.indicator for m in table.measures if m.name == measure)
        return self.indicators[code] if code else None

    def kept_columns(self, dataset: str) -> dict[str, Column]:
        """Return protected column name → the delivered column it comes from."""
        return {str(column.kept_as): column for column in self.datasets[dataset].kept}
