"""Hold what is known of hidden cells while a pattern is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.payments import Prices
from pipeline.disclosure.shape import Counts, Indices, Mask

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


@dataclass(frozen=True, slots=True)
class Net:
    """Hold by how much some rows of a level change: each row once, each with a change."""

    rows: Indices
    change: Counts

    @classmethod
    def of(cls, rows: Sequence[int], change: Counts) -> Net:
        """Add up the changes of rows, of which some may be there more than once."""
        place = {row: at for at, row in enumerate(dict.fromkeys(rows))}
        if len(place) < len(rows):
            added = np.zeros((len(place), change.shape[1]), dtype=np.int64)
            np.add.at(added, [place[row] for row in rows], change)
            change = added
        moved = change.any(axis=1)
        return cls(np.fromiter(place, np.int64, len(place))[moved], change[moved])

    @classmethod
    def of_moves(cls, moves: Sequence[tuple[int, int, int]], signs: Counts) -> Net:
        """Return the changes of who moves along which circuit by how much."""
        who, circuit, amount = zip(*moves, strict=True)
        return cls.of(who, signs[list(circuit)] * np.array(amount)[:, None])

    def keeps_sums(self, label: Indices) -> bool:
        """Return whether no sum over rows of one label changes."""
        own = label[self.rows]
        return not np.any((own[:, None] == own).astype(np.int64) @ self.change)

    def above(self, label: Indices) -> Net:
        """Return the changes of the sums over rows of one label."""
        return Net.of(label[self.rows].tolist(), self.change)

    def below(self, count: Counts, least: int) -> Mask:
        """Return the rows of which something that changes falls below a count."""
        too_few: Mask = ((self.change != 0) & (count[self.rows] + self.change < least)).any(axis=1)
        return too_few


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

    def missing(self, net: Net) -> float:
        """Return what it takes to hide what a change moves."""
        shown = (net.change != 0) & ~self.hidden[net.rows]
        return float(np.where(shown, self.price[net.rows], 0.0).sum())

    def forbids(self, net: Net) -> bool:
        """Return whether something that changes can never be hidden."""
        return bool(np.any((net.change != 0) & np.isinf(self.price[net.rows])))

    def narrow(self, width: int) -> Mask:
        """Return the hidden cells whose range is too narrow."""
        too_close: Mask = self.hidden & (self.high - self.low < width)
        return too_close

    def keep(self, net: Net) -> None:
        """Hide what a change moves and keep the ranges it shows."""
        rows, change = net.rows, net.change
        self.hidden[rows] |= change != 0
        self.low[rows] = np.minimum(self.low[rows], change)
        self.high[rows] = np.maximum(self.high[rows], change)

    def gain(self, net: Net, width: int) -> float:
        """Return by how many widths a change widens ranges that are too narrow."""
        low, high = self.low[net.rows], self.high[net.rows]
        before = np.minimum(high - low, width)
        after = np.minimum(np.maximum(high, net.change) - np.minimum(low, net.change), width)
        return float((after - before)[self.hidden[net.rows]].sum()) / width

    def gains(self, amount: int, width: int) -> tuple[Prices, Prices]:
        """Return how much range each cell would win by a rise and by a fall, in widths."""
        range_ = np.minimum(self.high - self.low, width)
        narrow = self.narrow(width)
        rise = np.minimum(np.maximum(self.high, amount) - self.low, width) - range_
        fall = np.minimum(self.high - np.minimum(self.low, -amount), width) - range_
        return np.where(narrow, rise, 0) / width, np.where(narrow, fall, 0) / width
