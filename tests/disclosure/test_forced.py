"""What is 0 in every table that agrees with what is published, against a program per column."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from pipeline.disclosure.adversary import Plan, attack
from pipeline.disclosure.adversary.parts import Part
from pipeline.disclosure.adversary.programs import forced
from tests.disclosure.adversary_sample import Sample, SampleTable


def part(equations: np.ndarray, inequalities: np.ndarray, world: np.ndarray) -> Part:
    """Return a part that `world` agrees with; its figures are its first two unknowns."""
    figures = np.eye(2, equations.shape[1], dtype=np.int64)
    rows = np.vstack([equations, figures, inequalities])
    known = (equations @ world).astype(np.float64)
    above = (inequalities @ world).astype(np.float64)
    open_ended = np.full(len(rows) - len(known), np.inf)
    return Part(
        period="2021",
        figures=np.arange(2),
        relations=sparse.csr_array(rows),
        low=np.concatenate([known, np.zeros(2), above]),
        high=np.append(known, open_ended),
        base=np.zeros(2, dtype=np.int64),
        territory=np.zeros(equations.shape[1], dtype=np.int64),
    )


def most_of_each(one: Part) -> np.ndarray:
    """Return the largest value of each unknown, then of each row with one end above that end."""
    rows, sums = one.relations.toarray().astype(np.float64), one.sums
    asked = np.vstack([np.eye(one.size), rows[sums:]])
    start = np.append(np.zeros(one.size), one.low[sums:])
    most = []
    for each, least in zip(asked, start, strict=True):
        answer = linprog(
            -each,
            A_eq=rows[:sums],
            b_eq=one.low[:sums],
            A_ub=-rows[sums:],
            b_ub=-one.low[sums:],
            bounds=(0, 1_000),
        )
        most.append(-answer.fun - least)
    return np.array(most)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_zero_everywhere_is_told_and_nothing_else(seed: int) -> None:
    random = np.random.default_rng(seed)
    unknowns, sums = int(random.integers(4, 30)), int(random.integers(2, 12))
    # Half of a world of zeros, and weights that differ, so that vertices are no whole numbers.
    world = random.integers(0, 9, unknowns) * random.integers(0, 2, unknowns)
    equations = random.integers(0, 2, (sums, unknowns)) * random.integers(1, 4, (sums, 1))
    equations = np.vstack([equations, equations[0] * np.append(0, np.ones(unknowns - 1))])
    inequalities = random.integers(-1, 2, (2, unknowns))
    one = part(equations.astype(np.int64), inequalities, world)
    assert list(forced(one)) == list(most_of_each(one) < 1e-7)


def test_a_difference_of_sums_forces_and_a_seventh_of_a_person_does_not() -> None:
    equations = np.array([[1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 1, 7]])
    one = part(equations, np.array([[1, 0, 0, 0, 0]]), np.array([2, 3, 0, 1, 0]))
    # The third by the difference of two sums; the last can be a seventh, which is not nothing.
    assert list(forced(one)[:5]) == [False, False, True, False, False]


def test_what_is_found_does_not_hang_on_the_number_of_threads() -> None:
    counts = {f"{own}{n}": [3 + n, 9 - n] for own in "ABCDEF" for n in range(3)}
    table = SampleTable(
        "enrolment",
        "pupils",
        counts,
        {"sex": ("F", "M")},
        {"commune": ("sex",), "epci": ("sex",)},
    )
    parents = {commune: {"epci": commune[0]} for commune in counts}
    published = Sample(parents, [table], lambda cell: cell.area in counts).published()
    whole = attack(published, Plan(width=3)).findings
    assert len({one.low for one in whole}) > 1
    for threads in (2, 5):
        assert attack(published, Plan(width=3), threads=threads).findings == whole
