"""What a keeper of the keys does: make, look, rotate, back up, restore, destroy."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import CartableError, StorageError
from pipeline.settings import INSTALLATION, Settings, read_settings
from pipeline.steps.keeping import (
    back_up,
    initialise,
    key_status,
    restore,
    rotate_data,
    rotate_root,
    rotate_vault,
    shred_keys,
)
from pipeline.steps.workspace import Workspace
from pipeline.storage.roots import RootSource
from tests.conftest import Command
from tests.resilience.scenarios import accept_batch


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    accept_batch(workspace.protected, "whole")
    for content in (b"one", b"two"):
        workspace.deliveries.receive(io.BytesIO(content), dataset="pupils", period="2021")
    return workspace


def again(workspace: Workspace, **settings: Any) -> Workspace:
    """Return the same folders, as another process opens them."""
    return Workspace(replace(workspace.settings, **settings))


def contents(workspace: Workspace) -> dict[str, bytes]:
    found = {}
    for each in workspace.deliveries.ids():
        with workspace.deliveries.open(each) as stream:
            found[each] = stream.read()
    assert workspace.protected.current("pupils", "2021").num_rows == 12
    return found


def events(workspace: Workspace) -> list[object]:
    return [entry.facts["event"] for entry in workspace.ledger.entries("key_event")]


def test_every_rotation_keeps_every_content_and_name(filled: Workspace) -> None:
    before, ring = contents(filled), filled.ring
    assert sorted(before.values()) == [b"one", b"two"]
    rotate_vault(filled)
    root = (filled.settings.keys / "root.key").read_bytes()
    rotate_root(again(filled))
    assert (filled.settings.keys / "root.key").read_bytes() != root
    after = again(filled)
    receipt = rotate_data(after)
    assert (receipt.counts["files"], receipt.counts["left"]) == (4, 0)
    last = again(filled)
    assert contents(last) == before
    assert last.ring.pseudonym_keys("pupil", "x") == ring.pseudonym_keys("pupil", "x")
    assert last.ring.fingerprint("00" * 32) == ring.fingerprint("00" * 32)
    assert last.ring.public_key == ring.public_key
    assert last.ring.root_check != ring.root_check
    assert events(last) == ["rotate_vault", "rotate_root", "rotate_data"]


def test_after_a_renewal_no_file_has_the_key_it_had(filled: Workspace, tmp_path: Path) -> None:
    shutil.copytree(filled.home, tmp_path / "before")
    rotate_data(filled)
    copy = again(filled, home=tmp_path / "before")
    with pytest.raises(StorageError, match=r"storage\.vault_older|storage\.vault_missing"):
        _ = copy.ring
    shutil.rmtree(tmp_path / "before" / "vault")
    shutil.copytree(filled.home / "vault", tmp_path / "before" / "vault")
    copy = again(filled, home=tmp_path / "before")
    for each in copy.deliveries.ids():
        with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
            copy.deliveries.open(each)
    with pytest.raises(StorageError, match=r"storage\.key_forgotten"):
        copy.protected.current("pupils", "2021")


def test_a_renewal_waits_for_a_writer_and_is_ended_by_the_next(filled: Workspace) -> None:
    with filled.ring.vault.adding(1):
        receipt = rotate_data(again(filled))
        assert (receipt.counts["files"], receipt.counts["left"]) == (4, 1)
    assert key_status(again(filled))["is_renewing"]
    receipt = rotate_data(again(filled))
    assert (receipt.counts["files"], receipt.counts["left"]) == (0, 0)
    assert not key_status(again(filled))["is_renewing"]
    assert len(contents(again(filled))) == 2


def test_status_says_what_compares_two_installations_and_no_key(
    filled: Workspace, command: Command
) -> None:
    ran = command(filled, "keys", "status", "--json")
    assert ran.code == 0, ran.err
    status = json.loads(ran.out)
    assert (status["root"], status["vault_generation"], status["data_keys"]) == ("file", 1, 4)
    assert {"pupil", "teacher"} <= {each["domain"] for each in status["domains"]}
    assert all(each["epoch"] == 1 and len(each["check"]) == 16 for each in status["domains"])
    state = filled.ring._state
    for secret in (state.vault_key, state.base, state.publisher):
        assert secret.hex() not in ran.out
    ran = command(filled, "keys", "status")
    assert status["root_check"] in ran.out


def test_the_commands_print_receipts_and_never_a_key(
    filled: Workspace, command: Command, tmp_path: Path
) -> None:
    root = (filled.settings.keys / "root.key").read_bytes().hex()
    shares = tmp_path / "shares"
    for arguments in (
        ("rotate", "--vault"),
        ("rotate", "--data"),
        ("backup", "--shares", "3", "--threshold", "2", "--to", str(shares)),
        ("rotate", "--root"),
    ):
        ran = command(filled, "keys", *arguments)
        assert ran.code == 0, ran.err
        assert root not in ran.out + ran.err
        assert ("Earlier shares" in ran.out) == (arguments == ("rotate", "--root"))
    for path in shares.iterdir():
        share = json.loads(path.read_text())
        assert share["first"] not in ran.out
    assert command(filled, "keys", "rotate").code == 2
    assert command(filled, "keys", "rotate", "--vault", "--data").code == 2


def test_custodians_restore_a_lost_root(filled: Workspace, tmp_path: Path) -> None:
    before = contents(filled)
    back_up(filled, tmp_path / "shares", shares=5, threshold=3)
    files = sorted((tmp_path / "shares").iterdir())
    root = filled.settings.keys / "root.key"
    content = root.read_bytes()
    root.unlink()
    with pytest.raises(StorageError, match=r"storage\.keys_missing"):
        _ = again(filled).ring
    for few in (files[:2], files[3:]):
        with pytest.raises(StorageError, match=r"storage\.shares_too_few"):
            restore(filled.settings, few)
    assert not root.exists()
    assert restore(filled.settings, files[1:4]).changed
    assert root.read_bytes() == content
    assert stat.S_IMODE(root.stat().st_mode) == 0o600
    assert contents(again(filled)) == before
    with pytest.raises(StorageError, match=r"storage\.keys_exist"):
        restore(filled.settings, files[1:4])
    assert events(filled) == ["backup", "restore"]


def test_shares_of_a_former_root_are_refused_before_anything_is_written(
    filled: Workspace, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "shares", shares=3, threshold=2)
    rotate_root(again(filled))
    (filled.settings.keys / "root.key").unlink()
    with pytest.raises(StorageError, match=r"storage\.shares_of_others"):
        restore(filled.settings, sorted((tmp_path / "shares").iterdir()))
    assert not (filled.settings.keys / "root.key").exists()


def test_secrets_are_never_written_among_the_data(filled: Workspace) -> None:
    with pytest.raises(StorageError, match=r"storage\.secret_inside_data"):
        back_up(filled, filled.home / "shares", shares=3, threshold=2)
    assert not (filled.home / "shares").exists()


def test_the_confirmed_shredding_leaves_nothing_that_opens(
    filled: Workspace, command: Command, tmp_path: Path
) -> None:
    shutil.copytree(filled.home, tmp_path / "copy")
    for wrong in ("", "0" * 16, filled.ring.root_check[:-1]):
        with pytest.raises(StorageError, match=r"storage\.confirmation_differs"):
            shred_keys(filled, wrong)
    assert contents(again(filled))
    ran = command(filled, "keys", "shred", typed=filled.ring.root_check + "\n")
    assert ran.code == 0, ran.err
    assert [path.name for path in filled.settings.keys.iterdir() if path.is_file()] == [
        "publisher.pub"
    ]
    assert list((filled.home / "vault").glob("*.sealed")) == []
    for home in (filled.home, tmp_path / "copy"):
        with pytest.raises(StorageError, match=r"storage\.keys_missing"):
            _ = again(filled, home=home).ring
    # New keys beside data that they do not open are not made unasked.
    with pytest.raises(StorageError, match=r"storage\.keys_(exist|lost)"):
        initialise(filled.settings)


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "data", keys=tmp_path / "keys", project=INSTALLATION, language="en"
    )


def by_command(script: str) -> RootSource:
    return RootSource(kind="command", command=(sys.executable, "-c", script))


def test_a_root_in_the_environment_or_from_a_command_lies_in_no_file(
    bare: Settings, tmp_path: Path
) -> None:
    text = os.urandom(32).hex()
    settings = replace(bare, root=RootSource(kind="environment", text=text))
    initialise(settings)
    accept_batch(Workspace(settings).protected, "whole")
    assert not (bare.keys / "root.key").exists()
    for path in [*bare.keys.iterdir(), *bare.home.rglob("*")]:
        if path.is_file():
            assert bytes.fromhex(text) not in path.read_bytes()
            assert text.encode() not in path.read_bytes()
    asked = Workspace(replace(bare, root=by_command(f"print('{text.upper()}')")))
    assert asked.protected.current("pupils", "2021").num_rows == 12
    assert text not in repr(settings)
    assert text.upper() not in repr(asked.settings)
    # A new root goes to the file that is named, for the operator to bring to its place.
    with pytest.raises(StorageError, match=r"storage\.root_needs_file"):
        rotate_root(asked)
    rotate_root(asked, to=tmp_path / "new-root")
    assert stat.S_IMODE((tmp_path / "new-root").stat().st_mode) == 0o600
    with pytest.raises(StorageError, match=r"storage\.keys_wrong_root"):
        _ = Workspace(settings).ring
    new = RootSource(kind="environment", text=(tmp_path / "new-root").read_text())
    renewed = Workspace(replace(bare, root=new))
    assert renewed.protected.current("pupils", "2021").num_rows == 12


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("print('no key')", "storage.root_no_key"),
        ("print('00' * 31)", "storage.root_no_key"),
        ("print('00' * 33)", "storage.root_no_key"),
        ("", "storage.root_no_key"),
        ("print('00' * 32); raise SystemExit(3)", "storage.root_command_failed"),
        ("print('00' * 32)", "storage.keys_wrong_root"),
    ],
)
def test_what_a_command_answers_is_the_key_or_refused_and_never_told(
    workspace: Workspace, script: str, code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    noisy = "import sys; print('secret', file=sys.stderr); " + script
    with pytest.raises(StorageError) as refused:
        _ = again(workspace, root=by_command(noisy)).ring
    assert refused.value.problem.code == code
    told = refused.value.words("en") + refused.value.words("fr") + "".join(capfd.readouterr())
    assert "secret" not in told
    assert "00" * 31 not in told


def test_a_command_that_is_none_or_never_ends_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = RootSource(kind="command", command=("/nonexistent/kms",))
    with pytest.raises(StorageError, match=r"storage\.root_command_missing"):
        _ = again(workspace, root=missing).ring
    monkeypatch.setattr("pipeline.storage.roots.COMMAND_SECONDS", 0.2)
    with pytest.raises(StorageError, match=r"storage\.root_command_slow"):
        _ = again(workspace, root=by_command("import time; time.sleep(20)")).ring


def test_the_environment_names_one_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARTABLE_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("CARTABLE_KEYS", str(tmp_path / "keys"))
    assert read_settings().root.kind == "file"
    monkeypatch.setenv("CARTABLE_ROOT_COMMAND", "kms-client read 'root key'")
    assert read_settings().root.command == ("kms-client", "read", "root key")
    monkeypatch.setenv("CARTABLE_ROOT_KEY", "00" * 32)
    with pytest.raises(CartableError, match=r"storage\.root_twice"):
        read_settings()
    monkeypatch.delenv("CARTABLE_ROOT_COMMAND")
    assert "00" * 32 not in repr(read_settings())
    monkeypatch.setenv("CARTABLE_VAULT_COPY", str(tmp_path / "data" / "vault.json"))
    with pytest.raises(CartableError, match=r"storage\.keys_inside_data"):
        read_settings()
    monkeypatch.delenv("CARTABLE_VAULT_COPY")
    monkeypatch.setenv("CARTABLE_LEDGER_COPY", str(tmp_path / "data" / "ledger" / "copy.json"))
    with pytest.raises(CartableError, match=r"ledger\.copy_inside_data"):
        read_settings()
    monkeypatch.setenv("CARTABLE_LEDGER_COPY", str(tmp_path / "elsewhere.json"))
    assert read_settings().ledger_copy == tmp_path / "elsewhere.json"


def test_making_the_keys_is_told(bare: Settings) -> None:
    receipt = initialise(bare)
    assert receipt.counts == {"generation": 0, "keys": 0}
    assert events(Workspace(bare)) == ["init"]
    with pytest.raises(StorageError, match=r"storage\.keys_exist"):
        initialise(bare)
