"""The adversary agrees with one who writes down every table that could be behind the file."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from tests.disclosure.adversary import Plan, attack
from tests.disclosure.adversary_elimination import PRIME, null_vector
from tests.disclosure.adversary_file import Address, Cell, Geography, Published, Rate, Table
from tests.disclosure.adversary_rates import Policy, quotients
from tests.disclosure.adversary_relations import Matrix

PLACES = ("A", "B", "C", "D")
Counted = dict[tuple[str, ...], int]
"""Table and codes that are no total -> count."""


def small_file(
    counts: np.ndarray, hidden: frozenset[int], floor: int
) -> tuple[Published, np.ndarray]:
    """Return a file of four communes, two sexes, two crossing groupings; and its sums.

    Zeros are protected where the least of a hidden cell, the floor, is 0.
    Rows of the sums are the published cells, columns the eight inner cells.
    """
    areas = {"A": [0], "B": [1], "C": [2], "D": [3], "E1": [0, 1], "E2": [2, 3], "R1": [0, 2]}
    sexes = {"F": [0], "M": [1], "_T": [0, 1]}
    sums, cells = [], []
    for number, ((area, places), (sex, own)) in enumerate(product(areas.items(), sexes.items())):
        inner = np.zeros((4, 2), dtype=np.int64)
        inner[np.ix_(places, own)] = 1
        value = int((inner * counts).sum())
        shown = None if number in hidden and value >= floor else value
        cells.append(Cell("enrolment", area, (sex,), shown, "F" if shown is not None else "C"))
        sums.append(inner.ravel())
    table = Table("enrolment", "pupils", ("sex",), {"sex": ("F", "M")}, {"2021": cells})
    geography = Geography(PLACES, {area: np.array(p) for area, p in areas.items()}, {})
    protected = frozenset({"enrolment"} if floor == 0 else ())
    tables = {"enrolment": table}
    return Published(geography, tables, {}, [], ("2021",), protected), np.array(sums)


def every_table(sums: np.ndarray, cells: list[Cell], totals: np.ndarray, floor: int) -> np.ndarray:
    """Return the values of all cells in every table that agrees with the file, one row each."""
    splits = [[(girls, total - girls) for girls in range(total + 1)] for total in totals]
    worlds = np.array([np.ravel(split) for split in product(*splits)])
    for row, cell in zip(sums, cells, strict=True):
        values = worlds @ row
        worlds = worlds[values == cell.value if cell.value is not None else values >= floor]
    found: np.ndarray = worlds @ sums.T
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=8, max_size=8),
    st.frozensets(st.integers(0, 20), min_size=4, max_size=16),
    st.sampled_from([0, 1]),
)
def test_every_verdict_is_that_of_all_possible_tables(
    counts: list[int], hidden: frozenset[int], floor: int
) -> None:
    # Totals of communes stay shown, so that every possible table can be listed.
    hidden -= {2, 5, 8, 11}
    published, sums = small_file(np.array(counts).reshape(4, 2), hidden, floor)
    cells = list(published.tables["enrolment"].cells["2021"])
    values = every_table(sums, cells, np.sum(np.reshape(counts, (4, 2)), axis=1), floor)
    verdicts = attack(published, plan=Plan(width=1)).verdicts
    place = {(cell.area, cell.codes): number for number, cell in enumerate(cells)}
    assert sum(len(v.figure.cells) for v in verdicts) == published.hidden
    for verdict in verdicts:
        for cell in verdict.figure.cells:
            possible = values[:, place[cell.area, cell.codes]]
            assert verdict.is_known == (possible.min() == possible.max())
            assert possible.min() <= verdict.low <= verdict.high <= possible.max()
            assert verdict.interval is not None
            assert verdict.interval.low <= possible.min() + 1e-6
            assert verdict.interval.high >= possible.max() - 1e-6


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_a_random_solution_solves_and_moves_what_can_move(
    rows: int, columns: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    matrix = random.integers(-2, 3, (rows, columns))
    solution = null_vector(Matrix(sparse.csr_array(matrix)), seed=seed)
    assert all(
        sum(int(a) * int(x) for a, x in zip(r, solution, strict=True)) % PRIME == 0 for r in matrix
    )
    for column in range(columns):
        unit = np.zeros((1, columns))
        unit[0, column] = 1
        is_fixed = np.linalg.matrix_rank(np.vstack([matrix, unit])) == np.linalg.matrix_rank(matrix)
        assert (solution[column] == 0) == is_fixed


def file_with(rate: Rate, **others: int) -> Published:
    """Return a file that shows one rate, and computers and places at its address."""
    things: dict[Address, int] = {
        ("school_equipment", "pupil_computers", rate.period, rate.area, frozenset()): others.get(
            "computers", 0
        ),
        ("connected_places", "places", rate.period, rate.area, frozenset()): others.get(
            "places", 0
        ),
    }
    return Published(Geography(("A",), {"A": np.array([0])}, {}), {}, things, [rate], ("2021",))


def allowed(published: Published, *parts: Counted) -> list[bool]:
    """Return, for each set of counts, whether it agrees with what the rate is taken to say."""
    (quotient,) = quotients(published, "2021", Policy())
    return [
        all(
            sum(
                term.factor * counts[term.table, *sorted(term.codes.values())]
                for term in line.terms
            )
            >= line.least
            for line in quotient.lines
        )
        for counts in parts
    ]


@pytest.mark.parametrize("teachers", [1, 3, 7, 40])
def test_pupils_per_teacher_are_those_that_round_to_the_rate(teachers: int) -> None:
    rate = Rate("PTR", "A", "2021", {}, round(60 / teachers, 1), 1)
    parts: list[Counted] = [{("enrolment",): p, ("teaching_staff",): teachers} for p in range(200)]
    near = [abs(p / teachers - rate.value) <= 0.05 + 1e-9 for p in range(200)]
    assert allowed(file_with(rate), *parts) == near
    assert near[60]


@pytest.mark.parametrize(("girls", "boys"), [(1, 1), (4, 9), (100, 99)])
def test_parity_is_that_of_girls_to_boys(girls: int, boys: int) -> None:
    rate = Rate("GPI", "A", "2021", {}, round(girls / boys, 3), 3)
    parts: list[Counted] = [{("enrolment", "F"): f, ("enrolment", "M"): boys} for f in range(200)]
    near = [abs(f / boys - rate.value) <= 0.0005 + 1e-9 for f in range(200)]
    assert allowed(file_with(rate), *parts) == near
    assert near[girls]


@pytest.mark.parametrize(
    ("indicator", "over"),
    [
        ("HOME_INTERNET", ("home_connectivity", "Y", "_T")),
        ("HOME_DEVICE", ("home_connectivity", "Y", "_T")),
        ("DISTANCE_READY", ("home_connectivity", "Y", "Y")),
    ],
)
def test_shares_at_home_are_of_known_answers(indicator: str, over: tuple[str, ...]) -> None:
    rate = Rate(indicator, "A", "2021", {}, 62.5, 1)
    home = "home_connectivity"
    base: Counted = {(home, "N", "_T"): 15, (home, "Y", "_T"): 25, (home, "Y", "Y"): 25}
    parts = [{**base, over: count} for count in range(100)]
    answers = [(p[home, "Y", "_T"] + p[home, "N", "_T"]) for p in parts]
    near = [
        abs(100 * p[over] / n - 62.5) <= 0.05 + 1e-9 for p, n in zip(parts, answers, strict=True)
    ]
    assert allowed(file_with(rate), *parts) == near
    assert near[25]


@pytest.mark.parametrize("computers", [0, 3, 12])
def test_devices_needed_are_pupils_by_the_target_less_computers(computers: int) -> None:
    for needed in range(5):
        rate = Rate("DEVICES_NEEDED", "A", "2021", {}, float(needed), 0)
        parts: list[Counted] = [{("enrolment",): p} for p in range(150)]
        same = [max(-(-p // 5) - computers, 0) == needed for p in range(150)]
        assert allowed(file_with(rate, computers=computers), *parts) == same


def test_pupils_per_computer_and_places_per_pupil_bound_the_pupils() -> None:
    parts: list[Counted] = [{("enrolment",): p} for p in range(1, 300)]
    rate = Rate("PUPILS_PER_COMPUTER", "A", "2021", {}, round(100 / 7, 1), 1)
    near = [abs(p / 7 - rate.value) <= 0.05 + 1e-9 for p in range(1, 300)]
    assert allowed(file_with(rate, computers=7), *parts) == near
    rate = Rate("CONNECTED_PLACES_PER_1000", "A", "2021", {}, round(3000 / 100, 2), 2)
    near = [abs(3000 / p - rate.value) <= 0.005 + 1e-9 for p in range(1, 300)]
    assert allowed(file_with(rate, places=3), *parts) == near
    assert near[99]
