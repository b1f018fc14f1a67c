"""Who was expected: shown, declared not to deliver, reminded by mail and not again for days."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.cli.arrivals import ArrivalState
from pipeline.errors import DeliveryError, ExitCode, NoticeError
from pipeline.notices.servers import MailServer
from pipeline.steps.answering import declare_non_response, list_arrivals, remind, reminders
from pipeline.steps.arriving import coverage
from pipeline.steps.status import status
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import MARKER, NOW, PERIOD, SCHOOLS, pupil_rows, table, take

CODES = list(SCHOOLS)
SILENT = CODES[6:]
LATE = NOW - timedelta(days=20)


@pytest.fixture
def awaiting(zones: Workspace) -> Workspace:
    """Return a workspace in which one of eight schools is late and two are missing."""
    take(zones, "pupils", table(pupil_rows(5, CODES[:5])))
    take(zones, "pupils", table(pupil_rows(5, CODES[5:6])), as_of=LATE)
    take(zones, "population", small_country.population())
    return zones


def states(workspace: Workspace) -> dict[str, str]:
    return {row["sender"]: row["status"] for row in list_arrivals(workspace, dataset="pupils")}


def with_contacts(
    workspace: Workspace, *, now: timedelta = timedelta(), lines: str = ""
) -> Workspace:
    """Return the workspace with a mail server and contacts, at a later time."""
    path = workspace.home.parent / "contacts.csv"
    told = lines or "".join(f"{code},{code.lower()}@example.org\n" for code in CODES)
    path.write_text(f"sender,mail\n{told}", encoding="utf-8")
    server = MailServer(host="mail.example.org", port=25, sender="us@example.org", security="none")
    settings = dataclasses.replace(workspace.settings, mail=server, contacts=path)
    return Workspace(settings, clock=lambda: NOW + now)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return where each mail that would leave is noted: addressee, and all that it says."""
    found: list[tuple[str, str]] = []

    def note(_: MailServer, *, to: Sequence[str], subject: str, body: str) -> None:
        if "refused" in to[0]:
            raise NoticeError("notice.mail_refused", server="mail.example.org", kind="OSError")
        found.append((to[0], f"{subject}\n{body}"))

    monkeypatch.setattr("pipeline.steps.answering.send_mail", note)
    return found


def test_arrivals_are_shown_by_sender_and_period(command: Command, awaiting: Workspace) -> None:
    expected = {
        **dict.fromkeys(CODES[:5], "received"),
        CODES[5]: "late",
        **dict.fromkeys(SILENT, "missing"),
    }
    assert states(awaiting) == expected
    ran = command(awaiting, "arrivals", "--dataset", "pupils", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["sender"]: row["status"] for row in rows} == expected
    assert {row["due"] for row in rows} == {"2021-10-31"}
    assert [row["received_on"] for row in rows[4:7]] == ["2021-10-15", "2021-12-21", ""]
    ran = command(awaiting, "arrivals", "--state", "late", "--period", PERIOD, "--format", "json")
    assert [row["sender"] for row in json.loads(ran.out)] == [CODES[5]]
    ran = command(awaiting, "arrivals", "--dataset", "pupils", "--state", "missing", language="fr")
    assert "manquant" in ran.out
    assert all(code in ran.out for code in SILENT)


def test_who_will_not_deliver_is_declared_once_and_is_still_not_covered(
    command: Command, awaiting: Workspace
) -> None:
    pupils = awaiting.project.contracts.datasets["pupils"]
    before = coverage(awaiting, pupils, PERIOD)
    arguments = ("arrivals", "non-response", "pupils", SILENT[0], "--period", PERIOD)
    for counted in (1, 0):
        ran = command(awaiting, *arguments, "--reason", "closed", "--json")
        assert json.loads(ran.out)["counts"]["declared"] == counted
    assert states(awaiting)[SILENT[0]] == "non_response"
    [row] = [r for r in status(awaiting)["arrivals"] if r["dataset"] == "pupils"]
    assert (row["missing"], row["non_response"], row["missing_senders"]) == (1, 1, [SILENT[1]])
    # The figures know no difference between a school that is silent and one that says so.
    assert coverage(awaiting, pupils, PERIOD).equals(before)
    [area] = before[before["ref_area"] == "DEP-35"].to_dict("records")
    assert (area["received"], area["late"], area["missing"]) == (6, 1, 2)
    declare_non_response(awaiting, "pupils", PERIOD, SILENT[:1], reason="lifted")
    assert states(awaiting)[SILENT[0]] == "missing"
    declare_non_response(awaiting, "pupils", PERIOD, SILENT[:1], reason="crisis")
    take(awaiting, "pupils", table(pupil_rows(5, SILENT[:1])), as_of=NOW)
    assert states(awaiting)[SILENT[0]] == "late"
    told = [entry.facts["reason"] for entry in awaiting.ledger.entries("non_response")]
    assert told == ["closed", "lifted", "crisis"]


@pytest.mark.parametrize(
    ("dataset", "sender", "reason", "code"),
    [
        ("pupils", SILENT[0], "tired", "arrivals.no_reason"),
        ("pupils", "0359999Z", "closed", "arrivals.not_expected"),
        ("schools", SILENT[0], "closed", "arrivals.nobody_expected"),
        ("nothing", SILENT[0], "closed", "contract.unknown_dataset"),
    ],
)
def test_what_cannot_be_declared_is_refused(
    awaiting: Workspace, dataset: str, sender: str, reason: str, code: str
) -> None:
    with pytest.raises(DeliveryError, match=code.replace(".", r"\.")):
        declare_non_response(awaiting, dataset, PERIOD, [sender], reason=reason)
    assert list(awaiting.ledger.entries("non_response")) == []


def test_those_that_are_missing_are_reminded_once_in_fourteen_days(
    awaiting: Workspace, sent: list[tuple[str, str]]
) -> None:
    assert remind(with_contacts(awaiting), "pupils", PERIOD).counts["reminded"] == 2
    assert [to for to, _ in sent] == [f"{code.lower()}@example.org" for code in SILENT]
    assert all("2021-10-31" in words and MARKER not in words for _, words in sent)
    for days, again in ((13, 0), (14, 2), (15, 0)):
        receipt = remind(with_contacts(awaiting, now=timedelta(days=days)), "pupils", PERIOD)
        assert receipt.counts == {"reminded": again, "reminded_before": 2 - again}
    declare_non_response(awaiting, "pupils", PERIOD, SILENT[:1], reason="declined")
    later = remind(with_contacts(awaiting, now=timedelta(days=60)), "pupils", PERIOD)
    assert later.counts == {"reminded": 1, "reminded_before": 0}
    assert len(sent) == 5
    assert {entry.facts["outcome"] for entry in awaiting.ledger.entries("reminder")} == {"sent"}
    assert "example.org" not in (awaiting.home / "ledger" / "ledger.jsonl").read_text()


def test_a_mail_that_was_refused_is_sent_again(
    awaiting: Workspace, sent: list[tuple[str, str]]
) -> None:
    lines = f"{SILENT[0]},a@example.org\n{SILENT[1]},refused@example.org\n"
    with pytest.raises(NoticeError, match=r"notice\.mail_refused"):
        remind(with_contacts(awaiting, lines=lines), "pupils", PERIOD)
    receipt = remind(with_contacts(awaiting), "pupils", PERIOD)
    assert receipt.counts == {"reminded": 1, "reminded_before": 1}
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (f"{SILENT[0]},a@example.org\n", "notice.no_contact"),
        (f"{SILENT[0]},a@example.org,b@example.org\n", "notice.bad_contact"),
        (f"{SILENT[0]},no address\n", "notice.bad_contact"),
        (f"{SILENT[0]},a@example.org\n" * 2, "notice.bad_contact"),
    ],
)
def test_nobody_is_reminded_while_a_contact_is_wrong(
    awaiting: Workspace, sent: list[tuple[str, str]], lines: str, code: str
) -> None:
    with pytest.raises(NoticeError, match=rf"{code}\b"):
        remind(with_contacts(awaiting, lines=lines), "pupils", PERIOD)
    assert sent == []
    assert list(awaiting.ledger.entries("reminder")) == []


def test_without_send_the_mails_are_shown_and_none_leaves(
    command: Command,
    awaiting: Workspace,
    sent: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    equipped = with_contacts(awaiting)
    assert len(reminders(equipped, "pupils", PERIOD).mails) == 2
    arguments = ("arrivals", "remind", "pupils", "--period", PERIOD)
    assert "CARTABLE_CONTACTS" in command(awaiting, *arguments).err
    monkeypatch.setenv("CARTABLE_CONTACTS", str(Path(str(equipped.settings.contacts))))
    ran = command(awaiting, *arguments)
    assert ran.code == 0, ran.err
    assert ran.out.count("@example.org") == 2
    assert "2 mail(s), none sent" in ran.out
    assert "notice.no_mail" in command(awaiting, *arguments, "--send").err
    assert sent == []


@pytest.mark.parametrize(("language", "said"), [("en", "No address"), ("fr", "Sans adresse")])
def test_mails_are_shown_although_a_sender_has_no_address_and_that_one_is_named(
    command: Command,
    awaiting: Workspace,
    sent: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    said: str,
) -> None:
    equipped = with_contacts(awaiting, lines=f"{SILENT[0]},a@example.org\n")
    monkeypatch.setenv("CARTABLE_CONTACTS", str(equipped.settings.contacts))
    arguments = ("arrivals", "remind", "pupils", "--period", PERIOD)
    ran = command(awaiting, *arguments, language=language)
    assert ran.code == 0, ran.err
    assert "a@example.org" in ran.out
    [line] = [line for line in ran.out.splitlines() if line.startswith(said)]
    assert SILENT[1] in line
    assert SILENT[0] not in line
    told = json.loads(command(awaiting, *arguments, "--json").out)
    assert [(one["sender"], one["subject"] is None) for one in told] == [
        (SILENT[0], False),
        (SILENT[1], True),
    ]
    assert sent == []


def test_an_unknown_state_is_refused_not_answered_by_nobody(
    command: Command, awaiting: Workspace
) -> None:
    ran = command(awaiting, "arrivals", "--state", "perdu")
    assert ran.code == ExitCode.USAGE
    assert "missing" in ran.err
    for state in ArrivalState:
        ran = command(awaiting, "arrivals", "--state", state.value, "--format", "json")
        assert {row["status"] for row in json.loads(ran.out)} <= {state.value}
    assert set(states(awaiting).values()) <= set(ArrivalState)


def test_a_date_given_by_hand_makes_nobody_punctual_unseen(
    command: Command, awaiting: Workspace, tmp_path: Path
) -> None:
    for number, given in enumerate([(), ("--received", "2021-10-30")]):
        file = tmp_path / f"pupils_{number}.csv"
        file.write_bytes(table(pupil_rows(5, SILENT[number : number + 1])))
        arguments = ("ingest", "pupils", str(file), "--period", PERIOD, "--as-of", "2021-10-15")
        ran = command(awaiting, *arguments, *given)
        assert ran.code == 0, ran.err
    rows = {row["sender"]: row for row in list_arrivals(awaiting, dataset="pupils")}
    assert [rows[one]["status"] for one in SILENT] == ["late", "received"]
    assert rows[SILENT[1]]["received_on"] == "2021-10-30"
    [told] = awaiting.ledger.entries("arrival")
    assert str(told.facts["received"]).startswith("2021-10-30")
    ran = command(awaiting, *arguments, "--received", "2999-01-01")
    assert "delivery.future_received" in ran.err
