"""Schools lie in the fifth where the middle of those of their index does, pupils with them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pipeline.engines import run_query
from pipeline.project import load_project
from pipeline.settings import INSTALLATION

COUNTS = load_project(INSTALLATION).counts
Schools = list[tuple[str, float | None, int]]


def fifths(schools: Schools) -> dict[str, str]:
    """Return commune → fifth, where each school is a commune: code, index, pupils."""
    names = [code for code, _, pupils in schools for _ in range(pupils)]
    tables = {
        "pupils": pa.table({"school_code": names, "home_internet": ["Y"] * len(names)}),
        "schools": pa.table(
            {
                "school_code": [code for code, _, _ in schools],
                "commune_code": [code for code, _, _ in schools],
                "social_position_index": pa.array([one for _, one, _ in schools], pa.float64()),
            }
        ),
    }
    pupils, units = (
        run_query(COUNTS[name], tables, name=name).to_pylist()
        for name in ("home_by_position", "schools_by_position")
    )
    assert sum(row["pupils"] for row in pupils) == len(names)
    assert sum(row["schools"] for row in units) == len(schools)
    of_pupils, of_schools = (
        {row["territory_code"]: row["social_quintile"] for row in rows} for rows in (pupils, units)
    )
    assert of_pupils == of_schools
    return of_pupils


CASES: dict[str, tuple[Schools, dict[str, str]]] = {
    "five schools of one size": (
        [("A", 120.0, 4), ("B", 80.0, 4), ("C", 100.0, 4), ("D", 90.5, 4), ("E", 130.0, 4)],
        {"B": "Q1", "D": "Q2", "C": "Q3", "A": "Q4", "E": "Q5"},
    ),
    "how many pupils a school has does not decide": (
        [("A", 80.0, 1), ("B", 90.0, 18), ("C", 100.0, 1)],
        {"A": "Q1", "B": "Q3", "C": "Q5"},
    ),
    "schools of one index lie together, whatever their order": (
        [("Z", 90.0, 3), ("A", 90.0, 3), ("B", 110.0, 2), ("C", 120.0, 2)],
        {"Z": "Q2", "A": "Q2", "B": "Q4", "C": "Q5"},
    ),
    "on the border it is the lower fifth": (
        [("A", 80.0, 9), ("B", 80.0, 1), ("C", 90.0, 1), ("D", 95.0, 1), ("E", 99.0, 1)],
        {"A": "Q1", "B": "Q1", "C": "Q3", "D": "Q4", "E": "Q5"},
    ),
    "without an index it is told so, and counts for no fifth": (
        [("A", 80.0, 2), ("B", None, 50), ("C", 90.0, 2)],
        {"A": "Q2", "B": "_U", "C": "Q4"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_school_stands_in_the_fifth_of_its_index(case: str) -> None:
    schools, wanted = CASES[case]
    assert fifths(schools) == wanted
    assert fifths(schools[::-1]) == wanted
