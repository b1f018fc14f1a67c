"""What the adversary could not decide waits until the officer judged it and it is approved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.disclosure.adversary import judge
from pipeline.disclosure.adversary.verdict import Reason, Rule, Verdict
from pipeline.errors import ApprovalError, CartableError, DisclosureError, PolicyError
from pipeline.steps import attacking
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


def candidate_of(workspace: Workspace) -> str:
    return prepare(workspace).ids["candidate"]


def opine(workspace: Workspace, candidate: str, opinion: Any = "favourable") -> None:
    opine_on(workspace, candidate, person(workspace, "dpo"), opinion, words=WORDS)


def judged_and_approved(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> str:
    doubting(monkeypatch)
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
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubting(monkeypatch)
    candidate = candidate_of(delivered)
    assert approve(delivered, candidate, approver="delegate").warnings
    assert refused(delivered, candidate).problem.code == "disclosure.adversary_doubts"
    opine(delivered, candidate)
    assert refused(delivered, candidate).problem.code == "approval.before_opinion"
    given = approve(delivered, candidate, approver="delegate")
    assert (given.changed, given.warnings) == (True, ())
    release(delivered, candidate)
    (told,) = delivered.ledger.entries("candidate_opinion")
    approvals = [entry.facts for entry in delivered.ledger.entries("approval")]
    assert [one.get("opinion") for one in approvals] == [None, told.facts["record"]]
    facts = delivered.review.facts(candidate)
    assert told.facts["content"] == facts["content"]
    assert told.facts["verdict"] == attacking.verdict_hash(facts["adversary"])
    assert b"formula" not in json.dumps(dict(told.facts)).encode()


def test_an_unfavourable_opinion_leaves_the_release_stopped_until_there_is_another(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubting(monkeypatch)
    candidate = candidate_of(delivered)
    opine(delivered, candidate)
    opine(delivered, candidate, "unfavourable")
    approve(delivered, candidate, approver="delegate")
    assert refused(delivered, candidate).problem.code == "disclosure.adversary_doubts"
    opine(delivered, candidate, "with_reservations")
    assert refused(delivered, candidate).problem.code == "approval.before_opinion"
    approve(delivered, candidate, approver="delegate")
    require_settled(delivered, candidate, delivered.review.facts(candidate)["adversary"])


def test_an_opinion_says_nothing_on_another_verdict_or_candidate(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = judged_and_approved(delivered, monkeypatch)
    facts = delivered.review.facts(candidate)
    found = {**facts["adversary"], "unseen": 1}
    with monkeypatch.context() as other:
        other.setattr(delivered.review, "facts", lambda _: {**facts, "adversary": found})
        assert refused(delivered, candidate).problem.code == "disclosure.adversary_doubts"
    fewer = small_country.table(small_country.pupil_rows(20))
    small_country.take(delivered, "pupils", fewer, as_of=small_country.NOW, may_be_smaller=True)
    newer = candidate_of(delivered)
    assert newer != candidate
    approve(delivered, newer, approver="delegate")
    assert refused(delivered, newer).problem.code == "disclosure.adversary_doubts"


@pytest.mark.parametrize("rule", [None, "known"])
def test_no_opinion_settles_what_the_adversary_decided(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch, rule: Rule | None
) -> None:
    if rule is not None:
        doubting(monkeypatch, rule)
    candidate = candidate_of(delivered)
    with pytest.raises(DisclosureError, match="nothing_to_judge"):
        opine(delivered, candidate)
    assert delivered.ledger.find("candidate_opinion") is None


def test_nobody_but_the_officer_judges(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    doubting(monkeypatch)
    candidate = candidate_of(delivered)
    stranger = make_person_key(tmp_path / "stranger.pem", passphrase=None)
    for key in (person(delivered, "delegate"), stranger):
        with pytest.raises(PolicyError, match="not_enrolled"):
            opine_on(delivered, candidate, key, "favourable", words=WORDS)


def test_an_opinion_that_was_altered_does_not_count(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = judged_and_approved(delivered, monkeypatch)
    told = delivered.ledger.find("candidate_opinion")
    assert told is not None
    (path,) = (delivered.home / "policies").glob(f"*/opinion-{str(told.facts['record'])[:16]}.json")
    path.write_text(path.read_text().replace("favourable", "unfavourable"))
    with pytest.raises(CartableError, match="altered"):
        release(delivered, candidate)


def test_the_officer_judges_by_command_and_the_report_shows_it(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: Command
) -> None:
    doubting(monkeypatch)
    candidate = candidate_of(delivered)
    words, key = tmp_path / "why.txt", delivered.settings.keys / "persons" / "dpo.pem"
    words.write_bytes(WORDS)
    person(delivered, "dpo")
    judged = ("audit", "opine", candidate, "--key", str(key), "--words-file", str(words))
    ran = command(delivered, *judged, "--opinion", "favourable", language="fr")
    assert ran.code == 0, ran.err
    assert "avis sur un candidat" in ran.out
    pages = {}
    for name in ("report.html", "report.json"):
        to = ("audit", "disclosure", candidate, "--to", str(tmp_path / name))
        assert command(delivered, *to, language="fr").code == 0
        pages[name] = (tmp_path / name).read_text(encoding="utf-8")
    assert json.loads(pages["report.json"])["opinion"]["opinion"] == "favourable"
    assert "L'adversaire n'a pu trancher." in pages["report.html"].replace("&#39;", "'")
    assert WORDS.decode().strip() in pages["report.html"]
