"""No hidden cell of the demonstration's release can be known from the published file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy import sparse

from tests.disclosure.adversary import Plan, Report, attack
from tests.disclosure.adversary_elimination import determined
from tests.disclosure.adversary_file import Published, read_published
from tests.disclosure.adversary_rates import Policy
from tests.disclosure.adversary_relations import Matrix, Puzzle, assemble
from tests.disclosure.adversary_worlds import Worlds

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
    assert report.cells == published.hidden > 1_000
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


def test_the_adversary_wins_where_some_of_the_girls_are_no_longer_hidden(
    published: Published,
) -> None:
    puzzle = assemble(published, "2020", Policy())
    world = Worlds(puzzle, published.geography, seed=1).first
    girls = np.array(
        [
            cell.table == "enrolment" and "F" in cell.codes
            for cell in (figure.cells[0] for figure in puzzle.figures)
        ]
    )
    opened = reveal(puzzle, girls, world)
    found = [
        figure.cells[0]
        for figure, is_known in zip(opened.figures, determined(opened, seed=1), strict=True)
        if is_known
    ]
    assert girls.sum() > 4
    assert sum("M" in cell.codes for cell in found) >= girls.sum() / 2
    assert all(cell.table == "enrolment" for cell in found)


def reveal(puzzle: Puzzle, chosen: np.ndarray, world: np.ndarray) -> Puzzle:
    """Return what is known when some hidden figures are shown, with their values in a world."""
    return replace(
        puzzle,
        equations=Matrix(sparse.vstack([puzzle.equations, puzzle.hidden[chosen]], format="csr")),
        known=np.concatenate([puzzle.known, puzzle.hidden[chosen] @ world]),
        figures=tuple(f for f, shown in zip(puzzle.figures, chosen, strict=True) if not shown),
        floor=puzzle.floor[~chosen],
        hidden=puzzle.hidden[~chosen],
    )
