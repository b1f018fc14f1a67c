"""Brings docker-compose.yml up where a container engine is, and runs the demonstration through it.

`python -m tests.stack.bring_up`: draws secrets, builds, waits until all is healthy, delivers the
demonstration's latest year through the inbox, ingests it by Airflow's API, approves as the delegate
(who else tries is refused), reads the public site, and takes everything down again, volumes too. It
is no part of `make test`: it builds images, and needs the network for what they are made of.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.synthetic import write_deliveries

ROOT = Path(__file__).resolve().parents[2]
AIRFLOW, SITE = "http://127.0.0.1:8080", "http://127.0.0.1:8081"
PERIOD = "2021"
DATASETS = (
    *("schools", "population", "programmes", "connected_places"),
    *("equipment", "teachers", "pupils"),
)
MINUTES = 30.0
# The demonstration signs its rules with keys behind which nobody stands.
SIGN = """
from pipeline.settings import read_settings
from pipeline.steps.signing import sign_demonstration
from pipeline.steps.workspace import Workspace
sign_demonstration(Workspace(read_settings()))
"""


def main() -> None:
    """Bring the stack up, use it, take it down.

    Raises:
        SystemExit: there is no engine, or something did not happen in time.
    """
    if shutil.which("docker-compose") is None or not _runs("docker", "info"):
        sys.exit("No container engine answers here: the stack was not brought up.")
    _compose("config", "--quiet")
    subprocess.run([sys.executable, "scripts/make_secrets.py"], cwd=ROOT, check=True)
    try:
        _compose("up", "--build", "--detach")
        _use()
    finally:
        _compose("down", "--volumes")
    print("The demonstration went through the stack, and the stack is down again.")


def _use() -> None:
    _until("Airflow answers", lambda: _send("GET", f"{AIRFLOW}/api/v2/version")[0] == 200)
    everyone = json.loads((ROOT / "secrets" / "passwords").read_text(encoding="utf-8"))
    tokens = {name: _token(name, password) for name, password in everyone.items()}

    def ask(user: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return _send(method, f"{AIRFLOW}/api/v2{path}", body, token=tokens[user])

    _until("the schedules are known", lambda: ask("steward", "GET", "/dags/publish")[0] == 200)
    _in_worker("cartable", "keys", "init")
    _in_worker("python", "-c", SIGN)
    _deliver()
    for name in ("publish", *(f"ingest_{dataset}" for dataset in DATASETS)):
        assert ask("steward", "PATCH", f"/dags/{name}", {"is_paused": False})[0] == 200
    for dataset in DATASETS:
        path = f"/dags/ingest_{dataset}/dagRuns"
        run = ask("steward", "POST", path, {"logical_date": None})[1]["dag_run_id"]
        _until(f"{dataset} is in", lambda at=f"{path}/{run}": _is_over(ask, at))
    path = "/dags/publish/dagRuns/~/hitlDetails?response_received=false"
    asked = _until("the delegate is asked", lambda: ask("delegate", "GET", path)[1]["hitl_details"])
    run = asked[0]["task_instance"]["dag_run_id"]
    question = f"/dags/publish/dagRuns/{run}/taskInstances/approval/-1/hitlDetails"
    yes = {"chosen_options": ["Approve"], "params_input": {}}
    for user in ("steward", "dpo", "admin"):
        assert ask(user, "PATCH", question, yes)[0] == 403, user
    assert ask("delegate", "PATCH", question, yes)[0] == 200
    _until("it is published", lambda: _is_over(ask, f"/dags/publish/dagRuns/{run}"))
    assert b"<html" in urllib.request.urlopen(SITE, timeout=30).read().lower()


def _is_over(ask: Callable[..., tuple[int, Any]], path: str) -> bool:
    state = ask("steward", "GET", path)[1]["state"]
    assert state != "failed", path
    return bool(state == "success")


def _deliver() -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = write_deliveries(ROOT / "demo" / "facts", Path(folder), periods=[PERIOD], seed=35)
        for one in written:
            _to_worker(one.path)


def _to_worker(path: Path) -> None:
    done = subprocess.run(
        ["docker-compose", "ps", "-q", "worker"], cwd=ROOT, capture_output=True, check=True
    )
    place = f"{done.stdout.decode().strip()}:/var/lib/cartable-inbox/"
    subprocess.run(["docker", "cp", str(path), place], check=True)


def _in_worker(*command: str) -> None:
    _compose("exec", "-T", "worker", *command)


def _compose(*arguments: str) -> None:
    subprocess.run(["docker-compose", *arguments], cwd=ROOT, check=True)


def _runs(*command: str) -> bool:
    return (
        shutil.which(command[0]) is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def _token(user: str, password: str) -> str:
    login = {"username": user, "password": password}
    return str(_send("POST", f"{AIRFLOW}/auth/token", login)[1]["access_token"])


def _send(method: str, url: str, body: Any = None, *, token: str = "") -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - this machine
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - this machine
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refusal:
        return refusal.code, None
    except OSError:
        return 0, None


def _until(what: str, condition: Callable[[], Any]) -> Any:
    print(f"Waiting until {what}", flush=True)
    deadline = time.monotonic() + MINUTES * 60
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(2)
    return sys.exit(f"In {MINUTES:g} minutes it did not come to this: {what}.")


if __name__ == "__main__":
    main()
