"""Internet and device at home: how likely, by social position and population band.

The shape is that of a real file (Cortez and Silva 2008, UCI 320: 649 pupils of two Portuguese
schools): the odds of no internet at home are 2.3 times higher at a rural address, and fall
with the schooling of parents. The levels are those of the demo, nearer to France in 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.synthetic.draws import Bits, Draw, Index, Real, draw_shares

# Log odds ratio of no internet, rural against urban address, in the UCI file.
RURAL_LOG_ODDS = 0.85
# 0.65 per level of the mother's schooling in the UCI file (standard deviation 1.13), spread
# over the standard deviation of the index among the pupils of French collèges (about 31).
LOG_ODDS_PER_INDEX_POINT = 0.65 * 1.13 / 31

# Inhabitants of a commune below which an address is rural, or half so (INSEE's threshold of
# an urban unit is 2,000).
RURAL_BELOW, SEMI_RURAL_BELOW = 2_000, 10_000

WITHOUT_INTERNET, WITHOUT_DEVICE, NOT_ANSWERED = 0.08, 0.12, 0.04
YEARLY_CHANGE, YEAR_OF_LEVELS = 0.93, 2020
SAME_CAUSE = 0.55

ANSWERS = pa.array(["oui", "non", "nsp"])
_YES, _NO, _NOT_ANSWERED = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeModel:
    """For each school, the probability that a pupil is without internet, or a device."""

    without_internet: Real
    without_device: Real


def rurality(inhabitants: Index) -> Real:
    """Return 1 for a rural commune, 0.5 for a small town, 0 for a town."""
    return np.select([inhabitants < RURAL_BELOW, inhabitants < SEMI_RURAL_BELOW], [1.0, 0.5], 0.0)


def fit_home_model(
    *, social_position: Real, inhabitants: Index, pupils: Index, period: int
) -> HomeModel:
    """Fit the probabilities of each school to the levels of the period.

    Args:
        social_position: index of each school; not a number where unknown (the mean is taken).
        inhabitants: inhabitants of its commune.
        pupils: pupils of each school in the period, the weights.
        period: school year.
    """
    known = np.nan_to_num(social_position, nan=float(np.nanmean(social_position)))
    log_odds = RURAL_LOG_ODDS * rurality(inhabitants) - LOG_ODDS_PER_INDEX_POINT * known
    change = YEARLY_CHANGE ** (period - YEAR_OF_LEVELS)
    return HomeModel(
        without_internet=_fit(log_odds, weights=pupils, level=WITHOUT_INTERNET * change),
        without_device=_fit(log_odds, weights=pupils, level=WITHOUT_DEVICE * change),
    )


def draw_answers(
    identity: Bits, *, model: HomeModel, school: Index, seed: int, period: int
) -> tuple[Index, Index]:
    """Draw the answers of each pupil, as positions in `ANSWERS`: internet, device.

    A home keeps its luck from year to year; the levels change. The two answers share their
    cause in a share `SAME_CAUSE` of the homes. They are missing together, and for a whole school:
    schools hold the survey, and some do not.
    """
    luck = draw_shares(identity, Draw.INTERNET, seed=seed)
    shared = draw_shares(identity, Draw.DEVICE_LIKE_INTERNET, seed=seed) < SAME_CAUSE
    device_luck = np.where(shared, luck, draw_shares(identity, Draw.DEVICE, seed=seed))
    schools = np.arange(len(model.without_internet), dtype=np.uint64)
    silent = (draw_shares(schools, Draw.NO_ANSWER, seed=seed, period=period) < NOT_ANSWERED)[school]
    internet = np.where(luck < model.without_internet[school], _NO, _YES)
    device = np.where(device_luck < model.without_device[school], _NO, _YES)
    return np.where(silent, _NOT_ANSWERED, internet), np.where(silent, _NOT_ANSWERED, device)


def _fit(log_odds: Real, *, weights: Index, level: float) -> Real:
    """Shift the log odds until the weighted mean probability is the level (bisection)."""
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        too_many = np.average(_probability(log_odds + middle), weights=weights) > level
        low, high = (low, middle) if too_many else (middle, high)
    return _probability(log_odds + low)


def _probability(log_odds: Real) -> Real:
    return 1.0 / (1.0 + np.exp(-log_odds))
