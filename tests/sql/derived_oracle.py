"""What each derived indicator is, in plain Python, from its definition alone.

It is made of the oracles of other indicators and of rows, and shares nothing with `sql/` or
`pipeline/`. An oracle returns value and coverage by address: a figure covers what the least
covered figure behind it does, an inequality the share of the pupils that is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log

import numpy as np
import pandas as pd

from tests.sql.indicator_oracle import located, of_all
from tests.sql.oracles import ORACLES, coverage_of
from tests.sql.small_nation import COMMUNES, PERIODS, Nation

Derived = Callable[[Nation], pd.DataFrame]
DERIVED: dict[str, Derived] = {}
Figure = tuple[float, float]

# Level → those of the territories right above, and those in between it and communes.
ABOVE = {
    "commune": ("epci", "arrondissement"),
    "arrondissement": ("departement",),
    "departement": ("region",),
    "region": ("country",),
}
BELOW = {"departement": "arrondissement", "region": "departement", "country": "region"}
FLOOR = 0.8


def coverage(nation: Nation, tables: Sequence[str], area: str, period: str) -> float:
    """Return the least coverage of the datasets that some tables count."""
    datasets = {nation.contracts.tables[name].population for name in tables}
    return min(nation.covered[dataset, area, period] for dataset in datasets)


def figures(nation: Nation, code: str) -> dict[tuple[str, ...], Figure]:
    """Return value and coverage of another indicator; no value where nobody delivered."""
    indicator, wanted = nation.contracts.indicators[code], ORACLES[code](nation)
    covered = coverage_of(nation, indicator, wanted.index)
    shown = zip(wanted.index, wanted.mask(covered == 0), covered, strict=True)
    return {address: (float(value), float(share)) for address, value, share in shown}


def frame(found: Mapping[tuple[str, ...], Figure]) -> pd.DataFrame:
    """Return value and coverage by address."""
    index = pd.MultiIndex.from_tuples(list(found))
    return pd.DataFrame(list(found.values()), index=index, columns=["value", "coverage"])


def named(nation: Nation, level: str, code: str) -> str:
    return nation.contracts.territories.prefixes[level] + code


def areas(nation: Nation) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield level and name of each territory, and where one commune in it lies."""
    seen = set()
    for upper in nation.geography.parents.values():
        for level, code in upper.items():
            if (level, code) not in seen:
                seen.add((level, code))
                yield level, named(nation, level, code), dict(upper)


def gap(code: str) -> Derived:
    """The figure of a territory less that of the one right above, in each hierarchy."""

    def derived(nation: Nation) -> pd.DataFrame:
        of = nation.contracts.indicators[code]
        whole = ("_T",) * len(of.dimensions)
        known = figures(nation, code)
        found = {}
        for level, area, upper in areas(nation):
            for above in ABOVE.get(level, ()):
                for period in PERIODS:
                    own = known[area, period, *whole]
                    parent = known[named(nation, above, upper[above]), period, *whole]
                    found[area, period, above] = (own[0] - parent[0], min(own[1], parent[1]))
        return frame(found)

    return derived


def held(
    code: str, dimension: str, group: str, other: str, rule: Callable[[float, float], float]
) -> Derived:
    """What a rule makes of the figures of two groups, where there are both."""

    def derived(nation: Nation) -> pd.DataFrame:
        of = nation.contracts.indicators[code]
        known = figures(nation, code)
        found = {}
        for _, area, _ in areas(nation):
            for period in PERIODS:
                told, against = (
                    known.get(
                        (area, period, *(one if n == dimension else "_T" for n in of.dimensions))
                    )
                    for one in (group, other)
                )
                if told and against:
                    value = rule(told[0], against[0])
                    found[area, period] = (value, min(told[1], against[1]))
        return frame(found)

    return derived


def less(a: float, b: float) -> float:
    return a - b


def parity(a: float, b: float) -> float:
    return a / b if b else float("nan")


def adjusted(a: float, b: float) -> float:
    index = parity(a, b)
    return 2 - 1 / index if index > 1 else index


for _code in (
    *("HOME_INTERNET", "HOME_DEVICE", "DISTANCE_READY"),
    *("SCHOOL_INTERNET", "PUPILS_PER_COMPUTER", "PTR"),
):
    DERIVED[f"{_code}_GAP"] = gap(_code)
    DERIVED[f"{_code}_URBAN_RURAL"] = held(_code, "urbanisation", "URBAN", "RURAL", less)
for _code in ("HOME_INTERNET", "DISTANCE_READY"):
    DERIVED[f"{_code}_GPI"] = held(_code, "sex", "F", "M", parity)
    DERIVED[f"{_code}_GPIA"] = held(_code, "sex", "F", "M", adjusted)
    DERIVED[f"{_code}_LPI"] = held(_code, "urbanisation", "RURAL", "URBAN", parity)
    DERIVED[f"{_code}_LPIA"] = held(_code, "urbanisation", "RURAL", "URBAN", adjusted)
DERIVED["HOME_INTERNET_SPI"] = held("HOME_INTERNET_QUINTILE", "social_quintile", "Q1", "Q5", parity)
DERIVED["HOME_INTERNET_SPIA"] = held(
    "HOME_INTERNET_QUINTILE", "social_quintile", "Q1", "Q5", adjusted
)
DERIVED["ENROLMENT_GPIA"] = held("ENROLMENT", "sex", "F", "M", adjusted)

Shares = list[tuple[float, float]]
"""Of each commune: what it has of the resource, and its pupils."""


def theil(shares: Shares) -> float:
    """Sum of resource share x log of resource share / population share."""
    resource, pupils = (sum(column) for column in zip(*shares, strict=True))
    return sum(x / resource * log((x / resource) / (p / pupils)) for x, p in shares if x)


def gini(shares: Shares) -> float:
    """Half the mean difference between any two pupils' shares, over the mean share."""
    resource, pupils = (sum(column) for column in zip(*shares, strict=True))
    apart = sum(p * q * abs(x / p - y / q) for x, p in shares for y, q in shares)
    return apart / pupils**2 / (2 * resource / pupils)


def between(groups: list[Shares]) -> float:
    """Theil's index of groups, each taken as one."""
    return theil([(sum(x for x, _ in one), sum(p for _, p in one)) for one in groups])


def within(groups: list[Shares]) -> float:
    """Theil's indices of groups, each weighed by its share of the resource."""
    resources = [sum(x for x, _ in one) for one in groups]
    return sum(
        own / sum(resources) * theil(one) for own, one in zip(resources, groups, strict=True) if own
    )


def inequality(
    resource: Callable[[Nation], pd.Series],
    pupils: Callable[[Nation], pd.Series],
    tables: Sequence[str],
    measure: Callable[[list[Shares]], float],
    *,
    is_split: bool,
) -> Derived:
    """A measure of communes with pupils, all in one group or split; missing below the floor."""

    def derived(nation: Nation) -> pd.DataFrame:
        has, heads = resource(nation).to_dict(), pupils(nation).to_dict()
        found: dict[tuple[str, ...], Figure] = {}
        for level, area, upper in areas(nation):
            if level == "commune":
                continue
            splits = [s for s in (BELOW.get(level), "urbanisation") if s] if is_split else [None]
            for period in PERIODS:
                for split in splits:
                    groups: dict[str, Shares] = {}
                    for commune, lies in nation.geography.parents.items():
                        place = named(nation, "commune", commune)
                        is_known = coverage(nation, tables, place, period) > 0
                        if lies[level] == upper[level] and is_known and heads[place, period] > 0:
                            kind = {None: "", "urbanisation": COMMUNES[commune][3]}
                            group = kind.get(split, lies.get(split or "", ""))
                            share = (has[place, period], heads[place, period])
                            groups.setdefault(group, []).append(share)
                    covered = coverage(nation, tables, area, period)
                    shown = sum(p for one in groups.values() for _, p in one)
                    share_shown = shown / heads[area, period] if heads[area, period] else 1.0
                    there = sum(x for one in groups.values() for x, _ in one)
                    is_told = covered > 0 and share_shown >= FLOOR and there > 0
                    value = measure([*groups.values()]) if is_told else float("nan")
                    address = (area, period) if split is None else (area, period, split)
                    found[address] = (value, covered * (share_shown if covered > 0 else 0))
        return frame(found)

    return derived


def _computers(nation: Nation) -> pd.Series:
    return of_all(nation, located(nation, "equipment"), "pupil_computers")


def _pupils(nation: Nation) -> pd.Series:
    return of_all(nation, located(nation, "pupils"))


def _places(nation: Nation) -> pd.Series:
    return of_all(nation, located(nation, "connected_places"))


def _online(nation: Nation) -> pd.Series:
    rows = located(nation, "pupils")
    return of_all(nation, rows[rows["home_internet"] == "Y"])


def _answered(nation: Nation) -> pd.Series:
    rows = located(nation, "pupils")
    return of_all(nation, rows[rows["home_internet"].isin(["Y", "N"])])


for _name, _resource, _heads, _tables in (
    ("PUPIL_COMPUTERS", _computers, _pupils, ("enrolment", "school_equipment")),
    ("HOME_INTERNET", _online, _answered, ("home_connectivity",)),
    ("CONNECTED_PLACES", _places, _pupils, ("connected_places", "enrolment")),
):
    for _suffix, _measure, _split in (
        ("THEIL", lambda groups: theil(groups[0]), False),
        ("GINI", lambda groups: gini(groups[0]), False),
        ("THEIL_WITHIN", within, True),
        ("THEIL_BETWEEN", between, True),
    ):
        DERIVED[f"{_name}_{_suffix}"] = inequality(
            _resource, _heads, _tables, _measure, is_split=_split
        )


def served(need: str, there: Callable[[Nation], pd.Series]) -> Derived:
    """Pupils x missing units / all units that there would be."""

    def derived(nation: Nation) -> pd.DataFrame:
        pupils, units = _pupils(nation), there(nation)
        tables = {"enrolment", *nation.contracts.indicators[need].tables}
        found = {}
        for address, (missing, _) in figures(nation, need).items():
            covered = coverage(nation, sorted(tables), *address[:2])
            value = pupils[address] * missing / (missing + units[address]) if missing else missing
            found[address] = (value if covered > 0 else float("nan"), covered)
        return frame(found)

    return derived


def _connected(nation: Nation) -> pd.Series:
    rows = located(nation, "equipment")
    return of_all(nation, rows[rows["has_internet"] == "Y"])


def _teachers(nation: Nation) -> pd.Series:
    return of_all(nation, located(nation, "teachers"))


DERIVED["DEVICES_NEEDED_PUPILS"] = served("DEVICES_NEEDED", _computers)
DERIVED["CONNECTIONS_NEEDED_PUPILS"] = served("CONNECTIONS_NEEDED", _connected)
DERIVED["TEACHERS_NEEDED_PUPILS"] = served("TEACHERS_NEEDED", _teachers)
DERIVED["PLACES_NEEDED_PUPILS"] = served("PLACES_NEEDED", _places)


def investment(nation: Nation) -> pd.DataFrame:
    """Each need times the policy's unit cost, added up; missing where one is not known."""
    prices = nation.contracts.policy.unit_costs
    assert prices is not None
    needs = {"DEVICES_NEEDED": "computer", "CONNECTIONS_NEEDED": "connection"}
    parts = [
        (figures(nation, need), float(prices.costs[cost].value))
        for need, cost in {**needs, "PLACES_NEEDED": "place"}.items()
    ]
    return frame(
        {
            address: (
                float(np.sum([known[address][0] * price for known, price in parts])),
                min(known[address][1] for known, _ in parts),
            )
            for address in parts[0][0]
        }
    )


DERIVED["INVESTMENT_COST"] = investment
