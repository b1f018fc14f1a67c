"""Build everything that one population publishes as one system of linear relations.

Atoms are the inner cells of each table (smallest territory x codes). A published cell is a sum
of atoms of its table. Two tables of one population count the same persons, so their sums over
the dimensions they share are equal: these are the links. Nothing is protected here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from scipy import sparse

from pipeline.disclosure.layout import Cells, Grid, Lattice, lay_out, made_up, positions
from pipeline.disclosure.relations import (
    Matrix,
    diagonal,
    incidence,
    junction_tree,
    margins,
    membership,
)
from pipeline.disclosure.shape import (
    NOT_APPLICABLE,
    PUBLISHED,
    TOTAL,
    Absence,
    Codes,
    Counts,
    Geography,
    Indices,
    Inner,
    Mask,
    TableShape,
)
from pipeline.errors import DisclosureError, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Hold the relations of one population and one period.

    Args:
        cells: the published cells, with their exact values; after them those of others.
        membership: published cells x atoms, 1 where the cell counts the atom.
        margins: published cells x published cells; row i names the cells of the same table that
            sum to cell i: of the same territory, or else of the largest territories that make it
            up; empty where only atoms do.
        links: relations x atoms; each row is 0 on every set of persons: the atoms of one table
            (+1) and of another (-1) that count the same persons.
        atoms: exact count of each atom.
        grids: how the cells are laid out; every cell is in one of them.
        lattices: how the atoms are laid out; every atom is in one of them.
        shapes: the tables as they were declared, with their rules.
    """

    cells: Cells
    membership: Matrix
    margins: Matrix
    links: Matrix
    atoms: Counts
    grids: tuple[Grid, ...]
    lattices: tuple[Lattice, ...]
    shapes: tuple[TableShape, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all tables of the population share: codes and territories, the latter sorted."""

    code_lists: Mapping[str, tuple[str, ...]]
    geography: Geography


@dataclass(frozen=True, slots=True)
class _Counted:
    """The atoms of one table: territories (sorted) x codes of the dimensions that persons have."""

    shape: TableShape
    dimensions: tuple[str, ...]
    sizes: tuple[int, ...]
    count: Counts
    offset: int

    @property
    def end(self) -> int:
        return self.offset + len(self.count)

    def coordinates(self) -> dict[str, Indices]:
        """Return the index of the code of each atom, by dimension, and `` for the territory."""
        grid = np.unravel_index(np.arange(len(self.count)), self.sizes)
        return dict(zip(("", *self.dimensions), grid, strict=True))


@dataclass(frozen=True, slots=True)
class _Block:
    """The published cells of one table and level, in row-major order of `sizes`."""

    of: _Counted
    level: str
    areas: Codes
    breadth: Counts
    crossed: tuple[str, ...]
    is_elsewhere: bool
    sizes: tuple[int, ...]
    membership: Matrix
    margins: Matrix
    area: Indices
    typologies: Mapping[str, Indices]


def build_system(
    shapes: Sequence[TableShape],
    inners: Sequence[Inner],
    code_lists: Mapping[str, tuple[str, ...]],
    *,
    geography: Geography,
    absences: Sequence[Absence] = (),
) -> System:
    """Build the system of one population from its tables' shapes and exact inner cells.

    Every territory x every combination of codes is a published cell, whether or not anybody was
    counted there. The result does not depend on the order of rows.

    Args:
        shapes: all published tables of the population.
        inners: the inner cells of each of them.
        code_lists: dimension -> its codes, without `_T` and `_Z`.
        geography: the territories and what they belong to.
        absences: what everyone knows to be empty: no world may put a person there.

    Raises:
        DisclosureError: persons where nobody can be; an unknown territory, code, level or
            dimension; a negative count; tables that do not count the same persons; tables whose
            joint relations are not spanned by their shared sums.
    """
    frame = _Frame(code_lists, geography.in_order())
    lattices = _lattices(shapes, inners, frame)
    atoms = np.concatenate([lattice.count for lattice in lattices])
    blocks = [
        _block(lattice, level, crossed, frame, is_elsewhere=is_elsewhere)
        for is_elsewhere in (False, True)
        for lattice in lattices
        for level, crossed in lattice.shape.counted(is_elsewhere=is_elsewhere).items()
    ]
    links = _links(lattices, len(atoms))
    disagreeing = int(np.count_nonzero(links @ atoms))
    if disagreeing:
        raise DisclosureError("disclosure.tables_disagree", count=disagreeing)
    counted = sparse.vstack([_over(block, len(atoms)) for block in blocks], format="csr")
    possible = np.concatenate([_possible(lattice, absences, frame) for lattice in lattices])
    membership = sparse.csr_array(counted[:, possible])
    cells = _cells(blocks, frame, counted @ atoms)
    grids = _grids(blocks)
    within = diagonal([block.margins for block in blocks])
    return System(
        cells=replace(cells, floor=np.where(np.diff(membership.indptr) > 0, cells.floor, 1)),
        membership=membership,
        margins=within + made_up([g for g in grids if not g.is_elsewhere], within.shape[0]),
        links=sparse.csr_array(links[:, possible]),
        atoms=atoms[possible],
        grids=grids,
        lattices=_places(lattices, possible),
        shapes=tuple(shapes),
    )


def _over(block: _Block, width: int) -> Matrix:
    """Return the membership of a block over the atoms of all tables."""
    own = block.membership
    columns = own.indices + block.of.offset
    return sparse.csr_array((own.data, columns, own.indptr), shape=(own.shape[0], width))


def _grids(blocks: Sequence[_Block]) -> tuple[Grid, ...]:
    starts = np.cumsum([0, *(prod(block.sizes) for block in blocks)]).tolist()
    return tuple(
        Grid(
            table=block.of.shape.name,
            level=block.level,
            start=start,
            sizes=block.sizes,
            crossed=block.crossed,
            area=block.area,
            typologies=block.typologies,
            is_elsewhere=block.is_elsewhere,
        )
        for block, start in zip(blocks, starts[:-1], strict=True)
    )


def _places(lattices: Sequence[_Counted], possible: Mask) -> tuple[Lattice, ...]:
    atom = np.where(possible, np.cumsum(possible) - 1, -1)
    return tuple(
        Lattice(
            table=lattice.shape.name,
            dimensions=lattice.dimensions,
            sizes=lattice.sizes,
            atom=atom[lattice.offset : lattice.end],
        )
        for lattice in lattices
    )


def _lattices(
    shapes: Sequence[TableShape], inners: Sequence[Inner], frame: _Frame
) -> list[_Counted]:
    by_table = {inner.table: inner for inner in inners}
    if len(by_table) != len(inners) or set(by_table) != {shape.name for shape in shapes}:
        raise DisclosureError("disclosure.tables_unmatched", count=len(shapes))
    lattices: list[_Counted] = []
    for shape in shapes:
        offset = lattices[-1].end if lattices else 0
        lattices.append(_lattice(shape, by_table[shape.name], frame, offset))
    return lattices


def _lattice(shape: TableShape, inner: Inner, frame: _Frame, offset: int) -> _Counted:
    code_lists, geography = frame.code_lists, frame.geography
    dimensions = tuple(name for name in shape.dimensions if name not in geography.typology)
    place = Place(table=shape.name)
    if set(inner.codes) != set(dimensions) or not set(dimensions) <= set(code_lists):
        raise DisclosureError("disclosure.inner_unknown_dimension", place=place)
    if np.any(inner.count < 0):
        raise DisclosureError(
            "disclosure.inner_negative", place=place, count=int(np.sum(inner.count < 0))
        )
    sizes, count = lay_out(inner, dimensions, code_lists, geography=geography)
    return _Counted(shape, dimensions, sizes, count, offset)


def _possible(lattice: _Counted, absences: Sequence[Absence], frame: _Frame) -> Mask:
    """Return which atoms of a table may hold persons."""
    place, coordinates = Place(table=lattice.shape.name), lattice.coordinates()
    empty = np.zeros(len(lattice.count), dtype=bool)
    for absence in absences:
        if not set(absence.codes) <= set(lattice.dimensions):
            continue
        known = {name: np.array(frame.code_lists[name]) for name in absence.codes}
        known[""] = frame.geography.territory
        told = {**absence.codes, "": absence.territory}
        closed = np.zeros([len(codes) for codes in known.values()], dtype=bool)
        closed[tuple(positions(codes, told[name], place) for name, codes in known.items())] = True
        empty |= closed[tuple(coordinates[name] for name in known)]
    misplaced = int(lattice.count[empty].sum())
    if misplaced:
        raise DisclosureError("disclosure.absent_counted", place=place, count=misplaced)
    return ~empty


def _block(
    lattice: _Counted, level: str, shown: tuple[str, ...], frame: _Frame, *, is_elsewhere: bool
) -> _Block:
    code_lists, geography = frame.code_lists, frame.geography
    shape = lattice.shape
    if level != geography.base and level not in geography.upper:
        raise DisclosureError(
            "disclosure.shape_unknown_level", place=Place(table=shape.name), level=level
        )
    crossed = tuple(name for name in shape.dimensions if name in shown)
    coordinates = lattice.coordinates()
    areas, area_of, breadth = np.unique(
        geography.areas(level), return_inverse=True, return_counts=True
    )
    typologies = {
        name: positions(
            np.array(code_lists[name]), geography.typology[name], Place(table=shape.name)
        )
        for name in crossed
        if name in geography.typology
    }
    for name, classes in typologies.items():
        coordinates[name] = classes[coordinates[""]]
    sizes = (len(areas), *(len(code_lists[name]) + 1 for name in crossed))
    counted = membership(
        [area_of[coordinates[""]], *(coordinates[name] for name in crossed)], sizes
    )
    return _Block(
        of=lattice,
        level=level,
        areas=areas,
        breadth=breadth,
        crossed=crossed,
        is_elsewhere=is_elsewhere,
        sizes=sizes,
        membership=counted,
        margins=margins(sizes),
        area=area_of,
        typologies=typologies,
    )


def _links(lattices: Sequence[_Counted], width: int) -> Matrix:
    """Return the relations between tables, along a tree that spans all joint relations."""
    rows = [sparse.csr_array((0, width), dtype=np.int64)]
    for left, right in junction_tree([frozenset(part.dimensions) for part in lattices]):
        a, b = lattices[left], lattices[right]
        shared = tuple(name for name in a.dimensions if name in b.dimensions)
        plus, minus = _sums(a, shared, width), _sums(b, shared, width)
        rows.append(plus - minus)
    return sparse.vstack(rows, format="csr")


def _sums(lattice: _Counted, kept: tuple[str, ...], width: int) -> Matrix:
    coordinates = lattice.coordinates()
    sizes = (
        lattice.sizes[0],
        *(lattice.sizes[1 + lattice.dimensions.index(name)] for name in kept),
    )
    row = np.ravel_multi_index((coordinates[""], *(coordinates[name] for name in kept)), sizes)
    column = np.arange(lattice.offset, lattice.end)
    return incidence(row, column, (prod(sizes), width))


def _cells(blocks: Sequence[_Block], frame: _Frame, value: Counts) -> Cells:
    shapes = [block.of.shape for block in blocks]
    names = dict.fromkeys(name for shape in shapes for name in shape.dimensions)
    size = [prod(block.sizes) for block in blocks]
    grids = [np.unravel_index(np.arange(prod(block.sizes)), block.sizes) for block in blocks]
    places = list(zip(blocks, grids, strict=True))
    elsewhere = np.repeat([block.is_elsewhere for block in blocks], size)
    floor = np.repeat([int(shape.zeros == PUBLISHED) for shape in shapes], size)
    return Cells(
        table=np.repeat([shape.name for shape in shapes], size),
        level=np.repeat([block.level for block in blocks], size),
        area=np.concatenate([block.areas[grid[0]] for block, grid in places]),
        codes={
            name: np.concatenate([_codes(name, block, grid, frame) for block, grid in places])
            for name in names
        },
        value=value,
        k=np.where(elsewhere, 1, np.repeat([shape.k for shape in shapes], size)),
        floor=np.where(elsewhere, 1, floor),
        breadth=np.concatenate([block.breadth[grid[0]] for block, grid in places]),
        elsewhere=elsewhere,
    )


def _codes(name: str, block: _Block, grid: tuple[Indices, ...], frame: _Frame) -> Codes:
    if name in block.crossed:
        return np.array([*frame.code_lists[name], TOTAL])[grid[1 + block.crossed.index(name)]]
    absent = NOT_APPLICABLE if name in frame.geography.typology else TOTAL
    return np.full(len(grid[0]), absent)
