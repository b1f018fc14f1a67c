"""What is taken out of the data folder hides nobody: nothing is certified, nothing comes back."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from pipeline.errors import DeliveryError, StorageError
from pipeline.steps import erasing
from pipeline.steps import kept as kept_steps
from pipeline.steps.erasing import erase
from pipeline.steps.ingest import ingest
from pipeline.steps.kept import deliveries_kept
from pipeline.steps.listing import identified
from pipeline.steps.people import people
from pipeline.steps.registering import read_all
from pipeline.steps.retain import retain
from pipeline.steps.subjects import export, find
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.keys import KeyRing
from pipeline.storage.shredding import Shredded
from tests.conftest import Command
from tests.small_country import NOW, open_workspace, pupil_rows, table

ROWS = pupil_rows(24)
ONE = ROWS[7]
ID = ONE["national_id"]
WRONG = [{**ONE, "sex": "?"}, *ROWS[:3]]


@pytest.fixture
def refused(delivered: Workspace) -> Workspace:
    """Return a workspace that holds a person accepted, refused and as received twice."""
    with pytest.raises(DeliveryError):
        ingest(delivered, "pupils", io.BytesIO(table(WRONG)), file="pupils.csv", period="2021")
    return delivered


def gone(workspace: Workspace, to: Path | None = None) -> bool:
    place = identified(workspace, "pupils")
    return erase(workspace, place, people([[ID]], place), to=to).changed


def found(workspace: Workspace) -> int:
    place = identified(workspace, "pupils")
    return sum(each["rows"] for each in find(workspace, place, people([[ID]], place)))


def exported(workspace: Workspace, to: Path) -> None:
    place = identified(workspace, "pupils")
    export(workspace, place, people([[ID]], place), to=to)


def refusal(step: Callable[[], object]) -> StorageError:
    with pytest.raises(StorageError) as told:
        step()
    told.value.problem.words("fr")
    return told.value


def the_refused(workspace: Workspace) -> str:
    """Return the delivery that was refused: the name of its folder in both zones."""
    [name] = workspace.quarantine.ids()
    return name


TAKEN = {
    "a delivery": lambda name: f"deliveries/{name}",
    "its content": lambda name: f"deliveries/{name}/content.sealed",
    "its note": lambda name: f"deliveries/{name}/delivery.json",
    "all deliveries": lambda _: "deliveries",
    "refused rows": lambda name: f"quarantine/{name}",
    "their file": lambda name: f"quarantine/{name}/rows.sealed",
    "all refused rows": lambda _: "quarantine",
}


@pytest.mark.parametrize("what", TAKEN)
def test_nobody_is_erased_or_told_while_something_that_is_kept_is_away(
    what: str, refused: Workspace, tmp_path: Path
) -> None:
    name = the_refused(refused)
    path = refused.home / TAKEN[what](name)
    before = refused.protected.state_hash_all()
    path.rename(tmp_path / "away")
    steps = (
        lambda: gone(refused, tmp_path / "certificate.json"),
        lambda: found(refused),
        lambda: exported(refused, tmp_path / "held.json"),
    )
    for step in steps:
        error = refusal(step)
        assert error.problem.code == "subjects.absent"
        names = str(dict(error.problem.facts)["names"])
        zone = TAKEN[what](name).partition("/")[0]
        assert f"{zone}/{name} ({NOW.date().isoformat()})" in names
        assert ID not in str(error)
    assert not list(tmp_path.glob("*.json"))
    assert read_all(refused, "erasure") == {}
    assert refused.protected.state_hash_all() == before
    # Back in its place it is searched like all else.
    if path.exists():
        shutil.rmtree(path)
    (tmp_path / "away").rename(path)
    assert found(refused) == 4
    assert gone(refused)
    assert found(refused) == 0


@pytest.mark.parametrize("what", ["a delivery", "its content", "refused rows", "all deliveries"])
def test_what_was_lost_is_told_so_and_opens_no_more_when_it_is_put_back(
    what: str, refused: Workspace, tmp_path: Path
) -> None:
    name = the_refused(refused)
    lost = refused.deliveries.ids() if what == "all deliveries" else [name]
    path = refused.home / TAKEN[what](name)
    shutil.copytree(refused.home, tmp_path / "before")
    path.rename(tmp_path / "away")
    assert retain(refused, destroy=lost).counts["deliveries"] == len(lost)
    told = [entry.facts for entry in refused.ledger.entries("destroyed")]
    assert {"zone": "quarantine", "delivery": name} in [dict(facts) for facts in told]
    assert gone(refused)
    for zone in ("deliveries", "quarantine"):
        shutil.copytree(tmp_path / "before" / zone, refused.home / zone, dirs_exist_ok=True)
    again = open_workspace(refused.home.parent, refused.settings.project)
    store = again.quarantine if what == "refused rows" else again.deliveries
    with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
        store.open(name)


@pytest.mark.parametrize(
    "place",
    ["deliveries/.away", "parked/away", "quarantine/pupils-2021-00/b", "review/a/b", "registers/a"],
)
def test_what_was_moved_within_the_data_folder_is_not_told_to_be_lost(
    place: str, refused: Workspace
) -> None:
    name = the_refused(refused)
    away = refused.home / place
    away.parent.mkdir(parents=True, exist_ok=True)
    (refused.home / "deliveries" / name).rename(away)
    error = refusal(lambda: retain(refused, destroy=[name]))
    assert error.problem.code.startswith("storage.")
    assert not list(refused.ledger.entries("destroyed"))
    assert refusal(lambda: gone(refused)).problem.code == "subjects.absent"


def test_what_stands_in_for_another_file_of_a_delivery_is_not_told_to_be_lost(
    refused: Workspace,
) -> None:
    name = the_refused(refused)
    [other] = [each for each in refused.deliveries.ids() if each.startswith("schools")]
    folder = refused.home / "deliveries"
    (folder / name / "content.sealed").rename(folder / other / "lines.sealed")
    error = refusal(lambda: retain(refused, destroy=[name]))
    assert error.problem.code == "storage.keys_astray"
    assert not list(refused.ledger.entries("destroyed"))


@pytest.mark.parametrize("zone", ["deliveries", "quarantine"])
@pytest.mark.parametrize("kept", ["parked", "review/.away"])
def test_what_was_erased_opens_nowhere_though_it_was_copied_and_taken_from_the_shredding(
    kept: str, zone: str, refused: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = the_refused(refused)
    path, copy = refused.home / zone / name, refused.home / kept / name
    shutil.copytree(path, copy)
    shred = kept_steps.shred_withdrawn

    def taken_meanwhile(home: Path, ring: KeyRing, *, replaced: Collection[bytes]) -> Shredded:
        for number, away in enumerate((home / zone).glob(".gone-*")):
            away.rename(tmp_path / f"{number}")
        return shred(home, ring, replaced=replaced)

    monkeypatch.setattr(kept_steps, "shred_withdrawn", taken_meanwhile)
    assert gone(refused)
    assert (tmp_path / "0").exists()
    shutil.rmtree(path, ignore_errors=True)
    copy.rename(path)
    again = open_workspace(refused.home.parent, refused.settings.project)
    store = again.quarantine if zone == "quarantine" else again.deliveries
    with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
        store.open(name)


@pytest.mark.parametrize("zone", ["deliveries", "quarantine"])
def test_what_a_link_stands_for_is_away(zone: str, refused: Workspace, tmp_path: Path) -> None:
    path = refused.home / zone / the_refused(refused)
    path.rename(tmp_path / "away")
    path.symlink_to(tmp_path / "away")
    error = refusal(lambda: gone(refused))
    assert error.problem.code == "subjects.absent"
    assert f"{zone}/{path.name}" in str(error)


def test_nothing_is_certified_while_a_key_opens_what_is_hidden(
    refused: Workspace, tmp_path: Path
) -> None:
    # Killed before its entry was written, it is in no ledger.
    sent = io.BytesIO(table(ROWS[:9]))
    name = refused.deliveries.receive(sent, dataset="pupils", period="2021").id
    path = refused.home / "deliveries" / name
    hidden = path.with_name(".away")
    path.rename(hidden)
    error = refusal(lambda: gone(refused, tmp_path / "certificate.json"))
    assert error.problem.code == "storage.keys_astray"
    assert not (tmp_path / "certificate.json").exists()
    hidden.rename(path)
    assert gone(refused, tmp_path / "certificate.json")
    assert found(refused) == 0


def test_who_takes_it_out_while_the_erasure_runs_gets_no_certificate(
    refused: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = the_refused(refused)
    path = refused.home / "deliveries" / name
    rewrite = erasing.screen_all

    def away_meanwhile(workspace: Workspace) -> int:
        path.rename(tmp_path / "away")
        return rewrite(workspace)

    monkeypatch.setattr(erasing, "screen_all", away_meanwhile)
    error = refusal(lambda: gone(refused, tmp_path / "certificate.json"))
    assert error.problem.code == "subjects.absent"
    monkeypatch.setattr(erasing, "screen_all", rewrite)
    (tmp_path / "away").rename(path)
    # Its key was forgotten meanwhile with those of what was erased.
    assert refusal(lambda: gone(refused)).problem.code == "storage.key_forgotten"
    assert not (tmp_path / "certificate.json").exists()
    retain(refused, destroy=[name])
    assert gone(refused, tmp_path / "certificate.json")
    assert json.loads((tmp_path / "certificate.json").read_text())["body"]["persons"] == 1


def test_what_comes_back_while_the_names_are_read_is_looked_into(
    refused: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = refused.home / "deliveries" / the_refused(refused)
    read = DeliveryStore.ids

    def read_while_away(store: DeliveryStore) -> list[str]:
        monkeypatch.setattr(DeliveryStore, "ids", read)
        path.rename(tmp_path / "away")
        names = read(store)
        (tmp_path / "away").rename(path)
        return names

    monkeypatch.setattr(DeliveryStore, "ids", read_while_away)
    assert path.name in [each.id for each in deliveries_kept(refused)]


def test_an_altered_note_is_named_and_keeps_nothing_else_from_going(refused: Workspace) -> None:
    name = the_refused(refused)
    note = refused.home / "deliveries" / name / "delivery.json"
    note.write_bytes(note.read_bytes().replace(b'"size":', b'"size": 1'))
    error = refusal(lambda: gone(refused))
    assert error.problem.code == "subjects.absent"
    assert f"deliveries/{name}" in str(error)
    [other] = [each for each in refused.deliveries.ids() if each.startswith("schools")]
    assert retain(refused, destroy=[other]).counts["deliveries"] == 1
    assert retain(refused, destroy=[name]).counts["deliveries"] == 1
    assert gone(refused)


def test_what_outlived_its_rule_while_it_was_away_is_no_obstacle(
    refused: Workspace, tmp_path: Path
) -> None:
    later = open_workspace(
        refused.home.parent, refused.settings.project, now=NOW.replace(year=NOW.year + 1)
    )
    (refused.home / "deliveries").rename(tmp_path / "away")
    retain(later)
    assert gone(later)


def test_a_delivery_is_destroyed_by_its_name_and_by_no_other(
    command: Command, refused: Workspace
) -> None:
    name = the_refused(refused)
    ran = command(refused, "retain", "--destroy", f"{name}x")
    assert ran.code != 0
    assert "storage.nothing_kept" in ran.err
    assert name in refused.deliveries.ids()
    others = set(refused.deliveries.ids()) - {name}
    counts = retain(refused, destroy=[name]).counts
    assert {zone: count for zone, count in counts.items() if count} == {
        "deliveries": 1,
        "quarantine": 1,
    }
    assert set(refused.deliveries.ids()) == others
    assert refused.quarantine.ids() == []
