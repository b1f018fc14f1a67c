"""Publish when pupils, schools and teachers all have news, and on Mondays at 05:00 UTC.

A candidate in force asks nobody. The delegate answers within seven days; Reject, or no answer,
leaves the release. After `cartable approve`, mark `approval` as success. What changes supersedes.
"""

from datetime import timedelta
from typing import Any

from airflow import sdk
from airflow.providers.standard.operators.hitl import ApprovalOperator

from dags.patience import PATIENT
from pipeline.settings import read_settings
from pipeline.steps.scheduled import LOGGED, run_step
from pipeline.steps.schedules import PUBLISH

NEWS = [sdk.Asset(f"cartable://protected/{name}") for name in ("pupils", "schools", "teachers")]
MONDAY = sdk.CronTriggerTimetable(PUBLISH, timezone="UTC")
NEWS_OR_MONDAY = sdk.AssetOrTimeSchedule(assets=NEWS, timetable=MONDAY)
LIMITS = {"catchup": False, "max_active_runs": 1, "doc_md": __doc__}


@sdk.task.short_circuit(multiple_outputs=False)
def prepare() -> dict[str, Any] | None:
    """Make the candidate; nobody is asked when it is in force already."""
    from pipeline.steps import deciding

    receipt = run_step(deciding.propose, progress=LOGGED)
    return receipt.as_dict() if receipt else None


@sdk.task(multiple_outputs=False)
def approve(made: dict[str, Any], answer: dict[str, Any] | None) -> dict[str, Any]:
    """Write to the ledger who approved."""
    from pipeline.steps import deciding

    return run_step(deciding.record_approval, made["ids"]["candidate"], answer).as_dict()


@sdk.task(multiple_outputs=False)
def release(made: dict[str, Any]) -> dict[str, Any]:
    """Publish the approved candidate."""
    from pipeline.steps import release

    return run_step(release.release, made["ids"]["candidate"], progress=LOGGED).as_dict()


with sdk.DAG("publish", schedule=NEWS_OR_MONDAY, default_args=PATIENT, **LIMITS):
    approval = ApprovalOperator(
        task_id="approval",
        subject="Publish {{ ti.xcom_pull('prepare').ids.candidate }}?",
        body="{{ ti.xcom_pull('prepare').counts }} {{ ti.xcom_pull('prepare').hashes }}",
        assigned_users=[{"id": name, "name": name} for name in read_settings().approvers],
        response_timeout=timedelta(days=7),
    )
    (made := prepare()) >> approval
    approve(made, approval.output) >> release(made)
