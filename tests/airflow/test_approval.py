"""A real Airflow, end to end: news of three datasets, and only the delegate lets it out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.steps.ingest import ingest
from tests.airflow.deliveries import PERIOD, identifying_texts
from tests.airflow.installation import Installation
from tests.airflow.services import Services, free_port, running_options

pytestmark = [
    pytest.mark.slow,
]

REFERENCES = ("population", "programmes", "connected_places")
APPROVAL = "taskInstances/approval/-1/hitlDetails"


@dataclass(frozen=True)
class Story:
    """What happened, in order.

    Attributes:
        installation: where.
        bad_period: status of a request with a period that is none.
        question: what the delegate was asked, by a run that news had started.
        refused: user → status of an answer that was not the delegate's.
        after_reject: task → state of that run, after the delegate's Reject.
        published_after_reject: whether anything was published then.
        after_approve: task → state of the next run, after the delegate's Approve.
    """

    installation: Installation
    bad_period: int
    question: dict[str, Any]
    refused: dict[str, int]
    after_reject: dict[str, str]
    published_after_reject: bool
    after_approve: dict[str, str]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, outbox: Path) -> Story:
    root = tmp_path_factory.mktemp("running")
    installation = Installation(root, running_options(root, free_port()))
    installation.prepare()
    services = Services(installation)
    try:
        services.start()
        # While Airflow starts.
        for dataset in REFERENCES:
            take_in(installation, outbox, dataset)
        services.wait_until_ready()
        return tell(services, outbox)
    finally:
        services.stop()


def take_in(installation: Installation, outbox: Path, dataset: str) -> None:
    file = f"{dataset}_{PERIOD}.csv"
    with (outbox / file).open("rb") as source:
        ingest(installation.workspace(), dataset, source, file=file, period=PERIOD)


def tell(services: Services, outbox: Path) -> Story:
    installation = services.installation
    for name in ("publish", "ingest_schools", "ingest_pupils", "ingest_teachers"):
        assert services.ask("steward", "PATCH", f"/dags/{name}", {"is_paused": False})[0] == 200
    bad = {"logical_date": None, "conf": {"period": "21"}}
    bad_period = services.ask("steward", "POST", "/dags/ingest_schools/dagRuns", bad)[0]
    bring(services, outbox, ["schools"])
    # Equipment refers to schools.
    take_in(installation, outbox, "equipment")
    bring(services, outbox, ["pupils", "teachers"])
    run, question = asked(services)
    refused = {
        user: answer(services, user, run, "Approve")[0] for user in ("dpo", "steward", "admin")
    }
    assert answer(services, "delegate", run, "Reject")[0] == 200
    after_reject = ended(services, "publish", run)
    published = installation.workspace().published.current() is not None
    trigger(services, "publish")
    run, _ = asked(services)
    assert answer(services, "delegate", run, "Approve")[0] == 200
    after_approve = ended(services, "publish", run)
    return Story(
        installation, bad_period, question, refused, after_reject, published, after_approve
    )


def bring(services: Services, outbox: Path, datasets: list[str]) -> None:
    """Put files into the inbox, start their schedules, and see that each took its file.

    A schedule that was just switched on makes a run of its own, which may take the file first.
    """
    for dataset in datasets:
        services.installation.deliver(outbox / f"{dataset}_{PERIOD}.csv")
    for dataset in datasets:
        trigger(services, f"ingest_{dataset}")
    for dataset in datasets:
        services.wait(lambda dag=f"ingest_{dataset}": all_ended(services, dag), dataset)
        runs = services.ask("dpo", "GET", f"/dags/ingest_{dataset}/dagRuns")[1]["dag_runs"]
        assert {run["state"] for run in runs} == {"success"}
        query = "select count(*) from asset_event where source_dag_id = ?"
        assert services.installation.select(query, f"ingest_{dataset}") == [(1,)]


def all_ended(services: Services, dag: str) -> bool:
    runs = services.ask("dpo", "GET", f"/dags/{dag}/dagRuns")[1]["dag_runs"]
    return all(run["state"] in {"success", "failed"} for run in runs)


def trigger(services: Services, dag: str) -> str:
    status, run = services.ask("steward", "POST", f"/dags/{dag}/dagRuns", {"logical_date": None})
    assert status == 200, run
    return str(run["dag_run_id"])


def asked(services: Services) -> tuple[str, dict[str, Any]]:
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


def answer(services: Services, user: str, run: str, option: str) -> tuple[int, Any]:
    body = {"chosen_options": [option], "params_input": {}}
    return services.ask(user, "PATCH", f"/dags/publish/dagRuns/{run}/{APPROVAL}", body)


def ended(services: Services, dag: str, run: str) -> dict[str, str]:
    """Wait for the end of a run; return the state of each task."""
    path = f"/dags/{dag}/dagRuns/{run}"
    services.wait(
        lambda: services.ask("dpo", "GET", path)[1]["state"] in {"success", "failed"}, dag
    )
    tasks = services.ask("dpo", "GET", f"{path}/taskInstances")[1]["task_instances"]
    return {task["task_id"]: task["state"] for task in tasks}


def test_a_period_that_is_no_year_is_refused_before_anything_runs(story: Story) -> None:
    assert story.bad_period == 400


def test_news_of_three_datasets_asks_the_delegate_about_the_candidate(story: Story) -> None:
    first = next(iter(story.installation.workspace().ledger.entries("candidate")))
    assert str(first.facts["candidate"]) in story.question["subject"]
    assert str(first.facts["content"]) in story.question["body"]
    assert story.question["options"] == ["Approve", "Reject"]
    # Beside it there may be one by the clock: a schedule that is switched on makes up for a Monday.
    types = story.installation.select("select run_type from dag_run where dag_id = 'publish'")
    assert ("asset_triggered",) in types


def test_nobody_but_the_delegate_may_answer(story: Story) -> None:
    assert story.refused == {"dpo": 403, "steward": 403, "admin": 403}


def test_a_reject_publishes_nothing(story: Story) -> None:
    assert story.after_reject == {
        "prepare": "success",
        "approval": "success",
        "approve": "skipped",
        "release": "skipped",
    }
    assert not story.published_after_reject


def test_an_approval_publishes_and_the_ledger_names_who_gave_it(story: Story) -> None:
    assert set(story.after_approve.values()) == {"success"}
    workspace = story.installation.workspace()
    current = workspace.published.current()
    assert current is not None
    (approval,) = workspace.ledger.entries("approval")
    assert approval.facts["approver"] == "delegate"
    (released,) = workspace.ledger.entries("release")
    assert released.facts["candidate"] == approval.facts["candidate"]
    assert released.facts["release"] == current.release_id


def test_nothing_that_a_running_airflow_keeps_names_a_person(story: Story, outbox: Path) -> None:
    assert story.installation.holding(identifying_texts(outbox)) == {}
    kept = story.installation.holding({f"pupils_{PERIOD}.csv"})[f"pupils_{PERIOD}.csv"]
    assert "airflow.db" in kept
    assert any(place.startswith("logs/") for place in kept)
