"""Great Expectations at work: in memory, silent, and read for counts only.

The one module that imports the library. Of each result, success and two counts are taken; the
rest, where values may stand (observed values, messages, tracebacks), is dropped here.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
import pyarrow as pa
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.data_context.data_context.context_factory import project_manager
from great_expectations.data_context.data_context.ephemeral_data_context import (
    EphemeralDataContext,
)
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.execution_engine import pandas_execution_engine

from pipeline.errors import ContractError, Place, QualityError
from pipeline.quality.parameters import Parameter
from pipeline.quality.readings import (
    COMPANIONS,
    Judged,
    Part,
    Reading,
    complete,
    has_companions,
    weighed,
)
from pipeline.quality.reduction import REDUCED_FROM, reductions
from pipeline.quality.suites import Suite

_UNKNOWN = -1
_COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
# Numbers of rows, never values: of each row of a reduction that breaks an expectation.
_ROWS_ONLY = {
    "result_format": "COMPLETE",
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
}
_WHICH_ROWS = frozenset({"column", "row_condition"})


def validate(
    rows: pd.DataFrame | pa.Table,
    suite: Suite,
    *,
    parameters: Mapping[str, Parameter],
    reduced_from: int | None = None,
) -> list[Reading]:
    """Return one reading per expectation of the suite, in its order.

    Args:
        rows: one row per protected row or released cell.
        suite: what to expect.
        parameters: those of the run.
        reduced_from: an Arrow table of so many rows is judged by reductions of it, with the
            same readings; default `REDUCED_FROM`.

    Raises:
        ContractError: the library does not accept the suite.
        QualityError: the library crashed, or left an expectation out.
    """
    place = Place(file=f"expectations/{suite.name}.json")
    with _silence():
        everything = _expectations(suite, range(len(suite.expectations)))
        if everything is None:
            raise ContractError("quality.suite_refused", place=place)
        least = REDUCED_FROM if reduced_from is None else reduced_from
        if isinstance(rows, pa.Table) and len(rows) >= least:
            judged = _judge_reduced(rows, suite, parameters)
        else:
            frame = rows.to_pandas() if isinstance(rows, pa.Table) else rows
            judged = _judge(frame, everything, parameters, result_format=_COUNTS_ONLY)
    # Raised outside the handler, so that no cause or context drags values along.
    if judged is None:
        raise QualityError("quality.gate_crashed", place=place)
    return complete(judged, suite)


def leave_unnamed() -> None:
    """Have the library of this process not hash each table for a name that nobody asks for."""
    pandas_execution_engine.HASH_THRESHOLD = 0.0


def accepts(suite: Suite) -> bool:
    """Return whether the library knows every expectation of a suite."""
    with _silence():
        return _expectations(suite, range(len(suite.expectations))) is not None


def judge(
    frame: pd.DataFrame,
    suite: Suite,
    *,
    parameters: Mapping[str, Parameter],
    positions: Iterable[int],
) -> list[Judged] | None:
    """Return what the library says of some expectations on a reduction; None if it crashed."""
    with _silence():
        return _judge_rows(frame, suite, parameters, positions=positions)


def rows_only(count: int) -> pd.DataFrame:
    """Return a table of so many rows, without a column."""
    return pd.DataFrame(index=pd.RangeIndex(count))


def _expectations(
    suite: Suite, positions: Iterable[int], *, with_companions: bool = False
) -> gx.ExpectationSuite | None:
    # An expectation that the library does not know is dropped by it without a word: the position
    # in `meta` tells afterwards which ones came back.
    chosen = [(position, suite.expectations[position]) for position in positions]
    written = [
        {
            "type": expectation.type,
            "kwargs": dict(expectation.kwargs),
            "severity": expectation.severity,
            "meta": {"position": position, "part": "itself"},
        }
        for position, expectation in chosen
    ]
    written += [
        {
            "type": kind,
            "kwargs": {k: v for k, v in expectation.kwargs.items() if k in _WHICH_ROWS},
            "meta": {"position": position, "part": part},
        }
        for position, expectation in chosen
        for part, kind in COMPANIONS.items()
        if with_companions and has_companions(expectation)
    ]
    try:
        return gx.ExpectationSuite(name=suite.name, expectations=written)
    except Exception:  # noqa: BLE001 - whatever the library refuses is refused
        return None


def _judge_reduced(
    table: pa.Table, suite: Suite, parameters: Mapping[str, Parameter]
) -> list[Reading] | None:
    try:
        readings: list[Reading] = []
        for reduction in reductions(table, suite.expectations, parameters):
            frame = reduction.table.to_pandas()
            judged = _judge_rows(frame, suite, parameters, positions=reduction.positions)
            if judged is None:
                return None
            readings += weighed(judged, suite.expectations, reduction)
    except Exception:  # noqa: BLE001 - a gate that crashes refuses; the cause may quote a row
        return None
    return readings


def _judge_rows(
    frame: pd.DataFrame,
    suite: Suite,
    parameters: Mapping[str, Parameter],
    *,
    positions: Iterable[int],
) -> list[Judged] | None:
    chosen = _expectations(suite, positions, with_companions=True)
    if chosen is None:
        return None
    result = _run(frame, chosen, parameters, result_format=_ROWS_ONLY)
    return None if result is None else [_judged(each) for each in result.results]


def _judge(
    frame: pd.DataFrame,
    suite: gx.ExpectationSuite,
    parameters: Mapping[str, Parameter],
    *,
    result_format: Mapping[str, Any],
) -> list[Reading] | None:
    result = _run(frame, suite, parameters, result_format=result_format)
    return None if result is None else [_reading(each) for each in result.results]


def _run(
    frame: pd.DataFrame,
    suite: gx.ExpectationSuite,
    parameters: Mapping[str, Parameter],
    *,
    result_format: Mapping[str, Any],
) -> ExpectationSuiteValidationResult | None:
    context = _context()
    try:
        asset = context.data_sources.add_pandas(name="gate").add_dataframe_asset(name="table")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
            batch_parameters={"dataframe": _comparable(frame)}
        )
        given = {k: list(v) if isinstance(v, tuple) else v for k, v in parameters.items()}
        return batch.validate(
            suite, result_format=dict(result_format), expectation_parameters=given
        )
    except Exception:  # noqa: BLE001 - a gate that crashes refuses; the cause may quote a row
        return None
    finally:
        # The library remembers its last context, and with it the rows.
        project_manager.set_project(None)


def _context() -> EphemeralDataContext:
    """Return a new context, in memory, that sends nothing, shows nothing and writes nothing."""
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    context = EphemeralDataContext(project_config=config)
    project_manager.set_project(context)
    return context


def _comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with binary columns as hexadecimal text, which the library can handle."""
    binary = {
        name: frame[name].map(_hexadecimal, na_action="ignore").astype(object)
        for name in frame.columns[frame.dtypes.map(_may_hold_bytes).to_numpy(dtype=bool)]
    }
    return frame.assign(**binary).reset_index(drop=True)


def _may_hold_bytes(dtype: object) -> bool:
    return getattr(dtype, "type", None) in {np.object_, bytes}


def _hexadecimal(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _reading(result: ExpectationValidationResult) -> Reading:
    unexpected = result.result.get("unexpected_count")
    checked = result.result.get("element_count")
    config = result.expectation_config
    return Reading(
        position=_UNKNOWN if config is None else int(config.meta.get("position", _UNKNOWN)),
        passed=result.success is True,
        crashed=_crashed(result.exception_info),
        unexpected=None if unexpected is None else int(unexpected),
        checked=None if checked is None else int(checked),
    )


def _crashed(exception_info: Mapping[str, Any]) -> bool:
    """Return whether a check raised: told flat, or once per metric that raised."""
    flat = exception_info.get("raised_exception")
    if flat is not None:
        return bool(flat)
    return any(metric.get("raised_exception", True) for metric in exception_info.values())


def _judged(result: ExpectationValidationResult) -> Judged:
    config = result.expectation_config
    rows = result.result.get("unexpected_index_list")
    part: Part = "itself" if config is None else config.meta.get("part", "itself")
    numbers = None if rows is None else [int(row) for row in rows]
    return Judged(reading=_reading(result), part=part, rows=numbers)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the library from logging or warning: both may quote values."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
