"""Who opens quarantine or review stands in the ledger before a row is shown, and where it goes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.cli.answers import write_answer
from pipeline.cli.console import show_table
from pipeline.errors import PrivacyError, StorageError
from pipeline.steps.openings import open_quarantine, open_review
from pipeline.steps.workspace import Workspace
from pipeline.storage.ledger import Ledger
from tests.conftest import Command
from tests.small_country import MARKER, pupil_rows, schools, table, take

BAD = [{**row, "sex": "?"} if n == 0 else row for n, row in enumerate(pupil_rows(12))]


@pytest.fixture
def refused(small: Workspace) -> tuple[Workspace, str]:
    take(small, "schools", schools())
    return small, take(small, "pupils", table(BAD)).ids["batch"]


def told(workspace: Workspace) -> list[dict[str, object]]:
    return [dict(entry.facts) for entry in workspace.ledger.entries("opening")]


def test_refused_rows_are_shown_after_the_ledger_was_told(
    refused: tuple[Workspace, str],
) -> None:
    workspace, batch = refused
    opened = open_quarantine(workspace, batch, reason="correction")
    [row] = opened.rows.to_pylist()
    assert (row["line"], row["column"], row["rule"]) == (2, "sex", "row.code")
    assert row["row"].split(";") == list(BAD[0].values())
    assert MARKER not in repr(opened)
    assert told(workspace) == [
        {"zone": "quarantine", "batch": batch, "rows": 1, "reason": "correction"}
    ]


def test_nothing_is_opened_when_the_ledger_cannot_be_told(
    refused: tuple[Workspace, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    workspace, batch = refused

    def refuse(*_arguments: object, **_named: object) -> None:
        raise StorageError("storage.cannot_write", reason="full")

    monkeypatch.setattr(Ledger, "append", refuse)
    monkeypatch.setattr(
        type(workspace.quarantine), "open", lambda *_: pytest.fail("opened, and not told")
    )
    with pytest.raises(StorageError, match=r"storage\.cannot_write"):
        open_quarantine(workspace, batch, reason="audit", to=tmp_path / "rows.json")
    assert not (tmp_path / "rows.json").exists()


def test_a_reason_is_one_of_a_list(refused: tuple[Workspace, str]) -> None:
    workspace, batch = refused
    with pytest.raises(PrivacyError, match=r"subjects\.not_on_list") as refusal:
        open_quarantine(workspace, batch, reason=MARKER)
    assert MARKER not in str(refusal.value)
    assert told(workspace) == []


def test_a_file_in_clear_is_new_its_owners_alone_and_outside_of_the_zones(
    refused: tuple[Workspace, str], tmp_path: Path
) -> None:
    workspace, batch = refused
    target = tmp_path / "papers" / "rows.json"
    open_quarantine(workspace, batch, reason="request", to=target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.parent.stat().st_mode & 0o777 == 0o700
    [row] = json.loads(target.read_text(encoding="utf-8"))
    assert MARKER in row["row"]
    link = tmp_path / "link"
    link.symlink_to(workspace.home)
    for wrong, code in (
        (target, "subjects.clear_exists"),
        (workspace.home / "rows.json", "storage.clear_inside_data"),
        (link / "rows.json", "storage.clear_inside_data"),
    ):
        with pytest.raises(StorageError, match=code):
            open_quarantine(workspace, batch, reason="request", to=wrong)
    assert len(told(workspace)) == 1


def test_an_exact_table_is_opened_by_name(prepared: Workspace) -> None:
    [candidate] = prepared.review.candidates()
    opened = open_review(prepared, candidate, table="exact_enrolment", reason="opinion")
    assert opened.rows.num_rows > 10
    [entry] = told(prepared)
    assert (entry["candidate"], entry["table"]) == (candidate, "exact_enrolment")
    assert entry["rows"] == opened.rows.num_rows
    with pytest.raises(PrivacyError, match=r"subjects\.not_on_list"):
        open_review(prepared, candidate, table="nothing", reason="opinion")


def test_rows_in_clear_go_to_a_terminal_or_a_file_and_nowhere_else(
    command: Command,
    refused: tuple[Workspace, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workspace, batch = refused
    words = ("quarantine", "show", batch, "--reason", "correction")
    for arguments in (words, (*words, "--json")):
        ran = command(workspace, *arguments)
        assert (ran.code, ran.out) == (6, "")
        assert ran.err.startswith("subjects.not_a_terminal: ")
    assert told(workspace) == []
    ran = command(workspace, *words, "--to", str(tmp_path / "rows.json"), "--json")
    assert json.loads(ran.out)["counts"] == {"rows": 1}
    assert MARKER in (tmp_path / "rows.json").read_text(encoding="utf-8")
    assert MARKER not in ran.out + ran.err
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    assert "row.code" in command(workspace, *words).out


@pytest.mark.parametrize("written", ["\x1b[2J[red]", r"\[a\[b]\\[/red][/]:smile:[link=x]y"])
def test_what_a_sender_wrote_is_shown_letter_by_letter_and_obeyed_by_nothing(
    command: Command, small: Workspace, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    take(small, "schools", schools())
    rows = pupil_rows(12)
    rows[0] = {**rows[0], "sex": written}
    batch = take(small, "pupils", table(rows)).ids["batch"]
    monkeypatch.setattr("pipeline.cli.quarantine.check_watched", lambda *_, **__: None)
    ran = command(small, "quarantine", "show", batch, "--reason", "audit")
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out
    shown = re.sub(r"[\s│]", "", ran.out)
    assert written.replace("\x1b", r"\x1b") in shown
    assert rows[0]["national_id"] in shown


def test_a_wide_cell_goes_on_in_the_next_line(capsys: pytest.CaptureFixture[str]) -> None:
    cell = "".join(f"{n:04d}" for n in range(200))
    show_table("wide", [{"row": cell, "rule": "code"}])
    assert cell in re.sub(r"[^0-9]", "", capsys.readouterr().out)


def test_an_answer_is_shown_letter_by_letter(capsys: pytest.CaptureFixture[str]) -> None:
    written = [r"\[", "[red]x", "[/]", "\x1b[31m"]
    write_answer(pa.table({"[b]name": written}), "table", None)
    shown = capsys.readouterr().out
    for text in ("[b]name", *written[:3], r"\x1b[31m"):
        assert text in shown
