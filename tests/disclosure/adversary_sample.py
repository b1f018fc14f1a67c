"""Tiny publications, written by hand, to try the adversary on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

import numpy as np

from pipeline.disclosure.adversary import Published, Rates, Table, Territories
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.strangers_figures import formula_of

PROJECT = load_project(INSTALLATION)
PERSONS = ("pupils", "teachers")
TYPOLOGY = "urbanisation"
PERIOD = "2021"
Counts = Mapping[str, object]
"""Commune -> its counts, nested in the order of the dimensions."""


@dataclass(frozen=True)
class SampleTable:
    """A table to publish: its codes by dimension, and what each level crosses."""

    name: str
    measure: str
    counts: Counts
    dimensions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    levels: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"commune": ()})


@dataclass(frozen=True)
class SampleRate:
    """A shown value of an indicator."""

    indicator: str
    area: str
    value: float
    decimals: int
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SampleCell:
    """A cell to show or to hide; `codes` are those that are no total."""

    table: str
    measure: str
    area: str
    codes: Mapping[str, str]
    value: int


class SampleRow(NamedTuple):
    """One cell as it is published."""

    level: str
    area: str
    codes: Mapping[str, str]
    value: int
    is_hidden: bool


Hides = Callable[[SampleCell], bool]


@dataclass(frozen=True)
class Sample:
    """A publication: communes and what they belong to, tables, rates, what is hidden.

    Args:
        above: commune -> level -> area.
        tables: what is counted.
        hides: asked for every cell of persons.
        classes: commune -> class of the typology `urbanisation`.
        rates: shown values of indicators.
        protected_zeros: tables in which zeros are hidden too, where `hides` says so.
    """

    above: Mapping[str, Mapping[str, str]]
    tables: Sequence[SampleTable]
    hides: Hides
    classes: Mapping[str, str] = field(default_factory=dict)
    rates: Sequence[SampleRate] = ()
    protected_zeros: Sequence[str] = ()

    def published(self) -> Published:
        """Return what everybody sees."""
        return Published(
            territories=self._territories(),
            tables={table.name: self._table(table) for table in self.tables},
            rates=[self._rate(rate) for rate in self.rates],
            protected_zeros=frozenset(self.protected_zeros),
        )

    def _territories(self) -> Territories:
        base = tuple(sorted(self.above))
        members = {area: {area} for area in base}
        for commune, areas in self.above.items():
            for area in areas.values():
                members.setdefault(area, set()).add(commune)
        own = [self.classes[commune] for commune in base] if self.classes else []
        return Territories(
            base=base,
            members={
                area: np.array([n for n, commune in enumerate(base) if commune in inside])
                for area, inside in members.items()
            },
            classes={TYPOLOGY: np.array(own)} if own else {},
        )

    def _rate(self, rate: SampleRate) -> Rates:
        indicator = PROJECT.contracts.indicators[rate.indicator]
        return Rates(
            indicator=rate.indicator,
            tables=indicator.tables,
            formula=formula_of(indicator, PROJECT.contracts),
            period=np.array([PERIOD]),
            area=np.array([rate.area]),
            code={name: np.array([code]) for name, code in rate.codes.items()},
            value=np.array([rate.value]),
        )

    def _table(self, table: SampleTable) -> Table:
        rows = list(self._rows(table))
        names = list(self._dimensions(table))
        value = np.array([np.nan if row.is_hidden else row.value for row in rows])
        things = table.measure not in PERSONS
        return Table(
            name=table.name,
            population=table.measure,
            counts="units" if things else "persons",
            territory_of="school",
            codes={name: tuple(codes) for name, codes in self._dimensions(table).items()},
            period=np.full(len(rows), PERIOD),
            level=np.array([row.level for row in rows]),
            area=np.array([row.area for row in rows]),
            code={name: np.array([row.codes.get(name, "_T") for row in rows]) for name in names},
            value={table.measure: value},
            hidden=np.array([row.is_hidden for row in rows]),
        )

    def _dimensions(self, table: SampleTable) -> dict[str, Sequence[str]]:
        bands = {TYPOLOGY: sorted(set(self.classes.values()))} if self.classes else {}
        return {**table.dimensions, **bands}

    def _rows(self, table: SampleTable) -> Iterator[SampleRow]:
        dimensions = self._dimensions(table)
        for level, crossed in table.levels.items():
            lists = [
                (*known, "_T") if name in crossed else ("_T",) for name, known in dimensions.items()
            ]
            for area, communes in self._areas(level).items():
                for codes in product(*lists):
                    named = {n: c for n, c in zip(dimensions, codes, strict=True) if c != "_T"}
                    value = self._count(table, communes, named)
                    cell = SampleCell(table.name, table.measure, area, named, value)
                    may_hide = value > 0 or table.name in self.protected_zeros
                    is_hidden = may_hide and table.measure in PERSONS and self.hides(cell)
                    yield SampleRow(level, area, named, value, is_hidden)

    def _areas(self, level: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for commune, areas in self.above.items():
            found.setdefault(commune if level == "commune" else areas[level], []).append(commune)
        return found

    def _count(self, table: SampleTable, communes: Sequence[str], codes: Mapping[str, str]) -> int:
        axes = [
            [list(known).index(codes[name])] if name in codes else range(len(known))
            for name, known in table.dimensions.items()
        ]
        band = codes.get(TYPOLOGY)
        return sum(
            int(np.array(table.counts[commune])[np.ix_(*axes)].sum())
            for commune in communes
            if band is None or self.classes[commune] == band
        )
