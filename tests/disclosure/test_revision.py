"""Changes come in as a table of persons, who are nowhere but in the territories that come in."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.disclosure.protect import Preferences
from pipeline.disclosure.revision import Changes, Revision, revise
from pipeline.disclosure.shape import PROTECTED, PUBLISHED
from pipeline.disclosure.system import System, build_system

if TYPE_CHECKING:
    from tests.disclosure.conftest import Find, Small

NAMES = ("sex", "edu_level")
THEN = {"A": [22, 60, 60, 60, 60, 60], "B": [60] * 6, "C": [60] * 6}
LEFT = [20, 10, 10, 10, 10, 10]
"""Who left: one figure falls to 2, which the earlier release less those who left must not tell."""


def revised(small: Small, left: dict[str, list[int]], *, zeros: str) -> tuple[System, Revision]:
    """Return what the pupils who left hide, of three communes in one département."""
    now = {name: np.subtract(count, left.get(name, 0)) for name, count in THEN.items()}
    geography = small.geography(
        tuple(THEN), epci=("E", "E", "O"), departement=("D",) * 3
    ).in_order()
    levels = dict.fromkeys(("commune", "epci", "departement"), NAMES)
    system = build_system(
        [replace(small.table("enrolment", 5, levels), zeros=zeros)],
        [small.inner("enrolment", NAMES, now)],
        small.code_lists,
        geography=geography,
    )
    none = small.inner("enrolment", NAMES, {"A": [0] * 6})
    gone = small.inner("enrolment", NAMES, left)
    told = revise(
        system,
        [[Changes(left=gone, joined=none, before=none, after=none)]],
        small.code_lists,
        geography=geography,
        coming=np.isin(geography.territory, list(left)),
        spent=np.zeros(len(system.cells), dtype=bool),
        falls=system.cells.value < 5,
        preferences=Preferences(),
        width=3,
    )
    return system, told


@pytest.mark.parametrize("zeros", [PUBLISHED, PROTECTED])
def test_nobody_left_a_territory_that_stands(small: Small, find: Find, zeros: str) -> None:
    """Whoever reads both releases knows that all who left the département left A."""
    system, told = revised(small, {"A": LEFT}, zeros=zeros)
    for sex, level in product(small.code_lists["sex"], small.code_lists["edu_level"]):
        one, above, other = (find(system, area, sex=sex, edu_level=level) for area in "ADB")
        assert told.hidden[one] == told.hidden[above]
        assert not told.hidden[other]
    assert told.hidden[find(system, "A", sex="F", edu_level="L02")]


@pytest.mark.parametrize("zeros", [PUBLISHED, PROTECTED])
def test_those_who_left_two_territories_hide_each_other(
    small: Small, find: Find, zeros: str
) -> None:
    """Where both come in, the sum of both can be shown."""
    system, told = revised(small, {"A": LEFT, "B": [10] * 6}, zeros=zeros)
    one, above, other = (find(system, area, sex="F", edu_level="L02") for area in "ADC")
    assert told.hidden[one]
    assert not told.hidden[[above, other]].any()
