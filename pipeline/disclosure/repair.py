"""Hide more of one part of a system, one world at a time, until what is hidden moves enough.

Source: controlled tabular adjustment (Dandekar and Cox 2002; Castro 2006) used to find secondary
suppressions, as in the network heuristics of the Handbook on Statistical Disclosure Control, 4.
"""

from __future__ import annotations

import numpy as np

from pipeline.disclosure.known import Ranges
from pipeline.disclosure.shape import Counts, Mask
from pipeline.disclosure.worlds import Weights, WorldSearch

_FIRST_BONUS = 4.0
_RAISE, _RAISE_WHEN_IDLE = 1.25, 2.0
_LAST_BONUS = 1e5
_LAST_PRICES = 100.0


class Repair:
    """Hide more of one part, one world at a time."""

    def __init__(self, search: WorldSearch, hidden: Mask, price: Weights, *, primary: Mask) -> None:
        self._search, self._hidden, self._price = search, hidden, price
        self._primary = primary
        # A last resort must be worth more than the dearest ways out, however wide the areas.
        dearest = float(price[np.isfinite(price)].max(initial=0.0))
        self._last = max(_LAST_BONUS, _LAST_PRICES * dearest)
        self.changes: list[Counts] = []

    def known(self) -> Ranges:
        """Return what is known of the part's figures now."""
        return Ranges(self._hidden, self._search.low, self._search.high)

    def cheaply(self, bonus: float, *, patience: int) -> None:
        """Hide while worlds serve figures for at most so much per person.

        Args:
            bonus: what one person of missing range is worth.
            patience: how many worlds may in turn widen nothing.
        """
        idle = 0
        while self._narrow(None) and idle < patience:
            idle = 0 if self._widen(bonus, None) else idle + 1

    def open(self) -> None:
        """Serve one figure after the other until something had to be hidden for one."""
        asked = self._need(None)
        while asked.any():
            figure = int(np.argmax(asked))
            asked[figure] = 0
            change = self._search.widen_one(figure, price=self._price, free=self._hidden)
            if change is None:
                continue
            self.changes.append(change)
            opened = (change[-len(self._hidden) :] != 0) & ~self._hidden
            self._hidden = self._hidden | opened
            if opened.any():
                return
            asked = np.minimum(asked, self._need(None))

    def run(self) -> None:
        """Hide until the primary figures, then all hidden ones, move enough or nothing helps."""
        self._serve(self._primary)
        self._serve(None)

    def _serve(self, primary: Mask | None) -> None:
        bonus = _FIRST_BONUS
        while left := self._narrow(primary):
            is_wider = self._widen(bonus, primary)
            if bonus >= self._last and not is_wider:
                return
            is_fewer = self._narrow(primary) < left
            bonus = min(bonus * (_RAISE if is_fewer else _RAISE_WHEN_IDLE), self._last)

    def _narrow(self, primary: Mask | None) -> int:
        return int(np.count_nonzero(self._need(primary)))

    def _need(self, primary: Mask | None) -> Counts:
        return self._search.need(self._hidden if primary is None else primary)

    def _widen(self, bonus: float, primary: Mask | None) -> bool:
        """Hide what one more world moves; return whether any range grew that had to."""
        before = self._need(primary)
        is_last = bonus >= self._last
        change = self._search.widen(
            among=self._hidden if primary is None else primary,
            price=np.where((self._price <= bonus) | is_last, self._price, np.inf),
            free=self._hidden,
            bonus=bonus,
            last_resort=is_last,
        )
        if change is not None:
            self._hidden = self._hidden | (change[-len(self._hidden) :] != 0)
            self.changes.append(change)
        return bool(np.any(self._need(primary) < before))
