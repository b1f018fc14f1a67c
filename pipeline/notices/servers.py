"""The mail server of the settings, and what a mail address is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.errors import NoticeError

Security = Literal["starttls", "tls", "none"]
SECURITY: tuple[Security, ...] = ("starttls", "tls", "none")
_ADDRESS = re.compile(r"[^\s@,;<>\"()\x00-\x1f]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Who takes our mail.

    Attributes:
        host: name of the server; its certificate must bear it.
        port: such as 587.
        sender: the address that the mail comes from.
        security: `starttls`, `tls` from the first byte, or `none`.
        user: account; none where the server asks for no password.
        password: the file that holds its password.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: Path | None = None

    def __post_init__(self) -> None:
        """Refuse an address that is none, and a password that would travel in clear."""
        check_address(self.sender)
        if self.user is not None and (self.security == "none" or self.password is None):
            raise NoticeError("notice.password_in_clear")


def check_address(address: str) -> None:
    """Check that a text is one mail address, and nothing that could add a header.

    Raises:
        NoticeError: it is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise NoticeError("notice.no_address")
