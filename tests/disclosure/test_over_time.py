"""Two releases of one period tell nothing of fewer persons than a figure may tell of."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.disclosure.two_releases import (
    Attacker,
    Nation,
    Pupils,
    Told,
    changed_by_one,
    nation,
    same,
    with_more,
)
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.comparing_releases import (
    compare_cells,
    compare_releases,
    list_releases,
)
from pipeline.steps.explaining import explain
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release, withdraw
from pipeline.steps.workspace import Workspace
from tests.conftest import Command
from tests.signing import sign_for_tests
from tests.small_country import (
    SCHOOLS,
    deliveries,
    open_workspace,
    pupil,
    pupil_rows,
    table,
    take,
)

SCHOOL = "S35004PUB"
FEW = 10
"""One less than the highest threshold of the two tables."""


@pytest.fixture(scope="module")
def small() -> tuple[Nation, Pupils, Told]:
    """A nation, its pupils, and a release of them."""
    made, pupils = nation(communes=8, seed=1)
    return made, pupils, made.release(pupils)


def test_neighbours_by_one_pupil_have_the_same_second_release(
    small: tuple[Nation, Pupils, Told],
) -> None:
    made, pupils, first = small
    schools = list(made.schools["school_code"])
    for seed in range(6):
        second = made.release(changed_by_one(pupils, schools, seed), first)
        assert same(first, second)
        assert second.released.waiting["pupils"].keys() == {"few_changed"}


def test_one_less_than_the_threshold_waits_and_the_threshold_comes_in(
    small: tuple[Nation, Pupils, Told],
) -> None:
    made, pupils, first = small
    assert same(first, made.release(with_more(pupils, FEW, school=SCHOOL), first))
    second = made.release(with_more(pupils, 100, school=SCHOOL), first)
    assert not same(first, second)
    assert second.released.waiting["pupils"] == {}
    assert Attacker(made).named(first, second) == []


def test_a_correction_of_many_that_goes_one_way_waits_and_says_why(
    small: tuple[Nation, Pupils, Told],
) -> None:
    """Whoever sees that an answer changed would know what it was and what it is."""
    made, pupils, first = small
    own = (pupils["school_code"] == SCHOOL) & (pupils["home_internet"] == "Y")
    assert own.sum() > FEW
    one_way = pupils.assign(home_internet=pupils["home_internet"].mask(own, "N"))
    second = made.release(one_way, first)
    assert same(first, second)
    assert set(second.released.waiting["pupils"]) <= {"hides_more", "not_safe"}
    assert sum(second.released.waiting["pupils"].values()) == 1


def test_one_pupil_more_or_less_in_a_change_that_shows_is_not_told(
    small: tuple[Nation, Pupils, Told],
) -> None:
    made, pupils, first = small
    attacker, schools = Attacker(made), list(made.schools["school_code"])
    for seed in range(2):
        many = with_more(pupils, 120, school=schools[seed], seed=seed)
        second = made.release(changed_by_one(many, [schools[seed]], seed), first)
        assert not same(first, second)
        assert attacker.named(first, second) == []


def test_pupils_who_come_one_by_one_wait_until_they_are_enough(
    small: tuple[Nation, Pupils, Told],
) -> None:
    made, pupils, first = small
    earlier = [first]
    for count in (1, 2):
        earlier.insert(0, made.release(with_more(pupils, count, school=SCHOOL), *earlier))
        assert same(first, earlier[0])
    last = made.release(with_more(pupils, 100, school=SCHOOL), *earlier)
    assert not same(first, last)
    for each in earlier:
        assert Attacker(made).named(each, last) == []


def test_a_change_that_is_taken_back_but_for_one_waits(
    small: tuple[Nation, Pupils, Told],
) -> None:
    made, pupils, first = small
    second = made.release(with_more(pupils, 100, school=SCHOOL), first)
    third = made.release(with_more(pupils, 1, school=SCHOOL), second, first)
    assert not same(first, second)
    assert same(second, third)


def test_who_was_erased_moves_no_figure_and_is_in_no_exact_count(
    small: tuple[Nation, Pupils, Told],
) -> None:
    made, pupils, first = small
    rest = pupils[~pupils["pupil_pseudonym"].isin([3])]
    second = made.release(rest, first.erased([3]))
    assert same(first, second)
    exact = second.released.exact["enrolment"]
    whole = exact[(exact["area_level"] == "country") & (exact["sex"] == "_T")]
    assert whole["pupils"].max() == len(rest)
    third = made.release(with_more(rest, 100, school=SCHOOL), second, first.erased([3]))
    assert not same(second, third)
    assert Attacker(made).named(second, third) == []


def test_what_both_releases_show_gives_no_hidden_cell(small: tuple[Nation, Pupils, Told]) -> None:
    """Take as unknown who stayed, who came and who left, and both releases as known."""
    made, pupils, first = small
    second = made.release(with_more(pupils, 100, school=SCHOOL), first)
    after = second.cells()
    hidden = [a for a in after if np.isnan(after[a]) and a[1].startswith("EPCI")][:6]
    assert hidden
    for address in hidden:
        least, most = Attacker(made).range_in_both(first, second, address, changed=[SCHOOL])
        assert most - least >= 1


def published_cells(workspace: Workspace, name: str) -> pd.DataFrame:
    folder = workspace.home / "published" / "releases" / name / "parquet"
    return pd.read_parquet(folder / "cells" / "enrolment.parquet")


def published_totals(workspace: Workspace, name: str) -> pd.DataFrame:
    path = workspace.home / "published" / "releases" / name / "parquet" / "observations.parquet"
    found = pd.read_parquet(path).query("indicator == 'ENROLMENT'")
    dimensions = found.loc[:, "time_period":"obs_value"].columns[1:-1]
    is_total = found[dimensions].isin(["_T", "_Z"]).all(axis=1)
    return found[is_total].set_index("ref_area")


def page_of(workspace: Workspace, name: str) -> str:
    path = workspace.home / "published" / "releases" / name / "site" / "en" / "protection.html"
    return path.read_text(encoding="utf-8")


def publish(workspace: Workspace) -> str:
    name = prepare(workspace).ids["candidate"]
    approve(workspace, name, approver="delegate")
    return release(workspace, name).ids["release"]


def deliver(workspace: Workspace, school: str, count: int, day: int) -> None:
    moment = datetime(2021, 11, day, tzinfo=UTC)
    rows = pupil_rows(24, [school])
    rows += [pupil(90_000 + n, school, n) for n in range(count)]
    take(workspace, "pupils", table(rows), as_of=moment)


def test_a_cell_of_several_measures_is_another_when_one_of_them_is() -> None:
    contract = load_project(INSTALLATION).contracts.tables["school_equipment"]
    first, *_, last = contract.measure_names
    assert first != last
    rows = [
        {
            "time_period": "2021",
            "area_level": "commune",
            "ref_area": code,
            **dict.fromkeys(contract.dimensions, "_T"),
            **dict.fromkeys(contract.measure_names, 1.0),
        }
        for code in ("COM-1", "COM-2", "COM-3")
    ]
    before = pd.DataFrame(rows)
    after = before.copy()
    after[last] = [2.0, float("nan"), 1.0]
    [found] = compare_cells(contract, before, after)
    counts = ("cells", "changed", "newly_shown", "newly_hidden", "gone")
    assert [found[name] for name in counts] == [3, 1, 0, 1, 0]
    [back] = compare_cells(contract, after, before)
    assert [back[name] for name in counts] == [3, 1, 1, 0, 0]


def test_what_one_of_two_releases_does_not_cross_is_compared_by_its_totals() -> None:
    contract = load_project(INSTALLATION).contracts.tables["schools"]
    assert contract.dimensions == ("sector", "urbanisation")
    where = {"time_period": "2021", "area_level": "departement", "ref_area": "DEP-35"}
    crossed = [
        {**where, "sector": sector, "urbanisation": code, "schools": count, "conf_status": "F"}
        for sector, code, count in (("_T", "_T", 5), ("PUB", "_T", 5), ("PUB", "1", 2))
    ]
    after = pd.DataFrame(crossed)
    whole = after[after["urbanisation"] == "_T"].drop(columns="urbanisation")
    [found] = compare_cells(contract, whole.assign(schools=[5, 4]), after)
    assert (found["cells"], found["changed"], found["gone"]) == (2, 1, 0)
    [back] = compare_cells(contract, after.rename(columns={"schools": "buildings"}), whole)
    assert (back["cells"], back["changed"], back["gone"]) == (2, 0, 0)


@pytest.mark.slow
def test_a_correction_of_one_pupil_stands_in_the_release_and_many_come_in(
    command: Command, delivered: Workspace
) -> None:
    school = next(iter(SCHOOLS))
    first = publish(delivered)
    assert published_totals(delivered, first)["stands_from"].isna().all()
    deliver(delivered, school, 1, day=5)
    second = publish(delivered)
    assert second != first
    assert published_cells(delivered, second).equals(published_cells(delivered, first))
    totals = published_totals(delivered, second)
    assert set(totals["stands_from"].dropna()) == {first}
    pages = [page_of(delivered, name) for name in (first, second)]
    assert ["stands_from" in page for page in pages] == [False, True]
    assert totals.loc["COM-35001", "obs_value"] == 48
    deliver(delivered, school, 20, day=6)
    third = publish(delivered)
    totals = published_totals(delivered, third)
    assert totals.loc["COM-35001", "obs_value"] == 68
    assert totals.loc["DEP-35", "obs_value"] == 24 * 8 + 20
    assert pd.isna(totals.loc["COM-35001", "stands_from"])
    assert totals.loc["COM-35024", "stands_from"] == first
    none = compare_releases(delivered, first, second)
    assert none.figures.empty
    assert not any(row["changed"] or row["newly_hidden"] for row in none.tables)
    [waits] = none.waiting
    assert waits == {
        "period": "2021",
        "dataset": "pupils",
        "why": "few_changed",
        "territories": 1,
    }
    told = command(delivered, "release", "diff", first, second).out
    assert told.startswith("What changed (cells): none\n")
    told = command(delivered, "release", "diff", first, third).out
    assert "of tables, periods and levels that are not listed no cell changed" in told.lower()
    assert "enrolment" in told
    assert "connected_places" not in told
    many = compare_releases(delivered, first, third)
    moved = many.figures[many.figures["ref_area"] == "COM-35001"]
    assert 20.0 in set(moved["difference"])
    assert many.waiting == []
    communes = [row for row in many.tables if row["area_level"] == "commune"]
    assert sum(row["changed"] for row in communes) >= 3
    told = command(delivered, "release", "diff", first, second).out
    assert "once every release that shows the figures of before is withdrawn" in told
    assert "fewer persons than the threshold" in told
    created = [row["created"] for row in list_releases(delivered)]
    later = Workspace(delivered.settings, clock=lambda: datetime(2031, 1, 1, tzinfo=UTC))
    withdraw(later, second, by="delegate")
    rows = list_releases(delivered)
    assert [row["release"] for row in rows] == [first, second, third]
    assert [row["created"][:16] for row in rows] == [each[:16] for each in created]
    listed = {row["release"]: row for row in rows}
    assert [listed[name]["state"] for name in (first, second, third)] == [
        "public",
        "withdrawn",
        "in force",
    ]
    assert listed[first]["standing"] == 0 < listed[third]["standing"]


@pytest.mark.slow
def test_a_school_that_comes_late_is_covered_when_it_is_counted(zones: Workspace) -> None:
    codes = list(SCHOOLS)
    given = deliveries(senders=codes[:-1])
    take(zones, "population", given["population"])
    take(zones, "pupils", given["pupils"])
    first = publish(zones)
    few = table(pupil_rows(3, codes[-1:]))
    take(zones, "pupils", few, as_of=datetime(2021, 11, 5, tzinfo=UTC))
    second = publish(zones)
    before, after = published_totals(zones, first), published_totals(zones, second)
    assert after["coverage"].equals(before["coverage"])
    assert after.loc["COM-35005", "coverage"] == 0.5
    take(
        zones, "pupils", table(pupil_rows(24, codes[-1:])), as_of=datetime(2021, 11, 6, tzinfo=UTC)
    )
    third = published_totals(zones, publish(zones))
    assert third.loc["COM-35005", ["coverage", "obs_value"]].tolist() == [1.0, 48.0]
    assert third.loc["DEP-35", "coverage"] == 1.0


@pytest.mark.slow
def test_a_commune_that_moved_or_merged_is_weighed_with_the_release_before(
    tmp_path: Path, delivered_home: Path, small_project: Path
) -> None:
    """Rows keep the codes of then; the figures of now are those of the persons of then."""
    shutil.copytree(delivered_home, tmp_path, dirs_exist_ok=True)
    shutil.copytree(small_project, tmp_path / "project")
    first = publish(open_workspace(tmp_path, tmp_path / "project"))
    facts = tmp_path / "project" / "demo" / "facts"
    rows = read_csv(facts / "communes.csv")
    before = published_totals(open_workspace(tmp_path, tmp_path / "project"), first)["obs_value"]
    away, home = rows[0], next(row for row in rows if row["epci"] != rows[0]["epci"])
    old, new = f"EPCI-{away['epci']}", f"EPCI-{home['epci']}"
    away["epci"] = home["epci"]
    write_csv(facts / "communes.csv", rows)
    moved = sign_for_tests(open_workspace(tmp_path, tmp_path / "project"))
    second = publish(moved)
    after = published_totals(moved, second)["obs_value"]
    commune = before[f"COM-{away['commune']}"]
    assert after[new] == before[new] + commune
    assert after[old] == before[old] - commune
    gone, kept = "35024", "35001"
    write_csv(facts / "communes.csv", [row for row in rows if row["commune"] != gone])
    listed = read_csv(facts / "territories.csv")
    write_csv(facts / "territories.csv", [row for row in listed if row["code"] != gone])
    changes = read_csv(facts / "commune_changes.csv")
    write_csv(facts / "commune_changes.csv", [*changes, {"old_code": gone, "new_code": kept}])
    united = sign_for_tests(open_workspace(tmp_path, tmp_path / "project"))
    third = publish(united)
    after = published_totals(united, third)
    assert after.loc[f"COM-{kept}", "obs_value"] == before[f"COM-{kept}"] + before[f"COM-{gone}"]
    assert f"COM-{gone}" not in after.index
    assert pd.isna(after.loc[f"COM-{kept}", "stands_from"])
    assert after.loc["DEP-35", "stands_from"] == first
    for name in (third, first):
        assert explain(united, f"COM-{kept}", name=name).figures == ()


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8", newline="")))


def write_csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
