"""Tables whose counts are rounded, from deliveries to a query of the release."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ContractError
from pipeline.project import load_project
from pipeline.steps.asking import ask, published_database
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from tests.method_projects import ROUNDING, edit, signed, write_method_project
from tests.small_country import deliveries, open_workspace, take_all

BASE = 5


def test_rounded_counts_are_published_and_add_up(tmp_path: Path) -> None:
    project = write_method_project(tmp_path / "project", "rounding", rounding=ROUNDING)
    workspace = open_workspace(tmp_path, project)
    take_all(workspace, deliveries(pupils_per_school=7))
    candidate = prepare(workspace).ids["candidate"]
    exact = workspace.review.tables(candidate)["exact_enrolment"].to_pandas()
    report = workspace.review.facts(candidate)["report"]
    assert {e["method"] for e in report if e["table"] == "enrolment"} == {"rounding"}
    assert all(0 < e["mean_error"] < BASE for e in report if e["table"] == "enrolment")
    approve(workspace, candidate, approver="delegate")
    release(workspace, candidate)

    keys = ["ref_area", "sex", "edu_level", "sector", "urbanisation"]
    cells = ask(workspace.settings, "from cells.enrolment").table.to_pandas().set_index(keys)
    truth = exact.set_index(keys)["pupils"].reindex(cells.index)
    assert set(cells["obs_status"]) == {"E"}
    assert not (cells["pupils"] % BASE).any()
    assert (cells["pupils"] - truth).abs().max() < 2 * BASE
    assert (cells["pupils"] != truth).any()
    assert (cells["pupils"][truth == 0] == 0).all()
    sql = (
        "select area_level, sum(obs_value) as pupils from totals where indicator = 'ENROLMENT' "
        "group by area_level"
    )
    told = ask(workspace.settings, sql).table.to_pylist()
    assert len({row["pupils"] for row in told}) == 1
    assert len(told) == 6
    site = published_database(workspace.settings).parent / "site"
    english, french = (
        (site / language / "protection.html").read_text(encoding="utf-8")
        for language in ("en", "fr")
    )
    assert "rounded to multiples of 5" in english
    assert "arrondis à des multiples de 5" in french


@pytest.mark.parametrize(
    ("rounding", "sensitivity", "code"),
    [
        (None, "enrolment", "method_unset"),
        ({"base": signed(4)}, "enrolment", "base_small"),
        ({"base": signed(1)}, "enrolment", "bad_value"),
        ({"base": signed(11)}, "home", "zeros_stay"),
    ],
)
def test_rounding_that_shows_too_much_is_refused_at_load(
    tmp_path: Path, rounding: dict[str, object] | None, sensitivity: str, code: str
) -> None:
    project = write_method_project(tmp_path / "project", "rounding", rounding=rounding)
    edit(project / "contracts" / "tables" / "enrolment.yml", sensitivity=sensitivity)
    with pytest.raises(ContractError) as refusal:
        load_project(project)
    assert f"contract.{code}" in {problem.code for problem in refusal.value.problems}
