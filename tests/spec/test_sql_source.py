"""Rows of a real PostgreSQL are fetched, sealed and taken in like a file, and nothing is told."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import CartableError, DeliveryError, StorageError
from pipeline.steps.fetching import fetch
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import MARKER, pupil_rows

BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
FIRST = datetime(2021, 9, 1, tzinfo=UTC)
PASSWORD = "Wallaby-Quixotic-9"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BIN is None, reason="PostgreSQL is not installed: scripts/system-packages"),
    pytest.mark.skipif(find_spec("psycopg2") is None, reason="the part `sql` is not installed"),
]
ROWS = [{**row, "birth_date": date(2012, 2, 1)} for row in pupil_rows(12)]


def _as_server() -> dict[str, Any]:
    """Return how programs of the server are started: it refuses to run as root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """Start PostgreSQL and yield its port."""
    folder = Path("/tmp") / f"cartable-sql-{os.getpid()}"
    folder.mkdir(mode=0o755)
    own = _as_server()
    if own:
        os.chown(folder, own["user"], own["group"])
    secret = folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    data = folder / "data"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    init = [f"{BIN}/initdb", "-D", str(data), "-U", "owner", "-A", "scram-sha-256"]
    subprocess.run([*init, f"--pwfile={secret}", "-E", "UTF8"], check=True, **quiet, **own)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["-p", str(port), "-k", "", "-h", "127.0.0.1", "-F"]
    process = subprocess.Popen([f"{BIN}/postgres", "-D", str(data), *options], **quiet, **own)
    try:
        for _ in range(150):
            ready = subprocess.run(
                [f"{BIN}/pg_isready", "-h", "127.0.0.1", "-p", str(port)], check=False, **quiet
            )
            if ready.returncode == 0:
                break
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server: int) -> Iterator[Any]:
    """Yield a cursor of the owner on a fresh relation of pupils."""
    import psycopg2

    connection = psycopg2.connect(
        host="127.0.0.1", port=server, user="owner", password=PASSWORD, dbname="postgres"
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        columns = ", ".join(
            f'"{name}" {"date" if name == "birth_date" else "text"}' for name in ROWS[0]
        )
        cursor.execute("drop schema if exists export cascade")
        cursor.execute("create schema export")
        cursor.execute(f"create table export.pupils ({columns}, changed timestamptz)")
        for row in ROWS:
            put(cursor, row)
        yield cursor
    connection.close()


def put(
    cursor: Any, row: dict[str, Any], changed: datetime = datetime(2021, 9, 1, tzinfo=UTC)
) -> None:
    marks = ", ".join(["%s"] * (len(row) + 1))
    cursor.execute(f"insert into export.pupils values ({marks})", [*row.values(), changed])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = small_country.write_project(tmp_path_factory.mktemp("sql") / "project")
    path = root / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text(encoding="utf-8")
    fields = ", ".join(f"{name}: {name}" for name in ROWS[0])
    source = (
        "{kind: sql, connection: registry, relation: export.pupils, watermark: changed, "
        f"fields: {{{fields}}}}}"
    )
    changed = text.replace('{kind: csv, encoding: utf-8, delimiter: ";"}', source)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    return root


@pytest.fixture
def country(tmp_path: Path, project: Path, server: int) -> Workspace:
    workspace = small_country.open_workspace(tmp_path, project)
    small_country.take(workspace, "schools", small_country.schools())
    folder = workspace.settings.keys / "sources"
    folder.mkdir(mode=0o700)
    secret = folder / "registry.url"
    secret.write_text(f"postgresql://owner:{PASSWORD}@127.0.0.1:{server}/postgres\n")
    secret.chmod(0o600)
    return workspace


def taken(workspace: Workspace) -> Any:
    return fetch(workspace, "pupils", period="2021", as_of=small_country.ON_TIME)


def told(error: CartableError) -> str:
    assert error.__context__ is None or "sqlalchemy" not in type(error.__context__).__module__
    words = error.words("en") + error.words("fr")
    assert PASSWORD not in words
    assert MARKER not in words
    return error.problem.code


def test_rows_are_fetched_sealed_and_taken_in_once(country: Workspace, database: Any) -> None:
    receipt = taken(country)
    assert (receipt.counts["counted"], receipt.counts["accepted"]) == (len(ROWS), len(ROWS))
    [content] = small_country.sealed_pupils(country)
    assert content.count(b"\n") == len(ROWS) + 1
    assert b";01/02/2012;" in content
    # Nothing changed since: nothing is read again.
    again = taken(country)
    assert (again.changed, again.ids["delivery"]) == (False, receipt.ids["delivery"])
    new = {**ROWS[0], "national_id": "999999999ZZ"}
    put(database, new, datetime(2021, 9, 2, tzinfo=UTC))
    more = taken(country)
    assert more.changed
    assert more.counts["accepted"] == len(ROWS) + 1
    marks = [entry.facts["watermark"] for entry in country.ledger.entries("fetched")]
    assert marks == ["2021-09-01T00:00:00+00:00", "2021-09-02T00:00:00+00:00"]
    assert PASSWORD not in (country.home / "ledger" / "ledger.jsonl").read_text()


def test_a_value_of_another_kind_is_told_by_its_record(country: Workspace, database: Any) -> None:
    database.execute("alter table export.pupils alter column school_code type integer using 35")
    with pytest.raises(DeliveryError) as refused:
        taken(country)
    assert told(refused.value) == "delivery.layout"
    [problem] = refused.value.problems
    assert (problem.code, problem.count) == ("delivery.number_for_text", len(ROWS))
    assert (problem.place.line, problem.place.column) == (1, "school_code")
    assert small_country.sealed_pupils(country) == []


def test_nothing_is_ever_written_in_the_source(country: Workspace, database: Any) -> None:
    database.execute("alter table export.pupils rename to kept")
    database.execute(
        "create function export.attack() returns text language sql volatile as "
        "$$ delete from export.kept returning 'x' $$"
    )
    names = ", ".join(f'"{name}"' for name in [*ROWS[0], "changed"] if name != "address")
    database.execute(
        f"create view export.pupils as select {names}, export.attack() as address from export.kept"
    )
    with pytest.raises(DeliveryError) as refused:
        taken(country)
    assert told(refused.value) == "delivery.sql_unreachable"
    database.execute("select count(*) from export.kept")
    assert database.fetchone() == (len(ROWS),)


def test_what_cannot_be_reached_is_told_without_its_address(
    country: Workspace, database: Any, server: int
) -> None:
    secret = country.settings.keys / "sources" / "registry.url"
    for url in (
        f"postgresql://owner:{PASSWORD}x@127.0.0.1:{server}/postgres",
        f"postgresql://owner:{PASSWORD}@127.0.0.1:1/postgres",
        f"mysql://owner:{PASSWORD}@127.0.0.1/postgres",
        f"{PASSWORD} is no address",
    ):
        secret.write_text(url)
        with pytest.raises(DeliveryError) as refused:
            taken(country)
        assert told(refused.value) == "delivery.sql_unreachable"
    database.execute("drop table export.pupils")
    secret.write_text(f"postgresql://owner:{PASSWORD}@127.0.0.1:{server}/postgres")
    with pytest.raises(DeliveryError) as refused:
        taken(country)
    assert told(refused.value) == "delivery.sql_unreachable"


@pytest.mark.usefixtures("database")
def test_a_secret_is_its_owners_alone(country: Workspace) -> None:
    secret = country.settings.keys / "sources" / "registry.url"
    secret.chmod(0o644)
    with pytest.raises(StorageError) as refused:
        taken(country)
    assert told(refused.value) == "storage.source_secret_open"
    secret.unlink()
    with pytest.raises(StorageError) as refused:
        taken(country)
    assert told(refused.value) == "storage.no_source_secret"


@pytest.mark.usefixtures("database")
def test_the_command_fetches_by_a_secret_of_the_environment(
    country: Workspace,
    server: int,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (country.settings.keys / "sources" / "registry.url").unlink()
    url = f"postgresql://owner:{PASSWORD}@127.0.0.1:{server}/postgres"
    monkeypatch.setenv("CARTABLE_SOURCE_REGISTRY", url)
    ran = command(country, "fetch", "pupils", "--period", "2021")
    assert ran.code == 0, ran.err
    assert f"accepted {len(ROWS)}" in ran.out
    ran = command(country, "fetch", "schools", "--period", "2021")
    assert "delivery.no_source" in ran.err
    assert PASSWORD not in ran.out + ran.err
