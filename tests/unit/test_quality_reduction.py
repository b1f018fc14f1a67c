"""A gate finds on reductions of a table what it finds on all of its rows."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import QualityError
from pipeline.project import load_project
from pipeline.quality import Library, Parameter, gate_parameters, run_gate
from pipeline.quality.reduction import JOINED_ROWS, reductions
from pipeline.quality.suites import read_suite
from pipeline.settings import INSTALLATION

pytestmark = pytest.mark.slow

HEX = r"\A[0-9a-f]{32}\Z"
CODES = ["F", "M", "X", None]
NUMBERS = [-1, 0, 3, 7, None]


def expectation(type_: str, **kwargs: Any) -> dict[str, Any]:
    why = {"en": "Reason", "fr": "Raison"}
    return {"type": type_, "kwargs": kwargs, "severity": "critical", "meta": {"why": why}}


def where(column: str, how: str, constant: object) -> dict[str, Any]:
    return {
        "type": "comparison",
        "column": {"name": column},
        "operator": how,
        "parameter": constant,
    }


def is_null(column: str, *, holds: bool = True) -> dict[str, Any]:
    return {"type": "nullity", "column": {"name": column}, "is_null": holds}


CONDITIONS = [
    where("sex", "==", "F"),
    where("age", ">", 0),
    is_null("age"),
    {"type": "and", "conditions": [where("sex", "!=", "M"), is_null("grade", holds=False)]},
]
SHARES = [0.0, 0.25, 0.5, 2 / 3, 0.75, 1.0]
BY_ROW = [
    ("expect_column_values_to_be_in_set", {"column": "sex", "value_set": ["F", "M"]}),
    ("expect_column_values_to_not_be_in_set", {"column": "grade", "value_set": ["X"]}),
    ("expect_column_values_to_not_be_null", {"column": "age"}),
    ("expect_column_values_to_not_be_null", {"column": "sex"}),
    ("expect_column_values_to_match_regex", {"column": "sex", "regex": "^[FM]"}),
    ("expect_column_values_to_be_between", {"column": "age", "min_value": 0, "max_value": 6}),
    ("expect_column_values_to_be_between", {"column": "age", "min_value": 3}),
    # Text is not between numbers: the check crashes on both paths.
    ("expect_column_values_to_be_between", {"column": "sex", "min_value": 3}),
]
OF_THE_TABLE = [
    expectation("expect_table_columns_to_match_set", column_set=["id", "sex", "grade", "age"]),
    expectation("expect_table_row_count_to_be_between", min_value=3, max_value=8),
    expectation("expect_column_values_to_be_unique", column="id"),
    expectation("expect_column_values_to_be_unique", column="id", mostly=0.5),
    expectation("expect_column_values_to_be_unique", column="sex", row_condition=CONDITIONS[1]),
    expectation("expect_compound_columns_to_be_unique", column_list=["sex", "age"]),
    expectation("expect_compound_columns_to_be_unique", column_list=["id", "sex"]),
    expectation("expect_compound_columns_to_be_unique", column_list=["grade", "id"]),
    expectation("expect_column_values_to_match_regex", column="id", regex=HEX),
    expectation("expect_column_values_to_match_regex", column="id", regex="^0"),
    expectation("expect_column_values_to_not_be_null", column="id", mostly=0.5),
    expectation("expect_column_values_to_not_be_null", column="gone"),
]


def outcomes(table: pa.Table, expectations: list[dict[str, Any]], *, is_reduced: bool) -> Any:
    """Return every outcome, counts that are not told of persons included."""
    from pipeline.quality.validation import validate

    suite = read_suite({"name": "protected/pupils", "expectations": expectations})
    reduced_from = 0 if is_reduced else table.num_rows + 1
    return validate(table, suite, parameters={}, reduced_from=reduced_from)


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    ids, sexes, grades, ages = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "id": pa.array([None if i is None else bytes([i] * 16) for i in ids], pa.binary(16)),
            "sex": pa.array(sexes, pa.string()),
            "grade": pa.array(grades, pa.string()),
            "age": pa.array(ages, pa.int64()),
        }
    )


ROWS = st.tuples(
    st.sampled_from([1, 2, 3, 200, 201, None]),
    st.sampled_from(CODES),
    st.sampled_from(CODES),
    st.sampled_from(NUMBERS),
)
RULES = st.builds(
    lambda rule, condition, mostly: expectation(
        rule[0],
        **rule[1],
        **({} if condition is None else {"row_condition": condition}),
        **({} if mostly is None else {"mostly": mostly}),
    ),
    st.sampled_from(BY_ROW),
    st.sampled_from([None, *CONDITIONS]),
    st.sampled_from([None, *SHARES]),
)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(ROWS, min_size=1, max_size=9),
    rules=st.lists(RULES, min_size=4, max_size=8),
    of_table=st.lists(st.sampled_from(OF_THE_TABLE), max_size=4),
)
def test_reductions_have_the_readings_of_the_whole_table(
    rows: list[tuple[Any, ...]], rules: list[dict[str, Any]], of_table: list[dict[str, Any]]
) -> None:
    # Three times each row: what stands for many rows must count for them.
    table = table_of([*rows, *rows, *rows])
    chosen = [*rules, *of_table]
    whole = outcomes(table, chosen, is_reduced=False)
    assert outcomes(table, chosen, is_reduced=True) == whole


def test_every_rule_on_one_table_in_every_form() -> None:
    rows = [(1, "F", "X", 3), (2, "M", None, None), (3, "X", "F", 7), (None, None, "M", -1)]
    table = table_of([*rows, rows[0], (200, "F", "F", 0)])
    rules = [
        expectation(kind, **kwargs, **more)
        for kind, kwargs in BY_ROW
        for more in ({}, {"mostly": 0.5}, {"row_condition": CONDITIONS[0]})
    ]
    whole = outcomes(table, [*rules, *OF_THE_TABLE], is_reduced=False)
    reduced = outcomes(table, [*rules, *OF_THE_TABLE], is_reduced=True)
    assert reduced == whole
    assert {reading.passed for reading in whole} == {True, False}
    assert {reading.crashed for reading in whole} == {True, False}


@pytest.mark.parametrize("dataset", ["pupils", "equipment"])
def test_the_suites_of_the_demonstration_are_judged_alike_on_good_and_bad_rows(
    dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = load_project(INSTALLATION)
    parameters = gate_parameters(project.contracts, zone="protected", name=dataset)
    suite = project.suites["protected", dataset]
    for table in _tables(json.dumps(suite), project.contracts.kept_columns(dataset), parameters):
        verdicts = []
        for reduced_from in (0, table.num_rows + 1):
            monkeypatch.setattr("pipeline.quality.validation.REDUCED_FROM", reduced_from)
            verdicts.append(
                run_gate(table, suite, zone="protected", name=dataset, parameters=parameters)
            )
        assert verdicts[0] == verdicts[1]


def _tables(suite: str, columns: Any, parameters: dict[str, Parameter]) -> list[pa.Table]:
    generator = np.random.default_rng(7)
    drawn: dict[str, list[Any]] = {}
    for name in columns:
        codes = parameters.get(f"{name}_codes", ())
        assert isinstance(codes, tuple)
        if name.endswith("_pseudonym"):
            drawn[name] = [bytes([number % 97] * 16) for number in range(200)]
        elif codes:
            drawn[name] = generator.choice([*codes, "?"], 200).tolist()
        elif f"{name}_minimum" in parameters or f'"{name}"' not in suite:
            drawn[name] = generator.integers(-1, 90, 200).tolist()
        else:
            drawn[name] = generator.choice(["0350001A", "35001", "", None], 200).tolist()
    return [pa.table(drawn), pa.table(drawn).slice(0, 1)]


def test_an_unknown_type_is_judged_on_all_rows() -> None:
    table = table_of([(1, "F", "F", 1)] * 5)
    unknown = expectation("expect_column_value_lengths_to_equal", column="sex", value=1)
    suite = read_suite({"name": "protected/pupils", "expectations": [unknown]})
    [reduction] = reductions(table, suite.expectations, {})
    assert reduction.table.equals(table)
    assert reduction.weights.tolist() == [1] * 5


def test_millions_of_rows_are_judged_on_few() -> None:
    count = 2_000_000
    generator = np.random.default_rng(1)
    ids = generator.integers(0, 256, (count, 16), np.uint8)
    table = pa.table(
        {
            "id": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(16), count, [None, pa.py_buffer(ids)]
            ),
            "sex": pa.array(["F", "M"]).take(pa.array(generator.integers(0, 2, count))),
            "age": generator.integers(0, JOINED_ROWS // 2, count),
        }
    )
    rules = [
        expectation("expect_column_values_to_match_regex", column="id", regex=HEX),
        expectation("expect_column_values_to_be_unique", column="id"),
        expectation("expect_column_values_to_be_in_set", column="sex", value_set=["F"]),
        expectation("expect_column_values_to_be_between", column="age", min_value=1),
    ]
    suite = read_suite({"name": "protected/pupils", "expectations": rules})
    found = list(reductions(table, suite.expectations, {}))
    assert sorted(at for reduction in found for at in reduction.positions) == [0, 1, 2, 3]
    assert sum(reduction.table.num_rows for reduction in found) <= JOINED_ROWS + 2
    assert all(reduction.weights.sum() == count for reduction in found)


def test_the_library_in_its_own_process_gives_the_same_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.quality.gates.REDUCED_FROM", 1)
    table = table_of([(1, "F", "X", 3), (2, "M", None, None), (1, "X", "F", 7)] * 3)
    rules = [
        expectation(kind, **kwargs, **more)
        for kind, kwargs in BY_ROW
        for more in ({}, {"mostly": 0.5, "row_condition": CONDITIONS[0]})
    ]
    suite = {"name": "protected/pupils", "expectations": [*rules, *OF_THE_TABLE]}
    with Library() as library:
        library.start()
        apart = run_gate(table, suite, zone="protected", name="pupils", library=library)
    assert apart == run_gate(table, suite, zone="protected", name="pupils")
    assert {outcome.passed for outcome in apart.outcomes} == {True, False}


def test_the_process_of_the_gate_knows_nothing_of_the_environment_of_this_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("pipeline.quality.gates.REDUCED_FROM", 1)
    monkeypatch.setenv("CARTABLE_ROOT_KEY", "00" * 32)
    # A module that lies where one works is not taken for the library's.
    (tmp_path / "json.py").write_text("raise SystemExit", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    table = table_of([(1, "F", "X", 3)])
    suite = {"name": "protected/pupils", "expectations": OF_THE_TABLE[:2]}
    with Library() as library:
        library.start()
        apart = run_gate(table, suite, zone="protected", name="pupils", library=library)
        assert library._process is not None
        process = Path(f"/proc/{library._process.pid}")
        environment = (process / "environ").read_bytes()
        command = (process / "cmdline").read_bytes()
    assert apart == run_gate(table, suite, zone="protected", name="pupils")
    assert environment == b"LC_ALL=C.UTF-8\0"
    assert os.fsencode(tmp_path) not in command


def test_a_gate_refuses_when_its_process_ends_or_was_never_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.quality.gates.REDUCED_FROM", 1)
    table = table_of([(1, "F", "X", 3)])
    suite = {"name": "protected/pupils", "expectations": OF_THE_TABLE[:2]}
    with Library() as library:
        library.start()
        assert library._process is not None
        library._process.kill()
        with pytest.raises(QualityError, match=r"quality\.gate_crashed"):
            run_gate(table, suite, zone="protected", name="pupils", library=library)
