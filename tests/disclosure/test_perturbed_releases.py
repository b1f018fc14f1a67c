"""Tables whose counts are moved instead of hidden, from deliveries to a query of the release."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from pipeline.contracts.tables import RECORD_KEY, RECORD_KEYS
from pipeline.errors import ContractError, DisclosureError, QualityError
from pipeline.lineage import check_lineage
from pipeline.project import Project, load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.asking import ask, published_database
from pipeline.steps.banding import with_bands
from pipeline.steps.counting import with_record_keys
from pipeline.steps.epochs import rotate_domain
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release, withdraw
from pipeline.steps.workspace import Workspace
from pipeline.storage.vault_file import VaultState
from tests.method_projects import CELL_KEY, edit, signed, write_method_project
from tests.signing import sign_for_tests
from tests.small_country import (
    ON_TIME,
    PERIOD,
    SCHOOLS,
    deliveries,
    open_workspace,
    pupil_rows,
    table,
    take,
    take_all,
)

KEYS = ["ref_area", "time_period", "sex", "edu_level", "sector", "urbanisation"]


def published(workspace: Workspace) -> tuple[str, pd.DataFrame]:
    """Publish, and return the candidate and the released cells of enrolment."""
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    release(workspace, candidate)
    cells = ask(workspace.settings, "from cells.enrolment").table.to_pandas()
    return candidate, cells.set_index(KEYS).sort_index()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_method_project(
        tmp_path_factory.mktemp("rules") / "project", "cell_key", cell_key=CELL_KEY
    )


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Workspace:
    """Return a workspace to which the small country delivered, its pupils under cell keys."""
    workspace = open_workspace(tmp_path_factory.mktemp("country"), project)
    take_all(workspace, deliveries(pupils_per_school=7))
    return workspace


@pytest.fixture(scope="module")
def exact_and_cells(country: Workspace) -> tuple[pd.DataFrame, pd.DataFrame]:
    candidate = prepare(country).ids["candidate"]
    exact = country.review.tables(candidate)["exact_enrolment"].to_pandas()
    return exact.set_index(KEYS).sort_index(), published(country)[1]


def test_every_figure_is_shown_and_none_is_small(
    exact_and_cells: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    exact, cells = exact_and_cells
    assert set(cells["obs_status"]) == {"E"}
    assert set(cells["conf_status"]) == {"F"}
    moved = cells["pupils"] - exact["pupils"]
    assert moved.abs().max() <= 5
    assert (moved != 0).sum() > 50
    assert (cells["pupils"][exact["pupils"] == 0] == 0).all()
    assert not cells["pupils"].between(1, 2).any()
    assert exact["pupils"].between(1, 2).any()


def test_rates_and_parts_bear_the_sign_of_what_they_are_made_of(country: Workspace) -> None:
    sql = (
        "select indicator, string_agg(distinct obs_status, ',' order by obs_status) as status "
        "from observations where obs_status <> 'M' group by indicator"
    )
    told = {r["indicator"]: r["status"] for r in ask(country.settings, sql).table.to_pylist()}
    assert told["ENROLMENT"] == told["GPI"] == "E"
    assert told["SCHOOLS"] == "A,D"


def test_the_bands_are_made_of_what_is_published_and_of_nothing_else(
    country: Workspace, exact_and_cells: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    """Whoever has the release and its rules works out each band: no exact count is asked for."""
    told = ask(country.settings, "from observations").table.to_pandas()
    contracts = country.project.contracts
    cells = {
        name: ask(country.settings, f"from cells.{name}").table.to_pandas()
        for name in contracts.tables
    }
    bare = told.drop(columns=["obs_low", "obs_high"])
    again = with_bands(bare, cells, contracts, country.project.geography)
    pd.testing.assert_frame_equal(again, told, check_dtype=False)

    # Of one figure more than its own cells nothing is in its band.
    exact, shown = exact_and_cells
    own = told[told["indicator"].eq("ENROLMENT")].set_index(KEYS).sort_index()
    assert own.index.equals(shown.index)
    assert own.groupby("obs_value")[["obs_low", "obs_high"]].nunique().max().max() == 1
    is_held = exact["pupils"].between(own["obs_low"], own["obs_high"])
    assert is_held.mean() >= 0.95
    assert (own["obs_low"] < own["obs_high"]).all()


def test_what_is_not_moved_has_no_band(country: Workspace) -> None:
    sql = (
        "select obs_status, count(obs_low), count(obs_high), count(obs_value), "
        "count(*) filter (where obs_value not between obs_low and obs_high) "
        "from observations group by obs_status"
    )
    told = {row[0]: row[1:] for row in map(tuple, rows_of(country, sql))}
    assert set(told) >= {"A", "E", "D"}
    for status, (low, high, value, outside) in told.items():
        assert (low > 0, high > 0) == (status == "E",) * 2, status
        assert outside == 0
        assert low <= value


def rows_of(workspace: Workspace, sql: str) -> list[list[object]]:
    """Return the rows that a query of the release answers."""
    return [list(row.values()) for row in ask(workspace.settings, sql).table.to_pylist()]


def test_the_release_says_in_both_languages_how_figures_were_moved(country: Workspace) -> None:
    folder = published_database(country.settings).parent
    page = "".join(
        (folder / "site" / language / "protection.html").read_text(encoding="utf-8")
        for language in ("en", "fr")
    )
    assert "moved by random noise of mean 0, variance 3 and at most 5" in page
    assert "Parts need not add up to their total" in page
    assert "La somme des parties peut différer du total" in page
    codes = ask(country.settings, "from dimensions where code = 'E'").table
    assert codes.num_rows == 1


def test_no_record_key_is_written_anywhere(
    country: Workspace, exact_and_cells: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    exact, cells = exact_and_cells
    for frame in (exact, cells, country.protected.current("pupils", PERIOD)):
        names = frame.columns if isinstance(frame, pd.DataFrame) else frame.column_names
        assert not {RECORD_KEY, RECORD_KEYS} & set(names)


def test_a_person_has_one_record_key_over_tables_and_releases(country: Workspace) -> None:
    contract = country.project.contracts.tables["enrolment"]
    rows = country.protected.current("pupils", PERIOD)
    keys = with_record_keys(country, contract, rows)[RECORD_KEY].to_pylist()
    back = with_record_keys(country, contract, rows.take(list(range(rows.num_rows))[::-1]))
    assert back[RECORD_KEY].to_pylist() == keys[::-1]
    assert len(set(keys)) == len(keys)
    assert max(keys) > 1 << 28


@pytest.fixture
def same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under random keys new noise takes back one pupil in all cells of a commune now and then."""
    made = VaultState.new
    monkeypatch.setattr(VaultState, "new", lambda check: replace(made(check), base=bytes(32)))


@pytest.mark.usefixtures("same_keys")
def test_few_persons_more_move_no_figure_and_enough_move_those_that_count_them(
    tmp_path: Path, project: Path
) -> None:
    """Which cells have other noise would tell the place and the answers of the one who came."""
    workspace = open_workspace(tmp_path, project)
    take_all(workspace, deliveries(pupils_per_school=7))
    _, first = published(workspace)
    k = workspace.project.contracts.threshold(workspace.project.contracts.tables["enrolment"])

    def with_more(count: int, day: int) -> tuple[str, pd.DataFrame]:
        rows = [row for row in pupil_rows(7) if row["school_code"] == next(iter(SCHOOLS))]
        rows += [
            {**rows[0], "national_id": f"9999999{n:02}ZZ", "family_name": "Another"}
            for n in range(count)
        ]
        take(workspace, "pupils", table(rows), as_of=ON_TIME + timedelta(days=day))
        return published(workspace)

    for day, count in enumerate((1, k - 1), start=1):
        candidate, few = with_more(count, day)
        assert few.equals(first), count
        assert workspace.review.facts(candidate)["waiting"][PERIOD]["pupils"] == {"few_changed": 1}

    # They came in two steps of fewer than k: what stands is compared with what it was drawn from.
    candidate, many = with_more(2 * k - 2, 3)
    assert workspace.review.facts(candidate)["waiting"][PERIOD]["pupils"] == {}
    changed = first.index[first["pupils"] != many["pupils"]]
    assert "COM-35001" in set(changed.get_level_values("ref_area"))
    assert "COM-35024" not in set(changed.get_level_values("ref_area"))
    added = {"sex": {"F", "_T"}, "edu_level": {"L02", "_T"}, "sector": {"PUB", "_T"}}
    for name, codes in added.items():
        assert set(changed.get_level_values(name)) <= codes

    # One pupil more than in the third release is many more than in the first, and waits as well.
    _, again = with_more(2 * k - 1, 4)
    assert again.equals(many)


@pytest.mark.usefixtures("same_keys")
def test_who_is_taken_out_again_brings_back_the_figures_of_before(
    tmp_path: Path, project: Path
) -> None:
    workspace = open_workspace(tmp_path, project)
    take_all(workspace, deliveries(pupils_per_school=30))
    _, first = published(workspace)
    school = next(iter(SCHOOLS))
    rows = [row for row in pupil_rows(30) if row["school_code"] == school]
    take(workspace, "pupils", table(rows[:-12]), as_of=ON_TIME + timedelta(days=1))
    _, fewer = published(workspace)
    assert not fewer.equals(first)
    # All but one are back: who compares with the first release would learn of the one.
    take(workspace, "pupils", table(rows[:-1]), as_of=ON_TIME + timedelta(days=2))
    _, again = published(workspace)
    shown = {name: frame["pupils"] for name, frame in [("first", first), ("fewer", fewer)]}
    assert ((again["pupils"] == shown["first"]) | (again["pupils"] == shown["fewer"])).all()
    take(workspace, "pupils", table(rows), as_of=ON_TIME + timedelta(days=3))
    assert published(workspace)[1].equals(first)


@pytest.mark.parametrize(
    ("numbers", "table_edit", "code"),
    [
        ({"cell_key": None}, {}, "method_unset"),
        ({"cell_key": {**CELL_KEY, "variance": signed(1.5)}}, {}, "noise_impossible"),
        ({"cell_key": {**CELL_KEY, "variance": signed(5)}}, {}, "noise_impossible"),
        ({"cell_key": {**CELL_KEY, "maximum": signed(2)}}, {}, "noise_narrow"),
        ({"cell_key": {**CELL_KEY, "maximum": None}}, {}, "bad_value"),
        ({}, {"method": "cellkey"}, "bad_value"),
        ({}, {"sensitivity": None}, "unprotected"),
        ({}, {"sensitivity": "home"}, "zeros_stay"),
        ({}, {"population": "schools", "counts": "units", "sensitivity": None}, "method_of_units"),
    ],
)
def test_a_method_that_is_not_whole_is_refused_at_load(
    tmp_path: Path,
    project: Path,
    numbers: dict[str, object],
    table_edit: dict[str, object],
    code: str,
) -> None:
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    edit(folder / "contracts" / "policy.yml", **numbers)
    edit(folder / "contracts" / "tables" / "enrolment.yml", **table_edit)
    with pytest.raises(ContractError) as refusal:
        load_project(folder)
    assert f"contract.{code}" in {problem.code for problem in refusal.value.problems}


def test_two_methods_on_one_population_are_refused(tmp_path: Path) -> None:
    shutil.copytree(INSTALLATION / "contracts", tmp_path / "contracts")
    shutil.copytree(INSTALLATION / "demo" / "facts", tmp_path / "demo" / "facts")
    edit(tmp_path / "contracts" / "policy.yml", cell_key=CELL_KEY)
    edit(tmp_path / "contracts" / "tables" / "enrolment.yml", method="cell_key")
    with pytest.raises(ContractError) as refusal:
        load_project(tmp_path)
    mixed = [p for p in refusal.value.problems if p.code == "contract.methods_mixed"]
    assert {p.place.file for p in mixed} == {
        "contracts/tables/enrolment.yml",
        "contracts/tables/enrolment_by_age.yml",
        "contracts/tables/home_by_position.yml",
        "contracts/tables/home_connectivity.yml",
        "contracts/tables/pupils_in_reach.yml",
    }


MISUSES = {
    "in a column of its own": (
        "count(*) as pupils,",
        "min(enrolled.record_key) as pupils,",
        "used",
    ),
    "counted": (
        "count(*) as pupils,",
        "count(distinct enrolled.record_key) as pupils,",
        "used",
    ),
    "not summed": ("sum(enrolled.record_key)", "max(enrolled.record_key)", "used"),
    "summed in part": (
        "sum(enrolled.record_key)",
        "sum(enrolled.record_key) filter (where sex = 'F')",
        "used",
    ),
    "summed with more": ("sum(enrolled.record_key)", "sum(enrolled.record_key + 1)", "used"),
    "in the measure": (
        "cast(pupils as bigint) as pupils",
        "cast(record_keys as bigint) as pupils",
        "misplaced",
    ),
    "beside the measure": (
        "cast(pupils as bigint) as pupils",
        "cast(pupils + record_keys as bigint) as pupils",
        "misplaced",
    ),
    "as a condition": (
        "from counted",
        "from counted where record_keys > 5",
        "misplaced",
    ),
    "replaced": (
        "cast(record_keys as bigint) as record_keys",
        "cast(pupils as bigint) as record_keys",
        "misplaced",
    ),
}


@pytest.mark.parametrize("misuse", MISUSES)
def test_record_keys_are_added_up_and_nothing_else(project: Path, misuse: str) -> None:
    loaded = load_project(project)
    sql = loaded.counts["enrolment"]
    assert lineage_codes(loaded, sql) == set()
    old, new, code = MISUSES[misuse]
    assert sql.count(old) == 1
    assert lineage_codes(loaded, sql.replace(old, new)) >= {
        "lineage.record_key_used" if code == "used" else "lineage.record_keys_misplaced"
    }


def lineage_codes(project: Project, sql: str) -> set[str]:
    return {p.code for p in check_lineage(project.contracts, {"enrolment": sql}, {})}


def test_a_table_that_asks_for_no_keys_cannot_read_them(project: Path) -> None:
    plain = load_project(INSTALLATION)
    sql = load_project(project).counts["enrolment"]
    assert "lineage.unknown_column" in lineage_codes(plain, sql)


def test_keys_that_are_scaled_or_lost_stop_the_count(tmp_path: Path, project: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    query = folder / "sql" / "counts" / "enrolment.sql"
    sql = query.read_text(encoding="utf-8")
    query.write_text(
        sql.replace("cast(record_keys as", "cast(2 * record_keys as"), encoding="utf-8"
    )
    workspace = open_workspace(tmp_path, folder)
    take_all(workspace, deliveries(pupils_per_school=2))
    with pytest.raises(QualityError, match=r"quality\.record_keys_lost"):
        prepare(workspace)


def test_another_method_waits_until_the_release_is_withdrawn(tmp_path: Path, project: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(project, folder)
    workspace = open_workspace(tmp_path, folder)
    take_all(workspace, deliveries(pupils_per_school=7))
    candidate, _ = published(workspace)
    edit(
        folder / "contracts" / "policy.yml",
        cell_key={**CELL_KEY, "variance": signed(4)},
        version=2,
    )
    changed = sign_for_tests(Workspace(workspace.settings, clock=workspace.clock))
    with pytest.raises(DisclosureError, match=r"disclosure\.public_method"):
        prepare(changed)
    withdraw(changed, candidate.replace("candidate", "release"), by="delegate")
    assert prepare(changed).counts["hidden"] == 0


def test_another_epoch_is_other_noise_and_waits_too(tmp_path: Path, project: Path) -> None:
    workspace = open_workspace(tmp_path, project)
    take_all(workspace, deliveries(pupils_per_school=7))
    published(workspace)
    rotate_domain(workspace, "pupil")
    rotated = Workspace(workspace.settings, clock=workspace.clock)
    with pytest.raises(DisclosureError, match=r"disclosure\.public_method"):
        prepare(rotated)
