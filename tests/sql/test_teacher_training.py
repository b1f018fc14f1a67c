"""Trained and qualified teachers: who is, among those of whom it is known, and pupils for each."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.sql.cells import Rows, counted, rates, released, value

SCHOOLS: Rows = [{"school_code": "S", "commune_code": "A", "sector": "PUB"}]
SHARES = {
    "TEACHERS_TRAINED": ("teacher_training", "is_trained"),
    "TEACHERS_QUALIFIED": ("teacher_qualification", "is_qualified"),
}
RATIOS = {
    "PTR_TRAINED": ("teacher_training", "is_trained"),
    "PTR_QUALIFIED": ("teacher_qualification", "is_qualified"),
}


def teachers(column: str, answers: str) -> Rows:
    """Return teachers by their answer in a column, `?` where not known; a plain no in the other."""
    rest = {"is_trained": "N", "is_qualified": "N", "school_code": "S"}
    return [rest | {column: "_U" if answer == "?" else answer} for answer in answers]


def cells(table: str, rows: Rows) -> pd.DataFrame:
    return released(table, {"schools": SCHOOLS, "teachers": rows})


@pytest.mark.parametrize("code", SHARES)
def test_the_share_is_of_those_of_whom_it_is_known(code: str) -> None:
    table, column = SHARES[code]
    found = rates(code, {table: cells(table, teachers(column, "YYYN???"))})
    assert value(found) == 75.0


@pytest.mark.parametrize("code", RATIOS)
def test_pupils_are_divided_by_those_alone_of_whom_it_is_known_that_they_are(code: str) -> None:
    table, column = RATIOS[code]
    staff = teachers(column, "YN?")
    pupils = released(
        "enrolment",
        {
            "schools": SCHOOLS,
            "pupils": [{"school_code": "S", "sex": "F", "edu_level": "L1"}] * 20,
        },
    )
    found = rates(code, {table: cells(table, staff), "enrolment": pupils})
    assert value(found) == 20.0


def test_a_rate_beside_a_hidden_part_is_hidden() -> None:
    frame = cells("teacher_training", teachers("is_trained", "YN"))
    hidden = frame.assign(
        conf_status=frame["is_trained"].map({"N": "C"}).fillna("F"),
        teachers=frame["teachers"].astype("float64").mask(frame["is_trained"] == "N"),
    )
    found = rates("TEACHERS_TRAINED", {"teacher_training": hidden})
    assert found["is_hidden"].all()
    assert all(math.isnan(one) for one in found["obs_value"])


def test_every_teacher_is_counted_once_in_each_table() -> None:
    rows = teachers("is_trained", "Y?N")
    for table in ("teacher_training", "teacher_qualification"):
        given = {"schools": SCHOOLS, "teachers": rows}
        assert counted(table, given)["teachers"].sum() == len(rows)
