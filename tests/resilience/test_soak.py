"""A year of a steward in little: killed, starved, hurried, and nothing lost, doubled or torn.

`make soak` does the same for longer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LITTLE = {"kills": 9, "sizes": 1, "readers": 4, "publications": 30, "orders": 4}
# The others have small tests of their own.
TRIALS = ("kills", "disk", "readers", "orders")

pytestmark = pytest.mark.slow


def test_whatever_is_done_to_a_year_of_a_steward_it_ends_as_if_nothing_had_been(
    tmp_path: Path,
) -> None:
    told = tmp_path / "told.json"
    asked = [f"--{name}={number}" for name, number in LITTLE.items()]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.resilience.soak",
            *asked,
            f"--to={told}",
            "--trials",
            *TRIALS,
        ],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    outcomes = {one["trial"]: one for one in json.loads(told.read_text(encoding="utf-8"))}
    assert outcomes["random kills"]["times"] >= LITTLE["kills"]
    assert outcomes["orders of five deliveries"]["times"] == LITTLE["orders"]
    assert sum(one["times"] for one in outcomes.values()) > sum(LITTLE.values())
    assert not any(one["differing"] or one["broken"] for one in outcomes.values())
