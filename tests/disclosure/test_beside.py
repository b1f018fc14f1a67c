"""Two releases that are each safe do not tell together what both hide."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.disclosure.two_releases import nation, same, with_more
from pipeline.disclosure.audit import Audit, audit
from pipeline.disclosure.beside import Telling, audit_together
from pipeline.disclosure.protect import protect
from pipeline.disclosure.shape import Mask
from pipeline.disclosure.system import System
from pipeline.errors import DisclosureError
from pipeline.steps import reading_all

if TYPE_CHECKING:
    from tests.disclosure.conftest import Find, Small

NAMES = ("sex", "sector")
STANDS = [[4, 4], [4, 4]]
THEN = [[1, 14], [14, 1]]
"""Together with what stands: girls of one sector can be one fewer there, and never more."""
TURNED, GROWN = [[19, 1], [1, 19]], [[6, 19], [19, 6]]
"""The same commune later: where it can only be more, and where it is as before."""
WIDTH = 3


def told(small: Small, counts: list[list[int]], state: int) -> tuple[Telling, Audit]:
    """Return a release of two communes of one département, of which the second stands."""
    system = small.one_table(
        {"A": counts, "B": STANDS}, names=NAMES, departement=("D",) * 2, country=("FR",) * 2
    )
    pattern = protect(system, width=WIDTH)
    hidden: Mask = system.cells.level == "commune"
    hidden &= system.cells.codes["sex"] != "_T"
    hidden &= system.cells.codes["sector"] != "_T"
    hidden &= system.cells.value > 0
    assert np.array_equal(hidden, pattern.hidden)
    return telling(system, hidden, state), pattern.audit


def telling(system: System, hidden: Mask, state: int) -> Telling:
    return Telling(
        system=system,
        states=np.array([state, 0]),
        hidden=hidden,
        is_there=np.ones(len(hidden), dtype=bool),
        asked=np.full(len(hidden), WIDTH),
    )


def test_what_each_of_two_releases_hides_is_found_where_both_tell_it(
    small: Small, find: Find
) -> None:
    first, _ = told(small, THEN, 0)
    second, alone = told(small, TURNED, 1)
    for one in (first, second):
        assert audit(one.system, one.hidden, width=WIDTH).passed
    report = audit_together([second, first], worlds=alone.changes)
    cell = find(first.system, "B", sex="F", sector="PUB")
    assert not report.passed
    assert report.determined[cell]
    assert report.determined[len(first.system.cells) + cell]


def test_releases_that_leave_the_same_room_pass(small: Small) -> None:
    first, _ = told(small, THEN, 0)
    second, alone = told(small, GROWN, 1)
    report = audit_together([second, first], worlds=alone.changes)
    assert report.passed
    assert report.narrowest is not None
    assert report.narrowest >= WIDTH


def test_what_a_release_hides_and_another_shows_of_the_same_persons_is_no_secret(
    small: Small, find: Find
) -> None:
    first, _ = told(small, THEN, 0)
    second, alone = told(small, GROWN, 1)
    total = np.zeros_like(second.hidden)
    total[find(second.system, "B")] = True
    report = audit_together(
        [replace(second, hidden=second.hidden | total), first], worlds=alone.changes
    )
    assert report.passed


def test_a_figure_that_a_release_does_not_have_tells_nothing(small: Small) -> None:
    """An earlier release without the département leaves what stands as uncertain as it was."""
    first, _ = told(small, THEN, 0)
    second, alone = told(small, TURNED, 1)
    there = first.system.cells.level == "commune"
    report = audit_together([second, replace(first, is_there=there)], worlds=alone.changes)
    assert report.passed


def test_one_state_that_two_releases_count_otherwise_is_refused(small: Small) -> None:
    first, _ = told(small, THEN, 0)
    second, alone = told(small, GROWN, 0)
    with pytest.raises(DisclosureError, match="tables_disagree"):
        audit_together([second, first], worlds=alone.changes)


def test_changes_wait_where_they_would_tell_beside_an_earlier_release(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, pupils = nation(communes=4, seed=1)
    first = made.release(pupils)
    many = with_more(pupils, 100, school="S35001PUB")
    assert not same(first, made.release(many, first))
    refused = SimpleNamespace(passed=False, narrow=np.ones(1, dtype=bool))
    monkeypatch.setattr(reading_all, "audit_together", lambda *_, **__: refused)
    second = made.release(many, first)
    assert same(first, second)
    assert second.released.waiting["pupils"] == {"not_safe": 1}
