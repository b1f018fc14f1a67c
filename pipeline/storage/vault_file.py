"""The file `vault.json`: the secrets of an installation, encrypted under its root key.

It holds the vault key in force, the secret from which pseudonym keys are derived and the
publisher's signing key. What it says in the open (installation, generation, epochs, check
values) is authenticated with them. There is one current copy and never a former one: whoever
kept a former vault key could open what was shredded since.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, ValidationError

from pipeline.contracts.base import Frozen
from pipeline.errors import Place, StorageError
from pipeline.storage.derivation import (
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    decrypted,
    derive,
    encrypted,
)
from pipeline.storage.key_files import (
    clear_replaced,
    destroy_secret,
    keys_altered,
    read_private,
    replace_secret,
    replaced,
    unfinished,
    write_first,
)
from pipeline.storage.signed import canonical_json

VAULT = "vault.json"

_FORMER = '"version": 1'
_SEALED_BYTES = NONCE_BYTES + 3 * KEY_BYTES + TAG_BYTES
_Hex16 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Hex32 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class VaultFacts(Frozen):
    """What `vault.json` says in the open.

    Attributes:
        version: of the format.
        installation: a random name of the installation.
        generation: how often the vault key was replaced, and 1; 0 before there is a data key.
        renewing: data keys born before this generation are being replaced; 0 for none.
        root_check: tells the root key, and nothing of it.
        public_key: the publisher's raw Ed25519 key.
        epochs: pseudonym domain → its epoch, where it is not the first.
    """

    version: Literal[2] = 2
    installation: _Hex16
    generation: Annotated[int, Field(ge=0)] = 0
    renewing: Annotated[int, Field(ge=0)] = 0
    root_check: _Hex32
    public_key: _Hex32
    epochs: Mapping[str, Annotated[int, Field(ge=2)]] = {}

    @property
    def context(self) -> bytes:
        """What the secrets authenticate."""
        facts = {name: getattr(self, name) for name in VaultFacts.model_fields}
        return canonical_json({**facts, "epochs": dict(self.epochs)})


class _Written(VaultFacts):
    sealed: Annotated[str, Field(pattern=rf"^[0-9a-f]{{{2 * _SEALED_BYTES}}}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultState:
    """What `vault.json` holds, opened.

    Attributes:
        facts: what it says in the open.
        vault_key: encrypts the table of data keys.
        base: the secret behind pseudonym keys and fingerprints; it outlives the root.
        publisher: the seed of the publisher's signing key.
    """

    facts: VaultFacts
    vault_key: bytes = field(repr=False)
    base: bytes = field(repr=False)
    publisher: bytes = field(repr=False)

    @classmethod
    def new(cls, root_check: str) -> VaultState:
        """Return new random secrets for a root that the check value tells."""
        publisher = secrets.token_bytes(KEY_BYTES)
        key = Ed25519PrivateKey.from_private_bytes(publisher)
        return cls(
            facts=VaultFacts(
                installation=secrets.token_hex(16),
                root_check=root_check,
                public_key=key.public_key().public_bytes_raw().hex(),
            ),
            vault_key=secrets.token_bytes(KEY_BYTES),
            base=secrets.token_bytes(KEY_BYTES),
            publisher=publisher,
        )

    def amended(self, **facts: object) -> VaultState:
        """Return the same secrets with other facts."""
        return replace(self, facts=self.facts.model_copy(update=facts))

    def succeeded(self, **facts: object) -> VaultState:
        """Return the next generation: a new vault key, all else the same."""
        following = self.amended(generation=self.facts.generation + 1, **facts)
        return replace(following, vault_key=secrets.token_bytes(KEY_BYTES))


class VaultFile:
    """`vault.json` of a key folder, and the copy of it that is kept elsewhere.

    Args:
        folder: of the keys.
        root: wraps the secrets.
        copy: where the one current copy is kept, if anywhere.
    """

    __slots__ = ("_copy", "_wrapping", "path")

    def __init__(self, folder: Path, root: bytes, *, copy: Path | None = None) -> None:
        self.path = folder / VAULT
        self._wrapping = derive(root, "vault wrapping")
        self._copy = copy

    def read(self) -> VaultState:
        """Return what is in force.

        Raises:
            StorageError: the file is missing, altered, or wrapped by another root.
        """
        written = _read(self.path)
        facts = VaultFacts(**written.model_dump(exclude={"sealed"}))
        plain = decrypted(self._wrapping, bytes.fromhex(written.sealed), context=facts.context)
        if plain is None:
            raise keys_altered(self.path)
        vault_key, base, publisher = (
            plain[at : at + KEY_BYTES] for at in range(0, 3 * KEY_BYTES, KEY_BYTES)
        )
        return VaultState(facts=facts, vault_key=vault_key, base=base, publisher=publisher)

    def write_first(self, state: VaultState) -> None:
        """Write the first state of a new installation.

        Raises:
            StorageError: there is a vault already, here or where its copy is kept; or there is no
                place for the copy.
        """
        self.check_place_of_copy()
        if self._copy is not None and self._copy.exists():
            raise StorageError("storage.keys_exist", place=Place(file=str(self._copy)))
        write_first(self.path, self._form(state))
        self._write_copy()

    def replace(self, state: VaultState) -> None:
        """Put a state in the place of the one in force, then in that of its copy.

        Raises:
            StorageError: there is no place for the copy, or what lies there is of another
                installation: the state before is in force. Or the disk of either refuses; where
                that of the copy did, the new state is in force, and nothing opens until the copy
                is written.
        """
        self.check_place_of_copy()
        self._check_copy(state.facts)
        replace_secret(self.path, self._form(state))
        self._write_copy()

    def clear(self) -> None:
        """End what a kill cut short: no former vault stays, and the copy is the current one."""
        for path in self._paths():
            for part in unfinished(path):
                destroy_secret(part)
        clear_replaced(self.path)
        if self._has_place_for_copy():
            self._check_copy(read_facts(self.path))
            self._write_copy()

    def is_clear(self) -> bool:
        """Tell whether `clear` has nothing to do."""
        if any(replaced(path).exists() or unfinished(path) for path in self._paths()):
            return False
        if self._copy is None or not self._has_place_for_copy():
            return True
        return self._copy.is_file() and self._copy.read_bytes() == read_private(self.path)

    def settle(self) -> None:
        """See to it that no former vault is kept anywhere, or refuse.

        Raises:
            StorageError: there is no place for the copy, so that a former one may be kept there;
                or the disk of either refuses.
        """
        self.check_place_of_copy()
        if not self.is_clear():
            self.clear()

    def check_place_of_copy(self) -> None:
        """Check that the copy can be written: on a drive that is not there it stays a former one.

        Raises:
            StorageError: the folder of the copy is missing, or not to be written.
        """
        check_place_of_copy(self._copy)

    def destroy(self) -> None:
        """Overwrite and remove the vault and its copy: nothing opens any more.

        Raises:
            StorageError: there is no place for the copy, and nothing was destroyed; or the disk
                of either refuses.
        """
        self.check_place_of_copy()
        for path in self._paths():
            destroy_secret(replaced(path))
            destroy_secret(path)

    def _paths(self) -> list[Path]:
        return [path for path in (self.path, self._copy) if path is not None]

    def _has_place_for_copy(self) -> bool:
        return self._copy is not None and self._copy.parent.is_dir()

    def _check_copy(self, facts: VaultFacts) -> None:
        """Check that what lies in the place of the copy may be replaced by these facts."""
        if self._copy is None or not self._copy.exists():
            return
        kept = read_facts(self._copy)
        if kept.installation != facts.installation:
            raise StorageError("storage.copy_of_others", place=Place(file=str(self._copy)))
        if kept.generation > facts.generation:
            raise StorageError("storage.vault_older", place=Place(file=str(self.path)))

    def _write_copy(self) -> None:
        if self._copy is not None:
            replace_secret(self._copy, read_private(self.path))

    def _form(self, state: VaultState) -> bytes:
        plain = state.vault_key + state.base + state.publisher
        sealed = encrypted(self._wrapping, plain, context=state.facts.context)
        return _file_form(_Written(**state.facts.model_dump(), sealed=sealed.hex()))


def check_place_of_copy(copy: Path | None) -> None:
    """Check that the copy of the vault can be written where one is kept.

    Raises:
        StorageError: its folder is missing, or not to be written.
    """
    if copy is not None and not os.access(copy.parent, os.W_OK | os.X_OK):
        raise StorageError("storage.copy_out_of_reach", place=Place(file=str(copy)))


def read_facts(path: Path) -> VaultFacts:
    """Return what a `vault.json` says in the open, before any key opens it.

    Raises:
        StorageError: it is missing, readable by others, or not of the one form.
    """
    return _read(path)


def _read(path: Path) -> _Written:
    data = read_private(path)
    try:
        written = _Written.model_validate_json(data, strict=True)
    except ValidationError:
        if _FORMER.encode() in data:
            raise StorageError("storage.former_format", place=Place(file=str(path))) from None
        raise keys_altered(path) from None
    if data != _file_form(written):
        raise keys_altered(path)
    return written


def _file_form(written: _Written) -> bytes:
    return canonical_json(written.model_dump(mode="json")) + b"\n"
