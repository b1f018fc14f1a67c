"""Say of each hidden figure which rule hides it, or which others it protects, and in which sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.contracts import NOT_APPLICABLE, TOTAL, Contracts
from pipeline.disclosure.adversary import Published
from pipeline.disclosure.reader import Cell, Reader
from pipeline.disclosure.sums import Address, Sum, Sums
from pipeline.steps.perturbing import SHOWN
from pipeline.steps.progress import Progress
from pipeline.steps.showing import RULES

# Figures beside a hidden one that are asked what they would be if it were shown.
_ASKED = 12
WHOLE = (TOTAL, NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Name a figure: an area and the codes that are no total."""

    area: str
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Say in which published sum a figure stands.

    Attributes:
        total: what the sum adds up to.
        over: the dimension that is summed over, or the level of the areas that are.
        value: what the total shows; None where it is hidden too.
    """

    total: Figure
    over: str
    value: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """Name a hidden figure that could be told, or told too closely, if another were shown.

    Attributes:
        figure: the figure.
        by: the sum that would give it.
        after: how many figures would have to be worked out before it.
        is_exact: it would be known; else it would be told to within less than the width.
        is_primary: a rule hides it by itself; None where that is kept no longer.
    """

    figure: Figure
    by: Stands
    after: int
    is_exact: bool
    is_primary: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Say why a figure is hidden.

    Attributes:
        figure: which.
        tables: that would show it.
        rules: table and rule, of those that hide it by themselves; none where it protects others;
            None where that is kept no longer.
        guards: the figures that it protects.
        stands: the sums in which it stands.
        width: by how much it stays uncertain, at least.
        interval: what a reader of everything published can tell of it; None where to work that
            out takes too long.
    """

    figure: Figure
    tables: tuple[str, ...]
    rules: tuple[tuple[str, str], ...] | None
    guards: tuple[Guarded, ...]
    stands: tuple[Stands, ...]
    width: int
    interval: tuple[int, int] | None


class Group:
    """Tables that count the same persons: their sums, rules and readers."""

    def __init__(
        self,
        published: Published,
        names: list[str],
        exact: Mapping[str, pd.DataFrame] | None,
        contracts: Contracts,
        *,
        period: str,
        width: int,
    ) -> None:
        self.names, self._width, self._published, self._period = names, width, published, period
        tables = [published.tables[name] for name in names]
        self.sums = Sums(tables, published.territories, period)
        self._rules: dict[Address, list[tuple[str, str]]] | None = None
        self._values: dict[Address, int] = {}
        if exact is not None:
            self._rules = {}
            for name in names:
                self._take(exact[name], name, contracts)
        self._reader: Reader | None = None

    def _take(self, cells: pd.DataFrame, name: str, contracts: Contracts) -> None:
        table = contracts.tables[name]
        own = cells[cells["is_hidden"] & (cells["time_period"] == self._period)]
        value = own[SHOWN if SHOWN in own else table.measure_names[0]]
        codes = own[list(table.dimensions)].to_dict("records")
        rules = self._rules if self._rules is not None else {}
        for area, row, told, count in zip(own["ref_area"], codes, own[RULES], value, strict=True):
            told_of = {str(n): str(c) for n, c in row.items() if c not in WHOLE}
            address = (str(area), frozenset(told_of.items()))
            rules.setdefault(address, []).extend((name, rule) for rule in told.split())
            self._values[address] = int(count)

    def explain(self, area: str, progress: Progress) -> Iterator[Hidden]:
        """Give why each hidden figure of an area is hidden, and tell how many are explained."""
        own = [address for address in self.sums.hidden if address[0] == area]
        if own:
            progress.stage(f"Explaining {', '.join(self.names)}", total=len(own))
        for address in own:
            yield self._hidden(address)
            progress.advance()

    def _cell(self, address: Address) -> Cell:
        return self.sums.hidden[address][0]

    def _hidden(self, address: Address) -> Hidden:
        if self._reader is None:
            self._reader = Reader(self._published, self._period)
        rules = None if self._rules is None else tuple(self._rules[address])
        return Hidden(
            figure=named(address),
            tables=tuple(dict.fromkeys(name for name, _ in self.sums.hidden[address])),
            rules=rules,
            guards=() if rules else self._guards(address, self._reader),
            stands=tuple(self._stands(one) for one in self.sums.of(address)),
            width=self._width,
            interval=self._reader.interval(self._cell(address)),
        )

    def _guards(self, address: Address, reader: Reader) -> tuple[Guarded, ...]:
        """Return what a hidden figure protects: what a rule hides first."""
        exactly = self.sums.follows(address)
        found = [
            self._guarded(each, by, after=before, is_exact=True)
            for each, (by, before) in exactly.items()
        ]
        if not found and address in self._values:
            beside = {each: by for each, by in self.sums.beside(address).items() if each != address}
            first = sorted(beside, key=lambda each: not self._is_primary(each))[:_ASKED]
            cells = {self._cell(each): each for each in first}
            widths = reader.told_by(self._cell(address), self._values[address], cells)
            found = [
                self._guarded(cells[cell], beside[cells[cell]], after=0, is_exact=width == 0)
                for cell, width in widths.items()
                if width < self._width
            ]
        return tuple(sorted(found, key=lambda one: not one.is_primary))

    def _is_primary(self, address: Address) -> bool | None:
        return None if self._rules is None else bool(self._rules[address])

    def _guarded(self, address: Address, by: Sum, *, after: int, is_exact: bool) -> Guarded:
        return Guarded(
            figure=named(address),
            by=self._stands(by),
            after=after,
            is_exact=is_exact,
            is_primary=self._is_primary(address),
        )

    def _stands(self, one: Sum) -> Stands:
        value = self.sums.shown[one.total]
        return Stands(
            total=named(one.total), over=one.over, value=None if np.isnan(value) else int(value)
        )


def named(address: Address) -> Figure:
    """Return a figure by its name."""
    return Figure(area=address[0], codes=dict(sorted(address[1])))
