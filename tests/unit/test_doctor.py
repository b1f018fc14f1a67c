"""`cartable doctor` tells what lacks, also where little works, and holds no secret."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ContractError, Language
from pipeline.messages import MESSAGES
from pipeline.settings import INSTALLATION, scheduler_database
from pipeline.steps import health_places, health_software
from pipeline.steps.cron import next_time
from pipeline.steps.doctor import examine
from pipeline.steps.health import Finding, Level, Part, looked
from pipeline.steps.workspace import Workspace
from tests.conftest import Command
from tests.fetched import point, write_project
from tests.small_country import NOW, pupil_rows, table

SECRET = "Zebra-Secret-77"
NAMES = ("HOME", "KEYS", "PROJECT", "INBOX")


@pytest.fixture
def place(delivered: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return a workspace in which the small country delivered, named by the environment."""
    settings = delivered.settings
    for name in [each for each in os.environ if each.startswith(("CARTABLE_", "AIRFLOW__"))]:
        if name != "CARTABLE_TEST_DATA":
            monkeypatch.delenv(name)
    for name in NAMES:
        monkeypatch.setenv(f"CARTABLE_{name}", str(getattr(settings, name.lower())))
    settings.inbox.mkdir()
    return delivered


def examined(now: datetime = NOW) -> dict[str, list[Finding]]:
    """Return code → findings; every one has words in both languages."""
    found: dict[str, list[Finding]] = {}
    for each in examine(clock_now=lambda: now):
        for language in ("en", "fr"):
            told = each.as_dict(language)
            assert told["what"]
            assert told["remedy"] or each.level is Level.OK
        found.setdefault(each.problem.code, []).append(each)
    return found


def faults(found: dict[str, list[Finding]]) -> set[str]:
    return {code for code, each in found.items() if any(e.level is Level.FAULT for e in each)}


@pytest.fixture(autouse=True)
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the clock of the tests, which stands in the past, come after the software."""
    monkeypatch.setattr(health_places, "installed_at", lambda: 0.0)


def test_a_sound_installation_has_no_fault_and_says_what_comes_next(place: Workspace) -> None:
    (place.settings.inbox / "pupils_2021.csv").write_bytes(table(pupil_rows(3)))
    found = examined()
    assert faults(found) == set()
    [pupils] = [e for e in found["doctor.next_ingest"] if e.problem.place.dataset == "pupils"]
    assert pupils.problem.count == 1
    assert dict(pupils.problem.facts)["at"] == "2022-01-10 03:00 UTC"
    assert dict(found["doctor.next_publish"][0].problem.facts)["at"] == "2022-01-10 05:00 UTC"
    [retention] = found["doctor.next_retention"]
    assert (retention.problem.count, dict(retention.problem.facts)["zones"]) == (0, "0")
    assert {"doctor.keys", "doctor.policy", "doctor.ledger", "doctor.clock"} <= found.keys()
    # What would be lost with this disk is told, though it is no fault.
    assert {"doctor.no_vault_copy", "doctor.no_ledger_copy"} <= found.keys()


def test_files_of_the_inbox_that_no_schedule_takes_in_are_counted_and_not_named(
    place: Workspace,
) -> None:
    assert "doctor.passed_over" not in examined()
    (place.settings.inbox / "Élèves Bruz 2021.csv").write_bytes(b"a\n")
    (place.settings.inbox / "pupils").mkdir()
    (place.settings.inbox / "pupils" / "ecole1.csv").write_bytes(b"b\n")
    [finding] = examined()["doctor.passed_over"]
    assert (finding.level, finding.problem.count) == (Level.WARNING, 2)
    told = str(finding.as_dict("en"))
    assert "Bruz" not in told
    assert "ecole1" not in told


def test_what_is_due_is_counted_and_nothing_is_changed(place: Workspace) -> None:
    before = place.deliveries.ids(), len(list(place.ledger.entries()))
    [retention] = examined(NOW + timedelta(days=40))["doctor.next_retention"]
    assert retention.problem.count == len(before[0]) == 3
    assert (place.deliveries.ids(), len(list(place.ledger.entries()))) == before


def test_without_keys_the_rest_is_still_looked_at(place: Workspace) -> None:
    shutil.rmtree(place.settings.keys)
    found = examined()
    assert faults(found) == {"doctor.no_keys", "doctor.not_looked_at"}
    assert {"doctor.rules", "doctor.place", "doctor.next_ingest_unknown"} <= found.keys()


def test_keys_of_another_installation_are_told(place: Workspace) -> None:
    (place.settings.keys / "root.key").write_bytes(bytes(32))
    assert faults(examined()) == {"storage.keys_wrong_root", "doctor.not_looked_at"}


@pytest.mark.parametrize("broken", ["a: [", "policy: 7\n"])
def test_a_broken_contract_is_told_with_its_file(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str
) -> None:
    project = tmp_path / "broken"
    shutil.copytree(place.settings.project, project)
    (project / "contracts" / "policy.yml").write_text(broken, encoding="utf-8")
    monkeypatch.setenv("CARTABLE_PROJECT", str(project))
    found = examined()
    rules = [e for each in found.values() for e in each if e.part is Part.RULES]
    assert any("policy.yml" in str(e.problem.place.file) for e in rules if e.level is Level.FAULT)
    assert {"doctor.key_files", "doctor.ledger"} <= found.keys()


def test_a_schedule_that_is_none_is_told(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tmp_path / "broken"
    shutil.copytree(place.settings.project, project)
    path = project / "contracts" / "datasets" / "pupils.yml"
    path.write_text(path.read_text("utf-8").replace('"0 3 * * *"', '"0 99 * * *"'), "utf-8")
    monkeypatch.setenv("CARTABLE_PROJECT", str(project))
    [finding] = examined()["contract.bad_value"]
    assert (finding.part, finding.level) == (Part.NEXT, Level.FAULT)


def test_settings_that_are_not_understood_end_it_with_one_fault(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTABLE_KEYS", str(place.home / "keys"))
    assert faults(examined()) == {"storage.keys_inside_data"}


@pytest.mark.parametrize(
    ("name", "mode", "level"),
    [("keys", 0o750, Level.FAULT), ("keys/root.key", 0o640, Level.FAULT)],
)
def test_keys_that_others_may_read_are_a_fault(
    place: Workspace, name: str, mode: int, level: Level
) -> None:
    path = place.home.parent / name
    path.chmod(mode)
    told = [e for e in examined()["doctor.open_to_others"] if e.part is Part.KEYS]
    assert [(e.level, e.problem.place.file) for e in told] == [(level, str(path))]
    assert dict(told[0].problem.facts)["mode"] == f"{mode:04o}"


def test_a_zone_that_others_may_read_is_a_warning_and_what_is_published_is_not(
    place: Workspace,
) -> None:
    (place.home / "quarantine").mkdir(exist_ok=True)
    for name in ("deliveries", "quarantine", "policies"):
        (place.home / name).chmod(0o755)
    told = examined()["doctor.open_to_others"]
    assert {Path(str(e.problem.place.file)).name for e in told} == {"deliveries", "quarantine"}
    assert {e.level for e in told} == {Level.WARNING}


def test_contracts_and_secrets_that_others_may_change_are_told(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tmp_path / "open"
    shutil.copytree(place.settings.project, project)
    (project / "contracts" / "policy.yml").chmod(0o666)
    hook = tmp_path / "hook"
    hook.write_text(SECRET, encoding="utf-8")
    hook.chmod(0o644)
    monkeypatch.setenv("CARTABLE_PROJECT", str(project))
    monkeypatch.setenv("CARTABLE_WEBHOOK_FILE", str(hook))
    found = examined()
    assert found["doctor.rules_open"][0].problem.count == 1
    assert [e.problem.place.file for e in found["doctor.open_to_others"]] == [str(hook)]
    hook.unlink()
    assert "doctor.no_file" in faults(examined())


def test_the_secret_of_a_source_is_told_by_its_name(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tmp_path / "fetched"
    write_project(project)
    monkeypatch.setenv("CARTABLE_PROJECT", str(project))
    found = examined()
    assert found["storage.no_source_secret"][0].level is Level.WARNING
    point(place, f"https://steward:{SECRET}@127.0.0.1/")
    found = examined()
    assert found["doctor.source"][0].problem.place.dataset == "pupils"
    assert SECRET not in str([each.as_dict("fr") for each in found["doctor.source"]])
    (place.settings.keys / "sources" / "town.url").chmod(0o644)
    assert "storage.source_secret_open" in faults(examined())


@pytest.mark.usefixtures("place")
def test_a_place_that_cannot_be_written_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_places.os, "access", lambda *_: False)
    assert "doctor.not_writable" in faults(examined())


@pytest.mark.parametrize(("free", "level"), [(1 << 30, Level.WARNING), (1 << 20, Level.FAULT)])
def test_little_room_is_told(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    usage = shutil.disk_usage(place.home)._replace(free=free)
    monkeypatch.setattr(health_places.shutil, "disk_usage", lambda _: usage)
    assert [e.level for e in examined()["doctor.little_room"]] == [level]


@pytest.mark.usefixtures("place")
def test_a_clock_before_the_ledger_or_the_software_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "doctor.clock_behind" in faults(examined(NOW - timedelta(hours=1)))
    assert "doctor.clock_behind" not in examined(NOW - timedelta(minutes=1))
    monkeypatch.setattr(health_places, "installed_at", lambda: NOW.timestamp() + 3600)
    assert "doctor.clock_before_files" in faults(examined())


def test_rules_that_were_changed_since_they_were_signed_are_a_fault(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tmp_path / "changed"
    shutil.copytree(place.settings.project, project)
    path = project / "contracts" / "datasets" / "pupils.yml"
    path.write_text(path.read_text("utf-8").replace("max_refused_pct: 2", "max_refused_pct: 3"))
    monkeypatch.setenv("CARTABLE_PROJECT", str(project))
    assert "policy.changed" in faults(examined())


def test_a_ledger_that_was_altered_is_a_fault(place: Workspace) -> None:
    path = place.home / "ledger" / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"pupils-', b'"pupil-', 1))
    assert any(code.startswith(("storage.ledger", "ledger.")) for code in faults(examined()))


@pytest.mark.usefixtures("place")
def test_what_does_not_answer_is_a_fault_and_no_password_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        connection = f"postgresql+psycopg2://cartable:{SECRET}@127.0.0.1:{port}/airflow"
        monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", connection)
        monkeypatch.setenv("CARTABLE_MAIL_SERVER", "127.0.0.1:9")
        monkeypatch.setenv("CARTABLE_MAIL_FROM", "cartable@example.org")
        assert scheduler_database() == ("127.0.0.1", port)
        found = examined()
        told = {dict(e.problem.facts)["what"] for e in found["doctor.out_of_reach"]}
        assert told == {"mail", "database"}
        server.listen()
        found = examined()
        assert [dict(e.problem.facts)["what"] for e in found["doctor.reached"]] == ["database"]
    assert SECRET not in repr(found)


@pytest.mark.parametrize("text", ["", "sqlite:////airflow.db", "postgresql://[bad", "x"])
def test_a_database_without_a_server_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", text)
    assert scheduler_database() is None


def test_missing_software_is_told_by_how_much_it_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "main.txt").write_text("pandas==0.1 \\\n", encoding="utf-8")
    lacking = {"duckdb", "apache-airflow"}
    versions = health_software.installed
    monkeypatch.setattr(
        health_software, "installed", lambda name: None if name in lacking else versions(name)
    )
    for is_used in (False, True):
        found = list(health_software.software(tmp_path, is_airflow_used=is_used))
        told = {(e.problem.code, dict(e.problem.facts).get("name")): e.level for e in found}
        assert told["doctor.library_missing", "duckdb"] is Level.FAULT
        assert told["doctor.library_other", "pandas"] is Level.WARNING
        asked = told["doctor.extra_missing", "apache-airflow"]
        assert asked is (Level.FAULT if is_used else Level.NOTE)


def test_a_check_that_crashes_is_a_fault_and_its_words_are_not_told() -> None:
    def crash() -> Iterator[Finding]:
        raise ValueError(SECRET)
        yield

    [finding] = looked(Part.PLACES, crash)
    assert (finding.level, finding.problem.code) == (Level.FAULT, "doctor.stopped")
    assert SECRET not in repr(finding)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 3 * * *", "2021-10-16 03:00"),
        ("30 14 * * *", "2021-10-15 14:30"),
        ("*/20 14 * * *", "2021-10-15 14:20"),
        ("0 5 * * 1", "2021-10-18 05:00"),
        ("0 5 * * 7", "2021-10-17 05:00"),
        ("0 0 1 9 *", "2022-09-01 00:00"),
        ("0 0 29 2 *", "2024-02-29 00:00"),
        ("15 6 1,16 * 1-2", "2021-10-16 06:15"),
        ("0 2-4 * * 1-5", "2021-10-18 02:00"),
    ],
)
def test_the_next_time_of_a_schedule(cron: str, expected: str) -> None:
    # A Friday.
    after = datetime(2021, 10, 15, 14, 5, 30, tzinfo=UTC)
    assert f"{next_time(cron, after, file='x.yml'):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "cron",
    ["", "0 3 * *", "60 3 * * *", "a b c d e", "0 0 31 2 *", "0 3-1 * * *"],
)
def test_a_schedule_that_never_comes_is_refused(cron: str) -> None:
    with pytest.raises(ContractError, match=r"contract\.bad_value"):
        next_time(cron, NOW, file="x.yml")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_command_tells_by_its_exit_code_and_in_json(
    place: Workspace, command: Command, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.steps.doctor.utc_now", lambda: NOW)
    well = command(place, "doctor", language=language)
    assert (well.code, well.err) == (0, "")
    assert MESSAGES["doctor.settings"][language][0] in well.out
    shutil.rmtree(place.settings.keys)
    ill = command(place, "doctor", "--json", language=language)
    rows: list[dict[str, Any]] = json.loads(ill.out)
    assert ill.code == 13
    assert "doctor.unfit" in ill.err
    assert {row["level"] for row in rows} >= {"ok", "note", "fault"}
    assert all(set(row) == {"part", "level", "code", "what", "where", "remedy"} for row in rows)


def test_the_schedules_that_are_told_are_those_of_the_scheduler() -> None:
    for name, constant in (("publish", "PUBLISH"), ("retention", "RETENTION")):
        text = (INSTALLATION / "dags" / f"{name}.py").read_text(encoding="utf-8")
        assert f"CronTriggerTimetable({constant}, " in text
