"""Choose what else to hide, part by part, and keep the worlds that show why it is enough.

What is known to move needs nothing. For the rest worlds are sought in which as little as possible
of what is shown moves: what moves is hidden. Each linear program serves all figures of its part
that are still too narrow; the price that protection may cost starts low and rises, so that what is
hidden already is used first.

Source: controlled tabular adjustment (Dandekar and Cox 2002; Castro 2006) used to find secondary
suppressions, as in the network heuristics of the Handbook on Statistical Disclosure Control, 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from pipeline.disclosure.exchange import exchanges
from pipeline.disclosure.figures import Figures, Part
from pipeline.disclosure.ground import Ground, Moves, ground
from pipeline.disclosure.known import Known, Ranges
from pipeline.disclosure.layout import Grid, homes
from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.repair import Repair
from pipeline.disclosure.shape import Counts, Indices, Mask
from pipeline.disclosure.system import System
from pipeline.disclosure.walks import Walks, arrangements
from pipeline.disclosure.worlds import Weights, WorldSearch
from pipeline.errors import DisclosureError

Progress = Callable[[int, int], None]

_SEED = 35
_PATIENCE = 2
# Territories that may pay when a component is first searched, and the unknowns that one program
# takes on when more is to be hidden.
_PAYERS = 120
_AT_ONCE, _WORTH, _COMPONENT = 30_000, 1_000, 8_000
# Share of the figures that need more: while a round of walks serves as many, areas are kept apart.
_FEW = 0.02
# Cells at the usual price that one walk may hide.
_MOST_CELLS = 12


@dataclass(frozen=True, slots=True)
class _Found:
    """Hold what work on a part has found: changes of its unknowns, and what is known now."""

    known: Ranges
    changes: list[Counts]


class Choice:
    """Choose the figures to hide, and keep the worlds that show why they are enough."""

    def __init__(
        self,
        system: System,
        figures: Figures,
        *,
        primary: Mask,
        hidden: Mask,
        price: Weights,
        width: int,
        asked: Counts,
        threads: int,
    ) -> None:
        """Start from a pattern of which nothing is shown yet.

        Args:
            system: the relations and exact counts.
            figures: the same, reduced.
            primary: figures that must be hidden.
            hidden: figures that are hidden so far, the primary ones included.
            price: price of hiding each figure; `inf` where it cannot be hidden.
            width: range in persons that hidden figures must have at least.
            asked: range that each figure must have when it is hidden.
            threads: how many parts are worked on at the same time.
        """
        self._system, self._figures = system, figures
        self._primary, self._price = primary, price
        self._width, self._asked, self._threads = width, asked, threads
        size = figures.size
        self._known = Ranges(hidden.copy(), np.zeros(size, np.int64), np.zeros(size, np.int64))
        self._worlds: list[Matrix] = []
        self._on_progress: Progress | None = None
        self._cells_of = system.membership.T.tocsr()

    @property
    def hidden(self) -> Mask:
        """Return the figures to hide."""
        return self._known.hidden

    @property
    def narrow(self) -> Mask:
        """Return the hidden figures that are still too narrow."""
        return self._known.narrow(self._asked)

    def worlds(self) -> Matrix:
        """Return the worlds found: worlds x atoms of the system, changes from the truth."""
        none = sparse.csr_array((0, len(self._system.atoms)), dtype=np.int64)
        worlds: Matrix = sparse.vstack([none, *self._worlds], format="csr")
        return worlds

    def run(self, on_progress: Progress | None) -> None:
        """Hide until every hidden figure has the width.

        Raises:
            DisclosureError: it cannot be reached.
        """
        self._on_progress = on_progress
        base = ground(self._system)
        if base is not None:
            self._add(base, exchanges(base, self._are(base, self.hidden), width=self._width))
            self._walk(base)
        else:
            self._certify()
        for parts in self._blocks():
            self._work_on(parts, self._repair)
        if left := self._left():
            raise DisclosureError("disclosure.no_safe_pattern", count=left, width=self._width)

    def _narrow(self) -> Mask:
        """Return the unknowns that are hidden figures without the width."""
        return np.append(np.zeros(len(self._figures.atoms), bool), self.narrow)

    def _tell(self) -> None:
        """Tell whoever listens how many hidden figures have the width, and how many there are."""
        if self._on_progress is not None:
            total = int(np.count_nonzero(self.hidden))
            self._on_progress(total - self._left(), total)

    def _left(self) -> int:
        return int(np.count_nonzero(self.narrow))

    def _are(self, base: Ground, figures: Mask) -> Mask:
        """Return which territories x cells of the smallest level show one of these figures."""
        return self._figures.cells(figures)[base.cells].reshape(base.count.shape)

    def _add(self, base: Ground, moves: Moves) -> None:
        """Keep worlds of moves at the smallest level."""
        worlds = base.worlds(moves, len(self._system.atoms))
        cells = worlds @ self._cells_of
        figure = self._figures.of_cell[cells.indices]
        np.minimum.at(self._known.low, figure, cells.data)
        np.maximum.at(self._known.high, figure, cells.data)
        self._worlds.append(worlds)
        self._tell()

    def _round(self, base: Ground, walks: Walks, *, most: float, apart: bool) -> int:
        """Let territories of overlapping areas pay for each other; return how many were served."""
        levels = [area.cells for area in base.areas]
        served = walks.round(
            self._at(base.cells, base),
            [self._at(cells, base) for cells in levels],
            most=most,
            apart=apart,
        )
        own = self._figures.of_cell[base.cells]
        self._known.hidden[own[served.own.hidden.ravel()]] = True
        for cells, known in zip(levels, served.areas, strict=True):
            self._known.hidden[self._figures.of_cell[cells[known.hidden]]] = True
        self._add(base, served.moves)
        return served.walks

    def _at(self, cells: slice | Indices, base: Ground) -> Known:
        """Return what is known of the cells of one level."""
        figure = self._figures.of_cell[cells].reshape(-1, base.count.shape[1])
        none = np.zeros(1, dtype=np.int64)
        return Known(
            hidden=np.append(self.hidden, np.False_)[figure],
            low=np.append(self._known.low, none)[figure],
            high=np.append(self._known.high, none)[figure],
            price=np.append(self._price, np.inf)[figure],
        )

    def _is_cheapest(self, base: Ground) -> bool:
        """Return whether cells of the smallest level cost least: walks hide no others."""
        own = np.zeros(len(self._system.cells), dtype=bool)
        own[base.cells] = True
        here = self._figures.any(own)
        dearest = np.median(self._price[here], keepdims=True)
        return bool(np.all(self._price[~here] >= dearest))

    def _walk(self, base: Ground) -> None:
        """Let territories of overlapping areas pay for each other, and hide what that takes."""
        whole, loose = arrangements(base)
        if whole is None:
            self._certify()
            return
        walks = Walks(base, whole, width=self._width, threads=self._threads)
        while self._round(base, walks, most=0.0, apart=False):
            pass
        self._certify()
        if not self._is_cheapest(base):
            return
        usual = self._price[np.isfinite(self._price)]
        most = _MOST_CELLS * float(np.median(usual)) if len(usual) else 0.0
        is_small = self._is_small()
        asked = served = self._left()
        while served > _FEW * asked:
            asked = self._left()
            served = self._round(base, walks, most=most, apart=True)
            if is_small:
                self._certify()
        while self._round(base, walks, most=most, apart=False):
            pass
        for left_out in () if is_small else loose:
            walks = Walks(base, left_out, width=self._width, threads=self._threads)
            while self._round(base, walks, most=most, apart=False):
                pass
        self._certify()

    def _is_small(self) -> bool:
        """Return whether linear programs over all that may move take little time."""
        return sum(map(len, self._figures.movable(self.hidden))) <= 2 * _AT_ONCE

    def _certify(self) -> None:
        """Find worlds that move hidden figures alone: first with few payers, then with all.

        A component that is too large for one program is cut by areas, small ones first.
        """
        movable = self._figures.movable(self.hidden)
        most = _AT_ONCE if sum(map(len, movable)) <= 2 * _AT_ONCE else _COMPONENT
        small = [part for part in movable if len(part) <= most]
        self._work_on([self._among(part) for part in small], self._widen)
        for grid in sorted(self._system.grids, key=lambda grid: -grid.sizes[0]):
            home = self._homes(grid.area)
            pieces = [piece for part in movable for piece in _pieces(part, home[part])]
            size = np.array([len(piece) for piece in pieces] or [0])
            if len(pieces) > len(movable) and np.mean(size) > _WORTH and np.max(size) <= most:
                self._work_on(pieces, self._widen)
        self._work_on(small, self._widen)

    def _among(self, unknowns: Indices) -> Indices:
        """Return the unknowns of the territories that need more, of some others, of all areas."""
        home = self._figures.territory[unknowns]
        roomy = (home >= 0) & (self._figures.value[unknowns] > self._width)
        most = np.bincount(home[roomy], minlength=int(home.max(initial=0)) + 1)
        chosen = np.zeros(len(most), dtype=bool)
        chosen[np.argsort(-most, kind="stable")[:_PAYERS]] = True
        chosen[home[self._narrow()[unknowns] & (home >= 0)]] = True
        return unknowns[(home < 0) | chosen[home]]

    def _blocks(self) -> Iterator[list[Indices]]:
        """Yield unknowns to work on side by side: of areas and what is around them, then all."""
        unknowns = np.arange(len(self._figures.value))
        if len(unknowns) > _AT_ONCE:
            for grid in sorted(self._system.grids, key=lambda grid: grid.sizes[0]):
                pieces = _pieces(unknowns, self._homes(grid.area))
                if grid.sizes[0] > 1 and max(map(len, pieces)) <= _AT_ONCE:
                    yield from self._around(grid)
                    break
        yield [unknowns]

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
            yield _pieces(unknowns, self._homes(label))
            waiting = later

    def _homes(self, label: Indices) -> Indices:
        """Return the label of each unknown, -1 where it counts persons of several."""
        cells, atoms = homes(self._system.grids, self._system.lattices, label)
        return np.append(atoms[self._figures.atoms], self._figures.collect(cells))

    def _work_on(self, parts: list[Indices], work: Callable[[Part, Ranges], _Found]) -> None:
        """Do work on the parts that need it, which share no figure, and keep what it found."""
        atoms, narrow = len(self._figures.atoms), self._narrow()
        asked = [
            self._figures.part(np.sort(unknowns)) for unknowns in parts if narrow[unknowns].any()
        ]
        with ThreadPoolExecutor(self._threads) as pool:
            for part, found in zip(asked, pool.map(partial(self._on, work), asked), strict=True):
                own = part.figures - atoms
                self._known.hidden[own] = found.known.hidden
                self._known.low[own], self._known.high[own] = found.known.low, found.known.high
                self._worlds += [self._figures.changes(part, change) for change in found.changes]
        self._tell()

    def _on(self, work: Callable[[Part, Ranges], _Found], part: Part) -> _Found:
        own = part.figures - len(self._figures.atoms)
        known = self._known
        return work(part, Ranges(known.hidden[own], known.low[own], known.high[own]))

    def _widen(self, part: Part, known: Ranges) -> _Found:
        """Find worlds that move only what is hidden."""
        search = self._search(part, known)
        changes = list(search.widen_all(known.hidden, patience=_PATIENCE))
        return _Found(Ranges(known.hidden, search.low, search.high), changes)

    def _search(self, part: Part, known: Ranges) -> WorldSearch:
        asked = self._asked[part.figures - len(self._figures.atoms)]
        return WorldSearch(part, low=known.low, high=known.high, width=asked, seed=_SEED)

    def _repair(self, part: Part, known: Ranges) -> _Found:
        """Hide what else it takes in one part, as far as that can be done there."""
        own = part.figures - len(self._figures.atoms)
        repair = Repair(self._search(part, known), known.hidden, self._price[own])
        for among in (self._primary[own], None):
            repair.run(among)
        return _Found(repair.known(), repair.changes)


def _pieces(unknowns: Indices, home: Indices) -> list[Indices]:
    """Return unknowns by where they belong, without those that belong to several."""
    order = np.argsort(home, kind="stable")[np.count_nonzero(home < 0) :]
    return np.split(unknowns[order], np.flatnonzero(np.diff(home[order])) + 1)
