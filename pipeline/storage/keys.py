"""The keys of an installation: one root, a vault for data keys, the publisher's signature.

The folder holds `root.key` (32 random bytes), `vault.json` (the wrapped vault key, the epoch
and what tells a wrong root), `publisher.key` (the wrapped Ed25519 key) and `publisher.pub`.
Pseudonym keys and the two wrapping keys are derived from the root; the vault key and all data
keys are random. No key is ever shown, logged or put into an error.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
from pathlib import Path
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import Field, ValidationError

from pipeline.contracts.base import Frozen
from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import (
    cannot_write,
    make_private_folder,
    open_new,
    sync_folder,
    write_atomically,
)

KEY_BYTES = 32
NONCE_BYTES = 12

ROOT = "root.key"
VAULT = "vault.json"
PUBLISHER = "publisher.key"
PUBLIC = "publisher.pub"

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

_Key32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _VaultFacts(Frozen):
    """What `vault.json` says in the open; the wrapping of the vault key authenticates it."""

    version: Literal[1] = 1
    epoch: Annotated[int, Field(ge=1)]
    root_check: _Key32
    public_key: _Key32

    @property
    def context(self) -> bytes:
        fields = {name: getattr(self, name) for name in sorted(_VaultFacts.model_fields)}
        return json.dumps(fields).encode()


class _Vault(_VaultFacts):
    """The file `vault.json`."""

    wrapped_key: Annotated[str, Field(pattern=r"^[0-9a-f]{120}$")]


class KeyRing:
    """The opened keys of one installation. It lives in memory and shows nothing of itself."""

    __slots__ = ("_epoch", "_publisher", "_root", "_vault_key")

    def __init__(
        self, *, root: bytes, vault_key: bytes, publisher: Ed25519PrivateKey, epoch: int
    ) -> None:
        self._root = root
        self._vault_key = vault_key
        self._publisher = publisher
        self._epoch = epoch

    @classmethod
    def create(cls, folder: Path) -> KeyRing:
        """Make new keys in a folder that holds none, and return them.

        The vault is written last: keys whose making was cut short cannot be opened.

        Raises:
            StorageError: a key is there already, or the folder cannot be written or is open
                to others.
        """
        make_private_folder(folder)
        _check_folder(folder)
        if any(os.path.lexists(folder / name) for name in (ROOT, VAULT, PUBLISHER, PUBLIC)):
            raise StorageError("storage.keys_exist", place=Place(file=str(folder)))
        root, vault_key = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES)
        publisher = Ed25519PrivateKey.generate()
        ring = cls(root=root, vault_key=vault_key, publisher=publisher, epoch=1)
        _write_first(folder / ROOT, root)
        _write(folder / PUBLISHER, ring._wrapped_publisher())
        _write(folder / PUBLIC, ring._public_pem())
        _write(folder / VAULT, ring._vault_file())
        return ring

    @classmethod
    def open(cls, folder: Path) -> KeyRing:
        """Return the keys in a folder, after every check that they are whole and belong together.

        Raises:
            StorageError: a file is missing, readable by others or altered, or the root key is
                not the one with which the vault was made.
        """
        _check_folder(folder)
        root = _read_private(folder / ROOT)
        if len(root) != KEY_BYTES:
            raise _altered(folder / ROOT)
        vault = _read_vault(folder / VAULT)
        if not hmac.compare_digest(_derive(root, "root check").hex(), vault.root_check):
            raise StorageError("storage.keys_wrong_root", place=Place(file=str(folder / ROOT)))
        ring = cls(
            root=root,
            vault_key=_opened(
                _derive(root, "vault wrapping"),
                bytes.fromhex(vault.wrapped_key),
                context=vault.context,
                path=folder / VAULT,
            ),
            publisher=_read_publisher(folder / PUBLISHER, root=root, vault=vault),
            epoch=vault.epoch,
        )
        if not hmac.compare_digest(_read(folder / PUBLIC), ring._public_pem()):
            raise _altered(folder / PUBLIC)
        return ring

    @property
    def epoch(self) -> int:
        """The pseudonym epoch in force, from 1."""
        return self._epoch

    def pseudonym_key(self, domain: str) -> bytes:
        """Return the 32-byte key of a pseudonymisation domain in the epoch in force.

        Source: RFC 5869; EDPB Guidelines 01/2025 on pseudonymisation domains.
        """
        return _derive(self._root, "pseudonym", domain, str(self._epoch))

    def fingerprint(self, sha256: str) -> str:
        """Return a keyed fingerprint, in hex, of a content known by its SHA-256.

        A plain hash of a short delivery would confirm a guess of what it held, even after it was
        destroyed; without the root key this says nothing.
        """
        key = _derive(self._root, "fingerprint")
        return hmac.new(key, bytes.fromhex(sha256), hashlib.sha256).hexdigest()

    def wrap(self, data_key: bytes, *, context: bytes) -> bytes:
        """Return a data key encrypted under the vault key; only the same context unwraps it."""
        return _wrapped(self._vault_key, data_key, context=context)

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """Return the data key that was wrapped.

        Raises:
            StorageError: it was altered, wrapped by other keys or for another context.
        """
        return _opened(self._vault_key, wrapped, context=context)

    def sign(self, message: bytes) -> bytes:
        """Return the publisher's Ed25519 signature (64 bytes) of a message."""
        return self._publisher.sign(message)

    @property
    def public_key(self) -> bytes:
        """The publisher's raw Ed25519 public key, 32 bytes."""
        return self._publisher.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"KeyRing(epoch={self._epoch})"

    def _wrapped_publisher(self) -> bytes:
        wrapping = _derive(self._root, "publisher wrapping")
        return _wrapped(wrapping, self._publisher.private_bytes_raw(), context=self.public_key)

    def _public_pem(self) -> bytes:
        public = self._publisher.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def _vault_file(self) -> bytes:
        facts = _VaultFacts(
            epoch=self._epoch,
            root_check=_derive(self._root, "root check").hex(),
            public_key=self.public_key.hex(),
        )
        wrapping = _derive(self._root, "vault wrapping")
        wrapped = _wrapped(wrapping, self._vault_key, context=facts.context)
        vault = _Vault(**facts.model_dump(), wrapped_key=wrapped.hex())
        return vault.model_dump_json(indent=2).encode()


def _derive(root: bytes, purpose: str, *parts: str) -> bytes:
    """Return HKDF-SHA256 of the root for one purpose; parts are length-prefixed."""
    fields = [field.encode() for field in ("cartable", purpose, *parts)]
    info = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(root)


def _wrapped(key: bytes, plain: bytes, *, context: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _opened(key: bytes, wrapped: bytes, *, context: bytes, path: Path | None = None) -> bytes:
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        if path is not None:
            raise _altered(path) from None
        raise StorageError("storage.key_not_unwrapped") from None


def _read_vault(path: Path) -> _Vault:
    try:
        return _Vault.model_validate_json(_read_private(path), strict=True)
    except ValidationError:
        raise _altered(path) from None


def _read_publisher(path: Path, *, root: bytes, vault: _Vault) -> Ed25519PrivateKey:
    public = bytes.fromhex(vault.public_key)
    wrapping = _derive(root, "publisher wrapping")
    raw = _opened(wrapping, _read_private(path), context=public, path=path)
    publisher = Ed25519PrivateKey.from_private_bytes(raw)
    if publisher.public_key().public_bytes_raw() != public:
        raise _altered(path)
    return publisher


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise StorageError("storage.keys_missing", place=Place(file=str(folder)))
    if folder.stat().st_mode & _OTHERS:
        raise StorageError("storage.keys_open_to_others", place=Place(file=str(folder)))


def _read_private(path: Path) -> bytes:
    return _read(path, refused=_OTHERS)


def _read(path: Path, *, refused: int = stat.S_IWGRP | stat.S_IWOTH) -> bytes:
    """Return the bytes of a regular file that has none of the refused mode bits."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode) or mode & refused:
                raise StorageError("storage.keys_open_to_others", place=Place(file=str(path)))
            return stream.read()
    except OSError:
        raise StorageError("storage.keys_missing", place=Place(file=str(path))) from None


def _write_first(path: Path, content: bytes) -> None:
    """Write the file that must not exist: of two makers at once, the second is refused."""
    try:
        with open_new(path) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(path.parent)
    except FileExistsError:
        raise StorageError("storage.keys_exist", place=Place(file=str(path.parent))) from None
    except OSError as error:
        raise cannot_write(path, error) from None


def _write(path: Path, content: bytes) -> None:
    with write_atomically(path) as stream:
        stream.write(content)


def _altered(path: Path) -> StorageError:
    return StorageError("storage.keys_altered", place=Place(file=str(path)))
