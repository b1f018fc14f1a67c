"""Gates fail closed: the threshold on both sides, crashed checks, dropped and unknown ones."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from pipeline.contracts import Label
from pipeline.errors import CartableError, ContractError, ExitCode, QualityError
from pipeline.quality import Outcome, Verdict, check_suite, require, run_gate


def expectation(type_: str, *, severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    why = {"en": "Reason", "fr": "Raison"}
    return {"type": type_, "kwargs": kwargs, "severity": severity, "meta": {"why": why}}


def compares(column: str, how: str, constant: object) -> dict[str, Any]:
    return {
        "type": "comparison",
        "column": {"name": column},
        "operator": how,
        "parameter": constant,
    }


def suite(*expectations: dict[str, Any], name: str = "published/enrolment") -> dict[str, Any]:
    return {"name": name, "expectations": list(expectations)}


def gate(frame: pd.DataFrame, rules: dict[str, Any], **parameters: Any) -> Verdict:
    zone, name = rules["name"].split("/")
    return run_gate(frame, rules, zone=zone, name=name, parameters=parameters)


NOT_NULL = expectation("expect_column_values_to_not_be_null", column="sex")
UNIQUE = expectation("expect_column_values_to_be_unique", column="sex")
THRESHOLD = expectation(
    "expect_column_values_to_be_between",
    column="pupils",
    min_value={"$PARAMETER": "threshold"},
    row_condition=compares("pupils", "!=", 0),
)


@pytest.mark.parametrize("dtype", ["Int64", "float64"])
@pytest.mark.parametrize("k", [5, 11])
def test_the_threshold_refuses_one_to_k_less_one_and_accepts_zero_k_and_hidden(
    k: int, dtype: str
) -> None:
    for count, accepted in [(0, True), (None, True), (k, True), (k + 1, True)] + [
        (small, False) for small in (1, k - 1, -1)
    ]:
        frame = pd.DataFrame({"pupils": pd.array([count, 0, k], dtype=dtype)})
        verdict = gate(frame, suite(THRESHOLD), threshold=k)
        assert verdict.passed is accepted, count
        assert verdict.outcomes[0].unexpected == (0 if accepted else 1)


def test_a_gate_whose_check_crashes_refuses() -> None:
    verdict = gate(pd.DataFrame({"grade": ["CP"]}), suite(NOT_NULL))
    assert verdict.outcomes[0].crashed
    assert not verdict.passed
    with pytest.raises(QualityError, match="its check crashed"):
        require(verdict)


def test_a_crashed_check_leaves_the_others_told() -> None:
    frame = pd.DataFrame({"sex": ["F", "F"]})
    broken = expectation("expect_column_values_to_be_between", column="sex", min_value=1)
    verdict = gate(frame, suite(NOT_NULL, broken, UNIQUE))
    assert [(o.passed, o.crashed) for o in verdict.outcomes] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert verdict.outcomes[2].unexpected == 2


def test_a_gate_that_crashes_as_a_whole_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("Exemple")

    monkeypatch.setattr(Batch, "validate", crash)
    with pytest.raises(QualityError, match=r"quality\.gate_crashed"):
        gate(pd.DataFrame({"sex": ["F"]}), suite(NOT_NULL))


def test_an_expectation_that_the_library_drops_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from great_expectations.expectations import registry

    gate(pd.DataFrame({"sex": ["F"]}), suite(NOT_NULL, UNIQUE))
    monkeypatch.delitem(registry._registered_expectations, UNIQUE["type"])
    with pytest.raises(QualityError, match="Only 1 of the 2 expectations") as refused:
        gate(pd.DataFrame({"sex": ["F"]}), suite(NOT_NULL, UNIQUE))
    assert refused.value.exit_code is ExitCode.QUALITY


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (suite(expectation("expect_the_impossible", column="sex")), "quality.type_not_allowed"),
        (
            suite(expectation("expect_column_max_to_be_between", column="pupils", max_value=9)),
            "quality.type_not_allowed",
        ),
        (suite(THRESHOLD), "quality.unknown_parameter"),
        (suite(NOT_NULL, name="published/teaching_staff"), "quality.suite_name"),
        (suite(), "quality.suite_shape"),
        (suite({**NOT_NULL, "severity": "info"}), "quality.suite_shape"),
        (suite({**NOT_NULL, "meta": {}}), "quality.suite_shape"),
        (
            suite(
                expectation(
                    "expect_column_values_to_not_be_null", column="sex", result_format="COMPLETE"
                )
            ),
            "quality.argument_not_allowed",
        ),
        (
            suite(
                expectation(
                    "expect_column_values_to_not_be_null",
                    column="sex",
                    row_condition="sex.str.len() > 0",
                )
            ),
            "quality.condition",
        ),
        (
            suite(
                expectation(
                    "expect_column_values_to_not_be_null",
                    column="sex",
                    row_condition={"type": "pass_through", "pass_through_filter": "sex == 'F'"},
                )
            ),
            "quality.condition",
        ),
    ],
)
def test_a_suite_that_is_not_valid_is_refused_before_it_runs(
    rules: dict[str, Any], code: str
) -> None:
    frame = pd.DataFrame({"sex": ["F"], "pupils": [7]})
    with pytest.raises(ContractError) as refused:
        run_gate(frame, rules, zone="published", name="enrolment")
    assert {problem.code for problem in refused.value.problems} == {code}


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ContractError, match=r"quality\.unknown_zone"):
        run_gate(pd.DataFrame(), suite(NOT_NULL, name="review/x"), zone="review", name="x")


def test_an_argument_that_the_library_does_not_accept_is_refused() -> None:
    wrong = expectation("expect_column_values_to_not_be_null", column=["sex"])
    with pytest.raises(ContractError, match=r"quality\.suite_refused"):
        gate(pd.DataFrame({"sex": ["F"]}), suite(wrong))


def test_columns_of_conditions_and_of_lists_are_checked_too() -> None:
    conditional = expectation(
        "expect_column_values_to_not_be_null",
        column="sex",
        row_condition={
            "type": "and",
            "conditions": [compares("gone", "==", "C"), compares("sex", "!=", "F")],
        },
    )
    compound = expectation("expect_compound_columns_to_be_unique", column_list=["sex", "lost"])
    problems = check_suite(
        suite(conditional, compound), ["sex"], zone="published", name="enrolment", parameters=[]
    )
    assert [dict(problem.facts)["name"] for problem in problems] == ["gone", "lost"]
    assert all(problem.code == "quality.unknown_column" for problem in problems)


def test_a_failed_warning_is_told_and_lets_the_step_go_on() -> None:
    warning = expectation("expect_column_values_to_be_unique", severity="warning", column="sex")
    verdict = require(gate(pd.DataFrame({"sex": ["F", "F", "M"]}), suite(warning)))
    assert [outcome.unexpected for outcome in verdict.warnings] == [2]
    assert verdict.problems("warning")[0].words("fr") == (
        "quality.failed_rows: expect_column_values_to_be_unique n'est pas tenue pour 2 ligne(s) "
        "(fichier expectations/published/enrolment.json, colonne sex, règle expectations.0). "
        "Raison"
    )


def test_an_error_says_what_where_how_many_and_why() -> None:
    with pytest.raises(QualityError) as refused:
        require(gate(pd.DataFrame({"sex": ["F", None, None]}), suite(NOT_NULL, UNIQUE)))
    assert refused.value.words("en") == (
        "quality.refused: 1 of 2 expectations failed; the step stopped, nothing changed "
        "(file expectations/published/enrolment.json). "
        "Have the rows corrected where they come from, then run the step again\n"
        "  - quality.failed_rows: expect_column_values_to_not_be_null does not hold for 2 row(s) "
        "(file expectations/published/enrolment.json, column sex, rule expectations.0). Reason"
    )


def test_a_verdict_without_outcomes_does_not_pass() -> None:
    empty = Verdict(suite="protected/pupils", outcomes=(), rows=3)
    with pytest.raises(QualityError):
        require(empty)


def test_a_receipt_holds_names_and_counts() -> None:
    frame = pd.DataFrame({"sex": ["F", "F", None]})
    assert gate(frame, suite(NOT_NULL, UNIQUE)).as_dict() == {
        "suite": "published/enrolment",
        "passed": False,
        "rows": 3,
        "expectations": 2,
        "failures": [
            {
                "position": 0,
                "expectation": "expect_column_values_to_not_be_null",
                "column": "sex",
                "crashed": False,
                "unexpected": 1,
                "checked": 3,
            },
            {
                "position": 1,
                "expectation": "expect_column_values_to_be_unique",
                "column": "sex",
                "crashed": False,
                "unexpected": 2,
                "checked": 3,
            },
        ],
        "warnings": [],
    }


def test_repeated_row_labels_do_not_change_the_counts() -> None:
    frame = pd.DataFrame({"sex": ["F", "M", "F"], "pupils": [1, 9, 9]}, index=[0, 0, 0])
    verdict = gate(frame, suite(UNIQUE, THRESHOLD), threshold=5)
    assert [outcome.unexpected for outcome in verdict.outcomes] == [2, 1]


@pytest.mark.parametrize("dtype", [object, pd.ArrowDtype(pa.binary(16))], ids=["object", "arrow"])
def test_a_pseudonym_is_sixteen_bytes_never_text(dtype: Any) -> None:
    pseudonym = expectation(
        "expect_column_values_to_match_regex",
        column="pupil_pseudonym",
        regex=r"\A[0-9a-f]{32}\Z",
    )
    rules = suite(pseudonym, name="protected/pupils")
    sixteen = pd.Series([bytes(range(16)), b"\xff" * 16], dtype=dtype)
    assert gate(pd.DataFrame({"pupil_pseudonym": sixteen}), rules).passed
    for wrong in (b"\xff" * 15, "123456789AB"):
        frame = pd.DataFrame({"pupil_pseudonym": [bytes(range(16)), wrong]})
        assert gate(frame, rules).outcomes[0].unexpected == 1


def test_the_gate_keeps_no_row_in_memory_afterwards() -> None:
    frame = pd.DataFrame({"sex": ["F"]})
    gate(frame, suite(NOT_NULL))
    column = weakref.ref(frame)
    del frame
    gc.collect()
    from great_expectations.data_context.data_context.context_factory import project_manager
    from great_expectations.exceptions import DataContextRequiredError

    assert column() is None
    with pytest.raises(DataContextRequiredError):
        project_manager.get_current_project()
    # By type: asked for their class, some objects of others load what is not there.
    frames = [o for o in gc.get_objects() if issubclass(type(o), pd.DataFrame)]
    held = [frame for frame in frames if list(frame) == ["sex"]]
    assert held == []


def test_importing_the_room_loads_neither_the_library_nor_pandas() -> None:
    code = (
        "import sys, pipeline.quality; "
        "print(sorted({'great_expectations', 'pandas'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_an_outcome_tells_its_reason_in_both_languages() -> None:
    outcome = Outcome(
        position=0,
        expectation="expect_column_values_to_be_unique",
        column="sex",
        severity="critical",
        passed=False,
        why=Label(en="Because", fr="Parce que"),
    )
    verdict = Verdict(suite="protected/pupils", outcomes=(outcome,), rows=1)
    with pytest.raises(CartableError) as refused:
        require(verdict)
    assert "Because" in refused.value.words("en")
    assert "Parce que" in refused.value.words("fr")
