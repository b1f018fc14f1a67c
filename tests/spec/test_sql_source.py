"""Rows of a real PostgreSQL are fetched, sealed and taken in like a file, and nothing is told."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import CartableError, ContractError, DeliveryError, StorageError
from pipeline.project import load_project
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
    cursor: Any, row: dict[str, Any], changed: datetime | None = datetime(2021, 9, 1, tzinfo=UTC)
) -> None:
    marks = ", ".join(["%s"] * (len(row) + 1))
    cursor.execute(f"insert into export.pupils values ({marks})", [*row.values(), changed])


def write_project(root: Path, *, watermark: str = "changed", mode: str = "full") -> Path:
    """Write a project whose pupils are the rows of a relation."""
    small_country.write_project(root)
    path = root / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text(encoding="utf-8")
    fields = ", ".join(f"{name}: {name}" for name in ROWS[0])
    source = (
        f"{{kind: sql, connection: registry, relation: export.pupils, watermark: {watermark}, "
        f"fields: {{{fields}}}}}"
    )
    changed = text.replace('{kind: csv, encoding: utf-8, delimiter: ";"}', source)
    assert changed != text
    path.write_text(changed.replace("mode: full", f"mode: {mode}"), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("sql") / "project")


@pytest.fixture
def country(tmp_path: Path, project: Path, server: int) -> Workspace:
    return open_country(tmp_path, project, server)


@pytest.fixture
def changing(tmp_path: Path, server: int) -> Workspace:
    """Return a country whose pupils come as changes."""
    project = write_project(tmp_path / "project", mode="delta")
    return open_country(tmp_path, project, server)


def open_country(tmp_path: Path, project: Path, server: int) -> Workspace:
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


def held(workspace: Workspace) -> dict[str, int]:
    """Return school → rows in force."""
    codes = workspace.protected.current("pupils", "2021")["school_code"].to_pylist()
    return dict(Counter(codes))


def age(cursor: Any) -> None:
    """Let all rows but the last be long unchanged."""
    cursor.execute(
        "update export.pupils set changed = changed - interval '30 days' where national_id <> %s",
        [ROWS[-1]["national_id"]],
    )


def changes(workspace: Workspace, *, day: int = 0, is_full: bool = False) -> tuple[str, int]:
    """Fetch some days later; return the step that told of it, and how many rows it read."""
    as_of = small_country.ON_TIME + timedelta(days=day)
    receipt = fetch(workspace, "pupils", period="2021", as_of=as_of, is_full=is_full)
    return receipt.step, receipt.counts.get("counted", 0)


def test_only_rows_that_changed_are_fetched_after_the_first_time(
    changing: Workspace, database: Any
) -> None:
    age(database)
    first = held_of(ROWS)
    assert changes(changing) == ("ingest", len(ROWS))
    assert held(changing) == first
    assert changes(changing, day=1) == ("fetch", 0)
    # Ten days later one moved to another school, and one is new.
    moved = ROWS[0]["school_code"]
    other = next(row["school_code"] for row in ROWS if row["school_code"] != moved)
    database.execute(
        "update export.pupils set school_code = %s, changed = %s where national_id = %s",
        [other, FIRST + timedelta(days=10), ROWS[0]["national_id"]],
    )
    put(database, {**ROWS[1], "national_id": "999999999ZZ"}, FIRST + timedelta(days=10))
    # With them the last of before: of its day, another may have been committed late.
    assert changes(changing, day=2) == ("ingest", 3)
    expected = Counter(first)
    expected.update([other, ROWS[1]["school_code"]])
    expected.subtract([moved])
    assert held(changing) == expected
    modes = [batch.mode for batch in changing.protected.batches("pupils", "2021")]
    assert sorted(modes) == ["delta", "full"]
    marks = [entry.facts["read_to"] for entry in changing.ledger.entries("fetched")]
    assert marks == ["2021-09-01T00:00:00+00:00", "2021-09-11T00:00:00+00:00"]


def held_of(rows: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(row["school_code"] for row in rows))


def test_a_row_that_was_committed_late_is_not_lost(
    changing: Workspace, database: Any, server: int
) -> None:
    import psycopg2

    age(database)
    late = psycopg2.connect(
        host="127.0.0.1", port=server, user="owner", password=PASSWORD, dbname="postgres"
    )
    with late.cursor() as cursor:
        # Its transaction began before the newest row that is fetched, and ends after it.
        put(cursor, {**ROWS[0], "national_id": "999999999ZZ"}, FIRST - timedelta(hours=20))
        assert changes(changing) == ("ingest", len(ROWS))
        late.commit()
    late.close()
    assert changes(changing, day=1) == ("ingest", 2)
    assert sum(held(changing).values()) == len(ROWS) + 1
    assert changes(changing, day=2) == ("fetch", 0)


def test_rows_of_no_instant_and_of_the_future_are_never_passed_over(
    changing: Workspace, database: Any
) -> None:
    age(database)
    put(database, {**ROWS[0], "national_id": "999999999ZZ"}, datetime(2999, 1, 1, tzinfo=UTC))
    assert changes(changing) == ("ingest", len(ROWS) + 1)
    put(database, {**ROWS[0], "national_id": "999999998ZZ"}, FIRST + timedelta(days=10))
    put(database, {**ROWS[0], "national_id": "999999997ZZ"}, None)
    # The new one, that of the future, that without an instant, and the last of before.
    assert changes(changing, day=1) == ("ingest", 4)
    assert sum(held(changing).values()) == len(ROWS) + 3


def test_a_new_sender_and_a_fetch_of_all_are_full_again(changing: Workspace, database: Any) -> None:
    age(database)
    database.execute("delete from export.pupils where school_code = %s", [ROWS[0]["school_code"]])
    left = [row for row in ROWS if row["school_code"] != ROWS[0]["school_code"]]
    assert changes(changing) == ("ingest", len(left))
    put(database, ROWS[0], FIRST + timedelta(days=10))
    assert changes(changing, day=1) == ("ingest", len(left) + 1)
    assert held(changing) == held_of([*left, ROWS[0]])
    # Rows that are gone from the source are seen by a fetch of all alone.
    database.execute("delete from export.pupils where national_id = %s", [left[0]["national_id"]])
    changes(changing, day=2)
    assert held(changing) == held_of([*left, ROWS[0]])
    assert changes(changing, day=3, is_full=True) == ("ingest", len(left))
    assert held(changing) == held_of([*left[1:], ROWS[0]])


def test_a_fetch_that_was_stopped_before_its_mark_was_kept_doubles_nothing(
    changing: Workspace, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(database)
    changes(changing)
    put(database, {**ROWS[0], "national_id": "999999999ZZ"}, FIRST + timedelta(days=10))
    append = type(changing.ledger).append

    def stop(ledger: Any, kind: str, /, **facts: Any) -> Any:
        if kind == "fetched":
            raise KeyboardInterrupt
        return append(ledger, kind, **facts)

    with monkeypatch.context() as patched:
        patched.setattr(type(changing.ledger), "append", stop)
        with pytest.raises(KeyboardInterrupt):
            changes(changing, day=1)
    assert sum(held(changing).values()) == len(ROWS) + 1
    receipt = fetch(
        changing, "pupils", period="2021", as_of=small_country.ON_TIME + timedelta(days=1)
    )
    assert (receipt.step, receipt.changed) == ("ingest", False)
    assert sum(held(changing).values()) == len(ROWS) + 1
    assert len(changing.protected.batches("pupils", "2021")) == 2


def test_a_number_marks_changes_too(tmp_path: Path, server: int, database: Any) -> None:
    project = write_project(tmp_path / "project", watermark="version, overlap: 5", mode="delta")
    country = open_country(tmp_path, project, server)
    database.execute("alter table export.pupils add version bigserial")
    assert changes(country) == ("ingest", len(ROWS))
    database.execute(
        "update export.pupils set version = 200 where national_id = %s", [ROWS[0]["national_id"]]
    )
    # From five below the highest of before: six rows, of which none moved, and the changed one.
    assert changes(country, day=1) == ("ingest", 7)
    assert held(country) == held_of(ROWS)


def test_an_overlap_without_changes_is_no_contract(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", watermark="changed, overlap: 5")
    with pytest.raises(ContractError) as refused:
        load_project(project)
    assert [problem.code for problem in refused.value.problems] == ["contract.overlap"]
