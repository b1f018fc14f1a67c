"""Gates: a table passes its suite, or the step stops. Unknown means refused.

Nothing that a gate returns, raises, logs or leaves behind holds a value of the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.coded import plain_table
from pipeline.errors import ContractError, Place
from pipeline.quality.library import Library
from pipeline.quality.parameters import Parameter
from pipeline.quality.reduction import REDUCED_FROM
from pipeline.quality.suites import Expectation, Suite, check_suite, read_suite
from pipeline.quality.verdicts import Outcome, Verdict

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.quality.readings import Reading


def run_gate(
    rows: pd.DataFrame | pa.Table,
    suite: Mapping[str, Any],
    *,
    zone: str,
    name: str,
    parameters: Mapping[str, Parameter] | None = None,
    library: Library | None = None,
) -> Verdict:
    """Run every expectation of a suite on a table and return what became of each.

    Binary columns (pseudonyms) are compared as lower-case hexadecimal text.

    Args:
        rows: one row per protected row or released cell; an Arrow table may be of millions.
        suite: parsed JSON of `expectations/<zone>/<name>.json`.
        zone: `protected` or `published`.
        name: of the dataset or published table.
        parameters: those of `gate_parameters`.
        library: judges many rows in its own process if it was started; default: this process.

    Raises:
        ContractError: the suite is not valid, or names a parameter that was not given.
        QualityError: the gate itself crashed, or fewer expectations ran than the file has.
    """
    given = parameters or {}
    problems = check_suite(suite, None, zone=zone, name=name, parameters=given)
    if problems:
        place = Place(file=f"expectations/{zone}/{name}.json")
        raise ContractError(
            "quality.suite_invalid", place=place, count=len(problems), problems=problems
        )
    read = read_suite(suite)
    readings = _readings(rows, read, given, library)
    outcomes = [
        _outcome(expectation, reading, zone=zone)
        for expectation, reading in zip(read.expectations, readings, strict=True)
    ]
    return Verdict(suite=read.name, outcomes=tuple(outcomes), rows=len(rows))


def _readings(
    rows: pd.DataFrame | pa.Table,
    suite: Suite,
    parameters: Mapping[str, Parameter],
    library: Library | None,
) -> list[Reading]:
    if library is not None and library.is_started and len(rows) >= REDUCED_FROM:
        return library.validate(rows, suite, parameters=parameters)
    from pipeline.quality.validation import validate  # noqa: PLC0415 - takes seconds to load

    frame = plain_table(rows) if isinstance(rows, pa.Table) else rows
    return validate(frame, suite, parameters=parameters)


def _outcome(expectation: Expectation, reading: Reading, *, zone: str) -> Outcome:
    # How many girls or unanswered questions a delivery holds is a statistic that went through no
    # disclosure control; how many rows break a rule is not.
    on_persons = zone == "protected"
    tells_unexpected = not (on_persons and expectation.is_share)
    tells_checked = tells_unexpected and not (on_persons and expectation.has_condition)
    return Outcome(
        position=reading.position,
        expectation=expectation.type,
        column=expectation.column,
        severity=expectation.severity,
        passed=reading.passed,
        crashed=reading.crashed,
        unexpected=reading.unexpected if tells_unexpected else None,
        checked=reading.checked if tells_checked else None,
        why=expectation.meta.why,
    )
