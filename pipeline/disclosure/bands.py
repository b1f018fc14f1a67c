"""Say between which counts the true one lies, from what is shown of it and the method alone.

The true count is held for fixed and unknown; the chance is that of the noise. A band is made of the
shown count and of numbers that everybody knows, so that it tells nothing that these do not tell.

Source: Neyman (1937), a band holds every count that would make what is shown no rare event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.disclosure.cell_key import PerturbationTable

Ends = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """Hold the two ends of each figure, both of them within; nan where there is none.

    Args:
        low: in the unit of the figure.
        high: the same, not below `low`.
    """

    low: Ends
    high: Ends


def exactly(shown: Ends) -> Band:
    """Return the band of counts that were not moved: the counts."""
    return Band(shown, shown)


def cell_key_band(table: PerturbationTable, shown: Ends, *, error: float) -> Band:
    """Return the band of counts that cell keys moved.

    Each true count holds for usual what is shown of it but for `error` / 2 of all cell keys at
    either end. The band reaches from the least to the greatest count that would hold what is
    shown for usual: whatever the true count, it is within for all but `error` of the keys.

    Args:
        table: the noise of each count and cell key.
        shown: counts as they are released; nan where there is none.
        error: the greatest chance that a band does not hold the true count: above 0, below 1.
    """
    rows, keys = table.noise.shape
    ordered = np.sort(table.noise, axis=1)
    cut = int(error / 2 * keys)
    least, most = (ordered[:, at].astype(np.int64) for at in (cut, keys - 1 - cut))
    # From the last row on the noise is the same for all: so are the ends, as far from the count.
    true = np.arange(rows + 4 * table.maximum)
    row = np.minimum(true, rows - 1)
    possible = np.arange(rows + 2 * table.maximum)
    is_usual = (true + least[row] <= possible[:, None]) & (possible[:, None] <= true + most[row])
    is_told = is_usual.any(axis=1)
    low = np.where(is_told, is_usual.argmax(axis=1), possible - table.maximum)
    last = len(true) - 1 - is_usual[:, ::-1].argmax(axis=1)
    high = np.where(is_told, last, possible + table.maximum)
    place = np.nan_to_num(np.minimum(shown, len(possible) - 1)).astype(np.int64)
    return Band(
        np.maximum(shown + (low - possible)[place], 0), np.asarray(shown + (high - possible)[place])
    )


def measured_band(measured: Ends, *, summed: Ends, scale: float, error: float) -> Band:
    """Return the band of counts of which sums of noisy counts are known.

    Args:
        measured: sums of counts with discrete Gaussian noise, each of its own; nan where none is.
        summed: how many counts each sums.
        scale: standard deviation of the noise of one of them.
        error: the greatest chance that a band does not hold the true count: above 0, below 1.
    """
    room = np.full(len(measured), np.nan)
    for number in np.unique(summed[~np.isnan(summed)]):
        room[summed == number] = noise_room(scale, int(number), error=error)
    return Band(np.maximum(measured - room, 0), np.maximum(measured + room, 0))


def noise_room(scale: float, number: int, *, error: float) -> int:
    """Return how far from 0 a sum of discrete Gaussian noises lies but for `error` of the time.

    The chances of the sum are those of one noise, folded with themselves so many times (Fourier).

    Args:
        scale: standard deviation of one noise.
        number: how many are added up.
        error: greatest chance that the sum lies further: above 0, below 1.
    """
    # Twelve deviations: what lies beyond is less than floats can tell from nothing.
    reach = int(12 * scale * np.sqrt(number)) + 2
    values = np.arange(-reach, reach + 1)
    chance = np.exp(-(values**2) / (2 * scale**2))
    spectrum = np.fft.rfft(np.fft.ifftshift(chance / chance.sum()))
    total = np.fft.irfft(spectrum**number, len(values))
    # The chance of 0, then of each distance on either side of it.
    within = np.cumsum(np.concatenate([total[:1], 2 * total[1 : reach + 1]]))
    return int(np.searchsorted(within, 1 - error, side="left"))


def rounding_band(shown: Ends, *, base: int) -> Band:
    """Return the band of counts that were rounded; it holds the true one for sure.

    A count lies less than two bases from what is shown: most lie less than one, and where they had
    to give way is not told.

    Args:
        shown: multiples of the base; nan where there is none.
        base: above 1.
    """
    room = 2 * base - 1
    return Band(np.maximum(shown - room, 0), np.asarray(shown + room))
