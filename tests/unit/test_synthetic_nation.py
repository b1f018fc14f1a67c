"""A made-up nation holds the pupils asked for, in nested territories."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pytest

from pipeline.synthetic import Facts, draw_nation, names_for, pupil_batches
from pipeline.synthetic.nation import hierarchy


@pytest.fixture(scope="module")
def nation() -> Facts:
    return draw_nation(communes=600, pupils=30_000, period=2021, seed=9)


def test_pupils_are_exactly_as_many_as_asked(nation: Facts) -> None:
    assert pc.sum(nation.enrolment["total"]).as_py() == 30_000
    batches = pupil_batches(nation, names=names_for(nation, seed=9), period=2021, seed=9)
    assert sum(batch.num_rows for batch in batches) == 30_000


def test_each_level_adds_up_to_the_same_inhabitants(nation: Facts) -> None:
    sums = nation.territories.group_by("level").aggregate([("inhabitants", "sum")])
    assert len(set(sums["inhabitants_sum"].to_pylist())) == 1
    assert nation.communes.num_rows == 600


def test_lower_levels_are_nested_in_higher_ones() -> None:
    levels = hierarchy(35_000)
    assert [len(np.unique(levels[level])) for level in levels] == [1212, 303, 101, 18]
    for level, above in (
        ("epci", "departement"),
        ("arrondissement", "departement"),
        ("departement", "region"),
    ):
        pairs = np.unique(np.stack([levels[level], levels[above]]), axis=1)
        assert pairs.shape[1] == len(np.unique(levels[level]))


def test_sizes_are_skewed_as_those_of_communes(nation: Facts) -> None:
    inhabitants = np.asarray(nation.communes["inhabitants"].to_numpy())
    assert inhabitants.mean() > 1.5 * np.median(inhabitants)


def test_the_same_seed_draws_the_same_nation(nation: Facts) -> None:
    again = draw_nation(communes=600, pupils=30_000, period=2021, seed=9)
    other = draw_nation(communes=600, pupils=30_000, period=2021, seed=10)
    assert again.enrolment == nation.enrolment
    assert other.enrolment != nation.enrolment
