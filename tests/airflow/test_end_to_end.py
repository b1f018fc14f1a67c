"""A real Airflow on PostgreSQL, all four processes: from deliveries to releases; who may what."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import StorageError
from pipeline.steps.schedules import PUBLISH, RETENTION, read_schedules
from tests.airflow.deliveries import PAST_YEARS, PERIOD
from tests.airflow.installation import ROOT, Installation
from tests.airflow.kept import delivered_identities
from tests.airflow.leap_day import on_leap_day
from tests.airflow.postgres import Postgres, find_programs
from tests.airflow.screen import Screen
from tests.airflow.services import Services, running_options
from tests.airflow.story import (
    AFTER_SCHOOLS,
    EACH,
    ENCODINGS,
    OF_THE_PAST,
    REFUSED_ROWS,
    SINKS,
    Story,
    tell,
)
from tests.mail_sink import MailSink
from tests.privacy.scan import words
from tests.privacy.scan_plants import DIGESTS, HASHED

pytestmark = [pytest.mark.slow]

PICTURES = ("airflow-trigger", "airflow-run", "airflow-approval")
MOST_MEMORY = 3 * 2**30


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return a started Chromium; None where there is none, and its tests are skipped."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        started = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, outbox: Path, browser: Any) -> Iterator[Story]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is missing, and scripts/system-packages could not install it")
    root = tmp_path_factory.mktemp("running")
    postgres = Postgres(programs)
    try:
        postgres.start()
        with MailSink() as sink:
            mail = {
                "CARTABLE_MAIL_SERVER": f"127.0.0.1:{sink.port}",
                "CARTABLE_MAIL_SECURITY": "none",
                "CARTABLE_MAIL_FROM": "cartable@city.example",
                "CARTABLE_NOTICES_TO": "steward@city.example",
            }
            options = running_options(root, postgres.url) | mail
            installation = Installation(root, options)
            installation.prepare()
            services = Services(installation, postgres)
            # The pages of the documentation show them: CARTABLE_TEST_PICTURES=docs/images.
            pictures = Path(os.environ.get("CARTABLE_TEST_PICTURES", root / "pictures"))
            screen = Screen(browser, services, pictures) if browser else None
            yield tell(services, outbox, sink, screen)
    finally:
        postgres.stop()


def test_airflow_loads_each_schedule_and_runs_it_when_its_contract_says_one_run_at_a_time(
    story: Story,
) -> None:
    assert story.select("select filename from import_error") == []
    rows = story.select("select dag_id, timetable_summary, max_active_runs from dag")
    of_tests = {"leaky", "late"}
    when = {name: (summary, limit) for name, summary, limit in rows if name not in of_tests}
    crons = {name: on_leap_day(cron) for name, cron in read_schedules(ROOT).items()}
    expected = {f"ingest_{name}": (cron, 1) for name, cron in crons.items()}
    assert {name: when[name] for name in expected} == expected
    assert set(when) == {*expected, "publish", "past_years", "retention"}
    assert when["publish"][0].endswith(on_leap_day(PUBLISH))
    assert when["retention"] == (on_leap_day(RETENTION), 1)
    # The story moves them to a day that does not come while it is told, and keeps the hour.
    assert (PUBLISH, RETENTION) == ("0 5 * * 1", "30 4 * * *")
    assert when["past_years"] == ("0 0 1 9 *", 1)


@pytest.mark.parametrize("dataset", ["schools", "pupils", *AFTER_SCHOOLS])
def test_each_dataset_is_taken_in_and_gives_news_of_its_school_year(
    story: Story, dataset: str
) -> None:
    run = story.runs[dataset]
    taken = f"ingest {dataset}_{PERIOD}.csv"
    assert (run.state, run.tasks) == ("success", {"find": "success", taken: "success"})
    (batch,) = story.workspace.protected.batches(dataset, PERIOD)
    query = (
        "select asset_event.extra from asset_event join asset on asset.id = asset_id"
        " where uri = %s and source_dag_id = %s"
    )
    told = story.select(query, f"cartable://protected/{dataset}", f"ingest_{dataset}")
    assert told == [({"period": PERIOD, "batch": batch.batch_id},)]


def test_a_file_that_is_a_batch_already_gives_no_news(story: Story) -> None:
    assert story.runs["schools again"].tasks == {
        "find": "success",
        f"ingest schools_{PERIOD}.csv": "skipped",
    }


def test_a_period_that_is_no_year_is_refused_before_anything_runs(story: Story) -> None:
    assert story.notes["bad period"][0] == 400


def test_a_refused_delivery_fails_at_once_and_the_stewards_are_told_place_and_remedy(
    story: Story,
) -> None:
    run = story.runs["refused pupils"]
    task = f"ingest pupils_{PERIOD}.csv"
    assert (run.state, run.tasks[task], run.tries[task]) == ("failed", "failed", 1)
    (told,) = [mail for mail in story.mails if "ingest_pupils" in mail]
    for word in ("delivery.missing_column", f"file pupils_{PERIOD}.csv", "column home_device"):
        assert word in told
    assert "/dags/ingest_pupils/runs/" in told


def test_refused_rows_are_told_by_column_rule_and_count(story: Story) -> None:
    (batch,) = story.workspace.protected.batches("pupils", PERIOD)
    assert batch.counts["refused"] == REFUSED_ROWS
    (warnings,) = [
        _json(value)["warnings"]
        for dag, task, key, value in story.xcoms
        if (dag, task, key) == ("ingest_pupils", "ingest", "return_value")
    ]
    assert "row.code" in " ".join(warnings)
    assert "column grade" in " ".join(warnings)


def test_news_of_three_datasets_asks_the_delegate_about_the_candidate(story: Story) -> None:
    first = next(iter(story.workspace.ledger.entries("candidate")))
    question = story.notes["question"]
    assert question["task_instance"]["dag_run_id"].startswith("asset_triggered")
    assert str(first.facts["candidate"]) in question["subject"]
    assert str(first.facts["content"]) in question["body"]
    assert "**pass**" in question["body"]
    assert "cartable audit disclosure" in question["body"]
    assert question["options"] == ["Approve", "Reject"]
    assert question["assigned_users"] == [{"id": "delegate", "name": "delegate"}]


def test_nobody_but_the_delegate_may_answer_whatever_the_role_in_airflow(story: Story) -> None:
    assert story.answers == dict.fromkeys(
        ("dpo", "statistician", "steward", "admin", "deputy"), 403
    )


def test_a_viewer_starts_nothing(story: Story) -> None:
    assert story.notes["viewer"][0] == 403
    assert story.notes["backfill by a viewer"][0] == 403


def test_an_approval_publishes_and_the_ledger_names_who_gave_it(story: Story) -> None:
    assert story.runs["approved"] == _published(story.runs["approved"], approval="success")
    assert story.releases[0] is None
    assert story.releases[1] is not None
    first = next(iter(story.workspace.ledger.entries("approval")))
    assert first.facts["approver"] == "delegate"
    released = next(iter(story.workspace.ledger.entries("release")))
    assert released.facts["candidate"] == first.facts["candidate"]
    assert released.facts["release"] == story.releases[1]


def test_a_backfill_takes_in_a_school_year_a_run(story: Story) -> None:
    status, planned = story.notes["dry run"]
    assert status == 200
    assert [one["partition_key"] for one in planned["backfills"]] == list(PAST_YEARS)
    for year in PAST_YEARS:
        taken = {f"ingest {name}_{year}.csv": "success" for name in OF_THE_PAST}
        assert story.runs[year].state == "success"
        assert story.runs[year].tasks == {"find": "success", **taken}
        for dataset in OF_THE_PAST:
            assert len(story.workspace.protected.batches(dataset, year)) == 1
    told = story.select(
        "select uri, partition_key, asset_event.extra"
        " from asset_event join asset on asset.id = asset_id where source_dag_id = 'past_years'"
    )
    assert sorted((uri.rpartition("/")[2], key) for uri, key, _ in told) == sorted(
        (name, year) for name in OF_THE_PAST for year in PAST_YEARS
    )
    assert all(extra["period"] == key for _, key, extra in told)


def test_a_backfill_takes_in_one_file_after_another_whatever_year_it_is_of(story: Story) -> None:
    query = (
        "select start_date, end_date from task_instance"
        " where dag_id = 'past_years' and task_id = 'ingest' order by start_date"
    )
    spans = story.select(query)
    assert len(spans) == len(PAST_YEARS) * len(OF_THE_PAST)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))


def test_a_reject_sends_the_candidate_back_and_nobody_is_asked_about_it_again(
    story: Story,
) -> None:
    assert story.runs["rejected"].state == "success"
    assert story.runs["rejected"].tasks == {
        "prepare": "success",
        "approval": "success",
        "watch": "skipped",
        "decide": "success",
        "release": "skipped",
    }
    assert story.releases[2] == story.releases[1]
    (told,) = story.workspace.ledger.entries("rejection")
    assert (told.facts["by"], told.facts["reason"]) == ("delegate", "incomplete")
    assert set(story.runs["closed"].tasks.values()) == {"success", "skipped"}
    assert story.runs["closed"].tasks["approval"] == "skipped"


def test_an_approval_by_the_command_line_ends_the_run_that_asks(story: Story) -> None:
    run = story.runs["approved by command"]
    assert run == _published(run, approval="skipped")
    current = story.workspace.published.current()
    assert current is not None
    assert current.release_id == story.releases[3] != story.releases[2]
    assert set(current.facts["periods"]) == {*PAST_YEARS, PERIOD}
    assert len(list(story.workspace.ledger.entries("approval"))) == 2


def test_the_schedule_of_retention_destroys_what_outlived_it_and_nothing_else(
    story: Story,
) -> None:
    assert story.runs["retention"].state == "success"
    workspace = story.workspace
    assert story.outlived not in workspace.deliveries.ids()
    assert len(workspace.deliveries.ids()) > len(AFTER_SCHOOLS)
    destroyed = workspace.ledger.find("destroyed", zone="deliveries")
    assert destroyed is not None
    assert destroyed.facts["delivery"] == story.outlived
    with pytest.raises(StorageError, match=r"storage\.unknown_id"):
        workspace.deliveries.open(story.outlived)


def test_a_run_that_is_late_is_told(story: Story) -> None:
    (told,) = [mail for mail in story.mails if mail.startswith("Cartable - late")]
    assert "a run is not over, 1 hour(s) after it was asked for" in told


def test_only_what_failed_or_is_late_is_told(story: Story) -> None:
    assert len(story.mails) == 2


def test_no_run_began_by_the_clock_while_the_story_was_told(story: Story) -> None:
    query = "select dag_id, run_type from dag_run where run_type = 'scheduled'"
    assert story.select(query) == []


def test_what_tasks_hand_on_is_receipts_names_of_files_and_the_question(story: Story) -> None:
    receipt = {"step", "changed", "ids", "counts", "hashes", "warnings"}
    kinds = set()
    for dag, task, key, value in story.xcoms:
        content = _json(value)
        if key != "return_value" or content is None:
            continue
        kinds.add(task)
        if task == "find":
            assert all(set(one) <= {"dataset", "file", "period"} for one in content)
        elif task == "approval":
            assert set(content["responded_by_user"].values()) == {"delegate"}
        else:
            assert set(content) - {"question"} == receipt, (dag, task)
    assert kinds == {"find", "ingest", "prepare", "approval", "decide", "release", "retain"}


def test_connections_variables_and_keys_are_not_in_the_database(story: Story) -> None:
    assert story.select("select conn_id from connection") == []
    assert story.select("select key from variable") == []


def test_nothing_that_airflow_keeps_names_a_person(story: Story) -> None:
    assert delivered_identities(story.outbox).count > 5_000
    assert story.kept == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("sink", SINKS)
def test_the_search_finds_whom_a_careless_schedule_tells_of(
    story: Story, sink: str, encoding: str
) -> None:
    persons = story.planted[sink, encoding]
    found = {(hit.kind, hit.what) for hit in story.kept_by_leaky}
    assert len(persons) == EACH
    if encoding in DIGESTS:
        texts = [person.forms[form] for person in persons for form in HASHED]
        assert {("digest", DIGESTS[encoding](text).decode()[:16]) for text in texts} <= found
        return
    for person in persons:
        assert ("national id", person.national_id) in found
        assert ("e-mail", person.email.lower()) in found
        assert ("name", " ".join(words(person.forms["given family"]))) in found


def test_a_steward_and_the_delegate_did_it_on_screen(story: Story, browser: Any) -> None:
    if browser is None:
        pytest.skip("Chromium is missing, and scripts/system-packages could not install it")
    assert story.screen is not None
    assert story.screen.taken == list(PICTURES)
    assert story.notes["triggered by"] == "steward"


def test_time_and_memory_are_told_and_memory_is_bounded(story: Story, record_property: Any) -> None:
    figures = {
        "seconds": round(story.seconds),
        "cpu_seconds": round(story.cpu_seconds),
        "peak_mb": story.services.peak // 2**20,
    }
    for name, figure in figures.items():
        record_property(name, figure)
    print(f"end to end: {figures}")
    assert 0 < story.services.peak < MOST_MEMORY


def _published(run: Any, *, approval: str) -> Any:
    tasks = {"prepare": "success", "decide": "success", "release": "success"}
    watch = run.tasks["watch"]
    # It may be looking at the very moment at which it is told to stop.
    assert watch in {"success", "skipped"}
    return type(run)("success", {**tasks, "approval": approval, "watch": watch}, run.tries)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
