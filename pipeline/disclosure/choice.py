"""Choose what else to hide, part by part, and keep the worlds that show why it is enough.

What is known to move needs nothing. For the rest worlds are sought in which as little as possible
of what is shown moves: what moves is hidden. Each linear program serves all figures of its part
that are still too narrow; the price that protection may cost starts low and rises, so that what is
hidden already is used first.

Source: controlled tabular adjustment (Dandekar and Cox 2002; Castro 2006) used to find secondary
suppressions, as in the network heuristics of the Handbook on Statistical Disclosure Control, 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from pipeline.disclosure.cuts import AT_ONCE, Cuts, pieces
from pipeline.disclosure.exchange import exchanges
from pipeline.disclosure.figures import Figures, Part
from pipeline.disclosure.forms import FLAT
from pipeline.disclosure.ground import Ground, Moves, ground
from pipeline.disclosure.known import Known, Ranges
from pipeline.disclosure.relations import Matrix
from pipeline.disclosure.repair import Repair
from pipeline.disclosure.shape import Counts, Indices, Mask
from pipeline.disclosure.system import System
from pipeline.disclosure.walks import Arrangement, Walks, arrangements
from pipeline.disclosure.worlds import Weights, WorldSearch
from pipeline.errors import DisclosureError

Progress = Callable[[int, int], None]

_SEED = 35
_PATIENCE = 2
# Unknowns of a component of one program, and of a piece of it that is worth one.
_WORTH, _COMPONENT = 1_000, 8_000
# Unknowns that may move of a nation that programs over all are for.
_SMALL = 45_000
# Territories that programs lead at last, and figures that are few enough to serve them one by one.
_LED, _MANY, _ONE_BY_ONE = 8, 1_000, 500
# What may be hidden for one person of range, at the usual price; territories of one cluster.
_CHEAP, _DEARER = ((1.05, 120),), ((2.1, 40), (4.1, 60))
# Share of the figures that still need more after a turn that was worth it, and after one that
# calls for programs again.
_PAYS, _PROVEN = 0.98, 0.8
# Share of the figures that need more: while a round of walks serves as many, areas are kept apart.
_FEW = 0.02
# Cells at the usual price that one walk may hide; more where one grouping of areas is left out.
_MOST_CELLS, _LOOSE = 12, 2


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
        self._cuts = Cuts(system, figures)
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
            if len(self._figures.value) > 2 * AT_ONCE:
                self._nearby(_DEARER)
        for parts in self._cuts.blocks():
            self._open_on(parts)
            self._work_on(parts, partial(self._hide_in, by=Repair.run))
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
        if not whole:
            self._certify(fewest=1)
            return
        walks = [Walks(base, one, width=self._width, threads=self._threads) for one in whole]
        # In more dimensions walks find what programs take long for.
        is_small = len(base.form.form) <= FLAT and self._is_small()
        self._free(base, walks if is_small else walks[:1])
        if is_small or self._width == 1:
            self._certify(fewest=_LED if is_small else _MANY)
        if not self._is_cheapest(base):
            return
        if is_small:
            self._hide_small(base, walks)
        else:
            self._hide_large(base, loose)

    def _hide_small(self, base: Ground, walks: list[Walks]) -> None:
        """Hide what walks take, and see in between who moves by then."""
        most, proven = self._most(), self._left()
        for one in walks:
            asked = served = self._left()
            while served > _FEW * asked:
                asked = self._left()
                served = self._round(base, one, most=most, apart=True)
                self._free(base, walks)
                if self._left() < _PROVEN * proven:
                    self._certify()
                    proven = self._left()
        for one in walks:
            while self._round(base, one, most=most, apart=False):
                self._free(base, walks)
        self._certify(fewest=1)

    def _hide_large(self, base: Ground, loose: list[Arrangement]) -> None:
        """Hide what walks take that may end in areas of one grouping, then what programs take."""
        for left_out in loose:
            walks = Walks(base, left_out, width=self._width, threads=self._threads)
            before = np.inf
            while self._left() < _PAYS * before:
                before = self._left()
                self._round(base, walks, most=_LOOSE * self._most(), apart=False)
        self._certify(fewest=_MANY)
        if self._width > 1:
            self._nearby((*_CHEAP, *_DEARER))
        if self._left() <= _ONE_BY_ONE:
            for part in self._cuts.alone():
                self._open_on([self._cuts.among(part, self._narrow(), roomy=self._width)])

    def _nearby(self, bonuses: Iterable[tuple[float, int]]) -> None:
        """Hide in small parts what costs little, and ever more."""
        usual = self._usual()
        for bonus, size in bonuses:
            work = partial(Repair.cheaply, bonus=bonus * usual, patience=_PATIENCE)
            self._work_on(self._cuts.clusters(size), partial(self._hide_in, by=work))

    def _usual(self) -> float:
        """Return what hiding a figure usually costs."""
        price = self._price[np.isfinite(self._price)]
        return float(np.median(price)) if len(price) else 0.0

    def _most(self) -> float:
        """Return what one walk may hide."""
        return _MOST_CELLS * self._usual()

    def _free(self, base: Ground, walks: list[Walks]) -> None:
        """Let territories pay for each other with what is hidden, while that serves many."""
        before = np.inf
        while self._left() < _PAYS * before:
            before = self._left()
            for one in walks:
                self._round(base, one, most=0.0, apart=False)

    def _is_small(self) -> bool:
        """Return whether linear programs over all that may move take little time."""
        return sum(map(len, self._figures.movable(self.hidden))) <= _SMALL

    def _certify(self, *, fewest: int = _LED) -> None:
        """Find worlds that move hidden figures alone: first with few payers, then with all.

        A component that is too large for one program is cut by areas, small ones first.

        Args:
            fewest: how many territories are led at last.
        """
        widen = partial(self._widen, fewest=fewest)
        movable = self._figures.movable(self.hidden)
        most = AT_ONCE if sum(map(len, movable)) <= 2 * AT_ONCE else _COMPONENT
        small = [part for part in movable if len(part) <= most]
        self._work_on(
            [self._cuts.among(part, self._narrow(), roomy=self._width) for part in small], widen
        )
        for grid in sorted(self._system.grids, key=lambda grid: -grid.sizes[0]):
            home = self._cuts.homes(grid.area)
            cut = [piece for part in movable for piece in pieces(part, home[part])]
            size = np.array([len(piece) for piece in cut] or [0])
            if len(cut) > len(movable) and np.mean(size) > _WORTH and np.max(size) <= most:
                self._work_on(cut, widen)
        self._work_on(small, widen)

    def _open_on(self, parts: list[Indices]) -> None:
        """Hide what serves a figure that nothing else serves, and see who moves by then."""
        before = 0
        while 0 < self._left() <= _ONE_BY_ONE and self._left() != before:
            before = self._left()
            self._work_on(parts, partial(self._hide_in, by=Repair.open))
            # Whom what is hidden by now serves is asked one by one there: all at once serve few.
            if self._left() == before:
                self._certify(fewest=1)

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

    def _widen(self, part: Part, known: Ranges, *, fewest: int) -> _Found:
        """Find worlds that move only what is hidden."""
        search = self._search(part, known)
        changes = list(search.widen_all(known.hidden, patience=_PATIENCE, fewest=fewest))
        return _Found(Ranges(known.hidden, search.low, search.high), changes)

    def _search(self, part: Part, known: Ranges) -> WorldSearch:
        asked = self._asked[part.figures - len(self._figures.atoms)]
        return WorldSearch(part, low=known.low, high=known.high, width=asked, seed=_SEED)

    def _hide_in(self, part: Part, known: Ranges, *, by: Callable[[Repair], None]) -> _Found:
        """Hide what else it takes in one part, as far as that can be done there."""
        own = part.figures - len(self._figures.atoms)
        repair = Repair(
            self._search(part, known), known.hidden, self._price[own], primary=self._primary[own]
        )
        by(repair)
        return _Found(repair.known(), repair.changes)
