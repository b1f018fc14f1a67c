"""Declare what is published: tables, their dimensions per level, the territories beneath.

These are the words in which a table contract speaks to disclosure control. They hold no
rule of protection but the threshold, and no count but the inner cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import DisclosureError, Place

Codes = NDArray[np.str_]
Counts = NDArray[np.int64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

TOTAL = "_T"
NOT_APPLICABLE = "_Z"
PUBLISHED, PROTECTED = "published", "protected"
_HALF, _WHOLE = 50, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """Declare one published table of counts of persons.

    Args:
        name: the table's name.
        k: smallest count that may be shown; 1..k-1 are hidden.
        dimensions: every dimension of the table, in the order of publication.
        levels: level of territory -> dimensions crossed there, each with its `_T` margins.
            A dimension that a level lacks is `_T` there, or `_Z` if it is a typology.
        zeros: `published`: every zero is shown, so that a hidden cell is known to be at least 1;
            `protected`: zeros may be hidden, and a hidden cell may be 0. Where nobody can be, a
            zero is shown in either case.
        sensitive: dimension -> those of its codes that tell something of a person, so that a
            group must not be seen to be all in one of them; zeros are protected then.
        extreme_pct: share of a group in one of these codes, in percent, from which on it counts
            as all.
        elsewhere: level -> the dimensions crossed in counts that others publish of the same
            persons: everybody knows them, and nothing that is hidden here hides them.
    """

    name: str
    k: int
    dimensions: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]
    zeros: str = PUBLISHED
    sensitive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extreme_pct: float = 100.0
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse rules that cannot be kept, or that zeros undo, and a crossing of an unknown."""
        is_most = _HALF < self.extreme_pct <= _WHOLE
        is_known = self.zeros in {PUBLISHED, PROTECTED} and is_most
        if not is_known or self.k < 1:
            raise DisclosureError("disclosure.rule_unsupported", place=Place(table=self.name))
        if self.sensitive and self.zeros != PROTECTED:
            raise DisclosureError("disclosure.zeros_tell", place=Place(table=self.name))
        for level, crossed in (*self.levels.items(), *self.elsewhere.items()):
            if not set(crossed) <= set(self.dimensions) or len(set(crossed)) != len(crossed):
                raise DisclosureError(
                    "disclosure.shape_unknown_dimension", place=Place(table=self.name), level=level
                )

    def counted(self, *, is_elsewhere: bool) -> Mapping[str, tuple[str, ...]]:
        """Return the dimensions crossed at each level, by the table or by others."""
        return self.elsewhere if is_elsewhere else self.levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """Hold the smallest territories and what each belongs to; one row per smallest territory.

    Args:
        base: name of the smallest level.
        territory: code of each territory, unique.
        upper: upper level -> code of the territory of that level it belongs to. Levels may
            overlap freely; none has to nest in another.
        typology: typology (a dimension of tables) -> class of each territory.
    """

    base: str
    territory: Codes
    upper: Mapping[str, Codes]
    typology: Mapping[str, Codes]

    def __post_init__(self) -> None:
        """Refuse a territory listed twice and columns of unequal length."""
        columns = [*self.upper.values(), *self.typology.values()]
        if len(np.unique(self.territory)) != len(self.territory) or any(
            len(column) != len(self.territory) for column in columns
        ):
            raise DisclosureError("disclosure.geography_invalid")

    def in_order(self) -> Geography:
        """Return the same geography, territories sorted by code."""
        order = np.argsort(self.territory)
        return Geography(
            base=self.base,
            territory=self.territory[order],
            upper={level: codes[order] for level, codes in self.upper.items()},
            typology={name: codes[order] for name, codes in self.typology.items()},
        )

    def areas(self, level: str) -> Codes:
        """Return the code at a level of each smallest territory."""
        return self.territory if level == self.base else self.upper[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Hold what everyone knows to be empty, such as a commune without a private school.

    Args:
        territory: smallest territory of each.
        codes: dimension -> code of each; nobody of the territory can have these codes together. It
            holds for the tables that have all of the dimensions.
    """

    territory: Codes
    codes: Mapping[str, Codes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """Hold the exact inner cells of one table: one row per territory and codes, zeros optional.

    Args:
        table: name of the table.
        territory: smallest territory of each row.
        codes: dimension -> code of each row; every dimension of the table but typologies,
            which follow from the territory.
        count: persons in each row, not negative.
    """

    table: str
    territory: Codes
    codes: Mapping[str, Codes]
    count: Counts
