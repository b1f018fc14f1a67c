"""Put a band around each figure that is made of moved counts.

A band is worked out of the released cells alone, with what everybody knows of the method. Of a
figure that is made of k moved cells each has a band that fails at most one k-th as often as that of
the figure may: all true counts lie within theirs often enough, however the noise of one cell hangs
together with that of another (Bonferroni). The band of the figure holds all that such counts give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts, Indicator
from pipeline.contracts.bands import ERROR
from pipeline.contracts.geography import Geography
from pipeline.disclosure.bands import Band, Ends
from pipeline.steps.band_cells import CellBands
from pipeline.steps.band_formulas import (
    adjusted_band,
    difference_band,
    need_band,
    quotient_band,
    ratio_band,
    served_band,
    weighted_band,
)
from pipeline.steps.deriving import parents_frame

LOW, HIGH = "obs_low", "obs_high"
# Of a unit of the last decimal: floats that stand for a whole number of them are taken for it.
_HAIR = 1e-6


def with_bands(
    observations: pd.DataFrame,
    cells: Mapping[str, pd.DataFrame],
    contracts: Contracts,
    geography: Geography,
) -> pd.DataFrame:
    """Return the observations with `obs_low` and `obs_high`.

    Both are empty where no count was moved, where no figure is shown, and for measures of
    inequality between territories; one of them where what is divided by may be 0.

    Args:
        observations: as they are released, values rounded.
        cells: table → its released cells.
        contracts: the rules.
        geography: which territory lies in which.
    """
    found = observations.assign(**{LOW: np.nan, HIGH: np.nan})
    bands = _Bands(CellBands(cells, contracts), contracts, geography)
    for indicator in contracts.indicators.indicators:
        if not contracts.is_perturbed(indicator):
            continue
        rows = found[found["indicator"].eq(indicator.code) & found["obs_value"].notna()]
        band = None if rows.empty else bands.of(indicator, rows)
        if band is not None:
            shown = rows["obs_value"].to_numpy(dtype=np.float64)
            found.loc[rows.index, [LOW, HIGH]] = _ends(band, shown, indicator.decimals)
    return found


def _ends(band: Band, shown: Ends, decimals: int) -> Ends:
    """Return both ends in the decimals of the figure, rounded away from it.

    A share above its whole, such as noise can make, is held too: `np.minimum` keeps what is nan.
    """
    unit = 10.0**decimals
    low = np.minimum(np.floor(band.low * unit + _HAIR) / unit, shown)
    high = np.maximum(np.ceil(band.high * unit - _HAIR) / unit, shown)
    # What is added turns a zero that bears a minus into one that does not.
    return np.column_stack([low, high]) + 0.0


class _Bands:
    """Work out the bands of the figures of one release."""

    def __init__(self, cells: CellBands, contracts: Contracts, geography: Geography) -> None:
        self.cells, self._contracts, self._geography = cells, contracts, geography

    def of(self, indicator: Indicator, rows: pd.DataFrame) -> Band | None:
        """Return the band of some figures of an indicator; None where none is known."""
        if indicator.query is None:
            error = self._error([indicator])
            return self._plain(indicator, rows, error, own=indicator.dimensions)
        made = [self._contracts.indicators[code] for code in indicator.of]
        if indicator.query == "gap_to_parent":
            above, error = self._above(rows), self._error(made) / 2
            return _paired(*(self._plain(made[0], at, error) for at in (rows, above)), how="gap")
        if indicator.contrast is not None:
            return self._contrasted(indicator, made[0], rows)
        error = self._error([indicator, *made])
        needs = {one.code: self._plain(one, rows, error) for one in made}
        known = {code: need for code, need in needs.items() if need is not None}
        if len(known) < len(needs):
            return None
        if indicator.query == "pupils_served" and indicator.formula is not None:
            told = self.cells.of(indicator.formula.parts, rows, error)
            return served_band(indicator.formula, told, *known.values())
        return weighted_band(self._priced(indicator, known)) if indicator.costs else None

    def _error(self, indicators: Iterable[Indicator]) -> float:
        """Return how often the band of one of the moved cells behind some figures may fail."""
        return ERROR / max(self.cells.moved(indicators), 1)

    def _plain(
        self,
        indicator: Indicator,
        rows: pd.DataFrame,
        error: float,
        *,
        own: Iterable[str] = (),
        codes: Mapping[str, str] | None = None,
    ) -> Band | None:
        """Return the band of a count, rate or need; None where its contract says no formula."""
        parts = self.cells.parts(indicator)
        told = self.cells.of(parts, rows, error, own=own, codes=codes)
        formula = indicator.formula
        if indicator.kind == "count":
            return told[parts[0]]
        if formula is None:
            return None
        if formula.target is None:
            return ratio_band(formula, told)
        return need_band(formula, told, float(self._contracts.policy.targets[formula.target].value))

    def _above(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows with the territory right above each in place of it."""
        keys = ["ref_area", "parent_level"]
        parents = parents_frame(self._contracts, self._geography)
        above = parents.set_index(keys)["parent_area"]
        return rows.assign(ref_area=above.loc[pd.MultiIndex.from_frame(rows[keys])].to_numpy())

    def _contrasted(self, indicator: Indicator, of: Indicator, rows: pd.DataFrame) -> Band | None:
        contrast, error = indicator.contrast, self._error([of]) / 2
        if contrast is None:
            return None
        told, other = (
            self._plain(of, rows, error, codes={contrast.dimension: code})
            for code in (contrast.code, contrast.against)
        )
        return _paired(told, other, how=str(indicator.query))

    def _priced(
        self, indicator: Indicator, needs: Mapping[str, Band]
    ) -> Iterable[tuple[float, Band]]:
        costs = self._contracts.policy.unit_costs
        for code, need in needs.items():
            if costs is not None:
                yield float(costs.costs[indicator.costs[code]].value), need


def _paired(told: Band | None, other: Band | None, *, how: str) -> Band | None:
    """Return the band of one figure held against another."""
    if told is None or other is None:
        return None
    match how:
        case "gap" | "gap_between_groups":
            return difference_band(told, other)
        case "parity":
            return quotient_band(told, other)
        case "adjusted_parity":
            return adjusted_band(quotient_band(told, other))
        case _:
            return None
