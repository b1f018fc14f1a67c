"""Small charts as coordinates; the template draws them, in both languages at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a chart: where it lies, and the value written beside it."""

    x: float
    y: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A line over periods; a period without a value breaks it."""

    width: float
    height: float
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]


def draw_trend(
    values: Sequence[float | None], *, width: float = 220, height: float = 56
) -> Trend | None:
    """Return a line chart of one series, or None when fewer than two values are known.

    The vertical axis runs from the lowest to the highest value: it shows the way, and the
    values are written beside its ends.
    """
    known = [value for value in values if value is not None]
    if len(known) <= 1:
        return None
    low, span = min(known), (max(known) - min(known)) or 1
    margin = 8
    step = (width - 2 * margin) / (len(values) - 1)
    marks = [
        None
        if value is None
        else Mark(
            round(margin + place * step, 1),
            round(height - margin - (value - low) / span * (height - 2 * margin), 1),
            value,
        )
        for place, value in enumerate(values)
    ]
    return Trend(
        width=width,
        height=height,
        lines=tuple(_lines(marks)),
        marks=tuple(mark for mark in marks if mark),
    )


def _lines(marks: Sequence[Mark | None]) -> list[str]:
    lines: list[list[Mark]] = [[]]
    for mark in marks:
        if mark is None:
            lines.append([])
        else:
            lines[-1].append(mark)
    return [" ".join(f"{m.x:g},{m.y:g}" for m in line) for line in lines if len(line) > 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Two lengths drawn away from a common axis, as shares (0 to 100) of the longest."""

    left: float | None
    right: float | None


def draw_pyramid(pairs: Sequence[tuple[float | None, float | None]]) -> tuple[Bar, ...]:
    """Return one bar per pair, all at one scale."""
    longest = max((v for pair in pairs for v in pair if v is not None), default=0) or 1
    return tuple(
        Bar(
            left=None if left is None else round(100 * left / longest, 2),
            right=None if right is None else round(100 * right / longest, 2),
        )
        for left, right in pairs
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Several classes on one axis, at shares (0 to 100) of its length.

    Attributes:
        points: the number of a class, which is that of its colour, and where it lies; a class
            without a figure has no point, and the others keep their numbers.
        low: the first place of all.
        high: the last one.
    """

    points: tuple[tuple[int, float], ...]
    low: float
    high: float


def draw_dots(values: Sequence[float | None], *, start: float, end: float) -> Dots:
    """Return where each value lies between the ends of the axis."""
    points = tuple(
        (number, round(100 * (value - start) / (end - start), 2))
        for number, value in enumerate(values)
        if value is not None
    )
    places = [place for _, place in points]
    return Dots(points=points, low=min(places, default=0), high=max(places, default=0))
