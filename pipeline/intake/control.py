"""The control file beside a delivery: what its sender says of it, to be held against it.

One fact a line, `name: value`, so that any school's software can write it and any YAML reader can
read it. Its last line is `end: true`: a file without it is still being written, and the delivery
beside it is not complete. Nothing in it is ever shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError, Place, Problem
from pipeline.intake.sums import SUM, summed_columns

SUFFIX = ".control.yml"
# It holds a few facts: what is larger is something else.
MOST_BYTES = 64 << 10
SUM_OF = "sum_"
END = "end"
_LINE = re.compile(r"""([a-z][a-z0-9_]*): *(?:"([^"]*)"|'([^']*)'|([^"'\s](?:.*\S)?))\s*""")
_NOTHING = re.compile(r"\s*(?:#.*|---\s*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a control file says. Its text form shows nothing of it.

    Attributes:
        records: how many rows the delivery has.
        sha256: of the delivery as it was sent, in hex.
        as_of: the sender's date of it.
        is_day: whether that date has no hour.
        period: the first year of its school year.
        mode: whether it holds all, or changes alone.
        sums: column → its sum.
        lines: fact → the line that says it.
    """

    records: int | None = None
    sha256: str | None = None
    as_of: datetime | None = None
    is_day: bool = False
    period: str | None = None
    mode: Literal["full", "delta"] | None = None
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Said({', '.join(sorted(self.lines))})"


def is_ended(data: bytes) -> bool:
    """Tell whether a control file bears its end mark: the delivery beside it is complete."""
    lines = [line for line in data.splitlines() if not _is_nothing(line.decode("utf-8", "replace"))]
    return bool(lines) and re.fullmatch(rb"end: *true\s*", lines[-1]) is not None


def read_control(data: bytes, dataset: Dataset, *, place: Place) -> Said:
    """Return what a control file says.

    Args:
        data: all of it.
        dataset: the contract of the delivery.
        place: dataset and control file, for refusals.

    Raises:
        DeliveryError: it has no end mark, is no control file, says something that is not known or
            not in its form, or lacks what the contract asks for: every fault at once.
    """
    if len(data) > MOST_BYTES:
        raise DeliveryError("control.too_large", place=place)
    if not is_ended(data):
        raise DeliveryError("control.unfinished", place=place)
    readers = _readers(dataset)
    facts: dict[str, tuple[int, Any]] = {}
    problems: list[Problem] = []
    for number, raw in enumerate(data.splitlines(), 1):
        text = raw.decode("utf-8", errors="replace").removeprefix("\ufeff")
        if _is_nothing(text):
            continue
        name, value = _fact(text)
        code = _fault(name, value, facts, readers)
        if code is None:
            facts[name] = number, readers[name](value)
            continue
        told = name if name in readers else ", ".join(readers)
        here = replace(place, line=number)
        problems.append(Problem(code=code, place=here, facts=(("name", told),)))
    problems += [
        Problem(code="control.lacks", place=place, facts=(("name", name),))
        for name in _asked(dataset)
        if name not in facts
    ]
    if problems:
        raise DeliveryError("control.faults", place=place, count=len(problems), problems=problems)
    return _said(facts)


def _fact(text: str) -> tuple[str, str]:
    """Return name and value of a line; no name where it is not of that form."""
    found = _LINE.fullmatch(text)
    if found is None:
        return "", ""
    return found[1], next(each for each in found.groups()[1:] if each is not None)


def _fault(
    name: str, value: str, facts: Mapping[str, object], readers: Mapping[str, Callable[[str], Any]]
) -> str | None:
    """Return what is wrong with a line."""
    if not name:
        return "control.line"
    if name not in readers:
        return "control.unknown"
    if name in facts:
        return "control.repeated"
    return "control.bad_value" if readers[name](value) is None else None


def _said(facts: Mapping[str, tuple[int, Any]]) -> Said:
    told = {name: value for name, (_, value) in facts.items()}
    as_of, is_day = told.get("as_of", (None, False))
    return Said(
        records=told.get("records"),
        sha256=told.get("sha256"),
        as_of=as_of,
        is_day=is_day,
        period=told.get("period"),
        mode=told.get("mode"),
        sums={
            name.removeprefix(SUM_OF): value
            for name, value in told.items()
            if name.startswith(SUM_OF)
        },
        lines={name: number for name, (number, _) in facts.items()},
    )


def _asked(dataset: Dataset) -> list[str]:
    if dataset.control is None:
        return []
    return [*dataset.control.holds, *(SUM_OF + name for name in dataset.control.sums)]


def _readers(dataset: Dataset) -> dict[str, Callable[[str], Any]]:
    """Return fact → what makes it of its text; None where that is not in its form."""
    return {
        "records": _if(r"[0-9]{1,15}", int),
        "sha256": _if(r"[0-9a-fA-F]{64}", str.lower),
        "as_of": read_date,
        "period": _if(r"[12][0-9]{3}", str),
        "mode": _if("full|delta", str),
        **{SUM_OF + name: _if(SUM.pattern, Decimal) for name in summed_columns(dataset)},
        END: _if("true", str),
    }


def _if(pattern: str, make: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: make(text) if re.fullmatch(pattern, text) else None


def read_date(text: str) -> tuple[datetime, bool] | None:
    """Return the date that a text is, in UTC unless it says a zone, and whether it has no hour."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return datetime.combine(date.fromisoformat(text), time(), UTC), True
        if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:", text):
            moment = datetime.fromisoformat(text)
            moment = moment.replace(tzinfo=moment.tzinfo or UTC)
            # One of the first or last hours that there are may not be one in UTC.
            moment.astimezone(UTC)
            return moment, False
    except (ValueError, OverflowError):
        pass
    return None


def _is_nothing(text: str) -> bool:
    return _NOTHING.fullmatch(text.removeprefix("\ufeff")) is not None
