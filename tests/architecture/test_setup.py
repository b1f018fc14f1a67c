"""What a fresh machine runs before anything else: the way from a lock to an environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from install_lock import read_pip_options, uv_environment  # noqa: E402 - a script, in no package

LISTING = """\
global.index-url='https://mirror.example/simple'
global.cert='/etc/certificates.pem'
install.find-links='/wheels /more'
:env:.index-url='https://other.example/simple'
"""


def dry_run(goal: str, *, stale: str) -> list[str]:
    """Return the commands that make would run if a lock had just changed."""
    command = ["make", "--dry-run", "--what-if", f"requirements/{stale}.txt", goal]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def setup_in(tree: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "scripts/setup", "main"],
        cwd=tree,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_tests_keep_compiled_modules_in_the_environment_whatever_the_machine_says() -> None:
    program = "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"
    done = subprocess.run(
        ["make", f"--eval=probe: ; @$(COMPILED) $(BIN)/python -c '{program}'", "probe"],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/elsewhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", str(ROOT / ".venv" / ".compiled")]
    for goal in ("test", "unit"):
        [line] = [line for line in dry_run(goal, stale="test") if "pytest" in line]
        assert line.startswith("PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=")


def test_the_environment_of_pip_wins_over_its_files() -> None:
    assert read_pip_options(LISTING) == {
        "index-url": ["https://other.example/simple"],
        "cert": ["/etc/certificates.pem"],
        "find-links": ["/wheels", "/more"],
    }


def test_what_pip_knows_of_the_machine_is_passed_on_to_uv() -> None:
    told = uv_environment(read_pip_options(LISTING), {})
    assert told["UV_DEFAULT_INDEX"] == "https://other.example/simple"
    assert told["SSL_CERT_FILE"] == "/etc/certificates.pem"
    assert told["UV_FIND_LINKS"] == "/wheels,/more"
    assert told["UV_PYTHON_DOWNLOADS"] == "never"


def test_what_was_set_for_uv_wins_over_what_pip_knows() -> None:
    told = uv_environment(read_pip_options(LISTING), {"UV_DEFAULT_INDEX": "https://uv.example"})
    assert told["UV_DEFAULT_INDEX"] == "https://uv.example"


def test_the_demo_sets_up_the_main_lock_only() -> None:
    commands = dry_run("demo", stale="main")
    assert [line for line in commands if "setup" in line] == ["scripts/setup main"]
    assert commands[-1].endswith("cartable demo")


def test_the_tests_set_up_the_widest_lock() -> None:
    assert "scripts/setup all" in dry_run("test", stale="all")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give a tree with the set-up script and no environment."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    return tmp_path


@pytest.mark.parametrize("script", ["exit 127", 'exec false "$@"'])
def test_a_python_that_does_not_run_or_is_too_old_is_refused(clone: Path, script: str) -> None:
    python = clone / "python"
    python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    python.chmod(0o700)
    refusal = setup_in(clone, PYTHON=str(python))
    assert refusal.returncode == 1
    assert "no Python 3.11 or later was found" in refusal.stderr
    assert not (clone / ".venv").exists()


def test_a_python_without_its_venv_module_is_told_so(clone: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -m ] && exit 1\nexec "{sys.executable}" "$@"\n', encoding="utf-8"
    )
    python.chmod(0o700)
    # A path without apt-get, so that nothing is installed on the machine that tests.
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname", "id", "sh"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    refusal = setup_in(clone, PYTHON=str(python), PATH=str(tools))
    assert refusal.returncode == 1
    assert "Install its venv module" in refusal.stderr
