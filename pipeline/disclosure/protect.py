"""Choose which cells to hide, over all tables and levels of one population at once.

Primary cells are the counts from 1 to k-1. What else must be hidden is found by asking for worlds
in which primary cells move and as little as possible of the rest does: what moves is hidden. Each
linear program serves all cells that are still too narrow; the price that protection may cost starts
low and rises, so that what is hidden already is used first. Nothing leaves here unaudited.

Source: controlled tabular adjustment (Dandekar and Cox 2002; Castro 2006) used to find secondary
suppressions, as in the network heuristics of the Handbook on Statistical Disclosure Control, 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.audit import Audit, Progress, audit
from pipeline.disclosure.figures import Figures, reduce_system
from pipeline.disclosure.shape import TOTAL, Counts, Mask
from pipeline.disclosure.system import System
from pipeline.disclosure.worlds import Weights, WorldSearch
from pipeline.errors import DisclosureError

_SEED = 35
_FIRST_BONUS = 4.0
_RAISE, _RAISE_WHEN_IDLE = 1.25, 2.0
_LAST_BONUS = 1e5
_LAST_PRICES = 100.0
_SHOWN_BEFORE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Say what may be hidden more readily: small territories, inner cells, few persons.

    The price of a cell is `breadth ** territory * (1 + margin * totals) * (1 + person * ln(1 + n))`
    with breadth the number of smallest territories in its area, totals the dimensions summed over
    and n its count. Only ratios matter.

    Args:
        territory: how much more an area of many territories costs.
        margin: how much more each `_T` costs.
        person: how much more a large count costs.
    """

    territory: float = 1.0
    margin: float = 1.5
    person: float = 0.1

    def prices(self, system: System) -> Weights:
        """Return the price of hiding each published cell."""
        cells = system.cells
        totals = np.sum([codes == TOTAL for codes in cells.codes.values()], axis=0)
        price: Weights = cells.breadth**self.territory * (1 + self.margin * totals)
        return price * (1 + self.person * np.log1p(cells.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """Say what releases that are still public show and hide of the same cells.

    Args:
        hidden: cells that a release hides: hidden again, so that what one release hides is never
            what another shows.
        shown: cells that a release shows, with the value they have today.
        is_same: no release shows a cell with another value than today's. Then whoever reads both
            knows what either shows, so that hiding a shown cell would hide nothing; else the rows
            were corrected, and what has the same value may have moved: it is hidden last.
    """

    hidden: Mask
    shown: Mask
    is_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Hold a protected pattern: one row per published cell.

    In the release both masks bear the same symbol; told apart, they would give away bounds.

    Args:
        primary: cells that count 1 to k-1 persons in a table of threshold k, and cells of other
            tables or levels that count the same persons.
        secondary: cells hidden to protect others.
        audit: what was shown about each hidden cell; `audit.width` is what is guaranteed.
    """

    primary: Mask
    secondary: Mask
    audit: Audit

    @property
    def hidden(self) -> Mask:
        """Return every hidden cell."""
        return self.primary | self.secondary


def protect(
    system: System,
    *,
    width: int,
    public: Public | None = None,
    preferences: Preferences | None = None,
    on_progress: Progress | None = None,
) -> Pattern:
    """Hide the small counts of a population and what else it takes that none can be narrowed.

    For every hidden cell, primary or secondary, there are two whole tables of persons that agree
    with everything shown and in which it differs by `width` persons or more.

    Args:
        system: the relations and exact counts of one population and period.
        width: protection width in persons, at least 1; the policy's `protection_width`.
        public: what is public of the same cells already.
        preferences: what to hide more readily.
        on_progress: called with the cells protected so far and those to protect.

    Raises:
        DisclosureError: a small count is public already, no pattern reaches the width, or the
            audit fails or crashes.
    """
    if width < 1:
        raise DisclosureError("disclosure.width_unsupported")
    figures = reduce_system(system)
    cells = system.cells
    primary = figures.any((cells.value > 0) & (cells.value < cells.k))
    price = figures.total((preferences or Preferences()).prices(system))
    before = np.zeros_like(primary)
    if public is not None:
        before, price = _respect(figures, public, primary, price=price)
    chosen = _Choice(figures, primary, hidden=primary | before, price=price, width=width)
    chosen.run(on_progress)
    hidden = figures.cells(chosen.hidden)
    worlds = [figures.world(system.atoms, change) for change in chosen.changes]
    return Pattern(
        primary=figures.cells(primary),
        secondary=hidden & ~figures.cells(primary),
        audit=_audited(system, hidden, width=width, worlds=worlds),
    )


def _respect(
    figures: Figures, public: Public, primary: Mask, *, price: Weights
) -> tuple[Mask, Weights]:
    """Return the figures that stay hidden, and the prices of the others.

    Raises:
        DisclosureError: a figure that must be hidden is public.
    """
    shown = figures.any(public.shown)
    if known := int(np.count_nonzero(shown & primary)):
        raise DisclosureError("disclosure.small_is_public", count=known)
    if public.is_same:
        price = np.where(shown, np.inf, price)
    else:
        price = np.where(shown, price * _SHOWN_BEFORE, price)
    return figures.any(public.hidden) & ~shown, price


class _Choice:
    """Choose the figures to hide, and keep the worlds that show why they are enough."""

    def __init__(
        self, figures: Figures, primary: Mask, *, hidden: Mask, price: Weights, width: int
    ) -> None:
        self._atoms = len(figures.atoms)
        self._search = WorldSearch(figures, width=width, seed=_SEED)
        self._price, self._width = price, width
        # A last resort must be worth more than the dearest ways out, however wide the areas.
        dearest = float(price[np.isfinite(price)].max(initial=0.0))
        self._last = max(_LAST_BONUS, _LAST_PRICES * dearest)
        self._primary = primary
        self.hidden = hidden
        self.changes: list[Counts] = []

    def run(self, on_progress: Progress | None) -> None:
        """Hide until the primary figures move enough, and then until all hidden ones do."""
        for all_hidden in (False, True):
            bonus = _FIRST_BONUS
            while left := self._narrow(all_hidden=all_hidden):
                is_wider = self._widen(bonus, all_hidden=all_hidden)
                if bonus >= self._last and not is_wider:
                    raise DisclosureError(
                        "disclosure.no_safe_pattern", count=left, width=self._width
                    )
                is_fewer = self._narrow(all_hidden=all_hidden) < left
                bonus = min(bonus * (_RAISE if is_fewer else _RAISE_WHEN_IDLE), self._last)
                if on_progress is not None:
                    total = int(np.count_nonzero(self.hidden))
                    on_progress(total - self._narrow(all_hidden=True), total)

    def _narrow(self, *, all_hidden: bool) -> int:
        among = self.hidden if all_hidden else self._primary
        return int(np.count_nonzero(self._search.need(among)))

    def _widen(self, bonus: float, *, all_hidden: bool) -> bool:
        """Hide what one more world moves; return whether any range grew that had to."""
        among = self.hidden if all_hidden else self._primary
        before = self._search.need(among)
        is_last = bonus >= self._last
        change = self._search.widen(
            among=among,
            price=np.where((self._price <= bonus) | is_last, self._price, np.inf),
            free=self.hidden,
            bonus=bonus,
            last_resort=is_last,
        )
        if change is not None:
            self.hidden = self.hidden | (change[self._atoms :] != 0)
            self.changes.append(change)
        return bool(np.any(self._search.need(among) < before))


def _audited(system: System, hidden: Mask, *, width: int, worlds: list[Counts]) -> Audit:
    """Return the audit of a pattern.

    Raises:
        DisclosureError: it did not pass, or it crashed; a crash is a refusal.
    """
    try:
        report = audit(system, hidden, width=width, proposals=worlds)
    except DisclosureError:
        raise
    except Exception as crash:  # noqa: BLE001 - whatever stops the audit, nothing was shown
        raise DisclosureError("disclosure.audit_crashed", kind=type(crash).__name__) from None
    if not report.passed:
        raise DisclosureError(
            "disclosure.audit_failed", count=int(np.count_nonzero(report.narrow)), width=width
        )
    return report
