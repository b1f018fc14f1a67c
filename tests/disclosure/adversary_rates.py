"""What a shown rate says of the counts behind it, as any reader of its definition knows.

A value rounded to d decimals stands for an interval; times 2 x 10^d its ends are whole numbers, so
that no tolerance hides a relation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.disclosure.adversary_file import TOTAL, Published, Rate


class Term(NamedTuple):
    """So many times one cell of a table of persons."""

    factor: int
    table: str
    area: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Policy:
    """What the public policy says that the file does not: the target of pupils per computer."""

    pupils_per_computer: int = 5


@dataclass(frozen=True)
class Line:
    """A weighted sum of cells that is at least `least`."""

    terms: tuple[Term, ...]
    least: int


@dataclass(frozen=True)
class Quotient:
    """All that one shown rate says; `name` tells where it stands."""

    name: str
    lines: tuple[Line, ...]


def quotients(published: Published, period: str, policy: Policy) -> Iterator[Quotient]:
    """Yield what each shown rate of a period says."""
    for rate in published.rates:
        if rate.period == period and rate.indicator in _FORMULAS:
            lines = _FORMULAS[rate.indicator](published, rate, policy)
            yield Quotient(f"{rate.indicator} {rate.area} {sorted(rate.codes.values())}", lines)


def _between(rate: Rate, over: list[Term], under: list[Term], scale: int = 1) -> tuple[Line, ...]:
    """Return scale x over / under = the rate, up to its rounding."""
    return tuple(
        Line(
            (
                *(term._replace(factor=sign * scale * unit * term.factor) for term in over),
                *(term._replace(factor=-sign * end * term.factor) for term in under),
            ),
            0,
        )
        for sign, end, unit in _edges(rate)
    )


def _edges(rate: Rate) -> tuple[tuple[int, int, int], ...]:
    """Return both ends of what the rounded value stands for: sign, end x unit, unit."""
    unit = 2 * 10**rate.decimals
    middle = round(rate.value * unit)
    return (1, middle - 1, unit), (-1, middle + 1, unit)


def _pupils(rate: Rate, **codes: str) -> list[Term]:
    return [Term(1, "enrolment", rate.area, {**rate.codes, **codes})]


def _home(rate: Rate, *cells: tuple[str, str]) -> list[Term]:
    return [
        Term(
            1, "home_connectivity", rate.area, {**rate.codes, "home_internet": i, "home_device": d}
        )
        for i, d in cells
    ]


def _parity(_: Published, rate: Rate, __: Policy) -> tuple[Line, ...]:
    return _between(rate, _pupils(rate, sex="F"), _pupils(rate, sex="M"))


def _pupils_per_teacher(_: Published, rate: Rate, __: Policy) -> tuple[Line, ...]:
    return _between(rate, _pupils(rate), [Term(1, "teaching_staff", rate.area, rate.codes)])


def _home_internet(_: Published, rate: Rate, __: Policy) -> tuple[Line, ...]:
    known = _home(rate, ("Y", TOTAL), ("N", TOTAL))
    return _between(rate, _home(rate, ("Y", TOTAL)), known, 100)


def _home_device(_: Published, rate: Rate, __: Policy) -> tuple[Line, ...]:
    known = _home(rate, (TOTAL, "Y"), (TOTAL, "N"))
    return _between(rate, _home(rate, (TOTAL, "Y")), known, 100)


def _distance_ready(_: Published, rate: Rate, __: Policy) -> tuple[Line, ...]:
    known = _home(rate, ("Y", TOTAL), ("N", TOTAL))
    return _between(rate, _home(rate, ("Y", "Y")), known, 100)


def _pupils_per_computer(published: Published, rate: Rate, _: Policy) -> tuple[Line, ...]:
    computers = _things(published, rate, "school_equipment", "pupil_computers")
    return tuple(
        Line((Term(sign * unit, "enrolment", rate.area, rate.codes),), sign * end * computers)
        for sign, end, unit in _edges(rate)
    )


def _places_per_1000(published: Published, rate: Rate, _: Policy) -> tuple[Line, ...]:
    places = 1000 * _things(published, rate, "connected_places", "places")
    return tuple(
        Line((Term(-sign * end, "enrolment", rate.area, rate.codes),), -sign * unit * places)
        for sign, end, unit in _edges(rate)
    )


def _devices_needed(published: Published, rate: Rate, policy: Policy) -> tuple[Line, ...]:
    """Return pupils / target - computers, rounded up and never below 0, as bounds on pupils."""
    computers = _things(published, rate, "school_equipment", "pupil_computers")
    wanted, target = int(rate.value) + computers, policy.pupils_per_computer
    most = Line((Term(-1, "enrolment", rate.area, rate.codes),), -target * wanted)
    least = Line((Term(1, "enrolment", rate.area, rate.codes),), target * (wanted - 1) + 1)
    return (most, least) if rate.value > 0 else (most,)


def _things(published: Published, rate: Rate, table: str, measure: str) -> int:
    """Return a shown count of things at the address of a rate."""
    codes = frozenset(rate.codes.items())
    return published.others[table, measure, rate.period, rate.area, codes]


_FORMULAS: Mapping[str, Callable[[Published, Rate, Policy], tuple[Line, ...]]] = {
    "GPI": _parity,
    "PTR": _pupils_per_teacher,
    "HOME_INTERNET": _home_internet,
    "HOME_DEVICE": _home_device,
    "DISTANCE_READY": _distance_ready,
    "PUPILS_PER_COMPUTER": _pupils_per_computer,
    "CONNECTED_PLACES_PER_1000": _places_per_1000,
    "DEVICES_NEEDED": _devices_needed,
}
