"""Releases of the same year under two geographies tell no more together than either alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.disclosure.two_releases import PERIOD, Nation, Pupils, Told, nation
from pipeline.contracts.geography import Geography
from pipeline.disclosure.adversary import (
    Former,
    Plan,
    Published,
    Table,
    Territories,
    Verdict,
    attack,
    judge,
)
from pipeline.disclosure.shape import Geography as Places
from pipeline.disclosure.vintages import lay_over
from pipeline.errors import DisclosureError
from pipeline.steps.stranger import as_published

NO_RATES = (
    *("indicator", "ref_area", "time_period", "sex", "edu_level", "sector", "home_internet"),
    *("home_device", "urbanisation", "obs_value", "stands_from"),
)


@pytest.fixture(scope="module")
def before() -> tuple[Nation, Pupils, Told]:
    """A nation, its pupils, and a release of them."""
    made, pupils = nation(communes=8, seed=1)
    return made, pupils, made.release(pupils)


def merged(geography: Geography, old: str, new: str) -> Geography:
    """Return the same territories, one commune being a part of another."""
    parents = {code: upper for code, upper in geography.parents.items() if code != old}
    classes = {
        name: {code: one for code, one in codes.items() if code != old}
        for name, codes in geography.classes.items()
    }
    return replace(geography, parents=parents, classes=classes, changes={old: new})


def moved(geography: Geography, commune: str) -> Geography:
    """Return the same territories, one commune being in another community of communes."""
    communities = sorted({upper["epci"] for upper in geography.parents.values()})
    own = geography.parents[commune]
    other = next(one for one in communities if one != own["epci"])
    parents = {**geography.parents, commune: {**own, "epci": other}}
    return replace(geography, parents=parents)


def frames(told: Told) -> dict[str, pd.DataFrame]:
    """Return what a release publishes."""
    geography, contracts = told.nation.geography, told.nation.project.contracts
    prefixes = contracts.territories.prefixes
    rows = [
        {
            "id": prefixes[level] + upper[level],
            "level": level,
            "parent_id": prefixes[above] + upper[above] if above else None,
        }
        for upper in geography.parents.values()
        for hierarchy in contracts.territories.hierarchies.values()
        for level, above in zip(hierarchy, [*hierarchy[1:], None], strict=True)
    ]
    classes = [
        {"typology": name, "id": prefixes[geography.base_level] + code, "code": one}
        for name, codes in geography.classes.items()
        for code, one in codes.items()
    ]
    return {
        "territories": pd.DataFrame(rows).drop_duplicates(ignore_index=True),
        "typologies": pd.DataFrame(classes),
        "observations": pd.DataFrame(columns=[*NO_RATES]),
        **{f"cells/{name}": cells for name, cells in told.released.tables.items()},
    }


def verdict(now: Told, then: Told) -> Verdict:
    contracts = now.nation.project.contracts
    published = as_published(
        frames(now), contracts, earlier=[frames(then)], changes=now.nation.geography.changes
    )
    assert len(published.former) == 1
    return judge(published, attack(published, Plan(width=3)))


@pytest.mark.parametrize("change", ["moved", "merged"])
def test_two_geographies_of_the_same_pupils_tell_no_more_than_either(
    before: tuple[Nation, Pupils, Told], change: str
) -> None:
    made, pupils, first = before
    one, two = sorted(made.geography.parents)[:2]
    geography = (
        moved(made.geography, one) if change == "moved" else merged(made.geography, two, one)
    )
    other = made.under(geography)
    second = other.release(pupils, first)
    assert verdict(second, first).outcome == "pass"
    # Protected by itself, the second release opens the first, and the first opens it.
    alone = verdict(other.release(pupils), first)
    assert alone.outcome == "refuse"
    assert {reason.rule for reason in alone.reasons} >= {"known", "crossed"}


def test_a_small_figure_that_is_the_difference_of_two_shown_ones_is_refused(
    before: tuple[Nation, Pupils, Told],
) -> None:
    made, pupils, first = before
    other = made.under(moved(made.geography, sorted(made.geography.parents)[3]))
    with pytest.raises(DisclosureError, match=r"disclosure\.boundary_tells"):
        other.release(pupils, first)


def test_a_commune_that_is_gone_without_a_word_is_refused(
    before: tuple[Nation, Pupils, Told],
) -> None:
    made, _, first = before
    one, two = sorted(made.geography.parents)[:2]
    other = made.under(replace(merged(made.geography, two, one), changes={two: "unknown"}))
    with pytest.raises(DisclosureError, match=r"disclosure\.territories_moved"):
        other.seen(first)


def places(*territory: str) -> Places:
    return Places(base="commune", territory=np.array(territory), upper={}, typology={})


def test_pieces_are_the_smallest_territories_that_any_vintage_tells_apart() -> None:
    """B is a part of C now; D is new since the second vintage."""
    found = lay_over(
        places("A", "C", "D"),
        [places("A", "B", "C"), places("A", "B", "C", "D")],
        {"B": "C"},
    )
    assert found.piece.tolist() == ["A", "B", "C", "D"]
    assert found.now.tolist() == ["A", "C", "C", "D"]
    assert [then.tolist() for then in found.then] == [["A", "B", "C", ""], ["A", "B", "C", "D"]]


PIECES = ("A", "B", "C", "D")
ONE_AREA = {"E": [0, 1, 2, 3]}


def territories(**members: list[int]) -> Territories:
    return Territories(
        base=PIECES,
        members={area: np.array(own) for area, own in {**members, **ONE_AREA}.items()},
        classes={},
    )


def counted(**shown: int | None) -> Table:
    """Return a table of totals alone; None where a total is hidden."""
    value = np.array([np.nan if one is None else one for one in shown.values()])
    return Table(
        name="enrolment",
        population="pupils",
        counts="persons",
        territory_of="school",
        codes={},
        period=np.full(len(value), PERIOD),
        level=np.array(["epci" if area == "E" else "commune" for area in shown]),
        area=np.array(list(shown)),
        code={},
        value={"pupils": value},
        hidden=np.isnan(value),
    )


@pytest.mark.parametrize("is_split_seen", [False, True])
def test_a_commune_of_one_pupil_is_the_difference_of_two_public_totals(
    *, is_split_seen: bool
) -> None:
    """A has 40 pupils, B 1, C 4, D 30: A and B are shown together now, A alone before."""
    then = Former(
        territories=territories(A=[0], B=[1], C=[2], D=[3]),
        tables={"enrolment": counted(A=40, B=None, C=None, D=30, E=75)},
    )
    published = Published(
        territories=territories(AB=[0, 1], C=[2], D=[3]),
        tables={"enrolment": counted(AB=41, C=None, D=None, E=75)},
        former=[then] if is_split_seen else [],
    )
    found = judge(published, attack(published, Plan(width=3)))
    if not is_split_seen:
        assert found.outcome == "pass"
        return
    assert found.outcome == "refuse"
    # B and C before; C and D now.
    assert sum(reason.count for reason in found.reasons if reason.rule == "known") >= 3


def test_a_release_of_other_pupils_is_no_difference() -> None:
    then = Former(
        territories=territories(A=[0], B=[1], C=[2], D=[3]),
        tables={"enrolment": counted(A=40, B=None, C=None, D=30, E=76)},
    )
    published = Published(
        territories=territories(AB=[0, 1], C=[2], D=[3]),
        tables={"enrolment": counted(AB=41, C=None, D=None, E=75)},
        former=[then],
    )
    found = judge(published, attack(published, Plan(width=3)))
    assert not [reason for reason in found.reasons if reason.rule == "known"]
