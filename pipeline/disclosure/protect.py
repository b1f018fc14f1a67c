"""Choose which cells to hide, over all tables and levels of one population at once.

Primary cells are those of the tables' rules. What else must be hidden is found by asking for worlds
in which primary cells move and as little as possible of the rest does: what moves is hidden. Each
linear program serves all cells that are still too narrow; the price that protection may cost starts
low and rises, so that what is hidden already is used first. Nothing leaves here unaudited.

Source: controlled tabular adjustment (Dandekar and Cox 2002; Castro 2006) used to find secondary
suppressions, as in the network heuristics of the Handbook on Statistical Disclosure Control, 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.disclosure.audit import Audit, Progress, audit
from pipeline.disclosure.choice import Choice
from pipeline.disclosure.elsewhere import refuse_told, told_elsewhere
from pipeline.disclosure.figures import Figures, reduce_system
from pipeline.disclosure.ground import ground
from pipeline.disclosure.primary import Primary, primary_cells
from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.shape import TOTAL, Counts, Mask
from pipeline.disclosure.start import start
from pipeline.disclosure.system import System
from pipeline.disclosure.worlds import Weights
from pipeline.errors import DisclosureError

_SHOWN_BEFORE = 10.0
# What hiding again costs, against hiding another cell.
_AGAIN = 2
# What hiding costs where it is done already.
_SPENT = 0.01
CELLS = "cells"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Say what may be hidden more readily: small territories, inner cells, few persons.

    The price of a cell is `breadth ** territory * (1 + margin * totals) * (1 + person * ln(1 + n))`
    with breadth the number of smallest territories in its area, totals the dimensions summed over
    and n its count; where the fewest persons are to be hidden, `(breadth ** territory + n) * (1 +
    margin * totals)`. Only ratios matter.

    Args:
        territory: how much more an area of many territories costs.
        margin: how much more each `_T` costs.
        person: how much more a large count costs.
        fewest: `cells` or `persons`: of what as few as can be are hidden.
        again: cells that cost half, since the period before hides them; None where none does.
        spent: cells that are hidden in any case, which cost next to nothing; None where none are.
    """

    territory: float = 1.0
    margin: float = 1.5
    person: float = 0.1
    fewest: str = CELLS
    again: Mask | None = None
    spent: Mask | None = None

    def prices(self, system: System) -> Weights:
        """Return the price of hiding each published cell."""
        cells = system.cells
        totals = np.sum([codes == TOTAL for codes in cells.codes.values()], axis=0)
        size: Weights = (cells.breadth**self.territory).astype(np.float64)
        price: Weights = (size if self.fewest == CELLS else size + cells.value) * (
            1 + self.margin * totals
        )
        if self.fewest == CELLS:
            price = price * (1 + self.person * np.log1p(cells.value))
        if self.again is not None:
            price = np.where(self.again, price / _AGAIN, price)
        price = price if self.spent is None else np.where(self.spent, price * _SPENT, price)
        return np.where(cells.elsewhere, 0.0, price)

    def weights(self, system: System) -> Counts:
        """Return how much more each cell costs than others of its place, whole and positive."""
        count = system.cells.value
        weight = np.ones_like(count) if self.fewest == CELLS else 1 + count
        return weight * (_AGAIN if self.again is None else np.where(self.again, 1, _AGAIN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """Say what releases that are still public show and hide of the same cells.

    Args:
        hidden: cells that are hidden again, so that what one release hides is never what another
            shows.
        shown: cells that a release shows, in which nobody changed since: to hide them would hide
            nothing.
        moved: cells that a release shows, in which somebody changed: they are hidden last.
    """

    hidden: Mask
    shown: Mask
    moved: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Hold a protected pattern: one row per published cell.

    In the release both masks bear the same symbol; told apart, they would give away bounds.

    Args:
        primary: cells that a rule of their table hides by itself, and cells of other tables or
            levels that count the same persons.
        secondary: cells hidden to protect others.
        bound: how many secondary cells any safe pattern has, at least.
        audit: what was shown about each hidden cell; `audit.width` is what is guaranteed.
        rules: rule -> the cells that it hides by itself.
    """

    primary: Mask
    secondary: Mask
    bound: int
    audit: Audit
    rules: Mapping[str, Mask]

    @property
    def hidden(self) -> Mask:
        """Return every hidden cell."""
        return self.primary | self.secondary


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Hold what a pattern is made of again, without a search.

    Args:
        primary: as in the pattern.
        secondary: as in the pattern.
        bound: as in the pattern.
        worlds: worlds x atoms, changes from the truth.
    """

    primary: Mask
    secondary: Mask
    bound: int
    worlds: Matrix


def protect(
    system: System,
    *,
    width: int,
    primary: Primary | None = None,
    public: Public | None = None,
    preferences: Preferences | None = None,
    threads: int = 1,
    on_progress: Progress | None = None,
) -> Pattern:
    """Hide the small counts of a population and what else it takes that none can be narrowed.

    For every hidden cell, primary or secondary, there are two whole tables of persons that agree
    with everything shown and in which it differs by `width` persons or more.

    Args:
        system: the relations and exact counts of one population and period.
        width: protection width in persons, at least 1; the policy's `protection_width`.
        primary: what must be hidden by itself; what the tables' rules say where nothing is given.
        public: what is public of the same cells already.
        preferences: what to hide more readily.
        threads: how many parts are worked on at the same time; the pattern is the same.
        on_progress: called with the cells protected so far and those to protect.

    Raises:
        DisclosureError: a small count is public already, or others publish it, or what gives it
            away; no pattern reaches the width, or the audit fails or crashes.
    """
    if width < 1:
        raise DisclosureError("disclosure.width_unsupported")
    figures = reduce_system(system)
    preferences = preferences or Preferences()
    rules = primary or primary_cells(system, width=width)
    must = figures.any(rules.cells)
    price = figures.total(preferences.prices(system))
    before, dear = np.zeros_like(must), _shared(figures, system)
    if public is not None:
        dear |= public.shown | public.moved
        before, price = _respect(figures, public, must, price=price)
    told = figures.any(told_elsewhere(system))
    small = rules.cells & figures.cells(told)
    refuse_told("disclosure.small_elsewhere", system, small, width=width)
    before, dear = before & ~told, dear | figures.cells(told)
    price = np.where(told, np.inf, price)
    first = start(
        system,
        figures.cells(must | before),
        closed=figures.cells(np.isinf(price)) | (figures.of_cell < 0),
        dear=dear,
        margin=preferences.margin,
        weight=_first(preferences, system).weights(system),
        width=width,
    )
    hidden = figures.any(first.hidden)
    choice = Choice(
        system,
        figures,
        primary=must,
        hidden=hidden,
        price=price,
        width=width,
        asked=figures.most(rules.width),
        threads=threads,
    )
    try:
        choice.run(on_progress)
    except DisclosureError:
        if told.any():
            narrow = figures.cells(choice.narrow)
            refuse_told("disclosure.opened_elsewhere", system, narrow, width=width)
        raise
    hidden = figures.cells(choice.hidden)
    return Pattern(
        primary=figures.cells(must),
        secondary=hidden & ~figures.cells(must),
        bound=first.bound,
        audit=_audited(system, hidden, asked=rules.width, worlds=choice.worlds(), threads=threads),
        rules=rules.rules,
    )


def protect_again(
    system: System,
    *,
    width: int,
    primary: Primary | None = None,
    public: Public | None = None,
    found: Found,
    threads: int = 1,
) -> Pattern:
    """Return a pattern that was found for the same system: nothing is sought, all is proven anew.

    Args:
        system: as `protect` was given it.
        width: as it was given.
        primary: as it was given.
        public: as it was given.
        found: what it found.
        threads: how many parts are worked on at the same time.

    Raises:
        DisclosureError: it shows what has to be hidden, or hides what is public; the worlds
            contradict what would be shown, or the audit fails.
    """
    figures = reduce_system(system)
    rules = primary or primary_cells(system, width=width)
    must = figures.any(rules.cells)
    hidden, told = figures.any(found.primary | found.secondary), figures.any(told_elsewhere(system))
    if public is not None:
        before, price = _respect(figures, public, must, price=np.zeros(figures.size))
        must, told = must | (before & ~told), told | np.isinf(price)
    if unfit := int(np.count_nonzero((must & ~hidden) | (told & hidden))):
        raise DisclosureError("disclosure.audit_failed", count=unfit, width=width)
    return Pattern(
        primary=figures.cells(figures.any(rules.cells)),
        secondary=figures.cells(hidden & ~figures.any(rules.cells)),
        bound=found.bound,
        audit=_audited(
            system, figures.cells(hidden), asked=rules.width, worlds=found.worlds, threads=threads
        ),
        rules=rules.rules,
    )


def _first(preferences: Preferences, system: System) -> Preferences:
    """Return what to prefer inside each territory.

    Where tables are cut into smaller ones, or several count the same persons, each would find
    other cells the cheapest by their persons, and what they hide together would not fit.
    """
    is_whole = preferences.fewest == CELLS or ground(system) is not None
    return preferences if is_whole else replace(preferences, fewest=CELLS)


def _shared(figures: Figures, system: System) -> Mask:
    """Return the cells that another table shows as well: hiding them spreads to that table."""
    tables = np.unique(system.cells.table, return_inverse=True)[1]
    first = figures.collect(tables)
    others = np.append(first, -1)[figures.of_cell] != tables
    return figures.cells(figures.any(others & (figures.of_cell >= 0)))


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
    price = np.where(figures.any(public.moved), price * _SHOWN_BEFORE, price)
    price = np.where(shown, np.inf, price)
    return figures.any(public.hidden) & ~shown, price


def _audited(system: System, hidden: Mask, *, asked: Counts, worlds: Matrix, threads: int) -> Audit:
    """Return the audit of a pattern.

    Raises:
        DisclosureError: it did not pass, or it crashed; a crash is a refusal.
    """
    try:
        report = audit(system, hidden, width=asked, proposals=worlds, threads=threads)
    except DisclosureError:
        raise
    except Exception as crash:  # noqa: BLE001 - whatever stops the audit, nothing was shown
        raise DisclosureError("disclosure.audit_crashed", kind=type(crash).__name__) from None
    if not report.passed:
        narrow = int(np.count_nonzero(report.narrow))
        raise DisclosureError("disclosure.audit_failed", count=narrow, width=report.width)
    return report
