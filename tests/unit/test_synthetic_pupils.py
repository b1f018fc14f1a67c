"""Pupils add up to the counts they are drawn from, and stay themselves as they move up."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ContractError
from pipeline.synthetic import Facts, pupil_batches
from pipeline.synthetic.facts import COMMUNES, ENROLMENT, SCHOOLS, TERRITORIES
from pipeline.synthetic.identities import RANK_BITS, SCHOOL_BITS, check_capacity
from pipeline.synthetic.names import Names, compose_names
from pipeline.synthetic.pupils import GRADE_YEARS

SCHOOL_CODES = ["0350001A", "0350002B"]


class Count(NamedTuple):
    """One row of enrolment."""

    period: int
    school: int
    grade: str
    total: int
    girls: int | None = None
    boys: int | None = None


def facts_of(*counts: Count) -> Facts:
    """Make facts of one commune and two schools with the counts."""
    enrolment = [
        {
            "period": count.period,
            "school_code": SCHOOL_CODES[count.school],
            "grade": count.grade,
            "girls": count.girls,
            "boys": count.boys,
            "total": count.total,
        }
        for count in counts
    ]
    schools = [
        [code, "École", "00001", "PUBLIC", "primaire", "", "", "100.0", 2019, 2021]
        for code in SCHOOL_CODES
    ]
    return Facts(
        communes=pa.table([["00001"], ["Ville"], [3000], [0.0], [0.0]], schema=COMMUNES),
        schools=pa.Table.from_pylist(
            [dict(zip(SCHOOLS.names, row, strict=True)) for row in schools], schema=SCHOOLS
        ),
        enrolment=pa.Table.from_pylist(enrolment, schema=ENROLMENT),
        territories=pa.table([["commune"], ["00001"], ["Ville"], [3000]], schema=TERRITORIES),
    )


@cache
def names_of(seed: int) -> Names:
    """Compose the names of a seed once."""
    return compose_names(["École", "Ville"], seed=seed)


def draw(facts: Facts, *, period: int, seed: int = 7, rows_per_batch: int = 1000) -> pa.Table:
    """Draw all pupils of a period as one table."""
    batches = pupil_batches(
        facts, names=names_of(seed), period=period, seed=seed, rows_per_batch=rows_per_batch
    )
    return pa.Table.from_batches(batches)


def rows(table: pa.Table, *columns: str) -> list[tuple[str, ...]]:
    """Return the columns as one tuple per row."""
    return list(zip(*(table[column].to_pylist() for column in columns), strict=True))


counts_without_sex = st.builds(
    lambda school, grade, total: Count(2021, school, grade, total),
    st.integers(0, 1),
    st.sampled_from(list(GRADE_YEARS)),
    st.integers(1, 60),
)
counts_with_sex = st.builds(
    lambda school, grade, girls, boys: Count(2021, school, grade, girls + boys, girls, boys),
    st.integers(0, 1),
    st.sampled_from(list(GRADE_YEARS)),
    st.integers(0, 40),
    st.integers(1, 40),
)
enrolments = st.lists(
    counts_without_sex | counts_with_sex,
    min_size=1,
    max_size=12,
    unique_by=lambda count: (count.school, count.grade),
)


@settings(max_examples=25, deadline=None)
@given(enrolments)
def test_pupils_add_up_to_each_school_grade_and_known_sex(counts: list[Count]) -> None:
    pupils = draw(facts_of(*counts), period=2021)
    by_grade = Counter(rows(pupils, "school_code", "grade"))
    by_sex = Counter(rows(pupils, "school_code", "grade", "sex"))
    assert by_grade == {(SCHOOL_CODES[c.school], c.grade): c.total for c in counts}
    for count in counts:
        if count.girls is not None:
            key = (SCHOOL_CODES[count.school], count.grade)
            assert (by_sex[*key, "F"], by_sex[*key, "M"]) == (count.girls, count.boys)


@settings(max_examples=25, deadline=None)
@given(enrolments)
def test_no_two_pupils_share_a_national_identifier(counts: list[Count]) -> None:
    identifiers = draw(facts_of(*counts), period=2021)["national_id"].to_pylist()
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("rows_per_batch", [1, 7, 64, 65])
def test_the_size_of_batches_changes_nothing(rows_per_batch: int) -> None:
    facts = facts_of(Count(2021, 0, "PRE", 31), Count(2021, 1, "3E", 33, 15, 18))
    assert draw(facts, period=2021, rows_per_batch=rows_per_batch) == draw(facts, period=2021)


def test_the_same_seed_draws_the_same_persons_and_another_seed_others() -> None:
    facts = facts_of(Count(2021, 0, "CP", 50))
    assert draw(facts, period=2021, seed=3) == draw(facts, period=2021, seed=3)
    others = draw(facts, period=2021, seed=4)["national_id"].to_pylist()
    assert set(draw(facts, period=2021, seed=3)["national_id"].to_pylist()).isdisjoint(others)


@pytest.mark.parametrize(("before", "after"), [(20, 20), (20, 17), (20, 23)])
def test_a_class_that_moves_up_keeps_its_pupils(before: int, after: int) -> None:
    facts = facts_of(Count(2020, 0, "CP", before), Count(2021, 0, "CE1", after))
    person = ("national_id", "family_name", "given_name", "birth_date", "sex", "address")
    then = rows(draw(facts, period=2020), *person)
    now = rows(draw(facts, period=2021), *person)
    assert len(set(then) & set(now)) == min(before, after)


def test_pupils_of_one_grade_are_not_those_of_the_same_grade_a_year_later() -> None:
    facts = facts_of(Count(2020, 0, "CP", 30), Count(2021, 0, "CP", 30))
    then, now = (draw(facts, period=period)["national_id"].to_pylist() for period in (2020, 2021))
    assert set(then).isdisjoint(now)


def test_pre_primary_pupils_enter_the_first_grade_as_the_same_persons() -> None:
    facts = facts_of(Count(2020, 0, "PRE", 30), Count(2021, 0, "CP", 10))
    then, now = (draw(facts, period=period)["national_id"].to_pylist() for period in (2020, 2021))
    assert set(now) <= set(then)


@pytest.mark.parametrize(
    ("grade", "years"), [("PRE", (3, 4, 5)), ("CP", (6,)), ("CM2", (10,)), ("3E", (14,))]
)
def test_birth_years_fit_the_grade(grade: str, years: tuple[int, ...]) -> None:
    dates = draw(facts_of(Count(2021, 0, grade, 900)), period=2021)["birth_date"].to_pylist()
    ages = Counter(2021 - int(date[6:]) for date in dates)
    usual = sum(ages[age] for age in years) / len(dates)
    assert 0.90 < usual <= 1
    assert min(years) - 1 <= min(ages)
    assert max(ages) <= max(years) + 1
    assert all(len(date) == 10 and date[2] == date[5] == "/" for date in dates)


def test_unknown_sexes_are_drawn_with_a_little_more_boys() -> None:
    counts = [Count(2021, 0, grade, 1000) for grade in ("CP", "CE1", "CE2", "CM1", "CM2")]
    girls = Counter(draw(facts_of(*counts), period=2021)["sex"].to_pylist())["F"]
    # Four standard deviations of a binomial with 5,000 draws.
    assert abs(girls / 5000 - 0.488) < 4 * 0.5 / 5000**0.5


def test_a_grade_without_ages_is_refused() -> None:
    with pytest.raises(ContractError, match=r"synthetic\.grade: 1 "):
        draw(facts_of(Count(2021, 0, "CP", 3), Count(2021, 0, "TERMINALE", 2)), period=2021)


@pytest.mark.parametrize(("girls", "boys"), [(11, 8), (13, 8), (21, -1), (-1, 21)])
def test_sexes_that_do_not_add_up_or_are_negative_are_refused(girls: int, boys: int) -> None:
    with pytest.raises(ContractError, match=r"synthetic\.sexes: 1 "):
        draw(facts_of(Count(2021, 0, "3E", 20, girls, boys)), period=2021)


def test_a_school_and_grade_counted_twice_is_refused() -> None:
    with pytest.raises(ContractError, match=r"synthetic\.repeated: 1 "):
        draw(facts_of(Count(2021, 0, "CP", 3), Count(2021, 0, "CP", 4)), period=2021)


def test_a_period_without_pupils_is_refused() -> None:
    with pytest.raises(ContractError, match=r"synthetic\.period"):
        draw(facts_of(Count(2021, 0, "CP", 3)), period=2022)


def test_as_many_persons_as_an_identity_can_tell_apart_are_drawn_and_no_more() -> None:
    most = 1 << RANK_BITS
    assert draw(facts_of(Count(2021, 0, "CP", most)), period=2021).num_rows == most
    with pytest.raises(ContractError, match=r"synthetic\.capacity"):
        draw(facts_of(Count(2021, 0, "CP", most + 1)), period=2021)


def test_as_many_schools_as_an_identity_can_tell_apart_are_taken_and_no_more() -> None:
    check_capacity(schools=1 << SCHOOL_BITS, persons_per_cell=1)
    with pytest.raises(ContractError, match=r"synthetic\.capacity"):
        check_capacity(schools=(1 << SCHOOL_BITS) + 1, persons_per_cell=1)
