"""What a house does with a real Airflow in three weeks, told once; the tests look at it."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import DeliveryError
from pipeline.steps.ingest import ingest
from pipeline.steps.workspace import Workspace
from tests.airflow.deliveries import PAST_YEARS, PERIOD
from tests.airflow.installation import ROOT, Installation
from tests.airflow.kept import delivered_identities, delivered_persons, kept_views
from tests.airflow.screen import Screen
from tests.airflow.services import Services
from tests.mail_sink import MailSink
from tests.privacy.scan import Hit, Person
from tests.privacy.scan_plants import DIGESTS, HASHED, TEXTS

AFTER_SCHOOLS = ("population", "programmes", "connected_places", "teachers", "equipment")
OF_THE_PAST = ("population", "schools")
REFUSED_ROWS = 3
APPROVAL = "taskInstances/approval/-1/hitlDetails"
ENDED = {"success", "failed"}
# What a schedule must never do: print, hand over and fail with what names persons.
LEAKY = """
import json
from pathlib import Path
from airflow import sdk

@sdk.task
def tell(params):
    said = json.loads(Path(params["file"]).read_text())
    for text in said["printed"]:
        print(text)
    if said["raised"]:
        raise ValueError("\\n".join(said["raised"]))
    return said["returned"]

with sdk.DAG("leaky", schedule=None, params={"file": "", "told": []}):
    tell()
"""
# One whose time is over before it begins.
LATE = """
from datetime import timedelta
from airflow import sdk
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from dags.patience import deadline

late = deadline("late", hours=1)
late.interval = timedelta(seconds=-1)
with sdk.DAG("late", schedule=None, deadline=late):
    EmptyOperator(task_id="nothing")
"""
# The hour at which a story is told must not matter: by the clock alone no schedule begins.
CALM = """
from pipeline.steps import schedules
from tests.airflow.leap_day import on_leap_day

read = schedules.read_schedules
schedules.PUBLISH, schedules.RETENTION = map(on_leap_day, (schedules.PUBLISH, schedules.RETENTION))
schedules.read_schedules = lambda root: {name: on_leap_day(at) for name, at in read(root).items()}
"""
SINKS = ("printed", "returned", "raised", "told")
# Bytes that are no text cannot be printed, nor handed on as JSON.
ENCODINGS = (
    *("utf-8", "NFD", "upper case", "without accents", "JSON escapes", "HTML entities", "URL"),
    *("base64", "base64 lines", "hex", "gzip in base64", "base64 of UTF-16"),
    *("md5", "sha1", "sha256"),
)
EACH = 5


@dataclass(frozen=True)
class Run:
    """A run that ended: its state, that of each task, and how often each was tried."""

    state: str
    tasks: Mapping[str, str]
    tries: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Story:
    """What happened, in order.

    Attributes:
        services: the Airflow, which does not run any more.
        outbox: the deliveries as they were sent.
        runs: name → how it ended.
        answers: who tried to answer → status.
        notes: what else was asked of the API.
        releases: the release in force after each decision.
        outlived: the delivery of before the retention, that was there until its schedule ran.
        xcoms: schedule, task, key, value.
        kept: persons found in all that Airflow kept after all runs.
        kept_by_leaky: the same, after a careless schedule told of some.
        planted: sink and encoding → those of whom it told.
        mails: what the stewards were told.
        screen: where a steward and the delegate worked; None without a browser.
        seconds: how long it took.
        cpu_seconds: how much of the processors; another machine's load does not change it much.
    """

    services: Services
    outbox: Path
    runs: dict[str, Run] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    releases: list[str | None] = field(default_factory=list)
    outlived: str = ""
    xcoms: list[tuple[Any, ...]] = field(default_factory=list)
    kept: list[Hit] = field(default_factory=list)
    kept_by_leaky: list[Hit] = field(default_factory=list)
    planted: dict[tuple[str, str], list[Person]] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    screen: Screen | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def installation(self) -> Installation:
        return self.services.installation

    @property
    def workspace(self) -> Workspace:
        return self.installation.workspace()

    def select(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        return self.services.postgres.select(query, *values)


def tell(services: Services, outbox: Path, sink: MailSink, screen: Screen | None) -> Story:
    """Let it all happen, and return what happened."""
    began, worked = time.monotonic(), _cpu()
    story = Story(services, outbox, screen=screen)
    dags = services.installation.dags
    (dags / "leaky.py").write_text(LEAKY, encoding="utf-8")
    (dags / "late.py").write_text(LATE, encoding="utf-8")
    config = services.installation.airflow / "config"
    config.mkdir(exist_ok=True)
    (config / "airflow_local_settings.py").write_text(CALM, encoding="utf-8")
    with services.running():
        services.wait_until_ready({"publish", "past_years", "ingest_pupils", "leaky", "late"})
        for dag in services.ask("admin", "GET", "/dags")[1]["dags"]:
            path = f"/dags/{dag['dag_id']}"
            assert services.ask("steward", "PATCH", path, {"is_paused": False})[0] == 200
        _take_in(story, screen)
        _approve_by_name(story, screen)
        _take_in_past_years(story)
        _send_back(story)
        _approve_by_command(story)
        _destroy(story)
        query = "select dag_id, task_id, key, value from xcom where dag_id <> 'leaky'"
        story.xcoms = story.select(query)
        identities = delivered_identities(outbox)
        story.kept = list(identities.find(kept_views(services.installation, services.postgres)))
        _leak(story)
        views = kept_views(services.installation, services.postgres)
        story.kept_by_leaky = list(identities.find(views))
        services.wait(lambda: any(b"late" in one.content for one in sink.mails), "a late run")
    story.mails = [one.text for one in sink.mails]
    story.seconds, story.cpu_seconds = time.monotonic() - began, _cpu() - worked
    return story


def _cpu() -> float:
    """Return the processor time of this process and of those that ended under it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def damaged_pupils(outbox: Path) -> str:
    """Return the pupils' delivery with an unknown grade in its first rows."""
    header, *lines = (outbox / f"pupils_{PERIOD}.csv").read_text(encoding="utf-8").splitlines()
    place = header.split(";").index("grade")
    for number in range(REFUSED_ROWS):
        fields = lines[number].split(";")
        fields[place] = "7E"
        lines[number] = ";".join(fields)
    return "\n".join([header, *lines]) + "\n"


def _take_in(story: Story, screen: Screen | None) -> None:
    """Every dataset, by the API; one on screen, where there is one; one delivery is refused."""
    services, installation = story.services, story.installation
    bad = {"logical_date": None, "conf": {"period": "21"}}
    story.notes["bad period"] = services.ask("steward", "POST", "/dags/ingest_schools/dagRuns", bad)
    story.notes["viewer"] = services.ask("dpo", "POST", "/dags/ingest_schools/dagRuns", {})
    schools = f"schools_{PERIOD}.csv"
    installation.deliver(story.outbox / schools)
    if screen is None:
        run = _trigger(services, "ingest_schools", file=schools, period=PERIOD)
    else:
        run = screen.trigger_ingest("schools", file=schools, period=PERIOD)
        path = f"/dags/ingest_schools/dagRuns/{run}"
        story.notes["triggered by"] = services.ask("dpo", "GET", path)[1]["triggering_user_name"]
    story.runs["schools"] = _ended(services, "ingest_schools", run)
    pupils = installation.inbox / f"pupils_{PERIOD}.csv"
    whole = damaged_pupils(story.outbox)
    pupils.write_text(whole.replace("home_device", "household_device", 1), encoding="utf-8")
    refused = _trigger(services, "ingest_pupils")
    for dataset in AFTER_SCHOOLS:
        installation.deliver(story.outbox / f"{dataset}_{PERIOD}.csv")
    runs = {name: _trigger(services, f"ingest_{name}") for name in AFTER_SCHOOLS}
    again = _trigger(services, "ingest_schools", file=schools)
    story.runs["refused pupils"] = _ended(services, "ingest_pupils", refused)
    pupils.write_text(whole, encoding="utf-8")
    runs["pupils"] = _trigger(services, "ingest_pupils")
    for name, each in runs.items():
        story.runs[name] = _ended(services, f"ingest_{name}", each)
    story.runs["schools again"] = _ended(services, "ingest_schools", again)


def _approve_by_name(story: Story, screen: Screen | None) -> None:
    """News of three datasets started a run: nobody but the delegate answers it."""
    services = story.services
    run, question = _asked(services)
    story.notes["question"] = question
    for user in ("dpo", "statistician", "steward", "admin", "deputy"):
        story.answers[user] = _answer(services, user, run, "Approve")[0]
    story.releases.append(_in_force(story))
    if screen is None:
        assert _answer(services, "delegate", run, "Approve")[0] == 200
    else:
        screen.approve(run)
    story.runs["approved"] = _ended(services, "publish", run)
    story.releases.append(_in_force(story))


def _take_in_past_years(story: Story) -> None:
    """Two years by one backfill, as the page asks for it and as the command does."""
    services = story.services
    for dataset, year in product(OF_THE_PAST, PAST_YEARS):
        story.installation.deliver(story.outbox / f"{dataset}_{year}.csv")
    first, last = (f"{year}-09-01" for year in PAST_YEARS)
    span = {"from_date": f"{first}T00:00:00Z", "to_date": f"{last}T00:00:00Z"}
    body = {"dag_id": "past_years", **span}
    story.notes["dry run"] = services.ask("steward", "POST", "/backfills/dry_run", body)
    story.notes["backfill by a viewer"] = services.ask("dpo", "POST", "/backfills", body)
    named = ("--dag-id", "past_years", "--from-date", first, "--to-date", last)
    done = services.command("backfill", "create", *named)
    assert done.returncode == 0, done.stderr
    runs = services.wait(lambda: _all_ended(services, "past_years", 2), "the past years")
    for one in runs:
        story.runs[one["partition_key"]] = _ended(services, "past_years", one["dag_run_id"])


def _send_back(story: Story) -> None:
    services = story.services
    run = _trigger(services, "publish")
    run, _ = _asked(services)
    assert _answer(services, "delegate", run, "Reject", reason="incomplete")[0] == 200
    story.runs["rejected"] = _ended(services, "publish", run)
    story.releases.append(_in_force(story))
    closed = _trigger(services, "publish")
    story.runs["closed"] = _ended(services, "publish", closed)


def _approve_by_command(story: Story) -> None:
    """The run that asks is ended by an approval of which Airflow is not told."""
    services = story.services
    _trigger(services, "publish", again=True)
    run, question = _asked(services)
    candidate = question["subject"].split()[1].rstrip("?")
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "approve", candidate]
    environment = {**os.environ, **services.installation.environment}
    subprocess.run([*command, "--by", "delegate"], cwd=ROOT, env=environment, check=True)
    story.runs["approved by command"] = _ended(services, "publish", run)
    story.releases.append(_in_force(story))


def _destroy(story: Story) -> None:
    story.outlived = _deliver_long_ago(story.installation, story.outbox)
    run = _trigger(story.services, "retention")
    story.runs["retention"] = _ended(story.services, "retention", run)


def _deliver_long_ago(installation: Installation, outbox: Path) -> str:
    """Return the one delivery that came before the days for which the policy keeps them."""
    now = installation.workspace()
    days = now.project.contracts.policy.retention.deliveries.value
    then = now.clock() - timedelta(days=days + 1)
    known = set(now.deliveries.ids())
    refused = (outbox / f"pupils_{PERIOD}.csv").read_bytes().replace(b"home_device", b"device", 1)
    with pytest.raises(DeliveryError, match=r"delivery\.missing_column"):
        ingest(
            Workspace(now.settings, clock=lambda: then),
            "pupils",
            io.BytesIO(refused),
            file=f"pupils_{PERIOD}.csv",
            period=PERIOD,
        )
    (outlived,) = set(now.deliveries.ids()) - known
    return outlived


def _leak(story: Story) -> None:
    pairs = list(product(SINKS, ENCODINGS))
    persons = delivered_persons(story.outbox, EACH * len(pairs))
    story.planted = {pair: persons[EACH * at : EACH * (at + 1)] for at, pair in enumerate(pairs)}
    said: dict[str, list[str]] = {sink: [] for sink in SINKS}
    for (sink, encoding), told in story.planted.items():
        said[sink].append(_encoded(encoding, told))
    runs = []
    for number, raised in enumerate(([], said["raised"])):
        file = story.installation.root / f"said-{number}.json"
        file.write_text(json.dumps({**said, "raised": raised}))
        runs.append(_trigger(story.services, "leaky", file=str(file), told=said["told"]))
    _trigger(story.services, "late")
    assert [_ended(story.services, "leaky", run).state for run in runs] == ["success", "failed"]


def _encoded(encoding: str, persons: list[Person]) -> str:
    if encoding in DIGESTS:
        texts = [person.forms[form] for person in persons for form in HASHED]
        return "\n".join(DIGESTS[encoding](text).decode() for text in texts)
    lines = "\n".join(form for person in persons for form in person.forms.values())
    return TEXTS[encoding](lines).decode()


def _trigger(services: Services, dag: str, **conf: Any) -> str:
    body = {"logical_date": None, "conf": conf}
    status, run = services.ask("steward", "POST", f"/dags/{dag}/dagRuns", body)
    assert status == 200, run
    return str(run["dag_run_id"])


def _asked(services: Services) -> tuple[str, dict[str, Any]]:
    """Wait for the question of a run that nobody answered yet; return the run and the question.

    An answer that comes before the scheduler heard that the asking task has ended (0.3 s were
    measured) makes Airflow 3.3 count that task as killed and ask again after five minutes. No
    person is that fast.
    """

    def open_question() -> dict[str, Any] | None:
        path = "/dags/publish/dagRuns/~/hitlDetails?response_received=false"
        found = services.ask("delegate", "GET", path)[1]["hitl_details"]
        parked = [one for one in found if one["task_instance"]["state"] == "awaiting_input"]
        return parked[0] if parked else None

    question = services.wait(open_question, "the question to the delegate")
    run = question["task_instance"]["dag_run_id"]
    heard = f"TaskInstance Finished: dag_id=publish, task_id=approval, run_id={run},"
    services.wait(lambda: heard in services.log("scheduler"), "the end of the asking task")
    return run, question


def _answer(services: Services, user: str, run: str, option: str, **params: str) -> tuple[int, Any]:
    body = {"chosen_options": [option], "params_input": params}
    return services.ask(user, "PATCH", f"/dags/publish/dagRuns/{run}/{APPROVAL}", body)


def _ended(services: Services, dag: str, run: str) -> Run:
    """Wait for the end of a run; return what became of it and of each task."""
    path = f"/dags/{dag}/dagRuns/{run}"

    def state() -> str | None:
        said = str(services.ask("dpo", "GET", path)[1]["state"])
        return said if said in ENDED else None

    ended = services.wait(state, f"the end of {dag}")
    tasks = services.ask("dpo", "GET", f"{path}/taskInstances?limit=100")[1]["task_instances"]
    names = {_name(one): one for one in tasks}
    return Run(
        state=ended,
        tasks={name: str(one["state"]) for name, one in names.items()},
        tries={name: int(one["try_number"]) for name, one in names.items()},
    )


def _name(task: dict[str, Any]) -> str:
    label = task["rendered_map_index"] or task["map_index"]
    return str(task["task_id"] if task["map_index"] < 0 else f"{task['task_id']} {label}")


def _all_ended(services: Services, dag: str, count: int) -> list[dict[str, Any]]:
    runs = services.ask("dpo", "GET", f"/dags/{dag}/dagRuns")[1]["dag_runs"]
    is_over = len(runs) >= count and all(run["state"] in ENDED for run in runs)
    return list(runs) if is_over else []


def _in_force(story: Story) -> str | None:
    current = story.workspace.published.current()
    return None if current is None else current.release_id
