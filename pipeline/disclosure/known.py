"""Hold what is known of hidden cells while a pattern is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.payments import Prices
from pipeline.disclosure.shape import Counts, Mask

# What cannot be paid.
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Ranges:
    """Hold what is known of some figures: which are hidden and how far worlds move them."""

    hidden: Mask
    low: Counts
    high: Counts

    def narrow(self, width: Counts) -> Mask:
        """Return the hidden figures whose range is too narrow."""
        too_close: Mask = self.hidden & (self.high - self.low < width)
        return too_close


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Hold what is known of the cells of one level: rows x cells.

    Args:
        hidden: cells that are hidden.
        low: widest fall of each seen, at most 0.
        high: widest rise of each seen.
        price: of hiding a cell, `inf` where it cannot be hidden.
    """

    hidden: Mask
    low: Counts
    high: Counts
    price: Prices

    def copy(self) -> Known:
        """Return the same, to be changed."""
        return Known(
            hidden=self.hidden.copy(),
            low=self.low.copy(),
            high=self.high.copy(),
            price=self.price,
        )

    def asked(self) -> Prices:
        """Return what it takes to hide each cell."""
        return np.where(self.hidden, 0.0, np.minimum(self.price, _NEVER))

    def missing(self, row: int, change: Counts) -> float:
        """Return what it takes to hide what a change moves."""
        return float(self.price[row][(change != 0) & ~self.hidden[row]].sum())

    def narrow(self, width: int) -> Mask:
        """Return the hidden cells whose range is too narrow."""
        too_close: Mask = self.hidden & (self.high - self.low < width)
        return too_close

    def keep(self, row: int, change: Counts) -> None:
        """Hide what a change moves and keep the range it shows."""
        self.hidden[row] |= change != 0
        np.minimum(self.low[row], change, out=self.low[row])
        np.maximum(self.high[row], change, out=self.high[row])

    def keep_all(self, net: dict[int, Counts]) -> None:
        """Hide what changes move, by row, and keep the ranges they show."""
        for row, change in net.items():
            self.keep(row, change)

    def gain(self, row: int, change: Counts, width: int) -> float:
        """Return by how many widths a change widens ranges that are too narrow."""
        low, high = self.low[row], self.high[row]
        before = np.minimum(high - low, width)
        after = np.minimum(np.maximum(high, change) - np.minimum(low, change), width)
        return float((after - before)[self.hidden[row]].sum()) / width

    def gains(self, amount: int, width: int) -> tuple[Prices, Prices]:
        """Return how much range each cell would win by a rise and by a fall, in widths."""
        range_ = np.minimum(self.high - self.low, width)
        narrow = self.narrow(width)
        rise = np.minimum(np.maximum(self.high, amount) - self.low, width) - range_
        fall = np.minimum(self.high - np.minimum(self.low, -amount), width) - range_
        return np.where(narrow, rise, 0) / width, np.where(narrow, fall, 0) / width
