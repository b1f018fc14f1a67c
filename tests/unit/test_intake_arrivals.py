"""Who was expected, came, is late or missing, on both sides of the due date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pipeline.contracts.datasets import Expected
from pipeline.errors import ContractError
from pipeline.intake import arrivals, due_date

DUE = date(2021, 10, 31)


def by(month_day: str) -> Expected:
    return Expected(each="schools.school_code", by=month_day, column="school_code")


def status(received: datetime | None, today: date) -> str:
    table = arrivals(["A"], DUE, {"A": received} if received else {}, today)
    return str(table["status"][0])


@pytest.mark.parametrize(
    ("month_day", "expected"),
    [("10-31", date(2021, 10, 31)), ("+01-15", date(2022, 1, 15)), ("+12-31", date(2022, 12, 31))],
)
def test_a_plus_means_the_year_after(month_day: str, expected: date) -> None:
    assert due_date(by(month_day), "2021") == expected


def test_a_day_that_the_year_lacks_is_refused() -> None:
    assert due_date(by("02-29"), "2020") == date(2020, 2, 29)
    with pytest.raises(ContractError, match="2021 has no such day"):
        due_date(by("02-29"), "2021")


def test_the_due_date_itself_is_on_time() -> None:
    assert status(datetime(2021, 10, 31, 23, 59, tzinfo=UTC), DUE) == "received"
    assert status(datetime(2021, 11, 1, tzinfo=UTC), date(2021, 11, 2)) == "late"


def test_nothing_is_missing_before_the_due_date_has_passed() -> None:
    assert status(None, DUE) == "expected"
    assert status(None, DUE + timedelta(days=1)) == "missing"


def test_the_day_of_reception_is_in_utc() -> None:
    paris = timezone(timedelta(hours=2))
    table = arrivals(["A"], DUE, {"A": datetime(2021, 11, 1, 1, 0, tzinfo=paris)}, DUE)
    assert table.to_pylist() == [{"sender": "A", "status": "received", "received_on": DUE}]


def test_each_sender_has_one_row_and_strangers_are_told() -> None:
    table = arrivals(
        ["B", "A", "B"], DUE, {"Z": datetime(2021, 10, 1, tzinfo=UTC)}, date(2021, 10, 2)
    )
    assert table.to_pylist() == [
        {"sender": "A", "status": "expected", "received_on": None},
        {"sender": "B", "status": "expected", "received_on": None},
        {"sender": "Z", "status": "unexpected", "received_on": date(2021, 10, 1)},
    ]


def test_no_sender_expected_gives_an_empty_table() -> None:
    assert arrivals([], DUE, {}, DUE).num_rows == 0
