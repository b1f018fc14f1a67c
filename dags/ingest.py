"""One schedule per dataset contract: what lies in the inbox becomes protected rows."""

from typing import Any

from airflow import sdk

from dags.fetching import fetch
from dags.patience import PATIENT, deadline
from dags.taking import ingest, protected
from pipeline.settings import read_settings
from pipeline.steps.scheduled import run_step
from pipeline.steps.schedules import read_schedules, read_sources

DOC = """Takes in each file `{0}_<period>*` of the inbox, packed or not, oldest first: seals it,
reads it, applies the contract's privacy rules, checks the rows, keeps them. The same content is
taken in once; a refused file is tried again at each run, until it is mended or taken away. One that
would leave a sender far fewer rows is refused until `cartable ingest … --smaller` took it in.

Where the contract names a source, `fetch` takes in what is new there of the school year that runs,
or of `period`. What does not answer is asked again after 15 minutes, twice.

To take in one file now, trigger with `file` (its path in the inbox) and, when its name does not
say it, `period` (first year of the school year). A file name must not name a person. A whole past
year is taken in by a backfill of `past_years`."""
LIMITS = {"catchup": False, "max_active_runs": 1, "max_active_tasks": 1, "default_args": PATIENT}
TEXT = {"type": ["null", "string"]}
FILE = "One file of the inbox; default: all that are no batch yet / Un fichier de la réception"
PERIOD = "First year of the school year, such as 2021 / Première année de l'année scolaire"

SOURCES = read_sources(read_settings().project)


@sdk.task
def find(dataset: str, params: dict[str, Any]) -> list[dict[str, str]]:
    """Name the deliveries of the inbox that are no batch yet."""
    from pipeline.steps import inbox

    wanted = {name: params[name] for name in ("file", "period")}
    found = run_step(inbox.find_waiting, dataset, **wanted)
    return [{"file": one.file, "period": one.period} for one in found]


for name, cron in read_schedules(read_settings().project).items():
    schedule = sdk.CronTriggerTimetable(cron, timezone="UTC")
    late = deadline(f"ingest_{name}", hours=6)
    with sdk.DAG(f"ingest_{name}", schedule=schedule, deadline=late, **LIMITS) as dag:
        dag.doc_md = DOC.format(name)
        dag.params["file"] = sdk.Param(None, **TEXT, description=FILE)
        year = {**TEXT, "pattern": "^[12][0-9]{3}$", "description": PERIOD}
        dag.params["period"] = sdk.Param(None, **year)
        news = {"outlets": [protected(name)]}
        if name in SOURCES:
            fetch.override(**news)(name)
        ingest.override(**news).partial(dataset=name).expand_kwargs(find(name))
