"""A school that did not deliver is never a fall: who is missing, and what the figures cover."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from pipeline.steps.prepare import prepare
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import COMMUNES, SCHOOLS, open_workspace, pupil_rows, table, take

# The one school of a commune, and one of two of another.
ALONE, OF_TWO = "0350005E", "0350004D"
SENDERS = [code for code in SCHOOLS if code not in {ALONE, OF_TWO}]
DUE = datetime(2021, 10, 31, 12, tzinfo=UTC)
AFTER = datetime(2021, 11, 1, tzinfo=UTC)
WITHOUT_SCHOOL = next(code for code in COMMUNES if code not in SCHOOLS.values())


@pytest.fixture(scope="module")
def partial(tmp_path_factory: pytest.TempPathFactory, small_project: Path) -> Workspace:
    """Return a workspace in which two of eight schools did not deliver their pupils."""
    workspace = open_workspace(tmp_path_factory.mktemp("partial"), small_project)
    small_country.take_all(workspace, small_country.deliveries(senders=SENDERS))
    prepare(workspace)
    return workspace


def published(workspace: Workspace, name: str = "observations") -> pd.DataFrame:
    [candidate] = workspace.review.candidates()
    frame: pd.DataFrame = workspace.review.tables(candidate)[name].to_pandas()
    return frame


def totals(workspace: Workspace, indicator: str = "ENROLMENT") -> dict[str, tuple[object, ...]]:
    """Return area → value, status and coverage of its total."""
    frame = published(workspace)
    rows = frame[frame["indicator"] == indicator]
    for name in ("sex", "edu_level", "sector", "urbanisation"):
        rows = rows[rows[name].isin(["_T", "_Z"])]
    return {
        row.ref_area: (
            None if pd.isna(row.obs_value) else row.obs_value,
            row.obs_status,
            round(row.coverage, 6),
        )
        for row in rows.itertuples()
    }


def test_a_commune_of_which_nobody_delivered_has_no_value(partial: Workspace) -> None:
    assert totals(partial)[f"COM-{SCHOOLS[ALONE]}"] == (None, "L", 0)


def test_a_commune_of_which_a_part_delivered_is_marked_with_its_share(partial: Workspace) -> None:
    assert totals(partial)[f"COM-{SCHOOLS[OF_TWO]}"] == (24, "D", 0.5)


def test_a_commune_that_delivered_whole_or_has_no_school_is_a_normal_figure(
    partial: Workspace,
) -> None:
    assert totals(partial)[f"COM-{SCHOOLS['0350001A']}"] == (48, "A", 1)
    assert totals(partial)[f"COM-{WITHOUT_SCHOOL}"] == (0, "A", 1)


def test_each_wider_territory_is_marked_with_its_share(partial: Workspace) -> None:
    found = totals(partial)
    assert found["DEP-35"] == (144, "D", 0.75)
    # The project covers half of the region's inhabitants, and six of eight senders came.
    assert found["REG-53"] == (144, "D", 0.375)
    assert found["FR"] == (144, "D", 0.375)


def test_what_everyone_delivered_is_not_marked_for_what_others_did_not(
    partial: Workspace,
) -> None:
    found = totals(partial, "SCHOOLS")
    assert found["DEP-35"] == (8, "A", 1)
    assert found["REG-53"] == (8, "D", 0.5)


def test_no_figure_differs_from_the_whole_one_without_a_mark(
    partial: Workspace, prepared: Workspace
) -> None:
    keys = ["indicator", "ref_area", "time_period", "sex", "edu_level", "sector", "urbanisation"]
    both = published(prepared).merge(published(partial), on=keys, suffixes=("_whole", ""))
    assert len(both) == len(published(prepared)) == len(published(partial))
    differs = ~(
        (both["obs_value"] == both["obs_value_whole"])
        | (both["obs_value"].isna() & both["obs_value_whole"].isna())
    )
    assert differs.sum() > 20
    assert set(both.loc[differs, "obs_status"]) <= {"D", "L", "Q"}
    assert (both.loc[both["obs_status"] == "A", "coverage"] == 1).all()
    assert (both.loc[both["obs_status"] == "D", "coverage"] < 1).all()


def test_the_coverage_table_says_how_many_are_missing_where(partial: Workspace) -> None:
    frame = published(partial, "coverage")
    pupils = frame[frame["dataset"] == "pupils"].set_index("ref_area")
    columns = ["expected", "received", "missing"]
    assert pupils.loc[f"COM-{SCHOOLS[ALONE]}", columns].tolist() == [1, 0, 1]
    assert pupils.loc[f"COM-{SCHOOLS[OF_TWO]}", columns].tolist() == [2, 1, 1]
    assert pupils.loc["DEP-35", columns].tolist() == [8, 6, 2]
    assert pupils.loc[f"COM-{WITHOUT_SCHOOL}", columns].tolist() == [0, 0, 0]


def arrival(workspace: Workspace, dataset: str = "pupils") -> dict[str, object]:
    [row] = [row for row in status(workspace)["arrivals"] if row["dataset"] == dataset]
    return {name: row[name] for name in row if name not in {"dataset", "period", "unexpected"}}


def test_a_school_is_expected_until_the_due_date_then_missing(
    partial: Workspace, small_project: Path
) -> None:
    folder = partial.home.parent
    before = arrival(open_workspace(folder, small_project, now=DUE))
    assert before == {
        "received": 6,
        "late": 0,
        "missing": 0,
        "non_response": 0,
        "awaited": 2,
        "missing_senders": [],
    }
    after = arrival(open_workspace(folder, small_project, now=AFTER))
    assert after == {
        "received": 6,
        "late": 0,
        "missing": 2,
        "non_response": 0,
        "awaited": 0,
        "missing_senders": [OF_TWO, ALONE],
    }


def test_a_school_that_delivers_after_the_due_date_is_late_and_covered(
    tmp_path: Path, small_project: Path
) -> None:
    workspace = open_workspace(tmp_path, small_project)
    small_country.take_all(workspace, small_country.deliveries(senders=SENDERS))
    take(workspace, "pupils", table(pupil_rows(24, [ALONE])), as_of=AFTER)
    assert arrival(workspace)["late"] == 1
    assert arrival(workspace)["missing_senders"] == [OF_TWO]
    prepare(workspace)
    assert totals(workspace)[f"COM-{SCHOOLS[ALONE]}"] == (24, "A", 1)
    pupils = published(workspace, "coverage").query("dataset == 'pupils' and ref_area == 'DEP-35'")
    assert pupils[["received", "late", "missing"]].to_numpy().tolist() == [[7, 1, 1]]


def test_status_names_the_missing_and_what_never_came(command: Command, partial: Workspace) -> None:
    ran = command(partial, "status")
    assert ran.code == 0, ran.err
    assert f"missing, pupils 2021: {OF_TWO}, {ALONE}" in ran.out
    assert arrival(partial, "programmes")["awaited"] == 1
    assert arrival(partial, "schools")["received"] == 1


def test_a_table_of_which_nothing_came_is_not_published_as_zeros(
    tmp_path: Path, small_project: Path
) -> None:
    workspace = open_workspace(tmp_path, small_project)
    take(workspace, "schools", small_country.schools())
    take(workspace, "population", small_country.population())
    prepare(workspace)
    assert set(published(workspace)["indicator"]) == {"SCHOOLS"}


def test_without_inhabitants_no_share_is_known_and_nothing_is_prepared(
    command: Command, small: Workspace
) -> None:
    take(small, "schools", small_country.schools())
    ran = command(small, "prepare")
    assert (ran.code, ran.err.partition(":")[0]) == (5, "quality.population_missing")
    assert small.review.candidates() == []


def test_a_school_that_leaves_the_register_stops_the_count_instead_of_its_pupils(
    command: Command, delivered: Workspace
) -> None:
    take(delivered, "schools", small_country.schools(list(SCHOOLS)[1:]), as_of=AFTER)
    ran = command(delivered, "prepare")
    assert ran.code == 5
    assert ran.err.startswith("quality.rows_lost: ")
    assert delivered.review.candidates() == []
