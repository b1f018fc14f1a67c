"""One schedule per dataset contract: what lies in the inbox becomes protected rows."""

from typing import Any

from airflow import sdk
from airflow.sdk.exceptions import AirflowSkipException

from dags.patience import PATIENT
from pipeline.settings import read_settings
from pipeline.steps.scheduled import LOGGED, run_step
from pipeline.steps.schedules import read_schedules

DOC = """Takes in each file `{0}_<period>*.csv` of the inbox, oldest first: seals it, reads it,
applies the contract's privacy rules, checks the rows, keeps them. The same content is taken in
once; a refused file is tried again at each run, until it is mended or taken away. One that would
leave a sender far fewer rows is refused until `cartable ingest … --smaller` took it in.

To take in one file now, trigger with `file` (its path in the inbox) and, when its name does not
say it, `period` (first year of the school year). A file name must not name a person."""
LIMITS = {"catchup": False, "max_active_runs": 1, "max_active_tasks": 1}
TEXT = {"type": ["null", "string"]}
NO_NEWS = "This content is a batch already"


@sdk.task
def find(dataset: str, params: dict[str, Any]) -> list[dict[str, str]]:
    """Name the deliveries of the inbox that are no batch yet."""
    from pipeline.steps import inbox

    wanted = {name: params[name] for name in ("file", "period")}
    found = run_step(inbox.find_waiting, dataset, **wanted)
    return [{"file": one.file, "period": one.period} for one in found]


@sdk.task(multiple_outputs=False, map_index_template="{{ task.op_kwargs['file'] }}")
def ingest(dataset: str, file: str, period: str) -> dict[str, Any]:
    """Take one delivery in; what changed nothing gives no news."""
    from pipeline.steps import inbox

    receipt = run_step(inbox.ingest_waiting, dataset, file=file, period=period, progress=LOGGED)
    if not receipt.changed:
        raise AirflowSkipException(NO_NEWS)
    return receipt.as_dict()


for name, cron in read_schedules(read_settings().project).items():
    schedule = sdk.CronTriggerTimetable(cron, timezone="UTC")
    with sdk.DAG(f"ingest_{name}", schedule=schedule, default_args=PATIENT, **LIMITS) as dag:
        dag.doc_md = DOC.format(name)
        dag.params["file"] = sdk.Param(None, **TEXT)
        dag.params["period"] = sdk.Param(None, **TEXT, pattern="^[12][0-9]{3}$")
        take = ingest.override(outlets=[sdk.Asset(f"cartable://protected/{name}")])
        take.partial(dataset=name).expand_kwargs(find(name))
