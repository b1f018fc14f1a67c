"""Between which counts the true one of a released cell lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts, Indicator
from pipeline.contracts.indicators import Part, split_part
from pipeline.contracts.tables import Table
from pipeline.disclosure.bands import Band, Ends, cell_key_band, exactly, rounding_band
from pipeline.disclosure.cell_key import PerturbationTable
from pipeline.errors import DisclosureError, Place
from pipeline.steps.deriving import WHOLE
from pipeline.steps.perturbing import perturbation_table

_WHERE = ("ref_area", "time_period")


class CellBands:
    """The bands of the released cells of one release.

    Args:
        cells: table → its released cells.
        contracts: the rules.
    """

    def __init__(self, cells: Mapping[str, pd.DataFrame], contracts: Contracts) -> None:
        self._cells, self._contracts = cells, contracts

    def is_moved(self, tables: Iterable[str]) -> bool:
        """Tell whether the counts of any of these tables were moved."""
        return any(self._contracts.tables[name].is_perturbed for name in tables)

    def moved(self, indicators: Iterable[Indicator]) -> int:
        """Return how many different moved cells the figures of some indicators are made of."""
        parts = {part for one in indicators for part in self.parts(one)}
        return sum(self.is_moved((split_part(part)[0],)) for part in parts)

    def parts(self, indicator: Indicator) -> tuple[Part, ...]:
        """Return the cells that a figure is made of; none where its contract does not say."""
        if indicator.kind != "count":
            return indicator.formula.parts if indicator.formula else ()
        return tuple(
            f"{table.table}.{measure.name}"
            for table in self._contracts.tables.values()
            for measure in table.measures
            if measure.indicator == indicator.code
        )

    def of(
        self,
        parts: Iterable[Part],
        rows: pd.DataFrame,
        error: float,
        *,
        own: Iterable[str] = (),
        codes: Mapping[str, str] | None = None,
    ) -> dict[Part, Band]:
        """Return part → the band of its count, one per row.

        Args:
            parts: measures of tables, with codes of their own.
            rows: territories and periods, and the dimensions `own`.
            error: how often the band of one cell may fail.
            own: the dimensions of which each row tells the code.
            codes: codes of dimensions that are the same for all rows. All others are whole.
        """
        return {
            part: self._band(
                self._contracts.tables[split_part(part)[0]],
                self._shown(part, rows, own, codes or {}),
                error,
            )
            for part in parts
        }

    def _shown(
        self, part: Part, rows: pd.DataFrame, own: Iterable[str], codes: Mapping[str, str]
    ) -> Ends:
        """Return what is shown of a part, one per row; nan where nothing is."""
        name, measure, of_part = split_part(part)
        table, frame = self._contracts.tables[name], self._cells[name]
        given = {**codes, **of_part}
        keys = [*_WHERE, *(each for each in own if each in table.dimensions and each not in given)]
        is_meant = np.ones(len(frame), dtype=bool)
        for dimension in table.dimensions:
            if dimension in given:
                is_meant &= frame[dimension].eq(given[dimension]).to_numpy()
            elif dimension not in keys:
                is_meant &= frame[dimension].isin(WHOLE).to_numpy()
        there = frame[is_meant].set_index(keys)[measure].astype("float64")
        found = there.reindex(pd.MultiIndex.from_frame(rows[keys]))
        return np.asarray(found.to_numpy(), dtype=np.float64)

    def _band(self, table: Table, shown: Ends, error: float) -> Band:
        rounding = self._contracts.policy.rounding
        if not table.is_perturbed:
            return exactly(shown)
        if table.method == "cell_key":
            return cell_key_band(self._noise, shown, error=error)
        if table.method == "rounding" and rounding is not None:
            return rounding_band(shown, base=rounding.base.value)
        unknown = np.full(len(shown), np.nan)
        return Band(unknown, unknown)

    @cached_property
    def _noise(self) -> PerturbationTable:
        rule = self._contracts.policy.cell_key
        if rule is None:
            raise DisclosureError("disclosure.rule_unsupported", place=Place(table="cell_key"))
        return perturbation_table(rule)
