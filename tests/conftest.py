"""What several folders of tests share: one finished demonstration, small workspaces."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import KeyRing


@pytest.fixture(scope="session")
def demo_output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a finished demonstration: `data/`, `keys/`, `stdout`, `stderr`.

    The workers of one run share it: the first to come runs the demonstration.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            _run_demo(shared)
            (shared / "done").touch()
    return shared


@pytest.fixture(scope="session")
def demo_home(demo_output: Path) -> Path:
    """Return the home of a finished demonstration; tests must not change it."""
    return demo_output / "data"


def _run_demo(folder: Path) -> None:
    environment = {
        **os.environ,
        "CARTABLE_HOME": str(folder / "data"),
        "CARTABLE_KEYS": str(folder / "keys"),
        "PYTHONPATH": str(INSTALLATION),
    }
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        command = [sys.executable, "-c", "from pipeline.cli import main; main()", "demo"]
        code = subprocess.call(
            command, env=environment, stdout=stdout, stderr=stderr, cwd=INSTALLATION
        )
    assert code == 0, (folder / "stderr").read_text()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return an empty workspace of the demonstration's project, with keys of its own."""
    settings = Settings(
        home=tmp_path / "data",
        keys=tmp_path / "keys",
        inbox=tmp_path / "inbox",
        project=INSTALLATION,
        language="en",
    )
    KeyRing.create(settings.keys)
    return Workspace(settings)
