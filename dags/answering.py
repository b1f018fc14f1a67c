"""The delegate's answer, wherever it is given: tasks of the schedule `publish`."""

from datetime import timedelta
from typing import Any

from airflow import sdk
from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLOperator
from airflow.sdk.exceptions import DownstreamTasksSkipped

from pipeline.steps.scheduled import run_step


class Approval(ApprovalOperator):
    """Asks to approve or reject, and hands on either answer: a Reject has to be written down."""

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Return the answer, where an `ApprovalOperator` skips what comes after a Reject."""
        return HITLOperator.execute_complete(self, context, event)


@sdk.task.sensor(
    mode="reschedule",
    poke_interval=20,
    exponential_backoff=True,
    max_wait=timedelta(minutes=10),
    timeout=timedelta(days=7, hours=1).total_seconds(),
)
def watch(made: dict[str, Any], task_reschedule_count: int | None = None) -> bool:
    """Look in the ledger, once the question is asked, whether it is decided elsewhere."""
    from pipeline.steps import deciding

    if task_reschedule_count and run_step(deciding.decision_on, made["ids"]["candidate"]):
        raise DownstreamTasksSkipped(tasks=["approval"])
    return False


@sdk.task(trigger_rule="all_done", multiple_outputs=False)
def decide(made: dict[str, Any], ti: Any = None) -> None:
    """Write the answer to the ledger, or find there what was decided elsewhere; watch no more."""
    from pipeline.steps import deciding

    answer = ti.xcom_pull(task_ids="approval")
    receipt = run_step(deciding.record_answer, made["ids"]["candidate"], answer)
    if receipt:
        ti.xcom_push("return_value", receipt.as_dict())
    raise DownstreamTasksSkipped(tasks=["watch"] if receipt else ["watch", "release"])
