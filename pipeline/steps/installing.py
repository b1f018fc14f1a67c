"""Make the keys of a new installation, never beside data that other keys have sealed."""

from __future__ import annotations

from pipeline.errors import Place, StorageError
from pipeline.settings import Settings
from pipeline.storage.keys import KeyRing

SEALED_ZONES = ("deliveries", "quarantine", "protected", "review", "ledger", "vault")


def make_keys(settings: Settings) -> None:
    """Make new keys; data that is sealed already keeps its own.

    Raises:
        StorageError: data lies here that other keys have sealed, there are keys already, or the
            folder cannot be written.
    """
    has_keys = settings.keys.is_dir() and any(settings.keys.iterdir())
    if not has_keys and any((settings.home / zone).exists() for zone in SEALED_ZONES):
        raise StorageError("storage.keys_lost", place=Place(file=str(settings.home)))
    KeyRing.create(
        settings.keys, home=settings.home, source=settings.root, copy=settings.vault_copy
    )
