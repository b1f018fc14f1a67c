"""What leaves a step for a scheduler: receipts and refusals, never the text of another error."""

from __future__ import annotations

import ast
import subprocess
import sys
import traceback
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import CartableError, ContractError, Place, StorageError
from pipeline.settings import read_settings
from pipeline.steps.scheduled import run_step
from pipeline.steps.schedules import read_schedules
from pipeline.steps.workspace import Workspace
from tests.airflow.installation import ROOT, Installation

PLANTED = "Éloïse Delubert 490277091EB"


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation(tmp_path)
    installation.prepare()
    for name, value in installation.environment.items():
        if name.startswith("CARTABLE"):
            monkeypatch.setenv(name, value)
    return installation


def test_a_step_is_given_the_workspace_of_the_settings(installation: Installation) -> None:
    assert run_step(lambda workspace: workspace.settings.inbox) == installation.inbox


def test_a_refusal_passes_without_the_error_that_caused_it(installation: Installation) -> None:
    del installation

    def refuse(workspace: Workspace) -> None:
        del workspace
        raise StorageError("storage.altered", place=Place(file="a")) from ValueError(PLANTED)

    with pytest.raises(StorageError) as refused:
        run_step(refuse)
    assert "storage.altered" in str(refused.value)
    assert PLANTED not in "".join(traceback.format_exception(refused.value))


def test_any_other_error_leaves_its_kind_and_place_and_no_word_of_its_text(
    installation: Installation,
) -> None:
    del installation

    def crash(workspace: Workspace) -> None:
        del workspace
        read_schedules(Crashing())  # type: ignore[arg-type] # no path, of purpose

    with pytest.raises(CartableError) as refused:
        run_step(crash)
    assert refused.value.problem.code == "schedule.unexpected"
    assert "KeyError at pipeline.steps.schedules:" in str(refused.value)
    assert PLANTED not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize(
    "lack",
    [
        MemoryError(),
        RuntimeError("can't start new thread"),
        pa.ArrowException("Unknown error: Failed to launch worker thread: not available"),
    ],
)
def test_a_lack_of_memory_is_told_as_such(installation: Installation, lack: Exception) -> None:
    del installation

    def starve(workspace: Workspace) -> None:
        del workspace
        raise lack

    with pytest.raises(StorageError, match=r"command\.memory"):
        run_step(starve)


class Crashing:
    def __truediv__(self, name: str) -> Path:
        raise KeyError(PLANTED)


def test_a_list_of_approvers_that_names_nobody_is_refused(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    del installation
    assert read_settings().approvers == ("delegate",)
    monkeypatch.setenv("CARTABLE_APPROVERS", "anne, bruno")
    assert read_settings().approvers == ("anne", "bruno")
    monkeypatch.setenv("CARTABLE_APPROVERS", " , ")
    with pytest.raises(CartableError, match=r"approval\.nobody"):
        read_settings()


def test_a_schedule_is_read_for_each_contract(tmp_path: Path) -> None:
    folder = tmp_path / "contracts" / "datasets"
    folder.mkdir(parents=True)
    with pytest.raises(ContractError, match=r"contract\.missing_file"):
        read_schedules(tmp_path)
    (folder / "pupils.yml").write_text('schedule: "0 3 * * *"\n')
    assert read_schedules(tmp_path) == {"pupils": "0 3 * * *"}
    (folder / "teachers.yml").write_text("dataset: teachers\n")
    with pytest.raises(ContractError, match=r"contracts/datasets/teachers\.yml"):
        read_schedules(tmp_path)
    (folder / "teachers.yml").write_text("- a list\n")
    with pytest.raises(ContractError, match=r"contract\.missing_key"):
        read_schedules(tmp_path)


def test_reading_a_schedule_loads_nothing_heavy() -> None:
    loaded = {
        alias
        for path in (ROOT / "dags").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("pipeline")
        for alias in [str(node.module)]
    }
    assert "pipeline.steps.schedules" in loaded
    program = (
        f"import sys, {', '.join(sorted(loaded))}\n"
        "heavy = {'duckdb', 'great_expectations', 'numpy', 'pandas', 'pyarrow', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
