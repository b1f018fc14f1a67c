"""Check that no hidden cell can be known, by adding whole numbers and nothing else.

A proof is a whole table of persons and its worlds, which are changes of it. Whom a cell counts is
read off its own territory and codes: nothing that chose what to hide is imported, or believed.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

from pipeline.disclosure.proof import Address, Proof, Territories
from pipeline.errors import DisclosureError, Place

SUMMED = ("_T", "_Z")
Counts = Iterable[tuple[int, int]]
Sums = dict[Address, int]
Ranges = dict[Address, tuple[int, int]]


def verify(proofs: Sequence[Proof], territories: Territories) -> list[Ranges]:
    """Return the least and the greatest count of each published cell, proof by proof.

    Args:
        proofs: of all tables that count the same persons.
        territories: what each smallest one belongs to.

    Raises:
        DisclosureError: a table or a world contradicts what is public.
    """
    for one, other in combinations(proofs, 2):
        _check_same_persons(one, other)
    return [_ranges(proof, territories) for proof in proofs]


def _ranges(proof: Proof, territories: Territories) -> Ranges:
    def agrees(at: Address, n: int) -> bool:
        return n >= proof.least if shown[at] is None else n == shown[at]

    shown, people = proof.shown, list(enumerate(proof.persons))
    for changes in proof.worlds.values():
        people += [(row, proof.persons[row] + n) for row, n in changes.items()]
    _check(proof, "persons", (0 <= n <= n * (row not in proof.empty) for row, n in people))
    cells_of = _cells_of_rows(proof, territories)
    base = dict.fromkeys(shown, 0) | _sums(cells_of, enumerate(proof.persons))
    _check(proof, "sums", (agrees(at, n) for at, n in base.items()))
    ranges = {at: (n, n) for at, n in base.items()}
    for changes in proof.worlds.values():
        moved = _sums(cells_of, changes.items())
        _check(proof, "worlds", (agrees(at, base[at] + n) for at, n in moved.items()))
        for at, n in moved.items():
            low, high = ranges[at]
            ranges[at] = min(low, base[at] + n), max(high, base[at] + n)
    return ranges


def _cells_of_rows(proof: Proof, territories: Territories) -> list[list[Address]]:
    """Return the cells that count each row: one for each way in which its areas are summed."""
    ways: dict[str, set[Address]] = {}
    for area, *codes in proof.shown:
        ways.setdefault(area, set()).add(tuple(code * (code in SUMMED) for code in codes))
    cells_of = []
    for territory, *codes in proof.rows:
        own = {name: of[territory] for name, of in territories.classes.items()}
        own |= zip(proof.counted_by, codes, strict=True)
        kept = [own[name] for name in proof.dimensions]
        cells_of.append(
            [
                (area, *(one or code for one, code in zip(way, kept, strict=True)))
                for area in territories.areas[territory]
                for way in ways.get(area, ())
            ]
        )
    _check(proof, "cells", (cell in proof.shown for cells in cells_of for cell in cells))
    return cells_of


def _check_same_persons(one: Proof, other: Proof) -> None:
    """Check that each territory has the same persons in both tables, by what both tell of them."""
    told = [name for name in one.counted_by if name in other.counted_by]
    keys = [[[proof.told(row, told)] for row in proof.rows] for proof in (one, other)]
    for world in (None, *{*one.worlds, *other.worlds}):
        left, right = map(_sums, keys, (one.changes(world), other.changes(world)))
        _check(one, "same_persons", (left.get(k, 0) == right.get(k, 0) for k in {*left, *right}))


def _sums(cells_of: Sequence[Sequence[Address]], counts: Counts) -> Sums:
    sums: Sums = {}
    for row, count in counts:
        for cell in cells_of[row]:
            sums[cell] = sums.get(cell, 0) + count
    return sums


def _check(proof: Proof, rule: str, holds: Iterable[bool]) -> None:
    if wrong := sum(not each for each in holds):
        place = Place(table=proof.table, rule=rule)
        raise DisclosureError("disclosure.proof_contradicts", place=place, count=wrong)
