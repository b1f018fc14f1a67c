"""The task that fetches a dataset from the source that its contract names."""

from typing import Any

from airflow import sdk
from airflow.sdk.configuration import get_custom_secret_backend
from airflow.sdk.exceptions import AirflowSkipException

from dags.taking import tell_news
from pipeline.steps.scheduled import LOGGED, run_step

NOTHING_NEW = "The source has nothing new"
ONE_FILE = "One file of the inbox was asked for"


def secret(connection: str) -> str | None:
    """Return what the secrets backend of the house holds of a connection, as a variable.

    Airflow's own database is not asked: what is written there, Airflow's admin may read.
    """
    backend = get_custom_secret_backend(worker_mode=True)
    return backend.get_variable(f"cartable_source_{connection}") if backend else None


@sdk.task(multiple_outputs=False)
def fetch(dataset: str, params: dict[str, Any], outlet_events: Any = None) -> dict[str, Any]:
    """Fetch what is new, and take it in; nothing new gives no news."""
    from pipeline.steps import due

    if params["file"]:
        raise AirflowSkipException(ONE_FILE)
    wanted = {"period": params["period"], "secret": secret, "progress": LOGGED}
    receipt = run_step(due.fetch_due, dataset, **wanted)
    if not receipt.changed:
        raise AirflowSkipException(NOTHING_NEW)
    tell_news(dataset, receipt.ids["period"], receipt.ids["batch"], outlet_events)
    return receipt.as_dict()
