"""A real Airflow: its four processes on free ports, and its REST API as each user sees it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.installation import ROOT, Installation
from tests.airflow.ports import free_port
from tests.airflow.postgres import Postgres

# Of the house to Airflow's. `deputy` has the delegate's role, and is asked nothing.
ROLES = {
    "admin": "admin",
    "steward": "op",
    "statistician": "viewer",
    "dpo": "viewer",
    "delegate": "user",
    "deputy": "user",
}
PROCESSES = ("api-server", "scheduler", "dag-processor", "triggerer")
PATIENCE = 600.0


def running_options(root: Path, database: str) -> dict[str, str]:
    """Return the settings of an Airflow that runs, and schedules without delay."""
    passwords, port = root / "passwords.json", free_port()
    passwords.write_text(json.dumps({name: secrets.token_hex(8) for name in ROLES}))
    return {
        "AIRFLOW__CORE__FERNET_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "AIRFLOW__CORE__PARALLELISM": "3",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{n}:{r}" for n, r in ROLES.items()),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        # Schedules do not change while they run: to read them again and again takes half the time.
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "3600",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
    }


class Services:
    """The processes of one Airflow, each with a log file.

    Attributes:
        installation: where.
        url: of the API and the pages.
        peak: the most memory that all of them, tasks and database took together, in bytes.
    """

    def __init__(self, installation: Installation, postgres: Postgres) -> None:
        self.installation = installation
        self.postgres = postgres
        self.url = installation.environment["AIRFLOW__API__BASE_URL"]
        self.peak = 0
        self._logs = installation.airflow / "services"
        self._passwords = json.loads((installation.root / "passwords.json").read_text())
        self._tokens: dict[str, str] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._is_over = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run all of them until the block ends."""
        watch = threading.Thread(target=self._measure, daemon=True)
        try:
            self._logs.mkdir()
            watch.start()
            migrated = self.command("db", "migrate")
            assert migrated.returncode == 0, migrated.stderr
            for name in PROCESSES:
                self._processes.append(self._run(name, log=self._logs / f"{name}.log"))
            yield
        finally:
            self._is_over.set()
            self._stop()
            watch.join()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of Airflow's commands."""
        return subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            cwd=ROOT,
            env=self.installation.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def password(self, user: str) -> str:
        return str(self._passwords[user])

    def log(self, process: str) -> str:
        """Return what a process wrote so far."""
        return (self._logs / f"{process}.log").read_text(encoding="utf-8")

    def wait_until_ready(self, schedules: set[str]) -> None:
        """Wait until the API answers and knows the schedules."""
        self.wait(self._answers, "the API")
        self.wait(lambda: schedules <= self._dags(), "the schedules")

    def wait(self, condition: Callable[[], Any], what: str) -> Any:
        """Return the first truthy answer of a condition."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if answer := condition():
                return answer
            assert all(process.poll() is None for process in self._processes), "Airflow ended"
            time.sleep(1)
        states = "select dag_id, run_id, task_id, map_index, state from task_instance"
        return pytest.fail(f"{what}: nothing in {PATIENCE:g} s; {self.postgres.select(states)}")

    def ask(self, user: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return status and answer of a request that a user makes to the REST API."""
        if user not in self._tokens:
            login = {"username": user, "password": self._passwords[user]}
            self._tokens[user] = self._send("POST", "/auth/token", login, {})[1]["access_token"]
        headers = {"Authorization": f"Bearer {self._tokens[user]}"}
        return self._send(method, f"/api/v2{path}", body, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - this machine
            self.url + path,
            data,
            {"Content-Type": "application/json", **headers},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - this machine
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def _answers(self) -> bool:
        try:
            return self._send("GET", "/api/v2/version", None, {})[0] == 200
        except OSError:
            return False

    def _dags(self) -> set[str]:
        return {dag["dag_id"] for dag in self.ask("admin", "GET", "/dags")[1]["dags"]}

    def _run(self, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "airflow", *arguments],
            cwd=ROOT,
            env=self.installation.environment,
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def _stop(self) -> None:
        for process in self._processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)

    def _measure(self) -> None:
        """Keep the highest sum of memory; what processes share counts once."""
        import psutil

        while not self._is_over.wait(4):
            total = 0
            for pid in [self.postgres.pid, *(process.pid for process in self._processes)]:
                with suppress(psutil.NoSuchProcess):
                    one = psutil.Process(pid)
                    for each in [one, *one.children(recursive=True)]:
                        with suppress(psutil.NoSuchProcess):
                            total += each.memory_full_info().pss
            self.peak = max(self.peak, total)
