"""Resources of schools: the register as it is, and synthetic equipment that grows with time.

The register of schools is real. The equipment is drawn: more in collèges, in larger schools
and in towns, more each year, never less for the same school of the same size.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.synthetic.draws import Draw, Index, Real, draw_shares, pick_weighted
from pipeline.synthetic.facilities import draw_facilities
from pipeline.synthetic.facts import Facts, positions
from pipeline.synthetic.home import rurality

SCHOOL_COLUMNS = (
    "school_code",
    "school_name",
    "commune_code",
    "sector",
    "school_type",
    "longitude",
    "latitude",
    "social_position_index",
)
TYPES = pa.chunked_array([["maternelle", "élémentaire", "primaire", "collège"]])
# In 2019, by type: share of schools with internet, computers for pupils per pupil.
WITH_INTERNET = np.array([0.84, 0.90, 0.90, 0.985])
COMPUTERS_PER_PUPIL = np.array([0.03, 0.11, 0.09, 0.26])
YEARLY_INTERNET, YEARLY_COMPUTERS, RURAL_PENALTY = 0.02, 0.09, 0.05
REFERENCE_YEAR = 2019

BANDWIDTHS_MBPS = np.array([2, 8, 20, 50, 100, 300, 500, 1000])
_USUAL_BANDWIDTH = np.array([0.20, 0.28, 0.28, 0.55])
_YES_NO = pa.array(["oui", "non"])


def open_schools(facts: Facts, *, period: int) -> pa.Table:
    """Return the register: one row per school with pupils in the period."""
    is_open = pa.array(facts.pupils_by_school(period) > 0)
    return facts.schools.filter(is_open).select(list(SCHOOL_COLUMNS))


def draw_equipment(facts: Facts, *, period: int, seed: int) -> pa.Table:
    """Draw the equipment of the schools with pupils in a period.

    Returns:
        One row per school: school_code, has_internet (oui or non), bandwidth_mbps (0 without
        internet) and pupil_computers.
    """
    pupils = facts.pupils_by_school(period)
    kind = positions(facts.schools["school_type"], TYPES)
    rural = rurality(facts.school_inhabitants())
    years = period - REFERENCE_YEAR
    school = np.arange(len(pupils), dtype=np.uint64)
    chance = WITH_INTERNET[kind] + YEARLY_INTERNET * years - RURAL_PENALTY * rural
    connected = draw_shares(school, Draw.SCHOOL_INTERNET, seed=seed) < chance
    luck = draw_shares(school, Draw.BANDWIDTH, seed=seed)
    bandwidth = _bandwidths(luck, kind=kind, rural=rural, pupils=pupils, years=years)
    ease = 0.5 + draw_shares(school, Draw.COMPUTERS, seed=seed)
    ratio = COMPUTERS_PER_PUPIL[kind] * ease * (1 + YEARLY_COMPUTERS * years)
    table = pa.table(
        {
            "school_code": facts.schools["school_code"],
            "has_internet": _YES_NO.take(pa.array((~connected).astype(np.int64))),
            "bandwidth_mbps": np.where(connected, bandwidth, 0),
            "pupil_computers": np.rint(pupils * ratio).astype(np.int64),
            **draw_facilities(facts, period=period, seed=seed),
        }
    )
    return table.filter(pa.array(pupils > 0))


def population(facts: Facts) -> pa.Table:
    """Return the inhabitants of every territory: area_level, area_code, inhabitants."""
    table = facts.territories.select(["level", "code", "inhabitants"])
    return table.rename_columns(["area_level", "area_code", "inhabitants"])


def _bandwidths(luck: Real, *, kind: Index, rural: Real, pupils: Index, years: int) -> Index:
    size = np.minimum(pupils / 600, 1.0)
    level = _USUAL_BANDWIDTH[kind] + 0.25 * size - 0.15 * rural + 0.06 * years
    position = (level + 0.35 * (luck - 0.5)) * len(BANDWIDTHS_MBPS)
    return BANDWIDTHS_MBPS[np.clip(position, 0, len(BANDWIDTHS_MBPS) - 1).astype(np.int64)]


def place_weights(inhabitants: Index) -> Real:
    """Return how likely a commune is to have one more public place: less than proportional."""
    return np.sqrt(np.maximum(inhabitants, 1).astype(np.float64))


def pick_communes(share: Real, *, inhabitants: Index) -> Index:
    """Pick communes by their inhabitants, the same one several times if it comes so."""
    return pick_weighted(share, place_weights(inhabitants))
