"""The ledger: chained, append-only, safe facts, repaired only where a kill tore it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.ledger import FILE, REPAIR, START, Ledger
from tests.resilience.processes import Processes
from tests.resilience.scenarios import APPENDERS, APPENDS, opened_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path)
    for number in range(5):
        ledger.append("batch", batch=f"pupils-2021-{number:016x}", rows=number, is_new=True)
    return ledger


def test_entries_are_chained_and_numbered(ledger: Ledger) -> None:
    entries = list(ledger.entries())
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in entries] == [START, *[e.hash for e in entries[:-1]]]
    assert ledger.head == entries[-1].hash
    assert ledger.verify() == 5


def test_an_empty_ledger_has_no_entry(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "none")
    assert ledger.verify() == 0
    assert ledger.head == START
    assert ledger.find("batch") is None


def test_times_are_utc(tmp_path: Path) -> None:
    paris = datetime(2021, 10, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    entry = Ledger(tmp_path, clock=lambda: paris).append("batch")
    assert datetime.fromisoformat(entry.at) == datetime(2021, 9, 30, 23, 30, tzinfo=UTC)
    assert entry.at.endswith("+00:00")


def test_find_returns_the_latest_that_says_all_facts(ledger: Ledger) -> None:
    ledger.append("approval", candidate="c1", approver="delegate")
    latest = ledger.append("approval", candidate="c1", approver="other")
    assert ledger.find("approval", candidate="c1") == latest
    assert ledger.find("approval", candidate="c1", approver="nobody") is None
    assert ledger.find("refusal", candidate="c1") is None


def test_an_entry_made_once_is_not_made_again(ledger: Ledger) -> None:
    first = ledger.append_once("release", release="r1")
    assert ledger.append_once("release", release="r1") == first
    assert ledger.append_once("release", release="r2") != first
    assert ledger.verify() == 7


@pytest.mark.parametrize(
    "fact", ["Zoé Petit", "a b", "", "x" * 201, "z@b.fr", float("nan"), None, b"x", {"a": 1}, ["é"]]
)
def test_a_fact_that_could_hold_a_value_is_refused(ledger: Ledger, fact: object) -> None:
    with pytest.raises(StorageError) as refusal:
        ledger.append("batch", batch=fact)  # type: ignore[arg-type] # no fact, of purpose
    assert "Zoé" not in str(refusal.value)
    assert ledger.verify() == 5


def test_every_flipped_inserted_or_deleted_byte_is_detected(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / FILE
    data = path.read_bytes()
    dice = random.Random(0)
    for place in range(len(data)):
        other = bytes([data[place] ^ (1 << dice.randrange(8))])
        altered = [data[:place] + other + data[place + 1 :], data[:place] + b" " + data[place:]]
        if place < len(data) - 1:
            altered.append(data[:place] + data[place + 1 :])
        for content in altered:
            path.write_bytes(content)
            with pytest.raises(StorageError):
                ledger.verify()


def test_the_first_bad_entry_is_named(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / FILE
    lines = path.read_bytes().splitlines(keepends=True)
    for altered, bad in (
        (lines[:2] + lines[3:], 3),
        ([lines[0], lines[2], lines[1], *lines[3:]], 2),
        ([*lines, lines[4]], 6),
        (lines[1:], 1),
    ):
        path.write_bytes(b"".join(altered))
        with pytest.raises(StorageError, match=f"entry {bad};"):
            ledger.verify()


def test_a_line_torn_at_any_byte_is_removed_by_the_next_append_and_said(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / FILE
    data = path.read_bytes()
    last = data.rindex(b"\n", 0, -1) + 1
    # From the first byte of the line to the last but two, which closes the hash.
    for end in range(last + 1, len(data) - 2):
        path.write_bytes(data[:end])
        assert ledger.verify() == 4
        ledger.append("batch", rows=9)
        entries = list(ledger.entries())
        assert [entry.kind for entry in entries] == ["batch"] * 4 + [REPAIR, "batch"]
        assert entries[4].facts == {"bytes_removed": end - last}


@pytest.mark.parametrize("lacking", [1, 2])
def test_a_last_line_that_lacks_only_what_follows_its_hash_is_kept(
    lacking: int, ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-lacking])
    assert ledger.verify() == 5
    ledger.append("batch", rows=9)
    assert [entry.kind for entry in ledger.entries()] == ["batch"] * 6


def test_a_last_line_that_is_damaged_but_not_torn_stops_the_append(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / FILE
    data = path.read_bytes()
    for altered in (
        data[:-1] + b"\x0b",
        data + b"\0\0\0",
        data + b"x",
        data[:-80] + b"0" + data[-79:],
    ):
        path.write_bytes(altered)
        with pytest.raises(StorageError):
            ledger.append("batch", rows=9)
        assert path.read_bytes() == altered


def test_several_processes_append_at_once(processes: Processes, home: Path, keys: Path) -> None:
    assert processes.run("append_at_once", home, keys)
    ledger = opened_ledger(home, keys)
    ledger.check_heads()
    assert ledger.verify() == APPENDERS * APPENDS + 1
    for appender in range(APPENDERS):
        numbers = [
            e.facts["number"] for e in ledger.entries("batch") if e.facts["appender"] == appender
        ]
        assert numbers == list(range(APPENDS))
    assert len(list(ledger.entries("policy"))) == 1


def test_the_file_is_for_the_owner_alone(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.verify() == 5
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
