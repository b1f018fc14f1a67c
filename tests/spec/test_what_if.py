"""Other thresholds and methods are weighed side by side before anybody decides."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.contracts.method_checks import leaves_zeros
from pipeline.disclosure.what_if import stand_in_keys, weigh
from pipeline.errors import ContractError, DisclosureError, PolicyError
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.what_if import METHODS, try_methods
from pipeline.steps.workspace import Workspace
from tests.conftest import Command
from tests.disclosure.conftest import CODE_LISTS, Small
from tests.method_projects import edit

HEADINGS = {"method", "threshold", "hidden_pct", "kept_pct", "mean_error", "near_pct", "read_pct"}


def test_what_is_left_and_what_is_told_are_counted_by_hand() -> None:
    system = Small(CODE_LISTS).one_table({"A": [4, 30], "B": [0, 2]}, departement=("01", "01"))
    exact = system.cells.value
    shown = exact.astype(np.float64)
    shown[(exact == 2)] = np.nan
    shown[(exact == 30)] = 35
    weighed = weigh(system, shown, k=5)
    # Counts: 4, 30, 34; 0, 2, 2; 4, 32, 36. Hidden: the two 2s. Moved by 5: one.
    assert weighed.whole.cells - weighed.whole.cells_kept == 2
    assert weighed.whole.moved == 5
    assert weighed.near == pytest.approx(5 / 8)
    assert weighed.read == pytest.approx(2 / 4)
    assert weighed.levels["departement"].persons == 4 + 32 + 36


def test_keys_that_stand_in_are_the_same_for_the_same_persons_and_none_for_nobody() -> None:
    system = Small(CODE_LISTS).one_table({"A": [4, 30], "B": [0, 2]}, departement=("01", "02"))
    keys, cells = stand_in_keys(system), system.cells
    assert keys[cells.area == "A"].tolist() == keys[cells.area == "01"].tolist()
    assert (keys[cells.value == 0] == 0).all()


def test_every_method_is_tried_at_every_threshold(delivered: Workspace) -> None:
    tried = try_methods(delivered, "enrolment", thresholds=(8, 13), methods=METHODS)
    assert tried.period == "2021"
    by = {(t.method, t.threshold): t.facts() for t in tried.trials}
    assert set(by) == {(method, k) for method in METHODS for k in (8, 13)}
    for (method, k), facts in by.items():
        assert facts.keys() >= HEADINGS
        assert (facts["hidden_pct"] > 0) == (method == "suppress"), (method, k)
        assert (facts["mean_error"] == 0) == (method == "suppress"), (method, k)
    widths = {method: by[method, 13]["uncertain_by"] for method in METHODS}
    assert widths == {"suppress": 3, "cell_key": None, "rounding": 12, "dp": None}
    assert by["suppress", 13]["hidden_pct"] > by["suppress", 8]["hidden_pct"]
    assert by["suppress", 13]["read_pct"] == by["rounding", 13]["read_pct"] == 0
    assert by["rounding", 13]["mean_error"] > by["rounding", 8]["mean_error"]
    levels = tried.trials[0].by_level()
    assert {row["area_level"] for row in levels} >= {"commune", "country"}


def test_nothing_is_tried_under_rules_that_are_not_signed(
    delivered: Workspace, tmp_path: Path
) -> None:
    import shutil
    from dataclasses import replace

    folder = tmp_path / "changed"
    shutil.copytree(delivered.settings.project, folder)
    edit(folder / "contracts" / "policy.yml", version=2)
    changed = Workspace(replace(delivered.settings, project=folder), clock=delivered.clock)
    with pytest.raises(PolicyError):
        try_methods(changed, "enrolment", thresholds=(5,), methods=("suppress",))


def test_a_method_that_the_policy_refuses_for_the_table_says_so(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = load_project(INSTALLATION).contracts
    home, staff = contracts.tables["home_connectivity"], contracts.tables["teaching_staff"]
    for method in METHODS:
        assert leaves_zeros(method, home, contracts) == (method in {"cell_key", "rounding"})
        assert not leaves_zeros(method, staff, contracts)
    words = "refused here, for the policy protects zeros"
    for is_refused in (False, True):
        monkeypatch.setattr("pipeline.steps.what_if.leaves_zeros", lambda *_, to=is_refused: to)
        tried = try_methods(delivered, "enrolment", thresholds=(8,), methods=("cell_key",))
        assert (words in tried.rows("en")[0]["numbers"]) == is_refused


def test_noise_that_cannot_be_drawn_is_refused_before_anything_is_tried(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opendp.prelude", None)
    with pytest.raises(DisclosureError, match=r"disclosure\.opendp_missing"):
        try_methods(delivered, "enrolment", thresholds=(8,), methods=("suppress", "dp"))
    assert delivered.ledger.find("opening") is None


@pytest.mark.parametrize(
    ("table", "period"), [("schools", None), ("nobody", None), ("enrolment", "1999")]
)
def test_what_cannot_be_tried_is_refused(
    delivered: Workspace, table: str, period: str | None
) -> None:
    with pytest.raises(ContractError, match=r"contract\.unknown_name"):
        try_methods(delivered, table, thresholds=(5,), methods=("suppress",), period=period)


def test_the_command_speaks_to_a_terminal_or_writes_a_file_of_its_reader(
    command: Command, delivered: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "what_if.html"
    words = ("--table", "enrolment", "--threshold", "8", "13", "--method", "suppress", "rounding")
    what_if = ("disclosure", "what-if", *words)
    for arguments in (what_if, (*what_if, "--json")):
        ran = command(delivered, *arguments)
        assert (ran.code, ran.out) == (6, "")
        assert ran.err.startswith("subjects.not_a_terminal: ")
    assert delivered.ledger.find("opening") is None
    told = command(delivered, *what_if, "--to", str(page))
    assert told.code == 0, told.err
    assert "suppress" not in told.out
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    opened = delivered.ledger.find("opening")
    assert opened is not None
    assert opened.facts["table"] == "what_if_enrolment"
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 1
    assert "Risk: small counts read exactly, %" in text
    assert text.count(">13</text>") == 2
    assert "<script" not in text
    assert "not for publication" in text
    assert "with what others publish, more may have to" in text
    assert command(delivered, *what_if, "--to", str(page)).code == 9
    as_json = page.with_suffix(".json")
    assert command(delivered, *what_if, "--to", str(as_json)).code == 0
    trials = json.loads(as_json.read_text(encoding="utf-8"))["trials"]
    assert [(t["method"], t["threshold"]) for t in trials] == [
        *(("suppress", 8), ("suppress", 13)),
        *(("rounding", 8), ("rounding", 13)),
    ]
    for wrong in ("guess", "²", "101"):
        ran = command(delivered, *what_if[:-1], wrong, "--to", str(tmp_path / "wrong"))
        assert ran.code == 2
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    shown = command(delivered, *what_if)
    assert shown.code == 0
    assert "rounding" in shown.out
    assert "read: of the counts under the threshold, those shown as they are" in shown.out
    assert "For the review zone" in shown.out
