"""What a shown rate tells of the counts behind it, as any reader of its definition knows.

A value rounded to d decimals stands for an interval; times 2 x 10^d its ends are whole numbers, so
that no tolerance hides a relation. A rate whose parts are all shown beside it tells nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from pipeline.disclosure.adversary.knowledge import (
    Counts,
    Formula,
    Matrix,
    Part,
    Published,
    Table,
)
from pipeline.disclosure.adversary.lattice import Lattice

Codes = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotients:
    """Hold what rates add: rows over all unknowns that are at least `above`.

    `telling` names the indicator of each rate with a hidden part, `unread` that of each rate beside
    hidden cells of which nothing tells how it is made.
    """

    rows: Matrix
    above: Counts
    telling: tuple[str, ...]
    unread: tuple[str, ...]


class _Line(NamedTuple):
    """Sum of factor x count over `terms`, plus `constant`, is at least 0."""

    terms: tuple[tuple[int, Part], ...]
    constant: int


def inequalities(published: Published, period: str, found: Mapping[str, Lattice]) -> Quotients:
    """Return what the rates of a period tell beside the cells."""
    width = max((lattice.end for lattice in found.values()), default=0)
    row, column, factor = [], [], []
    above: list[int] = []
    telling: list[str] = []
    unread: list[str] = []
    cells = _Cells(published, period)
    for rates in published.rates:
        if not any(name in found for name in rates.tables):
            continue
        for number in np.flatnonzero((rates.period == period) & ~np.isnan(rates.value)):
            area, codes = str(rates.area[number]), rates.own(int(number))
            if rates.formula is None:
                if any(cells.hides(name, area, codes) for name in rates.tables):
                    unread.append(rates.indicator)
                continue
            if cells.shows(rates.formula, area, codes):
                continue
            telling.append(rates.indicator)
            for line in _lines(rates.formula, float(rates.value[number])):
                constant = line.constant
                for times, part in line.terms:
                    wanted = {**codes, **part.codes}
                    if part.table in found:
                        unknowns = found[part.table].select(area, wanted)
                        row += [len(above)] * len(unknowns)
                        column += unknowns.tolist()
                        factor += [times] * len(unknowns)
                    else:
                        constant += times * cells.things(part, area, wanted)
                above.append(-constant)
    shape = (len(above), width)
    return Quotients(
        rows=Matrix((np.array(factor, dtype=np.int64), (row, column)), shape=shape),
        above=np.array(above, dtype=np.int64),
        telling=tuple(telling),
        unread=tuple(unread),
    )


class _Cells:
    """Look cells up by their address."""

    def __init__(self, published: Published, period: str) -> None:
        self._published, self._period = published, period
        self._places: dict[str, dict[tuple[str, frozenset[tuple[str, str]]], int]] = {}

    def shows(self, formula: Formula, area: str, codes: Codes) -> bool:
        """Tell whether every part of a rate is shown beside it, or no part counts persons."""
        return all(
            self._at(part.table, area, {**codes, **part.codes}, part.measure) is not None
            for part in (*formula.over, *formula.less, *formula.under)
            if self._published.tables[part.table].counts == "persons"
        )

    def hides(self, name: str, area: str, codes: Codes) -> bool:
        """Tell whether a table hides a cell of an area that has at least these codes."""
        table = self._published.tables[name]
        own = set(codes.items())
        return any(
            where == area and own <= told and bool(table.hidden[number])
            for (where, told), number in self._table(name).items()
        )

    def things(self, part: Part, area: str, codes: Codes) -> int:
        """Return a shown count of things; where none is shown, there are none."""
        return self._at(part.table, area, codes, part.measure) or 0

    def _at(self, name: str, area: str, codes: Codes, measure: str) -> int | None:
        table = self._published.tables[name]
        number = self._table(name).get((area, frozenset(codes.items())))
        if number is None or np.isnan(value := table.value[measure][number]):
            return None
        return round(float(value))

    def _table(self, name: str) -> dict[tuple[str, frozenset[tuple[str, str]]], int]:
        if name not in self._places:
            table: Table = self._published.tables[name]
            numbers = np.flatnonzero(table.period == self._period)
            self._places[name] = {table.address(int(n)): int(n) for n in numbers}
        return self._places[name]


def _lines(formula: Formula, value: float) -> Iterator[_Line]:
    """Yield what one shown value says, as sums that are at least 0."""
    over = [(1, part) for part in formula.over] + [(-1, part) for part in formula.less]
    under = [(1, part) for part in formula.under]
    if formula.target is not None:
        yield from _need(formula, round(value))
        return
    unit = 2 * 10**formula.decimals
    middle = round(value * unit)
    for sign, end in ((1, middle - 1), (-1, middle + 1)):
        terms = [(sign * formula.times * unit * times, part) for times, part in over]
        terms += [(-sign * end * times, part) for times, part in under]
        # Without a divisor the value is the sum itself.
        yield _Line(tuple(terms), 0 if under else -sign * end)


def _need(formula: Formula, needed: int) -> Iterator[_Line]:
    """Yield the bounds of over / target - under, rounded up and never below 0."""
    target = formula.target or Fraction(1)
    # Over / target, in whole numbers.
    times, aim = target.denominator, target.numerator
    over, under = formula.over, formula.under
    most = [(-times, part) for part in over] + [(aim, part) for part in under]
    yield _Line(tuple(most), aim * needed)
    if needed > 0:
        least = [(times, part) for part in over] + [(-aim, part) for part in under]
        yield _Line(tuple(least), -aim * (needed - 1) - 1)
