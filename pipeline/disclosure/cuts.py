"""Cut a system into parts for linear programs: areas, and what is around them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.disclosure.figures import Figures
from pipeline.disclosure.layout import Grid, homes
from pipeline.disclosure.shape import Indices, Mask
from pipeline.disclosure.system import System

# Unknowns that may move that one program takes on, and unknowns of one that hides more.
AT_ONCE, _WHOLE = 30_000, 150_000
# Territories that may pay when a component is first searched.
_PAYERS = 120


class Cuts:
    """Cut the unknowns of a system."""

    def __init__(self, system: System, figures: Figures) -> None:
        self._system, self._figures = system, figures

    def blocks(self) -> Iterator[list[Indices]]:
        """Yield unknowns to work on side by side: of areas and what is around them, then all."""
        unknowns = np.arange(len(self._figures.value))
        for most in (AT_ONCE, _WHOLE) if len(unknowns) > _WHOLE else ():
            grid = self._largest(most)
            if grid is None:
                continue
            yield from self._around(grid)
        yield from ([part] for part in self.alone())
        yield [unknowns]

    def alone(self) -> Iterator[Indices]:
        """Yield the unknowns of each large area, those that count persons of several included."""
        grid = self._largest(_WHOLE) if len(self._figures.value) > _WHOLE else None
        if grid is None:
            return
        for area in range(grid.sizes[0]):
            yield np.flatnonzero(self.homes(np.where(grid.area == area, 0, 1)) < 1)

    def _largest(self, most: int) -> Grid | None:
        """Return the level of the largest areas that have no more unknowns than so, if any."""
        unknowns = np.arange(len(self._figures.value))
        for grid in sorted(self._system.grids, key=lambda grid: grid.sizes[0]):
            if grid.sizes[0] > 1 and max(map(len, pieces(unknowns, self.homes(grid.area)))) <= most:
                return grid
        return None

    def among(self, unknowns: Indices, narrow: Mask, *, roomy: int) -> Indices:
        """Return the unknowns of the territories that need more, of some others, of all areas.

        Args:
            unknowns: of one component.
            narrow: the unknowns that need more.
            roomy: the persons beyond which a count has room for others.
        """
        home = self._figures.territory[unknowns]
        has_room = (home >= 0) & (self._figures.value[unknowns] > roomy)
        most = np.bincount(home[has_room], minlength=int(home.max(initial=0)) + 1)
        chosen = np.zeros(len(most), dtype=bool)
        chosen[np.argsort(-most, kind="stable")[:_PAYERS]] = True
        chosen[home[narrow[unknowns] & (home >= 0)]] = True
        return unknowns[(home < 0) | chosen[home]]

    def clusters(self, size: int) -> list[Indices]:
        """Return the unknowns of neighbouring territories, about as many as asked for.

        Args:
            size: territories of one cluster; areas of the next level that are no larger stay whole.
        """
        area = max(self._system.grids[1:], key=lambda grid: grid.sizes[0]).area
        in_area = np.bincount(area)
        start = np.cumsum(in_area) - in_area
        place = np.empty_like(area)
        place[np.argsort(area, kind="stable")] = np.arange(len(area))
        at = np.where(in_area[area] <= size, start[area], place)
        return pieces(np.arange(len(self._figures.value)), self.homes(at // size))

    def _around(self, grid: Grid) -> Iterator[list[Indices]]:
        """Yield the unknowns of areas and of all smaller areas that lie in them only in part.

        What one list holds shares no territory, so that it can be worked on side by side.
        """
        unknowns = np.arange(len(self._figures.value))
        smaller = [other for other in self._system.grids if other.sizes[0] > grid.sizes[0]]
        waiting = list(range(grid.sizes[0]))
        while waiting:
            label = np.full(len(grid.area), -1)
            later = []
            for area in waiting:
                inside = grid.area == area
                for other in smaller:
                    inside |= np.isin(other.area, other.area[grid.area == area])
                if np.any(label[inside] >= 0):
                    later.append(area)
                else:
                    label[inside] = area
            yield pieces(unknowns, self.homes(label))
            waiting = later

    def homes(self, label: Indices) -> Indices:
        """Return the label of each unknown, -1 where it counts persons of several."""
        cells, atoms = homes(self._system.grids, self._system.lattices, label)
        return np.append(atoms[self._figures.atoms], self._figures.collect(cells))


def pieces(unknowns: Indices, home: Indices) -> list[Indices]:
    """Return unknowns by where they belong, without those that belong to several."""
    order = np.argsort(home, kind="stable")[np.count_nonzero(home < 0) :]
    return np.split(unknowns[order], np.flatnonzero(np.diff(home[order])) + 1)
