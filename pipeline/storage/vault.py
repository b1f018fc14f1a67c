"""The vault: every data key of the installation, and how a key is forgotten for good.

All data keys lie in one encrypted table, `home/vault/keys-<generation>.sealed`; a sealed file
names its key by a random id. A key is on the disk before the file that needs it is shown.

Keys are forgotten by replacing the vault key: a table without them is written under a new vault
key, `vault.json` is replaced (from this instant they are forgotten), and the former vault key
and table are overwritten. A copy of the data folder from before holds a table that no key opens
any more. A kill at any instant leaves the state before or the state after.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import make_private_folder
from pipeline.storage.derivation import KEY_BYTES
from pipeline.storage.folders import locked, take
from pipeline.storage.key_files import destroy_secret
from pipeline.storage.key_table import ID_BYTES, DataKey, read_table, write_table
from pipeline.storage.vault_file import VaultFile, VaultState

FOLDER = "vault"
WRITERS = ".writers"

_TABLE = re.compile(r"keys-([1-9][0-9]{0,8})\.sealed")

InUse = Callable[[], Collection[bytes]]


class Vault:
    """The data keys under one home; several processes may use it at once.

    Args:
        home: the folder of all zones.
        file: of the key folder, which holds the vault key.
    """

    __slots__ = ("_file", "_folder", "_state", "_table")

    def __init__(self, home: Path, file: VaultFile) -> None:
        self._folder = home / FOLDER
        self._file = file
        self._state, self._table = self._read()
        self._clear()

    @property
    def generation(self) -> int:
        """How often the vault key was replaced, and 1; 0 before there is a data key."""
        return self._state.facts.generation

    @property
    def renewing(self) -> int:
        """Keys born before this generation are being replaced; 0 when none are."""
        return self._state.facts.renewing

    @property
    def size(self) -> int:
        """The number of data keys."""
        return len(self._table)

    def ids(self) -> frozenset[bytes]:
        """Return the ids of all data keys, as the disk has them now."""
        return frozenset(self._read()[1])

    def key(self, key_id: bytes, *, file: Path) -> bytes:
        """Return the data key of a file, 32 bytes.

        Raises:
            StorageError: it was forgotten, or never was one of this installation; or the table
                is missing or altered.
        """
        key = self._find(key_id)
        if key is None:
            raise StorageError("storage.key_forgotten", place=Place(file=str(file)))
        return key.key

    def is_due(self, key_id: bytes) -> bool:
        """Tell whether a key is one of those that are being replaced."""
        key = self._find(key_id)
        return key is not None and key.born < self.renewing

    def draw(self, count: int = 1) -> list[DataKey]:
        """Return new keys that are nowhere yet: a file under one opens once the key is kept."""
        born = max(self._state.facts.generation, 1)
        return [
            DataKey(secrets.token_bytes(ID_BYTES), secrets.token_bytes(KEY_BYTES), born)
            for _ in range(count)
        ]

    @contextmanager
    def keeping(self, keys: Iterable[DataKey]) -> Iterator[None]:
        """Bring drawn keys to the disk; in the block, show what names them.

        As long as the block lasts no key is swept. A key whose file never came, since the block
        failed or the process was killed, is swept when keys are next forgotten.

        Raises:
            StorageError: the vault is missing or altered, or the disk refuses.
        """
        make_private_folder(self._folder)
        writer = take(self._folder / WRITERS, fcntl.LOCK_SH)
        try:
            self._keep(keys)
            yield
        finally:
            os.close(writer)

    @contextmanager
    def adding(self, count: int) -> Iterator[list[DataKey]]:
        """Yield new keys, on the disk; in the block, write what names them; see `keeping`.

        Raises:
            StorageError: the vault is missing or altered, or the disk refuses.
        """
        keys = self.draw(count)
        with self.keeping(keys):
            yield keys

    def forget(self, key_ids: Iterable[bytes], *, in_use: InUse | None = None) -> int:
        """Forget keys for good and return how many; none of them known is nothing.

        Args:
            key_ids: of files that no zone names any more.
            in_use: returns the ids that files name, without using the vault. When given, and
                no writer is at work, all others are forgotten too.

        Raises:
            StorageError: the vault is missing or altered, its copy is out of reach, or the disk
                refuses.
        """
        with locked(self._folder):
            state, table = self._read()
            # Forgotten before, a key is in the former vault that a drive out of reach still holds.
            self._file.settle()
            gone = table.keys() & set(key_ids)
            if in_use is not None:
                gone |= self._unused(table, in_use)
            if gone:
                kept = {name: key for name, key in table.items() if name not in gone}
                self._replace(state, kept)
        return len(gone)

    def replace(self, *, is_renewing: bool = False) -> int:
        """Replace the vault key and keep every data key; return the new generation.

        Args:
            is_renewing: mark every data key of now as one to be replaced.

        Raises:
            StorageError: the vault is missing or altered, or the disk refuses.
        """
        with locked(self._folder):
            state, table = self._read()
            facts = {"renewing": max(state.facts.generation, 1) + 1} if is_renewing else {}
            self._replace(state, table, **facts)
        return self.generation

    def end_renewal(self) -> int:
        """Return how many keys are still to be replaced; when none is, the renewal has ended."""
        with locked(self._folder):
            state, table = self._read()
            left = sum(key.born < state.facts.renewing for key in table.values())
            if state.facts.renewing and not left:
                self._amend(state.amended(renewing=0))
        return left

    def advance(self, domain: str) -> int:
        """Begin the next pseudonym epoch of a domain and return it."""
        with locked(self._folder):
            state, _ = self._read()
            epoch = state.facts.epochs.get(domain, 1) + 1
            self._amend(state.amended(epochs={**state.facts.epochs, domain: epoch}))
        return epoch

    def epochs(self) -> Mapping[str, int]:
        """Return the pseudonym epochs as the disk has them now, where they are not the first."""
        return self._file.read().facts.epochs

    def check_place_of_copy(self) -> None:
        """Check that the copy of the vault is within reach, where one is kept.

        Raises:
            StorageError: it is not.
        """
        self._file.check_place_of_copy()

    def destroy(self) -> None:
        """Destroy the vault key and every table: nothing that was sealed opens ever again.

        Raises:
            StorageError: the copy of the vault is out of reach, and nothing was destroyed; or
                the disk refuses.
        """
        with locked(self._folder):
            self._file.destroy()
            for number in self._tables():
                destroy_secret(self._path(number))

    def wrap_anew(self, file: VaultFile, *, root_check: str, before: Callable[[], None]) -> None:
        """Wrap the vault under another root.

        Args:
            file: the same `vault.json`, under the new root.
            root_check: of the new root.
            before: brings the new root to the disk; called under the lock.

        Raises:
            StorageError: the vault is missing or altered, its copy is out of reach, or the disk
                refuses.
        """
        with locked(self._folder):
            state, _ = self._read()
            file.check_place_of_copy()
            before()
            file.replace(state.amended(root_check=root_check))
            self._file = file
            self._state = file.read()

    def _find(self, key_id: bytes) -> DataKey | None:
        if key_id not in self._table:
            self._state, self._table = self._read()
        return self._table.get(key_id)

    def _keep(self, keys: Iterable[DataKey]) -> None:
        with locked(self._folder):
            state, table = self._read()
            born = max(state.facts.generation, 1)
            # Drawn before a renewal began, a key is still a new one: it was never on the disk.
            table = {**table, **{key.id: replace(key, born=born) for key in keys}}
            write_table(self._path(born), table.values(), state)
            self._table = table
            if state.facts.generation == 0:
                self._amend(state.amended(generation=1))

    def _replace(self, state: VaultState, table: Mapping[bytes, DataKey], **facts: object) -> None:
        """Write the next generation, commit it, and destroy the former; hold the lock."""
        self._file.check_place_of_copy()
        if state.facts.generation == 0:
            # The first table bears the name of a generation that the key in force has to open.
            write_table(self._path(1), table.values(), state)
            state = state.amended(generation=1)
            self._amend(state)
        following = state.succeeded(**facts)
        write_table(self._path(following.facts.generation), table.values(), following)
        self._amend(following)
        self._table = table
        self._clear_tables()

    def _amend(self, state: VaultState) -> None:
        self._file.replace(state)
        self._state = state

    def _read(self) -> tuple[VaultState, Mapping[bytes, DataKey]]:
        """Return the state in force and its table, also while another process replaces them.

        Raises:
            StorageError: one is missing or altered, or `vault.json` is older than the tables.
        """
        state = self._file.read()
        while True:
            try:
                return state, self._table_of(state)
            except StorageError:
                following = self._file.read()
                if following.facts.generation == state.facts.generation:
                    raise
                state = following

    def _table_of(self, state: VaultState) -> Mapping[bytes, DataKey]:
        generation, found = max(state.facts.generation, 1), self._tables()
        if any(number > generation + 1 for number in found) or (
            generation not in found and generation + 1 in found
        ):
            raise StorageError("storage.vault_older", place=Place(file=str(self._file.path)))
        if state.facts.generation == 0 and 1 not in found:
            return {}
        return read_table(self._path(generation), state)

    def _unused(self, table: Mapping[bytes, DataKey], in_use: InUse) -> set[bytes]:
        """Return the keys that nothing names, where that can be told for certain.

        It cannot while a writer may be about to name one, or when a file is damaged.
        """
        try:
            alone = take(self._folder / WRITERS, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return set()
        try:
            return set(table) - set(in_use())
        except (OSError, StorageError):
            return set()
        finally:
            os.close(alone)

    def _clear(self) -> None:
        """Destroy what a killed replacement left, unless one is at work now."""
        if self._file.is_clear() and not self._former_tables():
            return
        try:
            with locked(self._folder, wait=False):
                self._state, self._table = self._read()
                self._file.clear()
                self._clear_tables()
        except BlockingIOError:
            return

    def _clear_tables(self) -> None:
        """Destroy the tables of former generations, whose key is gone, and half-written ones."""
        for path in self._former_tables():
            destroy_secret(path)

    def _former_tables(self) -> list[Path]:
        former = [self._path(number) for number in self._tables() if number < self.generation]
        return former + sorted(self._folder.glob(".keys-*.part"))

    def _tables(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        found = (_TABLE.fullmatch(path.name) for path in self._folder.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def _path(self, generation: int) -> Path:
        return self._folder / f"keys-{generation}.sealed"
