"""Destroy what outlived the policy: deliveries, refused rows, counts, protected rows, registers.

Every day. The days stand in `contracts/policy.yml`, counted from what the ledger tells: the
delivery, the refusal, the candidate, the closing of a request, breach or erasure; protected rows go
by whole periods, from the end of the calendar year in which they begin. Keys go first, then files,
so that copies can no longer be opened; each destruction stands in the ledger. Never destroyed: the
ledger, what was signed and the lists of persons who were erased.
"""

from typing import Any

from airflow import sdk

from dags.patience import PATIENT, deadline
from pipeline.steps.scheduled import run_step
from pipeline.steps.schedules import RETENTION

LIMITS = {"catchup": False, "max_active_runs": 1, "default_args": PATIENT, "doc_md": __doc__}
DAILY = sdk.CronTriggerTimetable(RETENTION, timezone="UTC")


@sdk.task(multiple_outputs=False)
def retain() -> dict[str, Any]:
    """Destroy what is too old; the receipt says how many of what."""
    from pipeline.steps import retain

    return run_step(retain.retain).as_dict()


late = deadline("retention", hours=6)
with sdk.DAG("retention", schedule=DAILY, deadline=late, **LIMITS):
    retain()
