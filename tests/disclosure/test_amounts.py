"""Sums over schools are hidden where they tell what one school gives, and stay uncertain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure.amounts import AmountRule, Contributions, amount_cells
from pipeline.disclosure.primary import Primary
from pipeline.disclosure.protect import protect
from pipeline.disclosure.shape import PROTECTED, Absence, Geography, Inner, TableShape
from pipeline.disclosure.system import System, build_system
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

School = tuple[str, str, int]
"""Commune, sector, amount."""

RULE = AmountRule(contributors=3, p_pct=10.0, dominance_n=1, dominance_k_pct=85.0)
DOMINANCE = replace(RULE, p_pct=1.0)
TWO = replace(DOMINANCE, dominance_n=2)
SECTORS = ("PUB", "PRIV")
UPPER = {"A": "E", "B": "E", "C": "F", "D": "F"}
RANKS = 3


def published(schools: Sequence[School]) -> tuple[System, Contributions]:
    """Return the sums by commune and sector, by community and country; and what is behind them."""
    communes = tuple(UPPER)
    amounts = {
        key: sorted((a for c, s, a in schools if (c, s) == key), reverse=True)
        for key in product(communes, SECTORS)
    }
    empty = [key for key, found in amounts.items() if not found]
    nobody = Absence(
        territory=np.array([commune for commune, _ in empty], dtype=np.str_),
        codes={"sector": np.array([sector for _, sector in empty], dtype=np.str_)},
    )
    levels = {"commune": (), "epci": ("sector",), "country": ("sector",)}
    shape = TableShape(name="t", k=1, dimensions=("sector",), levels=levels, zeros=PROTECTED)
    geography = Geography(
        base="commune",
        territory=np.array(communes),
        upper={"epci": np.array(list(UPPER.values())), "country": np.full(len(communes), "FR")},
        typology={},
    )

    def system(of: Mapping[tuple[str, str], int]) -> System:
        inner = Inner(
            table="t",
            territory=np.array([commune for commune, _ in of]),
            codes={"sector": np.array([sector for _, sector in of])},
            count=np.array(list(of.values()), dtype=np.int64),
        )
        lists = {"sector": SECTORS}
        return build_system([shape], [inner], lists, geography=geography, absences=[nobody])

    largest = [
        system({key: (*found, 0, 0, 0)[rank] for key, found in amounts.items()}).atoms
        for rank in range(RANKS)
    ]
    number = system({key: len(found) for key, found in amounts.items()}).atoms
    whole = system({key: sum(found) for key, found in amounts.items()})
    return whole, Contributions(number=number, largest=np.stack(largest, axis=1))


def behind(system: System, cell: int, schools: Sequence[School]) -> list[int]:
    """Return the amounts behind a published cell, most first."""
    area, sector = str(system.cells.area[cell]), str(system.cells.codes["sector"][cell])
    return sorted(
        (
            amount
            for commune, own, amount in schools
            if area in {commune, UPPER[commune], "FR"} and sector in {own, "_T"}
        ),
        reverse=True,
    )


def tells(amounts: Sequence[int], rule: AmountRule) -> bool:
    """Return whether a sum tells too much, as the handbook words it."""
    if not amounts:
        return False
    total, first = sum(amounts), amounts[0]
    second = amounts[1] if len(amounts) > 1 else 0
    return (
        len(amounts) < rule.contributors
        or total == 0
        or total - second - first < rule.p_pct / 100 * first
        or sum(amounts[: rule.dominance_n]) > rule.dominance_k_pct / 100 * total
    )


@pytest.mark.parametrize(
    ("amounts", "rule", "is_told"),
    [
        ([40, 40], RULE, True),
        ([40, 40, 40], RULE, False),
        # The second largest takes itself off: 9 or 10 more than 10 % of the largest are left.
        ([100, 80, 9], RULE, True),
        ([100, 80, 10], RULE, False),
        # One school holds 86 or 85 % of the sum; what two more could work out is let pass.
        ([86, 7, 7], DOMINANCE, True),
        ([85, 8, 7], DOMINANCE, False),
        ([45, 41, 14], TWO, True),
        ([45, 40, 15], TWO, False),
        ([0, 0, 0], RULE, True),
        ([9, 0, 0, 0], RULE, True),
    ],
)
def test_both_sides_of_each_limit(amounts: list[int], rule: AmountRule, *, is_told: bool) -> None:
    system, contributions = published([("A", "PUB", amount) for amount in amounts])
    found = amount_cells(system, contributions, rule)
    commune = (system.cells.area == "A") & (system.cells.level == "commune")
    assert found.cells[commune].tolist() == [is_told]
    assert any(cells[commune].any() for cells in found.rules.values()) == is_told


@pytest.mark.parametrize(
    ("amounts", "rule", "told"),
    [
        ([40, 40], RULE, {"few_units", "p_pct"}),
        ([100, 80, 9], RULE, {"p_pct"}),
        ([86, 7, 7], DOMINANCE, {"dominance"}),
        ([0, 0, 0], RULE, {"nothing"}),
        ([40, 40, 40], RULE, set()),
    ],
)
def test_each_rule_is_named(amounts: list[int], rule: AmountRule, told: set[str]) -> None:
    system, contributions = published([("A", "PUB", amount) for amount in amounts])
    found = amount_cells(system, contributions, rule)
    commune = (system.cells.area == "A") & (system.cells.level == "commune")
    assert {name for name, cells in found.rules.items() if cells[commune].any()} == told


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(tuple(UPPER)),
            st.sampled_from(SECTORS),
            st.sampled_from([0, 1, 2, 5, 9, 10, 20, 85, 100, 400]),
        ),
        min_size=1,
        max_size=14,
    ),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([60.0, 85.0]),
)
def test_each_sum_is_judged_by_all_that_is_behind_it(
    schools: list[School], dominance_n: int, dominance_k_pct: float
) -> None:
    rule = AmountRule(
        contributors=3, p_pct=10.0, dominance_n=dominance_n, dominance_k_pct=dominance_k_pct
    )
    system, contributions = published(schools)
    found = amount_cells(system, contributions, rule)
    for cell in range(len(system.cells)):
        amounts = behind(system, cell, schools)
        assert found.cells[cell] == tells(amounts, rule)
        asked = max(math.ceil(sum(amounts) / 10), 1) if found.cells[cell] else 1
        assert found.width[cell] == asked


def interval(system: System, hidden: np.ndarray, cell: int) -> float:
    """Return the range of a hidden sum by two integer programs over all atoms."""
    rows = system.membership.toarray()
    value = system.cells.value
    relations = LinearConstraint(rows[~hidden], value[~hidden], value[~hidden])
    ends = []
    for sign in (1, -1):
        answer = milp(
            sign * rows[cell],
            constraints=relations,
            bounds=Bounds(0, 100_000),
            integrality=np.ones(len(system.atoms)),
        )
        assert answer.status == 0
        ends.append(sign * answer.fun)
    return float(ends[1] - ends[0])


@pytest.mark.parametrize("seed", range(1, 5))
def test_what_is_hidden_stays_uncertain_by_p_percent_of_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    schools = [
        (commune, sector, int(random.choice([10, 20, 50, 100, 1_000])))
        for commune, sector in product(UPPER, SECTORS)
        for _ in range(random.integers(0, 5))
    ]
    system, contributions = published(schools)
    primary = amount_cells(system, contributions, RULE)
    pattern = protect(system, width=1, primary=primary)
    assert 0 < np.count_nonzero(pattern.hidden) < len(system.cells)
    assert np.all(pattern.hidden[primary.cells])
    for cell in np.flatnonzero(pattern.hidden):
        assert interval(system, pattern.hidden, int(cell)) >= primary.width[cell]
    nobody = np.array([not behind(system, cell, schools) for cell in range(len(system.cells))])
    assert not np.any(pattern.hidden & nobody)


def test_a_sum_hidden_alone_would_be_the_difference() -> None:
    schools = [("A", "PUB", 400), *((c, "PUB", 30) for c in "BCD" for _ in range(4))]
    system, contributions = published(schools)
    primary = amount_cells(system, contributions, RULE)
    commune = int(np.flatnonzero((system.cells.area == "A") & (system.cells.level == "commune"))[0])
    assert primary.cells[commune]
    alone = np.zeros_like(primary.cells)
    alone[commune] = True
    assert interval(system, alone, commune) == 0
    pattern = protect(system, width=1, primary=Primary(cells=alone, width=primary.width))
    assert np.count_nonzero(pattern.secondary) >= 1
    assert interval(system, pattern.hidden, commune) >= 40


def test_the_query_says_what_is_behind_each_sum() -> None:
    """A school that reported without an amount is counted, and is behind none."""
    sql = load_project(INSTALLATION).counts["school_bandwidth"]
    reported = [("1", 100), ("2", 100), ("3", 30), ("4", 7), ("5", None), ("6", None)]
    places = [*((str(n), "A", "PUB") for n in range(1, 6)), ("6", "B", "PRIV")]
    with duckdb.connect() as connection:
        connection.execute("create table equipment (school_code text, bandwidth_mbps bigint)")
        connection.execute(
            "create table schools (school_code text, commune_code text, sector text)"
        )
        connection.executemany("insert into equipment values (?, ?)", reported)
        connection.executemany("insert into schools values (?, ?, ?)", places)
        rows = connection.execute(f"{sql} order by territory_code").fetchall()
    assert rows == [("A", "PUB", 237, 5, 4, 100, 100, 30), ("B", "PRIV", 0, 1, 0, 0, 0, 0)]
