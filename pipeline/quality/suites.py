"""Expectation suites as people write them: read, checked, and held to an allow-list.

A suite is a file `expectations/<zone>/<name>.json` in the format of Great Expectations. Only the
types and arguments listed here may stand in it: each was shown to let no value out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from pipeline.contracts import Label
from pipeline.contracts.base import Frozen
from pipeline.errors import Fact, Place, Problem
from pipeline.quality.conditions import read_condition
from pipeline.quality.verdicts import Severity

PARAMETER = "$PARAMETER"

_ROWS = frozenset({"column", "row_condition", "mostly"})
_BOUNDS = frozenset({"min_value", "max_value"})
_PROTECTED: Mapping[str, frozenset[str]] = {
    "expect_column_values_to_be_between": _ROWS | _BOUNDS,
    "expect_column_values_to_be_in_set": _ROWS | {"value_set"},
    "expect_column_values_to_be_unique": _ROWS,
    "expect_column_values_to_match_regex": _ROWS | {"regex"},
    "expect_column_values_to_not_be_in_set": _ROWS | {"value_set"},
    "expect_column_values_to_not_be_null": _ROWS,
    "expect_compound_columns_to_be_unique": frozenset({"column_list"}),
    "expect_table_columns_to_match_set": frozenset({"column_set", "exact_match"}),
    "expect_table_row_count_to_be_between": _BOUNDS,
}
_PUBLISHED: Mapping[str, frozenset[str]] = {
    **_PROTECTED,
    "expect_column_distinct_values_to_contain_set": frozenset({"column", "value_set"}),
    "expect_column_pair_values_a_to_be_greater_than_b": frozenset(
        {"column_A", "column_B", "or_equal", "ignore_row_if"}
    ),
    "expect_column_values_to_be_null": _ROWS,
}
ALLOWED: Mapping[str, Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "protected": _PROTECTED,
        "published": _PUBLISHED,
    }
)


class Meta(Frozen):
    """What a person should know of an expectation."""

    why: Label


class Expectation(Frozen):
    """One expectation: its type and arguments in the words of Great Expectations."""

    type: str
    kwargs: Mapping[str, JsonValue]
    severity: Severity
    meta: Meta

    @property
    def column(self) -> str | None:
        """The one column it is about, or None."""
        column = self.kwargs.get("column")
        return column if isinstance(column, str) else None

    @property
    def has_condition(self) -> bool:
        """Whether it looks at some rows only."""
        return "row_condition" in self.kwargs

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters that a run must bring."""
        references = [
            value
            for key, value in self.kwargs.items()
            if isinstance(value, dict) and key != "row_condition"
        ]
        return frozenset(str(reference.get(PARAMETER)) for reference in references)

    @property
    def is_share(self) -> bool:
        """Whether it bears on a share of the rows, so that its count is a statistic."""
        return "mostly" in self.kwargs

    @property
    def columns(self) -> frozenset[str]:
        """Every column it names, those of its condition among them."""
        named = [self.kwargs.get(key) for key in ("column", "column_A", "column_B")]
        listed = self.kwargs.get("column_list")
        named += listed if isinstance(listed, list) else []
        condition = read_condition(self.kwargs.get("row_condition"))
        chosen_by = condition.columns if condition else frozenset()
        return chosen_by | {str(name) for name in named if name is not None}


class Suite(Frozen):
    """A file `expectations/<zone>/<name>.json`; `name` in it is `<zone>/<name>`."""

    name: str
    expectations: tuple[Expectation, ...] = Field(min_length=1)


def read_suite(suite: Mapping[str, Any]) -> Suite:
    """Return the suite as validated types.

    Raises:
        ValidationError: when its shape is not that of a suite.
    """
    return Suite.model_validate_json(json.dumps(suite), strict=True)


def check_suite(
    suite: Mapping[str, Any],
    columns: Collection[str] | None,
    *,
    zone: str,
    name: str,
    parameters: Collection[str],
) -> list[Problem]:
    """Return everything that is wrong with a suite, all at once.

    Args:
        suite: parsed JSON.
        columns: the columns that the table will have; None leaves them unchecked.
        zone: `protected` or `published`.
        name: of the dataset or published table.
        parameters: names of the parameters that its runs bring.
    """
    file = f"expectations/{zone}/{name}.json"
    if zone not in ALLOWED:
        return [_problem("quality.unknown_zone", file)]
    try:
        read = read_suite(suite)
    except ValidationError as error:
        return [_shape_problem(file, detail["loc"], detail["msg"]) for detail in error.errors()]
    problems = [] if read.name == f"{zone}/{name}" else [_problem("quality.suite_name", file)]
    for position, expectation in enumerate(read.expectations):
        for code, what in _findings(expectation, ALLOWED[zone], columns, parameters):
            rule = f"expectations.{position}"
            problems.append(_problem(code, file, rule=rule, column=expectation.column, name=what))
    return problems


def _findings(
    expectation: Expectation,
    allowed: Mapping[str, frozenset[str]],
    columns: Collection[str] | None,
    parameters: Collection[str],
) -> Iterator[tuple[str, str]]:
    if expectation.type not in allowed:
        yield "quality.type_not_allowed", expectation.type
        return
    for argument in sorted(set(expectation.kwargs) - allowed[expectation.type]):
        yield "quality.argument_not_allowed", argument
    for parameter in sorted(expectation.parameters - set(parameters)):
        yield "quality.unknown_parameter", parameter
    condition = expectation.kwargs.get("row_condition")
    if expectation.has_condition and read_condition(condition) is None:
        yield "quality.condition", expectation.type
    elif columns is not None:
        for column in sorted(expectation.columns - set(columns)):
            yield "quality.unknown_column", column


def _shape_problem(file: str, location: tuple[int | str, ...], why: str) -> Problem:
    return _problem("quality.suite_shape", file, rule=".".join(map(str, location)), why=why)


def _problem(
    code: str, file: str, *, rule: str | None = None, column: str | None = None, **facts: Fact
) -> Problem:
    place = Place(file=file, rule=rule, column=column)
    return Problem(code=code, place=place, facts=tuple(sorted(facts.items())))
