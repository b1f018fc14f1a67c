"""Enrolment against the children of an age: who counts where, and where nothing can be said."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.sql.cells import PROJECT, Rows, counted, rates, released, value

SCHOOLS: Rows = [{"school_code": "S", "commune_code": "A", "sector": "PUB"}]
POPULATION = "school_age_population"


def pupils(*groups: tuple[int, str, str]) -> Rows:
    """Return so many pupils of a level and an age each."""
    return [
        {"school_code": "S", "sex": "F", "edu_level": level, "school_age": age}
        for count, level, age in groups
        for _ in range(count)
    ]


def children(**known: int | None) -> Rows:
    return [
        {"commune_code": "A", "edu_level": level, "children": count}
        for level, count in known.items()
    ]


def cells(people: Rows, told: Rows) -> dict[str, pd.DataFrame]:
    """Return the released cells of all that these indicators are made of."""
    schools = {"schools": SCHOOLS}
    return {
        "enrolment": released("enrolment", schools | {"pupils": people}),
        "enrolment_by_age": released("enrolment_by_age", schools | {"pupils": people}),
        POPULATION: released(POPULATION, schools | {POPULATION: told}),
    }


def figure(code: str, given: dict[str, pd.DataFrame], **codes: str) -> float:
    tables = PROJECT.contracts.indicators[code].tables
    return value(rates(code, {name: given[name] for name in tables}), **codes)


# 80 of primary age in primary, 4 already in lower secondary, 10 of lower secondary age still in
# primary, 50 where they belong; 5 children of primary age are in pre-primary.
PEOPLE = pupils(
    (80, "L1", "L1"), (4, "L2", "L1"), (10, "L1", "L2"), (50, "L2", "L2"), (5, "L02", "L1")
)
TOLD = children(L02=20, L1=100, L2=75)


@pytest.mark.parametrize(
    ("code", "codes", "wanted"),
    [
        ("GER", {"edu_level": "L1"}, 90.0),
        ("GER", {"edu_level": "L2"}, 72.0),
        ("NER", {"edu_level": "L1"}, 80.0),
        ("NER", {"edu_level": "L2"}, 100 * 50 / 75),
        ("OFST_1", {}, 16),
        ("ROFST_1", {}, 16.0),
        ("OFST_2", {}, 15),
        ("ROFST_2", {}, 20.0),
    ],
)
def test_who_is_early_or_late_is_enrolled_and_who_is_in_pre_primary_is_not(
    code: str, codes: dict[str, str], wanted: float
) -> None:
    assert figure(code, cells(PEOPLE, TOLD), **codes) == pytest.approx(wanted, abs=1e-9)


def test_more_pupils_than_children_are_said_and_not_clipped() -> None:
    given = cells(pupils((30, "L1", "L1"), (2, "L2", "L1")), children(L02=5, L1=20, L2=5))
    assert figure("GER", given, edu_level="L1") == 150.0
    assert figure("OFST_1", given) == -12
    assert figure("ROFST_1", given) == -60.0


@pytest.mark.parametrize("code", ["GER", "NER", "OFST_1", "ROFST_1"])
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(children(L02=20, L1=None, L2=75), id="empty"),
        pytest.param(
            [{"commune_code": "B", "edu_level": level, "children": 9} for level in ("L02", "L1")],
            id="left out",
        ),
    ],
)
def test_where_children_are_not_known_nothing_is_said_and_nothing_is_covered(
    code: str, told: Rows
) -> None:
    given = cells(PEOPLE, told)
    codes = {"ref_area": "A"} | ({"edu_level": "L1"} if code in {"GER", "NER"} else {})
    tables = PROJECT.contracts.indicators[code].tables
    found = rates(code, {name: given[name] for name in tables})
    assert math.isnan(value(found, **codes))
    assert value(found, "coverage", **codes) == 0


def test_a_level_of_which_one_age_group_lacks_is_covered_in_part_and_not_told() -> None:
    given = cells(PEOPLE, children(L02=20, L1=None, L2=75))
    found = rates("GER", {name: given[name] for name in ("enrolment", POPULATION)})
    assert math.isnan(value(found, edu_level="_T"))
    assert value(found, "coverage", edu_level="_T") == pytest.approx(2 / 3)


def test_children_beside_a_school_that_did_not_deliver_are_not_out_of_school() -> None:
    given = cells(PEOPLE, TOLD)
    given["enrolment_by_age"]["coverage"] = 0.5
    assert math.isnan(figure("OFST_1", given))
    assert math.isnan(figure("ROFST_2", given))
    assert figure("NER", given, edu_level="L1") == 80.0


@pytest.mark.parametrize(
    ("hidden", "code"),
    [(("L1", "_T"), "OFST_1"), (("L2", "YOUNGER"), "OFST_1"), (("L1", "OLDER"), "ROFST_2")],
)
def test_a_number_beside_a_hidden_part_is_hidden(hidden: tuple[str, str], code: str) -> None:
    given = cells(PEOPLE, TOLD)
    frame = given["enrolment_by_age"]
    is_hidden = (frame["edu_level"] == hidden[0]) & (frame["official_age"] == hidden[1])
    given["enrolment_by_age"] = frame.assign(
        conf_status=is_hidden.map({True: "C", False: "F"}),
        pupils=frame["pupils"].astype("float64").mask(is_hidden),
    )
    tables = PROJECT.contracts.indicators[code].tables
    found = rates(code, {name: given[name] for name in tables})
    assert found["is_hidden"].all()
    assert math.isnan(found["obs_value"].iloc[0])


def test_every_pupil_is_counted_once_and_every_age_group_too() -> None:
    given = {"schools": SCHOOLS, "pupils": PEOPLE}
    assert counted("enrolment_by_age", given)["pupils"].sum() == len(PEOPLE)
    given = {"schools": SCHOOLS, POPULATION: TOLD}
    assert counted(POPULATION, given)["age_groups"].sum() == len(TOLD)


def test_the_ages_of_the_levels_are_those_of_the_contract() -> None:
    """What the words of the code list promise is what the rule of the column cuts."""
    column = next(
        one for one in PROJECT.contracts.datasets["pupils"].columns if one.kept_as == "school_age"
    )
    cuts = [int(cut) for cut in column.privacy.cuts]
    labels = [item.label.en for item in PROJECT.contracts.codelists["school_age"].items]
    for first, after, label in zip(cuts, cuts[1:], labels[1:-1], strict=False):
        assert label.endswith(f"{first} to {after - 1} years")
    assert labels[-1].startswith(f"{cuts[-1]} years")
