"""Answers to closed questions, of families and of heads of schools: synthetic.

Drawn: the connection is judged better in towns, where families are richer, and each year; whoever
judges it bad names it as a barrier more often, and is less satisfied. Who answers is chosen by
nobody: from 4 to 16 % of the families of a school, and about six heads of schools in seven.
Some leave a question out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.synthetic.draws import Bits, Draw, Index, Real, draw_shares
from pipeline.synthetic.facts import Facts
from pipeline.synthetic.home import rurality

SHARE_OF_FAMILIES, SHARE_OF_HEADS = (0.04, 0.16), 0.86
SHARE_SKIPPED, REFERENCE_YEAR = 0.03, 2019
# What a rural commune adds to the luck (0 the best, 1 the worst), a standard deviation of social
# position takes from it, and so each year.
RURAL_STEP, SOCIAL_STEP, YEARLY_STEP = 0.14, 0.05, 0.02
# Share of the satisfaction that is that of the connection, and of those with a bad connection who
# name it as their main barrier.
SAME_CAUSE, NAME_CONNECTION = 0.5, 0.6

QUALITIES = pa.array(["bonne", "moyenne", "mauvaise", "aucune", ""])
BARRIERS = pa.array(
    ["aucun frein", "connexion", "équipement", "coût", "compétences", "accompagnement", ""]
)
SATISFACTIONS = pa.array(
    ["très satisfaite", "plutôt satisfaite", "plutôt insatisfaite", "très insatisfaite", ""]
)
_BAD, _CONNECTION = 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """Where the answers change, as shares of the luck; `letter` begins a questionnaire's number."""

    letter: str
    stream: int
    qualities: tuple[float, ...]
    barriers: tuple[float, ...]
    satisfactions: tuple[float, ...]


FAMILIES = _Survey(
    letter="F",
    stream=1,
    qualities=(0.56, 0.84, 0.96),
    barriers=(0.42, 0.48, 0.66, 0.82, 0.92),
    satisfactions=(0.24, 0.68, 0.90),
)
HEADS = _Survey(
    letter="S",
    stream=2,
    qualities=(0.44, 0.78, 0.97),
    barriers=(0.18, 0.28, 0.56, 0.66, 0.84),
    satisfactions=(0.14, 0.58, 0.88),
)


def draw_family_survey(facts: Facts, *, period: int, seed: int) -> pa.Table:
    """Draw the questionnaires that families filled in.

    Returns:
        One row per questionnaire: answer_code, school_code, connection_quality, main_barrier and
        satisfaction; an empty text where a question was left out.
    """
    pupils = facts.pupils_by_school(period)
    low, high = SHARE_OF_FAMILIES
    luck = draw_shares(_schools(facts), Draw.SURVEY_SHARE, seed=seed, period=period)
    filled = np.rint(pupils * (low + (high - low) * luck)).astype(np.int64)
    return _answers(facts, FAMILIES, filled, period=period, seed=seed)


def draw_school_survey(facts: Facts, *, period: int, seed: int) -> pa.Table:
    """Draw the questionnaires that heads of open schools filled in, as of families."""
    is_open = facts.pupils_by_school(period) > 0
    luck = draw_shares(_schools(facts), Draw.SURVEY_SHARE, seed=seed, period=period)
    filled = (is_open & (luck < SHARE_OF_HEADS)).astype(np.int64)
    return _answers(facts, HEADS, filled, period=period, seed=seed)


def _schools(facts: Facts) -> Bits:
    return np.arange(facts.schools.num_rows, dtype=np.uint64)


def _answers(facts: Facts, survey: _Survey, filled: Index, *, period: int, seed: int) -> pa.Table:
    """Draw the answers of as many questionnaires of each school."""
    school = np.repeat(np.arange(len(filled)), filled)
    rank = np.arange(len(school)) - np.repeat(np.cumsum(filled) - filled, filled)
    identity = ((school << 24) | (rank << 4) | survey.stream).astype(np.uint64)

    def luck(draw: Draw) -> Real:
        return draw_shares(identity, draw, seed=seed, period=period)

    shift = (
        RURAL_STEP * rurality(facts.school_inhabitants())[school]
        - SOCIAL_STEP * facts.social_scale()[school]
        - YEARLY_STEP * (period - REFERENCE_YEAR)
    )
    connection = luck(Draw.SURVEY_CONNECTION) + shift
    quality = np.searchsorted(survey.qualities, connection)
    blamed = luck(Draw.SURVEY_BARRIER_OF_CONNECTION) < NAME_CONNECTION
    barrier = np.searchsorted(survey.barriers, luck(Draw.SURVEY_BARRIER))
    barrier = np.where(blamed & (quality >= _BAD), _CONNECTION, barrier)
    own = luck(Draw.SURVEY_SATISFACTION)
    satisfaction = np.searchsorted(
        survey.satisfactions, SAME_CAUSE * connection + (1 - SAME_CAUSE) * own
    )
    # Each question is left out by others; who leaves one out answers the rest.
    left_out = np.floor(luck(Draw.SURVEY_SKIPPED) / SHARE_SKIPPED)
    questions = (
        ("connection_quality", QUALITIES, quality),
        ("main_barrier", BARRIERS, barrier),
        ("satisfaction", SATISFACTIONS, satisfaction),
    )
    return pa.table(
        {
            "answer_code": _numbers(survey.letter, period, len(school)),
            "school_code": pc.take(facts.schools["school_code"], pa.array(school)),
            **{
                name: _spelled(words, place, left_out == number)
                for number, (name, words, place) in enumerate(questions)
            },
        }
    )


def _numbers(letter: str, period: int, count: int) -> pa.Array:
    digits = pc.utf8_lpad(pc.cast(pa.array(np.arange(1, count + 1)), pa.string()), 8, "0")
    return pc.binary_join_element_wise(f"{letter}-{period}-", digits, "")


def _spelled(words: pa.Array, place: Index, is_skipped: np.ndarray) -> pa.Array:
    """Spell answers by their place in the words, the last of which is none at all."""
    return words.take(pa.array(np.where(is_skipped, len(words) - 1, place)))
