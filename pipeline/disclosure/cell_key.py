"""Perturb counts by cell keys: the same persons have the same noise, wherever they are counted.

Each person has a secret random number, the record key. The keys of the persons in a cell add up,
modulo 2**32, to its cell key; with the count it chooses the noise from a table whose distribution
is, for each count, the least informative one with bias 0, the given variance and limits. Zeros
stay zero, nothing becomes negative, and figures need not add up.

Source: Fraser and Wooton (ABS, 2005); Marley and Leaver (2011); Giessing, Handbook on Statistical
Disclosure Control, 4.5 and 5.5, and the R package ptable (maximum entropy).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.shape import Counts
from pipeline.errors import DisclosureError

KEY_BITS = 32
"""Bits of a record key and of a cell key."""
TABLE_BITS = 16
"""Leading bits of a cell key that choose the noise; probabilities are multiples of 2**-16."""

_ROUNDS = 200
_EXACT = 1e-8
_SHORTEST = 1e-12

Noise = NDArray[np.int16]
_Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerturbationTable:
    """Hold the noise of each count and cell key.

    Args:
        noise: shape (counts, keys), in persons; row i is of a count of i, the last one of that
            count and all above. The number of keys is a power of two.
    """

    noise: Noise

    @property
    def maximum(self) -> int:
        """Return the most by which a count is moved."""
        return int(np.abs(self.noise).max())

    def bias(self) -> _Weights:
        """Return the mean of the noise of each count, over all cell keys."""
        return np.asarray(self.noise.mean(axis=1, dtype=np.float64))

    def variance(self) -> _Weights:
        """Return the variance of the noise of each count, over all cell keys."""
        return np.asarray(self.noise.var(axis=1, dtype=np.float64))

    def perturb(self, count: Counts, cell_key: Counts) -> Counts:
        """Return perturbed counts.

        Args:
            count: persons in each cell, not negative.
            cell_key: sum of the record keys of the persons of each cell, not reduced.
        """
        rows, keys = self.noise.shape
        place = (cell_key & ((1 << KEY_BITS) - 1)) >> (KEY_BITS + 1 - keys.bit_length())
        moved = self.noise.reshape(-1).take(np.minimum(count, rows - 1) * keys + place)
        return np.asarray(count + moved, dtype=np.int64)


def design_table(
    *, variance: float, maximum: int, smallest: int, bits: int = TABLE_BITS
) -> PerturbationTable:
    """Return the perturbation table of maximum entropy with bias 0 and a given variance.

    Args:
        variance: of the noise of every positive count, in persons squared.
        maximum: the most by which a count is moved.
        smallest: the smallest positive count that may result.
        bits: of a cell key that choose the noise.

    Raises:
        DisclosureError: for some count no such distribution exists.
    """
    rows = [np.zeros(1 << bits, dtype=np.int16)]
    for count in range(1, maximum + smallest + 1):
        noise = np.arange(max(-count, -maximum), maximum + 1)
        result = count + noise
        noise = noise[(result == 0) | (result >= smallest)]
        keys = _apportion(_most_entropy(noise, variance), noise, 1 << bits)
        rows.append(np.repeat(noise, keys).astype(np.int16))
    return PerturbationTable(noise=np.array(rows))


def _most_entropy(noise: Counts, variance: float) -> _Weights:
    """Return the distribution of maximum entropy with mean 0 and a variance: exp(a v + b v**2).

    Newton's method on the dual, whose value falls in each step.
    """
    moments = np.array([noise, noise.astype(np.float64) ** 2 - variance])
    if np.any(moments.min(axis=1) > 0) or np.any(moments.max(axis=1) < 0):
        raise DisclosureError("disclosure.noise_impossible")
    scale = np.abs(moments).max(axis=1, keepdims=True)
    moments = moments / scale
    point = np.zeros(2)
    for _ in range(_ROUNDS):
        value, chance = _dual(moments, point)
        slope = moments @ chance
        if np.abs(slope).max() < _EXACT:
            return chance
        centred = moments - slope[:, None]
        step = np.linalg.lstsq((centred * chance) @ centred.T, slope, rcond=None)[0]
        length = 1.0
        while _dual(moments, point - length * step)[0] > value and length > _SHORTEST:
            length /= 2
        point = point - length * step
    raise DisclosureError("disclosure.noise_impossible")


def _dual(moments: _Weights, point: _Weights) -> tuple[float, _Weights]:
    exponent = point @ moments
    weight = np.exp(exponent - exponent.max())
    return float(exponent.max() + np.log(weight.sum())), weight / weight.sum()


def _apportion(chance: _Weights, noise: Counts, keys: int) -> Counts:
    """Return how many of the keys have each noise: nearest the chances, then mean 0 if it can be.

    A mean that is not 0 is mended by moving keys to a neighbouring noise, largest step first.
    """
    share = chance * keys
    number = np.floor(share).astype(np.int64)
    number[np.argsort(number - share, kind="stable")[: keys - number.sum()]] += 1
    steps = [
        (abs(int(noise[to] - noise[of])), of, to)
        for of in range(len(noise))
        for to in (of - 1, of + 1)
        if 0 <= to < len(noise)
    ]
    for size, of, to in sorted(steps, key=lambda step: (-step[0], -number[step[1]])):
        while number[of] > 0 and size <= abs(excess := int(noise @ number)):
            if (noise[to] < noise[of]) != (excess > 0):
                break
            number[of] -= 1
            number[to] += 1
    return number
