"""A school that closes, or moves, with few pupils: its figures stand, and everything agrees."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from pipeline.steps.erasing import erase
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.prepare import prepare
from pipeline.steps.proving import replay
from pipeline.steps.release import approve, release
from pipeline.steps.workspace import Workspace
from tests.small_country import ON_TIME, SCHOOLS, deliveries, pupil_rows, schools, table, take

MOVED, FROM, TO = "0350006F", "35002", "35041"
OTHERS = [code for code in SCHOOLS if code != MOVED]
LATER = datetime(2021, 11, 5, tzinfo=UTC)


def publish(workspace: Workspace) -> tuple[str, pd.DataFrame]:
    """Publish, prove and return the candidate and its observations of communes, by territory."""
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    name = release(workspace, candidate).ids["release"]
    replay(workspace).check()
    path = workspace.home / "published" / "releases" / name / "parquet" / "observations.parquet"
    found = pd.read_parquet(path).set_index("ref_area")
    totals = found[["sex", "edu_level", "sector", "urbanisation"]].isin(["_T", "_Z"]).all(axis=1)
    return candidate, found[totals]


def figure(found: pd.DataFrame, indicator: str, commune: str, column: str) -> object:
    return found[found["indicator"] == indicator].loc[f"COM-{commune}", column]


def with_few_pupils(zones: Workspace, pupils: int) -> None:
    given = deliveries(senders=OTHERS)
    take(zones, "population", given["population"])
    take(zones, "pupils", given["pupils"])
    take(zones, "pupils", table(pupil_rows(pupils, [MOVED])), as_of=ON_TIME)


@pytest.mark.slow
@pytest.mark.parametrize("pupils", [3, 24])
def test_the_register_closes_a_school_and_opens_it_elsewhere(zones: Workspace, pupils: int) -> None:
    """The commune that it leaves has no school any more; three pupils stand there nevertheless."""
    with_few_pupils(zones, pupils)
    publish(zones)
    before, after = f"{MOVED};", f";{FROM};"
    lines = schools().decode().splitlines(keepends=True)
    register = [
        line.replace(after, f";{TO};") if line.startswith(before) else line for line in lines
    ]
    assert register != lines
    take(zones, "schools", "".join(register).encode(), as_of=LATER)
    candidate, found = publish(zones)
    facts = zones.review.facts(candidate)
    assert facts["adversary"]["outcome"] == "pass"
    assert [figure(found, "SCHOOLS", each, "obs_value") for each in (FROM, TO)] == [0, 1]
    stands = {code for codes in facts["standing"]["2021"]["pupils"].values() for code in codes}
    counts = [figure(found, "ENROLMENT", each, "obs_value") for each in (FROM, TO)]
    if pupils < 5:
        assert {FROM, TO} <= stands
        assert pd.isna(counts[0])
        assert counts[1] == 0
    else:
        assert not {FROM, TO} & stands
        assert counts == [0, pupils]


@pytest.mark.slow
def test_a_school_closes_of_which_every_pupil_was_erased(zones: Workspace) -> None:
    """What was public of them stands: nobody is left to be counted, and nobody is told so."""
    with_few_pupils(zones, 3)
    _, before = publish(zones)
    place = identified(zones, "pupils")
    gone = [[row["national_id"]] for row in pupil_rows(3, [MOVED])]
    erase(zones, place, people(gone, place))
    take(zones, "schools", schools(OTHERS), as_of=LATER)
    candidate, after = publish(zones)
    assert zones.review.facts(candidate)["adversary"]["outcome"] == "pass"
    assert figure(after, "SCHOOLS", FROM, "obs_value") == 0
    assert pd.isna(figure(after, "ENROLMENT", FROM, "obs_value"))
    whole = [
        each[each["indicator"] == "ENROLMENT"].loc["FR", "obs_value"] for each in (before, after)
    ]
    assert whole == [24 * len(OTHERS) + 3] * 2
