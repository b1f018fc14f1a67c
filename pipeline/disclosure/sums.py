"""Find the published sums in which a figure stands, and what would follow if it were shown.

Only what everybody can read is looked at: which figures are hidden, and what adds up to what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.disclosure.adversary import Table, Territories

Address = tuple[str, frozenset[tuple[str, str]]]
"""An area, and the codes of a figure that are no total."""

_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A published sum: the total is what the parts add up to.

    Args:
        total: the figure that the others add up to.
        parts: the figures that make it up.
        over: the dimension that is summed over, or the level of the parts' areas.
    """

    total: Address
    parts: tuple[Address, ...]
    over: str


class Sums:
    """Hold the figures of tables that count the same persons, and the sums between them.

    Args:
        tables: of one population and place.
        territories: as published.
        period: whose figures are held.

    Attributes:
        shown: figure -> its value; NaN where it is hidden, 0 where nobody told.
        hidden: figure -> table and number of each cell that would show it.
    """

    def __init__(self, tables: Sequence[Table], territories: Territories, period: str) -> None:
        self._territories = territories
        self.shown: dict[Address, float] = {}
        self.hidden: dict[Address, list[tuple[str, int]]] = {}
        self._codes: dict[str, tuple[str, ...]] = {}
        self._level: dict[str, str] = {}
        for table in tables:
            self._read(table, period)
        self._lay_out()
        self._hidden_in: dict[tuple[Address, str], tuple[Address, ...]] = {}

    def _read(self, table: Table, period: str) -> None:
        for name, codes in table.codes.items():
            self._codes[name] = tuple(dict.fromkeys((*self._codes.get(name, ()), *codes)))
        for number in np.flatnonzero(table.period == period).tolist():
            address = table.address(number)
            self._level[address[0]] = str(table.level[number])
            if table.hidden[number]:
                self.hidden.setdefault(address, []).append((table.name, number))
                self.shown[address] = np.nan
            else:
                self.shown.setdefault(address, float(np.nan_to_num(table.shown[number])))

    def _lay_out(self) -> None:
        """Say in which area of each level each smallest territory lies."""
        members = self._territories.members
        self._areas: dict[str, list[str]] = {}
        for area, level in self._level.items():
            self._areas.setdefault(level, []).append(area)
        self._at = {}
        for level, areas in self._areas.items():
            at = np.full(len(self._territories.base), -1)
            for number, area in enumerate(areas):
                at[members[area]] = number
            self._at[level] = at

    def of(self, address: Address) -> list[Sum]:
        """Return the sums in which a figure stands: by its codes first, then small areas first."""
        area, own = address
        found = [self._over((area, own - {(name, code)}), name) for name, code in sorted(own)]
        named = {name for name, _ in own}
        found += [self._over(address, name) for name in self._codes if name not in named]
        found += [*self._above(address), *self._beneath(address)]
        order = {one.total: len(one.parts) for one in found if one is not None}
        by_codes = [one for one in found if one is not None and one.over in self._codes]
        by_area = [one for one in found if one is not None and one.over not in self._codes]
        return [*by_codes, *sorted(by_area, key=lambda one: order[one.total])]

    def _over(self, total: Address, name: str) -> Sum | None:
        parts = tuple((total[0], total[1] | {(name, code)}) for code in self._codes[name])
        return self._sum(total, parts, name)

    def _sum(self, total: Address, parts: tuple[Address, ...], over: str) -> Sum | None:
        is_whole = total in self.shown and parts and all(part in self.shown for part in parts)
        return Sum(total=total, parts=parts, over=over) if is_whole else None

    def _above(self, address: Address) -> Iterator[Sum | None]:
        """Yield the sums of larger areas in which a figure is a part."""
        area, own = address
        members = self._territories.members[area]
        for level, areas in self._areas.items():
            at = self._at[level][members]
            if level == self._level[area] or at[0] < 0 or np.any(at != at[0]):
                continue
            total = areas[int(at[0])]
            yield self._by_area((total, own), self._level[area])
            for name, classes in self._territories.classes.items():
                if len(members) == 1 and name not in dict(own):
                    own_class = own | {(name, str(classes[members[0]]))}
                    yield self._by_class((total, own_class), name, self._level[area])

    def _beneath(self, address: Address) -> Iterator[Sum | None]:
        """Yield the sums of smaller areas that a figure is the total of."""
        for level in self._areas:
            if level != self._level[address[0]]:
                yield self._by_area(address, level)
                for name in self._territories.classes:
                    if name in dict(address[1]):
                        yield self._by_class(address, name, level)

    def _by_area(self, total: Address, level: str) -> Sum | None:
        members = self._territories.members[total[0]]
        inside = np.unique(self._at[level][members])
        areas = [self._areas[level][number] for number in inside.tolist() if number >= 0]
        size = sum(len(self._territories.members[area]) for area in areas)
        if inside[0] < 0 or size != len(members):
            return None
        return self._sum(total, tuple((area, total[1]) for area in areas), level)

    def _by_class(self, total: Address, name: str, level: str) -> Sum | None:
        """Return a figure of a class as the sum of the smallest territories of that class."""
        code = dict(total[1])[name]
        rest = total[1] - {(name, code)}
        members = self._territories.members[total[0]]
        places = members[self._territories.classes[name][members] == code]
        numbers = self._at[level][places]
        areas = [self._areas[level][number] for number in numbers.tolist() if number >= 0]
        if any(len(self._territories.members[area]) != 1 for area in areas):
            return None
        return self._sum(total, tuple((area, rest) for area in areas), level)

    def hidden_in(self, one: Sum) -> tuple[Address, ...]:
        """Return the hidden figures of a sum, its total among them."""
        key = (one.total, one.over)
        if key not in self._hidden_in:
            figures = (one.total, *one.parts)
            self._hidden_in[key] = tuple(figure for figure in figures if figure in self.hidden)
        return self._hidden_in[key]

    def follows(self, address: Address) -> Mapping[Address, tuple[Sum, int]]:
        """Return what would follow if a figure were shown, by subtraction alone, nearest first.

        Each with the sum that gives it, in which it is the last that is not known, and how many
        figures would have to be worked out before it.
        """
        found: dict[Address, tuple[Sum, int]] = {}
        waiting = [(address, 0)]
        while waiting and len(found) < _MOST:
            at, before = waiting.pop(0)
            for one in self.of(at):
                left = [each for each in self.hidden_in(one) if each not in {address, *found}]
                if len(left) == 1:
                    found[left[0]] = one, before
                    waiting.append((left[0], before + 1))
        return found

    def beside(self, address: Address) -> Mapping[Address, Sum]:
        """Return the hidden figures that share a sum with one, with it; those of few first."""
        found: dict[Address, Sum] = {}
        for one in sorted(self.of(address), key=lambda one: len(self.hidden_in(one))):
            for figure in self.hidden_in(one):
                if figure != address:
                    found.setdefault(figure, one)
        return found
