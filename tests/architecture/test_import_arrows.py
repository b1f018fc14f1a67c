"""The arrows of the house are declared for every room, and the linter sees a broken one."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
PURE = ("privacy", "disclosure", "contracts")


def declared() -> list[dict[str, Any]]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return list(contracts)


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--no-logo"], cwd=tree, capture_output=True, text=True, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a copy of the source that a test may spoil."""
    for name in ("pipeline", "dags"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_pure_room_is_held_to_its_purity() -> None:
    purity = next(contract for contract in declared() if "pure" in str(contract["name"]))
    rooms = {f"pipeline.{room}" for room in PURE if (ROOT / "pipeline" / room).is_dir()}
    assert rooms == set(purity["source_modules"])


def test_the_arrows_of_the_house_are_kept() -> None:
    verdict = lint(ROOT)
    assert verdict.returncode == 0, verdict.stdout


def test_the_adversary_is_made_of_numbers_and_its_own_code_alone() -> None:
    """Whatever is added to the protection, the adversary must not come to use it."""
    own = "pipeline.disclosure.adversary"
    allowed = {own, "pipeline.contracts", "pipeline.errors", "numpy", "scipy", "highspy"}
    files = sorted((ROOT / own.replace(".", "/")).rglob("*.py"))
    nodes = [node for f in files for node in ast.walk(ast.parse(f.read_text(encoding="utf-8")))]
    named = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    named |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    outside = {name for name in named if name.partition(".")[0] not in sys.stdlib_module_names}
    strangers = {n for n in outside if not any(f"{n}.".startswith(f"{a}.") for a in allowed)}
    assert len(files) > 5
    assert strangers == set()


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("contracts/spoilt.py", "import os"),
        ("disclosure/spoilt.py", "import duckdb"),
        ("disclosure/adversary/spoilt.py", "from pipeline.disclosure import protect"),
        ("contracts/spoilt.py", "from pipeline import settings"),
        ("unknown_room.py", ""),
    ],
)
def test_a_broken_arrow_is_seen(house: Path, module: str, line: str) -> None:
    (house / "pipeline" / module).write_text(line, encoding="utf-8")
    verdict = lint(house)
    assert verdict.returncode != 0
    assert Path(module).stem in verdict.stdout
