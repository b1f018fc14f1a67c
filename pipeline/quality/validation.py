"""Great Expectations at work: in memory, silent, and read for counts only.

The one module that imports the library. Of each result, success and two counts are taken; the
rest, where values may stand (observed values, messages, tracebacks), is dropped here.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
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

from pipeline.errors import ContractError, Place, QualityError
from pipeline.quality.parameters import Parameter
from pipeline.quality.suites import Suite

_UNKNOWN = -1
_COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the library says of one expectation, without values."""

    position: int
    passed: bool
    crashed: bool
    unexpected: int | None
    checked: int | None


def validate(
    frame: pd.DataFrame, suite: Suite, *, parameters: Mapping[str, Parameter]
) -> list[Reading]:
    """Return one reading per expectation of the suite, in its order.

    Raises:
        ContractError: the library does not accept the suite.
        QualityError: the library crashed, or left an expectation out.
    """
    place = Place(file=f"expectations/{suite.name}.json")
    with _silence():
        expectations = _expectations(suite)
        if expectations is None:
            raise ContractError("quality.suite_refused", place=place)
        result = _run(frame, expectations, parameters)
    # Raised outside the handler, so that no cause or context drags values along.
    if result is None:
        raise QualityError("quality.gate_crashed", place=place)
    readings = sorted((_reading(r) for r in result.results), key=lambda reading: reading.position)
    if [reading.position for reading in readings] != list(range(len(suite.expectations))):
        raise QualityError(
            "quality.count_mismatch",
            place=place,
            count=len(readings),
            expectations=len(suite.expectations),
        )
    return readings


def _expectations(suite: Suite) -> gx.ExpectationSuite | None:
    # An expectation that the library does not know is dropped by it without a word: the position
    # in `meta` tells afterwards which ones came back.
    try:
        return gx.ExpectationSuite(
            name=suite.name,
            expectations=[
                {
                    "type": expectation.type,
                    "kwargs": dict(expectation.kwargs),
                    "severity": expectation.severity,
                    "meta": {"position": position},
                }
                for position, expectation in enumerate(suite.expectations)
            ],
        )
    except Exception:  # noqa: BLE001 - whatever the library refuses is refused
        return None


def _run(
    frame: pd.DataFrame, suite: gx.ExpectationSuite, parameters: Mapping[str, Parameter]
) -> ExpectationSuiteValidationResult | None:
    context = _context()
    try:
        asset = context.data_sources.add_pandas(name="gate").add_dataframe_asset(name="table")
        batch = asset.add_batch_definition_whole_dataframe("all").get_batch(
            batch_parameters={"dataframe": _comparable(frame)}
        )
        given = {k: list(v) if isinstance(v, tuple) else v for k, v in parameters.items()}
        return batch.validate(suite, result_format=_COUNTS_ONLY, expectation_parameters=given)
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
