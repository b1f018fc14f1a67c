"""What derived figures are made of: published figures, released cells, and territories.

The relations of `lineage.DERIVED_FROM`, one row per what their query reads; no query of a derived
figure is given anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts, Indicator
from pipeline.contracts.geography import Geography
from pipeline.contracts.indicators import Formula, split_part

WHOLE = (TOTAL, NOT_APPLICABLE)
_KEYS = ["ref_area", "area_level", "time_period"]


def figures_of(
    indicator: Indicator, observations: pd.DataFrame, contracts: Contracts
) -> pd.DataFrame:
    """Return the figures that a derived indicator is `of`, whole but for its contrast.

    Args:
        indicator: the derived one.
        observations: of the others, as `exact_figures` returns them.
        contracts: the rules.
    """
    contrast = indicator.contrast
    split = contrast.dimension if contrast else None
    own = observations[observations["indicator"].isin(indicator.of)]
    dimensions = {d for code in indicator.of for d in contracts.indicators[code].dimensions}
    is_told = own["indicator"].notna()
    for name in sorted(dimensions):
        codes = (contrast.code, contrast.against) if contrast and name == split else WHOLE
        is_told &= own[name].isin(codes)
    own = own[is_told]
    costs = {} if contracts.policy.unit_costs is None else contracts.policy.unit_costs.costs
    priced = {need: float(costs[cost].value) for need, cost in indicator.costs.items()}
    return pd.DataFrame(
        {
            "indicator": own["indicator"],
            **{name: own[name] for name in _KEYS},
            "code": own[split] if split else TOTAL,
            "obs_value": own["obs_value"].astype("float64"),
            "is_hidden": own["conf_status"] == "C",
            "coverage": own["coverage"],
            "unit_cost": own["indicator"].map(priced).astype("float64"),
        }
    )


def parts_of(formula: Formula, cells: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the two sums of a formula in each territory and period, every dimension whole.

    Both are null where a part of one is not shown.
    """
    over, under = (
        [_part(part, cells) for part in parts] for parts in (formula.over, formula.under)
    )
    found = _added(over, "over_sum").merge(
        _added(under, "under_sum").drop(columns="area_level"),
        on=["ref_area", "time_period"],
        validate="1:1",
        suffixes=("", "_under"),
    )
    is_shown = found["over_sum"].notna() & found["under_sum"].notna()
    return pd.DataFrame(
        {
            **{name: found[name] for name in _KEYS},
            "over_sum": found["over_sum"].where(is_shown),
            "under_sum": found["under_sum"].where(is_shown),
            "is_hidden": found["is_hidden"] | found["is_hidden_under"],
            "coverage": np.minimum(found["coverage"], found["coverage_under"]),
        }
    )


def _part(part: str, cells: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one count of each territory and period, whether it is hidden, and its coverage."""
    table, measure, codes = split_part(part)
    frame = cells[table]
    mine = np.ones(len(frame), dtype=bool)
    for name in frame.columns[3 : frame.columns.get_loc("obs_status")]:
        if name in codes:
            mine &= (frame[name] == codes[name]).to_numpy()
        elif frame[name].dtype.kind not in "fiu":
            mine &= frame[name].isin(WHOLE).to_numpy()
    own = frame[mine]
    return pd.DataFrame(
        {
            **{name: own[name] for name in _KEYS},
            "value": own[measure].astype("float64"),
            "is_hidden": own["conf_status"] == "C",
            "coverage": own["coverage"],
        }
    )


def _added(parts: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    """Return the sum of several counts, null where one is; hidden where one is."""
    rows = pd.concat(parts)
    found = rows.groupby(_KEYS, sort=False).agg(
        value=("value", "sum"),
        known=("value", "count"),
        parts=("is_hidden", "size"),
        is_hidden=("is_hidden", "max"),
        coverage=("coverage", "min"),
    )
    found = found[found["parts"] == len(parts)]
    found[name] = found["value"].where(found["known"] == len(parts))
    return found.reset_index()[[*_KEYS, name, "is_hidden", "coverage"]]


def parents_frame(contracts: Contracts, geography: Geography) -> pd.DataFrame:
    """Return one row per territory and territory right above it, in each hierarchy."""
    prefixes = contracts.territories.prefixes
    rows = {
        (prefixes[level] + upper[level], prefixes[above] + upper[above], above)
        for upper in geography.parents.values()
        for levels in contracts.territories.hierarchies.values()
        for level, above in pairwise(levels)
    }
    return pd.DataFrame(sorted(rows), columns=["ref_area", "parent_area", "parent_level"])


def members_frame(contracts: Contracts, geography: Geography) -> pd.DataFrame:
    """Return one row per territory, way to group the base territories in it, and one of these.

    They are grouped by the level right below in each hierarchy, if that is not the base level, by
    each typology, and by `_T` all into one group.
    """
    prefixes, base_level = contracts.territories.prefixes, geography.base_level
    bases = pd.DataFrame.from_dict(dict(geography.parents), orient="index")
    area = {level: prefix + bases[level] for level, prefix in prefixes.items()}
    parts = []
    for level in prefixes:
        if level == base_level:
            continue
        groups = {TOTAL: area[level]}
        for levels in contracts.territories.hierarchies.values():
            below = levels.index(level) - 1 if level in levels else 0
            if below > 0:
                groups[levels[below]] = area[levels[below]]
        for typology, classes in geography.classes.items():
            groups[typology] = pd.Series(bases.index.map(classes), index=bases.index)
        parts += [
            pd.DataFrame(
                {
                    "ref_area": area[level],
                    "base_area": area[base_level],
                    "split_by": name,
                    "group_area": group,
                }
            )
            for name, group in groups.items()
        ]
    return pd.concat(parts, ignore_index=True)
