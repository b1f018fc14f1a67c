"""Settings: the only reader of the environment."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ApprovalError, Language, StorageError
from pipeline.storage.roots import FILE_SOURCE, RootSource

INSTALLATION = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where everything lies.

    Attributes:
        home: the folder of all zones (`CARTABLE_HOME`, default `./data`).
        keys: the folder of the keys, outside `home` (`CARTABLE_KEYS`, default `./keys`).
        project: the folder that holds `contracts/` (`CARTABLE_PROJECT`, default: this checkout).
        language: of messages, `en` or `fr` (`CARTABLE_LANG`, default `en`).
        inbox: the folder where senders put deliveries that a schedule takes in
            (`CARTABLE_INBOX`, default `./inbox`).
        approvers: the accounts of the scheduler that may decide on a release, the controller's
            delegate (`CARTABLE_APPROVERS`, separated by commas, default `delegate`).
        ledger_copy: a file kept elsewhere that holds the signed head of the ledger
            (`CARTABLE_LEDGER_COPY`; none by default).
        root: where the root key lies: `CARTABLE_ROOT_KEY` holds it in hex, or
            `CARTABLE_ROOT_COMMAND` prints it in hex; else the file `root.key` of `keys`.
        vault_copy: the file that is kept equal to the current `vault.json`
            (`CARTABLE_VAULT_COPY`, default: none).
    """

    home: Path
    keys: Path
    project: Path
    language: Language
    inbox: Path = Path("inbox")
    approvers: tuple[str, ...] = ("delegate",)
    ledger_copy: Path | None = None
    root: RootSource = FILE_SOURCE
    vault_copy: Path | None = None


def read_settings() -> Settings:
    """Return the settings that the environment gives.

    Raises:
        CartableError: the key folder, or the copy of the vault or of the ledger's head, lies
            inside the data folder, nobody may approve, or the root key is given in two ways.
    """
    home = Path(os.environ.get("CARTABLE_HOME", "data")).resolve()
    keys = Path(os.environ.get("CARTABLE_KEYS", "keys")).resolve()
    if keys == home or home in keys.parents:
        raise StorageError("storage.keys_inside_data")
    named = os.environ.get("CARTABLE_APPROVERS", "delegate").split(",")
    approvers = tuple(account for name in named if (account := name.strip()))
    if not approvers:
        # A scheduler takes an empty list for everyone.
        raise ApprovalError("approval.nobody")
    ledger_copy, vault_copy = _path("CARTABLE_LEDGER_COPY"), _path("CARTABLE_VAULT_COPY")
    if vault_copy is not None and home in vault_copy.parents:
        raise StorageError("storage.keys_inside_data")
    if ledger_copy is not None and home in ledger_copy.parents:
        raise StorageError("ledger.copy_inside_data")
    return Settings(
        home=home,
        keys=keys,
        project=Path(os.environ.get("CARTABLE_PROJECT", INSTALLATION)).resolve(),
        language="fr" if os.environ.get("CARTABLE_LANG", "en").startswith("fr") else "en",
        inbox=Path(os.environ.get("CARTABLE_INBOX", "inbox")).resolve(),
        approvers=approvers,
        ledger_copy=ledger_copy,
        root=_root_source(),
        vault_copy=vault_copy,
    )


def _path(name: str) -> Path | None:
    text = os.environ.get(name)
    return Path(text).resolve() if text else None


def _root_source() -> RootSource:
    text = os.environ.get("CARTABLE_ROOT_KEY", "")
    command = os.environ.get("CARTABLE_ROOT_COMMAND", "")
    if text and command:
        raise StorageError("storage.root_twice")
    if text:
        return RootSource(kind="environment", text=text)
    if not command:
        return FILE_SOURCE
    try:
        return RootSource(kind="command", command=tuple(shlex.split(command)))
    except ValueError:
        raise StorageError("storage.root_command_missing") from None
