"""Settings: the only reader of the environment."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import ApprovalError, Language, NoticeError, StorageError
from pipeline.notices.servers import SECURITY, MailServer, Security, check_address
from pipeline.storage.roots import FILE_SOURCE, RootSource

_SOURCE = "CARTABLE_SOURCE_"
INSTALLATION = Path(__file__).resolve().parent.parent
POSTGRES_PORT = 5432


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
        sources: name of a connection → its address, with user and password
            (`CARTABLE_SOURCE_<NAME>`; else the file `sources/<name>.url` of `keys`).
        mail: who takes our mail; None by default. `CARTABLE_MAIL_SERVER` is `host:port`,
            `CARTABLE_MAIL_FROM` the sender, `CARTABLE_MAIL_SECURITY` is `starttls` (default),
            `tls` or `none`; `CARTABLE_MAIL_USER` and `CARTABLE_MAIL_PASSWORD_FILE` where the
            server asks for an account.
        stewards: the addresses that hear of failures, of runs that are late and of questions
            (`CARTABLE_NOTICES_TO`, separated by commas; none by default).
        reports: the address, within the house, of the folder where the officer puts the report on
            each candidate as `<candidate>.html`; a question links to it (`CARTABLE_REPORTS_URL`;
            none by default).
        contacts: a CSV file, `sender,mail`, of whom to remind of deliveries that are missing
            (`CARTABLE_CONTACTS`; none by default).
        webhook: the file that holds the address to which the same notices are posted
            (`CARTABLE_WEBHOOK_FILE`; none by default).
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
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    mail: MailServer | None = None
    stewards: tuple[str, ...] = ()
    webhook: Path | None = None
    reports: str | None = None
    contacts: Path | None = None


def read_settings() -> Settings:
    """Return the settings that the environment gives.

    Raises:
        CartableError: the key folder, or the copy of the vault or of the ledger's head, lies
            inside the data folder, nobody may approve, the root key is given in two ways, or
            an address or the mail server is not understood.
    """
    home = Path(os.environ.get("CARTABLE_HOME", "data")).resolve()
    keys = Path(os.environ.get("CARTABLE_KEYS", "keys")).resolve()
    if keys == home or home in keys.parents:
        raise StorageError("storage.keys_inside_data")
    approvers = _names("CARTABLE_APPROVERS", "delegate")
    if not approvers:
        # A scheduler takes an empty list for everyone.
        raise ApprovalError("approval.nobody")
    ledger_copy, vault_copy = _path("CARTABLE_LEDGER_COPY"), _path("CARTABLE_VAULT_COPY")
    if vault_copy is not None and home in vault_copy.parents:
        raise StorageError("storage.keys_inside_data")
    if ledger_copy is not None and home in ledger_copy.parents:
        raise StorageError("ledger.copy_inside_data")
    mail, stewards = _mail_server(), _names("CARTABLE_NOTICES_TO")
    for address in stewards:
        check_address(address)
    if stewards and mail is None:
        raise NoticeError("notice.no_mail")
    return Settings(
        home=home,
        keys=keys,
        project=Path(os.environ.get("CARTABLE_PROJECT", INSTALLATION)).resolve(),
        language="fr" if os.environ.get("CARTABLE_LANG", "en").startswith("fr") else "en",
        inbox=Path(os.environ.get("CARTABLE_INBOX", "inbox")).resolve(),
        approvers=approvers,
        ledger_copy=ledger_copy,
        root=_root_source(),
        sources={
            name.removeprefix(_SOURCE).lower(): text
            for name, text in os.environ.items()
            if name.startswith(_SOURCE)
        },
        vault_copy=vault_copy,
        mail=mail,
        stewards=stewards,
        webhook=_path("CARTABLE_WEBHOOK_FILE"),
        reports=os.environ.get("CARTABLE_REPORTS_URL", "").rstrip("/") or None,
        contacts=_path("CARTABLE_CONTACTS"),
    )


def scheduler_database() -> tuple[str, int] | None:
    """Return host and port of the scheduler's database, where the environment names one.

    Of `AIRFLOW__DATABASE__SQL_ALCHEMY_CONN` nothing else is kept: it may hold a password.
    """
    text = os.environ.get("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (host, port or POSTGRES_PORT) if host else None


def _path(name: str) -> Path | None:
    text = os.environ.get(name)
    return Path(text).resolve() if text else None


def _names(name: str, default: str = "") -> tuple[str, ...]:
    parts = os.environ.get(name, default).split(",")
    return tuple(part for text in parts if (part := text.strip()))


def _mail_server() -> MailServer | None:
    text = os.environ.get("CARTABLE_MAIL_SERVER", "")
    if not text:
        return None
    host, _, port = text.rpartition(":")
    sender, said = os.environ.get("CARTABLE_MAIL_FROM", ""), _security()
    if not host or not port.isascii() or not port.isdigit() or not sender or said is None:
        raise NoticeError("notice.no_server")
    return MailServer(
        host=host,
        port=int(port),
        sender=sender,
        security=said,
        user=os.environ.get("CARTABLE_MAIL_USER") or None,
        password=_path("CARTABLE_MAIL_PASSWORD_FILE"),
    )


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0))


def _security() -> Security | None:
    said = os.environ.get("CARTABLE_MAIL_SECURITY") or "starttls"
    return next((known for known in SECURITY if known == said), None)


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
