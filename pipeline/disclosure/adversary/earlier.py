"""What other releases and other publishers tell of the cells of a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.adversary.knowledge import Indices, Mask, Published, Table

Named = tuple[str, int, str]
"""Table, place of the cell in it, level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Hold one count that is public, but not here: where it would stand, and its value."""

    table: str
    area: str
    codes: Mapping[str, str]
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Hold what is public beside a release, of one period.

    Args:
        earlier: counts of the same rows that the release hides, or does not have.
        elsewhere: counts of the same persons that others publish.
        crossed: its cells of which one of two releases of the same rows shows the value.
        changed: its hidden cells that an earlier release of other rows shows.
    """

    earlier: tuple[Elsewhere, ...]
    elsewhere: tuple[Elsewhere, ...]
    crossed: tuple[Named, ...]
    changed: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One table in two releases: places of its cells there, and here (-1: not here)."""

    then: Table
    now: Table
    there: Indices
    here: Indices

    @property
    def was_shown(self) -> Mask:
        return ~np.isnan(self.then.shown[self.there])

    @property
    def is_shown(self) -> Mask:
        return (self.here >= 0) & ~np.isnan(self.now.shown[self.here])

    @property
    def is_hidden(self) -> Mask:
        hidden: Mask = (self.here >= 0) & self.now.hidden[self.here]
        return hidden

    @property
    def agrees(self) -> bool:
        both = self.was_shown & self.is_shown
        return bool(np.all(self.then.shown[self.there[both]] == self.now.shown[self.here[both]]))

    def known(self) -> list[Elsewhere]:
        told = self.was_shown & ~self.is_shown
        return [elsewhere(self.then, int(number)) for number in self.there[told]]

    def cells(self, chosen: Mask) -> list[Named]:
        return [(self.now.name, int(n), str(self.now.level[n])) for n in self.here[chosen]]


def others(published: Published, period: str) -> Others:
    """Return what is public of the persons of one period, but not in the release itself.

    Releases in which a cell has two values are of different rows: what the earlier one shows is not
    known of the rows of today.
    """
    same: list[Elsewhere] = []
    beside: list[Elsewhere] = []
    crossed: list[Named] = []
    changed: list[Named] = []
    now = {table.name: table for table in published.persons if np.any(table.period == period)}
    places = {name: _places(table, period) for name, table in now.items()}
    for release in published.earlier:
        pairs = [_pair(release[n], now[n], places[n], period) for n in release if n in now]
        for population in {pair.now.population for pair in pairs}:
            own = [pair for pair in pairs if pair.now.population == population]
            if all(pair.agrees for pair in own):
                for pair in own:
                    same += pair.known()
                    was_hidden = pair.then.hidden[pair.there]
                    crossed += pair.cells(pair.was_shown & pair.is_hidden)
                    crossed += pair.cells(was_hidden & pair.is_shown)
            else:
                changed += [c for pair in own for c in pair.cells(pair.was_shown & pair.is_hidden)]
    for table in published.elsewhere:
        if table.name in now:
            shown = (table.period == period) & ~np.isnan(table.shown)
            beside += [elsewhere(table, int(number)) for number in np.flatnonzero(shown)]
    return Others(
        earlier=tuple(same),
        elsewhere=tuple(beside),
        crossed=tuple(crossed),
        changed=tuple(changed),
    )


def _places(table: Table, period: str) -> dict[tuple[str, frozenset[tuple[str, str]]], int]:
    return {table.address(int(n)): int(n) for n in np.flatnonzero(table.period == period)}


def _pair(
    then: Table,
    now: Table,
    places: Mapping[tuple[str, frozenset[tuple[str, str]]], int],
    period: str,
) -> _Pair:
    there = np.flatnonzero(then.period == period)
    here = np.array([places.get(then.address(int(n)), -1) for n in there], dtype=np.int64)
    return _Pair(then, now, there, here)


def elsewhere(table: Table, number: int) -> Elsewhere:
    """Return a cell that another publication shows."""
    area, codes = table.address(number)
    return Elsewhere(
        table=table.name, area=area, codes=dict(codes), value=round(float(table.shown[number]))
    )
