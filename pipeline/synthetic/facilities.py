"""Basic facilities of schools, those of SDG 4.a.1 that are no digital means: synthetic.

Drawn: nearly everywhere electricity, water and handwashing, less often what is adapted to
disabilities or separate for girls and boys; less in rural communes and, a little, where families
are poorer; more each year, and never less for the same school. Some schools do not know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthetic.draws import Draw, Index, Real, draw_shares
from pipeline.synthetic.facts import Facts, positions
from pipeline.synthetic.home import rurality

_TYPES = pa.chunked_array([["maternelle", "élémentaire", "primaire", "collège"]])
_ANSWERS = pa.array(["oui", "non", "nsp"])
_YES, _NO, _NOT_KNOWN = 0, 1, 2
REFERENCE_YEAR = 2019
SHARE_NOT_KNOWN = 0.03
# Points of probability that a standard deviation of the social position index adds.
SOCIAL_STEP = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facility:
    """One facility: its stream, its share in 2019 by type of school, the rest as in the module."""

    draw: Draw
    shares: tuple[float, float, float, float]
    yearly: float
    rural: float


FACILITIES = {
    "has_electricity": _Facility(
        draw=Draw.ELECTRICITY, shares=(0.995, 0.995, 0.995, 1.0), yearly=0.001, rural=0.01
    ),
    "has_adapted_infrastructure": _Facility(
        draw=Draw.ADAPTED, shares=(0.52, 0.55, 0.55, 0.82), yearly=0.03, rural=0.12
    ),
    "has_drinking_water": _Facility(
        draw=Draw.WATER, shares=(0.99, 0.99, 0.99, 0.998), yearly=0.002, rural=0.02
    ),
    "has_single_sex_sanitation": _Facility(
        draw=Draw.SANITATION, shares=(0.45, 0.84, 0.78, 0.97), yearly=0.015, rural=0.08
    ),
    "has_handwashing": _Facility(
        draw=Draw.HANDWASHING, shares=(0.96, 0.94, 0.95, 0.96), yearly=0.01, rural=0.03
    ),
}


def draw_facilities(facts: Facts, *, period: int, seed: int) -> dict[str, pa.StringArray]:
    """Draw what each school answers on its facilities in a period.

    Returns:
        Column of the delivery → oui, non or nsp of each school, whether it is open or not.
    """
    kind = positions(facts.schools["school_type"], _TYPES)
    rural = rurality(facts.school_inhabitants())
    social = facts.social_scale()
    return {
        name: _ANSWERS.take(
            pa.array(_answers(facility, kind, rural, social, period=period, seed=seed))
        )
        for name, facility in FACILITIES.items()
    }


def _answers(
    facility: _Facility, kind: Index, rural: Real, social: Real, *, period: int, seed: int
) -> Index:
    school = np.arange(len(kind), dtype=np.uint64)
    chance = (
        np.array(facility.shares)[kind]
        + facility.yearly * (period - REFERENCE_YEAR)
        + SOCIAL_STEP * social
        - facility.rural * rural
    )
    available = draw_shares(school, facility.draw, seed=seed) < chance
    # The same stream in a year of its own: who did not know may have asked since.
    unknown = draw_shares(school, facility.draw, seed=seed, period=period) < SHARE_NOT_KNOWN
    return np.select([unknown, available], [_NOT_KNOWN, _YES], _NO)
