"""The disclosure report of a release: read before the approval, and its public part published."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import DisclosureError, StorageError
from pipeline.steps.disclosing import write_disclosure
from pipeline.steps.prepare import prepare
from pipeline.steps.release import approve, release
from pipeline.steps.workspace import Workspace
from pipeline.storage.manifest import verify_release
from tests.conftest import Command
from tests.small_country import SCHOOLS, pupil_rows, table, take

CODES = tuple(SCHOOLS)


def few_pupils(workspace: Workspace, number: int, day: int) -> None:
    """Deliver the only schools of two communes again, with so many pupils each."""
    take(
        workspace,
        "pupils",
        table(pupil_rows(number, CODES[4:6])),
        as_of=datetime(2021, 11, day, tzinfo=UTC),
        may_be_smaller=True,
    )


def publish(workspace: Workspace) -> str:
    name = prepare(workspace).ids["candidate"]
    approve(workspace, name, approver="delegate")
    return release(workspace, name).ids["release"]


def told(workspace: Workspace, to: Path, name: str | None = None) -> dict[str, object]:
    receipt = write_disclosure(workspace, name, to, language="en")
    # What a terminal or a log keeps of it tells none that a rule hides from those that protect.
    assert receipt.counts.keys() == {"hidden"}
    content: dict[str, object] = json.loads(to.read_text(encoding="utf-8"))
    return content


def test_before_the_approval_it_tells_what_is_new_since_the_last_release(
    prepared: Workspace, tmp_path: Path
) -> None:
    first = publish(prepared)
    assert told(prepared, tmp_path / "first.json")["disclosure"]["changes"] == {
        "release": None,
        "rows": [],
    }
    few_pupils(prepared, 3, 5)
    # Enough that changes elsewhere are worth what the few ones hide.
    many = table(pupil_rows(64, [*CODES[:4], *CODES[6:]]))
    take(prepared, "pupils", many, as_of=datetime(2021, 11, 6, tzinfo=UTC))
    prepare(prepared)
    disclosure = told(prepared, tmp_path / "second.json")["disclosure"]
    assert disclosure["changes"]["release"] == first
    rows = disclosure["changes"]["rows"]
    hidden = sum(row["hidden"] for row in disclosure["proofs"])
    assert sum(row["newly_hidden"] for row in rows) == hidden > 10
    assert sum(row["newly_shown"] for row in rows) == 0
    [hiding] = disclosure["hidings"]
    assert hiding["primary"] + hiding["secondary"] == hidden
    assert 0 <= hiding["bound"] <= hiding["secondary"]
    assert sum(hiding["ranges"]["enrolment"].values()) == hidden


def test_its_public_part_is_in_the_release_and_in_its_manifest(prepared: Workspace) -> None:
    few_pupils(prepared, 3, 5)
    publish(prepared)
    current = prepared.published.current()
    assert current is not None
    folder = current.folder / "disclosure"
    assert {path.name for path in folder.iterdir()} == {
        "report.json",
        "report_en.html",
        "report_fr.html",
    }
    public = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert public["proven"] is True
    assert public["release"] == current.release_id
    assert sum(row["hidden"] for row in public["levels"]) > 10
    assert not {"primary", "secondary", "kept_pct"} & set(public["levels"][0])
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert not any(word in text for word in ("COM-", "EPCI-", "primary", "secondary"))
    verify_release(current.folder, prepared.ring.public_key)
    (folder / "report.json").chmod(0o644)
    (folder / "report.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StorageError, match=r"storage\.release_not_as_signed"):
        verify_release(current.folder, prepared.ring.public_key)


def test_it_is_written_for_its_reader_alone_and_the_ledger_knows(
    command: Command, prepared: Workspace, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    ran = command(prepared, "audit", "disclosure", "--to", str(page), language="fr")
    assert (ran.code, ran.err) == (0, "")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "Rapport sur le secret statistique" in page.read_text(encoding="utf-8")
    [opening] = [entry.facts for entry in prepared.ledger.entries("opening")]
    assert (opening["zone"], opening["table"]) == ("review", "disclosure")
    again = command(prepared, "audit", "disclosure", "--to", str(page))
    assert again.code == 9
    inside = command(prepared, "audit", "disclosure", "--to", str(prepared.home / "report.html"))
    assert inside.code == 9
    assert not (prepared.home / "report.html").exists()
    assert len(list(prepared.ledger.entries("opening"))) == 1


def test_without_a_candidate_it_says_what_to_do(delivered: Workspace, tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="cartable prepare"):
        write_disclosure(delivered, None, tmp_path / "report.html", language="en")


def test_the_report_of_a_release_outlives_its_counts(prepared: Workspace, tmp_path: Path) -> None:
    name = publish(prepared)
    [candidate] = prepared.review.candidates()
    assert not prepared.review.has_counts(candidate)
    assert told(prepared, tmp_path / "report.json", name)["candidate"] == candidate
