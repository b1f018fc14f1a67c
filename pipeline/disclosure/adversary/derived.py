"""Make every derived figure again, of what is published alone and by its published definition.

One that comes out as it is shown, to the last decimal, is a function of what everybody reads, and
tells nothing more. One that does not, or that needs what is not shown, was made of something else:
nothing tells what it says of hidden counts. The same is asked of a rate whose parts are all shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, isnan, log, nan

import numpy as np

from pipeline.disclosure.adversary.knowledge import (
    WHOLE,
    Derived,
    Formula,
    Part,
    Published,
    Rates,
)

By = Mapping[str, float]
"""Area → what is shown of it, or follows from that; nan where something is not shown."""
Key = tuple[str, str, tuple[tuple[str, str], ...], str]
Shares = list[tuple[float, float]]
"""Of each smallest territory: its part of a resource, and its persons."""


def unread_figures(published: Published) -> Counter[str]:
    """Return indicator → how many of its figures do not follow from what is published."""
    sums = _Sums(published)
    found: Counter[str] = Counter()
    for derived in published.derived:
        found[derived.indicator] += sum(_strange(derived, published, sums))
    for rates in published.rates:
        if rates.formula is not None:
            found[rates.indicator] += sum(_other(rates, rates.formula, sums))
    return +found


def _strange(derived: Derived, published: Published, sums: _Sums) -> Iterator[bool]:
    """Yield for each shown figure whether it is another than the one that follows."""
    rule = _RULES.get(derived.rule)
    for period in np.unique(derived.period):
        shown = np.flatnonzero((derived.period == period) & ~np.isnan(derived.value))
        if not len(shown):
            continue
        made = rule(derived, str(period), published, sums) if rule else None
        for number in shown:
            codes = tuple(str(own[number]) for own in derived.code.values())
            told = made(str(derived.area[number]), codes) if made else nan
            yield not _is_same(float(derived.value[number]), told, derived.decimals)


def _other(rates: Rates, formula: Formula, sums: _Sums) -> Iterator[bool]:
    """Yield for each rate with all its parts beside it whether it is another than theirs."""
    codes = np.array([*zip(*rates.code.values(), strict=True)]) if rates.code else None
    groups = np.zeros((len(rates.value), 0)) if codes is None else codes
    names = list(rates.code)
    for period in np.unique(rates.period):
        mine = (rates.period == period) & ~np.isnan(rates.value)
        for group in np.unique(groups[mine], axis=0):
            own = {n: str(c) for n, c in zip(names, group, strict=True) if str(c) not in WHOLE}
            made = sums.value(formula, str(period), own)
            for number in np.flatnonzero(mine & (groups == group).all(axis=1)):
                told = made.get(str(rates.area[number]), nan)
                if not isnan(told):
                    yield not _is_same(float(rates.value[number]), told, formula.decimals)


def _is_same(shown: float, told: float, decimals: int) -> bool:
    # Half a last decimal is what rounding moves; the rest is the dust of floating point.
    return abs(shown - told) <= 0.5 * 10.0**-decimals + 1e-9 * max(1.0, abs(told))


class _Sums:
    """Add up published counts by area, whole in every dimension but those asked for."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._counts: dict[Key, By] = {}
        self._levels: dict[str, str] | None = None

    def value(self, formula: Formula, period: str, codes: Mapping[str, str]) -> By:
        """Return what a formula gives in each area."""
        over = self.total(formula.over, period, codes)
        if formula.less:
            less = self.total(formula.less, period, codes)
            over = {area: one - less[area] for area, one in over.items() if area in less}
        if not formula.under:
            return over
        under = self.total(formula.under, period, codes)
        return {
            area: _made(formula, one, under[area]) for area, one in over.items() if area in under
        }

    def total(self, parts: Sequence[Part], period: str, codes: Mapping[str, str]) -> By:
        """Return the sum of parts in each area that has them all."""
        every = [self._count(part, period, codes) for part in parts]
        first, *others = every
        return {
            area: one + sum(other[area] for other in others)
            for area, one in first.items()
            if all(area in other for other in others)
        }

    def _count(self, part: Part, period: str, codes: Mapping[str, str]) -> By:
        wanted = {**codes, **part.codes}
        key = (part.table, part.measure, tuple(sorted(wanted.items())), period)
        if key not in self._counts:
            table = self._published.tables[part.table]
            mine = table.period == period
            for name, own in table.code.items():
                mine &= own == wanted[name] if name in wanted else np.isin(own, WHOLE)
            if not set(wanted) <= set(table.code):
                mine &= False
            shown = zip(table.area[mine], table.value[part.measure][mine], strict=True)
            self._counts[key] = {str(area): float(value) for area, value in shown}
        return self._counts[key]

    def level_of(self, area: str) -> str:
        """Return the level of an area, as the tables tell it."""
        if self._levels is None:
            self._levels = {
                str(area): str(level)
                for table in self._published.tables.values()
                for area, level in zip(table.area, table.level, strict=True)
            }
        return self._levels.get(area, "")


def _made(formula: Formula, over: float, under: float) -> float:
    if isnan(over) or isnan(under):
        return nan
    if formula.target is None:
        return formula.times * over / under if under else nan
    return max(ceil(Fraction(over) / formula.target) - under, 0.0)


Told = Callable[[str, Sequence[str]], float]
"""Area and codes of a derived figure → the figure; nan where something is not shown."""
Rule = Callable[[Derived, str, Published, _Sums], Told]


def _gap_to_parent(derived: Derived, period: str, published: Published, sums: _Sums) -> Told:
    known = sums.value(derived.of[0], period, {})
    holders = _Holders(published, sums)

    def told(area: str, codes: Sequence[str]) -> float:
        above = holders.of(area, codes[0])
        return known.get(area, nan) - known.get(above, nan)

    return told


def _contrast(rule: Callable[[float, float], float]) -> Rule:
    def made(derived: Derived, period: str, _: Published, sums: _Sums) -> Told:
        name, *groups = derived.contrast or ("", "", "")
        one, other = (sums.value(derived.of[0], period, {name: code}) for code in groups)
        return lambda area, _: rule(one.get(area, nan), other.get(area, nan))

    return made


def _adjusted(one: float, other: float) -> float:
    index = _parity(one, other)
    return 2 - 1 / index if index > 1 else index


def _parity(one: float, other: float) -> float:
    return one / other if other else nan


def _inequality(rule: Callable[[Sequence[Shares]], float]) -> Rule:
    """Return a measure over the smallest territories of an area that show both counts."""

    def made(derived: Derived, period: str, published: Published, sums: _Sums) -> Told:
        if derived.own is None:
            return lambda _, __: nan
        over = sums.total(derived.own.over, period, {})
        under = sums.total(derived.own.under, period, {})
        holders = _Holders(published, sums)

        def told(area: str, codes: Sequence[str]) -> float:
            groups: dict[str, Shares] = {}
            for base in holders.bases(area):
                share = (over.get(base, nan), under.get(base, nan))
                if share[1] > 0 and not isnan(share[0]):
                    group = holders.group(base, codes[0]) if codes else ""
                    groups.setdefault(group, []).append((max(share[0], 0.0), share[1]))
            return (
                rule([*groups.values()]) if any(x for g in groups.values() for x, _ in g) else nan
            )

        return told

    return made


def _theil(shares: Shares) -> float:
    resource, persons = (sum(column) for column in zip(*shares, strict=True))
    return sum((x / resource * log(x / resource * persons / p) for x, p in shares if x), 0.0)


def _between(groups: Sequence[Shares]) -> float:
    return _theil([(sum(x for x, _ in one), sum(p for _, p in one)) for one in groups])


def _within(groups: Sequence[Shares]) -> float:
    return _theil([share for one in groups for share in one]) - _between(groups)


def _gini(groups: Sequence[Shares]) -> float:
    """Return twice the area between the diagonal and the curve of shares, poorest first."""
    shares = sorted((share for one in groups for share in one), key=lambda one: one[0] / one[1])
    resource, persons = (sum(column) for column in zip(*shares, strict=True))
    below, so_far = 0.0, 0.0
    for x, p in shares:
        below += p / persons * (so_far + x / 2) / resource
        so_far += x
    return 1 - 2 * below


def _served(derived: Derived, period: str, _: Published, sums: _Sums) -> Told:
    if derived.own is None:
        return lambda _, __: nan
    needs = sums.value(derived.of[0], period, {})
    persons = sums.total(derived.own.over, period, {})
    there = sums.total(derived.own.under, period, {})

    def told(area: str, _: Sequence[str]) -> float:
        need, count, units = (by.get(area, nan) for by in (needs, persons, there))
        return count * need / (need + units) if need else 0.0 * count

    return told


def _cost(derived: Derived, period: str, _: Published, sums: _Sums) -> Told:
    needs = [sums.value(one, period, {}) for one in derived.of]

    def told(area: str, _: Sequence[str]) -> float:
        return sum(
            by.get(area, nan) * price for by, price in zip(needs, derived.prices, strict=True)
        )

    return told


_RULES: Mapping[str, Rule] = {
    "gap_to_parent": _gap_to_parent,
    "gap_between_groups": _contrast(lambda one, other: one - other),
    "parity": _contrast(_parity),
    "adjusted_parity": _contrast(_adjusted),
    "theil": _inequality(lambda groups: _theil([share for one in groups for share in one])),
    "theil_within": _inequality(_within),
    "theil_between": _inequality(_between),
    "gini": _inequality(_gini),
    "pupils_served": _served,
    "investment_cost": _cost,
}


class _Holders:
    """Find what an area lies in, and what lies in it."""

    def __init__(self, published: Published, sums: _Sums) -> None:
        self._territories = published.territories
        self._level_of = sums.level_of
        self._at: dict[str, dict[int, str]] = {}
        self._base: dict[int, str] = {}
        for area, members in self._territories.members.items():
            if self._territories.is_base(area):
                self._base[int(members[0])] = area

    def of(self, area: str, level: str) -> str:
        """Return the area of a level in which another lies; empty without one."""
        members = self._territories.members.get(area)
        if members is None or not len(members):
            return ""
        if level not in self._at:
            self._at[level] = {
                int(place): name
                for name, own in self._territories.members.items()
                if self._level_of(name) == level
                for place in own
            }
        found = {self._at[level].get(int(place), "") for place in members}
        return found.pop() if len(found) == 1 else ""

    def bases(self, area: str) -> list[str]:
        """Return the smallest territories of an area."""
        members = self._territories.members.get(area)
        places = [] if members is None else [int(place) for place in members]
        return [self._base[place] for place in places if place in self._base]

    def group(self, base: str, split_by: str) -> str:
        """Return the group of a smallest territory: an area of a level, or its class."""
        classes = self._territories.classes.get(split_by)
        if classes is not None:
            return str(classes[self._territories.members[base][0]])
        return self.of(base, split_by)
