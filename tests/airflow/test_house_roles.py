"""The roles of the house in the compose file's Airflow: what each account may do, and may not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from tests.airflow.installation import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("flask_appbuilder") is None, reason="FAB is not installed"),
]

READS = ["read"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("fab")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("AIRFLOW")},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__AUTH_MANAGER": "house_roles.NamedApprovers",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'docker'}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.airflow.roles_told"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_each_role_may_do_its_work_and_nothing_else(told: dict[str, Any]) -> None:
    assert {name: may for name, may in told["told"].items() if name != "admin"} == {
        "steward": ["read", "switch on", "start"],
        "statistician": READS,
        "dpo": READS,
        "delegate": ["read", "answer", "is asked"],
        "deputy": ["read", "answer"],
    }


def test_accounts_are_made_once(told: dict[str, Any]) -> None:
    assert told["made"] == ["admin", "steward", "statistician", "dpo", "delegate"]
    assert told["again"] == []
