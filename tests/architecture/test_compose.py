"""What docker-compose.yml may give a service: no right, no way out, no secret but as a file."""

from __future__ import annotations

import json
import os
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


def test_the_doors_are_the_pages_of_airflow_and_the_site_on_the_machine_itself() -> None:
    doors = {name: declared["ports"] for name, declared in SERVICES.items() if "ports" in declared}
    assert doors == {"api-server": ["127.0.0.1:8080:8080"], "web": ["127.0.0.1:8081:8081"]}


def test_the_public_side_and_what_it_must_not_reach_share_no_network() -> None:
    networks = {name: set(declared["networks"]) for name, declared in SERVICES.items()}
    assert {name for name, given in COMPOSE["networks"].items() if given.get("internal")} == {
        "inner",
        "work",
    }
    assert networks["web"] == {"public"}
    assert [name for name, given in networks.items() if "public" in given] == ["web"]
    # What holds keys and zones reaches the API of Airflow alone.
    assert networks["worker"] == {"work"}
    assert [name for name, given in networks.items() if "work" in given] == ["api-server", "worker"]
    assert [name for name, given in networks.items() if "outer" in given] == ["api-server"]


def test_only_the_worker_sees_the_zones_and_the_keys_and_the_site_what_is_published() -> None:
    closed = {"zones", "keys", "inbox"}
    assert {name for name in SERVICES if closed & mounts(name)} == {"worker"}
    assert mounts("web") == {"published"}
    assert SERVICES["web"]["volumes"] == ["published:/srv/published:ro"]
    assert {name for name in SERVICES if "published" in mounts(name)} == {"worker", "web"}


def test_only_airflow_itself_knows_its_database() -> None:
    assert SERVICES["worker"]["secrets"] == ["jwt_secret"]
    assert not any("DATABASE" in name for name in SERVICES["worker"]["environment"])
    assert "secrets" not in SERVICES["web"]


def test_four_owners_share_no_account() -> None:
    owners = {name: declared["user"] for name, declared in SERVICES.items()}
    assert set(owners.values()) == {"999:999", "10000:10000", "10001:10001", "10002:10002"}
    assert [name for name, owner in owners.items() if owner.startswith("10001")] == ["worker"]
    assert [name for name, owner in owners.items() if owner.startswith("10002")] == ["web"]


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
    used = {one for declared in SERVICES.values() for one in declared.get("secrets", ())}
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
    accounts = {"admin", "steward", "statistician", "dpo", "delegate"}
    assert set(json.loads(before["passwords"])) == accounts


def test_the_image_runs_as_the_user_of_the_services() -> None:
    dockerfile = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert dockerfile.count("\nUSER ") == 2
    assert "\nUSER 10000:10000\n" in dockerfile
    assert "\nUSER 10002:10002\n" in dockerfile
    assert "--require-hashes --requirement requirements/airflow.txt" in dockerfile


def test_nothing_enters_the_image_that_is_not_named() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert rules[1] == "*"
    assert allowed.isdisjoint({"data", "keys", "secrets", ".git", ".venv"})


def test_notices_give_a_way_out_to_those_who_send_them_and_to_nobody_else() -> None:
    added = yaml.safe_load((ROOT / "docker" / "mail.yml").read_text(encoding="utf-8"))
    assert set(added["services"]) == {"worker", "triggerer"}
    for given in added["services"].values():
        assert set(given) == {"environment", "networks"}


def test_sources_give_a_way_out_to_who_fetches_and_to_nobody_else() -> None:
    added = yaml.safe_load((ROOT / "docker" / "sources.yml").read_text(encoding="utf-8"))
    assert {name: set(given) for name, given in added["services"].items()} == {
        "worker": {"networks"}
    }


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not there")
@pytest.mark.parametrize("more", [(), ("docker/mail.yml",), ("docker/sources.yml",)])
def test_docker_compose_reads_the_files(tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "docker").mkdir()
    files = ["docker-compose.yml", *more]
    for file in files:
        shutil.copy(ROOT / file, tmp_path / file)
    named = [part for file in files for part in ("--file", file)]
    mail = ("CARTABLE_MAIL_SERVER", "CARTABLE_MAIL_FROM", "CARTABLE_NOTICES_TO")
    environment = {**os.environ, **dict.fromkeys(mail, "given")}
    command = ["docker-compose", *named, "config", "--quiet"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
