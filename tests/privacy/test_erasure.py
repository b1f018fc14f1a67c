"""Erased persons are nowhere and stay away; no copy brings them back; a rerun ends a kill."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pipeline.errors import PrivacyError, StorageError
from pipeline.steps.epochs import rotate_domain
from pipeline.steps.erasing import erase, readmit
from pipeline.steps.listing import identified, pass_epoch, read_list
from pipeline.steps.people import people
from pipeline.steps.prepare import prepare
from pipeline.steps.receipt import Receipt
from pipeline.steps.release import approve, release
from pipeline.steps.requests import decide_request, list_requests, open_request
from pipeline.steps.restricting import counted_rows, restrict
from pipeline.steps.retain import retain
from pipeline.steps.status import status
from pipeline.steps.subjects import find
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.registers import Register
from pipeline.storage.review import ReviewStore
from pipeline.storage.signed import canonical_json
from pipeline.storage.suppressions import SuppressionStore
from tests import small_country
from tests.kills import KilledError, killed_before
from tests.small_country import NOW, SCHOOLS, open_workspace, pupil_rows, table, take

CODES = list(SCHOOLS)
ROWS_COUNTED = ("counted", "accepted", "refused", "suppressed")
ROWS = pupil_rows(24)
GONE = [row["national_id"] for row in (ROWS[0], ROWS[5], ROWS[30])]
LATER = datetime.fromisoformat("2021-11-05T00:00:00+00:00")


def at(workspace: Workspace, moment: datetime = NOW) -> Workspace:
    return open_workspace(workspace.home.parent, workspace.settings.project, now=moment)


def gone(workspace: Workspace, ids: Sequence[str] = GONE, **given: Any) -> Receipt:
    place = identified(workspace, "pupils")
    return erase(workspace, place, people([[one] for one in ids], place), **given)


def places(workspace: Workspace, ids: Sequence[str] = GONE) -> dict[str, int]:
    place = identified(workspace, "pupils")
    rows: dict[str, int] = {}
    for held in find(workspace, place, people([[one] for one in ids], place)):
        rows[held["zone"]] = rows.get(held["zone"], 0) + held["rows"]
    return rows


def count(workspace: Workspace) -> int:
    return int(workspace.protected.current("pupils", "2021").num_rows)


@pytest.fixture
def everywhere(delivered: Workspace) -> Workspace:
    """Return a workspace that holds them in force, superseded, refused and as received."""
    # One refused of 60 is within what the contract lets pass.
    rows = pupil_rows(30, CODES[:2])
    refused = [{**row, "sex": "?"} if row["national_id"] == GONE[1] else row for row in rows]
    take(delivered, "pupils", table(refused), as_of=LATER)
    return delivered


def test_persons_are_found_in_every_zone_by_any_spelling(everywhere: Workspace) -> None:
    # The first delivery holds all three; of the second, one of two is refused.
    assert places(everywhere) == {"protected": 5, "quarantine": 1, "deliveries": 6}
    typed = [f" {one.lower()}\u200b" for one in GONE]
    assert places(everywhere, typed) == places(everywhere)
    assert places(everywhere, ["999999999ZZ"]) == {}
    told = [entry.facts for entry in everywhere.ledger.entries("subject")]
    assert [(fact["action"], fact["persons"]) for fact in told][:2] == [("find", 3)] * 2


def test_erased_persons_are_nowhere_and_the_others_are_as_they_were(
    everywhere: Workspace,
) -> None:
    before = everywhere.protected.current("pupils", "2021")
    mine = everywhere.deliveries.ids()
    receipt = gone(everywhere)
    assert receipt.changed
    assert places(everywhere) == {}
    after = everywhere.protected.current("pupils", "2021")
    # The refused row had none in force any more.
    assert after.num_rows == before.num_rows - 2
    kept = set(map(str, after.to_pylist()))
    assert kept < set(map(str, before.to_pylist()))
    assert everywhere.deliveries.ids() == mine
    assert everywhere.quarantine.ids() == []
    counts = {name: receipt.counts[name] for name in receipt.counts if "vault" not in name}
    assert counts == {
        "persons": 3,
        "protected_rows": 5,
        "protected_files": counts["protected_files"],
        "quarantine_rows": 1,
        "quarantine_files": 1,
        "deliveries_rows": 6,
        "deliveries_files": 2,
        "protected_rows_pupils": 5,
        "quarantine_rows_pupils": 1,
        "deliveries_rows_pupils": 6,
        "mentions": 0,
        "releases_to_recompute": 0,
        "list_version": 1,
    }
    assert receipt.counts["vault_after"] == receipt.counts["vault_before"] + 1


def test_a_delivery_without_a_person_is_to_the_byte_what_was_received_but_for_their_lines(
    delivered: Workspace,
) -> None:
    [pupils] = [name for name in delivered.deliveries.ids() if name.startswith("pupils")]
    with delivered.deliveries.open(pupils) as stream:
        before = stream.read()
    known = delivered.deliveries.delivery(pupils)
    gone(delivered)
    with delivered.deliveries.open(pupils) as stream:
        after = stream.read()
    lines = before.splitlines(keepends=True)
    assert after == b"".join(
        line for line in lines if not any(one.encode() in line for one in GONE)
    )
    described = delivered.deliveries.delivery(pupils)
    assert (described.removed, described.fingerprint) == (3, known.fingerprint)


def test_the_same_file_a_changed_one_and_one_that_refuses_them_do_not_bring_them_back(
    everywhere: Workspace,
) -> None:
    gone(everywhere)
    again = take(everywhere, "pupils", table(ROWS))
    assert not again.changed
    left_out, replaced = again.warnings
    assert left_out.startswith("subjects.left_out: 3 row(s) were left out")
    assert replaced.startswith("delivery.replaced_since")
    assert places(everywhere) == {}
    changed = [*ROWS, small_country.pupil(77_777, CODES[0])]
    receipt = take(everywhere, "pupils", table(changed), as_of=NOW)
    assert receipt.counts["suppressed"] == 3
    assert [w.partition(":")[0] for w in receipt.warnings] == ["subjects.left_out"]
    counted, accepted, refused, suppressed = (receipt.counts[name] for name in ROWS_COUNTED)
    assert accepted + refused + suppressed == counted == len(changed)
    [batch] = [e for e in everywhere.ledger.entries("batch") if e.facts["suppressed"]]
    assert batch.facts["batch"] == receipt.ids["batch"]
    assert count(everywhere) == len(changed) - 3
    # A row of theirs that is refused is not kept for the sender to correct either.
    wrong = [{**row, "sex": "?"} if row["national_id"] == GONE[0] else row for row in changed[:-1]]
    wrong = [{**wrong[0], "national_id": f"{GONE[0].lower()} "}, *wrong[1:]]
    receipt = take(everywhere, "pupils", table(wrong), as_of=NOW)
    assert (receipt.counts["suppressed"], receipt.counts["refused"]) == (3, 0)
    assert places(everywhere) == {}


def test_a_file_that_is_refused_as_a_whole_does_not_keep_them_either(
    delivered: Workspace,
) -> None:
    gone(delivered)
    torn = table(ROWS[:4]).replace(b'"', b"") + b'1;"never closed\n'
    other_header = table(ROWS[:4]).split(b"\n", 1)[1]
    utf_16 = table(ROWS[:4]).decode().encode("utf-16")
    for content in (torn, other_header, utf_16):
        with pytest.raises(Exception, match=r"delivery\."):
            take(delivered, "pupils", content, as_of=NOW)
    assert len(delivered.deliveries.ids()) == 3 + 3
    assert places(delivered) == {}
    removed = [delivered.deliveries.delivery(name).removed for name in delivered.deliveries.ids()]
    assert sorted(removed) == [0, 0, 1, 1, 1, 3]


def test_a_delivery_that_was_destroyed_and_comes_back_is_screened_too(
    delivered: Workspace,
) -> None:
    assert retain(delivered, destroy=delivered.deliveries.ids()).counts["deliveries"] == 3
    gone(delivered)
    assert not take(delivered, "pupils", table(ROWS)).changed
    assert places(delivered) == {}


def test_a_copy_taken_before_opens_no_more_with_the_keys_of_after(
    everywhere: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(everywhere.home, tmp_path / "copy" / "data")
    gone(everywhere)
    shutil.copytree(everywhere.settings.keys, tmp_path / "copy" / "keys")
    with pytest.raises(StorageError):
        count(open_workspace(tmp_path / "copy", everywhere.settings.project))
    # With the table of today put beside it, what was erased stays closed, file by file.
    shutil.rmtree(tmp_path / "copy" / "data" / "vault")
    shutil.copytree(everywhere.home / "vault", tmp_path / "copy" / "data" / "vault")
    restored = open_workspace(tmp_path / "copy", everywhere.settings.project)
    for read in (
        lambda: count(restored),
        lambda: restored.quarantine.open(restored.quarantine.ids()[0]),
        *(
            lambda name=name: restored.deliveries.open(name).read()
            for name in restored.deliveries.ids()
            if name.startswith("pupils")
        ),
    ):
        with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
            read()


def test_exact_counts_move_by_exactly_them_and_the_release_is_marked(
    prepared: Workspace,
) -> None:
    first = prepare(prepared).ids["candidate"]
    before = prepared.review.tables(first)["exact_enrolment"].to_pandas()
    approve(prepared, first, approver="delegate")
    made = release(prepared, first).ids["release"]
    assert status(prepared)["release"]["recompute"] == []
    receipt = gone(prepared)
    assert receipt.counts["releases_to_recompute"] == 1
    assert status(prepared)["release"]["recompute"] == [receipt.ids["erasure"]]
    second = prepare(prepared).ids["candidate"]
    assert second != first
    after = prepared.review.tables(second)["exact_enrolment"].to_pandas()
    keys = [name for name in before.columns if name != "pupils"]
    moved = before.merge(after, on=keys, suffixes=("_before", "_after"), validate="1:1")
    assert len(moved) == len(before) == len(after)
    fewer = moved["pupils_before"] - moved["pupils_after"]
    at_top = moved[(moved["area_level"] == "departement")]
    whole = [name for name in keys if set(before[name]) & {"_T"}]
    total = at_top[(at_top[whole] == "_T").all(axis=1)]
    assert (total["pupils_before"] - total["pupils_after"]).tolist() == [3]
    assert (fewer >= 0).all()
    # The next release is of today: nothing more is to be done.
    approve(prepared, second, approver="delegate")
    again = release(prepared, second).ids["release"]
    assert again != made
    assert status(prepared)["release"]["recompute"] == []
    assert not gone(prepared).changed
    assert status(prepared)["release"]["recompute"] == []


def test_undecided_counts_are_destroyed(prepared: Workspace) -> None:
    [name] = prepared.review.candidates()
    gone(prepared)
    assert not prepared.review.has_counts(name)
    [told] = [e for e in prepared.ledger.entries("destroyed") if e.facts["zone"] == "review"]
    assert told.facts["candidate"] == name


def test_a_certificate_is_signed_the_same_again_and_names_nobody(
    everywhere: Workspace, tmp_path: Path
) -> None:
    request = open_request(everywhere, "erasure", received=NOW.date(), identity="school")
    number = request.ids["request"]
    with pytest.raises(PrivacyError, match=r"subjects\.not_granted"):
        gone(everywhere, request=number)
    assert places(everywhere)
    decide_request(everywhere, number, "granted")
    gone(everywhere, request=number, to=tmp_path / "one.json")
    assert [row["state"] for row in list_requests(everywhere)] == ["done"]
    again = gone(everywhere, request=number, to=tmp_path / "two.json")
    assert not again.changed
    text = (tmp_path / "one.json").read_text()
    assert text == (tmp_path / "two.json").read_text()
    signed = json.loads(text)
    message = b"cartable certificate of erasure\n" + canonical_json(signed["body"])
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed["public_key"]))
    key.verify(bytes.fromhex(signed["signature"]), message)
    assert signed["body"]["request"] == number
    assert signed["body"]["zones"]["protected"]["rows"] == 5
    names = [
        name for section in read_list(everywhere, "pupil").erased for name in section.pseudonyms
    ]
    assert len(names) == 3
    for secret in (*GONE, *names, small_country.MARKER):
        assert secret not in text
    assert "3 persons were erased" in signed["body"]["words"]["en"]


def test_who_is_not_held_is_not_listed(delivered: Workspace) -> None:
    with pytest.raises(PrivacyError, match=r"subjects\.nothing_held"):
        gone(delivered, ["999999999ZZ"])
    assert read_list(delivered, "pupil").is_empty
    assert list(delivered.ledger.entries("erasure")) == []


def test_who_is_readmitted_comes_with_the_next_file(delivered: Workspace) -> None:
    gone(delivered)
    place = identified(delivered, "pupils")
    who = people([[one] for one in GONE], place)
    assert readmit(delivered, place, who).changed
    assert not readmit(delivered, place, who).changed
    assert places(delivered) == {}
    take(delivered, "pupils", table(ROWS[:30]), as_of=NOW, may_be_smaller=True)
    assert places(delivered) == {"protected": 2, "deliveries": 2}


def test_the_lists_go_along_with_a_new_epoch(delivered: Workspace) -> None:
    place = identified(delivered, "pupils")
    restrict(delivered, place, people([[ROWS[9]["national_id"]]], place))
    gone(delivered)
    before = read_list(delivered, "pupil")
    delivered.ring.vault.advance("pupil")
    # Between two epochs the list is read at the new one, before it is written so.
    moved = read_list(at(delivered), "pupil")
    assert [section.epoch for section in (*moved.erased, *moved.uncounted)] == [2, 2]
    assert not {*before.erased[0].pseudonyms} & {*moved.erased[0].pseudonyms}
    rotate_domain(at(delivered), "pupil")
    later = at(delivered)
    assert not pass_epoch(later, "pupil")
    assert SuppressionStore(later.home, later.ring).read("pupil").erased == moved.erased
    assert places(later) == {}
    rows = later.protected.current("pupils", "2021")
    assert counted_rows(later, "pupils", "2021", rows).num_rows == rows.num_rows - 1
    take(later, "schools", small_country.schools(), period="2020")
    receipt = take(later, "pupils", table(ROWS), period="2020")
    assert receipt.counts["suppressed"] == 3


def test_an_erasure_waits_for_a_delivery_that_is_half_taken_in(
    delivered: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipeline.steps.ingest as module

    started, waited = threading.Event(), []
    project, folder = delivered.settings.project, delivered.home.parent

    def late(*arguments: object, **named: object) -> object:
        # The delivery was looked through for a list on which nobody stands yet.
        eraser.start()
        started.wait(10)
        eraser.join(1.0)
        waited.append(eraser.is_alive())
        return judged(*arguments, **named)

    def run() -> None:
        started.set()
        gone(open_workspace(folder, project))

    eraser, judged = threading.Thread(target=run), module.judged
    monkeypatch.setattr(module, "judged", late)
    changed = [*ROWS, small_country.pupil(77_777, CODES[0])]
    take(delivered, "pupils", table(changed), as_of=NOW)
    eraser.join(60)
    assert waited == [True]
    assert places(open_workspace(folder, project)) == {}
    assert count(open_workspace(folder, project)) == len(changed) - 3


def test_a_list_that_is_lost_or_brought_back_stops_every_intake(delivered: Workspace) -> None:
    zone = delivered.home / "suppressions"
    gone(delivered, GONE[:1])
    former = delivered.home.parent / "former"
    shutil.copytree(zone, former)
    gone(delivered, GONE[1:])
    for spoil in (lambda: None, lambda: shutil.copytree(former, zone)):
        shutil.rmtree(zone, ignore_errors=True)
        spoil()
        with pytest.raises(StorageError, match=r"subjects\.list_lost|storage\.key_forgotten"):
            take(at(delivered), "pupils", table(ROWS[:40]), as_of=NOW)
    assert len(delivered.protected.batches("pupils", "2021")) == 1


STORES = (
    (SuppressionStore, ("write",)),
    (Register, ("begin", "add")),
    (ProtectedStore, ("rewrite",)),
    (QuarantineStore, ("put", "withdraw")),
    (DeliveryStore, ("reseal", "note_screened")),
    (ReviewStore, ("withdraw_counts",)),
    (Ledger, ("append", "append_once")),
)
SHREDDINGS = [
    (module, "shred_withdrawn") for module in ("pipeline.steps.kept", "pipeline.steps.screening")
]


@pytest.mark.slow
def test_an_erasure_stopped_before_any_write_is_ended_by_the_next_run(
    everywhere: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    prepare(everywhere)
    project = everywhere.settings.project

    def fresh() -> Workspace:
        folder = tmp_path_factory.mktemp("kill")
        shutil.copytree(everywhere.home.parent, folder, dirs_exist_ok=True)
        return open_workspace(folder, project)

    whole = fresh()
    with killed_before(None, STORES, functions=SHREDDINGS) as done:
        gone(whole)
    assert len(done) > 15
    wanted = (whole.protected.state_hash_all(), whole.deliveries.ids())
    for write in range(len(done)):
        workspace = fresh()
        with pytest.raises(KilledError), killed_before(write, STORES, functions=SHREDDINGS):
            gone(workspace)
        workspace = open_workspace(workspace.home.parent, project)
        receipt = gone(workspace)
        assert receipt.counts["protected_rows"] == 5, done[write]
        assert places(workspace) == {}
        assert (workspace.protected.state_hash_all(), workspace.deliveries.ids()) == wanted
        kinds = [entry.facts["what"] for entry in workspace.ledger.entries("erasure")]
        assert kinds == ["begun", "rewritten", "done"]
        assert not gone(workspace).changed
        assert not list(workspace.home.glob("*/.gone-*"))
        shutil.rmtree(workspace.home.parent)


@pytest.mark.parametrize("files", [0, 2])
def test_files_in_clear_in_the_inbox_are_told_of_and_left(files: int, delivered: Workspace) -> None:
    inbox = delivered.settings.inbox
    inbox.mkdir()
    for number in range(files):
        (inbox / f"pupils_2021_{number}.csv").write_bytes(b"")
    (inbox / "sent").mkdir()
    told = [words for words in gone(delivered).warnings if "subjects.in_inbox" in words]
    assert [f"{files} file(s)" in words for words in told] == [True] * bool(files)
    assert sum(path.is_file() for path in inbox.iterdir()) == files
