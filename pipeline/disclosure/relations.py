"""Write the linear relations of a table as sparse matrices of 0 and 1.

Cells and atoms are numbered in row-major order of their coordinates: territory first, then one
coordinate per dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np
from scipy import sparse

from pipeline.disclosure.shape import Indices
from pipeline.errors import DisclosureError

Matrix = sparse.csr_array


def incidence(rows: Indices, columns: Indices, shape: tuple[int, int]) -> Matrix:
    """Return the matrix that is 1 at the given places."""
    return sparse.csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=shape)


def diagonal(blocks: Sequence[Matrix]) -> Matrix:
    """Return the matrix with blocks along its diagonal; scipy's own takes ten times as long."""
    width = np.cumsum([0, *(block.shape[1] for block in blocks)])
    stored = np.cumsum([0, *(block.nnz for block in blocks)])
    small = sparse.get_index_dtype(maxval=max(width[-1], stored[-1]))
    places = [b.indices.astype(small) + small(w) for b, w in zip(blocks, width, strict=False)]
    starts = [b.indptr[1:] + n for b, n in zip(blocks, stored, strict=False)]
    return sparse.csr_array(
        (
            np.concatenate([block.data for block in blocks]),
            np.concatenate(places),
            np.concatenate([[0], *starts]).astype(small),
        ),
        shape=(sum(block.shape[0] for block in blocks), int(width[-1])),
    )


def membership(coordinates: Sequence[Indices], sizes: tuple[int, ...]) -> Matrix:
    """Return cells x atoms: each atom is in the cells that keep or sum over each dimension.

    Args:
        coordinates: territory of each atom at the cells' level, then its code per dimension.
        sizes: number of territories, then of codes of each dimension plus one for the total,
            which comes last.
    """
    area, codes = coordinates[0], coordinates[1:]
    choices = product(
        *((code, np.full_like(code, size - 1)) for code, size in zip(codes, sizes[1:], strict=True))
    )
    rows = [np.ravel_multi_index((area, *choice), sizes) for choice in choices]
    columns = np.tile(np.arange(len(area)), len(rows))
    return incidence(np.concatenate(rows), columns, (prod(sizes), len(area)))


def margins(sizes: tuple[int, ...]) -> Matrix:
    """Return cells x cells: each margin as the sum over its summed dimension of fewest codes.

    Args:
        sizes: as for `membership`.
    """
    cell = np.arange(prod(sizes)).reshape(sizes)
    parent, child = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    done = np.zeros(sizes, dtype=bool)
    for axis in sorted(range(1, len(sizes)), key=lambda axis: sizes[axis]):
        last = sizes[axis] - 1
        parts, total = np.split(cell, [last], axis=axis)
        fresh = np.broadcast_to(~np.take(done, [last], axis=axis), parts.shape)
        parent.append(np.broadcast_to(total, parts.shape)[fresh])
        child.append(parts[fresh])
        np.moveaxis(done, axis, 0)[last] = True
    return incidence(np.concatenate(parent), np.concatenate(child), (cell.size, cell.size))


def junction_tree(sets: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Return a junction tree of tables, each edge from a table already reached to a new one.

    Sums over what neighbours share are then all that tables of the same persons have in common.

    Args:
        sets: the dimensions of each table.

    Raises:
        DisclosureError: there is no such tree, so relations would be missed.

    Source: Lauritzen, Graphical Models (1996), 2.1 and 4.4.
    """
    edges: list[tuple[int, int]] = []
    reached = [0]
    while len(reached) < len(sets):
        pairs = [(a, b) for a in reached for b in range(len(sets)) if b not in reached]
        best = max(pairs, key=lambda pair: len(sets[pair[0]] & sets[pair[1]]))
        edges.append(best)
        reached.append(best[1])
    kept = sum(len(sets[a] & sets[b]) for a, b in edges)
    if kept != sum(map(len, sets)) - len(frozenset().union(*sets)):
        raise DisclosureError("disclosure.tables_entangled", count=len(sets))
    return edges
