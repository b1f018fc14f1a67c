"""The environment of the tools that benchmarks compare with: made once, or said why not."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a tree with the scripts and a lock that names nothing."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "peers.txt").write_text("# nothing\n", encoding="utf-8")
    return tmp_path


def make(tree: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/setup_peers.py"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def test_the_same_lock_is_not_installed_twice(tree: Path) -> None:
    lock = (tree / "requirements" / "peers.txt").read_bytes()
    (tree / ".venv-peers").mkdir()
    mark = hashlib.sha256(lock).hexdigest()
    (tree / ".venv-peers" / ".lock").write_text(mark, encoding="utf-8")
    made = make(tree)
    assert made.returncode == 0
    assert made.stdout.strip() == str(tree / ".venv-peers" / "bin" / "python")
    # Nothing was made: the mark stood for it.
    assert [path.name for path in (tree / ".venv-peers").iterdir()] == [".lock"]


@pytest.mark.slow
def test_a_lock_that_cannot_be_installed_leaves_no_environment_that_passes_for_one(
    tree: Path,
) -> None:
    (tree / "requirements" / "peers.txt").write_text("no hash, no version\n", encoding="utf-8")
    for _ in range(2):
        failed = make(tree)
        assert failed.returncode == 1
        assert "setup: .venv-peers could not be made (CalledProcessError)" in failed.stderr
        # It was read, and the line that is no requirement was the cause.
        assert "no hash, no version" in failed.stderr
        assert not (tree / ".venv-peers" / ".lock").exists()


def test_what_only_benchmarks_use_is_in_no_other_lock() -> None:
    for name in ("main", "test", "airflow", "all"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert "pycanon" not in text
        assert "cell-key-perturbation" not in text
