"""A ledger without entries beside data was emptied: nothing is written, destroyed or certified."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import ExitCode, StorageError
from pipeline.steps.prepare import prepare
from pipeline.steps.workspace import Workspace
from pipeline.storage.keys import KeyRing
from pipeline.storage.ledger import FILE, Ledger
from pipeline.storage.ledger_check import PublicKey, inspect_ledger
from pipeline.storage.ledger_heads import HEAD
from pipeline.storage.ledger_witnesses import ZONES
from tests import small_country
from tests.conftest import Command

COMMANDS = (
    "ledger verify",
    "ledger show",
    "status",
    "query select(1)",
    "ingest schools SCHOOLS --period 2021",
    "prepare",
    "publish --by delegate",
    "approve CANDIDATE --by delegate",
    "release CANDIDATE",
    "withdraw release-0123456789abcdef --by delegate",
    "retain",
    "policy status",
    "policy enrol --role dpo PUBLIC",
    "audit report --period 2021 --to OUT",
    "audit register --to OUT",
    "audit dpia --to OUT",
    "risk pupils --period 2021",
    "keys rotate --vault",
    "keys rotate --data",
    "keys rotate --root",
    "keys rotate --domain pupil",
    "keys backup --shares 3 --threshold 2 --to OUT",
    "subject find --dataset pupils --id-file ID",
    "subject export --dataset pupils --id-file ID --to OUT",
    "subject restrict --dataset pupils --id-file ID",
    "subject erase --dataset pupils --id-file ID --yes",
    "request open --right access",
    "request list",
    "breach list",
)


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


def emptied(folder: Path) -> None:
    (folder / FILE).write_bytes(b"")
    (folder / HEAD).unlink()


def cut_to_one(folder: Path) -> None:
    (folder / FILE).write_bytes((folder / FILE).read_bytes().splitlines(keepends=True)[0])
    (folder / HEAD).unlink()


def held(workspace: Workspace) -> dict[str, bytes]:
    """Return what lies in the data and key folders, but for locks."""
    return {
        str(path): path.read_bytes()
        for folder in (workspace.home, workspace.settings.keys)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "commands"), [(gone, COMMANDS), (emptied, COMMANDS[:3]), (cut_to_one, COMMANDS[:3])]
)
def test_every_command_that_writes_or_certifies_refuses(
    spoil: Callable[[Path], None],
    commands: tuple[str, ...],
    prepared: Workspace,
    command: Command,
    tmp_path: Path,
) -> None:
    files = {
        "SCHOOLS": tmp_path / "schools.csv",
        "ID": tmp_path / "identifier.txt",
        "PUBLIC": prepared.settings.keys / "publisher.pub",
        "OUT": tmp_path / "out",
    }
    files["SCHOOLS"].write_bytes(small_country.schools())
    files["ID"].write_text("1234567890A")
    files["ID"].chmod(0o600)
    names = {**files, "CANDIDATE": prepare(prepared).ids["candidate"]}
    spoil(prepared.home / "ledger")
    before = held(prepared)
    for words in commands:
        arguments = [str(names.get(word, word)) for word in words.split()]
        ran = command(prepared, *arguments)
        assert (words, ran.code) == (words, ExitCode.STORAGE)
        assert "ledger.emptied" in ran.err, words
        assert str(prepared.home / "ledger" / FILE) in ran.err
        assert (words, held(prepared)) == (words, before)
        assert not files["OUT"].exists(), words


def filled_zones(home: Path) -> Iterator[Path]:
    for zone in ZONES:
        path = home / zone / "inner" / "file"
        path.parent.mkdir(parents=True)
        path.touch()
        yield path
        shutil.rmtree(home / zone)


def test_each_zone_speaks_for_a_ledger_that_must_have_been(tmp_path: Path, ring: KeyRing) -> None:
    key = PublicKey(ring.public_key)

    def inspect() -> int:
        return inspect_ledger(tmp_path / "ledger", key, home=tmp_path).entries

    def ledger() -> Ledger:
        return Ledger(tmp_path / "ledger", signer=ring, home=tmp_path)

    assert (inspect(), list(ledger().entries())) == (0, [])
    for path in filled_zones(tmp_path):
        for look in (inspect, lambda: ledger().head, lambda: ledger().append("batch", rows=1)):
            with pytest.raises(StorageError, match=rf"ledger\.emptied.*\({path.parts[-3]}\)"):
                look()
    # Locks and folders are no data.
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / ".lock").touch()
    ledger().append("batch", rows=1)
    for _ in filled_zones(tmp_path / "vault"):
        ledger().append("batch", rows=2)
    assert inspect() == 1 + len(ZONES)
