"""The table of data keys, encrypted as one file under the vault key of its generation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import Place, StorageError
from pipeline.storage.atomic import write_atomically
from pipeline.storage.derivation import KEY_BYTES, decrypted, encrypted
from pipeline.storage.signed import canonical_json
from pipeline.storage.vault_file import VaultState

MAGIC = b"CARTABLE KEYS\x01"
ID_BYTES = 16
_BIRTH_BYTES = 4
_RECORD_BYTES = ID_BYTES + KEY_BYTES + _BIRTH_BYTES


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one file.

    Attributes:
        id: 16 random bytes, by which the file names it.
        key: 32 random bytes.
        born: the generation of the vault in which it was made.
    """

    id: bytes
    key: bytes = field(repr=False)
    born: int


def write_table(path: Path, keys: Iterable[DataKey], state: VaultState) -> None:
    """Write the keys of a generation, whole or not at all.

    Raises:
        StorageError: the disk refuses.
    """
    records = sorted(key.id + key.key + key.born.to_bytes(_BIRTH_BYTES, "big") for key in keys)
    sealed = encrypted(state.vault_key, b"".join(records), context=_context(state))
    with write_atomically(path) as stream:
        stream.write(MAGIC + sealed)


def read_table(path: Path, state: VaultState) -> Mapping[bytes, DataKey]:
    """Return key id → key.

    Raises:
        StorageError: the table is missing, altered, or of another generation or installation.
    """
    place = Place(file=str(path))
    try:
        data = path.read_bytes()
    except OSError:
        raise StorageError("storage.vault_missing", place=place) from None
    plain = decrypted(state.vault_key, data[len(MAGIC) :], context=_context(state))
    if data[: len(MAGIC)] != MAGIC or plain is None or len(plain) % _RECORD_BYTES:
        raise StorageError("storage.vault_altered", place=place)
    records = (plain[at : at + _RECORD_BYTES] for at in range(0, len(plain), _RECORD_BYTES))
    return {record[:ID_BYTES]: _key(record) for record in records}


def _key(record: bytes) -> DataKey:
    end = ID_BYTES + KEY_BYTES
    born = int.from_bytes(record[end:], "big")
    return DataKey(id=record[:ID_BYTES], key=record[ID_BYTES:end], born=born)


def _context(state: VaultState) -> bytes:
    generation = max(state.facts.generation, 1)
    return canonical_json(["key table", state.facts.installation, generation])
