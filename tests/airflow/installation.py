"""An installation of its own for the tests: zones, keys, inbox, Airflow and its database."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.settings import Settings
from pipeline.steps.workspace import Workspace
from tests.signing import sign_for_tests

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installation:
    """Where everything lies under one folder.

    Attributes:
        root: a folder that is removed after the tests.
        options: more variables of the environment.
    """

    root: Path
    options: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the folders and the keys, and sign the project, whose schedules they are."""
        for folder in (self.inbox, self.airflow, self.dags):
            folder.mkdir(parents=True)
        (self.dags / "cartable").symlink_to(ROOT / "dags")
        sign_for_tests(self.workspace())

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def airflow(self) -> Path:
        return self.root / "airflow"

    @property
    def dags(self) -> Path:
        return self.root / "dags"

    @property
    def database(self) -> Path:
        return self.airflow / "airflow.db"

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "CARTABLE"))}
        return kept | {
            "AIRFLOW_HOME": str(self.airflow),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.database}",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "CARTABLE_HOME": str(self.root / "home"),
            "CARTABLE_KEYS": str(self.keys),
            "CARTABLE_INBOX": str(self.inbox),
            "GX_ANALYTICS_ENABLED": "false",
            "PYTHONPATH": str(ROOT),
            **self.options,
        }

    def workspace(self) -> Workspace:
        """Open the zones as a step does."""
        return Workspace(
            Settings(
                home=self.root / "home",
                keys=self.keys,
                project=ROOT,
                language="en",
                inbox=self.inbox,
            )
        )

    def deliver(self, path: Path, name: str | None = None) -> None:
        """Put a file into the inbox, as a sender does."""
        shutil.copy(path, self.inbox / (name or path.name))

    def select(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Return what Airflow's database answers."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(query, values).fetchall()

    def holding(self, texts: set[str]) -> dict[str, list[str]]:
        """Return, for each text that Airflow kept, the files that hold it: database, logs, all."""
        places: dict[str, list[str]] = {}
        for path in sorted(self.airflow.rglob("*")):
            content = path.read_bytes() if path.is_file() else b""
            for text in texts:
                if text.encode() in content:
                    places.setdefault(text, []).append(str(path.relative_to(self.airflow)))
        return places


class Commands:
    """Airflow's commands, run one after another in one process that has loaded everything."""

    def __init__(self, installation: Installation) -> None:
        self._logs = installation.airflow / "commands"
        self._logs.mkdir()
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.airflow.commands"],
            cwd=ROOT,
            env=installation.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[bool, str]:
        """Run one command; return whether it succeeded, and all that it wrote."""
        assert self._process.stdin
        assert self._process.stdout
        self._count += 1
        log = self._logs / f"{self._count:02d}.log"
        self._process.stdin.write(json.dumps([str(log), *arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, log.read_text(encoding="utf-8")
        return json.loads(answer), log.read_text(encoding="utf-8")

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)
