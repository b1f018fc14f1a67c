"""Registers of requests and breaches: deadlines, closed lists, nothing that names a person."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts.rights import GROUNDS, RIGHTS, request_due
from pipeline.errors import PrivacyError, StorageError
from pipeline.steps.auditing import write_report
from pipeline.steps.breaches import (
    BreachNews,
    list_breaches,
    read_breach,
    report_breach,
    update_breach,
)
from pipeline.steps.registering import add, read_all, register
from pipeline.steps.requests import (
    check_granted,
    decide_request,
    list_requests,
    open_request,
    read_request,
    update_request,
)
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Ledger
from tests.conftest import Command
from tests.small_country import MARKER, NOW, open_workspace, schools, take
from tests.unit.paper_reading import read_paper

TODAY = NOW.date()


def at(workspace: Workspace, moment: datetime) -> Workspace:
    return open_workspace(workspace.home.parent, workspace.settings.project, now=moment)


def ask(workspace: Workspace, right: str = "erasure", **given: Any) -> str:
    given = {"received": TODAY, "identity": "school", **given}
    return open_request(workspace, right, **given).ids["request"]


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2022, 1, 10), date(2022, 2, 10), date(2022, 4, 10)),
        (date(2022, 1, 31), date(2022, 2, 28), date(2022, 4, 30)),
        (date(2024, 1, 30), date(2024, 2, 29), date(2024, 4, 30)),
        (date(2021, 11, 30), date(2021, 12, 30), date(2022, 2, 28)),
        (date(2021, 12, 31), date(2022, 1, 31), date(2022, 3, 31)),
    ],
)
def test_a_request_is_due_in_one_month_and_in_three_when_extended(
    received: date, due: date, extended: date
) -> None:
    assert request_due(received, is_extended=False) == due
    assert request_due(received, is_extended=True) == extended


def test_a_request_is_late_on_the_day_after_its_deadline(small: Workspace) -> None:
    number = ask(small)
    due = datetime(2022, 2, 10, 23, tzinfo=UTC)
    for moment, state, left, overdue in (
        (due, "open", 0, None),
        (due + timedelta(hours=2), "late", None, 1),
        (due + timedelta(days=30), "late", None, 30),
    ):
        [row] = list_requests(at(small, moment))
        assert (row["request"], row["state"], row["due"]) == (number, state, "2022-02-10")
        assert (row["days_left"], row["days_overdue"]) == (left, overdue)


def test_a_request_is_extended_once_within_its_first_month(small: Workspace) -> None:
    number, other = ask(small), ask(small)
    receipt = update_request(small, number, extension="complex")
    assert receipt.changed
    assert read_request(small, number).due == date(2022, 4, 10)
    assert not update_request(small, number, extension="complex").changed
    for name, moment in ((number, NOW), (other, NOW + timedelta(days=40))):
        with pytest.raises(PrivacyError, match=r"subjects\.not_extended"):
            update_request(at(small, moment), name, extension="many")


def test_a_refusal_names_a_ground_that_fits_the_right(small: Workspace) -> None:
    for right in RIGHTS:
        number = ask(small, right)
        fitting = [ground for ground in GROUNDS if right in GROUNDS[ground].rights]
        for ground in ("", "other", *(GROUNDS.keys() - set(fitting))):
            with pytest.raises(PrivacyError, match=r"subjects\.not_on_list"):
                decide_request(small, number, "refused", ground=ground)
        assert read_request(small, number).decision == ""
        decide_request(small, number, "refused", ground=fitting[-1])
        assert read_request(small, number).ground == fitting[-1]


def test_nothing_is_granted_to_who_was_not_identified(small: Workspace) -> None:
    number = ask(small, identity="")
    with pytest.raises(PrivacyError, match=r"subjects\.identity_unchecked"):
        decide_request(small, number, "granted")
    with pytest.raises(PrivacyError, match=r"subjects\.not_granted"):
        check_granted(small, number, "erasure")
    # A part of it would be done to whoever it is, all the same.
    for decision, ground in (("partly", "not_identified"), ("partly", "excessive")):
        with pytest.raises(PrivacyError, match=r"subjects\.identity_unchecked"):
            decide_request(small, number, decision, ground=ground)
    assert read_request(small, number).decision == ""
    update_request(small, number, identity="document")
    assert decide_request(small, number, "granted").changed
    assert not decide_request(small, number, "granted").changed
    assert check_granted(small, number, "erasure").identity == "document"
    with pytest.raises(PrivacyError, match=r"subjects\.other_right"):
        check_granted(small, number, "access")
    with pytest.raises(PrivacyError, match=r"subjects\.decided"):
        decide_request(small, number, "refused", ground="excessive")
    with pytest.raises(PrivacyError, match=r"subjects\.ground_of_nothing"):
        decide_request(small, number, "granted", ground="excessive")


def test_who_is_not_identified_is_refused_and_nothing_of_it_is_carried_out(
    small: Workspace,
) -> None:
    number, older = ask(small, identity=""), ask(small, identity="")
    assert decide_request(small, number, "refused", ground="not_identified").changed
    with pytest.raises(PrivacyError, match=r"subjects\.not_granted"):
        check_granted(small, number, "erasure")
    # Decided so while it was still let pass.
    facts: dict[str, Any] = {"decision": "partly", "ground": "not_identified"}
    add(small, older, "decided", {**facts, "on": TODAY.isoformat()})
    with pytest.raises(PrivacyError, match=r"subjects\.identity_unchecked"):
        check_granted(small, older, "erasure")


def test_a_granted_request_is_late_until_it_is_carried_out(small: Workspace) -> None:
    number = ask(small)
    with pytest.raises(PrivacyError, match=r"subjects\.not_granted"):
        update_request(small, number, done=True)
    decide_request(small, number, "granted")
    later = at(small, NOW + timedelta(days=60))
    assert [row["state"] for row in list_requests(small)] == ["decided"]
    assert [row["state"] for row in list_requests(later)] == ["late"]
    assert update_request(later, number, done=True).changed
    assert not update_request(later, number, done=True).changed
    assert [row["state"] for row in list_requests(later)] == ["done"]


def test_what_is_late_comes_first_and_what_is_closed_last(small: Workspace) -> None:
    closed = ask(small, received=date(2021, 10, 1))
    decide_request(small, closed, "refused", ground="nothing_held")
    fresh, late = ask(small), ask(small, received=date(2021, 11, 1))
    rows = list_requests(small)
    assert [row["request"] for row in rows] == [late, fresh, closed]
    assert [row["state"] for row in rows] == ["late", "open", "refused"]


def test_a_day_to_come_and_a_free_word_are_refused(small: Workspace) -> None:
    with pytest.raises(PrivacyError, match=r"subjects\.day_to_come"):
        ask(small, received=TODAY + timedelta(days=1))
    with pytest.raises(PrivacyError, match=r"subjects\.not_on_list") as refusal:
        ask(small, MARKER)
    assert MARKER not in str(refusal.value)
    assert list_requests(small) == []


def test_free_words_lie_sealed_and_nowhere_else(small: Workspace) -> None:
    words = f"{MARKER} wrote to us".encode()
    number = ask(small, words=words)
    update_request(small, number, words=words + b" again")
    found = register(small, "request").words(number)
    assert found == {1: words, 2: words + b" again"}
    files = [path for path in small.home.rglob("*") if path.is_file()]
    assert files
    assert not any(MARKER.encode() in path.read_bytes() for path in files)
    told = [entry.facts for entry in small.ledger.entries("request")]
    assert [(fact["event"], fact["words"]) for fact in told] == [(1, True), (2, True)]


def test_an_event_that_a_kill_left_untold_is_told_by_the_next_command(
    small: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "append_once", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            ask(small)
    assert list(small.ledger.entries("request")) == []
    assert len(list_requests(small)) == 1
    [entry] = small.ledger.entries("request")
    assert entry.facts["what"] == "opened"
    assert ask(small) == "request-0002"


def _interrupt(*_arguments: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_a_record_brought_back_altered_or_taken_away_is_noticed(small: Workspace) -> None:
    number = ask(small)
    path = small.home / "registers" / "request" / number / "record.json"
    before = path.read_bytes()
    decide_request(small, number, "refused", ground="excessive")
    after = path.read_bytes()
    for content in (before, after.replace(b"excessive", b"unfounded"), b"", after[:-9]):
        path.write_bytes(content)
        with pytest.raises(StorageError, match=r"storage\.altered"):
            list_requests(small)
    path.write_bytes(after)
    assert len(list_requests(small)) == 1
    path.unlink()
    path.parent.rmdir()
    with pytest.raises(StorageError, match=r"subjects\.register_lost"):
        list_requests(small)


def breach(workspace: Workspace, **given: Any) -> str:
    given = {"known": NOW, "natures": ["confidentiality"], "datasets": ["pupils"], **given}
    return report_breach(workspace, **given).ids["breach"]


def state(workspace: Workspace, moment: datetime) -> str:
    [row] = list_breaches(at(workspace, moment))
    return str(row["state"])


def overdue(workspace: Workspace, moment: datetime) -> tuple[int | None, int | None]:
    [row] = list_breaches(at(workspace, moment))
    return row["hours_left"], row["days_overdue"]


def test_days_overdue_are_told_by_lists_status_and_report_in_both_languages(
    small: Workspace, command: Command, tmp_path: Path
) -> None:
    # The deadlines are of the clock on the wall: what is long ago is overdue on every day.
    take(small, "schools", schools())
    number, handled = ask(small), ask(small)
    decide_request(small, handled, "refused", ground="nothing_held")
    told = breach(small)
    assert status(small)["overdue"] == []
    late = at(small, NOW + timedelta(days=75, hours=1))
    assert status(late)["overdue"] == [
        {"register": "request", "number": number, "due": "2022-02-10", "days_overdue": 44},
        {
            "register": "breach",
            "number": told,
            "due": "2022-01-13T00:00:00+00:00",
            "days_overdue": 73,
        },
    ]
    for language, file in (("en", "report.html"), ("fr", "rapport.html")):
        write_report(late, "2021", tmp_path / file, language=language)
    texts = [
        read_paper((tmp_path / file).read_text(encoding="utf-8")).text
        for file in ("report.html", "rapport.html")
    ]
    for text, words in zip(texts, ("days overdue", "jours de retard"), strict=True):
        assert words in text
        assert "44" in text
        assert "73" in text

    english = command(small, "status").out
    french = command(small, "status", language="fr").out
    for name in (number, told):
        assert f"{name} is " in english
        assert " day(s) overdue: " in english
        assert f"{name} a " in french
        assert " jour(s) de retard : " in french
    assert handled not in english
    for kind, title in (("request", "Demandes"), ("breach", "Violations")):
        listed = command(small, kind, "list").out
        assert "days overdue" in listed
        assert "late" in listed
        listed = command(small, kind, "list", language="fr").out
        for words in (title, "jours de retard", "EN RETARD", "échéance"):
            assert words in listed


def test_a_breach_is_overdue_from_the_first_second_and_by_days_begun(small: Workspace) -> None:
    number = breach(small)
    due = NOW + timedelta(hours=72)
    assert overdue(small, due) == (0, None)
    assert overdue(small, due + timedelta(seconds=1)) == (None, 1)
    assert overdue(small, due + timedelta(hours=24)) == (None, 1)
    assert overdue(small, due + timedelta(hours=25)) == (None, 2)
    later = at(small, due + timedelta(days=9))
    update_breach(later, number, BreachNews(authority=due, risk="high"))
    assert overdue(small, due + timedelta(days=9)) == (None, None)


def test_the_authority_is_notified_within_72_hours(small: Workspace) -> None:
    number = breach(small, persons=40, records=80)
    due = NOW + timedelta(hours=72)
    assert state(small, due) == "to_notify"
    assert state(small, due + timedelta(seconds=1)) == "late"
    later = at(small, due + timedelta(hours=5))
    notified = due + timedelta(hours=1)
    with pytest.raises(PrivacyError, match=r"subjects\.delay_unexplained"):
        update_breach(later, number, BreachNews(authority=notified))
    update_breach(later, number, BreachNews(authority=due))
    assert state(small, due + timedelta(days=9)) == "open"
    update_breach(later, number, BreachNews(authority=notified, delay="in_phases"))
    [row] = list_breaches(later)
    assert (row["persons"], row["records"], row["authority"]) == (40, 80, notified.isoformat())


def test_a_breach_is_closed_when_everyone_was_told_who_must_be(small: Workspace) -> None:
    number, later = breach(small), at(small, NOW + timedelta(hours=2))
    told = NOW + timedelta(hours=1)
    for news in (
        BreachNews(is_closed=True),
        BreachNews(risk="high", authority=told, is_closed=True),
        BreachNews(risk="risk", is_closed=True),
    ):
        with pytest.raises(PrivacyError, match=r"subjects\.breach_not_done"):
            update_breach(later, number, news)
    update_breach(later, number, BreachNews(risk="high", authority=told))
    assert state(later, NOW + timedelta(hours=3)) == "to_tell"
    assert update_breach(later, number, BreachNews(told=told, is_closed=True)).changed
    assert not update_breach(later, number, BreachNews(told=told, is_closed=True)).changed
    assert state(later, NOW + timedelta(days=30)) == "closed"


def test_an_unlikely_risk_needs_no_notification(small: Workspace) -> None:
    number = breach(small)
    update_breach(small, number, BreachNews(risk="unlikely", is_closed=True))
    assert state(small, NOW + timedelta(days=30)) == "closed"


@pytest.mark.parametrize(
    ("news", "becomes", "answer"),
    [
        ({"risk": "risk"}, "late", {"authority": NOW, "delay": "in_phases"}),
        ({"risk": "unknown"}, "late", {"risk": "unlikely"}),
        ({"risk": "high", "authority": NOW}, "to_tell", {"told": NOW + timedelta(hours=100)}),
    ],
)
def test_news_that_leave_something_to_do_open_a_closed_breach_again(
    small: Workspace, news: dict[str, Any], becomes: str, answer: dict[str, Any]
) -> None:
    number, weeks = breach(small), at(small, NOW + timedelta(days=30))
    update_breach(small, number, BreachNews(risk="unlikely", is_closed=True))
    assert update_breach(weeks, number, BreachNews(persons=7)).ids["state"] == "closed"
    assert update_breach(weeks, number, BreachNews(**news)).ids["state"] == becomes
    assert read_breach(weeks, number).is_open
    with pytest.raises(PrivacyError, match=r"subjects\.breach_not_done"):
        update_breach(weeks, number, BreachNews(is_closed=True))
    assert update_breach(weeks, number, BreachNews(**answer)).ids["state"] == "open"
    assert update_breach(weeks, number, BreachNews(is_closed=True)).ids["state"] == "closed"
    assert read_breach(weeks, number).closed == weeks.clock()


def test_a_closed_breach_is_not_closed_over_what_is_left_to_do(small: Workspace) -> None:
    number = breach(small)
    update_breach(small, number, BreachNews(risk="unlikely", is_closed=True))
    with pytest.raises(PrivacyError, match=r"subjects\.breach_not_done"):
        update_breach(small, number, BreachNews(risk="high", is_closed=True))
    assert read_breach(small, number).risk == "unlikely"


def test_a_breach_has_its_codes_from_lists_and_its_moments_from_the_past(small: Workspace) -> None:
    for wrong in ({"natures": []}, {"natures": [MARKER]}, {"datasets": [MARKER]}, {"datasets": []}):
        with pytest.raises(PrivacyError, match=r"subjects\.not_on_list"):
            breach(small, **wrong)
    with pytest.raises(PrivacyError, match=r"subjects\.day_to_come"):
        breach(small, known=NOW + timedelta(seconds=1))
    number = breach(small)
    with pytest.raises(PrivacyError, match=r"subjects\.before_known"):
        update_breach(small, number, BreachNews(told=NOW - timedelta(hours=1)))
    assert len(read_all(small, "breach")) == 1


def test_the_commands_keep_both_registers(
    command: Command, small: Workspace, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text(f"{MARKER} asked by letter")
    # The commands see the time of day.
    today = datetime.now(UTC).date().isoformat()
    runs = [
        ("request", "open", "--right", "erasure", "--received", today, "--words-file", str(words)),
        ("request", "update", "request-0001", "--identity", "school", "--extend", "many"),
        ("request", "decide", "request-0001", "--decision", "granted"),
        ("request", "update", "request-0001", "--done"),
        ("request", "open", "--right", "access", "--received", today),
        (
            *("breach", "report", "--nature", "availability", "--dataset", "pupils"),
            "--persons",
            "9",
        ),
        ("breach", "update", "breach-0001", "--risk", "unlikely", "--close"),
    ]
    for arguments in runs:
        ran = command(small, *arguments, "--json")
        assert ran.code == 0, ran.err
        assert json.loads(ran.out)["changed"]
        assert MARKER not in ran.out + ran.err
    rows = json.loads(command(small, "request", "list", "--json").out)
    assert [(row["request"], row["state"]) for row in rows] == [
        ("request-0002", "open"),
        ("request-0001", "done"),
    ]
    assert "request-0002" in command(small, "request", "list").out
    [row] = json.loads(command(small, "breach", "list", "--json").out)
    assert (row["state"], row["persons"]) == ("closed", 9)
    ran = command(small, "request", "decide", "request-0009", "--decision", "granted")
    assert (ran.code, ran.err.partition(":")[0]) == (9, "subjects.no_record")
    assert "`cartable request list`" in ran.err
    ran = command(small, "request", "open", "--right", "access", "--words-file", "nowhere.txt")
    assert (ran.code, ran.err.partition(":")[0]) == (9, "subjects.file_unreadable")
