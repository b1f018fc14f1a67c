"""What the indicators of schools' facilities are, in plain pandas, from their definitions alone.

A school counts at each level that it teaches and once in all; who does not know is out of the share
and lowers the coverage.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from tests.sql.indicator_oracle import Oracle, crossed, located, share, total
from tests.sql.small_nation import Nation

# Indicator → the column of the delivery, and what of it is a yes.
FACILITIES = {
    "SCHOOL_ELECTRICITY": "has_electricity",
    "SCHOOL_INTERNET": "has_internet",
    "SCHOOL_COMPUTERS": "pupil_computers",
    "SCHOOL_ADAPTED": "has_adapted_infrastructure",
    "SCHOOL_WATER": "has_drinking_water",
    "SCHOOL_SANITATION": "has_single_sex_sanitation",
    "SCHOOL_HANDWASHING": "has_handwashing",
}


def at_each_level(nation: Nation, rows: pd.DataFrame) -> pd.Series:
    """Return how many schools lie in each territory, at each level taught and once in all."""
    own = crossed(nation, ["school_facilities"], ["sector", "urbanisation"])
    parts = {}
    for level in (*nation.contracts.codes("edu_level"), "_T"):
        teaches = [level == "_T" or level in taught.split("_") for taught in rows["levels_taught"]]
        parts[level] = total(nation, rows[teaches], None, own, ["sector", "urbanisation"])
    found = pd.concat(parts, names=["edu_level"])
    keys = ["ref_area", "time_period", "edu_level", "sector", "urbanisation"]
    return found.reorder_levels(keys)


def reports(nation: Nation) -> pd.DataFrame:
    """Return the rows of equipment with the levels that each school teaches."""
    schools = nation.rows["schools"][["time_period", "school_code", "levels_taught"]]
    return located(nation, "equipment").merge(schools, on=["time_period", "school_code"])


def known(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return whether each school knows."""
    return rows[column].notna() & (rows[column] != "_U")


def facility(nation: Nation, *, column: str) -> pd.Series:
    """Share of schools with a facility among those whose answer is known."""
    rows = reports(nation)
    rows = rows[known(rows, column)]
    has = rows[column] > 0 if column == "pupil_computers" else rows[column] == "Y"
    return share(at_each_level(nation, rows[has]), at_each_level(nation, rows), times=100)


def answered(nation: Nation, *, column: str) -> pd.Series:
    """Share of the schools that reported whose answer is known; whole where none reported."""
    rows = reports(nation)
    told = at_each_level(nation, rows[known(rows, column)])
    return share(told, at_each_level(nation, rows)).fillna(1)


def bandwidth_per_pupil(nation: Nation) -> pd.Series:
    """Bandwidth of the schools that reported, in kbit/s, divided by pupils enrolled."""
    order = ["sector", "urbanisation"]
    own = crossed(nation, ["school_bandwidth", "enrolment"], order)
    bandwidth = total(nation, located(nation, "equipment"), "bandwidth_mbps", own, order)
    return share(bandwidth, total(nation, located(nation, "pupils"), None, own, order), times=1000)


FACILITY_ORACLES: dict[str, Oracle] = {
    "BANDWIDTH_PER_PUPIL": bandwidth_per_pupil,
    **{code: partial(facility, column=column) for code, column in FACILITIES.items()},
}
ANSWERED: dict[str, Oracle] = {
    code: partial(answered, column=column) for code, column in FACILITIES.items()
}
