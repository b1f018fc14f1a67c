"""A schedule fetches what a contract says lies elsewhere, by a secret that no database holds."""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.errors import SourceError, StorageError
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.airflow.installation import ROOT, Installation
from tests.fetched import CONTENT, SECRET, open_country, write_project

PERIOD = "2021"
FILE = f"out/pupils_{PERIOD}.csv"
# What a scheduler reads of the schedules.
READ = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
tasks = {name: {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks}
         for name, dag in bag.dags.items() if name.startswith("ingest_")}
print(json.dumps([{str(k): v for k, v in bag.import_errors.items()}, tasks]))
"""


class Events(defaultdict[Any, SimpleNamespace]):
    """What a task tells of each asset."""

    def __init__(self) -> None:
        self.added: list[tuple[Any, dict[str, str]]] = []
        super().__init__(
            lambda: SimpleNamespace(
                extra=None, add=lambda asset, *, extra: self.added.append((asset, extra))
            )
        )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("fetched") / "project")


@pytest.fixture
def country(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace that is that of the environment, and whose source holds one file."""
    workspace = open_country(tmp_path, project)
    settings = workspace.settings
    for name, path in (("HOME", settings.home), ("KEYS", settings.keys), ("PROJECT", project)):
        monkeypatch.setenv(f"CARTABLE_{name}", str(path))
    file = tmp_path / "shared" / FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    monkeypatch.setenv(
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql+psycopg2://127.0.0.1:1/none"
    )
    return workspace


@pytest.fixture
def backend(country: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the house hold its secrets in a backend of Airflow; return the backend's file."""
    del country
    held = tmp_path / "held.json"
    held.write_text(json.dumps({"cartable_source_town": f"file://{tmp_path}/shared"}))
    kept = "airflow.secrets.local_filesystem.LocalFilesystemBackend"
    monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND", kept)
    told = json.dumps({"variables_file_path": str(held)})
    monkeypatch.setenv("AIRFLOW__SECRETS__BACKEND_KWARGS", told)
    return held


def run(events: Events | None = None, *, file: str | None = None) -> dict[str, Any]:
    """Do what the task does, and return its receipt."""
    from dags.fetching import fetch

    params = {"file": file, "period": PERIOD}
    receipt = fetch.function(
        "pupils", params=params, outlet_events=Events() if events is None else events
    )
    assert isinstance(receipt, dict)
    return receipt


def test_a_dataset_with_a_source_has_a_task_that_fetches_and_no_other_has_one(
    project: Path, tmp_path: Path
) -> None:
    installation = Installation(tmp_path, {"CARTABLE_PROJECT": str(project)})
    folder = tmp_path / "dags"
    folder.mkdir()
    (folder / "ingest.py").symlink_to(ROOT / "dags" / "ingest.py")
    read = subprocess.run(
        [sys.executable, "-c", READ, str(folder)],
        env=installation.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    errors, tasks = json.loads(read.stdout.splitlines()[-1])
    assert errors == {}
    # Neither waits for the other: a server that is silent keeps no file of the inbox waiting.
    taking = {"find": ["ingest"], "ingest": []}
    assert tasks.pop("ingest_pupils") == {**taking, "fetch": []}
    assert tasks
    assert all(one == taking for one in tasks.values())


@pytest.mark.usefixtures("backend")
def test_what_is_new_is_taken_in_once_and_gives_news(country: Workspace) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    from dags.taking import protected

    events = Events()
    receipt = run(events)
    assert small_country.sealed_pupils(country) == [CONTENT]
    news = {"period": PERIOD, "batch": receipt["ids"]["batch"]}
    assert events[protected("pupils")].extra == news
    assert events.added == [(protected("pupils"), news)]
    # A retry, a cleared task, the next day: nothing is new, and nothing is told.
    events = Events()
    with pytest.raises(AirflowSkipException):
        run(events)
    assert (dict(events), events.added) == ({}, [])
    assert len(country.protected.batches("pupils", PERIOD)) == 1


@pytest.mark.usefixtures("backend")
def test_one_file_of_the_inbox_is_asked_for_and_nothing_is_fetched(country: Workspace) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException):
        run(file="pupils_2021.csv")
    assert small_country.sealed_pupils(country) == []


def test_a_secret_comes_from_the_backend_of_the_house_and_never_from_airflows_database(
    country: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dags.fetching import secret

    # Where Airflow would look after its backends: its environment stands for its database.
    monkeypatch.setenv("AIRFLOW_VAR_CARTABLE_SOURCE_TOWN", f"file://{tmp_path}/{SECRET}")
    assert secret("town") is None
    with pytest.raises(StorageError) as refused:
        run()
    assert refused.value.problem.code == "storage.no_source_secret"
    assert SECRET not in str(refused.value)
    monkeypatch.setenv("CARTABLE_SOURCE_TOWN", f"file://{tmp_path}/shared")
    assert run()["changed"]
    assert small_country.sealed_pupils(country) == [CONTENT]


def test_a_backend_that_fails_is_told_by_kind_alone(backend: Path) -> None:
    backend.write_text(SECRET)
    with pytest.raises(SourceError) as refused:
        run()
    assert refused.value.problem.code == "delivery.fetch_secret"
    assert SECRET not in "".join(traceback.format_exception(refused.value))
