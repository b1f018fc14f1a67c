"""Read the published figures as a stranger would: rates and derived ones, and how they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from pipeline.contracts import Contracts, Indicator
from pipeline.contracts.indicators import split_part
from pipeline.disclosure.adversary import Derived, Formula, Part, Rates
from pipeline.steps.standing import STANDS_FROM, with_dimensions

Frames = Mapping[str, pd.DataFrame]
"""Published table → its rows; the cells of a table stand under `cells/` and its name.

What others publish of the persons of a table stands under `elsewhere/`.
"""

_SAID = {
    *("obs_value", "obs_low", "obs_high", "obs_status", "conf_status", "coverage"),
    *("unit_measure", STANDS_FROM),
}


def all_rates(
    frames: Frames, contracts: Contracts, names: Sequence[str], earlier: Sequence[Frames]
) -> list[Rates]:
    """Return the rates that are made of these tables, none of them perturbed."""
    told = [
        one
        for one in contracts.indicators.indicators
        if one.kind != "count"
        and not one.is_derived
        and set(one.tables) <= set(names)
        and not any(contracts.tables[name].is_perturbed for name in one.tables)
    ]
    if not told:
        return []
    new = _not_standing(frames["observations"], [one["observations"] for one in earlier])
    return [_rates(new, one, contracts) for one in told]


def all_derived(
    frames: Frames, contracts: Contracts, names: Sequence[str], earlier: Sequence[Frames]
) -> list[Derived]:
    """Return the derived figures; those of perturbed tables too, made of what these show."""
    told = [
        one
        for one in contracts.indicators.indicators
        if one.is_derived and set(one.tables) <= set(names)
    ]
    if not told:
        return []
    new = _not_standing(frames["observations"], [one["observations"] for one in earlier])
    return [_derived(new, one, contracts) for one in told]


def _derived(observations: pd.DataFrame, indicator: Indicator, contracts: Contracts) -> Derived:
    rows = observations[observations["indicator"] == indicator.code]
    of = [formula_of(contracts.indicators[code], contracts) for code in indicator.of]
    contrast, costs = indicator.contrast, contracts.policy.unit_costs
    priced = [indicator.costs[code] for code in indicator.of if code in indicator.costs]
    return Derived(
        indicator=indicator.code,
        rule=str(indicator.query),
        of=tuple(one for one in of if one is not None),
        own=formula_of(indicator, contracts),
        contrast=(contrast.dimension, contrast.code, contrast.against) if contrast else None,
        prices=tuple(float(costs.costs[name].value) for name in priced) if costs else (),
        decimals=indicator.decimals,
        period=text(rows["time_period"]),
        area=text(rows["ref_area"]),
        code={name: text(rows[name]) for name in indicator.dimensions if name in rows},
        value=numbers(rows["obs_value"]),
    )


def _not_standing(observations: pd.DataFrame, earlier: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the observations without those that another release shows with the same value.

    What is said to stand is of the persons of then: beside the cells of now it says nothing.
    """
    found = observations
    for other in earlier:
        keys = [str(name) for name in found if name not in _SAID]
        if "ref_area" not in other or STANDS_FROM not in found:
            continue
        shown = with_dimensions(other, keys)[[*keys, "obs_value"]]
        then = found[keys].merge(shown, on=keys, how="left", validate="1:1")
        is_same = found["obs_value"].to_numpy() == then["obs_value"].to_numpy()
        found = found[~(is_same & found[STANDS_FROM].notna().to_numpy())]
    return found


def _rates(observations: pd.DataFrame, indicator: Indicator, contracts: Contracts) -> Rates:
    rows = observations[observations["indicator"] == indicator.code]
    return Rates(
        indicator=indicator.code,
        tables=indicator.tables,
        formula=formula_of(indicator, contracts),
        period=text(rows["time_period"]),
        area=text(rows["ref_area"]),
        code={name: text(rows[name]) for name in indicator.dimensions},
        value=numbers(rows["obs_value"]),
    )


def formula_of(indicator: Indicator, contracts: Contracts) -> Formula | None:
    """Return how an indicator is made, as its contract says; None where it does not."""
    if indicator.kind == "count":
        return _count_of(indicator, contracts)
    told = indicator.formula
    if told is None:
        return None
    over, less, under = (
        tuple(
            Part(table=table, measure=measure, codes=codes)
            for table, measure, codes in map(split_part, parts)
        )
        for parts in (told.over, told.less, told.under)
    )
    target = None
    if told.target is not None:
        aim = Fraction(str(contracts.policy.targets[told.target].value))
        target = aim if told.per is None else told.per / aim
    return Formula(
        over=over,
        less=less,
        under=under,
        times=told.times,
        decimals=indicator.decimals,
        target=target,
    )


def _count_of(indicator: Indicator, contracts: Contracts) -> Formula:
    """Return a count as a formula of one part: the measure that is published under its code."""
    [part] = [
        Part(table=table.table, measure=measure.name, codes={})
        for table in contracts.tables.values()
        for measure in table.measures
        if measure.indicator == indicator.code
    ]
    return Formula(over=(part,), under=(), times=1, decimals=indicator.decimals)


def text(column: pd.Series) -> np.ndarray:
    """Return a column of codes as an array of text."""
    return column.to_numpy(dtype=np.str_)


def numbers(column: pd.Series) -> np.ndarray:
    """Return a column of figures as an array; nan where nothing is shown."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)
