"""List the least ways in which the cells of one small table can change together.

Within one territory the published sums are those of a table of at most two dimensions with its
totals. Written with totals negated, every row and column sums to zero: a change that nobody can
see elsewhere is a circulation on the complete bipartite graph of rows and columns, and each is a
sum of simple cycles that agree with it in sign. These cycles are the circuits.

Source: Ahuja, Magnanti, Orlin, Network Flows (1993), theorem 3.5; for tables Cox, "Network models
for complementary cell suppression", JASA 90 (1995).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations, product
from math import comb, factorial, prod

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.int8]


# One circuit and its sign, and another and its sign.
Sum = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Circuits:
    """Hold circuits of a table, the shortest first: all, or the elementary ones.

    Args:
        form: codes of each dimension plus one for the total.
        signs: circuits x cells in row-major order, totals last in each dimension: the change of
            each cell, -1, 0 or 1. The opposite of a circuit is one too and is not listed.
    """

    form: tuple[int, ...]
    signs: Signs

    def inner(self) -> NDArray[np.int64]:
        """Return the change of each inner cell: circuits x cells without totals."""
        table = self.signs.reshape(-1, *self.form)
        inner = table[:, *(slice(-1) for _ in self.form)]
        return inner.reshape(len(self.signs), -1).astype(np.int64)


def number_of_circuits(sizes: tuple[int, ...]) -> int:
    """Return how many circuits a table of none, one or two dimensions has."""
    if len(sizes) <= 1:
        return prod(sizes) * (prod(sizes) - 1) // 2 or 1
    rows, columns = sizes
    return sum(
        comb(rows, length) * comb(columns, length) * factorial(length) * factorial(length - 1) // 2
        for length in range(2, min(sizes) + 1)
    )


@cache
def circuits(sizes: tuple[int, ...]) -> Circuits:
    """Return the circuits of a table of none, one or two dimensions.

    Args:
        sizes: codes of each dimension plus one for the total.
    """
    if len(sizes) <= 1:
        signs = _of_a_line(prod(sizes))
    else:
        signs = np.array(list(_cycles(*sizes)), dtype=np.int8)
    size = np.count_nonzero(signs, axis=1)
    return Circuits(sizes, signs[np.argsort(size, kind="stable")])


def number_of_elementary_circuits(sizes: tuple[int, ...]) -> int:
    """Return how many elementary circuits a table has."""
    return prod(comb(size, 2) for size in sizes)


@cache
def elementary_circuits(sizes: tuple[int, ...]) -> Circuits:
    """Return the elementary circuits of a table of any dimensions: two codes of each, crossed.

    Written with totals negated, lines sum to zero, and differences of two codes span the changes
    of a line; those of a table are products of them. So every change that keeps all sums is a sum
    of these circuits, though not always one in which none takes back what another gives: a cell
    may be able to change where no single circuit shows it.

    Args:
        sizes: codes of each dimension plus one for the total.
    """
    total = _totals_negated(sizes)
    pairs = [list(combinations(range(size), 2)) for size in sizes]
    signs = np.zeros((number_of_elementary_circuits(sizes), *sizes), dtype=np.int8)
    for corner in product((0, 1), repeat=len(sizes)):
        for circuit, codes in zip(signs, product(*pairs), strict=True):
            place = tuple(pair[side] for pair, side in zip(codes, corner, strict=True))
            circuit[place] = (-1) ** sum(corner) * total[place]
    return Circuits(sizes, signs.reshape(len(signs), -1))


def sums_of_two(form: Circuits) -> list[list[Sum]]:
    """Return for each circuit the pairs of shortest circuits that add up to it."""
    number = {signs.tobytes(): (place, 1) for place, signs in enumerate(form.signs)}
    number |= {(-signs).tobytes(): (place, -1) for place, signs in enumerate(form.signs)}
    sizes = np.count_nonzero(form.signs, axis=1)
    shortest = np.flatnonzero(sizes == sizes.min()).tolist()
    sums: list[list[Sum]] = [[] for _ in form.signs]
    for (one, two), sign in product(combinations(shortest, 2), (1, -1)):
        whole = number.get((form.signs[one] + sign * form.signs[two]).tobytes())
        if whole is not None:
            sums[whole[0]].append((one, whole[1], two, whole[1] * sign))
    return sums


def _totals_negated(sizes: tuple[int, ...]) -> Signs:
    """Return 1 for each cell, -1 where it is a total of an odd number of dimensions."""
    total = np.ones(sizes, dtype=np.int8)
    for axis in range(len(sizes)):
        np.moveaxis(total, axis, 0)[-1] *= -1
    return total


def _of_a_line(cells: int) -> Signs:
    """Return the circuits of codes and their total: one alone, or one code for another."""
    total = cells - 1
    alone = np.zeros((total or 1, cells), dtype=np.int8)
    alone[:, total] = 1
    np.fill_diagonal(alone, 1)
    pairs = list(combinations(range(total), 2))
    exchange = np.zeros((len(pairs), cells), dtype=np.int8)
    for row, (code, other) in enumerate(pairs):
        exchange[row, [code, other]] = 1, -1
    return np.concatenate([alone, exchange])


def _cycles(rows: int, columns: int) -> Iterator[Signs]:
    """Yield each simple cycle through rows and columns once."""
    total = _totals_negated((rows, columns))
    for length in range(2, min(rows, columns) + 1):
        for chosen in combinations(range(rows), length):
            for others in permutations(chosen[1:]):
                for path in permutations(range(columns), length):
                    if path[0] < path[-1]:
                        yield _cycle((chosen[0], *others), path, total)


def _cycle(chosen: tuple[int, ...], path: tuple[int, ...], total: Signs) -> Signs:
    signs = np.zeros_like(total)
    for step, row in enumerate(chosen):
        signs[row, path[step]] += 1
        signs[row, path[step - 1]] -= 1
    return (signs * total).ravel()
