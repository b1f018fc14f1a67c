"""Arrivals: who was expected to deliver, who did, who is late, who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import pyarrow as pa

from pipeline.contracts.datasets import Expected
from pipeline.errors import ContractError, Place

SCHEMA = pa.schema(
    [
        pa.field("sender", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("received_on", pa.date32()),
    ]
)


def due_date(expected: Expected, period: str) -> date:
    """Return the last day on which a delivery of a period is on time.

    Args:
        expected: `by` is month-day: `10-31` of the year in which the period starts, `+01-15` of
            the year after.
        period: school year by the year it starts in, such as `2021`.

    Raises:
        ContractError: that year has no such day.
    """
    month, day = (int(part) for part in expected.by.removeprefix("+").split("-"))
    year = int(period) + expected.by.startswith("+")
    try:
        return date(year, month, day)
    except ValueError:
        why = f"{year} has no such day"
        raise ContractError(
            "contract.bad_value", place=Place(rule="expected.by"), why=why
        ) from None


def arrivals(
    expected: Iterable[str], due: date, received: Mapping[str, datetime], today: date
) -> pa.Table:
    """Return the state of each sender's delivery of one dataset and period.

    Args:
        expected: the senders that must deliver.
        due: the last day that is on time.
        received: sender → when its first delivery of the period came; UTC where no zone is given.
        today: the day of the report.

    Returns:
        One row per sender, sorted: sender; status, one of `received` (by the due date), `late`
        (received after it), `missing` (not received, due date past), `expected` (not received,
        still in time), `unexpected` (received from a sender that is not expected); received_on,
        the day in UTC, null where nothing came.
    """
    wanted = set(expected)
    days = {sender: _day(moment) for sender, moment in received.items()}
    rows = [
        {
            "sender": sender,
            "status": _status(days.get(sender), due, today) if sender in wanted else "unexpected",
            "received_on": days.get(sender),
        }
        for sender in sorted(wanted | days.keys())
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _status(received_on: date | None, due: date, today: date) -> str:
    if received_on is None:
        return "missing" if today > due else "expected"
    return "late" if received_on > due else "received"


def _day(moment: datetime) -> date:
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).date()
