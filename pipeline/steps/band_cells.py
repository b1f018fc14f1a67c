"""Between which counts the true one of a released cell lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.contracts import TOTAL, Contracts, Indicator
from pipeline.contracts.indicators import Part, split_part
from pipeline.contracts.tables import Table
from pipeline.disclosure.bands import (
    Band,
    Ends,
    cell_key_band,
    exactly,
    measured_band,
    rounding_band,
)
from pipeline.disclosure.cell_key import PerturbationTable
from pipeline.errors import DisclosureError, Place
from pipeline.steps.deriving import WHOLE
from pipeline.steps.drawing import drawn_scale
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

    def moved(self, indicators: Iterable[Indicator]) -> int:
        """Return how many different moved cells the figures of some indicators are made of."""
        parts = {part for one in indicators for part in self.parts(one)}
        return sum(self._contracts.tables[split_part(part)[0]].is_perturbed for part in parts)

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
                self._told(part, rows, own, codes or {}),
                error,
            )
            for part in parts
        }

    def _told(
        self, part: Part, rows: pd.DataFrame, own: Iterable[str], codes: Mapping[str, str]
    ) -> pd.DataFrame:
        """Return what is told of a part, one row for each: nan where nothing is.

        Columns: shown, the count, or what was measured of it; summed, how many measured counts
        are in that.
        """
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
        meant = frame[is_meant]
        names = dict(zip(table.measure_names, table.measured_columns, strict=False))
        shown = meant[names.get(measure, measure)].astype("float64")
        summed = self._summed(table, meant) if names else 1.0
        there = meant[keys].assign(shown=shown, summed=summed).set_index(keys)
        return there.reindex(pd.MultiIndex.from_frame(rows[keys]))

    def _summed(self, table: Table, cells: pd.DataFrame) -> Ends:
        """Return how many cells of all crossed codes each cell sums, at its level."""
        number = np.ones(len(cells))
        for level, crossed in table.levels.items():
            for name in crossed:
                is_summed = cells["area_level"].eq(level) & cells[name].eq(TOTAL)
                number[is_summed.to_numpy()] *= len(self._contracts.codes(name))
        return number

    def _band(self, table: Table, told: pd.DataFrame, error: float) -> Band:
        rounding, private = self._contracts.policy.rounding, self._contracts.policy.dp
        shown = np.asarray(told["shown"].to_numpy(), dtype=np.float64)
        if not table.is_perturbed:
            return exactly(shown)
        if table.method == "cell_key":
            return cell_key_band(self._noise, shown, error=error)
        if table.method == "rounding" and rounding is not None:
            return rounding_band(shown, base=rounding.base.value)
        if table.method == "dp" and private is not None:
            summed = np.asarray(told["summed"].to_numpy(), dtype=np.float64)
            scale = drawn_scale(private, len(table.levels))
            return measured_band(shown, summed=summed, scale=scale, error=error)
        raise DisclosureError("disclosure.rule_unsupported", place=Place(table=table.table))

    @cached_property
    def _noise(self) -> PerturbationTable:
        rule = self._contracts.policy.cell_key
        if rule is None:
            raise DisclosureError("disclosure.rule_unsupported", place=Place(table="cell_key"))
        return perturbation_table(rule)
