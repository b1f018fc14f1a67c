"""Take in a past school year as a whole: one run is one year, and a backfill is several.

A run's partition is the school year, by its first year, that begins on the 1st of September: a
backfill from 2019-09-01 to 2020-09-01 takes in what the inbox holds of 2019 and 2020, schools
first. It asks nobody to publish: trigger `publish` once all years are in.
"""

from typing import Any

from airflow import sdk

from dags.patience import PATIENT, deadline
from dags.taking import NEWS, ingest
from pipeline.settings import read_settings
from pipeline.steps.scheduled import run_step
from pipeline.steps.schedules import read_schedules

NAMES = list(read_schedules(read_settings().project))
SEPTEMBER = sdk.CronPartitionTimetable("0 0 1 9 *", timezone="UTC", key_format="%Y")
LIMITS = {"catchup": False, "max_active_runs": 1, "default_args": PATIENT, "doc_md": __doc__}
CHOICE = {"type": "array", "items": {"enum": NAMES}, "uniqueItems": True}


@sdk.task
def find(params: dict[str, Any], dag_run: Any = None) -> list[dict[str, str]]:
    """Name the deliveries of the year that are no batch yet, of the chosen datasets or all."""
    from pipeline.steps import past_years

    year = dag_run.partition_key
    return run_step(past_years.find_year, year, datasets=params["datasets"])


late = deadline("past_years", hours=24)
with sdk.DAG("past_years", schedule=SEPTEMBER, deadline=late, **LIMITS) as dag:
    dag.params["datasets"] = sdk.Param([], **CHOICE)
    # One after another, in this order: the later refer to the earlier. Of all years together: where
    # two tasks end at once and tell the first news of a dataset, Airflow fails one of them, since
    # both write down whose news the alias stands for.
    ingest.override(max_active_tis_per_dag=1, outlets=[NEWS]).expand_kwargs(find())
