"""No value of a table leaves a gate: not in verdicts, errors, output, logs or files.

Markers stand in every column of tables that fail, and are looked for in all that comes out.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import tempfile
import traceback
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.errors import ContractError, QualityError
from pipeline.project import Project, load_project
from pipeline.quality import Verdict, gate_parameters, require, run_gate
from pipeline.settings import INSTALLATION

pytestmark = pytest.mark.slow

MARKER = "Zqxjkv"
NUMBER = 918_273_645
FOUND = re.compile("|".join([MARKER, str(NUMBER), MARKER.encode().hex()]), re.IGNORECASE)


@functools.cache
def project() -> Project:
    return load_project(INSTALLATION)


# Text where a number is compared makes checks crash: their tracebacks quote it.
PLANTED = [(zone, name, "numbers") for zone, name in sorted(project().suites)]
PLANTED += [
    ("protected", "equipment", "text"),
    ("protected", "schools", "text"),
    ("published", "enrolment", "text"),
]


def planted(zone: str, name: str, *, numeric: bool) -> pd.DataFrame:
    """Three rows that break every rule, a marker in each column; measures as text crash checks."""
    columns = gate_parameters(project().contracts, zone=zone, name=name)["columns"]
    numbers = {"longitude", "latitude", "social_position_index", "inhabitants", "start_year"}
    numbers |= {"bandwidth_mbps", "pupil_computers", "computers", "coverage"}
    if zone == "published":
        numbers |= set(project().contracts.tables[name].measure_names)
    frame: dict[str, list[Any]] = {}
    for column in columns:
        frame[column] = [f"{MARKER} {column}", f"{MARKER} {column}", None]
        if column.endswith("_pseudonym"):
            frame[column] = [MARKER.encode() * 2, MARKER.encode() * 2, None]
        if numeric and column in numbers:
            frame[column] = [-NUMBER, -NUMBER, None]
    return pd.DataFrame(frame)


def gate(frame: pd.DataFrame, zone: str, name: str) -> Verdict:
    given = gate_parameters(project().contracts, zone=zone, name=name)
    return run_gate(frame, project().suites[zone, name], zone=zone, name=name, parameters=given)


def everything_told(verdict: Verdict) -> str:
    """Return all that a verdict, its receipt and its refusal say, tracebacks included."""
    with pytest.raises(QualityError) as refused:
        require(verdict)
    error = refused.value
    told = [repr(verdict), str(verdict), repr(verdict.as_dict()), repr(error), str(error)]
    told += [error.words("fr"), *(problem.words("fr") for problem in verdict.problems("warning"))]
    return "\n".join(told + traceback.format_exception(error))


def files_under(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("zone", "name", "measures"), PLANTED)
def test_no_planted_value_leaves_a_gate(
    zone: str,
    name: str,
    measures: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    verdict = gate(planted(zone, name, numeric=measures == "numbers"), zone, name)
    assert verdict.failures
    out, err = capfd.readouterr()
    logs = "\n".join(caplog.handler.format(record) for record in caplog.records)
    warned = "\n".join(str(warning.message) for warning in recwarn)
    for told in (everything_told(verdict), out, err, logs, warned):
        assert not FOUND.search(told)
    assert files_under(tmp_path) == set()


def test_the_search_finds_a_marker_where_there_is_one() -> None:
    frame = planted("protected", "pupils", numeric=True)
    assert FOUND.search(repr(frame))
    assert FOUND.search(frame["pupil_pseudonym"][0].hex())
    assert FOUND.search(repr(planted("published", "enrolment", numeric=True)["pupils"]))


def test_the_library_itself_does_quote_values_in_its_results() -> None:
    """The positive control of the gate: what is dropped by it would have told a marker."""
    import great_expectations as gx
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    frame = planted("protected", "pupils", numeric=True)[["sex"]]
    source = gx.get_context(mode="ephemeral").data_sources.add_pandas("control")
    batch = source.add_dataframe_asset("t").add_batch_definition_whole_dataframe("b")
    rule = ExpectationConfiguration(
        type="expect_column_values_to_be_in_set", kwargs={"column": "sex", "value_set": ["F"]}
    ).to_domain_obj()
    result = batch.get_batch({"dataframe": frame}).validate(rule)
    assert FOUND.search(str(result))


def test_what_the_library_says_while_it_crashes_is_not_heard(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    def crash(*_: object, **__: object) -> None:
        logging.getLogger(Batch.__module__).critical(MARKER)
        warnings.warn(MARKER, stacklevel=1)
        raise ValueError(MARKER)

    monkeypatch.setattr(Batch, "validate", crash)
    with pytest.raises(QualityError) as refused:
        gate(planted("protected", "pupils", numeric=True), "protected", "pupils")
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    assert not FOUND.search("".join(traceback.format_exception(refused.value)))
    assert not FOUND.search(caplog.text)
    assert [warning for warning in recwarn if FOUND.search(str(warning.message))] == []


@pytest.mark.parametrize("zone", ["protected", "published"])
@pytest.mark.parametrize(
    "type_",
    [
        "expect_column_max_to_be_between",
        "expect_column_most_common_value_to_be_in_set",
        "expect_column_distinct_values_to_be_in_set",
        "expect_column_kl_divergence_to_be_less_than",
        "unexpected_rows_expectation",
    ],
)
def test_expectations_whose_results_show_values_are_not_allowed(zone: str, type_: str) -> None:
    why = {"en": "Reason", "fr": "Raison"}
    rule = {"type": type_, "kwargs": {}, "severity": "critical", "meta": {"why": why}}
    suite = {"name": f"{zone}/pupils", "expectations": [rule]}
    with pytest.raises(ContractError, match=r"quality\.type_not_allowed"):
        run_gate(pd.DataFrame({"sex": [MARKER]}), suite, zone=zone, name="pupils")


def test_a_share_on_persons_is_judged_without_telling_its_count() -> None:
    frame = pd.DataFrame({"sex": ["F"] * 3 + ["M"]})
    why = {"en": "Reason", "fr": "Raison"}
    kwargs = {"column": "sex", "value_set": ["M"], "mostly": 0.4}
    rule = {
        "type": "expect_column_values_to_be_in_set",
        "kwargs": kwargs,
        "severity": "warning",
        "meta": {"why": why},
    }
    for zone, told in (("protected", None), ("published", 3)):
        suite = {"name": f"{zone}/pupils", "expectations": [rule]}
        outcome = run_gate(frame, suite, zone=zone, name="pupils").warnings[0]
        assert outcome.unexpected == told


def test_how_many_persons_a_condition_chose_is_not_told() -> None:
    given = gate_parameters(project().contracts, zone="protected", name="pupils")
    suite = project().suites["protected", "pupils"]
    frame = planted("protected", "pupils", numeric=True)
    outcomes = run_gate(frame, suite, zone="protected", name="pupils", parameters=given).outcomes
    for rule, outcome in zip(suite["expectations"], outcomes, strict=True):
        if "row_condition" in rule["kwargs"] or "mostly" in rule["kwargs"]:
            assert outcome.checked is None
        elif rule["type"].startswith("expect_column_values"):
            assert outcome.checked == 3


def test_the_gate_runs_where_no_folder_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    opened: list[str] = []
    monkeypatch.setattr(os, "mkdir", lambda path, *_, **__: opened.append(str(path)))
    assert gate(planted("protected", "pupils", numeric=True), "protected", "pupils").failures
    assert opened == []
