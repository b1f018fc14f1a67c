"""SIGKILL before every change to a file, and at random instants."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.folders import WORK
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.releases import ReleaseStore
from pipeline.storage.review import ReviewStore
from pipeline.storage.shredding import key_ids_in_use
from tests.resilience.processes import Processes
from tests.resilience.scenarios import BATCHES, REFUSED

pytestmark = pytest.mark.slow

RANDOM_KILLS = 6
KEY_FILES = {"root.key", "vault.json", "publisher.pub"}

State = dict[str, object]


def accepted(home: Path, ring: KeyRing) -> State:
    store = ProtectedStore(home, ring)
    batches = {batch.batch_id: batch.rows for batch in store.batches("pupils", "2021")}
    assert all(rows == BATCHES[each][1].num_rows for each, rows in batches.items())
    rows = store.current("pupils", "2021") if batches else None
    names = (
        []
        if rows is None
        else [
            (int.from_bytes(name), school)
            for name, school in zip(
                rows["pupil_pseudonym"].to_pylist(), rows["school_code"].to_pylist(), strict=True
            )
        ]
    )
    return {"batches": batches, "rows": sorted(names), "hash": store.state_hash_all()}


def received(home: Path, ring: KeyRing) -> State:
    store = DeliveryStore(home, ring)
    contents = []
    for each in store.ids():
        with store.open(each) as stream:
            contents.append(stream.read())
    return {"ids": store.ids(), "contents": contents}


def sealed(home: Path, ring: KeyRing) -> State:
    quarantine, review = QuarantineStore(home, ring), ReviewStore(home, ring)
    refused = {each: quarantine.open(each).to_pydict() for each in quarantine.ids()}
    facts = {each: review.facts(each) for each in review.candidates()}
    counts = {each: review.has_counts(each) for each in facts}
    return {"refused": refused, "summary": quarantine.summary(), "facts": facts, "counts": counts}


def published(home: Path, ring: KeyRing) -> State:
    store = ReleaseStore(home / "published", ring)
    for release in store.releases():
        store.verify(release.folder, ring.public_key)
    current = store.current()
    return {
        "current": current and current.release_id,
        "all": [release.release_id for release in store.releases()],
    }


def appended(home: Path, ring: KeyRing) -> State:
    ledger = Ledger(home / "ledger", signer=ring, copies=[home.parent / "head.json"])
    ledger.verify()
    ledger.check_heads()
    return {"batches": [entry.facts for entry in ledger.entries("batch")]}


def shredded(home: Path, ring: KeyRing) -> State:
    """What is shown can be read; nothing else has a key once no writer was killed."""
    store = DeliveryStore(home, ring)
    contents = set()
    for each in store.ids():
        with store.open(each) as stream:
            contents.add(stream.read())
    quarantine = QuarantineStore(home, ring)
    rows = {batch.batch_id: batch.rows for batch in ProtectedStore(home, ring).batches()}
    if rows:
        ProtectedStore(home, ring).current("pupils", "2021")
    return {
        "contents": contents,
        "rows": rows,
        "quarantine": [quarantine.open(each).num_rows for each in quarantine.ids()],
        "keys": ring.vault.size == len(key_ids_in_use(home, ring)) or "more than are in use",
    }


STATES: dict[str, Callable[[Path, KeyRing], State]] = {
    "accept": accepted,
    "receive": received,
    "seal_for_review": sealed,
    "shred": shredded,
    "rotate": shredded,
    "rotate_new": shredded,
    "publish": published,
    "append": appended,
}

# What each scenario leaves, as one reads it there; the rest depends on the keys.
WHOLE: dict[str, State] = {
    "accept": {
        "batches": {"whole": 12, "correction": 6},
        "rows": sorted(
            (first + n, sender)
            for first, sender in ((0, "A"), (6, "C"), (100, "B"), (103, "D"))
            for n in range(3)
        ),
    },
    "receive": {"contents": [b"x" * 150_000]},
    "seal_for_review": {
        "refused": {"whole": REFUSED.to_pydict()},
        "facts": {"decided": {"hidden": 3}},
        "counts": {"decided": False},
    },
    "shred": {"contents": {b"kept"}, "quarantine": [], "keys": True},
    "rotate": {"contents": {b"kept"}, "rows": {"whole": 12}, "quarantine": [], "keys": True},
    "rotate_new": {"contents": {b"kept"}, "rows": {}, "quarantine": [], "keys": True},
    "publish": {"current": "second", "all": ["first", "second"]},
    "append": {"batches": [{"batch": f"batch-{n}", "rows": n} for n in range(6)]},
}


def installation(folder: Path) -> tuple[Path, Path]:
    """Return a home and its keys, new but for the names that they give to deliveries."""
    first = folder.parent / "first-keys"
    if not first.exists():
        KeyRing.create(first)
    shutil.copytree(first, folder / "keys")
    return folder / "home", folder / "keys"


def opened(home: Path, keys: Path) -> KeyRing:
    return KeyRing.open(keys, home=home)


def leftovers(home: Path) -> list[str]:
    return [p.name for p in home.rglob("*") if p.name.startswith(WORK) or p.suffix == ".part"]


@pytest.mark.parametrize("scenario", STATES)
def test_a_kill_before_any_change_leaves_a_valid_state_and_the_next_run_completes_it(
    scenario: str, processes: Processes, tmp_path: Path
) -> None:
    state = STATES[scenario]
    home, keys = installation(tmp_path / "whole")
    assert processes.run(scenario, home, keys)
    expected = state(home, opened(home, keys))
    assert {name: expected[name] for name in WHOLE[scenario]} == WHOLE[scenario]
    kills = 0
    while True:
        home, keys = installation(tmp_path / "killed")
        if processes.run(scenario, home, keys, kill_before_change=kills + 1):
            break
        kills += 1
        state(home, opened(home, keys))
        assert processes.run(scenario, home, keys)
        assert state(home, opened(home, keys)) == expected
        shutil.rmtree(home.parent)
    assert kills >= 8


@pytest.mark.parametrize("scenario", STATES)
def test_a_kill_at_a_random_instant_leaves_a_valid_state_and_the_next_run_completes_it(
    scenario: str, processes: Processes, tmp_path: Path
) -> None:
    state = STATES[scenario]
    assert processes.run(scenario, *installation(tmp_path / "warm"))
    home, keys = installation(tmp_path / "whole")
    started = time.monotonic()
    assert processes.run(scenario, home, keys)
    duration = time.monotonic() - started
    expected = state(home, opened(home, keys))
    instants = random.Random(scenario)
    for number in range(RANDOM_KILLS):
        home, keys = installation(tmp_path / f"killed-{number}")
        processes.run(scenario, home, keys, kill_after=instants.uniform(0, duration))
        state(home, opened(home, keys))
        assert processes.run(scenario, home, keys)
        assert state(home, opened(home, keys)) == expected


def test_no_kill_leaves_a_former_root_or_vault_key(processes: Processes, tmp_path: Path) -> None:
    """After the next opening: one root, one vault, one table, nothing beside them."""
    kills = 0
    while True:
        home, keys = installation(tmp_path / "killed")
        if processes.run("rotate", home, keys, kill_before_change=kills + 1):
            break
        kills += 1
        opened(home, keys)
        assert {path.name for path in keys.iterdir()} == KEY_FILES
        tables = [path.name for path in (home / "vault").glob("keys-*.sealed")]
        generation = opened(home, keys).vault.generation
        assert set(tables) <= {f"keys-{generation}.sealed", f"keys-{generation + 1}.sealed"}
        shutil.rmtree(home.parent)
    assert kills > 40


def test_what_a_killed_run_left_is_cleared_by_the_next_write(
    processes: Processes, home: Path, keys: Path
) -> None:
    for change in range(1, 400):
        assert not processes.run("accept", home, keys, kill_before_change=change)
        if leftovers(home):
            break
    assert leftovers(home)
    assert processes.run("accept", home, keys)
    assert leftovers(home) == []


def test_without_room_on_the_disk_each_store_refuses_and_is_as_it_was(
    processes: Processes, home: Path, keys: Path, ring: KeyRing
) -> None:
    assert processes.run("run_out_of_room", home, keys)
    assert processes.run("accept", home, keys)
    assert ProtectedStore(home, ring).state_hash_all()
    assert leftovers(home) == []
