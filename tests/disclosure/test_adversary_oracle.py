"""The adversary agrees with one who writes down every table that could be behind the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from pipeline.disclosure.adversary import Plan, Published, Rates, Table, Territories, attack
from pipeline.disclosure.adversary.elimination import PRIME, null_vector
from pipeline.disclosure.adversary.knowledge import Matrix
from pipeline.disclosure.adversary.lattice import Lattice, lattices
from pipeline.disclosure.adversary.quotients import inequalities
from pipeline.steps.strangers_figures import formula_of
from tests.disclosure.adversary_sample import PROJECT

PLACES = ("A", "B", "C", "D")
Counted = Mapping[str, int]
"""Table and codes, `enrolment sex=F` -> count."""


@dataclass(frozen=True)
class Cell:
    """A cell as it is published: its value, or None where it is hidden."""

    area: str
    sex: str
    value: int | None


def small_file(
    counts: np.ndarray, hidden: frozenset[int], floor: int
) -> tuple[Published, list[Cell], np.ndarray]:
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
        cells.append(Cell(area, sex, shown))
        sums.append(inner.ravel())
    published = Published(
        territories=Territories(
            base=PLACES,
            members={area: np.array(places) for area, places in areas.items()},
            classes={},
        ),
        tables={"enrolment": as_table("enrolment", cells)},
        protected_zeros=frozenset({"enrolment"} if floor == 0 else ()),
    )
    return published, cells, np.array(sums)


def as_table(name: str, cells: Sequence[Cell]) -> Table:
    values = [np.nan if cell.value is None else cell.value for cell in cells]
    return Table(
        name=name,
        population="pupils",
        counts="persons",
        territory_of="school",
        codes={"sex": ("F", "M")},
        period=np.full(len(cells), "2021"),
        level=np.full(len(cells), "any"),
        area=np.array([cell.area for cell in cells]),
        code={"sex": np.array([cell.sex for cell in cells])},
        value={"pupils": np.array(values, dtype=np.float64)},
        hidden=np.isnan(np.array(values, dtype=np.float64)),
    )


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
    published, cells, sums = small_file(np.array(counts).reshape(4, 2), hidden, floor)
    values = every_table(sums, cells, np.sum(np.reshape(counts, (4, 2)), axis=1), floor)
    report = attack(published, Plan(width=1))
    assert report.cells == sum(cell.value is None for cell in cells)
    assert not report.undecided
    for finding in report.findings:
        for cell in finding.figure.cells:
            possible = values[:, cell.number]
            assert finding.is_known == (possible.min() == possible.max())
            assert possible.min() <= finding.low <= finding.high <= possible.max()
            assert finding.interval is not None
            assert finding.interval.low <= possible.min() + 1e-6
            assert finding.interval.high >= possible.max() - 1e-6


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=8, max_size=8),
    st.frozensets(st.integers(0, 20), min_size=4, max_size=16),
    st.integers(1, 4),
)
def test_what_is_narrower_than_the_width_is_named(
    counts: list[int], hidden: frozenset[int], width: int
) -> None:
    hidden -= {2, 5, 8, 11}
    published, cells, sums = small_file(np.array(counts).reshape(4, 2), hidden, 1)
    values = every_table(sums, cells, np.sum(np.reshape(counts, (4, 2)), axis=1), 1)
    ranges = {
        number: int(np.ptp(values[:, number]))
        for number, cell in enumerate(cells)
        if cell.value is None
    }
    report = attack(published, Plan(width=width))
    named = {c.number for one in (*report.known, *report.narrow) for c in one.figure.cells}
    assert named == {number for number, wide in ranges.items() if wide < width}


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


@dataclass(frozen=True)
class Shown:
    """A shown value of an indicator of one commune, and the things that it is made of."""

    indicator: str
    value: float
    computers: int = 0
    places: int = 0
    children: int = 0

    def allows(self, *parts: Counted) -> list[bool]:
        """Return, for each set of counts, whether it agrees with what the value is taken to say."""
        indicator = PROJECT.contracts.indicators[self.indicator]
        things = {
            "school_equipment": self.computers,
            "connected_places": self.places,
            "school_age_population": self.children,
        }
        tables = {name: _empty(name, things.get(name)) for name in PROJECT.contracts.tables}
        territories = Territories(base=("A",), members={"A": np.array([0])}, classes={})
        rates = Rates(
            indicator=self.indicator,
            tables=indicator.tables,
            formula=formula_of(indicator, PROJECT.contracts),
            period=np.array(["2021"]),
            area=np.array(["A"]),
            code={},
            value=np.array([self.value]),
        )
        published = Published(territories=territories, tables=tables, rates=[rates])
        found = lattices(published.persons, territories)
        told = inequalities(published, "2021", found)
        assert told.telling == (self.indicator,)
        worlds = [_world(counts, found) for counts in parts]
        return [bool(np.all(told.rows @ world >= told.above)) for world in worlds]


def _world(counts: Counted, found: Mapping[str, Lattice]) -> np.ndarray:
    """Return unknowns of which the first of each set holds all of its persons."""
    world = np.zeros(max(lattice.end for lattice in found.values()), dtype=np.int64)
    for named, count in counts.items():
        name, *codes = named.split(" ")
        own = dict(code.split("=") for code in codes)
        world[found[name].select("A", own)[0]] += count
    return world


def _empty(name: str, things: int | None) -> Table:
    """Return a table that shows nothing of persons, and one number of things."""
    contract = PROJECT.contracts.tables[name]
    size = 1 if things is not None else 0
    dimensions = [n for n in contract.dimensions if n != "urbanisation"]
    # Children are told of one age group, that of primary.
    code = "L1" if name == "school_age_population" else "_T"
    return Table(
        name=name,
        population=contract.population,
        counts=contract.counts,
        territory_of=contract.territory_of,
        codes={n: PROJECT.contracts.codes(n) for n in dimensions},
        period=np.full(size, "2021"),
        level=np.full(size, "commune"),
        area=np.full(size, "A"),
        code={n: np.full(size, code) for n in dimensions},
        value={m: np.full(size, float(things or 0)) for m in contract.measure_names},
        hidden=np.zeros(size, dtype=bool),
    )


@pytest.mark.parametrize("teachers", [1, 3, 7, 40])
def test_pupils_per_teacher_are_those_that_round_to_the_rate(teachers: int) -> None:
    shown = Shown("PTR", round(60 / teachers, 1))
    parts = [{"enrolment": p, "teaching_staff": teachers} for p in range(200)]
    near = [abs(p / teachers - shown.value) <= 0.05 + 1e-9 for p in range(200)]
    assert shown.allows(*parts) == near
    assert near[60]


@pytest.mark.parametrize(("girls", "boys"), [(1, 1), (4, 9), (100, 99)])
def test_parity_is_that_of_girls_to_boys(girls: int, boys: int) -> None:
    shown = Shown("GPI", round(girls / boys, 3))
    parts = [{"enrolment sex=F": f, "enrolment sex=M": boys} for f in range(200)]
    near = [abs(f / boys - shown.value) <= 0.0005 + 1e-9 for f in range(200)]
    assert shown.allows(*parts) == near
    assert near[girls]


@pytest.mark.parametrize(
    ("indicator", "value"), [("OFST_1", 20), ("ROFST_1", 20.0), ("OFST_1", -7), ("ROFST_1", -7.0)]
)
def test_who_is_out_of_school_is_the_rest_of_the_children(indicator: str, value: float) -> None:
    shown = Shown(indicator, value, children=100)
    here, early = "enrolment_by_age edu_level=L1 is_official_age=Y", "enrolment_by_age edu_level=L2"
    parts = [{here: n, f"{early} official_age=YOUNGER": 9} for n in range(200)]
    near = [100 - n - 9 == value for n in range(200)]
    assert shown.allows(*parts) == near
    assert sum(near) == 1


@pytest.mark.parametrize(
    ("indicator", "over"),
    [
        ("HOME_INTERNET", {("Y", "Y"), ("Y", "N")}),
        ("HOME_DEVICE", {("Y", "Y"), ("N", "Y")}),
        ("DISTANCE_READY", {("Y", "Y")}),
    ],
)
def test_shares_at_home_are_of_known_answers(indicator: str, over: set[tuple[str, str]]) -> None:
    shown = Shown(indicator, 62.5)
    answers = list(product("YN", repeat=2))
    drawn = np.random.default_rng(1).integers(0, 20, (300, 4)).tolist()
    parts = [
        {
            f"home_connectivity home_internet={i} home_device={d}": count
            for (i, d), count in zip(answers, counts, strict=True)
        }
        for counts in [*drawn, [25, 0, 0, 15]]
    ]
    shares = [
        100 * sum(n for a, n in zip(answers, c, strict=True) if a in over) / max(sum(c), 1)
        for c in [*drawn, [25, 0, 0, 15]]
    ]
    near = [abs(share - 62.5) <= 0.05 + 1e-9 for share in shares]
    assert shown.allows(*parts) == near
    assert near[-1]
    assert not all(near)


@pytest.mark.parametrize("computers", [0, 3, 12])
def test_devices_needed_are_pupils_by_the_target_less_computers(computers: int) -> None:
    for needed in range(5):
        shown = Shown("DEVICES_NEEDED", float(needed), computers=computers)
        same = [max(-(-p // 5) - computers, 0) == needed for p in range(150)]
        assert shown.allows(*({"enrolment": p} for p in range(150))) == same


def test_pupils_per_computer_and_places_per_pupil_bound_the_pupils() -> None:
    parts = [{"enrolment": p} for p in range(1, 300)]
    shown = Shown("PUPILS_PER_COMPUTER", round(100 / 7, 1), computers=7)
    near = [abs(p / 7 - shown.value) <= 0.05 + 1e-9 for p in range(1, 300)]
    assert shown.allows(*parts) == near
    shown = Shown("CONNECTED_PLACES_PER_1000", round(3000 / 100, 2), places=3)
    near = [abs(3000 / p - shown.value) <= 0.005 + 1e-9 for p in range(1, 300)]
    assert shown.allows(*parts) == near
    assert near[99]
