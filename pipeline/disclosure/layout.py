"""Say where the published cells and the atoms of a system lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from pipeline.disclosure.relations import Matrix, incidence
from pipeline.disclosure.shape import Codes, Counts, Geography, Indices, Inner, Mask
from pipeline.errors import DisclosureError, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """List the published cells: one row per table, level, territory and codes, zeros included.

    `codes` holds every dimension of any table: `_T` where it is summed over or where the table
    does not have it, `_Z` for a typology below its levels. `breadth` is the number of smallest
    territories in the cell's area, `k` the threshold of its table, `floor` the least that the cell
    is known to be when it is hidden: 1 where zeros are published or nobody can be, else 0. Cells
    that are `elsewhere` are not of the table: others publish them of its persons. They come last.
    """

    table: Codes
    level: Codes
    area: Codes
    codes: Mapping[str, Codes]
    value: Counts
    k: Counts
    floor: Counts
    breadth: Counts
    elsewhere: Mask

    def __len__(self) -> int:
        """Return the number of published cells."""
        return len(self.value)

    def of(self, table: str, *, elsewhere: bool = False) -> Mask:
        """Return the cells that a table publishes, or that others publish of its persons."""
        own: Mask = (self.table == table) & (self.elsewhere == elsewhere)
        return own

    @property
    def room(self) -> Counts:
        """Return how far each cell may fall when it is hidden; -1 where its zero must be shown."""
        return self.value - self.floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Say where the cells of one table at one level lie: area x codes, row-major.

    Args:
        table: name of the table.
        level: level of the areas.
        start: first cell of the grid.
        sizes: number of areas, then of codes of each crossed dimension plus one for `_T`, last.
        crossed: the dimensions crossed, as in `sizes`.
        area: area of each smallest territory, by its place in the geography's order of codes.
        typologies: crossed typology -> class of each smallest territory.
        is_elsewhere: whether others publish its cells, and not the table.
    """

    table: str
    level: str
    start: int
    sizes: tuple[int, ...]
    crossed: tuple[str, ...]
    area: Indices
    typologies: Mapping[str, Indices]
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Say where the atoms of one table lie: smallest territory x codes, row-major.

    Args:
        table: name of the table.
        dimensions: all that persons are counted by, typologies left out.
        sizes: number of territories, then of codes of each dimension.
        atom: atom of each place of the lattice, -1 where there can be nobody.
    """

    table: str
    dimensions: tuple[str, ...]
    sizes: tuple[int, ...]
    atom: Indices


def homes(
    grids: Sequence[Grid], lattices: Sequence[Lattice], label: Indices
) -> tuple[Indices, Indices]:
    """Return the label of each cell and of each atom, -1 for a cell of territories of several.

    Args:
        grids: the layout of the cells.
        lattices: the layout of the atoms.
        label: a label of each smallest territory, such as the area it belongs to.
    """
    cells = []
    for grid in grids:
        least, most = np.full(grid.sizes[0], len(label)), np.full(grid.sizes[0], -1)
        np.minimum.at(least, grid.area, label)
        np.maximum.at(most, grid.area, label)
        cells.append(np.repeat(np.where(least == most, most, -1), prod(grid.sizes[1:])))
    size = 1 + max(int(lattice.atom.max(initial=-1)) for lattice in lattices)
    atoms = np.empty(size, dtype=np.int64)
    for lattice in lattices:
        territory = np.repeat(label, prod(lattice.sizes[1:]))
        atoms[lattice.atom[lattice.atom >= 0]] = territory[lattice.atom >= 0]
    return np.concatenate(cells), atoms


def lay_out(
    inner: Inner,
    dimensions: tuple[str, ...],
    code_lists: Mapping[str, tuple[str, ...]],
    *,
    geography: Geography,
) -> tuple[tuple[int, ...], Counts]:
    """Return the sizes of a table's lattice, and what is counted at each of its places.

    Args:
        inner: the inner cells; rows of the same codes are added up.
        dimensions: all that persons are counted by, typologies left out.
        code_lists: dimension -> its codes.
        geography: the territories, sorted by code.

    Raises:
        DisclosureError: an unknown territory or code.
    """
    place = Place(table=inner.table)
    index = [positions(geography.territory, inner.territory, place)]
    index += [
        positions(np.array(code_lists[name]), inner.codes[name], place) for name in dimensions
    ]
    sizes = (len(geography.territory), *(len(code_lists[name]) for name in dimensions))
    count = np.zeros(prod(sizes), dtype=np.int64)
    np.add.at(count, np.ravel_multi_index(tuple(index), sizes), inner.count)
    return sizes, count


def made_up(grids: Sequence[Grid], size: int) -> Matrix:
    """Return cells x cells: each inner cell as the sum of those of the territories beneath it."""
    parent, child = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for grid in grids:
        beneath = [other for other in grids if _makes_up(other, grid)]
        if beneath:
            parts = min(beneath, key=lambda other: other.sizes[0])
            above = np.empty(parts.sizes[0], dtype=np.int64)
            above[parts.area] = grid.area
            inner = (slice(None), *(slice(-1),) * len(grid.crossed))
            cells = np.arange(prod(parts.sizes)).reshape(parts.sizes)[inner]
            sums = np.arange(prod(grid.sizes)).reshape(grid.sizes)[inner]
            child.append(parts.start + cells.ravel())
            parent.append(grid.start + sums[above].ravel())
    return incidence(np.concatenate(parent), np.concatenate(child), (size, size))


def _makes_up(parts: Grid, whole: Grid) -> bool:
    """Return whether each area of one grid lies in one area of another, and shows as much."""
    above = np.unique(np.array([parts.area, whole.area]), axis=1)
    return (
        parts.table == whole.table
        and parts.crossed == whole.crossed
        and parts.sizes[0] < len(parts.area)
        and parts.sizes[0] > whole.sizes[0]
        and above.shape[1] == parts.sizes[0]
    )


def positions(known: Codes, given: Codes, place: Place) -> Indices:
    """Return where each given code is among the known ones.

    Raises:
        DisclosureError: a code is not known.
    """
    order = np.argsort(known)
    found = np.minimum(np.searchsorted(known[order], given), len(known) - 1)
    position = order[found]
    unknown = known[position] != given
    if np.any(unknown):
        raise DisclosureError(
            "disclosure.inner_unknown_code", place=place, count=int(np.count_nonzero(unknown))
        )
    return position.astype(np.int64)
