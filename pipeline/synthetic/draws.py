"""Draws that belong to a person or a place: the same seed and identity give the same draw.

A draw is a function of (seed, what is drawn, identity), not of a position in a stream: a pupil
who stays keeps name and birth date whoever joins or leaves. These draws make test data; they
are not fit for cryptography.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Index = NDArray[np.int64]
Real = NDArray[np.float64]

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


class Draw(IntEnum):
    """What is drawn; each has its own independent stream."""

    NAME = 1
    SEX = 2
    BIRTH = 3
    ADDRESS = 4
    GUARDIAN = 5
    INTERNET = 6
    DEVICE = 7
    DEVICE_LIKE_INTERNET = 8
    NO_ANSWER = 9
    STAFFING = 10
    TRAINING = 11
    SCHOOL_INTERNET = 12
    BANDWIDTH = 13
    COMPUTERS = 14
    PLACE_COMMUNE = 15
    PLACE_TYPE = 16
    PLACE_POSITION = 17
    PROGRAMME_COMMUNE = 18
    PROGRAMME_TITLE = 19
    PROGRAMME_START = 20
    ELECTRICITY = 21
    ADAPTED = 22
    WATER = 23
    SANITATION = 24
    HANDWASHING = 25
    TRAINED = 26
    QUALIFIED = 27
    STAFF_NOT_KNOWN = 28
    QUALIFIED_LIKE_TRAINED = 29
    CHILDREN = 30
    SURVEY_SHARE = 40
    SURVEY_CONNECTION = 41
    SURVEY_BARRIER = 42
    SURVEY_BARRIER_OF_CONNECTION = 43
    SURVEY_SATISFACTION = 44
    SURVEY_SKIPPED = 45


def draw_bits(identity: Bits, draw: Draw, *, seed: int, period: int = 0) -> Bits:
    """Draw 64 bits for each identity.

    Args:
        identity: one number per person or thing.
        draw: what is drawn.
        seed: any integer.
        period: for what changes from one school year to the next; 0 for what does not.

    Source:
        Steele, Lea and Flood (2014), Fast Splittable Pseudorandom Number Generators (the
        finaliser of SplitMix64).
    """
    bits = identity ^ np.uint64(_key(seed, int(draw), period))
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def draw_shares(identity: Bits, draw: Draw, *, seed: int, period: int = 0) -> Real:
    """Draw one uniform number in [0, 1) for each identity."""
    return shares(draw_bits(identity, draw, seed=seed, period=period))


def shares(bits: Bits) -> Real:
    """Turn 64 uniform bits into a uniform number in [0, 1)."""
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


def pick(bits: Bits, size: int, *, shift: int = 0) -> Index:
    """Pick a position below `size` (at most 2**20) from 20 of the 64 bits, from `shift` on."""
    field = (bits >> np.uint64(shift)) & np.uint64((1 << 20) - 1)
    return ((field * np.uint64(size)) >> np.uint64(20)).astype(np.int64)


def pick_weighted(share: Real, weights: Sequence[float] | Real) -> Index:
    """Pick positions with probabilities proportional to the weights."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(bounds / bounds[-1], share, side="right").astype(np.int64)


def _key(seed: int, *parts: int) -> int:
    key = seed & _MASK
    for part in parts:
        key = ((key ^ part) * _GOLDEN + _GOLDEN) & _MASK
        key ^= key >> 29
    return key
