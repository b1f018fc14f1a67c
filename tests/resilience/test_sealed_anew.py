"""What is sealed anew is there at every instant, as it was or as it will be, and whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.exchange import exchange
from pipeline.storage.folders import GONE, WORK
from pipeline.storage.keys import KeyRing
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.registers import Register
from pipeline.storage.shredding import key_ids_in_use, shred_withdrawn
from tests.resilience.processes import Processes
from tests.resilience.scenarios import PLAIN, REFUSED

Held = tuple[bytes, tuple[tuple[int, int], ...], int, int]
BEFORE: Held = (PLAIN[0], (), 0, REFUSED.num_rows)
AFTER: Held = (PLAIN[1], ((2, 2),), 1, REFUSED.num_rows - 1)


def held(home: Path, keys: Path) -> Held:
    """Return what the only delivery and the only refused rows are; none is lost."""
    ring = KeyRing.open(keys, home=home)
    store, quarantine = DeliveryStore(home, ring), QuarantineStore(home, ring)
    [name], [batch] = store.ids(), quarantine.ids()
    with store.open(name) as stream:
        content = stream.read()
    known = store.delivery(name)
    assert known.removed == known.revision
    rows = quarantine.open(batch).num_rows
    assert sum(each.rows for each in quarantine.summary(batch)) == rows
    return content, store.gone_lines(name), known.revision, rows


def hidden(home: Path) -> list[str]:
    return [
        path.name
        for path in home.rglob("*")
        if path.name.startswith((WORK, GONE)) or path.suffix == ".part"
    ]


@pytest.mark.slow
def test_a_kill_at_any_step_loses_neither_what_was_nor_what_will_be(
    processes: Processes, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    KeyRing.create(first / "keys")
    assert processes.run("seal_first", first / "home", first / "keys")
    assert held(first / "home", first / "keys") == BEFORE
    seen: list[Held] = []
    kills = 0
    while True:
        killed = tmp_path / "killed"
        shutil.copytree(first, killed)
        home, keys = killed / "home", killed / "keys"
        if processes.run("seal_anew", home, keys, kill_before_change=kills + 1):
            break
        kills += 1
        seen.append(held(home, keys))
        assert processes.run("seal_anew", home, keys)
        assert held(home, keys) == AFTER
        assert hidden(home) == []
        ring = KeyRing.open(keys, home=home)
        assert ring.vault.size == len(key_ids_in_use(home, ring)) == 3
        shutil.rmtree(killed)
    assert kills > 30
    # As it was, then the delivery anew, then the rows too: never back, never between.
    between = (*AFTER[:3], BEFORE[3])
    assert list(dict.fromkeys(seen)) == [BEFORE, between, AFTER]
    assert seen == sorted(seen, key=[BEFORE, between, AFTER].index)


@pytest.mark.slow
def test_a_killed_writer_of_a_register_leaves_nothing_behind(
    processes: Processes, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    KeyRing.create(first)
    kills, dirty = 0, 0
    while True:
        home, keys = tmp_path / "killed" / "home", tmp_path / "killed" / "keys"
        shutil.copytree(first, keys)
        if processes.run("keep_register", home, keys, kill_before_change=kills + 1):
            break
        kills += 1
        dirty += bool(hidden(home / "registers"))
        # Whichever comes next clears it: another record, or a shredding of anything.
        if kills % 2:
            assert processes.run("keep_register", home, keys)
        shred_withdrawn(home, KeyRing.open(keys, home=home))
        assert hidden(home) == []
        assert processes.run("keep_register", home, keys)
        register = Register(home, KeyRing.open(keys, home=home), "request")
        assert register.words("request-0001") == {1: b"first words", 2: b"more words"}
        shutil.rmtree(tmp_path / "killed")
    assert dirty > 5


def test_two_that_change_places_do_so_or_stay_where_they_are(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / folder.name).touch()
    exchange(one, other)
    assert [path.name for path in one.iterdir()] == ["other"]
    # What the system says it cannot do, such as with a folder inside of itself.
    (one / "inner").mkdir()
    with pytest.raises(StorageError, match=r"storage\.no_exchange"):
        exchange(one, one / "inner")
    with pytest.raises(StorageError, match=r"storage\.cannot_write"):
        exchange(one, tmp_path / "nothing")
    assert [path.name for path in other.iterdir()] == ["one"]
