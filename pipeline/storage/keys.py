"""The keys of an installation: one root, a vault for data keys, the publisher's signature.

The key folder holds `root.key` (32 random bytes, unless the root comes from elsewhere),
`vault.json` (the vault key, the secret behind pseudonym keys and the publisher's signing key,
wrapped under the root) and `publisher.pub`. Pseudonym keys and what wraps the vault are derived;
all else is random. No key is ever shown, logged or put into an error.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import make_private_folder, write_atomically
from pipeline.storage.derivation import KEY_BYTES, derive
from pipeline.storage.key_files import check_folder, keys_altered, read_public, write_first
from pipeline.storage.roots import (
    FILE_SOURCE,
    NEXT_ROOT,
    ROOT,
    RootSource,
    check_root,
    end_replacement,
    read_root,
    root_check,
)
from pipeline.storage.vault import Vault
from pipeline.storage.vault_file import (
    VAULT,
    VaultFile,
    VaultState,
    check_place_of_copy,
    read_facts,
)

PUBLIC = "publisher.pub"
CHECK_DIGITS = 16


class KeyRing:
    """The opened keys of one installation. It lives in memory and shows nothing of itself."""

    __slots__ = ("_publisher", "_state", "_vault")

    def __init__(self, state: VaultState, *, vault: Vault | None) -> None:
        self._state = state
        self._publisher = Ed25519PrivateKey.from_private_bytes(state.publisher)
        self._vault = vault

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        home: Path | None = None,
        source: RootSource = FILE_SOURCE,
        copy: Path | None = None,
    ) -> KeyRing:
        """Make new keys in a folder that holds none, and return them.

        The vault is written last: keys whose making was cut short cannot be opened.

        Args:
            folder: of the keys.
            home: the folder of all zones; without it the ring has no vault.
            source: where the root lies; a root in a file is made, another must be there.
            copy: where the one copy of `vault.json` is kept, if anywhere.

        Raises:
            StorageError: a key is there already, the root cannot be read, the folder cannot be
                written or is open to others, or the copy is out of reach; nothing was made.
        """
        make_private_folder(folder)
        check_folder(folder)
        if any(os.path.lexists(folder / name) for name in (ROOT, NEXT_ROOT, VAULT, PUBLIC)):
            raise StorageError("storage.keys_exist", place=Place(file=str(folder)))
        check_place_of_copy(copy)
        if source.kind == "file":
            write_first(folder / ROOT, secrets.token_bytes(KEY_BYTES))
        root = read_root(source, folder)
        state = VaultState.new(root_check(root))
        with write_atomically(folder / PUBLIC) as stream:
            stream.write(_public_pem(state))
        file = VaultFile(folder, root, copy=copy)
        file.write_first(state)
        return cls(state, vault=None if home is None else Vault(home, file))

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        home: Path | None = None,
        source: RootSource = FILE_SOURCE,
        copy: Path | None = None,
    ) -> KeyRing:
        """Return the keys in a folder, after every check that they are whole and belong together.

        What a killed replacement of keys left is cleared away; else nothing is written.

        Args:
            folder: of the keys.
            home: the folder of all zones; without it the ring has no vault.
            source: where the root lies.
            copy: where the one copy of `vault.json` is kept, if anywhere.

        Raises:
            StorageError: a file is missing, readable by others or altered, the root key is not
                the one with which the vault was made, or the table of data keys is not there.
        """
        check_folder(folder)
        # The commonest mistake, a forgotten or wrong folder, is told before a command is asked.
        check = read_facts(folder / VAULT).root_check
        if source.kind == "file":
            end_replacement(folder, lambda: read_facts(folder / VAULT).root_check)
            check = read_facts(folder / VAULT).root_check
        root = read_root(source, folder)
        check_root(root, check, source=source, folder=folder)
        file = VaultFile(folder, root, copy=copy)
        state = file.read()
        ring = cls(state, vault=None if home is None else Vault(home, file))
        if not hmac.compare_digest(read_public(folder / PUBLIC), _public_pem(state)):
            raise keys_altered(folder / PUBLIC)
        return ring

    @property
    def vault(self) -> Vault:
        """The data keys.

        Raises:
            StorageError: the ring was opened without a home.
        """
        if self._vault is None:
            raise StorageError("storage.vault_missing")
        return self._vault

    @property
    def epochs(self) -> Mapping[str, int]:
        """Pseudonym domain → epoch when the ring was opened, where it is not the first."""
        return self._state.facts.epochs

    @property
    def installation(self) -> str:
        """The random name of the installation."""
        return self._state.facts.installation

    @property
    def root_check(self) -> str:
        """What tells this root key from another, 16 hexadecimal digits; nothing of the key."""
        return self._state.facts.root_check[:CHECK_DIGITS]

    def pseudonym_keys(self, domain: str, *scope: str) -> tuple[bytes, ...]:
        """Return the 32-byte keys of a pseudonymisation domain, from its first epoch to this one.

        The first makes a pseudonym of an identifier; each next one makes, of the pseudonym
        before it, that of its epoch.

        Args:
            domain: within which the same person has the same pseudonym.
            scope: what narrows it further, such as the rule's digest and the period.

        Source: RFC 5869; EDPB Guidelines 01/2025 on pseudonymisation domains.
        """
        return tuple(
            derive(self._state.base, "pseudonym", domain, *scope, str(epoch))
            for epoch in range(1, self.epochs.get(domain, 1) + 1)
        )

    def record_key(self, domain: str) -> bytes:
        """Return the 32-byte key under which persons of a domain get their record keys.

        It is never replaced: the same pseudonym keeps its record key, so that the same persons
        have the same noise in every table and release.
        """
        return derive(self._state.base, "record key", domain)

    def pseudonym_check(self, domain: str, epoch: int) -> str:
        """Return what tells a domain's keys from those of another installation, 16 hex digits."""
        check = derive(self._state.base, "pseudonym check", domain, str(epoch))
        return check.hex()[:CHECK_DIGITS]

    def fingerprint(self, sha256: str) -> str:
        """Return a keyed fingerprint, in hex, of a content known by its SHA-256.

        A plain hash of a short delivery would confirm a guess of what it held, even after it was
        destroyed; without the keys this says nothing.
        """
        key = derive(self._state.base, "fingerprint")
        return hmac.new(key, bytes.fromhex(sha256), hashlib.sha256).hexdigest()

    def sign(self, message: bytes) -> bytes:
        """Return the publisher's Ed25519 signature (64 bytes) of a message."""
        return self._publisher.sign(message)

    @property
    def public_key(self) -> bytes:
        """The publisher's raw Ed25519 public key, 32 bytes."""
        return self._publisher.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return "KeyRing()"

    def __reduce__(self) -> NoReturn:
        message = "a key ring leaves its process in no form"
        raise TypeError(message)


def _public_pem(state: VaultState) -> bytes:
    public = Ed25519PrivateKey.from_private_bytes(state.publisher).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
