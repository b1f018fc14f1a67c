"""What docker-compose.yml may give a service: no right, no way out, no secret but as a file."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]

sys.path.insert(0, str(ROOT / "scripts"))

from make_secrets import write_secrets  # noqa: E402 - a script, in no package


def mounts(service: str) -> set[str]:
    return {str(volume).partition(":")[0] for volume in SERVICES[service].get("volumes", ())}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_without_rights_on_a_system_that_it_cannot_change(service: str) -> None:
    declared = SERVICES[service]
    assert declared["read_only"] is True
    assert declared["cap_drop"] == ["ALL"]
    assert declared["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "network_mode", "pid"} & set(declared)
    uid = int(declared["user"].partition(":")[0])
    assert uid != 0


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_stays_is_watched_and_bounded(service: str) -> None:
    declared = SERVICES[service]
    assert declared["deploy"]["resources"]["limits"]["memory"]
    assert ("healthcheck" in declared) == (declared.get("restart") == "unless-stopped")


def test_the_only_door_is_the_api_on_the_machine_itself() -> None:
    doors = {name: declared["ports"] for name, declared in SERVICES.items() if "ports" in declared}
    assert doors == {"api-server": ["127.0.0.1:8080:8080"]}


def test_only_the_api_has_a_way_out() -> None:
    assert COMPOSE["networks"]["inner"] == {"internal": True}
    outside = {name for name, declared in SERVICES.items() if declared["networks"] != ["inner"]}
    assert outside == {"api-server"}


def test_only_the_scheduler_sees_the_zones_and_the_keys() -> None:
    assert {name for name in SERVICES if {"zones", "keys"} & mounts(name)} == {"scheduler"}
    assert {"zones", "keys"} <= set(COMPOSE["volumes"])


def test_no_part_of_the_machine_is_mounted() -> None:
    assert set().union(*map(mounts, SERVICES)) == set(COMPOSE["volumes"])


def test_no_secret_is_a_variable() -> None:
    told = [
        (name, str(value))
        for declared in SERVICES.values()
        for name, value in declared.get("environment", {}).items()
        if any(word in name for word in ("PASSWORD", "SECRET", "KEY", "SQL_ALCHEMY_CONN"))
    ]
    assert told
    for name, value in told:
        assert name.endswith(("_CMD", "_FILE"))
        assert value.removeprefix("cat ").startswith(("/run/secrets/", "/tmp/"))


def test_every_secret_that_a_service_reads_is_declared_and_drawn(tmp_path: Path) -> None:
    write_secrets(tmp_path / "secrets")
    drawn = {path.name for path in (tmp_path / "secrets").iterdir()}
    used = {secret for declared in SERVICES.values() for secret in declared["secrets"]}
    assert used == set(COMPOSE["secrets"]) == drawn


def test_secrets_lie_in_a_closed_folder_and_stay_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert len(write_secrets(folder)) == 6
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    before = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert write_secrets(folder) == []
    (folder / "database_url").unlink()
    assert write_secrets(folder) == ["database_url"]
    assert before == {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert before["database_password"] in before["database_url"]
    assert set(json.loads(before["passwords"])) == {"admin", "steward", "delegate", "dpo"}


def test_the_image_runs_as_the_user_of_the_services() -> None:
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert "\nUSER 10001:10001\n" in dockerfile
    assert "--require-hashes --requirement requirements/airflow.txt" in dockerfile


def test_nothing_enters_the_image_that_is_not_named() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert rules[1] == "*"
    assert allowed.isdisjoint({"data", "keys", "secrets", ".git", ".venv"})


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not there")
def test_docker_compose_reads_the_file(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    command = ["docker-compose", "config", "--quiet"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
