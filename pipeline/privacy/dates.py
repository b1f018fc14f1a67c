"""What is kept of a date: its year, school year or month, or the age that it gives."""

from __future__ import annotations

from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import TruncateDate
from pipeline.errors import PrivacyError

Values: TypeAlias = "pa.Array | pa.ChunkedArray"


def truncate_date(dates: Values, rule: TruncateDate) -> Values:
    """Return the year or the school year as int64, or the month as text such as `2011-02`.

    Args:
        dates: date32; nulls stay null.
        rule: to what.
    """
    year = pc.year(dates)
    if rule.to == "year":
        return year
    month = pc.month(dates)
    if rule.to == "school_year":
        return pc.subtract(year, pc.less(month, rule.starts).cast(pa.int64()))
    months = pc.add(pc.multiply(year, 12), pc.subtract(month, 1))
    distinct = pc.unique(months)
    names = [None if m is None else f"{m // 12:04d}-{m % 12 + 1:02d}" for m in distinct.to_pylist()]
    return pc.take(pa.array(names, pa.string()), pc.index_in(months, value_set=distinct))


def age(dates: Values, *, at: str, period: str) -> Values:
    """Return the completed years on a reference date, as int64.

    Who was born on 29 February is a year older on 1 March of other years.

    Args:
        dates: dates of birth, date32; nulls stay null.
        at: month-day, of the year after the period's start with a leading `+`.
        period: the first year of the school year, such as `2021`.

    Raises:
        PrivacyError: a birth lies after the reference date.
    """
    month, day = map(int, at.removeprefix("+").split("-"))
    year = int(period) + at.startswith("+")
    birthday = pc.add(pc.multiply(pc.month(dates), 100), pc.day(dates))
    before = pc.greater(birthday, month * 100 + day).cast(pa.int64())
    years = pc.subtract(pc.subtract(year, pc.year(dates)), before)
    if unborn := pc.sum(pc.less(years, 0)).as_py():
        raise PrivacyError("privacy.not_born", count=unborn)
    return years
