"""The task that takes one delivery in, for each schedule that does."""

from typing import Any

from airflow import sdk
from airflow.sdk.exceptions import AirflowSkipException

from pipeline.steps.scheduled import LOGGED, run_step

NO_NEWS = "This content is a batch already"
NEWS = sdk.AssetAlias("news")
"""Stands for the rows of whichever dataset a task takes in."""


def protected(dataset: str) -> sdk.Asset:
    """Return the rows in force of a dataset, whose news starts what waits for it."""
    return sdk.Asset(f"cartable://protected/{dataset}")


def tell_news(dataset: str, period: str, batch: str, outlet_events: Any) -> None:
    """Tell of new rows in force, whatever asset the schedule of the task names."""
    news = {"period": period, "batch": batch}
    outlet_events[protected(dataset)].extra = news
    outlet_events[NEWS].add(protected(dataset), extra=news)


@sdk.task(multiple_outputs=False, map_index_template="{{ task.op_kwargs['file'] }}")
def ingest(dataset: str, file: str, period: str, outlet_events: Any = None) -> dict[str, Any]:
    """Take one delivery in; what changed nothing gives no news."""
    from pipeline.steps import inbox

    receipt = run_step(inbox.ingest_waiting, dataset, file=file, period=period, progress=LOGGED)
    if not receipt.changed:
        raise AirflowSkipException(NO_NEWS)
    tell_news(dataset, period, receipt.ids["batch"], outlet_events)
    return receipt.as_dict()
