"""Each schedule, run by Airflow's own command on small real deliveries; nothing leaks."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError, StorageError
from pipeline.steps.ingest import ingest
from pipeline.steps.release import approve
from pipeline.steps.schedules import read_schedules
from pipeline.steps.workspace import Workspace
from tests.airflow.deliveries import PERIOD
from tests.airflow.installation import ROOT, Commands, Installation
from tests.airflow.kept import delivered_identities, delivered_persons, kept_views
from tests.privacy.scan import Hit, Person, words
from tests.privacy.scan_plants import DIGESTS, HASHED, TEXTS

DATASETS = ("population", "programmes", "connected_places", "teachers", "equipment")
REFUSED_ROWS = 3
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
SINKS = ("printed", "returned", "raised", "told")
# Bytes that are no text cannot be printed, nor handed on as JSON.
ENCODINGS = (
    *("utf-8", "NFD", "upper case", "without accents", "JSON escapes", "HTML entities", "URL"),
    *("base64", "base64 lines", "hex", "gzip in base64", "base64 of UTF-16"),
    *("md5", "sha1", "sha256"),
)
EACH = 5


@dataclass(frozen=True)
class Story:
    """What happened.

    Attributes:
        installation: where.
        outbox: the deliveries as they were sent.
        runs: whether each run succeeded, and what it wrote.
        outlived: the delivery of before the retention, that was there until its schedule ran.
        kept: persons found in all that Airflow kept after all runs.
        kept_by_leaky: the same, after a careless schedule told of some.
        planted: sink and encoding → those of whom it told.
    """

    installation: Installation
    outbox: Path
    runs: dict[str, tuple[bool, str]]
    outlived: str
    kept: list[Hit]
    kept_by_leaky: list[Hit]
    planted: dict[tuple[str, str], list[Person]]

    def news(self, dataset: str) -> int:
        """Count the events of an asset."""
        query = "select count(*) from asset_event join asset on asset.id = asset_id where uri = ?"
        return int(self.installation.select(query, f"cartable://protected/{dataset}")[0][0])


def damaged_pupils(outbox: Path) -> str:
    """Return the pupils' delivery with an unknown grade in its first rows."""
    header, *lines = (outbox / f"pupils_{PERIOD}.csv").read_text(encoding="utf-8").splitlines()
    place = header.split(";").index("grade")
    for number in range(REFUSED_ROWS):
        fields = lines[number].split(";")
        fields[place] = "7E"
        lines[number] = ";".join(fields)
    return "\n".join([header, *lines]) + "\n"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, outbox: Path) -> Story:
    installation = Installation(tmp_path_factory.mktemp("installation"))
    installation.prepare()
    commands = Commands(installation)
    runs: dict[str, tuple[bool, str]] = {}
    try:
        runs["migrate"] = commands.run("db", "migrate")
        runs["load"] = commands.run("dags", "list-import-errors")
        _ingest(commands, installation, outbox, runs)
        _publish(commands, installation, runs)
        outlived = _deliver_long_ago(installation, outbox)
        runs["retention"] = commands.run("dags", "test", "retention")
        runs["retention again"] = commands.run("dags", "test", "retention")
        identities = delivered_identities(outbox)
        kept = list(identities.find(kept_views(installation)))
        planted = _planted(outbox)
        _leak(commands, installation, planted)
        kept_by_leaky = list(identities.find(kept_views(installation)))
    finally:
        commands.close()
    return Story(installation, outbox, runs, outlived, kept, kept_by_leaky, planted)


def _ingest(
    commands: Commands,
    installation: Installation,
    outbox: Path,
    runs: dict[str, tuple[bool, str]],
) -> None:
    schools = f"schools_{PERIOD}.csv"
    installation.deliver(outbox / schools)
    runs["ingest"] = commands.run("dags", "test", "ingest_schools")
    runs["ingest nothing"] = commands.run("dags", "test", "ingest_schools")
    named = json.dumps({"file": schools, "period": PERIOD})
    runs["ingest again"] = commands.run("dags", "test", "ingest_schools", "--conf", named)
    pupils = installation.inbox / f"pupils_{PERIOD}.csv"
    whole = damaged_pupils(outbox)
    pupils.write_text(whole.replace("home_device", "household_device", 1), encoding="utf-8")
    runs["ingest refused"] = commands.run("dags", "test", "ingest_pupils")
    pupils.write_text(whole, encoding="utf-8")
    runs["ingest pupils"] = commands.run("dags", "test", "ingest_pupils")
    for dataset in DATASETS:
        installation.deliver(outbox / f"{dataset}_{PERIOD}.csv")
        runs[f"ingest {dataset}"] = commands.run("dags", "test", f"ingest_{dataset}")


def _publish(
    commands: Commands, installation: Installation, runs: dict[str, tuple[bool, str]]
) -> None:
    publish = ("dags", "test", "publish", "--mark-success-pattern", "approval")
    runs["publish unapproved"] = commands.run(*publish)
    workspace = installation.workspace()
    assert workspace.published.current() is None
    (candidate,) = workspace.review.candidates()
    approve(workspace, candidate, approver="delegate")
    runs["publish"] = commands.run(*publish)
    runs["publish again"] = commands.run(*publish)


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


def _planted(outbox: Path) -> dict[tuple[str, str], list[Person]]:
    pairs = list(product(SINKS, ENCODINGS))
    persons = delivered_persons(outbox, EACH * len(pairs))
    return {pair: persons[EACH * at : EACH * (at + 1)] for at, pair in enumerate(pairs)}


def _leak(
    commands: Commands,
    installation: Installation,
    planted: Mapping[tuple[str, str], list[Person]],
) -> None:
    (installation.dags / "leaky.py").write_text(LEAKY, encoding="utf-8")
    said: dict[str, list[str]] = {sink: [] for sink in SINKS}
    for (sink, encoding), persons in planted.items():
        said[sink].append(_encoded(encoding, persons))
    file = installation.root / "said.json"
    for raised in ([], said["raised"]):
        file.write_text(json.dumps({**said, "raised": raised}))
        conf = json.dumps({"file": str(file), "told": said["told"]})
        assert commands.run("dags", "test", "leaky", "--conf", conf)[0] is not bool(raised)


def _encoded(encoding: str, persons: list[Person]) -> str:
    if encoding in DIGESTS:
        texts = [person.forms[form] for person in persons for form in HASHED]
        return "\n".join(DIGESTS[encoding](text).decode() for text in texts)
    lines = "\n".join(form for person in persons for form in person.forms.values())
    return TEXTS[encoding](lines).decode()


def test_airflow_loads_each_schedule_without_error(story: Story) -> None:
    succeeded, errors = story.runs["load"]
    assert succeeded, errors
    expected = {f"ingest_{name}" for name in read_schedules(ROOT)} | {"publish", "retention"}
    assert {name for (name,) in story.installation.select("select dag_id from dag")} == {
        *expected,
        "leaky",
    }


def test_a_schedule_runs_at_the_times_of_its_contract_in_utc_one_run_at_a_time(
    story: Story,
) -> None:
    rows = story.installation.select(
        "select dag_id, timetable_summary, max_active_runs from dag where dag_id <> 'leaky'"
    )
    summaries = {name: summary for name, summary, _ in rows}
    for name, cron in read_schedules(ROOT).items():
        assert summaries[f"ingest_{name}"] == cron
    assert summaries["publish"].endswith("0 5 * * 1")
    assert summaries["retention"] == "30 4 * * *"
    assert {limit for _, _, limit in rows} == {1}


def test_publication_waits_for_news_of_pupils_schools_and_teachers(story: Story) -> None:
    query = "select uri from asset join dag_schedule_asset_reference on asset_id = asset.id"
    found = sorted(uri for (uri,) in story.installation.select(query + " where dag_id = 'publish'"))
    assert found == [f"cartable://protected/{name}" for name in ("pupils", "schools", "teachers")]


@pytest.mark.parametrize("run", ["ingest", "ingest pupils", *(f"ingest {d}" for d in DATASETS)])
def test_an_ingest_succeeds_on_a_real_delivery(story: Story, run: str) -> None:
    succeeded, log = story.runs[run]
    assert succeeded, log
    assert "'changed': True" in log


def test_an_ingest_that_changed_nothing_succeeds_and_gives_no_news(story: Story) -> None:
    for run in ("ingest nothing", "ingest again"):
        succeeded, log = story.runs[run]
        assert succeeded, log
        assert "'changed'" not in log
    assert story.news("schools") == 1
    assert story.news("pupils") == 1


def test_a_refused_delivery_fails_at_once_with_its_place_and_remedy(story: Story) -> None:
    succeeded, log = story.runs["ingest refused"]
    assert not succeeded
    assert "delivery.missing_column" in log
    assert f"pupils_{PERIOD}.csv" in log
    states = story.installation.select(
        "select state, try_number from task_instance where dag_id = 'ingest_pupils' and"
        " task_id = 'ingest' and state <> 'success'"
    )
    assert states == [("failed", 1)]


def test_refused_rows_are_told_by_column_rule_and_count(story: Story) -> None:
    log = story.runs["ingest pupils"][1]
    (told,) = {line for line in log.splitlines() if "Returned value was: {" in line}
    assert "row.code" in told
    assert "column grade" in told
    (batch,) = story.installation.workspace().protected.batches("pupils", PERIOD)
    assert batch.counts["refused"] == REFUSED_ROWS


def test_a_task_marked_as_success_approves_nothing(story: Story) -> None:
    succeeded, log = story.runs["publish unapproved"]
    assert not succeeded
    assert "approval.missing" in log


def test_an_approved_candidate_is_published_once(story: Story) -> None:
    succeeded, log = story.runs["publish"]
    assert succeeded, log
    current = story.installation.workspace().published.current()
    assert current is not None
    succeeded, log = story.runs["publish again"]
    assert succeeded, log
    states = story.installation.select(
        "select task_id, state from task_instance where dag_id = 'publish' and run_id ="
        " (select run_id from dag_run where dag_id = 'publish' order by id desc limit 1)"
    )
    assert dict(states) == {
        "prepare": "success",
        "approval": "skipped",
        "approve": "skipped",
        "release": "skipped",
    }
    assert [e.kind for e in story.installation.workspace().ledger.entries("release")] == ["release"]


def test_the_schedule_of_retention_destroys_what_outlived_it_and_nothing_else(
    story: Story,
) -> None:
    succeeded, log = story.runs["retention"]
    assert succeeded, log
    assert "'deliveries': 1" in log
    workspace = story.installation.workspace()
    assert story.outlived not in workspace.deliveries.ids()
    assert len(workspace.deliveries.ids()) > len(DATASETS)
    destroyed = workspace.ledger.find("destroyed", zone="deliveries")
    assert destroyed is not None
    assert destroyed.facts["delivery"] == story.outlived
    with pytest.raises(StorageError, match=r"storage\.unknown_id"):
        workspace.deliveries.open(story.outlived)
    succeeded, log = story.runs["retention again"]
    assert succeeded, log
    assert "'changed': False" in log


def test_what_tasks_hand_on_is_receipts_and_names_of_files(story: Story) -> None:
    rows = story.installation.select(
        "select dag_id, task_id, key, value from xcom where dag_id <> 'leaky'"
    )
    receipt = {"step", "changed", "ids", "counts", "hashes", "warnings"}
    assert rows
    for dag, task, key, value in rows:
        content = json.loads(value) if isinstance(value, str) else value
        if key == "return_value" and task == "find":
            assert all(set(each) == {"file", "period"} for each in content)
        elif key == "return_value" and content is not None:
            assert set(content) == receipt, (dag, task)


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
