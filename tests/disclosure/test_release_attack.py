"""No hidden cell of the demonstration's release can be known from the published file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.disclosure.adversary import Plan, Report, attack
from tests.disclosure.adversary_file import Published, read_published
from tests.disclosure.adversary_rates import Policy

CONTRACTS = Path(__file__).parents[2] / "contracts"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(demo_home: Path) -> Published:
    folder = demo_home / "published"
    name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    return read_published(folder / "releases" / name / "published.duckdb")


@pytest.fixture(scope="module")
def width() -> int:
    policy = yaml.safe_load((CONTRACTS / "policy.yml").read_text(encoding="utf-8"))
    return int(policy["protection_width"]["value"])


@pytest.fixture(scope="module")
def report(published: Published, width: int) -> Report:
    policy = yaml.safe_load((CONTRACTS / "policy.yml").read_text(encoding="utf-8"))
    target = Policy(pupils_per_computer=policy["targets"]["pupils_per_computer"]["value"])
    found = attack(published, policy=target, plan=Plan(sample=70, width=width))
    print(found.summary())
    return found


def test_the_adversary_has_something_to_look_for(published: Published, report: Report) -> None:
    assert published.periods == ("2019", "2020", "2021")
    assert set(published.tables) == {"enrolment", "home_connectivity", "teaching_staff"}
    assert report.cells == published.hidden > 4_000
    assert len(report.intervals) >= 200


def test_no_hidden_cell_can_be_known(report: Report) -> None:
    assert not report.known, report.summary()


def test_every_hidden_cell_takes_values_as_far_apart_as_the_policy_asks(
    report: Report, width: int
) -> None:
    assert report.narrowest_seen is not None
    assert report.narrowest_seen >= width, report.summary()
    assert report.intervals[0] >= width - 1e-6, report.summary()


def test_no_rate_is_shown_beside_a_hidden_part(report: Report) -> None:
    assert report.telling == ()
