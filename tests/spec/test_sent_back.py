"""A candidate that is sent back is closed: nobody is asked again, and approvals are undone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipeline.errors import ApprovalError
from pipeline.papers.ledger_words import CODES
from pipeline.steps.deciding import decision_on, propose, record_answer
from pipeline.steps.prepare import prepare
from pipeline.steps.reasons import WHY
from pipeline.steps.release import approve, release
from pipeline.steps.sending_back import reject
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command

HOUR = timedelta(hours=1)


def candidate_of(workspace: Workspace) -> str:
    (candidate,) = workspace.review.candidates()
    return candidate


def answer(option: str, *, later: timedelta = HOUR, **params: str) -> dict[str, Any]:
    """Return what the scheduler keeps of an answer."""
    return {
        "chosen_options": [option],
        "params_input": params,
        "responded_at": small_country.NOW + later,
        "responded_by_user": {"id": "5", "name": "anne"},
    }


def code_of(refused: pytest.ExceptionInfo[ApprovalError]) -> str:
    return refused.value.problem.code


def test_a_reject_is_told_by_name_and_reason_and_ends_the_counts(prepared: Workspace) -> None:
    candidate = candidate_of(prepared)
    rejected = answer("Reject", reason="incomplete")
    assert record_answer(prepared, candidate, rejected) is None
    (told,) = prepared.ledger.entries("rejection")
    assert (told.facts["by"], told.facts["reason"]) == ("anne", "incomplete")
    assert told.facts["content"] == prepared.review.facts(candidate)["content"]
    assert not prepared.review.has_counts(candidate)
    assert [one["sent_back"] for one in status(prepared)["candidates"]] == [True]
    # The task runs again: nothing is told twice.
    assert record_answer(prepared, candidate, rejected) is None
    assert record_answer(prepared, candidate, None) is None
    assert len(list(prepared.ledger.entries("rejection"))) == 1
    assert len(list(prepared.ledger.entries("destroyed"))) == 1


def test_a_candidate_that_was_sent_back_is_not_approved_and_not_asked_about(
    prepared: Workspace,
) -> None:
    candidate = candidate_of(prepared)
    reject(prepared, candidate, by="delegate", reason="figures")
    with pytest.raises(ApprovalError) as refused:
        approve(prepared, candidate, approver="delegate")
    assert code_of(refused) == "approval.rejected"
    assert propose(prepared) is None
    assert decision_on(prepared, candidate) == "sent back"


def test_what_was_approved_before_it_was_sent_back_is_undone(prepared: Workspace) -> None:
    candidate = candidate_of(prepared)
    approve(prepared, candidate, approver="delegate")
    reject(prepared, candidate, by="delegate", reason="not_now")
    with pytest.raises(ApprovalError) as refused:
        release(prepared, candidate)
    assert code_of(refused) == "approval.rejected"
    asked = propose(prepared, again=True)
    assert asked is not None
    assert asked.receipt.ids["candidate"] == candidate
    # It is open again, and neither the approval of before nor an answer of then counts.
    assert decision_on(prepared, candidate) is None
    with pytest.raises(ApprovalError) as refused:
        release(prepared, candidate)
    assert code_of(refused) == "approval.missing"
    with pytest.raises(ApprovalError) as refused:
        record_answer(prepared, candidate, answer("Approve", later=-HOUR))
    assert code_of(refused) == "approval.rejected"
    assert record_answer(prepared, candidate, answer("Reject", later=-HOUR)) is None
    assert decision_on(prepared, candidate) is None
    receipt = record_answer(prepared, candidate, answer("Approve"))
    assert receipt is not None
    assert receipt.changed
    release(prepared, candidate)
    assert prepared.published.current() is not None
    assert [one.facts["approver"] for one in prepared.ledger.entries("approval")] == [
        "delegate",
        "anne",
    ]


def test_other_rows_make_a_candidate_that_is_asked_about(prepared: Workspace) -> None:
    candidate = candidate_of(prepared)
    reject(prepared, candidate, by="delegate", reason="figures")
    fewer = small_country.table(small_country.pupil_rows(20))
    small_country.take(prepared, "pupils", fewer, as_of=small_country.NOW, may_be_smaller=True)
    assert decision_on(prepared, candidate) == "sent back"
    asked = propose(prepared)
    assert asked is not None
    assert asked.receipt.ids["candidate"] != candidate


def test_newer_rows_supersede_what_waits(prepared: Workspace) -> None:
    candidate = candidate_of(prepared)
    assert decision_on(prepared, candidate) is None
    fewer = small_country.table(small_country.pupil_rows(20))
    small_country.take(prepared, "pupils", fewer, as_of=small_country.NOW, may_be_smaller=True)
    assert decision_on(prepared, candidate) == "superseded"
    assert record_answer(prepared, candidate, None) is None
    with pytest.raises(ApprovalError) as refused:
        record_answer(prepared, candidate, answer("Approve"))
    assert code_of(refused) == "approval.superseded"


def test_an_approval_by_the_command_line_decides_for_the_run_that_waits(
    prepared: Workspace, command: Command
) -> None:
    candidate = candidate_of(prepared)
    assert command(prepared, "approve", candidate, "--by", "delegate").code == 0
    assert decision_on(prepared, candidate) == "approved"
    receipt = record_answer(prepared, candidate, None)
    assert receipt is not None
    assert not receipt.changed
    release(prepared, candidate)


def test_a_task_that_is_marked_as_done_approves_nothing(prepared: Workspace) -> None:
    candidate = candidate_of(prepared)
    assert record_answer(prepared, candidate, None) is not None
    with pytest.raises(ApprovalError) as refused:
        release(prepared, candidate)
    assert code_of(refused) == "approval.missing"


def test_the_question_tells_content_verdict_and_where_the_report_is(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = candidate_of(prepared)
    asked = propose(prepared)
    assert asked is not None
    facts = prepared.review.facts(candidate)
    assert str(facts["content"]) in asked.question
    assert "Verdict of the adversary: **pass** (0 finding(s))" in asked.question
    assert f"`cartable audit disclosure {candidate} --to FILE.html`" in asked.question
    monkeypatch.setenv("CARTABLE_REPORTS_URL", "https://house.example/reports/")
    from dataclasses import replace

    from pipeline.settings import read_settings

    linked = Workspace(replace(prepared.settings, reports=read_settings().reports))
    asked = propose(replace(linked, clock=prepared.clock))
    assert asked is not None
    assert f"[{candidate}](https://house.example/reports/{candidate}.html)" in asked.question


def test_sending_back_by_the_command_line_takes_a_reason_of_the_list(
    prepared: Workspace, command: Command
) -> None:
    candidate = candidate_of(prepared)
    wrong = command(prepared, "reject", candidate, "--by", "delegate", "--reason", "Éloïse")
    assert (wrong.code, wrong.err.partition(":")[0]) == (8, "approval.no_reason")
    assert "Éloïse" not in wrong.err
    given = ("reject", candidate, "--by", "delegate", "--reason", "rules")
    assert command(prepared, *given, language="fr").code == 0
    unknown = command(prepared, "reject", "candidate-0", *given[2:])
    assert unknown.err.partition(":")[0] == "approval.unknown_candidate"


def test_what_is_published_is_not_sent_back(prepared: Workspace) -> None:
    candidate = candidate_of(prepared)
    approve(prepared, candidate, approver="delegate")
    release(prepared, candidate)
    with pytest.raises(ApprovalError) as refused:
        reject(prepared, candidate, by="delegate", reason="figures")
    assert code_of(refused) == "approval.released"


def test_a_candidate_prepared_anew_by_a_person_is_open(prepared: Workspace) -> None:
    candidate = candidate_of(prepared)
    reject(prepared, candidate, by="delegate", reason="figures")
    assert prepare(prepared).ids["candidate"] == candidate
    approve(prepared, candidate, approver="delegate")
    release(prepared, candidate)


@pytest.mark.parametrize("reason", WHY)
def test_each_reason_has_words_in_both_languages(reason: str) -> None:
    assert CODES[reason].words("en") != CODES[reason].words("fr")
