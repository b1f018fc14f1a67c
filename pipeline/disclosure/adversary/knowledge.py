"""What everybody can read: tables, rates, territories, other releases, what others publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Codes = NDArray[np.str_]
Counts = NDArray[np.int64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]
Values = NDArray[np.float64]
Matrix = sparse.csr_array

TOTAL = "_T"
WHOLE = (TOTAL, "_Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Territories:
    """Hold the smallest territories, what each area is made of, and the class of each.

    Args:
        base: identifiers of the smallest territories.
        members: area -> places in `base` of the smallest territories that make it up.
        classes: typology -> the class of each smallest territory.
        smallest: areas that a release tells as smallest ones, though another tells their parts.
    """

    base: tuple[str, ...]
    members: Mapping[str, Indices]
    classes: Mapping[str, Codes]
    smallest: frozenset[str] = frozenset()

    def is_base(self, area: str) -> bool:
        """Tell whether an area is one of the smallest territories."""
        members = self.members.get(area)
        if area in self.smallest or members is None or len(members) != 1:
            return area in self.smallest
        return self.base[int(members[0])] == area

    def places(self, area: str, codes: Mapping[str, str]) -> Indices:
        """Return the smallest territories of an area that have the classes among these codes."""
        found = self.members[area]
        for name, own in self.classes.items():
            if name in codes:
                found = found[own[found] == codes[name]]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """Hold a release that counts the same persons in other areas.

    Args:
        territories: as it publishes them, made of the same smallest territories as those of the
            release that is attacked.
        tables: its tables of persons, and of units that tell where there is nobody.
    """

    territories: Territories
    tables: Mapping[str, Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Hold the published cells of one table: one row per period, area and codes.

    Args:
        name: of the table.
        population: whose units it counts; tables of one population at the same kind of place
            count the same ones.
        counts: persons, who are to be protected, or units such as schools.
        territory_of: the place at which they are counted.
        codes: dimension -> its codes, totals left out; the typologies among them.
        period: of each cell.
        level: of each cell's area.
        area: identifier of each cell's area.
        code: dimension -> code of each cell; `_T` or `_Z` where it is summed over.
        value: measure -> what each cell shows, NaN where it shows nothing.
        hidden: the cells that are marked as hidden.
        is_exact: whether what is shown is what was counted, and counts that are not open are
            persons; noise is another adversary's matter, and amounts are attacked by themselves.
        sensitive: dimension -> its codes that tell something of who answered.
        extreme_pct: share, in percent, from which a group counts as all in one such code.
    """

    name: str
    population: str
    counts: Literal["persons", "units"]
    territory_of: str
    codes: Mapping[str, tuple[str, ...]]
    period: Codes
    level: Codes
    area: Codes
    code: Mapping[str, Codes]
    value: Mapping[str, Values]
    hidden: Mask
    is_exact: bool = True
    sensitive: Mapping[str, Sequence[str]] = field(default_factory=dict)
    extreme_pct: float = 100.0

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the dimensions in the order of publication."""
        return tuple(self.codes)

    @property
    def shown(self) -> Values:
        """Return what the cells show of the first measure, that which persons are counted in."""
        return next(iter(self.value.values()))

    def own(self, number: int) -> dict[str, str]:
        """Return the codes of a cell that are no total, by dimension."""
        named = {name: str(codes[number]) for name, codes in self.code.items()}
        return {name: code for name, code in named.items() if code not in WHOLE}

    def address(self, number: int) -> tuple[str, frozenset[tuple[str, str]]]:
        """Return the area of a cell and its codes that are no total."""
        return str(self.area[number]), frozenset(self.own(number).items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Name one count of a rate: a measure of a table, where some dimensions have a code."""

    table: str
    measure: str
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """Say how an indicator is made, as its published definition says.

    A ratio is `times` x the sum of `over` / the sum of `under`; without `under`, a count. The sum
    of what is `less` is taken away from that of `over` first. With a `target` it is a need: the sum
    of `over` / target, rounded up, less the sum of `under`, and never below 0.

    Args:
        over: what is divided.
        under: what divides it, or is there already; nothing for a count.
        times: such as 100 for percent.
        decimals: to which the value is rounded.
        target: how many of `over` are to come to one of `under`; None for a ratio.
        less: what is taken away from what is divided.
    """

    over: tuple[Part, ...]
    under: tuple[Part, ...]
    times: int
    decimals: int
    target: Fraction | None = None
    less: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Hold the shown values of one indicator that is no count; one row per period, area, codes.

    Args:
        indicator: its code.
        tables: the tables that it is made of.
        formula: how it is made; None where nothing tells.
    """

    indicator: str
    tables: tuple[str, ...]
    formula: Formula | None
    period: Codes
    area: Codes
    code: Mapping[str, Codes]
    value: Values

    def own(self, number: int) -> dict[str, str]:
        """Return the codes of a value that are no total, by dimension."""
        named = {name: str(codes[number]) for name, codes in self.code.items()}
        return {name: code for name, code in named.items() if code not in WHOLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """Hold the shown values of one indicator that is made of other figures, and how it is made.

    Args:
        indicator: its code.
        rule: the name of its published query, which says what is done with the figures.
        of: the figures that it is made of.
        own: the two sums that it is made of beside; None where there are none.
        contrast: a dimension, the group that is told of, and that which it is held against.
        prices: what one unit of each of the figures costs.
        decimals: to which the value is rounded.
        period: of each value.
        area: of each value.
        code: dimension -> code of each value.
        value: what is shown, NaN where nothing is.
    """

    indicator: str
    rule: str
    of: tuple[Formula, ...]
    own: Formula | None
    contrast: tuple[str, str, str] | None
    prices: tuple[float, ...]
    decimals: int
    period: Codes
    area: Codes
    code: Mapping[str, Codes]
    value: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Hold all that is public at one moment.

    Args:
        territories: as published.
        tables: of the release that is attacked.
        rates: of the same release.
        derived: figures of the same release that are made of others.
        earlier: the tables of every other release that is still public, of the same territories.
        former: the releases that are still public and have other territories.
        elsewhere: what others publish of the same persons, as tables that show it.
        needed: table -> a table that shows of what there must be some, lest it count nothing.
        protected_zeros: the tables in which a hidden count may be 0; elsewhere it is at least 1.
        reopened: table of units, population -> its cells that show none, though an earlier release
            shows some, of smallest territories whose persons are shown as that release shows them.
    """

    territories: Territories
    tables: Mapping[str, Table]
    rates: Sequence[Rates] = ()
    derived: Sequence[Derived] = ()
    earlier: Sequence[Mapping[str, Table]] = ()
    former: Sequence[Former] = ()
    elsewhere: Sequence[Table] = ()
    needed: Mapping[str, Table] = field(default_factory=dict)
    protected_zeros: frozenset[str] = frozenset()
    reopened: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=dict)

    @property
    def persons(self) -> tuple[Table, ...]:
        """Return the tables that count persons, and show what they count."""
        return tuple(
            table for table in self.tables.values() if table.counts == "persons" and table.is_exact
        )

    @property
    def periods(self) -> tuple[str, ...]:
        """Return the periods of which persons are counted, in order."""
        found = [table.period for table in self.persons]
        return tuple(str(p) for p in np.unique(np.concatenate(found))) if found else ()
