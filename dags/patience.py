"""What every schedule does of a failure: try again where the disk may recover, else tell."""

from datetime import timedelta
from typing import Any

from airflow import sdk

from pipeline.steps.telling import tell_failure

DISK = sdk.RetryRule("pipeline.errors.StorageError", retry_delay=timedelta(minutes=5))
PATIENT: dict[str, Any] = {
    "on_failure_callback": tell_failure,
    "retries": 2,
    "retry_policy": sdk.ExceptionRetryPolicy([DISK], sdk.RetryAction.FAIL),
}
