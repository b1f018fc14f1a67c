"""The block of seven persons that a solver finds again in a naive release stays several ones here.

Source: Garfinkel, Abowd, Martindale, Understanding database reconstruction attacks on public data
(ACM Queue, 2018); the folder's SOURCE.txt says where the data come from.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from pipeline.disclosure.protect import protect
from pipeline.disclosure.shape import Geography, Inner, TableShape
from pipeline.disclosure.system import System, build_system
from tests.disclosure.adversary_sample import PROJECT

NAMES = ("married", "smoker", "employed")
ANSWERS = ("True", "False")
TYPES = list(product(ANSWERS, repeat=3))
POLICY = PROJECT.contracts.policy


@pytest.fixture(scope="module")
def block() -> Counter[tuple[str, ...]]:
    folder = os.environ.get("CARTABLE_TEST_DATA")
    path = Path(folder or ".") / "adversarial" / "db-reconstruction" / "data" / "database.csv"
    if folder is None or not path.exists():
        pytest.skip("the block of seven persons is not under CARTABLE_TEST_DATA")
    with path.open(encoding="utf-8") as lines:
        return Counter(tuple(row[name] for name in NAMES) for row in csv.DictReader(lines))


def databases(persons: int) -> Iterator[np.ndarray]:
    """Yield every database of so many persons: how many are of each of the eight types."""
    for bars in combinations(range(persons + len(TYPES) - 1), len(TYPES) - 1):
        ends = np.array([-1, *bars, persons + len(TYPES) - 1])
        yield np.diff(ends) - 1


def published(
    block: Mapping[tuple[str, ...], int], crossed: tuple[str, ...], sensitivity: str
) -> tuple[System, np.ndarray]:
    """Return what the policy's rules make of a table of the block, and what is hidden of it."""
    types = list(product(ANSWERS, repeat=len(crossed)))
    places = [NAMES.index(name) for name in crossed]
    counts = Counter[tuple[str, ...]]()
    for own, count in block.items():
        counts[tuple(own[place] for place in places)] += count
    shape = TableShape(
        name="block",
        k=int(POLICY.thresholds[sensitivity].value),
        dimensions=crossed,
        levels={"block": crossed},
        zeros=POLICY.zeros[sensitivity],
    )
    inner = Inner(
        table="block",
        territory=np.full(len(types), "B"),
        codes={name: np.array([own[i] for own in types]) for i, name in enumerate(crossed)},
        count=np.array([counts[own] for own in types], dtype=np.int64),
    )
    place = Geography(base="block", territory=np.array(["B"]), upper={}, typology={})
    system = build_system([shape], [inner], dict.fromkeys(NAMES, ANSWERS), geography=place)
    return system, protect(system, width=int(POLICY.protection_width.value)).hidden


def agreeing(
    system: System, hidden: np.ndarray, crossed: tuple[str, ...], floor: int
) -> np.ndarray:
    """Return every database of seven persons that agrees with what is published."""
    cells = system.cells
    counts = np.ones((len(cells), len(TYPES)), dtype=bool)
    for name in crossed:
        own = np.array([answers[NAMES.index(name)] for answers in TYPES])
        counts &= (cells.codes[name][:, None] == "_T") | (cells.codes[name][:, None] == own)
    every = np.array(list(databases(7)))
    sums = every @ counts.T
    fits = np.all(np.where(hidden, sums >= floor, sums == cells.value), axis=1)
    return every[fits]


@pytest.mark.parametrize("sensitivity", sorted(POLICY.thresholds))
@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_at_least_two_databases_remain_for_every_person(
    block: Counter[tuple[str, ...]], sensitivity: str, size: int
) -> None:
    """Even for whoever knows that they are seven; no table of the product holds an age."""
    truth = np.array([block[own] for own in TYPES])
    floor = int(POLICY.zeros[sensitivity] == "published")
    for crossed in combinations(NAMES, size):
        system, hidden = published(block, crossed, sensitivity)
        left = agreeing(system, hidden, crossed, floor)
        assert any((left == truth).all(axis=1))
        assert len(left) >= 2
        of_each = [len(np.unique(left[:, own])) for own in np.flatnonzero(truth)]
        assert min(of_each) >= 2, (crossed, sensitivity)


def test_a_naive_release_leaves_some_persons_one_database(
    block: Counter[tuple[str, ...]],
) -> None:
    """Counts of three and more, all crossings shown: the types of persons are found again."""
    truth = np.array([block[own] for own in TYPES])
    system, _ = published(block, NAMES, "enrolment")
    naive = (system.cells.value > 0) & (system.cells.value < 3)
    left = agreeing(system, naive, NAMES, 1)
    assert min(len(np.unique(left[:, own])) for own in np.flatnonzero(truth)) == 1
