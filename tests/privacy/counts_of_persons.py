"""In which exact cells delivered persons count, worked out from their rows by hand: an oracle.

Nothing of the pipeline is used but the names of tables, levels and dimensions in the contracts.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import product
from math import acos, ceil, cos, radians, sin
from typing import Any

import yaml

from pipeline.settings import INSTALLATION

Row = dict[str, str]
Cell = tuple[tuple[str, str], ...]
Point = tuple[float, float]

EARTH_KM = 6371.0088

PREFIXES = {
    "commune": "COM-",
    "epci": "EPCI-",
    "arrondissement": "ARR-",
    "departement": "DEP-",
    "region": "REG-",
    "country": "",
}
ANSWERS = {"oui": "Y", "non": "N", "nsp": "_U"}
SECTORS = {"PUBLIC": "PUB", "PRIVE": "PRIV"}
LEVELS = {"préélémentaire": "L02", "élémentaire": "L1", "collège": "L2"}
GRADES = {
    "PRE": "L02",
    **dict.fromkeys(("CP", "CE1", "CE2", "CM1", "CM2", "ULIS"), "L1"),
    **dict.fromkeys(("6E", "5E", "4E", "3E"), "L2"),
}

# At the end of the year in which the school year begins.
OFFICIAL_AGES = {"L02": range(3, 6), "L1": range(6, 11), "L2": range(11, 15)}


def rows_of_persons(content: bytes, ids: Collection[str]) -> list[Row]:
    """Return the delivered rows of some persons."""
    rows = csv.DictReader(io.StringIO(content.decode()), delimiter=";")
    return [row for row in rows if row["national_id"] in ids]


def tables_of(population: str) -> dict[str, dict[str, Any]]:
    """Return name → contract of the tables that count a dataset."""
    found = {}
    for path in sorted((INSTALLATION / "contracts" / "tables").glob("*.yml")):
        contract = yaml.safe_load(path.read_text(encoding="utf-8"))
        if contract["population"] == population:
            found[path.stem] = contract
    return found


def cells_of_persons(
    rows: list[Row],
    schools: bytes,
    table: Mapping[str, Any],
    *,
    period: str,
    connected_places: bytes,
) -> Counter[Cell]:
    """Return cell → how many of the persons it counts, of one table and period.

    Args:
        rows: of persons, as delivered.
        schools: the delivered register of schools of the period.
        table: the contract.
        period: such as `2021`.
        connected_places: the delivered register of places of the period.
    """
    register = {
        row["school_code"]: row
        for row in csv.DictReader(io.StringIO(schools.decode()), delimiter=";")
    }
    near = list(map(_point, csv.DictReader(io.StringIO(connected_places.decode()), delimiter=";")))
    places = _Places()
    counted: Counter[Cell] = Counter()
    fifths = _fifths(register) if "social_quintile" in table["dimensions"] else {}
    for row in rows:
        school = register[row["school_code"]]
        commune = places.changes.get(school["commune_code"], school["commune_code"])
        own = _own(row, school, places.urbanisation(commune))
        if "is_official_age" in table["dimensions"]:
            own |= _by_age(own["edu_level"], row["birth_date"], period)
        if "in_reach" in table["dimensions"]:
            own["in_reach"] = _in_reach(_point(school), near)
        own |= {"social_quintile": fifths[row["school_code"]]} if fifths else {}
        for level, crossed in table["levels"].items():
            area = PREFIXES[level] + places.parents[commune][level]
            choices = [
                (own[name], "_T") if name in crossed else (_closed(name),)
                for name in table["dimensions"]
            ]
            for codes in product(*choices):
                named = dict(zip(table["dimensions"], codes, strict=True))
                counted[cell_of({"ref_area": area, "time_period": period, **named}, table)] += 1
    return counted


def _closed(name: str) -> str:
    """Return the code of a dimension that a level does not cross: persons add up, places do not."""
    return "_Z" if name == "urbanisation" else "_T"


def cell_of(values: Mapping[str, Any], table: Mapping[str, Any]) -> Cell:
    """Return the address of a cell."""
    names = ("ref_area", "time_period", *table["dimensions"])
    return tuple((name, str(values[name])) for name in names)


def _own(row: Row, school: Row, urbanisation: str) -> Row:
    """Return the codes of one person."""
    level = LEVELS[row["edu_level"]] if "edu_level" in row else GRADES[row["grade"]]
    answers = ("home_internet", "home_device", "has_digital_training", "is_trained", "is_qualified")
    return {
        "sex": row["sex"],
        "edu_level": level,
        "sector": SECTORS[school["sector"]],
        "urbanisation": urbanisation,
        **{name: ANSWERS[row[name]] for name in answers if name in row},
    }


def _by_age(level: str, birth_date: str, period: str) -> Row:
    """Return whether somebody of an age at the end of a year has the official one of a level."""
    age = int(period) - int(birth_date.rpartition("/")[2])
    official = next((name for name, ages in OFFICIAL_AGES.items() if age in ages), None)
    names = {("L2", "L1"): "YOUNGER", ("L1", "L2"): "OLDER", (level, level): "OFFICIAL"}
    return {
        "is_official_age": "Y" if official == level else "N",
        "official_age": names.get((level, str(official)), "OTHER"),
    }


def _point(row: Row) -> Point | None:
    """Return latitude and longitude, in radians, where a row has them."""
    told = row["latitude"], row["longitude"]
    return (radians(float(told[0])), radians(float(told[1]))) if all(told) else None


def _fifths(register: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return school → the fifth of schools in which the middle of those of its index lies."""
    index = {code: school["social_position_index"] for code, school in register.items()}
    schools = Counter(Decimal(one) for one in index.values() if one)
    every, below, fifth = schools.total(), 0, {}
    for position in sorted(schools):
        middle = Fraction(2 * below + schools[position], 2 * every)
        fifth[position] = f"Q{ceil(5 * middle)}"
        below += schools[position]
    return {code: fifth[Decimal(one)] if one else "_U" for code, one in index.items()}


def _in_reach(school: Point | None, places: Collection[Point | None]) -> str:
    """Return whether a place lies within the policy's kilometres of a school."""
    if school is None:
        return "_U"
    return "Y" if min(_kilometres(school, one) for one in places if one) <= _reach_km() else "N"


@cache
def _reach_km() -> float:
    policy = yaml.safe_load((INSTALLATION / "contracts" / "policy.yml").read_text("utf-8"))
    return float(policy["targets"]["place_reach_km"]["value"])


def _kilometres(one: Point, other: Point) -> float:
    """Return how far two points are on a sphere, by the law of cosines."""
    cosine = sin(one[0]) * sin(other[0]) + cos(one[0]) * cos(other[0]) * cos(one[1] - other[1])
    return EARTH_KM * acos(min(1.0, cosine))


class _Places:
    """The communes of the demonstration, from its facts."""

    def __init__(self) -> None:
        self.parents = {row["commune"]: row for row in _facts("communes.csv")}
        self.changes = {row["old_code"]: row["new_code"] for row in _facts("commune_changes.csv")}
        self._inhabitants = {
            row["code"]: int(row["inhabitants"])
            for row in _facts("territories.csv")
            if row["level"] == "commune"
        }

    def urbanisation(self, commune: str) -> str:
        inhabitants = self._inhabitants[commune]
        if inhabitants < 2_000:
            return "RURAL"
        return "TOWN" if inhabitants < 10_000 else "URBAN"


def _facts(name: str) -> Iterator[Row]:
    path = INSTALLATION / "demo" / "facts" / name
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
