"""What several folders of tests share: one finished demonstration, small workspaces."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.signing import sign_for_tests

# How long an example takes is no promise: on a busy machine a deadline fails what is right.
settings.register_profile("cartable", deadline=None)
settings.load_profile("cartable")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with slow tests first, so that no worker is left alone with one at the end.

    One of those that need the demonstration goes before all, the others after the slow ones: so
    one worker runs it and no other waits for it.
    """
    long = {
        item.path
        for item in items
        if any(map(item.get_closest_marker, ("airflow", "browser", "slow")))
    }
    needy = [item.path for item in items if "demo_output" in getattr(item, "fixturenames", ())]
    first = needy[0] if needy else None
    items.sort(key=lambda one: (one.path not in long, one.path != first, one.path in needy))


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
    return sign_for_tests(Workspace(settings))


@dataclass(frozen=True)
class Ran:
    """What a command gave back: its exit code and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs `cartable` in this process on the zones of a workspace."""

    def run(workspace: Workspace, *arguments: str, language: str = "en", typed: str = "") -> Ran:
        from pipeline.cli import main

        settings = workspace.settings
        for name in ("home", "keys", "project", "inbox"):
            monkeypatch.setenv(f"CARTABLE_{name.upper()}", str(getattr(settings, name)))
        monkeypatch.setenv("CARTABLE_LANG", language)
        monkeypatch.setattr("sys.argv", ["cartable", *arguments])
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capfd.readouterr()
        try:
            main()
        except SystemExit as ending:
            code = int(ending.code or 0)
        else:
            code = 0
        return Ran(code, *capfd.readouterr())

    return run


@pytest.fixture(scope="session")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the small country's project; tests must not change it."""
    return small_country.write_project(tmp_path_factory.mktemp("small") / "project")


@pytest.fixture
def small(tmp_path: Path, small_project: Path) -> Workspace:
    """Return an empty workspace of the small country, in January after the school year began."""
    return small_country.open_workspace(tmp_path, small_project)


@pytest.fixture(scope="session")
def schools_home(tmp_path_factory: pytest.TempPathFactory, small_project: Path) -> Path:
    """Return a folder in which only the schools delivered; tests must not change it."""
    folder = tmp_path_factory.mktemp("schools")
    workspace = small_country.open_workspace(folder, small_project)
    small_country.take(workspace, "schools", small_country.schools())
    return folder


@pytest.fixture
def zones(tmp_path: Path, schools_home: Path, small_project: Path) -> Workspace:
    """Return a workspace in which the schools are known and nobody delivered pupils."""
    shutil.copytree(schools_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, small_project)


@pytest.fixture(scope="session")
def delivered_home(tmp_path_factory: pytest.TempPathFactory, small_project: Path) -> Path:
    """Return a folder in which the small country delivered; tests must not change it."""
    folder = tmp_path_factory.mktemp("delivered")
    workspace = small_country.open_workspace(folder, small_project)
    small_country.take_all(workspace, small_country.deliveries())
    return folder


@pytest.fixture
def delivered(tmp_path: Path, delivered_home: Path, small_project: Path) -> Workspace:
    """Return a workspace of its own in which the small country delivered."""
    shutil.copytree(delivered_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, small_project)


@pytest.fixture(scope="session")
def prepared_home(
    tmp_path_factory: pytest.TempPathFactory, delivered_home: Path, small_project: Path
) -> Path:
    """Return a folder with a candidate of the small country; tests must not change it."""
    from pipeline.steps.prepare import prepare

    folder = tmp_path_factory.mktemp("prepared")
    shutil.copytree(delivered_home, folder, dirs_exist_ok=True)
    prepare(small_country.open_workspace(folder, small_project))
    return folder


@pytest.fixture
def prepared(tmp_path: Path, prepared_home: Path, small_project: Path) -> Workspace:
    """Return a workspace of its own with a candidate of the small country."""
    shutil.copytree(prepared_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, small_project)
