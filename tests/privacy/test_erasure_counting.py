"""Counts on their way and an erasure exclude each other: none is sealed with who is gone."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from pipeline.steps.erasing import erase
from pipeline.steps.listing import KIND as LISTED
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.prepare import prepare
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, release
from pipeline.steps.restricting import restrict
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests.kills import KilledError
from tests.small_country import open_workspace, pupil_rows

GONE = [row["national_id"] for row in pupil_rows(24)[:3]]


def again(workspace: Workspace) -> Workspace:
    """Return the same installation as another process opens it."""
    return open_workspace(workspace.home.parent, workspace.settings.project)


def erase_them(workspace: Workspace) -> Receipt:
    place = identified(workspace, "pupils")
    return erase(workspace, place, people([[one] for one in GONE], place))


def restrict_them(workspace: Workspace) -> Receipt:
    place = identified(workspace, "pupils")
    return restrict(workspace, place, people([[one] for one in GONE], place))


def pupils_counted(workspace: Workspace, candidate: str) -> int:
    cells = workspace.review.tables(candidate)["exact_enrolment"].to_pandas()
    keys = [name for name in cells.columns if set(cells[name]) & {"_T"}]
    whole = cells[(cells["area_level"] == "departement") & (cells[keys] == "_T").all(axis=1)]
    return int(whole["pupils"].sum())


def killed(*_: object, **__: object) -> None:
    raise KilledError


class Beside:
    """Another run that begins where a step stands now, and is given time to come between."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.waited: list[bool] = []
        self._thread = threading.Thread(target=work)

    def between(self, method: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            if not self.waited:
                self._thread.start()
                self._thread.join(1.5)
                self.waited.append(self._thread.is_alive())
            return method(*arguments, **named)

        return call

    def end(self) -> None:
        self._thread.join(120)
        assert not self._thread.is_alive()


@pytest.mark.parametrize("change", [erase_them, restrict_them])
def test_who_goes_while_rows_are_counted_is_in_no_sealed_count(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch, change: Callable[[Workspace], Receipt]
) -> None:
    import pipeline.steps.prepare as module

    beside = Beside(lambda: change(again(delivered)))
    # The rows are read, with them among them; nothing is sealed yet.
    monkeypatch.setattr(module, "observe", beside.between(module.observe))
    first = prepare(delivered).ids["candidate"]
    beside.end()
    assert beside.waited == [True]
    assert not delivered.review.has_counts(first)
    second = prepare(again(delivered)).ids["candidate"]
    assert second != first
    assert pupils_counted(again(delivered), second) == 24 * 8 - len(GONE)


@pytest.mark.parametrize("where", ["_rewrite_protected", "withdraw_undecided"])
def test_who_is_half_erased_is_not_counted_meanwhile(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    import pipeline.steps.erasing as module

    made: list[str] = []
    beside = Beside(lambda: made.append(prepare(again(delivered)).ids["candidate"]))
    monkeypatch.setattr(module, where, beside.between(getattr(module, where)))
    erase_them(delivered)
    beside.end()
    assert beside.waited == [True]
    [candidate] = again(delivered).review.candidates()
    assert made == [candidate]
    assert pupils_counted(again(delivered), candidate) == 24 * 8 - len(GONE)


def test_what_was_counted_before_and_released_between_a_kill_and_its_end_is_marked(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipeline.steps.erasing as module

    with monkeypatch.context() as patch:
        patch.setattr(module, "_rewrite_protected", killed)
        with pytest.raises(KilledError):
            erase_them(delivered)
    workspace = again(delivered)
    candidate = prepare(workspace).ids["candidate"]
    assert pupils_counted(workspace, candidate) == 24 * 8
    approve(workspace, candidate, approver="delegate")
    release(workspace, candidate)
    receipt = erase_them(again(delivered))
    assert receipt.counts["releases_to_recompute"] == 1
    assert status(again(delivered))["release"]["recompute"] == [receipt.ids["erasure"]]


def test_a_restriction_killed_before_the_counts_go_is_ended_by_the_next_run(
    prepared: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipeline.steps.restricting as module

    [candidate] = prepared.review.candidates()
    with monkeypatch.context() as patch:
        patch.setattr(module, "withdraw_undecided", killed)
        with pytest.raises(KilledError):
            restrict_them(prepared)
    assert prepared.ledger.find(LISTED, domain="pupil") is not None
    assert prepared.review.has_counts(candidate)
    assert not restrict_them(again(prepared)).changed
    assert not prepared.review.has_counts(candidate)
    # What is counted now knows of it: a further run leaves it.
    following = prepare(again(prepared)).ids["candidate"]
    assert not restrict_them(again(prepared)).changed
    assert prepared.review.has_counts(following)
