"""What the adversary could not decide waits until the officer judged it and it is approved."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pipeline.disclosure.adversary import judge
from pipeline.disclosure.adversary.verdict import Reason, Rule, Verdict
from pipeline.errors import ApprovalError, CartableError, DisclosureError, PolicyError
from pipeline.steps import attacking
from pipeline.steps.deciding import record_answer
from pipeline.steps.opining import opine_on, require_settled
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.workspace import Workspace
from pipeline.storage.signatories import make_person_key
from tests import small_country
from tests.conftest import Command
from tests.signing import person

WORDS = b"The rate has no formula since it is a rank; it tells of no count.\n"


def doubting(monkeypatch: pytest.MonkeyPatch, rule: Rule = "unread") -> None:
    """Let the adversary find one reason of a kind."""

    def judged(*arguments: Any) -> Verdict:
        reason = Reason(rule=rule, table="GPI", level="", count=1)
        return replace(judge(*arguments), reasons=(reason,))

    monkeypatch.setattr(attacking, "judge", judged)


@pytest.fixture(scope="module")
def doubted_home(
    tmp_path_factory: pytest.TempPathFactory, delivered_home: Path, small_project: Path
) -> Path:
    """Return a folder with a candidate on which the adversary could not decide."""
    folder = tmp_path_factory.mktemp("doubted")
    shutil.copytree(delivered_home, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        doubting(monkeypatch)
        prepare(small_country.open_workspace(folder, small_project))
    return folder


@pytest.fixture
def doubted(tmp_path: Path, doubted_home: Path, small_project: Path) -> Workspace:
    shutil.copytree(doubted_home, tmp_path, dirs_exist_ok=True)
    return small_country.open_workspace(tmp_path, small_project)


def candidate_of(workspace: Workspace) -> str:
    (candidate,) = workspace.review.candidates()
    return candidate


def opine(workspace: Workspace, candidate: str, opinion: Any = "favourable") -> None:
    opine_on(workspace, candidate, person(workspace, "dpo"), opinion, words=WORDS)


def judged_and_approved(workspace: Workspace) -> str:
    candidate = candidate_of(workspace)
    opine(workspace, candidate)
    approve(workspace, candidate, approver="delegate")
    return candidate


def refused(workspace: Workspace, candidate: str) -> CartableError:
    with pytest.raises((ApprovalError, DisclosureError)) as refusal:
        release(workspace, candidate)
    assert workspace.releases.releases() == []
    return refusal.value


def test_a_doubt_that_the_officer_judged_and_the_delegate_approved_is_published(
    doubted: Workspace,
) -> None:
    candidate = candidate_of(doubted)
    assert approve(doubted, candidate, approver="delegate").warnings
    assert refused(doubted, candidate).problem.code == "disclosure.adversary_doubts"
    opine(doubted, candidate)
    assert refused(doubted, candidate).problem.code == "approval.before_opinion"
    given = approve(doubted, candidate, approver="delegate")
    assert (given.changed, given.warnings) == (True, ())
    release(doubted, candidate)
    (told,) = doubted.ledger.entries("candidate_opinion")
    approvals = [entry.facts for entry in doubted.ledger.entries("approval")]
    assert [one.get("opinion") for one in approvals] == [None, told.facts["record"]]
    facts = doubted.review.facts(candidate)
    assert told.facts["content"] == facts["content"]
    assert told.facts["verdict"] == attacking.verdict_hash(facts["adversary"])
    assert b"formula" not in json.dumps(dict(told.facts)).encode()


def answer(option: str, *, hours: int = 0) -> dict[str, Any]:
    """Return what the scheduler keeps of an answer, some hours after now."""
    at = small_country.NOW + timedelta(hours=hours)
    user = {"id": "delegate", "name": "delegate"}
    return {"chosen_options": [option], "responded_at": at, "responded_by_user": user}


def test_an_answer_from_before_the_opinion_does_not_count_when_its_task_runs_again(
    doubted: Workspace,
) -> None:
    candidate = candidate_of(doubted)
    record_answer(doubted, candidate, answer("Approve", hours=-1))
    opine(doubted, candidate)
    for again in (answer("Approve", hours=-1), None):
        receipt = record_answer(doubted, candidate, again)
        assert receipt is not None
        assert not receipt.changed
        assert refused(doubted, candidate).problem.code == "approval.before_opinion"
    receipt = record_answer(doubted, candidate, answer("Approve", hours=1))
    assert receipt is not None
    assert receipt.changed
    release(doubted, candidate)


def test_an_opinion_that_comes_while_the_delegate_is_asked_is_not_in_the_answer(
    doubted: Workspace, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = candidate_of(doubted)
    later = replace(doubted, clock=lambda: small_country.NOW + timedelta(minutes=1))

    def answered(_: str) -> bool:
        opine(later, candidate)
        return True

    cli = import_module("pipeline.cli.main")
    monkeypatch.setattr(cli, "open_workspace", lambda: doubted)
    monkeypatch.setattr(cli, "is_confirmed", answered)
    ran = command(doubted, "publish", "--by", "delegate")
    assert ran.code != 0
    assert "approval.before_opinion: " in ran.err
    assert doubted.releases.releases() == []


def test_an_unfavourable_opinion_leaves_the_release_stopped_until_there_is_another(
    doubted: Workspace,
) -> None:
    candidate = candidate_of(doubted)
    opine(doubted, candidate)
    opine(doubted, candidate, "unfavourable")
    approve(doubted, candidate, approver="delegate")
    assert refused(doubted, candidate).problem.code == "disclosure.adversary_doubts"
    opine(doubted, candidate, "with_reservations")
    assert refused(doubted, candidate).problem.code == "approval.before_opinion"
    approve(doubted, candidate, approver="delegate")
    require_settled(doubted, candidate, doubted.review.facts(candidate)["adversary"])


def test_the_officer_stops_what_the_adversary_let_pass_and_lets_it_go_again(
    prepared: Workspace,
) -> None:
    candidate = candidate_of(prepared)
    opine(prepared, candidate, "unfavourable")
    approve(prepared, candidate, approver="delegate")
    assert refused(prepared, candidate).problem.code == "approval.objected"
    opine(prepared, candidate)
    release(prepared, candidate)


def test_an_opinion_says_nothing_on_another_verdict_or_candidate(
    doubted: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = judged_and_approved(doubted)
    facts = doubted.review.facts(candidate)
    found = {**facts["adversary"], "unseen": 1}
    with monkeypatch.context() as other:
        other.setattr(doubted.review, "facts", lambda _: {**facts, "adversary": found})
        assert refused(doubted, candidate).problem.code == "disclosure.adversary_doubts"
    fewer = small_country.table(small_country.pupil_rows(20))
    small_country.take(doubted, "pupils", fewer, as_of=small_country.NOW, may_be_smaller=True)
    doubting(monkeypatch)
    newer = prepare(doubted).ids["candidate"]
    assert newer != candidate
    approve(doubted, newer, approver="delegate")
    assert refused(doubted, newer).problem.code == "disclosure.adversary_doubts"


@pytest.mark.parametrize("rule", [None, "known"])
def test_no_opinion_settles_what_the_adversary_decided(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch, rule: Rule | None
) -> None:
    if rule is not None:
        doubting(monkeypatch, rule)
    candidate = prepare(delivered).ids["candidate"]
    with pytest.raises(DisclosureError, match="nothing_to_judge"):
        opine(delivered, candidate)
    if rule is not None:
        with pytest.raises(DisclosureError, match="nothing_to_judge"):
            opine(delivered, candidate, "unfavourable")
    assert delivered.ledger.find("candidate_opinion") is None


def test_nobody_but_the_officer_judges(doubted: Workspace, tmp_path: Path) -> None:
    candidate = candidate_of(doubted)
    stranger = make_person_key(tmp_path / "stranger.pem", passphrase=None)
    for key in (person(doubted, "delegate"), stranger):
        with pytest.raises(PolicyError, match="not_enrolled"):
            opine_on(doubted, candidate, key, "favourable", words=WORDS)


def test_an_opinion_that_was_altered_does_not_count(doubted: Workspace) -> None:
    candidate = judged_and_approved(doubted)
    told = doubted.ledger.find("candidate_opinion")
    assert told is not None
    (path,) = (doubted.home / "policies").glob(f"*/opinion-{str(told.facts['record'])[:16]}.json")
    path.write_text(path.read_text().replace("favourable", "unfavourable"))
    with pytest.raises(CartableError, match="altered"):
        release(doubted, candidate)


def test_the_officer_judges_by_command_and_the_report_shows_it(
    doubted: Workspace, tmp_path: Path, command: Command
) -> None:
    candidate = candidate_of(doubted)
    words, key = tmp_path / "why.txt", doubted.settings.keys / "persons" / "dpo.pem"
    words.write_bytes(WORDS)
    person(doubted, "dpo")
    judged = ("audit", "opine", candidate, "--key", str(key), "--words-file", str(words))
    ran = command(doubted, *judged, "--opinion", "favourable", language="fr")
    assert ran.code == 0, ran.err
    assert "avis sur un candidat" in ran.out
    pages = {}
    for name in ("report.html", "report.json"):
        to = ("audit", "disclosure", candidate, "--to", str(tmp_path / name))
        assert command(doubted, *to, language="fr").code == 0
        pages[name] = (tmp_path / name).read_text(encoding="utf-8")
    assert json.loads(pages["report.json"])["opinion"]["opinion"] == "favourable"
    assert "L'adversaire n'a pu trancher." in pages["report.html"].replace("&#39;", "'")
    assert WORDS.decode().strip() in pages["report.html"]
