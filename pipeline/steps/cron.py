"""When a cron expression comes next: five fields, in UTC, as contracts write their schedules."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.errors import ContractError, Place

# Minute, hour, day of the month, month, day of the week: least and greatest.
_FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_DAYS = 366 * 8


def next_time(cron: str, after: datetime, *, file: str) -> datetime:
    """Return the first minute after a moment at which an expression comes.

    Args:
        cron: numbers, `*`, ranges, steps and lists.
        after: in UTC.
        file: of the contract, for the refusal.

    Raises:
        ContractError: it is no such expression, or never comes.
    """
    fields = cron.split()
    try:
        minutes, hours, days, months, weekdays = (
            _numbers(field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True)
        )
    except ValueError:
        raise ContractError(
            "contract.bad_value", place=Place(file=file, rule="schedule"), why="cron"
        ) from None
    # Where both name days, either is enough, as cron has it.
    is_either = not fields[2].startswith("*") and not fields[4].startswith("*")
    weekdays = {number % 7 for number in weekdays}
    first = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    day = first.replace(hour=0, minute=0)
    for _ in range(_DAYS):
        named = (day.day in days, day.isoweekday() % 7 in weekdays)
        if day.month in months and (any(named) if is_either else all(named)):
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    moment = day.replace(hour=hour, minute=minute)
                    if moment >= first:
                        return moment
        day += timedelta(days=1)
    raise ContractError("contract.bad_value", place=Place(file=file, rule="schedule"), why="cron")


def _numbers(field: str, least: int, greatest: int) -> set[int]:
    """Return the numbers that a field stands for."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = least if span == "*" else int(first)
        is_open = span == "*" or (step and not dash)
        stop = greatest if is_open else int(last or start)
        if not (least <= start <= stop <= greatest):
            raise ValueError
        found.update(range(start, stop + 1, int(step or 1)))
    return found
