"""What the page on one machine without containers names is what this Airflow and its tests know."""

from __future__ import annotations

import re

import pytest

from tests.airflow.installation import ROOT
from tests.airflow.services import PROCESSES, ROLES

PAGE = (ROOT / "docs" / "airflow.md").read_text(encoding="utf-8")
OPTIONS = sorted(set(re.findall(r"AIRFLOW__[A-Z_]+", PAGE)))


@pytest.mark.parametrize("option", OPTIONS)
def test_each_setting_is_one_that_airflow_knows(option: str) -> None:
    from airflow.configuration import conf

    section, key = option.removeprefix("AIRFLOW__").removesuffix("_CMD").lower().split("__")
    assert key in conf.configuration_description[section]["options"]


def test_each_account_has_the_role_of_the_house() -> None:
    [accounts] = re.findall(r"SIMPLE_AUTH_MANAGER_USERS=(\S+)", PAGE)
    told = dict(account.split(":") for account in accounts.split(","))
    assert told == {name: ROLES[name] for name in ("admin", "steward", "dpo", "delegate")}


def test_the_processes_are_those_that_the_tests_run() -> None:
    told = re.findall(r"^    airflow ([a-z-]+)$", PAGE, re.MULTILINE)
    assert told == ["standalone", *PROCESSES]
