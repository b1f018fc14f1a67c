"""Steps are done once, in any order of deliveries; an approval is of what was seen.

What outlived the policy goes when it is due, and the ledger says so.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import ApprovalError, DeliveryError
from pipeline.steps.asking import ask
from pipeline.steps.deciding import propose
from pipeline.steps.inputs import input_hash
from pipeline.steps.prepare import prepare
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, release
from pipeline.steps.retain import retain
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.signing import sign_for_tests
from tests.small_country import NOW, SCHOOLS, open_workspace, pupil_rows, table, take

CODES = list(SCHOOLS)
LATER = datetime(2021, 11, 5, tzinfo=UTC)
TOTAL = "select obs_value from totals where indicator = 'ENROLMENT' and area_level = 'departement'"


def at(workspace: Workspace, moment: datetime) -> Workspace:
    """Return the same zones at another time."""
    return open_workspace(workspace.home.parent, workspace.settings.project, now=moment)


def tree(workspace: Workspace) -> dict[str, str]:
    """Return path → hash of every file of the zones."""
    return {
        str(path.relative_to(workspace.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in workspace.home.rglob("*")
        if path.is_file()
    }


def told(workspace: Workspace, kind: str) -> list[Mapping[str, object]]:
    return [entry.facts for entry in workspace.ledger.entries(kind)]


def candidate(workspace: Workspace) -> str:
    [name] = workspace.review.candidates()
    return name


def publish(workspace: Workspace) -> Receipt:
    name = prepare(workspace).ids["candidate"]
    approve(workspace, name, approver="delegate")
    return release(workspace, name)


def total(workspace: Workspace) -> float:
    [row] = ask(workspace.settings, TOTAL).table.to_pylist()
    return float(row["obs_value"])


def correct(workspace: Workspace, pupils: int = 30, *, as_of: datetime = LATER) -> Receipt:
    """Deliver the first school's pupils again, with another number of them."""
    return take(workspace, "pupils", table(pupil_rows(pupils, CODES[:1])), as_of=as_of)


def test_every_step_run_again_changes_nothing(prepared: Workspace) -> None:
    name = candidate(prepared)
    first = [approve(prepared, name, approver="delegate"), release(prepared, name)]
    state, files = prepared.protected.state_hash_all(), tree(prepared)
    again = [
        *small_country.take_all(prepared, small_country.deliveries()),
        prepare(prepared),
        approve(prepared, name, approver="delegate"),
        release(prepared, name),
        retain(prepared),
    ]
    assert all(receipt.changed for receipt in first)
    assert not any(receipt.changed for receipt in again)
    assert prepared.protected.state_hash_all() == state
    assert tree(prepared) == files
    assert len(prepared.protected.batches()) == 3


def test_the_same_content_under_another_name_and_date_is_no_second_batch(
    delivered: Workspace,
) -> None:
    again = take(delivered, "pupils", small_country.deliveries()["pupils"], as_of=LATER)
    assert not again.changed
    assert len(delivered.protected.batches("pupils", "2021")) == 1


PUPIL_FILES = [
    (table(pupil_rows(24)), datetime(2021, 10, 1, tzinfo=UTC)),
    (table(pupil_rows(30, CODES[:2])), datetime(2021, 10, 20, tzinfo=UTC)),
    (table(pupil_rows(20, CODES[1:3])), datetime(2021, 11, 5, tzinfo=UTC)),
]


@pytest.fixture(scope="module")
def ordered(
    tmp_path_factory: pytest.TempPathFactory, small_project: Path
) -> Callable[[tuple[int, ...]], Workspace]:
    """Return a function that delivers the three files of pupils in an order."""
    base = tmp_path_factory.mktemp("schools")
    workspace = open_workspace(base, small_project)
    take(workspace, "schools", small_country.schools())
    take(workspace, "population", small_country.population())

    def deliver(order: tuple[int, ...]) -> Workspace:
        folder = tmp_path_factory.mktemp("order")
        shutil.copytree(base, folder, dirs_exist_ok=True)
        workspace = open_workspace(folder, small_project)
        for number in order:
            content, as_of = PUPIL_FILES[number]
            take(workspace, "pupils", content, as_of=as_of)
        return workspace

    return deliver


def test_the_newest_delivery_of_each_sender_holds_whatever_the_order_of_arrival(
    ordered: Callable[[tuple[int, ...]], Workspace],
) -> None:
    found = set()
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        workspace = ordered(order)
        rows = workspace.protected.current("pupils", "2021")
        by_school = {code: rows["school_code"].to_pylist().count(code) for code in CODES}
        assert by_school == dict.fromkeys(CODES, 24) | dict(zip(CODES, (30, 20, 20), strict=False))
        found.add((workspace.protected.state_hash_all(), input_hash(workspace)))
    assert len(found) == 1


def test_status_says_which_batches_are_in_force(
    ordered: Callable[[tuple[int, ...]], Workspace],
) -> None:
    workspace = ordered((0, 1, 2))
    batches = [row for row in status(workspace)["batches"] if row["batch"].startswith("pupils")]
    assert [row["in_force"] for row in batches] == ["in part", "in part", "yes"]
    take(workspace, "pupils", table(pupil_rows(5)), as_of=NOW, may_be_smaller=True)
    batches = [row for row in status(workspace)["batches"] if row["batch"].startswith("pupils")]
    assert [row["in_force"] for row in batches] == ["no", "no", "no", "yes"]


def test_a_candidate_without_approval_is_not_released(
    command: Command, prepared: Workspace
) -> None:
    before = tree(prepared)
    for language, remedy in (("en", "cartable approve"), ("fr", "Le délégataire lance")):
        ran = command(prepared, "release", candidate(prepared), language=language)
        assert ran.code == 8
        assert ran.err.startswith("approval.missing: ")
        assert remedy in ran.err
        assert len(ran.err.splitlines()) == 1
    assert tree(prepared) == before
    assert prepared.published.current() is None


def test_an_approval_dies_with_newer_rows(command: Command, prepared: Workspace) -> None:
    old = candidate(prepared)
    approve(prepared, old, approver="delegate")
    correct(prepared)
    ran = command(prepared, "release", old)
    assert (ran.code, ran.err.partition(":")[0]) == (8, "approval.superseded")
    with pytest.raises(ApprovalError, match=r"approval\.superseded"):
        approve(prepared, old, approver="delegate")
    assert prepared.published.current() is None
    new = prepare(prepared).ids["candidate"]
    assert new != old
    with pytest.raises(ApprovalError, match=r"approval\.missing"):
        release(prepared, new)


def test_an_approval_dies_with_a_changed_rule(
    prepared: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    old = candidate(prepared)
    approve(prepared, old, approver="delegate")
    changed = tmp_path_factory.mktemp("changed") / "project"
    shutil.copytree(prepared.settings.project, changed)
    policy = changed / "contracts" / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("value: 5", "value: 6", 1))
    with pytest.raises(ApprovalError, match=r"approval\.superseded"):
        release(sign_for_tests(open_workspace(prepared.home.parent, changed)), old)


def test_an_unknown_candidate_is_told(command: Command, prepared: Workspace) -> None:
    for step in (("release", "candidate-0"), ("approve", "candidate-0", "--by", "delegate")):
        ran = command(prepared, *step)
        assert (ran.code, ran.err.partition(":")[0]) == (8, "approval.unknown_candidate")


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_a_no_to_a_candidate_leaves_everything_as_it_was(
    command: Command, prepared: Workspace, typed: str
) -> None:
    before = tree(prepared)
    ran = command(prepared, "publish", "--by", "delegate", typed=typed)
    assert ran.code == 8
    assert "What this candidate hides" in ran.out
    assert "What an adversary finds in it: pass" in ran.out
    assert "hidden figures known to count one person" in ran.out
    assert f"Approve {candidate(prepared)} as delegate?" in ran.err
    assert "approval.declined: " in ran.err
    assert tree(prepared) == before


def test_a_yes_publishes_and_a_second_time_is_the_same_release(
    command: Command, prepared: Workspace
) -> None:
    ran = command(prepared, "publish", "--by", "delegate", typed="y\n")
    assert ran.code == 0, ran.err
    first = prepared.published.current()
    assert first is not None
    assert total(prepared) == 24 * len(SCHOOLS)
    [approval] = told(prepared, "approval")
    assert approval["approver"] == "delegate"
    before = tree(prepared)
    # Nobody is asked again, so nobody approves: whoever runs it leaves no name.
    again = command(prepared, "publish", "--by", "somebody", "--yes")
    assert (again.code, again.out.count("(unchanged)")) == (0, 2)
    assert tree(prepared) == before
    assert [one.release_id for one in prepared.published.releases()] == [first.release_id]


def test_exact_counts_end_with_the_decision_and_the_ledger_says_so(prepared: Workspace) -> None:
    publish(prepared)
    assert not prepared.review.has_counts(candidate(prepared))
    [gone] = told(prepared, "destroyed")
    assert (gone["zone"], gone["candidate"]) == ("review", candidate(prepared))


def test_other_rows_with_the_same_figures_can_be_released(
    command: Command, prepared: Workspace
) -> None:
    first = publish(prepared)
    rows = pupil_rows(24, CODES[:1])
    rows[0] = {**rows[0], "national_id": "999999999ZZ"}
    take(prepared, "pupils", table(rows), as_of=LATER)
    before = total(prepared)
    second = publish(prepared)
    assert total(prepared) == before
    current = prepared.published.current()
    assert current is not None
    assert current.release_id == second.ids["release"] != first.ids["release"]
    listed = command(prepared, "release", "list", language="fr").out
    assert "en vigueur" in listed
    assert "publique" in listed
    assert "in force" not in listed
    assert f"{NOW:%Y-%m-%d %H:%M}" in listed
    assert f"{NOW:%H:%M:%S}" not in listed


def test_readers_keep_the_old_release_when_the_new_one_fails(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = publish(prepared).ids["release"]
    correct(prepared, pupils=64)
    name = prepare(prepared).ids["candidate"]
    approve(prepared, name, approver="delegate")

    def refuse(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.steps.release.write_site", refuse)
        with pytest.raises(Exception, match=r"storage\.cannot_write"):
            release(prepared, name)
    current = prepared.published.current()
    assert current is not None
    assert current.release_id == old
    assert total(prepared) == 24 * len(SCHOOLS)
    release(prepared, name)
    assert total(prepared) == 24 * len(SCHOOLS) + 40


def days(count: float) -> datetime:
    return NOW + timedelta(days=count)


def test_a_delivery_is_destroyed_when_it_is_due_and_not_before(delivered: Workspace) -> None:
    wrong = table([{**row, "sex": "?"} for row in pupil_rows(2)])
    with pytest.raises(Exception, match=r"delivery\.too_many_refused"):
        take(delivered, "pupils", wrong, as_of=LATER)
    early = retain(at(delivered, days(30)))
    assert (early.changed, len(delivered.deliveries.ids())) == (False, 4)
    due = retain(at(delivered, days(30.01)))
    assert (due.changed, due.counts["deliveries"], due.counts["quarantine"]) == (True, 4, 0)
    assert delivered.deliveries.ids() == []
    assert len(delivered.quarantine.ids()) == 1
    files = tree(delivered)
    assert not retain(at(delivered, days(30.02))).changed
    assert tree(delivered) == files
    assert not retain(at(delivered, days(90))).changed
    assert retain(at(delivered, days(90.01))).counts["quarantine"] == 1
    assert delivered.quarantine.ids() == []
    gone = told(delivered, "destroyed")
    assert [fact["zone"] for fact in gone] == ["deliveries"] * 4 + ["quarantine"]
    assert {str(fact["delivery"]).rpartition("-")[0] for fact in gone} == {
        "schools-2021",
        "population-2021",
        "pupils-2021",
    }
    # The accepted rows stay: their retention is another.
    assert len(delivered.protected.batches()) == 3


def test_a_delivery_that_comes_back_has_its_whole_retention_again(delivered: Workspace) -> None:
    retain(at(delivered, days(31)))
    again = take(at(delivered, days(40)), "pupils", small_country.deliveries()["pupils"])
    assert not again.changed
    assert len(delivered.deliveries.ids()) == 1
    assert not retain(at(delivered, days(70))).changed
    assert retain(at(delivered, days(70.01))).counts["deliveries"] == 1
    assert [fact["zone"] for fact in told(delivered, "destroyed")] == ["deliveries"] * 4


def test_counts_of_an_undecided_candidate_go_and_can_be_made_again(prepared: Workspace) -> None:
    name = candidate(prepared)
    assert retain(at(prepared, days(89))).counts["review"] == 0
    assert retain(at(prepared, days(91))).counts["review"] == 1
    assert not prepared.review.has_counts(name)
    later = at(prepared, days(92))
    assert prepare(later).ids["candidate"] == name
    approve(later, name, approver="delegate")
    assert retain(later).counts["review"] == 0
    assert release(later, name).changed
    assert total(later) == 24 * len(SCHOOLS)


def test_rows_of_a_period_go_after_the_years_of_the_policy(
    delivered: Workspace, small_project: Path
) -> None:
    limit = open_workspace(delivered.home.parent, small_project).project.contracts.policy
    due = datetime(2022, 1, 1, tzinfo=UTC) + timedelta(days=limit.retention.protected.value)
    for dataset, content in small_country.deliveries().items():
        take(delivered, dataset, content, period="2022")
    before = retain(at(delivered, due - timedelta(seconds=1)))
    assert before.counts["protected"] == 0
    assert len(delivered.protected.batches()) == 6
    assert retain(at(delivered, due)).counts["protected"] == 3
    assert {batch.period for batch in delivered.protected.batches()} == {"2022"}
    assert not list((delivered.home / "protected").glob("*/2021/*"))
    gone = [fact["batch"] for fact in told(delivered, "destroyed") if fact["zone"] == "protected"]
    assert len(gone) == 3
    files = tree(delivered)
    assert not retain(at(delivered, due)).changed
    assert tree(delivered) == files
    assert delivered.protected.current("pupils", "2022").num_rows == 24 * len(SCHOOLS)


def test_a_year_that_has_not_begun_and_a_date_to_come_are_refused(small: Workspace) -> None:
    schools = small_country.schools()
    this_year = str(small.clock().year)
    take(small, "schools", schools, period=this_year, as_of=small.clock())
    with pytest.raises(DeliveryError, match=r"delivery\.future_period"):
        take(small, "schools", schools, period=str(small.clock().year + 1))
    with pytest.raises(DeliveryError, match=r"delivery\.future_as_of"):
        take(small, "schools", schools, as_of=small.clock() + timedelta(seconds=1))
    assert len(small.deliveries.ids()) == 1


def test_what_nobody_delivered_is_published_empty(small: Workspace) -> None:
    for name in ("schools", "population"):
        take(small, name, small_country.deliveries()[name])
    candidate = prepare(small).ids["candidate"]
    approve(small, candidate, approver="delegate")
    release(small, candidate)
    counts = "select (select count(*) from cells.schools), (select count(*) from cells.enrolment)"
    [row] = ask(small.settings, counts).table.to_pylist()
    schools, pupils = row.values()
    assert schools > 0
    assert pupils == 0


def test_a_release_of_rows_and_rules_that_are_current_again_is_put_back(
    delivered: Workspace, tmp_path: Path
) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(delivered.settings.project, changed)
    policy = changed / "contracts" / "policy.yml"
    text = policy.read_text(encoding="utf-8").replace("version: 1", "version: 2")
    policy.write_text(text, encoding="utf-8")
    first = publish(delivered)
    publish(sign_for_tests(open_workspace(delivered.home.parent, changed)))
    sign_for_tests(delivered)
    assert propose(delivered) is not None
    again = publish(delivered)
    assert (again.ids, again.changed) == (first.ids, True)
    current = delivered.published.current()
    assert current is not None
    assert current.release_id == first.ids["release"]
    assert told(delivered, "put_back") == [first.ids]
    assert propose(delivered) is None
    assert not publish(delivered).changed
