"""Wrong, old and missing keys: a hundred of a hundred refused before any byte comes out.

And a thousand of a thousand alterations of what the keys stand on: vault.json, the table of data
keys, sealed files, encrypted Parquet, notes and index.
"""

from __future__ import annotations

import itertools
import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import StorageError
from pipeline.settings import INSTALLATION, Settings
from pipeline.steps.keeping import back_up, restore
from pipeline.steps.prepare import prepare
from pipeline.steps.receipt import Receipt
from pipeline.steps.workspace import Workspace
from pipeline.storage.deliveries import DeliveryStore
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import Ledger
from pipeline.storage.protected import ProtectedStore
from pipeline.storage.quarantine import QuarantineStore
from pipeline.storage.review import ReviewStore
from pipeline.storage.signed import canonical_json
from tests import small_country
from tests.privacy.test_vault import fill, read
from tests.small_country import pupil_rows, table, take

ROWS = pupil_rows(25)
REFUSALS = (
    r"storage\.(keys_missing|keys_altered|keys_wrong_root|keys_open_to_others|former_format|"
    r"vault_missing|vault_altered|vault_older|key_forgotten|sealed_altered|altered|share_altered|"
    r"shares_wrong|shares_mixed|shares_too_few|shares_of_others)"
)


class Installation:
    """A filled home and its keys, and how everything in it is read."""

    def __init__(self, folder: Path, *, home: str = "home") -> None:
        self.folder, self.home, self.keys = folder, folder / home, folder / "keys"
        self.came_out = 0

    def read_all(self) -> int:
        """Read every content; return, and note zone by zone, how many bytes and rows came out."""
        self.came_out = 0
        ring = KeyRing.open(self.keys, home=self.home)
        for read_zone in self.zones.values():
            self.came_out += read_zone(ring)
        return self.came_out

    @property
    def zones(self) -> dict[str, Callable[[KeyRing], int]]:
        """Return the name of each zone's folder and what reads all of it."""
        return {
            "deliveries": self._deliveries,
            "quarantine": self._quarantine,
            "review": self._review,
            "protected": self._protected,
        }

    def read_zone(self, name: str) -> int:
        """Read every content of one zone."""
        return self.zones[name](KeyRing.open(self.keys, home=self.home))

    def read_behind(self, path: Path) -> int:
        """Read every content of the zone that a file lies in; that of all, if it is in none."""
        name = path.relative_to(self.folder).parts[1]
        return self.read_zone(name) if name in self.zones else self.read_all()

    def _deliveries(self, ring: KeyRing) -> int:
        deliveries = DeliveryStore(self.home, ring)
        return sum(len(read(self.home, ring, each)) for each in deliveries.ids())

    def _quarantine(self, ring: KeyRing) -> int:
        quarantine = QuarantineStore(self.home, ring)
        quarantine.summary()
        return sum(quarantine.open(each).num_rows for each in quarantine.ids())

    def _review(self, ring: KeyRing) -> int:
        review = ReviewStore(self.home, ring)
        return sum(len(review.facts(one)) + len(review.tables(one)) for one in review.candidates())

    def _protected(self, ring: KeyRing) -> int:
        protected = ProtectedStore(self.home, ring)
        found = len(protected.state_hash_all())
        for batch in protected.batches():
            for part in batch.parts:
                # Superseded rows too.
                found += protected._rows(batch, part, None).num_rows
        return found


@pytest.fixture
def filled(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path / "installation")
    KeyRing.create(installation.keys)
    fill(installation.home, KeyRing.open(installation.keys, home=installation.home))
    assert installation.read_all()
    return installation


def wrong_keys(filled: Installation, tmp_path: Path) -> Iterator[Callable[[], object]]:
    """Yield a hundred ways to come with the wrong keys; each is undone by its caller."""
    keys, home = filled.keys, filled.home
    shutil.copytree(keys, tmp_path / "old-keys")
    shutil.copytree(home / "vault", tmp_path / "vault")
    KeyRing.open(keys, home=home).vault.replace()
    other = Installation(tmp_path / "other")
    KeyRing.create(other.keys)
    fill(other.home, KeyRing.open(other.keys, home=other.home))
    KeyRing.open(other.keys, home=other.home).vault.replace()
    dice = random.Random(100)
    vault = json.loads((keys / "vault.json").read_text())
    files = ("root.key", "vault.json", "publisher.pub")
    for name in files:
        yield (keys / name).unlink
        yield lambda name=name: shutil.copy(other.keys / name, keys / name)
        yield lambda name=name: (keys / name).write_bytes(b"")
        yield lambda name=name: (keys / name).chmod(0o666)
    yield lambda: shutil.copy(tmp_path / "old-keys" / "vault.json", keys / "vault.json")
    yield lambda: shutil.rmtree(keys)
    yield lambda: keys.chmod(0o755)
    yield lambda: shutil.rmtree(home / "vault")
    for folder in (tmp_path / "vault", other.home / "vault"):
        yield lambda folder=folder: _replaced(folder, home / "vault")
    [table], [former] = ((each / "vault").glob("keys-*.sealed") for each in (home, tmp_path))
    yield lambda: shutil.copy(former, table)
    yield lambda: shutil.copy(other.home / "vault" / "keys-2.sealed", table)
    yield lambda: table.write_bytes(b"")
    yield table.unlink
    # The whole of another installation's keys, with and without its table.
    yield lambda: _replaced(other.keys, keys)
    yield lambda: (_replaced(other.keys, keys), _replaced(other.home / "vault", home / "vault"))
    for change in (
        {"generation": 1},
        {"generation": 3},
        {"generation": 0},
        {"renewing": 2},
        {"epochs": {"pupil": 2}},
        {"installation": "0" * 32},
        {"root_check": "0" * 64},
        {"public_key": "0" * 64},
        {"sealed": "0" * len(vault["sealed"])},
        {"version": 1},
    ):
        content = canonical_json({**vault, **change}) + b"\n"
        yield lambda content=content: (keys / "vault.json").write_bytes(content)
    for name in vault:
        content = canonical_json({each: vault[each] for each in vault if each != name}) + b"\n"
        yield lambda content=content: (keys / "vault.json").write_bytes(content)
    while True:
        # Random roots, and roots one bit off.
        yield lambda: (keys / "root.key").write_bytes(dice.randbytes(32))
        root = bytearray((keys / "root.key").read_bytes())
        root[dice.randrange(32)] ^= 1 << dice.randrange(8)
        yield lambda root=bytes(root): (keys / "root.key").write_bytes(root)


def pictured(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return path → mode and content of all that lies in a folder."""
    paths = [folder, *folder.rglob("*")]
    contents = (path.read_bytes() if path.is_file() else b"" for path in paths)
    return {
        str(path): (path.stat().st_mode, content)
        for path, content in zip(paths, contents, strict=True)
    }


def test_a_hundred_wrong_old_and_missing_keys_are_refused_before_any_output(
    filled: Installation, tmp_path: Path
) -> None:
    refused = 0
    ways = wrong_keys(filled, tmp_path)
    for number in range(100):
        way = next(ways)
        saved = tmp_path / "saved"
        shutil.copytree(filled.folder, saved)
        try:
            before = pictured(filled.folder)
            way()
            changed = pictured(filled.folder)
            assert changed != before
            with pytest.raises(StorageError, match=REFUSALS):
                filled.read_all()
            assert filled.came_out == 0
            assert pictured(filled.folder) == changed
            refused += 1
        finally:
            shutil.rmtree(filled.folder)
            saved.rename(filled.folder)
        if number % 20 == 0:
            assert filled.read_all()
    assert refused == 100
    assert filled.read_all()


def take_pupils(workspace: Workspace) -> Receipt:
    return take(workspace, "pupils", table(ROWS), as_of=small_country.NOW)


@pytest.mark.slow
def test_with_wrong_keys_nothing_is_taken_in_and_nothing_counted(
    tmp_path: Path, prepared_home: Path, small_project: Path
) -> None:
    installation = Installation(tmp_path / "installation", home="data")
    shutil.copytree(prepared_home, installation.folder)
    settings = Settings(
        home=installation.home, keys=installation.keys, project=small_project, language="en"
    )
    steps = (take_pupils, prepare)
    tried = set()
    for number, way in enumerate(itertools.islice(wrong_keys(installation, tmp_path), 48)):
        if number % 4:
            continue
        saved = tmp_path / "saved"
        shutil.copytree(installation.folder, saved)
        way()
        changed = pictured(installation.folder)
        for step in steps:
            with pytest.raises(StorageError, match=REFUSALS) as refusal:
                step(Workspace(settings, clock=lambda: small_country.NOW))
            tried.add(refusal.value.problem.code)
            assert pictured(installation.folder) == changed
        shutil.rmtree(installation.folder)
        saved.rename(installation.folder)
    assert len(tried) > 3
    for step in steps:
        step(Workspace(settings, clock=lambda: small_country.NOW))
    assert Workspace(settings).protected.current("pupils", "2021").num_rows == len(ROWS)


def test_an_index_of_another_installation_opens_no_row(
    filled: Installation, tmp_path: Path
) -> None:
    other = Installation(tmp_path / "other")
    KeyRing.create(other.keys)
    fill(other.home, KeyRing.open(other.keys, home=other.home))
    shutil.copy(other.home / "protected" / "index.json", filled.home / "protected")
    with pytest.raises(StorageError, match=r"storage\.altered"):
        filled.read_zone("protected")


def test_a_hundred_wrong_mixed_and_missing_shares_write_nothing(
    filled: Installation, tmp_path: Path
) -> None:
    settings = Settings(home=filled.home, keys=filled.keys, project=INSTALLATION, language="en")
    ring = KeyRing.open(filled.keys, home=filled.home)
    Ledger(filled.home / "ledger", signer=ring).append("key_event", event="init")
    for name in ("first", "second"):
        back_up(Workspace(settings), tmp_path / name, shares=5, threshold=3)
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("first", "second"))
    root = filled.keys / "root.key"
    content = root.read_bytes()
    root.unlink()
    dice, refused = random.Random(3), 0
    while refused < 100:
        match refused % 4:
            case 0:
                files = dice.sample(first, dice.choice([1, 2]))
            case 1:
                files = [*dice.sample(first, 2), *dice.sample(second, dice.choice([1, 2, 3]))]
            case 2:
                files = dice.sample(first, 3)
                altered = tmp_path / "altered.json"
                altered.write_bytes(flip(files[0].read_bytes(), dice))
                altered.chmod(0o600)
                files[0] = altered
            case _:
                files = [first[0], first[1], dice.choice(first[:2])]
        with pytest.raises(StorageError, match=REFUSALS):
            restore(settings, files)
        assert not root.exists()
        refused += 1
    restore(settings, first[2:])
    assert root.read_bytes() == content


def flip(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]


def altered(data: bytes, dice: random.Random) -> bytes:
    """One random flip, insertion, deletion, swap or truncation."""
    at, to = sorted(dice.sample(range(len(data) + 1), 2))
    match dice.randrange(5):
        case 0:
            return flip(data, dice)
        case 1:
            return data[:at] + dice.randbytes(dice.randrange(1, 40)) + data[at:]
        case 2:
            return data[:at] + data[to:]
        case 3:
            return data[to:] + data[at:to] + data[:at]
        case _:
            return data[:at]


@pytest.mark.slow
def test_a_thousand_random_alterations_are_all_refused(filled: Installation) -> None:
    folders = (filled.home, filled.keys)
    paths = [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    ]
    kinds = {path.suffix for path in paths}
    assert {".sealed", ".parquet", ".json", ".key", ".pub"} <= kinds
    dice, refused, tried = random.Random(1000), 0, 0
    while tried < 1000:
        path = paths[tried % len(paths)]
        data = path.read_bytes()
        new = altered(data, dice)
        if new == data:
            continue
        tried += 1
        path.write_bytes(new)
        try:
            filled.read_behind(path)
        except StorageError:
            refused += 1
        finally:
            path.write_bytes(data)
    assert refused == 1000
    assert filled.read_all()


def _replaced(source: Path, target: Path) -> None:
    shutil.rmtree(target)
    shutil.copytree(source, target)
