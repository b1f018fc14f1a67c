"""Of several safe patterns the policy says which is taken; all keep the same promise."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.disclosure.nations import nation
from pipeline.contracts.policy import Secondary
from pipeline.disclosure.protect import Pattern, protect
from pipeline.disclosure.shape import TOTAL, Mask
from pipeline.disclosure.system import System
from pipeline.steps.ground import preferences_of


def choice(fewest: str = "cells", totals: str = "kept", pattern: str = "free") -> Secondary:
    return Secondary.model_validate({"fewest": fewest, "totals": totals, "pattern": pattern})


def protected(system: System, secondary: Secondary, last: Mask | None = None) -> Pattern:
    """Return a pattern; where areas overlap of width 1, which takes less time."""
    width = 1 if "epci" in system.cells.level else 3
    before = {} if last is None else {"pupils": last}
    preferences = preferences_of(secondary, system, before)
    pattern = protect(system, width=width, preferences=preferences)
    assert pattern.audit.passed
    return pattern


def persons(system: System, pattern: Pattern) -> int:
    return int(system.cells.value[pattern.hidden].sum())


@pytest.mark.parametrize(("communes", "linked"), [(300, False), (100, True)])
def test_each_choice_hides_least_of_what_it_names(communes: int, *, linked: bool) -> None:
    system = nation(communes, seed=5).system(linked=linked)
    cells, least = (protected(system, choice(fewest)) for fewest in ("cells", "persons"))
    assert persons(system, least) < persons(system, cells)
    if not linked:
        assert np.count_nonzero(cells.hidden) < np.count_nonzero(least.hidden)
    assert cells.bound == least.bound <= np.count_nonzero(cells.secondary)
    np.testing.assert_array_equal(cells.primary, least.primary)


def test_fewer_totals_are_hidden_where_they_are_kept() -> None:
    system = nation(400, seed=2).system(linked=False)
    totals = np.any([codes == TOTAL for codes in system.cells.codes.values()], axis=0)
    kept, free = (protected(system, choice(totals=each)) for each in ("kept", "free"))
    assert np.count_nonzero(kept.hidden & totals) < np.count_nonzero(free.hidden & totals)


@pytest.mark.parametrize(("communes", "linked"), [(300, False), (100, True)])
def test_what_the_year_before_hides_is_hidden_again_rather_than_another_cell(
    communes: int, *, linked: bool
) -> None:
    drawn = nation(communes, seed=3)
    years = [one.system(linked=linked) for one in (drawn, drawn.next_year(seed=3))]
    first = protected(years[0], choice()).hidden
    free = protected(years[1], choice(), last=first).hidden
    kept = protected(years[1], choice(pattern="kept"), last=first).hidden
    assert np.count_nonzero(kept & first) > np.count_nonzero(free & first)
    assert np.count_nonzero(kept ^ first) < np.count_nonzero(free ^ first)


def test_without_a_year_before_the_pattern_is_the_cheapest() -> None:
    system = nation(100, seed=4).system(linked=False)
    kept, free = (protected(system, choice(pattern=each)).hidden for each in ("kept", "free"))
    np.testing.assert_array_equal(kept, free)
