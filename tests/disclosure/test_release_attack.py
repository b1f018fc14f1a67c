"""No hidden cell of the demonstration's release can be known from what it publishes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.disclosure.adversary import Plan, Published, Report, Table, attack, judge
from pipeline.disclosure.adversary.parts import parts
from pipeline.disclosure.adversary.worlds import Worlds
from pipeline.steps.stranger import as_published, read_folder
from tests.disclosure.adversary_sample import PROJECT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(demo_home: Path) -> Published:
    folder = demo_home / "published"
    name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    return as_published(read_folder(folder / "releases" / name), PROJECT.contracts)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan(width=int(PROJECT.contracts.policy.protection_width.value))


@pytest.fixture(scope="module")
def report(published: Published, plan: Plan) -> Report:
    return attack(published, plan)


def test_the_adversary_has_something_to_look_for(published: Published, report: Report) -> None:
    assert published.periods == ("2019", "2020", "2021")
    assert {t.name for t in published.persons} == {
        "enrolment",
        "family_barriers",
        "family_connection",
        "family_satisfaction",
        "enrolment_by_age",
        "home_by_position",
        "home_connectivity",
        "pupils_in_reach",
        "school_barriers",
        "school_connection",
        "school_satisfaction",
        "teacher_qualification",
        "teacher_training",
        "teaching_staff",
    }
    hidden = sum(int(np.count_nonzero(table.hidden)) for table in published.persons)
    assert report.cells == hidden > 1_000
    assert len(report.intervals) >= 200


def test_every_hidden_cell_takes_values_as_far_apart_as_the_policy_asks(
    published: Published, report: Report, plan: Plan
) -> None:
    verdict = judge(published, report)
    assert verdict.outcome == "pass", verdict.as_facts()
    assert all(one.range >= plan.width for one in report.findings)
    assert report.intervals[0] >= plan.width - 1e-6


def test_the_verdict_names_no_risk_of_the_opinion(published: Published, report: Report) -> None:
    named = judge(published, report).as_facts()["risks"]
    assert named["singling_out"] == {"ones_known": 0, "ones_shown": 0, "known_cells": 0}
    assert named["inference"] == {"narrow": 0, "uniform": 0, "telling": 0}
    assert named["linkability"]["crossed"] == named["linkability"]["changed_rows"] == 0


def test_the_adversary_wins_where_some_of_the_girls_are_no_longer_hidden(
    published: Published, report: Report, plan: Plan
) -> None:
    puzzle = report.puzzles["2020"]
    table = published.tables["enrolment"]
    values = table.shown.copy()
    for part in parts(puzzle):
        world = part.base + part.hidden @ Worlds(part, width=1, seed=1).first
        for figure, value in zip(part.figures, world, strict=True):
            for cell in puzzle.figures[figure].cells:
                if cell.table == "enrolment":
                    values[cell.number] = value
    girls = table.hidden & (table.code["sex"] == "F") & (table.period == "2020")
    opened = only_2020(
        replace(
            table,
            value={"pupils": np.where(girls, values, table.shown)},
            hidden=table.hidden & ~girls,
        )
    )
    tables = {**published.tables, "enrolment": opened}
    rates = [replace(one, value=one.value[:0], period=one.period[:0]) for one in published.rates]
    found = attack(replace(published, tables=tables, rates=rates), plan)
    named = [cell.number for one in found.known for cell in one.figure.cells]
    assert girls.sum() > 4
    assert np.count_nonzero(opened.code["sex"][named] == "M") >= girls.sum() / 2


def only_2020(table: Table) -> Table:
    """Return the cells of one period; the other tables have no cell of enrolment to hide then."""
    kept = table.period == "2020"
    return replace(
        table,
        period=table.period[kept],
        level=table.level[kept],
        area=table.area[kept],
        code={name: codes[kept] for name, codes in table.code.items()},
        value={name: values[kept] for name, values in table.value.items()},
        hidden=table.hidden[kept],
    )
