"""Identities and their national identifiers are one to one; draws are fair and repeatable."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.synthetic.draws import Draw, draw_bits, draw_shares, pick, pick_weighted
from pipeline.synthetic.identities import (
    COHORT_BITS,
    COHORT_ORIGIN,
    RANK_BITS,
    SCHOOL_BITS,
    STREAM_BITS,
    national_ids,
    pack,
)

parts = st.tuples(
    st.integers(0, (1 << SCHOOL_BITS) - 1),
    st.integers(0, (1 << COHORT_BITS) - 1),
    st.integers(0, (1 << STREAM_BITS) - 1),
    st.integers(0, (1 << RANK_BITS) - 1),
)
SPACE = 1 << (SCHOOL_BITS + COHORT_BITS + STREAM_BITS + RANK_BITS)


@settings(deadline=None)
@given(st.lists(parts, min_size=1, max_size=50, unique=True))
def test_different_persons_have_different_identities(persons: list[tuple[int, ...]]) -> None:
    school, cohort, stream, rank = np.array(persons, dtype=np.int64).T
    identity = pack(school=school, cohort=cohort + COHORT_ORIGIN, stream=stream, rank=rank)
    assert len(set(identity.tolist())) == len(persons)
    assert identity.max() < SPACE


@settings(deadline=None)
@given(
    st.lists(st.integers(0, SPACE - 1), min_size=2, max_size=100, unique=True),
    st.integers(0, 2**32),
)
def test_different_identities_have_different_national_identifiers(
    identities: list[int], seed: int
) -> None:
    written = national_ids(np.array(identities, dtype=np.uint64), seed=seed).to_pylist()
    assert len(set(written)) == len(identities)
    assert all(re.fullmatch(r"[0-9]{9}[A-Z]{2}", text) for text in written)


def test_identifiers_run_in_steps_of_one_factor_modulo_their_number() -> None:
    """The fast product by parts, against whole numbers of any size."""
    identities = np.array([0, 1, 2, 12_345, SPACE - 1], dtype=np.uint64)
    space = 10**9 * 26**2
    numbers = [
        int(text[:9]) * 676 + (ord(text[9]) - 65) * 26 + (ord(text[10]) - 65)
        for text in national_ids(identities, seed=11).to_pylist()
    ]
    offset, factor = numbers[0], numbers[1] - numbers[0]
    assert numbers == [(offset + factor * int(i)) % space for i in identities]


def test_one_kind_of_draw_says_nothing_of_another() -> None:
    identity = np.arange(20_000, dtype=np.uint64)
    drawn = np.array([draw_shares(identity, draw, seed=5) for draw in Draw])
    correlations = np.corrcoef(drawn) - np.eye(len(drawn))
    # Five standard errors of a correlation of independent draws.
    assert np.abs(correlations).max() < 5 / 20_000**0.5
    assert drawn.mean(axis=1) == pytest.approx(0.5, abs=0.02)


def test_draws_change_with_the_seed_and_the_period_only() -> None:
    identity = np.arange(10, dtype=np.uint64)
    drawn = draw_bits(identity, Draw.NAME, seed=1, period=2021)
    assert (drawn == draw_bits(identity, Draw.NAME, seed=1, period=2021)).all()
    assert (drawn != draw_bits(identity, Draw.NAME, seed=2, period=2021)).all()
    assert (drawn != draw_bits(identity, Draw.NAME, seed=1, period=2020)).all()


@pytest.mark.parametrize("size", [1, 2, 3, 1000, 65_536])
def test_picks_stay_below_the_size_and_reach_its_ends(size: int) -> None:
    bits = draw_bits(np.arange(1_000_000, dtype=np.uint64), Draw.NAME, seed=1)
    for shift in (0, 20, 40):
        picked = pick(bits, size, shift=shift)
        assert (picked.min(), picked.max()) == (0, size - 1)


def test_weighted_picks_follow_the_weights_at_their_bounds() -> None:
    share = np.array([0.0, 0.2499, 0.25, 0.7499, 0.75, 0.9999])
    assert pick_weighted(share, [1, 2, 0, 1]).tolist() == [0, 0, 1, 1, 3, 3]
