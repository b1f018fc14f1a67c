"""Publish when pupils, schools and teachers all have news, and on Mondays at 05:00 UTC.

A candidate in force asks nobody; nor does one that was sent back, unless `again` is set. The
delegate answers within seven days; Reject sends the candidate back. What is decided by `cartable
approve` or `cartable reject`, and what newer rows or rules supersede, ends the run by itself.
"""

from datetime import timedelta
from typing import Any

from airflow import sdk

from dags.answering import Approval, decide, watch
from dags.patience import PATIENT, deadline
from dags.taking import protected
from pipeline.settings import read_settings
from pipeline.steps.reasons import WHY
from pipeline.steps.scheduled import LOGGED, run_step
from pipeline.steps.schedules import PUBLISH

NEWS = [protected(name) for name in ("pupils", "schools", "teachers")]
MONDAY = sdk.CronTriggerTimetable(PUBLISH, timezone="UTC")
NEWS_OR_MONDAY = sdk.AssetOrTimeSchedule(assets=NEWS, timetable=MONDAY)
WHY_ASKED = "Why, where it is sent back / Pourquoi, si elle est renvoyée"
LIMITS = {"catchup": False, "max_active_runs": 1, "default_args": PATIENT, "doc_md": __doc__}


@sdk.task.short_circuit(multiple_outputs=False)
def prepare(params: dict[str, Any]) -> dict[str, Any] | None:
    """Make the candidate; nobody is asked when it is in force already, or was sent back."""
    from pipeline.steps import deciding

    made = run_step(deciding.propose, again=params["again"], progress=LOGGED)
    return made.as_dict() if made else None


@sdk.task(multiple_outputs=False)
def release(made: dict[str, Any]) -> dict[str, Any]:
    """Publish the candidate, if it is approved."""
    from pipeline.steps import release

    return run_step(release.release, made["ids"]["candidate"], progress=LOGGED).as_dict()


late = deadline("publish", hours=24 * 8)
with sdk.DAG("publish", schedule=NEWS_OR_MONDAY, deadline=late, **LIMITS) as dag:
    dag.params["again"] = sdk.Param(default=False, type="boolean")
    approval = Approval(
        task_id="approval",
        subject="Publish {{ ti.xcom_pull('prepare').ids.candidate }}?",
        body="{{ ti.xcom_pull('prepare').question }}",
        params={"reason": sdk.Param(default=WHY[0], enum=list(WHY), description=WHY_ASKED)},
        assigned_users=[{"id": name, "name": name} for name in read_settings().approvers],
        response_timeout=timedelta(days=7),
    )
    watch(made := prepare())
    made >> approval >> decide(made) >> release(made)
