"""The adversary finds planted weaknesses, agrees with an oracle, and leaves safe patterns alone.

The whole of it is measured by `make bench NAME=disclosure-adversary`.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.disclosure.attacks import (
    Case,
    Oracle,
    found,
    of_large_communes,
    primary_only,
    safe_case,
    weakened,
)
from pipeline.disclosure.adversary import Plan
from pipeline.disclosure.adversary.bounds import outer_widths
from pipeline.disclosure.adversary.parts import parts
from pipeline.disclosure.adversary.programs import Ends
from pipeline.disclosure.adversary.puzzle import assemble

COMMUNES = 16


@pytest.fixture(scope="module", params=[(False, 3), (True, 4)], ids=["nested", "linked"])
def safe(request: pytest.FixtureRequest) -> Case:
    linked, seed = request.param
    return safe_case(COMMUNES, linked=linked, seed=seed)


def test_a_safe_pattern_passes(safe: Case) -> None:
    assert safe.hidden.any()
    assert Oracle(safe.system, safe.hidden).is_safe()
    assert safe.verdict().outcome == "pass"


def test_a_secondary_cell_shown_again_is_refused_where_it_opens_others(safe: Case) -> None:
    cases = list(weakened(safe, seed=1, most=8))
    unsafe = [not Oracle(case.system, case.hidden).is_safe() for case in cases]
    assert [case.verdict().outcome != "pass" for case in cases] == unsafe
    assert sum(unsafe) >= 2


def test_each_cell_that_can_be_known_or_narrowed_is_found(safe: Case) -> None:
    case = primary_only(safe)
    oracle = Oracle(case.system, case.hidden)
    ranges = np.array([oracle.range(cell) for cell in range(oracle.size)])
    known, narrow = found(case)
    assert np.array_equal(known, ranges == 0)
    assert np.array_equal(narrow, (ranges > 0) & (ranges < 3))
    assert known.any()


def test_small_counts_alone_in_their_row_and_column_are_all_found() -> None:
    known, _ = found(of_large_communes(200, seed=1))
    assert len(known) >= 10
    assert known.mean() >= 0.9


def test_what_single_sums_tell_is_never_narrower_than_the_interval(safe: Case) -> None:
    for case in (safe, primary_only(safe)):
        for part in parts(assemble(case.published(), "2021")):
            ends, outer = Ends(part), outer_widths(part)
            widths = np.array([ends.of(figure).width for figure in range(len(part.figures))])
            assert np.all(outer >= widths - 1e-6)
            assert np.isfinite(outer).all()


def test_a_large_part_is_asked_by_sample_and_a_weakness_in_it_is_found() -> None:
    case = safe_case(40, linked=False, seed=7)
    plan = Plan(width=3, every=20, intervals=10)
    verdict = case.verdict(plan)
    assert verdict.outcome == "pass"
    assert 10 <= verdict.asked < verdict.figures
    outcomes = {weak.verdict(plan).outcome for weak in weakened(case, seed=2, most=4)}
    assert "refuse" in outcomes
