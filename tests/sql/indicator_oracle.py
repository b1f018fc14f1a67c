"""What each indicator is, in plain pandas over the rows themselves, from its definition alone.

Nothing here is shared with `sql/` or `pipeline/`: rows are filtered, grouped and divided, one slow
and obvious step after the other. An oracle returns one value per address: territory, period, and a
code or `_T` for each dimension of the indicator that is crossed at the territory's level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, combinations, product

import numpy as np
import pandas as pd

from tests.sql.small_nation import PERIODS, Nation

Oracle = Callable[[Nation], pd.Series]
ORACLES: dict[str, Oracle] = {}


def oracle(code: str) -> Callable[[Oracle], Oracle]:
    """Register what an indicator is by definition."""

    def register(function: Oracle) -> Oracle:
        ORACLES[code] = function
        return function

    return register


def crossed(nation: Nation, tables: Sequence[str], dimensions: Sequence[str]) -> dict[str, list]:
    """Return level that all tables have → the dimensions that every one of them crosses there."""
    shapes = [nation.contracts.tables[name].levels for name in tables]
    return {
        level: [name for name in dimensions if all(name in shape[level] for shape in shapes)]
        for level in nation.contracts.territories.prefixes
        if all(level in shape for shape in shapes)
    }


def located(nation: Nation, dataset: str) -> pd.DataFrame:
    """Return the rows of a dataset with what is known of their school and commune."""
    rows = nation.rows[dataset]
    if "commune_code" not in rows:
        schools = nation.rows["schools"][["time_period", "school_code", "commune_code", "sector"]]
        rows = rows.merge(schools, on=["time_period", "school_code"])
    return rows.assign(
        urbanisation=rows["commune_code"].map(nation.geography.classes["urbanisation"])
    )


def total(
    nation: Nation,
    rows: pd.DataFrame,
    amount: str | None,
    dimensions: Mapping[str, Sequence[str]],
    order: Sequence[str],
) -> pd.Series:
    """Return how many rows, or how much of an amount, lies in each territory, period and group.

    Args:
        nation: whose territories are asked of.
        rows: with commune_code, time_period and the dimensions.
        amount: what is added up; None: rows are counted.
        dimensions: level → what is crossed there.
        order: the dimensions of the address.
    """
    rows = rows.assign(amount=1 if amount is None else rows[amount].fillna(0))
    found: dict[tuple[str, ...], float] = {}
    for level, own in dimensions.items():
        prefix = nation.contracts.territories.prefixes[level]
        upper = nation.geography.parents
        area = prefix + rows["commune_code"].map({c: up[level] for c, up in upper.items()})
        areas = sorted({prefix + up[level] for up in upper.values()})
        for chosen in chain.from_iterable(combinations(own, n) for n in range(len(own) + 1)):
            codes = [nation.contracts.codes(name) for name in chosen]
            keys = [area.rename("area"), rows["time_period"], *(rows[name] for name in chosen)]
            sums = rows["amount"].groupby(keys).sum().to_dict()
            for place, period, *group in product(areas, PERIODS, *codes):
                named = dict(zip(chosen, group, strict=True))
                address = (place, period, *(named.get(name, "_T") for name in order))
                found[address] = float(sums.get((place, period, *group), 0))
    index = pd.MultiIndex.from_tuples(list(found), names=["ref_area", "time_period", *order])
    return pd.Series(list(found.values()), index=index)


def share(part: pd.Series, whole: pd.Series, times: float = 1) -> pd.Series:
    """Return times x part / whole, missing where the whole is nothing."""
    return times * part / whole.where(whole != 0)


def simple_count(dataset: str, table: str, amount: str | None = None) -> Oracle:
    """Return the oracle of an indicator that counts what a table counts."""

    def counted(nation: Nation) -> pd.Series:
        shape = nation.contracts.tables[table]
        rows = located(nation, dataset).rename(columns={"theme": "programme_theme"})
        own = crossed(nation, [table], shape.dimensions)
        return total(nation, rows, amount, own, shape.dimensions)

    return counted


ORACLES["ENROLMENT"] = simple_count("pupils", "enrolment")
ORACLES["TEACHERS"] = simple_count("teachers", "teaching_staff")
ORACLES["SCHOOLS"] = simple_count("schools", "schools")
ORACLES["SCHOOL_BANDWIDTH"] = simple_count("equipment", "school_bandwidth", "bandwidth_mbps")
ORACLES["CONNECTED_PLACES"] = simple_count("connected_places", "connected_places")
ORACLES["PROGRAMMES"] = simple_count("programmes", "programmes")


@oracle("PTR")
def pupils_per_teacher(nation: Nation) -> pd.Series:
    """Pupils divided by teachers of the same level and territory."""
    order = ["edu_level", "urbanisation"]
    own = crossed(nation, ["enrolment", "teaching_staff"], order)
    pupils = total(nation, located(nation, "pupils"), None, own, order)
    return share(pupils, total(nation, located(nation, "teachers"), None, own, order))


@oracle("GPI")
def girls_to_boys(nation: Nation) -> pd.Series:
    """Girls enrolled divided by boys enrolled."""
    order = ["edu_level", "sector", "urbanisation"]
    own = crossed(nation, ["enrolment"], order)
    rows = located(nation, "pupils")
    girls, boys = (total(nation, rows[rows["sex"] == sex], None, own, order) for sex in "FM")
    return share(girls, boys)


def of_home(nation: Nation, has: Sequence[str], known: Sequence[str]) -> pd.Series:
    """Share of pupils with all of `has` among those whose answers on `known` are known."""
    order = ["sex", "urbanisation"]
    own = crossed(nation, ["home_connectivity"], order)
    rows = located(nation, "pupils")
    with_all = rows[np.logical_and.reduce([rows[name] == "Y" for name in has])]
    answered = rows[np.logical_and.reduce([rows[name].isin(["Y", "N"]) for name in known])]
    parts = (total(nation, chosen, None, own, order) for chosen in (with_all, answered))
    return share(*parts, times=100)


@oracle("HOME_INTERNET")
def home_internet(nation: Nation) -> pd.Series:
    """Share of pupils with internet at home among those whose answer is known."""
    return of_home(nation, ["home_internet"], ["home_internet"])


@oracle("HOME_DEVICE")
def home_device(nation: Nation) -> pd.Series:
    """Share of pupils with a device at home among those whose answer is known."""
    return of_home(nation, ["home_device"], ["home_device"])


@oracle("DISTANCE_READY")
def distance_ready(nation: Nation) -> pd.Series:
    """Share of pupils with both among those whose answer on internet is known."""
    return of_home(nation, ["home_internet", "home_device"], ["home_internet"])


@oracle("PUPILS_PER_COMPUTER")
def pupils_per_computer(nation: Nation) -> pd.Series:
    """Pupils enrolled divided by the working computers for pupils in their schools."""
    order = ["sector", "urbanisation"]
    own = crossed(nation, ["enrolment", "school_equipment"], order)
    pupils = total(nation, located(nation, "pupils"), None, own, order)
    rows = located(nation, "equipment")
    return share(pupils, total(nation, rows, "pupil_computers", own, order))


@oracle("CONNECTED_PLACES_PER_1000")
def places_per_1000(nation: Nation) -> pd.Series:
    """Connected public places per 1,000 pupils enrolled in the schools of the territory."""
    order = ["urbanisation"]
    own = crossed(nation, ["connected_places", "enrolment"], order)
    places = total(nation, located(nation, "connected_places"), None, own, order)
    return share(places, total(nation, located(nation, "pupils"), None, own, order), times=1000)


def of_all(nation: Nation, rows: pd.DataFrame, amount: str | None = None) -> pd.Series:
    """Return the totals of each territory and period."""
    return total(nation, rows, amount, crossed(nation, [], []), [])


def target(nation: Nation, name: str) -> float:
    """Return what the policy aims at."""
    return float(nation.contracts.policy.targets[name].value)


@oracle("DEVICES_NEEDED")
def devices_needed(nation: Nation) -> pd.Series:
    """Computers that the schools lack to reach the target of pupils per computer; not below 0."""
    pupils = of_all(nation, located(nation, "pupils"))
    computers = of_all(nation, located(nation, "equipment"), "pupil_computers")
    wanted = np.ceil(pupils / target(nation, "pupils_per_computer"))
    return (wanted - computers).clip(lower=0)


@oracle("CONNECTIONS_NEEDED")
def connections_needed(nation: Nation) -> pd.Series:
    """Schools to connect to reach the share of connected schools aimed at; not below 0."""
    rows = located(nation, "equipment")
    wanted = np.ceil(of_all(nation, rows) * target(nation, "schools_connected_pct") / 100)
    return (wanted - of_all(nation, rows[rows["has_internet"] == "Y"])).clip(lower=0)


@oracle("TEACHERS_NEEDED")
def teachers_needed(nation: Nation) -> pd.Series:
    """Teachers that the schools lack to reach the target of pupils per teacher; not below 0."""
    pupils = of_all(nation, located(nation, "pupils"))
    wanted = np.ceil(pupils / target(nation, "pupils_per_teacher"))
    return (wanted - of_all(nation, located(nation, "teachers"))).clip(lower=0)


@oracle("PLACES_NEEDED")
def places_needed(nation: Nation) -> pd.Series:
    """Places that the territory lacks to reach the target per 1,000 pupils; not below 0."""
    pupils = of_all(nation, located(nation, "pupils"))
    wanted = np.ceil(pupils * target(nation, "connected_places_per_1000") / 1000)
    return (wanted - of_all(nation, located(nation, "connected_places"))).clip(lower=0)
