"""What others publish is never hidden, and what is hidden stays uncertain for whoever knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.disclosure.attacks import Oracle
from pipeline.disclosure.audit import audit
from pipeline.disclosure.elsewhere import published, told_elsewhere
from pipeline.disclosure.protect import Pattern, Public, protect
from pipeline.disclosure.shape import PROTECTED, PUBLISHED, Mask
from pipeline.disclosure.system import System, build_system
from pipeline.errors import DisclosureError

if TYPE_CHECKING:
    from tests.disclosure.conftest import Department, Find, Small

NAMES = ("sex", "edu_level")
BY_LEVEL = {"commune": ("edu_level",)}
ROOMY = [[30, 30, 30], [30, 30, 30]]
EPCI = {"epci": ("N", "N", "N", "S", "S", "S")}
SQUARE = {"A": [[2, 30, 30], [9, 30, 30]], "B": [[9, 9, 30], [30, 30, 30]], "C": ROOMY}


def country(
    small: Small,
    counts: Mapping[str, object],
    elsewhere: Mapping[str, tuple[str, ...]] = BY_LEVEL,
    *,
    zeros: str = PUBLISHED,
    **upper: tuple[str, ...],
) -> System:
    """Return pupils by commune and in all, and what others publish of them."""
    levels = dict.fromkeys(("commune", "country"), NAMES)
    shape = small.table("enrolment", 5, levels)
    upper = {"country": ("FR",) * len(counts), **upper}
    return build_system(
        [replace(shape, elsewhere=elsewhere, zeros=zeros)],
        [small.inner("enrolment", NAMES, counts)],
        small.code_lists,
        geography=small.geography(tuple(counts), **upper),
    )


def drawn(small: Small, seed: int) -> System:
    """Return six communes with small counts; others publish all of two bodies of them."""
    random = np.random.default_rng(seed)
    counts = {name: random.integers(1, 30, (2, 3)) for name in "ABCDEF"}
    return country(small, counts, {"epci": NAMES}, **EPCI)


def is_safe(system: System, hidden: Mask) -> bool:
    """Tell by two programs per hidden cell whether each has the width; the rest is known."""
    return Oracle(system, hidden).is_safe()


def padded(hidden: Mask, system: System) -> Mask:
    """Return a pattern of the published cells alone as one of all cells of a system."""
    return np.pad(hidden, (0, len(system.cells) - len(hidden)))


def refused(system: System, *, width: int) -> DisclosureError:
    with pytest.raises(DisclosureError) as refusal:
        protect(system, width=width)
    return refusal.value


def test_a_pattern_made_without_what_others_publish_is_opened_by_it(small: Small) -> None:
    """The same country, seed by seed: what ignores it is unsafe, what knows it is not."""
    unsafe = 0
    for seed in range(6):
        system = drawn(small, seed)
        pattern = protect(system, width=3)
        assert pattern.secondary.any()
        assert is_safe(system, pattern.hidden)
        blind = padded(protect(published(system), width=3).hidden, system)
        assert is_safe(published(system), blind[: len(published(system).cells)])
        unsafe += not is_safe(system, blind)
    assert unsafe >= 3


def test_what_others_publish_is_not_hidden_and_neither_are_its_sums(
    small: Small, find: Find
) -> None:
    system = country(small, SQUARE)
    told = told_elsewhere(system)
    for area in ("A", "B", "FR"):
        assert told[find(system, area)]
        assert told[find(system, area, edu_level="L1")]
        assert not told[find(system, area, sex="F")]
        assert not told[find(system, area, sex="F", edu_level="L1")]
    pattern = protect(system, width=3)
    assert pattern.primary[find(system, "A", sex="F", edu_level="L02")]
    assert pattern.hidden[find(system, "A", sex="M", edu_level="L02")]
    assert not np.any(pattern.hidden & told)


def test_what_is_known_of_one_table_binds_the_other_tables_of_its_persons(
    department: type[Department],
) -> None:
    system = department(communes=8, seed=3).pupils_system({"commune": ("sector",)})
    codes = system.cells.codes.values()
    totals = np.all([np.isin(own, ["_T", "_Z"]) for own in codes], axis=0)
    pattern = protect(system, width=3)
    home = system.cells.of("home_connectivity")
    assert np.any(pattern.hidden & home)
    assert not np.any(pattern.hidden & home & totals)


def test_a_small_count_that_others_publish_is_refused_by_table_and_level(small: Small) -> None:
    counts = {**SQUARE, "A": [[1, 30, 30], [3, 30, 30]]}
    error = refused(country(small, counts), width=3)
    assert (error.problem.code, error.problem.count) == ("disclosure.small_elsewhere", 1)
    (where,) = error.problems
    assert (where.place.table, where.count) == ("enrolment", 1)
    assert dict(where.facts) == {"level": "commune"}
    assert "d'autres publient 1 effectifs" in error.words("fr").lower()


def test_what_others_bound_too_closely_is_refused_whatever_else_is_hidden(small: Small) -> None:
    """Five pupils in all, of whom at least one is a girl and one a boy: width 3, and no more."""
    enough = {**SQUARE, "A": [[1, 30, 30], [4, 30, 30]]}
    system = country(small, enough)
    assert protect(system, width=3).audit.passed
    error = refused(system, width=4)
    assert error.problem.code == "disclosure.opened_elsewhere"
    assert dict(error.problem.facts)["width"] == 4
    assert [(one.place.table, dict(one.facts)) for one in error.problems] == [
        ("enrolment", {"level": "commune"})
    ]


def test_nobody_where_others_count_nobody(small: Small, find: Find) -> None:
    """Zeros that others publish are known, though the table would protect them."""
    counts = {**SQUARE, "A": [[0, 30, 30], [0, 30, 30]]}
    system = country(small, counts, zeros=PROTECTED)
    assert not protect(system, width=3).hidden[find(system, "A", sex="F", edu_level="L02")]


def test_what_an_earlier_release_hides_and_others_tell_cannot_stay_hidden(
    small: Small, find: Find
) -> None:
    system = country(small, SQUARE)
    nothing = np.zeros(len(system.cells), dtype=bool)
    before = nothing.copy()
    before[find(system, "B", edu_level="L1")] = True
    pattern: Pattern = protect(
        system, width=3, public=Public(hidden=before, shown=nothing, moved=nothing)
    )
    assert not pattern.hidden[before].any()


def test_a_world_in_which_others_were_wrong_is_no_world(small: Small) -> None:
    system = drawn(small, 0)
    blind = protect(published(system), width=3)
    with pytest.raises(DisclosureError, match="world_contradicts"):
        audit(system, padded(blind.hidden, system), width=3, proposals=blind.audit.changes)
