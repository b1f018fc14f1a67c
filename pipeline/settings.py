"""Settings: the only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import CartableError, Language

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
    """

    home: Path
    keys: Path
    project: Path
    language: Language
    inbox: Path = Path("inbox")
    approvers: tuple[str, ...] = ("delegate",)
    ledger_copy: Path | None = None


def read_settings() -> Settings:
    """Return the settings that the environment gives.

    Raises:
        CartableError: the key folder lies inside the data folder, or nobody may approve.
    """
    home = Path(os.environ.get("CARTABLE_HOME", "data")).resolve()
    keys = Path(os.environ.get("CARTABLE_KEYS", "keys")).resolve()
    if keys == home or home in keys.parents:
        raise CartableError("storage.keys_inside_data")
    named = os.environ.get("CARTABLE_APPROVERS", "delegate").split(",")
    approvers = tuple(account for name in named if (account := name.strip()))
    if not approvers:
        # A scheduler takes an empty list for everyone.
        raise CartableError("approval.nobody")
    copy = os.environ.get("CARTABLE_LEDGER_COPY")
    return Settings(
        home=home,
        keys=keys,
        project=Path(os.environ.get("CARTABLE_PROJECT", INSTALLATION)).resolve(),
        language="fr" if os.environ.get("CARTABLE_LANG", "en").startswith("fr") else "en",
        inbox=Path(os.environ.get("CARTABLE_INBOX", "inbox")).resolve(),
        approvers=approvers,
        ledger_copy=Path(copy).resolve() if copy else None,
    )
