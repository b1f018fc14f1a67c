"""The time of day, as an argument: a test may give another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time of day, in UTC."""
    return datetime.now(UTC)
