"""What every schedule does of a failure or of lateness: try again where it may help, else tell."""

from datetime import timedelta
from typing import Any

from airflow import sdk
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from pipeline.steps.telling import tell_failure, tell_late

DISK = sdk.RetryRule("pipeline.errors.StorageError", retry_delay=timedelta(minutes=5))
SERVER = sdk.RetryRule("pipeline.errors.SourceError", retry_delay=timedelta(minutes=15))
PATIENT: dict[str, Any] = {
    "on_failure_callback": tell_failure,
    "retries": 2,
    "retry_policy": sdk.ExceptionRetryPolicy([DISK, SERVER], sdk.RetryAction.FAIL),
}


def deadline(schedule: str, *, hours: int) -> DeadlineAlert:
    """Return what tells the stewards of a run that is not over so long after it was asked for."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=hours),
        # Runs in the triggerer, which knows no key and sees no zone.
        callback=AsyncCallback(tell_late, {"schedule": schedule, "hours": hours}),
    )
