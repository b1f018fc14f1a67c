"""The key ring opens whole, private and belonging together, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import pickle
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from pipeline.errors import StorageError
from pipeline.storage.keys import KeyRing
from pipeline.storage.signed import canonical_json

FILES = ("root.key", "vault.json", "publisher.pub")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    KeyRing.create(tmp_path / "keys")
    return tmp_path / "keys"


def refusal(folder: Path) -> str:
    with pytest.raises(StorageError) as refused:
        KeyRing.open(folder)
    return refused.value.problem.code


def hkdf_sha256(root: bytes, info: bytes) -> bytes:
    """RFC 5869 with an empty salt and 32 bytes out, written from the text."""
    extracted = hmac.new(bytes(32), root, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def test_opened_keys_are_those_that_were_created(tmp_path: Path) -> None:
    created = KeyRing.create(tmp_path / "deep" / "keys")
    opened = KeyRing.open(tmp_path / "deep" / "keys")
    assert opened.epochs == created.epochs == {}
    assert opened.pseudonym_keys("pupil") == created.pseudonym_keys("pupil")
    assert opened.public_key == created.public_key
    assert opened.installation == created.installation


def test_only_the_owner_has_rights(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_no_key_lies_in_the_open_but_the_root(folder: Path) -> None:
    ring = KeyRing.open(folder)
    state = ring._state
    secrets = [*ring.pseudonym_keys("pupil"), state.vault_key, state.base, state.publisher]
    for path in folder.iterdir():
        content = path.read_bytes()
        for secret in secrets:
            assert secret not in content
            assert secret.hex().encode() not in content


def test_a_pseudonym_key_is_hkdf_of_purpose_domain_scope_and_epoch(folder: Path) -> None:
    ring = KeyRing.open(folder)
    fields = [b"cartable", b"pseudonym", b"pupil", b"digest", b"2021", b"1"]
    info = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    expected = hkdf_sha256(ring._state.base, info)
    assert ring.pseudonym_keys("pupil", "digest", "2021") == (expected,)


def test_every_domain_scope_and_installation_has_its_own_key(folder: Path, tmp_path: Path) -> None:
    rings = [KeyRing.open(folder), KeyRing.create(tmp_path / "other")]
    asked = [
        ("pupil",),
        ("teacher",),
        ("pupil1",),
        ("pupil", "1"),
        ("pupil", "a", "b"),
        ("pupil", "ab"),
    ]
    keys = {key for ring in rings for names in asked for key in ring.pseudonym_keys(*names)}
    assert len(keys) == 12
    assert {len(key) for key in keys} == {32}
    checks = {ring.pseudonym_check(name, 1) for ring in rings for name in ("pupil", "teacher")}
    assert len(checks) == 4


def test_a_signature_verifies_with_the_public_file(folder: Path) -> None:
    ring = KeyRing.open(folder)
    signature = ring.sign(b"manifest")
    public = load_pem_public_key((folder / "publisher.pub").read_bytes())
    assert isinstance(public, Ed25519PublicKey)
    assert public.public_bytes_raw() == ring.public_key
    public.verify(signature, b"manifest")
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"manifest.")


@pytest.mark.parametrize("name", FILES)
def test_keys_are_never_made_over_what_is_there(tmp_path: Path, name: str) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / name).write_bytes(b"there")
    with pytest.raises(StorageError, match=r"storage\.keys_exist"):
        KeyRing.create(tmp_path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [(name, b"there")]


def test_of_two_makers_at_once_the_second_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look before either writes: the exclusive root file decides."""
    first = KeyRing.create(tmp_path / "keys")
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(StorageError, match=r"storage\.keys_exist"):
        KeyRing.create(tmp_path / "keys")
    monkeypatch.undo()
    assert KeyRing.open(tmp_path / "keys").public_key == first.public_key


@pytest.mark.parametrize("last", range(1, 3))
def test_a_creation_cut_short_cannot_be_opened(folder: Path, last: int) -> None:
    for name in ("root.key", "publisher.pub", "vault.json")[last:]:
        (folder / name).unlink()
    assert refusal(folder) == "storage.keys_missing"


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder) == "storage.keys_missing"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == "storage.keys_missing"


@pytest.mark.parametrize("name", FILES)
def test_a_link_in_place_of_a_key_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    assert refusal(folder) == "storage.keys_missing"


@pytest.mark.parametrize("name", ["root.key", "vault.json"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_a_key_open_to_others_is_refused(folder: Path, name: str, mode: int) -> None:
    (folder / name).chmod(mode)
    assert refusal(folder) == "storage.keys_open_to_others"


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o710])
def test_a_folder_open_to_others_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert refusal(folder) == "storage.keys_open_to_others"
    with pytest.raises(StorageError, match=r"storage\.keys_open_to_others"):
        KeyRing.create(folder)


def test_stricter_modes_are_accepted(folder: Path) -> None:
    for name in FILES:
        (folder / name).chmod(0o400)
    (folder / "publisher.pub").chmod(0o444)
    folder.chmod(0o500)
    assert KeyRing.open(folder).epochs == {}


def test_another_root_is_told_from_damage_a_hundred_times_of_a_hundred(folder: Path) -> None:
    for _ in range(100):
        (folder / "root.key").write_bytes(os.urandom(32))
        assert refusal(folder) == "storage.keys_wrong_root"
    (folder / "root.key").write_bytes(os.urandom(31))
    assert refusal(folder) == "storage.keys_altered"


@pytest.mark.parametrize("name", ["vault.json", "publisher.pub"])
def test_a_file_of_other_keys_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    KeyRing.create(tmp_path / "other")
    (folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
    assert refusal(folder) in {"storage.keys_altered", "storage.keys_wrong_root"}


@pytest.mark.parametrize("name", FILES)
def test_each_flipped_bit_of_a_key_is_refused(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1 << position % 8
        (folder / name).write_bytes(changed)
        assert refusal(folder) in {"storage.keys_altered", "storage.keys_wrong_root"}


def _flipped(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


@pytest.mark.parametrize(
    "change",
    [
        {"generation": lambda _: 2},
        {"generation": lambda _: -1},
        {"generation": lambda _: "0"},
        {"renewing": lambda _: 1},
        {"epochs": lambda _: {"pupil": 2}},
        {"version": lambda _: 3},
        {"installation": _flipped},
        {"root_check": _flipped},
        {"public_key": _flipped},
        {"sealed": _flipped},
        {"sealed": lambda key: key[:-2]},
        {"sealed": str.upper},
        {"more": lambda _: 1},
    ],
)
def test_a_changed_fact_of_the_vault_is_refused(
    folder: Path, change: dict[str, Callable[[object], object]]
) -> None:
    path = folder / "vault.json"
    facts = json.loads(path.read_text())
    for name, function in change.items():
        facts[name] = function(facts.get(name))
    path.write_bytes(canonical_json(facts) + b"\n")
    assert refusal(folder) in {"storage.keys_altered", "storage.keys_wrong_root"}


def test_a_vault_in_another_spelling_is_refused(folder: Path) -> None:
    path = folder / "vault.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    assert refusal(folder) == "storage.keys_altered"


def test_a_vault_of_the_former_format_is_told_so(folder: Path) -> None:
    former = {"version": 1, "epoch": 1, "root_check": "0" * 64, "public_key": "0" * 64}
    (folder / "vault.json").write_text(json.dumps({**former, "wrapped_key": "0" * 120}, indent=2))
    assert refusal(folder) == "storage.former_format"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"epoch": 1'])
def test_a_vault_that_is_none_is_refused_without_its_content(folder: Path, content: bytes) -> None:
    (folder / "vault.json").write_bytes(content)
    assert refusal(folder) == "storage.keys_altered"


def test_a_ring_shows_and_gives_away_nothing(folder: Path) -> None:
    ring = KeyRing.open(folder)
    assert repr(ring) == str(ring) == "KeyRing()"
    state = repr(ring._state)
    assert "vault_key" not in state
    assert ring._state.base.hex() not in state
    assert not hasattr(ring, "__dict__")
    for escape in (pickle.dumps, json.dumps):
        with pytest.raises(TypeError):
            escape(ring)


def test_no_refusal_holds_a_byte_of_a_key(folder: Path) -> None:
    root = (folder / "root.key").read_bytes()
    wrapped = json.loads((folder / "vault.json").read_text())["sealed"]
    (folder / "vault.json").write_text((folder / "vault.json").read_text().replace("sealed", "x"))
    with pytest.raises(StorageError) as refused:
        KeyRing.open(folder)
    told = repr(refused.value) + refused.value.words("fr") + repr(refused.value.__cause__)
    assert refused.value.__suppress_context__
    assert root.hex() not in told
    assert wrapped not in told


def test_a_fingerprint_says_nothing_without_the_root_key(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"one pupil, corrected").hexdigest()
    rings = [KeyRing.create(tmp_path / name) for name in "ab"]
    one, other = (ring.fingerprint(digest) for ring in rings)
    assert one == KeyRing.open(tmp_path / "a").fingerprint(digest)
    assert len({one, other, digest}) == 3
    assert rings[0].fingerprint(hashlib.sha256(b"another").hexdigest()) != one
