"""Say how closely a reader of everything published can tell a hidden figure.

By the adversary's own programs, and from what it is given: nothing else is known here, but where
it is asked what would follow if one hidden figure were shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

import numpy as np
from scipy import sparse

from pipeline.disclosure.adversary import Published
from pipeline.disclosure.adversary.knowledge import Matrix
from pipeline.disclosure.adversary.parts import Part, parts
from pipeline.disclosure.adversary.programs import Ends
from pipeline.disclosure.adversary.puzzle import assemble

Cell = tuple[str, int]
"""A table of what is published, and the number of a cell there."""

_NEAR = 1e-6
# Figures of a part up to which one answer takes no more than seconds.
_EVERY = 50_000


class Reader:
    """Ask for the ends of hidden figures, by all that is public of a period.

    Args:
        published: all that is public.
        period: the period.
    """

    def __init__(self, published: Published, period: str) -> None:
        self._puzzle = assemble(published, period)
        self._ends: dict[int, Ends] = {}

    @cached_property
    def _parts(self) -> list[Part]:
        return list(parts(self._puzzle))

    @cached_property
    def _places(self) -> dict[Cell, tuple[int, int]]:
        """Return for each hidden cell its part and its place there."""
        return {
            (cell.table, cell.number): (number, place)
            for number, part in enumerate(self._parts)
            if len(part.figures) <= _EVERY
            for place, figure in enumerate(part.figures.tolist())
            for cell in self._puzzle.figures[figure].cells
        }

    def interval(self, cell: Cell) -> tuple[int, int] | None:
        """Return the least and the most that a hidden cell can be; None where that takes too long.

        Parts of persons are allowed between the ends, so that they are never too close.
        """
        if cell not in self._places:
            return None
        number, place = self._places[cell]
        if number not in self._ends:
            self._ends[number] = Ends(self._parts[number])
        return _whole(self._ends[number], place)

    def told_by(self, cell: Cell, value: int, others: Iterable[Cell]) -> dict[Cell, int]:
        """Return how wide the interval of others would be if a hidden cell were shown.

        Args:
            cell: the hidden cell.
            value: what it would show.
            others: hidden cells; those of other parts, which it tells nothing of, are left out.
        """
        if cell not in self._places:
            return {}
        number, place = self._places[cell]
        asked = {each: self._places[each] for each in others if each in self._places}
        ends = Ends(_with(self._parts[number], place, value))
        found = {}
        for each, (its, figure) in asked.items():
            if its == number:
                low, high = _whole(ends, figure)
                found[each] = high - low
        return found


def _whole(ends: Ends, place: int) -> tuple[int, int]:
    interval = ends.of(place)
    return int(np.ceil(interval.low - _NEAR)), int(np.floor(interval.high + _NEAR))


def _with(part: Part, place: int, value: int) -> Part:
    """Return a part of which one figure is known: an equation more."""
    own, known = part.hidden[[place]], np.array([value - part.base[place]], dtype=np.float64)
    return replace(
        part,
        relations=Matrix(sparse.vstack([own, part.relations], format="csr")),
        low=np.concatenate([known, part.low]),
        high=np.concatenate([known, part.high]),
    )
