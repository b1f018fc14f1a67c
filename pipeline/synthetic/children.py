"""Children of school age by commune: synthetic, near to the pupils that there are.

Drawn: most children of a commune are as many as its schools have pupils of the level, the others
are spread by inhabitants, since a village without a collège has children of its age too. In all
there are a few more children than pupils.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.errors import ContractError
from pipeline.synthetic.draws import Draw, Real, draw_shares
from pipeline.synthetic.facts import Facts, integers, positions

LEVELS = ("préélémentaire", "élémentaire", "collège")
# Position of the level of each grade; whoever is in an ULIS is of primary age.
LEVEL_OF_GRADE = {
    "PRE": 0,
    **dict.fromkeys(("CP", "CE1", "CE2", "CM1", "CM2", "ULIS"), 1),
    **dict.fromkeys(("6E", "5E", "4E", "3E"), 2),
}
# Share of the children who are where the schools are, children for each pupil, and how far the
# number of a commune is off, at most.
SHARE_AT_SCHOOL, CHILDREN_PER_PUPIL, SPREAD = 0.7, 1.02, 0.03


def draw_children(facts: Facts, *, period: int, seed: int) -> pa.Table:
    """Draw the children of the official age of each level, by commune of residence.

    Returns:
        One row per commune and level: commune_code, edu_level, children.

    Raises:
        ContractError: `synthetic.grade`, a grade that has no level.
    """
    communes = facts.communes.num_rows
    pupils = _pupils(facts, period=period)
    inhabitants = integers(facts.communes["inhabitants"]).astype(np.float64)
    spread = inhabitants / max(inhabitants.sum(), 1.0)
    near = SHARE_AT_SCHOOL * pupils
    far = (1 - SHARE_AT_SCHOOL) * pupils.sum(axis=0) * spread[:, None]
    place = np.arange(communes * len(LEVELS), dtype=np.uint64)
    luck = draw_shares(place, Draw.CHILDREN, seed=seed).reshape(communes, len(LEVELS))
    factor = CHILDREN_PER_PUPIL + SPREAD * (2 * luck - 1)
    children = np.rint((near + far) * factor).astype(np.int64)
    codes = facts.communes["commune"].combine_chunks()
    return pa.table(
        {
            "commune_code": codes.take(pa.array(np.repeat(np.arange(communes), len(LEVELS)))),
            "edu_level": pa.array(LEVELS * communes),
            "children": children.ravel(),
        }
    )


def _pupils(facts: Facts, *, period: int) -> Real:
    """Return the pupils of each commune and level."""
    enrolment = facts.enrolment_of(period)
    level = np.array([LEVEL_OF_GRADE.get(one, -1) for one in enrolment["grade"].to_pylist()])
    if unknown := int(np.count_nonzero(level < 0)):
        raise ContractError("synthetic.grade", count=unknown)
    school = positions(enrolment["school_code"], facts.schools["school_code"])
    place = facts.school_commune()[school] * len(LEVELS) + level
    size = facts.communes.num_rows * len(LEVELS)
    counts = np.bincount(place, weights=integers(enrolment["total"]), minlength=size)
    return np.asarray(counts.reshape(-1, len(LEVELS)), dtype=np.float64)
