"""What a schedule may hold: a few lines, Airflow's public interface, calls of steps."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEDULES = sorted((ROOT / "dags").rglob("*.py"))
ALLOWED = (
    "__future__",
    "airflow.providers.standard",
    "airflow.sdk",
    "collections.abc",
    "dags",
    "datetime",
    "pathlib",
    "pipeline.errors",
    "pipeline.project",
    "pipeline.settings",
    "pipeline.steps",
    "typing",
)


def foreign_imports(text: str) -> list[str]:
    """Return the modules that a schedule imports and may not know."""
    modules: list[str] = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=aliases):
                modules += [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), names=aliases):
                modules += [f"{module}.{alias.name}" for alias in aliases]
    return [
        module
        for module in modules
        if not any(module == name or module.startswith(f"{name}.") for name in ALLOWED)
    ]


def test_a_schedule_imports_airflow_sdk_and_steps_only() -> None:
    foreign = {
        schedule.name: names
        for schedule in SCHEDULES
        if (names := foreign_imports(schedule.read_text(encoding="utf-8")))
    }
    assert foreign == {}


def test_a_schedule_is_shorter_than_sixty_lines() -> None:
    long = [s.name for s in SCHEDULES if len(s.read_text(encoding="utf-8").splitlines()) >= 60]
    assert long == []


@pytest.mark.parametrize(
    "refused",
    [
        "from airflow.models import DAG",
        "import duckdb",
        "from pipeline.storage import keys",
        "from pipeline import privacy",
        "def task():\n    import os",
    ],
)
def test_an_import_from_another_room_is_seen(refused: str) -> None:
    assert foreign_imports(refused)


@pytest.mark.parametrize(
    "accepted", ["from airflow.sdk import dag, task", "from pipeline.steps import ingest"]
)
def test_an_import_of_a_step_is_allowed(accepted: str) -> None:
    assert not foreign_imports(accepted)
