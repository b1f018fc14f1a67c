"""Nothing is published that the adversary does not fail on, nor when it stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipeline.disclosure.adversary import Table
from pipeline.errors import DisclosureError
from pipeline.steps import attacking, stranger
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.workspace import Workspace
from tests.conftest import Command

Spoil = Callable[[Table], Table]


def approved(workspace: Workspace) -> str:
    candidate = prepare(workspace).ids["candidate"]
    approve(workspace, candidate, approver="delegate")
    return candidate


def told(workspace: Workspace) -> list[dict[str, Any]]:
    return [dict(entry.facts) for entry in workspace.ledger.entries("verdict")]


def spoilt(monkeypatch: pytest.MonkeyPatch, spoil: Spoil) -> None:
    """Let the adversary read tables of persons that the protection did not leave so."""
    read = stranger.as_published

    def spoiling(*arguments: Any, **named: Any) -> Any:
        found = read(*arguments, **named)
        tables = {
            name: spoil(table) if table.counts == "persons" else table
            for name, table in found.tables.items()
        }
        return replace(found, tables=tables)

    monkeypatch.setattr(attacking, "as_published", spoiling)


def alone(table: Table) -> Table:
    """Hide one shown cell of a commune and nothing with it."""
    shown = np.flatnonzero(
        (table.level == "commune") & (table.shown > 1) & (table.code["sex"] == "F")
    )
    hidden, value = table.hidden.copy(), table.shown.copy()
    hidden[shown[0]], value[shown[0]] = True, np.nan
    return replace(table, hidden=hidden, value={"pupils": value})


def test_the_verdict_is_sealed_with_the_candidate_and_told_with_hashes(
    delivered: Workspace,
) -> None:
    candidate = approved(delivered)
    facts = delivered.review.facts(candidate)
    verdict = facts["adversary"]
    assert verdict["outcome"] == "pass"
    assert verdict["content"] == facts["content"]
    assert verdict["hidden"] == 0
    assert verdict["width"] == 3
    (entry,) = told(delivered)
    assert entry["candidate"] == candidate
    assert entry["outcome"] == "pass"
    assert entry["content"] == facts["content"]
    assert set(entry) == {"candidate", "content", "public", "outcome", "verdict"}


def test_what_the_adversary_finds_is_not_published(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(monkeypatch, alone)
    made = prepare(delivered)
    candidate = made.ids["candidate"]
    given = approve(delivered, candidate, approver="delegate")
    for receipt in (made, given):
        assert any("disclosure.adversary_refuses" in warning for warning in receipt.warnings)
        assert any("1 hidden cells of level commune" in warning for warning in receipt.warnings)
    with pytest.raises(DisclosureError) as refusal:
        release(delivered, candidate)
    assert refusal.value.problem.code == "disclosure.adversary_refuses"
    (reason,) = refusal.value.problems
    assert (reason.code, reason.place.table) == ("disclosure.adversary_known", "enrolment")
    assert dict(reason.facts) == {"level": "commune", "width": 3}
    assert delivered.releases.releases() == []
    assert delivered.published.current() is None
    assert [entry["outcome"] for entry in told(delivered)] == ["refuse"]


def test_an_adversary_that_stops_lets_nothing_through(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any, **__: Any) -> None:
        message = "a value that must not be told"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(attacking, "attack", stop)
    candidate = approved(delivered)
    with pytest.raises(DisclosureError) as refusal:
        release(delivered, candidate)
    assert refusal.value.problem.code == "disclosure.adversary_crashed"
    assert "ZeroDivisionError" in str(refusal.value)
    assert "must not be told" not in str(refusal.value)
    assert delivered.releases.releases() == []
    monkeypatch.undo()
    release(delivered, candidate)
    assert [entry["outcome"] for entry in told(delivered)] == ["crashed", "pass"]


def test_a_verdict_on_something_else_is_given_anew(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    candidate = approved(delivered)
    facts = delivered.review.facts(candidate)
    calls = []
    judged = attacking.adversary_verdict
    monkeypatch.setattr(
        "pipeline.steps.attacking.adversary_verdict",
        lambda *a, **n: calls.append(n) or judged(*a, **n),
    )
    other = {**facts, "adversary": {**facts["adversary"], "content": "0" * 64}}
    monkeypatch.setattr(delivered.review, "facts", lambda _: other)
    release(delivered, candidate)
    assert [call["content"] for call in calls] == [facts["content"]]


def test_reasons_are_told_in_french(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    spoilt(monkeypatch, alone)
    ran = command(delivered, "publish", "--by", "delegate", "--yes", language="fr")
    assert ran.code == 7
    assert "L'adversaire a trouvé" in ran.err
    assert "se déduisent de ce qui serait public" in ran.err
