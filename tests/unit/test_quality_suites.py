"""Each suite: its passing table, and for each critical expectation a twin that breaks it alone.

Every table is the smallest that gives each expectation a row to look at. People are synthetic.
"""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import QualityError
from pipeline.project import Project, load_project
from pipeline.quality import Parameter, check_suite, gate_parameters, require, run_gate
from pipeline.settings import INSTALLATION

PSEUDONYMS = [bytes(range(16)), bytes(range(240, 256)), b"\xff" * 16, b"0123456789abcdef"]
LEVELS = {
    "commune": "COM-35238",
    "epci": "EPCI-243500139",
    "arrondissement": "ARR-353",
    "departement": "DEP-35",
    "region": "REG-53",
    "country": "FR",
}
PROTECTED: dict[str, dict[str, list[Any]]] = {
    "pupils": {
        "pupil_pseudonym": PSEUDONYMS,
        "sex": ["F", "M", "F", "M"],
        "school_code": ["0350002M", "0350002M", "0350003N", "0350003N"],
        "edu_level": ["L02", "L1", "L2", "L2"],
        "school_age": ["L02", "L1", "L1", "L2"],
        "home_internet": ["Y", "Y", "N", "Y"],
        "home_device": ["Y", "Y", "N", "N"],
    },
    "teachers": {
        "teacher_pseudonym": PSEUDONYMS,
        "sex": ["F", "M", "F", "F"],
        "school_code": ["0350002M", "0350002M", "0350003N", "0350003N"],
        "edu_level": ["L02", "L1", "L2", "L2"],
        "has_digital_training": ["Y", "N", "N", "N"],
        "is_trained": ["Y", "N", "Y", "_U"],
        "is_qualified": ["Y", "Y", "N", "_U"],
    },
    "schools": {
        "school_code": ["0350002M", "0350003N"],
        "commune_code": ["35047", "35049"],
        "sector": ["PUB", "PRIV"],
        "levels_taught": ["L2", "L02_L1"],
        "longitude": [-1.74414, -1.85601],
        "latitude": [48.02101, 48.68003],
        "social_position_index": [118.1, None],
    },
    "equipment": {
        "school_code": ["0350002M", "0350003N"],
        "has_internet": ["Y", "N"],
        "bandwidth_mbps": [1000, None],
        "pupil_computers": [40, 0],
        "has_electricity": ["Y", "Y"],
        "has_adapted_infrastructure": ["Y", "_U"],
        "has_drinking_water": ["Y", None],
        "has_single_sex_sanitation": ["Y", "N"],
        "has_handwashing": ["N", "N"],
    },
    "connected_places": {
        "place_code": ["CP-000001", "CP-000002"],
        "place_type": ["LIBRARY", "TOWN_HALL"],
        "commune_code": ["35047", "35049"],
        "longitude": [-1.74414, -1.85601],
        "latitude": [48.02101, 48.68003],
        "computers": [4, 0],
    },
    "population": {
        "area_level": ["commune", "country"],
        "area_code": ["35047", "FR"],
        "inhabitants": [10_000, 66_000_000],
    },
    "family_survey": {
        "household_pseudonym": PSEUDONYMS,
        "school_code": ["0350002M", "0350002M", "0350003N", "0350003N"],
        "connection_quality": ["GOOD", "ABSENT", None, "_U"],
        "main_barrier": ["NOTHING", "CONNECTION", "COST", None],
        "satisfaction": ["VERY", "NOT", "RATHER", None],
    },
    "school_survey": {
        "school_head_pseudonym": PSEUDONYMS[:2],
        "school_code": ["0350002M", "0350003N"],
        "connection_quality": ["FAIR", "POOR"],
        "main_barrier": ["SKILLS", None],
        "satisfaction": ["LITTLE", "RATHER"],
    },
    "school_age_population": {
        "commune_code": ["35047", "35049"],
        "edu_level": ["L1", "L2"],
        "children": [120, 0],
    },
    "programmes": {
        "programme_code": [f"PR-00000{number}" for number in range(5)],
        "theme": ["EQUIPMENT", "TRAINING", "INCLUSION", "PARENTS", "ACCESSIBILITY"],
        "commune_code": ["35047"] * 5,
        "start_year": [2018, 2019, 2019, 2020, 2021],
    },
}


@functools.cache
def project() -> Project:
    return load_project(INSTALLATION)


def parameters(zone: str, name: str) -> dict[str, Parameter]:
    return gate_parameters(project().contracts, zone=zone, name=name)


def passing(zone: str, name: str) -> pd.DataFrame:
    return pd.DataFrame(PROTECTED[name]) if zone == "protected" else released_cells(name)


def released_cells(name: str) -> pd.DataFrame:
    """One total per level; then, in the smallest, a hidden, uncollected, zero and partial cell."""
    table = project().contracts.tables[name]
    k = project().contracts.threshold(table)
    hides = table.method != "none"
    # status, confidentiality, value, coverage
    special = [("L", "F", None, 0.0), ("A", "F", 0, 1.0), ("D", "F", k, 0.5)]
    special += [("Q", "C", None, 1.0)] if hides else []
    areas = {level: area for level, area in LEVELS.items() if level in table.levels}
    rows = [(level, area, "A", "F", k + 1, 1.0) for level, area in areas.items()]
    rows += [(*next(iter(areas.items())), *cell) for cell in special]
    names = ["area_level", "ref_area", "obs_status", "conf_status", "value", "coverage"]
    frame = pd.DataFrame(rows, columns=names)
    # The totals of the first period; each special cell has a period of its own.
    frame["time_period"] = ["2021"] * len(areas) + [f"20{20 - n}" for n in range(len(special))]
    for dimension in table.dimensions:
        frame[dimension] = "_T"
    for measure in table.measure_names:
        frame[measure] = frame["value"].astype("Int64")
    return frame[list(parameters("published", name)["columns"])]


Break = Callable[[pd.DataFrame, Mapping[str, Any], int, Mapping[str, Parameter]], pd.DataFrame]


def put(value: object) -> Break:
    """Put a value into the expectation's column, in a row that the expectation looks at."""

    def break_(
        frame: pd.DataFrame, kwargs: Mapping[str, Any], row: int, _: Mapping[str, Parameter]
    ) -> pd.DataFrame:
        return replaced(frame, kwargs["column"], row, value)

    return break_


def replaced(frame: pd.DataFrame, column: str, row: int, value: object) -> pd.DataFrame:
    values = frame[column].astype(object).tolist()
    values[row] = value
    as_before = pd.api.types.is_numeric_dtype(frame[column].dtype)
    series = pd.Series(values, dtype="Float64" if as_before else object)
    return frame.assign(**{column: series})


def below_or_above(
    frame: pd.DataFrame,
    kwargs: Mapping[str, Any],
    row: int,
    given: Mapping[str, Parameter],
) -> pd.DataFrame:
    low, high = (bound(kwargs.get(side), given) for side in ("min_value", "max_value"))
    return replaced(frame, kwargs["column"], row, high + 1 if low is None else low - 1)


def bound(value: Any, given: Mapping[str, Any]) -> float | None:
    return given[value["$PARAMETER"]] if isinstance(value, dict) else value


BREAKS: dict[str, Break] = {
    "expect_column_values_to_be_between": below_or_above,
    "expect_column_values_to_be_in_set": put("?"),
    "expect_column_values_to_be_null": put(99),
    "expect_column_values_to_match_regex": put("?\n"),
    "expect_column_values_to_not_be_in_set": put("A"),
    "expect_column_values_to_not_be_null": put(None),
    "expect_column_values_to_be_unique": lambda frame, *_: pd.concat([frame, frame[:1]]),
    "expect_compound_columns_to_be_unique": lambda frame, *_: pd.concat([frame, frame[:1]]),
    "expect_table_columns_to_match_set": lambda frame, *_: frame.assign(family_name="Exemple"),
    "expect_table_row_count_to_be_between": lambda frame, *_: frame[:0],
    "expect_column_distinct_values_to_contain_set": lambda frame, kwargs, *_: frame.assign(
        **{kwargs["column"]: "_Z"}
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": lambda frame, kwargs, *_: frame.assign(
        **{kwargs["column_B"]: frame[kwargs["column_A"]] + 1}
    ),
}


def looked_at(frame: pd.DataFrame, kwargs: Mapping[str, Any]) -> int:
    """Return the first row that the expectation looks at; a suite without one tests nothing."""
    if "row_condition" not in kwargs:
        return 0
    return next(row for row in range(len(frame)) if meets(frame, row, kwargs["row_condition"]))


def meets(frame: pd.DataFrame, row: int, condition: Mapping[str, Any]) -> bool:
    if condition["type"] == "and":
        return all(meets(frame, row, part) for part in condition["conditions"])
    value = frame[condition["column"]["name"]].iloc[row]
    if condition["type"] == "nullity":
        return bool(pd.isna(value)) is condition["is_null"]
    comparisons = {"==": operator.eq, "!=": operator.ne, "<": operator.lt}
    compare = comparisons[condition["operator"]]
    return not pd.isna(value) and bool(compare(value, condition["parameter"]))


ZONES = {"protected": tuple(PROTECTED), "published": tuple(project().contracts.tables)}
SUITES = [(zone, name) for zone, names in ZONES.items() for name in names]


@dataclass
class Twin:
    """Critical expectations of one type that can be broken at once, each in a column of its own."""

    zone: str
    name: str
    type: str
    first: int
    expectations: list[dict[str, Any]]

    def takes(self, expectation: dict[str, Any]) -> bool:
        conditions = any("row_condition" in e["kwargs"] for e in [*self.expectations, expectation])
        columns = {e["kwargs"].get("column") for e in self.expectations}
        return (
            expectation["type"] == self.type
            and not conditions
            and expectation["kwargs"].get("column") not in columns
        )


def twins() -> list[Twin]:
    """Return what to break; an expectation that stands alike in several suites is broken once."""
    found: list[Twin] = []
    seen = set()
    for zone, name in SUITES:
        here: list[Twin] = []
        for position, expectation in enumerate(project().suites[zone, name]["expectations"]):
            alike = (zone, expectation["type"], json.dumps(expectation["kwargs"]))
            if expectation["severity"] != "critical" or alike in seen:
                continue
            seen.add(alike)
            open_one = next((twin for twin in here if twin.takes(expectation)), None)
            if open_one:
                open_one.expectations.append(expectation)
            else:
                here.append(Twin(zone, name, expectation["type"], position, [expectation]))
        found += here
    return found


def test_every_dataset_and_every_table_has_a_suite() -> None:
    contracts = project().contracts
    assert set(PROTECTED) == set(contracts.datasets)
    assert set(project().suites) == set(SUITES)


@pytest.mark.parametrize(("zone", "name"), SUITES)
def test_a_sound_table_passes_without_a_warning(zone: str, name: str) -> None:
    suite = project().suites[zone, name]
    frame = passing(zone, name)
    verdict = run_gate(frame, suite, zone=zone, name=name, parameters=parameters(zone, name))
    assert verdict.problems("critical") == ()
    assert verdict.problems("warning") == ()
    assert len(verdict.outcomes) == len(suite["expectations"])
    assert require(verdict) is verdict


@pytest.mark.parametrize("twin", twins(), ids=lambda t: f"{t.zone}-{t.name}-{t.first}-{t.type}")
def test_a_twin_that_breaks_critical_expectations_is_refused_for_each(twin: Twin) -> None:
    zone, name = twin.zone, twin.name
    given = parameters(zone, name)
    frame = passing(zone, name)
    for expectation in twin.expectations:
        row = looked_at(frame, expectation["kwargs"])
        frame = BREAKS[twin.type](frame, expectation["kwargs"], row, given)
    suite = {"name": f"{zone}/{name}", "expectations": twin.expectations}
    verdict = run_gate(frame, suite, zone=zone, name=name, parameters=given)
    assert [o.passed for o in verdict.outcomes] == [False] * len(twin.expectations)
    assert not any(outcome.crashed for outcome in verdict.outcomes)
    with pytest.raises(QualityError, match=r"quality\.refused"):
        require(verdict)


@pytest.mark.parametrize(("zone", "name"), SUITES)
def test_a_suite_names_only_columns_and_parameters_that_exist(zone: str, name: str) -> None:
    given = parameters(zone, name)
    suite = project().suites[zone, name]
    assert check_suite(suite, given["columns"], zone=zone, name=name, parameters=given) == []
    gone = given["columns"][1:]
    codes = {p.code for p in check_suite(suite, gone, zone=zone, name=name, parameters=given)}
    assert codes == {"quality.unknown_column"}


@pytest.mark.parametrize(("zone", "name"), SUITES)
def test_every_column_is_held_by_a_critical_expectation(zone: str, name: str) -> None:
    critical = [
        expectation["kwargs"]
        for expectation in project().suites[zone, name]["expectations"]
        if expectation["severity"] == "critical"
    ]
    held = {kwargs.get("column") for kwargs in critical}
    assert held >= set(parameters(zone, name)["columns"])


@pytest.mark.parametrize("name", ZONES["published"])
def test_every_table_of_persons_holds_its_threshold_as_a_parameter(name: str) -> None:
    table = project().contracts.tables[name]
    held = {
        expectation["kwargs"]["column"]
        for expectation in project().suites["published", name]["expectations"]
        if expectation["kwargs"].get("min_value") == {"$PARAMETER": "threshold"}
        and expectation["severity"] == "critical"
    }
    assert held == (set(table.measure_names) if table.counts == "persons" else set())
