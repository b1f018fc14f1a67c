"""Weigh figures under the territories of now with those of releases that had others.

Persons whom a public release counts are the same under both geographies: what it shows and what is
to be shown are sums of the same pieces, see `pipeline.disclosure.vintages`. They are protected as
one system, in which every cell of the release stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.disclosure.layout import Grid
from pipeline.disclosure.protect import Public as Known
from pipeline.disclosure.revision import inside, together
from pipeline.disclosure.shape import Absence, Inner, Mask
from pipeline.disclosure.system import System
from pipeline.disclosure.vintages import (
    NOBODY,
    absent_from,
    at_pieces,
    joint_geography,
    joint_shape,
    lay_over,
    of_vintage,
)
from pipeline.errors import DisclosureError
from pipeline.steps.already_public import NOT_KEYS, PublicPeriod, positions
from pipeline.steps.ground import Ground


class Joint:
    """The cells of one population under all geographies in which they are, or will be, public."""

    def __init__(self, ground: Ground, public: PublicPeriod) -> None:
        """Lay the territories of all releases over each other.

        Args:
            ground: what the cells of now are made of.
            public: what is public of the period.
        """
        self._public, self._ground = public, ground
        self._others = [(one, one.former) for one in reversed(public.releases) if one.former]
        formers = [former.places for _, former in self._others]
        now = ground.geography.in_order()
        changes = self._others[0][1].changes
        self._vintages = lay_over(now, formers, changes)
        self._typologies = list(now.typology)
        self._code_lists = dict(ground.code_lists)
        for number in range(len(formers)):
            for name in self._typologies:
                self._code_lists[of_vintage(name, number)] = ground.code_lists[name]
        self._shapes = [
            joint_shape(shape, len(formers), self._typologies) for shape in ground.shapes
        ]
        self._geography = joint_geography(now, formers, self._vintages)

    def hidden(self, system: System, known: Known) -> Mask:
        """Return which cells of now must be hidden beside what the releases show.

        Args:
            system: the relations under the territories of now.
            known: what is hidden of its cells in any case, and what is public.

        Raises:
            DisclosureError: no pattern protects what is small now, or keeps what a release hides.
        """
        found = np.zeros(len(system.cells), dtype=bool)
        for number in range(len(self._others)):
            found |= self._with(number, system, known)
        return found

    def _with(self, number: int, system: System, known: Known) -> Mask:
        """Return what must be hidden because of the persons whom one release counts."""
        ground = replace(
            self._ground,
            shapes=self._shapes,
            code_lists=self._code_lists,
            geography=self._geography,
            absences=self._absences(number),
            last={},
        )
        joint = ground.system(self._inners(number))
        hidden, shown = (np.zeros(len(joint.cells), dtype=bool) for _ in range(2))
        pairs = list(_blocks(system, joint))
        for here, there in pairs:
            hidden[there] = known.hidden[here]
            shown[there] = known.shown[here] | known.moved[here]
        for other in range(len(self._others)):
            self._say(other, joint, hidden=hidden, shown=shown)
        cells = replace(joint.cells, k=np.where(shown, 1, joint.cells.k))
        try:
            pattern = ground.protect(
                replace(joint, cells=cells),
                width=ground.width,
                public=Known(hidden=hidden, shown=shown, moved=np.zeros_like(shown)),
                preferences=ground.preferences(joint),
                threads=ground.threads,
            )
        except DisclosureError as refusal:
            raise DisclosureError(
                "disclosure.boundary_tells", count=refusal.problem.count or 1
            ) from None
        lost = hidden & ~shown & ~pattern.hidden & (joint.cells.value > 0)
        if count := int(np.count_nonzero(lost)):
            raise DisclosureError("disclosure.cannot_stay_hidden", count=count)
        found = np.zeros(len(system.cells), dtype=bool)
        for here, there in pairs:
            found[here] = pattern.hidden[there]
        return found

    def _inners(self, number: int) -> list[Inner]:
        """Return whom a release counts, in pieces."""
        release, former = self._others[number]
        standing = release.standing(self._public.period, self._ground.population)
        then = self._vintages.then[number]
        states = np.array([standing.get(code, release.candidate) for code in then.tolist()])
        return [
            together(
                [
                    inside(
                        at_pieces(
                            self._public.since[state][shape.name].as_taken_in,
                            self._vintages,
                            former.changes,
                        ),
                        self._vintages.piece[(states == state) & (then != NOBODY)],
                    )
                    for state in np.unique(states[then != NOBODY]).tolist()
                ]
            )
            for shape in self._ground.shapes
        ]

    def _absences(self, number: int) -> list[Absence]:
        """Return where nobody of a release can be, in pieces."""
        piece, then = self._vintages.piece, self._vintages.then[number]
        told = self._ground.then_absent.get(self._others[number][0].release_id, ())
        return [
            Absence(territory=piece[then == NOBODY], codes={}),
            *(absent_from(each, piece, then) for each in told),
        ]

    def _say(self, number: int, joint: System, *, hidden: Mask, shown: Mask) -> None:
        """Mark what a release hides and shows of its own cells."""
        former = self._others[number][1]
        cells = joint.cells
        for shape in self._ground.shapes:
            if shape.name not in former.cells:
                continue
            mine = np.flatnonzero(
                cells.of(shape.name)
                & np.isin(cells.level, [of_vintage(level, number) for level in shape.levels])
            )
            levels = [level.rpartition("@")[0] for level in cells.level[mine].tolist()]
            areas = [
                former.prefixes[level] + area
                for level, area in zip(levels, cells.area[mine].tolist(), strict=True)
            ]
            frame = pd.DataFrame(
                {"ref_area": areas, "area_level": levels, "time_period": self._public.period}
            )
            for name in shape.dimensions:
                own = of_vintage(name, number) if name in self._typologies else name
                frame[name] = cells.codes[own][mine]
            said = former.cells[shape.name]
            said = said[said["time_period"] == self._public.period]
            measure = next(c for c in said if c not in NOT_KEYS and c not in frame.columns)
            places = mine[positions(frame, said, list(frame.columns), table=shape.name)]
            hidden[places] = (said["conf_status"] == "C").to_numpy()
            shown[places] = said[measure].notna().to_numpy()


def _blocks(system: System, joint: System) -> Iterator[tuple[slice, slice]]:
    """Yield the places of the same cells in both systems, one table and level after another."""
    there = {(grid.table, grid.level, grid.is_elsewhere): grid for grid in joint.grids}
    for grid in system.grids:
        other = there[grid.table, grid.level, grid.is_elsewhere]
        yield _places(grid), _places(other)


def _places(grid: Grid) -> slice:
    return slice(grid.start, grid.start + int(np.prod(grid.sizes)))
