"""The quarantine as a work queue: refused rows are mended, read again or given up, none is lost."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import DeliveryError, PrivacyError, StorageError
from pipeline.steps.auditing import gather
from pipeline.steps.discarding import discard
from pipeline.steps.erasing import erase
from pipeline.steps.listing import People, identified
from pipeline.steps.openings import open_quarantine
from pipeline.steps.queue import account_of, list_queue, show_waiting
from pipeline.steps.receipt import Receipt
from pipeline.steps.settling import fix, release
from pipeline.steps.status import status
from pipeline.steps.waiting import read_waiting
from pipeline.steps.workspace import Workspace
from tests import small_country
from tests.conftest import Command
from tests.small_country import (
    MARKER,
    NOW,
    ON_TIME,
    PERIOD,
    SCHOOLS,
    Row,
    pupil_rows,
    schools,
    table,
    take,
)

CODES = list(SCHOOLS)
LATER = ON_TIME + timedelta(days=20)
ROWS = pupil_rows(12)
GOOD = {2: ROWS[0], 14: ROWS[12], 15: ROWS[13]}


def damaged() -> list[Row]:
    """Return 96 pupils: the first has no sex that is known, two of the second school no grade."""
    rows = [dict(row) for row in ROWS]
    rows[0]["sex"] = "?"
    rows[12]["grade"] = "X"
    rows[13]["grade"] = ""
    return rows


@pytest.fixture
def waits(zones: Workspace) -> tuple[Workspace, str]:
    """Return a workspace in which three of ninety-six pupils of one batch wait."""
    rows = [*damaged(), *[{**r, "national_id": f"8{r['national_id'][1:]}"} for r in ROWS]]
    batch = take(zones, "pupils", table(rows)).ids["batch"]
    return zones, batch


def mended(*lines: int, with_line: bool = True, **cells: str) -> bytes:
    """Return a correction of the rows that were refused on some lines."""
    rows = [
        {**GOOD[line], **cells, **({"refused_line": str(line)} if with_line else {})}
        for line in lines
    ]
    return table(rows)


def correct(workspace: Workspace, batch: str, content: bytes, **named: bool) -> Receipt:
    return fix(workspace, batch, io.BytesIO(content), file="mended.csv", **named)


def account(workspace: Workspace, batch: str) -> dict[str, int]:
    found = account_of(read_waiting(workspace, batch))
    counted = found["counted"]
    assert counted == sum(found.values()) - counted
    return {name: count for name, count in found.items() if count}


def erase_pupil(workspace: Workspace, row: Row) -> Receipt:
    place = identified(workspace, "pupils")
    who = People(domain=place.domain, parts=(pa.array([row["national_id"]]),))
    return erase(workspace, place, who)


def held(workspace: Workspace) -> list[str]:
    rows = workspace.protected.current("pupils", PERIOD)
    return [name.hex() for name in rows["pupil_pseudonym"].to_pylist()]


def test_the_queue_tells_what_waits_why_and_until_when_and_no_value(
    waits: tuple[Workspace, str],
) -> None:
    workspace, batch = waits
    [row] = list_queue(workspace)
    assert {name: row[name] for name in ("batch", "dataset", "period", "rows", "whole")} == {
        "batch": batch,
        "dataset": "pupils",
        "period": PERIOD,
        "rows": 3,
        "whole": False,
    }
    assert row["rules"] == {"grade row.code": 1, "grade row.required": 1, "sex row.code": 1}
    assert (row["days_left"], row["superseded"], row["reported"]) == (90, 0, "")
    shown = show_waiting(workspace, batch, "en")
    assert [(each["line"], each["column"], each["rule"]) for each in shown] == [
        (2, "sex", "row.code"),
        (14, "grade", "row.code"),
        (15, "grade", "row.required"),
    ]
    assert all(each["remedy"] for each in shown)
    assert MARKER not in json.dumps([row, shown])
    assert workspace.ledger.find("opening") is None


@pytest.mark.parametrize("with_line", [True, False])
def test_mended_rows_join_their_batch_and_the_others_wait(
    waits: tuple[Workspace, str], *, with_line: bool
) -> None:
    workspace, batch = waits
    before = held(workspace)
    receipt = correct(workspace, batch, mended(2, 15, with_line=with_line))
    assert receipt.counts == {"fixed": 2, "refused_again": 0, "settled_before": 0, "waiting": 1}
    now = held(workspace)
    assert len(now) == len(set(now)) == len(before) + 2
    assert account(workspace, batch) == {"counted": 192, "accepted": 189, "fixed": 2, "waiting": 1}
    assert len(workspace.protected.batches("pupils", PERIOD)) == 1
    [told] = workspace.ledger.entries("settlement")
    assert (told.facts["action"], told.facts["rows"]) == ("fixed", 2)
    assert [each["line"] for each in show_waiting(workspace, batch, "en")] == [14]


def test_the_same_correction_twice_changes_nothing(waits: tuple[Workspace, str]) -> None:
    workspace, batch = waits
    correct(workspace, batch, mended(2, 14, 15))
    state = workspace.protected.state_hash_all()
    for content in (mended(2, 14, 15), mended(14), mended(14, with_line=False)):
        again = correct(workspace, batch, content)
        assert (again.changed, again.counts["fixed"]) == (False, 0)
        assert any("quarantine.settled_before" in words for words in again.warnings)
    assert workspace.protected.state_hash_all() == state
    assert account(workspace, batch) == {"counted": 192, "accepted": 189, "fixed": 3}
    assert list_queue(workspace) == []
    assert workspace.quarantine.ids() == []


def test_the_whole_delivery_again_is_still_the_same_batch(waits: tuple[Workspace, str]) -> None:
    workspace, batch = waits
    correct(workspace, batch, mended(2))
    state = workspace.protected.state_hash_all()
    rows = [*damaged(), *[{**r, "national_id": f"8{r['national_id'][1:]}"} for r in ROWS]]
    again = take(workspace, "pupils", table(rows))
    assert (again.changed, again.ids["batch"]) == (False, batch)
    assert workspace.protected.state_hash_all() == state
    assert account(workspace, batch)["waiting"] == 2
    assert len(list(workspace.ledger.entries("batch"))) == 2


def test_a_correction_that_is_still_wrong_leaves_its_row_waiting(
    waits: tuple[Workspace, str],
) -> None:
    workspace, batch = waits
    content = mended(2, 14) + mended(15, grade="Y").split(b"\n")[1] + b"\n"
    receipt = correct(workspace, batch, content)
    assert receipt.counts == {"fixed": 2, "refused_again": 1, "settled_before": 0, "waiting": 1}
    [words] = receipt.warnings
    assert "row.code" in words
    assert "line 4" in words
    assert MARKER not in words


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (mended(2).replace(b";2\n", b";3\n"), "quarantine.unknown_lines"),
        (table([{**ROWS[5], "national_id": "777777777ZZ"}]), "quarantine.unknown_rows"),
        (b"national_id;sex\n1;F\n", "delivery."),
    ],
)
def test_a_correction_of_other_rows_is_refused_and_changes_nothing(
    waits: tuple[Workspace, str], content: bytes, code: str
) -> None:
    workspace, batch = waits
    state, before = workspace.protected.state_hash_all(), account(workspace, batch)
    with pytest.raises(DeliveryError, match=code.replace(".", r"\.")) as refusal:
        correct(workspace, batch, content)
    assert MARKER not in str(refusal.value)
    assert workspace.protected.state_hash_all() == state
    assert account(workspace, batch) == before


def test_a_line_that_comes_twice_is_refused(waits: tuple[Workspace, str]) -> None:
    workspace, batch = waits
    content = mended(2) + mended(14).split(b"\n")[1].replace(b";14", b";2") + b"\n"
    with pytest.raises(DeliveryError, match=r"quarantine\.line_twice"):
        correct(workspace, batch, content)


def test_a_mended_row_whose_key_is_held_goes_on_waiting(waits: tuple[Workspace, str]) -> None:
    workspace, batch = waits
    receipt = correct(workspace, batch, mended(2, national_id=ROWS[7]["national_id"]))
    assert (receipt.changed, receipt.counts["waiting"]) == (False, 3)
    assert any("quarantine.key_held" in words for words in receipt.warnings)


def test_pupils_whose_school_was_not_known_yet_are_released_once_it_is(
    small: Workspace,
) -> None:
    take(small, "schools", schools(CODES[:-1]))
    few, many = pupil_rows(2, CODES[-1:]), pupil_rows(30, CODES[:-1])
    batch = take(small, "pupils", table([*many, *few])).ids["batch"]
    assert list_queue(small)[0]["rules"] == {"school_code row.reference": 2}
    still = release(small, batch)
    assert (still.changed, still.counts) == (False, {"released": 0, "waiting": 2})
    take(small, "schools", schools(), as_of=LATER)
    receipt = release(small, batch)
    assert (receipt.changed, receipt.counts) == (True, {"released": 2, "waiting": 0})
    assert small.protected.current("pupils", PERIOD).num_rows == 212
    assert account(small, batch) == {"counted": 212, "accepted": 210, "released": 2}
    assert CODES[-1] in small.protected.batch(batch).senders
    assert release(small, batch).changed is False


def test_a_delivery_refused_whole_is_taken_in_anew_with_its_date(small: Workspace) -> None:
    take(small, "schools", schools(CODES[:4]))
    with pytest.raises(DeliveryError, match=r"delivery\.too_many_refused"):
        take(small, "pupils", table(ROWS))
    [row] = list_queue(small)
    assert (row["whole"], row["rows"]) == (True, 48)
    take(small, "schools", schools(), as_of=LATER)
    receipt = release(small, row["batch"])
    assert receipt.counts["accepted"] == 96
    assert small.protected.batch(row["batch"]).as_of[:10] == ON_TIME.date().isoformat()
    assert list_queue(small) == []


def test_what_is_refused_again_keeps_its_place_and_the_mark_of_its_name(small: Workspace) -> None:
    take(small, "schools", schools(CODES[:4]))
    with pytest.raises(DeliveryError, match=r"delivery\.too_many_refused"):
        take(small, "pupils", table(ROWS))
    [before] = list_queue(small)
    later = Workspace(small.settings, clock=lambda: NOW + timedelta(days=1))
    take(later, "schools", schools(CODES[:5]), as_of=LATER)
    for _ in range(2):
        with pytest.raises(DeliveryError, match=r"delivery\.too_many_refused") as refusal:
            release(later, before["batch"])
    assert f"(dataset pupils, delivery {before['batch']}," in str(refusal.value)
    assert f"(jeu pupils, livraison {before['batch']}," in refusal.value.words("fr")
    [row] = list_queue(later)
    assert (before["rows"], row["rows"]) == (48, 36)
    assert (row["since"], row["file"]) == (before["since"], before["file"])
    # The file of the same name still makes up for it, though other schools delivered besides.
    take(later, "pupils", table(pupil_rows(20, CODES[4:5])), as_of=LATER)
    assert list_queue(later)[0]["superseded"] == 36


def test_rows_of_a_whole_refusal_are_not_mended_alone(zones: Workspace) -> None:
    with pytest.raises(DeliveryError, match=r"delivery\.too_many_refused"):
        take(zones, "pupils", table([{**row, "sex": "?"} for row in ROWS[:3]]))
    [row] = list_queue(zones)
    with pytest.raises(DeliveryError, match=r"quarantine\.whole"):
        correct(zones, row["batch"], mended(2))
    with pytest.raises(DeliveryError, match=r"quarantine\.whole"):
        discard(zones, row["batch"], reason="not_ours", lines=[2])
    assert discard(zones, row["batch"], reason="not_ours").counts["discarded"] == 3
    assert zones.quarantine.ids() == []
    [told] = zones.ledger.entries("settlement")
    assert (told.facts["rows"], told.facts["reason"]) == (3, "not_ours")


def refused_whole(zones: Workspace) -> str:
    """Return the id of a delivery of which all three rows are wrong."""
    with pytest.raises(DeliveryError, match=r"delivery\.too_many_refused"):
        take(zones, "pupils", table([{**row, "sex": "?"} for row in ROWS[:3]]))
    [row] = list_queue(zones)
    return str(row["batch"])


def test_rows_refused_whole_wait_in_vain_once_the_corrected_file_is_in_force(
    zones: Workspace,
) -> None:
    batch = refused_whole(zones)
    early = discard(zones, batch, reason="superseded", only_superseded=True)
    assert (early.changed, early.counts) == (False, {"discarded": 0, "waiting": 3})
    assert list_queue(zones)[0]["superseded"] == 0
    take(zones, "pupils", table(ROWS))
    [row] = list_queue(zones)
    assert (row["rows"], row["superseded"]) == (3, 3)
    assert all(each["superseded"] for each in show_waiting(zones, batch, "en"))
    done = discard(zones, batch, reason="superseded", only_superseded=True)
    assert (done.changed, done.counts) == (True, {"discarded": 3, "waiting": 0})
    assert list_queue(zones) == []
    again = discard(zones, batch, reason="superseded", only_superseded=True)
    assert (again.changed, again.counts) == (False, {"discarded": 0, "waiting": 0})


def test_what_was_given_up_whole_is_no_longer_awaited_unless_it_comes_again(
    zones: Workspace,
) -> None:
    batch = refused_whole(zones)
    discard(zones, batch, reason="sender_gave_up")
    assert (list_queue(zones), status(zones)["awaited"]) == ([], [])
    assert refused_whole(zones) == batch
    assert [each["delivery"] for each in status(zones)["awaited"]] == [batch]
    assert discard(zones, batch, reason="sender_gave_up").counts["discarded"] == 3
    assert (list_queue(zones), len(list(zones.ledger.entries("settlement")))) == ([], 2)


def test_a_file_that_could_not_be_read_is_in_the_queue_too(zones: Workspace) -> None:
    with pytest.raises(DeliveryError):
        take(zones, "pupils", table(ROWS, delimiter=","))
    [row] = list_queue(zones)
    assert (row["whole"], row["rows"], row["days_left"]) == (True, 0, 30)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_faults_of_a_file_that_could_not_be_read_are_shown_until_it_is_given_up(
    zones: Workspace, command: Command, language: str
) -> None:
    content = table(ROWS[:2]) + f"{MARKER};1\n".encode()
    for times in (1, 2):
        with pytest.raises(DeliveryError, match=r"delivery\.layout"):
            take(zones, "pupils", content)
        [row] = list_queue(zones)
        assert row["since"]
        batch = row["batch"]
        shown = command(zones, "quarantine", "show", batch, "--json", language=language)
        [fault] = json.loads(shown.out)
        assert (fault["line"], fault["rule"]) == (4, "delivery.ragged")
        assert ("The row has 2" if language == "en" else "La ligne a 2") in fault["fault"]
        assert fault["remedy"]
        assert MARKER not in shown.out
        opened = command(
            zones, "quarantine", "show", batch, "--reason", "audit", "--to", "x.csv", language="en"
        )
        assert (opened.code, "quarantine.no_rows" in opened.err) == (9, True)
        asked = command(
            zones, "quarantine", "discard", batch, "--reason", "not_ours", language=language
        )
        assert ("Await no new file" if language == "en" else "N'attendre aucun") in asked.err
        arguments = ("quarantine", "discard", batch, "--reason", "not_ours", "--yes", "--json")
        done = json.loads(command(zones, *arguments).out)
        assert (done["changed"], done["counts"]["files"]) == (True, 1)
        assert json.loads(command(zones, *arguments).out)["changed"] is False
        assert (list_queue(zones), show_waiting(zones, batch, "en")) == ([], [])
        assert len(list(zones.ledger.entries("settlement"))) == times


def test_a_file_that_can_be_read_today_is_shown_with_the_rule_that_refused_it(
    zones: Workspace,
) -> None:
    take(zones, "pupils", table(pupil_rows(20, CODES[:1])))
    with pytest.raises(DeliveryError, match=r"delivery\.smaller"):
        take(zones, "pupils", table(pupil_rows(3, CODES[:1])), as_of=LATER)
    [row] = list_queue(zones)
    [fault] = show_waiting(zones, row["batch"], "en")
    assert fault["rule"] == "quarantine.refused_by"
    assert "delivery.smaller" in fault["fault"]
    assert f"cartable quarantine release {row['batch']}" in fault["remedy"]


def test_what_is_given_up_is_shredded_and_its_number_stays(waits: tuple[Workspace, str]) -> None:
    workspace, batch = waits
    with pytest.raises(PrivacyError, match=r"subjects\.not_on_list"):
        discard(workspace, batch, reason=MARKER)
    with pytest.raises(DeliveryError, match=r"quarantine\.unknown_lines"):
        discard(workspace, batch, reason="repeated", lines=[2, 3])
    before = workspace.quarantine.key_ids(batch)
    assert discard(workspace, batch, reason="repeated", lines=[2]).counts == {
        "discarded": 1,
        "waiting": 2,
    }
    assert not before & workspace.ring.vault.ids()
    assert discard(workspace, batch, reason="repeated", lines=[2]).changed is False
    discard(workspace, batch, reason="sender_gave_up")
    assert account(workspace, batch) == {"counted": 192, "accepted": 189, "discarded": 3}
    assert workspace.quarantine.ids() == []
    with pytest.raises(StorageError):
        open_quarantine(workspace, batch, reason="audit")
    # A row that was given up does not come back by a correction of it.
    assert correct(workspace, batch, mended(2)).counts["fixed"] == 0
    # Nor with the same content, which says so.
    rows = [*damaged(), *[{**r, "national_id": f"8{r['national_id'][1:]}"} for r in ROWS]]
    again = take(workspace, "pupils", table(rows))
    [told] = [each for each in again.warnings if "delivery.given_up_before" in each]
    assert "3 refused row(s)" in told


def test_a_later_delivery_of_the_sender_wins(waits: tuple[Workspace, str]) -> None:
    workspace, batch = waits
    take(workspace, "pupils", table(pupil_rows(24, CODES[:1])), as_of=LATER)
    [row] = list_queue(workspace)
    assert (row["rows"], row["superseded"]) == (3, 1)
    state = workspace.protected.state_hash_all()
    receipt = correct(workspace, batch, mended(2))
    assert (receipt.changed, receipt.counts["waiting"]) == (False, 3)
    assert any("quarantine.superseded" in words for words in receipt.warnings)
    # Nor does it help to say that the pupil of another school is one of the later sender's.
    assert correct(workspace, batch, mended(14, school_code=CODES[0])).changed is False
    assert workspace.protected.state_hash_all() == state
    done = discard(workspace, batch, reason="superseded", only_superseded=True)
    assert done.counts == {"discarded": 1, "waiting": 2}
    assert correct(workspace, batch, mended(14)).counts["fixed"] == 1


def test_a_sender_who_joins_with_far_fewer_rows_than_before_is_asked_about(
    zones: Workspace,
) -> None:
    take(zones, "pupils", table(pupil_rows(20, CODES[:1])))
    rows = [{**row, "sex": "?"} for row in pupil_rows(1, CODES[:1])] + pupil_rows(60, CODES[1:2])
    batch = take(zones, "pupils", table(rows), as_of=LATER).ids["batch"]
    with pytest.raises(DeliveryError, match=r"delivery\.smaller"):
        correct(zones, batch, mended(2))
    assert account(zones, batch)["waiting"] == 1
    assert correct(zones, batch, mended(2), may_be_smaller=True).counts["fixed"] == 1
    assert zones.protected.current("pupils", PERIOD).num_rows == 61


def test_the_audit_report_counts_rows_that_joined_as_accepted(
    waits: tuple[Workspace, str],
) -> None:
    workspace, batch = waits
    correction = correct(workspace, batch, mended(2, 14)).ids["delivery"]
    incoming = {one.name: one for one in gather(workspace, PERIOD).incoming}
    told = incoming[batch]
    assert (told.counted, told.accepted, told.refused, told.in_force) == (192, 191, 1, 191)
    assert (told.destroyed, told.replaced) == (0, 0)
    assert incoming[correction].verdict == "correction"
    [row] = [one for one in status(workspace)["batches"] if one["batch"] == batch]
    assert (row["accepted"], row["refused"]) == (191, 1)


def test_the_rows_to_mend_go_out_as_a_file_that_comes_back(
    waits: tuple[Workspace, str], tmp_path: Path
) -> None:
    workspace, batch = waits
    target = tmp_path / "rows.csv"
    open_quarantine(workspace, batch, reason="correction", to=target)
    text = target.read_text("utf-8")
    assert text.splitlines()[0] == ";".join([*ROWS[0], "refused_line"])
    assert len(list(workspace.ledger.entries("opening"))) == 1
    content = text.replace(";?;", ";F;").replace(";X;", ";CP;").replace(";;oui", ";CP;oui")
    assert correct(workspace, batch, content.encode()).counts["fixed"] >= 2


def test_a_row_of_several_lines_is_mended_too(tmp_path: Path) -> None:
    project = small_country.write_project(tmp_path / "project")
    path = project / "contracts" / "datasets" / "pupils.yml"
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("  - name: address\n", "  - name: address\n    max_lines: 3\n"), "utf-8"
    )
    workspace = small_country.open_workspace(tmp_path / "home", project)
    take(workspace, "schools", schools())
    rows = pupil_rows(20)
    rows[4] |= {"address": '"1 rue X\nle Bourg"', "sex": "?"}
    rows[9] |= {"address": '"2 rue X\nle Bourg"'}
    rows[11] |= {"sex": "?"}
    batch = take(workspace, "pupils", table(rows)).ids["batch"]
    assert [each["line"] for each in show_waiting(workspace, batch, "en")] == [6, 15]
    target = tmp_path / "rows.csv"
    open_quarantine(workspace, batch, reason="correction", to=target)
    content = target.read_bytes().replace(b";?;", b";F;")
    assert correct(workspace, batch, content).counts["fixed"] == 2
    assert account(workspace, batch) == {"counted": 160, "accepted": 158, "fixed": 2}


def test_what_was_erased_is_neither_mended_nor_released(waits: tuple[Workspace, str]) -> None:

    workspace, batch = waits
    erase_pupil(workspace, GOOD[2])
    assert [each["line"] for each in show_waiting(workspace, batch, "en")] == [14, 15]
    assert account(workspace, batch)["gone"] == 1
    with pytest.raises(DeliveryError):
        correct(workspace, batch, mended(2))
    assert correct(workspace, batch, mended(14)).counts["fixed"] == 1
    assert account(workspace, batch)["gone"] == 1


def test_a_person_who_was_mended_can_be_erased_everywhere(waits: tuple[Workspace, str]) -> None:

    workspace, batch = waits
    correct(workspace, batch, mended(2))
    before = len(held(workspace))
    receipt = erase_pupil(workspace, GOOD[2])
    assert receipt.counts["deliveries_rows"] == 2
    assert len(held(workspace)) == before - 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_commands_work_on_the_queue(
    waits: tuple[Workspace, str], command: Command, tmp_path: Path, language: str
) -> None:
    workspace, batch = waits
    listed = command(workspace, "quarantine", "list", language=language)
    assert (listed.code, batch in listed.out) == (0, True)
    shown = command(workspace, "quarantine", "show", batch, language=language)
    assert shown.code == 0
    assert MARKER not in shown.out
    path = tmp_path / "mended.csv"
    path.write_bytes(mended(2))
    done = command(workspace, "quarantine", "fix", batch, "--file", str(path), language=language)
    assert done.code == 0
    asked = command(
        workspace, "quarantine", "discard", batch, "--reason", "repeated", language=language
    )
    assert (asked.code, "quarantine.declined" in asked.err) == (4, True)
    assert ("Shred 2 refused" if language == "en" else "Détruire pour de bon 2 ligne") in asked.err
    wrong = command(workspace, "quarantine", "discard", batch, "--reason", "x", language=language)
    assert "subjects.not_on_list" in wrong.err
    assert batch not in wrong.err
    unsaid = command(workspace, "quarantine", "show", batch, "--to", "x.csv", language=language)
    assert "quarantine.no_reason" in unsaid.err
    assert "correction" in unsaid.err
    again = command(workspace, "quarantine", "release", batch, "--json", language=language)
    assert json.loads(again.out)["counts"] == {"released": 0, "waiting": 2}
    given = command(
        workspace, "quarantine", "discard", batch, "--reason", "repeated", "--yes", "--json"
    )
    assert json.loads(given.out)["counts"] == {"discarded": 2, "waiting": 0}
