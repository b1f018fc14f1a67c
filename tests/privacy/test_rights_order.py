"""Rights hold in every order of acts, between any two writes, and beside what others do."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ApprovalError, DeliveryError, StorageError
from pipeline.steps import release as releasing
from pipeline.steps.erasing import erase, readmit
from pipeline.steps.in_force import release_in_force
from pipeline.steps.listing import Identified, People, identified, read_list
from pipeline.steps.people import people
from pipeline.steps.prepare import prepare
from pipeline.steps.receipt import Receipt
from pipeline.steps.recomputing import out_of_date_because
from pipeline.steps.release import approve, release, withdraw
from pipeline.steps.restricting import counted_rows, restrict
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.releases import ReleaseStore
from pipeline.storage.review import ReviewStore
from pipeline.storage.suppressions import DomainList, SuppressionStore
from tests import small_country
from tests.kills import KilledError, killed_before
from tests.signing import sign_for_tests
from tests.small_country import NOW, SCHOOLS, open_workspace, pupil_rows, table, take

ROWS = pupil_rows(24)
ONE, OTHER = ROWS[0]["national_id"], ROWS[5]["national_id"]
CODES = list(SCHOOLS)
LATER = datetime.fromisoformat("2021-11-05T00:00:00+00:00")
WRITES = (
    (SuppressionStore, ("write",)),
    (DeliveryStore, ("receive", "reseal", "note_screened")),
    (QuarantineStore, ("put",)),
    (ProtectedStore, ("staging", "commit")),
    (ReviewStore, ("withdraw_counts",)),
    (Ledger, ("append", "append_once")),
)


def killed(*_arguments: object, **_named: object) -> None:
    raise KilledError


def who(workspace: Workspace, *ids: str) -> tuple[Identified, People]:
    place = identified(workspace, "pupils")
    return place, people([[one] for one in ids], place)


def erased(workspace: Workspace, one: str = ONE) -> Receipt:
    return erase(workspace, *who(workspace, one))


def restricted(workspace: Workspace, one: str = ONE, *, is_lifted: bool = False) -> Receipt:
    return restrict(workspace, *who(workspace, one), is_lifted=is_lifted)


def publish(workspace: Workspace) -> str:
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    return release(workspace, candidate).ids["release"]


def marked(workspace: Workspace) -> dict[str, list[str]]:
    """Return each release that is shown, and why it is out of date."""
    names = [one.release_id for one in workspace.published.releases()]
    return {name: out_of_date_because(workspace, name) for name in names}


def in_force(workspace: Workspace) -> str | None:
    """Return the release in force, which is the one that the ledger tells of."""
    found = release_in_force(workspace)
    return found and found.release_id


def fresh(source: Workspace, folder: Path) -> Workspace:
    """Return a copy of what a workspace holds, with the same keys."""
    shutil.copytree(source.home.parent, folder, dirs_exist_ok=True)
    return open_workspace(folder, source.settings.project)


def pupils_counted(workspace: Workspace, candidate: str) -> int:
    cells = workspace.review.tables(candidate)["exact_enrolment"].to_pandas()
    keys = [name for name in cells.columns if name not in {"pupils", "area_level", "ref_area"}]
    whole = cells[cells["area_level"] == "departement"]
    totals = [name for name in keys if "_T" in set(whole[name])]
    [total] = whole[(whole[totals] == "_T").all(axis=1)]["pupils"]
    return int(total)


def test_who_was_readmitted_and_is_erased_again_stays_out(delivered: Workspace) -> None:
    first = erased(delivered)
    readmit(delivered, *who(delivered, ONE))
    second = erased(delivered)
    assert second.changed
    assert second.ids["erasure"] != first.ids["erasure"]
    assert not erased(delivered).changed
    take(delivered, "pupils", table([*ROWS, small_country.pupil(77_777, CODES[0])]), as_of=NOW)
    assert delivered.protected.current("pupils", "2021").num_rows == len(ROWS)
    told = [e.facts["action"] for e in delivered.ledger.entries("subject")]
    assert told == ["readmit"]


@pytest.mark.slow
def test_who_was_listed_under_another_spelling_is_let_in_again(
    tmp_path: Path, delivered: Workspace, small_project: Path
) -> None:
    erased(delivered)
    restricted(delivered, OTHER)
    project = shutil.copytree(small_project, tmp_path / "project")
    policy = project / "contracts" / "policy.yml"
    before = policy.read_text(encoding="utf-8")
    after = before.replace("leading_zeros: kept", "leading_zeros: stripped")
    after = after.replace("version: 1\n      unicode", "version: 2\n      unicode")
    assert after != before
    policy.write_text(after, encoding="utf-8")
    later = sign_for_tests(open_workspace(tmp_path, project))
    held = read_list(later, "pupil")
    assert held.erased
    assert held.restricted
    assert held.uncounted
    assert readmit(later, *who(later, ONE)).changed
    assert restricted(later, OTHER, is_lifted=True).changed
    held = read_list(later, "pupil")
    assert (held.erased, held.restricted, held.uncounted) == ((), (), ())
    assert not readmit(later, *who(later, ONE)).changed
    assert not restricted(later, OTHER, is_lifted=True).changed
    told = [e.facts["action"] for e in later.ledger.entries("subject")]
    assert told == ["restrict", "readmit", "unrestrict"]


def test_a_lift_lets_in_what_was_looked_through_and_refused(delivered: Workspace) -> None:
    restricted(delivered)
    # Its schools are not there yet: the file is looked through, then refused as a whole.
    with pytest.raises(DeliveryError, match=r"delivery\.reference_missing"):
        take(delivered, "pupils", table(ROWS), period="2020")
    assert {each.period for each in read_list(delivered, "pupil").uncounted} == {"2020", "2021"}
    restricted(delivered, is_lifted=True)
    assert read_list(delivered, "pupil").uncounted == ()
    take(delivered, "schools", small_country.schools(), period="2020")
    take(delivered, "pupils", table(ROWS), period="2020")
    assert read_list(delivered, "pupil").uncounted == ()


def test_a_list_that_changes_while_it_is_read_is_not_taken_for_lost(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_workspace(delivered.home.parent, delivered.settings.project)
    read, turns = SuppressionStore.read, [ONE, OTHER]

    def slow(store: SuppressionStore, domain: str) -> DomainList:
        found = read(store, domain)
        if store.ring is delivered.ring:
            while turns:
                restricted(other, turns.pop())
        return found

    monkeypatch.setattr(
        SuppressionStore, "ring", property(lambda store: store._ring), raising=False
    )
    monkeypatch.setattr(SuppressionStore, "read", slow)
    assert read_list(delivered, "pupil").version == 2
    assert turns == []


@pytest.mark.slow
def test_a_restriction_stopped_before_any_write_is_ended_by_the_next_run(
    prepared: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = publish(prepared)
    take(prepared, "pupils", table(ROWS[:180]), as_of=LATER)
    undecided = prepare(prepared).ids["candidate"]
    whole = fresh(prepared, tmp_path_factory.mktemp("whole"))
    with killed_before(None, WRITES) as done:
        restricted(whole)
    assert {each.split(".")[1] for each in done} == {
        "write",
        "withdraw_counts",
        "append",
        "append_once",
    }

    def state(workspace: Workspace) -> object:
        told = [(e.kind, sorted(e.facts.items())) for e in workspace.ledger.entries()]
        assert marked(workspace) == {first: ["restrict-pupil-1"]}
        assert not workspace.review.has_counts(undecided)
        return sorted(told), read_list(workspace, "pupil")

    wanted = state(whole)
    for write in range(len(done)):
        workspace = fresh(prepared, tmp_path_factory.mktemp("kill"))
        with pytest.raises(KilledError), killed_before(write, WRITES):
            restricted(workspace)
        workspace = open_workspace(workspace.home.parent, workspace.settings.project)
        restricted(workspace)
        assert state(workspace) == wanted, done[write]
        assert not restricted(workspace).changed
        shutil.rmtree(workspace.home.parent)


@pytest.mark.slow
def test_an_ingest_stopped_before_any_write_neither_keeps_nor_counts_who_is_listed(
    delivered: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    erased(delivered)
    restricted(delivered, OTHER)
    # Of next to last year nothing is held: whom not to count there is found by looking through.
    take(delivered, "schools", small_country.schools(), period="2020")
    content = table(ROWS)

    def held(workspace: Workspace) -> object:
        rows = workspace.protected.current("pupils", "2020")
        counted = counted_rows(workspace, "pupils", "2020", rows)
        assert (rows.num_rows, counted.num_rows) == (len(ROWS) - 1, len(ROWS) - 2)
        [name] = [each for each in workspace.deliveries.ids() if each.startswith("pupils-2020")]
        with workspace.deliveries.open(name) as stream:
            assert ONE.encode() not in stream.read()
        told = [(e.kind, sorted(e.facts.items())) for e in workspace.ledger.entries()]
        return sorted(told), workspace.protected.state_hash_all(), read_list(workspace, "pupil")

    whole = fresh(delivered, tmp_path_factory.mktemp("whole"))
    with killed_before(None, WRITES) as done:
        take(whole, "pupils", content, period="2020")
    order = ("DeliveryStore.reseal", "SuppressionStore.write", "DeliveryStore.note_screened")
    assert sorted(order, key=done.index) == list(order)
    wanted = held(whole)
    for write in range(len(done)):
        workspace = fresh(delivered, tmp_path_factory.mktemp("kill"))
        with pytest.raises(KilledError), killed_before(write, WRITES):
            take(workspace, "pupils", content, period="2020")
        workspace = open_workspace(workspace.home.parent, workspace.settings.project)
        take(workspace, "pupils", content, period="2020")
        assert held(workspace) == wanted, done[write]
        shutil.rmtree(workspace.home.parent)


@pytest.mark.slow
def test_a_restriction_asked_for_again_marks_no_release_that_knows_of_it(
    delivered: Workspace,
) -> None:
    restricted(delivered)
    knows = publish(delivered)
    take(delivered, "pupils", table(ROWS[:180]), as_of=LATER)
    restricted(delivered, OTHER)
    candidate = prepare(delivered).ids["candidate"]
    assert marked(delivered) == {knows: ["restrict-pupil-2"]}
    assert not restricted(delivered).changed
    assert not restricted(delivered, OTHER).changed
    assert marked(delivered) == {knows: ["restrict-pupil-2"]}
    assert delivered.review.has_counts(candidate)


def test_what_is_erased_while_a_release_is_written_is_never_shown(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    [candidate] = prepared.review.candidates()
    approve(prepared, candidate, approver="delegate")
    publication = releasing._publication

    def late(*arguments: Any, **named: Any) -> object:
        found = publication(*arguments, **named)
        erased(open_workspace(prepared.home.parent, prepared.settings.project))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(releasing, "_publication", late)
        with pytest.raises(ApprovalError, match=r"approval\.superseded"):
            release(prepared, candidate)
    assert prepared.published.releases() == []
    assert list(prepared.ledger.entries("release")) == []


@pytest.mark.slow
def test_rows_that_come_while_others_are_counted_are_counted_too(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipeline.steps.prepare as module

    draft, drafts = module._draft, []

    def late(*arguments: Any) -> object:
        drafts.append(draft(*arguments))
        if len(drafts) == 1:
            take(delivered, "pupils", table(ROWS[:180]), as_of=LATER)
        return drafts[-1]

    with monkeypatch.context() as patch:
        patch.setattr(module, "_draft", late)
        made = prepare(delivered).ids["candidate"]
    assert len(drafts) == 2
    assert delivered.review.candidates() == [made]
    held = delivered.protected.current("pupils", "2021").num_rows
    assert pupils_counted(delivered, made) == held
    assert prepare(delivered).ids["candidate"] == made


def shown_and_untold(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, where: str) -> str:
    """Kill the release of a candidate once it is shown; return its name."""
    [candidate] = workspace.review.candidates()
    approve(workspace, candidate, approver="delegate")
    with monkeypatch.context() as patch:
        if where == "before it is in force":
            patch.setattr(ReleaseStore, "_put_in_force", killed)
        else:
            patch.setattr(releasing, "record_release", killed)
        with pytest.raises(KilledError):
            release(workspace, candidate)
    [shown] = workspace.published.releases()
    assert list(workspace.ledger.entries("release")) == []
    return shown.release_id


@pytest.mark.slow
def test_a_release_that_a_kill_left_in_force_and_untold_is_marked_and_told(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shown_and_untold(prepared, monkeypatch, "before it is told")
    [candidate] = prepared.review.candidates()
    receipt = erased(prepared)
    assert receipt.counts["releases_to_recompute"] == 1
    assert marked(prepared) == {name: [receipt.ids["erasure"]]}
    assert release(prepared, candidate).changed
    [told] = prepared.ledger.entries("release")
    assert (told.facts["release"], told.facts["candidate"]) == (name, candidate)
    assert in_force(prepared) == name
    assert not release(prepared, candidate).changed
    again = publish(prepared)
    assert marked(prepared) == {name: [receipt.ids["erasure"]], again: []}
    assert in_force(prepared) == again


@pytest.mark.slow
def test_a_release_superseded_before_it_came_in_force_stays_out_and_goes(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shown_and_untold(prepared, monkeypatch, "before it is in force")
    [candidate] = prepared.review.candidates()
    erasure = erased(prepared).ids["erasure"]
    assert marked(prepared) == {name: [erasure]}
    with pytest.raises(ApprovalError, match=r"approval\.superseded"):
        release(prepared, candidate)
    assert in_force(prepared) is None
    again = publish(prepared)
    assert marked(prepared) == {name: [erasure], again: []}
    assert withdraw(prepared, name, by="dpo").changed
    assert not withdraw(prepared, name, by="dpo").changed
    assert marked(prepared) == {again: []}
    assert in_force(prepared) == again
    # What is public is weighed by the next candidate: nothing was lost, nothing came back.
    assert not prepare(prepared).changed


def test_a_release_that_a_kill_left_untold_is_ended_when_nothing_superseded_it(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shown_and_untold(prepared, monkeypatch, "before it is in force")
    [candidate] = prepared.review.candidates()
    assert release(prepared, candidate).changed
    assert in_force(prepared) == name
    assert not prepared.review.has_counts(candidate)
    assert [e.facts["release"] for e in prepared.ledger.entries("release")] == [name]


def test_a_release_that_a_kill_left_untold_can_be_withdrawn(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shown_and_untold(prepared, monkeypatch, "before it is told")
    assert withdraw(prepared, name, by="dpo").changed
    assert not withdraw(prepared, name, by="dpo").changed
    assert in_force(prepared) is None
    assert prepared.published.releases() == []
    assert [e.facts["release"] for e in prepared.ledger.entries("release")] == [name]
    with pytest.raises(StorageError, match=r"storage\.unknown_id"):
        withdraw(prepared, "release-0000", by="dpo")
