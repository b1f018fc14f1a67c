"""Destroy sealed deliveries, quarantined rows and counts under review past their retention.

Every day. The periods stand in `contracts/policy.yml`; each destruction stands in the ledger.
"""

from datetime import timedelta
from typing import Any

from airflow import sdk

from pipeline.steps.scheduled import run_step

DISK = sdk.RetryRule("pipeline.errors.StorageError", retry_delay=timedelta(minutes=5))
PATIENT = {"retries": 2, "retry_policy": sdk.ExceptionRetryPolicy([DISK], sdk.RetryAction.FAIL)}
LIMITS = {"catchup": False, "max_active_runs": 1}
DAILY = sdk.CronTriggerTimetable("30 4 * * *", timezone="UTC")


@sdk.task(multiple_outputs=False)
def retain() -> dict[str, Any]:
    """Destroy what is too old; the receipt says how many of what."""
    from pipeline.steps import retain

    return run_step(retain.retain).as_dict()


with sdk.DAG("retention", schedule=DAILY, default_args=PATIENT, doc_md=__doc__, **LIMITS):
    retain()
