"""A table under differential privacy, from deliveries to a query: drawn once, and paid for."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ContractError, DisclosureError
from pipeline.project import load_project
from pipeline.steps.asking import ask, published_database
from pipeline.steps.banding import with_bands
from pipeline.steps.drawing import KIND, discrete_gaussian
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release, withdraw
from pipeline.steps.workspace import Workspace
from tests.method_projects import DP, edit, signed, write_method_project
from tests.signing import sign_for_tests
from tests.small_country import (
    ON_TIME,
    SCHOOLS,
    deliveries,
    open_workspace,
    pupil_rows,
    table,
    take,
    take_all,
)

KEYS = ["ref_area", "time_period", "sex", "edu_level", "sector", "urbanisation"]


def publish(workspace: Workspace) -> str:
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    return release(workspace, candidate).ids["release"]


def cells(workspace: Workspace) -> pd.DataFrame:
    found = ask(workspace.settings, "from cells.enrolment").table.to_pandas()
    return found.set_index(KEYS).sort_index()


def correct(workspace: Workspace, number: int) -> None:
    """Deliver the first school again, with so many pupils more."""
    first = next(iter(SCHOOLS))
    rows = [row for row in pupil_rows(7) if row["school_code"] == first]
    more = [{**rows[0], "national_id": f"99999999{n}ZZ"} for n in range(number)]
    take(workspace, "pupils", table([*rows, *more]), as_of=ON_TIME + timedelta(days=number))


def spent(workspace: Workspace) -> list[int]:
    return [int(str(e.facts["rho_millionths"])) for e in workspace.ledger.entries(KIND)]


def signed_anew(workspace: Workspace) -> Workspace:
    return sign_for_tests(Workspace(workspace.settings, clock=workspace.clock))


def test_noise_is_drawn_once_and_a_spent_budget_refuses(tmp_path: Path) -> None:
    project = write_method_project(tmp_path / "project", "dp", dp=DP)
    workspace = open_workspace(tmp_path, project)
    take_all(workspace, deliveries(pupils_per_school=7))
    candidate = prepare(workspace).ids["candidate"]
    exact = workspace.review.tables(candidate)["exact_enrolment"].to_pandas()
    assert spent(workspace) == []
    first = publish(workspace)
    shown = cells(workspace)
    assert spent(workspace) == [500_000]

    # Every figure has noise, bears the sign of it, and adds up.
    assert set(shown["obs_status"]) == {"E"}
    assert set(shown["conf_status"]) == {"F"}
    moved = shown["pupils"] - exact.set_index(KEYS).sort_index()["pupils"]
    assert (moved != 0).mean() > 0.3
    assert (moved[exact.set_index(KEYS).sort_index()["pupils"] == 0] != 0).any()
    total = {level: shown[shown["area_level"] == level] for level in ("country", "commune")}
    for sex in ("F", "M", "_T"):
        whole, parts = (
            frame.xs((sex, "_T", "_T"), level=("sex", "edu_level", "sector"))["pupils"]
            for frame in total.values()
        )
        assert whole.xs("_T", level="urbanisation").tolist() == [parts.sum()]
    check_bands(workspace, shown, exact.set_index(KEYS).sort_index())
    page = published_database(workspace.settings).parent / "site" / "en" / "protection.html"
    text = page.read_text(encoding="utf-8")
    assert "0.5 zCDP a drawing" in text
    assert "commune ±" in text

    # Other rules, the same pupils: nothing is drawn, and nothing is spent.
    edit(project / "contracts" / "tables" / "enrolment.yml", source="Told otherwise")
    edit(project / "contracts" / "policy.yml", version=2)
    workspace = signed_anew(workspace)
    second = publish(workspace)
    assert second != first
    assert cells(workspace).equals(shown)
    assert spent(workspace) == [500_000]

    # One pupil more: other counts, another drawing, and the whole budget is gone.
    correct(workspace, 1)
    third = publish(workspace)
    assert not cells(workspace)["pupils"].equals(shown["pupils"])
    assert spent(workspace) == [500_000, 500_000]

    correct(workspace, 2)
    with pytest.raises(DisclosureError, match=r"disclosure\.budget_spent") as refusal:
        prepare(workspace)
    assert "1 of 1 are gone" in str(refusal.value)
    # What was told once stays told, also when its release is taken off.
    withdraw(workspace, third, by="delegate")
    with pytest.raises(DisclosureError, match=r"disclosure\.budget_spent"):
        prepare(workspace)

    edit(
        project / "contracts" / "policy.yml",
        dp={**DP, "budget": signed(1.5, "rho")},
        version=3,
    )
    workspace = signed_anew(workspace)
    publish(workspace)
    assert spent(workspace) == [500_000] * 3


def check_bands(workspace: Workspace, shown: pd.DataFrame, exact: pd.DataFrame) -> None:
    """What was measured adds up within its level; bands are made of what is published alone."""
    measured = shown.reset_index()
    assert measured["pupils_measured"].lt(0).any()
    both = measured[measured["sex"].isin(["F", "M"])].groupby(KEYS[:2] + KEYS[3:])
    whole = measured[measured["sex"].eq("_T")].set_index(KEYS[:2] + KEYS[3:])["pupils_measured"]
    parts = both["pupils_measured"].agg(["sum", "count"])
    parts = parts.loc[parts["count"].eq(2), "sum"]
    assert len(parts) > 20
    assert parts.equals(whole.reindex(parts.index).rename("sum"))

    told = ask(workspace.settings, "from observations").table.to_pandas()
    contracts = workspace.project.contracts
    open_cells = {
        name: ask(workspace.settings, f"from cells.{name}").table.to_pandas()
        for name in contracts.tables
    }
    bare = told.drop(columns=["obs_low", "obs_high"])
    again = with_bands(bare, open_cells, contracts, workspace.project.geography)
    pd.testing.assert_frame_equal(again, told, check_dtype=False)
    own = told[told["indicator"].eq("ENROLMENT")].set_index(KEYS).sort_index()
    is_held = exact["pupils"].between(own["obs_low"], own["obs_high"])
    # Cells of one drawing hang together: of a few hundred some more may fail than of many.
    assert is_held.mean() >= 0.9
    assert own["obs_value"].between(own["obs_low"], own["obs_high"]).all()
    rates = told[told["indicator"].eq("GPI") & told["obs_value"].notna()]
    assert rates["obs_low"].notna().mean() > 0.5


def test_another_rho_is_another_drawing_whose_bands_are_its_own(tmp_path: Path) -> None:
    """Figures of little noise are not shown again under the bands of much, nor the reverse."""
    project = write_method_project(tmp_path / "project", "dp", dp=DP)
    workspace = open_workspace(tmp_path, project)
    take_all(workspace, deliveries(pupils_per_school=7))
    publish(workspace)
    before = cells(workspace)
    less = {"rho": signed(0.005, "rho"), "budget": signed(0.505, "rho")}
    edit(project / "contracts" / "policy.yml", dp=less, version=2)
    workspace = signed_anew(workspace)
    publish(workspace)
    assert spent(workspace) == [500_000, 5_000]
    after = cells(workspace)
    assert not after["pupils_measured"].equals(before["pupils_measured"])
    near = before["pupils_measured"].clip(lower=0).to_numpy(dtype=float)
    told = ask(workspace.settings, "from observations").table.to_pandas()
    own = told[told["indicator"].eq("ENROLMENT")].set_index(KEYS).sort_index()
    # Noise ten times as large: what was measured before is nearer to the truth than they reach.
    assert ((own["obs_low"] <= near) & (near <= own["obs_high"])).mean() > 0.8
    edit(project / "contracts" / "policy.yml", dp={**less, "rho": signed(0.5, "rho")}, version=3)
    workspace = signed_anew(workspace)
    publish(workspace)
    assert cells(workspace).equals(before)
    assert spent(workspace) == [500_000, 5_000]


def test_a_budget_that_is_spent_after_the_count_stops_the_release(tmp_path: Path) -> None:
    project = write_method_project(
        tmp_path / "project", "dp", dp={**DP, "budget": signed(0.5, "rho")}
    )
    workspace = open_workspace(tmp_path, project)
    take_all(workspace, deliveries(pupils_per_school=2))
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    facts = {"table": "enrolment", "period": "2021", "drawing": "0123456789abcdef"}
    workspace.ledger.append(KIND, **facts, rho_millionths=1)
    with pytest.raises(DisclosureError, match=r"disclosure\.budget_spent"):
        release(workspace, candidate)
    assert workspace.published.current() is None
    assert len(spent(workspace)) == 1


@pytest.mark.parametrize(
    ("dp", "code"),
    [
        (None, "method_unset"),
        ({"rho": signed(2, "rho"), "budget": signed(1, "rho")}, "budget_small"),
        ({"rho": signed(0, "rho"), "budget": signed(1, "rho")}, "bad_value"),
        ({"rho": signed(1, "rho")}, "missing_key"),
    ],
)
def test_a_budget_that_is_not_whole_is_refused_at_load(
    tmp_path: Path, dp: dict[str, object] | None, code: str
) -> None:
    project = write_method_project(tmp_path / "project", "dp", dp=dp)
    with pytest.raises(ContractError) as refusal:
        load_project(project)
    assert f"contract.{code}" in {problem.code for problem in refusal.value.problems}


def test_noise_for_one_row_a_person_is_refused_where_a_person_may_be_two(tmp_path: Path) -> None:
    project = write_method_project(tmp_path / "project", "dp", dp=DP)
    pupils = project / "contracts" / "datasets" / "pupils.yml"
    text = pupils.read_text(encoding="utf-8")
    assert "{rule: latest, " in text
    pupils.write_text(text.replace("{rule: latest, ", "{rule: all, "), encoding="utf-8")
    with pytest.raises(ContractError, match=r"contract\.person_twice"):
        load_project(project)


def test_a_method_without_its_numbers_is_told_which_it_needs(tmp_path: Path) -> None:
    project = write_method_project(tmp_path / "project", "dp", dp=None)
    with pytest.raises(ContractError) as refusal:
        load_project(project)
    assert "Write `dp` (rho, budget) into contracts/policy.yml" in refusal.value.words("en")


def test_without_opendp_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(DisclosureError, match=r"disclosure\.opendp_missing"):
        discrete_gaussian(np.zeros(3, dtype=np.int64), 1.0)
