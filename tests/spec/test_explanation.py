"""Whoever may read the review zone is told why each figure of a territory is hidden."""

from __future__ import annotations

import json
import re
import shutil
import stat
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import ContractError, DisclosureError, PrivacyError, StorageError
from pipeline.project import load_project
from pipeline.settings import INSTALLATION
from pipeline.steps.explaining import Explanation, explain
from pipeline.steps.explaining_words import Words
from pipeline.steps.hidden_figures import Figure, Hidden
from pipeline.steps.prepare import prepare
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, release, withdraw
from pipeline.steps.workspace import Workspace
from tests.conftest import Command
from tests.small_country import COMMUNES, SCHOOLS, open_workspace, pupil_rows, table, take

FEW, NEIGHBOUR = "COM-35039", "COM-35001"
WIDTH = 3


@pytest.fixture(scope="module")
def few_home(
    tmp_path_factory: pytest.TempPathFactory, delivered_home: Path, small_project: Path
) -> Path:
    """Return a folder with a candidate in which two communes have three pupils each."""
    folder = tmp_path_factory.mktemp("few")
    shutil.copytree(delivered_home, folder, dirs_exist_ok=True)
    workspace = open_workspace(folder, small_project)
    rows = table(pupil_rows(3, tuple(SCHOOLS)[4:6]))
    as_of = datetime(2021, 11, 5, tzinfo=UTC)
    take(workspace, "pupils", rows, as_of=as_of, may_be_smaller=True)
    prepare(workspace)
    return folder


@pytest.fixture
def few(tmp_path: Path, few_home: Path, small_project: Path) -> Workspace:
    shutil.copytree(few_home, tmp_path, dirs_exist_ok=True)
    return open_workspace(tmp_path, small_project)


def publish(workspace: Workspace) -> str:
    [candidate] = workspace.review.candidates()
    approve(workspace, candidate, approver="delegate")
    return release(workspace, candidate).ids["release"]


class Counted:
    """Keeps how long each stage is, and how far all went."""

    def __init__(self) -> None:
        self.lengths: dict[str, int | None] = {}
        self.done = 0

    def stage(self, words: str, total: int | None = None) -> None:
        self.lengths[words] = total

    def advance(self, amount: int = 1) -> None:
        self.done += amount


def one(found: Explanation, **codes: str) -> Hidden:
    [figure] = [each for each in found.figures if each.figure.codes == codes]
    return figure


def rows(workspace: Workspace, found: Explanation, language: str = "en") -> list[str]:
    words = Words(workspace.project.contracts, found, "fr" if language == "fr" else "en")
    return ["; ".join(row.values()) for row in words.rows()]


def test_every_hidden_figure_has_its_reason_and_none_its_count(few: Workspace) -> None:
    [candidate] = few.review.candidates()
    exact = few.review.tables(candidate)["exact_enrolment"].to_pandas()
    hidden = exact[exact["is_hidden"]]
    assert {"small"} < {rule for told in hidden["rules"] for rule in told.split() or [""]} | {""}
    for area, own in hidden.groupby("ref_area"):
        counted = Counted()
        found = explain(few, str(area), progress=counted)
        assert len(found.figures) == len(own) == counted.done
        assert counted.lengths["Explaining enrolment"] == counted.done
        small = own["pupils"].between(
            1, few.project.contracts.policy.thresholds["enrolment"].value - 1
        )
        assert sum(bool(each.rules) for each in found.figures) == small.sum()
        for each in found.figures:
            assert each.interval is not None
            assert each.interval[1] - each.interval[0] >= each.width == WIDTH


def test_a_small_count_is_told_by_its_rule_and_a_neighbour_by_what_it_protects(
    few: Workspace,
) -> None:
    found = explain(few, FEW)
    total = one(found)
    assert total.rules == (("enrolment", "small"),)
    assert total.guards == ()
    [text] = [each for each in rows(few, found) if each.startswith("Enrolment; all; ")]
    assert "Fewer than 5 persons: under the threshold of Enrolment" in text
    other = next(
        each
        for area in COMMUNES
        for each in explain(few, area).figures
        if each.rules == () and any(guard.is_primary for guard in each.guards)
    )
    guard = other.guards[0]
    assert guard.is_primary
    assert guard.figure != other.figure
    assert guard.by.total.area.startswith(("EPCI-", "ARR-", "DEP-", "COM-", "REG-", "FR"))


def test_what_is_said_to_follow_does_follow(few: Workspace) -> None:
    """In the sum that is named, all hidden figures but the told one are known by then."""
    [candidate] = few.review.candidates()
    exact = few.review.tables(candidate)["exact_enrolment"].to_pandas()
    names = few.project.contracts.tables["enrolment"].dimensions
    value, hidden = {}, set()
    for row in exact.to_dict("records"):
        codes = {name: row[name] for name in names if row[name] not in {"_T", "_Z"}}
        value[row["ref_area"], frozenset(codes.items())] = int(row["pupils"])
        if row["is_hidden"]:
            hidden.add((row["ref_area"], frozenset(codes.items())))
    checked = 0
    for area in sorted({area for area, _ in hidden}):
        for each in explain(few, area).figures:
            known = {address(each.figure)}
            exactly = [guard for guard in each.guards if guard.is_exact]
            for guard in sorted(exactly, key=lambda guard: guard.after):
                total = address(guard.by.total)
                parts = parts_of(few, total, guard.by.over)
                assert sum(value[part] for part in parts) == value[total]
                assert guard.by.value == (None if total in hidden else value[total])
                left = ({total, *parts} & hidden) - known
                assert left == {address(guard.figure)}
                known |= left
                checked += 1
    assert checked > 5


Address = tuple[str, frozenset[tuple[str, str]]]


def address(figure: Figure) -> Address:
    return figure.area, frozenset(figure.codes.items())


def parts_of(workspace: Workspace, total: Address, over: str) -> list[Address]:
    area, codes = total
    contracts, geography = workspace.project.contracts, workspace.project.geography
    prefixes = contracts.territories.prefixes
    if over not in prefixes:
        return [(area, codes | {(over, code)}) for code in contracts.codes(over)]
    typologies = {name: code for name, code in codes if name in geography.classes}
    inside = {
        prefixes[over] + upper[over]
        for base, upper in geography.parents.items()
        if area in {prefixes[level] + code for level, code in upper.items()}
        and (
            over != "commune" or all(geography.classes[n][base] == c for n, c in typologies.items())
        )
    }
    own = codes if over != "commune" else codes - set(typologies.items())
    return [(part, own) for part in sorted(inside)]


def test_the_rule_goes_with_the_counts_and_the_sums_stay(few: Workspace) -> None:
    before = explain(few, FEW)
    name = publish(few)
    for asked in (None, name):
        after = explain(few, FEW, name=asked)
        assert [each.figure for each in after.figures] == [each.figure for each in before.figures]
        assert {each.rules for each in after.figures} == {None}
        assert [each.interval for each in after.figures] == [
            each.interval for each in before.figures
        ]
        assert all("went with the exact counts" in told for told in rows(few, after)[:1])
    assert "est partie avec les effectifs exacts" in rows(few, after, "fr")[0]


def test_what_a_public_release_hides_is_told_as_such(few: Workspace) -> None:
    publish(few)
    rows_of_now = table(pupil_rows(24, tuple(SCHOOLS)[4:6]))
    take(few, "pupils", rows_of_now, as_of=datetime(2021, 11, 6, tzinfo=UTC))
    prepare(few)
    found = explain(few, FEW)
    assert {rule for each in found.figures for _, rule in each.rules or ()} == {"held"}
    assert "A release that is still public hides it" in rows(few, found)[0]


def test_a_rate_is_explained_by_its_hidden_counts(few: Workspace) -> None:
    found = explain(few, FEW)
    observations = few.review.tables(few.review.candidates()[0])["observations"].to_pandas()
    own = observations[(observations["ref_area"] == FEW) & (observations["conf_status"] == "C")]
    # What is derived is hidden with the rates that it is made of, and these are explained.
    indicators = few.project.contracts.indicators
    hidden = {code for code in own["indicator"] if not indicators[code].is_derived}
    assert hidden < set(own["indicator"])
    assert {rate.indicator for rate in found.rates} == hidden - {"ENROLMENT"}
    derived = set(own["indicator"]) - hidden
    assert all(set(indicators[code].of) & hidden for code in derived)


def test_the_ledger_is_told_before_anything_is_shown(few: Workspace) -> None:
    explain(few, FEW)
    [opening] = [entry.facts for entry in few.ledger.entries("opening")]
    assert (opening["zone"], opening["table"]) == ("review", "explanation")
    assert FEW not in json.dumps(opening)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("COM-35093", "disclosure.territory_near"),
        ("Acigné-sur-Vilain", "disclosure.territory_near"),
        ("xyzzy", "disclosure.territory_unknown"),
    ],
)
def test_a_territory_that_is_unknown_is_refused_with_near_ones(
    few: Workspace, written: str, told: str
) -> None:
    with pytest.raises(ContractError, match=told.replace(".", r"\.")) as refused:
        explain(few, written)
    assert written not in refused.value.words("fr")
    assert list(few.ledger.entries("opening")) == []


def test_a_territory_is_found_by_code_and_by_name_whatever_its_accents(few: Workspace) -> None:
    listed = explain(few, FEW).names
    for written in ("35039", listed[FEW].upper(), f" {FEW.lower()} "):
        assert explain(few, written).territory == FEW


def test_what_is_not_there_is_refused(few: Workspace) -> None:
    with pytest.raises(PrivacyError, match=r"subjects\.not_on_list"):
        explain(few, FEW, table="nothing")
    with pytest.raises(ContractError, match=r"contract\.unknown_name"):
        explain(few, FEW, period="1999")
    name = publish(few)
    withdraw(few, name, by="delegate")
    with pytest.raises(StorageError, match=r"storage\.counts_destroyed"):
        explain(few, FEW)


def test_without_a_candidate_it_says_what_to_do(delivered: Workspace) -> None:
    with pytest.raises(DisclosureError, match="cartable prepare"):
        explain(delivered, FEW)


def test_the_command_speaks_to_a_terminal_or_to_a_file_of_its_reader(
    command: Command, few: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("disclosure", "explain", FEW)
    for arguments in (words, (*words, "--json")):
        ran = command(few, *arguments)
        assert (ran.code, ran.out) == (6, "")
        assert ran.err.startswith("subjects.not_a_terminal: ")
    page = tmp_path / "why.json"
    ran = command(few, *words, "--to", str(page), "--json", language="fr")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["counts"]["hidden"] > 1
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    content = json.loads(page.read_text(encoding="utf-8"))
    assert content["territory"] == FEW
    assert len(content["words"]) == len(content["figures"]) + len(content["rates"])
    assert "Moins de 5 personnes" in content["words"][0]["why"]
    assert command(few, *words, "--to", str(page)).code == 9
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    ran = command(few, *words)
    assert ran.code == 0
    assert "Fewer than 5 persons" in ran.out
    assert "For the review zone" in ran.out


def test_where_nothing_is_hidden_it_says_so(
    command: Command, prepared: Workspace, tmp_path: Path
) -> None:
    ran = command(prepared, "disclosure", "explain", "FR", "--to", str(tmp_path / "why.json"))
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing is hidden there" in ran.out
    assert json.loads((tmp_path / "why.json").read_text(encoding="utf-8"))["figures"] == []


def test_a_list_in_french_has_a_space_before_each_semicolon(few: Workspace) -> None:
    found = explain(few, FEW)
    told = Words(few.project.contracts, found, "fr").rows()
    listed = [cell for row in told for cell in row.values() if ";" in cell]
    assert listed
    assert all(cell.count(";") == cell.count("\N{NO-BREAK SPACE}; ") for cell in listed)


def test_a_territory_that_shares_its_name_is_told_with_its_level(few: Workspace) -> None:
    found = explain(few, FEW)
    levels = {one.label.en.lower() for one in few.project.contracts.territories.levels}
    assert not re.search(rf"\(({'|'.join(levels)})\)", " ".join(rows(few, found)))
    alike = replace(found, names=dict.fromkeys(found.names, "Redon"))
    told = set(re.findall(r"Redon \(([^)]*)\)", " ".join(rows(few, alike))))
    assert told
    assert told <= levels


def test_an_amount_is_told_in_its_unit() -> None:
    amount = Hidden(
        figure=Figure(area=FEW, codes={}),
        tables=("school_bandwidth",),
        rules=None,
        guards=(),
        stands=(),
        width=1,
        interval=(0, 1_558),
    )
    found = Explanation(
        territory=FEW,
        period="2021",
        names={FEW: "Bovel"},
        figures=(amount,),
        rates=(),
        receipt=Receipt(step="disclosure explain", changed=False),
    )
    [told] = Words(load_project(INSTALLATION).contracts, found, "en").rows()
    assert told["reader_can_tell"] == "0 to 1,558 Mbit/s"
