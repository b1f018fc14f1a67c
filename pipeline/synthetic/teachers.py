"""Teachers: synthetic persons, as many as schools of that size usually have.

Promises the same person for the same post from period to period. The numbers are plausible,
not real: no public file of the demo counts teachers per school.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.synthetic.draws import Bits, Draw, Index, draw_bits, draw_shares, pick, shares
from pipeline.synthetic.facts import Facts, integers, positions
from pipeline.synthetic.home import rurality
from pipeline.synthetic.identities import (
    COHORT_ORIGIN,
    TEACHER_STREAM,
    check_capacity,
    national_ids,
    pack,
)
from pipeline.synthetic.names import GIVEN_NAMES, Names
from pipeline.synthetic.qualifications import draw_qualifications

SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            "national_id",
            "family_name",
            "given_name",
            "birth_date",
            "sex",
            "email",
            "school_code",
            "edu_level",
            "has_digital_training",
            "is_trained",
            "is_qualified",
        )
    ]
)
PUPILS_PER_TEACHER = {"maternelle": 23, "élémentaire": 22, "primaire": 22, "collège": 14}
SHARE_OF_WOMEN = {"maternelle": 0.88, "élémentaire": 0.80, "primaire": 0.80, "collège": 0.65}
EDU_LEVELS = ("préélémentaire", "élémentaire", "collège")
# Share with digital training in 2019, by level, its growth per year, and less where rural.
TRAINED, YEARLY_GROWTH, RURAL_PENALTY = np.array([0.28, 0.36, 0.46]), 0.05, 0.06
OLDEST, YOUNGEST = 1957, 1996

_PRE, _PRIMARY, _LOWER_SECONDARY = range(3)
_SEXES = pa.array(["F", "M"])
_YES_NO = pa.array(["oui", "non"])
_MAILBOXES = pa.array([f"{number}@ecoles.example" for number in range(10, 1000)])


def teachers_by_school(facts: Facts, *, period: int, seed: int) -> Index:
    """Draw the number of teachers of each school; at least one where there are pupils."""
    pupils = facts.pupils_by_school(period)
    ratio = _by_type(facts, PUPILS_PER_TEACHER)
    school = np.arange(len(pupils), dtype=np.uint64)
    ease = 0.92 + 0.16 * draw_shares(school, Draw.STAFFING, seed=seed)
    posts = np.rint(pupils / ratio * ease).astype(np.int64)
    return np.where(pupils > 0, np.maximum(posts, 1), 0)


def draw_teachers(facts: Facts, *, names: Names, period: int, seed: int) -> pa.Table:
    """Draw the teachers of a period.

    Returns:
        One row per teacher, with the columns of `SCHEMA`, in the order of schools.
    """
    posts = teachers_by_school(facts, period=period, seed=seed)
    check_capacity(schools=len(posts), persons_per_cell=int(posts.max()))
    school = np.repeat(np.arange(len(posts)), posts)
    rank = np.arange(len(school)) - np.repeat(np.cumsum(posts) - posts, posts)
    identity = pack(
        school=school,
        cohort=np.full_like(school, COHORT_ORIGIN),
        stream=np.full_like(school, TEACHER_STREAM),
        rank=rank,
    )
    man = draw_shares(identity, Draw.SEX, seed=seed) >= _by_type(facts, SHARE_OF_WOMEN)[school]
    name = draw_bits(identity, Draw.NAME, seed=seed)
    family = pick(name, len(names.family))
    given = pick(name, GIVEN_NAMES, shift=20) + GIVEN_NAMES * man
    level = _levels(facts, period=period, school=school, place=(rank + 0.5) / posts[school])
    return pa.table(
        [
            national_ids(identity, seed=seed),
            names.family.take(pa.array(family)),
            names.given.take(pa.array(given)),
            _birth_dates(identity, seed=seed),
            _SEXES.take(pa.array(man.astype(np.int64))),
            _emails(names, given=given, family=family, mailbox=pick(name, 990, shift=40)),
            pc.take(facts.schools["school_code"], pa.array(school)),
            pa.array(EDU_LEVELS).take(pa.array(level)),
            _training(facts, identity, school=school, level=level, period=period, seed=seed),
            *draw_qualifications(
                facts, identity, school=school, level=level, period=period, seed=seed
            ),
        ],
        schema=SCHEMA,
    )


def _by_type(facts: Facts, values: dict[str, int] | dict[str, float]) -> np.ndarray:
    school_type = positions(
        facts.schools["school_type"], pa.chunked_array([pa.array(list(values))])
    )
    return np.array(list(values.values()), dtype=np.float64)[school_type]


def _levels(facts: Facts, *, period: int, school: Index, place: np.ndarray) -> Index:
    """Give pre-primary classes to the first teachers of a school, by its share of pupils."""
    enrolment = facts.enrolment_of(period)
    at = positions(enrolment["school_code"], facts.schools["school_code"])
    total = integers(enrolment["total"])
    grade = enrolment["grade"]
    size = facts.schools.num_rows
    pre = np.bincount(at, total * integers(pc.equal(grade, "PRE")), minlength=size)
    everyone = np.maximum(np.bincount(at, total, minlength=size), 1)
    primary = np.where(place < (pre / everyone)[school], _PRE, _PRIMARY)
    is_college = integers(pc.equal(facts.schools["school_type"], "collège"))
    return np.where(is_college[school] == 1, _LOWER_SECONDARY, primary)


def _birth_dates(identity: Bits, *, seed: int) -> pa.StringArray:
    dates = np.arange(f"{OLDEST}-01-01", f"{YOUNGEST}-01-01", dtype="datetime64[D]")
    drawn = draw_shares(identity, Draw.BIRTH, seed=seed)
    chosen = dates[(drawn * len(dates)).astype(np.int64)]
    return pc.strftime(pa.array(chosen), format="%d/%m/%Y")


def _emails(names: Names, *, given: Index, family: Index, mailbox: Index) -> pa.StringArray:
    return pc.binary_join_element_wise(
        names.given_plain.take(pa.array(given)),
        ".",
        names.family_plain.take(pa.array(family)),
        _MAILBOXES.take(pa.array(mailbox)),
        "",
    )


def _training(
    facts: Facts, identity: Bits, *, school: Index, level: Index, period: int, seed: int
) -> pa.StringArray:
    rural = rurality(facts.school_inhabitants())[school]
    chance = TRAINED[level] + YEARLY_GROWTH * (period - 2019) - RURAL_PENALTY * rural
    untrained = shares(draw_bits(identity, Draw.TRAINING, seed=seed)) >= chance
    return _YES_NO.take(pa.array(untrained.astype(np.int64)))
