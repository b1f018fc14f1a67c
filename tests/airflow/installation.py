"""An installation of its own for the tests: zones, keys, inbox and Airflow's folder."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

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
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "CARTABLE"))}
        return kept | {
            "AIRFLOW_HOME": str(self.airflow),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
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
