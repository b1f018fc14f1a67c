"""Find the least recoding that makes every class of persons alike reach k.

A recoding is a node of a lattice: one step per column. Coarsening never makes a class smaller, so
a node that reaches k is reached by every node above it, and what a node loses never shrinks
upwards. The search is exact: it takes nodes by loss and stops at the first that reaches k; before
that, each column is raised to the lowest step at which k is reached with all other columns left
out, for below it no node can; pairs and triples of columns rule out nodes in the same way.

Loss is the normalised certainty penalty: a value costs the share of its hierarchy that it was
widened to, 0 as delivered and 1 when nothing is kept, as the mean over rows and quasi-identifiers.

Sources: Samarati (2001), Protecting respondents' identities in microdata release; LeFevre, DeWitt,
Ramakrishnan (2005), Incognito; Xu et al. (2006), Utility-based anonymization using local recoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pipeline.contracts.ladders import Ladder
from pipeline.errors import Place, PrivacyError
from pipeline.privacy.risk_cells import Cells, Coded, Integers, classes_of, total_by

Node = tuple[int, ...]

_SUBSETS = (2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a recoding takes from one column.

    Attributes:
        column: the quasi-identifier.
        step: up its ladder.
        values: how many it had.
        values_left: how many it keeps; what keeps nothing has one, the missing one.
        rows_changed: rows in which its value is another.
    """

    column: str
    step: int
    values: int
    values_left: int
    rows_changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the search found.

    Attributes:
        steps: movable column → step of the least recoding; None when none reaches k.
        loss: of it, 0 to 1; of the coarsest one when none reaches k.
        k: rows in the smallest class with it; with the coarsest one when none reaches k.
        rows_changed: rows in which at least one value is another.
        costs: of each movable column.
        checked: nodes whose classes were counted.
        nodes: of the whole lattice.
    """

    steps: Mapping[str, int] | None
    loss: float
    k: int
    rows_changed: int
    costs: tuple[Cost, ...]
    checked: int
    nodes: int


def search_recoding(
    cells: Cells, ladders: Mapping[str, Ladder], *, k: int, floor: Mapping[str, int]
) -> Search:
    """Return the least recoding of counted rows that reaches k.

    Args:
        cells: rows by quasi-identifiers.
        ladders: of the columns that may be coarsened; the others stay as they are.
        k: fewest rows in a class.
        floor: column → step already in force; lower ones are not looked at.

    Raises:
        PrivacyError: there is no row, or a value stands nowhere in its column's hierarchy.
    """
    if not len(cells.rows):
        raise PrivacyError("risk.no_rows")
    lattice = _Lattice(cells, ladders, floor)
    top = tuple(column.top for column in lattice.columns)
    if lattice.k(top) < k:
        return lattice.outcome(top, found=False)
    start = lattice.raised(top, k)
    lattice.merge(start)
    node = _least(lattice, k, start)
    return lattice.outcome(node, found=True)


def _least(lattice: _Lattice, k: int, start: Node) -> Node:
    """Return the node of the least loss that reaches k; of equal ones that of the fewest steps."""
    waiting = [(lattice.loss(start), sum(start), start)]
    seen = {start}
    while True:
        _, _, node = heappop(waiting)
        if lattice.reaches(node, k):
            return node
        for above in lattice.above(node):
            if above not in seen:
                seen.add(above)
                heappush(waiting, (lattice.loss(above), sum(above), above))


@dataclass(frozen=True, slots=True)
class _Movable:
    """One column of the lattice.

    Attributes:
        floor: its lowest step.
        codes: step from `floor` → its code of each cell at that step, and how many codes.
        losses: step from `floor` → mean penalty over the rows.
        changed: step from `floor` → True for each cell whose value is another than at `floor`.
    """

    coded: Coded
    floor: int
    codes: tuple[tuple[Integers, int], ...]
    losses: tuple[float, ...]
    changed: tuple[NDArray[np.bool_], ...]

    @property
    def top(self) -> int:
        return len(self.codes) - 1


def _movable(coded: Coded, ladder: Ladder, rows: Integers, *, floor: int) -> _Movable:
    ranks = range(floor, ladder.top + 1)
    climbed = [_values_at(coded, ladder, step) for step in ranks]
    first = climbed[0]
    return _Movable(
        coded=coded,
        floor=floor,
        codes=tuple(_coded_again(coded, values) for values in climbed),
        losses=tuple(
            _penalty(coded, values, ladder, step, rows=rows)
            for step, values in zip(ranks, climbed, strict=True)
        ),
        changed=tuple(
            np.array([a != b for a, b in zip(values, first, strict=True)], np.bool_)[coded.code]
            for values in climbed
        ),
    )


def _values_at(coded: Coded, ladder: Ladder, step: int) -> tuple[object, ...]:
    """Return what each value of a column becomes at a step; a missing one stays missing."""
    if step == ladder.top:
        return (None,) * len(coded.values)
    if not ladder.rungs:
        return coded.values
    recoding = ladder.recoding(step)
    lacking = sum(1 for value in coded.values if value is not None and value not in recoding)
    if lacking:
        place = Place(column=coded.name)
        raise PrivacyError("risk.value_unknown", place=place, count=lacking)
    return tuple(None if value is None else recoding[str(value)] for value in coded.values)


def _coded_again(coded: Coded, values: tuple[object, ...]) -> tuple[Integers, int]:
    numbers: dict[object, int] = {}
    new = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int64)
    return new[coded.code], len(numbers)


def _penalty(
    coded: Coded, values: tuple[object, ...], ladder: Ladder, step: int, *, rows: Integers
) -> float:
    if step == ladder.top:
        return 1.0
    width = ladder.width(step) if ladder.rungs else {}
    each = np.array([width.get(str(value), 0.0) for value in values], np.float64)
    return float(each[coded.code] @ rows / rows.sum())


class _Lattice:
    """All recodings of some columns; a node is their steps above the floor."""

    def __init__(
        self, cells: Cells, ladders: Mapping[str, Ladder], floor: Mapping[str, int]
    ) -> None:
        self.columns = [
            _movable(column, ladders[column.name], cells.rows, floor=floor.get(column.name, 0))
            for column in cells.quasi_identifiers
            if column.name in ladders
        ]
        self._fixed = [
            (column.code, len(column.values))
            for column in cells.quasi_identifiers
            if column.name not in ladders
        ]
        self._rows = cells.rows
        # What classes are counted of; what is told of a node is told of all cells.
        self._counted = cells.rows
        self._codes = [column.codes for column in self.columns]
        self._quasi_identifiers = max(len(cells.quasi_identifiers), 1)
        self._known: dict[Node, int] = {}
        self._top = tuple(column.top for column in self.columns)
        positions = range(len(self.columns))
        self._subsets = [kept for size in _SUBSETS for kept in combinations(positions, size)]
        self._suffices: dict[tuple[object, ...], bool] = {}

    def k(self, node: Node) -> int:
        """Return the rows of the smallest class of a node."""
        if node not in self._known:
            number, classes = self._classes(node)
            self._known[node] = int(total_by(number, self._counted, groups=classes).min())
        return self._known[node]

    def _classes(self, node: Node) -> tuple[Integers, int]:
        moved = [codes[step] for codes, step in zip(self._codes, node, strict=True)]
        return classes_of([*self._fixed, *moved], cells=len(self._counted))

    def merge(self, node: Node) -> None:
        """Count from the classes of a node on: no node that is not above it is asked about then."""
        number, classes = self._classes(node)
        _, first = np.unique(number, return_index=True)
        self._counted = total_by(number, self._counted, groups=classes)
        self._fixed = [(code[first], codes) for code, codes in self._fixed]
        self._codes = [tuple((code[first], n) for code, n in codes) for codes in self._codes]

    def reaches(self, node: Node, k: int) -> bool:
        """Tell whether the smallest class of a node has k rows.

        Two or three columns that fall short with all others left out fall short with them: that
        is known once for the many nodes that share their steps.
        """
        return all(self._alone(kept, node, k) for kept in self._subsets) and self.k(node) >= k

    def _alone(self, kept: tuple[int, ...], node: Node, k: int) -> bool:
        """Tell whether some columns of a node reach k with all others left out."""
        about = (kept, *(node[position] for position in kept))
        if about not in self._suffices:
            tops = list(self._top)
            for position in kept:
                tops[position] = node[position]
            self._suffices[about] = self.k(tuple(tops)) >= k
        return self._suffices[about]

    def loss(self, node: Node) -> float:
        """Return the mean penalty over rows and quasi-identifiers, those that stay included."""
        lost = (column.losses[step] for column, step in zip(self.columns, node, strict=True))
        # Sums of shares that differ by rounding only are one loss.
        return round(sum(lost) / self._quasi_identifiers, 12)

    def above(self, node: Node) -> Iterator[Node]:
        """Yield the nodes one step up."""
        for position, column in enumerate(self.columns):
            if node[position] < column.top:
                yield (*node[:position], node[position] + 1, *node[position + 1 :])

    def raised(self, top: Node, k: int) -> Node:
        """Return the lowest steps that a node which reaches k may have, column by column."""
        lowest = []
        for position, column in enumerate(self.columns):
            alone = ((*top[:position], s, *top[position + 1 :]) for s in range(column.top + 1))
            lowest.append(next(node[position] for node in alone if self.k(node) >= k))
        return tuple(lowest)

    def outcome(self, node: Node, *, found: bool) -> Search:
        """Return what is told of a node."""
        steps = {
            column.coded.name: column.floor + step
            for column, step in zip(self.columns, node, strict=True)
        }
        changed = np.zeros(len(self._rows), np.bool_)
        for column, step in zip(self.columns, node, strict=True):
            changed |= column.changed[step]
        return Search(
            steps=steps if found else None,
            loss=self.loss(node),
            k=self.k(node),
            rows_changed=int(self._rows[changed].sum()),
            costs=tuple(
                Cost(
                    column=column.coded.name,
                    step=column.floor + step,
                    values=column.codes[0][1],
                    values_left=column.codes[step][1],
                    rows_changed=int(self._rows[column.changed[step]].sum()),
                )
                for column, step in zip(self.columns, node, strict=True)
            ),
            checked=len(self._known),
            nodes=int(np.prod([column.top + 1 for column in self.columns], dtype=object)),
        )
