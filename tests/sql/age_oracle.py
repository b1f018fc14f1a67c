"""Pupils held against the children of their age, from the definitions of UIS alone."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from tests.sql.indicator_oracle import Oracle, crossed, located, share, total
from tests.sql.small_nation import Nation

POPULATION = "school_age_population"
ORDER = ["edu_level"]
AGE_OF = {"L02": "L02", "L1": "L1", "L2": "L2"}


def levels_of(nation: Nation, table: str, order: list[str]) -> dict[str, list]:
    """Return what is crossed at the territorial levels that have the children, and no other."""
    own = crossed(nation, [table, POPULATION], order)
    shown = nation.contracts.tables[POPULATION].levels
    if not order:
        # Who is in a level above or below is told where it is crossed.
        crossing = nation.contracts.tables[table].levels
        shown = [level for level in shown if "official_age" in crossing[level]]
    return {level: names for level, names in own.items() if level in shown}


def age_groups(nation: Nation) -> pd.DataFrame:
    """Return the age groups that were told of, and those of communes with a school that were not.

    One row each; `children` is missing where nobody knows, `is_known` tells whether somebody does.
    """
    told = nation.rows[POPULATION]
    parts = [told]
    for period, schools in nation.rows["schools"].groupby("time_period"):
        own = told[told["time_period"] == period]
        have = set(zip(own["commune_code"], own["edu_level"], strict=True))
        lacking = [
            {"commune_code": commune, "edu_level": level, "time_period": period}
            for commune in sorted(set(schools["commune_code"]))
            for level in sorted(set(own["edu_level"]))
            if (commune, level) not in have
        ]
        parts.append(pd.DataFrame(lacking, columns=["commune_code", "edu_level", "time_period"]))
    groups = pd.concat(parts, ignore_index=True)
    return groups.assign(is_known=groups["children"].notna().astype(float))


def children(nation: Nation, own: dict[str, list], level: str | None = None) -> pd.Series:
    """Return the children of the official age, missing where one age group is not known."""
    groups = age_groups(nation)
    order = ORDER if level is None else []
    groups = groups if level is None else groups[groups["edu_level"] == level]
    counted = total(nation, groups, "children", own, order)
    return counted.mask(known_share(nation, own, level) < 1)


def known_share(nation: Nation, own: dict[str, list], level: str | None = None) -> pd.Series:
    """Return the share of age groups whose children are known; 0 where there is none."""
    groups = age_groups(nation)
    order = ORDER if level is None else []
    groups = groups if level is None else groups[groups["edu_level"] == level]
    known = total(nation, groups, "is_known", own, order)
    return share(known, total(nation, groups, None, own, order)).fillna(0)


def enrolment_ratio(nation: Nation, *, table: str, is_of_age: bool) -> pd.Series:
    """Pupils of a level, all or those of its official age, for 100 children of that age."""
    own = levels_of(nation, table, ORDER)
    rows = located(nation, "pupils")
    if is_of_age:
        rows = rows[rows["school_age"] == rows["edu_level"].map(AGE_OF)]
    pupils = total(nation, rows, None, own, ORDER)
    return share(pupils, children(nation, own), times=100)


def out_of_school(nation: Nation, *, level: str) -> pd.Series:
    """Children of the age of a level who are in neither primary nor lower secondary.

    Nothing where a school did not deliver: less of the territory is covered by the pupils.
    """
    own = levels_of(nation, "enrolment_by_age", [])
    rows = located(nation, "pupils")
    rows = rows[(rows["school_age"] == level) & rows["edu_level"].isin(["L1", "L2"])]
    rest = children(nation, own, level) - total(nation, rows, None, own, [])
    lacks = [
        nation.covered["pupils", *address] < nation.covered[POPULATION, *address]
        for address in rest.index
    ]
    return rest.mask(np.array(lacks))


def rate_out_of_school(nation: Nation, *, level: str) -> pd.Series:
    """Return the same for 100 children of the age."""
    own = levels_of(nation, "enrolment_by_age", [])
    return share(out_of_school(nation, level=level), children(nation, own, level), times=100)


AGE_ORACLES: dict[str, Oracle] = {
    "GER": partial(enrolment_ratio, table="enrolment", is_of_age=False),
    "NER": partial(enrolment_ratio, table="enrolment_by_age", is_of_age=True),
    "OFST_1": partial(out_of_school, level="L1"),
    "OFST_2": partial(out_of_school, level="L2"),
    "ROFST_1": partial(rate_out_of_school, level="L1"),
    "ROFST_2": partial(rate_out_of_school, level="L2"),
}


def covered_by_both(nation: Nation, code: str, index: pd.MultiIndex) -> pd.Series:
    """Return the lesser of what the pupils cover and what the known children cover."""
    level = {"1": "L1", "2": "L2"}.get(code[-1])
    own = levels_of(nation, "enrolment_by_age", ORDER if level is None else [])
    known = known_share(nation, own, level).reindex(index)
    places = [address[:2] for address in index]
    pupils = np.array([nation.covered["pupils", *place] for place in places])
    of_children = np.array([nation.covered[POPULATION, *place] for place in places])
    return pd.Series(np.minimum(pupils, of_children * known.to_numpy()), index=index)
