"""The two persons who sign: the controller's delegate and the data protection officer.

Each holds a private key of their own, in a file that they keep; the installation pins the public
ones. A pin is signed by the installation, so that a key put in its place is found out, and says
whether it is a key of the demonstration, behind which nobody stands.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from pipeline.errors import Place, PolicyError
from pipeline.storage.atomic import cannot_write, make_private_folder, write_atomically, write_new
from pipeline.storage.keys import KeyRing
from pipeline.storage.own_files import read_own
from pipeline.storage.signed import altered, read_signed, write_signed

Role = Literal["delegate", "dpo"]
ROLES: tuple[Role, ...] = ("delegate", "dpo")
FOLDER = "signatories"

_LOCKED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_KEY_FILE_BYTES = 16 * 1024


class PersonKey:
    """A person's private key, opened. It lives in memory and shows nothing of itself."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes) of a message."""
        return self._key.sign(message)

    @property
    def public_key(self) -> bytes:
        """The raw Ed25519 public key, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return "PersonKey()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """Whose signature counts in a role.

    Attributes:
        role: the controller's delegate, or the data protection officer.
        public_key: the raw Ed25519 public key, 32 bytes.
        is_demonstration: nobody stands behind this key.
        since: when it was pinned, ISO 8601 in UTC.
    """

    role: Role
    public_key: bytes
    is_demonstration: bool
    since: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, in hex."""
        return fingerprint(self.public_key)


def fingerprint(public_key: bytes) -> str:
    """Return the SHA-256 of a raw public key, in hex: what people compare."""
    return hashlib.sha256(public_key).hexdigest()


def make_person_key(path: Path, *, passphrase: bytes | None) -> PersonKey:
    """Write a new private key, and its public half beside it as `<path>.pub`.

    Args:
        path: PEM, PKCS#8, mode 0600; must not exist.
        passphrase: encrypts the file; none leaves it open to whoever can read it.

    Raises:
        PolicyError: one of the files is there already.
        StorageError: the folder cannot be written; neither file is left.
    """
    key = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    make_private_folder(path.parent)
    files = {public_path(path): public, path: private}
    for target in files:
        if os.path.lexists(target):
            raise PolicyError("policy.key_exists", place=Place(file=str(target)))
    written: list[Path] = []
    try:
        for target, content in files.items():
            write_new(target, content)
            written.append(target)
    except OSError as error:
        for each in written:
            each.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise PolicyError("policy.key_exists", place=Place(file=str(target))) from None
        raise cannot_write(target, error) from None
    return PersonKey(key)


def public_path(path: Path) -> Path:
    """Return where the public half of a private key lies."""
    return path.with_name(path.name + ".pub")


def is_locked(path: Path) -> bool:
    """Tell whether a private key's file asks for a passphrase.

    Raises:
        PolicyError: the file cannot be read, or others can read it.
    """
    return _read_private(path).startswith(_LOCKED)


def open_person_key(path: Path, *, passphrase: bytes | None) -> PersonKey:
    """Return the private key in a file.

    Raises:
        PolicyError: the file is missing, readable by others, no Ed25519 key, or the passphrase
            is wrong.
    """
    try:
        key = load_pem_private_key(_read_private(path), password=passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise PolicyError("policy.key_not_opened", place=Place(file=str(path))) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise PolicyError("policy.key_not_opened", place=Place(file=str(path)))
    return PersonKey(key)


def read_public_key(path: Path) -> bytes:
    """Return the raw public key of a PEM file, 32 bytes.

    Raises:
        PolicyError: the file holds no Ed25519 public key.
    """
    try:
        key = load_pem_public_key(path.read_bytes()[:_KEY_FILE_BYTES])
    except (OSError, ValueError, UnsupportedAlgorithm):
        raise PolicyError("policy.no_public_key", place=Place(file=str(path))) from None
    if not isinstance(key, Ed25519PublicKey):
        raise PolicyError("policy.no_public_key", place=Place(file=str(path)))
    return key.public_bytes_raw()


class Signatories:
    """The pinned public keys, in the folder of keys.

    Args:
        keys: the folder of keys; pins lie in `signatories/`, as `<role>.pub` and `<role>.json`.
        ring: the installation, which signs the pins.
    """

    def __init__(self, keys: Path, ring: KeyRing) -> None:
        self._folder = keys / FOLDER
        self._ring = ring

    def pinned(self, role: Role) -> Signatory | None:
        """Return whose signature counts in a role, or None when nobody's does yet.

        Raises:
            StorageError: the pin was altered, or made by another installation.
        """
        public, note = self._paths(role)
        if not public.exists() and not note.exists():
            return None
        found = self._noted(role)
        if read_public_key(public) != found.public_key:
            raise altered(public)
        return found

    def mend(self, role: Role) -> None:
        """Write the open half of a pin as its signed half says: a kill came between the two.

        Raises:
            StorageError: the signed half was altered, or the disk refuses.
        """
        if self._paths(role)[1].exists():
            self._write_public(self._noted(role))

    def _noted(self, role: Role) -> Signatory:
        note = self._paths(role)[1]
        body = read_signed(note, self._ring, purpose=f"signatory {role}")
        try:
            return Signatory(
                role=role,
                public_key=bytes.fromhex(body["public_key"]),
                is_demonstration=bool(body["demonstration"]),
                since=body["since"],
            )
        except (KeyError, TypeError, ValueError):
            raise altered(note) from None

    def pin(self, signatory: Signatory) -> None:
        """Let a key count in its role, in the place of the one before it."""
        note = self._paths(signatory.role)[1]
        body = {
            "public_key": signatory.public_key.hex(),
            "demonstration": signatory.is_demonstration,
            "since": signatory.since,
        }
        # The signed half first: it alone says what the open one has to be.
        write_signed(note, body, self._ring, purpose=f"signatory {signatory.role}")
        self._write_public(signatory)

    def _write_public(self, signatory: Signatory) -> None:
        key = Ed25519PublicKey.from_public_bytes(signatory.public_key)
        with write_atomically(self._paths(signatory.role)[0]) as stream:
            stream.write(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    def _paths(self, role: Role) -> tuple[Path, Path]:
        return self._folder / f"{role}.pub", self._folder / f"{role}.json"


def _read_private(path: Path) -> bytes:
    place = Place(file=str(path))
    return read_own(
        path,
        missing=PolicyError("policy.key_not_opened", place=place),
        open_to_others=PolicyError("policy.key_open_to_others", place=place),
        limit=_KEY_FILE_BYTES,
    )
