"""Facilities of schools: who has each, among those who know, at each level that they teach."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.sql.cells import Rows, counted, rates, released, value

COLUMNS = {
    "SCHOOL_ELECTRICITY": "has_electricity",
    "SCHOOL_INTERNET": "has_internet",
    "SCHOOL_ADAPTED": "has_adapted_infrastructure",
    "SCHOOL_WATER": "has_drinking_water",
    "SCHOOL_SANITATION": "has_single_sex_sanitation",
    "SCHOOL_HANDWASHING": "has_handwashing",
}


def schools(*listed: tuple[str, str]) -> Rows:
    """Return the register of one commune: levels taught and sector of each school."""
    return [
        {"school_code": str(n), "commune_code": "A", "levels_taught": levels, "sector": sector}
        for n, (levels, sector) in enumerate(listed)
    ]


def equipment(column: str, *answers: object) -> Rows:
    """Return the answers of the schools in one column, a plain yes in all others."""
    rest = dict.fromkeys(COLUMNS.values(), "Y") | {"pupil_computers": 1}
    return [
        {"school_code": str(n), **(rest | {column: answer})} for n, answer in enumerate(answers)
    ]


SEVERAL = schools(("L02", "PUB"), ("L02_L1", "PUB"), ("L1", "PRIV"), ("L2", "PUB"), ("L2", "PUB"))


def of(code: str, register: Rows, answers: Rows) -> pd.DataFrame:
    given = {"schools": register, "equipment": answers}
    return rates(code, {"school_facilities": released("school_facilities", given)})


@pytest.mark.parametrize(("code", "column"), COLUMNS.items())
def test_a_school_of_two_levels_counts_at_each_and_once_in_all(code: str, column: str) -> None:
    found = of(code, SEVERAL, equipment(column, "Y", "N", "Y", "Y", "N"))
    by_level = {
        level: value(found, edu_level=level, sector="_T") for level in ("L02", "L1", "L2", "_T")
    }
    assert by_level == {"L02": 50.0, "L1": 50.0, "L2": 50.0, "_T": 60.0}
    assert value(found, edu_level="L1", sector="PRIV") == 100.0
    assert value(found, edu_level="L1", sector="PUB") == 0.0


@pytest.mark.parametrize(("code", "column"), COLUMNS.items())
def test_who_does_not_know_is_out_of_the_share_and_lowers_the_coverage(
    code: str, column: str
) -> None:
    found = of(code, SEVERAL, equipment(column, "Y", "N", "_U", "_U", None))
    assert value(found, edu_level="_T", sector="_T") == 50.0
    assert value(found, "coverage", edu_level="_T", sector="_T") == 2 / 5
    assert value(found, edu_level="L1", sector="_T") == 0.0
    assert value(found, "coverage", edu_level="L1", sector="_T") == 1 / 2
    # Nobody knows: there is no share, and nothing is covered.
    assert math.isnan(value(found, edu_level="L2", sector="_T"))
    assert value(found, "coverage", edu_level="L2", sector="_T") == 0.0


def test_one_computer_for_pupils_is_enough_and_none_is_not() -> None:
    found = of("SCHOOL_COMPUTERS", SEVERAL, equipment("pupil_computers", 1, 0, 40, 0, None))
    assert value(found, edu_level="_T", sector="_T") == 50.0
    assert value(found, edu_level="L2", sector="_T") == 0.0
    assert value(found, "coverage", edu_level="L2", sector="_T") == 1 / 2


def test_a_school_that_teaches_all_levels_counts_at_all() -> None:
    register = schools(("L02_L1_L2", "PUB"), ("L1_L2", "PUB"))
    found = of("SCHOOL_WATER", register, equipment("has_drinking_water", "Y", "N"))
    assert value(found, edu_level="L02", sector="_T") == 100.0
    for level in ("L1", "L2", "_T"):
        assert value(found, edu_level=level, sector="_T") == 50.0


def test_every_school_that_reported_is_counted_once() -> None:
    given = {"schools": SEVERAL, "equipment": equipment("has_electricity", *"YNYY")}
    assert counted("school_facilities", given)["schools"].sum() == 4


def test_bandwidth_per_pupil_is_hidden_with_either_part() -> None:
    cells = {"ref_area": "A", "area_level": "commune", "time_period": "2021", "coverage": 1.0}
    sectors = [
        ("_T", 300, "F", 600, "F"),
        ("PUB", None, "C", 500, "F"),
        ("PRIV", 100, "F", None, "C"),
    ]
    bandwidth = [
        cells | {"sector": s, "urbanisation": "_Z", "bandwidth_mbps": b, "conf_status": c}
        for s, b, c, *_ in sectors
    ]
    pupils = [
        cells
        | {"sector": s, "urbanisation": "_Z", "pupils": p, "conf_status": c}
        | {"sex": "_T", "edu_level": "_T"}
        for s, _, _, p, c in sectors
    ]
    found = rates(
        "BANDWIDTH_PER_PUPIL",
        {"school_bandwidth": pd.DataFrame(bandwidth), "enrolment": pd.DataFrame(pupils)},
    )
    assert value(found, sector="_T") == 500.0
    assert dict(zip(found["sector"], found["is_hidden"], strict=True)) == {
        "_T": False,
        "PUB": True,
        "PRIV": True,
    }
