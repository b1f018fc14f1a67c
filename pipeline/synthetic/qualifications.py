"""Pedagogical training and academic qualification of teachers: synthetic.

Drawn: who lacks the one lacks the other more often; less of both in rural communes and where
families are poorer, where posts are harder to fill; more of both each year. A teacher once trained
stays so. Of a few schools, drawn each year, it is not known of anybody.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.synthetic.draws import Bits, Draw, Index, draw_shares
from pipeline.synthetic.facts import Facts
from pipeline.synthetic.home import rurality

# Shares in 2019 by level taught (pre-primary, primary, lower secondary), their growth each year,
# and what a rural commune or a standard deviation of social position takes or adds.
TRAINED, QUALIFIED = np.array([0.88, 0.88, 0.82]), np.array([0.93, 0.94, 0.90])
YEARLY_GROWTH, RURAL_PENALTY, SOCIAL_STEP, REFERENCE_YEAR = 0.01, 0.03, 0.03, 2019
# Share of teachers whose two answers have the same cause: they came without any diploma.
SAME_CAUSE = 0.4
SHARE_NOT_KNOWN = 0.02

_ANSWERS = pa.array(["oui", "non", "nsp"])
_YES, _NO, _NOT_KNOWN = 0, 1, 2


def draw_qualifications(
    facts: Facts, identity: Bits, *, school: Index, level: Index, period: int, seed: int
) -> tuple[pa.StringArray, pa.StringArray]:
    """Draw the answers of each teacher: trained, qualified.

    Args:
        facts: of the schools.
        identity: of each teacher.
        school: position of each teacher's school.
        level: position of the level taught, as in `TRAINED`.
        period: school year.
        seed: any integer.
    """
    change = (
        YEARLY_GROWTH * (period - REFERENCE_YEAR)
        - RURAL_PENALTY * rurality(facts.school_inhabitants())[school]
        + SOCIAL_STEP * facts.social_scale()[school]
    )
    luck = draw_shares(identity, Draw.TRAINED, seed=seed)
    shared = draw_shares(identity, Draw.QUALIFIED_LIKE_TRAINED, seed=seed) < SAME_CAUSE
    other = np.where(shared, luck, draw_shares(identity, Draw.QUALIFIED, seed=seed))
    schools = np.arange(facts.schools.num_rows, dtype=np.uint64)
    silent = draw_shares(schools, Draw.STAFF_NOT_KNOWN, seed=seed, period=period) < SHARE_NOT_KNOWN
    return (
        _answers(luck < TRAINED[level] + change, silent[school]),
        _answers(other < QUALIFIED[level] + change, silent[school]),
    )


def _answers(has: np.ndarray, silent: np.ndarray) -> pa.StringArray:
    return _ANSWERS.take(pa.array(np.select([silent, has], [_NOT_KNOWN, _YES], _NO)))
